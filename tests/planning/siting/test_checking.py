"""The checker passes what is right, and finds whatever is changed in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gisapp.planning.siting import (
    DisagreementError,
    Problem,
    Why,
    bacop,
    check,
    lscp,
    mclp,
    mexclp,
    p_center,
    p_median,
)

LINE = Problem.from_cost_matrix(
    [[abs(10 * demand - 15 * site) for site in range(4)] for demand in range(6)],
    weights=[1, 2, 3, 4, 5, 6],
    predefined_facilities=[1],
    site_costs=[1, 1, 2, 3],
)
ROOM = Problem.from_cost_matrix(LINE.cost_matrix, weights=LINE.weights, capacities=[9, 9, 9, 9])
"""Six villages 10 s apart, four sites 15 s apart; the second exists in the first problem."""

ANSWERS = {
    "lscp": (LINE, lscp(LINE, service_radius=10)),
    "mclp": (LINE, mclp(LINE, service_radius=5, p_facilities=2)),
    "mclp_money": (LINE, mclp(LINE, service_radius=5, budget=2)),
    "mclp_room": (ROOM, mclp(ROOM, service_radius=10, p_facilities=2)),
    "p_median": (LINE, p_median(LINE, p_facilities=2)),
    "p_median_room": (ROOM, p_median(ROOM, p_facilities=3)),
    "p_center": (LINE, p_center(LINE, p_facilities=2)),
    "bacop": (LINE, bacop(LINE, service_radius=15, p_facilities=3)),
    "mexclp": (LINE, mexclp(LINE, service_radius=10, p_facilities=3, busy=0.4)),
}
everyone = pytest.mark.parametrize("name", ANSWERS)


def disagrees(problem: Problem, changed, what: str | None = None) -> None:
    with pytest.raises(DisagreementError) as raised:
        check(problem, changed)
    assert what in {None, raised.value.params["what"]}


@everyone
def test_a_right_answer_passes(name: str) -> None:
    check(*ANSWERS[name])


@everyone
def test_another_value_is_found(name: str) -> None:
    problem, right = ANSWERS[name]
    disagrees(problem, replace(right, objective=right.objective + 1), "objective")
    disagrees(problem, replace(right, gap=right.gap + 0.1), "gap")


@everyone
def test_a_bound_on_the_wrong_side_is_found(name: str) -> None:
    problem, right = ANSWERS[name]
    up = name.startswith(("mclp", "bacop", "mexclp"))
    disagrees(problem, replace(right, bound=right.objective + (-1 if up else 1)), "bound")


@everyone
def test_a_site_more_or_none_of_those_that_exist_is_found(name: str) -> None:
    problem, right = ANSWERS[name]
    disagrees(problem, replace(right, sites=(*right.sites, 9)), "sites")
    disagrees(problem, replace(right, sites=right.sites[::-1]) if len(right.sites) > 1 else
              replace(right, sites=(3,)))  # fmt: skip
    if problem.predefined.any():
        disagrees(problem, replace(right, sites=(0, 3)), "sites")


@everyone
def test_each_other_assignment_is_found(name: str) -> None:
    problem, right = ANSWERS[name]
    for demand in range(problem.demands):
        for site in {-1, *range(problem.sites)} - {int(right.assignment[demand])}:
            seconds = problem.cost_matrix[demand]
            if site in right.sites and seconds[site] == seconds[right.assignment[demand]]:
                continue  # as good
            changed = right.assignment.copy()
            changed[demand] = site
            disagrees(problem, replace(right, assignment=changed))


@everyone
def test_each_other_cover_is_found(name: str) -> None:
    problem, right = ANSWERS[name]
    for demand in range(problem.demands):
        changed = right.covered.copy()
        changed[demand] = not changed[demand]
        disagrees(problem, replace(right, covered=changed), "covered")
        times = right.covers.copy()
        times[demand] += 1
        disagrees(problem, replace(right, covers=times), "covers")


def test_a_wrong_reason_is_found() -> None:
    problem, right = ANSWERS["mclp"]
    left = right.uncovered[Why.NOT_CHOSEN]
    assert len(left)
    none = np.empty(0, dtype=np.int64)
    for named in ({Why.FULL: left}, {Why.NOT_CHOSEN: none}, {Why.NOT_CHOSEN: np.arange(6)}):
        disagrees(problem, replace(right, uncovered=named), "uncovered")


def test_more_than_the_number_the_money_or_the_room_is_found() -> None:
    problem, right = ANSWERS["mclp"]
    disagrees(problem, replace(right, terms=replace(right.terms, p_facilities=3)), "p_facilities")
    problem, right = ANSWERS["mclp_money"]
    spent = sum(problem.site_costs[site] for site in right.sites)
    assert spent
    disagrees(problem, replace(right, terms=replace(right.terms, budget=spent - 1)), "budget")
    problem, right = ANSWERS["mclp_room"]
    small = Problem.from_cost_matrix(
        problem.cost_matrix, weights=problem.weights, capacities=[5] * 4
    )
    disagrees(small, right, "capacities")


def test_the_same_question_has_the_same_answer() -> None:
    again = mclp(LINE, service_radius=5, p_facilities=2)
    assert again.sites == ANSWERS["mclp"][1].sites
