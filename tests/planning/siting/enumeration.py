"""Every choice of sites, tried: the reference of the tests, in plain Python."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from hypothesis import strategies as st

from gisapp.planning.siting import Problem

NONE = math.inf


@st.composite
def problems(draw, *, capacitated: bool = False, everyone: bool = False) -> Problem:
    """Up to six demands and five sites; some pairs without a way, some sites that exist."""
    demands, sites = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    seconds = st.integers(0, 9) if everyone else st.one_of(st.integers(0, 9), st.just(NONE))
    row = st.lists(seconds, min_size=sites, max_size=sites)
    return Problem.from_cost_matrix(
        draw(st.lists(row, min_size=demands, max_size=demands)),
        weights=draw(st.lists(st.integers(1, 9), min_size=demands, max_size=demands)),
        predefined_facilities=sorted(draw(st.sets(st.integers(0, sites - 1), max_size=2))),
        site_costs=draw(st.lists(st.integers(1, 5), min_size=sites, max_size=sites)),
        capacities=draw(st.lists(st.integers(0, 20), min_size=sites, max_size=sites))
        if capacitated
        else None,
    )


def choices(
    problem: Problem, *, p: int | None = None, budget: float | None = None
) -> Iterator[tuple[int, ...]]:
    """All sets of sites that are permitted."""
    exist = {site for site in range(problem.sites) if problem.predefined[site]}
    for count in range(problem.sites + 1):
        for chosen in itertools.combinations(range(problem.sites), count):
            spent = sum(problem.site_costs[site] for site in chosen)
            if exist <= set(chosen) and p in {None, count} and (budget is None or spent <= budget):
                yield chosen


def reaches(problem: Problem, chosen: tuple[int, ...], demand: int, radius: float) -> int:
    """How many of the chosen reach a demand in time."""
    ways = [problem.cost_matrix[demand, site] for site in chosen]
    return sum(way <= radius and way < NONE for way in ways)


def people(problem: Problem, chosen: tuple[int, ...], radius: float, times: int = 1) -> float:
    """People that so many of the chosen reach in time."""
    return sum(
        problem.weights[demand]
        for demand in range(problem.demands)
        if reaches(problem, chosen, demand, radius) >= times
    )


def assignments(
    problem: Problem, chosen: tuple[int, ...], radius: float, free: frozenset[int] = frozenset()
) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """All ways to serve within capacities: sites (-1 none), people served, person-seconds.

    Demands in `free` are served by themselves.
    """
    options = [
        (-1,)
        if demand in free
        else (-1, *(site for site in chosen if reaches(problem, (site,), demand, radius)))
        for demand in range(problem.demands)
    ]
    for served in itertools.product(*options):
        load = dict.fromkeys(chosen, 0.0)
        seconds = total = 0.0
        for demand, site in enumerate(served):
            if site >= 0:
                load[site] += problem.weights[demand]
                seconds += problem.weights[demand] * problem.cost_matrix[demand, site]
            if site >= 0 or demand in free:
                total += problem.weights[demand]
        if all(load[site] <= problem.capacities[site] for site in chosen):
            yield served, total, seconds
