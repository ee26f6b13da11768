"""Pairs of places and units at the least cost: shortest augmenting paths, compiled.

``price[p]`` and ``rebate[u]`` (0 or less, 0 of a unit that is free) are the dual variables: no
pair costs less than the two together, a chosen one exactly so much, a place that stays unmet
exactly its price. All in whole numbers of 64 bits; :func:`largest_s` says how far these reach.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.compiling import compiled, inlined

Int64 = npt.NDArray[np.int64]

UNMET: Final = -1
RANKS: Final = 5

_FREE: Final = -1
_POOL: Final = -2
"""Takes the place of a place on a chain where a unit is given back, or one unmet looks on."""
_FAR: Final = 2**62


def largest_s(pairs: int) -> int:
    """Longest arrival that can be reckoned with exactly, in seconds.

    With S = (pairs + 1) (longest + 1), greater than any sum of seconds, a second beyond a limit
    costs S and a place unmet up to RANKS S². Prices lie between 0 and that, rebates between the
    same below 0 and 0, so that no length of a chain exceeds four times as much.

    Parameters
    ----------
    pairs
        Most places that can be filled at once.
    """
    return math.isqrt(_FAR // (4 * RANKS)) // (pairs + 1) - 1


class Offers(NamedTuple):
    """Who can fill what, the cheapest first; places that are alike share a group.

    Attributes
    ----------
    first, last
        By group, where its offers begin, and end.
    unit, cost, seconds
        By offer. Within a group, what costs less is not later.
    group, unmet
        By place: its group, and what it costs to leave it.
    """

    first: Int64
    last: Int64
    unit: Int64
    cost: Int64
    seconds: Int64
    group: Int64
    unmet: Int64


class _State(NamedTuple):
    """The pairs so far, the prices, and the room that a search needs.

    Attributes
    ----------
    far, came
        By unit: length of the shortest chain to it, and the place that would take it.
    near
        By place: length of the shortest chain to it.
    least
        By group: from how near its offers were looked at.
    open
        Units that are reached and not settled.
    end
        Length of the shortest chain to a free unit or a place left unmet, that unit, that place,
        and how many are open.
    """

    unit_of: Int64
    place_of: Int64
    price: Int64
    rebate: Int64
    far: Int64
    came: Int64
    near: Int64
    least: Int64
    open: Int64
    end: Int64


@compiled
def pairs(offers: Offers, units: int, second_late: int) -> Int64:
    """Pair at the least cost, then without the latest for as long as only seconds are lost by it.

    Parameters
    ----------
    offers
        ``last`` is changed.
    units
        How many there are.
    second_late
        What a second beyond a limit costs; more than all seconds together.

    Returns
    -------
    (places,) int64
        By place, its unit, or :data:`UNMET`.
    """
    places = len(offers.group)
    state = _State(
        np.full(places, UNMET, dtype=np.int64),
        np.full(units, _FREE, dtype=np.int64),
        np.zeros(places, dtype=np.int64),
        np.zeros(units, dtype=np.int64),
        np.empty(units, dtype=np.int64),
        np.empty(units, dtype=np.int64),
        np.empty(places, dtype=np.int64),
        np.empty(len(offers.first), dtype=np.int64),
        np.empty(units, dtype=np.int64),
        np.empty(4, dtype=np.int64),
    )
    unit_of, price, rebate = state.unit_of, state.price, state.rebate
    for place in range(places):
        _change(offers, state, place + 1, place, _FREE)
    while True:
        best = unit_of.copy()
        worst_s = total_s = 0
        for place in range(places):
            if unit_of[place] != UNMET:
                seconds = (price[place] + rebate[unit_of[place]]) % second_late
                worst_s, total_s = max(worst_s, seconds), total_s + seconds
        if worst_s == 0:
            return best
        for group in range(len(offers.first)):
            while (
                offers.last[group] > offers.first[group]
                and offers.seconds[offers.last[group] - 1] >= worst_s
            ):
                offers.last[group] -= 1
        for place in range(places):
            unit = unit_of[place]
            if unit == UNMET or (price[place] + rebate[unit]) % second_late < worst_s:
                continue
            unit_of[place], state.place_of[unit] = UNMET, _FREE
            total_s += _change(offers, state, places, place, unit)
            if total_s >= second_late:
                return best


@compiled
def _change(offers: Offers, state: _State, places: int, start: int, goal: int) -> int:
    """Change pairs along the shortest chain from a place, by Dijkstra's over reduced costs.

    Parameters
    ----------
    places
        How many take part, the first so many.
    start
        The place to fill.
    goal
        The unit it has lost: the chain ends where that is used again or left free, so that on
        the way any other may be given back and a place left unmet. :data:`_FREE` where none is
        lost: the chain ends at the first free unit, or with a place left unmet.

    Returns
    -------
    int
        Its length: how much more all pairs cost, where a unit was lost.
    """
    place_of, price, rebate = state.place_of, state.price, state.rebate
    far, near, opened, end = state.far, state.near, state.open, state.end
    far.fill(_FAR)
    near.fill(_FAR)
    state.least.fill(_FAR)
    end[:] = _FAR, _FREE, UNMET, 0
    pool = _FAR
    _look(offers, state, start, 0, goal)
    while True:
        length, at = _FAR, -1
        for number in range(end[3]):
            if far[opened[number]] < length:
                length, at = far[opened[number]], number
        if pool == _FAR and end[0] <= length:
            length, unit = end[0], _FREE
            if goal == _FREE:
                break
            pool = length
            _give_back(offers, state, places, pool, goal)
            continue
        unit = opened[at]
        if unit == goal:
            break
        end[3] -= 1
        opened[at] = opened[end[3]]
        _look(offers, state, place_of[unit], length, goal)
    shift = length - pool if pool != _FAR else 0
    for place in range(places):
        price[place] += max(0, length - near[place]) - shift
    for other in range(len(far)):
        if place_of[other] != _FREE or other == goal:
            # What is open is no nearer than the end, and what is nearer is settled.
            rebate[other] += shift - max(0, length - far[other])
    _follow(state, start, unit)
    return length


@inlined
def _look(offers: Offers, state: _State, place: int, length: int, goal: int) -> None:
    """Look at the units of a place as far as a chain through them could be the shortest.

    They come by their cost, which no rebate makes less.
    """
    state.near[place] = length
    base, group, end = length - state.price[place], offers.group[place], state.end
    if base + offers.unmet[place] < end[0]:
        end[0], end[1], end[2] = base + offers.unmet[place], _FREE, place
    # A place alike may have led to all of its units, as near or nearer.
    if base < state.least[group]:
        state.least[group] = base
        for number in range(offers.first[group], offers.last[group]):
            least, unit = base + offers.cost[number], offers.unit[number]
            if least >= end[0]:
                break
            if state.place_of[unit] == _FREE and unit != goal:
                end[0], end[1], end[2] = least, unit, place
                break
            found = least - state.rebate[unit]
            if found < state.far[unit]:
                if state.far[unit] == _FAR:
                    state.open[end[3]] = unit
                    end[3] += 1
                state.far[unit], state.came[unit] = found, place


@inlined
def _give_back(offers: Offers, state: _State, places: int, pool: int, goal: int) -> None:
    """From here any unit may be left free, and any place that is unmet go on looking."""
    far, opened, end = state.far, state.open, state.end
    for unit in range(len(far)):
        is_used = state.place_of[unit] != _FREE or unit == goal
        if is_used and pool - state.rebate[unit] < far[unit]:
            if far[unit] == _FAR:
                opened[end[3]] = unit
                end[3] += 1
            far[unit], state.came[unit] = pool - state.rebate[unit], _POOL
    for place in range(places):
        if state.unit_of[place] == UNMET and state.near[place] == _FAR:
            _look(offers, state, place, pool, goal)


@inlined
def _follow(state: _State, start: int, unit: int) -> None:
    """Change the pairs along the chain that was found, from its end: `unit`, or a free one."""
    unit_of, place_of, came, end = state.unit_of, state.place_of, state.came, state.end
    taker = came[unit] if unit != _FREE else end[2]
    if unit == _FREE:
        unit = end[1]
    while True:
        if taker == _POOL:
            place_of[unit], state.rebate[unit] = _FREE, 0
            unit, taker = end[1], end[2]
            continue
        before, unit_of[taker] = unit_of[taker], unit
        if unit != _FREE:
            place_of[unit] = taker
        if taker == start:
            return
        if before == UNMET:
            unit, taker = end[1], end[2]
        else:
            unit, taker = before, came[before]


def warm_up() -> None:
    """Compile, or load from the cache, what the first answer would wait for."""
    nothing = np.zeros(0, dtype=np.int64)
    pairs(Offers(nothing, nothing, nothing, nothing, nothing, nothing, nothing), 0, 1)
