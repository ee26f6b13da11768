"""All the SQL that is particular to PostgreSQL and PostGIS, in one module.

Our tables lie in a schema of their own, so that the database can hold other tables too and a
site can be removed whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import psycopg
from psycopg.abc import Buffer
from psycopg.types.datetime import DateLoader, TimestamptzLoader
from sqlalchemy import Boolean, ColumnElement, Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from gisapp.store import watch_server

SCHEMA = "gisapp"

# Where the extension may have been put, after our own schema.
_SEARCH_PATH = (SCHEMA, "public", "postgis", "extensions")

# Names our turn to write among the advisory locks of the database.
_WRITE_LOCK = 0x67697361

# Code points in order, as a file sorts: pages and sorted lists are the same on both.
_COLLATION = "C"


def session_options(*, lock_timeout_s: float, statement_timeout_s: float) -> str:
    """Give the settings of each connection as libpq's ``options``."""
    settings = {
        "search_path": ",".join(_SEARCH_PATH),
        "timezone": "UTC",
        "lock_timeout": f"{max(1, round(lock_timeout_s * 1000))}",
        "statement_timeout": f"{round(statement_timeout_s * 1000)}",
        "synchronous_commit": "on",  # what was acknowledged survives, whatever the server's habit
        # One plan for every box and every text would serve the rarest of them: a page of a box
        # that holds half of the register took 200 ms, planned for what is asked 1 ms.
        "plan_cache_mode": "force_custom_plan",
        "jit": "off",  # planning our short questions would cost more than answering them
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


class _Day(DateLoader):
    """A day; unknown where Python's calendar has it not, as ``infinity``."""

    def load(self, data: Buffer) -> date | None:  # type: ignore[override]
        try:
            return super().load(data)
        except psycopg.DataError:
            return None


class _Moment(TimestamptzLoader):
    """A moment; unknown where Python's calendar has it not."""

    def load(self, data: Buffer) -> datetime | None:  # type: ignore[override]
        try:
            return super().load(data)
        except psycopg.DataError:
            return None


def prepare_connection(connection: psycopg.Connection) -> None:
    """Read what no calendar of Python's holds as nothing: one such row stops no list."""
    connection.adapters.register_loader("date", _Day)
    connection.adapters.register_loader("timestamptz", _Moment)


def begin(connection: Connection) -> None:
    """Wait for our turn where the connection's ``write`` option is set.

    Writers take turns as on a file: what a use case has read is still so when it writes, and
    events get their numbers in the order of their commits.
    """
    if connection.get_execution_options().get("write", False):
        connection.execute(
            select(
                func.pg_advisory_xact_lock(_WRITE_LOCK),
                func.set_config(watch_server.INSIDE, "1", True),
            )
        )


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Read what columns each table of ours has, with their types."""
    return watch_server.columns(connection, SCHEMA)


def watch(connection: Connection) -> None:
    """Make the triggers that tell of what other programs write."""
    watch_server.watch(connection, SCHEMA, _WRITE_LOCK)


def create_schema(connection: Connection) -> None:
    """Make the schema of our tables."""
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")


def drop_schema(connection: Connection) -> None:
    """Remove our tables with all they hold."""
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def settle_columns(connection: Connection) -> None:
    """Give every text column of ours the order of code points.

    After each upgrade, because a revision writes plain ``TEXT``, on which the database's own
    collation falls.
    """
    found = connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = :schema AND table_type = 'BASE TABLE' AND data_type = 'text'"
            " AND collation_name IS DISTINCT FROM :collation ORDER BY 1, 2"
        ),
        {"schema": SCHEMA, "collation": _COLLATION},
    ).all()
    changes: dict[str, list[str]] = {}
    for table, column in found:
        changes.setdefault(table, []).append(
            f'ALTER COLUMN "{column}" TYPE text COLLATE "{_COLLATION}"'
        )
    for table, columns in changes.items():
        connection.exec_driver_sql(f'ALTER TABLE {SCHEMA}."{table}" {", ".join(columns)}')


def register_attributes(_connection: Connection, _table: str) -> None:
    """Do nothing: the server's own catalogue lists the table."""


def register_features(
    connection: Connection,
    table: str,
    _geometry_type: str,
    _srid: int = 4326,
) -> None:
    """Index the positions; PostGIS lists the column by itself."""
    connection.exec_driver_sql(f'CREATE INDEX "ix_{table}_geom" ON "{table}" USING gist (geom)')


def index_texts(connection: Connection, table: str, columns: Sequence[str]) -> None:
    """Index the trigrams of text columns, where the server has them.

    Without the extension ``pg_trgm``, or the right to add it, every row is asked, as before. Nor
    does it serve where the database's own letters are those of ASCII alone: it knows no others.
    """
    if not _has_trigrams(connection):
        return
    listed = ", ".join(f'"{column}" gin_trgm_ops' for column in columns)
    connection.exec_driver_sql(
        f'CREATE INDEX IF NOT EXISTS "ix_{table}_texts" ON "{table}" USING gin ({listed})'
    )


def _has_trigrams(connection: Connection) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            return bool(connection.exec_driver_sql("SELECT show_trgm('应急') <> '{}'").scalar())
    except DBAPIError:
        return False


def forbid_change(connection: Connection, table: str) -> None:
    """Make a table append-only: no row of it is ever altered or deleted."""
    connection.execute(
        text(
            f"CREATE OR REPLACE FUNCTION {SCHEMA}.refuse_change() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    )
    for name, action, each in (
        ("change", "UPDATE OR DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        connection.exec_driver_sql(
            f'CREATE TRIGGER "{table}_no_{name}" BEFORE {action} ON "{table}"'
            f" FOR EACH {each} EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )


def in_box(
    geom: ColumnElement[object], sides: Sequence[ColumnElement[float]]
) -> ColumnElement[bool]:
    """Ask the index of `geom` what meets a box of west, south, east, north."""
    box = func.ST_MakeEnvelope(*sides, 4326)
    return geom.op("&&", return_type=Boolean())(box)
