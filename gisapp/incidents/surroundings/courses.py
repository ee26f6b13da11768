"""The course that water takes from a hazard, along rivers that say which way they flow."""

from __future__ import annotations

import shapely
from shapely import LineString, Point
from shapely.ops import substring
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.distances import around
from gisapp.incidents.surroundings.plane import Plane, beginning
from gisapp.registers.kinds.river import River
from gisapp.store import in_bbox

JOINS_WITHIN_M = 60.0
"""A river that ends so near another flows into it: files are digitised no better."""
_SHORTEST_M = 1.0
_MOST_PIECES = 50


def course_from(
    session: Session, on: Plane, x: float, y: float, *, within_m: float, reach_m: float
) -> LineString | None:
    """Follow the directed river nearest to a point downstream, and the rivers it flows into.

    Parameters
    ----------
    x, y
        Lon/lat, EPSG:4326.
    within_m
        How far the river may be from the point.
    reach_m
        Length after which the course is cut.

    Returns
    -------
    LineString
        EPSG:4326; None where no river with a direction is near.
    """
    here = on.metres(Point(x, y))
    vertices: list[tuple[float, ...]] = []
    length_m, joins_m = 0.0, within_m
    taken: set[tuple[int, int]] = set()
    while length_m < reach_m and len(taken) < _MOST_PIECES:
        following = _nearest(session, on, here, within_m=joins_m, taken=taken)
        if following is None:
            break
        key, river = following
        taken.add(key)
        rest = substring(river, river.project(here), river.length)
        if rest.length < _SHORTEST_M:
            continue  # we are at its mouth: another begins here, or none
        vertices += list(rest.coords)
        length_m += rest.length
        here, joins_m = Point(rest.coords[-1]), JOINS_WITHIN_M
    if not vertices:
        return None
    whole = shapely.remove_repeated_points(LineString(vertices), tolerance=_SHORTEST_M)
    return on.degrees(beginning(whole, reach_m))


def _nearest(
    session: Session, on: Plane, here: Point, *, within_m: float, taken: set[tuple[int, int]]
) -> tuple[tuple[int, int], LineString] | None:
    """The nearest part of a directed river, drawn as it flows, by river and part."""
    at = on.degrees(here)
    rows = session.execute(
        select(River.fid, River.flow, River.geom).where(
            River.retired_at.is_(None),
            River.flow.is_not(None),
            in_bbox(River.fid, around(at.x, at.y, within_m)),
        )
    )
    found: list[tuple[float, float, tuple[int, int], LineString]] = []
    for row in rows:
        for number, part in enumerate(shapely.get_parts(row.geom)):
            key = (row.fid, number)
            line = on.metres(part)
            if key in taken or line.distance(here) > within_m:
                continue
            flowing = line if row.flow == "along" else line.reverse()
            # Of parts that meet in one point, that which goes on from it.
            left_m = flowing.length - flowing.project(here)
            found.append((round(line.distance(here)), -left_m, key, flowing))
    if not found:
        return None
    _distance_m, _left_m, key, line = min(found, key=lambda one: one[:3])
    return key, line
