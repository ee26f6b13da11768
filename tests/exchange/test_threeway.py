"""Merging one record: every combination of three sides comes to what a plain model says."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisapp.exchange.threeway import Cause, merge_record, same
from gisapp.registers.retirement import RETIREMENT

UNITS = (("people",), ("name",), ("capabilities",), ("grade", "reason"), ("geom",))
MOMENT = "2026-11-01T00:00:00+00:00"

contents = st.fixed_dictionaries(
    {
        "people": st.sampled_from([None, 1, 2]),
        "name": st.sampled_from(["甲", "乙", "丙"]),
        "capabilities": st.sampled_from([[], ["fire"], ["fire", "rescue"]]),
        "grade": st.sampled_from([None, 1]),
        "reason": st.sampled_from([None, "因", "由"]),
        "geom": st.sampled_from(["POINT (1 1)", "POINT (1 1.00000001)", "POINT (2 2)"]),
        "retired_at": st.sampled_from([None, MOMENT]),
    }
).map(lambda one: {**one, "retired_by": one["retired_at"] and "某", "retire_reason": None})


def equal(unit: tuple[str, ...], one: dict[str, Any], other: dict[str, Any]) -> bool:
    def seen(side: dict[str, Any]) -> list[Any]:
        # Independent of the code under test: positions to five decimals.
        return [
            tuple(round(float(part), 5) for part in value.strip("POINT ()").split())
            if name == "geom"
            else value
            for name, value in ((name, side[name]) for name in unit)
        ]

    return seen(one) == seen(other)


@settings(derandomize=True, max_examples=500)
@given(base=contents, ours=contents, theirs=contents)
def test_each_field_goes_to_the_only_side_that_changed_it(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_record(base, ours, theirs, units=UNITS)
    clashing = {clash.field: clash.cause for clash in merged.clashes}
    touched_there = False
    for unit in UNITS:
        there, here = not equal(unit, theirs, base), not equal(unit, ours, base)
        agreed = equal(unit, ours, theirs)
        taken = there and not here
        assert (unit[0] in merged.changes) == taken
        assert (clashing.get(unit[0]) == Cause.BOTH_CHANGED) == (there and here and not agreed)
        touched_there |= there and not agreed
        if taken:
            assert all(merged.changes[name] == theirs[name] for name in unit)
    was, here_retired, there_retired = (
        side["retired_at"] is not None for side in (base, ours, theirs)
    )
    ours_worked = any(not equal(unit, ours, base) for unit in UNITS)
    expected = None
    if there_retired and not was and not here_retired:
        expected = Cause.RETIRED_THERE if ours_worked else "taken"
    elif was and not there_retired and here_retired:
        expected = "taken"
    elif not was and not there_retired and here_retired and touched_there:
        expected = Cause.RETIRED_HERE
    assert ("retired_at" in merged.changes) == (expected == "taken")
    assert clashing.get("retired_at") == (None if expected == "taken" else expected)


@settings(derandomize=True)
@given(base=contents, ours=contents, theirs=contents)
def test_merging_what_was_merged_brings_nothing(
    base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """The copy as last seen is what the next merge compares with."""
    merged = merge_record(base, ours, theirs, units=UNITS)
    again = merge_record(theirs, {**ours, **merged.changes}, theirs, units=UNITS)
    assert (again.is_new, again.changes, again.clashes) == (False, {}, [])


@settings(derandomize=True)
@given(base=contents, theirs=contents)
def test_a_record_of_another_county_is_never_changed(
    base: dict[str, Any], theirs: dict[str, Any]
) -> None:
    merged = merge_record(base, copy.deepcopy(base), theirs, units=UNITS, is_own=False)
    assert merged.changes == {}
    wished = merge_record(base, copy.deepcopy(base), theirs, units=UNITS).changes
    fields = {unit[0] for unit in (*UNITS, RETIREMENT) if unit[0] in wished}
    assert {clash.field for clash in merged.clashes} == fields


def test_new_and_removed_records() -> None:
    one = {"people": 1, "name": "甲", "retired_at": None}
    units = (("people",), ("name",))
    assert merge_record(None, None, one, units=units).is_new
    assert merge_record(None, one, one, units=units).clashes == []
    taken = merge_record(None, {**one, "name": "乙"}, one, units=units)
    assert [(clash.field, clash.cause) for clash in taken.clashes] == [("name", Cause.ID_TAKEN)]
    removed = merge_record(one, one, None, units=units)
    assert [clash.cause for clash in removed.clashes] == [Cause.REMOVED_THERE]
    assert removed.changes == {}
    assert merge_record(one, {**one, "retired_at": MOMENT}, None, units=units).clashes == []


def test_a_field_that_the_copy_was_not_given_is_left_alone() -> None:
    base, theirs = {"name": "甲"}, {"name": "甲", "contact_phone": None}
    ours = {"name": "甲", "contact_phone": "000-0000"}
    merged = merge_record(base, ours, theirs, units=(("name",), ("contact_phone",)))
    assert merged.changes == {}


@pytest.mark.parametrize(
    ("other", "expected"),
    [("POINT (1.00000005 1)", True), ("POINT (1.000001 1)", False), ("no geometry", False)],
)
def test_positions_are_the_same_within_a_centimetre(other: str, expected: bool) -> None:
    assert same("geom", "POINT (1 1)", other) is expected
