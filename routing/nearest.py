"""The resources that reach an incident first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.arrivals import Arrival, arrivals, as_goals, check_position, direct_ms, stops
from routing.closures import Closures
from routing.hierarchy.buckets import EVERYBODY, Buckets, all_to_arrive, first_to_arrive
from routing.hierarchy.climbing import above_of
from routing.hierarchy.engine import Crowd, Settled
from routing.hierarchy.prepared import Prepared, Streets
from routing.kernels import UNREACHED, Hangs
from routing.network import Int32, Int64
from routing.positions import Position
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph

#: Beyond that many everybody's total is found and sorted.
MOST_AT_ONCE = 32


class Reached(NamedTuple):
    """A resource that arrives.

    Attributes
    ----------
    id
        The resource.
    travel_s
        Seconds of driving.
    turnout_s
        Seconds until it drives.
    total_s
        Turnout plus travel.
    stops_short_m
        Metres of closed road between the end of the drive and the incident; 0 where it drives
        all the way.
    on_foot_s
        Those metres at walking pace; not in `total_s`.
    """

    id: str
    travel_s: float
    turnout_s: float
    total_s: float
    stops_short_m: float = 0.0
    on_foot_s: float = 0.0


@dataclass(frozen=True)
class Ranked:
    """A resource that arrives, in the search's own terms.

    Attributes
    ----------
    row
        Its row in the :class:`ResourceSet`.
    total_ms
        Turnout plus travel.
    arrival
        Where its drive ends short of the place; of one that drives all the way it may be None.
    """

    row: int
    total_ms: int
    arrival: Arrival | None

    def described(self, resources: ResourceSet) -> Reached:
        """Return the public form."""
        turnout_ms = resources.turnouts_ms[self.row]
        return Reached(
            id=resources.names[self.row],
            travel_s=(self.total_ms - turnout_ms) / 1000.0,
            turnout_s=turnout_ms / 1000.0,
            total_s=self.total_ms / 1000.0,
            stops_short_m=0.0 if self.arrival is None else self.arrival.stops_short_m,
            on_foot_s=0.0 if self.arrival is None else self.arrival.on_foot_ms / 1000.0,
        )


def as_prepared(
    graph: SearchGraph,
    incident: Position,
    resources: ResourceSet,
    *,
    profile: str,
    closures: Closures | None,
    k: int,
    limit_ms: int,
) -> list[Reached] | None:
    """Answer as :func:`rank` where all is ready for these resources; None where it is not."""
    prepared = resources.prepared.get(profile)
    if prepared is None or k > MOST_AT_ONCE or not prepared.is_for(graph, closures):
        return None
    check_position(graph, incident)
    found = prepared.first(incident.street, incident.fraction, k, limit_ms)
    if found is None:
        return None
    names, turnouts_ms = resources.names, resources.turnouts_ms
    return [
        Reached(
            names[row],
            (total_ms - turnouts_ms[row]) / 1000.0,
            turnouts_ms[row] / 1000.0,
            total_ms / 1000.0,
        )
        for row, total_ms in zip(*found, strict=True)
    ]


def rank(
    graph: SearchGraph,
    incident: Position,
    resources: ResourceSet,
    *,
    profile: str,
    closures: Closures | None,
    k: int,
    limit_ms: int,
    on_foot_kph: float,
) -> list[Ranked]:
    """Find the `k` resources that arrive first.

    Those that drive all the way come first, by (total, id). Where the incident lies on a
    closed stretch, those that only reach its edge follow, by (total + on foot, id).

    Parameters
    ----------
    graph
        The network to search.
    incident
        The place to reach.
    resources
        Who may be sent.
    profile
        Name of their vehicle's profile.
    closures
        Closed roads, or None.
    k
        How many.
    limit_ms
        Largest total of turnout and travel.
    on_foot_kph
        Walking pace by which closed metres are weighed.

    Returns
    -------
    list of Ranked
    """
    search = _Search(graph, incident, resources, profile, closures)
    ways = arrivals(graph, profile, incident, closures)
    short = stops(graph, profile, incident, closures, on_foot_kph=on_foot_kph)
    everyone = np.ones(len(resources), dtype=np.bool_)
    if not short:
        return search.run(ways, everyone, k=k, limit_ms=limit_ms)
    # A limit counts without the metres on foot, by which they are ordered: all have to be found.
    most = k if limit_ms == LONGEST_MS else len(resources)
    all_the_way = search.run(ways, everyone, k=most, limit_ms=LONGEST_MS)
    everyone[[one.row for one in all_the_way]] = False
    to_the_edge = (
        search.run(short, everyone, k=most, limit_ms=LONGEST_MS) if len(all_the_way) < most else []
    )
    return [one for one in all_the_way + to_the_edge if one.total_ms <= limit_ms][:k]


@dataclass(frozen=True)
class _Search:
    graph: SearchGraph
    incident: Position
    resources: ResourceSet
    profile: str
    closures: Closures | None

    def run(
        self, ways: list[Arrival], wanted: npt.NDArray[np.bool_], *, k: int, limit_ms: int
    ) -> list[Ranked]:
        if wanted.all() and not any(way.stops_short_m for way in ways):
            prepared = self._prepared(k)
            if prepared is not None:
                return self._by_hierarchy(*prepared, ways, k=k, limit_ms=limit_ms)
        departures = self.resources.departures(self.graph, self.profile)
        hangs = departures.free(self.graph, self.closures).hangs(self.resources.turnout_ms)
        if not wanted.all():
            keep = wanted[hangs.resource]
            hangs = Hangs(hangs.node[keep], hangs.ms[keep], hangs.resource[keep])
        best = without_junction(
            self.graph,
            self.incident,
            self.resources,
            ways,
            profile=self.profile,
            closures=self.closures,
        )
        best[0][~wanted] = UNREACHED
        # Nothing can be reached sooner than the shortest turnout and drive to a junction:
        # counting from there stops the search that much earlier.
        sooner = int(min(hangs.ms.min(initial=LONGEST_MS), best[0].min(initial=LONGEST_MS)))
        hangs = hangs._replace(ms=hangs.ms - sooner)
        best[0][best[0] < UNREACHED] -= sooner
        found = self.graph.nearest(
            self.graph.arcs(self.profile, against_traffic=True),
            self.graph.mask(self.closures),
            as_goals(ways),
            hangs,
            best,
            k=k,
            limit_ms=limit_ms - sooner,
        )
        ranked = []
        for row in found.tolist():
            way = ways[int(best[1][row])] if best[1][row] >= 0 else None
            on_foot_ms = 0 if way is None else way.on_foot_ms
            ranked.append(Ranked(row, int(best[0][row]) + sooner - on_foot_ms, way))
        return ranked

    def _prepared(self, k: int) -> tuple[Settled, Buckets] | None:
        engine = self.graph.engine
        if engine is None or not len(self.resources):
            return None
        # As many junctions are settled as it takes to come upon the k-th of resources anywhere.
        work_ns = engine.search_ns * min(1.0, k / len(self.resources))
        settled = engine.settled(self.profile, self.closures, work_ns)
        if settled is None:
            return None
        crowd = crowd_of(self.graph, self.resources, self.profile, self.closures)
        buckets = engine.lists(settled, crowd, self.closures, work_ns)
        if buckets is None:
            return None
        prepare(
            self.graph,
            self.resources,
            settled,
            buckets,
            profile=self.profile,
            closures=self.closures,
        )
        return settled, buckets

    def _by_hierarchy(
        self, settled: Settled, buckets: Buckets, ways: list[Arrival], *, k: int, limit_ms: int
    ) -> list[Ranked]:
        engine = self.graph.engine
        assert engine is not None
        best_ms, _ = without_junction(
            self.graph,
            self.incident,
            self.resources,
            ways,
            profile=self.profile,
            closures=self.closures,
        )
        shape, goals = engine.hierarchy.shape, as_goals(ways)
        if k > MOST_AT_ONCE:
            all_to_arrive(shape, settled.down, buckets, goals, engine.distance(), best_ms)
            order = np.argsort(best_ms, kind="stable")[:k]
            order = order[best_ms[order] <= limit_ms]
            return [Ranked(row, int(best_ms[row]), None) for row in order.tolist()]
        direct = np.flatnonzero(best_ms != UNREACHED).astype(np.int32)
        first_ms, first_row = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int32)
        count = first_to_arrive(
            shape,
            settled.down,
            buckets,
            EVERYBODY,
            goals,
            direct,
            best_ms[direct],
            limit_ms,
            engine.distance(),
            first_ms,
            first_row,
        )
        found = zip(first_row[:count].tolist(), first_ms[:count].tolist(), strict=True)
        return [Ranked(row, ms, None) for row, ms in found]


def prepare(
    graph: SearchGraph,
    resources: ResourceSet,
    settled: Settled,
    buckets: Buckets,
    *,
    profile: str,
    closures: Closures | None,
) -> None:
    """Put all ready that the next question of these resources needs."""
    engine = graph.engine
    known = resources.prepared.get(profile)
    if engine is None or (known is not None and known.is_for(graph, closures)):
        return
    is_occupied = np.zeros(graph.network.street_count, dtype=np.bool_)
    is_occupied[resources.street] = True
    resources.prepared[profile] = Prepared(
        (graph, closures),
        above_of(engine.hierarchy.shape),
        settled.down,
        buckets,
        Streets(
            graph.network.street_edges,
            graph.tail,
            graph.head,
            graph.weights(profile),
            graph.mask(closures),
            is_occupied,
        ),
        engine.distance,
    )


def crowd_of(
    graph: SearchGraph, resources: ResourceSet, profile: str, closures: Closures | None
) -> Crowd:
    """What :class:`~routing.hierarchy.engine.Engine` has to know of resources."""

    def hangs() -> Hangs:
        departures = resources.departures(graph, profile).free(graph, closures)
        return departures.hangs(resources.turnout_ms)

    return Crowd(resources, len(resources), hangs)


def without_junction(
    graph: SearchGraph,
    incident: Position,
    resources: ResourceSet,
    ways: Sequence[Arrival],
    *,
    profile: str,
    closures: Closures | None,
) -> tuple[Int64, Int32]:
    """Find totals of those that stand on the incident's street, on the way or at the place.

    Parameters
    ----------
    graph, incident, resources, profile, closures
        As in :func:`rank`.
    ways
        How the incident's place is reached.

    Returns
    -------
    best_ms : (F,) int64
        With the metres on foot; ``UNREACHED`` of all others.
    best_way : (F,) int32
        By which of `ways`; -1 of those at the very place, and of all others.
    """
    best_ms = np.full(len(resources), UNREACHED, dtype=np.int64)
    best_way = np.full(len(resources), -1, dtype=np.int32)
    streets = {incident.street}
    for way in ways:
        if way.edge >= 0:
            streets.add(int(graph.network.edge_street[way.edge]))
    near = np.zeros(len(resources), dtype=np.bool_)
    for street in streets:
        near |= resources.street == street
    for row in np.flatnonzero(near).tolist():
        start = resources.resources[row].position
        turnout_ms = int(resources.turnout_ms[row])
        if same_place(start, incident):
            best_ms[row] = turnout_ms
            continue
        for i, way in enumerate(ways):
            drive_ms = direct_ms(graph, profile, start, way, closures)
            if drive_ms is None:
                continue
            total_ms = turnout_ms + drive_ms + way.on_foot_ms
            if total_ms < best_ms[row]:
                best_ms[row], best_way[row] = total_ms, i
    return best_ms, best_way


def same_place(one: Position, other: Position) -> bool:
    """Tell whether two positions are one place on one street."""
    return one.street == other.street and one.fraction == other.fraction
