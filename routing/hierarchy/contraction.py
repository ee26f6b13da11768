"""The shape of a hierarchy: which junctions are joined by shortcuts, whatever they cost.

Contracting a node joins its neighbours of higher rank to each other (Dibbelt, Strasser, Wagner:
Customizable Contraction Hierarchies, ACM JEA 21, 2016). What that gives depends on the network's
shape and the order alone, so it is done once; costs are entered by
:mod:`routing.hierarchy.customization`. All neighbours of higher rank of a node are ancestors of it
in a tree, the *elimination tree*, so that every search upwards walks one path to its root.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.compiling import compiled, inlined
from routing.hierarchy.rows import grown_32, sort
from routing.kernels import Integer
from routing.network import Bool, Int32, Int64, offsets_of


class Shape(NamedTuple):
    """Nodes by rank, and the arcs between a lower and a higher one.

    Attributes
    ----------
    rank : (N,) int32
        Of each node of the network. Below, nodes are named by their rank.
    up_offset : (N+1,) int64
        Arcs from node ``x`` upwards are ``up_offset[x]`` to ``up_offset[x+1] - 1``.
    up_head : (A,) int32
        Their upper ends, rising.
    parent : (N,) int32
        The lowest of a node's upper ends; -1 at a root.
    down_offset : (N+1,) int64
        Arcs into a node from below are rows ``down_offset[x]`` to ``down_offset[x+1] - 1`` of:
    down_tail, down_arc : (A,) int32
        Their lower ends, rising, and their numbers.
    arc_of_edge : (M,) int32
        The arc that an edge of the network became; -1 of an edge from a node to itself.
    is_downward : (M,) bool
        Whether the edge leads from the upper end to the lower.
    edge_offset : (A+1,) int64
        Edges of an arc are ``edges[edge_offset[a]]`` to ``edges[edge_offset[a+1] - 1]``.
    edges : (E,) int32
    """

    rank: Int32
    up_offset: Int64
    up_head: Int32
    parent: Int32
    down_offset: Int64
    down_tail: Int32
    down_arc: Int32
    arc_of_edge: Int32
    is_downward: Bool
    edge_offset: Int64
    edges: Int32


def contract(rank: Int32, tail: Int32, head: Int32) -> Shape:
    """Contract all nodes of a network in the order of their ranks.

    Parameters
    ----------
    rank : (N,) int32
        A permutation, as :func:`routing.hierarchy.order.dissection_ranks` gives.
    tail, head : (M,) int32
        Edges between nodes.

    Returns
    -------
    Shape
    """
    ends = np.sort(np.column_stack((rank[tail], rank[head])), axis=1)
    low, high = (np.ascontiguousarray(ends[:, side]) for side in (0, 1))
    nodes = len(rank)
    own = high[np.argsort(low, kind="stable")]
    up_offset, up_head, parent = _shortcuts(offsets_of(low, nodes), own)
    # By their upper ends; the sort is stable, so that lower ends rise.
    down_arc = np.argsort(up_head, kind="stable").astype(np.int32)
    up_tail = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(up_offset))
    arc_of_edge = _arcs_of_edges(up_offset, up_head, low, high)
    edges = np.argsort(arc_of_edge, kind="stable").astype(np.int32)
    edges = edges[arc_of_edge[edges] >= 0]
    return Shape(
        rank=rank,
        up_offset=up_offset,
        up_head=up_head,
        parent=parent,
        down_offset=offsets_of(up_head, nodes),
        down_tail=up_tail[down_arc],
        down_arc=down_arc,
        arc_of_edge=arc_of_edge,
        is_downward=rank[tail] > rank[head],
        edge_offset=offsets_of(arc_of_edge[edges], len(up_head)),
        edges=edges,
    )


@compiled
def _shortcuts(first: Int64, own: Int32) -> tuple[Int64, Int32, Int32]:
    """Upper ends of every node: its own, and those of its children in the elimination tree.

    Those of node ``x`` by itself are ``own[first[x]]`` to ``own[first[x+1] - 1]``.
    """
    nodes = len(first) - 1
    heads = np.empty(6 * len(own) + 1024, np.int32)
    offset = np.zeros(nodes + 1, np.int64)
    parent = np.full(nodes, -1, np.int32)
    child = np.full(nodes, -1, np.int32)
    sibling = np.full(nodes, -1, np.int32)
    seen_from = np.full(nodes, -1, np.int32)
    found = np.empty(nodes, np.int32)
    for x in range(nodes):
        seen_from[x] = x
        count = 0
        for i in range(first[x], first[x + 1]):
            y = own[i]
            if seen_from[y] != x:
                seen_from[y] = x
                found[count] = y
                count += 1
        below = child[x]
        while below != -1:
            for i in range(offset[below] + 1, offset[below + 1]):
                y = heads[i]
                if seen_from[y] != x:
                    seen_from[y] = x
                    found[count] = y
                    count += 1
            below = sibling[below]
        start = offset[x]
        while start + count > len(heads):
            heads = grown_32(heads)
        sort(found[:count])
        heads[start : start + count] = found[:count]
        offset[x + 1] = start + count
        if count:
            parent[x] = heads[start]
            sibling[x] = child[parent[x]]
            child[parent[x]] = x
    return offset, heads[: offset[nodes]].copy(), parent


@inlined
def find_arc(up_offset: Int64, up_head: Int32, low: Integer, high: Integer) -> Integer:
    """Find the arc between two nodes by halving, or where it would be."""
    left: Integer = up_offset[low]
    right: Integer = up_offset[low + 1]
    while left < right:
        middle = (left + right) >> 1
        if up_head[middle] < high:
            left = middle + 1
        else:
            right = middle
    return left


@compiled
def _arcs_of_edges(up_offset: Int64, up_head: Int32, low: Int32, high: Int32) -> Int32:
    """The arc of each edge; -1 where both ends are one node."""
    found = np.full(len(low), -1, np.int32)
    for i in range(len(low)):
        if low[i] == high[i]:
            continue
        found[i] = find_arc(up_offset, up_head, low[i], high[i])
    return found
