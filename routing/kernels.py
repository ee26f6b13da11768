"""Compiled shortest-path searches.

Both searches are Dijkstra's algorithm with a four-ary heap of packed 64-bit keys, the time in
milliseconds above the node's number, so that equal times are settled in the order of numbers
and every answer is deterministic. They run without the interpreter lock. Nothing of them
grows with the network beyond the scratch arrays, which a thread makes once and each search
leaves as it found them.

A search runs *against* the traffic from the places to be reached, over in-edges, or *with*
the traffic from the places set out from, over out-edges: the caller passes the adjacency.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.compiling import compiled, inlined
from routing.network import Bool, Int32, Int64
from routing.profiles import BLOCKED

Integer = int | np.int64

#: Time of a node not reached; later than any that is.
UNREACHED = np.int32(BLOCKED)

_BLOCKED = np.int64(BLOCKED)
_LOW_BITS = np.int64(0xFFFFFFFF)


class Arcs(NamedTuple):
    """One adjacency of the network with one profile's weights.

    Attributes
    ----------
    offset : (N+1,) int64
        Arcs of node ``n`` are ``offset[n]`` to ``offset[n+1] - 1``.
    neighbour, edge, weight : (M,) int32
        The other node, the network's edge and the milliseconds of each arc.
    """

    offset: Int64
    neighbour: Int32
    edge: Int32
    weight: Int32


class Goals(NamedTuple):
    """Where a search begins: (G,) int32 nodes and (G,) int64 milliseconds to each."""

    node: Int32
    ms: Int64


class Hangs(NamedTuple):
    """Resources on nodes: ``resource[i]`` is ``ms[i]`` (not negative) away from ``node[i]``."""

    node: Int32
    ms: Int64
    resource: Int32


class Scratch(NamedTuple):
    """Working memory of one thread, ready for use when fresh and after every search.

    Attributes
    ----------
    distance : (N,) int32
        All ``UNREACHED`` between searches.
    root, via, touched : (N,) int32
        Of every reached node: its goal, the edge towards it (-1 at the goal); the nodes
        reached.
    first_hang : (N,) int32
        All -1 between searches.
    heap : (C,) int64
        Room for one key per arc, goal, hang and resource.
    """

    distance: Int32
    root: Int32
    via: Int32
    touched: Int32
    first_hang: Int32
    heap: Int64


@inlined
def push(heap: Int64, size: Integer, key: np.int64) -> Integer:
    """Add a key, and return the new size."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if heap[parent] <= key:
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = key
    return size + 1


@inlined
def pop(heap: Int64, size: Integer) -> Integer:
    """Remove ``heap[0]``, which the caller has read, and return the new size."""
    size -= 1
    key = heap[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        least = child
        least_key = heap[child]
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < least_key:
                least = other
                least_key = heap[other]
        if least_key >= key:
            break
        heap[hole] = least_key
        hole = least
    heap[hole] = key
    return size


@inlined
def _seed(goals: Goals, limit_ms: Integer, scratch: Scratch) -> tuple[Integer, Integer]:
    """Enter the goals; of goals on one node the quickest counts, then the first."""
    size: Integer = 0
    reached: Integer = 0
    for i in range(len(goals.node)):
        node = goals.node[i]
        time = goals.ms[i]
        if time > limit_ms or time >= scratch.distance[node]:
            continue
        if scratch.distance[node] == UNREACHED:
            scratch.touched[reached] = node
            reached += 1
        scratch.distance[node] = time
        scratch.root[node] = i
        scratch.via[node] = -1
        size = push(scratch.heap, size, (time << 32) | np.int64(node))
    return size, reached


@inlined
def relax(
    arcs: Arcs,
    closed: Bool,
    node: Integer,
    limit_ms: Integer,
    scratch: Scratch,
    size: Integer,
    reached: Integer,
) -> tuple[Integer, Integer]:
    """Offer a settled node's time to its neighbours; of equal ways the lower goal's counts."""
    time = np.int64(scratch.distance[node])  # wide enough to be shifted, compiled or not
    root = scratch.root[node]
    for arc in range(arcs.offset[node], arcs.offset[node + 1]):
        weight = arcs.weight[arc]
        if weight == _BLOCKED or (len(closed) > 0 and closed[arcs.edge[arc]]):
            continue
        other = arcs.neighbour[arc]
        total = time + weight
        known = scratch.distance[other]
        if total < known and total <= limit_ms:
            if known == UNREACHED:
                scratch.touched[reached] = other
                reached += 1
            scratch.distance[other] = total
            scratch.root[other] = root
            scratch.via[other] = arcs.edge[arc]
            size = push(scratch.heap, size, (total << 32) | np.int64(other))
        elif total == known and root < scratch.root[other]:
            scratch.root[other] = root
            scratch.via[other] = arcs.edge[arc]
    return size, reached


@inlined
def _offer(
    hangs: Hangs,
    next_hang: Int32,
    node: Integer,
    limit_ms: Integer,
    best_ms: Int64,
    best_goal: Int32,
    scratch: Scratch,
    size: Integer,
) -> Integer:
    """Offer a settled node's time to the resources that hang on it."""
    nodes = len(scratch.distance)
    root = scratch.root[node]
    hang = scratch.first_hang[node]
    while hang >= 0:
        resource = hangs.resource[hang]
        total = scratch.distance[node] + hangs.ms[hang]
        if total < best_ms[resource]:
            best_ms[resource] = total
            best_goal[resource] = root
            if total <= limit_ms:
                size = push(scratch.heap, size, (total << 32) | np.int64(nodes + resource))
        elif total == best_ms[resource] and root < best_goal[resource]:
            best_goal[resource] = root
        hang = next_hang[hang]
    return size


@compiled
def nearest_search(
    arcs: Arcs,
    closed: Bool,
    goals: Goals,
    hangs: Hangs,
    best_ms: Int64,
    best_goal: Int32,
    k: int,
    limit_ms: Integer,
    scratch: Scratch,
    found: Int32,
) -> Integer:
    """Find the `k` resources with the least total time, in the order (total, number).

    A resource enters the heap as a key of its own, numbered above the nodes, when a node it
    hangs on is settled; it is final when it leaves the heap. Nodes precede resources of the
    same time, so every way to a resource has been seen by then.

    Parameters
    ----------
    arcs
        Adjacency.
    closed : (M,) or (0,) bool
        By network edge, True where closed; empty where nothing is.
    goals
        Where the search begins.
    hangs
        Where the resources are.
    best_ms, best_goal : (F,) int64, int32
        On entry what is known without the network (else ``UNREACHED``, -1); on return the
        total of each resource found and the goal it comes to.
    k, limit_ms
        Stop after `k` resources, or beyond this time.
    scratch
        Working memory.
    found : (min(k, F),) int32
        On return the resources in order.

    Returns
    -------
    int
        How many were found.
    """
    nodes = len(scratch.distance)
    next_hang = np.empty(len(hangs.node), np.int32)
    for i in range(len(hangs.node)):
        next_hang[i] = scratch.first_hang[hangs.node[i]]
        scratch.first_hang[hangs.node[i]] = i

    size, reached = _seed(goals, limit_ms, scratch)
    for i in range(len(best_ms)):
        if best_ms[i] <= limit_ms:
            size = push(scratch.heap, size, (best_ms[i] << 32) | np.int64(nodes + i))
    count = 0
    while size > 0 and count < k:
        key = scratch.heap[0]
        size = pop(scratch.heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if node >= nodes:
            if time == best_ms[node - nodes]:
                found[count] = node - nodes
                count += 1
        elif time == scratch.distance[node]:
            size = _offer(hangs, next_hang, node, limit_ms, best_ms, best_goal, scratch, size)
            size, reached = relax(arcs, closed, node, limit_ms, scratch, size, reached)

    for i in range(reached):
        scratch.distance[scratch.touched[i]] = UNREACHED
    for i in range(len(hangs.node)):
        scratch.first_hang[hangs.node[i]] = -1
    return count


@compiled
def tree_search(
    arcs: Arcs,
    closed: Bool,
    goals: Goals,
    targets: Goals,
    limit_ms: Integer,
    scratch: Scratch,
) -> Integer:
    """Grow the tree of quickest ways from the goals.

    Parameters
    ----------
    arcs, closed, goals, limit_ms
        As in :func:`nearest_search`.
    targets
        Stop once no target's ``distance[node] + ms`` can improve; empty to reach all.
    scratch
        Working memory. On return `distance`, `root` and `via` hold the tree for the nodes
        ``touched[:count]``, distances beyond the stop being upper bounds; the caller resets
        `distance`.

    Returns
    -------
    int
        How many nodes were touched.
    """
    size, reached = _seed(goals, limit_ms, scratch)
    best_ms = limit_ms
    while size > 0:
        key = scratch.heap[0]
        size = pop(scratch.heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if time > best_ms:
            break
        if time == scratch.distance[node]:
            for i in range(len(targets.node)):
                if targets.node[i] == node:
                    best_ms = min(best_ms, time + targets.ms[i])
            size, reached = relax(arcs, closed, node, best_ms, scratch, size, reached)
    return reached


@compiled
def read_off(distance: Int32, hangs: Hangs, best_ms: Int64) -> None:
    """Lower the time of each resource to what the field offers it where it hangs.

    Parameters
    ----------
    distance
        Milliseconds of every node, ``UNREACHED`` where there is no way.
    hangs
        Where the resources are.
    best_ms : (F,) int64
        What is known without the network; changed in place.
    """
    for i in range(len(hangs.node)):
        time = distance[hangs.node[i]]
        if time != UNREACHED:
            total = time + hangs.ms[i]
            best_ms[hangs.resource[i]] = min(best_ms[hangs.resource[i]], total)
