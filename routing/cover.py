"""Who arrives first, second and third, everywhere at once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from routing.arrivals import arrivals
from routing.closures import Closures
from routing.cover_search import claimed, cover_search, covered_shares, offer
from routing.errors import QueryError
from routing.kernels import UNREACHED
from routing.nearest import without_junction
from routing.network import Bool, Float64, Int32, Int64, RoadNetwork
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph
from routing.stretches import Stretches

_MOST_DUE = 8


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Claims:
    """Parts of streets, apart from each other, with who is the first there.

    Attributes
    ----------
    parts
        n parts by rising street and start.
    resource : (n,) int32
        Rows of the :class:`~routing.ResourceSet`; of several, counted on from one to the next.
    at_ms, slope_ms : (n,) float64
        Turnout plus travel at a fraction ``x`` of the street is ``at_ms + slope_ms * x``.
    """

    parts: Stretches
    resource: Int32
    at_ms: Float64
    slope_ms: Float64

    def within(self, limit_ms: float) -> Stretches:
        """What of each part is reached in time; nothing where its end is not after its start."""
        at = (limit_ms - self.at_ms) / self.slope_ms
        start, end = self.parts.start, self.parts.end
        onward = self.slope_ms > 0
        return Stretches(
            self.parts.street,
            np.where(onward, start, np.maximum(start, at)),
            np.where(onward, np.minimum(end, at), end),
        )


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
        onto: list[tuple[int, int, int]] = []
        direct: list[tuple[Int32, Int64, Int32]] = []
        for number, place in enumerate(places):
            ways = arrivals(graph, profile, place, closures)
            onto += [(number, way.node, way.drive_ms) for way in ways if way.from_node]
            if place.street in occupied:
                best_ms, _ = without_junction(
                    graph, place, self.resources, ways, profile=profile, closures=closures
                )
                near = np.flatnonzero(best_ms != UNREACHED).astype(np.int32)
                direct.append((np.full(len(near), number, np.int32), best_ms[near], near))
        row, node, drive = np.array(onto, dtype=np.int64).reshape(-1, 3).T
        k = self._ms.shape[1]
        known = self._resource[node] >= 0
        time = (self._ms[node].astype(np.int64) + drive[:, None])[known]
        rows = np.repeat(row.astype(np.int32), k)[known.ravel()]
        offers = (rows, time, self._resource[node][known])
        joined = [np.concatenate(column) for column in zip(offers, *direct, strict=True)]
        return joined[0], joined[1], joined[2]

    def street_shares(self, limit_s: float, *, due: int = 1) -> Float64:
        """Find what share of each street is reached in time.

        Parameters
        ----------
        limit_s
            Turnout plus travel, seconds.
        due
            How many must arrive in time, at most the `k` of the search.

        Returns
        -------
        (S,) float64
            0 to 1. A place counts whichever way a vehicle comes to it; nothing of a street the
            vehicle may not use or of a closed stretch does.

        Raises
        ------
        QueryError
            ``routing.bad_due``, ``routing.bad_limit``.
        """
        check_due(due, most=self._ms.shape[1])
        offset, parts = _by_street(self._graph.network, self.reached(limit_s))
        return covered_shares(offset, parts.start, parts.end, parts.resource, self._post, due)

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

    def worst_s(self) -> Float64:
        """Find how long the first takes to the place of each street that is reached last.

        Returns
        -------
        (S,) float64
            Turnout plus travel, seconds, as driven from the street's junctions; infinite where
            some of the street is not reached, as where it is closed or barred.
        """
        graph = self._graph
        weight = graph.weights(self.profile).astype(np.float64)
        shut = weight == BLOCKED
        if len(mask := graph.mask(self._closures)):
            shut |= mask
        first = self._ms[:, 0].astype(np.float64)
        first[self._resource[:, 0] < 0] = np.inf
        from_s = np.where(shut, np.inf, first[graph.tail])
        edges = graph.network.street_edges
        tail, head = (
            np.where(edges[:, side] >= 0, from_s[edges[:, side]], np.inf) for side in (0, 1)
        )
        onward, back = (weight[edges[:, side]] for side in (0, 1))
        # From both sides the drives meet where tail + onward x = head + back (1 - x).
        with np.errstate(invalid="ignore"):
            meet = np.clip((head + back - tail) / (onward + back), 0.0, 1.0)
            both = np.minimum(tail + onward * meet, head + back * (1 - meet))
        worst = np.where(np.isinf(head), tail + onward, np.where(np.isinf(tail), head + back, both))
        return worst / 1000.0


def find_claims(network: RoadNetwork, covers: Sequence[Cover], limit_s: float) -> Claims:
    """Find which resource is the first at every place of every street.

    Parameters
    ----------
    covers
        Of one network, each with its vehicle.
    limit_s
        Turnout plus travel, seconds: places reached later belong to nobody.

    Returns
    -------
    Claims
        As driven along the streets; of equal times the lower number.

    Raises
    ------
    QueryError
        ``routing.bad_limit``.
    """
    limit_ms_of(limit_s)
    found, before = [], 0
    for cover in covers:
        parts = cover.reached(limit_s)
        found.append(parts._replace(resource=(parts.resource + before).astype(np.int32)))
        before += len(cover.resources)
    if not found:
        nothing = np.empty(0)
        none = np.empty(0, dtype=np.int32)
        found = [ReachedParts(none, nothing, nothing, nothing, nothing, none)]
    columns: list[Any] = [np.concatenate(column) for column in zip(*found, strict=True)]
    offset, parts = _by_street(network, ReachedParts(*columns))
    street, start, end, part = claimed(
        offset, parts.start, parts.end, parts.at_ms, parts.slope_ms, parts.resource
    )
    return Claims(
        parts=Stretches(street, start, end),
        resource=parts.resource[part],
        at_ms=parts.at_ms[part],
        slope_ms=parts.slope_ms[part],
    )


def _by_street(network: RoadNetwork, parts: ReachedParts) -> tuple[Int64, ReachedParts]:
    """Order parts by street; those of street ``s`` are rows ``offset[s]:offset[s+1]``."""
    order = np.argsort(parts.street, kind="stable")
    columns: list[Any] = [column[order] for column in parts]
    ordered = ReachedParts(*columns)
    offset = np.searchsorted(ordered.street, np.arange(network.street_count + 1))
    return offset.astype(np.int64), ordered


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
    check_due(k, most=_MOST_DUE)
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
