"""As many people as possible within the radius: once, twice, or by a unit that is free."""

from __future__ import annotations

import numpy as np

from gisapp.errors import InputError
from gisapp.planning.siting import decomposed
from gisapp.planning.siting.answer import Model, Solution, Terms
from gisapp.planning.siting.answering import answered, uncapacitated
from gisapp.planning.siting.capacitated import Served, assigned
from gisapp.planning.siting.covering import require_openings
from gisapp.planning.siting.errors import UnsolvedError
from gisapp.planning.siting.kernels import Lists
from gisapp.planning.siting.linear import Found
from gisapp.planning.siting.linear import Model as Linear
from gisapp.planning.siting.problem import Bool, Effort, Float64, Openings, Problem, Watch


def mclp(
    problem: Problem,
    *,
    service_radius: float,
    p_facilities: int | None = None,
    budget: float | None = None,
    complementary: bool = False,
    effort: Effort | None = None,
) -> Solution:
    """Cover most people.

    The maximal covering location problem (Church & ReVelle 1974, The maximal covering location
    problem, Papers of the Regional Science Association 32, 101-118)::

        maximise    sum_i w_i y_i
        subject to  sum_{j in N_i} x_j >= y_i   for each demand i
                    sum_j x_j = p               or  sum_j f_j x_j <= budget
                    x_j = 1                     for each site that exists
                    x_j in {0, 1}, 0 <= y_i <= 1

    It is a p-median problem in which a demand costs its people unless it is covered (Church &
    ReVelle 1976), and solved as one (:mod:`~gisapp.planning.siting.decomposed`). With capacities
    ``y_i = sum_j z_ij``, ``sum_i w_i z_ij <= Q_j x_j``, ``z_ij <= x_j``, ``z_ij in {0, 1}``.

    Parameters
    ----------
    p_facilities, budget
        Number of sites, those that exist among them, or most that new ones may cost: one of both.
    complementary
        Demands that existing sites cover count as covered, and take none of the capacities.

    Raises
    ------
    UnsolvedError
        Nothing was found in time.
    """
    watch = Watch(effort=effort or Effort())
    openings = Openings.of(problem, p_facilities=p_facilities, budget=budget)
    near = problem.within(service_radius)
    terms = Terms(
        model=Model.MCLP,
        service_radius=service_radius,
        p_facilities=p_facilities,
        budget=budget,
        capacitated=problem.capacities is not None,
        complementary=complementary,
    )
    if problem.capacities is not None:
        served = assigned(
            problem, near, Served.MOST, watch, openings=openings, complementary=complementary
        )
        return answered(
            problem,
            terms,
            served.chosen.astype(np.int64),
            objective=served.objective,
            bound=served.bound,
            watch=watch,
            assignment=served.assignment,
        )
    unlike, weights = merged(near, problem.weights)
    demand, site = np.nonzero(unlike)
    total = float(weights.sum())
    found = decomposed.solve(
        decomposed.Pairs(
            lists=Lists(
                first=np.searchsorted(demand, np.arange(len(weights) + 1)),
                site=site,
                cost=np.zeros(len(site)),
                outside=weights,
            ),
            sites=problem.sites,
            offset=total,
        ),
        openings,
        watch,
    )
    return answered(
        problem,
        terms,
        found.chosen.astype(np.int64),
        objective=total - found.cost,
        bound=total - found.bound,
        watch=watch,
    )


def bacop(
    problem: Problem,
    *,
    service_radius: float,
    p_facilities: int,
    backup_weight: float | None = None,
    effort: Effort | None = None,
) -> Solution:
    """Cover most people twice.

    Backup coverage (Hogan & ReVelle 1986, Concepts and applications of backup coverage, Management
    Science 32, 1434-1444). BACOP1, where all have to be covered once::

        maximise    sum_i w_i u_i
        subject to  sum_{j in N_i} x_j - u_i >= 1,  0 <= u_i <= 1   for each demand i
                    sum_j x_j = p,  x_j = 1 for each that exists,  x_j in {0, 1}

    BACOP2, with a weight t of the second cover::

        maximise    sum_i w_i ((1 - t) y_i + t u_i)
        subject to  sum_{j in N_i} x_j - y_i - u_i >= 0,  u_i <= y_i   for each demand i

    Parameters
    ----------
    backup_weight
        t, 0 to 1; None: BACOP1.

    Raises
    ------
    InfeasibleError
        BACOP1: demands that no site reaches, or by how many sites it is short.
    UnsolvedError
        Nothing was found in time.
    """
    watch = Watch(effort=effort or Effort())
    openings = Openings.of(problem, p_facilities=p_facilities)
    if backup_weight is not None and not 0 <= backup_weight <= 1:
        raise InputError("siting.bad_share", name="backup_weight")
    terms = Terms(
        model=Model.BACOP,
        service_radius=service_radius,
        p_facilities=p_facilities,
        backup_weight=backup_weight,
    )
    uncapacitated(problem, terms)
    near = problem.within(service_radius)
    if backup_weight is None:
        require_openings(problem, near, openings, watch)
    unlike, weights = merged(near, problem.weights)
    count = len(weights)
    model = Linear(maximise=True)
    x = model.columns(np.zeros(problem.sites), lower=problem.predefined, integral=True)
    row, site = np.nonzero(unlike)
    every = np.arange(count)
    reach, once = (row, x[site], 1.0), 1.0
    if backup_weight is None:
        u = model.columns(weights)
        model.rows(count, reach, (every, u, -1.0), lower=once)
    else:
        # With one cover, half of each would be worth more than the first alone.
        whole = backup_weight > 0.5
        y = model.columns((1 - backup_weight) * weights, integral=whole)
        u = model.columns(backup_weight * weights, integral=whole)
        model.rows(count, reach, (every, y, -1.0), (every, u, -1.0), lower=0)
        model.rows(count, (every, y, 1.0), (every, u, -1.0), lower=0)
    decomposed.limit_openings(model, x, openings)
    values, found = _solved(model, watch)
    return answered(
        problem,
        terms,
        np.rint(values[x]).astype(np.int64),
        objective=found.objective,
        bound=found.bound,
        watch=watch,
    )


def mexclp(
    problem: Problem,
    *,
    service_radius: float,
    p_facilities: int,
    busy: float,
    effort: Effort | None = None,
) -> Solution:
    """Cover most people by a unit that is expected to be free.

    The maximum expected covering location problem (Daskin 1983, A maximum expected covering
    location model, Transportation Science 17, 48-70). p units, several at a site if that is best;
    each is busy with probability q, independently of the others, so that the k-th one that covers
    a demand adds ``(1 - q) q^(k-1)``::

        maximise    sum_i w_i sum_{k=1..p} (1 - q) q^(k-1) y_ik
        subject to  sum_k y_ik <= sum_{j in N_i} x_j   for each demand i
                    sum_j x_j = p,  x_j >= 1 for each site that exists
                    x_j in {0, 1, 2, ...},  0 <= y_ik <= 1

    Parameters
    ----------
    p_facilities
        Number of units, one at least at each site that exists.
    busy
        q, at least 0 and less than 1.

    Raises
    ------
    UnsolvedError
        Nothing was found in time.
    """
    watch = Watch(effort=effort or Effort())
    openings = Openings.of(problem, p_facilities=min(p_facilities, problem.sites))
    if not 0 <= busy < 1:
        raise InputError("siting.bad_share", name="busy")
    terms = Terms(
        model=Model.MEXCLP, service_radius=service_radius, p_facilities=p_facilities, busy=busy
    )
    uncapacitated(problem, terms)
    unlike, weights = merged(problem.within(service_radius), problem.weights)
    count = len(weights)
    model = Linear(maximise=True)
    x = model.columns(
        np.zeros(problem.sites), lower=openings.predefined, upper=p_facilities, integral=True
    )
    every, row = np.arange(count), np.nonzero(unlike)
    # What a further unit adds falls below any tolerance long before the last.
    most = 1 if busy == 0 else min(p_facilities, 1 + int(np.log(1e-12) / np.log(busy)))
    added = [(1 - busy) * busy**unit for unit in range(most)]
    added[-1] = busy ** (most - 1) - busy**p_facilities
    blocks = [(every, model.columns(weights * share), -1.0) for share in added]
    model.rows(count, (row[0], x[row[1]], 1.0), *blocks, lower=0)
    model.rows(
        1, (np.zeros(len(x), dtype=np.int64), x, 1.0), lower=p_facilities, upper=p_facilities
    )
    values, found = _solved(model, watch)
    return answered(
        problem,
        terms,
        np.rint(values[x]).astype(np.int64),
        objective=found.objective,
        bound=found.bound,
        watch=watch,
    )


def merged(near: Bool, weights: Float64) -> tuple[Bool, Float64]:
    """Make one of the demands that the same sites reach, and leave out those that none does."""
    people: dict[bytes, float] = {}
    rows: dict[bytes, int] = {}
    for demand in np.flatnonzero(near.any(axis=1)).tolist():
        key = near[demand].tobytes()
        rows.setdefault(key, demand)
        people[key] = people.get(key, 0.0) + float(weights[demand])
    return near[list(rows.values())], np.array(list(people.values()))


def _solved(model: Linear, watch: Watch) -> tuple[Float64, Found]:
    found = model.solve(watch)
    if found.values is None:
        raise UnsolvedError("siting.unsolved", seconds=round(watch.spent_s))
    return found.values, found
