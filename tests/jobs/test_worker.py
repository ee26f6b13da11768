"""A worker runs what is due under a lease that it keeps alive, and one defect stops no other."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.errors import InputError
from gisapp.jobs import (
    LEASE,
    Job,
    JobFailedError,
    Result,
    RunningJob,
    Worker,
    ask,
    cancel,
    claim_of,
    finish,
    take,
)
from gisapp.store import FileStore, Store
from tests.jobs.stage import ADMIN, KINDS, PLAN, PLANNER, Hand, Place, Run, kind, turn
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


def worker(store: Store, clock: Hand, *runs: tuple[str, Run], **more: Any) -> Worker[Place]:
    kinds = {name: kind(name, run) for name, run in runs}
    options = {"clock": clock, "written_every_s": 0, **more}
    return Worker(Place(store), kinds, actor=ADMIN, **options)


def asked(store: Store, clock: Hand, *names: str) -> list[str]:
    with turn(store, clock) as session:
        return [ask(session, PLANNER, kind(name), {"n": 1}).id for name in names]


def row(store: Store, job_id: str) -> Job:
    with store.session() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def test_what_is_asked_for_is_run_in_turn_with_its_result(store: Store) -> None:
    clock, seen = Hand(), []

    def run(place: Place, job: RunningJob) -> Result:
        assert place.store is store
        seen.append((job.asked_by, dict(job.parameters)))
        return {"rows": len(seen)}

    ids = asked(store, clock, "a", "b", "unknown")
    done = list(worker(store, clock, ("a", run), ("b", run)).run_due())
    assert [(one.id, one.state, one.result) for one in done] == [
        (ids[0], "done", {"rows": 1}),
        (ids[1], "done", {"rows": 2}),
    ]
    assert seen == [("wang", {"n": 1})] * 2
    assert row(store, ids[2]).state == "queued"


def test_a_job_asked_for_while_another_runs_is_run_as_well(store: Store) -> None:
    clock = Hand()

    def first(_place: Place, _job: RunningJob) -> Result:
        asked(store, clock, "b")
        return {}

    asked(store, clock, "a")
    done = worker(store, clock, ("a", first), ("b", lambda _place, _job: {})).run_due()
    assert [one.kind for one in done] == ["a", "b"]


def known(_place: Place, _job: RunningJob) -> Result:
    raise InputError("import.unknown_format", path=Path("a.doc"), known="csv")


@pytest.fixture(autouse=True)
def unlogged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a pair in a message is more than a report of the tests can carry."""
    monkeypatch.setattr(logging.getLogger("gisapp.jobs.worker"), "disabled", True)


def defect(_place: Place, _job: RunningJob) -> Result:
    raise ZeroDivisionError("no name \udcff")


def disk(_place: Place, _job: RunningJob) -> Result:
    raise PermissionError(13, "Permission denied", "/a")


def no_json(_place: Place, _job: RunningJob) -> Result:
    return {"path": Path("a")}


def with_result(_place: Place, _job: RunningJob) -> Result:
    raise JobFailedError("jobs.poisoned", attempts=1, result={"fail": 1})


@pytest.mark.parametrize(
    ("run", "error", "params", "result"),
    [
        (known, "import.unknown_format", {"path": "a.doc", "known": "csv"}, None),
        (defect, "jobs.defect", {"detail": "ZeroDivisionError: no name ?"}, None),
        (disk, "cli.os_error", {"detail": "Permission denied: /a"}, None),
        (with_result, "jobs.poisoned", {"attempts": 1}, {"fail": 1}),
    ],
)
def test_what_goes_wrong_is_kept_as_a_sentence_and_the_next_job_is_run(
    store: Store,
    run: Run,
    error: str,
    params: dict[str, Any],
    result: dict[str, Any] | None,
) -> None:
    clock = Hand()
    asked(store, clock, "a", "b")
    first, second = worker(store, clock, ("a", run), ("b", lambda _place, _job: {})).run_due()
    assert (first.state, first.error, first.error_params) == ("failed", error, params)
    assert first.result == result
    assert second.state == "done"


def test_a_result_that_cannot_be_kept_is_a_defect(store: Store) -> None:
    clock = Hand()
    asked(store, clock, "a")
    (job,) = worker(store, clock, ("a", no_json)).run_due()
    assert (job.state, job.error) == ("failed", "jobs.defect")


def test_a_runner_that_tells_hears_that_it_is_called_off(store: Store) -> None:
    clock, after = Hand(), []

    def run(_place: Place, job: RunningJob) -> Result:
        job.tell(1, 3, "jobs.thinned", rows=7)
        found = row(store, job.id)
        assert (found.done, found.total, found.message) == (1, 3, "jobs.thinned")
        assert found.message_params == {"rows": 7}
        with turn(store, clock) as session:
            cancel(session, PLANNER, job.id)
        job.tell(2, 3)
        after.append("went on")
        return {}

    asked(store, clock, "a")
    (job,) = worker(store, clock, ("a", run)).run_due()
    assert (job.state, job.result, after) == ("cancelled", None, [])


def test_a_runner_whose_lease_was_lost_leaves_the_job_to_the_other(store: Store) -> None:
    clock = Hand()

    def run(_place: Place, job: RunningJob) -> Result:
        clock.pass_(LEASE)
        with turn(store, clock) as session:
            other = take(session, ADMIN, worker="other", kinds={"a"})
            assert other is not None
            finish(session, ADMIN, claim_of(other), {"by": "other"})
        job.tell(1)
        raise AssertionError("went on")

    asked(store, clock, "a")
    (job,) = worker(store, clock, ("a", run)).run_due()
    assert (job.state, job.result) == ("done", {"by": "other"})


def test_a_runner_that_says_nothing_keeps_its_job_and_is_stopped_at_its_next_word(
    store: Store,
) -> None:
    """The lease is renewed by a thread of its own, which also hears the cancelling."""
    clock = Hand()
    heard = threading.Event()

    class Beating(Hand):
        """Tells when the lease was looked after."""

        def now(self):  # type: ignore[no-untyped-def]
            if threading.current_thread().name == "job lease":
                heard.set()
            return clock.now()

    def wait() -> None:
        # A look asks the time more than once, and one that began before may be under way.
        for _ in range(8):
            heard.clear()
            assert heard.wait(PATIENCE_S)

    def run(_place: Place, job: RunningJob) -> Result:
        job.tell(1)
        # While it lives: it ends as soon as it hears the cancelling.
        (lease,) = (one for one in threading.enumerate() if one.name == "job lease")
        before = row(store, job.id).lease_until
        clock.pass_(LEASE / 2)
        wait()
        assert before is not None
        after = row(store, job.id).lease_until
        assert after is not None
        assert after >= before + LEASE / 2
        with turn(store, clock) as session:
            cancel(session, PLANNER, job.id)
        lease.join(PATIENCE_S)
        job.tell(2)  # too soon to be written: it was heard already
        raise AssertionError("went on")

    asked(store, clock, "a")
    beating = worker(store, Beating(), ("a", run), beat_s=0.01, written_every_s=3600)
    (job,) = beating.run_due()
    assert job.state == "cancelled"


def test_an_interrupted_worker_hands_its_job_back(store: Store) -> None:
    clock = Hand()

    def run(_place: Place, _job: RunningJob) -> Result:
        raise KeyboardInterrupt

    asked(store, clock, "a")
    with pytest.raises(KeyboardInterrupt):
        list(worker(store, clock, ("a", run)).run_due())
    (job,) = worker(store, clock, ("a", lambda _place, _job: {})).run_due()
    assert (job.state, job.attempts) == ("done", 1)


KILLED = """
import signal, sys
from gisapp.jobs import JobKind, Worker
from gisapp.rights import Right, system_actor
from gisapp.schema import Label
from gisapp.store import open_store

class Place:
    store = open_store(sys.argv[1])

def run(place, job):
    print("now", flush=True)
    signal.pause()

plan = JobKind(name="plan", label=Label("", ""), right=Right.EDIT, run=run)
list(Worker(Place(), {"plan": plan}, actor=system_actor("dead")).run_due())
"""


def test_a_killed_worker_leaves_its_job_to_the_next_after_the_lease(
    store: Store, request: pytest.FixtureRequest
) -> None:
    address = store.path if isinstance(store, FileStore) else request.getfixturevalue("postgis_url")
    with store.session(write=True) as session:
        job_id = ask(session, PLANNER, PLAN).id
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(address)],
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
    left = row(store, job_id)
    assert left.lease_until is not None
    runs: Callable[[Hand], list[Job]] = lambda clock: list(  # noqa: E731
        Worker(Place(store), KINDS, actor=ADMIN, clock=clock).run_due()
    )
    clock = Hand(left.lease_until - LEASE / 2)
    assert runs(clock) == []
    clock.pass_(LEASE / 2)
    (job,) = runs(clock)
    assert (job.id, job.state, job.attempts) == (job_id, "done", 2)
