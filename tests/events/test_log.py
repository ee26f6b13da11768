"""The event log only ever grows, in the transaction of what it tells of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from gisapp.events import Event, EventRecord, latest, record_event, record_events, since
from gisapp.events.catalogue import Changed
from gisapp.store import Store

DATA: Changed = {"before": {"a": 0}, "after": {"a": 1}}


def test_order_and_content(store: Store) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with store.session(write=True) as session:
        record_event(
            session, who="li", what="sign_out", kind="account", subject_id="T1", why="census"
        )
        record_events(
            session,
            [
                EventRecord(who="li", what="update", kind="team", subject_id="T1", data=DATA),
                EventRecord(who="wu", what="revoke", kind="access_token", subject_id="M1"),
            ],
        )
        record_events(session, [])
    with store.session() as session:
        events = since(session, 0)
        assert [(e.seq, e.who, e.what, e.subject_id, e.why, e.data) for e in events] == [
            (1, "li", "sign_out", "T1", "census", None),
            (2, "li", "update", "T1", None, DATA),
            (3, "wu", "revoke", "M1", None, None),
        ]
        assert all(event.at >= before for event in events)
        assert [event.seq for event in since(session, 1)] == [2, 3]
        assert [event.seq for event in since(session, 0, limit=2)] == [1, 2]
        assert latest(session) == 3


def test_empty_log(store: Store) -> None:
    with store.session() as session:
        assert latest(session) == 0
        assert since(session, 0) == []


def test_nobody_rewrites_history(store: Store) -> None:
    with store.session(write=True) as session:
        record_event(session, who="li", what="sign_out", kind="account", subject_id="T1")
    for statement in (update(Event).values(who="wu"), delete(Event)):
        with pytest.raises(IntegrityError, match="append-only"), store.session(write=True) as s:
            s.execute(statement)
    with store.session() as session:
        assert [event.who for event in since(session, 0)] == ["li"]


def test_event_is_lost_with_its_transaction(store: Store) -> None:
    def fail() -> None:
        with store.session(write=True) as session:
            record_event(session, who="li", what="sign_out", kind="account", subject_id="T1")
            session.execute(text("INSERT INTO team (id) VALUES ('T1')"))

    with pytest.raises(IntegrityError):
        fail()
    with store.session() as session:
        assert latest(session) == 0
