"""Fields that need each other: an overridden grade its reason, a watched id its register."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy.exc import IntegrityError

from gisapp.errors import InputError
from gisapp.registers import KINDS
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.models import Geohazard, MonitoringStation
from gisapp.registers.rules import half_given, require_whole
from gisapp.store import Store

GEOHAZARD = KINDS["geohazard"]
HAZARD = {"id": "G1", "name": "滑坡", "geohazard_type": "landslide", "geom": Point(111, 36)}


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        ({}, []),
        ({"danger_grade_override": 1, "danger_grade_override_reason": "学校在下方"}, []),
        ({"danger_grade_override": 1}, ["danger_grade_override_reason"]),
        ({"danger_grade_override_reason": "忘了填级别"}, ["danger_grade_override"]),
        (
            {"scale_override": 1, "danger_grade_override": 1},
            ["scale_override_reason", "danger_grade_override_reason"],
        ),
    ],
)
def test_an_override_needs_its_reason(record: dict[str, object], missing: list[str]) -> None:
    assert [pair.missing.name for pair in half_given(GEOHAZARD, record)] == missing


def test_the_sentence_names_both_fields() -> None:
    with pytest.raises(InputError, match="“Danger grade overridden” is filled") as caught:
        require_whole(GEOHAZARD, {"danger_grade_override": 2})
    assert caught.value.code == "registers.half_given"
    assert caught.value.params["missing_zh"] == "险情等级认定理由"


def test_the_writer_of_registers_refuses_it(store: Store) -> None:
    """Looking at the whole record: what is stored and what is given."""
    with store.session(write=True) as session:
        store_changes(session, compare(session, GEOHAZARD, [HAZARD]), who="t", why="t")
    with store.session() as session:
        with pytest.raises(InputError):
            compare(session, GEOHAZARD, [{"id": "G1", "danger_grade_override": 1}])
        reasoned = {"danger_grade_override": 1, "danger_grade_override_reason": "学校在下方"}
        assert len(compare(session, GEOHAZARD, [{"id": "G1", **reasoned}]).updates) == 1


@given(st.none() | st.integers(1, 4), st.none() | st.just("理由"))
def test_both_or_neither(override: int | None, reason: str | None) -> None:
    record = {"scale_override": override, "scale_override_reason": reason}
    assert bool(half_given(GEOHAZARD, record)) == ((override is None) != (reason is None))


def test_the_database_refuses_what_slips_by(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session(write=True) as session:
        session.add(Geohazard(**HAZARD, danger_grade_override=1))
    with pytest.raises(IntegrityError), store.session(write=True) as session:
        session.add(Geohazard(**HAZARD, scale_override=5, scale_override_reason="无此级"))
    with pytest.raises(IntegrityError), store.session(write=True) as session:
        session.add(
            MonitoringStation(
                id="S1", name="站", station_type="rain", geom=Point(111, 36), monitors_id="G1"
            )
        )
