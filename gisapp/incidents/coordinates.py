"""Where a caller or an officer says something is: typed, pasted, or shared by a map program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS, Geod, Transformer

from gisapp.errors import InputError
from gisapp.importing.outcome import ImportingError
from gisapp.importing.reference import BD09, GCJ02, WGS84, crs_name, offered, parse_reference
from gisapp.incidents.angles import Angle, folded, read_pair
from gisapp.incidents.map_links import BD09MC, CGCS2000, read_link
from gisapp.messages import translate
from gisapp.schema import Label
from gisapp.schema.values import Json
from gisapp.site import Site

PICKED = (WGS84, GCJ02, BD09)
"""Systems to choose from for a pair that names none, the one that is taken first."""

_MARGIN_DEG = 2.0
"""So far outside the site's extent an order of the two numbers is still believed."""

_SHIFTED_M = 1.0
"""A conversion that moves a point less is not worth a word; CGCS2000 moves none."""

_DECIMALS = 9  # of a degree: 0.1 mm, as imports keep them
_GEOD = Geod(ellps="WGS84")
_WORDS = (
    (BD09MC, r"BD[-_ ]?09[-_ ]?MC|百度(?:米制|墨卡托)"),
    (BD09, r"BD[-_ ]?09(?:LL)?(?!\d)|百度(?:地图)?|BAIDU"),
    (
        GCJ02,
        r"GCJ[-_ ]?0?2(?:LL)?(?!\d)|火星|国测局|(?:高德|腾讯)(?:地图)?|AMAP|GAODE|TENCENT",
    ),
    (CGCS2000, r"CGCS[-_ ]?2000(?!\d)|国家2000|2000国家大地|天地图|北斗"),
    (WGS84, r"WGS[-_ ]?(?:19)?84(?!\d)|GPS|(?<!\d)84(?=坐标)"),
    ("", r"EPSG[: ]?\s*\d{4,6}(?!\d)"),
)
_MERCATOR_LABEL = Label("BD-09 墨卡托米制（百度地图）", "BD-09 Mercator metres (Baidu maps)")
# The addresses of map.baidu.com are Mercator on the Clarke 1866 ellipsoid: the polynomials that
# Baidu's own script undoes them with agree to a centimetre from the equator to 56° N.
_BAIDU_MERCATOR = Transformer.from_crs(
    "+proj=merc +ellps=clrk66", "+proj=longlat +ellps=clrk66", always_xy=True
)


@dataclass(frozen=True)
class Spot:
    """A point that was written, and what it was written as.

    Attributes
    ----------
    x, y
        Lon/lat, EPSG:4326.
    given_x, given_y
        As written, east and north of `system`.
    system
        ``"EPSG:4326"``, ``"GCJ-02"``, ``"BD-09"``, ``"BD-09MC"``, or another EPSG code.
    named
        Whether the text, its link or a choice says the system; else WGS 84 is assumed.
    """

    x: float
    y: float
    given_x: float
    given_y: float
    system: str
    named: bool

    @property
    def shift_m(self) -> float:
        """Metres between the point and what its figures would be in WGS 84; 0 for metres."""
        if abs(self.given_x) > 180 or abs(self.given_y) > 90:
            return 0.0
        return float(_GEOD.inv(self.given_x, self.given_y, self.x, self.y)[2])

    def label(self, lang: str) -> str:
        """The system's name."""
        return system_label(self.system, lang)

    def text(self, lang: str) -> str:
        """What the figures were read as, in one sentence."""
        code = "converted" if self.shift_m >= _SHIFTED_M else "read_as"
        if abs(self.given_x) > 180:
            code = "projected"
        return translate(
            f"coordinates.{code}",
            lang,
            system=self.label(lang),
            shift_m=self.shift_m,
            x=self.given_x,
            y=self.given_y,
        )

    def to_dict(self, lang: str) -> dict[str, Json]:
        """As JSON carries it."""
        return {
            "system": self.system,
            "x": self.given_x,
            "y": self.given_y,
            "shift_m": round(self.shift_m),
            "text": self.text(lang),
        }


class MetresError(InputError):
    """Numbers that are metres of a projected system nobody named; `offers` are what they may be."""

    offers: tuple[Spot, ...] = ()


def system_label(code: str, lang: str) -> str:
    """Name of a reference system in `lang`, else its code."""
    label = _MERCATOR_LABEL if code == BD09MC else offered().get(code)
    return code if label is None else label.in_(lang)


def read_spot(text: str, site: Site, *, system: str | None = None) -> Spot:
    """Read a point in any of the ways that :func:`find_spot` knows.

    Raises
    ------
    InputError
        ``coordinates.unreadable``, and as :func:`find_spot`.
    """
    spot = find_spot(text, site, system=system)
    if spot is None:
        raise InputError("coordinates.unreadable", text=text[:80])
    return spot


def find_spot(text: str, site: Site, *, system: str | None = None) -> Spot | None:
    """Read a point; None where the text is not one, such as a name.

    Parameters
    ----------
    text
        A pair of numbers in degrees, with or without minutes and seconds, letters before or
        after, in either order; the name of a reference system or of a map program beside it; or
        a link that a map program shares. Which of two bare numbers is the longitude is taken
        from their size, else from which order lies near the site.
    system
        The system chosen for it; None takes the one the text names, else WGS 84.

    Raises
    ------
    InputError
        ``coordinates.minutes``, ``.seconds``, ``.fraction``, ``.one_axis``, ``.ambiguous``,
        ``.off_globe``, ``.two_systems``, ``.unknown_system``, ``.unknown_link``,
        ``.short_link``, ``.empty_link``.
    MetresError
        ``coordinates.metres``, ``coordinates.metres_elsewhere``.
    """
    chosen = None if system is None else parse_system(system)
    linked = read_link(text)
    if linked is not None:
        return _spot(linked.x, linked.y, _agreed(chosen, linked.system), named=True)
    bare, named = _without_system(folded(text))
    pair = read_pair(bare)
    if pair is None:
        return None
    code = _agreed(chosen, named) if named else chosen
    if max(abs(pair[0].value), abs(pair[1].value)) <= 360:
        x, y = _ordered(pair, site, text)
        return _spot(x, y, code or WGS84, named=code is not None)
    if min(abs(pair[0].value), abs(pair[1].value)) < 10_000:
        return None
    return _projected(pair, code, site, text)


def alternatives(spot: Spot) -> Iterator[Spot]:
    """The same figures in each system that they may be in, where none was named."""
    if not spot.named:
        for code in PICKED:
            if code != spot.system:
                yield _spot(spot.given_x, spot.given_y, code, named=True)


def as_spot(x: float, y: float, system: str) -> Spot:
    """Two numbers, east first, in a system that :func:`parse_system` reads.

    Raises
    ------
    InputError
        ``coordinates.unknown_system``, ``coordinates.off_globe``.
    """
    return _spot(x, y, parse_system(system), named=True)


def parse_system(text: str) -> str:
    """The code of a reference system written by its name, a map program's, or an EPSG code.

    Raises
    ------
    InputError
        ``coordinates.unknown_system``.
    """
    plain = folded(text).strip()
    for code, words in _WORDS:
        if code and re.fullmatch(f"(?:{words})(?:坐标系?)?", plain):
            return code
    try:
        return parse_reference(text).code
    except ImportingError as error:
        raise InputError("coordinates.unknown_system", system=text[:40]) from error


def _without_system(text: str) -> tuple[str, str | None]:
    named = None
    for code, words in _WORDS:
        found = re.search(words, text)
        if found:
            said = code or parse_system("EPSG:" + re.sub(r"\D", "", found[0]))
            named = _agreed(named, said) if named else said
            text = re.sub(words, " ", text)
    return text, named


def _agreed(first: str | None, second: str) -> str:
    if first is not None and first != second:
        raise InputError("coordinates.two_systems", first=first, second=second)
    return second


def _ordered(pair: tuple[Angle, Angle], site: Site, text: str) -> tuple[float, float]:
    """Longitude and latitude: told apart by letters, by size, or by what lies near the site."""
    first, second = pair
    straight, swapped = (first.value, second.value), (second.value, first.value)
    if first.axis or second.axis:
        return swapped if first.axis == "y" or second.axis == "x" else straight
    if abs(first.value) > 90 >= abs(second.value):
        return straight
    if abs(second.value) > 90 >= abs(first.value):
        return swapped
    if _is_near(site, *straight) == _is_near(site, *swapped):
        raise InputError("coordinates.ambiguous", text=text[:80])
    return straight if _is_near(site, *straight) else swapped


def _is_near(site: Site, x: float, y: float) -> bool:
    west, south, east, north = site.bbox
    return (
        west - _MARGIN_DEG <= x <= east + _MARGIN_DEG
        and south - _MARGIN_DEG <= y <= north + _MARGIN_DEG
    )


def _projected(pair: tuple[Angle, Angle], code: str | None, site: Site, text: str) -> Spot:
    """Metres: east and north in the order that letters give or that lies near the site."""
    first, second = pair
    orders = [(first.value, second.value), (second.value, first.value)]
    if first.axis or second.axis:
        orders = orders[1:] if first.axis == "y" or second.axis == "x" else orders[:1]
    if code is not None and (code == BD09MC or parse_reference(code).crs.is_projected):
        spots = list(_real(orders, code))
        if not spots:
            raise InputError("coordinates.off_globe", x=first.value, y=second.value)
        return next((spot for spot in spots if _is_near(site, spot.x, spot.y)), spots[0])
    found = [spot for zone in _zones(site, orders) for spot in _real(orders, zone)]
    offers = [spot for spot in found if _is_near(site, spot.x, spot.y)]
    own = crs_name(CRS.from_user_input(site.projected_crs))
    shown = offers[0] if offers else None
    code = "coordinates.metres" if shown else "coordinates.metres_elsewhere"
    params: dict[str, object] = {"text": text[:80], "crs": shown.system if shown else own}
    if shown:
        params |= {"x": shown.x, "y": shown.y, "east": shown.given_x, "north": shown.given_y}
    error = MetresError(code, **params)
    error.offers = tuple(offers)
    raise error


def _real(orders: list[tuple[float, float]], code: str) -> Iterator[Spot]:
    """The points that there are."""
    for x, y in orders:
        try:
            yield _spot(x, y, code, named=True)
        except InputError:
            continue


def _zones(site: Site, orders: list[tuple[float, float]]) -> Iterator[str]:
    """The site's own zone; and that whose number the easting begins with (GB/T 17798)."""
    for easting, _ in orders:
        zone = int(easting // 1_000_000)
        if 25 <= zone <= 45:
            yield f"EPSG:{zone + 4488}"
        elif 13 <= zone <= 23:
            yield f"EPSG:{zone + 4478}"
    yield crs_name(CRS.from_user_input(site.projected_crs))


def _spot(x: float, y: float, code: str, *, named: bool) -> Spot:
    if code == WGS84:
        lon, lat = x, y
    else:
        east, north = np.array([x]), np.array([y])
        if code == BD09MC:
            east, north = (np.asarray(one) for one in _BAIDU_MERCATOR.transform(east, north))
        reference = parse_reference(BD09 if code == BD09MC else code)
        lons, lats = reference.to_lonlat(east, north)
        lon, lat = float(lons[0]), float(lats[0])
    lon, lat = round(lon, _DECIMALS), round(lat, _DECIMALS)
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("coordinates.off_globe", x=x, y=y)
    return Spot(lon, lat, x, y, code, named)
