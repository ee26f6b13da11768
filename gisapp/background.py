"""The process of a server that computes what planners ask for, and checks plans anew."""

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
from gisapp.drills.checkup.running import NAME as CHECKUP
from gisapp.drills.checkup.running import ask_for, is_wanted
from gisapp.errors import GisAppError
from gisapp.jobs import Job, State, Worker
from gisapp.nightly import KINDS
from gisapp.planning.running import NAME
from gisapp.rights import Actor, system_actor
from gisapp.settings import Settings
from gisapp.store import Store

EVERY_S: Final = 1.0
"""So often it looks whether anything waits; a question of one indexed row."""
LOOK_EVERY_S: Final = 20.0
"""So often it looks whether plans have to be checked anew."""
_ITS: Final = (NAME, CHECKUP)
"""Kinds of jobs that it does; the others are the night's."""
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
    actor = system_actor("server")
    worker = Worker(app, {name: KINDS[name] for name in _ITS}, actor=actor)
    looked_s = -LOOK_EVERY_S
    with contextlib.suppress(KeyboardInterrupt), app.store:
        while os.getppid() == server:
            try:
                if app.has_roads and time.monotonic() - looked_s >= LOOK_EVERY_S:
                    looked_s = time.monotonic()
                    _ask_for_checkup(app.store, actor)
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
        return bool(session.scalar(select(exists().where(Job.kind.in_(_ITS), active))))


def _ask_for_checkup(store: Store, actor: Actor) -> None:
    """Have plans checked anew where data changed: asked without taking the writers' turn."""
    with store.session() as session:
        wanted = is_wanted(session)
    if wanted:
        with store.session(write=True) as session:
            ask_for(session, actor)


def _leave(_number: int, _frame: object) -> None:
    """End as by Ctrl-C: a job at work is handed back to the next process at once."""
    raise KeyboardInterrupt
