"""The five nearest of 10, 200 and 2,000 teams, side by side with networkx and scipy.

Usage: ``python benchmarks/bench_nearest.py [roads.osm.pbf]``. All answer the same questions
on the same graph in one run, and must agree to the millisecond before anything is timed.
scipy cannot stop early: it is measured once as it is, and once with the limit it would need
to know the answer to set.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import dijkstra
from subjects import median_ms, show, subjects

from routing import Resource, ResourceSet

K = 5
QUESTIONS = 40


def measure(subject, teams: int) -> None:
    main_part = np.flatnonzero(subject.network.node_component == 0)
    G, matrix = subject.reversed_networkx, subject.reversed_scipy()
    rng = np.random.default_rng(teams)
    at = rng.choice(main_part, teams, replace=False)
    asked = rng.choice(main_part, QUESTIONS).tolist()
    places = {node: subject.at_node(node) for node in asked}
    resources = [Resource(f"{i:05d}", subject.at_node(node)) for i, node in enumerate(at.tolist())]
    packed = ResourceSet(resources)

    def ours(node):
        return [one.total_s for one in subject.router.nearest(places[node], packed, K)]

    def unpacked(node):
        return subject.router.nearest(places[node], resources, K)

    def by_networkx(node):
        far = nx.single_source_dijkstra_path_length(G, node)
        return sorted(far[one] for one in at.tolist() if one in far)[:K]

    def by_scipy(node, limit=np.inf):
        far = np.sort(dijkstra(matrix, indices=node, limit=limit)[at])[:K]
        return far[np.isfinite(far)]

    farthest = {node: max(ours(node), default=0.0) * 1000 for node in asked}

    def by_scipy_knowing(node):
        return by_scipy(node, limit=farthest[node])

    for node in asked[:10]:
        expected = [round(seconds * 1000) for seconds in ours(node)]
        for peer in (by_networkx, by_scipy, by_scipy_knowing):
            assert [round(ms) for ms in peer(node)] == expected, (subject.name, node)
    rows = {
        "routing": median_ms(ours, asked),
        "routing, teams packed anew each time": median_ms(unpacked, asked),
        "scipy, limit from the answer": median_ms(by_scipy_knowing, asked),
        "scipy": median_ms(by_scipy, asked),
        "networkx": median_ms(by_networkx, asked[:8]),
    }
    show(f"{K} nearest of {teams:,} teams, median of {QUESTIONS}", rows)


if __name__ == "__main__":
    for one in subjects():
        for count in (10, 200, 2000):
            measure(one, count)
