"""An incident is told again in one order of time, whatever came first into the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock
from gisapp.errors import InputError, UnknownRecordError
from gisapp.exercise import Exercise
from gisapp.incidents.orders import set_state
from gisapp.incidents.positions.readings import Reading, report
from gisapp.incidents.replay import Replay, replay
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened, ordered

NOW = REAL.now()


def after(seconds: float) -> Exercise:
    """A drill whose clock stands so long after now."""
    shows = NOW + timedelta(seconds=seconds)
    return Exercise(id="drill", clock=ExerciseClock(began_at=NOW, shows=shows, rate=0))


def told(store: Store, incident_id: str, **given: object) -> Replay:
    with store.session(exercise=after(60)) as session:
        return replay(session, OFFICER, incident_id, **given)  # type: ignore[arg-type]


def words(found: Replay) -> list[str]:
    steps = found.to_dict("zh")["steps"]
    assert isinstance(steps, list)
    return [
        f"{one['unit_id']}@{one['x']:.2f}" if one["type"] == "position" else str(one["what"])
        for one in steps
        if isinstance(one, dict)
    ]


def test_events_and_positions_in_one_order(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(
        store, "flood", caller_name="李四", caller_phone="13812345678", exercise=after(0)
    )
    other = opened(store, "flood", at=(100.1, 30.0), exercise=after(0))
    (unit,) = ordered(store, incident, "T1", exercise=after(10))
    ordered(store, other, "T2", exercise=after(10))
    do(store, set_state, unit.id, "en_route", seen="ordered", exercise=after(17))
    do(store, set_state, unit.id, "on_scene", seen="en_route", exercise=after(25))
    moments = [NOW + timedelta(seconds=s) for s in (5, 15, 20, 30)]
    readings = [
        Reading(kind="team", id=one, at=at, x=100 + number / 100, y=30.0)
        for number, at in enumerate(moments)
        for one in ("T1", "T2")
    ]
    # The last first: the order is that of their moments.
    do(store, report, readings[::-1], exercise=after(40))
    with store.session() as session, pytest.raises(UnknownRecordError):
        replay(session, OFFICER, incident.id)  # reality knows nothing of it

    whole = told(store, incident.id)
    listed = [one for one in words(whole) if one not in {"insert", "note"}]
    assert listed[-6:] == ["order", "T1@100.01", "set_out", "T1@100.02", "arrive", "T1@100.03"]
    assert [one.at for one in whole.steps] == sorted(one.at for one in whole.steps)
    assert "T2" not in "".join(words(whole))  # it serves another
    said = str(whole.to_dict("zh"))
    assert "李四" not in said
    assert "13812345678" not in said
    part = told(store, incident.id, since=moments[1], until=moments[2])
    assert words(part) == ["T1@100.01", "set_out"]

    # Page by page it is the same, nothing twice and nothing left off.
    pages, since = [], None
    while True:
        page = told(store, incident.id, since=since, most=3)
        pages += page.steps
        since = page.goes_on_from
        if since is None:
            break
    assert tuple(pages) == whole.steps


def test_who_may_not_dispatch_replays_nothing(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store, exercise=after(0))
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with store.session(exercise=after(1)) as session, pytest.raises(ForbiddenError):
        replay(session, viewer, incident.id)
    with pytest.raises(UnknownRecordError):
        told(store, "0")
    with pytest.raises(InputError) as refused:
        told(store, incident.id, since=REAL.now(), until=REAL.now() - timedelta(seconds=1))
    assert refused.value.code == "replay.bad_span"
