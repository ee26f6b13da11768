"""From 100 roads closed to the first answer, side by side with networkx and scipy.

Usage: ``python benchmarks/bench_closure.py [roads.osm.pbf]``. All close the same edges and
answer the same question, and must agree before anything is timed. networkx takes the edges
out and puts them back; scipy's matrix is built anew.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra
from subjects import median_ms, show, subjects

from routing import Closures, Resource, ResourceSet

K, TEAMS, CLOSED, QUESTIONS = 5, 200, 100, 20


def measure(subject) -> None:
    network = subject.network
    rng = np.random.default_rng(3)
    main_part = np.flatnonzero(network.node_component == 0)
    at = rng.choice(main_part, TEAMS, replace=False)
    asked = rng.choice(main_part, QUESTIONS).tolist()
    places = {node: subject.at_node(node) for node in asked}
    packed = ResourceSet(
        Resource(f"{i:05d}", subject.at_node(node)) for i, node in enumerate(at.tolist())
    )
    # Both ends' parallel edges are closed too, as the peers keep only one of them.
    pairs = rng.choice(network.edge_count, CLOSED, replace=False)
    shut = set(zip(network.u[pairs].tolist(), network.v[pairs].tolist(), strict=True))
    ends = zip(network.u.tolist(), network.v.tolist(), strict=True)
    closed = np.array([pair in shut for pair in ends])
    edges = np.flatnonzero(closed).tolist()
    none = Closures.none(network)
    standing = none.add("standing", edge_ids=edges)
    G = subject.reversed_networkx
    removed = [(v, u, G[v][u]["weight"]) for u, v in shut]

    def ours(node):
        closures = none.add("new", edge_ids=edges)
        return subject.router.nearest(places[node], packed, K, closures=closures)

    def by_polygon(node):
        place = places[node]
        area = shapely.Point(place.x, place.y).buffer(0.004)
        closures = none.add("new", polygon=area)
        return subject.router.nearest(place, packed, K, closures=closures)

    def with_standing(node):
        return subject.router.nearest(places[node], packed, K, closures=standing)

    def without(node):
        return subject.router.nearest(places[node], packed, K)

    def by_networkx(node):
        G.remove_edges_from((v, u) for v, u, _ in removed)
        far = nx.single_source_dijkstra_path_length(G, node)
        G.add_weighted_edges_from(removed)
        return sorted(far[one] for one in at.tolist() if one in far)[:K]

    def by_scipy(node):
        far = np.sort(dijkstra(subject.reversed_scipy(closed), indices=node)[at])[:K]
        return far[np.isfinite(far)]

    for node in asked:
        drives = [one.total_s for one in ours(node) if one.stops_short_m == 0]
        expected = [round(seconds * 1000) for seconds in drives]
        for peer in (by_networkx, by_scipy):
            assert [round(ms) for ms in peer(node)][: len(expected)] == expected
    rows = {
        f"routing: close {CLOSED} edges and ask": median_ms(ours, asked),
        "routing: close a polygon around the incident": median_ms(by_polygon, asked),
        "routing: ask, closures standing": median_ms(with_standing, asked),
        "routing: ask, nothing closed": median_ms(without, asked),
        "scipy: build anew and ask": median_ms(by_scipy, asked),
        "networkx: take out, ask, put back": median_ms(by_networkx, asked[:6]),
    }
    show(f"{K} nearest of {TEAMS} teams, median of {QUESTIONS}", rows)


if __name__ == "__main__":
    for one in subjects():
        measure(one)
