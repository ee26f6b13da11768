"""Each demand at one site, no site with more people than it can serve."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from gisapp.planning.siting.decomposed import limit_openings
from gisapp.planning.siting.errors import InfeasibleError, UnsolvedError
from gisapp.planning.siting.linear import Model
from gisapp.planning.siting.problem import Bool, Float64, Int64, Openings, Problem, Watch


class Served(Enum):
    """What is asked: all at the least cost of sites, most people, or all by the least travel."""

    ALL_CHEAPLY = auto()
    MOST = auto()
    ALL_NEARBY = auto()


@dataclass(frozen=True, kw_only=True, eq=False)
class Assigned:
    """Sites and who is served where (-1: nowhere)."""

    chosen: Bool
    assignment: Int64
    objective: float
    bound: float


def assigned(
    problem: Problem,
    near: Bool,
    served: Served,
    watch: Watch,
    *,
    openings: Openings | None = None,
    complementary: bool = False,
    outside: Float64 | None = None,
) -> Assigned:
    """Choose sites and assign demands to them.

    Parameters
    ----------
    near : (demands, sites)
        Pairs that are permitted.
    openings
        How many sites there may be; None: any number.
    complementary
        Demands near an existing site are served by the nearest, and take no capacity.
    outside : (demands,)
        With `ALL_NEARBY`: what a demand costs that is left out, for all those finite.

    Raises
    ------
    InfeasibleError
        Capacity is short, by the fewest people.
    UnsolvedError
        Nothing was found in time.
    """
    assignment = np.full(problem.demands, -1, dtype=np.int64)
    asked = np.ones(problem.demands, dtype=np.bool_)
    if complementary and problem.predefined.any():
        exist = np.flatnonzero(problem.predefined)
        asked = np.logical_not(near[:, exist].any(axis=1))
        nearest = exist[np.argmin(problem.cost_matrix[:, exist], axis=1)]
        assignment[~asked] = nearest[~asked]
    demand, site = np.nonzero(near & asked[:, None])
    weights = problem.weights
    model = Model(maximise=served is Served.MOST)
    costs = problem.site_costs if served is Served.ALL_CHEAPLY else np.zeros(problem.sites)
    x = model.columns(costs, lower=problem.predefined.astype(np.float64), integral=True)
    worth = {
        Served.ALL_CHEAPLY: np.zeros(len(demand)),
        Served.MOST: weights[demand],
        Served.ALL_NEARBY: weights[demand] * problem.cost_matrix[demand, site],
    }[served]
    z = model.columns(worth, integral=True)
    if served is Served.MOST:
        model.offset = float(weights[~asked].sum())
    least = np.where(asked, 0.0 if served is Served.MOST else 1.0, 0.0)
    blocks = [(demand, z, 1.0)]
    if outside is not None:
        left = np.flatnonzero(np.isfinite(outside))
        blocks.append((left, model.columns(outside[left], integral=True), 1.0))
    model.rows(problem.demands, *blocks, lower=least, upper=1)
    capacities = problem.capacities
    if capacities is None:
        raise ValueError
    every = np.arange(problem.sites)
    model.rows(problem.sites, (site, z, weights[demand]), (every, x, -capacities), upper=0)
    pair = np.arange(len(z))
    model.rows(len(z), (pair, z, 1.0), (pair, x[site], -1.0), upper=0)
    if openings is not None:
        limit_openings(model, x, openings)
    found = model.solve(watch)
    if found.values is None:
        if served is not Served.MOST and found.infeasible:
            _name_shortage(problem, near, watch, openings=openings, complementary=complementary)
        raise UnsolvedError("siting.unsolved", seconds=round(watch.spent_s))
    taken = found.values[z] > 0.5
    assignment[demand[taken]] = site[taken]
    return Assigned(
        chosen=found.values[x] > 0.5,
        assignment=assignment,
        objective=found.objective,
        bound=found.bound,
    )


def _name_shortage(
    problem: Problem, near: Bool, watch: Watch, *, openings: Openings | None, complementary: bool
) -> None:
    """Say by the elastic model how few people must be left out."""
    most = assigned(
        problem, near, Served.MOST, watch, openings=openings, complementary=complementary
    )
    left = np.flatnonzero(most.assignment < 0)
    raise InfeasibleError(
        "siting.short_of_capacity",
        demands=left,
        people=float(problem.weights[left].sum()),
        demand_count=len(left),
    )
