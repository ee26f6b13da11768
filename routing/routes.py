"""The road a vehicle takes: drawing, length, time and steps."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely

from routing.arrivals import arrivals, length_m, stops
from routing.closures import Closures
from routing.errors import NoRouteError
from routing.geometry import cut_street, point_at
from routing.network import Float64, RoadNetwork
from routing.positions import Position
from routing.searchgraph import SearchGraph
from routing.ways import Leg, Way, quickest_way


@dataclass(frozen=True)
class Step:
    """A stretch of a route along one road.

    Attributes
    ----------
    name
        The road's name, empty where it has none.
    highway
        Its class; of a named road of several classes that of the longest part.
    length_m, travel_s
        Metres and seconds.
    """

    name: str
    highway: str
    length_m: float
    travel_s: float


@dataclass(frozen=True)
class Route:
    """A drive from one place to another.

    Attributes
    ----------
    geometry
        LineString lon/lat in the direction of travel, cut at the two places.
    length_m
        Metres by the network's street lengths.
    travel_s
        Seconds of driving: the sum of the steps', and what ``nearest`` gives.
    steps
        Consecutive stretches along one road.
    stops_short_m
        Metres of closed road left at the end of the drive.
    edges
        The edges driven, in order; the first and the last may be driven in part.
    """

    geometry: shapely.LineString
    length_m: float
    travel_s: float
    steps: tuple[Step, ...]
    stops_short_m: float
    edges: tuple[int, ...]


def find_route(
    graph: SearchGraph,
    origin: Position,
    destination: Position,
    *,
    profile: str,
    closures: Closures | None,
    on_foot_kph: float,
) -> Route:
    """Find the quickest drive.

    Parameters
    ----------
    graph
        The network to search.
    origin, destination
        From where to where.
    profile
        Name of the vehicle's profile.
    closures
        Closed roads, or None.
    on_foot_kph
        Walking pace by which the metres left in a closure are weighed.

    Returns
    -------
    Route

    Raises
    ------
    NoRouteError
        The destination cannot be reached (``routing.no_route``).
    """
    ways = arrivals(graph, profile, destination, closures)
    way = quickest_way(graph, origin, destination, ways, profile=profile, closures=closures)
    if way is None:
        ways = stops(graph, profile, destination, closures, on_foot_kph=on_foot_kph)
        way = quickest_way(graph, origin, destination, ways, profile=profile, closures=closures)
    if way is None:
        raise NoRouteError(
            "routing.no_route",
            f"A vehicle of profile {profile!r} cannot drive from {origin.x:.5f}, {origin.y:.5f} "
            f"to {destination.x:.5f}, {destination.y:.5f}.",
            profile=profile,
            from_x=origin.x,
            from_y=origin.y,
            to_x=destination.x,
            to_y=destination.y,
        )
    return _describe(graph, origin, destination, way)


def _describe(graph: SearchGraph, origin: Position, destination: Position, way: Way) -> Route:
    stops_short_m = 0.0 if way.arrival is None else way.arrival.stops_short_m
    # The two ends are the places themselves, not their fractions turned back into degrees.
    end = (destination.x, destination.y)
    if stops_short_m > 0 and way.legs:
        end = _place(graph.network, way.legs[-1])
    elif stops_short_m > 0:
        end = (origin.x, origin.y)
    line: list[Float64] = [np.array([[origin.x, origin.y]])]
    line.extend(_drawing(graph.network, leg)[1:] for leg in way.legs)
    if way.legs:
        line[-1] = line[-1][:-1]
    points = np.vstack([*line, np.array([end])])
    moved = np.any(np.diff(points, axis=0) != 0.0, axis=1)
    # A line has two points, even where the vehicle need not move.
    points = points[np.concatenate(([True], moved))] if moved.any() else points[[0, -1]]
    lengths = [(leg.end - leg.start) * length_m(graph, leg.edge) for leg in way.legs]
    return Route(
        geometry=shapely.LineString(points),
        length_m=float(sum(lengths)),
        travel_s=sum(leg.ms for leg in way.legs) / 1000.0,
        steps=_steps(graph.network, way.legs, lengths),
        stops_short_m=stops_short_m,
        edges=tuple(leg.edge for leg in way.legs),
    )


def _drawing(network: RoadNetwork, leg: Leg) -> Float64:
    street = int(network.edge_street[leg.edge])
    if network.edge_reversed[leg.edge]:
        return cut_street(network, street, 1.0 - leg.start, 1.0 - leg.end)
    return cut_street(network, street, leg.start, leg.end)


def _place(network: RoadNetwork, leg: Leg) -> tuple[float, float]:
    fraction = 1.0 - leg.end if network.edge_reversed[leg.edge] else leg.end
    return point_at(network, int(network.edge_street[leg.edge]), fraction)


def _steps(network: RoadNetwork, legs: tuple[Leg, ...], lengths: list[float]) -> tuple[Step, ...]:
    """Merge legs of one name; of unnamed roads those of one class."""

    def road(at: tuple[Leg, float]) -> tuple[str, str]:
        street = network.edge_street[at[0].edge]
        name = network.names[network.street_name[street]]
        return name, "" if name else _highway(network, at[0].edge)

    steps = []
    for (name, _), run in itertools.groupby(zip(legs, lengths, strict=True), key=road):
        metres: defaultdict[str, float] = defaultdict(float)
        time_ms = 0
        for leg, length in run:
            metres[_highway(network, leg.edge)] += length
            time_ms += leg.ms
        highway = max(metres, key=lambda one: metres[one])
        steps.append(Step(name, highway, float(sum(metres.values())), time_ms / 1000.0))
    return tuple(steps)


def _highway(network: RoadNetwork, edge: int) -> str:
    return network.highway_classes[int(network.street_highway[network.edge_street[edge]])]
