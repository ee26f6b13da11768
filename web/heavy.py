"""Heavy requests, answered in processes of their own: dispatch and health never wait for them.

A thread that waits for a process costs the others nothing; a thread that computes takes the
interpreter from them all. What is listed here is handed whole, after its sender was admitted, to
one of a few worker processes that run this same application. Where all are busy and enough wait,
the answer is 503 with the seconds after which to ask again.
"""

from __future__ import annotations

import contextlib
import io
import logging
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from flask import Flask, Response, current_app, request
from werkzeug.wsgi import wrap_file

from gisapp.errors import GisAppError
from gisapp.settings import Settings
from web.context import actor
from web.security import SAFE_METHODS

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from gisapp.bootstrap import App

log = logging.getLogger(__name__)

KEY = "gisapp.heavy"

HEAVY: Final = frozenset(
    {
        "incidents.isochrones",
        "register_files.export",
        "api.csv_feed",
        "api.xlsx_feed",
        "api.geojson_feed",
        "exchange.take_copy",
        "exchange.merge",
        "importing.check",
        "importing.confirm",
        "importing.batch_faults",
        "importing.template",
        "quality.share",
        "risks.sheet",
        "risks.ledger",
        "risks.export",
        "risks.take_ledger",
        "risks.ledger_template",
    }
)
"""Endpoints whose work grows with a register, a file or an area."""

WAITING_PER_WORKER = 3
"""So many wait for a worker before others are sent away."""
SHARE_OF_ONE = 3
"""So many at once of one account or token: nobody takes all places."""
RETRY_AFTER_S = 3
LONGEST_S = 900.0
"""A worker that takes longer is ended."""
NICENESS = 10
"""Workers give way to the server on a busy machine."""
COPY_BYTES = 1024 * 1024
_FORWARDED = (str, int, bool, type(None))


class BusyError(GisAppError):
    """Too much heavy work is under way; ask again a little later."""


class WorkerLostError(BusyError):
    """The process that was to answer ended."""


class Answer(NamedTuple):
    """What a worker answered; its body is read from `body` and gone when that is closed."""

    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes]


class Heavy:
    """Worker processes of one server; one that dies is replaced when it is needed.

    Parameters
    ----------
    settings
        Of the site; each worker opens it for itself.
    make
        Makes the application of an opened site; a function that a new process can import.
    workers
        How many processes.
    """

    def __init__(self, settings: Settings, make: Callable[[App], Flask], *, workers: int) -> None:
        self._settings, self._make = settings, make
        # Each that waits holds a thread of the server: half of them at most.
        self._most = min(workers * (1 + WAITING_PER_WORKER), max(1, settings.threads // 2))
        self._turn = threading.Condition()
        self._idle: list[_Worker | None] = [None] * workers
        self._under_way: Counter[str] = Counter()

    def start(self, flask: Flask) -> None:
        """Take over the heavy requests of `flask`, which else answers them itself."""
        flask.extensions[KEY] = self
        with self._turn:
            self._idle = [worker or _Worker(self._settings, self._make) for worker in self._idle]

    def answer(self, environ: dict[str, Any], body: IO[bytes], *, who: str) -> Answer:
        """Have a request answered.

        Parameters
        ----------
        environ
            Of WSGI; what is no text or number is left out.
        body
            What was sent, from its beginning.
        who
            Who asks.

        Raises
        ------
        BusyError
            ``web.busy``: no place is free; ``web.heavy_failed``: the worker died or took too long.
        """
        with self._place(who):
            try:
                with self._worker() as worker:
                    return worker.answer(environ, body)
            except WorkerLostError:
                # Killed, perhaps while it was idle: what only reads is asked of another, once.
                if environ["REQUEST_METHOD"] not in SAFE_METHODS:
                    raise
                with self._worker() as worker:
                    return worker.answer(environ, io.BytesIO())

    def close(self) -> None:
        """End the workers that are idle; the others end with this process."""
        with self._turn:
            for worker in self._idle:
                if worker is not None:
                    worker.end()

    @contextlib.contextmanager
    def _place(self, who: str) -> Iterator[None]:
        with self._turn:
            if self._under_way.total() >= self._most or self._under_way[who] >= SHARE_OF_ONE:
                raise BusyError("web.busy", after_s=RETRY_AFTER_S)
            self._under_way[who] += 1
        try:
            yield
        finally:
            with self._turn:
                self._under_way[who] -= 1
                if not self._under_way[who]:
                    del self._under_way[who]

    @contextlib.contextmanager
    def _worker(self) -> Iterator[_Worker]:
        with self._turn:
            self._turn.wait_for(lambda: self._idle)
            worker = self._idle.pop()
        try:
            if worker is None or not worker.hears():
                worker = _Worker(self._settings, self._make)
            yield worker
        finally:
            with self._turn:
                self._idle.append(worker if worker is not None and worker.hears() else None)
                self._turn.notify()


class _Worker:
    """One process, asked one thing at a time."""

    def __init__(self, settings: Settings, make: Callable[[App], Flask]) -> None:
        # A new interpreter: a fork would copy threads' locks and database connections.
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_serve, args=(there, settings, make), daemon=True, name="gisapp-heavy"
        )
        self._process.start()
        there.close()

    def hears(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive() and not self._pipe.closed

    def answer(self, environ: dict[str, Any], body: IO[bytes]) -> Answer:
        """Have it answer; end it where it does not."""
        folder = Path(tempfile.mkdtemp(prefix="gisapp-heavy-"))
        try:
            with (folder / "asked").open("wb") as asked:
                shutil.copyfileobj(body, asked, COPY_BYTES)
            told = {name: one for name, one in environ.items() if isinstance(one, _FORWARDED)}
            self._pipe.send((told, str(folder)))
            if not self._pipe.poll(LONGEST_S):
                raise TimeoutError
            status, headers = self._pipe.recv()
            return Answer(status, headers, (folder / "answer").open("rb"))
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.end()
            log.exception("a worker for heavy requests was lost at %s", environ.get("PATH_INFO"))
            kind: type[BusyError] = (
                BusyError if isinstance(error, TimeoutError) else WorkerLostError
            )
            raise kind("web.heavy_failed", after_s=RETRY_AFTER_S) from error
        finally:
            # The answer stays readable when its folder is gone.
            shutil.rmtree(folder, ignore_errors=True)

    def end(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, settings: Settings, make: Callable[[App], Flask]) -> None:
    """Answer requests until the server is gone: what a worker runs."""
    from gisapp.bootstrap import open_app  # noqa: PLC0415
    from routing import warm_up  # noqa: PLC0415

    # Ctrl-C at a terminal reaches every process there; the server ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    app = open_app(settings)
    flask = make(app)
    if app.has_roads:
        app.router  # noqa: B018 - read the roads before the first question
        warm_up()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt), app.store:
        while True:
            environ, folder = pipe.recv()
            pipe.send(_answered(flask, environ, Path(folder)))


def _answered(
    flask: Flask, environ: dict[str, Any], folder: Path
) -> tuple[int, list[tuple[str, str]]]:
    with (folder / "asked").open("rb") as body, (folder / "answer").open("wb") as answer:
        environ |= {"wsgi.input": body, "wsgi.errors": io.StringIO(), "wsgi.input_terminated": True}
        with flask.request_context(environ):
            response = flask.full_dispatch_request()
            try:
                _write(response, answer)
            except Exception as error:  # noqa: BLE001 - as Flask does with what a view raises
                response = flask.make_response(flask.handle_user_exception(error))
                answer.seek(0)
                answer.truncate()
                _write(response, answer)
            return response.status_code, list(response.headers.items())


def _write(response: Response, answer: IO[bytes]) -> None:
    with contextlib.closing(response):
        for piece in response.iter_encoded():
            answer.write(piece)


def offload() -> Response | None:
    """Answer a heavy request of somebody who was admitted: before its body is read here."""
    heavy: Heavy | None = current_app.extensions.get(KEY)
    if heavy is None or request.endpoint not in HEAVY:
        return None
    answer = heavy.answer(request.environ, request.stream, who=actor().who)
    size = os.fstat(answer.body.fileno()).st_size
    response = Response(
        wrap_file(request.environ, answer.body, COPY_BYTES),
        status=answer.status,
        headers=answer.headers,
        direct_passthrough=True,
    )
    response.call_on_close(answer.body.close)
    if request.method != "HEAD":
        response.content_length = size
    return response
