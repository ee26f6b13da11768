"""A footprint alarms of what it has reached of ours, and one order recalls all inside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from shapely import Polygon, box

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.incidents.board import log, standing
from gisapp.incidents.command.inside import dangers
from gisapp.incidents.command.post import Draft, set_up
from gisapp.incidents.command.recall import recall
from gisapp.incidents.command.tasks import finish, open_tasks, set_task
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import find_assignment, set_state
from gisapp.incidents.surroundings.footprints import draw, end
from gisapp.incidents.surroundings.models import Footprint
from gisapp.store import Store
from tests.incidents.acting import HERE, do, opened, ordered


def on_scene(store: Store, incident: Incident, *ids: str) -> list[Assignment]:
    units = ordered(store, incident, *ids)
    return [do(store, set_state, one.id, "on_scene", seen="ordered") for one in units]


def area(store: Store, incident: Incident, polygon: Polygon) -> Footprint:
    return do(store, draw, incident.id, polygon, label="洪水")


def inside(store: Store) -> list[str]:
    with store.session() as session:
        return [f"{one.placed.own}:{one.placed.id}" for one in dangers(session)]


def alarm_texts(store: Store, incident: Incident, lang: str = "zh") -> list[str]:
    with store.session() as session:
        found = standing(session, incident.id).command.alarms(REAL.now())
    return [str(one.to_dict(lang)["text"]) for one in found if one.kind == "danger"]


def test_exactly_those_inside_are_recalled(tiny_apps: App) -> None:
    """T1 stands in the water, T2 is on its way, T3 at another incident in it, M1 outside."""
    store = tiny_apps.store
    flood, near, far = (opened(store, "flood", at=at) for at in (HERE, (100.03, 30.0), (100.1, 30)))
    (first,) = on_scene(store, flood, "T1")
    (way,) = ordered(store, flood, "T2")
    (third,) = on_scene(store, near, "T3")
    on_scene(store, far, "M1")
    row = area(store, flood, box(100.0, 29.9, 100.05, 30.1))
    assert inside(store) == [f"unit:{first.id}", f"unit:{third.id}"]
    assert alarm_texts(store, flood) == ["“洪水”范围内：甲队（在场）、岛队（在场）。"]
    assert alarm_texts(store, near) == ["“洪水”范围内：岛队（在场）。"]
    assert alarm_texts(store, far) == []

    made = do(store, recall, row.id, owner="现场总指挥", why="上游垮坝", within_min=10)
    assert [one.assignment_id for one in made] == [first.id, third.id]
    assert [one.incident_id for one in made] == [flood.id, near.id]
    assert made[0].due_at - made[0].made_at == timedelta(minutes=10)
    with store.session() as session:
        assert find_assignment(session, first.id).state == "on_scene"
        lines = [one.to_dict("zh") for one in log(session, flood.id)]
    (told,) = [one for one in lines if one["what"] == "recall"]
    assert (told["text"], told["why"], told["unit_id"]) == ("撤出“洪水”。", "上游垮坝", "T1")
    assert alarm_texts(store, near) == ["“洪水”范围内：岛队（已命令撤出，未确认）。"]
    with pytest.raises(InputError) as refused:  # nobody is told twice
        do(store, recall, row.id, owner="x", why="x")
    assert refused.value.code == "command.nobody_inside"

    do(store, set_state, way.id, "on_scene", seen="ordered")
    (late,) = do(store, recall, row.id, owner="x", why="x")
    assert late.assignment_id == way.id
    do(store, finish, made[0].id, version=1, result="已到高地")
    assert inside(store) == [f"unit:{way.id}", f"unit:{third.id}"]


def test_borders_count_and_an_ended_footprint_does_not(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store, "flood")
    (unit,) = on_scene(store, incident, "T1")
    x, y = HERE
    row = area(store, incident, box(x, y, x + 0.01, y + 0.01))
    assert inside(store) == [f"unit:{unit.id}"]
    area(store, incident, box(x + 1e-6, y, x + 0.01, y + 0.01))
    assert inside(store) == [f"unit:{unit.id}"]
    do(store, end, row.id, version=1, why="水退")
    assert inside(store) == []


def test_work_points_and_the_post_alarm_but_are_not_recalled(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store, "flood", at=(100.1, 30.0))
    due = REAL.now() + timedelta(hours=1)
    task = do(
        store, set_task, incident.id, text="加固子堤", owner="乡政府", due_at=due,
        point=(100.02, 30.0),
    )  # fmt: skip
    do(store, set_task, incident.id, text="别处", owner="x", due_at=due, point=(100.2, 30.0))
    post = do(
        store, set_up, incident.id, Draft(place="村委会", commander="王某", point=(100.03, 30.0))
    )
    row = area(store, incident, box(100.0, 29.9, 100.05, 30.1))
    assert inside(store) == [f"work_point:{task.id}", f"post:{post.id}"]
    assert alarm_texts(store, incident, "en") == [
        "Inside “洪水”: the work point “加固子堤”, the command post at 村委会."
    ]
    with pytest.raises(InputError):
        do(store, recall, row.id, owner="x", why="x")
    do(store, finish, task.id, version=1)
    assert inside(store) == [f"post:{post.id}"]
    with store.session() as session:
        assert [one.text for one in open_tasks(session, incident.id)] == ["别处"]
