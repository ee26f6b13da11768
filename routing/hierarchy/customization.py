"""What the arcs of a hierarchy cost, for one vehicle under one set of closures.

An arc costs the least of its edges and of the ways over one node below both its ends. Taking the
nodes in the order of their ranks, what lies below has been settled before (Dibbelt, Strasser,
Wagner 2016, section 7). Where few edges change, only nodes are settled anew that one of them leads
upwards from, or that have an arc to a lower node whose arcs have changed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from routing.compiling import compiled, inlined
from routing.hierarchy.contraction import Shape
from routing.kernels import Integer
from routing.network import Bool, Float64, Int32
from routing.profiles import BLOCKED

UInt32 = npt.NDArray[np.uint32]

#: (A, 2) milliseconds of the arcs of a hierarchy, ``NO_WAY`` where there is no way: from the lower
#: end to the upper (``UP``) and back (``DOWN``). Side by side, for they are settled together.
Costs = npt.NDArray[np.uint32]
UP, DOWN = 0, 1

#: No way. Two of them added still fit, so that no sum has to be looked at before it is compared.
NO_WAY = np.uint32(BLOCKED)


def edge_costs(edge_ms: Int32, closed: Bool) -> UInt32:
    """Milliseconds of the edges of a network with some of them closed.

    Parameters
    ----------
    edge_ms : (M,) int32
        ``BLOCKED`` where the vehicle may not pass.
    closed : (M,) or (0,) bool
        Empty where nothing is closed.

    Returns
    -------
    (M,) uint32
    """
    costs = edge_ms.astype(np.uint32)
    if len(closed):
        costs[closed] = NO_WAY
    return costs


def customize(shape: Shape, edge_ms: UInt32) -> Costs:
    """Settle every arc.

    Parameters
    ----------
    shape
        The hierarchy.
    edge_ms : (M,) uint32
        What the network's edges cost.

    Returns
    -------
    Costs
    """
    costs = np.empty((len(shape.up_head), 2), np.uint32)
    _settle_all(shape, edge_ms, costs)
    return costs


def recustomize(shape: Shape, edge_ms: UInt32, changed: Int32, before: Costs) -> Costs:
    """Settle anew what rests on some edges.

    Parameters
    ----------
    shape
        The hierarchy.
    edge_ms : (M,) uint32
        What the network's edges cost now.
    changed : (C,) int32
        Edges whose costs were others before.
    before
        The arcs as they were; left as they are.

    Returns
    -------
    Costs
        The very ones that :func:`customize` gives.
    """
    costs = before.copy()
    _settle_above(shape, edge_ms, changed, costs)
    return costs


@compiled
def work_above(shape: Shape, changed: Int32, work: Float64) -> float:
    """Add up the work of :func:`recustomize`.

    Parameters
    ----------
    shape, changed
        As there.
    work : (N,) float64
        Of settling each node's arcs.
    """
    is_above = np.zeros(len(shape.parent), np.bool_)
    total = 0.0
    for i in range(len(changed)):
        x = _lower_end(shape, changed[i])
        while x >= 0 and not is_above[x]:
            is_above[x] = True
            total += work[x]
            x = shape.parent[x]
    return total


@inlined
def lower_end(shape: Shape, arc: Integer) -> Integer:
    """The node that an arc leads upwards from."""
    left: Integer = 0
    right: Integer = len(shape.parent)
    while left + 1 < right:
        middle = (left + right) >> 1
        if shape.up_offset[middle] <= arc:
            left = middle
        else:
            right = middle
    return left


@inlined
def _lower_end(shape: Shape, edge: Integer) -> Integer:
    """The lower of an edge's ends; -1 where both are one node."""
    arc = shape.arc_of_edge[edge]
    return lower_end(shape, arc) if arc >= 0 else -1


@inlined
def _settle(shape: Shape, edge_ms: UInt32, x: Integer, costs: Costs, reach: UInt32) -> Integer:
    """Settle the arcs upwards from a node; return how many up to the last that changed.

    `reach` is (N, 2), of which nothing is expected.
    """
    first, end = shape.up_offset[x], shape.up_offset[x + 1]
    for arc in range(first, end):
        up, down = NO_WAY, NO_WAY
        for row in range(shape.edge_offset[arc], shape.edge_offset[arc + 1]):
            edge = shape.edges[row]
            if shape.is_downward[edge]:
                down = min(down, edge_ms[edge])
            else:
                up = min(up, edge_ms[edge])
        y = shape.up_head[arc]
        reach[y, UP], reach[y, DOWN] = up, down
    for row in range(shape.down_offset[x], shape.down_offset[x + 1]):
        arc = shape.down_arc[row]
        to_x, from_x = costs[arc, UP], costs[arc, DOWN]
        # Unsigned, so that nothing is asked about numbers below zero: all the time goes here.
        for other in range(
            np.uint64(arc + 1), np.uint64(shape.up_offset[shape.down_tail[row] + 1])
        ):
            y = np.uint64(shape.up_head[other])
            reach[y, UP] = min(reach[y, UP], np.uint32(from_x + costs[other, UP]))
            reach[y, DOWN] = min(reach[y, DOWN], np.uint32(costs[other, DOWN] + to_x))
    changed: Integer = 0
    for arc in range(first, end):
        y = shape.up_head[arc]
        if costs[arc, UP] != reach[y, UP] or costs[arc, DOWN] != reach[y, DOWN]:
            costs[arc, UP], costs[arc, DOWN] = reach[y, UP], reach[y, DOWN]
            changed = arc + 1 - first
    return changed


@compiled
def _settle_all(shape: Shape, edge_ms: UInt32, costs: Costs) -> None:
    reach = np.empty((len(shape.parent), 2), np.uint32)
    for x in range(len(shape.parent)):
        _settle(shape, edge_ms, x, costs, reach)


@compiled
def _settle_above(shape: Shape, edge_ms: UInt32, changed: Int32, costs: Costs) -> None:
    nodes = len(shape.parent)
    is_due = np.zeros(nodes, np.bool_)
    lowest: Integer = nodes
    for i in range(len(changed)):
        x = _lower_end(shape, changed[i])
        if x >= 0:
            is_due[x] = True
            lowest = min(lowest, x)
    reach = np.empty((nodes, 2), np.uint32)
    for x in range(lowest, nodes):
        if is_due[x]:
            # On an arc rest those from the lower of its upper end and another's.
            for i in range(_settle(shape, edge_ms, x, costs, reach)):
                is_due[shape.up_head[shape.up_offset[x] + i]] = True
