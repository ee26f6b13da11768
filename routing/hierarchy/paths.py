"""One way from the edges it consists of, unpacked from the arcs of a hierarchy.

Both ends search upwards and meet at a common ancestor; an arc is the cheapest of its edges or a way
over a lower node, which is looked for among the nodes below both its ends and unpacked in turn.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

import numpy as np

from routing.compiling import compiled
from routing.hierarchy.climbing import leave, lowest
from routing.hierarchy.contraction import Shape, find_arc
from routing.hierarchy.customization import DOWN, NO_WAY, UP, Costs, UInt32, lower_end
from routing.hierarchy.rows import grown_32, grown_64
from routing.kernels import Goals, Integer
from routing.network import Int32, Int64

_BLOCKED = np.int64(NO_WAY)


@compiled
def _climb(
    shape: Shape, costs: Costs, side: int, starts: Goals, distance: Int64, via: Int32, passed: Int32
) -> Integer:
    """Search upwards from some places; return how many nodes were passed.

    `distance` and `via`, (N,), hold the time and the arc taken last of the nodes that were passed,
    negative (-2 - i) where start ``i`` is there itself.
    """
    at = np.empty(len(starts.node), np.int32)
    for i in range(len(at)):
        at[i] = shape.rank[starts.node[i]]
        if starts.ms[i] < distance[at[i]]:
            distance[at[i]] = starts.ms[i]
            via[at[i]] = -2 - i
    count: Integer = 0
    x = lowest(at, len(at))
    while x >= 0:
        passed[count] = x
        count += 1
        if distance[x] < _BLOCKED:
            for arc in range(shape.up_offset[x], shape.up_offset[x + 1]):
                y = shape.up_head[arc]
                if distance[x] + costs[arc, side] < distance[y]:
                    distance[y] = distance[x] + costs[arc, side]
                    via[y] = arc
        leave(shape, at, len(at), x)
        x = lowest(at, len(at))
    return count


@compiled
def _unpack(
    shape: Shape, costs: Costs, edge_ms: UInt32, stack: Int64, size: Integer
) -> tuple[Int32, Integer]:
    """Write the edges of the first `size` arcs of a stack; the last of them is driven first.

    An arc is driven upwards where its number is positive (counted from 1), else downwards.
    """
    edges, count = np.empty(1024, np.int32), 0
    while size > 0:
        size -= 1
        upwards, arc = stack[size] > 0, abs(stack[size]) - 1
        cost = costs[arc, UP] if upwards else costs[arc, DOWN]
        own = -1
        for row in range(shape.edge_offset[arc], shape.edge_offset[arc + 1]):
            edge = shape.edges[row]
            if shape.is_downward[edge] != upwards and edge_ms[edge] == cost:
                own = edge
                break
        if own >= 0:
            if count == len(edges):
                edges = grown_32(edges)
            edges[count] = own
            count += 1
            continue
        x, y = lower_end(shape, arc), shape.up_head[arc]
        below_x = shape.down_offset[x + 1] - shape.down_offset[x]
        below_y = shape.down_offset[y + 1] - shape.down_offset[y]
        one, other = (x, y) if below_x <= below_y else (y, x)
        for row in range(shape.down_offset[one], shape.down_offset[one + 1]):
            low, to_one = shape.down_tail[row], shape.down_arc[row]
            if low >= x:
                break
            to_other = find_arc(shape.up_offset, shape.up_head, low, other)
            if to_other >= shape.up_offset[low + 1] or shape.up_head[to_other] != other:
                continue
            to_x, to_y = (to_one, to_other) if one == x else (to_other, to_one)
            first, last = (to_x, to_y) if upwards else (to_y, to_x)
            if np.int64(costs[first, DOWN]) + np.int64(costs[last, UP]) == cost:
                if size + 2 > len(stack):
                    stack = grown_64(stack)
                stack[size] = last + 1
                stack[size + 1] = -(first + 1)
                size += 2
                break
    return edges, count


@compiled
def quickest_path(
    shape: Shape,
    costs: Costs,
    edge_ms: UInt32,
    starts: Goals,
    goals: Goals,
    limit_ms: Integer,
) -> tuple[Int64, Int32]:
    """Find the quickest way from one of some places to one of others.

    Parameters
    ----------
    shape, costs
        The hierarchy and what its arcs cost.
    edge_ms : (M,) uint32
        What the network's edges cost.
    starts, goals
        Where the way may begin and end, nodes as the network numbers them, and the milliseconds
        before and after.
    limit_ms
        A longer way is none.

    Returns
    -------
    (3,) int64
        Milliseconds, the start and the goal taken; ``NO_WAY`` where there is none.
    (E,) int32
        The edges, in order.
    """
    nodes = len(shape.parent)
    none = np.array([_BLOCKED, -1, -1], np.int64)
    forth = np.full(nodes, _BLOCKED, np.int64)
    back = np.full(nodes, _BLOCKED, np.int64)
    forth_via, back_via = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    passed = np.empty(nodes, np.int32)
    _climb(shape, costs, UP, starts, forth, forth_via, passed)
    count = _climb(shape, costs, DOWN, goals, back, back_via, passed)
    best, meeting = np.int64(limit_ms) + 1, np.int64(-1)
    for i in range(count):
        x = passed[i]
        if forth[x] + back[x] < best:
            best, meeting = forth[x] + back[x], x
    if meeting < 0 or best >= _BLOCKED:
        return none, np.empty(0, np.int32)
    # The stack is worked off from its end: what is driven last goes in first.
    stack = np.empty(2 * nodes, np.int64)
    size = 0
    x = meeting
    while back_via[x] >= 0:
        stack[size] = -(back_via[x] + 1)
        size += 1
        x = lower_end(shape, back_via[x])
    goal = -2 - back_via[x]
    for i in range(size // 2):
        stack[i], stack[size - 1 - i] = stack[size - 1 - i], stack[i]
    x = meeting
    while forth_via[x] >= 0:
        stack[size] = forth_via[x] + 1
        size += 1
        x = lower_end(shape, forth_via[x])
    start = -2 - forth_via[x]
    edges, count = _unpack(shape, costs, edge_ms, stack, size)
    return np.array([best, start, goal], np.int64), edges[:count].copy()
