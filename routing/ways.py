"""Ways through the network, edge by edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing.arrivals import Arrival, as_goals, direct_ms
from routing.closures import Closures
from routing.hierarchy.paths import quickest_path
from routing.kernels import Goals
from routing.nearest import same_place
from routing.network import Int32, Int64
from routing.positions import Position
from routing.resources import Departures, Resource, ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph, Tree


class Leg(NamedTuple):
    """A part of one edge that is driven: fractions along it, and its milliseconds."""

    edge: int
    start: float
    end: float
    ms: int


class Way(NamedTuple):
    """The legs of a drive in order, and where it ends (None: it stood there already)."""

    legs: tuple[Leg, ...]
    arrival: Arrival | None


def quickest_way(
    graph: SearchGraph,
    origin: Position,
    destination: Position,
    ways: Sequence[Arrival],
    *,
    profile: str,
    closures: Closures | None,
) -> Way | None:
    """Drive from a place to the best of several arrivals at another.

    Parameters
    ----------
    graph
        The network to search.
    origin, destination
        The two places.
    ways
        Arrivals at the destination, or stops short of it.
    profile
        Name of the vehicle's profile.
    closures
        Closed roads, or None.

    Returns
    -------
    Way or None
        None where there is none.
    """
    if same_place(origin, destination):
        return Way((), None)
    departures = ResourceSet([Resource("", origin)]).departures(graph, profile)
    departures = departures.free(graph, closures)
    direct = direct_way(graph, origin, ways, profile=profile, closures=closures)
    direct_total = LONGEST_MS if direct is None else _weighed_ms(direct)
    if graph.engine is not None:
        settled = graph.engine.settled(profile, closures, graph.engine.search_ns / 2)
        if settled is not None:
            path = quickest_path(
                graph.engine.hierarchy.shape,
                settled.costs,
                settled.edge_ms,
                Goals(departures.node, departures.ms),
                as_goals(ways),
                direct_total,
            )
            through = _way_of_path(graph, *path, departures, ways, profile=profile)
            return _quicker(direct, through, ways)
    tree = graph.tree(
        graph.arcs(profile, against_traffic=True),
        graph.mask(closures),
        as_goals(ways),
        targets=Goals(departures.node, departures.ms),
        limit_ms=direct_total,
    )
    through = way_in_tree(graph, tree, departures, ways, profile=profile)
    return _quicker(direct, through, ways)


def _quicker(direct: Way | None, through: Way | None, ways: Sequence[Arrival]) -> Way | None:
    """The quicker of two; of equal ones that to the earlier of the arrivals."""
    found = [way for way in (direct, through) if way is not None and way.arrival is not None]
    order = {id(arrival): i for i, arrival in enumerate(ways)}
    return min(found, key=lambda way: (_weighed_ms(way), order[id(way.arrival)]), default=None)


def _way_of_path(
    graph: SearchGraph,
    ends: Int64,
    edges: Int32,
    departures: Departures,
    ways: Sequence[Arrival],
    *,
    profile: str,
) -> Way | None:
    """Make a way of what :func:`routing.hierarchy.paths.quickest_path` found."""
    _, start, goal = ends.tolist()
    if start < 0:
        return None
    weights = graph.weights(profile)
    legs = [_leg_off(departures, start)] if departures.edge[start] >= 0 else []
    legs += [Leg(edge, 0.0, 1.0, int(weights[edge])) for edge in edges.tolist()]
    arrival = ways[goal]
    if arrival.edge >= 0:
        legs.append(Leg(arrival.edge, 0.0, arrival.along, arrival.drive_ms))
    return Way(tuple(legs), arrival)


def _leg_off(departures: Departures, row: int) -> Leg:
    edge, along = int(departures.edge[row]), float(departures.along[row])
    return Leg(edge, along, 1.0, int(departures.ms[row]))


def direct_way(
    graph: SearchGraph,
    origin: Position,
    ways: Sequence[Arrival],
    *,
    profile: str,
    closures: Closures | None,
) -> Way | None:
    """Find the quickest drive that passes no junction; parameters as :func:`quickest_way`."""
    found: Way | None = None
    for arrival in ways:
        drive_ms = direct_ms(graph, profile, origin, arrival, closures)
        if drive_ms is None:
            continue
        against = bool(graph.network.edge_reversed[arrival.edge])
        along = 1.0 - origin.fraction if against else origin.fraction
        way = Way((Leg(arrival.edge, along, arrival.along, drive_ms),), arrival)
        if found is None or _weighed_ms(way) < _weighed_ms(found):
            found = way
    return found


def way_in_tree(
    graph: SearchGraph,
    tree: Tree,
    departures: Departures,
    ways: Sequence[Arrival],
    *,
    profile: str,
    resource: int = 0,
) -> Way | None:
    """Read the quickest drive of one resource off a tree grown from `ways`.

    Parameters
    ----------
    graph
        The network searched.
    tree
        The result of the search.
    departures
        Ways off the resources' places.
    ways
        The arrivals the tree was grown from, in that order.
    profile
        Name of the vehicle's profile.
    resource
        Row of the resource in `departures`.

    Returns
    -------
    Way or None
        None where the tree does not reach it.
    """
    best: tuple[int, int, int] | None = None
    first = int(np.searchsorted(departures.resource, resource))
    for i in range(first, len(departures.resource)):
        if departures.resource[i] != resource:
            break
        row = tree.row(int(departures.node[i]))
        if row >= 0:
            candidate = (int(tree.ms[row] + departures.ms[i]), int(tree.root[row]), i)
            best = candidate if best is None else min(best, candidate)
    if best is None:
        return None
    _, _, i = best
    weights = graph.weights(profile)
    legs = [_leg_off(departures, i)] if departures.edge[i] >= 0 else []
    row = tree.row(int(departures.node[i]))
    while tree.via[row] >= 0:
        edge = int(tree.via[row])
        legs.append(Leg(edge, 0.0, 1.0, int(weights[edge])))
        row = tree.row(int(graph.head[edge]))
    arrival = ways[int(tree.root[row])]
    if arrival.edge >= 0:
        legs.append(Leg(arrival.edge, 0.0, arrival.along, arrival.drive_ms))
    return Way(tuple(legs), arrival)


def _weighed_ms(way: Way) -> int:
    """Drive plus the metres left on foot."""
    on_foot_ms = 0 if way.arrival is None else way.arrival.on_foot_ms
    return sum(leg.ms for leg in way.legs) + on_foot_ms
