"""What a point is called: its county and the nearest known place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyproj import Geod
from shapely import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.registers.kinds.area import Area
from gisapp.registers.kinds.place import Place
from gisapp.registers.queries import count
from gisapp.store import in_bbox

GEOD = Geod(ellps="WGS84")
AT_PLACE_M = 50.0
"""Nearer to the point of a place than this, one is there."""
_SEARCH_DEGREES = (0.02, 0.08, 0.3)


@dataclass(frozen=True)
class Whereabouts:
    """A point in words.

    Attributes
    ----------
    area_id, area_zh, area_en
        The county that contains it; empty outside all.
    place_zh, place_en
        The nearest known place; empty where none is near.
    place_distance_m
        Metres to that place.
    """

    area_id: str = ""
    area_zh: str = ""
    area_en: str = ""
    place_zh: str = ""
    place_en: str = ""
    place_distance_m: float = 0.0

    def text(self, lang: str) -> str:
        """The place as a duty officer would say it, in `lang`."""
        area, place = (
            (self.area_zh, self.place_zh) if lang == "zh" else (self.area_en, self.place_en)
        )
        if not place:
            return area
        near = f"{self.place_distance_m / 1000:.1f} km"
        is_there = self.place_distance_m < AT_PLACE_M
        # A county's seat bears its name: said once.
        if lang == "zh":
            named = f"{area if area != place else ''}{place}"
            return named if is_there else f"{named}附近（{near}）"
        named = place + (f", {area}" if area and area != place else "")
        return named if is_there else f"{near} from {named}"


def whereabouts(session: Session, x: float, y: float) -> Whereabouts:
    """Describe a point; asks the R-tree around it, so the cost does not grow with the data."""
    point = Point(x, y)
    areas = session.execute(
        select(Area.id, Area.name, Area.name_en, Area.geom)
        .where(Area.level == "county", Area.retired_at.is_(None), in_bbox(Area.fid, (x, y, x, y)))
        .order_by(Area.id)
    )
    area = next((one for one in areas if one.geom.covers(point)), None)
    place, distance_m = _nearest_place(session, x, y)
    return Whereabouts(
        area_id=area.id if area else "",
        area_zh=area.name if area else "",
        area_en=(area.name_en or area.name) if area else "",
        place_zh=place.name if place else "",
        place_en=(place.name_en or place.name) if place else "",
        place_distance_m=distance_m,
    )


def is_outside(session: Session, where: Whereabouts) -> bool:
    """Whether a point lies in none of the site's counties, where the site has any."""
    return not where.area_zh and count(session, "area") > 0


def _nearest_place(session: Session, x: float, y: float) -> tuple[Any, float]:
    for reach in _SEARCH_DEGREES:
        box = (x - reach, y - reach, x + reach, y + reach)
        found = list(
            session.execute(
                select(Place.id, Place.name, Place.name_en, Place.geom).where(
                    Place.retired_at.is_(None), in_bbox(Place.fid, box)
                )
            )
        )
        if found:
            distances_m = [GEOD.inv(x, y, one.geom.x, one.geom.y)[2] for one in found]
            nearest = min(range(len(found)), key=lambda i: (distances_m[i], found[i].id))
            # A place in the corner of the box may be farther than one just outside it.
            side_m = min(GEOD.inv(x, y, x + reach, y)[2], GEOD.inv(x, y, x, y + reach)[2])
            if distances_m[nearest] <= side_m or reach == _SEARCH_DEGREES[-1]:
                return found[nearest], distances_m[nearest]
    return None, 0.0
