"""Answers by hierarchy and by search held against networkx, over many closures and vehicles."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np

from routing import (
    PROFILES,
    Closures,
    NoRouteError,
    Resource,
    ResourceSet,
    Router,
    from_osm_pbf,
    hierarchy_of,
    position_on,
)
from routing.profiles import BLOCKED, edge_weights_ms

ANDORRA = Path(__file__).parents[3] / "shared/data/andorra/andorra-2023.osm.pbf"
SIZES, FIRST = (10, 60, 400), (1, 5, 40)


class DifferenceError(Exception):
    """An answer that is not networkx's."""


def floor_part(weight: int, along: float) -> int:
    return int(np.floor(weight * along + 0.5))


class State:
    """One vehicle under one set of closures, as networkx sees it."""

    def __init__(self, network, weights, closed) -> None:
        self.network, self.weights, self.closed = network, weights, set(closed)
        self.G = nx.DiGraph()
        self.G.add_nodes_from(range(network.node_count))
        order = np.argsort(-weights, kind="stable").tolist()
        for edge in order:  # of parallel edges the quickest comes last
            if weights[edge] != BLOCKED and edge not in self.closed:
                # Turned round, for the tree grows from the incident.
                self.G.add_edge(int(network.v[edge]), int(network.u[edge]), ms=int(weights[edge]))

    def open_edges(self, position):
        """Edges of a position's street that may be driven, and where on each it lies."""
        forward, backward = self.network.street_edges[position.street].tolist()
        sides = ((forward, position.fraction), (backward, 1.0 - position.fraction))
        return [
            (edge, along)
            for edge, along in sides
            if edge >= 0 and self.weights[edge] != BLOCKED and edge not in self.closed
        ]

    def totals(self, incident, resources):
        """Milliseconds of everyone who arrives; nobody stands on the incident's street."""
        G = self.G
        for edge, along in self.open_edges(incident):
            tail, ms = int(self.network.u[edge]), floor_part(int(self.weights[edge]), along)
            known = G.get_edge_data("incident", tail, {"ms": ms})[
                "ms"
            ]  # of a street that is a loop
            G.add_edge("incident", tail, ms=min(known, ms))
        if "incident" not in G:
            return {}
        far = nx.single_source_dijkstra_path_length(G, "incident", weight="ms")
        G.remove_node("incident")
        found = {}
        for one in resources:
            for edge, along in self.open_edges(one.position):
                head = int(self.network.v[edge])
                if head in far:
                    weight = int(self.weights[edge])
                    ms = weight - floor_part(weight, along) + far[head]
                    ms += round(one.turnout_s * 1000)
                    found[one] = min(found.get(one, BLOCKED), ms)
        return found


def asked(network, rng, count):
    """Resources in the middle of streets, with turnouts that make equal totals likely."""
    streets = rng.choice(network.street_count, count, replace=False).tolist()
    return [
        Resource(f"{count}-{i:04d}", position_on(network, street, float(rng.integers(1, 8)) / 8),
                 float(rng.integers(0, 3)) * 30)
        for i, street in enumerate(streets)
    ]  # fmt: skip


def prove(states: int, incidents: int, *, seed: int = 11) -> dict[str, int]:
    """Ask, and raise :class:`DifferenceError` at the first answer that differs."""
    network = from_osm_pbf(ANDORRA, progress=False)
    rng = np.random.default_rng(seed)
    router, plain = Router(network, hierarchy=hierarchy_of(network)), Router(network)
    fleets = [asked(network, rng, size) for size in SIZES]
    packed = [ResourceSet(fleet) for fleet in fleets]
    taken = {one.position.street for fleet in fleets for one in fleet}
    free = np.array(sorted(set(range(network.street_count)) - taken))
    weights = {name: edge_weights_ms(network, profile) for name, profile in PROFILES.items()}
    counts = {"states": 0, "questions": 0, "arrive": 0}
    driven: list[int] = []
    for number in range(states):
        profile = sorted(PROFILES)[number % len(PROFILES)]
        some = rng.integers(0, network.edge_count, int(rng.integers(0, 100)))
        ways = rng.choice(driven, int(rng.integers(0, 100))) if driven else some[:0]
        closed = sorted({*some.tolist(), *ways.tolist()})
        closures = Closures.none(network).add(f"state {number}", edge_ids=closed)
        state = State(network, weights[profile], closed)
        driven = driven[-400:]
        for _ in range(incidents):
            street = int(rng.choice(free))
            incident = position_on(network, street, float(rng.integers(1, 16)) / 16)
            if not state.open_edges(incident):
                continue
            totals = state.totals(incident, [one for fleet in fleets for one in fleet])
            for fleet, team in zip(fleets, packed, strict=True):
                expected = sorted((totals[one], one.id) for one in fleet if one in totals)
                for k, engine in zip(FIRST, (router, plain, router), strict=True):
                    told = [
                        (round(one.total_s * 1000), one.id)
                        for one in engine.nearest(
                            incident, team, k, profile=profile, closures=closures
                        )
                    ]
                    if told != expected[:k]:
                        raise DifferenceError(f"state {number}, k = {k}: {told} is {expected[:k]}")
                    counts["questions"] += 1
                    counts["arrive"] += len(told)
            counts["questions"] += 1
            sent = fleets[0][0]
            driven += drive(
                router,
                (sent, incident),
                totals.get(sent),
                profile=profile,
                closures=closures,
            )
            router.prepare(profile, packed[number % len(packed)], closures=closures)
        counts["states"] += 1
    return counts


def drive(router, ends, expected_ms, *, profile, closures) -> list[int]:
    """The edges of the way of one, which has to take what networkx says."""
    resource, incident = ends
    try:
        route = router.route(resource.position, incident, profile=profile, closures=closures)
    except NoRouteError:
        if expected_ms is not None:
            raise DifferenceError("no route where networkx has one") from None
        return []
    if round((route.travel_s + resource.turnout_s) * 1000) != expected_ms:
        raise DifferenceError(f"a route of {route.travel_s} s, networkx has {expected_ms} ms")
    return list(route.edges[1:-1])
