"""Which road classes a vehicle may use, how fast, and how OSM writes its limits.

Speeds are free-flow averages of a passenger car. They follow GraphHopper's
``CarAverageSpeedParser`` (Apache-2.0, graphhopper/graphhopper at 02b21d5), as does the rule
that traffic averages nine tenths of a posted limit. Two departures, both for emergency work:
``living_street`` is 10 (OSRM's car profile) instead of 5, which would let the last hundred
metres decide a ranking; the classes of :data:`EMERGENCY_ONLY_SPEEDS` are ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

#: Free-flow speed of a passenger car by OSM ``highway`` class, km/h.
CLASS_SPEEDS: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 100.0,
        "motorway_link": 70.0,
        "trunk": 70.0,
        "trunk_link": 65.0,
        "primary": 65.0,
        "primary_link": 60.0,
        "secondary": 60.0,
        "secondary_link": 50.0,
        "tertiary": 50.0,
        "tertiary_link": 40.0,
        "unclassified": 30.0,
        "residential": 30.0,
        "living_street": 10.0,
        "service": 20.0,
        "road": 20.0,
        "track": 15.0,
    }
)

#: Classes closed to cars that ``emergency=yes`` (or designated) opens, km/h.
EMERGENCY_ONLY_SPEEDS: Mapping[str, float] = MappingProxyType(
    {
        "busway": 30.0,
        "pedestrian": 10.0,
        "footway": 10.0,
        "cycleway": 10.0,
        "bridleway": 10.0,
        "path": 10.0,
    }
)

#: Speed of a road whose class is in neither table, km/h.
UNKNOWN_CLASS_SPEED = CLASS_SPEEDS["road"]

#: Traffic averages this share of a posted limit (GraphHopper, as above).
LIMIT_SHARE = 0.9

#: Chinese road classes, as road bureaus' files carry them. Administrative classes (国道 to 村道)
#: by the community's tagging rule that national to village roads fall from trunk to
#: unclassified (https://wiki.openstreetmap.org/wiki/Chinese_tagging_guidelines). Technical
#: grades (一级公路 to 四级公路, 等外公路 below them) are those of JTG B01-2014, urban classes
#: (快速路 to 支路) those of GB/T 51328-2018: names and order as known, neither standard re-read.
#: Their OSM classes are our choice, keeping that order.
CHINESE_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "高速": "motorway",
        "高速公路": "motorway",
        "国道": "trunk",
        "省道": "primary",
        "县道": "secondary",
        "乡道": "tertiary",
        "专用公路": "unclassified",
        "村道": "unclassified",
        "一级公路": "trunk",
        "二级公路": "primary",
        "三级公路": "tertiary",
        "四级公路": "unclassified",
        "等外公路": "road",
        "一级": "trunk",
        "二级": "primary",
        "三级": "tertiary",
        "四级": "unclassified",
        "城市快速路": "trunk",
        "快速路": "trunk",
        "主干路": "primary",
        "次干路": "secondary",
        "支路": "residential",
    }
)

# Limits that OSM names instead of numbering. CN: Regulations on the Road Traffic Safety Law,
# art. 45 (one lane each way: 50 in towns, 70 outside) and art. 78 (120 on motorways).
# Elsewhere the commonest legal values (https://wiki.openstreetmap.org/wiki/Default_speed_limits).
_NAMED_LIMITS_KPH = {
    "CN:urban": 50.0,
    "CN:rural": 70.0,
    "CN:motorway": 120.0,
    "urban": 50.0,
    "rural": 90.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "living_street": 20.0,
    "walk": 7.0,
}
_UNLIMITED_KPH = 130.0
_KPH_PER_UNIT = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_TONNES_PER_UNIT = {
    "": 1.0,
    "t": 1.0,
    "ton": 1.0,
    "tons": 1.0,
    "kg": 0.001,
    "st": 0.90718474,
    "lt": 1.0160469088,
    "cwt": 0.05080234544,
    "lb": 0.00045359237,
    "lbs": 0.00045359237,
}
_METRES_PER_UNIT = {
    "": 1.0,
    "m": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "ft": 0.3048,
    "'": 0.3048,
    "in": 0.0254,
    '"': 0.0254,
}
_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]+|['\"])?\.?")
#: Values that say there is no limit, or none that is signed.
_NO_LIMIT = frozenset({"", "none", "no", "default", "below_default", "unsigned", "signals"})


def class_speed_kph(highway: str) -> float:
    """Free-flow speed of a passenger car on a road of class `highway`, km/h."""
    return CLASS_SPEEDS.get(highway) or EMERGENCY_ONLY_SPEEDS.get(highway, UNKNOWN_CLASS_SPEED)


def parse_maxspeed(text: str) -> float | None:
    """Read an OSM ``maxspeed`` in km/h.

    Parameters
    ----------
    text
        ``"60"``, ``"60 km/h"``, ``"35 mph"``, ``"10 knots"``, ``"CN:urban"``, ``"walk"``,
        ``"none"``. Of several values (``"50;70"``) the lowest holds.

    Returns
    -------
    float or None
        NaN where the tag states no number (``"signals"``, ``"variable"``); None where it
        cannot be read.
    """
    return _lowest(text, _one_speed)


def _one_speed(text: str) -> float | None:
    if text == "none":
        return _UNLIMITED_KPH
    if text in _NO_LIMIT or text in {"variable", "implicit"}:
        return math.nan
    named = _NAMED_LIMITS_KPH.get(text) or _NAMED_LIMITS_KPH.get(text.rpartition(":")[2])
    if named is not None:
        return named
    zone = re.fullmatch(r"(?:[A-Za-z]{2}:)?(?:zone:?)?(\d+)", text)
    if zone:
        return _positive(float(zone[1]))
    return _positive(_sum_of_quantities(text, _KPH_PER_UNIT))


def parse_maxweight(text: str) -> float | None:
    """Read an OSM ``maxweight`` in tonnes.

    Parameters
    ----------
    text
        ``"3.5"``, ``"7.5 t"``, ``"3500 kg"``, ``"16000 lbs"``, ``"8 st"`` (short tons),
        ``"none"``. Of several values the lowest holds.

    Returns
    -------
    float or None
        NaN where there is no signed limit; None where the tag cannot be read.
    """
    return _lowest(text, lambda one: _one_limit(one, _TONNES_PER_UNIT))


def parse_maxheight(text: str) -> float | None:
    """Read an OSM ``maxheight`` in metres.

    Parameters
    ----------
    text
        ``"3.8"``, ``"3.8 m"``, ``"380 cm"``, ``12'6"``, ``"12 ft 6 in"``, ``"default"``.
        Of several values the lowest holds.

    Returns
    -------
    float or None
        NaN where there is no signed limit; None where the tag cannot be read.
    """
    return _lowest(text, lambda one: _one_limit(one, _METRES_PER_UNIT))


def _one_limit(text: str, units: Mapping[str, float]) -> float | None:
    if text in _NO_LIMIT:
        return math.nan
    return _positive(_sum_of_quantities(text, units))


def _lowest(text: str, read: Callable[[str], float | None]) -> float | None:
    values = [read(part.strip()) for part in re.split(r"[;|]", text)]
    if any(value is None for value in values):
        return None
    numbers = [value for value in values if value is not None and not math.isnan(value)]
    return min(numbers, default=math.nan)


def _sum_of_quantities(text: str, units: Mapping[str, float]) -> float | None:
    """Add up ``12 ft 6 in``; None unless the text is one number, or numbers with known units."""
    lowered = text.lower().strip()
    if not lowered:
        return None
    total, position = 0.0, 0
    while position < len(lowered):
        match = _QUANTITY.match(lowered, position)
        factor = units.get(match[2] or "") if match else None
        bare = match is not None and not match[2]
        if match is None or factor is None or (bare and match.span() != (0, len(lowered))):
            return None
        total += float(match[1].replace(",", ".")) * factor
        position = match.end()
        while position < len(lowered) and lowered[position].isspace():
            position += 1
    return total


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None
