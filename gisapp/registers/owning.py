"""Whose a record is: its own county and agency, or those of the record that it is part of.

A lot of supplies is of the county that its depot is of; one whose depot is nowhere is of none.
Imports, edits, exchange and the quality board all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gisapp.registers.fields import Kind
from gisapp.registers.kinds import KINDS, MODELS

_BATCH = 500
_COUNTY = "county"


def owner_field(kind: Kind) -> str | None:
    """Name the field that says which county a record of `kind` is of.

    Returns
    -------
    str or None
        ``"county"``, or the first reference to a kind with a county; None where a record of
        `kind` is no county's, as an area or a river.
    """
    if _has_county(kind):
        return _COUNTY
    parts = (item for item in kind.fields if item.references)
    return next((item.name for item in parts if _has_county(KINDS[item.references])), None)


def owned() -> tuple[Kind, ...]:
    """The registers whose records are counties'."""
    return tuple(kind for kind in KINDS.values() if owner_field(kind) is not None)


def owner_model(kind: Kind) -> Any:  # noqa: ANN401 - the mapped class
    """The table that county and agency of records of `kind` stand in; see :func:`with_owner`."""
    field = owner_field(kind)
    own = field is None or field == _COUNTY
    return MODELS[kind.name if own else kind.field(field or "").references]


def with_owner(kind: Kind, query: Any) -> Any:  # noqa: ANN401 - any select
    """Join :func:`owner_model` to a query of `kind`; records of nobody stay in it."""
    model = MODELS[kind.name]
    above, field = owner_model(kind), owner_field(kind) or ""
    query = query.select_from(model)
    return query if above is model else query.outerjoin(above, above.id == getattr(model, field))


def of_county(kind: Kind, county: str) -> ColumnElement[bool]:
    """Ask that a record of `kind`, one of :func:`owned`, is of `county`."""
    model = MODELS[kind.name]
    above, field = owner_model(kind), owner_field(kind) or ""
    if above is model:
        return model.county == county  # type: ignore[no-any-return]
    mine = select(above.id).where(above.county == county)
    return getattr(model, field).in_(mine)  # type: ignore[no-any-return]


def county_of(session: Session, kind: Kind, values: Mapping[str, Any]) -> str | None:
    """County that a record of `kind` with these values is of, None for none."""
    field = owner_field(kind)
    value: str | None = None if field is None else values.get(field)
    if field == _COUNTY or value is None:
        return value
    above = owner_model(kind)
    return session.scalar(select(above.county).where(above.id == value))


def counties_of(session: Session, kind: Kind, ids: Sequence[str]) -> dict[str, str | None]:
    """Counties of stored records by id; empty where records of `kind` are no county's."""
    if owner_field(kind) is None:
        return {}
    model = MODELS[kind.name]
    query = with_owner(kind, select(model.id, owner_model(kind).county))
    found: dict[str, str | None] = {}
    for start in range(0, len(ids), _BATCH):
        rows = session.execute(query.where(model.id.in_(ids[start : start + _BATCH])))
        found.update((row.id, row.county) for row in rows)
    return found


def counties_said(
    session: Session, kind: Kind, records: Sequence[Mapping[str, Any]]
) -> list[str | None]:
    """County that each record of a file says to be of.

    A record without the field that says so stays of the county that it has in the store.
    """
    field = owner_field(kind)
    if field is None:
        return [None] * len(records)
    unsaid = [record["id"] for record in records if field not in record and record.get("id")]
    stored = counties_of(session, kind, unsaid)
    said = {record[field] for record in records if record.get(field)}
    known: Mapping[str, str | None] = (
        {code: code for code in said}
        if field == _COUNTY
        else counties_of(session, KINDS[kind.field(field).references], sorted(said))
    )
    return [
        known.get(record[field] or "") if field in record else stored.get(record.get("id") or "")
        for record in records
    ]


def _has_county(kind: Kind) -> bool:
    return any(item.name == _COUNTY for item in kind.fields)
