"""What a card asks for, read and checked: every fault named by its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from gisapp.incidents.grading.kinds import KINDS
from gisapp.registers.checking import Fault, FaultsError
from gisapp.registers.vocabulary import CAPABILITIES, SPECIALITIES, TIERS, UNIT_TYPES
from gisapp.schema import Label
from gisapp.schema.values import Json

MOST_LINES = 20
MOST_UNITS = 50
LONGEST_MIN = 24 * 60
LEVELS: Final = (1, 2, 3, 4)
BY: Final[Mapping[str, Mapping[str, Label]]] = {
    "capability": CAPABILITIES,
    "unit_type": UNIT_TYPES,
}
"""What a line may count units by."""
MAIN: Final = "main"


@dataclass(frozen=True, kw_only=True)
class Line:
    """Units of one sort.

    Attributes
    ----------
    by, code
        ``capability`` or ``unit_type``, and which.
    count
        How many.
    limit_min
        Minutes within which they should arrive, turnout included; None for any time.
    tier
        The lowest tier that is called out for it without penalty.
    """

    by: str
    code: str
    count: int
    limit_min: float | None = None
    tier: str = MAIN

    @property
    def label(self) -> Label:
        """What it counts."""
        return BY[self.by][self.code]

    def to_dict(self) -> dict[str, Json]:
        """The line as it is stored."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a kind of event needs.

    Attributes
    ----------
    level
        1 the gravest to 4; None for any.
    experts
        Specialities.
    """

    kind: str
    level: int | None
    lines: tuple[Line, ...]
    experts: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The kind and level in one."""
        return card_id(self.kind, self.level)


def card_id(kind: str, level: int | None) -> str:
    """What the card of a kind and level is called."""
    return f"{kind}-{level or 'any'}"


def read_card(
    kind: str,
    level: object,
    lines: Sequence[Mapping[str, Json]],
    experts: Iterable[str],
) -> Card:
    """Make a card of what was typed or stands in a file.

    Raises
    ------
    FaultsError
        With a fault for each field that is wrong: ``lines.2.count`` is the count of the second
        line.
    """
    faults: list[Fault] = []
    if kind not in KINDS:
        faults.append(_fault("kind", "card.unknown_code", given=kind))
    if level is not None and (isinstance(level, bool) or level not in LEVELS):
        faults.append(_fault("level", "card.bad_level"))
    if not 0 < len(lines) <= MOST_LINES:
        faults.append(_fault("lines", "card.bad_lines", most=MOST_LINES))
    read: list[Line] = []
    for number, given in enumerate(lines, start=1):
        read += _read_line(given, f"lines.{number}", faults)
    sorts = [(one.by, one.code, one.tier) for one in read]
    faults += [
        _fault(f"lines.{number}.code", "card.line_twice")
        for number, sort in enumerate(sorts, start=1)
        if len(read) == len(lines) and sort in sorts[: number - 1]
    ]
    wanted = tuple(dict.fromkeys(experts))
    faults += [
        _fault("experts", "card.unknown_code", given=one)
        for one in wanted
        if one not in SPECIALITIES
    ]
    if faults:
        raise FaultsError(faults)
    found = level if isinstance(level, int) else None
    return Card(kind=kind, level=found, lines=tuple(read), experts=wanted)


def chosen(cards: Mapping[str, Card], kind: str, level: int | None) -> Card | None:
    """The card of an incident: of its level, else of any."""
    for asked in dict.fromkeys((level, None)):
        found = cards.get(card_id(kind, asked))
        if found is not None:
            return found
    return None


def _read_line(given: Mapping[str, Json], field: str, faults: list[Fault]) -> list[Line]:
    before = len(faults)
    by, code = str(given.get("by", "")), str(given.get("code", ""))
    if by not in BY:
        faults.append(_fault(f"{field}.by", "card.unknown_code", given=by))
    elif code not in BY[by]:
        faults.append(_fault(f"{field}.code", "card.unknown_code", given=code))
    count = given.get("count")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= MOST_UNITS:
        faults.append(_fault(f"{field}.count", "card.bad_count", most=MOST_UNITS))
    limit = given.get("limit_min")
    limit_min = None
    if isinstance(limit, (int, float)) and not isinstance(limit, bool) and 0 < limit <= LONGEST_MIN:
        limit_min = float(limit)
    elif limit is not None:
        faults.append(_fault(f"{field}.limit_min", "card.bad_limit", most=LONGEST_MIN))
    tier = str(given.get("tier") or MAIN)
    if tier not in TIERS:
        faults.append(_fault(f"{field}.tier", "card.unknown_code", given=tier))
    if len(faults) > before or not isinstance(count, int):
        return []
    return [Line(by=by, code=code, count=count, limit_min=limit_min, tier=tier)]


def _fault(field: str, code: str, **params: object) -> Fault:
    return Fault(field=field, code=code, params=params)
