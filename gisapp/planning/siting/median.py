"""Least travel in all: the p-median problem."""

from __future__ import annotations

import numpy as np

from gisapp.planning.siting import decomposed
from gisapp.planning.siting.answer import Model, Solution, Terms
from gisapp.planning.siting.answering import answered
from gisapp.planning.siting.capacitated import Assigned, Served, assigned
from gisapp.planning.siting.covering import require_openings
from gisapp.planning.siting.errors import UnsolvedError
from gisapp.planning.siting.kernels import Lists
from gisapp.planning.siting.problem import Bool, Effort, Float64, Int64, Openings, Problem, Watch


def p_median(
    problem: Problem,
    *,
    p_facilities: int | None = None,
    budget: float | None = None,
    service_radius: float | None = None,
    effort: Effort | None = None,
) -> Solution:
    """Serve everyone with the least travel in all.

    The p-median problem (Hakimi 1964, Optimum locations of switching centers, Operations Research
    12, 450-459; as a linear model ReVelle & Swain 1970, Central facilities location, Geographical
    Analysis 2, 30-42)::

        minimise    sum_ij w_i c_ij z_ij
        subject to  sum_j z_ij = 1   for each demand i
                    z_ij <= x_j      for each demand i and site j
                    sum_j x_j = p    or  sum_j f_j x_j <= budget
                    x_j = 1          for each site that exists
                    x_j, z_ij in {0, 1}

    and with capacities ``sum_i w_i z_ij <= Q_j x_j``. Solved on the cheapest pairs of each demand
    with a bound that holds for all pairs (:mod:`~gisapp.planning.siting.decomposed`); where the
    answer would leave these, on twice as many.

    Parameters
    ----------
    p_facilities, budget
        Number of sites, those that exist among them, or most that new ones may cost: one of both.
    service_radius
        Nobody may be served from farther, in seconds (Khumawala 1973); None: from anywhere.

    Raises
    ------
    InfeasibleError
        Demands that no site reaches; by how many sites, how much money or capacity it is short.
    UnsolvedError
        Nothing was found in time.
    """
    watch = Watch(effort=effort or Effort())
    openings = Openings.of(problem, p_facilities=p_facilities, budget=budget)
    terms = Terms(
        model=Model.P_MEDIAN,
        service_radius=service_radius,
        p_facilities=p_facilities,
        budget=budget,
        capacitated=problem.capacities is not None,
    )
    near = np.isfinite(problem.cost_matrix)
    if service_radius is not None:
        near = problem.within(service_radius)
    reaching = require_openings(problem, near, openings, watch)
    seconds = np.where(near, problem.cost_matrix, np.inf)
    if problem.capacities is not None:
        served = _by_capacity(problem, seconds, openings, watch)
        return answered(
            problem,
            terms,
            served.chosen.astype(np.int64),
            objective=served.objective,
            bound=served.bound,
            watch=watch,
            assignment=served.assignment,
        )
    chosen, objective, bound = _by_pairs(problem, seconds, openings, reaching, watch)
    return answered(
        problem, terms, chosen.astype(np.int64), objective=objective, bound=bound, watch=watch
    )


def _few(problem: Problem, openings: Openings) -> int:
    """How many of each demand's pairs to begin with: a few times those there are for a site."""
    share = problem.sites / (openings.p_facilities or 10)
    return min(problem.sites, max(16, round(2.5 * share)))


def _sorted(seconds: Float64, most: int) -> tuple[Int64, Float64]:
    """Nearest sites of each demand, `most` and one more where there are, and the seconds."""
    kept = min(most + 1, seconds.shape[1])
    site = np.argpartition(seconds, kept - 1, axis=1)[:, :kept]
    near = np.take_along_axis(seconds, site, axis=1)
    order = np.argsort(near, axis=1, kind="stable")
    return np.take_along_axis(site, order, axis=1), np.take_along_axis(near, order, axis=1)


def _by_pairs(
    problem: Problem, seconds: Float64, openings: Openings, reaching: Bool, watch: Watch
) -> tuple[Bool, float, float]:
    people = problem.weights
    # Dearer than to serve everyone in any way that serves everyone.
    never = 1.0 + float(people @ seconds.max(axis=1, where=np.isfinite(seconds), initial=0))
    chosen, value, bound = reaching, np.inf, -np.inf
    most = _few(problem, openings)
    while True:
        site, near = _sorted(seconds, most)
        cost = near * people[:, None]
        outside = np.full(problem.demands, never)
        if site.shape[1] > most:
            outside = np.minimum(cost[:, most], never)
        kept = np.isfinite(cost)
        kept[:, most:] = False
        pairs = decomposed.Pairs(
            lists=Lists(
                first=np.concatenate(([0], np.cumsum(kept.sum(axis=1)))),
                site=site[kept],
                cost=cost[kept],
                outside=outside,
            ),
            sites=problem.sites,
        )
        found = decomposed.solve(pairs, openings, watch)
        bound = max(bound, found.bound)
        for one in (found.chosen, chosen):
            price = float(people @ seconds[:, one].min(axis=1, initial=np.inf))
            if price < value:
                chosen, value = one, price
        whole = most >= problem.sites
        if whole or watch.left_s == 0 or decomposed.relative_gap(value, bound) <= watch.effort.gap:
            break
        most = min(problem.sites, 2 * most)
    if openings.p_facilities is not None:
        chosen = _filled(seconds * people[:, None], chosen, openings.p_facilities)
        value = float(people @ seconds[:, chosen].min(axis=1))
    return chosen, value, min(bound, value)


def _filled(cost: Float64, chosen: Bool, p_facilities: int) -> Bool:
    """Open more sites, each where it saves most, until there are p."""
    chosen = chosen.copy()
    while chosen.sum() < p_facilities:
        price = np.minimum(cost, cost[:, chosen].min(axis=1, initial=np.inf)[:, None]).sum(axis=0)
        price[chosen] = np.inf
        chosen[int(np.argmin(price))] = True
    return chosen


def _by_capacity(problem: Problem, seconds: Float64, openings: Openings, watch: Watch) -> Assigned:
    """Solve on the nearest sites of each; where one would rather go on, with more of them.

    A demand may stay outside at the cost of its next site, so that the bound holds for all.
    """
    most = np.full(problem.demands, _few(problem, openings))
    rank = np.argsort(np.argsort(seconds, axis=1, kind="stable"), axis=1)
    while True:
        near = (rank < most[:, None]) & np.isfinite(seconds)
        beyond = np.where(rank >= most[:, None], seconds, np.inf).min(axis=1)
        found = assigned(
            problem,
            near,
            Served.ALL_NEARBY,
            watch,
            openings=openings,
            outside=beyond * problem.weights,
        )
        left = found.assignment < 0
        if not left.any():
            return found
        if watch.left_s == 0:
            raise UnsolvedError("siting.unsolved", seconds=round(watch.spent_s))
        most[left] *= 2
