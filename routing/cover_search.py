"""The first few to arrive at every junction, in one search from all of them at once.

Dijkstra's algorithm with `k` labels to a junction instead of one: what a label offers its
neighbours counts there only while it is among their first `k` of different posts. A path to the
`k`-th at a junction leads over junctions at which it is among the first `k` as well, so nothing
is lost, and the work is at most `k` times that of one search.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

import numpy as np

from routing.compiling import compiled, inlined
from routing.kernels import UNREACHED, Arcs, Hangs, Integer, pop, push
from routing.network import Bool, Float64, Int32, Int64
from routing.profiles import BLOCKED

_BLOCKED = np.int64(BLOCKED)
_LOW_BITS = np.int64(0xFFFFFFFF)


@inlined
def _enter(
    ms: Int32, resource: Int32, post: Int32, row: Integer, time: Integer, one: Integer
) -> bool:
    """Enter an arrival among the first of a row, one for each post; whether it belongs there."""
    k = ms.shape[1]
    own = post[one]
    place: Integer = k
    last: Integer = k - 1
    for i in range(k):
        known = resource[row, i]
        if known >= 0 and post[known] == own:
            last = i
            break
    for i in range(last + 1):
        known = resource[row, i]
        if time < ms[row, i] or (time == ms[row, i] and (known < 0 or one < known)):
            place = i
            break
    if place > last:
        return False
    for i in range(last, place, -1):
        ms[row, i] = ms[row, i - 1]
        resource[row, i] = resource[row, i - 1]
    ms[row, place] = time
    resource[row, place] = one
    return True


@inlined
def _keep(heap: Int64, size: Integer, time: Integer, node: Integer) -> tuple[Int64, Integer]:
    """Add a key to a heap that grows; return the heap and its size."""
    if size == len(heap):
        heap = np.concatenate((heap, np.empty_like(heap)))
    return heap, push(heap, size, (time << 32) | np.int64(node))


@inlined
def _enter_all(
    ms: Int32,
    resource: Int32,
    post: Int32,
    node: Integer,
    time: Integer,
    other: Integer,
    total: Integer,
) -> bool:
    """Offer a neighbour those who come to a junction at one time; whether any belongs there."""
    entered = False
    for i in range(ms.shape[1]):
        if ms[node, i] == time:
            entered |= _enter(ms, resource, post, other, total, resource[node, i])
    return entered


@compiled
def cover_search(
    arcs: Arcs,
    closed: Bool,
    hangs: Hangs,
    post: Int32,
    limit_ms: Integer,
    ms: Int32,
    resource: Int32,
    heap: Int64,
) -> Int64:
    """Find the first `k` arrivals of different posts at every junction.

    Parameters
    ----------
    arcs
        Adjacency over out-edges.
    closed
        As in :func:`~routing.kernels.nearest_search`.
    hangs
        Where the resources come onto the network.
    post : (F,) int32
        Resources with the same number count once.
    limit_ms
        Later arrivals are left out.
    ms, resource : (N, k) int32
        All ``UNREACHED`` and -1 on entry; on return the arrivals in the order (time, number).
    heap : (C,) int64
        Room for keys; a greater one is made where it is too small.

    Returns
    -------
    (C,) int64
        The heap, to be used again.
    """
    size: Integer = 0
    done = np.full(len(ms), -1, dtype=np.int32)
    for i in range(len(hangs.node)):
        node = hangs.node[i]
        time = hangs.ms[i]
        if time <= limit_ms and _enter(ms, resource, post, node, time, hangs.resource[i]):
            heap, size = _keep(heap, size, time, node)
    while size > 0:
        key = heap[0]
        size = pop(heap, size)
        time = key >> 32
        node = key & _LOW_BITS
        if done[node] == time:
            continue
        done[node] = time
        for arc in range(arcs.offset[node], arcs.offset[node + 1]):
            weight = arcs.weight[arc]
            if weight == _BLOCKED or (len(closed) > 0 and closed[arcs.edge[arc]]):
                continue
            total = time + weight
            other = arcs.neighbour[arc]
            if total > limit_ms or total > ms[other, ms.shape[1] - 1]:
                continue
            if _enter_all(ms, resource, post, node, time, other, total):
                heap, size = _keep(heap, size, total, other)
    return heap


@compiled
def offer(
    ms: Int32, resource: Int32, post: Int32, row: Int32, time: Int64, one: Int32, limit_ms: Integer
) -> None:
    """Enter arrivals among the first of their rows.

    Parameters
    ----------
    ms, resource : (D, k) int32
        Changed in place.
    post, limit_ms
        As in :func:`cover_search`.
    row, time, one : (n,) int32, int64, int32
        Which row is offered what time of which resource.
    """
    for i in range(len(row)):
        if time[i] <= limit_ms and time[i] != UNREACHED:
            _enter(ms, resource, post, row[i], time[i], one[i])


@compiled
def claimed(
    offset: Int64,
    start: Float64,
    end: Float64,
    at_ms: Float64,
    slope_ms: Float64,
    resource: Int32,
    post: Int32,
    due: Integer,
) -> tuple[Int64, Float64, Float64, Int64]:
    """Cut reached streets where another comes to be the first, or the `due`-th.

    Parameters
    ----------
    offset : (S+1,) int64
        Reached parts of street ``s`` are rows ``offset[s]`` to ``offset[s+1] - 1``.
    start, end, at_ms, slope_ms : (n,) float64
        Parts, as fractions along the drawing; at a fraction ``x`` the time is
        ``at_ms + slope_ms * x``.
    resource : (n,) int32
        Who reaches them; of equal times the lower counts.
    post : (F,) int32
        Resources with the same number count once.
    due
        Who is asked for: 1 for the first.

    Returns
    -------
    street : (m,) int64
    start, end : (m,) float64
    part : (m,) int64
        Row of the part that is the first, or the `due`-th, there.
    """
    size = offset[1:] - offset[:-1]
    most = np.sum(2 * size + size * (size - 1) // 2)
    street, low, high = np.empty(most, np.int64), np.empty(most), np.empty(most)
    whose = np.empty(most, np.int64)
    taken = np.empty(due, np.int32)
    count: Integer = 0
    for one in range(len(offset) - 1):
        first, last = offset[one], offset[one + 1]
        cuts = _cuts(first, last, start, end, at_ms, slope_ms)
        for i in range(len(cuts) - 1):
            if cuts[i + 1] <= cuts[i]:
                continue
            middle = (cuts[i] + cuts[i + 1]) / 2
            found: Integer = 0
            best: Integer = -1
            while found < due:
                best = -1
                least = np.inf
                for part in range(first, last):
                    ms = at_ms[part] + slope_ms[part] * middle
                    sooner = ms < least or (ms == least and resource[part] < resource[best])
                    if (
                        sooner
                        and start[part] <= middle <= end[part]
                        and not _is_among(post[resource[part]], taken, found)
                    ):
                        best, least = part, ms
                if best < 0:
                    break
                taken[found] = post[resource[best]]
                found += 1
            if best < 0:
                continue
            if count > 0 and whose[count - 1] == best and high[count - 1] == cuts[i]:
                high[count - 1] = cuts[i + 1]
                continue
            street[count], low[count], high[count] = one, cuts[i], cuts[i + 1]
            whose[count] = best
            count += 1
    return street[:count].copy(), low[:count].copy(), high[:count].copy(), whose[:count].copy()


@inlined
def _is_among(one: Integer, taken: Int32, count: Integer) -> bool:
    is_there = False
    for i in range(count):
        is_there |= taken[i] == one
    return is_there


@compiled
def _cuts(
    first: Integer, last: Integer, start: Float64, end: Float64, at_ms: Float64, slope_ms: Float64
) -> Float64:
    """Where parts begin and end, and where two of them take equally long, rising."""
    size = last - first
    cuts = np.empty(2 * size + size * (size - 1) // 2)
    number: Integer = 0
    for part in range(first, last):
        cuts[number], cuts[number + 1] = start[part], end[part]
        number += 2
        for other in range(first, part):
            if slope_ms[part] == slope_ms[other]:
                continue
            meet = (at_ms[other] - at_ms[part]) / (slope_ms[part] - slope_ms[other])
            if 0.0 < meet < 1.0:
                cuts[number] = meet
                number += 1
    return np.sort(cuts[:number])
