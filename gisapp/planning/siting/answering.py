"""From chosen sites to an answer that has been checked."""

from __future__ import annotations

import numpy as np

from gisapp.errors import InputError
from gisapp.planning.siting.answer import Solution, Terms, Why
from gisapp.planning.siting.checking import check
from gisapp.planning.siting.decomposed import relative_gap
from gisapp.planning.siting.problem import Int64, Problem, Watch


def uncapacitated(problem: Problem, terms: Terms) -> None:
    """Refuse capacities where the model has none.

    Raises
    ------
    InputError
        The problem has capacities.
    """
    if problem.capacities is not None:
        raise InputError("siting.no_capacities", model=terms.model.value)


def answered(
    problem: Problem,
    terms: Terms,
    units: Int64,
    *,
    objective: float,
    bound: float,
    watch: Watch,
    assignment: Int64 | None = None,
) -> Solution:
    """Make an answer of a choice, and have it checked.

    Parameters
    ----------
    units : (sites,)
        How many are chosen of each site.
    assignment : (demands,)
        Where capacities decide it; else each demand goes to the nearest chosen site in time.

    Raises
    ------
    DisagreementError
        The checker does not agree.
    """
    if terms.service_radius is None:
        near = np.isfinite(problem.cost_matrix)
    else:
        near = problem.within(terms.service_radius)
    chosen = np.flatnonzero(units)
    covers = near[:, chosen] @ units[chosen]
    if assignment is None:
        assignment = np.full(problem.demands, -1, dtype=np.int64)
        if len(chosen):
            nearest = chosen[np.argmin(problem.cost_matrix[:, chosen], axis=1)]
            assignment[covers > 0] = nearest[covers > 0]
    covered = assignment >= 0
    left = ~covered
    solution = Solution(
        terms=terms,
        sites=tuple(np.repeat(chosen, units[chosen]).tolist()),
        assignment=assignment,
        covered=covered,
        covers=covers,
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        seconds=watch.spent_s,
        uncovered={
            Why.NO_SITE: np.flatnonzero(left & ~near.any(axis=1)),
            Why.NOT_CHOSEN: np.flatnonzero(left & near.any(axis=1) & (covers == 0)),
            Why.FULL: np.flatnonzero(left & (covers > 0)),
        },
    )
    check(problem, solution)
    return solution
