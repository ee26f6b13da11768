"""Links that map programs share: which point, and in which reference system.

Sources: the URI interfaces that Amap (uri.amap.com, androidamap), Tencent (map.qq.com/uri/v1,
qqmap) and Baidu (api.map.baidu.com, baidumap) publish, RFC 5870 for ``geo:``, and the addresses
that map.baidu.com, amap.com, openstreetmap.org and Google Maps show of themselves. Links are
read as text; nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from gisapp.errors import InputError
from gisapp.importing.reference import BD09, GCJ02, WGS84

BD09MC = "BD-09MC"
"""Metres of Baidu's own Mercator projection, as the address of map.baidu.com has them."""

CGCS2000 = "EPSG:4490"

_LINK = re.compile(
    r"(?:https?|geo|androidamap|iosamap|amapuri|qqmap|baidumap|bdapp)://?[^\s，。；、）】]+|geo:\S+"
    r"|(?:[\w-]+\.)+(?:com|cn|org|net)(?:\.cn)?/[^\s，。；、）】]+",
    re.IGNORECASE,
)
_NUMBER = r"(-?\d{1,9}(?:\.\d+)?)"
_PAIR = re.compile(rf"(?:^|[:|])\s*{_NUMBER}\s*[,~_|]\s*{_NUMBER}(?![\d.])")
_SHORT_HOSTS = ("surl.amap.com", "j.map.baidu.com", "maps.app.goo.gl", "goo.gl", "map.qq.com/s")


class _Key(NamedTuple):
    """A member of a link that holds a point; ``xy`` is longitude first."""

    name: str
    order: str


class _Family(NamedTuple):
    """Links of one program: where they lead, their system, and what holds the point."""

    host: re.Pattern[str]
    system: str
    keys: tuple[_Key, ...]


def _keys(text: str) -> tuple[_Key, ...]:
    return tuple(_Key(*one.split(":")) for one in text.split())


_FAMILIES = (
    _Family(
        re.compile(r"(^|\.)(amap|autonavi|gaode)\.com$|^(androidamap|iosamap|amapuri)$"),
        GCJ02,
        _keys("position:xy markers:xy to:xy q:yx p:yx location:xy lnglat:xy center:xy from:xy"),
    ),
    _Family(
        re.compile(r"(^|\.)qq\.com$|^qqmap$"),
        GCJ02,
        _keys("marker:yx coord:yx tocoord:yx center:yx fromcoord:yx"),
    ),
    _Family(
        re.compile(r"(^|\.)baidu\.com$|^(baidumap|bdapp)$"),
        BD09,
        _keys("location:yx destination:yx latlng:yx center:yx origin:yx"),
    ),
    _Family(re.compile(r"(^|\.)google\.cn$"), GCJ02, _keys("q:yx query:yx ll:yx destination:yx")),
    _Family(
        re.compile(r"(^|\.)tianditu\.(gov\.cn|cn|com)$"),
        CGCS2000,
        _keys("center:xy location:xy ll:xy"),
    ),
    _Family(
        re.compile(r"(^|\.)(google(\.[a-z]+)+|openstreetmap\.org|osm\.org|apple\.com|bing\.com)$"),
        WGS84,
        _keys("q:yx query:yx ll:yx destination:yx daddr:yx cp:yx center:yx"),
    ),
)
_SEPARATE = (
    ("dlon", "dlat"), ("lon", "lat"), ("lng", "lat"), ("longitude", "latitude"),
    ("mlon", "mlat"), ("pointx", "pointy"), ("x", "y"),
)  # fmt: skip
_DECLARED = {
    "wgs84": WGS84, "gps": WGS84, "gcj02": GCJ02, "gcj02ll": GCJ02, "gaode": GCJ02,
    "bd09": BD09, "bd09ll": BD09, "bd09mc": BD09MC,
}  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """A point out of a link, as the link has it: x is east, y north."""

    x: float
    y: float
    system: str


def read_link(text: str) -> Linked | None:
    """Read the point of the first link in a text; None where there is no link.

    Raises
    ------
    InputError
        ``coordinates.short_link``, ``coordinates.unknown_link``, ``coordinates.empty_link``.
    """
    match = _LINK.search(text)
    if match is None:
        return None
    link = match[0]
    if link.lower().startswith("geo:"):
        return _geo(link)
    parts = urlsplit(link if ":/" in link[:20] else f"https://{link}")
    host = (parts.hostname or "").lower()
    if f"{host}{parts.path}".startswith(_SHORT_HOSTS):
        raise InputError("coordinates.short_link", host=host)
    scheme = "" if parts.scheme.lower() in {"http", "https"} else parts.scheme.lower()
    name = scheme or host
    family = next((one for one in _FAMILIES if one.host.search(name)), None)
    if family is None:
        raise InputError("coordinates.unknown_link", host=name)
    values = {key.lower(): value for key, value in parse_qsl(parts.query)}
    shown = unquote(f"{parts.path}#{parts.fragment}")
    found = _queried(family, values) or _shown(family, shown)
    if found is None:
        raise InputError("coordinates.empty_link", host=name)
    system = _declared(values, family) or found.system
    return Linked(found.x, found.y, system)


def _queried(family: _Family, values: dict[str, str]) -> Linked | None:
    for east, north in _SEPARATE:
        try:
            return Linked(float(values[east]), float(values[north]), family.system)
        except (KeyError, ValueError):
            continue
    for key in family.keys:
        match = _PAIR.search(_after_identifier(key.name, values.get(key.name, "")))
        if match:
            return _ordered(match, key.order, family.system)
    return None


def _after_identifier(key: str, value: str) -> str:
    """Amap's ``p`` begins with the identifier of the place."""
    return value.split(",", 1)[-1] if key == "p" else value


def _shown(family: _Family, shown: str) -> Linked | None:
    """The point in the path or behind the hash: of the place itself before that of the view."""
    place = re.search(rf"!3d{_NUMBER}!4d{_NUMBER}", shown)
    place = place or re.search(rf"#map=[\d.]+/{_NUMBER}/{_NUMBER}", shown)
    if place:
        return _ordered(place, "yx", family.system)
    view = re.search(rf"@{_NUMBER},{_NUMBER}", shown)
    if view is None:
        return None
    if family.system == BD09:
        return _ordered(view, "xy", BD09MC)
    return _ordered(view, "yx", family.system)


def _geo(link: str) -> Linked | None:
    match = re.match(rf"geo:(?://)?{_NUMBER},{_NUMBER}", link, re.IGNORECASE)
    if match and float(match[1]) == float(match[2]) == 0:  # Android: geo:0,0?q=lat,lon(name)
        match = re.search(rf"[?&]q={_NUMBER},{_NUMBER}", unquote(link)) or match
    if match is None:
        raise InputError("coordinates.empty_link", host="geo")
    return _ordered(match, "yx", WGS84)


def _ordered(match: re.Match[str], order: str, system: str) -> Linked:
    first, second = float(match[1]), float(match[2])
    x, y = (first, second) if order == "xy" else (second, first)
    # A latitude beyond 90 was written by somebody who did not keep to the order.
    swapped = system != BD09MC and abs(y) > 90 >= abs(x)
    return Linked(y, x, system) if swapped else Linked(x, y, system)


def _declared(values: dict[str, str], family: _Family) -> str | None:
    """The system that the link names itself."""
    said = values.get("coordinate") or values.get("coord_type") or values.get("coordtype") or ""
    if family.system == GCJ02 and values.get("dev") == "1":
        return WGS84  # Amap's apps: 1 asks them to shift a GPS position
    if said == "1" and family.system == GCJ02:
        return WGS84  # Tencent's number of GPS
    if said == "3" and family.system == GCJ02:
        return BD09  # and of Baidu
    return _DECLARED.get(said.lower())
