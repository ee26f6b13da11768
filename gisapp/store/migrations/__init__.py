"""The history of the schema, applied by Alembic.

A revision is frozen: it says what it makes and imports no model, so that a model's change never
alters what an old file is upgraded to.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from gisapp.store import postgis, spatial

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
)
"""All revisions, oldest first; a test holds them to the files in ``versions``."""

HEAD = REVISIONS[-1]


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the schema to `revision` within the connection's transaction."""
    # Alembic takes longer to import than a file that is up to date takes to open.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    script_location = Path(__file__).parent.as_posix().replace("%", "%%")
    config.set_main_option("script_location", script_location)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if connection.dialect.name == "postgresql":
        postgis.settle_columns(connection)
    if revision == HEAD:
        spatial.watch(connection)
