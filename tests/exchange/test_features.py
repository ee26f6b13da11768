"""Features of a register are chosen as its list chooses records, whatever the field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shapely import Point

from gisapp.exchange.features import Choice, count, page, walk
from gisapp.registers import KINDS
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.listing import Question, every_record, filterable
from gisapp.store import Store
from tests.exchange.copies import OWN, SYSTEM, fill, put


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store)
    placed = {"geom": Point(100, 30), "county": OWN}
    both, one = ["hazardous_chemicals", "mine_safety"], ["hazardous_chemicals"]
    put(
        store,
        "expert",
        *(
            {"id": f"E{n}", "name": "专家", "specialities": tags, **placed}
            for n, tags in enumerate((both, one, ["hydrogeology"]))
        ),
    )
    put(
        store,
        "reservoir",
        *(
            {"id": f"R{n}", "name": "库", "capacity_e8_m3": volume, "agency": f"局{n}", **placed}
            for n, volume in enumerate((20, 0.5, 0.0001))
        ),
    )
    return store


def questions(kind: Kind) -> Iterator[tuple[str, str]]:
    """Every filter of a register with every value worth asking for."""
    for item in filterable(kind):
        values = list(item.choices or (OWN, "D1", "局1"))
        if item.type is FieldType.BOOLEAN:
            values = ["1", "0", "true", "FALSE"]
        yield from ((item.name, value) for value in values)


def test_lists_and_features_find_the_same_records(filled: Store) -> None:
    found = set()
    with filled.session() as session:
        for kind in KINDS.values():
            for name, value in questions(kind):
                asked = Question(filters={name: [value]})
                listed = {row["id"] for row in every_record(session, kind.name, asked)}
                choice = Choice(equal={name: value})
                features = {one.id for one in walk(session, kind, choice, actor=SYSTEM)}
                assert features == listed, (kind.name, name, value)
                found |= {(kind.name, name) for _ in features}
    assert {
        ("expert", "specialities"), ("expert", "county"), ("team", "capabilities"),
        ("reservoir", "grade"), ("reservoir", "agency"), ("lot", "depot_id"), ("team", "county"),
    } <= found  # fmt: skip


def test_an_expert_is_found_by_speciality(filled: Store) -> None:
    chemical = Choice(equal={"specialities": "hazardous_chemicals"})
    with filled.session() as session:
        assert count(session, KINDS["expert"], chemical) == 2
        answer = page(session, KINDS["expert"], chemical, actor=SYSTEM, limit=10)
        assert [one.id for one in answer.features] == ["E0", "E1"]
