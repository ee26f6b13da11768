"""Closures in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely

from gisapp.bootstrap import App
from gisapp.clock import REAL, ExerciseClock, set_clock
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import since
from gisapp.incidents.closures import (
    LargeClosureError,
    extend_closure,
    open_closures,
    polygon_from_geojson,
    reach_of,
    require_meant,
)
from gisapp.messages import sentence
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role, system_actor
from routing import RoadNetwork, Street, from_streets
from tests.exchange.copies import SITE
from tests.incidents.closing import add_closure, lift_closure

SQUARE = shapely.box(100.0, 30.0, 100.1, 30.1)


def test_a_closure_is_kept_with_who_when_and_why(tiny_app: App) -> None:
    added = add_closure(tiny_app.store, SQUARE, reason=" 塌方 ", actor=system_actor("值班员"))

    with tiny_app.store.session() as session:
        (kept,) = open_closures(session)
        last = since(session, 0, limit=10_000)[-1]
    assert kept == added
    assert (kept.reason, kept.closed_by) == ("塌方", "值班员")
    assert kept.polygon.equals(SQUARE)
    assert (last.who, last.what, last.subject_id, last.why) == (
        "值班员",
        "insert",
        added.id,
        "塌方",
    )


def test_lifting_twice_is_one_change(tiny_app: App) -> None:
    added = add_closure(tiny_app.store, SQUARE, reason="塌方", actor=system_actor("a"))
    lift_closure(tiny_app.store, added.id, actor=system_actor("b"))
    with tiny_app.store.session() as session:
        changes = len(since(session, 0, limit=10_000))
    lift_closure(tiny_app.store, added.id, actor=system_actor("c"))

    with tiny_app.store.session() as session:
        assert len(since(session, 0, limit=10_000)) == changes
        assert open_closures(session) == []


def test_what_is_closed_and_why_it_is_open_again_stand_in_the_log(tiny_app: App) -> None:
    added = add_closure(tiny_app.store, SQUARE, reason="塌方", actor=system_actor("a"))
    lift_closure(tiny_app.store, added.id, actor=system_actor("b"), why="已抢通")
    with tiny_app.store.session() as session:
        closed, lifted = since(session, 0, limit=10_000)[-2:]
    assert closed.data is not None
    assert shapely.from_wkt(closed.data["after"]["geom"]).equals(SQUARE)
    assert (lifted.who, lifted.what, lifted.subject_id, lifted.why) == (
        "b",
        "lift",
        added.id,
        "已抢通",
    )


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PLANNER])
def test_who_may_not_close_roads_neither_closes_nor_opens_them(tiny_app: App, role: Role) -> None:
    other = replace(system_actor("x"), rights=ROLE_RIGHTS[role])
    added = add_closure(tiny_app.store, SQUARE, reason="塌方", actor=system_actor("a"))
    with pytest.raises(ForbiddenError) as refused:
        add_closure(tiny_app.store, SQUARE, reason="塌方", actor=other)
    assert refused.value.code == "accounts.forbidden"
    with pytest.raises(ForbiddenError):
        lift_closure(tiny_app.store, added.id, actor=other)
    with tiny_app.store.session() as session:
        assert open_closures(session) == [added]


def test_an_unknown_closure(tiny_app: App) -> None:
    with pytest.raises(UnknownRecordError) as caught:
        lift_closure(tiny_app.store, "C0", actor=system_actor("a"))
    assert caught.value.code == "closure.unknown"


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_a_closure_needs_a_reason(tiny_app: App, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        add_closure(tiny_app.store, SQUARE, reason=reason, actor=system_actor("a"))
    assert caught.value.code == "closure.no_reason"


@pytest.mark.parametrize("why", ["", "   ", "长" * 201])
def test_no_road_opens_without_a_reason(tiny_app: App, why: str) -> None:
    added = add_closure(tiny_app.store, SQUARE, reason="塌方", actor=system_actor("a"))
    with pytest.raises(InputError) as caught:
        lift_closure(tiny_app.store, added.id, actor=system_actor("a"), why=why)
    assert caught.value.code == "closure.no_reason"
    with tiny_app.store.session() as session:
        assert open_closures(session) == [added]


@pytest.mark.parametrize(
    "reason", ["两\n行", "a\x1b[31mb", "a\x00", "a\u202eb", "\ufeffa", "a\ud800", "a\x85b"]
)
def test_a_reason_is_one_plain_line(tiny_app: App, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        add_closure(tiny_app.store, SQUARE, reason=reason, actor=system_actor("a"))
    assert caught.value.code == "closure.bad_reason"
    with tiny_app.store.session() as session:
        assert open_closures(session) == []


def test_rare_characters_are_no_fault(tiny_app: App) -> None:
    reason = "𠮷村（\ue000）：桥 🚧"
    assert (
        add_closure(tiny_app.store, SQUARE, reason=reason, actor=system_actor("a")).reason == reason
    )


def test_heights_of_an_area_are_left_away() -> None:
    ring = [[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]
    polygon = polygon_from_geojson({"type": "Polygon", "coordinates": [ring]})
    assert not polygon.has_z
    assert polygon.bounds == (0, 0, 1, 1)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "POLYGON",
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Polygon", "coordinates": None},
        {"type": "Polygon", "coordinates": {"a": 1}},
        {"type": "Polygon"},
        {"type": ["Polygon"], "coordinates": []},
        {"type": "GeometryCollection", "geometries": []},
        shapely.box(0, 0, 1, 1),
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [500, 0], [500, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[["a", 0], [1, 0], [1, 1], ["a", 0]]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]},
    ],
)
def test_what_is_no_area_is_refused(geometry: object) -> None:
    with pytest.raises(InputError) as caught:
        polygon_from_geojson(geometry)
    assert caught.value.code == "closure.not_area"


STEP = 0.01
GRID = 12
"""Streets of a grid on a side: 2 · 12 · 13 = 312 road sections."""


@pytest.fixture(scope="module")
def grid() -> RoadNetwork:
    """A grid of streets from (100, 30) on, 0.12 degrees a side."""
    cuts = [
        ((x, y), end)
        for x in range(GRID + 1)
        for y in range(GRID + 1)
        for end in ((x + 1, y), (x, y + 1))
        if max(end) <= GRID
    ]
    place = lambda at: (100 + at[0] * STEP, 30 + at[1] * STEP)  # noqa: E731
    return from_streets([Street(coordinates=[place(a), place(b)]) for a, b in cuts])


GLOBE = shapely.box(-180, -90, 180, 90)


@pytest.mark.parametrize(
    ("area", "asks"),
    [
        (shapely.box(100.001, 30.001, 100.009, 30.009), False),  # within a block
        (shapely.box(99.995, 29.995, 100.045, 30.045), False),  # 50 of 312 sections
        (shapely.box(99.995, 29.995, 100.065, 30.065), True),  # 98
        (shapely.box(99.9, 29.9, 100.2, 30.2), True),  # all
        (GLOBE, True),
    ],
)
def test_a_closure_of_much_of_the_network_asks_again(
    grid: RoadNetwork, area: shapely.Polygon, *, asks: bool
) -> None:
    assert reach_of(grid, SITE, area).is_large is asks
    if not asks:
        require_meant(grid, SITE, area)
        return
    with pytest.raises(LargeClosureError) as caught:
        require_meant(grid, SITE, area)
    reach = reach_of(grid, SITE, area)
    assert caught.value.params["percent"] == f"{reach.roads * 100 / 312:.0f}"
    for lang in ("zh", "en"):
        assert "312" in sentence(caught.value, lang)


def test_a_part_of_a_small_network_is_an_ordinary_closure(tiny_app: App) -> None:
    bridge = shapely.box(100.025, 29.99, 100.035, 30.01)
    reach = reach_of(tiny_app.imported_router.network, tiny_app.site, bridge)
    assert (reach.roads, reach.is_large) == (1, False)


def test_running_out_opens_no_road_until_somebody_says_so(tiny_apps: App) -> None:
    store, ana = tiny_apps.store, system_actor("安娜")
    until = REAL.now() + timedelta(seconds=30)
    made = add_closure(store, SQUARE, reason="积水", actor=ana, source="police", expires_at=until)
    assert not made.is_expired
    over = ExerciseClock(began_at=REAL.now(), shows=until)
    with store.session() as session:
        set_clock(session, over)
        (closed,) = open_closures(session)
        assert closed.is_expired
    with store.session(write=True) as session:
        set_clock(session, over)
        later = until + timedelta(hours=2)
        extended = extend_closure(session, ana, made.id, later, why="水未退")
        assert (extended.expires_at, extended.is_expired) == (later, False)
        last = since(session, 0, limit=10_000)[-1]
        assert (last.what, last.who, last.why) == ("extend", "安娜", "水未退")
        extend_closure(session, ana, made.id, None, why="何时退水不明")
        assert open_closures(session)[0].expires_at is None
    lift_closure(store, made.id, actor=ana, why="已退水")
    with store.session(write=True) as session, pytest.raises(InputError) as caught:
        extend_closure(session, ana, made.id, None, why="x")
    assert caught.value.code == "closure.is_lifted"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"source": "天上"}, "closure.unknown_source"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "closure.bad_expiry"),
        ({"told_by": "a\x00"}, "closure.bad_reason"),
    ],
)
def test_who_said_so_and_until_when_are_looked_at(
    tiny_app: App, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        add_closure(tiny_app.store, SQUARE, reason="塌方", actor=system_actor("a"), **given)
    assert caught.value.code == code
    with tiny_app.store.session() as session:
        assert open_closures(session) == []
