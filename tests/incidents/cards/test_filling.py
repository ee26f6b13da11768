"""The optimum of run cards, against every filling there is."""

from __future__ import annotations

from bisect import bisect_left
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import eye_array, kron

from gisapp.incidents.cards.filling import COVER, NEVER, Filling, Place, fill, measured
from gisapp.incidents.cards.pairing import UNMET


def by_enumeration(places: list[Place], units: int) -> Filling:
    ways = product(range(UNMET, units), repeat=len(places))
    able = (
        way
        for way in ways
        if len({one for one in way if one != UNMET}) == sum(one != UNMET for one in way)
        and all(
            unit == UNMET or place.seconds[unit] < NEVER
            for place, unit in zip(places, way, strict=True)
        )
    )
    return min((measured(places, way) for way in able), key=lambda one: one.objectives)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Place], int]:
    units = draw(st.integers(0, 4))
    seconds = st.one_of(st.just(NEVER), st.integers(0, 6))
    places = [
        Place(
            rank=draw(st.integers(0, 4)),
            seconds=np.array([draw(seconds) for _ in range(units)], dtype=np.int64),
            limit_s=draw(st.one_of(st.none(), st.integers(0, 4))),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    return places, units


@settings(max_examples=400)
@given(cases())
def test_every_objective_is_that_of_the_best_of_all_fillings(
    case: tuple[list[Place], int],
) -> None:
    """And no unit fills two places."""
    places, units = case
    found = fill(places)
    assert found.objectives == by_enumeration(places, units).objectives
    sent = [one for one in found.units if one != UNMET]
    assert len(sent) == len(set(sent))
    assert found == measured(places, found.units)
    assert all(unit == UNMET or p.seconds[unit] < NEVER for p, unit in zip(places, found.units))  # noqa: B905


@settings(max_examples=6)
@given(st.integers(0, 2**32 - 1))
def test_among_many_it_is_as_good_as_a_general_solver(seed: int) -> None:
    """Many places around few spots; HiGHS for all but the worst arrival, which is no sum."""
    rng = np.random.default_rng(seed)
    units = 24
    spots = np.where(rng.random(units) < 0.5, 30, rng.integers(0, 60, units))
    able = rng.random((3, units)) < 0.5
    places = []
    for _ in range(12):
        seconds = np.abs(spots - rng.integers(25, 35)) * 10 + rng.integers(0, 9, units)
        seconds = np.where(able[rng.integers(3)], seconds, NEVER).astype(np.int64)
        rank, limit_s = int(rng.integers(0, 5)), int(rng.integers(20, 200))
        places += [Place(rank=rank, seconds=seconds, limit_s=limit_s)] * int(rng.integers(1, 3))
    found, expected = fill(places), by_stages(places)
    assert found.objectives == expected


def by_stages(places: list[Place]) -> tuple[tuple[int, ...], int, int, int]:
    """Every objective solved by itself, the former ones kept; the worst arrival by bisection."""
    seconds = np.stack([one.seconds for one in places])
    limits = np.array([[one.limit_s or 0] for one in places])
    ranks = np.array([one.rank for one in places])
    size = seconds.shape
    once = [
        LinearConstraint(kron(eye_array(size[0]), np.ones((1, size[1]))), ub=1),
        LinearConstraint(kron(np.ones((1, size[0])), eye_array(size[1])), ub=1),
    ]
    kept: list[LinearConstraint] = []

    def best(cost: np.ndarray, before_s: int = NEVER) -> float | None:
        found = milp(
            cost.ravel().astype(float),
            integrality=np.ones(seconds.size),
            bounds=Bounds(0, (seconds < before_s).ravel().astype(float)),
            constraints=[*once, *kept],
        )
        return None if found.fun is None else round(found.fun)

    unmet = []
    for rank in range(5):
        filled = np.broadcast_to((ranks == rank)[:, None], size)
        most = -(best(-1.0 * filled) or 0)
        unmet.append(int((ranks == rank).sum() - most))
        kept.append(LinearConstraint(filled.ravel().astype(float)[None, :], lb=most - 0.5))
    late = np.where(seconds < NEVER, np.maximum(0, seconds - limits), 0)
    late_s = best(late)
    assert late_s is not None
    kept.append(LinearConstraint(late.ravel().astype(float)[None, :], ub=late_s + 0.5))
    times = [0, *sorted({int(one) for one in seconds[seconds < NEVER]})]
    worst = bisect_left(
        times, True, key=lambda one: best(np.zeros(size), before_s=one + 1) is not None
    )
    total_s = best(np.where(seconds < NEVER, seconds, 0), before_s=times[worst] + 1)
    assert total_s is not None
    return tuple(unmet), int(late_s), times[worst], int(total_s)


@given(cases(), st.data())
def test_one_more_unit_never_leaves_more_unmet(
    case: tuple[list[Place], int], data: st.DataObject
) -> None:
    places, _units = case
    more = [
        Place(
            rank=one.rank,
            limit_s=one.limit_s,
            seconds=np.append(one.seconds, data.draw(st.sampled_from([0, 3, NEVER]))),
        )
        for one in places
    ]
    assert fill(more).unmet <= fill(places).unmet


def test_by_hand() -> None:
    """Two units near, one far: the pair that is best for one place is not so for both."""

    def place(rank: int, *seconds: int, limit_s: int | None = None) -> Place:
        return Place(rank=rank, seconds=np.array(seconds, dtype=np.int64), limit_s=limit_s)

    both = [place(1, 60, 120, 900), place(1, 70, 600, 900)]
    assert fill(both).units == (1, 0)  # 120 + 70 beats 60 + 600
    graver = [place(2, 10, NEVER, NEVER), place(1, 500, NEVER, NEVER)]
    assert fill(graver).units == (UNMET, 0)  # whoever is graver, however near the other
    late = [place(1, 60, 100, NEVER, limit_s=60), place(1, 10, 700, NEVER)]
    assert fill(late).units == (0, 1)  # 40 s beyond a limit weigh more than 650 s in all
    worst = [place(1, 10, 70, NEVER), place(1, 60, 100, NEVER)]
    assert fill(worst).units == (1, 0)  # 70 at worst and 130 in all, before 100 and 110
    stays = [place(COVER, 0, NEVER, NEVER), place(1, 10, NEVER, 300)]
    assert fill(stays).units == (0, 2)
