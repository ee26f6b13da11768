"""The audit: filters, pages, and days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gisapp.accounts.audit import audit, counted, everyone, kinds_of_change
from gisapp.events import count_event, record_event
from gisapp.events.catalogue import Refused
from gisapp.store import Store

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    """Ten days, a change on each: even ones by a, odd ones by b."""
    with store.session(write=True) as session:
        for day in range(10):
            record_event(
                session,
                who="ab"[day % 2],
                what="update" if day < 5 else "insert",
                kind="team",
                subject_id=f"T{day}",
                data={"before": {}, "after": {}} if day < 5 else {"after": {}},
                at=START + timedelta(days=day),
            )
    return store


def subjects(store: Store, **asked: object) -> list[str]:
    with store.session() as session:
        return [one.subject_id for one in audit(session, **asked).events]


def test_the_newest_comes_first_page_by_page(filled: Store) -> None:
    seen: list[str] = []
    before: int | None = None
    with filled.session() as session:
        while True:
            page = audit(session, before_seq=before, limit=4)
            seen += [one.subject_id for one in page.events]
            before = page.before_seq
            if before is None:
                break
    assert seen == [f"T{day}" for day in reversed(range(10))]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"who": "a"}, [8, 6, 4, 2, 0]),
        ({"what": "update"}, [4, 3, 2, 1, 0]),
        ({"who": "b", "what": "insert"}, [9, 7, 5]),
        ({"kind": "team", "subject_id": "T3"}, [3]),
        ({"who": "nobody"}, []),
        ({"start": START + timedelta(days=8)}, [9, 8]),
        ({"end": START + timedelta(days=2)}, [1, 0]),
        ({"start": START + timedelta(days=3), "end": START + timedelta(days=5)}, [4, 3]),
        ({"start": START + timedelta(days=300)}, []),
        ({"end": START}, []),
    ],
)
def test_filters(filled: Store, asked: dict[str, object], days: list[int]) -> None:
    assert subjects(filled, **asked) == [f"T{day}" for day in days]


def test_a_clock_set_back_hides_nothing(filled: Store) -> None:
    with filled.session(write=True) as session:
        record_event(
            session,
            who="c",
            what="update",
            kind="team",
            subject_id="late",
            data={"before": {}, "after": {}},
            at=START + timedelta(days=8, hours=12),
        )
    day = {"start": START + timedelta(days=8), "end": START + timedelta(days=9)}
    assert subjects(filled, **day) == ["late", "T8"]


def test_names_to_choose_from(filled: Store) -> None:
    with filled.session(write=True) as session:
        told: Refused = {"target": "/audit", "code": "accounts.forbidden", "address": "::1"}
        count_event(
            session, who="x", what="refused", kind="access", subject="GET /audit", data=told
        )
    with filled.session() as session:
        assert everyone(session) == ["a", "b", "x"]
        assert kinds_of_change(session) == ["insert", "refused", "update"]


def test_hours_by_who_what_about_what_and_when(store: Store) -> None:
    with store.session(write=True) as session:
        for number in range(6):
            count_event(
                session,
                who="ab"[number % 2],
                what="export",
                kind="export_feed",
                subject=f"team.{number}",
                data={"format": "csv", "records": 1, "contacts": False, "filters": {}},
                at=START + timedelta(hours=number),
            )
    with store.session() as session:
        page = counted(session, limit=4)
        assert [one.subject for one in page.counts] == [f"team.{n}" for n in (5, 4, 3, 2)]
        rest = counted(session, before_fid=page.before_fid)
        assert [one.subject for one in rest.counts] == ["team.1", "team.0"]
        assert rest.before_fid is None
        assert {one.who for one in counted(session, who="a").counts} == {"a"}
        (only,) = counted(session, subject="team.3", kind="export_feed").counts
        assert only.hour == START + timedelta(hours=3)
        day = counted(session, start=START + timedelta(hours=4), end=START + timedelta(hours=5))
        assert [one.subject for one in day.counts] == ["team.4"]
