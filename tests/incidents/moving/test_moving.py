"""What moves is found where it is: against brute force, after every kind of change."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from shapely import Point, box

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock, set_clock
from gisapp.errors import InputError
from gisapp.exercise import Exercise
from gisapp.incidents.board import incidents
from gisapp.incidents.closures import add_closure, lift_closure, open_closures
from gisapp.incidents.course import close, correct
from gisapp.incidents.distances import around
from gisapp.incidents.moving.index import MOST_NEAR_M, Found, moving_inside, moving_near
from gisapp.incidents.orders import set_state
from gisapp.incidents.positions.readings import Reading, last_seen, report
from gisapp.incidents.units import sendable
from gisapp.incidents.whereabouts import GEOD
from gisapp.registers.editing import change
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.store import Session, Store
from tests.incidents.acting import HERE, OFFICER, do, opened, ordered

NOW = REAL.now()
DRILL = Exercise(id="drill", clock=ExerciseClock(began_at=NOW, shows=NOW))
ALL = box(99, 29, 101, 31)


def reading(
    unit: str, x: float, y: float = 30.0, minutes_ago: float = 1, **given: float
) -> Reading:
    at = REAL.now() - timedelta(minutes=minutes_ago)
    return Reading(kind="team", id=unit, at=at, x=x, y=y, **given)


def inside(
    store: Store, area: shapely.Geometry = ALL, later: timedelta = timedelta(0), **given: object
) -> list[Found]:
    with store.session(**given) as session:  # type: ignore[arg-type]
        if later:
            moment = REAL.now() + later
            set_clock(session, ExerciseClock(began_at=REAL.now(), shows=moment, rate=0))
        return moving_inside(session, OFFICER, area)


def bases(store: Store, unit: str, **given: object) -> list[tuple[str, str, float]]:
    found = (one.placed for one in inside(store, **given))  # type: ignore[arg-type]
    return [
        (one.basis.value, one.state, round(one.geometry.centroid.x, 3))
        for one in found
        if one.id == unit
    ]


def test_a_unit_is_where_it_was_seen_and_its_age_is_told(tiny_apps: App) -> None:
    store = tiny_apps.store
    assert bases(store, "T1") == [("home", "ready", 100.001)]
    incident = opened(store, at=HERE)
    (sent,) = ordered(store, incident, "T1")
    assert bases(store, "T1") == [("home", "ordered", 100.001)]
    do(store, report, [reading("T1", 100.01, accuracy_m=25)])
    assert bases(store, "T1") == [("position", "ordered", 100.01)]
    do(store, report, [reading("T1", 100.3, minutes_ago=3)])  # late: it changes nothing
    assert bases(store, "T1") == [("position", "ordered", 100.01)]
    with store.session() as session:
        (found,) = moving_near(session, OFFICER, 100.01, 30.0, 100, moves=["unit"])
    told = found.to_dict("en", REAL.now() + timedelta(minutes=1))
    assert (told["kind"], told["id"], told["incident"]) == ("team", "T1", incident.id)
    assert (told["accuracy_m"], told["distance_m"], told["assignment"]) == (25, 0, sent.id)
    assert isinstance(told["age_s"], int)
    assert 120 <= told["age_s"] < 180

    # Time alone makes it old: then it is told so, and where the unit stands beside it.
    old = [("home", "ordered", 100.001), ("old_position", "ordered", 100.01)]
    assert bases(store, "T1", later=timedelta(minutes=20)) == old
    assert bases(store, "T1") == [("position", "ordered", 100.01)]
    do(store, set_state, sent.id, "on_scene", seen="ordered")
    on_scene = [("old_position", "on_scene", 100.01), ("scene", "on_scene", 100.02)]
    assert bases(store, "T1", later=timedelta(minutes=20)) == on_scene
    assert bases(store, "T1", later=timedelta(hours=13)) == on_scene[1:]
    do(store, set_state, sent.id, "released", seen="on_scene")
    assert bases(store, "T1", later=timedelta(minutes=20)) == [("home", "ready", 100.001)]


def test_incidents_and_closures_come_move_and_go(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store, at=HERE)
    closure = do(store, add_closure, box(100.02, 29.99, 100.04, 30.01), reason="塌方")
    west, east = box(100.015, 29.99, 100.019, 30.01), box(100.02, 29.9, 100.025, 30.1)

    def found(area: shapely.Geometry) -> list[str]:
        return [one.placed.moves.value for one in inside(store, area)]

    assert found(west) == []
    assert found(east) == ["closure", "incident"]  # its corner lies on the border
    do(store, lift_closure, closure.id, why="道路恢复")
    assert found(east) == ["incident"]
    do(store, close, incident.id, version=incident.version, why="处置完毕")
    assert found(east) == []


def test_exercises_are_apart_and_follow_the_registers(tiny_apps: App) -> None:
    store = tiny_apps.store
    opened(store, exercise=DRILL)
    do(store, report, [reading("T1", 100.2)], exercise=DRILL)
    assert bases(store, "T1") == [("home", "ready", 100.001)]
    assert bases(store, "T1", exercise=DRILL) == [("position", "ready", 100.2)]
    assert [one for one in inside(store) if one.placed.moves == "incident"] == []
    real = next(one for one in inside(store) if one.placed.id == "T2")
    with store.session(write=True) as session:
        change(session, OFFICER, "team", "T2", {"x": 100.7, "y": 30.0}, version=1, why="搬迁")
    assert real.placed.geometry.x == 100.059
    assert bases(store, "T2") == bases(store, "T2", exercise=DRILL) == [("home", "ready", 100.7)]


def test_it_agrees_with_brute_force_through_random_moves(tiny_app: App) -> None:
    store, chance = tiny_app.store, random.Random(20261127)
    units = ["T1", "T2", "T3", "T6", "M1"]
    kept: list[str] = []

    def somewhere() -> tuple[float, float]:
        return 100 + chance.uniform(-0.2, 0.2), 30 + chance.uniform(-0.2, 0.2)

    for _turn in range(60):
        step = chance.choice(["move", "move", "move", "open", "close_road", "lift", "correct"])
        if step == "move":
            batch = [
                reading(one, *somewhere(), minutes_ago=chance.uniform(0, 30))
                for one in chance.sample(units, 3)
            ]
            do(store, report, batch)
        elif step == "open":
            opened(store, at=somewhere())
        elif step == "close_road":
            ring = Point(somewhere()).buffer(chance.uniform(0.005, 0.05), quad_segs=2)
            kept.append(do(store, add_closure, ring, reason="雨").id)
        elif step == "lift" and kept:
            do(store, lift_closure, kept.pop(chance.randrange(len(kept))), why="道路恢复")
        else:
            incident = opened(store, at=somewhere())
            do(store, correct, incident.id, {"title": "改名"}, version=1, why="核实")
        area = Point(somewhere()).buffer(chance.uniform(0.01, 0.2), quad_segs=3)
        x, y, within_m = *somewhere(), chance.uniform(500, 30_000)
        with store.session() as session:
            shapes = brute(session)
            found = {(one.placed.moves.value, one.placed.id)
                     for one in moving_inside(session, OFFICER, area)}  # fmt: skip
            near = {(one.placed.moves.value, one.placed.id)
                    for one in moving_near(session, OFFICER, x, y, within_m)}  # fmt: skip
        assert found == {key for key, shape in shapes.items() if shape.intersects(area)}
        for key, shape in shapes.items():
            away = metres(shape, x, y)
            if abs(away - within_m) > 0.002 * within_m:  # the sides are walked in steps
                assert (key in near) == (away < within_m), (key, away, within_m)


def brute(session: Session) -> dict[tuple[str, str], shapely.Geometry]:
    """All that moves, read from the tables anew."""
    seen = last_seen(session)
    shapes: dict[tuple[str, str], shapely.Geometry] = {}
    for one in sendable(session):
        at = seen.get((one.kind, one.id), one)
        shapes["unit", one.id] = Point(at.x, at.y)
    for row in incidents(session):
        shapes["incident", row.id] = Point(row.x, row.y)
    for closure in open_closures(session):
        shapes["closure", closure.id] = closure.polygon
    return shapes


def metres(shape: shapely.Geometry, x: float, y: float) -> float:
    """Metres to a shape, from point to point along its sides."""
    if shape.covers(Point(x, y)):
        return 0.0
    ring = shape if isinstance(shape, Point) else shapely.segmentize(shape.exterior, 0.0002)
    points = shapely.get_coordinates(ring)
    return min(GEOD.inv(x, y, one[0], one[1])[2] for one in points.tolist())


@pytest.mark.parametrize("y", [0.0, 18.2, 53.5, 70.0])
@pytest.mark.parametrize("within_m", [50.0, 20_000.0, MOST_NEAR_M])
def test_the_box_about_a_point_holds_all_that_is_near(y: float, within_m: float) -> None:
    west, south, east, north = around(110.0, y, within_m)
    for azimuth in range(0, 360, 5):
        x, to_y, _back = GEOD.fwd(110.0, y, azimuth, within_m)
        assert west <= x <= east
        assert south <= to_y <= north
    assert GEOD.inv(110.0, y, 110.0, north)[2] < 1.02 * within_m  # and not much more


def test_who_may_not_dispatch_sees_nobody_move(tiny_app: App) -> None:
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with tiny_app.store.session() as session:
        with pytest.raises(ForbiddenError):
            moving_inside(session, viewer, ALL)
        with pytest.raises(ForbiddenError):
            moving_near(session, viewer, *HERE, 100)
        for within_m in (0, -1, MOST_NEAR_M + 1, float("nan")):
            with pytest.raises(InputError) as refused:
                moving_near(session, OFFICER, *HERE, within_m)
            assert refused.value.code == "moving.bad_distance"
