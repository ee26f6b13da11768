"""Moving all records from one database into another, of either kind, and proving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    insert,
    literal,
    or_,
    select,
    text,
)

from gisapp.schema import JsonText
from gisapp.store import postgis, spatial
from gisapp.store.engine import Store, store_error
from gisapp.store.opening import Address, create_store
from gisapp.store.unreadable import unreadable

_BATCH = 2000
_NOT_RECORDS = ("gpkg_", "rtree_", "sqlite_", "alembic_version", "gisapp_")


@dataclass(frozen=True)
class Copied:
    """What was moved.

    Attributes
    ----------
    counts
        Rows by table, each compared with its original.
    left_out
        Tables that other programs put beside ours; they stay where they are.
    left_columns
        Columns, as ``table.column``, that other programs added to ours.
    left_cells
        By ``table.column``, how many values could not be read as its type and arrive empty.
    left_rows
        By table, how many rows refer to what is gone.
    """

    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    left_columns: list[str] = field(default_factory=list)
    left_cells: dict[str, int] = field(default_factory=dict)
    left_rows: dict[str, int] = field(default_factory=dict)


def copy_store(source: Store, target: Address, *, tables: Sequence[Table]) -> Copied:
    """Make a new database that holds every record of another one.

    One snapshot is read, one transaction written and read again row by row before it is
    committed: the copy is whole or not there. Numbers, moments and the counters that give new
    records their numbers come along.

    Parameters
    ----------
    target
        Must not hold a site yet.
    tables
        All our tables, those referred to before those that refer.

    Raises
    ------
    StoreError
        Those of :func:`gisapp.store.create_store`, ``store.bad_number``, ``store.bad_text``,
        ``store.copy_differs``.
    """
    copied = Copied()
    with source.connection() as reading:

        def fill(writing: Connection) -> None:
            copy_tables(reading, writing, tables, copied=copied, source=source.address)

        create_store(target, filling=fill).close()
    return copied


def copy_tables(
    reading: Connection,
    writing: Connection,
    tables: Sequence[Table],
    *,
    copied: Copied,
    source: str,
) -> None:
    """Copy all rows within two open transactions and compare them; see :func:`copy_store`."""
    _note_what_stays(reading, tables, copied)
    written = {model.name: _as_written(model) for model in tables}
    rooted = {model.name: _rooted(reading, model, written[model.name]) for model in tables}
    for table in written.values():
        copied.counts[table.name] = _copy_table(reading, writing, table, rooted[table.name])
        _copy_counter(reading, writing, table)
        if rooted[table.name]:
            there = reading.scalar(select(func.count()).select_from(table)) or 0
            copied.left_rows[table.name] = there - copied.counts[table.name]
    for table in written.values():
        sides = _rows(reading, table, rooted[table.name]), _rows(writing, table)
        for before, after in zip_longest(*sides):
            if before is None or after is None or tuple(before) != tuple(after):
                raise store_error("store.copy_differs", source, table=table.name)


def count_rows(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def _note_what_stays(reading: Connection, tables: Sequence[Table], copied: Copied) -> None:
    there = spatial.columns(reading)
    known = {table.name: table for table in tables}
    for name, columns in sorted(there.items()):
        if name in known:
            ours = set(known[name].columns.keys())
            copied.left_columns.extend(f"{name}.{one}" for one in columns if one not in ours)
        elif not name.startswith(_NOT_RECORDS):
            copied.left_out.append(name)
    for table in tables:
        for cell in unreadable(reading, table):
            place = f"{table.name}.{cell.column}"
            copied.left_cells[place] = copied.left_cells.get(place, 0) + 1


def _rooted(reading: Connection, model: Table, written: Table) -> list[ColumnElement[bool]]:
    """Ask that what a row refers to is there, where a file has rows of which that is not so."""
    conditions: list[ColumnElement[bool]] = []
    if reading.dialect.name != "sqlite":
        return conditions  # a server sees to it
    for key in model.foreign_keys:
        column, owner = written.c[key.parent.name], key.column
        is_rooted = or_(column.is_(None), select(owner).where(owner == column).exists())
        if reading.scalar(select(column).where(~is_rooted).limit(1)) is not None:
            conditions.append(is_rooted)
    return conditions


def _as_written(model: Table) -> Table:
    """Describe a table without defaults, and JSON as the very text that was written."""
    columns = [
        Column(
            column.name,
            Text() if isinstance(column.type, JsonText) else column.type,
            primary_key=column.primary_key,
        )
        for column in model.columns
        if column.computed is None
    ]
    return Table(model.name, MetaData(), *columns)


def _rows(
    connection: Connection, table: Table, conditions: Sequence[ColumnElement[bool]] = ()
) -> Iterator[Row[Any]]:
    query = select(table).where(*conditions).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=_BATCH).execute(query)


def _copy_table(
    reading: Connection,
    writing: Connection,
    table: Table,
    conditions: Sequence[ColumnElement[bool]],
) -> int:
    total = 0
    query = select(table).where(*conditions).order_by(*table.primary_key.columns)
    found = reading.execution_options(yield_per=_BATCH).execute(query)
    for batch in found.partitions():
        writing.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001
        total += len(batch)
    return total


def _copy_counter(reading: Connection, writing: Connection, table: Table) -> None:
    """Let numbering go on where it stood: a number is never given twice."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    last = _last_number(reading, table.name, keys[0].name)
    if not last:
        return
    if writing.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(f"{postgis.SCHEMA}.{table.name}", keys[0].name)
        writing.execute(select(func.setval(sequence, literal(last))))
    else:
        writing.execute(
            text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        )
        writing.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"),
            {"name": table.name, "last": last},
        )


def _last_number(connection: Connection, table: str, key: str) -> int:
    if connection.dialect.name == "postgresql":
        sequence = connection.scalar(
            select(func.pg_get_serial_sequence(f"{postgis.SCHEMA}.{table}", key))
        )
        if sequence is None:
            return 0
        last = connection.scalar(
            text(f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}")  # noqa: S608
        )
    else:
        last = connection.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}
        )
    return int(last or 0)
