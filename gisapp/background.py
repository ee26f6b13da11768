"""The process of a server that computes what planners ask for, one job after the other."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from types import TracebackType
from typing import Final, Self

from sqlalchemy import exists, select

from gisapp.bootstrap import open_app
from gisapp.errors import GisAppError
from gisapp.jobs import Job, State, Worker
from gisapp.nightly import KINDS
from gisapp.planning.running import NAME
from gisapp.rights import system_actor
from gisapp.settings import Settings
from gisapp.store import Store

EVERY_S: Final = 1.0
"""So often it looks whether anything waits; a question of one indexed row."""
NICENESS: Final = 15
"""It gives way to all that somebody waits for at a screen."""

_log = logging.getLogger(__name__)


class Background:
    """Runs beside a server, in a process of its own, and ends with it.

    A job that it leaves behind, killed, is taken up by the next one when its lease is over.
    """

    def __init__(self, settings: Settings) -> None:
        # A new interpreter: a fork would copy threads' locks and database connections.
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(
            target=work, args=(settings, os.getpid()), daemon=True, name="gisapp-background"
        )

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.join()


def work(settings: Settings, server: int) -> None:
    """Run what planners ask for until the server is gone.

    Parameters
    ----------
    server
        The process that started this one.
    """
    # Ctrl-C at a terminal reaches every process there; the server ends this one itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    app = open_app(settings)
    worker = Worker(app, {NAME: KINDS[NAME]}, actor=system_actor("server"))
    with contextlib.suppress(KeyboardInterrupt), app.store:
        while os.getppid() == server:
            try:
                if _is_due(app.store):
                    for job in worker.run_due():
                        _log.info("job %s: %s", job.id, job.state)
            except GisAppError as error:  # a database out of reach comes back
                _log.warning("%s", error)
            time.sleep(EVERY_S)


def _is_due(store: Store) -> bool:
    """Whether anything waits or was left: asked without taking the writers' turn."""
    active = Job.state.in_((State.QUEUED, State.RUNNING))
    with store.session() as session:
        return bool(session.scalar(select(exists().where(Job.kind == NAME, active))))


def _leave(_number: int, _frame: object) -> None:
    """End as by Ctrl-C: a job at work is handed back to the next process at once."""
    raise KeyboardInterrupt
