"""The schema's history leads to the models, and old files come along."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from alembic.script import ScriptDirectory
from shapely import Point
from sqlalchemy import create_engine, insert, select, text

import gisapp.accounts.models
import gisapp.events
import gisapp.exchange.models
import gisapp.importing.models
import gisapp.incidents.models
import gisapp.registers.models
import gisapp.risks.models
import gisapp.site  # noqa: F401 - for their tables
from gisapp.registers.models import Team
from gisapp.schema import Base
from gisapp.store import FileStore, geopackage, migrations, open_store


def schema(connection: sqlite3.Connection, names: set[str]) -> dict[str, str]:
    """Tables and indexes by name, their SQL freed of spacing and of the order of constraints."""
    listed = connection.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE sql NOTNULL AND type IN"
        " ('table', 'index')"
    )
    return {name: canonical(sql) for name, table, sql in listed if table in names}


def canonical(sql: str) -> str:
    flat = re.sub(r"\s+", " ", sql).replace('"', "")
    head, _, body = flat.partition("(")
    # A column added later carries its constraint with it, one made with the table apart.
    parts = re.split(r",? (?=CONSTRAINT )|, (?=\w+ [A-Z]+\b)", body.rsplit(")", 1)[0])
    return head.strip() + " | " + " | ".join(sorted(part.strip() for part in parts))


def test_revisions_are_the_files() -> None:
    """`REVISIONS` saves opening a file the import of Alembic, so it must not lie."""
    folder = Path(migrations.__file__).parent
    script = ScriptDirectory(str(folder))
    walked = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(walked)) == migrations.REVISIONS
    assert script.get_current_head() == migrations.HEAD


def test_migrated_schema_is_the_models(file_store: FileStore) -> None:
    """Columns, types, defaults, checks, keys and indexes alike."""
    tables = set(Base.metadata.tables)
    file_store.close()
    migrated = sqlite3.connect(file_store.path)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        Base.metadata.create_all(connection)
        made = schema(connection.connection.driver_connection, tables)
    assert schema(migrated, tables) == made
    migrated.close()
    engine.dispose()


def test_old_file_is_upgraded_on_opening_and_keeps_its_records(tmp_path: Path) -> None:
    path = tmp_path / "old.gpkg"
    old = FileStore(path)
    with old._writers.begin() as connection:
        geopackage.create_file_metadata(connection)
        migrations.upgrade(connection, migrations.REVISIONS[0])
    with old.session(write=True) as session:
        # Only the columns of that revision: the model has more.
        session.execute(
            insert(Team.__table__),
            {"id": "T1", "name": "队", "team_type": "medical", "geom": Point(111, 36)},
        )
    old.close()
    with open_store(path) as store, store.session() as session:
        version = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        assert version == migrations.HEAD
        assert session.scalars(select(Team.id)).all() == ["T1"]


def test_failed_upgrade_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """Data definition is part of the transaction."""
    path = tmp_path / "old.gpkg"
    with FileStore(path) as old:
        with old._writers.begin() as connection:
            geopackage.create_file_metadata(connection)
            migrations.upgrade(connection, migrations.REVISIONS[0])
        try:
            with old._writers.begin() as connection:
                migrations.upgrade(connection)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
        assert old.revision() == migrations.REVISIONS[0]
        with old.session() as session:
            left = session.execute(
                text("SELECT count(*) FROM sqlite_master WHERE name = 'road_closure'")
            )
            assert left.scalar() == 0
