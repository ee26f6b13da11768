"""Records leave use in one way, whoever takes them out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import gisapp
from gisapp.events import since
from gisapp.exchange.applying import set_retirement as taken_from_a_copy
from gisapp.importing.mergers import merge
from gisapp.registers import KINDS, record
from gisapp.registers.editing import create, restore, retire, undo_last
from gisapp.registers.retirement import IN_USE, RETIREMENT
from gisapp.store import Store
from tests.registers.test_editing import ADMIN, TEAM

Way = Callable[[Session], object]
MOMENT = {"retired_at": "2026-11-01T08:00:00.123+08:00"}
WAYS: dict[str, Way] = {
    "form": lambda session: retire(session, ADMIN, "team", "T1", why="撤编"),
    "merge": lambda session: merge(session, ADMIN, "team", "T2", "T1", choices={}, why="撤编"),
    "copy": lambda session: taken_from_a_copy(
        session, ADMIN, KINDS["team"], "T1", MOMENT, why="撤编"
    ),
    "undo": lambda session: undo_last(session, ADMIN, "team", "T1", why="撤编"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_columns_the_version_and_the_event_agree(store: Store, way: str) -> None:
    with store.session(write=True) as session:
        for number in (1, 2):
            values = {**TEAM, "id": f"T{number}"}
            create(session, ADMIN, "team", values, why="t")
    with store.session(write=True) as session:
        WAYS[way](session)
    with store.session() as session:
        found = record(session, "team", "T1")
        told = next(
            one
            for one in since(session, 0)
            if one.subject_id == "T1" and "retired_at" in ((one.data or {}).get("after") or {})
        )
    assert found["retired_by"] == ADMIN.who
    assert "撤编" in found["retire_reason"]
    assert found["version"] == 2
    assert told.data is not None
    assert {name: told.data["before"][name] for name in RETIREMENT} == IN_USE
    after = told.data["after"]
    assert datetime.fromisoformat(after["retired_at"]) == found["retired_at"].astimezone(UTC)
    assert (after["retired_by"], after["retire_reason"]) == (
        found["retired_by"], found["retire_reason"],
    )  # fmt: skip


def test_back_in_use_the_columns_are_empty_again(store: Store) -> None:
    with store.session(write=True) as session:
        create(session, ADMIN, "team", TEAM, why="t")
        for step in (retire, restore, undo_last):
            step(session, ADMIN, "team", TEAM["id"], why="撤编")
        assert record(session, "team", TEAM["id"])["retire_reason"] == "撤编"
        undo_last(session, ADMIN, "team", TEAM["id"], why="t")
        found = record(session, "team", TEAM["id"])
    assert {name: found[name] for name in RETIREMENT} == IN_USE


def test_the_stamp_is_written_out_nowhere_else() -> None:
    root = Path(gisapp.__file__).parent
    named = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "migrations" not in path.parts
        and re.search(r"\"retired_by\"[:,]", path.read_text(encoding="utf-8"))
    }
    # The check of the tables, what the columns are called, and files, which are no records.
    assert named == {
        "registers/retirement.py", "registers/record.py", "registers/wording.py",
        "registers/attachments.py",
    }  # fmt: skip
