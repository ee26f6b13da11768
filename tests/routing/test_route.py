"""Routes: drawing, length, time and steps."""

from __future__ import annotations

import itertools

import pytest
import shapely
from hypothesis import assume, given, settings

from routing import Closures, NoRouteError, QueryError, Router, position_on
from routing.build import Street, from_streets
from routing.geometry import GEOD
from tests.routing.networks import Case, cases


@given(cases())
@settings(max_examples=100, deadline=None)
def test_a_route_is_what_nearest_promised(case: Case) -> None:
    """Time, metres left, drawing and steps of every team that arrives; no route for the rest."""
    router, network = Router(case.network), case.network
    how = {"profile": case.profile, "closures": case.closures}
    found = {one.id: one for one in router.nearest(case.incident, case.resources, 10, **how)}
    for resource in case.resources:
        origin = resource.position
        if resource.id not in found:
            with pytest.raises(NoRouteError):
                router.route(origin, case.incident, **how)
            continue
        route, promised = router.route(origin, case.incident, **how), found[resource.id]
        assert round(route.travel_s * 1000) == round(promised.travel_s * 1000)
        assert route.stops_short_m == pytest.approx(promised.stops_short_m)
        assert round(sum(step.travel_s for step in route.steps) * 1000) == round(
            route.travel_s * 1000
        )
        assert sum(step.length_m for step in route.steps) == pytest.approx(route.length_m)
        line = route.geometry
        assert line.coords[0] == (origin.x, origin.y)
        if route.stops_short_m == 0:
            assert line.coords[-1] == (case.incident.x, case.incident.y)
        assert GEOD.geometry_length(line) == pytest.approx(route.length_m, abs=0.1)
        for edge, next_edge in itertools.pairwise(route.edges):
            assert network.v[edge] == network.u[next_edge]
        assert not any(case.closures.mask[list(route.edges[1:-1])] if len(case.closures) else [])


@given(cases(closed=False))
@settings(max_examples=100, deadline=None)
def test_no_turning_back(case: Case) -> None:
    """No route drives a street and at once back again."""
    router = Router(case.network)
    for resource in case.resources:
        try:
            route = router.route(resource.position, case.incident, profile=case.profile)
        except NoRouteError:
            continue
        streets = case.network.edge_street[list(route.edges)].tolist()
        loops = case.network.u == case.network.v
        for (edge, street), (_, next_street) in itertools.pairwise(
            zip(route.edges, streets, strict=True)
        ):
            assert street != next_street or loops[edge]


def test_steps_merge_by_name() -> None:
    network = from_streets(
        [
            Street([(0.00, 0.0), (0.01, 0.0)], name="A", highway="primary"),
            Street([(0.01, 0.0), (0.04, 0.0)], name="A", highway="secondary"),
            Street([(0.04, 0.0), (0.05, 0.0)], highway="residential"),
            Street([(0.05, 0.0), (0.06, 0.0)], highway="track"),
            Street([(0.06, 0.0), (0.07, 0.0)], name="B", highway="track"),
        ]
    )
    route = Router(network).route(position_on(network, 0, 0.5), position_on(network, 4, 0.5))
    assert [(step.name, step.highway) for step in route.steps] == [
        ("A", "secondary"),
        ("", "residential"),
        ("", "track"),
        ("B", "track"),
    ]
    degree_m = 111_319.49
    assert [step.length_m for step in route.steps] == pytest.approx(
        [0.035 * degree_m, 0.01 * degree_m, 0.01 * degree_m, 0.005 * degree_m], rel=1e-5
    )


def test_cut_exactly_at_the_two_positions() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.003, 0.001), (0.009, 0.001), (0.01, 0.0)])])
    origin, destination = position_on(network, 0, 0.9), position_on(network, 0, 0.2)
    line = Router(network).route(origin, destination).geometry
    assert line.coords[0] == (origin.x, origin.y)
    assert line.coords[-1] == (destination.x, destination.y)
    assert (
        line.hausdorff_distance(
            shapely.ops.substring(network.street_lines[0], 0.2, 0.9, normalized=True)
        )
        < 1e-5
    )


def test_standing_there_already() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)], direction=1)])
    place = position_on(network, 0, 0.3)
    route = Router(network).route(place, place)
    assert (route.travel_s, route.length_m, route.steps, route.edges) == (0.0, 0.0, (), ())
    assert route.geometry.length == 0.0


def test_a_route_into_a_closure_ends_at_its_edge() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)], name="A")])
    closures = Closures.none(network).add("a", polygon=shapely.box(0.006, -1, 0.009, 1))
    route = Router(network).route(
        position_on(network, 0, 0.0), position_on(network, 0, 0.8), closures=closures
    )
    assert route.geometry.coords[-1] == pytest.approx((0.006, 0.0))
    assert route.stops_short_m == pytest.approx(0.002 * 111_319.49, rel=1e-5)


def test_one_way_has_no_way_back() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)], direction=1)])
    with pytest.raises(NoRouteError) as raised:
        Router(network).route(position_on(network, 0, 0.7), position_on(network, 0, 0.3))
    assert raised.value.code == "routing.no_route"


def test_bad_positions() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)])])
    other = from_streets([Street([(0.0, 0.0), (0.01, 0.0)])] * 3)
    place = position_on(network, 0, 0.3)
    router = Router(network)
    for pair in ((place, position_on(other, 2, 0.5)), (position_on(other, 2, 0.5), place)):
        with pytest.raises(QueryError):
            router.route(*pair)


@given(cases(closed=False))
@settings(max_examples=60, deadline=None)
def test_matrix_is_the_routes(case: Case) -> None:
    assume(case.resources)
    router = Router(case.network)
    origins = [one.position for one in case.resources]
    seconds = router.matrix(origins, [case.incident, origins[0]], profile=case.profile)
    assert seconds.shape == (len(origins), 2)
    for row, origin in enumerate(origins):
        for column, destination in enumerate((case.incident, origins[0])):
            try:
                route = router.route(origin, destination, profile=case.profile)
            except NoRouteError:
                assert seconds[row, column] == float("inf")
            else:
                assert seconds[row, column] == route.travel_s
