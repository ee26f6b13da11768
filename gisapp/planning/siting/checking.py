"""An independent look at every answer: all is reckoned again from the matrix.

Nothing of the solvers is used here; what they claim is compared with what the definitions say.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from gisapp.planning.siting.answer import Model, Solution, Terms, Why
from gisapp.planning.siting.errors import DisagreementError
from gisapp.planning.siting.problem import Float64, Problem

_MAXIMISED: Final = {Model.MCLP, Model.BACOP, Model.MEXCLP}


def check(problem: Problem, solution: Solution) -> None:
    """Compare an answer with the question.

    Raises
    ------
    DisagreementError
        Anything differs; the answer must not be given.
    """
    terms = solution.terms
    _sites(problem, solution)
    seconds = problem.cost_matrix[:, list(solution.sites)]
    reach = math.inf if terms.service_radius is None else terms.service_radius
    in_time = (seconds <= reach) & (seconds < math.inf)
    _same("covers", in_time.sum(axis=1), solution.covers)
    _assignment(problem, solution, reach)
    if terms.capacitated:
        _loads(problem, solution, reach)
        _same("covered", solution.assignment >= 0, solution.covered)
    else:
        _same("covered", in_time.any(axis=1), solution.covered)
    _reasons(problem, solution, reach)
    everyone = terms.model in {Model.LSCP, Model.P_MEDIAN, Model.P_CENTER} or (
        terms.model is Model.BACOP and terms.backup_weight is None
    )
    if everyone and not solution.covered.all():
        raise DisagreementError("siting.disagreement", what="covered")
    objective = _objective(problem, solution, seconds)
    scale = max(1.0, abs(objective))
    _near("objective", objective, solution.objective, scale)
    ahead = solution.objective - solution.bound
    if (ahead if terms.model in _MAXIMISED else -ahead) > 1e-6 * scale:
        raise DisagreementError("siting.disagreement", what="bound")
    if objective:
        _near("gap", abs(solution.bound - objective) / abs(objective), solution.gap, 1.0)


def _sites(problem: Problem, solution: Solution) -> None:
    terms, sites = solution.terms, solution.sites
    once = set(sites)
    exist = {int(one) for one in np.flatnonzero(problem.predefined)}
    sound = (
        list(sites) == sorted(sites)
        and all(0 <= one < problem.sites for one in once)
        and exist <= once
        and (len(once) == len(sites) or terms.model is Model.MEXCLP)
    )
    if not sound:
        raise DisagreementError("siting.disagreement", what="sites")
    if terms.p_facilities is not None and len(sites) != terms.p_facilities:
        raise DisagreementError("siting.disagreement", what="p_facilities")
    spent = math.fsum(float(problem.site_costs[one]) for one in once - exist)
    if terms.budget is not None and spent > terms.budget + 1e-6 * max(1.0, terms.budget):
        raise DisagreementError("siting.disagreement", what="budget")


def _assignment(problem: Problem, solution: Solution, reach: float) -> None:
    """A demand is served by a chosen site in time; where nothing limits it, by the nearest."""
    chosen = sorted(set(solution.sites))
    for demand, site in enumerate(solution.assignment.tolist()):
        ways = problem.cost_matrix[demand]
        nearest = min((float(ways[one]) for one in chosen), default=math.inf)
        if site < 0:
            sound = solution.terms.capacitated or nearest > reach or nearest == math.inf
        else:
            taken = float(ways[site])
            sound = site in chosen and taken <= reach and taken < math.inf
            sound = sound and (solution.terms.capacitated or taken == nearest)
        if not sound:
            raise DisagreementError("siting.disagreement", what="assignment")


def _loads(problem: Problem, solution: Solution, reach: float) -> None:
    capacities = problem.capacities
    if capacities is None:
        raise DisagreementError("siting.disagreement", what="capacities")
    load = [0.0] * problem.sites
    exist = np.flatnonzero(problem.predefined)
    for demand, site in enumerate(solution.assignment.tolist()):
        there = solution.terms.complementary and any(
            problem.cost_matrix[demand, one] <= reach for one in exist
        )
        if site >= 0 and not there:
            load[site] += float(problem.weights[demand])
    for site, people in enumerate(load):
        if people > capacities[site] + 1e-6 * max(1.0, float(capacities[site])):
            raise DisagreementError("siting.disagreement", what="capacities")


def _reasons(problem: Problem, solution: Solution, reach: float) -> None:
    named: dict[int, Why] = {}
    for why, demands in solution.uncovered.items():
        named |= dict.fromkeys(demands.tolist(), why)
    for demand in np.flatnonzero(~solution.covered).tolist():
        ways = problem.cost_matrix[demand]
        if not ((ways <= reach) & (ways < math.inf)).any():
            expected = Why.NO_SITE
        else:
            expected = Why.FULL if solution.covers[demand] else Why.NOT_CHOSEN
        if named.pop(demand, None) is not expected:
            raise DisagreementError("siting.disagreement", what="uncovered")
    if named:
        raise DisagreementError("siting.disagreement", what="uncovered")


def _objective(problem: Problem, solution: Solution, seconds: Float64) -> float:
    terms, people = solution.terms, problem.weights
    if terms.model is Model.LSCP:
        return math.fsum(float(problem.site_costs[one]) for one in set(solution.sites))
    if terms.model is Model.MCLP:
        return math.fsum(people[solution.covered].tolist())
    if terms.model is Model.MEXCLP:
        return math.fsum((people * (1 - terms.busy ** solution.covers.astype(float))).tolist())
    if terms.model is Model.BACOP:
        return _two_covers(terms, people, solution)
    served = problem.cost_matrix[np.arange(problem.demands), solution.assignment]
    if terms.model is Model.P_CENTER:
        return float(seconds.min(axis=1).max())
    return math.fsum((people * served).tolist())


def _two_covers(terms: Terms, people: Float64, solution: Solution) -> float:
    once = math.fsum(people[solution.covers >= 1].tolist())
    twice = math.fsum(people[solution.covers >= 2].tolist())
    if terms.backup_weight is None:
        return twice
    return (1 - terms.backup_weight) * once + terms.backup_weight * twice


def _same(what: str, ours: npt.ArrayLike, theirs: npt.ArrayLike) -> None:
    if not np.array_equal(ours, theirs):
        raise DisagreementError("siting.disagreement", what=what)


def _near(what: str, ours: float, theirs: float, scale: float) -> None:
    if not abs(ours - theirs) <= 1e-6 * scale:
        raise DisagreementError("siting.disagreement", what=what)
