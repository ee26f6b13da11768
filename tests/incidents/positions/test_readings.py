"""Positions: kept once, in the order of their moments, absurd ones refused, thinned by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock
from gisapp.events import latest
from gisapp.exercise import Exercise
from gisapp.incidents.cut_off import cut_off
from gisapp.incidents.positions.models import UnitPosition
from gisapp.incidents.positions.readings import (
    Reading,
    Seen,
    Taken,
    last_seen,
    report,
    thin_positions,
)
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role, system_actor
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened, ordered
from tests.incidents.test_cut_off import ON_BRIDGE

NOW = REAL.now()
DRILL = Exercise(id="drill", clock=ExerciseClock(began_at=NOW, shows=NOW))


def reading(minutes_ago: float = 1, **given: Any) -> Reading:
    at = REAL.now() - timedelta(minutes=minutes_ago)
    return Reading(**{"kind": "team", "id": "T1", "at": at, "x": 100.0, "y": 30.0, **given})


def kept(store: Store) -> list[datetime]:
    with store.session() as session:
        return list(session.scalars(select(UnitPosition.at).order_by(UnitPosition.at)))


def seen(store: Store, exercise: Exercise | None = None) -> dict[tuple[str, str], Seen]:
    with store.session(exercise=exercise) as session:
        return last_seen(session)


def test_the_latest_moment_counts_whatever_came_last(tiny_apps: App) -> None:
    store = tiny_apps.store
    with store.session() as session:
        events = latest(session)
    first, late = reading(1, x=100.01), reading(5, x=100.05)
    assert do(store, report, [first]) == Taken(kept=1, known=0, refused=())
    # A phone that was out of reach sends what waited, and the last once more.
    assert do(store, report, [late, first, late]) == Taken(kept=1, known=2, refused=())
    assert seen(store) == {("team", "T1"): Seen(x=100.01, y=30.0, at=first.at)}
    assert do(store, report, [reading(2, x=100.02)], exercise=DRILL).kept == 1
    assert seen(store)["team", "T1"].x == 100.01
    assert seen(store, DRILL)["team", "T1"].x == 100.02
    with store.session() as session:
        assert latest(session) == events  # positions are no events


def test_absurd_readings_are_refused_one_by_one(tiny_app: App) -> None:
    batch: Sequence[Reading] = [
        reading(id="T0"), reading(kind="area"), reading(x=181), reading(y=float("nan")),
        reading(-5), reading(3 * 24 * 60), reading(accuracy_m=1001), reading(speed_kph=501),
        reading(heading_deg=-1), reading(accuracy_m=1000, speed_kph=0, heading_deg=360),
    ]  # fmt: skip
    taken = do(tiny_app.store, report, batch)
    assert (taken.kept, [number for number, _error in taken.refused]) == (1, list(range(9)))
    assert {error.code for _number, error in taken.refused} == {
        "position.unknown_unit", "incident.bad_point", "position.bad_moment", "position.absurd",
    }  # fmt: skip
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with pytest.raises(ForbiddenError):
        do(tiny_app.store, report, [reading()], actor=viewer)


def test_an_old_position_tells_nobody_where_a_unit_is(tiny_app: App) -> None:
    do(tiny_app.store, report, [reading(16)])
    assert seen(tiny_app.store) == {}


def test_positions_are_thinned_by_their_age(tiny_apps: App) -> None:
    store = tiny_apps.store
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    ages = {
        "today": [hour - timedelta(hours=2, seconds=s) for s in (1, 2)],
        "day": [hour - timedelta(days=2) + timedelta(seconds=s) for s in (5, 50, 65)],
        "week": [hour - timedelta(days=9) + timedelta(minutes=m) for m in (5, 50, 65)],
        "gone": [hour - timedelta(days=40)],
    }
    with store.session(write=True) as session:
        for at in (one for each in ages.values() for one in each):
            session.add(
                UnitPosition(
                    unit_kind="team", unit_id="T1", at=at, x=1, y=1, source="api", said_by="x"
                )
            )
    admin = system_actor("x")
    turns = [do(store, thin_positions, actor=admin, kept_days=30) for _turn in range(3)]
    assert turns == [1, 2, 0]
    left = [*ages["today"], *ages["day"][1:], *ages["week"][1:]]
    assert kept(store) == sorted(left)


def test_a_unit_past_the_closure_is_not_late(tiny_app: App) -> None:
    """T2 was ordered west and has crossed the bridge: closing it behind costs nothing."""
    store = tiny_app.store
    ordered(store, opened(store, at=(100.0, 30.0)), "T2")
    with store.session() as session:
        assert cut_off(tiny_app, session, OFFICER, ON_BRIDGE).units
    do(store, report, [reading(id="T2", x=100.015)])
    with store.session() as session:
        assert cut_off(tiny_app, session, OFFICER, ON_BRIDGE).units == ()
