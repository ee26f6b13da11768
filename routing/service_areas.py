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

from routing.contours import DistanceField, trace
from routing.cover import Claims, Cover, find_claims
from routing.geometry import MercatorPlane, area_m2
from routing.isochrones import BUFFER_M, CELL_M, checked_minutes
from routing.network import Float64, Int32, Int64, RoadNetwork
from routing.resources import ResourceSet
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
    network
        Whose roads.
    posts
        Those of the areas, in their order.
    post : (n,) int32
        Which of `posts` each of the claims is of.
    claims
        Who is first on every street.
    plane
        Where the areas were drawn.
    """

    areas: tuple[ServiceArea, ...]
    grid_m: float
    buffer_m: float
    network: RoadNetwork
    posts: tuple[Hashable, ...]
    post: Int32
    claims: Claims
    plane: MercatorPlane

    def roads(self, minutes: float) -> tuple[Stretches, Int64]:
        """Cut all streets by whose they are.

        Parameters
        ----------
        minutes
            At most the longest of the areas.

        Returns
        -------
        parts
            Apart from each other, together every street.
        post : (n,) int64
            Which of `posts` is the first there in time, -1 for none.
        """
        own = self.claims.within(minutes * 60_000.0)
        kept = np.flatnonzero(own.end > own.start)
        own = own.rows(kept)
        rest = unreached(self.network, own)
        parts = Stretches(
            np.concatenate((own.street, rest.street)),
            np.concatenate((own.start, rest.start)),
            np.concatenate((own.end, rest.end)),
        )
        nobody = np.full(len(rest.street), -1, dtype=np.int64)
        return parts, np.concatenate((self.post[kept].astype(np.int64), nobody))


@dataclass(frozen=True, kw_only=True)
class Crews:
    """Resources with one vehicle.

    Attributes
    ----------
    profile
        Name of their vehicle's profile.
    posts : (F,)
        Resources of one post have one area together, by row of the :class:`ResourceSet`; the
        same for all gives the area of everybody. None takes each by itself.
    """

    resources: ResourceSet
    profile: str = "light"
    posts: Sequence[Hashable] | None = None

    @property
    def names(self) -> list[Hashable]:
        """The post of each resource, by row."""
        return [one.id for one in self.resources] if self.posts is None else list(self.posts)


def find_service_areas(
    network: RoadNetwork, crews: Sequence[Crews], covers: Sequence[Cover], minutes: Sequence[float]
) -> ServiceAreas:
    """Draw the areas of posts; see :meth:`routing.Router.service_areas`.

    Parameters
    ----------
    covers
        Of the crews, searched as far as the longest time.

    Raises
    ------
    QueryError
        ``routing.bad_minutes``.
    """
    times = checked_minutes(minutes)
    posts = [name for one in crews for name in one.names]
    names = tuple(dict.fromkeys(posts))
    number = {name: row for row, name in enumerate(names)}
    of_resource = np.array([number[one] for one in posts], dtype=np.int32)
    claims = find_claims(network, covers, times[-1] * 60.0)
    plane = MercatorPlane(float(network.y.min() + network.y.max()) / 2)
    roads = _Roads.of(network, claims, of_resource[claims.resource], times, plane, count=len(names))
    grid_m = roads.grid_m()
    buffer_m = max(BUFFER_M, _LEAST_BUFFER_CELLS * grid_m)
    areas = []
    for row, name in enumerate(names):
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
        network=network,
        posts=names,
        post=roads.post,
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

    post: Int32
    in_time: list[_Pieces]
    late: list[_Pieces]
    others: Float64
    lengths: Float64

    @classmethod
    def of(
        cls,
        network: RoadNetwork,
        claims: Claims,
        post: Int32,
        times: Sequence[float],
        plane: MercatorPlane,
        *,
        count: int,
    ) -> _Roads:
        reached = [claims.within(time * 60_000.0) for time in times]
        lengths = np.zeros((count, len(times)))
        for column, parts in enumerate(reached):
            share = np.maximum(parts.end - parts.start, 0.0)
            np.add.at(lengths[:, column], post, share * network.street_length[parts.street])
        order = np.argsort(post, kind="stable")

        def pieces(parts: Stretches) -> _Pieces:
            lines, owner = drawn(network, parts.rows(order), plane.forward)
            offset = np.searchsorted(post[order][owner], np.arange(count + 1))
            return _Pieces(lines=lines, offset=offset.astype(np.int64))

        later = [*reached[1:], claims.parts]
        return cls(
            post=post,
            in_time=[pieces(one) for one in reached],
            late=[pieces(_beyond(*pair)) for pair in zip(reached, later, strict=True)],
            others=drawn(network, unreached(network, claims.parts), plane.forward)[0],
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
