"""How far drawn service areas hold the roads they were drawn for, judged by length of road."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import shapely

from routing.geometry import MercatorPlane
from routing.network import Bool, Float64, Int64, RoadNetwork
from routing.service_areas import ServiceAreas
from routing.stretches import drawn

_JUNCTION_M = 1.0
_GRIDS_OF_CROSSING = 2.0


@dataclass(frozen=True, kw_only=True)
class AreaCheck:
    """The roads of one service area.

    Attributes
    ----------
    post, minutes
        Of the area.
    road_km
        Reached by the post first, in time.
    outside_km
        Of these, what lies outside the area.
    inside_km
        Other roads inside.
    outside_crossing_km, inside_crossing_km
        What more of each lies where roads pass over each other without meeting, within two
        widths of the grid: no area of the ground can tell these apart.
    """

    post: Hashable
    minutes: float
    road_km: float
    outside_km: float
    inside_km: float
    outside_crossing_km: float
    inside_crossing_km: float


def check_areas(found: ServiceAreas) -> list[AreaCheck]:
    """Measure the roads inside and outside of every area, exactly.

    Returns
    -------
    list of AreaCheck
        In the order of ``found.areas``.
    """
    checks: dict[tuple[Hashable, float], AreaCheck] = {}
    for minutes in dict.fromkeys(one.minutes for one in found.areas):
        areas = [one for one in found.areas if one.minutes == minutes]
        shapes = np.array(
            [shapely.transform(one.geometry, found.plane.forward) for one in areas], dtype=object
        )
        roads = _Roads.of(found, minutes)
        outside, inside = roads.astray(shapes)
        for row, one in enumerate(areas):
            checks[one.post, minutes] = AreaCheck(
                post=one.post,
                minutes=minutes,
                road_km=one.road_km,
                outside_km=outside[row, 0],
                inside_km=inside[row, 0],
                outside_crossing_km=outside[row, 1],
                inside_crossing_km=inside[row, 1],
            )
    return [checks[one.post, one.minutes] for one in found.areas]


@dataclass(frozen=True, kw_only=True)
class _Roads:
    """All roads in straight pieces.

    Attributes
    ----------
    lines : (n,)
        In the plane.
    post : (n,)
        Whose each is, -1 for nobody's.
    street : (n,)
    """

    found: ServiceAreas
    lines: np.ndarray
    post: Int64
    street: Int64

    @classmethod
    def of(cls, found: ServiceAreas, minutes: float) -> _Roads:
        parts, row = found.claims.roads(minutes * 60.0)
        post = np.where(row < 0, -1, found.claims.post[row])
        pieces = drawn(found.claims.network, parts, found.plane.forward)
        return cls(
            found=found,
            lines=np.asarray(shapely.linestrings(pieces.lines.reshape(-1, 2, 2)), dtype=object),
            post=post[pieces.part],
            street=parts.street[pieces.part],
        )

    def astray(self, shapes: np.ndarray) -> tuple[Float64, Float64]:
        """Kilometres outside and inside that should not be: (areas, 2), at crossings second."""
        shapely.prepare(shapes)
        area, piece = shapely.STRtree(self.lines).query(shapes, predicate="intersects")
        mine = self.post[piece] == area
        covered = np.zeros(len(area), dtype=np.bool_)
        covered[mine] = shapely.covers(shapes[area[mine]], self.lines[piece[mine]])
        touched = np.zeros(len(self.lines), dtype=np.bool_)
        touched[piece[mine]] = True
        lost = np.flatnonzero(~touched & (self.post >= 0))
        partly = mine & ~covered
        outside = self._sums(
            len(shapes),
            np.concatenate((self.post[lost], area[partly])),
            np.concatenate((lost, piece[partly])),
            np.concatenate((
                self.lines[lost],
                shapely.difference(self.lines[piece[partly]], shapes[area[partly]]),
            )),
        )  # fmt: skip
        foreign = ~mine
        inside = self._sums(
            len(shapes),
            area[foreign],
            piece[foreign],
            shapely.intersection(self.lines[piece[foreign]], shapes[area[foreign]]),
        )
        return outside, inside

    def _sums(self, count: int, area: Int64, piece: Int64, parts: np.ndarray) -> Float64:
        """Kilometres by area, apart and at crossings."""
        metres = shapely.length(parts)
        some = metres > 0
        area, piece, parts, metres = area[some], piece[some], parts[some], metres[some]
        street = self.street[piece]
        apart = shapely.length(shapely.difference(parts, self._crossings(street)))
        middle = shapely.get_y(shapely.centroid(parts))
        ground_km = 1000.0 * self.found.plane.stretched(middle)
        sums = np.zeros((count, 2))
        np.add.at(sums[:, 0], area, apart / ground_km)
        np.add.at(sums[:, 1], area, (metres - apart) / ground_km)
        return sums

    def _crossings(self, street: Int64) -> np.ndarray:
        """The surroundings of where each street passes over or under others."""
        network, plane = self.found.claims.network, self.found.plane
        asked, row = np.unique(street, return_inverse=True)
        lines = network.street_lines
        one, other = network.street_tree.query(lines[asked], predicate="intersects")
        apart = asked[one] != other
        one, other = one[apart], other[apart]
        points, pair = shapely.get_parts(
            shapely.intersection(lines[asked[one]], lines[other]), return_index=True
        )
        points = shapely.transform(shapely.centroid(points), plane.forward)
        level = ~_is_junction(network, plane, asked[one][pair], points)
        zones = np.full(len(asked), shapely.Point(), dtype=object)
        reach_m = _GRIDS_OF_CROSSING * self.found.grid_m
        for number in np.unique(one[pair][level]).tolist():
            at = points[level & (one[pair] == number)]
            zones[number] = shapely.buffer(shapely.multipoints(at), reach_m)
        return zones[row]


def _is_junction(
    network: RoadNetwork, plane: MercatorPlane, street: Int64, points: np.ndarray
) -> Bool:
    """Whether points on streets are an end of theirs, where roads meet."""
    near = np.zeros(len(points), dtype=np.bool_)
    for ends in (network.street_offset[street], network.street_offset[street + 1] - 1):
        at = shapely.points(plane.forward(network.coordinates[ends]))
        near |= shapely.distance(at, points) < _JUNCTION_M
    return near
