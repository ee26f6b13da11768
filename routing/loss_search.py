"""What the loss of streets does to the quickest ways, searched anew only where they led over them.

The quickest ways from all resources form a forest. Where a street is lost, only the junctions
below it in the forest have another time; they are searched from the border of the others, which
keep theirs. Summed over all streets that is each junction's number of streets to its resource,
not a search for each street.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.compiling import compiled, inlined
from routing.kernels import UNREACHED, Arcs, Integer, pop, push
from routing.network import Bool, Float64, Int32, Int64
from routing.profiles import BLOCKED

_BLOCKED = np.int64(BLOCKED)
_LOW_BITS = np.int64(0xFFFFFFFF)


class Rows(NamedTuple):
    """Lists of numbers: those of row ``i`` are ``item[offset[i]:offset[i + 1]]``."""

    offset: Int64
    item: Int32


class Forest(NamedTuple):
    """The quickest ways from all resources, in preorder: what is below a junction lies together.

    Attributes
    ----------
    distance : (N,) int32
        Milliseconds to every junction, ``UNREACHED`` where nobody comes.
    member : (n,) int32
        The junctions reached, in preorder.
    start, size : (N,) int32
        Those at and below a junction are ``member[start:start + size]``.
    """

    distance: Int32
    member: Int32
    start: Int32
    size: Int32


class Starts(NamedTuple):
    """Where resources come onto the network, by junction.

    Attributes
    ----------
    at : Rows
        By junction, the rows of what follows.
    ms, street : (H,) int64, int32
        Turnout and drive to the junction; the street driven, -1 for none.
    """

    at: Rows
    ms: Int64
    street: Int32


class Places(NamedTuple):
    """Who is to be reached.

    Attributes
    ----------
    way : Rows
        By place, the rows of `node`, `ms` and `street`.
    seen_from, on : Rows
        By junction, the places that are driven to from it; by street, those with a way over it.
    node, ms, street : (W,) int32, int64, int32
        Junction and milliseconds from there, over which street (-1 for none); where the
        junction is -1, the milliseconds of somebody who comes without passing one.
    before_ms : (D,) int64
        How soon somebody comes before any loss; ``UNREACHED`` where nobody does.
    home : (D,) int32
        Street on which each lies; -1 at a junction.
    weight : (D,) float64
        What each counts.
    """

    way: Rows
    seen_from: Rows
    on: Rows
    node: Int32
    ms: Int64
    street: Int32
    before_ms: Int64
    home: Int32
    weight: Float64


class Marks(NamedTuple):
    """Working memory: by whom a street, junction or place was marked last, and new times."""

    gone: Int32
    lost: Int32
    asked: Int32
    time: Int32
    heap: Int64
    found: Int32


@compiled
def in_preorder(order: Int32, parent: Int32, member: Int32, start: Int32, size: Int32) -> None:
    """Lay out a forest so that what is below a junction lies together.

    Parameters
    ----------
    order : (n,) int32
        Its junctions, parents first.
    parent : (N,) int32
        -1 of roots.
    member : (n,) int32
    start, size : (N,) int32
        Filled; `size` all 0 on entry. See :class:`Forest`.
    """
    for i in range(len(order) - 1, -1, -1):
        node = order[i]
        size[node] += 1
        if parent[node] >= 0:
            size[parent[node]] += size[node]
    free = np.zeros(len(parent), dtype=np.int32)
    end = 0
    for node in order:
        if parent[node] < 0:
            start[node] = end
            end += size[node]
        else:
            start[node] = free[parent[node]]
            free[parent[node]] += size[node]
        free[node] = start[node] + 1
        member[start[node]] = node


@inlined
def _take_away(group: Integer, groups: Rows, roots: Rows, forest: Forest, marks: Marks) -> Integer:
    """Mark streets as gone, and the junctions reached over them as ``found[:count]``."""
    count: Integer = 0
    for row in range(groups.offset[group], groups.offset[group + 1]):
        marks.gone[groups.item[row]] = group
        for at in range(roots.offset[groups.item[row]], roots.offset[groups.item[row] + 1]):
            root = roots.item[at]
            for i in range(forest.start[root], forest.start[root] + forest.size[root]):
                node = forest.member[i]
                if marks.lost[node] != group:
                    marks.lost[node] = group
                    marks.found[count] = node
                    count += 1
    return count


@inlined
def _best_outside(
    group: Integer,
    node: Integer,
    against: Arcs,
    edge_street: Int32,
    closed: Bool,
    starts: Starts,
    forest: Forest,
    marks: Marks,
) -> np.int64:
    """How soon somebody comes to a lost junction from the others or from where they stand."""
    best = np.int64(UNREACHED)
    for row in range(starts.at.offset[node], starts.at.offset[node + 1]):
        hang = starts.at.item[row]
        if starts.street[hang] < 0 or marks.gone[starts.street[hang]] != group:
            best = min(best, starts.ms[hang])
    for arc in range(against.offset[node], against.offset[node + 1]):
        other = against.neighbour[arc]
        edge = against.edge[arc]
        shut = len(closed) > 0 and closed[edge]
        if shut or marks.lost[other] == group or marks.gone[edge_street[edge]] == group:
            continue
        # Over a barred edge, or from one not reached, everybody would come too late.
        best = min(best, np.int64(forest.distance[other]) + against.weight[arc])
    return best


@inlined
def _search_lost(
    group: Integer,
    count: Integer,
    against: Arcs,
    onward: Arcs,
    edge_street: Int32,
    closed: Bool,
    starts: Starts,
    forest: Forest,
    marks: Marks,
) -> None:
    """Find the new times of the junctions ``found[:count]``."""
    size: Integer = 0
    for i in range(count):
        node = marks.found[i]
        best = _best_outside(group, node, against, edge_street, closed, starts, forest, marks)
        marks.time[node] = min(best, np.int64(UNREACHED))
        if best < UNREACHED:
            size = push(marks.heap, size, (best << 32) | np.int64(node))
    while size > 0:
        key = marks.heap[0]
        size = pop(marks.heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if time != marks.time[node]:
            continue
        for arc in range(onward.offset[node], onward.offset[node + 1]):
            other = onward.neighbour[arc]
            edge = onward.edge[arc]
            shut = onward.weight[arc] == _BLOCKED or (len(closed) > 0 and closed[edge])
            if shut or marks.lost[other] != group or marks.gone[edge_street[edge]] == group:
                continue
            total = time + onward.weight[arc]
            if total < marks.time[other]:
                marks.time[other] = total
                size = push(marks.heap, size, (total << 32) | np.int64(other))


@inlined
def _after(
    group: Integer, place: Integer, places: Places, forest: Forest, marks: Marks
) -> np.int64:
    """How soon somebody comes to a place now."""
    best = np.int64(UNREACHED)
    for row in range(places.way.offset[place], places.way.offset[place + 1]):
        way = places.way.item[row]
        if places.street[way] >= 0 and marks.gone[places.street[way]] == group:
            continue
        node = places.node[way]
        time = np.int64(0)
        if node >= 0:
            lost = marks.lost[node] == group
            time = np.int64(marks.time[node] if lost else forest.distance[node])
        best = min(best, time + places.ms[way])
    return best


@inlined
def _count(
    group: Integer,
    asked: Rows,
    row: Integer,
    places: Places,
    forest: Forest,
    limit_ms: Integer,
    marks: Marks,
    told: Float64,
) -> None:
    """Count what becomes of the places of a list, each once for a group."""
    for i in range(asked.offset[row], asked.offset[row + 1]):
        place = asked.item[i]
        before = places.before_ms[place]
        if before >= UNREACHED or marks.asked[place] == group:
            continue
        marks.asked[place] = group
        weight = places.weight[place]
        told[group, 5] += weight
        home = places.home[place]
        if home >= 0 and marks.gone[home] == group:
            told[group, 3] += weight
            after = np.int64(UNREACHED)
        else:
            after = _after(group, place, places, forest, marks)
            if after >= UNREACHED:
                told[group, 2] += weight
            else:
                told[group, 0] += weight * (after - before)
                if before <= limit_ms < after:
                    told[group, 1] += weight
        if before <= limit_ms < after:
            told[group, 4] += weight


@compiled
def lose_each(
    groups: Rows,
    roots: Rows,
    against: Arcs,
    onward: Arcs,
    edge_street: Int32,
    closed: Bool,
    starts: Starts,
    forest: Forest,
    places: Places,
    limit_ms: Integer,
    marks: Marks,
    told: Float64,
) -> None:
    """Lose each group of streets alone, and count what becomes of the places.

    Parameters
    ----------
    groups
        By group, its streets.
    roots
        By street, the junctions that are reached over it or from a resource on it.
    against, onward
        Adjacency over in-edges and over out-edges.
    edge_street : (M,) int32
        Of every edge.
    closed
        As in :func:`~routing.kernels.nearest_search`.
    starts, forest, places
        As they are before any loss.
    limit_ms
        Later is too late.
    marks
        All -1, with room for a key per edge and junction.
    told : (G, 6) float64
        Filled with weights: times the milliseconds added; of those reached too late and in
        time before; of those no longer reached; of those on the lost streets; of all of them
        that were in time before; of all that were looked at.
    """
    for group in range(len(groups.offset) - 1):
        count = _take_away(group, groups, roots, forest, marks)
        _search_lost(group, count, against, onward, edge_street, closed, starts, forest, marks)
        # In one loop: each call of what is compiled into its caller is compiled anew.
        streets = groups.offset[group + 1] - groups.offset[group]
        for i in range(count + streets):
            if i < count:
                asked, row = places.seen_from, marks.found[i]
            else:
                asked, row = places.on, groups.item[groups.offset[group] + i - count]
            _count(group, asked, row, places, forest, limit_ms, marks, told)
