"""Snapping points to streets."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from routing import (
    PROFILES,
    NotOnNetworkError,
    QueryError,
    RoadNetwork,
    Router,
    locate,
    locate_many,
    position_on,
)
from routing.build import Street, from_streets
from routing.geometry import cut_street
from tests.routing.networks import networks

GEOD = Geod(ellps="WGS84")


def test_snaps_to_the_street_not_the_node() -> None:
    """The nearest node belongs to another road; the point is beside the long street."""
    network = from_streets(
        [
            Street([(110.0, 36.0), (110.2, 36.0)]),
            Street([(110.1, 36.003), (110.1, 36.01)]),
        ]
    )
    position = locate(network, 110.1, 36.001)
    assert position.street == 0
    assert position.fraction == pytest.approx(0.5)
    assert position.side_distance_m == pytest.approx(110.95, rel=1e-3)
    assert (position.x, position.y) == pytest.approx((110.1, 36.0))


def test_metres_not_degrees_decide() -> None:
    """At 60 degrees north a degree of longitude is half as long."""
    network = from_streets(
        [
            Street([(0.015, 59.9), (0.015, 60.1)]),
            Street([(-0.1, 60.010), (0.01, 60.010)]),
        ]
    )
    assert locate(network, 0.0, 60.0).street == 0


def test_a_vehicle_is_offered_only_streets_it_may_use() -> None:
    network = from_streets(
        [
            Street([(0.0, 0.0), (0.01, 0.0)], maxweight=5.0),
            Street([(0.0, 0.003), (0.01, 0.003)]),
        ]
    )
    assert locate(network, 0.005, 0.0001).street == 0
    heavy = locate(network, 0.005, 0.0001, profile=PROFILES["heavy"])
    assert heavy.street == 1
    assert heavy.side_distance_m == pytest.approx(0.0029 * 110_574, rel=1e-3)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        (math.nan, 36.0, "routing.not_a_coordinate"),
        (110.0, math.inf, "routing.not_a_coordinate"),
        (36.0, 110.0, "routing.swapped"),
        (200.0, 36.0, "routing.off_range"),
        (400.0, 400.0, "routing.off_range"),
    ],
)
def test_impossible_coordinates(x: float, y: float, code: str) -> None:
    network = from_streets([Street([(110.0, 36.0), (110.1, 36.0)])])
    with pytest.raises(QueryError) as raised:
        locate(network, x, y)
    assert raised.value.code == code


def test_swapped_coordinates_that_are_in_range() -> None:
    network = from_streets([Street([(1.4, 42.4), (1.6, 42.6)])])
    with pytest.raises(QueryError) as raised:
        locate(network, 42.5, 1.5)
    assert raised.value.code == "routing.swapped"


def test_too_far_says_how_far() -> None:
    network = from_streets([Street([(110.0, 36.0), (110.1, 36.0)])])
    with pytest.raises(NotOnNetworkError, match=r"29\.96 km .* at most 2\.00 km") as raised:
        locate(network, 110.05, 36.27)
    assert raised.value.code == "routing.too_far"
    assert raised.value.params["distance_m"] == pytest.approx(29_960, rel=1e-3)
    assert raised.value.params["limit_m"] == 2000.0
    assert raised.value.params["distance_km"] == pytest.approx(29.96, rel=1e-3)
    assert raised.value.params["limit_km"] == 2.0
    assert locate(network, 110.05, 36.27, max_distance_m=30_000).street == 0


def test_far_away_on_the_globe() -> None:
    network = from_streets([Street([(110.0, 36.0), (110.1, 36.0)])])
    for x, y in ((-70.0, -36.0), (-179.9, 89.9), (0.0, -90.0)):
        with pytest.raises(NotOnNetworkError) as raised:
            locate(network, x, y)
        assert math.isfinite(raised.value.params["distance_m"])


def test_no_street_for_the_vehicle() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)], maxweight=5.0)])
    with pytest.raises(NotOnNetworkError) as raised:
        locate(network, 0.0, 0.0, profile=PROFILES["heavy"])
    assert raised.value.code == "routing.no_usable_street"


def test_main_only_passes_over_islands() -> None:
    """A lane joined to nothing lies nearer than the road; a one-way leads on from the road."""
    network = from_streets(
        [
            Street([(0.0, 0.0), (0.01, 0.0)]),
            Street([(0.01, 0.0), (0.02, 0.0)], direction=-1),
            Street([(0.004, 0.001), (0.016, 0.001)]),
        ]
    )
    assert locate(network, 0.005, 0.0009).street == 2
    assert locate(network, 0.005, 0.0009, main_only=True).street == 0
    assert Router(network).locate(0.015, 0.0009, profile="heavy", main_only=True).street == 1
    near, far = locate_many(
        network, [0.015, 0.005], [0.0009, 0.0018], max_distance_m=150, main_only=True
    )
    assert near is not None
    assert (near.street, far) == (1, None)
    with pytest.raises(NotOnNetworkError) as raised:
        locate(network, 0.005, 0.0018, max_distance_m=150, main_only=True)
    assert raised.value.code == "routing.too_far"


def test_many_gives_none_for_what_has_no_place() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)])])
    found = locate_many(network, [0.005, math.nan, 200.0, 1.0], [0.001, 0.0, 0.0, 1.0])
    assert found[0] == locate(network, 0.005, 0.001)
    assert found[1:] == [None, None, None]
    assert locate_many(network, [], []) == []
    with pytest.raises(QueryError):
        locate_many(network, [1.0], [])


@given(
    networks(),
    st.lists(st.tuples(st.floats(-0.004, 0.012), st.floats(-0.004, 0.012)), min_size=1, max_size=5),
    st.sampled_from([40.0, 300.0, 2000.0]),
)
@settings(max_examples=100, deadline=None)
def test_nearest_of_all_streets(
    network: RoadNetwork, points: list[tuple[float, float]], reach_m: float
) -> None:
    """No street is nearer than the one found, by shapely's distances near the equator."""
    xs, ys = np.array(points).T
    found = locate_many(network, xs, ys, max_distance_m=reach_m)
    for (x, y), position in zip(points, found, strict=True):
        degrees = shapely.distance(network.street_lines, shapely.Point(x, y))
        nearest_m = degrees.min() * 111_000
        if position is None:
            assert nearest_m > reach_m * 0.99
            continue
        assert position.side_distance_m == pytest.approx(nearest_m, rel=0.01, abs=0.01)
        assert position.side_distance_m <= reach_m
        assert position.side_distance_m == pytest.approx(
            GEOD.inv(x, y, position.x, position.y)[2], rel=1e-5, abs=1e-3
        )
        again = position_on(network, position.street, position.fraction)
        assert (again.x, again.y) == pytest.approx((position.x, position.y), abs=1e-12)


def test_ends_and_points_of_the_drawing_are_exact() -> None:
    network = from_streets([Street([(0.1, 0.2), (0.13, 0.21), (0.17, 0.29)])])
    assert locate(network, 0.1, 0.2).fraction == 0.0
    assert locate(network, 0.17, 0.29).fraction == 1.0
    assert locate(network, 0.19, 0.33, max_distance_m=9000).fraction == 1.0


def test_position_off_the_network() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)])])
    for street, fraction in ((1, 0.5), (-1, 0.5), (0, 1.1), (0, math.nan)):
        with pytest.raises(QueryError):
            position_on(network, street, fraction)


def test_cutting_a_street() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.001, 0.0), (0.003, 0.0), (0.004, 0.0)])])
    assert cut_street(network, 0, 0.1, 0.5) == pytest.approx(
        np.array([[0.0004, 0], [0.001, 0], [0.002, 0]])
    )
    assert cut_street(network, 0, 0.5, 0.1)[:, 0] == pytest.approx([0.002, 0.001, 0.0004])
    assert cut_street(network, 0, 1.0, 0.0)[:, 0] == pytest.approx([0.004, 0.003, 0.001, 0.0])
