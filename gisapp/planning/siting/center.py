"""Nobody far away: the p-centre problem."""

from __future__ import annotations

import numpy as np

from gisapp.planning.siting.answer import Model, Solution, Terms
from gisapp.planning.siting.answering import answered, uncapacitated
from gisapp.planning.siting.covering import cover, require_openings
from gisapp.planning.siting.decomposed import relative_gap
from gisapp.planning.siting.problem import Effort, Openings, Problem, Watch


def p_center(problem: Problem, *, p_facilities: int, effort: Effort | None = None) -> Solution:
    """Make the longest way to anyone as short as possible.

    The vertex p-centre problem (Hakimi 1965, Optimum distribution of switching centers, Operations
    Research 13, 462-475)::

        minimise    r
        subject to  sum_j z_ij = 1,  z_ij <= x_j,  sum_j c_ij z_ij <= r   for each demand i
                    sum_j x_j = p,  x_j = 1 for each site that exists,  x_j, z_ij in {0, 1}

    r is one of the entries of the matrix, and p sites suffice for r exactly where a cover of radius
    r needs no more: halving the interval of entries solves it by covers (Minieka 1970, The m-center
    problem, SIAM Review 12, 138-139). The bound is the least entry not proved too small.

    Raises
    ------
    InfeasibleError
        Demands that no site reaches, or by how many sites it is short.
    UnsolvedError
        That could not be told in time.
    """
    watch = Watch(effort=effort or Effort())
    openings = Openings.of(problem, p_facilities=p_facilities)
    terms = Terms(model=Model.P_CENTER, p_facilities=p_facilities)
    uncapacitated(problem, terms)
    seconds = problem.cost_matrix
    chosen = require_openings(problem, np.isfinite(seconds), openings, watch)
    costs = (~problem.predefined).astype(np.float64)
    more = float(p_facilities - problem.predefined.sum())
    entries = np.unique(seconds[np.isfinite(seconds)])
    first = int(np.searchsorted(entries, seconds.min(axis=1).max()))
    last = int(np.searchsorted(entries, seconds[:, chosen].min(axis=1).max()))
    while first < last and watch.left_s > 0:
        if relative_gap(float(entries[last]), float(entries[first])) <= watch.effort.gap:
            break
        middle = (first + last) // 2
        found = cover(seconds <= entries[middle], problem.predefined, costs, watch, enough=more)
        if found.cost <= more + 1e-9:
            chosen = found.chosen
            last = int(np.searchsorted(entries, seconds[:, chosen].min(axis=1).max()))
        elif found.bound > more:
            first = middle + 1
        else:
            break
    spare = np.flatnonzero(~chosen)[: p_facilities - int(chosen.sum())]
    chosen = chosen.copy()
    chosen[spare] = True
    longest = float(seconds[:, chosen].min(axis=1).max())
    return answered(
        problem,
        terms,
        chosen.astype(np.int64),
        objective=longest,
        bound=min(longest, float(entries[first])),
        watch=watch,
    )
