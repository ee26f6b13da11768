"""Run cards of 100 incidents filled by 5,000 units, side by side with one general solver.

Usage: ``python benchmarks/bench_run_cards.py [incidents] [units]``. Ours against HiGHS
(``scipy.optimize.milp``) told the whole problem at once, stage after stage; both must agree in
every objective before anything is timed. HiGHS is asked a fifth of the question, and of the nearest
few dozen units of each place alone, for with all of it it does not end within minutes. The worst
arrival is no sum and is left to us.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from gisapp.incidents.cards.filling import NEVER, Place, fill

WIDTH_M, CENTRES, CAPABILITIES = 150_000, 12, 14
SPEED_MPS, DETOUR = 15.0, 1.3
KEPT = 48
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
        for unit in np.argpartition(place.seconds, KEPT)[:KEPT]
        if place.seconds[unit] < NEVER
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


def timed(question) -> float:
    began = time.perf_counter()
    question()
    return 1000 * (time.perf_counter() - began)


def main(incidents: int = 100, units: int = 5000) -> None:
    small = [made(seed, incidents // 5, units // 5) for seed in range(3)]
    for places in small:
        found, (unmet, late_s, total_s) = fill(places), by_highs(places)
        assert (list(found.unmet), found.late_s) == (unmet, late_s)
        assert found.total_s >= total_s  # ours holds the worst arrival down before the total
    few = statistics.median(timed(lambda p=places: fill(p)) for places in small)
    highs = statistics.median(timed(lambda p=places: by_highs(p)) for places in small)
    print(f"a fifth of it: ours {few:.0f} ms, HiGHS {highs:.0f} ms")
    many = [made(seed, incidents, units) for seed in range(ROUNDS)]
    ours = sorted(timed(lambda p=places: fill(p)) for places in many)
    p50, p95 = statistics.median(ours), ours[int(0.95 * (ROUNDS - 1))]
    print(f"{incidents} incidents, {len(many[0])} places, {units} units: ours p50 {p50:.0f} ms,")
    print(f"p95 {p95:.0f} ms; the bar is {BAR_MS:.0f} ms at p95")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
