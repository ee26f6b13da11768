"""Limits of weight and height, and the signs that cannot be read.

A sign that cannot be read is still a sign: until a person has confirmed what it says, the street
is closed to heavy vehicles (:class:`routing.VehicleProfile`), never open to them.

Keys and values follow https://wiki.openstreetmap.org/wiki/Key:maxheight, Key:maxweight,
Key:maxweightrating, Key:maxaxleload and Key:maxheight:physical.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from routing.quantities import FOOT_M, INCH_M, lowest, normalise, read_quantity

Kind = Literal["weight", "height"]
Parse = Callable[[str], float | None]

#: Greatest height of a road vehicle and greatest mass of a combination of them, which hold where
#: a tag says that the legal default does: GB 1589-2016 by general knowledge, not re-read.
LEGAL_HEIGHT_M = 4.0
LEGAL_WEIGHT_T = 49.0

#: An axle or a bogie limit of at least this bars no legal vehicle (GB 1589-2016 by general
#: knowledge). Below it the axles of a team's vehicle would have to be known.
LEGAL_AXLE_T = 11.5
LEGAL_BOGIE_T = 24.0

#: Outside these a number is no limit of a road: ``3500`` tonnes are kilograms, ``38`` metres
#: are decimetres. Bounds of ours.
PLAUSIBLE_WEIGHT_T = (0.5, 150.0)
PLAUSIBLE_HEIGHT_M = (1.0, 10.0)

#: No tag that says anything is longer.
LONGEST_TEXT = 80

_WEIGHT_KEYS = (
    "maxweight",
    "maxweightrating",
    "maxgcweight",
    "maxgcweightrating",
    "maxunladenweight",
    "maxmass",
)
_AXLE_KEYS: Mapping[str, float] = MappingProxyType(
    {
        "maxaxleload": LEGAL_AXLE_T,
        "maxaxleweight": LEGAL_AXLE_T,
        "maxbogieweight": LEGAL_BOGIE_T,
        "maxbogieload": LEGAL_BOGIE_T,
    }
)
_HEIGHT_KEYS = ("maxheight",)
#: Keys by which a node on a road, as a height restrictor is, states a limit.
NODE_KEYS = (*_WEIGHT_KEYS, *_AXLE_KEYS, *_HEIGHT_KEYS, "maxheight:physical")
#: Parts of a key after its colon that make it speak of something else than a lorry.
_NOT_OURS = frozenset(
    {"bicycle", "boat", "bus", "canoe", "coach", "foot", "marine", "motorboat", "psv", "ship"}
    | {"tourist_bus", "train", "tram", "date", "note", "signed", "source", "start_date", "type"}
)

_KG, _SHORT_TON, _LONG_TON = 0.001, 0.90718474, 1.0160469088
_TONNES_PER_UNIT: Mapping[str, float] = MappingProxyType(
    {"": 1.0}
    | dict.fromkeys(["t", "to", "ton", "tons", "tonne", "tonnes", "mt", "吨", "公吨", "噸"], 1.0)
    | dict.fromkeys(["metric ton", "metric tons", "metric tonne", "metric tonnes"], 1.0)
    | dict.fromkeys(["kg", "kgs", "kilogram", "kilograms", "千克", "公斤"], _KG)
    | dict.fromkeys(["斤", "市斤"], _KG / 2)
    | dict.fromkeys(["st", "sh tn", "short ton", "short tons", "us ton", "us tons"], _SHORT_TON)
    | dict.fromkeys(["短吨"], _SHORT_TON)
    | dict.fromkeys(["lt", "long ton", "long tons", "imperial ton", "imperial tons"], _LONG_TON)
    | dict.fromkeys(["长吨"], _LONG_TON)
    | dict.fromkeys(["cwt"], 0.05080234544)
    | dict.fromkeys(["lb", "lbs", "pound", "pounds", "磅"], 0.00045359237)
)
_METRES_PER_UNIT: Mapping[str, float] = MappingProxyType(
    {"": 1.0}
    | dict.fromkeys(["m", "meter", "meters", "metre", "metres", "mtr", "米", "公尺"], 1.0)
    | dict.fromkeys(["cm", "厘米", "公分"], 0.01)
    | dict.fromkeys(["mm", "毫米"], 0.001)
    | dict.fromkeys(["dm", "分米"], 0.1)
    | dict.fromkeys(["'", "ft", "foot", "feet", "英尺", "呎"], FOOT_M)
    | dict.fromkeys(['"', "in", "inch", "inches", "英寸", "吋"], INCH_M)
)
_NO_LIMIT = frozenset(
    {"", "none", "no", "unsigned", "no_sign", "no_indications", "unlimited", "无", "不限", "无限制"}
)
_AROUND = re.compile(
    r"^(?:限重|限高|限载|限轴重|净高|核载|总重|轴重|max|<=|≤|<|不超过)?\s*[::为]?\s*(.*?)\s*"
    r"(?:以下|以内|及以下)?$"
)
_CONDITION = re.compile(r"@\s*(?:\([^)]*\)|[^;]*)")


class Limit(NamedTuple):
    """What the tags of one street say of weight or of height.

    Attributes
    ----------
    value
        The lowest limit that could be read, tonnes or metres; NaN where there is none.
    doubt
        The tags that state a limit nobody can tell, as ``maxweight=20x``, several joined by
        ``;``; empty where all was read.
    by_default
        The tags only say that the country's legal limit holds.
    """

    value: float
    doubt: str = ""
    by_default: bool = False

    @property
    def limits(self) -> bool:
        """Whether anything is limited."""
        return bool(self.doubt) or not math.isnan(self.value)

    def also(self, other: Limit) -> Limit:
        """Return what holds where both stand."""
        doubts = dict.fromkeys(filter(None, (self.doubt, other.doubt)))
        return Limit(float(np.fmin(self.value, other.value)), "; ".join(doubts))

    def note(self, key: str) -> str | None:
        """What the report of an import notes of it: `key` with a doubt, its default, nothing."""
        if self.doubt:
            return key
        return f"{key}_default" if self.by_default else None


def weight_limit(tags: Mapping[str, str]) -> Limit:
    """Read every tag that limits a vehicle's mass, in tonnes."""
    return _limit(tags, _WEIGHT_KEYS, parse_weight, _AXLE_KEYS, LEGAL_WEIGHT_T)


def height_limit(tags: Mapping[str, str]) -> Limit:
    """Read every tag that limits a vehicle's height, in metres."""
    return _limit(tags, _HEIGHT_KEYS, parse_height, {}, LEGAL_HEIGHT_M)


def parse_weight(text: str) -> float | None:
    """Read a limit of weight in tonnes.

    Parameters
    ----------
    text
        ``"3.5"``, ``"7.5 t"``, ``"20吨"``, ``"3500 kg"``, ``"16,000 lbs"``, ``"8 st"`` (short
        tons), ``"8 lt"`` (long tons), ``"none"``, ``"default"``. Of several values the lowest
        holds.

    Returns
    -------
    float or None
        NaN where there is no limit; None where it cannot be read or is not plausible.
    """
    return lowest(
        normalise(text),
        lambda one: _one(one, _TONNES_PER_UNIT, PLAUSIBLE_WEIGHT_T, LEGAL_WEIGHT_T),
    )


def parse_height(text: str) -> float | None:
    """Read a limit of height in metres.

    Parameters
    ----------
    text
        ``"3.8"``, ``"3.8 m"``, ``"4米5"``, ``"380 cm"``, ``12'6"``, ``"12 ft 6 in"``,
        ``"none"``, ``"default"``. Of several values the lowest holds.

    Returns
    -------
    float or None
        NaN where there is no limit; None where it cannot be read or is not plausible.
        ``below_default``, lower than the legal height by nobody knows how much, is None.
    """
    return lowest(
        normalise(text),
        lambda one: _one(one, _METRES_PER_UNIT, PLAUSIBLE_HEIGHT_M, LEGAL_HEIGHT_M),
    )


def _limit(
    tags: Mapping[str, str],
    keys: Iterable[str],
    parse: Parse,
    axle_keys: Mapping[str, float],
    legal: float,
) -> Limit:
    value, doubts, named = math.nan, [], False
    for key in sorted(key for key in tags if key.startswith("max")):
        base, *parts = key.split(":")
        if not _NOT_OURS.isdisjoint(parts):
            continue
        text = tags[key]
        if base in axle_keys:
            read = parse(_CONDITION.sub("", text))
            known = read is not None and (math.isnan(read) or read >= axle_keys[base])
            read = math.nan if known else None
        elif base in keys:
            read = parse(_CONDITION.sub("", text))
            named = named or "default" in normalise(text)
        else:
            continue
        if read is None:
            doubts.append(f"{key}={_shown(text)}")
        else:
            value = float(np.fmin(value, read))
    return Limit(value, "; ".join(doubts), named and value == legal)


def _shown(text: str) -> str:
    """Bring the text of a tag into one line that can be shown, sent and compared."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:LONGEST_TEXT]


def _one(
    text: str, units: Mapping[str, float], plausible: tuple[float, float], legal: float
) -> float | None:
    around = _AROUND.match(text)
    stated = around[1] if around else text
    if stated in _NO_LIMIT:
        return math.nan
    if stated == "default":
        return legal
    value = read_quantity(stated, units)
    low, high = plausible
    return value if value is not None and low <= value <= high else None
