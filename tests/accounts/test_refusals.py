"""Refusals are kept, in bounded memory, rows and transactions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gisapp.accounts import refusals as room
from gisapp.accounts.refusals import Refusals
from gisapp.errors import StoreError
from gisapp.events import EVERYBODY, EventCount
from gisapp.store import FileStore, Store


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def refuse(refusals: Refusals, *, who: str = "a", page: str = "GET /audit") -> None:
    refusals.note(who=who, page=page, address="10.0.0.1", target="GET /audit", code="c")


def rows(store: Store) -> dict[tuple[str, str], int]:
    with store.session() as session:
        return {(one.who, one.subject): one.times for one in session.scalars(select(EventCount))}


def test_the_first_is_written_at_once_the_others_together(store: Store) -> None:
    clock = Clock()
    kept = Refusals(store, clock=clock)
    refuse(kept)
    assert sum(rows(store).values()) == 1
    for _ in range(500):
        refuse(kept)
    assert sum(rows(store).values()) == 1
    clock.now_s += room.WRITTEN_EVERY_S
    refuse(kept, page="GET /accounts")
    assert sum(rows(store).values()) == 502


def test_memory_and_rows_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 20)
    monkeypatch.setattr(room, "MOST_ROWS", 10)
    kept = Refusals(store, clock=Clock())
    for number in range(200):
        refuse(kept, page=f"GET /{number}")
    assert len(kept._waiting) <= 21
    kept.write()
    found = rows(store)
    # One row more for all that had no room, and another should the hour change meanwhile.
    assert len(found) <= 12
    assert sum(found.values()) == 200
    assert found[EVERYBODY, EVERYBODY] > 100


def test_what_cannot_be_written_waits(
    file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Refusals(file_store, clock=Clock())
    with monkeypatch.context() as full:

        def no_room(**_options: object) -> None:
            raise StoreError("store.disk_full", path="x")

        full.setattr(file_store, "session", no_room)
        refuse(kept)
        refuse(kept)
    assert rows(file_store) == {}
    kept.write()
    assert list(rows(file_store).values()) == [2]
