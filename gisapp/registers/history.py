"""The history of a record, read from the event log: who, when, what, why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts import masked
from gisapp.events.log import Event
from gisapp.registers.fields import Kind
from gisapp.registers.queries import described
from gisapp.registers.wording import COORDINATE_DECIMALS, label_of, plain, written
from gisapp.rights import Actor
from gisapp.schema.values import Value


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """What became of one field; None where it was or is empty."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One change of a record.

    Attributes
    ----------
    seq
        Number of the event.
    at
        Moment, UTC.
    changes
        Fields in the order of the event; of a new record those that are not empty.
    """

    seq: int
    at: datetime
    who: str
    what: str
    why: str | None
    changes: tuple[FieldChange, ...]


def history(
    session: Session,
    kind_name: str,
    record_id: str,
    *,
    actor: Actor,
    county: str | None = None,
    limit: int = 50,
    before_seq: int | None = None,
) -> list[Entry]:
    """Read what happened to a record, the newest first.

    Parameters
    ----------
    actor
        Who is to read it: contacts are hidden from those who need not see them.
    county
        County of the record.
    limit
        Most entries.
    before_seq
        Only what is older than this event, to go on from a page before.

    Raises
    ------
    InputError
        ``registers.unknown_kind``.
    """
    kind = described(kind_name)
    query = (
        select(Event)
        .where(Event.kind == kind.name, Event.subject_id == record_id)
        .order_by(Event.seq.desc())
        .limit(limit)
    )
    if before_seq is not None:
        query = query.where(Event.seq < before_seq)
    return [_entry(kind, event, actor, county) for event in session.scalars(query)]


def words(kind: Kind, name: str, value: Value, lang: str) -> str:
    """Write a value of an event as people read it."""
    if value is None or value == "":
        return ""
    if name == "geom":
        place = geometry_of(value)
        if not isinstance(place, Point) or place.is_empty:
            return "…"
        return f"{place.x:.{COORDINATE_DECIMALS}f}, {place.y:.{COORDINATE_DECIMALS}f}"
    try:
        item = kind.field(name)
    except KeyError:
        return plain(value)
    return written(item, value, lang)


def geometry_of(value: Value) -> BaseGeometry | None:
    """Read a geometry of an event; None for what another program put there that is none.

    Ours are well-known text; those told by a file itself are well-known binary in hexadecimal.
    """
    text = str(value)
    read = shapely.from_wkb if text.startswith("0") else shapely.from_wkt
    return read(text, on_invalid="ignore")


def label(kind: Kind, change: FieldChange, lang: str) -> str:
    """Name of a changed field in `lang`."""
    return label_of(kind, change.field, lang)


def _entry(kind: Kind, event: Event, actor: Actor, county: str | None) -> Entry:
    data = event.data or {}
    private = kind.private_names()
    sides: list[Mapping[str, Value]] = [
        masked(data.get(side) or {}, private=private, actor=actor, county=county)
        for side in ("before", "after")
    ]
    before, after = sides
    return Entry(
        seq=event.seq,
        at=event.at,
        who=event.who,
        what=event.what,
        why=event.why or None,
        changes=tuple(
            FieldChange(field=name, before=before.get(name), after=value)
            for name, value in after.items()
            if name != "id" and not (before.get(name) is None and value in (None, "", [], {}))
        ),
    )
