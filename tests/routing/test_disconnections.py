"""Places lose each other where plain networkx finds no way any more."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Closures, Position, Router, from_osm_pbf, position_on
from routing.profiles import BLOCKED, PROFILES, edge_weights_ms
from tests.routing.networks import closures_on, networks, positions_on


def joined(
    router: Router, places: list[Position], without: int, profile: str, closures: Closures | None
) -> dict[int, int]:
    """Number of the part in which each place lies that is on no closed or lost street."""
    network = router.network
    weights = edge_weights_ms(network, PROFILES[profile])
    shut = np.zeros(network.edge_count, dtype=bool)
    if closures is not None and len(closures.mask):
        shut = closures.mask
    roads = nx.Graph()
    roads.add_nodes_from(range(network.node_count))
    open_streets = set()
    for edge in range(network.edge_count):
        street = int(network.edge_street[edge])
        if weights[edge] != BLOCKED and not shut[edge] and street != without:
            roads.add_edge(int(network.u[edge]), int(network.v[edge]))
            open_streets.add(street)
    part = {
        node: number
        for number, nodes in enumerate(nx.connected_components(roads))
        for node in nodes
    }
    found = {}
    for row, place in enumerate(places):
        edge = max(network.street_edges[place.street].tolist())
        ends = int(network.u[edge]), int(network.v[edge])
        if place.fraction in {0.0, 1.0}:
            against = bool(network.edge_reversed[edge])
            found[row] = part[ends[int((place.fraction == 1.0) != against)]]
        elif place.street in open_streets:
            found[row] = part[ends[0]]
    return found


@given(st.data(), networks(), st.sampled_from(sorted(PROFILES)))
@settings(max_examples=100, deadline=None)
def test_equals_networkx(data: st.DataObject, network: Router, profile: str) -> None:
    router = Router(network)
    places = data.draw(st.lists(positions_on(network), max_size=7))
    closures = data.draw(st.none() | closures_on(network))
    told = router.disconnections(places, profile=profile, closures=closures)
    before = joined(router, places, -1, profile, closures)
    for street in range(network.street_count):
        after = joined(router, places, street, profile, closures)
        lost = [
            (one, other)
            for one, other in combinations(after, 2)
            if before[one] == before[other] and after[one] != after[other]
        ]
        assert told.pairs[street] == len(lost)
        parts = {after[one] for pair in lost for one in pair}
        sides = [sum(part == one for part in after.values()) for one in parts]
        assert told.ends[street] == min(sides, default=0)


def test_a_real_extract(shared_data: Path) -> None:
    """Of 100 places, for the streets that part most and some more."""
    network = from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)
    router, random = Router(network), np.random.default_rng(3)
    places = [
        position_on(network, street, 0.5)
        for street in random.integers(0, network.street_count, 100).tolist()
    ]
    told = router.disconnections(places)
    most = np.argsort(-told.pairs)[:12].tolist()
    assert told.pairs[most[0]] > 0
    before = joined(router, places, -1, "light", None)
    for street in [*most, *random.integers(0, network.street_count, 6).tolist()]:
        after = joined(router, places, street, "light", None)
        lost = [
            0
            for one, other in combinations(after, 2)
            if before[one] == before[other] and after[one] != after[other]
        ]
        assert told.pairs[street] == len(lost)
