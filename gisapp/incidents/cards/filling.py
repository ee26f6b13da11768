"""Who fills which need: the exact optimum over all needs at once.

A unit fills one place and a place takes one unit, so that this is an assignment problem: shortest
augmenting paths solve it exactly (Jonker and Volgenant 1987, Computing 38:325-340). The objectives
are met one after the other - unmet places by priority, seconds beyond the limits, the worst
arrival, the total - by a cost that is one integer. Any falling weights of the ranks leave the same
number unmet of each, for the sets of places that can be filled at once are a matroid (Edmonds and
Fulkerson 1965, J. Res. NBS 69B:147-153), whose greedy basis is best for all of them: the weights
need only exceed what seconds can make up for. The worst arrival, which is no sum, is lowered by
taking the slowest pairs away for as long as what ranks before it stays as good. Whole seconds
throughout, so that equal is equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gisapp.incidents.cards.pairing import RANKS, UNMET, Int64, Offers, largest_s, pairs

NEVER: Final = 2**40
"""Seconds of a unit that cannot fill a place."""
COVER: Final = 0
"""Rank of what stays at home; the priorities of incidents are 1 to 4."""


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
        With arrays of the same units. One that would come later than
        :func:`~gisapp.incidents.cards.pairing.largest_s`, which is more than a day for 5,000
        units, counts as one that cannot come.
    """
    if not places:
        return measured(places, ())
    units = len(places[0].seconds)
    most = min(len(places), units)
    alike: dict[tuple[int, int | None], int] = {}
    group = [alike.setdefault((id(one.seconds), one.limit_s), len(alike)) for one in places]
    firsts = [places[at] for at in np.unique(group, return_index=True)[1]]
    chosen = [_by_seconds(one.seconds, largest_s(most)) for one in firsts]
    taken = [one.seconds[unit] for one, unit in zip(firsts, chosen, strict=True)]
    longest_s = max((int(one[-1]) for one in taken if len(one)), default=0)
    second_late = (most + 1) * (longest_s + 1)  # greater than any sum of seconds
    costs = [
        seconds if one.limit_s is None else seconds + second_late * late
        for one, seconds in zip(firsts, taken, strict=True)
        for late in [np.maximum(0, seconds - (one.limit_s or 0))]
    ]
    ends = np.cumsum([len(one) for one in chosen])
    offers = Offers(
        first=np.append(0, ends[:-1]),
        last=ends,
        unit=np.concatenate(chosen),
        cost=np.concatenate(costs),
        seconds=np.concatenate(taken),
        group=np.array(group, dtype=np.int64),
        unmet=np.array([(RANKS - one.rank) * second_late**2 for one in places], dtype=np.int64),
    )
    return measured(places, pairs(offers, units, second_late).tolist())


def _by_seconds(seconds: Int64, longest_s: int) -> Int64:
    """Who comes within so long, the first first."""
    able = np.flatnonzero(seconds <= min(longest_s, NEVER - 1))
    return able[np.argsort(seconds[able], kind="stable")]


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
