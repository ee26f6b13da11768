"""Heavy requests have processes of their own: whatever they do, dispatch and health answer.

A real server is started. What must not depend on time does not: its workers are stopped by a
signal, so that heavy work under way never ends until the test lets it.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from gisapp.bootstrap import App, open_app
from gisapp.rights import Right
from gisapp.settings import Settings
from tests.patience import PATIENCE_S
from tests.people import with_token
from tests.serving import free_port
from web.heavy import HEAVY, SHARE_OF_ONE

ISOCHRONES = "/api/isochrones?x=100.05&y=30&minutes=5"
IDLE = 200
SLOW = 20
READS = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"
SENDS = b"POST /api/dispatch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes


class Served(NamedTuple):
    """A running server, and the tokens of three programs that ask it."""

    port: int
    process: psutil.Process
    tokens: list[str]

    def ask(self, path: str, token: int = 0, body: dict[str, Any] | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {self.tokens[token]}"}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as reply:
                return Reply(reply.status, dict(reply.headers), reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, dict(error.headers), error.read())

    def dispatch(self) -> Reply:
        return self.ask("/api/dispatch", body={"x": 100.05, "y": 30.0, "need": "fire"})

    def workers(self) -> list[psutil.Process]:
        """The heavy workers; the tracker of multiprocessing is none."""
        children = self.process.children()
        return [one for one in children if "spawn_main" in " ".join(one.cmdline())]


@pytest.fixture(scope="module")
def served(tiny_site_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = Path(shutil.copytree(tiny_site_made, tmp_path_factory.mktemp("heavy") / "site"))
    app = open_app(Settings(dir=folder))
    tokens = [token(app, f"t{number}") for number in range(3)]
    app.store.close()
    port = free_port()
    command = [sys.executable, "-m", "gisapp", "serve", "-d", str(folder), "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            while f":{port}/" not in process.stdout.readline():
                assert process.poll() is None
            threading.Thread(target=process.stdout.read, daemon=True).start()
            made = Served(port, psutil.Process(process.pid), tokens)
            workers = made.workers()
            assert made.ask(ISOCHRONES).status == 200
            yield made
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_S)
        finally:
            # A server that does not answer or end fails the tests, and holds nobody up.
            process.kill()
    psutil.wait_procs(workers, PATIENCE_S)
    assert not any(one.is_running() for one in workers)


def token(app: App, name: str) -> str:
    rights = [Right.VIEW, Right.DISPATCH, Right.EXPORT]
    return with_token(
        app.store,
        name=name,
        agency="t",
        rights=rights,
        days=1,
    )


def test_dispatch_and_health_answer_while_every_worker_is_held(served: Served) -> None:
    workers = served.workers()
    for worker in workers:
        worker.suspend()
    asked = [(ISOCHRONES, number % 3) for number in range(12)]
    with ThreadPoolExecutor(len(asked)) as threads:
        waiting = [threads.submit(served.ask, *one) for one in asked]
        for _each in range(5):
            assert served.dispatch().status == 200
            assert served.ask("/healthz").status == 200
        for worker in workers:
            worker.resume()
        replies = [one.result(PATIENCE_S) for one in waiting]
    sent_away = [one for one in replies if one.status == 503]
    assert 0 < len(sent_away) < len(asked)
    for one in sent_away:
        assert int(one.headers["Retry-After"]) > 0
        assert json.loads(one.content)["error"]["code"] == "web.busy"
    answered = [one for one in replies if one.status == 200]
    assert len(answered) + len(sent_away) == len(asked)
    assert len({one.content for one in answered}) == 1


def test_nobody_takes_all_places(served: Served) -> None:
    workers = served.workers()
    for worker in workers:
        worker.suspend()
    with ThreadPoolExecutor(SHARE_OF_ONE + 3) as threads:
        greedy = [threads.submit(served.ask, ISOCHRONES, 1) for _ in range(SHARE_OF_ONE + 2)]
        ended = (one.result() for one in as_completed(greedy, timeout=PATIENCE_S))
        refused = next(one for one in ended if one.status == 503)
        other = threads.submit(served.ask, ISOCHRONES, 2)
        for worker in workers:
            worker.resume()
        assert other.result(PATIENCE_S).status == 200
        assert refused.headers["Retry-After"]


def test_a_worker_that_is_killed_is_replaced(served: Served) -> None:
    for worker in served.workers():
        worker.kill()
        while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
            pass
    assert [served.ask(ISOCHRONES).status for _each in range(3)] == [200, 200, 200]


def test_what_is_heavy_answers_the_same_as_without_workers(served: Served) -> None:
    reply = served.ask("/feeds/team.csv")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.content.decode("utf-8-sig").count("\n") == 8
    again = urllib.request.Request(
        f"http://127.0.0.1:{served.port}/feeds/team.csv",
        headers={
            "Authorization": f"Bearer {served.tokens[0]}",
            "If-None-Match": reply.headers["Etag"],
        },
    )
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(again, timeout=PATIENCE_S)
    unchanged.value.close()
    assert unchanged.value.code == 304
    assert served.ask("/api/isochrones?x=100.05&y=30&minutes=soon").status == 400
    assert served.ask("/feeds/nothing.csv").status == 404


def test_idle_connections_and_slow_senders_keep_nobody_out(served: Served) -> None:
    held = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(IDLE + SLOW)]
    try:
        for number, one in enumerate(held):
            one.sendall(READS if number < IDLE else SENDS)
        assert served.ask("/healthz").status == 200
        assert served.dispatch().status == 200
    finally:
        for one in held:
            one.close()


def test_every_heavy_address_exists(flask_app: Any) -> None:
    assert {rule.endpoint for rule in flask_app.url_map.iter_rules()} >= HEAVY


def test_without_workers_the_server_answers_itself(client: Any) -> None:
    assert client.get(ISOCHRONES).status_code == 200
