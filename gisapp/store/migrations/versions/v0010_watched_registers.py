"""What other programs write into the registers is noticed; defaults of numbers are numbers."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REGISTERS = (
    "area",
    "crowded_place",
    "depot",
    "expert",
    "geohazard",
    "grid_contact",
    "hazard_source",
    "hospital",
    "lot",
    "mine",
    "monitoring_station",
    "place",
    "reservoir",
    "river",
    "shelter",
    "tailings_pond",
    "team",
)


def upgrade() -> None:
    """Make what the triggers need, which are made after every upgrade; mend what stands wrong."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("CREATE TABLE gisapp_writing (inside INTEGER NOT NULL)")
        # 1: this very transaction is ours.
        op.execute("INSERT INTO gisapp_writing VALUES (1)")
        _unquote_defaults(connection)
        for table in REGISTERS:
            op.execute(
                f"UPDATE {table} SET version = 1 WHERE typeof(version) <> 'integer' OR version < 1"
            )
    else:
        op.execute(
            "CREATE TABLE gisapp_outside (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " what text NOT NULL, kind text NOT NULL, subject_id text NOT NULL, why text,"
            " data text NOT NULL)"
        )
        for table in REGISTERS:
            op.execute(f"UPDATE {table} SET version = 1 WHERE version < 1")


def _unquote_defaults(connection: sa.Connection) -> None:
    """Write ``DEFAULT '1'`` as ``DEFAULT 1``: other programs take the former for a text.

    By the way that SQLite describes for changes which leave the rows alone (its page on ALTER
    TABLE, 7).
    """
    found = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%DEFAULT ''%'"
    ).all()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar() or 0
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        for name, sql in found:
            unquoted = re.sub(r"(INTEGER|DOUBLE|BOOLEAN) DEFAULT '(-?\d+)'", r"\1 DEFAULT \2", sql)
            connection.exec_driver_sql(
                "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?",
                (unquoted, name),
            )
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema = OFF")
