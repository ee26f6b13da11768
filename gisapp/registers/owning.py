"""Whose a record is: its own county and agency, or those of the record that it is part of.

A lot of supplies is of the county that its depot is of; one whose depot is nowhere is of none. A
unit is of its team's county, or of its hospital's.
Imports, edits, exchange and the quality board all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, null, or_, select
from sqlalchemy.orm import Session

from gisapp.registers.fields import Kind
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.record import Record
from gisapp.schema.values import Value, text_of

_Text = SQLColumnExpression[str | None]
Ts = TypeVarTuple("Ts")

_BATCH = 500
_COUNTY = "county"


def owner_fields(kind: Kind) -> tuple[str, ...]:
    """Name the fields that say which county a record of `kind` is of.

    Returns
    -------
    tuple of str
        ``"county"``, or the first reference to a kind with a county and what may be filled
        instead of it; empty where a record of `kind` is no county's, as an area or a river.
    """
    if _has_county(kind):
        return (_COUNTY,)
    parts = [
        item for item in kind.fields if item.references and _has_county(_above(kind, item.name))
    ]
    first = parts[:1]
    return tuple(item.name for item in parts if item in first or item.instead_of == first[0].name)


def owned() -> tuple[Kind, ...]:
    """The registers whose records are counties'."""
    return tuple(kind for kind in KINDS.values() if owner_fields(kind))


def owner_said(kind: Kind, values: Mapping[str, Value]) -> str | None:
    """Name which of :func:`owner_fields` says the county of a record with these values.

    Returns
    -------
    str or None
        The one that is filled, the first where none is; None where `kind` has none.
    """
    fields = owner_fields(kind)
    filled = (name for name in fields if values.get(name) is not None)
    return next(filled, fields[0] if fields else None)


def owner_columns(kind: Kind) -> tuple[_Text, _Text]:
    """The columns of county and agency of `kind`: a lot's are its depot's.

    They are read in a query that :func:`with_owner` has completed.
    """
    models = [model for _field, model in _owners(kind)] or [MODELS[kind.name]]
    county, agency = ([_text_of(model, name) for model in models] for name in (_COUNTY, "agency"))
    if len(models) == 1:
        return county[0], agency[0]
    return func.coalesce(*county), func.coalesce(*agency)


def with_owner(kind: Kind, query: Select[*Ts]) -> Select[*Ts]:
    """Join to a query of `kind` what its records are part of; records of nobody stay in it."""
    model = MODELS[kind.name]
    query = query.select_from(model)
    for field, above in _owners(kind):
        query = query.outerjoin(above, above.id == getattr(model, field))
    return query


def of_county(kind: Kind, county: str) -> ColumnElement[bool]:
    """Ask that a record of `kind`, one of :func:`owned`, is of `county`."""
    model = MODELS[kind.name]
    above = _owners(kind)
    if not above:
        return model.column(_COUNTY) == county
    return or_(
        *(
            getattr(model, field).in_(select(owner.id).where(owner.column(_COUNTY) == county))
            for field, owner in above
        )
    )


def county_of(session: Session, kind: Kind, values: Mapping[str, Value]) -> str | None:
    """County that a record of `kind` with these values is of, None for none."""
    field = owner_said(kind, values)
    value = None if field is None else text_of(values.get(field))
    if field is None or field == _COUNTY or value is None:
        return value
    above = MODELS[_above(kind, field).name]
    found: str | None = session.scalar(select(above.column(_COUNTY)).where(above.id == value))
    return found


def counties_of(session: Session, kind: Kind, ids: Sequence[str]) -> dict[str, str | None]:
    """Counties of stored records by id; empty where records of `kind` are no county's."""
    if not owner_fields(kind):
        return {}
    model = MODELS[kind.name]
    county, _agency = owner_columns(kind)
    query: Select[str, str | None] = with_owner(kind, select(model.id, county.label(_COUNTY)))
    found: dict[str, str | None] = {}
    for start in range(0, len(ids), _BATCH):
        rows = session.execute(query.where(model.id.in_(ids[start : start + _BATCH])))
        found.update((row.id, row.county) for row in rows)
    return found


def counties_said(
    session: Session, kind: Kind, records: Sequence[Mapping[str, Value]]
) -> list[str | None]:
    """County that each record of a file says to be of.

    A record without the fields that say so stays of the county that it has in the store.
    """
    fields = owner_fields(kind)
    if not fields:
        return [None] * len(records)
    unsaid = [
        str(record["id"])
        for record in records
        if record.get("id") and not record.keys() & {*fields}
    ]
    stored = counties_of(session, kind, unsaid)
    known: dict[str, Mapping[str, str | None]] = {}
    for field in fields:
        said = {str(record[field]) for record in records if record.get(field)}
        known[field] = (
            {code: code for code in said}
            if field == _COUNTY
            else counties_of(session, _above(kind, field), sorted(said))
        )
    found: list[str | None] = []
    for record in records:
        said_by = owner_said(kind, record)
        if said_by is not None and record.keys() & {*fields}:
            found.append(known[said_by].get(text_of(record.get(said_by)) or ""))
        else:
            found.append(stored.get(text_of(record.get("id")) or ""))
    return found


def _owners(kind: Kind) -> list[tuple[str, type[Record]]]:
    """What records of `kind` may be part of: the field that says so, and the other's table."""
    fields = (name for name in owner_fields(kind) if name != _COUNTY)
    return [(name, MODELS[_above(kind, name).name]) for name in fields]


def _text_of(model: type[Record], name: str) -> _Text:
    found: _Text = getattr(model, name, null())
    return found


def _above(kind: Kind, field: str) -> Kind:
    return KINDS[kind.field(field).references]


def _has_county(kind: Kind) -> bool:
    return any(item.name == _COUNTY for item in kind.fields)
