"""The way up: from some places to all nodes above them, lowest first.

What lies above a node is one path to the root of the elimination tree, so several ways up are
walked together by always taking the lowest node that any has come to; it has its time by then.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.compiling import inlined
from routing.hierarchy.contraction import Shape
from routing.hierarchy.customization import NO_WAY, Costs, UInt32
from routing.kernels import Integer
from routing.network import Int32, Int64

_BLOCKED = np.int64(NO_WAY)


class Above(NamedTuple):
    """What of a :class:`~routing.hierarchy.contraction.Shape` the way up needs.

    A question answered in microseconds hands over no arrays that it does not use.
    """

    rank: Int32
    up_offset: Int64
    up_head: Int32
    parent: Int32


Upwards = Above | Shape


@inlined
def above_of(shape: Shape) -> Above:
    """What the way up needs."""
    return Above(shape.rank, shape.up_offset, shape.up_head, shape.parent)


@inlined
def begin(
    shape: Upwards,
    node: Int32,
    ms: Int64,
    first: Integer,
    end: Integer,
    at: Int32,
    distance: UInt32,
) -> Integer:
    """Enter the places of rows `first` to `end` - 1 into `at`; return how many are reached."""
    count: Integer = 0
    for i in range(first, end):
        if ms[i] < _BLOCKED:
            x = shape.rank[node[i]]
            distance[x] = min(distance[x], np.uint32(ms[i]))
            at[count] = x
            count += 1
    return count


@inlined
def lowest(at: Int32, count: Integer) -> Integer:
    """The lowest node that any way up has come to; -1 where all are at the top."""
    found = -1
    for i in range(count):
        if at[i] >= 0 and (found < 0 or at[i] < found):
            found = at[i]
    return found


@inlined
def pass_up(
    shape: Upwards, costs: Costs, side: int, x: Integer, time: np.uint32, distance: UInt32
) -> None:
    """Offer a node's time to those above it."""
    for arc in range(shape.up_offset[x], shape.up_offset[x + 1]):
        y = shape.up_head[arc]
        distance[y] = min(distance[y], np.uint32(time + costs[arc, side]))


@inlined
def pass_up_one_way(
    shape: Upwards, down: UInt32, x: Integer, time: np.uint32, distance: UInt32
) -> None:
    """Offer a node's time to those above it, costs of one direction lying together."""
    for arc in range(shape.up_offset[x], shape.up_offset[x + 1]):
        y = shape.up_head[arc]
        distance[y] = min(distance[y], np.uint32(time + down[arc]))


@inlined
def leave(shape: Upwards, at: Int32, count: Integer, x: Integer) -> None:
    """Let the ways that have come to a node go on to its parent."""
    for i in range(count):
        if at[i] == x:
            at[i] = shape.parent[x]
