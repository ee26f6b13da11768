"""When a hierarchy answers and when a search does, decided by the work expected of each.

A hierarchy answers in microseconds once its arcs are settled for a vehicle and the roads that are
closed, and once the resources have left their times in its lists. Both cost something first. What
is asked for the first time is searched by Dijkstra's algorithm, unless even one such search is more
work; once the searches have cost as much as the preparation would have, it is made: never more than
twice the least work in hindsight. Settling runs in a thread of its own meanwhile.

The figures of work are nanoseconds on a machine of 2020; only their ratios matter.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from routing.closures import Closures, Stretches
from routing.hierarchy.buckets import Buckets, fill
from routing.hierarchy.customization import (
    DOWN,
    NO_WAY,
    Costs,
    UInt32,
    customize,
    edge_costs,
    recustomize,
    work_above,
)
from routing.hierarchy.hierarchy import Hierarchy
from routing.kernels import Hangs
from routing.network import Float64, Int32

#: Of one junction settled by Dijkstra's algorithm.
SETTLE_NS = 100.0
#: Of one arc looked at on the way up, and of one entry left there.
CLIMB_NS = 5.0
FILL_NS = 6.0
#: Of a way over a lower node and of an arc in settling the arcs, and of an arc that stays.
TRIANGLE_NS = 3.0
ARC_NS = 20.0
COPY_NS = 1.5

#: Sets of closures that are kept settled for a vehicle, besides that of nothing closed.
MOST_STATES = 3

#: Sets of closures of which the work spent on them is remembered.
MOST_WAITING = 64

Stretched = frozenset[tuple[int, Stretches]]

_NO_EDGES = np.zeros(0, dtype=np.int32)
_NO_MASK = np.zeros(0, dtype=np.bool_)
_NOTHING_CLOSED = _NO_EDGES.tobytes()


class Crowd(NamedTuple):
    """Resources that are asked for again and again.

    Attributes
    ----------
    key
        What stands for them: what is kept of them goes with it.
    number
        How many there are.
    hangs
        Tells where they come onto the network.
    """

    key: object
    number: int
    hangs: Callable[[], Hangs]


@dataclass(frozen=True, eq=False)
class Settled:
    """The arcs of a hierarchy for one vehicle and one set of closed edges.

    Attributes
    ----------
    edge_ms : (M,) uint32
        What the network's edges cost.
    costs
        What the arcs cost.
    closed : (C,) int32
        The edges closed, rising.
    filling
        Held by who makes lists.
    """

    edge_ms: UInt32
    costs: Costs
    closed: Int32
    filling: threading.Lock = field(default_factory=threading.Lock)
    _filled: weakref.WeakKeyDictionary[object, tuple[Stretched, Buckets]] = field(
        default_factory=weakref.WeakKeyDictionary
    )
    _spent_ns: weakref.WeakKeyDictionary[object, float] = field(
        default_factory=weakref.WeakKeyDictionary
    )

    @cached_property
    def down(self) -> UInt32:
        """(A,) costs downwards alone, by which places are asked about."""
        return np.ascontiguousarray(self.costs[:, DOWN])

    def filled(self, key: object, closures: Closures | None) -> Buckets | None:
        """The lists of some resources, as closed stretches of road let them leave."""
        kept = self._filled.get(key)
        return kept[1] if kept is not None and kept[0] == _stretches(closures) else None

    def keep(self, key: object, closures: Closures | None, buckets: Buckets) -> None:
        """Keep lists in the place of those for other closed stretches."""
        self._filled[key] = _stretches(closures), buckets

    def is_due(self, key: object, work_ns: float, cost_ns: float) -> bool:
        """Whether searches for some resources have cost what making lists costs."""
        with self.filling:
            spent_ns = self._spent_ns.get(key, 0.0) + work_ns
            self._spent_ns[key] = spent_ns
            return spent_ns >= cost_ns


def _stretches(closures: Closures | None) -> Stretched:
    return frozenset() if closures is None else closures.stretches


class _Start(NamedTuple):
    """What settling begins with: arcs settled before and the edges that changed, or nothing."""

    before: Settled | None
    changed: Int32
    cost_ns: float


class _States:
    """What is kept of one vehicle."""

    def __init__(self, edge_ms: Int32) -> None:
        self.edge_ms = edge_ms
        self.settled: OrderedDict[bytes, Settled] = OrderedDict()
        self.spent_ns: OrderedDict[bytes, float] = OrderedDict()
        self.keeping, self.settling = threading.Lock(), threading.Lock()

    def known(self, key: bytes) -> Settled | None:
        with self.keeping:
            found = self.settled.get(key)
            if found is not None:
                self.settled.move_to_end(key)
            return found

    def kept(self) -> list[Settled]:
        with self.keeping:
            return list(self.settled.values())

    def keep(self, key: bytes, settled: Settled) -> None:
        with self.keeping:
            self.settled[key] = settled
            self.spent_ns.pop(key, None)
            changing = [one for one in self.settled if one != _NOTHING_CLOSED]
            for one in changing[:-MOST_STATES]:
                del self.settled[one]

    def is_due(self, key: bytes, work_ns: float, cost_ns: float) -> bool:
        """Whether searches have now cost what settling costs; true once."""
        with self.keeping:
            before = self.spent_ns.pop(key, 0.0)
            self.spent_ns[key] = before + work_ns
            while len(self.spent_ns) > MOST_WAITING:
                self.spent_ns.popitem(last=False)
            return before < cost_ns <= before + work_ns


class Engine:
    """The settled arcs of a hierarchy, vehicle by vehicle; safe for threads.

    Parameters
    ----------
    hierarchy
        Of the network.
    edge_ms
        Milliseconds per edge, by name of the vehicle's profile.
    like
        An engine of the same hierarchy, with whom vehicles are shared whose milliseconds are the
        same.
    """

    def __init__(
        self, hierarchy: Hierarchy, edge_ms: Mapping[str, Int32], *, like: Engine | None = None
    ) -> None:
        self.hierarchy = hierarchy
        known: dict[str, _States] = {} if like is None else like._states  # noqa: SLF001 - its own class
        self._states: dict[str, _States] = {
            name: known[name]
            if name in known and np.array_equal(known[name].edge_ms, weights)
            else _States(weights)
            for name, weights in edge_ms.items()
        }
        self._threads = threading.local()

    @cached_property
    def search_ns(self) -> float:
        """What a search of the whole network costs."""
        return SETTLE_NS * len(self.hierarchy.shape.parent)

    def lists(
        self, settled: Settled, crowd: Crowd, closures: Closures | None, work_ns: float
    ) -> Buckets | None:
        """Return what answers who arrives first; None where a search is to answer.

        Parameters
        ----------
        settled
            The settled arcs.
        crowd
            Who may be sent.
        closures
            Closed roads, or None.
        work_ns
            What a search would cost.
        """
        buckets = settled.filled(crowd.key, closures)
        filling_ns = FILL_NS * crowd.number * self.hierarchy.climb_arcs
        if buckets is None and settled.is_due(crowd.key, work_ns, filling_ns):
            buckets = self.fill(settled, crowd, closures)
        return buckets

    def fill(self, settled: Settled, crowd: Crowd, closures: Closures | None) -> Buckets:
        """Make and keep the lists of some resources, or return them as they were kept."""
        with settled.filling:
            buckets = settled.filled(crowd.key, closures)
            if buckets is None:
                shape = self.hierarchy.shape
                buckets = fill(shape, settled.costs, crowd.hangs(), crowd.number)
                settled.keep(crowd.key, closures, buckets)
            return buckets

    def settled(self, profile: str, closures: Closures | None, work_ns: float) -> Settled | None:
        """Return the settled arcs to answer a question with; None where a search is to answer.

        Parameters
        ----------
        profile
            Name of the vehicle's profile.
        closures
            Closed roads, or None.
        work_ns
            What a search would cost.
        """
        states, edges = self._states[profile], _closed_edges(closures)
        key = edges.tobytes()
        known = states.known(key)
        if known is not None:
            return known
        start = self._start(states, edges)
        if start.cost_ns <= work_ns:
            return self.settle(profile, closures, start)
        if states.is_due(key, work_ns, start.cost_ns):
            threading.Thread(
                target=self.settle, args=(profile, closures), name="settling roads", daemon=True
            ).start()
        return None

    def settle(
        self, profile: str, closures: Closures | None, start: _Start | None = None
    ) -> Settled:
        """Settle all arcs for a vehicle and closed roads, or return them as they were kept.

        Parameters
        ----------
        profile
            Name of the vehicle's profile.
        closures
            Closed roads, or None.
        start
            What to begin with, where it was found already.
        """
        states, edges = self._states[profile], _closed_edges(closures)
        key = edges.tobytes()
        with states.settling:
            known = states.known(key)
            if known is not None:
                return known
            shape = self.hierarchy.shape
            closed = _NO_MASK if closures is None else closures.mask
            edge_ms = edge_costs(states.edge_ms, closed)
            start = start or self._start(states, edges)
            if start.before is None:
                costs = customize(shape, edge_ms)
            else:
                costs = recustomize(shape, edge_ms, start.changed, start.before.costs)
            settled = Settled(edge_ms, costs, edges)
            states.keep(key, settled)
            return settled

    def distance(self) -> UInt32:
        """Return this thread's (N,) array of ``NO_WAY``, which who uses it leaves so."""
        distance: UInt32 | None = getattr(self._threads, "distance", None)
        if distance is None:
            distance = np.full(len(self.hierarchy.shape.parent), NO_WAY, dtype=np.uint32)
            self._threads.distance = distance
        return distance

    def _start(self, states: _States, edges: Int32) -> _Start:
        """What is the least work to settle all arcs from, with these edges closed."""
        before: Settled | None = None
        changed = edges
        for one in states.kept():
            since = np.setxor1d(one.closed, edges, assume_unique=True).astype(np.int32)
            if before is None or len(since) < len(changed):
                before, changed = one, since
        if before is not None:
            cost_ns = self._above_ns(changed)
            if cost_ns < self._anew_ns:
                return _Start(before, changed, cost_ns)
        return _Start(None, edges, self._anew_ns)

    @cached_property
    def _work_ns(self) -> Float64:
        """What it costs to settle each node's arcs."""
        arcs = np.diff(self.hierarchy.shape.up_offset)
        return ARC_NS * arcs + TRIANGLE_NS * self.hierarchy.triangles

    @cached_property
    def _anew_ns(self) -> float:
        return float(self._work_ns.sum())

    def _above_ns(self, changed: Int32) -> float:
        shape = self.hierarchy.shape
        return work_above(shape, changed, self._work_ns) + COPY_NS * len(shape.up_head)


def _closed_edges(closures: Closures | None) -> Int32:
    return _NO_EDGES if closures is None else closures.edges
