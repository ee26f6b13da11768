"""Risks as their pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from gisapp.accounts.masking import masked
from gisapp.registers.kinds import HAZARD_KINDS, KINDS
from gisapp.rights import Actor
from gisapp.risks import vocabulary as v
from gisapp.risks.register import RiskRow
from gisapp.schema import Label
from layers.risks import level_symbol
from layers.symbols import symbol_svg
from web.context import site_app

UNKNOWN_LEVEL = Label("未定级", "Not graded")


def moment(value: datetime | None) -> str:
    """A moment by the site's clock, to the minute."""
    if value is None:
        return ""
    return value.astimezone(ZoneInfo(site_app().site.time_zone)).strftime("%Y-%m-%d %H:%M")


def level_name(level: int | None, lang: str) -> str:
    """A level in words, its colour included."""
    return (v.LEVELS[str(level)] if level else UNKNOWN_LEVEL).in_(lang)


def level_mark(level: int | None) -> Markup:
    """The symbol of a level: a shape and a figure besides its colour."""
    return Markup(symbol_svg(level_symbol(level), size_px=20))  # noqa: S704 - our own drawing


def names(labels: Mapping[str, Label], lang: str) -> dict[str, str]:
    """Choices of a form: code and text."""
    return {code: label.in_(lang) for code, label in labels.items()}


def kind_names(lang: str) -> dict[str, str]:
    """Registers of hazards by name."""
    return {kind: KINDS[kind].label.in_(lang) for kind in HAZARD_KINDS}


def risk_row(
    row: RiskRow, *, actor: Actor, lang: str, day: date, names: Mapping[str, str],
    tickets: Mapping[tuple[str, str], tuple[int, int]],
) -> dict[str, Any]:  # fmt: skip
    """One line of the register, contacts hidden from those who need not see them."""
    contacts = {"contact_name": row.contact_name, "contact_phone": row.contact_phone}
    private = KINDS[row.kind].private_names()
    shown = masked(contacts, private=private, actor=actor, county=row.county)
    open_number, late = tickets.get((row.kind, row.id), (0, 0))
    return {
        "kind": row.kind,
        "kind_name": KINDS[row.kind].label.in_(lang),
        "id": row.id,
        "name": row.label(lang),
        "county": names.get(row.county or "", row.county or ""),
        "agency": row.agency or "",
        "responsible": row.responsible or "",
        "contact": " ".join(
            str(one) for one in (shown["contact_name"], shown["contact_phone"]) if one
        ),
        "level": row.level or 0,
        "level_name": level_name(row.level, lang),
        "level_mark": level_mark(row.level),
        "assessed": row.assessed,
        "state": row.state,
        "state_name": v.STATES[row.state].in_(lang),
        "colour": v.COLOURS[str(row.warning_colour)].in_(lang) if row.warning_colour else "",
        "since": moment(row.since)[:10],
        "measures": row.measures or "",
        "inspected_on": row.inspected_on,
        "next_inspection_on": row.next_inspection_on,
        "overdue": row.is_overdue(day),
        "tickets": open_number,
        "tickets_late": late,
        "synthetic": row.synthetic,
    }
