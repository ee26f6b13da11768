"""20 sites among 500 candidates for 5,000 demands, side by side with spopt on the same HiGHS.

Usage: ``python benchmarks/bench_siting.py [seeds] [peer limit in s]``. Villages and towns of a
prefecture 150 km wide, seconds of driving on a grid of trunk roads and lanes. Maximal covering, set
covering and the p-median, at three radii where there is one, until the gap is 1 %, building of the
model included; the bar is 10 s. Each answer of ours has been checked anew before it is timed. spopt
builds maximal and set covering at the first radius, and the p-median of a quarter of the demands
and of the sites (of all of them it does not end building within minutes), and is told the same gap;
what it builds has no time limit, what it solves has. With 0 as its limit it is left out.
"""

from __future__ import annotations

import os
import sys
import time
import warnings

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gisapp.planning.siting import Effort, Problem, lscp, mclp, p_median

SIDE, TOWNS, DEMANDS, SITES, P = 100, 25, 5000, 500, 20
RADII_S = 900, 1200, 1800
GAP, BAR_S = 0.01, 10.0


def made(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Seconds (demands, sites), and people; all of them have a way."""
    rng = np.random.default_rng(seed)
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    across, along = (np.where(rng.random(SIDE) < 0.2, 80.0, 35.0) for _ in range(2))
    u = np.concatenate((node[:, :-1].ravel(), node[:-1].ravel()))
    v = np.concatenate((node[:, 1:].ravel(), node[1:].ravel()))
    kph = np.concatenate((np.repeat(across, SIDE - 1), np.tile(along, SIDE - 1)))
    built = (rng.random(len(u)) < 0.85) | (kph > 35)
    seconds = np.rint(1.5 * 3600 / kph * rng.uniform(1, 1.4, len(u)))[built]
    ends = (np.concatenate((u[built], v[built])), np.concatenate((v[built], u[built])))
    roads = coo_array((np.tile(seconds, 2), ends), shape=(SIDE * SIDE,) * 2).tocsr()
    part = connected_components(roads)[1]
    most = np.flatnonzero(part == np.bincount(part).argmax())
    towns = rng.random((TOWNS, 2)) * SIDE
    near = towns[rng.integers(TOWNS, size=DEMANDS)] + rng.normal(0, 5, (DEMANDS, 2))
    spot = np.where(rng.random((DEMANDS, 1)) < 0.5, near, rng.random((DEMANDS, 2)) * SIDE)
    at = node[tuple(spot.astype(int).clip(0, SIDE - 1).T)]
    at = most[np.searchsorted(most, at).clip(0, len(most) - 1)]
    candidates = rng.choice(DEMANDS, SITES, replace=False)
    ways = dijkstra(roads, indices=at[candidates])[:, at].T + rng.integers(0, 180, DEMANDS)[:, None]
    return ways, np.rint(rng.lognormal(5.5, 1.0, DEMANDS)).clip(1)


def peer(model: str, seconds, weights, radius_s: float, limit_s: float) -> tuple[float, float, str]:
    """Seconds that spopt takes to build, and in all; a mark where nothing was found by then."""
    warnings.simplefilter("ignore")
    import pulp  # noqa: PLC0415 - only where it is asked
    from spopt import locate  # noqa: PLC0415

    began = time.perf_counter()
    if model == "lscp":
        built = locate.LSCP.from_cost_matrix(seconds, radius_s)
    elif model == "mclp":
        built = locate.MCLP.from_cost_matrix(seconds, weights, radius_s, P)
    else:
        built = locate.PMedian.from_cost_matrix(seconds, weights, P)
    building = time.perf_counter() - began
    mark = ""
    try:
        built.solve(pulp.HiGHS(msg=False, timeLimit=limit_s, gapRel=GAP), results=False)
    except RuntimeError:  # theirs: not solved
        mark = ", unsolved"
    return building, time.perf_counter() - began, mark


def main(seeds: int = 3, limit_s: int = 60) -> None:
    effort = Effort(gap=GAP, time_limit_s=120.0)
    # Compiled before, as on every machine that has asked once.
    few = Problem.from_cost_matrix(np.random.default_rng(0).integers(1, 99, (50, 20)))
    p_median(few, p_facilities=3), mclp(few, service_radius=9, p_facilities=3)
    missed = 0
    print(f"{'model':9}{'radius':>7}{'seed':>5}{'objective':>16}{'bound':>16}{'gap':>8}{'s':>7}"
          f"{'cpu s':>7}{'spopt builds':>14}{'in all':>9}{'ratio':>8}")  # fmt: skip
    for seed in range(seeds):
        ways, people = made(seed)
        for model, radius_s in (
            [("mclp", r) for r in RADII_S] + [("lscp", r) for r in RADII_S] + [("p-median", 0)]
        ):
            seconds, weights = ways, people
            if model == "lscp":  # those that no site reaches are another question
                reached = (ways <= radius_s).any(axis=1)
                seconds, weights = ways[reached], people[reached]
            used = time.process_time()
            began = time.perf_counter()
            problem = Problem.from_cost_matrix(seconds, weights=weights)
            if model == "mclp":
                found = mclp(problem, service_radius=radius_s, p_facilities=P, effort=effort)
            elif model == "lscp":
                found = lscp(problem, service_radius=radius_s, effort=effort)
            else:
                found = p_median(problem, p_facilities=P, effort=effort)
            taken, used = time.perf_counter() - began, time.process_time() - used
            missed += taken > BAR_S or found.gap > GAP
            line = (
                f"{model:9}{radius_s or '':>7}{seed:>5}{found.objective:16,.0f}{found.bound:16,.0f}"
                f"{100 * found.gap:7.2f}%{taken:7.1f}{used:7.1f}"
            )
            print(line, end="", flush=True)
            if limit_s and seed == 0 and radius_s in {0, RADII_S[0]}:
                if model == "p-median":
                    seconds, weights = seconds[::4, ::4], weights[::4]
                    began = time.perf_counter()
                    part = Problem.from_cost_matrix(seconds, weights=weights)
                    p_median(part, p_facilities=P, effort=effort)
                    taken = time.perf_counter() - began
                    print(f"\n{'  a sixteenth of the pairs':61}{taken:7.1f}{'':7}", end="")
                builds, total, mark = peer(model, seconds, weights, radius_s, limit_s)
                print(f"{builds:14.1f}{total:9.1f}{total / taken:7.1f}x{mark}", end="", flush=True)
            print(flush=True)
    print(f"the bar is 1 % in {BAR_S:.0f} s, missed {missed} times; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
