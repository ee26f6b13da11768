"""spopt, on cases too large to enumerate, finds the same optima."""

from __future__ import annotations

import warnings

import numpy as np
import pulp
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs
    from spopt import locate

from gisapp.planning.siting import Effort, Problem, lscp, mclp, p_center, p_median

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pulp, in spopt
EXACT = Effort(gap=0.0)
DEMANDS, SITES = 60, 40


def plane(seed: int):
    """Seconds and people of demands and sites in a square of 100 s."""
    rng = np.random.default_rng(seed)
    where, sites = rng.random((DEMANDS, 2)) * 100, rng.random((SITES, 2)) * 100
    seconds = np.hypot(*(where[:, None] - sites[None]).transpose(2, 0, 1))
    return np.rint(seconds), rng.integers(1, 100, DEMANDS).astype(float)


def best(model) -> float:
    solved = model.solve(pulp.HiGHS(msg=False, gapRel=0.0), results=False)
    return float(pulp.value(solved.problem.objective))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("exist", [(), (3, 7)])
def test_the_same_optima(seed: int, exist: tuple[int, ...]) -> None:
    seconds, weights = plane(seed)
    fixed = np.zeros(SITES, dtype=int)
    fixed[list(exist)] = 1
    given = fixed if exist else None
    problem = Problem.from_cost_matrix(seconds, weights=weights, predefined_facilities=exist)
    covering = locate.LSCP.from_cost_matrix(seconds, 35, predefined_facilities_arr=given)
    assert lscp(problem, service_radius=35, effort=EXACT).objective + len(exist) == best(covering)
    maximal = locate.MCLP.from_cost_matrix(seconds, weights, 20, 5, predefined_facilities_arr=given)
    found = mclp(problem, service_radius=20, p_facilities=5, effort=EXACT)
    assert found.objective == pytest.approx(best(maximal))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_centre(seed: int) -> None:
    """On a part: spopt's model of it takes a quarter of a minute on the whole."""
    seconds = plane(seed)[0][:25, :12]
    centre = locate.PCenter.from_cost_matrix(seconds, 3)
    found = p_center(Problem.from_cost_matrix(seconds), p_facilities=3, effort=EXACT)
    assert found.objective == pytest.approx(best(centre))


@pytest.mark.parametrize("p", [2, 5, 12])
def test_p_median_on_few_pairs_is_the_optimum_on_all(p: int) -> None:
    seconds, weights = plane(p)
    median = locate.PMedian.from_cost_matrix(seconds, weights, p)
    found = p_median(
        Problem.from_cost_matrix(seconds, weights=weights), p_facilities=p, effort=EXACT
    )
    assert found.objective == pytest.approx(best(median))
    assert found.gap <= 1e-6


def test_p_median_with_capacities_on_few_pairs_is_the_optimum_on_all() -> None:
    """With room for all at the first site alone, and none elsewhere, everyone goes there."""
    seconds, weights = plane(0)
    capacities = np.zeros(SITES)
    capacities[5] = weights.sum()
    problem = Problem.from_cost_matrix(seconds, weights=weights, capacities=capacities)
    found = p_median(problem, p_facilities=12, effort=EXACT)
    assert (found.assignment == 5).all()
    assert found.bound == pytest.approx(found.objective)
