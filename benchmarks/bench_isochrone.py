"""The area reached in 30 minutes, side by side with networkx and scipy.

Usage: ``python benchmarks/bench_isochrone.py [roads.osm.pbf]``. Peers find the same reached
parts of streets, buffer them with shapely and unite them; reached times must agree to the
millisecond and areas to 4 % before anything is timed.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra
from subjects import median_ms, show, subjects

from routing.geometry import LocalPlane
from routing.isochrones import BUFFER_M

MINUTES = 30
QUESTIONS = 10


def buffered(subject, times_ms, place):
    """Unite the buffers of the street parts from which the place is reached in time."""
    network, limit = subject.network, MINUTES * 60_000
    left = limit - times_ms[network.v]
    reached = left > 0
    share = np.minimum(1.0, left[reached] / subject.weights[reached])
    lines = network.street_lines[network.edge_street[reached]]
    lines = np.where(network.edge_reversed[reached], shapely.reverse(lines), lines)
    plane = LocalPlane.at(place.x, place.y)
    lines = shapely.transform(lines, plane.forward)
    whole = share == 1.0
    parts = [
        shapely.ops.substring(line, 1.0 - part, 1.0, normalized=True)
        for line, part in zip(lines[~whole], share[~whole], strict=True)
    ]
    once = np.unique(network.edge_street[reached][whole], return_index=True)[1]
    return (
        shapely.union_all(
            shapely.buffer(np.concatenate((lines[whole][once], parts)), BUFFER_M)
        ).area
        / 1e6
    )


def measure(subject) -> None:
    network = subject.network
    main_part = np.flatnonzero(network.node_component == 0)
    asked = np.random.default_rng(5).choice(main_part, QUESTIONS).tolist()
    places = {node: subject.at_node(node) for node in asked}
    G, matrix = subject.reversed_networkx, subject.reversed_scipy()
    limit = MINUTES * 60_000

    def ours(node):
        return subject.router.isochrones(places[node], [MINUTES])[0].area_km2

    def three(node):
        return subject.router.isochrones(places[node], [10, 20, 30])

    def times_networkx(node):
        times = np.full(network.node_count, np.inf)
        far = nx.single_source_dijkstra_path_length(G, node, cutoff=limit)
        times[list(far)] = list(far.values())
        return times

    def times_scipy(node):
        return dijkstra(matrix, indices=node, limit=limit)

    def by_networkx(node):
        return buffered(subject, times_networkx(node), places[node])

    def by_scipy(node):
        return buffered(subject, times_scipy(node), places[node])

    for node in asked[:3]:
        assert np.array_equal(times_networkx(node), times_scipy(node))
        # Ours also fills enclosed blanks below a quarter of a square kilometre.
        assert 0.99 < ours(node) / by_scipy(node) < 1.06
    rows = {
        "routing": median_ms(ours, asked),
        "routing, 10 and 20 minutes too": median_ms(three, asked),
        "scipy and shapely": median_ms(by_scipy, asked[:3]),
        "networkx and shapely": median_ms(by_networkx, asked[:3]),
    }
    show(f"{MINUTES} minutes, median of {QUESTIONS}", rows)


if __name__ == "__main__":
    for one in subjects():
        measure(one)
