"""What each post reaches first within given times, as areas apart from each other.

A point of the ground belongs to the road nearest to it: it is in the area of a post where that
road is reached in time, and by no other post sooner. On a grid common to all areas the distance
to the roads of a post less that to every other road is below zero inside, so that areas are apart
from each other, and hold one another for longer times, before anything is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from routing.claims import Claims
from routing.contours import DistanceField, trace
from routing.geometry import MercatorPlane, area_m2
from routing.isochrones import BUFFER_M, CELL_M, checked_minutes
from routing.network import Float64, Int64
from routing.stretches import Stretches, drawn, unreached

#: Areas are traced on a grid of this width, half of that of isochrones: roads of two posts may
#: lie side by side. It is widened where the areas are vast.
GRID_M = CELL_M / 2.5
#: Smaller parts are left out and smaller holes filled. A default of ours.
LEAST_M2 = 2_500.0
_MOST_CELLS = 60_000_000
_MOST_CELLS_EACH = 4_000_000
_LEAST_BUFFER_CELLS = 2.0
_SIMPLIFY_PER_CELL = 0.002
# The traced difference of two distances has a slope of 2 sqrt(2) at most, and each of two
# outlines is off by the simplification: neighbours, each drawn back by three of it, cannot
# cross, nor can two times of one post, six apart.
_BACK = 3.0
_STEP = 6.0


@dataclass(frozen=True, kw_only=True)
class ServiceArea:
    """What one post reaches first within a time.

    Attributes
    ----------
    post
        Whose it is.
    minutes
        Turnout plus travel.
    geometry
        MultiPolygon, lon/lat; empty where the post reaches no road first.
    area_km2
        On the WGS 84 ellipsoid.
    road_km
        Roads that the post reaches first, in time.
    """

    post: Hashable
    minutes: float
    geometry: shapely.MultiPolygon
    area_km2: float
    road_km: float


@dataclass(frozen=True, kw_only=True, eq=False)
class ServiceAreas:
    """The areas of all posts, and the roads they were drawn for.

    Attributes
    ----------
    areas
        By post in the order of the resources, then by rising minutes.
    grid_m
        Width of the grid, metres on the ground in the middle latitude.
    buffer_m
        Farthest from a road, metres on the ground.
    claims
        Who is first on every street.
    plane
        Where the areas were drawn.
    """

    areas: tuple[ServiceArea, ...]
    grid_m: float
    buffer_m: float
    claims: Claims
    plane: MercatorPlane


def find_service_areas(claims: Claims, minutes: Sequence[float]) -> ServiceAreas:
    """Draw the areas of posts; see :meth:`routing.Router.service_areas`.

    Parameters
    ----------
    claims
        Of the first to arrive, as far as the longest time.

    Raises
    ------
    QueryError
        ``routing.bad_minutes``.
    """
    times = checked_minutes(minutes)
    network = claims.network
    plane = MercatorPlane(float(network.y.min() + network.y.max()) / 2)
    roads = _Roads.of(claims, times, plane)
    grid_m = roads.grid_m()
    buffer_m = max(BUFFER_M, _LEAST_BUFFER_CELLS * grid_m)
    areas = []
    for row, name in enumerate(claims.posts):
        drawings = _draw(roads, row, plane, grid_m=grid_m, buffer_m=buffer_m)
        for time, drawing, road_m in zip(times, drawings, roads.lengths[row], strict=True):
            geometry = shapely.transform(drawing, plane.inverse)
            areas.append(
                ServiceArea(
                    post=name,
                    minutes=time,
                    geometry=geometry,
                    area_km2=area_m2(geometry) / 1e6,
                    road_km=road_m / 1000.0,
                )
            )
    return ServiceAreas(
        areas=tuple(areas),
        grid_m=grid_m,
        buffer_m=buffer_m,
        claims=claims,
        plane=plane,
    )


@dataclass(frozen=True, kw_only=True)
class _Pieces:
    """Pieces of roads as :func:`routing.stretches.drawn` has them, by rising post."""

    lines: Float64
    offset: Int64

    def of(self, post: int) -> Float64:
        return self.lines[self.offset[post] : self.offset[post + 1]]


@dataclass(frozen=True, kw_only=True)
class _Roads:
    """Every road of the network by who reaches it when.

    Attributes
    ----------
    in_time
        For each time.
    late
        For each time what the post reaches later than it, but within the next one.
    others : (n, 4)
        Roads that nobody reaches in the longest time.
    lengths : (posts, times)
        Metres reached.
    """

    in_time: list[_Pieces]
    late: list[_Pieces]
    others: Float64
    lengths: Float64

    @classmethod
    def of(cls, claims: Claims, times: Sequence[float], plane: MercatorPlane) -> _Roads:
        network, post, count = claims.network, claims.post, len(claims.posts)
        reached = [claims.within(time * 60.0) for time in times]
        lengths = np.zeros((count, len(times)))
        for column, parts in enumerate(reached):
            share = np.maximum(parts.end - parts.start, 0.0)
            np.add.at(lengths[:, column], post, share * network.street_length[parts.street])
        order = np.argsort(post, kind="stable")

        def pieces(parts: Stretches) -> _Pieces:
            lines, part, _start, _end = drawn(network, parts.rows(order), plane.forward)
            offset = np.searchsorted(post[order][part], np.arange(count + 1))
            return _Pieces(lines=lines, offset=offset.astype(np.int64))

        later = [*reached[1:], claims.parts]
        return cls(
            in_time=[pieces(one) for one in reached],
            late=[pieces(_beyond(*pair)) for pair in zip(reached, later, strict=True)],
            others=drawn(network, unreached(network, claims.parts), plane.forward).lines,
            lengths=lengths,
        )

    def grid_m(self) -> float:
        """The width of the grid that all areas share."""
        ends = (self.in_time[-1].of(post).reshape(-1, 2) for post in range(len(self.lengths)))
        sizes = [0.0]
        sizes += [float(np.prod(np.ptp(one, axis=0) + 2 * BUFFER_M)) for one in ends if len(one)]
        return max(
            GRID_M, math.sqrt(sum(sizes) / _MOST_CELLS), math.sqrt(max(sizes) / _MOST_CELLS_EACH)
        )


def _beyond(near: Stretches, far: Stretches) -> Stretches:
    """What of the far stretches is not of the near ones, which begin or end where they do."""
    onward = near.start == far.start
    nothing = near.end <= near.start
    return Stretches(
        far.street,
        np.where(onward & ~nothing, near.end, far.start),
        np.where(onward | nothing, far.end, near.start),
    )


def _draw(
    roads: _Roads, post: int, plane: MercatorPlane, *, grid_m: float, buffer_m: float
) -> list[shapely.MultiPolygon]:
    """The areas of a post for each time, in the plane."""
    times = len(roads.in_time)
    ends = roads.in_time[-1].of(post).reshape(-1, 2)
    if not len(ends):
        return [shapely.MultiPolygon()] * times
    low = np.floor(ends.min(axis=0) / grid_m) * grid_m
    high = np.ceil(ends.max(axis=0) / grid_m) * grid_m
    most = float(plane.stretched(np.abs(ends[:, 1]).max()))
    others = DistanceField.around(
        (low[0], low[1], high[0], high[1]),
        cell_m=grid_m,
        reach_m=math.ceil(buffer_m * most / grid_m + 1) * grid_m,
    )
    last = roads.in_time[-1]
    others.paint(roads.others)
    others.paint(last.lines[: last.offset[post]])
    others.paint(last.lines[last.offset[post + 1] :])
    northing = others.y + grid_m * np.arange(len(others.squared), dtype=np.float64)
    far_m = buffer_m * plane.stretched(northing)
    off_m = _SIMPLIFY_PER_CELL * grid_m
    found = []
    for index in reversed(range(times)):
        others.paint(roads.late[index].of(post))
        own = others.emptied()
        own.paint(roads.in_time[index].of(post))
        found.append(
            trace(
                own.nearer(others, far_m),
                -off_m * (_BACK + _STEP * (times - 1 - index)),
                x=others.x,
                y=others.y,
                cell_m=grid_m,
                simplify_m=off_m,
                least_hole_m2=LEAST_M2,
                least_part_m2=LEAST_M2,
            )
        )
    return found[::-1]
