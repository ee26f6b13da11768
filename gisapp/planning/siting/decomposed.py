"""The p-median problem decomposed: bounds from multipliers, sites by swaps, HiGHS for the rest.

Both the p-median and maximal cover (Church & ReVelle 1976) are this problem: each demand pays for
the cheapest of its pairs whose site is open, or a price for staying outside::

    minimise    sum_i ( sum_j c_ij z_ij + o_i s_i )
    subject to  sum_j z_ij + s_i = 1   for each i        (a)
                z_ij <= x_j            for each pair
                x in X                 number or budget, sites that exist
                x binary, z, s >= 0

**The bound.** For any multipliers l with l_i <= o_i, (a) relaxed gives
``L(l) = sum_i l_i + min_{x in X} sum_j x_j r_j`` with ``r_j = sum_i min(0, c_ij - l_i)``, and by
weak duality no solution costs less than L(l) (Geoffrion 1974; Cornuejols, Fisher & Nemhauser 1977).
A solution that uses the pair (i, j) costs at least ``L(l) + max(0, c_ij - l_i)``: pairs that
exceed the best known solution by it are left out, and HiGHS's bound on what remains holds for
every solution better than the known one.

**Few pairs.** Let only the k cheapest pairs of a demand stand, and o_i be no more than the cost of
the next one. Each solution of the whole problem, with z_ij of the pairs left out moved to s_i, is
one of this problem and costs no more in it. So every lower bound of this problem is one of the
whole (the argument of the restricted radius formulations, Garcia, Labbe & Marin 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gisapp.planning.siting import kernels
from gisapp.planning.siting.kernels import Lists, Money
from gisapp.planning.siting.linear import Model
from gisapp.planning.siting.problem import Bool, Float64, Int64, Openings, Watch

_TOLERANCE = 1e-9
_MOST_STARTS = 60
_BETWEEN_STARTS = 5
"""Steps from one of these to the next, and one more for each in a row that gained nothing."""
_LEAST_STEP = 1e-3
_PATIENCE = 40
"""Steps without a better bound, after which they are halved."""
_NEW = 0.15
"""Weight of the newest slope in the direction; the rest is the former direction."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Who may be served from where, at what cost.

    Attributes
    ----------
    lists
        By demand, sorted by cost; what they pay outside is finite.
    sites
        How many sites.
    offset
        The objective is ``offset - cost``, to be made large (people covered), where this is given;
        else it is the cost.
    """

    lists: Lists
    sites: int
    offset: float | None = None

    @property
    def demand(self) -> Int64:
        """Of each pair."""
        return np.repeat(np.arange(len(self.lists.outside)), np.diff(self.lists.first))

    def gap(self, cost: float, bound: float) -> float:
        """Relative to the objective."""
        objective = cost if self.offset is None else self.offset - cost
        return relative_gap(objective, objective + (cost - bound))

    def nearest_two(self, chosen: Bool) -> tuple[Float64, Float64, Int64]:
        """Cheapest and next cost of each demand, and the site of the cheapest (-1: outside)."""
        return kernels.nearest_two(self.lists, chosen)


@dataclass(frozen=True, kw_only=True, eq=False)
class Decomposed:
    """Sites, what they cost by the pairs, and the cost that no choice is below."""

    chosen: Bool
    cost: float
    bound: float


def relative_gap(objective: float, bound: float) -> float:
    """``|bound - objective| / |objective|``; 0 where both are equal."""
    apart = abs(bound - objective)
    if apart <= _TOLERANCE * max(1.0, abs(objective)):
        return 0.0
    return apart / abs(objective) if objective else float("inf")


def greedy(pairs: Pairs, openings: Openings) -> Bool:
    """Open what saves most (for its cost, where money is the limit), one after the other."""
    chosen = openings.predefined.copy()
    best = pairs.nearest_two(chosen)[0]
    demand = pairs.demand
    while True:
        saved = 1.0 * np.bincount(
            pairs.lists.site, np.maximum(0, best[demand] - pairs.lists.cost), minlength=pairs.sites
        )
        saved[chosen] = -1
        if openings.budget is None:
            if chosen.sum() == openings.p_facilities:
                return chosen
        else:
            left = openings.budget - openings.site_costs[chosen].sum()
            saved[(openings.site_costs > left) | (saved <= 0)] = -1
            if saved.max() <= 0:
                return chosen
            saved = saved / np.maximum(openings.site_costs, _TOLERANCE)
        site = int(np.argmax(saved))
        chosen[site] = True
        here = pairs.lists.site == site
        best[demand[here]] = np.minimum(best[demand[here]], pairs.lists.cost[here])


def interchange(pairs: Pairs, openings: Openings, chosen: Bool) -> tuple[Bool, float]:
    """Swap an open site for a closed one for as long as that saves (Teitz & Bart 1968)."""
    chosen = chosen.copy()
    budget = np.inf if openings.budget is None else openings.budget
    cost = kernels.swap(
        pairs.lists, chosen, Money(openings.predefined, openings.site_costs, budget)
    )
    return chosen, cost


@dataclass(kw_only=True, eq=False)
class _Dual:
    """The best multipliers so far with their prices and bound, and the best sites.

    Attributes
    ----------
    barren
        How many starts of swapping in a row led to nothing better.
    """

    multiplier: Float64
    price: Float64
    bound: float
    chosen: Bool
    cost: float
    barren: int = 0


def _ascend(pairs: Pairs, openings: Openings, watch: Watch) -> _Dual:
    """Raise the bound by subgradient steps until the gap is met or little is gained.

    Steps of Held, Wolfe & Crowder (1974) along a direction that keeps part of the former one
    (Camerini, Fratta & Maffioli 1975); each new choice of the relaxed problem is where swapping
    begins anew.
    """
    chosen, cost = interchange(pairs, openings, greedy(pairs, openings))
    multiplier = pairs.nearest_two(chosen)[1]
    start = np.zeros_like(multiplier)
    dual = _Dual(multiplier=start, price=np.zeros(pairs.sites), bound=0.0, chosen=chosen, cost=cost)
    step, wait, idle, reached = 1.0, 0, 0, -np.inf
    best, direction = multiplier, start
    tried = {chosen.tobytes()}
    while step > _LEAST_STEP:
        price = kernels.prices(pairs.lists, multiplier, pairs.sites)
        shares, least = openings.cheapest(price)
        bound = float(multiplier.sum()) + least
        idle += 1
        if bound > reached:
            if not bound - reached <= 1e-3 * (dual.cost - bound):
                idle = 0
            reached, best = bound, multiplier
            if bound > dual.bound:
                dual.multiplier, dual.price, dual.bound = multiplier, price, bound
        if wait == 0:
            _try(pairs, openings, dual, shares >= 1, tried)
            wait = _BETWEEN_STARTS + dual.barren
        wait -= 1
        if pairs.gap(dual.cost, dual.bound) <= watch.effort.gap or watch.left_s == 0:
            break
        if idle >= _PATIENCE:
            step, idle, multiplier = step / 2, 0, best
            continue
        slope = 1 - kernels.served(pairs.lists, multiplier, shares)
        direction = _NEW * slope + (1 - _NEW) * direction
        # At its ceiling a multiplier cannot rise, at 0 it cannot fall.
        direction[(direction > 0) & (multiplier >= pairs.lists.outside)] = 0
        direction[(direction < 0) & (multiplier <= 0)] = 0
        length = float(direction @ direction)
        if length == 0:
            break
        stride = step * max(1.01 * dual.cost - bound, _TOLERANCE) / length
        multiplier = np.clip(multiplier + stride * direction, 0, pairs.lists.outside)
    return dual


def _try(pairs: Pairs, openings: Openings, dual: _Dual, chosen: Bool, tried: set[bytes]) -> None:
    """Swap from a choice of the relaxed problem, where it is a new one."""
    if chosen.tobytes() in tried or len(tried) >= _MOST_STARTS:
        return
    tried.add(chosen.tobytes())
    dual.barren += 1
    found, cost = interchange(pairs, openings, chosen)
    if cost < dual.cost:
        dual.chosen, dual.cost, dual.barren = found, cost, 0


def solve(pairs: Pairs, openings: Openings, watch: Watch) -> Decomposed:
    """Find sites and a bound: by multipliers, then, where the gap is still open, by HiGHS."""
    dual = _ascend(pairs, openings, watch)
    if pairs.gap(dual.cost, dual.bound) > watch.effort.gap and watch.left_s > 0:
        return _branch(pairs, openings, dual, watch)
    return Decomposed(chosen=dual.chosen, cost=dual.cost, bound=dual.bound)


def _decided(openings: Openings, dual: _Dual, room: float) -> tuple[Float64, Float64]:
    """Bounds of x: what no solution better than the known one opens, or leaves closed.

    The relaxed choice by number changes by one swap at least where a site is forced.
    """
    lower, upper = openings.predefined.astype(np.float64), np.ones(len(openings.predefined))
    if openings.budget is None:
        shares, _ = openings.cheapest(dual.price)
        free = ~openings.predefined
        inside, beyond = free & (shares == 1), free & (shares == 0)
        if inside.any() and beyond.any():
            upper[beyond & (dual.price - dual.price[inside].max() > room)] = 0
            lower[inside & (dual.price[beyond].min() - dual.price > room)] = 1
    return lower, upper


def _branch(pairs: Pairs, openings: Openings, dual: _Dual, watch: Watch) -> Decomposed:
    """Hand HiGHS what the multipliers have not ruled out, and the known solution."""
    room = dual.cost - dual.bound + _TOLERANCE * max(1.0, abs(dual.cost))
    lower, upper = _decided(openings, dual, room)
    demand = pairs.demand
    kept = (
        (pairs.lists.cost < pairs.lists.outside[demand])
        & (pairs.lists.cost - dual.multiplier[demand] <= room)
        & (upper[pairs.lists.site] > 0)
    )
    demand, site, cost = demand[kept], pairs.lists.site[kept], pairs.lists.cost[kept]
    model = Model(maximise=pairs.offset is not None, offset=pairs.offset or 0.0)
    sign = -1.0 if model.maximise else 1.0
    x = model.columns(np.zeros(pairs.sites), lower=lower, upper=upper, integral=True)
    limit_openings(model, x, openings)
    _, _, by = pairs.nearest_two(dual.chosen)
    count = len(pairs.lists.outside)
    s = model.columns(sign * pairs.lists.outside)
    row = np.arange(count), s, 1.0
    if (cost == 0).all():
        model.rows(count, (demand, x[site], 1.0), row, lower=1)
        known = [dual.chosen, by < 0]
    else:
        z = model.columns(sign * cost)
        model.rows(count, (demand, z, 1.0), row, lower=1, upper=1)
        pair = np.arange(len(z))
        model.rows(len(z), (pair, z, 1.0), (pair, x[site], -1.0), upper=0)
        taken = by[demand] == site
        known = [dual.chosen, np.bincount(demand, taken, minlength=count) == 0, taken]
    found = model.solve(watch, start=np.concatenate(known).astype(np.float64))
    chosen, value = dual.chosen, dual.cost
    if found.values is not None:
        other = found.values[x] > 0.5
        price = float(pairs.nearest_two(other)[0].sum())
        if price < value:
            chosen, value = other, price
    proved = found.bound if pairs.offset is None else pairs.offset - found.bound
    if found.infeasible:
        proved = value
    return Decomposed(chosen=chosen, cost=value, bound=max(dual.bound, min(value, proved)))


def limit_openings(model: Model, x: Int64, openings: Openings) -> None:
    """Constrain how many sites there are."""
    row = np.zeros(len(x), dtype=np.int64)
    if openings.p_facilities is not None:
        model.rows(1, (row, x, 1.0), lower=openings.p_facilities, upper=openings.p_facilities)
    else:
        model.rows(1, (row, x, openings.site_costs), upper=openings.budget or 0.0)
