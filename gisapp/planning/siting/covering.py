"""Everyone within the radius: the location set covering problem."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gisapp.planning.siting.answer import Model, Solution, Terms
from gisapp.planning.siting.answering import answered
from gisapp.planning.siting.capacitated import Served, assigned
from gisapp.planning.siting.errors import InfeasibleError, UnsolvedError
from gisapp.planning.siting.linear import Model as Linear
from gisapp.planning.siting.problem import Bool, Effort, Float64, Int64, Openings, Problem, Watch


def lscp(
    problem: Problem,
    *,
    service_radius: float,
    budget: float | None = None,
    complementary: bool = False,
    effort: Effort | None = None,
) -> Solution:
    """Cover everyone at the least cost of new sites (by default: with the fewest).

    The location set covering problem (Toregas, Swain, ReVelle & Bergman 1971, The location of
    emergency service facilities, Operations Research 19, 1363-1373)::

        minimise    sum_j f_j x_j
        subject to  sum_{j in N_i} x_j >= 1   for each demand i
                    x_j = 1                   for each site that exists
                    x_j in {0, 1}

    with ``N_i`` the sites within the radius of i, ``f_j`` the cost of a new site. Demands whose
    sites include all those of another, and sites that reach no more than a cheaper one, are left
    out before (Toregas & ReVelle 1973). With capacities each demand has one site, ``z_ij`` (Current
    & Storbeck 1988)::

        sum_j z_ij = 1;  sum_i w_i z_ij <= Q_j x_j;  z_ij <= x_j

    Parameters
    ----------
    budget
        Most that new sites may cost.
    complementary
        Demands that existing sites cover count as covered, and take none of the capacities.

    Raises
    ------
    InfeasibleError
        Demands that no site reaches in time, named; else by how much capacity or money is short.
    UnsolvedError
        Nothing was found in time.
    """
    watch = Watch(effort=effort or Effort())
    near = problem.within(service_radius)
    require_reach(near)
    terms = Terms(
        model=Model.LSCP,
        service_radius=service_radius,
        budget=budget,
        capacitated=problem.capacities is not None,
        complementary=complementary,
    )
    assignment = None
    if problem.capacities is None:
        found = cover(near, problem.predefined, problem.site_costs, watch)
        chosen, cost, bound = found.chosen, found.cost, found.bound
    else:
        served = assigned(problem, near, Served.ALL_CHEAPLY, watch, complementary=complementary)
        chosen, cost, bound = served.chosen, served.objective, served.bound
        assignment = served.assignment
    if budget is not None and cost > budget + 1e-9:
        if bound <= budget:
            raise UnsolvedError("siting.unsolved", seconds=round(watch.spent_s))
        raise InfeasibleError("siting.short_of_money", short=cost - budget, budget=budget)
    return answered(
        problem,
        terms,
        chosen.astype(np.int64),
        objective=cost,
        bound=bound,
        watch=watch,
        assignment=assignment,
    )


def require_reach(near: Bool) -> None:
    """Refuse demands that no site reaches.

    Raises
    ------
    InfeasibleError
        They are its `demands`.
    """
    alone = np.flatnonzero(~near.any(axis=1))
    if len(alone):
        raise InfeasibleError(
            "siting.unreachable",
            demands=alone,
            count=len(alone),
            first=", ".join(map(str, alone[:10].tolist())),
        )


def require_openings(problem: Problem, near: Bool, openings: Openings, watch: Watch) -> Bool:
    """Sites that reach everyone within the number or the money.

    Raises
    ------
    InfeasibleError
        By how many sites, or how much money, it is short.
    UnsolvedError
        That could not be told in time.
    """
    require_reach(near)
    by_number = openings.budget is None
    costs = (~problem.predefined).astype(np.float64) if by_number else problem.site_costs
    whole = Watch(effort=replace(watch.effort, gap=0.0), began=watch.began)
    found = cover(near, problem.predefined, costs, whole)
    limit = openings.budget
    if limit is None:
        limit = float((openings.p_facilities or 0) - problem.predefined.sum())
    if found.cost <= limit + 1e-9:
        return found.chosen
    if found.bound <= limit + 1e-9:
        raise UnsolvedError("siting.unsolved", seconds=round(watch.spent_s))
    if by_number:
        raise InfeasibleError(
            "siting.short_of_sites", short=round(found.cost - limit), p=openings.p_facilities
        )
    raise InfeasibleError("siting.short_of_money", short=found.cost - limit, budget=limit)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cover:
    """Sites that cover everyone, what the new ones cost, and the cost that no choice is below."""

    chosen: Bool
    cost: float
    bound: float


def cover(
    near: Bool, predefined: Bool, costs: Float64, watch: Watch, *, enough: float | None = None
) -> Cover:
    """Cover everyone at the least cost.

    Parameters
    ----------
    near : (demands, sites)
        Every demand has a site.
    enough
        End as soon as a cover costs no more, or none can: then the bound is infinite.
    """
    costs = np.where(predefined, 0.0, costs)
    rows, columns = reduced(near, predefined, costs)
    left = near[np.ix_(rows, columns)]
    chosen = predefined.copy()
    if not len(rows):
        return Cover(chosen=chosen, cost=0.0, bound=0.0)
    start = _greedy(left, costs[columns])
    cost, bound = float(costs[columns][start].sum()), 0.0
    if enough is None or cost > enough + 1e-9:
        model = Linear()
        x = model.columns(costs[columns], integral=True)
        row, column = np.nonzero(left)
        model.rows(len(rows), (row, x[column], 1.0), lower=1)
        if enough is not None:
            one = np.zeros(len(x), dtype=np.int64)
            model.rows(1, (one, x, costs[columns]), upper=enough + 1e-9)
        known = start.astype(np.float64) if enough is None else None
        found = model.solve(watch, start=known, target=enough)
        bound = np.inf if found.infeasible else max(bound, found.bound)
        if found.values is not None:
            other = found.values > 0.5
            price = float(costs[columns][other].sum())
            if price <= cost:
                start, cost = other, price
    if (costs == np.rint(costs)).all():
        bound = float(np.ceil(bound - 1e-6))
    chosen[columns[start]] = True
    return Cover(chosen=chosen, cost=cost, bound=min(bound, cost) if enough is None else bound)


def reduced(near: Bool, predefined: Bool, costs: Float64) -> tuple[Int64, Int64]:
    """Demands and sites that decide: no other asks more, none offers as much for less.

    Returns
    -------
    rows, columns
        Their numbers; without what existing sites cover.
    """
    rows = np.flatnonzero(~near[:, predefined].any(axis=1))
    columns = np.flatnonzero(~predefined)
    before = None
    while before != (len(rows), len(columns)):
        before = len(rows), len(columns)
        unlike = {near[row, columns].tobytes(): row for row in rows.tolist()}
        rows = np.array(sorted(unlike.values()), dtype=np.int64)
        part = near[np.ix_(rows, columns)].astype(np.float32)
        sizes = part.sum(axis=1)
        # float32 counts exactly up to 2**24.
        within = (part @ part.T == sizes[:, None]) & (sizes[:, None] < sizes[None, :])
        rows = rows[~within.any(axis=0)]
        part = near[np.ix_(rows, columns)].astype(np.float32)
        sizes, price = part.sum(axis=0), costs[columns]
        number = np.arange(len(columns))
        less = part.T @ part == sizes[:, None]
        alike = less & less.T & (price[:, None] == price[None, :])
        less &= price[:, None] >= price[None, :]
        less &= ~alike | (number[:, None] > number[None, :])
        np.fill_diagonal(less, val=False)
        columns = columns[~less.any(axis=1)]
    return rows, columns


def _greedy(near: Bool, costs: Float64) -> Bool:
    """Take what covers most for its cost (Chvatal 1979), then leave out what is not needed."""
    chosen = np.zeros(near.shape[1], dtype=np.bool_)
    open_ = np.ones(near.shape[0], dtype=np.bool_)
    while open_.any():
        site = int(np.argmax(near[open_].sum(axis=0) / np.maximum(costs, 1e-9)))
        chosen[site] = True
        open_ &= ~near[:, site]
    times = near[:, chosen].sum(axis=1)
    for site in np.flatnonzero(chosen)[np.argsort(-costs[chosen], kind="stable")]:
        if (times[near[:, site]] > 1).all():
            chosen[site] = False
            times -= near[:, site]
    return chosen
