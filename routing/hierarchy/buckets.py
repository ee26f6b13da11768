"""Who arrives first, from lists that every node keeps of the resources below it.

Each resource searches upwards once and leaves its time at every node it comes to; a question
searches upwards against the traffic and reads the lists it meets, each in the order of times, as
far as one can still be among the first (Knopp, Sanders, Schultes, Schulz, Wagner: Computing
Many-to-Many Shortest Paths Using Highway Hierarchies, ALENEX 2007; Buchhold, Wagner: Nearest-
Neighbor Queries in Customizable Contraction Hierarchies, SEA 2021).
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.compiling import compiled, inlined
from routing.hierarchy.climbing import (
    Above,
    above_of,
    begin,
    leave,
    lowest,
    pass_up,
    pass_up_one_way,
)
from routing.hierarchy.contraction import Shape
from routing.hierarchy.customization import NO_WAY, UP, Costs, UInt32
from routing.hierarchy.rows import grown_32, grown_64, sort
from routing.kernels import Goals, Hangs, Integer
from routing.network import Bool, Int32, Int64

#: No one is left out.
EVERYBODY = np.zeros(0, dtype=np.bool_)

_LOW_BITS = np.int64(0xFFFFFFFF)


class Buckets(NamedTuple):
    """What the resources left at the nodes.

    Attributes
    ----------
    offset : (N+1,) int64
        Entries of node ``x`` are ``offset[x]`` to ``offset[x+1] - 1``.
    entry : (B,) int64
        Milliseconds from leaving to the node, above the resource's row; rising within a node.
    """

    offset: Int64
    entry: Int64


def fill(shape: Shape, costs: Costs, hangs: Hangs, count: int) -> Buckets:
    """Let every resource search upwards.

    Parameters
    ----------
    shape, costs
        The hierarchy and what its arcs cost.
    hangs
        Where the resources come onto the network, nodes as the network numbers them, in the order
        of resources.
    count
        How many resources there are.

    Returns
    -------
    Buckets
    """
    offset, entry = _fill(shape, costs, hangs, count)
    return Buckets(offset, entry)


@inlined
def _leave_times(
    shape: Shape,
    costs: Costs,
    hangs: Hangs,
    first: Integer,
    end: Integer,
    row: Integer,
    distance: UInt32,
    where: Int32,
    what: Int64,
    size: Integer,
) -> tuple[Int32, Int64, Integer]:
    """Let one resource leave its time at all nodes above the places it comes from."""
    at = np.empty(end - first, np.int32)
    count = begin(shape, hangs.node, hangs.ms, first, end, at, distance)
    x = lowest(at, count)
    while x >= 0:
        time = distance[x]
        distance[x] = NO_WAY
        if time < NO_WAY:
            if size == len(where):
                where, what = grown_32(where), grown_64(what)
            where[size], what[size] = x, (np.int64(time) << 32) | np.int64(row)
            size += 1
            pass_up(shape, costs, UP, x, time, distance)
        leave(shape, at, count, x)
        x = lowest(at, count)
    return where, what, size


@compiled
def _fill(shape: Shape, costs: Costs, hangs: Hangs, count: int) -> tuple[Int64, Int64]:
    nodes = len(shape.parent)
    distance = np.full(nodes, NO_WAY, np.uint32)
    where, what = np.empty(64 * count + 1024, np.int32), np.empty(64 * count + 1024, np.int64)
    size: Integer = 0
    first = 0
    for row in range(count):
        end = first
        while end < len(hangs.node) and hangs.resource[end] == row:
            end += 1
        where, what, size = _leave_times(
            shape, costs, hangs, first, end, row, distance, where, what, size
        )
        first = end
    offset = np.zeros(nodes + 1, np.int64)
    for i in range(size):
        offset[where[i] + 1] += 1
    for x in range(nodes):
        offset[x + 1] += offset[x]
    entry = np.empty(size, np.int64)
    place = offset[:-1].copy()
    for i in range(size):
        entry[place[where[i]]] = what[i]
        place[where[i]] += 1
    for x in range(nodes):
        if offset[x + 1] - offset[x] > 1:
            sort(entry[offset[x] : offset[x + 1]])
    return offset, entry


@inlined
def _place(
    first_ms: Int64, first_row: Int32, count: Integer, total: Integer, row: Integer
) -> Integer:
    """Enter an arrival among the first, each resource once; return how many there are now."""
    k = len(first_row)
    i: Integer = 0
    while i < count and first_row[i] != row:
        i += 1
    if i == k:
        i = k - 1
    if i < count:
        # In the place of its own later time, or of the last.
        if (first_ms[i], first_row[i]) <= (total, row):
            return count
    else:
        count += 1
    while i > 0 and (first_ms[i - 1], first_row[i - 1]) > (total, row):
        first_ms[i], first_row[i] = first_ms[i - 1], first_row[i - 1]
        i -= 1
    first_ms[i], first_row[i] = total, row
    return count


@inlined
def _read(
    buckets: Buckets,
    x: Integer,
    time: Integer,
    free: Bool,
    limit_ms: Integer,
    first_ms: Int64,
    first_row: Int32,
    count: Integer,
) -> Integer:
    """Enter those in a node's list that may be among the first; return how many there are."""
    k = len(first_row)
    for i in range(buckets.offset[x], buckets.offset[x + 1]):
        entry = buckets.entry[i]
        total, row = time + (entry >> 32), entry & _LOW_BITS
        if total > limit_ms or (count == k and total > first_ms[k - 1]):
            break
        if len(free) == 0 or free[row]:
            count = _place(first_ms, first_row, count, total, row)
    return count


@inlined
def first_from(
    shape: Above,
    down: UInt32,
    buckets: Buckets,
    free: Bool,
    node: Int32,
    ms: Int64,
    limit_ms: Integer,
    distance: UInt32,
    first_ms: Int64,
    first_row: Int32,
    count: Integer,
) -> Integer:
    """Enter those who come over a junction among the first; parameters as below."""
    k = len(first_row)
    at = np.empty(len(node), np.int32)
    ways = begin(shape, node, ms, 0, len(node), at, distance)
    x = lowest(at, ways)
    while x >= 0:
        time = distance[x]
        distance[x] = NO_WAY
        # Who is later than the last of the first here can have nobody before it above.
        if time < NO_WAY and time <= limit_ms and (count < k or time <= first_ms[k - 1]):
            count = _read(buckets, x, np.int64(time), free, limit_ms, first_ms, first_row, count)
            pass_up_one_way(shape, down, x, time, distance)
        leave(shape, at, ways, x)
        x = lowest(at, ways)
    return count


@compiled
def first_to_arrive(
    shape: Shape,
    down: UInt32,
    buckets: Buckets,
    free: Bool,
    goals: Goals,
    direct_row: Int32,
    direct_ms: Int64,
    limit_ms: Integer,
    distance: UInt32,
    first_ms: Int64,
    first_row: Int32,
) -> Integer:
    """Find the `k` resources with the least totals, in the order (total, row).

    Parameters
    ----------
    shape, down
        The hierarchy and what its arcs cost downwards.
    buckets
        Of the resources.
    free : (F,) or (0,) bool
        Which resources may be sent; empty where all may.
    goals
        Where the place is reached from, nodes as the network numbers them.
    direct_row, direct_ms : (D,)
        Those that come to the place without a junction, and when.
    limit_ms
        Later ones are left out.
    distance : (N,) uint32
        All ``NO_WAY``, and so again on return.
    first_ms, first_row : (k,)
        On return the first to arrive.

    Returns
    -------
    int
        How many were found.
    """
    count: Integer = 0
    for i in range(len(direct_row)):
        row = direct_row[i]
        if direct_ms[i] <= limit_ms and (len(free) == 0 or free[row]):
            count = _place(first_ms, first_row, count, direct_ms[i], row)
    return first_from(
        above_of(shape),
        down,
        buckets,
        free,
        goals.node,
        goals.ms,
        limit_ms,
        distance,
        first_ms,
        first_row,
        count,
    )


@compiled
def all_to_arrive(
    shape: Shape, down: UInt32, buckets: Buckets, goals: Goals, distance: UInt32, best_ms: Int64
) -> None:
    """Lower everybody's total to what the hierarchy offers.

    Parameters
    ----------
    shape, down, buckets, goals, distance
        As in :func:`first_to_arrive`.
    best_ms : (F,) int64
        What is known without it, ``UNREACHED`` where nothing is; changed in place.
    """
    at = np.empty(len(goals.node), np.int32)
    ways = begin(shape, goals.node, goals.ms, 0, len(goals.node), at, distance)
    x = lowest(at, ways)
    while x >= 0:
        time = distance[x]
        distance[x] = NO_WAY
        if time < NO_WAY:
            for i in range(buckets.offset[x], buckets.offset[x + 1]):
                total, row = np.int64(time) + (buckets.entry[i] >> 32), buckets.entry[i] & _LOW_BITS
                best_ms[row] = min(best_ms[row], total)
            pass_up_one_way(shape, down, x, time, distance)
        leave(shape, at, ways, x)
        x = lowest(at, ways)
