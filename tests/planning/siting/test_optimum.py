"""Every model finds what trying all choices finds, on small cases."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisapp.planning.siting import (
    Effort,
    InfeasibleError,
    Problem,
    bacop,
    lscp,
    mclp,
    mexclp,
    p_center,
    p_median,
)
from tests.planning.siting.enumeration import assignments, choices, people, problems, reaches

EXACT = Effort(gap=0.0)
radii = st.integers(1, 9)
bounded = settings(max_examples=40, deadline=None)


def least(problem: Problem) -> int:
    return max(1, int(problem.predefined.sum()))


def agrees(solution, best: float) -> None:
    assert solution.objective == pytest.approx(best)
    assert solution.bound == pytest.approx(best)
    assert solution.gap <= 1e-6


def infeasible_or(best: float, question) -> None:
    """The optimum, or the error where there is none."""
    if math.isinf(best):
        with pytest.raises(InfeasibleError):
            question()
    else:
        agrees(question(), best)


@bounded
@given(problems(), radii)
def test_set_covering(problem: Problem, radius: int) -> None:
    total = float(problem.weights.sum())
    best = min(
        (
            sum(problem.site_costs[site] for site in chosen)
            for chosen in choices(problem)
            if people(problem, chosen, radius) == total
        ),
        default=math.inf,
    )
    infeasible_or(best, lambda: lscp(problem, service_radius=radius, effort=EXACT))


@bounded
@given(problems(), radii, st.data())
def test_maximal_covering_by_number(problem: Problem, radius: int, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    best = max(people(problem, chosen, radius) for chosen in choices(problem, p=p))
    agrees(mclp(problem, service_radius=radius, p_facilities=p, effort=EXACT), best)


@bounded
@given(problems(), radii, st.integers(0, 12))
def test_maximal_covering_by_money(problem: Problem, radius: int, budget: int) -> None:
    best = max(people(problem, chosen, radius) for chosen in choices(problem, budget=budget))
    agrees(mclp(problem, service_radius=radius, budget=budget, effort=EXACT), best)


def travel(problem: Problem, chosen: tuple[int, ...], radius: float = math.inf) -> float:
    """Person-seconds to the nearest; infinite where somebody has none."""
    return sum(
        problem.weights[demand]
        * min(
            (way for way in problem.cost_matrix[demand, list(chosen)] if way <= radius),
            default=math.inf,
        )
        for demand in range(problem.demands)
    )


@bounded
@given(problems(), st.data())
def test_p_median_by_number(problem: Problem, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    radius = data.draw(st.one_of(st.none(), radii))
    best = min(travel(problem, chosen, radius or math.inf) for chosen in choices(problem, p=p))
    infeasible_or(
        best, lambda: p_median(problem, p_facilities=p, service_radius=radius, effort=EXACT)
    )


@bounded
@given(problems(), st.integers(0, 12))
def test_p_median_by_money(problem: Problem, budget: int) -> None:
    best = min(travel(problem, chosen) for chosen in choices(problem, budget=budget))
    infeasible_or(best, lambda: p_median(problem, budget=budget, effort=EXACT))


@bounded
@given(problems(), st.data())
def test_p_center(problem: Problem, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    best = min(
        max(problem.cost_matrix[:, list(chosen)].min(axis=1)) for chosen in choices(problem, p=p)
    )
    infeasible_or(best, lambda: p_center(problem, p_facilities=p, effort=EXACT))


@bounded
@given(problems(), radii, st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]), st.data())
def test_backup_cover_weighed(problem: Problem, radius: int, share: float, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    best = max(
        (1 - share) * people(problem, chosen, radius)
        + share * people(problem, chosen, radius, times=2)
        for chosen in choices(problem, p=p)
    )
    agrees(
        bacop(problem, service_radius=radius, p_facilities=p, backup_weight=share, effort=EXACT),
        best,
    )


@bounded
@given(problems(), radii, st.data())
def test_backup_cover_after_the_first_of_all(problem: Problem, radius: int, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    total = float(problem.weights.sum())
    best = max(
        (
            people(problem, chosen, radius, times=2)
            for chosen in choices(problem, p=p)
            if people(problem, chosen, radius) == total
        ),
        default=math.inf,
    )
    infeasible_or(best, lambda: bacop(problem, service_radius=radius, p_facilities=p, effort=EXACT))


@bounded
@given(problems(), radii, st.sampled_from([0.0, 0.2, 0.6]), st.data())
def test_expected_cover(problem: Problem, radius: int, busy: float, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    exist = {site for site in range(problem.sites) if problem.predefined[site]}
    best = max(
        sum(
            problem.weights[demand] * (1 - busy ** reaches(problem, units, demand, radius))
            for demand in range(problem.demands)
        )
        for units in itertools.combinations_with_replacement(range(problem.sites), p)
        if exist <= set(units)
    )
    agrees(mexclp(problem, service_radius=radius, p_facilities=p, busy=busy, effort=EXACT), best)


def free_of(problem: Problem, radius: float, complementary: bool) -> frozenset[int]:
    exist = tuple(site for site in range(problem.sites) if problem.predefined[site])
    return frozenset(
        demand
        for demand in range(problem.demands)
        if complementary and reaches(problem, exist, demand, radius)
    )


@settings(max_examples=25, deadline=None)
@given(problems(capacitated=True), radii, st.booleans(), st.data())
def test_maximal_covering_with_capacities(
    problem: Problem, radius: int, complementary: bool, data
) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    free = free_of(problem, radius, complementary)
    best = max(
        total
        for chosen in choices(problem, p=p)
        for _, total, _ in assignments(problem, chosen, radius, free)
    )
    found = mclp(
        problem,
        service_radius=radius,
        p_facilities=p,
        complementary=complementary,
        effort=EXACT,
    )
    agrees(found, best)


@settings(max_examples=25, deadline=None)
@given(problems(capacitated=True), radii, st.booleans())
def test_set_covering_with_capacities(problem: Problem, radius: int, complementary: bool) -> None:
    everyone = float(problem.weights.sum())
    free = free_of(problem, radius, complementary)
    best = min(
        (
            sum(problem.site_costs[site] for site in chosen)
            for chosen in choices(problem)
            if any(total == everyone for _, total, _ in assignments(problem, chosen, radius, free))
        ),
        default=math.inf,
    )
    infeasible_or(
        best,
        lambda: lscp(problem, service_radius=radius, complementary=complementary, effort=EXACT),
    )


@settings(max_examples=25, deadline=None)
@given(problems(capacitated=True), st.data())
def test_p_median_with_capacities(problem: Problem, data) -> None:
    p = data.draw(st.integers(least(problem), problem.sites))
    everyone = float(problem.weights.sum())
    best = min(
        (
            seconds
            for chosen in choices(problem, p=p)
            for _, total, seconds in assignments(problem, chosen, math.inf)
            if total == everyone
        ),
        default=math.inf,
    )
    infeasible_or(best, lambda: p_median(problem, p_facilities=p, effort=EXACT))
