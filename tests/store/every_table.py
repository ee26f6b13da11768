"""A few rows in every table of the application, whatever the tables are."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
)
from sqlalchemy.exc import IntegrityError

from gisapp.schema import Geometry, JsonText, UtcDateTime
from gisapp.schema.types import Day, Number, Whole, YesNo
from gisapp.tables import all_tables

ROWS = 3
TEXTS = ("甲队“%_\\'\"", "ünï 𠮷 \t\n", "z")


def fill_every_table(connection: Connection) -> None:
    """Write rows with gaps in their numbers; what a check refuses is left empty."""
    for table in all_tables():
        for number in range(1, ROWS + 1):
            _insert(connection, table, number)


def _insert(connection: Connection, table: Table, number: int) -> None:
    row = {column.name: _value(table, column, number) for column in table.columns}
    for _attempt in range(len(row)):
        try:
            with connection.begin_nested():
                connection.execute(insert(table), row)
        except IntegrityError as error:
            refused = _refused(table, str(error.orig))
            emptied = [
                name for name in row if name in refused and table.c[name].nullable and row[name]
            ]
            if not emptied:
                raise
            row[emptied[-1]] = None
        else:
            return
    raise AssertionError(table.name)


def _refused(table: Table, said: str) -> set[str]:
    """Columns named in the check that failed."""
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and str(check.name) in said:
            return set(re.findall(r"\w+", str(check.sqltext)))
    return set()


def _value(table: Table, column: Column[Any], number: int) -> Any:  # noqa: PLR0911
    foreign = next(iter(column.foreign_keys), None)
    if foreign is not None:
        other = foreign.column
        return _value(other.table, other, number)
    if column.primary_key:
        return 10 * number + 2**20
    codes, length = _codes(table, column.name), _length(table, column.name)
    if codes:
        return codes[number % len(codes)]
    match column.type:
        case Geometry():
            return _shape(column.type.geometry_type, number)
        case JsonText():
            return {"名": number, "list": [1.5, None, TEXTS[0]], "b": {"a": True}}
        case UtcDateTime():
            return datetime(2024, 2, 29, 23, 59, 59, 123000, tzinfo=UTC) + timedelta(days=number)
        case Day():
            return date(2024, 2, 28) + timedelta(days=number)
        case YesNo():
            return number % 2 == 0
        case Whole() | Integer():
            return number
        case Number():
            return number / 10 + 0.1 / 3
        case LargeBinary():
            return bytes(range(256)) * number
        case Text():
            return str(number) * length if length else f"{TEXTS[number - 1]}{column}"
    raise AssertionError(f"{table.name}.{column.name}: {column.type!r}")


def _codes(table: Table, column: str) -> list[str]:
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            found = re.fullmatch(rf"{column} IN \((.*)\)", str(check.sqltext))
            if found:
                return re.findall(r"'([^']*)'", found[1])
    return []


def _length(table: Table, column: str) -> int:
    for check in table.constraints:
        if isinstance(check, CheckConstraint):
            found = re.search(rf"length\({column}\) = (\d+)", str(check.sqltext))
            if found:
                return int(found[1])
    return 0


def _shape(geometry_type: str, number: int) -> Any:
    x, y = 111 + number / 3, 36 + number / 7
    line = LineString([(x, y), (x + 0.1, y + 1 / 3)])
    return {
        "POINT": Point(x, y),
        "LINESTRING": line,
        "MULTILINESTRING": MultiLineString([line]),
        "POLYGON": Polygon([(x, y), (x + 1, y), (x, y + 1)]),
        "MULTIPOLYGON": MultiPolygon([box(x, y, x + 1, y + 1)]),
    }[geometry_type]
