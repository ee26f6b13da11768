"""Measuring in metres: the site's projected system, corridors along lines."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

G = TypeVar("G", bound=BaseGeometry)
_ROUND = 32
"""Segments of a quarter of a circle: a bend is rounded to within 0.03 % of its radius."""


class Plane:
    """The plane in which a site measures.

    Parameters
    ----------
    projected_crs
        Of the site, in metres.
    """

    def __init__(self, projected_crs: str) -> None:
        self._to = Transformer.from_crs("EPSG:4326", projected_crs, always_xy=True)
        self._from = Transformer.from_crs(projected_crs, "EPSG:4326", always_xy=True)

    def metres(self, geometry: G) -> G:
        """From lon/lat, EPSG:4326, to metres."""
        return _moved(geometry, self._to)

    def degrees(self, geometry: G) -> G:
        """From metres to lon/lat, EPSG:4326."""
        return _moved(geometry, self._from)


@cache
def plane(projected_crs: str) -> Plane:
    """The plane of a site; made once."""
    return Plane(projected_crs)


def corridor(line: LineString, width_m: float) -> BaseGeometry:
    """All within half of `width_m` of a line in metres, but nothing before or beyond its ends.

    What lies behind the start of a directed line is upstream, however near.
    """
    return shapely.buffer(line, width_m / 2, cap_style="flat", quad_segs=_ROUND)


def all_within(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """All within a distance of a geometry in metres."""
    return shapely.buffer(geometry, distance_m, quad_segs=_ROUND)


def beginning(line: LineString, until_m: float) -> LineString:
    """The first `until_m` metres of a line in metres."""
    found = substring(line, 0.0, min(until_m, line.length))
    assert isinstance(found, LineString)
    return found


def along_and_side_m(line: LineString, point: Point) -> tuple[float, float]:
    """How far along a line in metres a point lies, and how far from it."""
    return float(line.project(point)), float(line.distance(point))


def _moved(geometry: G, by: Transformer) -> G:
    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(by.transform(xy[:, 0], xy[:, 1]))

    moved: G = shapely.transform(geometry, move)
    return moved
