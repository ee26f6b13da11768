"""Moving all records from one database into another, of either kind, and proving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)

from gisapp.schema import JsonText
from gisapp.store import postgis
from gisapp.store.engine import Store, store_error
from gisapp.store.opening import Address, create_store

_BATCH = 2000
_NOT_RECORDS = ("gpkg_", "rtree_", "sqlite_", "alembic_version")


@dataclass(frozen=True)
class Copied:
    """What was moved.

    Attributes
    ----------
    counts
        Rows by table, each compared with its original.
    left_out
        Tables that other programs put beside ours; they stay where they are.
    """

    counts: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def copy_store(source: Store, target: Address, *, tables: Sequence[Table]) -> Copied:
    """Make a new database that holds every record of another one.

    One snapshot is read, one transaction written and read again row by row before it is
    committed: the copy is whole or not there. Numbers, moments and the counters that give new
    records their numbers come along.

    Parameters
    ----------
    source
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
    known = {table.name for table in tables}
    copied.left_out.extend(sorted(_record_tables(reading) - known))
    for model in tables:
        table = _as_written(model)
        copied.counts[table.name] = _copy_table(reading, writing, table)
        _copy_counter(reading, writing, table)
    for model in tables:
        table = _as_written(model)
        for before, after in zip_longest(_rows(reading, table), _rows(writing, table)):
            if before is None or after is None or tuple(before) != tuple(after):
                raise store_error("store.copy_differs", source, table=table.name)


def count_rows(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Count the rows of each table."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def _record_tables(connection: Connection) -> set[str]:
    schema = postgis.SCHEMA if connection.dialect.name == "postgresql" else None
    names = inspect(connection).get_table_names(schema=schema)
    return {name for name in names if not name.startswith(_NOT_RECORDS)}


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


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    yield from connection.execution_options(yield_per=_BATCH).execute(query)


def _copy_table(reading: Connection, writing: Connection, table: Table) -> int:
    total = 0
    query = select(table).order_by(*table.primary_key.columns)
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
