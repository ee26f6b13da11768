"""Cells that another program wrote and nobody can read as their column's type.

They read as unknown everywhere (:mod:`gisapp.schema.types`); here they are found and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Table,
    Text,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.sql import ColumnElement

from gisapp.schema import Geometry, JsonText, UtcDateTime
from gisapp.schema.types import Day, Number, Whole, Words, YesNo

T = TypeVar("T")

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_LARGEST = "1.7976931348623157e308"


class Cell(NamedTuple):
    """A cell that cannot be read.

    Attributes
    ----------
    key
        Primary key of its row.
    id
        Id of the record, None in a table without ids.
    text
        What stands there, as text.
    """

    table: str
    column: str
    key: int
    id: str | None
    text: str


def unreadable(
    connection: Connection, table: Table, *, ids: Sequence[str] | None = None
) -> Iterator[Cell]:
    """Find the cells of a table that cannot be read; one pass over it.

    Parameters
    ----------
    table
        With one whole number for its key.
    ids
        Records to look at; all where not given.
    """
    tests = {
        column.name: test
        for column in table.columns
        if (test := _test(column, connection.dialect.name)) is not None
    }
    if not tests:
        return
    key = next(iter(table.primary_key.columns))
    record_id = table.c.id if "id" in table.c else literal_column("NULL")
    query = select(
        key,
        record_id,
        *(
            case((test, func.coalesce(cast(_raw(table.c[name]), Text), "")))
            for name, test in tests.items()
        ),
    ).where(or_(*tests.values()))
    if ids is not None:
        query = query.where(table.c.id.in_(ids))
    for row in connection.execute(query.order_by(key)):
        for name, text in zip(tests, row[2:], strict=True):
            if text is not None:
                yield Cell(table.name, name, row[0], row[1], text)


def _raw(column: Column[T]) -> ColumnElement[T]:
    """Name a column without its type: what stands there is not of it."""
    return literal_column(f'"{column.table.name}"."{column.name}"')


def _test(column: Column[T], dialect: str) -> ColumnElement[bool] | None:
    """Ask whether a cell is neither empty nor of its type; None where that cannot be."""
    tests = _IN_FILE if dialect == "sqlite" else _ON_SERVER
    for type_, written in tests.items():
        if isinstance(column.type, type_):
            name = f'"{column.table.name}"."{column.name}"'
            return literal_column(f"({name} IS NOT NULL AND ({written.format(c=name)}))")
    return None


_IN_FILE: dict[type, str] = {
    Day: "typeof({c}) <> 'text' OR date({c}) IS NOT {c}",
    UtcDateTime: (
        "typeof({c}) <> 'text' OR strftime('%s', {c}) IS NULL"
        f" OR {{c}} NOT GLOB '{_DAY}*' OR date(substr({{c}}, 1, 10)) IS NOT substr({{c}}, 1, 10)"
    ),
    YesNo: "{c} NOT IN (0, 1)",
    Whole: "typeof({c}) <> 'integer' AND ({c} <> CAST({c} AS INTEGER) OR typeof({c}) <> 'real')",
    Number: f"typeof({{c}}) NOT IN ('integer', 'real') OR abs({{c}}) > {_LARGEST}",
    JsonText: "NOT json_valid({c})",
    Geometry: "ST_IsEmpty({c})",
    Words: "typeof({c}) = 'blob'",
}
_ON_SERVER: dict[type, str] = {
    Day: "NOT isfinite({c}) OR extract(year FROM {c}) NOT BETWEEN 1 AND 9999",
    UtcDateTime: "NOT isfinite({c}) OR extract(year FROM {c}) NOT BETWEEN 1 AND 9999",
    Number: "{c} IN ('NaN', 'Infinity', '-Infinity')",
    Geometry: "ST_IsEmpty({c})",
}
