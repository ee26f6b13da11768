"""The history of the schema, applied by Alembic.

A revision is frozen: it says what it makes and imports no model, so that a model's change never
alters what an old file is upgraded to.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection

from gisapp.store import postgis, spatial

VERSIONS = (Path(__file__).parent / "versions",)
REVISIONS = tuple(sorted(path.name[1:5] for path in VERSIONS[0].glob("v[0-9]*.py")))
"""All revisions, oldest first, by the numbers in the names of their files."""

HEAD = REVISIONS[-1]


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision within the connection's transaction."""
    # Alembic takes longer to import than a file that is up to date takes to open.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    script_location = Path(__file__).parent.as_posix().replace("%", "%%")
    config.set_main_option("script_location", script_location)
    config.set_main_option("path_separator", "os")
    locations = (folder.as_posix().replace("%", "%%") for folder in VERSIONS)
    config.set_main_option("version_locations", os.pathsep.join(locations))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "postgresql":
        postgis.settle_columns(connection)
    spatial.watch(connection)
