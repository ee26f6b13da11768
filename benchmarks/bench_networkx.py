"""networkx's own searches, and the same calls run compiled by ``backend="gisapp"``.

Usage: ``python benchmarks/bench_networkx.py [roads.osm.pbf]``. Both get the graph of
``to_networkx`` with its float weights and must give the same numbers, ways and cells in the same
order before anything is timed. What is timed ends with the result as networkx gives it, a
dictionary of Python's numbers, lists and sets. The first call converts the graph and is shown
apart (``cold``), as is what the search alone and the look at the weights take of the others.
"""

from __future__ import annotations

import time

import networkx as nx
import numpy as np
from subjects import median_ms, show, subjects

from routing import to_networkx
from routing.networkx_graph import ConvertedGraph

POSTS, TIMES = 200, 5


def measure(subject) -> None:
    network = subject.network
    G = to_networkx(network)
    main_part = network.node_id[network.node_component == 0]
    rng = np.random.default_rng(5)
    posts = set(rng.choice(main_part, POSTS, replace=False).tolist())
    sources, targets = rng.choice(main_part, (2, TIMES)).tolist()
    pairs = list(zip(sources, targets, strict=True))
    asked = {
        "single_source_dijkstra_path_length": sources,
        "single_source_dijkstra": sources,
        "multi_source_dijkstra_path_length": [posts] * TIMES,
        "voronoi_cells": [posts] * TIMES,
        "shortest_path": pairs,
    }
    for name, questions in asked.items():
        function = getattr(nx, name)

        def by(backend, weight="travel_time", function=function):
            return lambda question: function(
                G,
                *(question if isinstance(question, tuple) else (question,)),
                weight=weight,
                backend=backend,
            )

        for weight in ("travel_time", "length"):
            theirs = by("networkx", weight)(questions[0])
            assert in_order(theirs) == in_order(by("gisapp", weight)(questions[0])), name
        rows = {
            "gisapp, warm": median_ms(by("gisapp"), questions),
            "networkx": median_ms(by("networkx"), questions[:2]),
            "gisapp, cold: converts the graph": once_cold(G, by("gisapp"), questions[0]),
        }
        show(name, rows)
    converted = ConvertedGraph(G)
    converted.weights("travel_time")
    show(
        "of which",
        {
            "weights looked up and search": median_ms(
                lambda source: converted.search([source], "travel_time"), sources
            ),
            "weights looked up": median_ms(lambda _: converted.weights("travel_time"), sources),
            "conversion, without weights": median_ms(lambda _: ConvertedGraph(G), sources),
        },
    )


def in_order(answer):
    """Return an answer with its dictionaries' order."""
    if isinstance(answer, list):
        return answer
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [list(part.items()) for part in parts]


def once_cold(G, call, question) -> float:
    times = []
    for _ in range(3):
        G.__networkx_cache__.clear()
        start = time.perf_counter()
        call(question)
        times.append(time.perf_counter() - start)
    return sorted(times)[1] * 1000


if __name__ == "__main__":
    nx.config.warnings_to_ignore.add("cache")
    for one in subjects():
        measure(one)
