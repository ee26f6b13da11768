"""Two records become one: incidents and units that are out go over to the one kept."""

from __future__ import annotations

from typing import Any

from shapely import Point
from sqlalchemy.orm import Session

from gisapp.bootstrap import App
from gisapp.importing.mergers import merge
from gisapp.incidents.board import log, standing
from gisapp.incidents.intake import find_incident
from gisapp.incidents.orders import out_now, set_state
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Actor, Right, system_actor
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened, ordered


def put(store: Store, kind: str, *records: dict[str, Any]) -> None:
    with store.session(write=True) as session:
        changes = compare(session, KINDS[kind], list(records))
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")


def joined(session: Session, actor: Actor, kind: str, keep: str, drop: str) -> None:
    merge(session, actor, kind, keep, drop, choices={}, why="同一处")


def test_an_incident_is_at_the_hazard_kept(tiny_apps: App) -> None:
    store = tiny_apps.store
    point = {"geohazard_type": "landslide", "geom": Point(100.02, 30), "county": "990001"}
    put(store, "geohazard", {"id": "A", "name": "甲", **point}, {"id": "B", "name": "乙", **point})
    made = opened(store, hazard=("geohazard", "B"))
    do(store, joined, "geohazard", "A", "B")
    with store.session() as session:
        assert find_incident(session, made.id).hazard_id == "A"
        last = log(session, made.id)[-1]
    assert (last.who, last.what, last.why) == (OFFICER.who, "update", "同一处")
    assert last.data == {"before": {"hazard_id": "B"}, "after": {"hazard_id": "A"}}


TEAM = {"team_type": "social", "capabilities": ["rescue"], "geom": Point(100, 30),
        "county": "990001", "status": "ready"}  # fmt: skip


def test_a_team_that_is_out_stays_out_under_the_record_kept(tiny_apps: App) -> None:
    store = tiny_apps.store
    put(store, "team", {"id": "A", "name": "甲", **TEAM}, {"id": "B", "name": "乙", **TEAM})
    made = opened(store)
    ordered(store, made, "B")
    do(store, joined, "team", "A", "B")
    with store.session() as session:
        assert out_now(session) == {("team", "A"): made.id}
        assert standing(session, made.id).units[0].names["zh"] == "甲"


def test_two_that_are_out_stay_as_they_were_said(tiny_apps: App) -> None:
    store = tiny_apps.store
    put(store, "team", {"id": "A", "name": "甲", **TEAM}, {"id": "B", "name": "乙", **TEAM})
    made = opened(store)
    _first, second = ordered(store, made, "A", "B")
    do(store, joined, "team", "A", "B")
    do(store, set_state, second.id, "stood_down", seen="ordered", why="重复登记")
    with store.session() as session:
        assert out_now(session) == {("team", "A"): made.id}
