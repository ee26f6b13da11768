"""The hierarchy beside its peers: nearest of few and many, matrices, coverage, closures, building.

Usage: ``python benchmarks/bench_engine.py [graph ...]``, of ``s300k``, ``grid360k`` (the synthetic
graphs of ``../shared/prototypes``, made once, half a minute) and ``heidelberg`` (the OSM extract);
default all that are there. All get the same junctions and milliseconds in one run, on one thread,
and must agree before anything is timed. Ours is the public call, with snapped positions in and
:class:`routing.Reached` out; routingkit_cch is given node numbers with its sources pinned
beforehand, scipy the limit that only the answer tells. Bars of s300k end the run with a fault; on
the other graphs a missed one is printed.
"""

from __future__ import annotations

import sys
import time
from functools import cached_property

import numpy as np
from graphs import HEIDELBERG, synthetic
from scipy.sparse.csgraph import dijkstra
from subjects import Subject, median_ms

from routing import Closures, Resource, ResourceSet, Router, from_osm_pbf, hierarchy_of, warm_up
from routing.profiles import BLOCKED

try:
    import routingkit_cch
except ImportError:
    routingkit_cch = None

K, QUESTIONS = 5, 200
BARRED = "s300k"


class Peers(Subject):
    """One network, our router with its hierarchy, and the peers' graphs."""

    @cached_property
    def cch(self):
        """routingkit_cch with our order, so that both are as deep."""
        order = np.argsort(self.hierarchy.shape.rank).tolist()
        return routingkit_cch.CCH(order, self.network.u.tolist(), self.network.v.tolist(), False)

    @cached_property
    def metric(self):
        """The same, settled."""
        return routingkit_cch.CCHMetric(self.cch, self.weights.tolist())

    @cached_property
    def forward_scipy(self):
        """Tails to heads, without what nobody may drive."""
        return self.reversed_scipy(closed=self.weights == BLOCKED).T.tocsr()

    def places(self, count: int, seed: int):
        """Junctions of the main part and their positions."""
        rng = np.random.default_rng(seed)
        nodes = rng.choice(np.flatnonzero(self.network.node_component == 0), count, replace=False)
        return nodes, [self.at_node(int(node)) for node in nodes]


def once(call) -> tuple[float, object]:
    """Milliseconds of one call, and what it gave."""
    began = time.perf_counter()
    given = call()
    return (time.perf_counter() - began) * 1000, given


def line(what: str, ours_ms: float, **theirs_ms: float) -> None:
    peers = ", ".join(f"{name} {ms:.3f} ({ms / ours_ms:.1f} x)" for name, ms in theirs_ms.items())
    print(f"  {what:<46}{ours_ms:>10.3f} ms  {peers}")


def packed_of(subject, count: int):
    nodes, places = subject.places(count, count)
    return nodes, ResourceSet(Resource(f"{i:05d}", place) for i, place in enumerate(places))


def nearest(subject, held) -> None:
    asked_nodes, asked = subject.places(QUESTIONS, 1)
    for teams in (10, 200, 5_000):
        nodes, packed = packed_of(subject, teams)
        fill_ms, _ = once(lambda packed=packed: subject.router.prepare("light", packed))

        def ours(place, packed=packed):
            return subject.router.nearest(place, packed, K)

        far = {}
        for node, place in zip(asked_nodes[:20].tolist(), asked[:20], strict=True):
            told = np.sort(dijkstra(subject.backward, indices=node)[nodes])[:K]
            told = told[np.isfinite(told)]
            far[node] = float(told.max(initial=0.0))
            assert [round(one.total_s * 1000) for one in ours(place)] == told.tolist(), teams
        ours_ms = median_ms(ours, asked)
        peers = {
            "scipy, limit known": median_ms(
                lambda node, far=far, nodes=nodes: dijkstra(
                    subject.backward, indices=node, limit=far[node]
                )[nodes],
                asked_nodes[:20].tolist(),
            )
        }
        if routingkit_cch:
            pinned = routingkit_cch.CCHManyToOne(subject.metric, nodes.tolist())
            few = asked_nodes[: 30 if teams > 1000 else QUESTIONS].tolist()

            def theirs(node, pinned=pinned):
                return np.partition(np.array(pinned.distances_to(node), dtype=float), K - 1)[:K]

            peers["routingkit_cch"] = median_ms(theirs, few)
            held(
                f"k = {K} of {teams:,}",
                peers["routingkit_cch"] / ours_ms,
                {10: 1.0, 200: 5.0, 5_000: 100.0}[teams],
            )
        line(f"{K} nearest of {teams:,} (lists {fill_ms:.0f} ms)", ours_ms, **peers)


def matrices(subject, held) -> None:
    for size in (100, 500):
        from_nodes, origins = subject.places(size, 2)
        to_nodes, goals = subject.places(size, 3)

        def ours(_asked, origins=origins, goals=goals):
            return subject.router.matrix(origins, goals)

        expected = dijkstra(subject.forward_scipy, indices=from_nodes[:5])[:, to_nodes]
        assert (np.rint(ours(None)[:5] * 1000) == expected).all()
        ours_ms = median_ms(ours, range(7))
        peers = {}
        if routingkit_cch:
            pinned = routingkit_cch.CCHOneToMany(subject.metric, to_nodes.tolist())
            peers["routingkit_cch"] = median_ms(
                lambda _, from_nodes=from_nodes, pinned=pinned: [
                    pinned.distances_from(node) for node in from_nodes.tolist()
                ],
                range(3),
            )
            held(f"matrix {size}²", peers["routingkit_cch"] / ours_ms, 3.0)
        line(f"matrix of {size} x {size}", ours_ms, **peers)


def coverage(subject, held) -> None:
    nodes, packed = packed_of(subject, 200)

    def theirs(_asked):
        return dijkstra(subject.forward_scipy, indices=nodes, min_only=True)

    found = subject.router.cover(packed)._ms[:, 0].astype(float)  # noqa: SLF001
    found[found == BLOCKED] = np.inf
    assert (found == theirs(None)).all()
    ours_ms, theirs_ms = (
        median_ms(lambda _: subject.router.cover(packed), range(7)),
        median_ms(theirs, range(5)),
    )
    held("coverage from 200", theirs_ms / ours_ms, 5.0)
    line("nearest of 200 for every junction", ours_ms, **{"scipy, min_only": theirs_ms})


def closures(subject, held) -> None:
    network, rng = subject.network, np.random.default_rng(4)
    asked_nodes, asked = subject.places(12, 5)
    for teams in (10, 200, 5_000):
        nodes, packed = packed_of(subject, teams)
        subject.router.prepare("light", packed)
        for count in (1, 100, 1_000):
            first, full, fills = [], [], []
            for node, place in zip(asked_nodes.tolist(), asked, strict=True):
                closed = closed_on_ways(subject, place, packed, count, rng)
                state = Closures.none(network).add("closed", edge_ids=closed)
                ms, told = once(
                    lambda place=place, state=state, packed=packed: subject.router.nearest(
                        place, packed, K, closures=state
                    )
                )
                first.append(ms)
                matrix = subject.reversed_scipy(closed=(subject.weights == BLOCKED) | state.mask)
                far = np.sort(dijkstra(matrix, indices=node)[nodes])[:K]
                driven = [round(one.total_s * 1000) for one in told if not one.stops_short_m]
                assert driven == far[np.isfinite(far)].tolist()
                fresh = Router(network, hierarchy=subject.hierarchy)
                fresh.prepare("light")
                full.append(
                    once(lambda fresh=fresh, state=state: fresh.prepare("light", closures=state))[0]
                )
                fills.append(
                    once(
                        lambda fresh=fresh, state=state, packed=packed: fresh.prepare(
                            "light", packed, closures=state
                        )
                    )[0]
                )
            line(f"first of {teams:,} after closing {count:,}", float(np.median(first)))
            print(
                f"    full speed: settled {np.median(full):.1f} ms, lists {np.median(fills):.1f} ms"
            )
            if count == 100:
                held(f"first of {teams:,} after 100", 5.0 / float(np.median(first)), 1.0)
                if teams == 200:
                    both = float(np.median(full) + np.median(fills))
                    held("full speed after 100", 100.0 / both, 1.0)


def closed_on_ways(subject, place, packed, count: int, rng) -> list[int]:
    """Edges on the ways of the first to arrive."""
    driven = set()
    for one in subject.router.nearest(place, packed, K):
        start = packed.resources[packed.names.index(one.id)].position
        driven |= set(subject.router.route(start, place).edges)
    driven = sorted(driven)
    return rng.choice(driven, min(count, len(driven)), replace=False).tolist() if driven else []


def measure(name: str, network) -> list[str]:
    print(f"== {name}: {network.node_count:,} nodes, {network.edge_count:,} edges")
    subject = Peers(name, network)
    ordering_ms, subject.hierarchy = once(lambda: hierarchy_of(network))
    subject.router = Router(network, hierarchy=subject.hierarchy)
    settling_ms, _ = once(lambda: subject.router.prepare("light"))
    subject.backward = subject.reversed_scipy(closed=subject.weights == BLOCKED)
    shape = subject.hierarchy.shape
    size_mb = sum(array.nbytes for array in shape) / 2**20
    line("hierarchy made (METIS and contraction)", ordering_ms)
    print(f"  {len(shape.up_head):,} arcs, {size_mb:.0f} MB")
    peers = {}
    if routingkit_cch:
        building_ms, _ = once(lambda: subject.cch)
        print(f"  routingkit_cch made of the same order in {building_ms:.0f} ms")
        peers["routingkit_cch"], _ = once(lambda: subject.metric)
    line("settled for one vehicle", settling_ms, **peers)
    missed = []

    def held(what: str, times: float, bar: float) -> None:
        if times < bar:
            print(f"    MISSED: {what} is {times:.2f} of what is asked for, {bar:g}")
            missed.append(what)

    for part in (nearest, matrices, coverage, closures):
        part(subject, held)
    return missed


def networks(names):
    for name in names:
        if name == "heidelberg":
            network = from_osm_pbf(HEIDELBERG, progress=False) if HEIDELBERG.is_file() else None
        else:
            network = synthetic(name)
        if network is None:
            print(f"{name}: ../shared is absent, left out")
        else:
            yield name, network


if __name__ == "__main__":
    warm_up()
    if routingkit_cch is None:
        print("routingkit_cch is not installed and left out")
    faults = []
    for graph, roads in networks(sys.argv[1:] or ["s300k", "grid360k", "heidelberg"]):
        found = measure(graph, roads)
        faults += found if graph == BARRED else []
    if faults:
        sys.exit(f"bars are missed on {BARRED}: {', '.join(faults)}")
