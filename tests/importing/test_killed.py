"""A process killed in the middle of an import leaves the database whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gisapp.events import since
from gisapp.importing import import_resources
from gisapp.registers import count
from gisapp.rights import system_actor
from gisapp.store import FileStore, Store, open_store
from tests.importing.files import teams, write_csv

ROOT = Path(__file__).resolve().parents[2]

# Stops, rows written and nothing committed, until it is killed.
IMPORT = """
import sys, signal
from gisapp.importing import import_resources
from gisapp.events import steps
from gisapp.rights import system_actor
from gisapp.store import open_store

{stop}
store, li = open_store(sys.argv[1]), system_actor("li")
import_resources(store, "team", sys.argv[2], crs="EPSG:4326", actor=li)
"""
AFTER_ROWS = """
def stop(*args, **kwargs):
    print("now", flush=True)
    signal.pause()
steps.record_events = stop
"""
BEFORE_COMMIT = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
@event.listens_for(Engine, "commit")
def stop(connection):
    if connection.get_execution_options().get("write"):
        print("now", flush=True)
        signal.pause()
"""


@pytest.mark.parametrize("stop", [AFTER_ROWS, BEFORE_COMMIT], ids=["after rows", "before commit"])
def test_killed_import_leaves_nothing(
    store: Store, request: pytest.FixtureRequest, tmp_path: Path, stop: str
) -> None:
    first = write_csv(tmp_path / "first.csv", *teams({}, {}))
    import_resources(store, "team", first, crs="EPSG:4326", actor=system_actor("li"))
    is_file = isinstance(store, FileStore)
    where = store.path if is_file else request.getfixturevalue("postgis_url")
    store.close()
    rows = teams(*[{"people": str(i)} for i in range(600)])
    path = write_csv(tmp_path / "team.csv", *rows)
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT.format(stop=stop), str(where), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    with open_store(where) as survivor:
        with survivor.session() as session:
            assert count(session, "team") == 2
            assert len(since(session, 0)) == 3  # two teams and their import
            if is_file:
                for check in ("PRAGMA integrity_check", "SELECT rtreecheck('rtree_team_geom')"):
                    assert session.execute(text(check)).scalar() == "ok"
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        again = import_resources(survivor, "team", path, crs="EPSG:4326", actor=system_actor("li"))
        assert (again.inserted, again.updated) == (598, 2)
