"""An area of an incident: what lies in it, and which of its roads stay open."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.incidents.board import log
from gisapp.incidents.closures import on_network, open_closures
from gisapp.incidents.course import join
from gisapp.incidents.models import Incident
from gisapp.incidents.surroundings import footprints
from gisapp.incidents.surroundings.contents import contents
from gisapp.incidents.surroundings.lines import confirm
from gisapp.incidents.surroundings.lines import draw as draw_line
from gisapp.incidents.surroundings.plane import plane
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened
from tests.incidents.surroundings.valley import COURSE, DAM, HAZARD, fill_valley

ACROSS = shapely.union_all(
    [
        shapely.box(100.005, 29.994, 100.015, 30.005),
        shapely.box(100.005, 29.994, 100.035, 29.996),
        shapely.box(100.025, 29.994, 100.035, 30.005),
    ]
)
"""Over half of the road A–B and half of the bridge B–C, south of the crossing B between."""
METRES = plane("EPSG:4542")


@pytest.fixture
def leak(tiny_app: App) -> Incident:
    fill_valley(tiny_app.store)
    return opened(tiny_app.store, "flood", at=DAM, hazard=HAZARD)


def line_of(store: Store, **given: Any) -> None:
    line = do(store, draw_line, *HAZARD, COURSE, width_m=400, **given)
    do(store, confirm, line.id, version=1)


def route_s(app: App) -> float | None:
    """Seconds from B to the middle of C–D, closures in force reckoned with."""
    router = app.router
    with app.store.session() as session:
        laid = on_network(router, open_closures(session))
    start, end = router.locate(100.021, 30.0), router.locate(100.05, 30.0)
    found = router.route(start, end, closures=laid)
    return None if found is None else found.travel_s


def test_a_bridge_above_stays_open_until_it_is_named(tiny_apps: App) -> None:
    store = tiny_apps.store
    made = opened(store)
    area = do(store, footprints.draw, made.id, ACROSS, label="淹没区")
    with store.session() as session:
        found = contents(session, OFFICER, area.id, tiny_apps.router.network)
    assert found.roads is not None
    assert [(one.name, round(one.length_m)) for one in found.roads] == [("主干路", 965)]
    assert found.structures is not None
    (bridge,) = found.structures
    assert (bridge.name, bridge.is_tunnel) == ("主干桥", False)
    free = route_s(tiny_apps)
    do(store, footprints.close_roads, area.id, closed_structures=[])
    assert route_s(tiny_apps) == free
    with store.session() as session:
        laid = on_network(tiny_apps.router, open_closures(session))
    network = tiny_apps.router.network
    closed = {network.names[network.street_name[one]]
              for one in network.edge_street[laid.mask].tolist()}  # fmt: skip
    assert closed == {"主干路"}
    do(store, footprints.close_roads, area.id, closed_structures=[bridge.way_id])
    with store.session() as session:
        (closure,) = open_closures(session)
    assert closure.closed_structures == (bridge.way_id,)
    assert route_s(tiny_apps) != free


def test_ending_it_opens_its_roads(tiny_apps: App) -> None:
    store = tiny_apps.store
    made = opened(store)
    area = do(store, footprints.draw, made.id, ACROSS, label="淹没区")
    do(store, footprints.close_roads, area.id, closed_structures=[])
    do(store, footprints.end, area.id, version=1, why="水已退")
    with store.session() as session:
        assert open_closures(session) == []
        assert footprints.in_force(session, made.id) == []
        told = [(one.what, one.why) for one in log(session, made.id)]
    assert told == [("insert", None), ("insert", None), ("end", "水已退")]


def test_all_within_a_distance_of_the_point(tiny_app: App, leak: Incident) -> None:
    area = do(
        tiny_app.store, footprints.buffer, leak.id, of="point", distance_m=1000, label="一公里"
    )
    west, south, east, north = METRES.metres(area.geom).bounds
    assert (east - west, north - south) == (pytest.approx(2000, abs=1),) * 2
    with tiny_app.store.session() as session:
        found = contents(session, OFFICER, area.id, None)
    assert {one.thing.id for one in found.things} == {"R1", "V4"}
    assert found.roads is None


def test_along_the_line_as_far_as_it_gets_in_so_many_minutes(tiny_app: App, leak: Incident) -> None:
    store = tiny_app.store
    with pytest.raises(InputError) as refused:
        do(store, footprints.along_line, leak.id, label="下游")
    assert refused.value.code == "downstream.is_unknown"
    line_of(store, wave_speed_kph=12)
    whole = do(store, footprints.along_line, leak.id, label="全线")
    part = do(store, footprints.along_line, leak.id, label="10 分钟", until_min=10)
    near = do(store, footprints.buffer, leak.id, of="line", distance_m=200, label="线旁")
    with store.session() as session:
        listed = {
            one.label: {
                seen.thing.id
                for seen in contents(session, OFFICER, one.id, None).things
                if seen.thing.kind == "village"
            }
            for one in (whole, part, near)
        }
    # 12 km/h are 2 km in ten minutes: past the bend, not as far as V3.
    assert listed["10 分钟"] == {"V1", "V2"}
    assert listed["全线"] == listed["10 分钟"] | {"V3"}
    assert listed["线旁"] == listed["全线"]  # V4 is 222 m above the dam
    assert METRES.metres(part.geom).area == pytest.approx(400 * 2000, rel=0.02)


def test_a_file_is_taken_in_or_refused_with_all_its_faults(tiny_app: App, leak: Incident) -> None:
    store = tiny_app.store
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(ACROSS)}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    made = do(store, footprints.take_in, leak.id, text, label="模型结果")
    assert made.geom.equals(ACROSS)
    crossing = mapping(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    bad = {"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:4542"}},
           "features": [{"type": "Feature", "geometry": crossing}, feature]}  # fmt: skip
    with pytest.raises(InputError) as refused:
        do(store, footprints.take_in, leak.id, json.dumps(bad), label="模型结果")
    said = refused.value.params["faults_zh"]
    assert all(word in str(said) for word in ("坐标系", "2 个要素", "自相交"))
    for nothing in ("", "[]", '{"type": "Point", "coordinates": [100, 30]}', "[" * 100_000):
        with pytest.raises(InputError):
            footprints.read_polygon(nothing)


def test_footprints_go_with_an_incident_that_is_joined(tiny_app: App, leak: Incident) -> None:
    store = tiny_app.store
    other = opened(store)
    area = do(store, footprints.draw, leak.id, ACROSS, label="淹没区")
    do(store, join, leak.id, other.id, version=1, why="同一事件")
    with store.session() as session:
        assert [one.id for one in footprints.in_force(session, other.id)] == [area.id]
    with pytest.raises(InputError):
        do(store, footprints.draw, leak.id, ACROSS, label="又一个")
