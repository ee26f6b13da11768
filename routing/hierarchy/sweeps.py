"""Times to many places at once, by one pass down the hierarchy.

A search upwards from where one sets out, and then one look at every node from the highest to the
lowest, which has its time from above: no queue, memory in order (Delling, Goldberg, Nowatzyk,
Werneck: PHAST, JPDC 73, 2013). Where only some places are asked about, only the nodes above them
are looked at (Delling, Goldberg, Werneck: Faster Batched Shortest Paths in Road Networks, ATMOS
2011), for several origins side by side.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.compiling import compiled, inlined
from routing.hierarchy.climbing import begin, leave, lowest, pass_up
from routing.hierarchy.contraction import Shape
from routing.hierarchy.customization import DOWN, NO_WAY, UP, Costs, UInt32
from routing.kernels import UNREACHED, Hangs, Integer
from routing.network import Int32, Int64

UInt64 = npt.NDArray[np.uint64]

#: Origins that are swept side by side: fewer do not repay finding a row, more leave the cache.
LANES = 32
_LOW_BITS = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_BLOCKED = np.int64(NO_WAY)
# Unsigned, for two of them added fit then.
_NEVER = np.uint64(NO_WAY) << _HIGH


class Part(NamedTuple):
    """The nodes above some places, by number: the first is the lowest.

    Attributes
    ----------
    node : (P,) int32
        Ranks, rising.
    offset : (P+1,) int64
        Arcs upwards of part node ``i`` are ``offset[i]`` to ``offset[i+1] - 1``.
    head : (Q,) int32
        Their upper ends, as numbers of the part.
    arc : (Q,) int32
        Their numbers in the hierarchy.
    number : (N,) int32
        Number of each node, -1 of those that are not in the part.
    """

    node: Int32
    offset: Int64
    head: Int32
    arc: Int32
    number: Int32


@compiled
def part_above(shape: Shape, nodes: Int32) -> Part:
    """Find the nodes above some places.

    Parameters
    ----------
    shape
        The hierarchy.
    nodes : (T,) int32
        As the network numbers them.

    Returns
    -------
    Part
    """
    number = np.full(len(shape.parent), -1, np.int32)
    count: Integer = 0
    for i in range(len(nodes)):
        x = shape.rank[nodes[i]]
        while x >= 0 and number[x] < 0:
            number[x] = 0
            count += 1
            x = shape.parent[x]
    node = np.empty(count, np.int32)
    offset = np.zeros(count + 1, np.int64)
    count = 0
    for x in range(len(number)):
        if number[x] == 0:
            number[x] = count
            node[count] = x
            offset[count + 1] = offset[count] + shape.up_offset[x + 1] - shape.up_offset[x]
            count += 1
    head = np.empty(offset[count], np.int32)
    arc = np.empty(offset[count], np.int32)
    for i in range(count):
        start = shape.up_offset[node[i]]
        for j in range(offset[i + 1] - offset[i]):
            head[offset[i] + j] = number[shape.up_head[start + j]]
            arc[offset[i] + j] = start + j
    return Part(node, offset, head, arc, number)


@inlined
def _climb(
    shape: Shape,
    costs: Costs,
    part: Part,
    at: Int32,
    ways: Integer,
    distance: UInt32,
    times: UInt32,
) -> None:
    """Walk up from where an origin comes onto the network; note its times in the part."""
    x = lowest(at, ways)
    while x >= 0:
        time = distance[x]
        distance[x] = NO_WAY
        if time < NO_WAY:
            if part.number[x] >= 0:
                times[part.number[x]] = time
            pass_up(shape, costs, UP, x, time, distance)
        leave(shape, at, ways, x)
        x = lowest(at, ways)


@compiled
def _sweep_down(offset: Int64, head: Int32, costs: UInt32, times: UInt32) -> None:
    """Give every node of a part its times from above, all lanes at once."""
    for i in range(len(offset) - 2, -1, -1):
        # Rows by themselves, and a minimum in the place of a branch: so the compiler takes all
        # lanes in one instruction.
        own = times[i]
        for row in range(offset[i], offset[i + 1]):
            above, cost = times[head[row]], costs[row]
            for one in range(len(own)):
                own[one] = min(own[one], np.uint32(above[one] + cost))


@compiled
def sweep_part(
    shape: Shape, costs: Costs, part: Part, rows: Int32, hangs: Hangs, count: int, found: UInt32
) -> None:
    """Find the times from many origins to places.

    Parameters
    ----------
    shape, costs
        The hierarchy and what its arcs cost.
    part
        The nodes above the places.
    rows : (T,) int32
        The places, as numbers of the part.
    hangs
        Where the origins come onto the network, nodes as the network numbers them, in the order
        of origins.
    count
        How many origins there are.
    found : (T, count) uint32
        On return the milliseconds from leaving each to every place, ``NO_WAY`` where there is none.
    """
    down = np.empty(len(part.arc), np.uint32)
    for row in range(len(down)):
        down[row] = costs[part.arc[row], DOWN]
    distance = np.full(len(shape.parent), NO_WAY, np.uint32)
    at = np.empty(len(hangs.node), np.int32)
    first = 0
    for begin_with in range(0, count, LANES):
        times = np.full((len(part.node), LANES), NO_WAY, np.uint32)
        lanes = min(LANES, count - begin_with)
        for one in range(lanes):
            end = first
            while end < len(hangs.node) and hangs.resource[end] == begin_with + one:
                end += 1
            ways = begin(shape, hangs.node, hangs.ms, first, end, at, distance)
            first = end
            _climb(shape, costs, part, at, ways, distance, times[:, one])
        _sweep_down(part.offset, part.head, down, times)
        for i in range(len(rows)):
            for one in range(lanes):
                found[i, begin_with + one] = times[rows[i], one]


@compiled
def sweep_all(shape: Shape, costs: Costs, hangs: Hangs, first: UInt64) -> None:
    """Find who arrives first at every node, and when.

    Parameters
    ----------
    shape, costs
        The hierarchy and what its arcs cost.
    hangs
        Where the resources come onto the network, nodes as the network numbers them.
    first : (N,) uint64
        On return by rank: milliseconds above the resource's row, of equal times the lowest row;
        at least ``NO_WAY << 32`` where nobody arrives.
    """
    first[:] = _NEVER
    nodes = len(shape.parent)
    is_above = np.zeros(nodes, np.bool_)
    for i in range(len(hangs.node)):
        x = shape.rank[hangs.node[i]]
        if hangs.ms[i] < _BLOCKED:
            key = (np.uint64(hangs.ms[i]) << _HIGH) | np.uint64(hangs.resource[i])
            first[x] = min(first[x], key)
        while x >= 0 and not is_above[x]:
            is_above[x] = True
            x = shape.parent[x]
    for x in range(nodes):
        if is_above[x] and first[x] < _NEVER:
            for arc in range(shape.up_offset[x], shape.up_offset[x + 1]):
                key = first[x] + (np.uint64(costs[arc, UP]) << _HIGH)
                y = shape.up_head[arc]
                first[y] = min(first[y], key)
    for x in range(nodes - 1, -1, -1):
        best = first[x]
        for arc in range(shape.up_offset[x], shape.up_offset[x + 1]):
            key = first[shape.up_head[arc]] + (np.uint64(costs[arc, DOWN]) << _HIGH)
            best = min(best, key)
        first[x] = best


@compiled
def to_every_node(
    shape: Shape, first: UInt64, limit_ms: Integer, ms: Int32, resource: Int32
) -> None:
    """Tell by the network's own numbers what :func:`sweep_all` found, later ones left out.

    Parameters
    ----------
    shape, first
        As there.
    limit_ms
        Later arrivals are left out.
    ms, resource : (N,) int32
        On return milliseconds and row, ``UNREACHED`` and -1 where nobody arrives in time.
    """
    for node in range(len(ms)):
        key = first[shape.rank[node]]
        time = np.int64(key >> _HIGH)
        if time <= limit_ms and time < _BLOCKED:
            ms[node], resource[node] = time, np.int64(key & _LOW_BITS)
        else:
            ms[node], resource[node] = UNREACHED, -1
