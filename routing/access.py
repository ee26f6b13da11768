"""OSM tags read for an emergency vehicle: may it drive here, which way, past this barrier.

Follows https://wiki.openstreetmap.org/wiki/Key:access (the more specific key wins) with the
emergency services' key, ``emergency``, as the most specific.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from routing.speeds import CLASS_SPEEDS, EMERGENCY_ONLY_SPEEDS

Tags = Mapping[str, str]

#: Values of ``highway`` that are no road for vehicles, or none yet.
NOT_FOR_VEHICLES = frozenset(EMERGENCY_ONLY_SPEEDS) | {
    "abandoned",
    "construction",
    "corridor",
    "elevator",
    "escape",
    "planned",
    "platform",
    "proposed",
    "raceway",
    "razed",
    "rest_area",
    "services",
    "steps",
    "via_ferrata",
}

_EMERGENCY_OPEN = frozenset({"yes", "designated", "official", "permissive"})
_ACCESS_KEYS = ("motor_vehicle", "vehicle", "access")
_CLOSED = frozenset({"no", "military", "restricted"})
_OPEN = frozenset({"yes", "permissive", "designated", "destination", "customers", "delivery"})
#: An access value that opens to emergency vehicles alone, where other keys name their traffic.
_FOR_US = "emergency"
_UNFINISHED_KEYS = ("construction", "proposed", "planned", "disused", "abandoned")

_ONEWAY_KEYS = ("oneway:emergency", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
_DIRECTIONS = {
    **dict.fromkeys(("yes", "y", "1", "true", "forward", "是", "有", "单", "單", "√"), 1),
    **dict.fromkeys(("-1", "reverse", "backward"), -1),
    **dict.fromkeys(("", "no", "n", "0", "false", "both", "否", "无", "無", "双", "雙"), 0),
}
# Chinese words by their beginnings, with what may follow (单向, 单行道, 单向通行, ...). A count of
# lanes (单车道) or a point of the compass (由东向西) says nothing of the drawing's direction.
_CHINESE_DIRECTIONS = (
    (re.compile(r"(双|雙)(向|行|方向).*|(非|不是|不|没有|沒有|无|無).*"), 0),
    (re.compile(r"[^东西南北東]*[反逆](向|行)[^东西南北東]*"), -1),
    (re.compile(r"是?(单|單|正|顺|順)(向|行)[^东西南北東]*"), 1),
)
_CHANGING = frozenset({"reversible", "alternating"})

#: Barriers on a way that no vehicle passes; those with a movable part are not among them.
BLOCKING_BARRIERS = frozenset(
    {
        "block",
        "bollard",
        "bus_trap",
        "cycle_barrier",
        "debris",
        "ditch",
        "fence",
        "full-height_turnstile",
        "guard_rail",
        "hedge",
        "horse_stile",
        "jersey_barrier",
        "kissing_gate",
        "log",
        "motorcycle_barrier",
        "planter",
        "retaining_wall",
        "stile",
        "sump_buster",
        "turnstile",
        "wall",
    }
)
_MOVABLE_BOLLARDS = frozenset({"removable", "rising", "foldable", "flexible"})
#: Barriers that can be opened, locked or not: crews carry keys and cutters.
GATES = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "chain"})


def reason_closed(tags: Tags) -> str | None:
    """Say why an emergency vehicle may not use the way, or None where it may.

    Returns
    -------
    str or None
        ``"ferry"``, ``"class:<highway>"`` (not for motor vehicles, or not built),
        ``"access"``, ``"area"`` or ``"impassable"``.
    """
    highway = tags.get("highway", "")
    emergency = tags.get("emergency")
    invited = (
        emergency in _EMERGENCY_OPEN
        or tags.get("service") == "emergency_access"
        or _is_for_us(tags)
    )
    reason = None
    if tags.get("route") == "ferry" or tags.get("ferry", "no") != "no":
        reason = "ferry"
    elif highway not in CLASS_SPEEDS and not (highway in EMERGENCY_ONLY_SPEEDS and invited):
        reason = f"class:{highway}"
    elif tags.get("area") == "yes":
        reason = "area"
    elif tags.get("smoothness") == "impassable":
        reason = "impassable"
    elif emergency == "no" or (not invited and _most_specific(tags) in _CLOSED):
        reason = "access"
    return reason


def unfinished(tags: Tags) -> list[str]:
    """List the marks of a road in use that it is being built, planned or given up.

    Its ``highway`` says that it is open, its mark may be out of date or about one lane: the
    dispatcher must know of it.
    """
    return [key for key in _UNFINISHED_KEYS if tags.get(key, "no") != "no"]


def is_private(tags: Tags) -> bool:
    """Whether the way is open to a crew but not to the public.

    Works, mines and depots lie behind private roads, and an owner's sign does not bind a
    rescue crew (a default of ours); the report counts such ways.
    """
    return _most_specific(tags) == "private" and tags.get("emergency") not in _EMERGENCY_OPEN


def _most_specific(tags: Tags) -> str | None:
    return next((tags[key] for key in _ACCESS_KEYS if key in tags), None)


def _is_for_us(tags: Tags) -> bool:
    return _FOR_US in (part.strip() for part in (_most_specific(tags) or "").split(";"))


def stated_direction(text: str) -> int | None:
    """Read what a one-way tag or column says, in English or Chinese.

    Returns
    -------
    int or None
        1 along the drawing, -1 against it, 0 both; None where it cannot be read.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _DIRECTIONS:
        return _DIRECTIONS[plain]
    return next((one for word, one in _CHINESE_DIRECTIONS if word.fullmatch(plain)), None)


def direction(tags: Tags) -> tuple[int, str | None]:
    """Read the permitted direction of travel of a way.

    Motorways, roundabouts and ``junction=circular`` are one-way unless tagged otherwise.
    A lane whose direction changes with time (``reversible``, ``alternating``) counts as open
    both ways and is noted: the dispatcher must know of it.

    Returns
    -------
    direction : int
        1 along the drawing, -1 against it, 0 both.
    note : str or None
        What to note in the report.
    """
    note = None
    for value in (tags[key] for key in _ONEWAY_KEYS if key in tags):
        stated = stated_direction(value)
        if stated is not None:
            return stated, None
        if value in _CHANGING:
            return 0, f"direction_changes:{value}"
        note = "oneway"
    implied = tags.get("highway") == "motorway" or tags.get("junction") in {
        "roundabout",
        "circular",
    }
    return int(implied), note


def is_blocked(tags: Tags) -> bool:
    """Whether the barrier at a node stops an emergency vehicle."""
    if tags.get("barrier") not in BLOCKING_BARRIERS or tags.get("emergency") in _EMERGENCY_OPEN:
        return False
    if tags.get("bollard") in _MOVABLE_BOLLARDS:
        return False
    return _most_specific(tags) not in _OPEN and not _is_for_us(tags)


def is_locked_gate(tags: Tags) -> bool:
    """Whether the barrier at a node is a gate that a crew has to open."""
    closed = tags.get("locked") == "yes" or _most_specific(tags) in _CLOSED | {"private"}
    return tags.get("barrier") in GATES and closed
