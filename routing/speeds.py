"""Which road classes a vehicle may use, how fast, and how OSM writes limits of speed.

Speeds are free-flow averages of a passenger car. They follow GraphHopper's
``CarAverageSpeedParser`` (Apache-2.0, graphhopper/graphhopper at 02b21d5), as does the rule
that traffic averages nine tenths of a posted limit. Two departures, both for emergency work:
``living_street`` is 10 (OSRM's car profile) instead of 5, which would let the last hundred
metres decide a ranking; the classes of :data:`EMERGENCY_ONLY_SPEEDS` are ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from routing.quantities import lowest, normalise, read_quantity

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
_KPH_PER_UNIT = {"": 1.0, "mph": 1.609344, "knots": 1.852} | dict.fromkeys(
    ["km/h", "kmh", "kph", "公里/小时", "公里/时", "千米/小时", "千米/时", "公里", "千米"], 1.0
)
#: Values that say there is no limit, or none that is signed.
_NO_LIMIT = frozenset({"", "no", "default", "unsigned", "signals", "variable", "implicit"})


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
    return lowest(text, _one_speed)


def _one_speed(text: str) -> float | None:
    if text == "none":
        return _UNLIMITED_KPH
    if text in _NO_LIMIT:
        return math.nan
    named = _NAMED_LIMITS_KPH.get(text) or _NAMED_LIMITS_KPH.get(text.rpartition(":")[2])
    if named is not None:
        return named
    zone = re.fullmatch(r"(?:[A-Za-z]{2}:)?(?:zone:?)?(\d+)", text)
    if zone:
        return _positive(float(zone[1]))
    return _positive(read_quantity(normalise(text), _KPH_PER_UNIT))


def _positive(value: float | None) -> float | None:
    return value if value is not None and value > 0 else None
