"""The board counts what the checks say, and notices every change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gisapp.errors import InputError
from gisapp.importing.models import DuplicatePair
from gisapp.quality.board import lines, pending, tallies, tally
from gisapp.quality.checks import CHECKS, recommended
from gisapp.quality.worklist import count_failing, failing
from gisapp.registers.editing import change, retire, verify
from gisapp.registers.kinds import RESOURCE_KINDS
from gisapp.rights import system_actor
from gisapp.store import Store
from tests.quality.records import TODAY, YESTERDAY, add_records

ACTOR = system_actor("test")
GRAINS = ("county", "agency", "both")


def listed(store: Store, code: str, kind: str, **asked: str) -> list[str]:
    with store.session() as session:
        found = failing(session, code, kind, today=TODAY, **asked)
        assert count_failing(session, code, kind, today=TODAY, **asked) == len(found)
    return [one.id for one in found]


def test_each_check_finds_its_records(store: Store) -> None:
    add_records(store)
    assert listed(store, "overdue", "depot") == ["D2"]
    assert listed(store, "no_contact", "depot") == ["D2"]
    assert listed(store, "contact_unverified", "depot") == []
    assert listed(store, "contact_unverified", "shelter") == ["E1"]
    assert listed(store, "never_verified", "lot") == ["L1", "L2", "L3"]
    assert listed(store, "expired", "lot") == ["L2"]
    assert listed(store, "expiring_30", "lot") == ["L1"]
    assert listed(store, "expiring_90", "lot") == ["L3"]
    assert listed(store, "under_minimum", "lot") == ["L2"]
    assert listed(store, "under_minimum", "lot", county="990002") == []
    assert listed(store, "no_responsible", "hazard_source") == ["H2", "H3"]
    assert listed(store, "no_responsible", "geohazard", agency="") == ["G1"]
    assert listed(store, "unmonitored", "hazard_source") == ["H1"]
    assert listed(store, "never_verified", "shelter", county="") == ["E1"]


def test_the_board_adds_up_to_the_lists(store: Store) -> None:
    """For every kind, check and county: the count is the length of the list behind it."""
    add_records(store)
    for kind in RESOURCE_KINDS:
        with store.session() as session:
            counted = lines(tally(session, kind, today=TODAY), lambda one: one.county)
        for county, line in counted.items():
            for code, check in CHECKS.items():
                if kind in check.kinds:
                    assert len(listed(store, code, kind, county=county)) == line.counts[code]


def test_completeness_counts_recommended_fields(store: Store) -> None:
    add_records(store)
    with store.session() as session:
        (one, two) = sorted(tally(session, "depot", today=TODAY), key=lambda one: one.county)
        missing = failing(session, "incomplete", "depot", today=TODAY, county="990002")[0].missing
    asked = {item.name for item in recommended(RESOURCE_KINDS["depot"])}
    assert {"county", "agency", "contact_name", "contact_phone"} <= asked
    assert (one.filled, one.cells) == (4, len(asked))
    assert (two.filled, two.cells) == (1, len(asked))
    assert set(missing) == asked - {"county"}


def test_no_kind_asks_for_what_only_some_have() -> None:
    for kind in RESOURCE_KINDS.values():
        names = {item.name for item in recommended(kind)}
        assert not names & {"id", "name", "x", "synthetic", "verified_at"}
        assert not any("override" in name for name in names)


def test_edits_show_at_once(store: Store) -> None:
    add_records(store)

    def count(code: str, kind: str) -> int:
        return sum(
            one.counts.get(code, 0) for one in tallies(store, today=TODAY) if one.kind == kind
        )

    assert (count("overdue", "depot"), count("unmonitored", "hazard_source")) == (1, 1)
    with store.session(write=True) as session:
        verify(session, ACTOR, "depot", ["D2"], on=YESTERDAY)
        change(
            session,
            ACTOR,
            "monitoring_station",
            "S1",
            {"online": False},
            version=1,
            why="断线",
        )
    assert (count("overdue", "depot"), count("unmonitored", "hazard_source")) == (0, 2)
    with store.session(write=True) as session:
        retire(session, ACTOR, "hazard_source", "H3", version=1, why="拆除")
    assert count("unmonitored", "hazard_source") == 1
    tomorrow = tallies(store, today=TODAY + timedelta(days=1))
    assert sum(one.counts.get("expired", 0) for one in tomorrow) == 2


def test_pending_decisions_are_counted_by_county(store: Store) -> None:
    add_records(store)
    from datetime import UTC, datetime

    with store.session(write=True) as session:
        session.add(
            DuplicatePair(
                kind="hazard_source", first_id="H1", second_id="H2", distance_m=1.0, similarity=0.9,
                proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip
    with store.session() as session:
        assert pending(session) == [("duplicates", "hazard_source", "990001", 1)]


@pytest.mark.parametrize(("code", "kind"), [("x", "depot"), ("expired", "depot"), ("overdue", "x")])
def test_an_unknown_check_is_named(store: Store, code: str, kind: str) -> None:
    with store.session() as session, pytest.raises(InputError) as caught:
        failing(session, code, kind, today=date(2026, 1, 1))
    assert caught.value.code == "quality.unknown_check"


def test_recounting_a_county_equals_counting_all(store: Store) -> None:
    """A record that moves leaves its old county and joins the new one, also from or to none."""
    add_records(store)
    for by in GRAINS:
        tallies(store, today=TODAY, by=by)
    for version, county in enumerate(["990002", None, "990003"], start=1):
        with store.session(write=True) as session:
            moved = {"county": county}
            change(session, ACTOR, "hazard_source", "H1", moved, version=version, why="调整")
        require_fresh(store)


def require_fresh(store: Store) -> None:
    for by in GRAINS:
        kept = [one for one in tallies(store, today=TODAY, by=by) if one.kind == "hazard_source"]
        with store.session() as session:
            fresh = tally(session, "hazard_source", today=TODAY, by=by)
        assert sorted(map(repr, kept)) == sorted(map(repr, fresh))


def test_recounting_an_agency_equals_counting_all(store: Store) -> None:
    add_records(store)
    for by in GRAINS:
        tallies(store, today=TODAY, by=by)
    for version, agency in enumerate(["市应急局", None, "县应急局"], start=1):
        with store.session(write=True) as session:
            moved = {"agency": agency}
            change(session, ACTOR, "hazard_source", "H1", moved, version=version, why="移交")
        require_fresh(store)


def test_a_coarser_count_adds_up_to_the_finest(store: Store) -> None:
    add_records(store)
    every = tallies(store, today=TODAY)
    for by, key in (("county", lambda one: one.county), ("agency", lambda one: one.agency)):
        counted = tallies(store, today=TODAY, by=by)
        assert lines(counted, key) == lines(every, key)
        assert len({(one.kind, key(one)) for one in counted}) == len(counted)


def test_what_another_process_writes_is_counted_at_once(store: Store, other_store: Store) -> None:
    """Each process keeps counts of its own; both follow the database."""
    add_records(store)
    both = (store, other_store)
    assert [overdue_depots(one) for one in both] == [1, 1]
    with other_store.session(write=True) as session:
        verify(session, ACTOR, "depot", ["D2"], on=YESTERDAY)
    assert [overdue_depots(one) for one in both] == [0, 0]


def overdue_depots(store: Store) -> int:
    counted = tallies(store, today=TODAY, by="county")
    return sum(one.counts.get("overdue", 0) for one in counted if one.kind == "depot")
