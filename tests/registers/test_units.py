"""Units stand where their owner stands, and stay somebody's whatever becomes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shapely import Point

from gisapp.errors import InputError
from gisapp.exchange.features import Choice, page
from gisapp.importing.mergers import merge
from gisapp.quality.board import tallies
from gisapp.registers import KINDS, editing
from gisapp.registers.checking import FaultsError
from gisapp.registers.export import export_list
from gisapp.registers.listing import Question
from gisapp.registers.queries import record
from gisapp.registers.states import set_state
from gisapp.rights import ForbiddenError, Role, system_actor
from gisapp.store import Store
from tests.exchange.copies import OTHER, OWN, fill, put, team, with_role

LI = system_actor("li")
UNIT = {"unit_type": "pumper", "profile": "heavy", "capabilities": ["fire", "rescue"]}
PHONE = "13800001234"


def unit(record_id: str, **values: Any) -> dict[str, Any]:
    return {**UNIT, "id": record_id, "name": f"车{record_id}", "contact_phone": PHONE, **values}


@pytest.fixture
def filled(store: Store) -> Store:
    """Units of teams in two counties, and of a hospital."""
    fill(store)
    put(store, "hospital", {"id": "H1", "name": "医院", "county": OWN, "geom": Point(100, 30)})
    put(store, "unit", unit("U1", team_id="T1"), unit("U2", team_id="T3"))
    put(store, "unit", unit("U3", hospital_id="H1", unit_type="ambulance", profile="light"))
    return store


def held(store: Store, record_id: str) -> dict[str, Any]:
    with store.session() as session:
        return record(session, "unit", record_id)


def test_what_is_given_is_kept_and_what_is_not_is_unknown(filled: Store) -> None:
    kept = held(filled, "U1")
    assert (kept["team_id"], kept["hospital_id"]) == ("T1", None)
    assert (kept["capabilities"], kept["status"]) == (["fire", "rescue"], "ready")
    assert (kept["vehicles"], kept["crew"], kept["turnout_s"]) == (None, None, None)


@pytest.mark.parametrize(("kind", "owner"), [("team", "T1"), ("hospital", "H1")])
def test_an_owner_with_units_in_use_is_not_retired(filled: Store, kind: str, owner: str) -> None:
    with filled.session(write=True) as session, pytest.raises(InputError) as refused:
        editing.retire(session, LI, kind, owner, why="撤销")
    assert refused.value.code == "registers.still_needed"
    assert refused.value.params["count"] == 1
    own = "U1" if kind == "team" else "U3"
    with filled.session(write=True) as session:
        editing.retire(session, LI, "unit", own, why="撤销")
        editing.retire(session, LI, kind, owner, why="撤销")


def test_two_teams_become_one_with_the_units_of_both(filled: Store) -> None:
    put(filled, "unit", unit("U4", team_id="T2"))
    with filled.session(write=True) as session:
        merge(session, LI, "team", "T1", "T2", choices={}, why="同一队")
    assert {held(filled, one)["team_id"] for one in ("U1", "U4")} == {"T1"}
    assert held(filled, "U4")["version"] == 2


@pytest.mark.parametrize(
    ("choices", "owner"),
    [
        ({}, ("T1", None)),
        ({"team_id": "drop"}, (None, "H1")),
        ({"hospital_id": "drop"}, (None, "H1")),
    ],
)
def test_a_unit_made_of_two_is_one_owners(
    filled: Store, choices: dict[str, Any], owner: tuple[str | None, str | None]
) -> None:
    """What the kept one is not of is no gap to be filled from the other."""
    with filled.session(write=True) as session:
        merge(session, LI, "unit", "U1", "U3", choices=choices, why="同一车")
    kept = held(filled, "U1")
    assert (kept["team_id"], kept["hospital_id"]) == owner


def test_a_unit_goes_over_to_a_hospital_in_one_change_and_comes_back_by_undo(
    filled: Store,
) -> None:
    over = {"team_id": "", "hospital_id": "H1"}
    with filled.session(write=True) as session:
        with pytest.raises(FaultsError) as refused:
            editing.change(session, LI, "unit", "U1", {"hospital_id": "H1"}, version=1, why="划转")
        assert [one.code for one in refused.value.faults] == ["registers.not_one"]
        editing.change(session, LI, "unit", "U1", over, version=1, why="划转")
    assert held(filled, "U1")["hospital_id"] == "H1"
    with filled.session(write=True) as session:
        editing.undo_last(session, LI, "unit", "U1", why="误划")
    assert (held(filled, "U1")["team_id"], held(filled, "U1")["hospital_id"]) == ("T1", None)


def test_readiness_is_state_of_whoever_may_set_it_in_the_owners_county(filled: Store) -> None:
    editor = with_role(Role.COUNTY_EDITOR, OWN)
    asked = {"field": "status", "value": "busy", "seen": "ready", "why": "出动"}
    with filled.session(write=True) as session:
        for own in ("U1", "U3"):
            set_state(session, editor, "unit", own, **asked)
    assert (held(filled, "U3")["status"], held(filled, "U3")["version"]) == ("busy", 1)
    with filled.session(write=True) as session, pytest.raises(ForbiddenError):
        set_state(session, editor, "unit", "U2", **asked)
    put(
        filled,
        "unit",
        {"id": "U1", "status": "ready", "crew": 6, "team_id": "T1", "hospital_id": None},
    )
    assert (held(filled, "U1")["status"], held(filled, "U1")["crew"]) == ("busy", 6)


def test_a_county_reads_the_telephones_of_its_own_units(filled: Store, tmp_path: Path) -> None:
    """By the county of the owner: a unit has none of its own."""
    editor = with_role(Role.COUNTY_EDITOR, OWN)
    with filled.session() as session:
        found = page(session, KINDS["unit"], Choice(), actor=editor, limit=10).features
        read = {one.id: one.properties["contact_phone"] for one in found}
        path = tmp_path / "unit.csv"
        export_list(session, "unit", Question(), path, format_name="csv", actor=editor, lang="en")
    assert {one for one, phone in read.items() if phone == PHONE} == {"U1", "U3"}
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert [PHONE in line for line in lines[1:]] == [True, False, True]


def test_the_board_follows_an_owner_to_another_county(filled: Store) -> None:
    day = date(2026, 7, 1)

    def counted() -> dict[str, int]:
        return {
            one.county: one.records
            for one in tallies(filled, today=day, by="county")
            if one.kind == "unit"
        }

    assert counted() == {OWN: 2, OTHER: 1}
    put(filled, "team", team("T1", OTHER))
    assert counted() == {OWN: 1, OTHER: 2}
