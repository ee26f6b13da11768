"""Metres between a point and what lies about it, wherever on the globe."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from shapely import Point
from shapely.geometry.base import BaseGeometry

from gisapp.incidents.whereabouts import GEOD

_SMALL_RADIUS_M = 6_335_000.0
"""No radius of curvature of WGS84 is less: a box reckoned with it is never too small."""
_LOOSE = 1.01
"""A box is a little larger still, for some measure in a plane: distances decide."""


def around(x: float, y: float, within_m: float) -> tuple[float, float, float, float]:
    """A box that holds all within some metres of a point, lon/lat; west, south, east, north."""
    angle = within_m * _LOOSE / _SMALL_RADIUS_M
    high = math.degrees(angle)
    share = math.sin(angle) / max(math.cos(math.radians(y)), 1e-9)
    wide = math.degrees(math.asin(share)) if share < 1 else 180.0
    return x - wide, y - high, x + wide, y + high


def distance_m(geometry: BaseGeometry, x: float, y: float) -> float:
    """Metres from a point to the nearest of a geometry, lon/lat; 0 inside it."""
    if isinstance(geometry, Point):
        return float(GEOD.inv(x, y, geometry.x, geometry.y)[2])
    # In the plane about the point every distance from it is that on the globe.
    to_plane = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lat_0={y} +lon_0={x} +datum=WGS84 +units=m", always_xy=True
    )

    def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1]))

    return float(shapely.distance(shapely.transform(geometry, move), Point(0.0, 0.0)))
