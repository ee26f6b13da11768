"""A footprint alarms of what it has reached of ours, and one order recalls all inside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from shapely import Polygon, box

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError
from gisapp.incidents.board import log, standing
from gisapp.incidents.command.inside import Danger, dangers
from gisapp.incidents.command.post import Draft, set_up
from gisapp.incidents.command.recall import recall
from gisapp.incidents.command.tasks import finish, open_tasks, set_task
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import find_assignment, set_state
from gisapp.incidents.positions.readings import Reading, report
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


def seen(store: Store, unit: str, x: float, minutes_ago: float, **given: float) -> None:
    at = REAL.now() - timedelta(minutes=minutes_ago) + timedelta(seconds=5)
    do(store, report, [Reading(kind="team", id=unit, at=at, x=x, y=30.0, **given)])


def test_units_on_their_way_are_reached_and_recalled(tiny_apps: App) -> None:
    """T1 drives through the water, T2 was last seen in it long ago, T3 passes by; none arrived."""
    store = tiny_apps.store
    flood = opened(store, "flood", at=(100.1, 30.0))
    first, second, _third, silent = ordered(store, flood, "T1", "T2", "T3", "M1")
    do(store, set_state, first.id, "en_route", seen="ordered")
    row = area(store, flood, box(100.0, 29.9, 100.05, 30.1))
    assert inside(store) == []
    seen(store, "T1", 100.02, 3, accuracy_m=20)
    seen(store, "T2", 100.03, 40)
    seen(store, "T3", 100.07, 1)
    assert inside(store) == [f"unit:{first.id}", f"unit:{second.id}"]
    assert alarm_texts(store, flood) == [
        "“洪水”范围内：甲队（途中，3 分钟前定位，误差 20 米）、"
        "乙队（已下令，最后一次定位在 40 分钟前，已过时，可能不在原处）。"
    ]
    made = do(store, recall, row.id, owner="现场总指挥", why="上游垮坝")
    assert [one.assignment_id for one in made] == [first.id, second.id]
    assert alarm_texts(store, flood, "en") == [
        "Inside “洪水”: 甲队 (recalled, not confirmed out; seen there 3 min ago, exact to 20 m), "
        "乙队 (recalled, not confirmed out; last position 40 min old)."
    ]
    seen(store, "T1", 100.06, 1)  # it drove out by itself
    assert inside(store) == [f"unit:{second.id}"]
    assert silent.id not in "".join(inside(store))


def test_a_unit_on_scene_is_where_it_was_seen_and_where_it_works(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store, "flood", at=HERE)
    (unit,) = on_scene(store, incident, "T1")
    scene = area(store, incident, box(100.015, 29.9, 100.025, 30.1))
    vehicle = area(store, incident, box(100.005, 29.9, 100.012, 30.1))
    assert [one.footprint.id for one in found(store)] == [scene.id]
    seen(store, "T1", 100.01, 2)
    assert [one.footprint.id for one in found(store)] == [scene.id, vehicle.id]
    seen(store, "T1", 100.0201, 1)
    (danger,) = found(store)
    assert (danger.footprint.id, danger.placed.id) == (scene.id, unit.id)
    assert danger.placed.seen is not None  # told once, by what is surest


def test_a_confirmed_unit_that_is_seen_inside_again_alarms_anew(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store, "flood")
    on_scene(store, incident, "T1")
    row = area(store, incident, box(100.0, 29.9, 100.05, 30.1))
    seen(store, "T1", 100.02, 2)
    (task,) = do(store, recall, row.id, owner="x", why="x")
    do(store, finish, task.id, version=1, result="已撤出")
    assert inside(store) == []
    at = REAL.now() + timedelta(seconds=1)
    do(store, report, [Reading(kind="team", id="T1", at=at, x=100.02, y=30.0)])
    assert len(inside(store)) == 1
    (again,) = do(store, recall, row.id, owner="x", why="x")
    assert again.id != task.id


@pytest.mark.parametrize(("accuracy_m", "reached"), [(90.0, False), (110.0, True), (None, False)])
def test_a_position_may_be_in_it_by_its_accuracy(
    tiny_app: App, accuracy_m: float | None, reached: bool
) -> None:
    """100 m west of the water: 0.001036 degrees on latitude 30."""
    store = tiny_app.store
    incident = opened(store, "flood", at=(100.1, 30.0))
    ordered(store, incident, "T1")
    area(store, incident, box(100.02, 29.9, 100.05, 30.1))
    given = {} if accuracy_m is None else {"accuracy_m": accuracy_m}
    seen(store, "T1", 100.02 - 0.001036, 1, **given)
    assert bool(inside(store)) == reached


def found(store: Store) -> list[Danger]:
    with store.session() as session:
        return dangers(session)
