"""What a plan says: for which events, what leads to which level, what is done at each.

A plan is data of the site. Its file is TOML, one table ``[[plan]]`` for each, or the same as JSON.
The plan library (:mod:`gisapp.drills.plans`) adds editions to the same table, and reads their
text.
"""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeVar

from gisapp.accounts.register import OFFICE
from gisapp.errors import InputError
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.response.vocabulary import (
    LEVELS,
    OF_ENTERPRISES,
    PLAN_CATEGORIES,
    PlanCategory,
)
from gisapp.schema import Label
from gisapp.schema.values import Json, Value

T = TypeVar("T")
TriggerBasis = Literal["confirmed", "worst_case", "danger", "near_miss", "circumstance", "event"]

GRADED: Final = ("confirmed", "worst_case", "danger")
"""Bases that have a grade."""
COUNTED: Final = ("confirmed", "worst_case")
"""Bases that figures are counted on: as known, and if nobody missing or trapped lived."""
BASES: Final = (*GRADED, "near_miss", "circumstance", "event")

MAX_TEXT = 2000
MAX_EXPECTED_H = 24 * 90
MAX_EDITION = 10**6
REVIEWED_EVERY_MONTHS: Final = 36
"""Of a plan that does not say itself: three years, from general knowledge, to be verified."""
MOST_MONTHS: Final = 120


@dataclass(frozen=True, kw_only=True)
class Office:
    """An office (职务) that may approve a level; accounts record the office by its code."""

    code: str
    name: Label


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What leads to a level of response.

    Attributes
    ----------
    basis
        What is looked at: the confirmed grade or figures, those of the worst case, 险情, whether
        it is 较大涉险事故, what an officer answered of its circumstances, or the event itself.
    level
        The level of response it leads to, 1 to 4.
    grade
        The lowest grade that suffices, 1 to 4; None where a figure or the basis alone decides.
    figure, at_least
        A key of `FIGURES`, and the least value that suffices.
    circumstance
        A key of `CIRCUMSTANCES`, which suffices where an officer said that it is so.
    """

    basis: TriggerBasis
    level: int
    grade: int | None = None
    figure: str | None = None
    at_least: float | None = None
    circumstance: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanLevel:
    """What a plan says of one level.

    Attributes
    ----------
    started_by
        The office that may start it, in words.
    approvers
        The offices that may approve it, of which one suffices; where none are named, whoever has
        the right to approve responses may, whatever the office.
    by_phone
        Whether its word by phone, which the duty officer records, is enough.
    expected_h
        How long it is expected to last, hours.
    """

    level: int
    measures: Label
    started_by: Label
    by_phone: bool
    expected_h: float
    approvers: tuple[Office, ...] = ()

    def approver(self, said: str) -> Office | None:
        """The one among its approvers with this code or, as people say it, this name."""
        said = said.strip()
        return next((one for one in self.approvers if said in {one.code, *one.name}), None)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One edition of a plan.

    Attributes
    ----------
    kinds
        Keys of `KINDS`; none of a plan that is for every kind, or for one enterprise alone.
    headquarters
        Code of the headquarters; empty where the plan is of none.
    triggers, levels
        All four levels, the highest first; neither of a plan that sets no level.
    synthetic
        It is invented.
    category
        Where it stands among plans; a special plan is of a headquarters.
    agency
        Who drew it up.
    county
        Six-digit code of the county whose plan it is; empty for the site's own.
    enterprise
        Id of the enterprise whose plan it is; empty where it is no enterprise's.
    issued_on
        Day from which it is in force; None where nobody said.
    review_every_months
        How often it is to be reviewed.
    document
        Its text, as :mod:`gisapp.drills.plans.document` reads it; empty where it was not asked
        for.
    """

    code: str
    edition: int
    name: Label
    headquarters: str
    kinds: tuple[str, ...]
    triggers: tuple[Trigger, ...]
    levels: tuple[PlanLevel, ...]
    source: Label
    synthetic: bool
    category: PlanCategory = PlanCategory.SPECIAL
    agency: str = ""
    county: str = ""
    enterprise: str = ""
    issued_on: date | None = None
    review_every_months: int = REVIEWED_EVERY_MONTHS
    document: Mapping[str, Json] = default(default_factory=dict)

    def at(self, level: int) -> PlanLevel | None:
        """What it says of a level, 1 to 4; None where it sets none."""
        return self.levels[level - 1] if self.levels else None

    def applies(self, kind: str, county: str | None) -> bool:
        """Whether it is for a kind of event in a county; one without kinds is for all."""
        return (not self.kinds or kind in self.kinds) and self.county in {"", county}

    def sets_level(self, kind: str, county: str | None) -> bool:
        """Whether it says which level the response to such an event has: no enterprise's does."""
        return bool(self.levels) and not self.enterprise and self.applies(kind, county)

    def with_document(self, document: Mapping[str, Json]) -> Plan:
        """The plan with another text."""
        return replace(self, document=document)

    def written(self) -> dict[str, Json]:
        """The plan as its file has it, but code and edition."""
        columns = self.columns()
        issued = self.issued_on
        told: dict[str, Json] = {
            "name": {"zh": self.name.zh, "en": self.name.en},
            "source": {"zh": self.source.zh, "en": self.source.en},
            "category": self.category.value,
            "headquarters": self.headquarters,
            "agency": self.agency,
            "county": self.county,
            "enterprise": self.enterprise,
            "issued_on": None if issued is None else issued.isoformat(),
        }
        for name in ("review_every_months", "kinds", "triggers", "levels", "synthetic", "document"):
            told[name] = columns[name]  # type: ignore[assignment] # those are JSON already
        return {name: value for name, value in told.items() if value not in ("", None)}

    def columns(self) -> dict[str, Value | Json]:
        """The plan as its table holds it."""
        return {
            "code": self.code,
            "edition": self.edition,
            "name_zh": self.name.zh,
            "name_en": self.name.en,
            "category": self.category.value,
            "agency": self.agency or None,
            "county": self.county or None,
            "enterprise_id": self.enterprise or None,
            "issued_on": self.issued_on,
            "review_every_months": self.review_every_months,
            "document": dict(self.document),
            "headquarters": self.headquarters or None,
            "kinds": list(self.kinds),
            "triggers": [
                {key: value for key, value in asdict(one).items() if value is not None}
                for one in self.triggers
            ],
            "levels": [
                {
                    "level": one.level,
                    "measures": one.measures._asdict(),
                    "started_by": one.started_by._asdict(),
                    "by_phone": one.by_phone,
                    "expected_h": one.expected_h,
                    "approvers": [
                        {"code": each.code, "name": each.name._asdict()} for each in one.approvers
                    ],
                }
                for one in self.levels
            ],
            "source_zh": self.source.zh,
            "source_en": self.source.en,
            "synthetic": self.synthetic,
        }


FIELDS: Final = (
    "code", "edition", "name", "headquarters", "kinds", "triggers", "levels", "source",
    "synthetic", "category", "agency", "county", "enterprise", "issued_on",
    "review_every_months", "document",
)  # fmt: skip


def read_plans(path: str | os.PathLike[str]) -> list[Plan]:
    """Read a file of plans.

    Raises
    ------
    InputError
        ``plan.not_readable``, and what :func:`plan_of` refuses; ``plan.twice``,
        ``plan.office_twice``.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:  # both readers' errors, and letters that are none
        raise InputError("plan.not_readable", path=path.name, detail=str(error)) from error
    tables = document.get("plan") if isinstance(document, dict) else None
    if not isinstance(tables, list) or not tables or not set(document) <= {"office", "plan"}:
        raise InputError("plan.no_plans", path=path.name)
    listed = document.get("office", [])
    if not isinstance(listed, list):
        raise InputError("plan.no_plans", path=path.name)
    offices = {
        one.code: one
        for one in (
            _office_of(path.name, f"office[{number}]", table, {})
            for number, table in enumerate(listed, start=1)
        )
    }
    if len(offices) < len(listed):
        raise InputError("plan.office_twice", path=path.name)
    plans = [plan_of(one, offices) for one in tables]
    seen: set[tuple[str, int]] = set()
    for one in plans:
        if (one.code, one.edition) in seen:
            raise InputError("plan.twice", plan=one.code, edition=one.edition)
        seen.add((one.code, one.edition))
    return plans


def plan_of(table: object, offices: Mapping[str, Office] = MappingProxyType({})) -> Plan:
    """Read a plan as its file or its row has it.

    Parameters
    ----------
    offices
        Those that its file names once for all its plans, by code; a row holds each whole, so
        that an edition says for good who might approve.

    Raises
    ------
    InputError
        ``plan.bad_field``: a field is missing, unknown or holds what it cannot;
        ``plan.bad_trigger``: a trigger names neither or both of a grade and a figure, or a
        circumstance where it looks at none;
        ``plan.bad_levels``: not each of the four once.
    """
    code = table.get("code") if isinstance(table, Mapping) else None
    part = _Part(code if isinstance(code, str) else "?", "", table)
    part.require_known(FIELDS)
    category = PlanCategory(
        part.one_of("category", PLAN_CATEGORIES) if part.has("category") else PlanCategory.SPECIAL
    )
    levels = sorted(
        (_level_of(one, offices) for one in part.parts("levels")), key=lambda one: one.level
    )
    triggers = tuple(_trigger_of(one) for one in part.parts("triggers"))
    if levels and not triggers:
        raise part.wrong("triggers")
    if triggers and [one.level for one in levels] != list(LEVELS):
        raise InputError("plan.bad_levels", plan=part.plan)
    kinds = part.read("kinds", _texts)
    if len(set(kinds)) < len(kinds) or not set(kinds) <= KINDS.keys() or (levels and not kinds):
        raise part.wrong("kinds")
    plan = Plan(
        code=part.read("code", _text),
        edition=int(part.number("edition", low=1, high=MAX_EDITION, whole=True)),
        name=part.label("name"),
        headquarters=part.read("headquarters", _text) if part.has("headquarters") else "",
        kinds=kinds,
        triggers=triggers,
        levels=tuple(levels),
        source=part.label("source"),
        synthetic=part.read("synthetic", _flag),
        category=category,
        agency=part.read("agency", _text) if part.has("agency") else "",
        county=part.read("county", _county) if part.has("county") else "",
        enterprise=part.read("enterprise", _text) if part.has("enterprise") else "",
        issued_on=part.read("issued_on", _day) if part.has("issued_on") else None,
        review_every_months=int(
            part.number("review_every_months", low=1, high=MOST_MONTHS, whole=True)
            if part.has("review_every_months")
            else REVIEWED_EVERY_MONTHS
        ),
        document=part.read("document", _table) if part.has("document") else {},
    )
    if category is PlanCategory.SPECIAL and not plan.headquarters:
        raise part.wrong("headquarters")
    if bool(plan.enterprise) != (category in OF_ENTERPRISES):
        raise part.wrong("enterprise")
    return plan


def _trigger_of(part: _Part) -> Trigger:
    part.require_known(("basis", "level", "grade", "figure", "at_least", "circumstance"))
    basis: TriggerBasis = part.one_of("basis", BASES)  # type: ignore[assignment]
    has_grade, has_figure = part.has("grade"), part.has("figure")
    asked = basis in GRADED
    if has_grade + has_figure != asked or has_figure != part.has("at_least"):
        raise InputError("plan.bad_trigger", plan=part.plan, field=part.name)
    has_circumstance = part.has("circumstance")
    if (has_figure and basis not in COUNTED) or has_circumstance != (basis == "circumstance"):
        raise InputError("plan.bad_trigger", plan=part.plan, field=part.name)
    return Trigger(
        basis=basis,
        level=part.level("level"),
        grade=part.level("grade") if has_grade else None,
        figure=part.one_of("figure", FIGURES) if has_figure else None,
        at_least=part.number("at_least", low=0, high=math.inf) if has_figure else None,
        circumstance=part.one_of("circumstance", CIRCUMSTANCES) if has_circumstance else None,
    )


def _level_of(part: _Part, offices: Mapping[str, Office]) -> PlanLevel:
    part.require_known(("level", "measures", "started_by", "by_phone", "expected_h", "approvers"))
    approvers = tuple(
        _office_of(part.plan, f"{part.name}.approvers[{number}]", one, offices)
        for number, one in enumerate(part.read("approvers", _items), start=1)
    )
    if len({one.code for one in approvers}) < len(approvers):
        raise part.wrong("approvers")
    return PlanLevel(
        level=part.level("level"),
        measures=part.label("measures"),
        started_by=part.label("started_by"),
        by_phone=part.read("by_phone", _flag),
        expected_h=part.number("expected_h", low=0.25, high=MAX_EXPECTED_H),
        approvers=approvers,
    )


def _office_of(plan: str, name: str, given: object, offices: Mapping[str, Office]) -> Office:
    """An office written whole, or by its code among those of the file."""
    if isinstance(given, str) and given in offices:
        return offices[given]
    part = _Part(plan, name, given)
    part.require_known(("code", "name"))
    code = part.read("code", _text)
    if not OFFICE.fullmatch(code):
        raise part.wrong("code")
    return Office(code=code, name=part.label("name"))


class _Part:
    """A table of a plan, whose faults are named by plan and field."""

    def __init__(self, plan: str, name: str, table: object) -> None:
        self.plan, self.name = plan, name
        if not isinstance(table, Mapping):
            raise self.wrong("")
        self._table = table

    def wrong(self, field: str) -> InputError:
        """Says that a field is missing, unknown, or holds what it cannot."""
        where = ".".join(one for one in (self.name, field) if one)
        return InputError("plan.bad_field", plan=self.plan, field=where or "plan")

    def has(self, field: str) -> bool:
        return field in self._table

    def require_known(self, fields: Collection[str]) -> None:
        for field in self._table:
            if field not in fields:
                raise self.wrong(str(field))

    def read(self, field: str, reader: Callable[[object], T | None]) -> T:
        found = reader(self._table.get(field))
        if found is None:
            raise self.wrong(field)
        return found

    def label(self, field: str) -> Label:
        return self.read(field, _label)

    def one_of(self, field: str, known: Collection[str]) -> str:
        found = self.read(field, _text)
        if found not in known:
            raise self.wrong(field)
        return found

    def number(self, field: str, *, low: float, high: float, whole: bool = False) -> float:
        value = self._table.get(field)
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
            raise self.wrong(field)
        return value

    def level(self, field: str) -> int:
        return int(self.number(field, low=1, high=len(LEVELS), whole=True))

    def parts(self, field: str) -> list[_Part]:
        found = self._table.get(field, [])
        if not isinstance(found, list):
            raise self.wrong(field)
        return [
            _Part(self.plan, f"{field}[{number}]", one) for number, one in enumerate(found, start=1)
        ]


def _text(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_TEXT:
        return None
    return value.strip()


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)


def _items(value: object) -> list[object] | None:
    """A list; an empty one where nothing is written."""
    if value is None:
        return []
    return value if isinstance(value, list) else None


def _label(value: object) -> Label | None:
    if not isinstance(value, Mapping) or set(value) != {"zh", "en"}:
        return None
    zh, en = _text(value["zh"]), _text(value["en"])
    return None if zh is None or en is None else Label(zh, en)


def _county(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(r"\d{6}", value) else None


def _day(value: object) -> date | None:
    """A day of TOML, or as JSON writes it."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _table(value: object) -> Mapping[str, Json] | None:
    return value if isinstance(value, Mapping) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
