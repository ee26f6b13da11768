"""Reference systems that records are offered in, and their order of axes.

Source: OGC 18-058r1 (OGC API – Features – Part 2: Coordinate Reference Systems by Reference):
a system is named by its URI, and coordinates follow the order of axes that its authority
defines: longitude first in CRS84, latitude first in EPSG:4326 and EPSG:4490, northing first in
the Gauss–Krüger zones of CGCS2000.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from gisapp.errors import InputError
from gisapp.site import Site

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84 with the longitude first: what records are stored in, and GeoJSON's own."""

GEOGRAPHIC = (
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/4490",
)

_STEPS = 20
"""Points along each side of a box whose straight sides bend in another system."""


def offered(site: Site) -> tuple[str, ...]:
    """URIs of the systems that records of `site` can be had in, the stored one first."""
    authority = CRS.from_user_input(site.projected_crs).to_authority()
    if authority is None:
        return (CRS84, *GEOGRAPHIC)
    name, code = authority
    return (CRS84, *GEOGRAPHIC, f"http://www.opengis.net/def/crs/{name}/0/{code}")


def chosen(uri: str | None, site: Site, *, parameter: str) -> str:
    """Return `uri` where it is offered, CRS84 where none is given.

    Raises
    ------
    InputError
        ``exchange.unknown_crs``.
    """
    if uri is None:
        return CRS84
    # "EPSG:4490" and "[EPSG:4490]" of Part 2's draft are still written by older clients.
    short = re.fullmatch(r"\[?(EPSG):(\d+)\]?", uri)
    full = f"http://www.opengis.net/def/crs/{short[1]}/0/{short[2]}" if short else uri
    choices = offered(site)
    if full not in choices:
        raise InputError("exchange.unknown_crs", parameter=parameter, known=", ".join(choices))
    return full


def written(geometries: Sequence[BaseGeometry], uri: str) -> list[BaseGeometry]:
    """Transform geometries from CRS84 to `uri`, in the order of that system's axes."""
    if uri == CRS84 or not geometries:
        return list(geometries)
    transformer = _transformer(uri)

    def turn(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    turned = shapely.transform(np.array(geometries, dtype=object), turn)
    return list(turned)


def extent(corners: Sequence[float], uri: str) -> MultiPolygon:
    """Read a bounding box given in `uri` as an area in CRS84.

    Parameters
    ----------
    corners
        Lower and upper corner, in the order of the system's axes. In CRS84 and the geographic
        systems the eastern side may be the smaller number: the box then crosses the
        180th meridian.

    Raises
    ------
    InputError
        ``exchange.bad_bbox``: the box is empty, or lies where the system has no meaning.
    """
    first, second, last_first, last_second = corners
    if uri in GEOGRAPHIC:
        first, second, last_first, last_second = second, first, last_second, last_first
    if uri == CRS84 or uri in GEOGRAPHIC:
        return _geographic_extent(first, second, last_first, last_second)
    if first > last_first or second > last_second:
        raise _bad_bbox(corners)
    ring = shapely.segmentize(
        shapely.box(first, second, last_first, last_second),
        max(last_first - first, last_second - second, 1e-9) / _STEPS,
    )
    transformer = _transformer(uri)

    def turn(points: np.ndarray) -> np.ndarray:
        back = transformer.transform(points[:, 0], points[:, 1], direction="INVERSE")
        return np.column_stack(back)

    area = shapely.transform(ring, turn)
    if not np.isfinite(shapely.get_coordinates(area)).all():
        raise _bad_bbox(corners)
    return MultiPolygon([area])


def _geographic_extent(west: float, south: float, east: float, north: float) -> MultiPolygon:
    inside = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    if not inside:
        raise _bad_bbox((west, south, east, north))
    if west <= east:
        return MultiPolygon([shapely.box(west, south, east, north)])
    return MultiPolygon(
        [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    )


def numbers(text: str) -> tuple[float, float, float, float]:
    """Read the four numbers of a box; of six, as for three dimensions, heights are left away.

    Raises
    ------
    InputError
        ``exchange.bad_bbox``.
    """
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) == 6:
        del values[5], values[2]
    if len(values) != 4 or not all(math.isfinite(value) for value in values):
        raise _bad_bbox([text])
    return values[0], values[1], values[2], values[3]


def _bad_bbox(corners: Sequence[object]) -> InputError:
    shown = ",".join(str(corner) for corner in corners)
    shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
    return InputError("exchange.bad_bbox", value=shown)


@lru_cache(maxsize=16)
def _transformer(uri: str) -> Transformer:
    # Both ends by authority: pyproj then keeps the order of axes that each of them defines.
    authority, code = uri.split("/")[-3], uri.rsplit("/", 1)[-1]
    return Transformer.from_crs("OGC:CRS84", f"{authority}:{code}")
