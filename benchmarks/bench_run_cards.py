"""Run cards of 100 incidents filled by 5,000 units, side by side with two general solvers.

Usage: ``python benchmarks/bench_run_cards.py [incidents] [units]``. Ours against scipy's
``linear_sum_assignment`` (a dense matrix of one number a pair) on the whole question, and against
HiGHS (``scipy.optimize.milp``), told the objectives stage after stage, on a twentieth of it, for
with more it does not end within minutes. All must agree in what is unmet and late before it is
timed. The worst arrival is no sum and is left to us.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from gisapp.incidents.cards.filling import NEVER, Place, fill, measured
from gisapp.incidents.cards.pairing import UNMET

WIDTH_M, CENTRES, CAPABILITIES = 150_000, 12, 14
SPEED_MPS, DETOUR = 15.0, 1.3
SHARE = 20
ROUNDS = 20
BAR_MS = 200.0


def made(seed: int, incidents: int, units: int) -> list[Place]:
    """Units all over a prefecture, incidents around a few centres, six lines each."""
    rng = np.random.default_rng(seed)
    where = rng.random((units, 2)) * WIDTH_M
    able = rng.random((units, CAPABILITIES)) < 0.15
    turnout_s = rng.choice([60, 120, 300], units)
    penalty_s = rng.choice([0, 600, 1200], units, p=[0.4, 0.4, 0.2])
    centres = rng.random((CENTRES, 2)) * WIDTH_M
    places = []
    for _ in range(incidents):
        spot = centres[rng.integers(CENTRES)] + rng.normal(0, 8000, 2)
        arrival = np.hypot(*(where - spot).T) * DETOUR / SPEED_MPS + turnout_s + penalty_s
        rank = int(rng.integers(1, 5))
        for capability in rng.choice(CAPABILITIES, 6, replace=False):
            seconds = np.where(able[:, capability], np.rint(arrival), NEVER).astype(np.int64)
            place = Place(rank=rank, seconds=seconds, limit_s=int(rng.choice([1200, 1800, 3600])))
            places += [place] * int(rng.integers(1, 3))
    return places


def by_highs(places: list[Place]) -> tuple[list[int], int, int]:
    """Unmet by rank, seconds beyond the limits, seconds in all: each solved, the former kept."""
    pairs = [
        (row, int(unit), int(place.seconds[unit]))
        for row, place in enumerate(places)
        for unit in np.flatnonzero(place.seconds < NEVER)
    ]
    row, unit, seconds = (np.array(column) for column in zip(*pairs, strict=True))
    ones, number = np.ones(len(pairs)), np.arange(len(pairs))
    unit = np.unique(unit, return_inverse=True)[1]
    kept = [
        LinearConstraint(csr_array((ones, (row, number))), ub=1),
        LinearConstraint(csr_array((ones, (unit, number))), ub=1),
    ]

    def best(cost):
        found = milp(cost, integrality=ones, bounds=Bounds(0, 1), constraints=kept)
        return round(found.fun)

    ranks = np.array([one.rank for one in places])
    unmet = []
    for rank in range(5):
        filled = (ranks[row] == rank).astype(float)
        most = -best(-filled)
        unmet.append(int((ranks == rank).sum()) - most)
        kept.append(LinearConstraint(csr_array(filled[None, :]), lb=most - 0.5))
    late = np.maximum(0, seconds - np.array([one.limit_s for one in places])[row])
    late_s = best(late.astype(float))
    kept.append(LinearConstraint(csr_array(late[None, :].astype(float)), ub=late_s + 0.5))
    return unmet, late_s, best(seconds.astype(float))


def by_scipy(places: list[Place]) -> list[int]:
    """By place, its unit: one matrix, with a column for each place that stays unmet."""
    seconds = np.stack([one.seconds for one in places])
    able = seconds < NEVER
    more_than_all = len(places) * (1 + int(seconds.max(where=able, initial=0)))
    late = np.maximum(0, seconds - np.array([[one.limit_s] for one in places]))
    cost = np.where(able, late * more_than_all + seconds, 2**53).astype(float)
    unmet = np.array([(5 - one.rank) * more_than_all**2 for one in places], dtype=float)
    assert 4 * unmet.max() < 2**53  # so that doubles are exact
    chosen = linear_sum_assignment(np.hstack((cost, np.broadcast_to(unmet[:, None], able.shape))))
    return [int(one) if one < seconds.shape[1] else UNMET for one in chosen[1]]


def timed(question, problems) -> tuple[float, float]:
    """Milliseconds at p50 and p95."""
    taken = []
    for problem in problems:
        began = time.perf_counter()
        question(problem)
        taken.append(1000 * (time.perf_counter() - began))
    return tuple(np.percentile(taken, (50, 95)))


def main(incidents: int = 100, units: int = 5000) -> None:
    small = [made(seed, incidents // SHARE, units // SHARE) for seed in range(3)]
    short = [made(seed, incidents, units // 8) for seed in range(ROUNDS)]
    many = [made(seed, incidents, units) for seed in range(ROUNDS)]
    for places in small:
        found, (unmet, late_s, total_s) = fill(places), by_highs(places)
        assert (list(found.unmet), found.late_s) == (unmet, late_s)
        assert found.total_s >= total_s  # ours holds the worst arrival down before the total
    for places in (*short[:3], *many[:3]):
        found, other = fill(places), measured(places, by_scipy(places))
        assert (found.unmet, found.late_s) == (other.unmet, other.late_s)
        assert (found.worst_s, -found.total_s) <= (other.worst_s, -other.total_s)
    print(f"{'':44}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>8}")
    for title, problems, peer, name in (
        (f"{len(small[0])} places, {units // SHARE} units", small, by_highs, "HiGHS"),
        (f"{len(many[0])} places, {units} units", many, by_scipy, "scipy"),
        (f"{len(short[0])} places, {units // 8} units, many unmet", short, by_scipy, "scipy"),
    ):
        ours, theirs = timed(fill, problems), timed(peer, problems)
        print(f"{title + ': ours':44}{ours[0]:9.1f}{ours[1]:9.1f}")
        print(f"{'    ' + name:44}{theirs[0]:9.1f}{theirs[1]:9.1f}{theirs[0] / ours[0]:7.1f}x")
    print(f"the bar is {BAR_MS:.0f} ms at p95; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
