"""A process killed in the middle of an edit leaves the database whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from gisapp.events import since
from gisapp.registers import editing, record
from gisapp.rights import system_actor
from gisapp.store import FileStore, Store, open_store

ROOT = Path(__file__).resolve().parents[2]
TEAM = {
    "name": "甲队",
    "x": 111.5,
    "y": 36.1,
    "team_type": "medical",
    "people": "20",
    "capabilities": "medical",
}

# Two edits acknowledged, then a third with all its rows written and nothing committed.
EDIT = """
import signal, sys
from sqlalchemy import event
from gisapp.rights import system_actor
from gisapp.registers import editing
from gisapp.store import open_store

store = open_store(sys.argv[1])
for people in (21, 22, 23):
    with store.session(write=True) as session:
        editing.change(session, system_actor("li"), "team", "T1", {"people": str(people)},
                       version=people - 20, why="count")
        if people == 23:
            session.flush()
            print("now", flush=True)
            signal.pause()
"""


def test_killed_edit_leaves_the_last_one_acknowledged(
    store: Store, request: pytest.FixtureRequest
) -> None:
    address = store.path if isinstance(store, FileStore) else request.getfixturevalue("postgis_url")
    actor = system_actor("li")
    with store.session(write=True) as session:
        editing.create(session, actor, "team", {"id": "T1", **TEAM}, why="census")
    store.close()
    process = subprocess.Popen(
        [sys.executable, "-c", EDIT, str(address)],
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
    with open_store(address) as survivor:
        if isinstance(survivor, FileStore):
            survivor.check()
            with survivor.session() as session:
                tree = session.execute(text("SELECT rtreecheck('rtree_team_geom')")).scalar()
                assert tree == "ok"
        with survivor.session() as session:
            found = record(session, "team", "T1")
            assert (found["people"], found["version"]) == (22, 3)
            assert [event.what for event in since(session, 0)] == ["insert", "update", "update"]
        with survivor.session(write=True) as session:  # the dead process holds no turn
            values = {"people": "30"}
            assert editing.change(
                session, actor, "team", "T1", values, version=3,  why="again"
            ) == 4  # fmt: skip
