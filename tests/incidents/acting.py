"""Use cases of incidents, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gisapp.exercise import Exercise
from gisapp.incidents.intake import Call, open_incident
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import UnitOrder, order
from gisapp.rights import Actor, system_actor
from gisapp.store import Store

T = TypeVar("T")
OFFICER = system_actor("值班员")
HERE = (100.02, 30.0)


def do(
    store: Store,
    use_case: Callable[..., T],
    *given: Any,
    actor: Actor = OFFICER,
    exercise: Exercise | None = None,
    **named: Any,
) -> T:
    with store.session(write=True, exercise=exercise) as session:
        return use_case(session, actor, *given, **named)


def opened(store: Store, kind: str = "landslide", **given: Any) -> Incident:
    exercise = given.pop("exercise", None)
    x, y = given.pop("at", HERE)
    return do(store, open_incident, Call(kind=kind, x=x, y=y, **given), exercise=exercise)


def ordered(store: Store, incident: Incident, *ids: str, **given: Any) -> list[Assignment]:
    units = [UnitOrder(kind="team", id=one) for one in ids]
    return do(store, order, incident.id, units, **given)
