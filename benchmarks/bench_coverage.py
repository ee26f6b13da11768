"""Nearest of 200 posts for every junction, side by side with scipy, networkx, pandana, pgRouting.

Usage: ``python benchmarks/bench_coverage.py [roads.osm.pbf]``. All get the same junctions and
milliseconds (pandana seconds, with which alone it ends) in one run, and must agree before anything
is timed; of pgRouting it is told how often it does not. pandana is left out where it is not
installed, pgRouting where no PostgreSQL on this machine has it; both are given the network
beforehand, untimed.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse.csgraph import dijkstra
from subjects import median_ms, show, subjects

from routing import Resource, ResourceSet
from routing.profiles import BLOCKED

sys.path.insert(0, str(Path(__file__).parents[1]))

POSTS, TIMES = 200, 5


def measure(subject) -> None:
    network = subject.network
    main_part = np.flatnonzero(network.node_component == 0)
    posts = np.random.default_rng(5).choice(main_part, POSTS, replace=False)
    packed = ResourceSet(
        Resource(f"{i:05d}", subject.at_node(node)) for i, node in enumerate(posts.tolist())
    )
    # The peers' graphs in the sense of the traffic: from the posts to everywhere.
    barred = subject.weights == BLOCKED
    matrix = subject.reversed_scipy(closed=barred).T.tocsr()
    G = subject.reversed_networkx.reverse()
    G.remove_edges_from([edge[:2] for edge in G.edges(data="weight") if edge[2] == BLOCKED])

    def ours(_asked):
        return subject.router.cover(packed)

    def by_scipy(_asked):
        return dijkstra(matrix, indices=posts, min_only=True)

    def by_networkx(_asked):
        return nx.multi_source_dijkstra_path_length(G, set(posts.tolist()))

    expected = by_scipy(None)
    asked = np.random.default_rng(6).choice(main_part, 2_000, replace=False).tolist()
    found = ours(None).at([subject.at_node(node) for node in asked]).total_s[:, 0]
    assert np.isclose(found * 1000, expected[asked], rtol=0, atol=0.5).all(), subject.name
    theirs = by_networkx(None)
    assert all(theirs.get(node, np.inf) == expected[node] for node in main_part[:500].tolist())
    rows = {
        "routing": median_ms(ours, range(TIMES)),
        "scipy, min_only": median_ms(by_scipy, range(TIMES)),
        "networkx": median_ms(by_networkx, range(2)),
    }
    rows |= by_pandana(subject, posts, expected)
    rows |= by_pgrouting(subject, posts, expected)
    show(f"nearest of {POSTS} posts for each of {network.node_count:,} junctions", rows)


def open_edges(subject):
    """Of parallel edges the quickest, without those that nobody may drive."""
    edges = subject.quickest_edges
    return edges[subject.weights[edges] != BLOCKED]


def by_pandana(subject, posts, expected) -> dict[str, float]:
    """It searches from each junction to the posts: the graph is turned, as costs are towards."""
    try:
        import pandana  # noqa: PLC0415 - a peer that need not be there
    except ImportError:
        print("  pandana is not installed and left out")
        return {}
    network, edges = subject.network, open_edges(subject)
    held = pandana.Network(
        pd.Series(network.x),
        pd.Series(network.y),
        pd.Series(network.v[edges]),
        pd.Series(network.u[edges]),
        pd.DataFrame({"s": subject.weights[edges] / 1000.0}),
        twoway=False,
    )
    most_s = float(np.max(expected[np.isfinite(expected)]) / 1000.0) + 1.0
    held.set_pois("post", most_s, 1, network.x[posts], network.y[posts])

    def asked(_asked):
        return held.nearest_pois(most_s, "post", num_pois=1)

    told = asked(None)[1].to_numpy()
    near = np.isfinite(expected)
    assert np.abs(told[near] - expected[near] / 1000.0).max() < 0.05, "pandana differs"
    return {"pandana": median_ms(asked, range(2))}


def by_pgrouting(subject, posts, expected) -> dict[str, float]:
    """One driving distance from all posts, each junction to the nearest alone."""
    network, edges = subject.network, open_edges(subject)
    with pgrouting() as connection:
        if connection is None:
            print("  PostgreSQL with pgRouting is not on this machine and left out")
            return {}
        connection.execute(
            "CREATE TABLE e (id int PRIMARY KEY, source int, target int, cost float,"
            " reverse_cost float)"
        )
        with connection.cursor().copy("COPY e FROM STDIN") as copy:
            columns = (network.u[edges], network.v[edges], subject.weights[edges])
            for row, values in enumerate(zip(*(one.tolist() for one in columns), strict=True)):
                copy.write_row((row, *values, -1.0))
        connection.execute("ANALYZE e")
        roots, most = posts.tolist(), float(np.max(expected[np.isfinite(expected)]))

        def asked(_asked):
            return connection.execute(
                "SELECT node, agg_cost FROM pgr_drivingDistance('SELECT * FROM e', %s::int[], %s,"
                " directed => true, equicost => true)",
                (roots, most),
            ).fetchall()

        # Version 3.4 gives some junctions the time of a post that is not the nearest.
        late = sum(round(cost) != expected[node] for node, cost in asked(None))
        return {f"pgRouting ({late:,} not the nearest)": median_ms(asked, range(2))}


@contextmanager
def pgrouting():
    """A connection to a fresh database with pgRouting, None where there is none."""
    import psycopg  # noqa: PLC0415

    import gisapp.tables  # noqa: F401, PLC0415 - the server's template is a site of ours
    from tests.postgis_server import database, running_server  # noqa: PLC0415

    if not list(Path("/usr/share/postgresql").glob("*/extension/pgrouting.control")):
        yield None
        return
    with (
        running_server() as server,
        database(server) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("CREATE EXTENSION pgrouting")
        yield connection


if __name__ == "__main__":
    for one in subjects():
        measure(one)
