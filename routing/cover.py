"""Who arrives first, second and third, everywhere at once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.arrivals import arrivals, ways_onto
from routing.closures import Closures
from routing.cover_search import cover_search, offer
from routing.errors import QueryError
from routing.hierarchy.sweeps import sweep_all, to_every_node
from routing.kernels import UNREACHED
from routing.nearest import without_junction
from routing.network import Bool, Float64, Int32, Int64
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph

MOST_DUE = 8


class FirstDue(NamedTuple):
    """The first `k` to arrive at places.

    Attributes
    ----------
    total_s : (D, k) float64
        Turnout plus travel, seconds, rising; infinite where nobody else arrives.
    resource : (D, k) int32
        Rows of the :class:`~routing.ResourceSet`, of equal times the lower id first; -1 where
        nobody else arrives.
    """

    total_s: Float64
    resource: Int32


class ReachedParts(NamedTuple):
    """Parts of streets as drawn, overlapping, (n,) each.

    At a fraction ``x`` of the street its resource arrives after ``at_ms + slope_ms * x``.
    """

    street: Int32
    start: Float64
    end: Float64
    at_ms: Float64
    slope_ms: Float64
    resource: Int32


@dataclass(frozen=True, eq=False)
class Cover:
    """The first `k` resources at every junction, and what follows for places and streets.

    Made by :meth:`routing.Router.cover`. A question of it costs as much as it has places, or
    the network has streets; nothing is searched again.

    Attributes
    ----------
    resources
        Who may be sent.
    profile
        Name of their vehicle's profile.
    """

    resources: ResourceSet
    profile: str
    _graph: SearchGraph
    _closures: Closures | None
    _limit_ms: int
    _post: Int32
    _ms: Int32
    _resource: Int32

    def at(self, places: Sequence[Position]) -> FirstDue:
        """Find the first to arrive at places.

        Parameters
        ----------
        places
            On the network. One that lies on a closed stretch is driven to by nobody.

        Returns
        -------
        FirstDue
            In the order of `places`; the first as ``Router.nearest`` finds them.

        Raises
        ------
        QueryError
            ``routing.bad_position``.
        """
        k = self._ms.shape[1]
        ms = np.full((len(places), k), UNREACHED, dtype=np.int32)
        resource = np.full((len(places), k), -1, dtype=np.int32)
        row, time, one = self._offers(places)
        offer(ms, resource, self._post, row, time, one, self._limit_ms)
        total_s = ms / 1000.0
        total_s[resource < 0] = np.inf
        return FirstDue(total_s, resource)

    def _offers(self, places: Sequence[Position]) -> tuple[Int32, Int64, Int32]:
        graph, profile, closures = self._graph, self.profile, self._closures
        occupied = set(self.resources.street.tolist())
        direct: list[tuple[Int32, Int64, Int32]] = []
        for number, place in enumerate(places):
            if place.street in occupied:
                best_ms, _ = without_junction(
                    graph,
                    place,
                    self.resources,
                    arrivals(graph, profile, place, closures),
                    profile=profile,
                    closures=closures,
                )
                near = np.flatnonzero(best_ms != UNREACHED).astype(np.int32)
                direct.append((np.full(len(near), number, np.int32), best_ms[near], near))
        onto = ways_onto(graph, profile, places, closures)
        k = self._ms.shape[1]
        known = self._resource[onto.node] >= 0
        known[onto.ms > LONGEST_MS] = False  # barred by a closed stretch
        time = (self._ms[onto.node].astype(np.int64) + onto.ms[:, None])[known]
        rows = np.repeat(onto.place.astype(np.int32), k)[known.ravel()]
        offers = (rows, time, self._resource[onto.node][known])
        joined = [np.concatenate(column) for column in zip(offers, *direct, strict=True)]
        return joined[0], joined[1], joined[2]

    def reached(self, limit_s: float) -> ReachedParts:
        """Find the parts of streets that are reached in time, each way that leads there by itself.

        Raises
        ------
        QueryError
            ``routing.bad_limit``.
        """
        edge, start, end, resource, ms = self._reached_parts(limit_ms_of(limit_s, self._limit_ms))
        network = self._graph.network
        slope_ms = self._graph.weights(self.profile)[edge].astype(np.float64)
        at_ms = ms - slope_ms * start
        against = network.edge_reversed[edge]
        return ReachedParts(
            street=network.edge_street[edge],
            start=np.where(against, 1.0 - end, start),
            end=np.where(against, 1.0 - start, end),
            at_ms=np.where(against, at_ms + slope_ms, at_ms),
            slope_ms=np.where(against, -slope_ms, slope_ms),
            resource=resource,
        )

    def _reached_parts(self, limit_ms: int) -> tuple[Int64, Float64, Float64, Int32, Int64]:
        """Parts of edges reached in time, as fractions along the edge, by whom and from when."""
        graph, closures = self._graph, self._closures
        weight = graph.weights(self.profile)
        mask = graph.mask(closures)
        usable = weight != BLOCKED
        edge, place = np.nonzero(self._resource[graph.tail] >= 0)
        spare = limit_ms - self._ms[graph.tail[edge], place].astype(np.int64)
        keep = usable[edge] & (spare > 0)
        edge, place, spare = edge[keep], place[keep], spare[keep]
        start = np.zeros(len(edge))
        end = np.minimum(1.0, spare / weight[edge])
        who = self._resource[graph.tail[edge], place]
        since = limit_ms - spare

        departures = self.resources.departures(graph, self.profile)
        own = np.flatnonzero(departures.edge >= 0)
        left = limit_ms - self.resources.turnout_ms[departures.resource[own]]
        own, left = own[left > 0], left[left > 0]
        on, along = departures.edge[own], departures.along[own]
        edge = np.concatenate((edge, on)).astype(np.int64)
        start = np.concatenate((start, along))
        end = np.concatenate((end, np.minimum(1.0, along + left / weight[on])))
        who = np.concatenate((who, departures.resource[own]))
        since = np.concatenate((since, limit_ms - left))
        if closures is not None and len(mask):
            end = _up_to_closure(closures, mask, edge, start, end)
        return edge, start, end, who, since


def find_cover(
    graph: SearchGraph,
    resources: ResourceSet,
    *,
    k: int,
    posts: Sequence[Hashable] | None,
    profile: str,
    closures: Closures | None,
    limit_ms: int,
) -> Cover:
    """Search from all resources at once; see :meth:`routing.Router.cover`."""
    check_due(k, most=MOST_DUE)
    numbers: dict[Hashable, int] = {}
    named = range(len(resources)) if posts is None else posts
    if len(named) != len(resources):
        raise QueryError(
            "routing.unequal_posts",
            f"There are {len(resources)} resources but {len(named)} posts.",
            resources=len(resources),
            posts=len(named),
        )
    post = np.array([numbers.setdefault(one, len(numbers)) for one in named], dtype=np.int32)
    hangs = resources.departures(graph, profile).free(graph, closures).hangs(resources.turnout_ms)
    nodes = graph.network.node_count
    ms = np.full((nodes, k), UNREACHED, dtype=np.int32)
    resource = np.full((nodes, k), -1, dtype=np.int32)
    engine = graph.engine
    settled = (
        None if k > 1 or engine is None else engine.settled(profile, closures, engine.search_ns)
    )
    if engine is not None and settled is not None:
        first = np.empty(nodes, dtype=np.uint64)
        sweep_all(engine.hierarchy.shape, settled.costs, hangs, first)
        to_every_node(engine.hierarchy.shape, first, limit_ms, ms[:, 0], resource[:, 0])
        return Cover(resources, profile, graph, closures, limit_ms, post, ms, resource)
    cover_search(
        graph.arcs(profile, against_traffic=False),
        graph.mask(closures),
        hangs,
        post,
        limit_ms,
        ms,
        resource,
        np.empty(graph.network.edge_count + len(hangs.node) + 1, dtype=np.int64),
    )
    return Cover(resources, profile, graph, closures, limit_ms, post, ms, resource)


def check_due(due: int, *, most: int) -> None:
    """Refuse a number of resources that cannot be counted.

    Raises
    ------
    QueryError
        ``routing.bad_due``.
    """
    if isinstance(due, bool) or not isinstance(due, (int, np.integer)) or not 1 <= due <= most:
        raise QueryError(
            "routing.bad_due",
            f"How many must arrive is 1 to {most}, not {due!r}.",
            due=due,
            most=most,
        )


def limit_ms_of(limit_s: float | None, most_ms: int = LONGEST_MS) -> int:
    """Convert a time limit, None for the longest.

    Raises
    ------
    QueryError
        ``routing.bad_limit``.
    """
    if limit_s is None:
        return most_ms
    if not limit_s > 0:
        raise QueryError(
            "routing.bad_limit",
            f"The time limit must be more than 0 s, not {limit_s}.",
            limit_s=limit_s,
        )
    return most_ms if limit_s * 1000.0 >= most_ms else round(limit_s * 1000.0)


def _up_to_closure(
    closures: Closures, mask: Bool, edge: Int64, start: Float64, end: Float64
) -> Float64:
    """End each part where the first closed stretch ahead of its start begins."""
    ends = end.copy()
    for i in np.flatnonzero(mask[edge]).tolist():
        for low, high in closures.on_edge(int(edge[i])):
            if high >= start[i]:
                ends[i] = max(start[i], min(ends[i], low))
                break
    return ends
