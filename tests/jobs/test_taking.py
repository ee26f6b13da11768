"""Each job is taken by one worker at a time, whatever dies, races or is called off."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gisapp.clock import set_clock
from gisapp.events import Event, latest, since
from gisapp.jobs import (
    LEASE,
    MOST_ATTEMPTS,
    OVER,
    Claim,
    Job,
    JobCancelledError,
    JobLostError,
    JobOverError,
    ask,
    cancel,
    claim_of,
    fail,
    finish,
    hand_back,
    leave_off,
    report,
    take,
)
from gisapp.rights import ForbiddenError
from gisapp.store import Store
from tests.jobs.stage import ADMIN, KINDS, PLAN, PLANNER, SIFT, START, Hand, turn

MS = timedelta(milliseconds=1)


def taken(session: Session, worker: str = "w") -> Claim:
    job = take(session, ADMIN, worker=worker, kinds=KINDS)
    assert job is not None
    return claim_of(job)


def state(session: Session, claim: Claim) -> str:
    return session.scalars(select(Job.state).where(Job.id == claim.job_id)).one()


def test_eight_workers_take_fifty_jobs_once_each(store: Store, other_store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        asked = {ask(session, PLANNER, PLAN, {"n": n}).id for n in range(50)}

    def work(number: int) -> list[str]:
        got = []
        opened = (store, other_store)[number % 2]
        while True:
            with turn(opened, clock) as session:
                job = take(session, ADMIN, worker=f"w{number}", kinds=KINDS)
            if job is None:
                return got
            got.append(job.id)

    with ThreadPoolExecutor(8) as threads:
        counted = Counter(one for got in threads.map(work, range(8)) for one in got)
    assert counted == dict.fromkeys(asked, 1)


def test_the_one_that_is_due_longest_comes_first(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        later = ask(session, PLANNER, PLAN, {"n": 1}, not_before=START + timedelta(hours=1))
        first = ask(session, PLANNER, PLAN, {"n": 2})
        second = ask(session, PLANNER, SIFT)
        clock.pass_(timedelta(hours=1))
        got = [taken(session).job_id for _ in range(3)]
    assert got == [first.id, second.id, later.id]


def test_a_kind_that_the_worker_does_not_know_is_left(store: Store) -> None:
    with turn(store, Hand()) as session:
        ask(session, PLANNER, PLAN)
        assert take(session, ADMIN, worker="w", kinds={"sift"}) is None
        assert taken(session).job_id


def test_only_a_worker_with_every_right_takes(store: Store) -> None:
    with turn(store, Hand()) as session:
        ask(session, PLANNER, PLAN)
        with pytest.raises(ForbiddenError):
            take(session, PLANNER, worker="w", kinds=KINDS)
        claim = taken(session)
        with pytest.raises(ForbiddenError):
            finish(session, PLANNER, claim, {})


def test_a_lease_runs_out_to_the_millisecond(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        ask(session, PLANNER, PLAN)
        first = taken(session, "a")
        clock.pass_(LEASE - MS)
        assert take(session, ADMIN, worker="b", kinds=KINDS) is None
        clock.pass_(MS)
        second = taken(session, "b")
        assert second.job_id == first.job_id
        for late in (
            lambda: report(session, ADMIN, first),
            lambda: finish(session, ADMIN, first, {"n": 1}),
            lambda: fail(session, ADMIN, first, ("jobs.defect", {"detail": "x"})),
            lambda: leave_off(session, ADMIN, first),
            lambda: hand_back(session, ADMIN, first),
        ):
            with pytest.raises(JobLostError):
                late()
        assert finish(session, ADMIN, second, {"n": 2}).result == {"n": 2}


def test_the_same_worker_after_its_lease_is_another_one(store: Store) -> None:
    """Two threads of one process must not both finish."""
    clock = Hand()
    with turn(store, clock) as session:
        ask(session, PLANNER, PLAN)
        first = taken(session, "a")
        clock.pass_(LEASE)
        second = taken(session, "a")
        with pytest.raises(JobLostError):
            finish(session, ADMIN, first, {})
        finish(session, ADMIN, second, {})


def test_a_report_renews_the_lease_and_writes_no_event(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        ask(session, PLANNER, PLAN)
        claim = taken(session)
        before = latest(session)
        clock.pass_(LEASE - MS)
        report(session, ADMIN, claim, progress=(3, 10), message=("jobs.thinned", {"rows": 3}))
        clock.pass_(LEASE - MS)
        assert take(session, ADMIN, worker="b", kinds=KINDS) is None
        report(session, ADMIN, claim)  # says nothing new
        assert latest(session) == before
    with store.session() as session:
        job = session.scalars(select(Job)).one()
    assert (job.done, job.total) == (3, 10)
    assert (job.message, job.message_params) == ("jobs.thinned", {"rows": 3})


def test_a_worker_hears_that_its_job_was_called_off(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        claim = taken(session)
        cancel(session, PLANNER, asked.id)
        with pytest.raises(JobCancelledError):
            report(session, ADMIN, claim)
        assert leave_off(session, ADMIN, claim).state == "cancelled"


def test_cancelled_under_a_dead_worker_it_is_not_taken_up_again(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        asked = ask(session, PLANNER, PLAN)
        claim = taken(session)
        cancel(session, PLANNER, asked.id)
        clock.pass_(LEASE)
        assert take(session, ADMIN, worker="b", kinds=KINDS) is None
        assert state(session, claim) == "cancelled"


def test_work_that_is_done_before_it_hears_of_the_cancelling_counts(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        claim = taken(session)
        cancel(session, PLANNER, asked.id)
        assert finish(session, ADMIN, claim, {"n": 1}).state == "done"


def test_a_job_that_kills_its_workers_fails(store: Store) -> None:
    clock = Hand()
    with turn(store, clock) as session:
        ask(session, PLANNER, PLAN)
        harmless = ask(session, PLANNER, SIFT, not_before=START + timedelta(days=1))
        for _ in range(MOST_ATTEMPTS):
            claim = taken(session)
            clock.pass_(LEASE)
        clock.pass_(timedelta(days=1))
        assert taken(session).job_id == harmless.id  # the same look finds the next
        job = session.scalars(select(Job).where(Job.id == claim.job_id)).one()
        assert (job.state, job.error, job.error_params) == (
            "failed", "jobs.poisoned", {"attempts": MOST_ATTEMPTS},
        )  # fmt: skip
        assert [one.what for one in since(session, 0)] == ["ask", "ask", "fail"]


def test_a_worker_that_is_told_to_end_hands_its_job_back(store: Store) -> None:
    """However often: it was not the job that ended it."""
    with turn(store, Hand()) as session:
        ask(session, PLANNER, PLAN)
        for _ in range(MOST_ATTEMPTS + 1):
            claim = taken(session)
            hand_back(session, ADMIN, claim)
        finish(session, ADMIN, taken(session), {})
        assert state(session, claim) == "done"


def test_the_log_keeps_the_figures_of_a_result_and_no_lists(store: Store) -> None:
    with turn(store, Hand()) as session:
        asked = ask(session, PLANNER, PLAN)
        finish(session, ADMIN, taken(session), {"rows": 3, "file": "a.zip", "all": [1, 2]})
        job = session.scalars(select(Job)).one()
        assert job.result == {"rows": 3, "file": "a.zip", "all": [1, 2]}
        told = session.scalars(select(Event).where(Event.what == "finish")).one()
    assert (told.who, told.subject_id) == ("admin", asked.id)
    assert told.data == {
        "job": "plan",
        "after": {"state": "done", "result": {"rows": 3, "file": "a.zip"}},
    }


@dataclass
class Model:
    """What must be so, told by what was answered: nothing of it is read from the table."""

    now: datetime = START
    waiting: set[str] = field(default_factory=set)
    holder: dict[str, tuple[Claim, datetime]] = field(default_factory=dict)
    stopping: set[str] = field(default_factory=set)
    deaths: Counter[str] = field(default_factory=Counter)
    over: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def holds(self, claim: Claim) -> bool:
        held = self.holder.get(claim.job_id)
        return held is not None and held[0] == claim

    def end(self, job_id: str, how: str) -> None:
        self.waiting.discard(job_id)
        self.holder.pop(job_id, None)
        assert job_id not in self.over
        self.over[job_id] = how

    def take(self) -> set[str]:
        """Those that may be taken; what of the others ends now."""
        free = set(self.waiting)
        for job_id, (_claim, until) in list(self.holder.items()):
            alive = job_id not in self.stopping and self.deaths[job_id] < MOST_ATTEMPTS
            if until <= self.now and alive:
                free.add(job_id)
        return free


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 2)),
        st.tuples(st.just("pass"), st.sampled_from([LEASE / 2, LEASE - MS, LEASE])),
        st.tuples(st.just("take"), st.just(0)),
        st.tuples(
            st.sampled_from(["report", "finish", "fail", "cancel", "hand_back", "leave_off"]),
            st.integers(0, 5),
        ),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_in_whatever_order(store: Store, steps: list[tuple[str, object]]) -> None:
    """One holder at a time, one end for each job, no work after its end, no fourth death."""
    model, clock = Model(), Hand()
    with suppress(_UndoneError), store.session(write=True) as session:
        set_clock(session, clock)
        session.execute(delete(Job))
        for what, which in steps:
            _step(session, model, clock, what, which)
            for job_id, how in model.over.items():
                assert session.scalars(select(Job.state).where(Job.id == job_id)).one() == how
        raise _UndoneError


class _UndoneError(Exception):
    pass


def _step(session: Session, model: Model, clock: Hand, what: str, which: object) -> None:
    if what == "ask":
        asked = ask(session, PLANNER, PLAN, {"n": which}).id
        assert asked not in model.over
        assert asked not in model.holder
        model.waiting.add(asked)
        assert len(model.waiting) <= 3
    elif what == "pass":
        assert isinstance(which, timedelta)
        clock.pass_(which)
        model.now = clock.now()
    elif what == "take":
        _take(session, model)
    elif model.claims:
        assert isinstance(which, int)
        _use(session, model, what, model.claims[-1 - which % len(model.claims)])


def _take(session: Session, model: Model) -> None:
    free = model.take()
    job = take(session, ADMIN, worker="w", kinds=KINDS)
    assert (job is None) == (not free)
    if job is not None:
        assert job.id in free
        model.waiting.discard(job.id)
        model.deaths[job.id] += 1
        model.holder[job.id] = claim_of(job), model.now + LEASE
        assert claim_of(job) not in model.claims
        model.claims.append(claim_of(job))
    # What nobody may take any more was ended on the way, as far as the look went.
    for job_id, (claim, until) in list(model.holder.items()):
        if until <= model.now and job_id not in free:
            found = state(session, claim)
            if found != "running":
                model.end(job_id, found)
                assert found == ("cancelled" if job_id in model.stopping else "failed")
            else:
                assert job is not None  # else the look went all the way


def _use(session: Session, model: Model, what: str, claim: Claim) -> None:
    holds, stopping = model.holds(claim), claim.job_id in model.stopping
    if what == "cancel":
        if model.over.get(claim.job_id) in {"done", "failed"}:
            with pytest.raises(JobOverError):
                cancel(session, PLANNER, claim.job_id)
            return
        found = cancel(session, PLANNER, claim.job_id)
        assert found.state in {"running", *OVER}
        if claim.job_id in model.holder:
            model.stopping.add(claim.job_id)
        return
    act = {
        "report": lambda: report(session, ADMIN, claim),
        "finish": lambda: finish(session, ADMIN, claim, {}),
        "fail": lambda: fail(session, ADMIN, claim, ("jobs.defect", {"detail": ""})),
        "hand_back": lambda: hand_back(session, ADMIN, claim),
        "leave_off": lambda: leave_off(session, ADMIN, claim),
    }[what]
    if not holds:
        with pytest.raises(JobLostError):
            act()
        return
    if what == "report" and stopping:
        with pytest.raises(JobCancelledError):
            act()
        return
    act()
    if what == "report":
        model.holder[claim.job_id] = claim, model.now + LEASE
    elif what == "hand_back":
        model.holder[claim.job_id] = claim, model.now
        model.deaths[claim.job_id] -= 1
    else:
        ends = {"finish": "done", "fail": "failed", "leave_off": "cancelled"}
        model.end(claim.job_id, ends[what])
