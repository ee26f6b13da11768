"""Who fills which need: the exact optimum over all needs at once.

A unit fills one place and a place takes one unit, so that this is an assignment problem: shortest
augmenting paths solve it exactly (Jonker and Volgenant 1987, Computing 38:325-340). The objectives
are met one after the other - unmet places by priority, seconds beyond the limits, the worst
arrival, the total - by a cost that is one integer with a field for each, of which Python's have no
largest; the worst arrival, which is no sum, is lowered by taking the slowest pairs away for as long
as what ranks before it stays as good. Whole seconds throughout, so that equal is equal.

Units of a place are looked at in the order of their cost, and only as far as a chain of changes
can be shorter through them: no price of a unit makes it cheaper than that, so that the thousands
that are left out are known to change nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]

NEVER: Final = 2**40
"""Seconds of a unit that cannot fill a place."""
FIRST_LOOKED_AT: Final = 12
"""Units of a place that are put in order at first."""
UNMET: Final = -1
COVER: Final = 0
"""Rank of what stays at home; the priorities of incidents are 1 to 4."""
RANKS: Final = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """A place that one unit is to fill.

    Attributes
    ----------
    rank
        :data:`COVER`, or the priority of its incident, 1 the highest to 4.
    seconds
        Of every unit until it would be there, penalties of its tier included; whole,
        :data:`NEVER` where it cannot. Places with the same array are alike.
    limit_s
        By when it should be there; None for any time.
    """

    rank: int
    seconds: Int64
    limit_s: int | None = None


@dataclass(frozen=True, kw_only=True)
class Filling:
    """The optimum.

    Attributes
    ----------
    units
        By place, the unit that fills it, or :data:`UNMET`.
    unmet
        Places that nobody fills, by rank.
    late_s
        Seconds beyond the limits, summed.
    worst_s
        Of the unit that comes last.
    total_s
        Summed over all that fill a place.
    """

    units: tuple[int, ...]
    unmet: tuple[int, ...]
    late_s: int
    worst_s: int
    total_s: int

    @property
    def objectives(self) -> tuple[tuple[int, ...], int, int, int]:
        """What is compared, the weightiest first."""
        return self.unmet, self.late_s, self.worst_s, self.total_s


def fill(places: Sequence[Place]) -> Filling:
    """Find the best filling of all places.

    Parameters
    ----------
    places
        With arrays of the same units.
    """
    return measured(places, _Solution(places).solve())


def measured(places: Sequence[Place], units: Sequence[int]) -> Filling:
    """Measure a filling by the objectives.

    Parameters
    ----------
    units
        By place, a unit that can fill it, or :data:`UNMET`.
    """
    unmet, late_s, seconds = [0] * RANKS, 0, [0]
    for place, unit in zip(places, units, strict=True):
        if unit == UNMET:
            unmet[place.rank] += 1
            continue
        taken_s = int(place.seconds[unit])
        seconds.append(taken_s)
        if place.limit_s is not None:
            late_s += max(0, taken_s - place.limit_s)
    return Filling(
        units=tuple(units),
        unmet=tuple(unmet),
        late_s=late_s,
        worst_s=max(seconds),
        total_s=sum(seconds),
    )


class _Costs:
    """Objectives as one integer: unmet by rank, seconds beyond the limit, seconds in all."""

    def __init__(self, places: Sequence[Place]) -> None:
        arrays = {id(one.seconds): one.seconds for one in places}.values()
        longest_s = max((int(one.max(where=one < NEVER, initial=0)) for one in arrays), default=0)
        count = len(places) + 1
        self.second_late = count * (longest_s + 1)  # greater than any sum of seconds
        largest = self.second_late**2
        self.unmet = [largest * count ** (RANKS - 1 - rank) for rank in range(RANKS)]

    def weightier(self, cost: int) -> int:
        """What of a cost ranks before the worst arrival."""
        return cost // self.second_late


class _Offers:
    """Units of places that are alike, the cheapest first, sorted out only as far as is asked."""

    def __init__(self, place: Place, costs: _Costs) -> None:
        self._place, self._second_late = place, costs.second_late
        self._width = 0
        self.units: list[int] = []
        self.seconds: list[int] = []
        self.costs: list[int] = []

    def has(self, number: int) -> bool:
        """Whether there is a unit of this number, from 0."""
        while number >= len(self.units) and self._width < len(self._place.seconds):
            self._widen()
        return number < len(self.units)

    def cost(self, unit: int) -> int:
        """What a unit costs."""
        return self._cost(int(self._place.seconds[unit]))

    def _cost(self, seconds: int) -> int:
        limit_s = self._place.limit_s
        if limit_s is None or seconds <= limit_s:
            return seconds
        return (seconds - limit_s) * self._second_late + seconds

    def _widen(self) -> None:
        seconds = self._place.seconds
        known, self._width = self._width, max(FIRST_LOOKED_AT, self._width * 4)
        if self._width < len(seconds):
            chosen = np.argpartition(seconds, self._width - 1)[: self._width]
            # Of equals none is left out, so that the order is always the same.
            chosen = np.flatnonzero(seconds <= seconds[chosen].max())
            self._width = len(chosen)
        else:
            chosen, self._width = np.arange(len(seconds)), len(seconds)
        chosen = chosen[np.lexsort((chosen, seconds[chosen]))][known:]
        taken = seconds[chosen]
        chosen, taken = chosen[taken < NEVER], taken[taken < NEVER]
        if len(chosen) < self._width - known:
            self._width = len(seconds)  # the rest cannot come
        self.units += chosen.tolist()
        self.seconds += taken.tolist()
        self.costs += [self._cost(one) for one in taken.tolist()]


class _Solution:
    """Places filled one by one along the cheapest chains of changes.

    ``price[p]`` and ``rebate[u]`` (0 or less, 0 of a unit that is free) are the dual variables:
    no pair costs less than the two together, a chosen one exactly so much.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._costs = _Costs(places)
        alike: dict[tuple[int, int | None], _Offers] = {}
        for place in places:
            key = id(place.seconds), place.limit_s
            if key not in alike:
                alike[key] = _Offers(place, self._costs)
        self.offers = [alike[id(place.seconds), place.limit_s] for place in places]
        self.unmet = [self._costs.unmet[place.rank] for place in places]
        self.before_s = NEVER
        self.unit_of = [UNMET] * len(places)
        self.price = [0] * len(places)
        self.place_of: dict[int, int] = {}
        self.rebate: dict[int, int] = {}

    def solve(self) -> list[int]:
        """Find the optimum: of every place its unit, or :data:`UNMET`."""
        for place in range(len(self._places)):
            self._augment(place)
        while True:
            best = list(self.unit_of)
            worst_s = max((self._seconds(one) for one in self._filled()), default=0)
            if worst_s == 0 or not self._lower(worst_s):
                return best

    def _filled(self) -> list[int]:
        return [place for place, unit in enumerate(self.unit_of) if unit != UNMET]

    def _seconds(self, place: int) -> int:
        return int(self._places[place].seconds[self.unit_of[place]])

    def _lower(self, worst_s: int) -> bool:
        """Do without arrivals at `worst_s` or later; whether all that ranks before stays as good.

        Stops where it does not.
        """
        self.before_s = worst_s
        for place in self._filled():
            if self.unit_of[place] == UNMET or self._seconds(place) < worst_s:
                continue
            before = self._costs.weightier(self._cost())
            self._repair(place)
            if self._costs.weightier(self._cost()) > before:
                return False
        return True

    def _cost(self) -> int:
        return sum(
            self.unmet[place] if unit == UNMET else self.offers[place].cost(unit)
            for place, unit in enumerate(self.unit_of)
        )

    def _augment(self, place: int) -> None:
        """Fill one more place."""
        rebate, offers = self.rebate, self.offers[place]
        price, best, number = self.unmet[place], UNMET, 0
        while offers.has(number) and offers.costs[number] < price:
            asked = offers.costs[number] - rebate.get(offers.units[number], 0)
            if asked < price:
                price, best = asked, offers.units[number]
            number += 1
        self.price[place] = price
        if best == UNMET:
            return
        if best not in self.place_of:
            self.unit_of[place], self.place_of[best] = best, place
            return
        search = _Search(self, place, None)
        search.run()
        self._follow(search)

    def _repair(self, place: int) -> None:
        """Let a place do without the unit it has, which is no pair any more."""
        unit = self.unit_of[place]
        self.unit_of[place] = UNMET
        del self.place_of[unit]
        search = _Search(self, place, unit)
        search.run()
        self._follow(search)
        if unit not in self.place_of:
            self.rebate.pop(unit, None)

    def _follow(self, search: _Search) -> None:
        """Change prices and pairs along the chain that was found, from its end."""
        search.reprice(self.price, self.rebate, self.place_of)
        place_of, unit_of = self.place_of, self.unit_of
        unit, place = search.end
        while True:
            if place is not None:  # at the end of its chain a place stays unmet
                unit, unit_of[place] = unit_of[place], UNMET
            elif unit in search.given_back:
                place_of.pop(unit, None)
                self.rebate.pop(unit, None)
                unit, place = search.given_back_for
                continue
            else:
                place = search.came[unit]
                before, unit_of[place] = unit_of[place], unit
                place_of[unit], unit = place, before
            if place == search.start:
                return
            place = None
            if unit == UNMET:  # it was unmet before, and takes what another gives back
                unit, place = search.given_back_for


_MORE, _UNIT, _UNMET = range(3)
"""What is next on a chain: more units of a place, a unit, or that a place stays unmet."""


class _Search:
    """The cheapest chain of changes from a place, by Dijkstra's algorithm over reduced costs.

    Parameters
    ----------
    start
        The place to fill.
    freed
        The unit that `start` loses: the chain ends where that unit is used again or left free,
        so that on the way any other unit may be given back and any place left unmet. None where
        no unit is lost: the chain ends at the first free unit or place left unmet.
    """

    def __init__(self, solution: _Solution, start: int, freed: int | None) -> None:
        self._of, self.start, self._freed = solution, start, freed
        self.came: dict[int, int] = {}
        self.given_back: set[int] = set()
        self.given_back_for: tuple[int, int | None] = (UNMET, None)
        self.end: tuple[int, int | None] = (UNMET, None)
        self._length = 0
        self._pool: int | None = None
        self._places = {start: 0}
        self._far: dict[int, int] = {}
        self._settled: dict[int, int] = {}
        self._heap: list[tuple[int, int, int]] = []
        self._bases: dict[int, int] = {}
        self._cursors: dict[int, int] = {}
        self._least: dict[int, int] = {}
        self._look(start, 0)

    def run(self) -> None:
        """Search until the end of the chain is certain."""
        place_of = self._of.place_of
        while True:
            length, what, node = heapq.heappop(self._heap)
            if what == _MORE:
                self._go_on(node, length)
                continue
            if what == _UNIT and (node in self._settled or length > self._far[node]):
                continue
            self._length = length
            if what == _UNIT and node == self._freed:
                self.end = node, None
                return
            if what == _UNIT and node in place_of:
                self._settled[node] = length
                self._look(place_of[node], length)
                continue
            end = (UNMET, node) if what == _UNMET else (node, None)
            if self._freed is None:
                self.end = end
                return
            if self._pool is None:
                self._give_back(length, end)

    def reprice(self, price: list[int], rebate: dict[int, int], place_of: dict[int, int]) -> None:
        """Bring the prices to where the chain costs nothing more."""
        for place, length in self._places.items():
            price[place] += self._length - length
        for unit, length in self._settled.items():
            rebate[unit] = rebate.get(unit, 0) - (self._length - length)
        if self._pool is None:
            return
        shift = self._length - self._pool
        for place in range(len(price)):
            price[place] -= shift
        for unit in place_of.keys() | ({self._freed} if self._freed is not None else set()):
            rebate[unit] = rebate.get(unit, 0) + shift

    def _look(self, place: int, length: int) -> None:
        """Begin to look at the units of a place."""
        self._places[place] = length
        self._bases[place] = length - self._of.price[place]
        heapq.heappush(self._heap, (self._bases[place] + self._of.unmet[place], _UNMET, place))
        alike, base = id(self._of.offers[place]), self._bases[place]
        if base >= self._least.get(alike, base + 1):
            return  # a place alike has led to all of its units, as near or nearer
        self._least[alike] = base
        self._cursors[place] = 0
        self._go_on(place, length)

    def _go_on(self, place: int, length: int) -> None:
        """Look at the units of a place that may be as near as `length`.

        They come by their cost, which no rebate makes less: the others can wait.
        """
        offers, base = self._of.offers[place], self._bases[place]
        rebate, far, before_s = self._of.rebate, self._far, self._of.before_s
        settled = self._settled
        units, costs, seconds = offers.units, offers.costs, offers.seconds
        number, known = self._cursors[place], len(offers.units)
        while True:
            if number == known:
                if not offers.has(number):
                    return
                known = len(units)
            if seconds[number] >= before_s:
                return
            least = base + costs[number]
            if least > length:
                self._cursors[place] = number
                heapq.heappush(self._heap, (least, _MORE, place))
                return
            unit = units[number]
            number += 1
            if unit in settled:
                continue
            found = least - rebate.get(unit, 0)
            if found < far.get(unit, found + 1):
                far[unit], self.came[unit] = found, place
                self.given_back.discard(unit)
                heapq.heappush(self._heap, (found, _UNIT, unit))

    def _give_back(self, length: int, end: tuple[int, int | None]) -> None:
        """From here any unit may be left free, and any place that is unmet go on looking."""
        of = self._of
        self._pool, self.given_back_for = length, end
        for unit in (*of.place_of, self._freed):
            if unit is None or unit in self._settled:
                continue
            found = length - of.rebate.get(unit, 0)
            if found < self._far.get(unit, found + 1):
                self._far[unit] = found
                self.given_back.add(unit)
                heapq.heappush(self._heap, (found, _UNIT, unit))
        for place, unit in enumerate(of.unit_of):
            if unit == UNMET and place not in self._places:
                self._look(place, length)
