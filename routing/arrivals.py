"""How an incident's place is reached from the network, and where a closure stops the drive."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from routing.closures import Closures, Stretches
from routing.kernels import Goals
from routing.network import Bool, Int32, Int64
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.resources import check_positions, junction, junctions
from routing.searchgraph import LONGEST_MS, SearchGraph, make_goals, part_ms, split_ms


@dataclass(frozen=True)
class Arrival:
    """One way onto the place to be reached.

    Attributes
    ----------
    node
        The last junction before it.
    drive_ms
        From there to the end of the drive.
    edge
        The edge driven last; -1 where the drive ends on the junction.
    along
        Where on that edge the drive ends, 0 at its tail.
    stops_short_m
        Metres of closed road left between the end of the drive and the place.
    on_foot_ms
        Those metres at walking pace.
    from_node
        False where a closed stretch lies between the junction and the end of the drive, so
        that only those beyond it can use this way.
    """

    node: int
    drive_ms: int
    edge: int
    along: float
    stops_short_m: float = 0.0
    on_foot_ms: int = 0
    from_node: bool = True


def arrivals(
    graph: SearchGraph, profile: str, position: Position, closures: Closures | None
) -> list[Arrival]:
    """Find the ways onto a place along which a vehicle gets all the way there.

    Parameters
    ----------
    graph, profile
        The network to search and the name of the vehicle's profile.
    position
        The place.
    closures
        Closed roads, or None.

    Returns
    -------
    list of Arrival
        At most one per permitted direction; empty where every one is closed at the place.

    Raises
    ------
    QueryError
        The position is not on this network (``routing.bad_position``).
    """
    check_position(graph, position)
    if position.fraction in {0.0, 1.0}:
        node = junction(graph, position)
        return [Arrival(node=node, drive_ms=0, edge=-1, along=0.0)]
    found = []
    for edge, along in usable_edges(graph, profile, position):
        closed = _closed(closures, edge)
        if not is_closed(closures, edge, along):
            from_node = all(low > along for low, _ in closed)
            found.append(_at(graph, profile, edge, along, from_node=from_node))
    return found


class Ways(NamedTuple):
    """How some places are reached from the network, (n,) each, place after place.

    Attributes
    ----------
    place : (n,) int64
        Number of the place.
    node : (n,) int32
        The last junction before it.
    ms : (n,) int64
        From there to the place; more than any drive takes where a closed stretch lies between.
    """

    place: Int64
    node: Int32
    ms: Int64


def ways_onto(
    graph: SearchGraph, profile: str, places: Sequence[Position], closures: Closures | None
) -> Ways:
    """Find the ways onto many places: of each those that :func:`arrivals` finds.

    Raises
    ------
    QueryError
        As :func:`arrivals`.
    """
    street = np.array([place.street for place in places], dtype=np.int32)
    fraction = np.array([place.fraction for place in places], dtype=np.float64)
    check_positions(graph, street, fraction)
    edges, weight = graph.network.street_edges[street], graph.weights(profile)
    is_touched = touched(graph, street, closures)
    at_junction = ((fraction == 0.0) | (fraction == 1.0)) & ~is_touched
    node = junctions(graph, street[at_junction], fraction[at_junction])
    parts = [(np.flatnonzero(at_junction), node, np.zeros(len(node), dtype=np.int64))]
    for side, along in ((0, fraction), (1, 1.0 - fraction)):
        usable = (edges[:, side] >= 0) & ~at_junction & ~is_touched
        usable[usable] = weight[edges[usable, side]] != BLOCKED
        edge = edges[usable, side]
        ms = split_ms(weight[edge].astype(np.int64), along[usable])
        parts.append((np.flatnonzero(usable), graph.tail[edge], ms))
    for number in np.flatnonzero(is_touched).tolist():
        goals = as_goals(arrivals(graph, profile, places[number], closures))
        parts.append((np.full(len(goals.node), number), goals.node, goals.ms))
    place, node, ms = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(place, kind="stable")
    return Ways(place[order], node[order].astype(np.int32), ms[order])


def touched(graph: SearchGraph, street: Int32, closures: Closures | None) -> Bool:
    """Tell which of some streets a closure touches, in either direction."""
    mask = graph.mask(closures)
    if not len(mask):
        return np.zeros(len(street), dtype=np.bool_)
    edges = graph.network.street_edges[street]
    return np.asarray((mask[edges] & (edges >= 0)).any(axis=1))


def stops(
    graph: SearchGraph,
    profile: str,
    position: Position,
    closures: Closures | None,
    *,
    on_foot_kph: float,
) -> list[Arrival]:
    """Find where the drive ends when the place itself lies on a closed stretch.

    From the place backwards along the closed road, across every junction that is closed too,
    to where the road is open.

    Parameters
    ----------
    graph, profile, position, closures
        As in :func:`arrivals`.
    on_foot_kph
        Walking pace by which the metres left are weighed against a longer drive.

    Returns
    -------
    list of Arrival
        Nearest first; empty unless every permitted way onto the place is closed there.
    """
    if closures is None or not len(closures):
        return []
    ms_per_m = 3600.0 / on_foot_kph
    found: list[Arrival] = []
    waiting: list[tuple[float, int]] = []
    own_junction = junction(graph, position) if position.fraction in {0.0, 1.0} else -1
    if own_junction >= 0:
        fringe = _edges_into(graph, profile, own_junction, 0.0)
    else:
        fringe = [(edge, along, 0.0) for edge, along in usable_edges(graph, profile, position)]
    if not all(is_closed(closures, edge, along) for edge, along, _ in fringe):
        return []
    seen = {own_junction}
    while fringe or waiting:
        for edge, along, beyond_m in fringe:
            closed = closures.on_edge(edge)
            start = next((low for low, high in closed if low <= along <= high), None)
            if start is None:
                continue
            left_m = beyond_m + (along - start) * length_m(graph, edge)
            if start == 0.0:
                heapq.heappush(waiting, (left_m, int(graph.tail[edge])))
            else:
                stop = _at(graph, profile, edge, start, from_node=start == closed[0][0])
                on_foot_ms = round(left_m * ms_per_m)
                found.append(replace(stop, stops_short_m=left_m, on_foot_ms=on_foot_ms))
        fringe = []
        if not waiting:
            break
        left_m, node = heapq.heappop(waiting)
        if node in seen:
            continue
        seen.add(node)
        found.append(Arrival(node, 0, -1, 0.0, left_m, round(left_m * ms_per_m)))
        fringe = _edges_into(graph, profile, node, left_m)
    return sorted(found, key=lambda stop: (stop.stops_short_m, stop.edge, stop.node))


def direct_ms(
    graph: SearchGraph,
    profile: str,
    start: Position,
    arrival: Arrival,
    closures: Closures | None,
) -> int | None:
    """Drive from a place to an arrival on the same street without passing a junction.

    Parameters
    ----------
    graph, profile, closures
        As in :func:`arrivals`.
    start
        Where the drive begins.
    arrival
        Where it ends.

    Returns
    -------
    int or None
        Milliseconds; None where it ends elsewhere, or the direction or a closure forbids it.
    """
    network, edge = graph.network, arrival.edge
    if edge < 0 or network.edge_street[edge] != start.street:
        return None
    along = 1.0 - start.fraction if network.edge_reversed[edge] else start.fraction
    if along > arrival.along:
        return None
    # A stop lies on the near end of a closed stretch, so touching the end does not bar it.
    if any(low < arrival.along and high >= along for low, high in _closed(closures, edge)):
        return None
    return arrival.drive_ms - part_ms(int(graph.weights(profile)[edge]), along)


def usable_edges(graph: SearchGraph, profile: str, position: Position) -> list[tuple[int, float]]:
    """List the edges of a position's street the vehicle may drive, with its place on each."""
    weights = graph.weights(profile)
    forward, backward = graph.network.street_edges[position.street].tolist()
    sides = ((forward, position.fraction), (backward, 1.0 - position.fraction))
    return [(edge, along) for edge, along in sides if edge >= 0 and weights[edge] != BLOCKED]


def is_closed(closures: Closures | None, edge: int, along: float) -> bool:
    """Tell whether a place on an edge lies on one of its closed stretches."""
    return any(low <= along <= high for low, high in _closed(closures, edge))


def length_m(graph: SearchGraph, edge: int) -> float:
    """Return the metres of an edge's street."""
    return float(graph.network.street_length[graph.network.edge_street[edge]])


def as_goals(ways: Sequence[Arrival], *, on_foot: bool = True) -> Goals:
    """Pack for a search; the metres left on foot weigh in unless told otherwise."""
    return make_goals(
        (way.node, way.drive_ms + on_foot * way.on_foot_ms if way.from_node else LONGEST_MS + 1)
        for way in ways
    )


def _at(graph: SearchGraph, profile: str, edge: int, along: float, *, from_node: bool) -> Arrival:
    return Arrival(
        node=int(graph.tail[edge]),
        drive_ms=part_ms(int(graph.weights(profile)[edge]), along),
        edge=edge,
        along=along,
        from_node=from_node,
    )


def _edges_into(
    graph: SearchGraph, profile: str, node: int, beyond_m: float
) -> list[tuple[int, float, float]]:
    weights = graph.weights(profile)
    return [(e, 1.0, beyond_m) for e in graph.in_edges(node).tolist() if weights[e] != BLOCKED]


def _closed(closures: Closures | None, edge: int) -> Stretches:
    return () if closures is None else closures.on_edge(edge)


def check_position(graph: SearchGraph, position: Position) -> None:
    """Refuse a position that is not on the network.

    Raises
    ------
    QueryError
        ``routing.bad_position``.
    """
    if 0 <= position.street < graph.network.street_count and 0.0 <= position.fraction <= 1.0:
        return
    street, fraction = np.array([position.street]), np.array([position.fraction])
    check_positions(graph, street.astype(np.int32), fraction)
