"""Column types as they stand in the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from gisapp.events import record_event, since
from gisapp.events.catalogue import Made
from gisapp.store import FileStore, Store

LOCAL = datetime(2024, 3, 1, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


def test_moments_are_kept_in_utc_to_the_millisecond(store: Store) -> None:
    with store.session(write=True) as session:
        record_event(session, who="a", what="sign_out", kind="account", subject_id="d", at=LOCAL)
    with store.session() as session:
        (event,) = since(session, 0)
        assert event.at == datetime(2024, 3, 1, 1, 30, 0, 123000, tzinfo=UTC)


def test_moments_in_a_file_are_geopackage_text(file_store: FileStore) -> None:
    """09:30 at UTC+8 is 01:30Z, in the one form the standard allows."""
    with file_store.session(write=True) as session:
        record_event(session, who="a", what="sign_out", kind="account", subject_id="d", at=LOCAL)
    with file_store.session() as session:
        kept = session.execute(text("SELECT at FROM event")).scalar_one()
        assert kept == "2024-03-01T01:30:00.123Z"


def test_moment_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2024, 3, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(StatementError), store.session(write=True) as session:
        record_event(session, who="a", what="sign_out", kind="account", subject_id="d", at=naive)


def test_json_is_readable_text(store: Store) -> None:
    data: Made = {"after": {"名": "甲", "list": [1, None]}}
    with store.session(write=True) as session:
        record_event(session, who="a", what="insert", kind="account", subject_id="d", data=data)
    with store.session() as session:
        kept = session.execute(text("SELECT data FROM event")).scalar_one()
        assert kept == '{"after":{"名":"甲","list":[1,null]}}'
        assert since(session, 0)[0].data == data
