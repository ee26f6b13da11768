"""What lies within given driving times of a place, as areas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from routing.arrivals import arrivals, as_goals, is_closed, stops
from routing.closures import Closures
from routing.contours import DistanceField
from routing.errors import QueryError
from routing.geometry import LocalPlane, area_m2, expand_ranges
from routing.kernels import Goals
from routing.network import Float64
from routing.positions import Position
from routing.profiles import BLOCKED
from routing.resources import Resource, ResourceSet
from routing.searchgraph import SearchGraph, Tree
from routing.stretches import Stretches, drawn

Direction = Literal["to", "from"]

#: The area is what lies within this distance of a street part driven in time ...
BUFFER_M = 250.0
#: ... found on a grid of this width, widened with the buffer where the area is vast.
CELL_M = 50.0
#: A day: no crew drives longer to one incident. A default of ours.
LONGEST_MIN = 1440.0
_MOST_CELLS = 2_000_000
_LEAST_BUFFER_CELLS = 2.0
_SIMPLIFY_PER_CELL = 0.04
# Each longer time adds this much to the buffer, so that simplified outlines cannot cross: the
# slope of the traced distance is at most sqrt(2), and each of two outlines is off by at most
# the simplification.
_STEP_PER_CELL = 3 * _SIMPLIFY_PER_CELL
_LEAST_HOLE_CELLS = 100


@dataclass(frozen=True)
class Isochrone:
    """The area within a driving time.

    Attributes
    ----------
    minutes
        The driving time.
    geometry
        Polygon or MultiPolygon, lon/lat; empty where the place cannot be driven to or from.
        Everything within `buffer_m` of a street part driven in time, to a few metres; enclosed
        blanks below a quarter of a square kilometre are filled.
    area_km2
        On the WGS 84 ellipsoid.
    buffer_m
        The distance from the streets.
    """

    minutes: float
    geometry: shapely.Polygon | shapely.MultiPolygon
    area_km2: float
    buffer_m: float


def find_isochrones(
    graph: SearchGraph,
    position: Position,
    minutes: Sequence[float],
    *,
    profile: str,
    closures: Closures | None,
    direction: Direction,
    on_foot_kph: float,
) -> list[Isochrone]:
    """Find the areas within driving times of a place.

    Parameters
    ----------
    graph
        The network to search.
    position
        The place. Where it lies on a closed stretch, ``"to"`` counts the drive to the edge of
        the closure.
    minutes
        Driving times, each greater than 0 and at most `LONGEST_MIN`, in any order.
    profile
        Name of the vehicle's profile.
    closures
        Closed roads, or None.
    direction
        ``"to"`` the place or ``"from"`` it.
    on_foot_kph
        Walking pace, as for stops.

    Returns
    -------
    list of Isochrone
        One per different time, rising, each inside the next.

    Raises
    ------
    QueryError
        ``routing.bad_minutes``, ``routing.bad_direction``.
    """
    times = checked_minutes(minutes)
    if direction not in {"to", "from"}:
        raise QueryError(
            "routing.bad_direction",
            f"The direction of an isochrone is 'to' or 'from', not {direction!r}.",
            direction=direction,
        )
    reach = _Reach.grow(
        graph,
        position,
        profile=profile,
        closures=closures,
        towards=direction == "to",
        limit_ms=_ms(times[-1]),
        on_foot_kph=on_foot_kph,
    )
    plane = LocalPlane.at(position.x, position.y)
    layers, last_ms = [], 0
    for time in times:
        newly = drawn(graph.network, reach.new_streets(last_ms, _ms(time)), plane.forward).lines
        own = drawn(graph.network, reach.own_streets(_ms(time)), plane.forward).lines
        layers.append(np.vstack((reach.place, newly, own)))
        last_ms = _ms(time)
    return _trace(times, layers, plane)


def _trace(times: list[float], layers: list[Float64], plane: LocalPlane) -> list[Isochrone]:
    every = np.vstack(layers).reshape(-1, 2)
    if not len(every):
        empty = shapely.MultiPolygon()
        return [Isochrone(time, empty, 0.0, BUFFER_M) for time in times]
    low, high = every.min(axis=0), every.max(axis=0)
    spread = high - low + 2 * BUFFER_M
    cell_m = max(CELL_M, math.sqrt(float(spread[0] * spread[1]) / _MOST_CELLS))
    buffer_m = max(BUFFER_M, _LEAST_BUFFER_CELLS * cell_m)
    step_m = _STEP_PER_CELL * cell_m
    field = DistanceField.around(
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        cell_m=cell_m,
        reach_m=buffer_m + step_m * len(times) + 1.5 * cell_m,
    )
    found = []
    for i, (time, segments) in enumerate(zip(times, layers, strict=True)):
        field.paint(segments)
        area = field.area_within(
            buffer_m + step_m * i,
            simplify_m=_SIMPLIFY_PER_CELL * cell_m,
            least_hole_m2=_LEAST_HOLE_CELLS * cell_m**2,
        )
        geometry = shapely.transform(area, plane.inverse)
        single = geometry.geoms[0] if len(geometry.geoms) == 1 else geometry
        found.append(Isochrone(time, single, area_m2(geometry) / 1e6, buffer_m + step_m * i))
    return found


@dataclass(frozen=True)
class _Reach:
    """The streets driven within a time to or from one place.

    Attributes
    ----------
    place : (0 or 1, 4)
        The place itself as a segment of no length; absent where it cannot be used.
    near_place
        Edges driven without passing a junction, with the place's fraction along each.
    """

    graph: SearchGraph
    profile: str
    closures: Closures | None
    towards: bool
    tree: Tree
    place: Float64
    near_place: list[tuple[int, float]]

    @classmethod
    def grow(
        cls,
        graph: SearchGraph,
        position: Position,
        *,
        profile: str,
        closures: Closures | None,
        towards: bool,
        limit_ms: int,
        on_foot_kph: float,
    ) -> _Reach:
        """Search the network up to the limit."""
        if towards:
            ways = stops(graph, profile, position, closures, on_foot_kph=on_foot_kph)
            ways = ways or arrivals(graph, profile, position, closures)
            goals = as_goals(ways, on_foot=False)
            near = [(way.edge, way.along) for way in ways if way.edge >= 0]
            usable = bool(ways)
        else:
            departures = ResourceSet([Resource("", position)]).departures(graph, profile)
            # A way barred farther on is still driven up to the closure.
            on_edges = zip(departures.edge.tolist(), departures.along.tolist(), strict=True)
            near = [
                (edge, along)
                for edge, along in on_edges
                if edge >= 0 and not is_closed(closures, edge, along)
            ]
            departures = departures.free(graph, closures)
            goals = Goals(departures.node, departures.ms)
            usable = len(near) > 0 or len(departures.node) > 0
        tree = graph.tree(
            graph.arcs(profile, against_traffic=towards),
            graph.mask(closures),
            goals,
            limit_ms=limit_ms,
        )
        place = np.zeros((int(usable), 4))
        return cls(graph, profile, closures, towards, tree, place, near)

    def new_streets(self, from_ms: int, to_ms: int) -> Stretches:
        """Parts of open streets driven within the one time but not within the other."""
        graph, tree = self.graph, self.tree
        arcs = graph.arcs(self.profile, against_traffic=self.towards)
        rows = np.flatnonzero(tree.ms <= to_ms)
        first = arcs.offset[tree.nodes[rows]]
        owner, arc = expand_ranges(first, arcs.offset[tree.nodes[rows] + 1] - first)
        edge, weight = arcs.edge[arc], arcs.weight[arc].astype(np.float64)
        usable = weight != BLOCKED
        mask = graph.mask(self.closures)
        if len(mask):
            usable &= ~mask[edge]
        edge, weight, ms = edge[usable], weight[usable], tree.ms[rows][owner[usable]]
        near = np.clip((from_ms - ms) / weight, 0.0, 1.0)
        far = np.clip((to_ms - ms) / weight, 0.0, 1.0)
        new = far > near
        edge, near, far = edge[new], near[new], far[new]
        # A part is counted from the node reached: the edge's head when driving towards the
        # place, its tail when driving away from it.
        from_drawn_end = graph.network.edge_reversed[edge] ^ self.towards
        start = np.where(from_drawn_end, 1.0 - far, near)
        end = np.where(from_drawn_end, 1.0 - near, far)
        street = graph.network.edge_street[edge].astype(np.int64)
        whole = (start == 0.0) & (end == 1.0)
        once = np.unique(street[whole])
        return Stretches(
            street=np.concatenate((once, street[~whole])),
            start=np.concatenate((np.zeros(len(once)), start[~whole])),
            end=np.concatenate((np.ones(len(once)), end[~whole])),
        )

    def own_streets(self, limit_ms: int) -> Stretches:
        """Parts driven within a time beside the place and beside closed stretches."""
        weights = self.graph.weights(self.profile)
        parts = []
        for edge, along in self.near_place:
            span = limit_ms / int(weights[edge])
            low, high = self._open_around(edge, along)
            if self.towards:
                parts.append((edge, max(low, along - span), along))
            else:
                parts.append((edge, along, min(high, along + span)))
        closed = () if self.closures is None else self.closures.partial_streets
        for edge in self.graph.network.street_edges[sorted(closed)].ravel().tolist():
            if edge < 0 or weights[edge] == BLOCKED:
                continue
            node = self.graph.head[edge] if self.towards else self.graph.tail[edge]
            row = self.tree.row(int(node))
            if row < 0:
                continue
            span = (limit_ms - int(self.tree.ms[row])) / int(weights[edge])
            if self.towards:
                parts.append((edge, max(self._open_around(edge, 1.0)[0], 1.0 - span), 1.0))
            else:
                parts.append((edge, 0.0, min(self._open_around(edge, 0.0)[1], span)))
        return Stretches.of([self._drawn(*part) for part in parts if part[2] > part[1]])

    def _open_around(self, edge: int, along: float) -> tuple[float, float]:
        """The open stretch of an edge around a fraction along it; nothing where closed."""
        low, high = 0.0, 1.0
        for start, end in () if self.closures is None else self.closures.on_edge(edge):
            if start >= along:
                high = min(high, start)
            elif end <= along:
                low = max(low, end)
            else:
                low = high = along
        return low, high

    def _drawn(self, edge: int, start: float, end: float) -> tuple[int, float, float]:
        street = int(self.graph.network.edge_street[edge])
        if self.graph.network.edge_reversed[edge]:
            return street, 1.0 - end, 1.0 - start
        return street, start, end


def checked_minutes(minutes: Sequence[float]) -> list[float]:
    """Sort times, each once.

    Raises
    ------
    QueryError
        ``routing.bad_minutes``.
    """
    times = sorted({float(time) for time in minutes})
    wrong = [time for time in times if not 0 < time <= LONGEST_MIN]
    if wrong or not times:
        shown = wrong[0] if wrong else "none"
        raise QueryError(
            "routing.bad_minutes",
            f"Isochrones need one or more times, each more than 0 and at most {LONGEST_MIN:.0f} "
            f"minutes, not {shown}.",
            minutes=shown,
            most_min=LONGEST_MIN,
        )
    return times


def _ms(minutes: float) -> int:
    return round(minutes * 60_000.0)
