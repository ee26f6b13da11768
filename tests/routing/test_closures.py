"""Closures: what a polygon or a list of edges closes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing import Closures, QueryError, RoadNetwork, position_on
from routing.build import Street, from_streets
from tests.routing.networks import STEP, networks


def straight(**options: object) -> RoadNetwork:
    return from_streets([Street([(0.0, 0.0), (0.004, 0.0), (0.01, 0.0)], **options)])


def test_a_polygon_closes_the_stretch_inside_it_both_ways() -> None:
    network = straight()
    closures = Closures.none(network).add("a", polygon=shapely.box(0.002, -1, 0.005, 1))
    forward, backward = network.street_edges[0].tolist()
    assert closures.on_edge(forward) == (pytest.approx((0.2, 0.5)),)
    assert closures.on_edge(backward) == (pytest.approx((0.5, 0.8)),)
    assert closures.mask.all()
    assert closures.partial_streets == {0}


def test_a_polygon_around_a_street_closes_it_whole() -> None:
    network = straight()
    closures = Closures.none(network).add("a", polygon=shapely.box(-1, -1, 1, 1))
    assert closures.on_edge(0) == ((0.0, 1.0),)
    assert closures.partial_streets == frozenset()


def test_two_stretches_and_overlapping_closures() -> None:
    network = straight()
    area = shapely.MultiPolygon(
        [shapely.box(0.001, -1, 0.002, 1), shapely.box(0.006, -1, 0.007, 1)]
    )
    closures = Closures.none(network).add("a", polygon=area)
    closures = closures.add("b", polygon=shapely.box(0.0015, -1, 0.003, 1))
    forward = int(network.street_edges[0, 0])
    assert np.array(closures.on_edge(forward)) == pytest.approx(np.array([[0.1, 0.3], [0.6, 0.7]]))
    assert closures.ids_on(forward) == ("a", "b")
    assert closures.ids_on(forward, 0.0, 0.12) == ("a",)
    assert closures.ids_on(forward, 0.4, 0.5) == ()


def test_touching_is_not_closing() -> None:
    network = straight()
    beside = shapely.Polygon([(0.005, 0.0), (0.006, 0.001), (0.004, 0.001)])
    assert not Closures.none(network).add("a", polygon=beside).mask.any()
    at_the_end = shapely.box(0.01, -0.001, 0.02, 0.001)
    assert not Closures.none(network).add("a", polygon=at_the_end).mask.any()


def test_a_polygon_drawn_as_an_eight_closes_both_lobes() -> None:
    network = straight()
    eight = shapely.Polygon([(0.001, -0.001), (0.003, 0.001), (0.003, -0.001), (0.001, 0.001)])
    closures = Closures.none(network).add("a", polygon=eight)
    (stretch,) = closures.on_edge(int(network.street_edges[0, 0]))
    assert stretch == pytest.approx((0.1, 0.3))


def test_edges_close_one_direction() -> None:
    network = straight()
    forward, backward = network.street_edges[0].tolist()
    closures = Closures.none(network).add("a", edge_ids=[forward])
    assert closures.on_edge(forward) == ((0.0, 1.0),)
    assert closures.on_edge(backward) == ()


def test_sets_do_not_change() -> None:
    network = straight()
    none = Closures.none(network)
    one = none.add("a", edge_ids=[0])
    two = one.add("b", edge_ids=[1], label="bridge")
    assert (len(none), len(one), len(two)) == (0, 1, 2)
    assert one.mask.tolist() == [True, False]
    assert two.remove("a").mask.tolist() == [False, True]
    assert two.closures[1].label == "bridge"
    assert two.remove("a").remove("b").on_edge(0) == ()


@pytest.mark.parametrize(
    ("closure", "code"),
    [
        ({}, "routing.closure_not_area"),
        ({"polygon": shapely.LineString([(0, 0), (1, 1)])}, "routing.closure_not_area"),
        ({"polygon": shapely.Polygon()}, "routing.closure_not_area"),
        ({"polygon": shapely.Polygon([(0, 0), (1, 1), (0, 0)])}, "routing.closure_not_area"),
        ({"edge_ids": [2]}, "routing.closure_bad_edge"),
        ({"edge_ids": [-1]}, "routing.closure_bad_edge"),
        ({"closure_id": "old", "edge_ids": []}, "routing.closure_exists"),
    ],
)
def test_unusable_closures(closure: dict, code: str) -> None:
    closures = Closures.none(straight()).add("old", edge_ids=[0])
    with pytest.raises(QueryError) as raised:
        closures.add(**{"closure_id": "new", **closure})
    assert raised.value.code == code


def test_lifting_what_is_not_closed() -> None:
    with pytest.raises(QueryError) as raised:
        Closures.none(straight()).remove("a")
    assert raised.value.code == "routing.no_such_closure"


@given(
    networks(),
    st.tuples(st.floats(-0.3, 4), st.floats(-0.3, 4), st.floats(0.1, 2), st.floats(0.1, 2)),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_stretches_are_what_lies_inside(
    network: RoadNetwork, box: tuple[float, float, float, float], turned: bool
) -> None:
    """Sampled along every edge, a place is closed exactly where it is in the polygon."""
    x, y, width, height = (value * STEP for value in box)
    area = shapely.box(x, y, x + width, y + height)
    if turned:
        area = shapely.affinity.rotate(area, 30)
    closures = Closures.none(network).add("a", polygon=area)
    inner, outer = area.buffer(-1e-8), area.buffer(1e-8)
    for edge in range(network.edge_count):
        stretches = closures.on_edge(edge)
        assert bool(stretches) == bool(closures.mask[edge])
        for along in np.linspace(0.01, 0.99, 23):
            fraction = 1 - along if network.edge_reversed[edge] else along
            place = position_on(network, int(network.edge_street[edge]), float(fraction))
            point = shapely.Point(place.x, place.y)
            closed = any(low <= along <= high for low, high in stretches)
            assert closed or not inner.contains(point)
            assert not closed or outer.contains(point)


@given(
    networks(),
    st.lists(st.floats(0.05, 1.0), min_size=3, max_size=40),
    st.tuples(st.floats(0, 4), st.floats(0, 4), st.floats(0.2, 4)),
)
@settings(max_examples=100, deadline=None)
def test_stretches_in_a_star_are_those_of_every_piece_cut_alone(
    network: RoadNetwork, radii: list[float], around: tuple[float, float, float]
) -> None:
    x, y, size = (value * STEP for value in around)
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    reach = size * np.array(radii)
    star = shapely.Polygon(np.column_stack((x + reach * np.cos(turn), y + reach * np.sin(turn))))
    assume(star.is_valid)
    closures = Closures.none(network).add("a", polygon=star)
    for edge in np.flatnonzero(~network.edge_reversed).tolist():
        street = int(network.edge_street[edge])
        part = slice(network.street_offset[street], network.street_offset[street + 1])
        points, along = network.coordinates[part], network.coordinate_fraction[part]
        closed = shapely.union_all(
            [
                shapely.LineString([(low + share * (high - low), 0) for share in shares])
                for tail, head, low, high in zip(
                    points[:-1], points[1:], along[:-1], along[1:], strict=True
                )
                for shares in _shares(tail, head, star)
            ]
        )
        stretches = closures.on_edge(edge)
        assert sum(end - start for start, end in stretches) == pytest.approx(
            closed.length, abs=1e-7
        )
        if stretches:
            assert closed.bounds[::2] == pytest.approx((stretches[0][0], stretches[-1][1]))


def _shares(tail: np.ndarray, head: np.ndarray, area: shapely.Polygon) -> list[list[float]]:
    """Ends of the parts of one straight piece inside an area, in 0..1."""
    piece = shapely.LineString([tail, head])
    inside = shapely.get_parts(shapely.intersection(piece, area))
    return [
        [piece.project(shapely.Point(place), normalized=True) for place in part.coords]
        for part in inside
        if part.length > 1e-9 * piece.length
    ]
