"""Resources that may be sent to an incident, and how they hang on the network."""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from routing.closures import Closures
from routing.errors import QueryError
from routing.hierarchy.prepared import Prepared
from routing.kernels import Hangs
from routing.network import Float64, Int32, Int64
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.searchgraph import SearchGraph, split_ms


@dataclass(frozen=True)
class Resource:
    """Something that can be sent: a team with its vehicle.

    Attributes
    ----------
    id
        Unique among the resources of a question; equal times are ordered by it.
    position
        Where it stands.
    turnout_s
        Seconds from the order until it drives, 0 or more.
    """

    id: str
    position: Position
    turnout_s: float = 0.0


class ResourceSet:
    """Resources packed for searching; worth keeping while they stay where they are.

    Parameters
    ----------
    resources
        In any order.

    Attributes
    ----------
    resources : tuple of Resource
        In the order of their identifiers; row ``i`` of every array is resource ``i``.
    street : (F,) int32
    fraction : (F,) float64
    turnout_ms : (F,) int64
    names, turnouts_ms : list
        Identifiers, and `turnout_ms` as plain numbers.

    Raises
    ------
    QueryError
        Two resources with one identifier (``routing.duplicate_resource``), or a turnout that
        is negative or not finite (``routing.bad_turnout``).
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(sorted(resources, key=lambda resource: resource.id))
        for one, next_one in zip(self.resources, self.resources[1:], strict=False):
            if one.id == next_one.id:
                raise QueryError(
                    "routing.duplicate_resource",
                    f"Two resources have the identifier {one.id!r}.",
                    id=one.id,
                )
        for one in self.resources:
            if not (math.isfinite(one.turnout_s) and one.turnout_s >= 0):
                raise QueryError(
                    "routing.bad_turnout",
                    f"The turnout time of {one.id!r} is {one.turnout_s} s; it must be 0 or more.",
                    id=one.id,
                    turnout_s=one.turnout_s,
                )
        self.street = np.array([one.position.street for one in self.resources], dtype=np.int32)
        self.fraction = np.array([one.position.fraction for one in self.resources], dtype=float)
        turnout_s = np.array([one.turnout_s for one in self.resources], dtype=float)
        self.turnout_ms = np.rint(turnout_s * 1000.0).astype(np.int64)
        self.names = [one.id for one in self.resources]
        self.turnouts_ms: list[int] = self.turnout_ms.tolist()
        self._departures = _PerGraph()
        #: What answers the next question of a vehicle without a search, by profile.
        self.prepared: dict[str, Prepared] = {}

    def __len__(self) -> int:
        return len(self.resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def departures(self, graph: SearchGraph, profile: str) -> Departures:
        """Return the ways off every resource's place, computed once per graph and profile."""
        return self._departures.get(graph, profile, self)


@dataclass(frozen=True)
class Departures:
    """Ways off the resources' places to the next junction.

    Attributes
    ----------
    resource : (H,) int32
        Row of the resource.
    node : (H,) int32
        The junction ahead.
    ms : (H,) int64
        Drive to it.
    edge : (H,) int32
        The edge driven, -1 where the resource stands on the junction.
    along : (H,) float64
        Where on that edge it stands, 0 at the tail.
    """

    resource: Int32
    node: Int32
    ms: Int64
    edge: Int32
    along: Float64

    def free(self, graph: SearchGraph, closures: Closures | None) -> Departures:
        """Leave out the ways that a closure bars."""
        mask = graph.mask(closures)
        if closures is None or not len(mask):
            return self
        keep = (self.edge < 0) | ~mask[self.edge]
        for i in np.flatnonzero(~keep).tolist():
            ahead = closures.on_edge(int(self.edge[i]))
            keep[i] = all(end < self.along[i] for _, end in ahead)
        return Departures(
            resource=self.resource[keep],
            node=self.node[keep],
            ms=self.ms[keep],
            edge=self.edge[keep],
            along=self.along[keep],
        )

    def hangs(self, offset_ms: Int64) -> Hangs:
        """Pack for a search, with `offset_ms` (per resource) added."""
        return Hangs(self.node, self.ms + offset_ms[self.resource], self.resource)


def departures_of(graph: SearchGraph, profile: str, resources: ResourceSet) -> Departures:
    """Find every way off each resource's place that its vehicle may drive.

    Parameters
    ----------
    graph
        The network to search.
    profile
        Name of the vehicle's profile.
    resources
        Where they stand.

    Returns
    -------
    Departures
        By resource; none for one whose street its vehicle may not use.

    Raises
    ------
    QueryError
        A position that is not on this network (``routing.bad_position``).
    """
    network, weights = graph.network, graph.weights(profile)
    check_positions(graph, resources.street, resources.fraction)
    rows = np.arange(len(resources), dtype=np.int32)
    edges = network.street_edges[resources.street]
    at_junction = (resources.fraction == 0.0) | (resources.fraction == 1.0)
    parts = []
    for against in (0, 1):
        edge = edges[:, against]
        along = 1.0 - resources.fraction if against else resources.fraction
        usable = (edge >= 0) & ~at_junction
        usable[usable] = weights[edge[usable]] != BLOCKED
        which, edge, along = rows[usable], edge[usable], along[usable]
        weight = weights[edge].astype(np.int64)
        parts.append((which, graph.head[edge], weight - split_ms(weight, along), edge, along))
    which = rows[at_junction]
    node = junctions(graph, resources.street[at_junction], resources.fraction[at_junction])
    none = np.full(len(which), -1, dtype=np.int32)
    zero = np.zeros(len(which), dtype=np.int64)
    parts.append((which, node, zero, none, zero.astype(float)))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Departures(*(column[order] for column in columns))


def junctions(graph: SearchGraph, street: Int32, fraction: Float64) -> Int32:
    """Return the nodes that positions at fraction 0 or 1 are.

    Parameters
    ----------
    graph
        The network.
    street : (n,) int32
    fraction : (n,) float64
        Each 0 or 1.

    Returns
    -------
    (n,) int32
    """
    edges = graph.network.street_edges[street]
    is_along = edges[:, 0] >= 0
    edge = np.where(is_along, edges[:, 0], edges[:, 1])
    return np.where((fraction == 0.0) == is_along, graph.tail[edge], graph.head[edge])


def junction(graph: SearchGraph, position: Position) -> int:
    """Return the node a position at fraction 0 or 1 is."""
    street, fraction = np.array([position.street]), np.array([position.fraction])
    return int(junctions(graph, street.astype(np.int32), fraction)[0])


def check_positions(graph: SearchGraph, street: Int32, fraction: Float64) -> None:
    """Refuse positions that are not on the network.

    Raises
    ------
    QueryError
        ``routing.bad_position``.
    """
    streets = graph.network.street_count
    wrong = (street < 0) | (street >= streets) | ~((fraction >= 0.0) & (fraction <= 1.0))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise QueryError(
            "routing.bad_position",
            f"Street {street[first]} at fraction {fraction[first]} is not on this network of "
            f"{streets} streets.",
            street=int(street[first]),
            fraction=float(fraction[first]),
            streets=streets,
        )


class _PerGraph:
    """Departures by graph and profile, forgotten with the graph; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: weakref.WeakKeyDictionary[SearchGraph, dict[str, Departures]] = (
            weakref.WeakKeyDictionary()
        )

    def get(self, graph: SearchGraph, profile: str, resources: ResourceSet) -> Departures:
        with self._lock:
            by_profile = self._known.setdefault(graph, {})
            if profile not in by_profile:
                by_profile[profile] = departures_of(graph, profile, resources)
            return by_profile[profile]
