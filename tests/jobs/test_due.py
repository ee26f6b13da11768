"""What is due each night goes by midnight at the site; what is over goes after a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisapp.jobs import ask, ask_due, cancel, claim_of, fail, find, finish, jobs, take, thin
from gisapp.jobs.due import KEPT, night_began
from gisapp.rights import ForbiddenError
from gisapp.store import Store
from tests.jobs.stage import ADMIN, KINDS, OTHER, PLAN, PLANNER, SIFT, START, VIEWER, Hand, turn

MS = timedelta(milliseconds=1)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = [
    "Asia/Shanghai", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC",
    "America/New_York", "America/Santiago", "Australia/Lord_Howe",
]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "moment", "began"),
    [
        ("Asia/Shanghai", "2026-03-01T02:00+00:00", "2026-02-28T16:00+00:00"),
        ("Asia/Shanghai", "2026-02-28T15:59:59.999+00:00", "2026-02-27T16:00+00:00"),
        ("Asia/Shanghai", "2026-02-28T16:00+00:00", "2026-02-28T16:00+00:00"),
        ("Asia/Kathmandu", "2026-03-01T18:14+00:00", "2026-02-28T18:15+00:00"),
        ("Asia/Kathmandu", "2026-03-01T18:15+00:00", "2026-03-01T18:15+00:00"),
        ("America/New_York", "2026-03-08T22:00+00:00", "2026-03-08T05:00+00:00"),  # 23 hours
        ("America/New_York", "2026-11-01T23:00+00:00", "2026-11-01T04:00+00:00"),  # 25 hours
        ("America/Santiago", "2026-09-06T12:00+00:00", "2026-09-06T04:00+00:00"),  # no midnight
    ],
)
def test_the_night_begins_at_midnight_at_the_site(zone: str, moment: str, began: str) -> None:
    found = night_began(datetime.fromisoformat(moment), zone)
    assert found == datetime.fromisoformat(began)
    assert found.utcoffset() == timedelta(0)


@given(
    moment=st.integers(0, 15 * 366 * 86_400).map(lambda s: EPOCH + timedelta(seconds=s)),
    zone=st.sampled_from(ZONES),
)
@settings(deadline=None, derandomize=True)
def test_a_night_is_the_day_of_the_site(moment: datetime, zone: str) -> None:
    began = night_began(moment, zone)
    place = ZoneInfo(zone)
    assert began <= moment
    assert began.astimezone(place).date() == moment.astimezone(place).date()
    assert (began - MS).astimezone(place).date() < moment.astimezone(place).date()
    assert night_began(began, zone) == began


def run_one(store: Store, clock: Hand, *, ok: bool = True) -> str:
    with turn(store, clock) as session:
        job = take(session, ADMIN, worker="w", kinds=KINDS)
        assert job is not None
        if ok:
            finish(session, ADMIN, claim_of(job), {})
        else:
            fail(session, ADMIN, claim_of(job), ("jobs.defect", {"detail": ""}))
        return job.id


def due(store: Store, clock: Hand, zone: str = "Asia/Shanghai") -> list[tuple[str, str, str]]:
    with turn(store, clock) as session:
        found = ask_due(session, ADMIN, [PLAN, SIFT], zone=zone)
        return [(one.kind, one.state, one.id) for one in found]


def test_each_kind_is_asked_for_once_a_night(store: Store) -> None:
    clock = Hand()
    asked = due(store, clock)
    assert [(kind, state) for kind, state, _id in asked] == [("plan", "queued"), ("sift", "queued")]
    assert due(store, clock) == asked
    run_one(store, clock)
    run_one(store, clock)
    ids = [job_id for _kind, _state, job_id in asked]
    assert due(store, clock) == [("plan", "done", ids[0]), ("sift", "done", ids[1])]
    with store.session() as session:
        assert len(jobs(session, ADMIN)) == 2


@pytest.mark.parametrize(
    ("zone", "midnight"), [("Asia/Shanghai", 16), ("UTC", 24), ("America/Phoenix", 7)]
)
def test_what_was_done_before_midnight_is_due_after_it(
    store: Store, zone: str, midnight: int
) -> None:
    """None of the three changes its clocks: midnight is the same hour of UTC all year."""
    clock = Hand(datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=midnight) - MS)
    with turn(store, clock) as session:
        first = ask_due(session, ADMIN, [PLAN], zone=zone)[0].id
    assert run_one(store, clock) == first
    with turn(store, clock) as session:
        assert ask_due(session, ADMIN, [PLAN], zone=zone)[0].id == first
    clock.pass_(MS)
    with turn(store, clock) as session:
        again = ask_due(session, ADMIN, [PLAN], zone=zone)[0]
        assert (again.id == first, again.state) == (False, "queued")


def test_what_was_begun_before_midnight_tells_of_the_day_before(store: Store) -> None:
    clock = Hand(datetime(2026, 7, 1, 15, 59, tzinfo=UTC))
    asked = due(store, clock)[0][2]
    with turn(store, clock) as session:
        job = take(session, ADMIN, worker="w", kinds=KINDS)
        assert job is not None
        clock.pass_(timedelta(minutes=2))
        finish(session, ADMIN, claim_of(job), {})
    assert due(store, clock)[0][2] != asked


def test_what_failed_or_was_cancelled_is_due_again(store: Store) -> None:
    clock = Hand()
    failed, cancelled = (job_id for _kind, _state, job_id in due(store, clock))
    run_one(store, clock, ok=False)
    with turn(store, clock) as session:
        cancel(session, ADMIN, cancelled)
    again = due(store, clock)
    assert [state for _kind, state, _id in again] == ["queued", "queued"]
    assert {failed, cancelled}.isdisjoint(job_id for _kind, _state, job_id in again)


def test_what_is_at_work_is_not_asked_for_again_even_where_its_worker_died(store: Store) -> None:
    clock = Hand()
    due(store, clock)
    with turn(store, clock) as session:
        at_work = take(session, ADMIN, worker="w", kinds=KINDS)
        assert at_work is not None
    clock.pass_(timedelta(days=3))
    assert due(store, clock)[0] == ("plan", "running", at_work.id)


def test_the_same_kind_for_something_else_is_not_the_nights(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        other = ask(session, PLANNER, PLAN, {"n": 1}).id
    assert run_one(store, clock) == other
    assert due(store, clock)[0][1] == "queued"


def test_what_somebody_asked_for_tonight_counts(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        theirs = ask(session, OTHER, PLAN).id
    assert due(store, clock)[0] == ("plan", "queued", theirs)
    run_one(store, clock)
    assert due(store, clock)[0] == ("plan", "done", theirs)


def test_the_night_needs_the_right_of_each_kind(store: Store) -> None:
    """Also where nothing is left to do."""
    clock = Hand()
    due(store, clock)
    run_one(store, clock)
    with pytest.raises(ForbiddenError), turn(store, clock) as session:
        ask_due(session, VIEWER, [PLAN], zone="UTC")


def test_what_is_over_goes_after_its_time_and_nothing_else(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        for number in range(5):
            ask(session, PLANNER, PLAN, {"n": number})
    done, failed = run_one(store, clock), run_one(store, clock, ok=False)
    with turn(store, clock) as session:
        running = take(session, ADMIN, worker="w", kinds=KINDS)
        assert running is not None
        waiting, called_off = (one for one in jobs(session, ADMIN) if one.state == "queued")
        cancel(session, ADMIN, called_off.id)
    clock.pass_(KEPT)
    with turn(store, clock) as session:
        assert thin(session, ADMIN) == 0
    clock.pass_(MS)
    with turn(store, clock) as session:
        with pytest.raises(ForbiddenError):
            thin(session, PLANNER)
        assert thin(session, ADMIN) == 3
        assert {one.id for one in jobs(session, ADMIN)} == {running.id, waiting.id}
        assert find(session, ADMIN, waiting.id).asked_at == START
    assert {done, failed}.isdisjoint({running.id, waiting.id})
