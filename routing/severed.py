"""Which places closures cut off from the rest of the roads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from routing.closures import Closures
from routing.network import Bool
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.searchgraph import SearchGraph


def reached_from_main(
    graph: SearchGraph, positions: Sequence[Position], *, profile: str, closures: Closures | None
) -> Bool:
    """Tell which places a road leads to from the main part of the network.

    The main part is the largest in which every junction is reached from every other. What it
    costs is that of two walks over the network, however many places are asked about.

    Parameters
    ----------
    graph
        The network to search.
    positions
        The places.
    profile
        Name of the vehicle's profile.
    closures
        Closed roads, or None.

    Returns
    -------
    (len(positions),) bool
    """
    network, mask = graph.network, graph.mask(closures)
    may_use = graph.weights(profile) < BLOCKED
    is_open = may_use & ~mask if len(mask) else may_use
    is_reached = _reached(graph, is_open)

    def leads(position: Position) -> bool:
        edges = [one for one in network.street_edges[position.street].tolist() if one >= 0]
        for edge in edges:
            along = 1 - position.fraction if network.edge_reversed[edge] else position.fraction
            if along in {0, 1}:  # the junction itself, and every street there counts
                return bool(is_reached[graph.tail[edge] if along == 0 else graph.head[edge]])
            stretches = () if closures is None else closures.on_edge(edge)
            is_free = may_use[edge] and all(start > along for start, _end in stretches)
            if is_free and is_reached[graph.tail[edge]]:
                return True
        return False

    return np.fromiter(map(leads, positions), dtype=np.bool_, count=len(positions))


def _reached(graph: SearchGraph, is_open: Bool) -> Bool:
    """Nodes that open edges lead to from the largest strongly connected part."""
    count = graph.network.node_count
    arcs = (np.ones(int(is_open.sum()), dtype=np.int8), (graph.tail[is_open], graph.head[is_open]))
    adjacency = csr_array(arcs, shape=(count, count))
    _, part = connected_components(adjacency, directed=True, connection="strong")
    one = int(np.argmax(part == np.bincount(part).argmax()))
    found = np.zeros(count, dtype=np.bool_)
    found[breadth_first_order(adjacency, one, return_predecessors=False)] = True
    return found
