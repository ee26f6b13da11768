"""Which places lose every road between them where one street is lost, by road alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from routing.closures import Closures
from routing.network import Bool, Int64
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.resources import junction
from routing.searchgraph import SearchGraph


@dataclass(frozen=True)
class Disconnections:
    """What the loss of each street parts; places on the street itself are left out.

    Attributes
    ----------
    pairs : (S,) int64
        Pairs of places that a road joined before and none joins after.
    ends : (S,) int64
        Places on the side that has fewer of them: those that are cut off.
    """

    pairs: Int64
    ends: Int64


def disconnections(
    graph: SearchGraph, places: Sequence[Position], *, profile: str, closures: Closures | None
) -> Disconnections:
    """Find what the loss of each street alone parts; see :meth:`routing.Router.disconnections`.

    Only a bridge of the graph parts anything. Without its bridges the network falls into parts
    that hold together; the bridges join these to trees, and what hangs below each is counted in
    one walk.
    """
    network = graph.network
    pairs, ends = (np.zeros(network.street_count, dtype=np.int64) for _ in range(2))
    is_open = _open_streets(graph, profile, closures)
    u, v = _ends(graph)
    bridges = _bridges(u, v, is_open)
    joined = is_open.copy()
    joined[bridges] = False
    part = _parts(u[joined], v[joined], network.node_count)
    street, node = _stand(graph, places, u)
    there = (street < 0) | is_open[street]
    count = int(part.max(initial=-1)) + 1
    weight = np.bincount(part[node[there]], minlength=count)
    on_street = np.bincount(street[there & (street >= 0)], minlength=network.street_count)

    tree = coo_array(
        (np.ones(len(bridges)), (part[u[bridges]], part[v[bridges]])), shape=(count, count)
    ).tocsr()
    _, trees = connected_components(tree, directed=False)
    whole = np.bincount(trees, weights=weight, minlength=count).astype(np.int64)
    parent = np.full(count, -1, dtype=np.int64)
    below = weight.copy()
    for root in np.unique(trees, return_index=True)[1].tolist():
        order, above = breadth_first_order(tree, root, directed=False)
        parent[order[1:]] = above[order[1:]]
        for node in order[:0:-1].tolist():
            below[parent[node]] += below[node]
    for street in bridges.tolist():
        near, far = int(part[u[street]]), int(part[v[street]])
        # Places on the street itself were counted at its end `u`.
        own = int(on_street[street])
        child = far if parent[far] == near else near
        one = int(below[child])
        other = int(whole[trees[child]]) - one
        one, other = (one - own, other) if child == near else (one, other - own)
        pairs[street], ends[street] = one * other, min(one, other)
    return Disconnections(pairs, ends)


def _stand(graph: SearchGraph, places: Sequence[Position], u: Int64) -> tuple[Int64, Int64]:
    """The street on which each place lies, -1 at a junction, and a junction that stands for it."""
    lies = [
        (-1, junction(graph, one)) if one.fraction in {0.0, 1.0} else (one.street, u[one.street])
        for one in places
    ]
    street, node = np.array(lies, dtype=np.int64).reshape(-1, 2).T
    return street, node


def _open_streets(graph: SearchGraph, profile: str, closures: Closures | None) -> Bool:
    """Streets that a vehicle may drive from end to end, one way at least."""
    usable = graph.weights(profile) != BLOCKED
    if len(mask := graph.mask(closures)):
        usable &= ~mask
    found = np.zeros(graph.network.street_count, dtype=np.bool_)
    found[graph.network.edge_street[usable]] = True
    return found


def _ends(graph: SearchGraph) -> tuple[Int64, Int64]:
    """Junctions at both ends of every street."""
    edge = graph.network.street_edges.max(axis=1)
    return graph.tail[edge].astype(np.int64), graph.head[edge].astype(np.int64)


def _bridges(u: Int64, v: Int64, is_open: Bool) -> Int64:
    """Open streets that no other open road runs around."""
    streets = np.flatnonzero(is_open & (u != v))
    between: nx.MultiGraph[int] = nx.MultiGraph()
    for street in streets.tolist():
        between.add_edge(int(u[street]), int(v[street]), key=street)
    ends = np.array(list(nx.bridges(between)), dtype=np.int64).reshape(-1, 2)
    found = [next(iter(between[one][other])) for one, other in ends.tolist()]
    return np.array(sorted(found), dtype=np.int64)


def _parts(u: Int64, v: Int64, nodes: int) -> Int64:
    """Number of the part that each junction belongs to."""
    together = coo_array((np.ones(len(u)), (u, v)), shape=(nodes, nodes))
    return connected_components(together, directed=False)[1].astype(np.int64)
