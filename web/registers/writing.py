"""Records as the register pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from gisapp.accounts import masked
from gisapp.events.catalogue import what_label
from gisapp.registers.checking import as_text
from gisapp.registers.conflicts import ConflictError
from gisapp.registers.counties import county_names
from gisapp.registers.fields import Field, FieldType, Kind, override_of
from gisapp.registers.freshness import due_on, freshness
from gisapp.registers.history import Entry, label, words
from gisapp.registers.kinds import KINDS
from gisapp.registers.listing import sortable
from gisapp.registers.owning import county_of
from gisapp.registers.wording import label_of, written
from gisapp.rights import Actor
from gisapp.store import Session
from gisapp.store.watch import OUTSIDE
from layers import LayerSpec
from web.pages import word

OWN_COLUMNS = 5
"""Columns of a list that are the register's own; more would not fit a desk's screen."""

_FIRST = ("name", "item", "name_en", "id")
_LAST = ("county", "agency", "verified_at")
_NOT_LISTED = {
    "x", "y", "name_en", "id", "source", "synthetic", "verified_by", "contact_name",
    "responsible_phone",
}  # fmt: skip


def columns(kind: Kind, lang: str) -> list[dict[str, Any]]:
    """Columns of a register's list: who or what, its own facts, whose it is, how fresh."""
    by_name = {item.name: item for item in kind.fields}
    own = [
        item
        for item in kind.fields
        if item.name not in {*_NOT_LISTED, *_FIRST, *_LAST, "contact_phone"}
        and not item.name.endswith(("_override", "_override_reason"))
    ]
    # What a record is graded by stands before what it is graded from.
    own.sort(key=lambda item: item.type is not FieldType.GRADE)
    chosen = own[:OWN_COLUMNS]
    chosen += [by_name[name] for name in _LAST if name in by_name]
    able = sortable(kind)
    numeric = {FieldType.INTEGER, FieldType.NUMBER}
    head = by_name.get("name") or by_name.get("item") or by_name["id"]
    return [
        {
            "name": item.name,
            "label": item.caption.in_(lang),
            "unit": item.unit,
            "sortable": item.name in able,
            "number": item.type in numeric,
        }
        for item in (head, *chosen)
    ]


def layer_of(kind: Kind) -> LayerSpec | None:
    """The map layer of a register, if it has one."""
    return kind.layer if kind.layer is not None and kind.layer.classes else None


def title(record: Mapping[str, Any], lang: str) -> str:
    """What a record is called in `lang`."""
    english = record.get("name_en") if lang != "zh" else None
    return str(english or record.get("name") or record.get("item") or record["id"])


def _symbol(kind: Kind, record: Mapping[str, Any]) -> dict[str, Any]:
    spec = layer_of(kind)
    if spec is None or not spec.classes:
        return {}
    code = str(record.get(spec.class_column, "")) if spec.class_column else ""
    state = str(record.get(spec.state_column) or "") if spec.state_column else ""
    drawn = {"c": spec.classes.index(spec.class_of(code))}
    return {**drawn, "s": state} if state not in {"", "ready"} else drawn


class Reader:
    """Writes records as one reader sees them: own language, own rights, own day.

    Parameters
    ----------
    today
        By the site's clock.
    """

    def __init__(self, session: Session, lang: str, actor: Actor, today: date) -> None:
        self.session, self.lang, self.actor, self.today = session, lang, actor, today
        self.counties = county_names(session, lang)

    def row(self, kind: Kind, record: Mapping[str, Any]) -> dict[str, Any]:
        """One row of a list, with what the map draws of it."""
        private = kind.private_names()
        county = county_of(self.session, kind, record) if private else None
        shown = masked(record, private=private, actor=self.actor, county=county)
        row: dict[str, Any] = {
            "id": record["id"],
            "version": record["version"],
            "name": title(record, self.lang),
            "cells": [
                self.cell(kind.field(one["name"]), shown) for one in columns(kind, self.lang)[1:]
            ],
            "retired": record["retired_at"] is not None,
            "synthetic": bool(record.get("synthetic")),
        }
        standing = freshness(kind, record.get("verified_at"), today=self.today)
        row["fresh"] = standing.value if standing else ""
        if record.get("x") is not None:
            row |= {"x": record["x"], "y": record["y"], **_symbol(kind, record)}
        return row

    def cell(self, item: Field, record: Mapping[str, Any]) -> str:
        """The value of a field as a list shows it; an overridden grade has a star."""
        value = record.get(item.name)
        if item.name == "county" and value:
            return str(self.counties.get(value, value))
        text = written(item, value, self.lang)
        overridden = item.type is FieldType.GRADE and record.get(override_of(item.name)) is not None
        return f"{text} *" if overridden else text


def field_form(item: Field, lang: str) -> dict[str, Any]:
    """What a form needs to know of one field."""
    return {
        "name": item.name,
        "label": item.label.in_(lang),
        "doc": item.doc.in_(lang),
        "type": item.type.value,
        "unit": item.unit,
        "required": item.required,
        "choices": [
            {"code": code, "label": name.in_(lang)} for code, name in (item.choices or {}).items()
        ],
        "minimum": item.minimum,
        "maximum": item.maximum,
        "length": item.length,
        "references": item.references,
        "inputs": list(item.inputs),
        "private": item.private,
        "source": item.source,
    }


def form_values(kind: Kind, record: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a form: texts, a list for tags, a mapping for counts."""
    return {
        item.name: value
        if isinstance(value := record.get(item.name), (list, dict))
        else as_text(value)
        for item in kind.given()
    }


def verification(
    kind: Kind, record: Mapping[str, Any], today: date, lang: str
) -> dict[str, str] | None:
    """How a record stands with its verification, None where its kind never falls due."""
    standing = freshness(kind, record.get("verified_at"), today=today)
    if standing is None:
        return None
    due = due_on(kind, record.get("verified_at"))
    return {
        "state": standing.value,
        "label": word(f"registers.fresh.{standing.value}", lang),
        "due": due.isoformat() if due else "",
    }


def unreadable(kind: Kind, found: Mapping[str, str], lang: str) -> dict[str, list[str]]:
    """What another program wrote into a record that cannot be read; nothing where there is none."""
    said = [f"{label_of(kind, name, lang)}: {text[:40]}" for name, text in found.items()]
    return {"unreadable": said} if said else {}


def history_rows(kind: Kind, entries: Iterable[Entry], lang: str) -> list[dict[str, Any]]:
    """The history for a page."""
    return [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "who": word("audit.who.outside", lang) if entry.who == OUTSIDE else entry.who,
            "what": what_label(entry.what, lang),
            "why": entry.why or "",
            "changes": [
                {
                    "label": label(kind, change, lang),
                    "before": words(kind, change.field, change.before, lang),
                    "after": words(kind, change.field, change.after, lang),
                }
                for change in entry.changes
            ],
        }
        for entry in entries
    ]


def conflict(kind: Kind, error: ConflictError, lang: str) -> dict[str, Any]:
    """Theirs and mine, field by field, of the fields that differ."""
    mine = form_values(kind, {**error.theirs, **error.mine})
    theirs = form_values(kind, error.theirs)
    return {
        "version": error.version,
        "fields": [
            {
                "name": item.name,
                "label": item.label.in_(lang),
                "theirs": theirs[item.name],
                "mine": mine[item.name],
                "theirs_text": written(item, error.theirs.get(item.name), lang),
                "mine_text": written(item, {**error.theirs, **error.mine}.get(item.name), lang),
                "changed": item.name in error.changed,
            }
            for item in kind.given()
            if item.name in error.changed or mine[item.name] != theirs[item.name]
        ],
        "current": theirs,
    }


def children(kind: Kind) -> Sequence[tuple[Kind, Field]]:
    """Registers whose records are part of a record of `kind`, and the field that says of which."""
    return [
        (other, item)
        for other in KINDS.values()
        for item in other.fields
        if item.references == kind.name
    ]
