"""Closing and opening roads, each in a transaction of its own."""

from __future__ import annotations

from typing import Any

from shapely import Polygon

from gisapp.incidents import closures
from gisapp.rights import Actor
from gisapp.store import Store


def add_closure(store: Store, polygon: Polygon, *, reason: str, actor: Actor, **given: Any):
    with store.session(write=True) as session:
        return closures.add_closure(session, actor, polygon, reason=reason, **given)


def lift_closure(store: Store, closure_id: str, *, actor: Actor, why: str = "已抢通"):
    with store.session(write=True) as session:
        closures.lift_closure(session, actor, closure_id, why=why)
