"""Records as plain values, the same on both sides of an exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gisapp.exchange.threeway import GEOMETRY, Unit
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.kinds import DETAILS, MODELS
from gisapp.registers.queries import details
from gisapp.registers.retirement import RETIREMENT
from gisapp.registers.rules import together
from gisapp.schema.values import Value, Values

BATCH = 500


def units(kind: Kind) -> tuple[Unit, ...]:
    """Fields of `kind` that are merged, no state; those that make sense together in one tuple."""
    names = [item.name for item in kind.stored() if item.name != "id" and not item.state]
    names += DETAILS.get(kind.name, {})
    if kind.geometry is not None:
        names.append(GEOMETRY)
    groups = together(kind)
    grouped = {name for group in groups for name in group}
    return (*((name,) for name in names if name not in grouped), *groups)


def contents(
    session: Session,
    kind: Kind,
    *,
    ids: Sequence[str] | None = None,
    where: ColumnElement[bool] | None = None,
) -> dict[str, Values]:
    """Read records as plain values by id, retired ones as well.

    Parameters
    ----------
    ids, where
        Which records; all where neither is given.

    Raises
    ------
    ValueError
        A column holds what is no value of its type, as other programs may write it.
    """
    if ids is not None:
        found: dict[str, Values] = {}
        for some in batches(list(ids)):
            found |= contents(session, kind, where=MODELS[kind.name].id.in_(some))
        return found
    model = MODELS[kind.name]
    names = [item.name for item in kind.stored() if item.name != "id"]
    if kind.geometry is not None:
        names.append(GEOMETRY)
    names += RETIREMENT
    query = select(model.id, *(getattr(model, name) for name in names)).order_by(model.id)
    chosen = select(model.id)
    if where is not None:
        query, chosen = query.where(where), chosen.where(where)
    found = {
        row[0]: {name: plain(value) for name, value in zip(names, row[1:], strict=True)}
        for row in session.execute(query)
    }
    for name in DETAILS.get(kind.name, {}):
        is_counted = kind.field(name).type is FieldType.COUNTS
        codes = details(session, kind.name, name, chosen)
        for record_id, content in found.items():
            content[name] = codes.get(record_id, {} if is_counted else [])
    return found


def plain(value: Value) -> Value:
    """Write a value as JSON holds it; a geometry as WKT of full precision."""
    if isinstance(value, BaseGeometry):
        return shapely.to_wkt(value, rounding_precision=-1)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def typed(kind: Kind, values: Mapping[str, Value]) -> Values:
    """Read plain values of `kind`'s fields back; raises ValueError where one cannot be."""
    dates = {item.name for item in kind.fields if item.type is FieldType.DATE}
    read: Values = {}
    for name, value in values.items():
        if name == GEOMETRY and value is not None:
            read[name] = shapely.from_wkt(str(value))
        elif name in dates and value is not None:
            read[name] = date.fromisoformat(str(value))
        else:
            read[name] = value
    return read


def batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut ids into lists short enough for one question."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
