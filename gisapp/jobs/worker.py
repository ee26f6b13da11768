"""A worker: takes what is due, one job after the other, and runs it under a lease kept alive."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Final, Generic, Self

from sqlalchemy.orm import Session

from gisapp.clock import REAL, Clock, set_clock
from gisapp.errors import StoreError
from gisapp.jobs import working
from gisapp.jobs.asking import find
from gisapp.jobs.kinds import (
    AppT_contra,
    JobCancelledError,
    JobFailedError,
    JobKind,
    JobLostError,
    JobStoppedError,
    RunningJob,
)
from gisapp.jobs.models import Job
from gisapp.messages import catalogue
from gisapp.rights import Actor
from gisapp.schema.values import Json
from gisapp.store import Store

BEAT_S: Final = working.LEASE.total_seconds() / 4
WRITTEN_EVERY_S: Final = 1.0
"""Progress that comes faster is kept by its last word only."""

_log = logging.getLogger(__name__)


class Worker(Generic[AppT_contra]):
    """Runs jobs.

    Parameters
    ----------
    app
        What the runners are handed.
    kinds
        By name, those that it does; others are left alone.
    actor
        Needs the right to administer.
    clock
        By which leases go.
    beat_s
        Seconds after which the lease is renewed whether or not the runner says anything.
    written_every_s
        Seconds between two writings of the progress.
    """

    def __init__(
        self,
        app: AppT_contra,
        kinds: Mapping[str, JobKind[AppT_contra]],
        *,
        actor: Actor,
        clock: Clock = REAL,
        beat_s: float = BEAT_S,
        written_every_s: float = WRITTEN_EVERY_S,
    ) -> None:
        self._app, self._kinds, self._actor = app, kinds, actor
        self._turn = _Turn(app.store, clock)
        self._beat_s, self._written_every_s = beat_s, written_every_s
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def run_due(self) -> Iterator[Job]:
        """Run what is due until nothing is; each job as it is afterwards.

        Raises
        ------
        StoreError
            The database cannot be written: what was at work is taken up when its lease is over.
        """
        while (job := self._take()) is not None:
            yield self._run(job)

    def _take(self) -> Job | None:
        with self._turn() as session:
            return working.take(session, self._actor, worker=self._name, kinds=self._kinds)

    def _run(self, job: Job) -> Job:
        claim = working.claim_of(job)
        lease = _Lease(
            self._turn, self._actor, claim,
            beat_s=self._beat_s, written_every_s=self._written_every_s,
        )  # fmt: skip
        running = RunningJob(
            id=job.id, parameters=job.parameters, asked_by=job.asked_by, tell=lease.tell
        )
        end: Callable[[Session], object]
        try:
            with lease:
                result = self._kinds[job.kind].run(self._app, running)
            json.dumps(result, ensure_ascii=False).encode()  # else it is the runner's defect
            end = partial(working.finish, actor=self._actor, claim=claim, result=result)
        except JobCancelledError:
            end = partial(working.leave_off, actor=self._actor, claim=claim)
        except JobLostError:
            end = _nothing
        except Exception as error:  # noqa: BLE001 - the border: one job's defect stops no other
            found = error.result if isinstance(error, JobFailedError) else None
            told = told_error(error)
            end = partial(working.fail, actor=self._actor, claim=claim, error=told, result=found)
        except BaseException:
            with suppress(StoreError, JobLostError), self._turn() as session:
                working.hand_back(session, self._actor, claim)
            raise
        with suppress(JobLostError), self._turn() as session:
            end(session)
        with self._turn() as session:
            return find(session, self._actor, job.id)


def _nothing(_session: Session) -> None:
    """Leave a job to whoever has it now."""


def told_error(error: Exception) -> tuple[str, dict[str, Json]]:
    """Code and parameters, such as JSON can hold, of the sentence that an error says."""
    code = getattr(error, "code", None)
    if isinstance(code, str) and code in catalogue("en"):
        params: Mapping[str, object] = getattr(error, "params", {})
    elif isinstance(error, OSError):
        code = "cli.os_error"
        params = {"detail": f"{error.strerror or error}: {error.filename or ''}"}
    else:
        _log.error("a job failed by a defect", exc_info=error)
        code, params = "jobs.defect", {"detail": f"{type(error).__name__}: {error}"}
    return code, {name: _plain(value) for name, value in params.items()}


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    return str(value).encode(errors="replace").decode()  # a file's name may be no text


class _Turn:
    """Writing sessions that go by one clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @contextmanager
    def __call__(self) -> Iterator[Session]:
        with self._store.session(write=True) as session:
            set_clock(session, self._clock)
            yield session


class _Lease:
    """Keeps a lease alive by a thread, and tells the runner when it is to stop."""

    def __init__(
        self,
        turn: _Turn,
        actor: Actor,
        claim: working.Claim,
        *,
        beat_s: float,
        written_every_s: float,
    ) -> None:
        self._turn, self._actor, self._claim = turn, actor, claim
        self._beat_s, self._written_every_s = beat_s, written_every_s
        self._written_s = -written_every_s
        self._stopped: JobStoppedError | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="job lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def tell(
        self,
        done: int,
        total: int | None = None,
        message: str | None = None,
        /,
        **params: Json,
    ) -> None:
        """Keep the progress; see :class:`~gisapp.jobs.kinds.Tell`."""
        if self._stopped is not None:
            raise self._stopped
        if time.monotonic() - self._written_s < self._written_every_s:
            return
        self._written_s = time.monotonic()
        self._write(progress=(done, total), message=None if message is None else (message, params))
        if self._stopped is not None:
            raise self._stopped

    def _beat(self) -> None:
        while self._stopped is None and not self._ended.wait(self._beat_s):
            self._write()

    def _write(
        self,
        progress: tuple[int, int | None] | None = None,
        message: tuple[str, Mapping[str, Json]] | None = None,
    ) -> None:
        try:
            with self._turn() as session:
                working.report(
                    session, self._actor, self._claim, progress=progress, message=message
                )
        except JobStoppedError as stopped:
            self._stopped = stopped
        except StoreError as error:  # a word not said ends no work
            _log.warning("the progress of %s is not kept: %s", self._claim.job_id, error.code)
