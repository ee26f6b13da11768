"""Which places closures cut off: held to the search that dispatch uses."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Closures, Position, Resource, RoadNetwork, Router, position_on
from routing.build import Street, from_streets
from routing.profiles import BLOCKED, PROFILES, edge_weights_ms
from routing.severed import reached_from_main
from tests.routing.networks import closures_on, networks, positions_on


def node_place(network: RoadNetwork, node: int) -> Position | None:
    """A place at a junction; None for one that no street begins at."""
    for street, edges in enumerate(network.street_edges.tolist()):
        for edge in edges:
            if edge >= 0 and node in {int(network.u[edge]), int(network.v[edge])}:
                at_tail = (int(network.u[edge]) == node) != bool(network.edge_reversed[edge])
                return position_on(network, street, 0.0 if at_tail else 1.0)
    return None


@settings(max_examples=40)
@given(st.data())
def test_a_place_is_reached_where_a_car_of_the_main_part_arrives(data: st.DataObject) -> None:
    network = data.draw(networks())
    closures = data.draw(closures_on(network))
    places = data.draw(st.lists(positions_on(network), min_size=1, max_size=4))
    router = Router(network)
    found = reached_from_main(router._graph, places, profile="light", closures=closures)

    graph = nx.DiGraph()
    graph.add_nodes_from(range(network.node_count))
    passable = edge_weights_ms(network, PROFILES["light"]) < BLOCKED
    for edge in range(network.edge_count):
        if passable[edge] and not (len(closures) and closures.mask[edge]):
            graph.add_edge(int(network.u[edge]), int(network.v[edge]))
    parts = list(nx.strongly_connected_components(graph))
    largest = max(map(len, parts))

    def arrives(start: Position, place: Position) -> bool:
        ways = router.nearest(place, [Resource("r", start)], 1, closures=closures)
        return bool(ways) and ways[0].stops_short_m == 0

    possible = []
    for part in parts:
        start = node_place(network, min(part)) if len(part) == largest else None
        if start is not None:
            possible.append([arrives(start, place) for place in places])
    assert found.tolist() in possible


@pytest.fixture
def valley() -> RoadNetwork:
    """A square of streets, and a road of 2 km from its corner up a valley, each both ways."""
    square = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01), (0.0, 0.01), (0.0, 0.0)]
    sides = [Street([a, b]) for a, b in itertools.pairwise(square)]
    return from_streets([*sides, Street([(0.01, 0.01), (0.03, 0.01)])])


def test_beyond_the_closed_stretch_is_cut_off_and_before_it_is_not(valley: RoadNetwork) -> None:
    router, none = Router(valley), Closures.none(valley)
    places = [position_on(valley, 4, at) for at in (0.2, 0.5, 0.9)] + [position_on(valley, 1, 0.5)]
    after = none.add("slide", polygon=shapely.box(0.018, 0.0, 0.022, 0.02))
    assert router.cut_off(places, before=none, after=after).tolist() == [False, True, True, False]
    # What is cut off already is not cut off anew.
    again = after.add("more", polygon=shapely.box(0.025, 0.0, 0.027, 0.02))
    assert not router.cut_off(places, before=after, after=again).any()
    assert not router.cut_off([], before=none, after=after).any()
