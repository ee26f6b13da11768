"""Counting by the hour: exact under races, bounded where it has to be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from gisapp.events import EVERYBODY, EventCount, count_event
from gisapp.store import Store

HOUR = datetime(2026, 3, 1, 9, tzinfo=UTC)
READ: dict[str, Any] = {
    "who": "token:水利", "what": "export", "kind": "export_feed", "subject": "team.csv",
    "data": {"format": "csv", "records": 0, "contacts": False, "filters": {}},
}  # fmt: skip


def add(store: Store, **changed: Any) -> None:
    with store.session(write=True) as session:
        count_event(session, **{**READ, "at": HOUR, **changed})


def told(records: int) -> dict[str, Any]:
    return {**READ["data"], "records": records}


def rows(store: Store) -> list[EventCount]:
    with store.session() as session:
        return list(session.scalars(select(EventCount).order_by(EventCount.fid)))


def test_one_row_for_an_hour_a_reader_and_a_subject(store: Store) -> None:
    add(store, records=7, data=told(1), at=HOUR + timedelta(minutes=1))
    add(store, records=8, contacts=True, data=told(2), at=HOUR + timedelta(minutes=59))
    add(store, records=1, data=told(3), at=HOUR + timedelta(minutes=30))
    (only,) = rows(store)
    assert (only.hour, only.times, only.records, only.contacts) == (HOUR, 3, 16, True)
    assert only.first_at == HOUR + timedelta(minutes=1)
    assert only.data == told(3)
    add(store, at=HOUR + timedelta(hours=1))
    add(store, who="token:b")
    add(store, subject="team.geojson")
    assert len(rows(store)) == 4


def test_readers_at_once_are_all_counted(store: Store) -> None:
    def read(number: int) -> None:
        add(store, records=number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, range(40)))
    (only,) = rows(store)
    assert (only.times, only.records) == (40, sum(range(40)))


def test_a_full_hour_takes_the_rest_in_one_row(store: Store) -> None:
    for number in range(12):
        add(store, who=f"a{number}", most_rows=5)
    add(store, who="a1", most_rows=5)
    found = {one.who: one.times for one in rows(store)}
    assert found == {"a0": 1, "a1": 2, "a2": 1, "a3": 1, "a4": 1, EVERYBODY: 7}
    add(store, who="new", at=HOUR + timedelta(hours=1), most_rows=5)
    assert "new" in {one.who for one in rows(store)}
