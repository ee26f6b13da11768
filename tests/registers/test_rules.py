"""Fields that need each other, as an overridden grade its reason, or stand for each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy.exc import IntegrityError

from gisapp.errors import InputError
from gisapp.exchange.checking import faults
from gisapp.exchange.contents import units
from gisapp.importing.prepare import prepare
from gisapp.importing.source import Source
from gisapp.messages import translate
from gisapp.registers import KINDS
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.checking import FaultsError, require_consistent
from gisapp.registers.counties import read_counties
from gisapp.registers.fields import Kind
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.monitoring_station import MonitoringStation
from gisapp.registers.kinds.unit import Unit
from gisapp.registers.rules import VOUCHED, alternatives, broken, pairs, require_whole, together
from gisapp.registers.values import parse_cell
from gisapp.rights import Right, system_actor
from gisapp.store import FileStore, Store

GEOHAZARD, UNIT = KINDS["geohazard"], KINDS["unit"]
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
    assert [pair.missing.name for pair in broken(GEOHAZARD, record)] == missing


def test_the_sentence_names_both_fields() -> None:
    with pytest.raises(InputError, match="“Danger grade overridden” is filled") as caught:
        require_whole(GEOHAZARD, {"danger_grade_override": 2})
    assert caught.value.code == "registers.half_given"
    assert caught.value.params["missing_zh"] == "险情等级认定理由"


def test_the_writer_of_registers_refuses_it(store: Store) -> None:
    """Looking at the whole record: what is stored and what is given."""
    with store.session(write=True) as session:
        store_changes(
            session, system_actor("t"), Right.EDIT, compare(session, GEOHAZARD, [HAZARD]), why="t"
        )
    with store.session() as session:
        with pytest.raises(InputError):
            compare(session, GEOHAZARD, [{"id": "G1", "danger_grade_override": 1}])
        reasoned = {"danger_grade_override": 1, "danger_grade_override_reason": "学校在下方"}
        assert len(compare(session, GEOHAZARD, [{"id": "G1", **reasoned}]).updates) == 1


def test_every_way_in_refuses_the_same_half(file_store: FileStore, tmp_path: Path) -> None:
    """The form, the importer, the writer and a county's copy, of every pair there is."""
    halves = [
        (kind, one, other)
        for kind in KINDS.values()
        for pair in pairs(kind)
        for one, other in (pair, pair[::-1])
    ]
    assert {one.name for _kind, one, _other in halves} >= {
        "monitors_id", "monitors_kind", "level_override", "level_override_reason",
    }  # fmt: skip
    path = tmp_path / "half.csv"
    with file_store.session() as session:
        counties = read_counties(session)
        for kind, filled, missing in halves:
            value = next(iter(filled.choices)) if filled.choices else "理由"
            path.write_text(f"id,name,x,y,{filled.name}\nN1,甲,111,36,{value}\n", encoding="utf-8")
            prepared = prepare(kind, Source(path=path, crs="EPSG:4326"))
            record = {filled.name: parse_cell(filled, value)}
            with pytest.raises(FaultsError) as form:
                require_consistent(session, kind, {}, record)
            with pytest.raises(InputError) as writer:
                compare(session, kind, [{"id": "N1", **record}])
            copy = faults(session, kind, "N1", record, {}, base={}, counties=counties)
            said = ("registers.half_given", missing.name)
            assert said in [(one.code, one.column) for one in prepared.faults]
            assert [said] == [(one.code, one.field) for one in form.value.faults]
            assert said == (writer.value.code, writer.value.params["field"])
            assert said in [(one.code, one.field) for one in copy]


@pytest.mark.parametrize(
    "owners", [{}, {"team_id": "T1", "hospital_id": "H1"}], ids=["nobody's", "both's"]
)
def test_every_way_in_refuses_a_unit_of_nobody_and_of_two(
    store: Store, tmp_path: Path, owners: dict[str, str]
) -> None:
    unit = {"name": "一车", "unit_type": "pumper", "profile": "heavy", "capabilities": "fire"}
    path = tmp_path / "unit.csv"
    given = unit | {"team_id": "", "hospital_id": ""} | owners
    path.write_text(f"id,{','.join(given)}\nU1,{','.join(given.values())}\n", encoding="utf-8")
    (fault,) = prepare(UNIT, Source(path=path)).faults
    assert (fault.row, fault.column, fault.code) == (2, "team_id", "registers.not_one")
    record = {**unit, "capabilities": ["fire"], **owners}
    with store.session() as session:
        with pytest.raises(InputError) as writer:
            compare(session, UNIT, [{"id": "U1", **record}])
        with pytest.raises(FaultsError) as form:
            require_consistent(session, UNIT, {}, record)
        copy = faults(
            session, UNIT, "U1", {"team_id": None, **record}, {},
            base={}, counties=read_counties(session),
        )  # fmt: skip
    assert writer.value.code == "registers.not_one"
    assert "“所属医院编号”与“所属队伍编号”须填一项" in translate(
        writer.value.code, "zh", **writer.value.params
    )
    said = ("team_id", "registers.not_one")
    assert said in [(one.field, one.code) for one in form.value.faults]
    assert said in [(one.field, one.code) for one in copy]
    with pytest.raises(IntegrityError), store.session(write=True) as session:
        session.add(Unit(id="U1", **unit | {"capabilities": []}, **owners))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_what_changes_together_is_merged_as_one(kind: Kind) -> None:
    merged = [unit for unit in units(kind) if len(unit) > 1]
    assert merged == list(together(kind))
    ruled = (*pairs(kind), *alternatives(kind))
    assert {(two.name, one.name) for one, two in ruled} <= set(merged)
    assert (VOUCHED in merged) is ("verified_by" in {field.name for field in kind.fields})


@given(st.none() | st.integers(1, 4), st.none() | st.just("理由"))
def test_both_or_neither(override: int | None, reason: str | None) -> None:
    record = {"scale_override": override, "scale_override_reason": reason}
    assert bool(broken(GEOHAZARD, record)) == ((override is None) != (reason is None))


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
