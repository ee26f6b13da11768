"""Whose a record is: one answer, whoever asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from shapely import Point
from sqlalchemy import select

from gisapp.importing.mergers import merge
from gisapp.quality.board import tally
from gisapp.registers import KINDS
from gisapp.registers.kinds import MODELS
from gisapp.registers.owning import (
    counties_of,
    counties_said,
    county_of,
    of_county,
    owned,
    owner_fields,
)
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role
from gisapp.store import FileStore, Store
from tests.exchange.copies import OTHER, OWN, by_hand, fill, put

LOT, UNIT = KINDS["lot"], KINDS["unit"]
UNIT_OF = {
    "name": "救护车组", "unit_type": "ambulance", "profile": "light", "capabilities": ["medical"],
    "contact_phone": "13800001234",
}  # fmt: skip
DAY = date(2026, 7, 1)
EDITOR = Actor(
    login="e", name="e", role=Role.COUNTY_EDITOR, county=OWN, agency=None,
    rights=ROLE_RIGHTS[Role.COUNTY_EDITOR],
)  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    """Lots, and units of a team and of a hospital, of two counties."""
    fill(store)
    hospital = {"id": "H2", "name": "医院", "county": OTHER, "geom": Point(100, 30)}
    put(store, "hospital", hospital)
    for number, owner in enumerate(({"team_id": "T1"}, {"team_id": "T3"}, {"hospital_id": "H2"})):
        put(store, "unit", UNIT_OF | owner | {"id": f"U{number}"})
    lot = {"depot_id": "D1", "item_code": "1010101", "item": "帐篷", "quantity": 5.0, "unit": "顶"}
    put(store, "lot", lot | {"id": "X1"}, lot | {"id": "X2"})
    return store


def test_a_record_is_of_the_county_of_what_it_is_part_of() -> None:
    assert owner_fields(LOT) == ("depot_id",)
    assert owner_fields(UNIT) == ("team_id", "hospital_id")
    assert {owner_fields(kind) for kind in owned()} == {
        ("county",), ("depot_id",), ("team_id", "hospital_id"),
    }  # fmt: skip
    assert {name for name, kind in KINDS.items() if kind not in owned()} == {
        "area", "place", "river",
    }  # fmt: skip


def test_whoever_asks_is_told_the_same_county(filled: Store) -> None:
    with filled.session() as session:
        for kind in owned():
            model = MODELS[kind.name]
            held = {
                row.id: {field: getattr(row, field) for field in owner_fields(kind)}
                for row in session.scalars(select(model))
            }
            stored = counties_of(session, kind, list(held))
            told = {one: county_of(session, kind, values) for one, values in held.items()}
            said = counties_said(session, kind, list(held.values()))
            unsaid = counties_said(session, kind, [{"id": one} for one in held])
            assert stored == told
            assert list(told.values()) == said == unsaid
            for county in (OWN, OTHER):
                chosen = set(session.scalars(select(model.id).where(of_county(kind, county))))
                assert chosen == {one for one, its in stored.items() if its == county}


@pytest.mark.parametrize("name", ["lot", "unit"])
def test_the_board_counts_by_the_same_county(filled: Store, name: str) -> None:
    with filled.session() as session:
        stored = counties_of(session, KINDS[name], list(session.scalars(select(MODELS[name].id))))
        counted = {one.county: one.records for one in tally(session, name, today=DAY, by="county")}
    assert counted == {
        county or "": list(stored.values()).count(county) for county in set(stored.values())
    }


def test_a_lot_whose_depot_is_nowhere_is_of_no_county(file_store: FileStore) -> None:
    """Another program took the depot away: the lot is still counted, by nobody's county."""
    fill(file_store)
    by_hand(Path(file_store.address), "DELETE FROM depot WHERE id = 'D2'")
    with file_store.session() as session:
        assert counties_of(session, LOT, ["LD1", "LD2"]) == {"LD1": OWN, "LD2": None}
        assert county_of(session, LOT, {"depot_id": "D2"}) is None
        counted = {one.county: one.records for one in tally(session, "lot", today=DAY, by="county")}
    assert counted == {OWN: 1, "": 1}


def test_a_file_that_leaves_the_depot_away_leaves_the_county(filled: Store) -> None:
    with filled.session() as session:
        assert counties_said(session, LOT, [{"id": "X1"}, {"id": "N", "depot_id": "D2"}, {}]) == [
            OWN, OTHER, None,
        ]  # fmt: skip


def test_a_county_merges_its_own_lots_and_no_others(filled: Store) -> None:
    with filled.session(write=True) as session:
        merge(session, EDITOR, "lot", "X1", "X2", choices={}, why="同一批")
    with filled.session(write=True) as session, pytest.raises(ForbiddenError):
        merge(session, EDITOR, "lot", "X1", "LD2", choices={}, why="同一批")
