"""The field of one search made that of another with other edges closed.

What it costs is that of the junctions whose time changes and of their neighbours.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

import numpy as np

from routing.compiling import compiled, inlined
from routing.kernels import UNREACHED, Arcs, Goals, Integer, Scratch, pop, push, relax
from routing.network import Bool, Int32
from routing.profiles import BLOCKED

_BLOCKED = np.int64(BLOCKED)
_LOW_BITS = np.int64(0xFFFFFFFF)


@inlined
def _is_shut(closed: Bool, edge: Integer) -> bool:
    return len(closed) > 0 and closed[edge]


@inlined
def _is_held(
    onward: Arcs, closed: Bool, goals: Goals, distance: Int32, node: Integer, time: np.int64
) -> bool:
    """Whether a node has its time from a goal or over an open edge from its neighbours."""
    found = False
    for i in range(len(goals.node)):
        found |= goals.node[i] == node and goals.ms[i] == time
    arc = onward.offset[node]
    while not found and arc < onward.offset[node + 1]:
        ahead = np.int64(distance[onward.neighbour[arc]])
        # Over a barred edge, or from one not reached, everybody would come too late.
        found = ahead + onward.weight[arc] == time and not _is_shut(closed, onward.edge[arc])
        arc += 1
    return found


@inlined
def _lose(
    against: Arcs,
    onward: Arcs,
    closed: Bool,
    changed: Int32,
    tail: Int32,
    head: Int32,
    weight: Int32,
    goals: Goals,
    scratch: Scratch,
) -> Integer:
    """Make unreached whom closed edges leave without their time; they are ``touched[:count]``.

    In the order of times: an edge takes a millisecond or more, so that a node has its time from
    earlier ones alone, which have been decided by then.
    """
    distance = scratch.distance
    lost: Integer = 0
    size: Integer = 0
    for i in range(len(changed)):
        edge = changed[i]
        time = np.int64(distance[tail[edge]])
        if time == UNREACHED or not _is_shut(closed, edge):
            continue
        if time == np.int64(distance[head[edge]]) + weight[edge]:
            size = push(scratch.heap, size, (time << 32) | np.int64(tail[edge]))
    while size > 0:
        key = scratch.heap[0]
        size = pop(scratch.heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if time != distance[node] or _is_held(onward, closed, goals, distance, node, time):
            continue
        distance[node] = UNREACHED
        scratch.touched[lost] = node
        lost += 1
        for arc in range(against.offset[node], against.offset[node + 1]):
            behind = np.int64(distance[against.neighbour[arc]])
            if behind != UNREACHED and time + against.weight[arc] == behind:
                size = push(scratch.heap, size, (behind << 32) | np.int64(against.neighbour[arc]))
    return lost


@inlined
def _find_again(
    onward: Arcs, closed: Bool, goals: Goals, lost: Integer, limit_ms: Integer, scratch: Scratch
) -> Integer:
    """Enter those that lost their time with what goals and neighbours offer them."""
    distance = scratch.distance
    size: Integer = 0
    for i in range(lost):
        node = scratch.touched[i]
        best = np.int64(UNREACHED)
        for j in range(len(goals.node)):
            if goals.node[j] == node:
                best = min(best, goals.ms[j])
        for arc in range(onward.offset[node], onward.offset[node + 1]):
            if not _is_shut(closed, onward.edge[arc]):
                ahead = np.int64(distance[onward.neighbour[arc]])
                best = min(best, ahead + onward.weight[arc])
        if best <= limit_ms:
            distance[node] = best
            size = push(scratch.heap, size, (best << 32) | np.int64(node))
    return size


@inlined
def _open(
    closed: Bool,
    changed: Int32,
    tail: Int32,
    head: Int32,
    weight: Int32,
    limit_ms: Integer,
    scratch: Scratch,
    size: Integer,
) -> Integer:
    """Enter those to whom an edge that opened offers a shorter way."""
    distance = scratch.distance
    for i in range(len(changed)):
        edge = changed[i]
        time = np.int64(distance[head[edge]]) + weight[edge]
        if time <= limit_ms and time < distance[tail[edge]] and not _is_shut(closed, edge):
            distance[tail[edge]] = time
            size = push(scratch.heap, size, (time << 32) | np.int64(tail[edge]))
    return size


@compiled
def repair_search(
    against: Arcs,
    onward: Arcs,
    closed: Bool,
    changed: Int32,
    tail: Int32,
    head: Int32,
    weight: Int32,
    goals: Goals,
    limit_ms: Integer,
    scratch: Scratch,
) -> Integer:
    """Make the times of an earlier search those of a search with other edges closed.

    First those lose their time that had it over closed edges alone (after Ramalingam and Reps,
    J. Algorithms 21, 1996); then they are searched from their neighbours, and what opened offers
    its shorter ways.

    Parameters
    ----------
    against, onward
        Adjacency over in-edges and over out-edges.
    closed
        As in :func:`~routing.kernels.nearest_search`, as it is now.
    changed : (C,) int32
        Edges that were closed or opened since.
    tail, head, weight : (M,) int32
        By network edge.
    goals, limit_ms
        Those of the earlier search; the limit less than ``BLOCKED``.
    scratch
        Working memory with room for a key per arc, per node and two per changed edge; its
        `distance` holds the earlier times and on return the new ones.

    Returns
    -------
    int
        How many nodes lost their time.
    """
    lost = _lose(against, onward, closed, changed, tail, head, weight, goals, scratch)
    size = _find_again(onward, closed, goals, lost, limit_ms, scratch)
    size = _open(closed, changed, tail, head, weight, limit_ms, scratch, size)
    reached: Integer = 0
    while size > 0:
        key = scratch.heap[0]
        size = pop(scratch.heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if time == scratch.distance[node]:
            size, reached = relax(against, closed, node, limit_ms, scratch, size, reached)
    return lost
