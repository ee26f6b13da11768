"""Areas within driving times."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Closures, QueryError, Resource, Router, position_on
from routing.build import Street, from_streets
from routing.contours import DistanceField
from routing.geometry import LocalPlane
from routing.isochrones import BUFFER_M
from tests.routing.networks import closures_on, networks, positions_on

STEP = 0.03
MINUTES = [1.0, 3.0, 8.0]
SAMPLES = 12
# What the outline may be off by: the grid's cell, and an enclosed blank that is filled.
SLACK_M = 50 + math.sqrt(0.25e6 / math.pi)


@st.composite
def questions(draw: st.DrawFn):
    network = draw(networks(step=STEP))
    closures = draw(closures_on(network, step=STEP))
    profile = draw(st.sampled_from(["light", "heavy"]))
    return network, draw(positions_on(network)), closures, profile


@given(questions(), st.sampled_from(["to", "from"]))
@settings(max_examples=120, deadline=None)
def test_holds_what_is_driven_in_time(question, direction: str) -> None:
    """Sampled along every street: driven in time is inside, far from all such is outside."""
    network, place, closures, profile = question
    router = Router(network)
    how = {"profile": profile, "closures": closures}
    samples = [
        position_on(network, street, at)
        for street in range(network.street_count)
        for at in np.linspace(0.0, 1.0, SAMPLES + 1)
    ]
    if direction == "to":
        teams = [Resource(f"{i:04d}", sample) for i, sample in enumerate(samples)]
        found = router.nearest(place, teams, len(teams), **how)
        seconds = {int(one.id): one.travel_s for one in found}
        short = any(one.stops_short_m for one in found)
    else:
        seconds, short = {}, False
        for i, sample in enumerate(samples):
            for one in router.nearest(sample, [Resource("a", place)], 1, **how):
                if one.stops_short_m == 0:
                    seconds[i] = one.travel_s
    areas = router.isochrones(place, MINUTES, direction=direction, **how)
    plane = LocalPlane.at(0.06, 0.06)
    metres = plane.forward(np.array([(sample.x, sample.y) for sample in samples]))
    longest = network.street_length.max() / SAMPLES
    for area in areas:
        assert area.geometry.is_valid
        shapely.prepare(area.geometry)
        inside = shapely.contains_xy(
            area.geometry, [one.x for one in samples], [one.y for one in samples]
        )
        # Who stands at the very place arrives, but inside a closure nobody drives there.
        driven = [i for i, second in seconds.items() if 0 < second <= area.minutes * 60 - 0.01]
        assert inside[driven].all()
        if driven and not short:
            tree = shapely.STRtree(shapely.points(metres[driven]))
            apart = tree.query_nearest(
                shapely.points(metres), return_distance=True, all_matches=False
            )[1]
            outside = apart > area.buffer_m + longest + SLACK_M
            assert not inside[outside].any()


@given(questions())
@settings(max_examples=60, deadline=None)
def test_each_lies_within_the_next(question) -> None:
    network, place, closures, profile = question
    areas = Router(network).isochrones(place, [5, 1, 2, 5, 3], profile=profile, closures=closures)
    assert [area.minutes for area in areas] == [1, 2, 3, 5]
    for inner, outer in itertools.pairwise(areas):
        assert inner.geometry.is_empty or outer.geometry.covers(inner.geometry)
        assert outer.area_km2 >= inner.area_km2


def test_a_straight_road_is_a_capsule() -> None:
    """3 min at 60 km/h each way: 6 km of road, 250 m on each side, round ends."""
    network = from_streets([Street([(110.0, 36.0), (110.2, 36.0)], speed_kph=60.0)])
    (area,) = Router(network).isochrones(position_on(network, 0, 0.5), [3])
    expected = 6.0 * 2 * BUFFER_M / 1000 + math.pi * (BUFFER_M / 1000) ** 2
    assert area.area_km2 == pytest.approx(expected, rel=0.005)
    assert area.geometry.geom_type == "Polygon"


def test_direction_counts() -> None:
    """On a one-way street teams come from behind, and get only ahead."""
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0, direction=1)])
    router, place = Router(network), position_on(network, 0, 0.5)
    (towards,) = router.isochrones(place, [2], direction="to")
    (away,) = router.isochrones(place, [2], direction="from")
    assert towards.geometry.bounds[2] == pytest.approx(0.1 + 250 / 111_319, abs=1e-4)
    assert away.geometry.bounds[0] == pytest.approx(0.1 - 250 / 111_319, abs=1e-4)


def test_a_closure_cuts_the_area() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    closures = Closures.none(network).add("a", polygon=shapely.box(0.11, -1, 0.12, 1))
    (area,) = Router(network).isochrones(position_on(network, 0, 0.5), [5], closures=closures)
    assert area.geometry.bounds[2] == pytest.approx(0.11 + 250 / 111_319, abs=1e-4)


def test_a_closed_road_is_driven_up_to_the_closure() -> None:
    """From between two closures one gets nowhere but the stretch between them."""
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    closures = Closures.none(network).add("a", polygon=shapely.box(0.11, -1, 0.12, 1))
    closures = closures.add("b", polygon=shapely.box(0.05, -1, 0.06, 1))
    place = position_on(network, 0, 0.5)
    for direction in ("to", "from"):
        (area,) = Router(network).isochrones(place, [9], closures=closures, direction=direction)
        west, _, east, _ = area.geometry.bounds
        buffer = 250 / 111_319
        assert (west, east) == pytest.approx((0.06 - buffer, 0.11 + buffer), abs=1e-4)


def test_nobody_leaves_a_closed_stretch() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)])])
    closures = Closures.none(network).add("a", polygon=shapely.box(0.08, -1, 0.12, 1))
    (area,) = Router(network).isochrones(
        position_on(network, 0, 0.5), [5], closures=closures, direction="from"
    )
    assert area.geometry.is_empty
    assert area.area_km2 == 0.0


@pytest.mark.parametrize(
    ("minutes", "direction", "code"),
    [
        ([0], "to", "routing.bad_minutes"),
        ([5, -1], "to", "routing.bad_minutes"),
        ([math.nan], "to", "routing.bad_minutes"),
        ([math.inf], "to", "routing.bad_minutes"),
        ([1e300], "to", "routing.bad_minutes"),
        ([5, 1440.5], "from", "routing.bad_minutes"),
        ([], "to", "routing.bad_minutes"),
        ([5], "sideways", "routing.bad_direction"),
    ],
)
def test_bad_questions(minutes: list[float], direction: str, code: str) -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)])])
    with pytest.raises(QueryError) as raised:
        Router(network).isochrones(position_on(network, 0, 0.5), minutes, direction=direction)
    assert raised.value.code == code


def test_vast_areas_are_traced_more_coarsely() -> None:
    """A thousand kilometres of motorway stay within bounds of memory, and say so."""
    streets = [
        Street([(0.0, 0.0), (4.5, 4.5)], speed_kph=120.0, highway="motorway"),
        Street([(0.0, 4.5), (4.5, 0.0)], speed_kph=120.0, highway="motorway"),
        Street([(0.0, 0.0), (0.0, 4.5)], speed_kph=120.0, highway="motorway"),
    ]
    network = from_streets(streets)
    (area,) = Router(network).isochrones(position_on(network, 2, 0.5), [600])
    assert area.buffer_m > BUFFER_M
    assert area.geometry.is_valid


@given(
    st.lists(st.tuples(*[st.floats(-2000, 2000)] * 4), min_size=1, max_size=8),
    st.floats(125, 400),
)
@settings(max_examples=60, deadline=None)
def test_traced_area_is_the_buffer(segments: list[tuple[float, ...]], level: float) -> None:
    """Against shapely's buffer of the same segments."""
    field = DistanceField.around((-2000, -2000, 2000, 2000), cell_m=25.0, reach_m=level + 50)
    field.paint(np.array(segments))
    traced = field.area_within(level, simplify_m=0.0, least_hole_m2=0.0)
    lines = shapely.linestrings(np.array(segments).reshape(-1, 2, 2))
    buffered = shapely.union_all(shapely.buffer(lines, level, quad_segs=32))
    assert traced.is_valid
    assert shapely.symmetric_difference(traced, buffered).area < 0.01 * buffered.area


def test_a_hole_and_an_island_in_it() -> None:
    ring = np.array(
        [[0, 0, 3000, 0], [3000, 0, 3000, 3000], [3000, 3000, 0, 3000], [0, 3000, 0, 0]]
    )
    dot = np.array([[1500, 1500, 1500, 1500]])
    field = DistanceField.around((0, 0, 3000, 3000), cell_m=50.0, reach_m=400.0)
    field.paint(np.vstack((ring, dot)).astype(float))
    traced = field.area_within(250.0, simplify_m=2.0, least_hole_m2=1e5)
    assert sorted(len(part.interiors) for part in traced.geoms) == [0, 1]
    filled = field.area_within(250.0, simplify_m=2.0, least_hole_m2=1e9)
    assert all(not part.interiors for part in filled.geoms)
