"""Dijkstra's algorithm as networkx runs it, compiled: the same sums, ties and order.

What networkx answers is defined by its heap of ``(distance, counter, node)``: of equal distances
the one pushed first is settled first, and of equal ways the one found first is kept. Both are
kept here, so that nothing tells the answers apart. Distances are sums along the way in the
weights' own type, 64-bit floats or integers; nothing is rounded. The searches of
:mod:`routing.kernels` settle ties by the nodes' numbers and count in milliseconds.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from routing.compiling import compiled, inlined
from routing.network import Bool, Int32, Int64

#: Of 64-bit floats or integers.
Numbers = npt.NDArray[Any]
Number = np.float64 | np.int64
Integer = int | np.int64

_UNSEEN, _SEEN, _SETTLED = np.uint8(0), np.uint8(1), np.uint8(2)
_NODE_BITS = np.int64(32)
_NODE = np.int64(0xFFFFFFFF)

#: The count of :func:`settle`, and the side of :func:`meet`, where a settled node is reached by a
#: shorter way.
CONTRADICTION = -1
#: The side of :func:`meet` where the ends are in parts that no way connects.
APART = -2


@inlined
def _push(keys: Numbers, ties: Int64, size: Integer, key: Number, tie: Integer) -> Integer:
    """Add an entry to the four-ary heap, and return the new size."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if keys[parent] < key or (keys[parent] == key and ties[parent] < tie):
            break
        keys[hole] = keys[parent]
        ties[hole] = ties[parent]
        hole = parent
    keys[hole] = key
    ties[hole] = tie
    return size + 1


@inlined
def _pop(keys: Numbers, ties: Int64, size: Integer) -> Integer:
    """Remove the first entry, which the caller has read, and return the new size."""
    size -= 1
    key, tie = keys[size], ties[size]
    hole = 0
    while True:
        child = 4 * hole + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[least] or (
                keys[other] == keys[least] and ties[other] < ties[least]
            ):
                least = other
        if keys[least] > key or (keys[least] == key and ties[least] > tie):
            break
        keys[hole] = keys[least]
        ties[hole] = ties[least]
        hole = least
    keys[hole] = key
    ties[hole] = tie
    return size


@compiled
def settle(
    offset: Int64,
    neighbour: Int32,
    weight: Numbers,
    sources: Int32,
    target: int,
    limit: Number,
    limited: bool,
) -> tuple[int, Int32, Numbers, Int32]:
    """Settle nodes by rising distance from the sources.

    Parameters
    ----------
    offset : (N+1,) int64
        Arcs of node ``n`` are ``offset[n]`` to ``offset[n+1] - 1``, in networkx's order.
    neighbour : (M,) int32
    weight : (M,) float64 or int64
        No NaN; may be negative.
    sources : (K,) int32
        Distinct, in networkx's order.
    target
        The node the search ends at, -1 for none.
    limit, limited
        No way longer than `limit` is followed, where `limited`; of the type of `weight`.

    Returns
    -------
    count : int
        Number of settled nodes, or :data:`CONTRADICTION`.
    order : (N,) int32
        The first `count` are the settled nodes.
    distance : (N,) float64 or int64
    via : (N,) int32
        The arc by which a node was reached; -1 at sources.
    """
    nodes = len(offset) - 1
    distance = np.zeros(nodes, weight.dtype)
    via = np.full(nodes, -1, np.int32)
    state = np.full(nodes, _UNSEEN, np.uint8)
    order = np.empty(nodes, np.int32)
    keys = np.empty(len(neighbour) + len(sources), weight.dtype)
    ties = np.empty(len(neighbour) + len(sources), np.int64)
    size: Integer = 0
    # Entries are told apart by the counter alone; the node rides in the bits below it.
    counter = np.int64(0)
    count = 0
    for source in sources:
        state[source] = _SEEN
        tie = (counter << _NODE_BITS) | np.int64(source)
        size = _push(keys, ties, size, distance[source], tie)
        counter += 1
    while size > 0:
        near = keys[0]
        node = ties[0] & _NODE
        size = _pop(keys, ties, size)
        if state[node] == _SETTLED:
            continue
        state[node] = _SETTLED
        order[count] = node
        count += 1
        if node == target:
            break
        for arc in range(offset[node], offset[node + 1]):
            far = near + weight[arc]
            if limited and far > limit:
                continue
            other = neighbour[arc]
            if state[other] == _SETTLED:
                if far < distance[other]:
                    return CONTRADICTION, order, distance, via
            elif state[other] == _UNSEEN or far < distance[other]:
                state[other] = _SEEN
                distance[other] = far
                via[other] = arc
                tie = (counter << _NODE_BITS) | np.int64(other)
                size = _push(keys, ties, size, far, tie)
                counter += 1
    return count, order, distance, via


@compiled
def meet(
    offset: Int64,
    neighbour: Int32,
    weight: Numbers,
    back_offset: Int64,
    back_neighbour: Int32,
    back_weight: Numbers,
    source: int,
    target: int,
) -> tuple[int, int, int, Numbers, Int32]:
    """Search from both ends by turns, as :func:`networkx.bidirectional_dijkstra` does.

    Parameters
    ----------
    offset, neighbour, weight
        As in :func:`settle`.
    back_offset, back_neighbour, back_weight
        The same against the arcs, in the order of networkx's predecessors.
    source, target
        Two nodes.

    Returns
    -------
    side : int
        0 where the way was closed from the source, 1 from the target, :data:`CONTRADICTION`,
        or :data:`APART` where there is no way.
    node : int
        Where the two searches meet.
    arc : int
        The arc, of that side, by which the way was closed.
    length : (1,) float64 or int64
    via : (2, N) int32
        The arc of either side by which a node was reached; -1 at the ends and where none.
    """
    nodes = len(offset) - 1
    distance = np.zeros((2, nodes), weight.dtype)
    via = np.full((2, nodes), -1, np.int32)
    state = np.full((2, nodes), _UNSEEN, np.uint8)
    keys = np.empty((2, len(neighbour) + 1), weight.dtype)
    ties = np.empty((2, len(neighbour) + 1), np.int64)
    size = np.ones(2, np.int64)
    keys[:, 0] = 0
    # One counter for both, as in networkx; the ends have its first two numbers.
    ties[0, 0] = np.int64(source)
    ties[1, 0] = (np.int64(1) << _NODE_BITS) | np.int64(target)
    counter = np.int64(2)
    state[0, source] = _SEEN
    state[1, target] = _SEEN
    length = np.zeros(1, weight.dtype)
    middle, middle_side, middle_arc = -1, APART, -1
    side = 1
    while size[0] > 0 and size[1] > 0:
        side = 1 - side
        near = keys[side, 0]
        node = ties[side, 0] & _NODE
        size[side] = _pop(keys[side], ties[side], size[side])
        if state[side, node] == _SETTLED:
            continue
        state[side, node] = _SETTLED
        if state[1 - side, node] == _SETTLED:
            return middle_side, middle, middle_arc, length, via
        first = offset[node] if side == 0 else back_offset[node]
        last = offset[node + 1] if side == 0 else back_offset[node + 1]
        for arc in range(first, last):
            other = neighbour[arc] if side == 0 else back_neighbour[arc]
            far = near + (weight[arc] if side == 0 else back_weight[arc])
            if state[side, other] == _SETTLED:
                if far < distance[side, other]:
                    return CONTRADICTION, middle, middle_arc, length, via
            elif state[side, other] == _UNSEEN or far < distance[side, other]:
                state[side, other] = _SEEN
                distance[side, other] = far
                via[side, other] = arc
                tie = (counter << _NODE_BITS) | np.int64(other)
                size[side] = _push(keys[side], ties[side], size[side], far, tie)
                counter += 1
                if state[1 - side, other] != _UNSEEN:
                    whole = far + distance[1 - side, other]
                    if middle < 0 or length[0] > whole:
                        length[0] = whole
                        middle, middle_side, middle_arc = other, side, arc
    return APART, middle, middle_arc, length, via


@compiled
def roots(order: Int32, via: Int32, tail: Int32, sources: int) -> Int32:
    """Of each settled node, in order, the position of the source its way begins at.

    The first `sources` of `order` are the sources.
    """
    root = np.empty(len(via), np.int32)
    position = np.empty(len(order), np.int32)
    for i in range(len(order)):
        node = order[i]
        root[node] = i if i < sources else root[tail[via[node]]]
        position[i] = root[node]
    return position


@compiled
def whole_ways(order: Int32, via: Int32, tail: Int32, is_whole: Bool) -> Bool:
    """Of each settled node, in order, whether all weights of its way are whole numbers."""
    whole = np.ones(len(via), np.bool_)
    told = np.empty(len(order), np.bool_)
    for i in range(len(order)):
        node = order[i]
        arc = via[node]
        if arc >= 0:
            whole[node] = is_whole[arc] and whole[tail[arc]]
        told[i] = whole[node]
    return told
