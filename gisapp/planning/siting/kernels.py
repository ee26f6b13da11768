"""Loops over the pairs of demands and sites, compiled."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from gisapp.planning.siting.problem import Bool, Float64, Int64
from routing.compiling import compiled, inlined

_TOLERANCE: Final = 1e-9


class Lists(NamedTuple):
    """The pairs of each demand, sorted by cost, so that a loop ends at the first that cannot count.

    Attributes
    ----------
    first : (demands + 1,)
        Where those of each demand begin.
    site, cost : (pairs,)
        Costs are 0 or more.
    outside : (demands,)
        What a demand pays that no pair serves.
    """

    first: Int64
    site: Int64
    cost: Float64
    outside: Float64


class Money(NamedTuple):
    """Which sites stay, what each costs, and the most that all may cost (infinite: no limit)."""

    predefined: Bool
    site_costs: Float64
    budget: float


@compiled
def nearest_two(lists: Lists, chosen: Bool) -> tuple[Float64, Float64, Int64]:
    """Cheapest and next cost of each demand, and the site of the cheapest (-1: outside)."""
    outside = lists.outside
    best, after = outside.copy(), outside.copy()
    by = np.full(len(outside), -1, dtype=np.int64)
    for demand in range(len(outside)):
        for pair in range(lists.first[demand], lists.first[demand + 1]):
            if lists.cost[pair] >= outside[demand]:
                break
            if chosen[lists.site[pair]]:
                if by[demand] >= 0:
                    after[demand] = lists.cost[pair]
                    break
                best[demand], by[demand] = lists.cost[pair], lists.site[pair]
    return best, after, by


@inlined
def _weighed(
    lists: Lists, best: Float64, after: Float64, row: Int64, shape: tuple[int, int]
) -> tuple[Float64, Float64, Float64]:
    """What each site saves if opened, what each row loses if closed, and what both correct."""
    saved, lost, both = np.zeros(shape[1]), np.zeros(shape[0]), np.zeros(shape)
    for demand in range(len(best)):
        if row[demand] >= 0:
            lost[row[demand]] += after[demand] - best[demand]
        for pair in range(lists.first[demand], lists.first[demand + 1]):
            paid = lists.cost[pair]
            if paid >= after[demand]:
                break
            if paid < best[demand]:
                saved[lists.site[pair]] += best[demand] - paid
            if row[demand] >= 0:
                both[row[demand], lists.site[pair]] += after[demand] - max(paid, best[demand])
    return saved, lost, both


@compiled
def swap(lists: Lists, chosen: Bool, money: Money) -> float:
    """Swap an open site for a closed one, the best first, while that saves; `chosen` is changed.

    All swaps are weighed at once: what the new one saves, less what the old one's demands lose,
    corrected for those that go from the one to the other (Resende & Werneck 2007).

    Returns
    -------
    float
        What all demands pay in the end.
    """
    sites = len(chosen)
    place = np.full(sites + 1, -1, dtype=np.int64)  # the last for a demand outside: by is -1
    while True:
        best, after, by = nearest_two(lists, chosen)
        total = best.sum()
        opened = np.flatnonzero(chosen)
        place[:] = -1
        place[opened] = np.arange(len(opened))
        saved, lost, both = _weighed(lists, best, after, place[by], (len(opened), sites))
        spent = money.site_costs[chosen].sum()
        most, out, into = _TOLERANCE * max(1.0, total), -1, -1
        for number in range(len(opened)):
            old = opened[number]
            if money.predefined[old]:
                continue
            room = money.budget - spent + money.site_costs[old]
            for new in range(sites):
                profit = saved[new] - lost[number] + both[number, new]
                if profit > most and not chosen[new] and money.site_costs[new] <= room:
                    most, out, into = profit, old, new
        if out < 0:
            return float(total)
        chosen[out], chosen[into] = False, True


@compiled
def prices(lists: Lists, multiplier: Float64, sites: int) -> Float64:
    """Sum of what each site's pairs cost less than their demand's multiplier, as a negative."""
    found = np.zeros(sites)
    for demand in range(len(multiplier)):
        for pair in range(lists.first[demand], lists.first[demand + 1]):
            if lists.cost[pair] >= multiplier[demand]:
                break
            found[lists.site[pair]] += lists.cost[pair] - multiplier[demand]
    return found


@compiled
def served(lists: Lists, multiplier: Float64, shares: Float64) -> Float64:
    """How often the relaxed solution serves each demand."""
    found = np.zeros(len(multiplier))
    for demand in range(len(multiplier)):
        for pair in range(lists.first[demand], lists.first[demand + 1]):
            if lists.cost[pair] >= multiplier[demand]:
                break
            found[demand] += shares[lists.site[pair]]
    return found
