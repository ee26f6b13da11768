"""The schema's history leads to the models, and old files come along."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from shapely import Point
from sqlalchemy import create_engine, select

import gisapp.accounts.models
import gisapp.events
import gisapp.exchange.models
import gisapp.importing.models
import gisapp.incidents.models
import gisapp.jobs.models
import gisapp.registers.kinds
import gisapp.risks.models
import gisapp.site  # noqa: F401 - for their tables
from gisapp.events import Event
from gisapp.registers.kinds.team import Team
from gisapp.schema import Base
from gisapp.store import FileStore, Store, engine, migrations, open_store, spatial
from tests.conftest import run_ogrinfo


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


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("team", sa.Column("remark", sa.Text()))
"""


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The next version of the program, which has one revision more."""
    folder = tmp_path / "versions"
    folder.mkdir()
    (folder / "later.py").write_text(LATER)
    monkeypatch.setattr(migrations, "VERSIONS", (*migrations.VERSIONS, folder))
    for module in (migrations, engine):
        monkeypatch.setattr(module, "REVISIONS", (*migrations.REVISIONS, "later"))
        monkeypatch.setattr(module, "HEAD", "later")


def test_an_old_database_is_upgraded_on_opening_and_keeps_its_records(
    store: Store, request: pytest.FixtureRequest
) -> None:
    with store.session(write=True) as session:
        session.add(Team(id="T1", name="队", team_type="medical", geom=Point(111, 36)))
    store.close()
    request.getfixturevalue("later")
    address = store.path if isinstance(store, FileStore) else request.getfixturevalue("postgis_url")
    with open_store(address) as opened:
        assert opened.revision() == "later"
        with opened.session() as session:
            assert session.scalars(select(Team.id)).all() == ["T1"]
        # Outside the application, whose model knows nothing of the column.
        outside = (
            (lambda sql: run_ogrinfo(opened.path, sql))
            if isinstance(opened, FileStore)
            else request.getfixturevalue("outside")
        )
        outside("UPDATE team SET remark = '新'")
        with opened.session() as session:
            told = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        assert told.data == {"before": {"remark": None}, "after": {"remark": "新"}}


@pytest.mark.usefixtures("later")
def test_a_failed_upgrade_leaves_the_file_as_it_was(empty_file: Path, tmp_path: Path) -> None:
    """Data definition is part of the transaction."""
    with FileStore(Path(shutil.copy(empty_file, tmp_path / "old.gpkg"))) as old:
        with suppress(KeyboardInterrupt), old._writers.begin() as connection:
            migrations.upgrade(connection)
            assert "remark" in spatial.columns(connection)["team"]
            raise KeyboardInterrupt
        assert old.revision() == "0001"
        with old.connection() as connection:
            assert "remark" not in spatial.columns(connection)["team"]
