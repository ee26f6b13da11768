"""What the map draws is kept in step with the database, whoever writes to it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from shapely import Point
from sqlalchemy import update

from gisapp.events import in_step as module
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.rights import Right, system_actor
from gisapp.store import Store
from tests.conftest import Outside
from web.map.catalogue import CATALOGUE
from web.map.drawn import BBox, Drawn

WORLD = (99.0, 29.0, 101.0, 31.0)
GEOHAZARD = CATALOGUE.layer("geohazard")


def put(store: Store, *records: dict[str, Any]) -> None:
    kind = KINDS["geohazard"]
    whole = [
        {"geohazard_type": "landslide", "name": one["id"], "geom": Point(100, 30), **one}
        for one in records
    ]
    with store.session(write=True) as session:
        store_changes(
            session, system_actor("li"), Right.EDIT, compare(session, kind, whole), why="test"
        )


def shown(
    made: Drawn, store: Store, bbox: BBox = WORLD, *, limit: int = 100, cut: bool = False
) -> dict[str, str]:
    with store.session() as session:
        found = json.loads(made.in_box(session, bbox, "zh", limit=limit))
    assert found["truncated"] == cut
    return {one["properties"]["id"]: one["properties"]["name"] for one in found["features"]}


@pytest.fixture
def made() -> Drawn:
    return Drawn(GEOHAZARD)


def test_changes_show_at_once(store: Store, made: Drawn) -> None:
    put(store, {"id": "a"}, {"id": "b"})
    assert shown(made, store) == {"a": "a", "b": "b"}
    put(store, {"id": "b", "name": "乙"}, {"id": "c", "geom": Point(100.5, 30)})
    assert shown(made, store) == {"a": "a", "b": "乙", "c": "c"}
    assert shown(made, store, (100.4, 29.0, 101.0, 31.0)) == {"c": "c"}


def test_many_changes_at_once_are_read_whole(
    store: Store, made: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TOUCHED", 2)
    put(store, {"id": "a"})
    assert shown(made, store) == {"a": "a"}
    put(store, *({"id": one} for one in "bcd"))
    assert set(shown(made, store)) == set("abcd")


def test_what_is_retired_is_no_longer_drawn(store: Store, made: Drawn) -> None:
    put(store, {"id": "a"}, {"id": "b"})
    assert set(shown(made, store)) == {"a", "b"}
    retire(store, "a")
    assert set(shown(made, store)) == {"b"}


def retire(store: Store, record_id: str) -> None:
    from gisapp.registers import editing
    from gisapp.rights import system_actor

    with store.session(write=True) as session:
        editing.retire(session, system_actor("li"), "geohazard", record_id, version=1, why="没有了")


def test_borders_belong_to_the_box(store: Store, made: Drawn) -> None:
    put(store, {"id": "a", "geom": Point(100, 30)})
    assert shown(made, store, (100, 30, 100.1, 30.1)) == {"a": "a"}
    assert shown(made, store, (99.9, 29.9, 99.999999, 30.1)) == {}


def test_the_gravest_are_drawn_where_not_all_are(store: Store, made: Drawn) -> None:
    put(store, *({"id": f"small{n}", "people": 1} for n in range(5)))
    put(store, {"id": "large", "people": 2000})
    assert "large" in shown(made, store, limit=2, cut=True)


def test_what_went_past_the_log_shows_after_an_hour(
    store: Store, made: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1000.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now_s[0]))

    def past_the_log(name: str) -> None:
        with store.session(write=True) as session:
            session.execute(update(Geohazard).values(name=name))

    def after(seconds: float) -> dict[str, str]:
        now_s[0] += seconds
        return shown(made, store)

    put(store, {"id": "a"})
    assert after(0) == {"a": "a"}
    past_the_log("乙")
    assert after(module.LONGEST_KEPT_S) == {"a": "a"}
    assert after(1) == {"a": "乙"}
    past_the_log("丙")  # kept for an hour again, from that reading on
    assert after(module.LONGEST_KEPT_S) == {"a": "乙"}
    assert after(1) == {"a": "丙"}


def test_edits_of_another_program_show(store: Store, made: Drawn, outside: Outside) -> None:
    put(store, {"id": "a"}, {"id": "b"})
    assert shown(made, store) == {"a": "a", "b": "b"}
    outside("UPDATE geohazard SET name = '改' WHERE id = 'a'")
    assert shown(made, store) == {"a": "改", "b": "b"}
    outside("DELETE FROM geohazard WHERE id = 'b'")
    assert shown(made, store) == {"a": "改"}
