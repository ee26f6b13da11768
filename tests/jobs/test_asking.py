"""Asking for jobs, reading and cancelling them: rights, joining, and what the log tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from gisapp.errors import UnknownRecordError
from gisapp.events import Event
from gisapp.jobs import (
    Job,
    JobOverError,
    State,
    ask,
    cancel,
    claim_of,
    finish,
    jobs,
    take,
)
from gisapp.jobs import find as find_job
from gisapp.rights import ForbiddenError
from gisapp.store import Store
from tests.jobs.stage import ADMIN, KINDS, OTHER, PLAN, PLANNER, SIFT, START, VIEWER, Hand, turn


def events(store: Store) -> list[tuple[str, str, str]]:
    with store.session() as session:
        found = session.scalars(select(Event).where(Event.kind == "job").order_by(Event.seq))
        return [(one.who, one.what, one.subject_id) for one in found]


def test_a_job_asked_for_waits_and_is_told(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN, {"needs": ["消防"], "k": 3})
    with store.session() as session:
        found = find_job(session, PLANNER, asked.id)
        (told,) = session.scalars(select(Event))
    assert (found.kind, found.parameters) == ("plan", {"needs": ["消防"], "k": 3})
    assert (found.state, found.asked_by, found.asked_at) == ("queued", "wang", START)
    assert (found.attempts, found.done, found.total, found.cancel_asked) == (0, 0, None, False)
    assert (told.who, told.what, told.kind, told.subject_id) == ("wang", "ask", "job", asked.id)
    assert told.data == {
        "job": "plan",
        "after": {
            "parameters": {"needs": ["消防"], "k": 3},
            "not_before": START.isoformat(),
        },
    }


def test_whoever_lacks_the_right_of_the_kind_asks_in_vain(store: Store) -> None:
    with pytest.raises(ForbiddenError), turn(store, Hand()) as session:
        ask(session, VIEWER, PLAN)
    assert events(store) == []


def test_the_same_wish_is_joined_and_told_once(store: Store) -> None:
    with turn(store, Hand()) as session:
        first = ask(session, PLANNER, PLAN, {"a": 1, "b": 2})
        again = ask(session, OTHER, PLAN, {"b": 2, "a": 1})
        other = ask(session, PLANNER, PLAN, {"a": 1, "b": 3})
        kind = ask(session, PLANNER, SIFT, {"a": 1, "b": 2})
    assert first.id == again.id
    assert len({first.id, other.id, kind.id}) == 3
    assert [who for who, _what, _id in events(store)] == ["wang"] * 3


def test_a_job_that_is_joined_is_done_at_the_earlier_moment(store: Store) -> None:
    clock, later = Hand(), START + timedelta(hours=5)
    with turn(store, clock) as session:
        late = ask(session, PLANNER, PLAN, not_before=later)
        assert take(session, ADMIN, worker="w", kinds=KINDS) is None
        assert ask(session, PLANNER, PLAN, not_before=later + timedelta(1)).not_before == later
        assert ask(session, OTHER, PLAN).id == late.id
        taken = take(session, ADMIN, worker="w", kinds=KINDS)
    assert taken is not None
    assert (taken.id, taken.not_before) == (late.id, START)
    assert events(store) == [("wang", "ask", late.id), ("zhao", "ask", late.id)]


def test_what_runs_already_may_be_asked_for_again(store: Store) -> None:
    """Its reader may have seen less than is known now."""
    with turn(store, Hand()) as session:
        first = ask(session, PLANNER, PLAN)
        take(session, ADMIN, worker="w", kinds=KINDS)
        assert ask(session, PLANNER, PLAN).id != first.id


def test_the_database_holds_two_alike_apart(store: Store) -> None:
    """Whatever way they come in."""
    with turn(store, Hand()) as session:
        one = ask(session, PLANNER, PLAN)
        values = {
            column.name: getattr(one, column.name)
            for column in Job.__table__.columns
            if column.name != "fid"
        }
        session.add(Job(**{**values, "id": "J2"}))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_each_sees_their_own_jobs_and_an_administrator_all(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        mine = ask(session, PLANNER, PLAN, {"n": 1})
        theirs = ask(session, OTHER, PLAN, {"n": 2})
    with store.session() as session:
        assert [one.id for one in jobs(session, PLANNER)] == [mine.id]
        assert [one.id for one in jobs(session, ADMIN)] == [theirs.id, mine.id]
        assert [one.id for one in jobs(session, ADMIN, limit=1)] == [theirs.id]
        assert jobs(session, ADMIN, states=[State.DONE]) == []
        with pytest.raises(UnknownRecordError) as hidden:
            find_job(session, PLANNER, theirs.id)
        with pytest.raises(UnknownRecordError) as absent:
            find_job(session, PLANNER, "J0")
    assert hidden.value.code == absent.value.code == "jobs.unknown"
    with pytest.raises(UnknownRecordError), turn(store, clock) as session:
        cancel(session, PLANNER, theirs.id)


def test_what_waits_is_cancelled_at_once(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        cancelled = cancel(session, PLANNER, asked.id)
        assert cancel(session, PLANNER, asked.id).finished_at == START  # pressed twice
        assert take(session, ADMIN, worker="w", kinds=KINDS) is None
    assert (cancelled.state, cancelled.finished_at) == ("cancelled", START)
    assert [what for _who, what, _id in events(store)] == ["ask", "cancel"]


def test_whoever_is_at_work_is_asked_to_stop(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        take(session, ADMIN, worker="w", kinds=KINDS)
        cancel(session, PLANNER, asked.id)
        found = cancel(session, PLANNER, asked.id)
        assert (found.state, found.cancel_asked) == ("running", True)
    assert [what for _who, what, _id in events(store)] == ["ask", "cancel"]


def test_what_is_done_cannot_be_cancelled(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        taken = take(session, ADMIN, worker="w", kinds=KINDS)
        assert taken is not None
        finish(session, ADMIN, claim_of(taken), {})
        with pytest.raises(JobOverError):
            cancel(session, PLANNER, asked.id)
        assert find_job(session, PLANNER, asked.id).state == "done"
