"""How long everyone takes to many places at once, searched anew only where roads changed.

A *field* holds the milliseconds from every junction to one place. It knows nothing of the
resources, whose times are read off it. Where closures come or go it is repaired: the junctions
whose every quickest way ran over a closed edge are found and searched from the border of the
others, and an edge that opens offers its shorter ways. The repaired field is the very one that
a search anew gives.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import numpy as np

from routing.arrivals import Arrival, Ways, arrivals, as_goals, stops, ways_onto
from routing.closures import Closures
from routing.hierarchy.sweeps import part_above, sweep_part
from routing.kernels import UNREACHED, Goals, Hangs, read_off
from routing.nearest import without_junction
from routing.network import Bool, Float64, Int32, Int64
from routing.positions import Position
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph

MOST_BYTES = 512 * 2**20
"""Room for the fields of a hundred incidents and three vehicles among 400,000 junctions."""

MOST_SWEPT = 1024
"""Resources whose times to all places are found at once."""

_NEVER = np.int64(UNREACHED)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Times:
    """When resources arrive at places.

    Attributes
    ----------
    total_s : (G, F) float64
        Turnout plus travel of resource ``f`` of the :class:`~routing.ResourceSet` to place
        ``g``, seconds; infinite where it does not arrive.
    on_foot_s : (G, F) float64
        Seconds left on foot at walking pace where the drive stops short of a closed place;
        not in `total_s`; 0 where it drives all the way or does not arrive.
    """

    total_s: Float64
    on_foot_s: Float64


class _Field(NamedTuple):
    """Milliseconds from every node to a place, (N,), with these edges closed."""

    distance: Int32
    closed: Bool


class _Wanted(NamedTuple):
    """A field, and the rows of the answer that are read off it."""

    goals: Goals
    rows: list[int]


@dataclass(frozen=True)
class _Question:
    """What is the same for every place of one question."""

    resources: ResourceSet
    profile: str
    closures: Closures | None
    hangs: Hangs
    closed: Bool
    changed: dict[int, Int32] = field(default_factory=dict)

    def changed_since(self, before: Bool) -> Int32:
        """Edges closed or opened since, found once for all places that were asked about then."""
        # The fields that hold it keep it alive, so that its number is its own.
        if id(before) not in self.changed:
            one, other = (np.flatnonzero(mask) for mask in (before, self.closed))
            self.changed[id(before)] = np.setxor1d(one, other, assume_unique=True).astype(np.int32)
        return self.changed[id(before)]


class Searches:
    """Answers :meth:`times`, and keeps its searches for the next question.

    Safe for threads: one question is answered at a time, by as many threads as there are
    processors.

    Parameters
    ----------
    graph
        The network to search.
    on_foot_kph
        Walking pace by which closed metres are weighed.
    most_bytes
        Room for what is kept; of what does not fit each question is searched anew.
    """

    def __init__(
        self, graph: SearchGraph, *, on_foot_kph: float, most_bytes: int = MOST_BYTES
    ) -> None:
        self._graph = graph
        self._on_foot_kph = on_foot_kph
        self._most = most_bytes // (4 * max(1, graph.network.node_count))
        self._kept: OrderedDict[tuple[object, ...], _Field] = OrderedDict()
        self._asking, self._keeping = threading.Lock(), threading.Lock()

    def times(
        self,
        places: Sequence[Position],
        resources: ResourceSet,
        *,
        profile: str,
        closures: Closures | None = None,
    ) -> Times:
        """Find when every resource arrives at every place: to the millisecond as `nearest`.

        Parameters
        ----------
        places
            The places to reach.
        resources
            Who may be sent.
        profile
            Name of their vehicle's profile.
        closures
            Closed roads.

        Returns
        -------
        Times
            In the order of `places` and of ``resources.resources``.

        Raises
        ------
        QueryError
            ``routing.unknown_profile``, ``routing.bad_position``,
            ``routing.foreign_closures``.
        """
        graph = self._graph
        departures = resources.departures(graph, profile).free(graph, closures)
        hangs = departures.hangs(resources.turnout_ms)
        asked = _Question(resources, profile, closures, hangs, graph.mask(closures))
        total_ms = np.full((len(places), len(resources)), _NEVER, dtype=np.int64)
        on_foot_ms = np.zeros_like(total_ms)
        onto = ways_onto(graph, profile, places, closures)
        occupied = set(resources.street.tolist())
        for row, place in enumerate(places):
            if place.street in occupied:
                total_ms[row], _ = without_junction(
                    graph,
                    place,
                    resources,
                    arrivals(graph, profile, place, closures),
                    profile=profile,
                    closures=closures,
                )
        stopped: list[tuple[int, list[Arrival]]] = []
        if closures is not None and len(closures):
            for row, place in enumerate(places):
                short = stops(graph, profile, place, closures, on_foot_kph=self._on_foot_kph)
                if short:
                    stopped.append((row, short))
        wanted = _wanted(profile, onto)

        def drive(key: tuple[object, ...]) -> None:
            distance = self._field(key, wanted[key].goals, asked)
            for row in wanted[key].rows:
                read_off(distance, hangs, total_ms[row])

        def walk(one: tuple[int, list[Arrival]]) -> None:
            row, short = one
            best_ms, way = self._stopped(places[row], short, asked)
            better = (total_ms[row] == _NEVER) & (best_ms < _NEVER)
            left_ms = np.array([each.on_foot_ms for each in short], dtype=np.int64)[way]
            on_foot_ms[row] = np.where(better, left_ms, 0)
            total_ms[row] = np.where(better, best_ms - left_ms, total_ms[row])

        with self._asking:
            if not self._swept(onto, asked, total_ms, fields=len(wanted)):
                _in_threads(drive, list(wanted))
            total_ms[total_ms > LONGEST_MS] = _NEVER
            _in_threads(walk, stopped)
        total_s = total_ms / 1000.0
        total_s[total_ms == _NEVER] = np.inf
        return Times(total_s, on_foot_ms / 1000.0)

    def _swept(
        self,
        onto: Ways,
        asked: _Question,
        total_ms: Int64,
        *,
        fields: int,
    ) -> bool:
        """Lower all times to what the hierarchy offers, unless `fields` searches do it better."""
        engine = self._graph.engine
        # Fields that are kept cost the next question nothing, a sweep is made for each.
        if self._most or engine is None or not len(onto.place) or not len(asked.resources):
            return False
        work_ns = engine.search_ns * fields / (os.cpu_count() or 1)
        settled = engine.settled(asked.profile, asked.closures, work_ns)
        if settled is None:
            return False
        shape, hangs = engine.hierarchy.shape, asked.hangs
        part = part_above(shape, onto.node)
        rows = part.number[shape.rank[onto.node]]
        place, first = np.unique(onto.place, return_index=True)
        for begin in range(0, len(asked.resources), MOST_SWEPT):
            end = min(begin + MOST_SWEPT, len(asked.resources))
            own = slice(*np.searchsorted(hangs.resource, (begin, end)))
            some = Hangs(hangs.node[own], hangs.ms[own], hangs.resource[own] - begin)
            found = np.empty((len(rows), end - begin), dtype=np.uint32)
            sweep_part(shape, settled.costs, part, rows, some, end - begin, found)
            offered = found + onto.ms[:, None]
            best = np.minimum.reduceat(offered, first, axis=0)
            total_ms[place, begin:end] = np.minimum(total_ms[place, begin:end], best)
        return True

    def _field(self, key: tuple[object, ...], goals: Goals, asked: _Question) -> Int32:
        graph, profile = self._graph, asked.profile
        kept = self._kept.get(key)
        if kept is None:
            arcs = graph.arcs(profile, against_traffic=True)
            distance, _ = graph.field(arcs, asked.closed, goals)
        else:
            distance = kept.distance
            if kept.closed is not asked.closed:
                # In place: who is asking now is the only one who reads it.
                changed = asked.changed_since(kept.closed)
                graph.repair(profile, asked.closed, changed, goals, distance)
        with self._keeping:
            self._kept[key] = _Field(distance, asked.closed)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return distance

    def _stopped(
        self, place: Position, short: list[Arrival], asked: _Question
    ) -> tuple[Int64, Int64]:
        """Milliseconds with the metres on foot, and which stop it is: of equal ones the first.

        Searched anew each time, for a field does not tell equal stops apart.
        """
        graph, profile, hangs = self._graph, asked.profile, asked.hangs
        best_ms, best_way = without_junction(
            graph, place, asked.resources, short, profile=profile, closures=asked.closures
        )
        arcs = graph.arcs(profile, against_traffic=True)
        distance, root = graph.field(arcs, asked.closed, as_goals(short))
        # Both in one number: the lesser is the sooner, and of equals the first.
        best = (best_ms << 32) | np.maximum(best_way, 0)
        offered = ((distance[hangs.node] + hangs.ms) << 32) | root[hangs.node]
        reached = distance[hangs.node] != UNREACHED
        np.minimum.at(best, hangs.resource[reached], offered[reached])
        best_ms = best >> 32
        return np.where(best_ms <= LONGEST_MS, best_ms, _NEVER), best & 0xFFFFFFFF


def _wanted(profile: str, onto: Ways) -> dict[tuple[object, ...], _Wanted]:
    """The fields that places need, one for all that are reached alike."""
    wanted: dict[tuple[object, ...], _Wanted] = {}
    place, first = np.unique(onto.place, return_index=True)
    bounds = itertools.pairwise([*first.tolist(), len(onto.place)])
    for row, (start, end) in zip(place.tolist(), bounds, strict=True):
        goals = Goals(onto.node[start:end], onto.ms[start:end])
        key = profile, goals.node.tobytes(), goals.ms.tobytes()
        wanted.setdefault(key, _Wanted(goals, [])).rows.append(row)
    return wanted


def _in_threads(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Do it for every item, on all processors: searches run without the interpreter's lock."""
    threads = min(len(items), os.cpu_count() or 1)
    if threads <= 1:
        for one in items:
            work(one)
        return
    waiting = iter(items)

    def go_on() -> None:
        for one in waiting:
            work(one)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(go_on) for _ in range(threads)]:
            done.result()
