"""The loss of every street, one at a time, side by side with networkx that searches anew for each.

Usage: ``python benchmarks/bench_losses.py [roads.osm.pbf] [streets for networkx]``. 300 places with
people and 8 stations on the extract (default Andorra). Ours reckons all streets exactly; it is
first compared with plain networkx on every street, unless a number of them is given, and ends with
a fault where one differs. Read the ratio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np
from subjects import ANDORRA

from routing import (
    PROFILES,
    Fleet,
    Resource,
    ResourceSet,
    Router,
    from_osm_pbf,
    position_on,
    warm_up,
)
from routing.profiles import BLOCKED, edge_weights_ms

PLACES, STATIONS, LIMIT_S = 300, 8, 600.0


def main() -> None:
    if len(sys.argv) < 2 and not ANDORRA.is_file():
        print(f"skipped: no file {ANDORRA}")
        return
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ANDORRA
    network = from_osm_pbf(path, progress=False)
    router, random = Router(network), np.random.default_rng(5)
    # At junctions, where networkx needs no positions on edges.
    spots = [
        position_on(network, street, 0.0)
        for street in random.integers(0, network.street_count, PLACES + STATIONS).tolist()
    ]
    people = random.integers(0, 500, PLACES).astype(float)
    crews = ResourceSet(Resource(f"{i}", one, 60.0) for i, one in enumerate(spots[PLACES:]))
    warm_up()

    began = time.perf_counter()
    baseline = router.baseline([Fleet(crews, spots[:PLACES])])
    told = baseline.without(weights=people, limit_s=LIMIT_S)
    ours_s = time.perf_counter() - began

    weight = edge_weights_ms(network, PROFILES["light"])
    roads = nx.MultiDiGraph()
    roads.add_nodes_from(range(network.node_count))
    for edge in np.flatnonzero(weight != BLOCKED).tolist():
        roads.add_edge(int(network.u[edge]), int(network.v[edge]), key=edge, ms=int(weight[edge]))
    at = [_node(network, one) for one in spots]
    before = _seconds(roads, at)
    streets = np.arange(network.street_count)
    if len(sys.argv) > 2:
        streets = random.choice(streets, int(sys.argv[2]), replace=False)
    began, faults = time.perf_counter(), 0
    for street in streets.tolist():
        gone = [edge for edge in network.street_edges[street].tolist() if edge >= 0]
        held = [(int(network.u[edge]), int(network.v[edge]), edge) for edge in gone]
        held = [one for one in held if roads.has_edge(*one)]
        roads.remove_edges_from(held)
        after = _seconds(roads, at)
        for u, v, edge in held:
            roads.add_edge(u, v, key=edge, ms=int(weight[edge]))
        was, still = np.isfinite(before), np.isfinite(after)
        added_s = float((people * np.where(still, after - np.where(was, before, 0), 0))[was].sum())
        isolated = float(people[was & ~still].sum())
        late = float(people[was & still & (before <= LIMIT_S) & (after > LIMIT_S)].sum())
        same = abs(told.added_s[street] - added_s) < 1e-3 * max(1.0, added_s)
        faults += not (same and told.isolated[street] == isolated and told.late[street] == late)
    theirs_s = (time.perf_counter() - began) * network.street_count / len(streets)
    print(f"{path.name}: {network.street_count} streets, {PLACES} places, {STATIONS} stations")
    print(f"  ours, all streets        {ours_s:8.2f} s")
    print(
        f"  networkx, all streets    {theirs_s:8.1f} s ({len(streets)} compared, {faults} differ)"
    )
    print(f"  ratio                    {theirs_s / ours_s:8.0f}")
    if faults:
        sys.exit(1)


def _node(network, place) -> int:
    edge = int(network.street_edges[place.street].max())
    against = bool(network.edge_reversed[edge])
    return int(network.v[edge] if (place.fraction == 0.0) == against else network.u[edge])


def _seconds(roads: nx.MultiDiGraph, at: list[int]) -> np.ndarray:
    """When the first arrives at each place, infinite where nobody does."""
    found = nx.multi_source_dijkstra_path_length(roads, set(at[PLACES:]), weight="ms")
    return np.array(
        [60.0 + found[node] / 1000.0 if node in found else np.inf for node in at[:PLACES]]
    )


if __name__ == "__main__":
    main()
