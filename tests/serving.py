"""Real servers of a site, each a process of its own, asked over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr

from gisapp.provision import provision_from_file
from gisapp.rights import system_actor
from gisapp.settings import Settings
from tests import postgis_server
from tests.patience import PATIENCE_S
from tests.tiny_site import write_tiny_site

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A ``gisapp serve`` in a process of its own.

    Parameters
    ----------
    settings
        Of the site that it serves; its database is what they say.
    """

    def __init__(self, settings: Settings, *, heavy_workers: int = 0) -> None:
        self.port = free_port()
        url = settings.server_url
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gisapp", "serve", "-d", settings.dir, "--port", str(self.port)],
            cwd=ROOT,
            env=os.environ
            | {
                "GISAPP_HEAVY_WORKERS": str(heavy_workers),
                "GISAPP_PROXIES": str(settings.proxies),
                "GISAPP_TRUSTED_HOSTS": ",".join(settings.trusted_hosts),
                "PYTHONPATH": str(ROOT),
            }
            | ({} if url is None else {"GISAPP_DATABASE_URL": url}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        """Return once it answers."""
        until = time.monotonic() + PATIENCE_S
        while self._process.poll() is None and time.monotonic() < until:
            try:
                with closing(Client(self.port)) as client:
                    if client.ask("/healthz")[0] == 200:
                        return
            except OSError:
                time.sleep(0.02)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """End it as its users do."""
        self._process.terminate()
        self._process.wait()


@contextmanager
def served(settings: Settings, count: int = 1, *, heavy_workers: int = 0) -> Iterator[list[Server]]:
    """Servers of one site, side by side, that answer."""
    servers = [Server(settings, heavy_workers=heavy_workers) for _ in range(count)]
    try:
        for one in servers:
            one.wait()
        yield servers
    finally:
        for one in servers:
            one.end()


class Client:
    """One who asks over a connection that is kept.

    Parameters
    ----------
    token
        Of an agency's system; empty for nobody.
    """

    def __init__(self, port: int, token: str = "") -> None:
        self._head = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.close = self._connection.close

    def ask(
        self, path: str, body: Mapping[str, Any] | None = None, *, method: str | None = None
    ) -> tuple[int, bytes]:
        """Ask, or send `body` as JSON; the status and what came back.

        Raises
        ------
        OSError, http.client.HTTPException
            The server is gone.
        """
        head, sent = dict(self._head), None
        if body is not None:
            head["Content-Type"], sent = "application/json", json.dumps(body)
        method = method or ("GET" if body is None else "POST")
        self._connection.request(method, path, sent, head)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def tiny_site(*, on_server: bool) -> Iterator[Settings]:
    """A tiny site made for once, flushed to disk as its users' is: a file, or on PostgreSQL."""
    with ExitStack() as stack:
        folder, url = Path(stack.enter_context(TemporaryDirectory())), None
        if on_server:
            postgis_server.SETTINGS.update(
                fsync="on", synchronous_commit="on", full_page_writes="on"
            )
            server = stack.enter_context(postgis_server.running_server())
            url = stack.enter_context(postgis_server.database(server, template=postgis_server.BARE))
        provision_from_file(
            folder / "site",
            write_tiny_site(folder / "files"),
            actor=system_actor("test"),
            say=lambda _code, _params: None,
            database_url=url,
        )
        yield Settings(dir=folder / "site", database_url=None if url is None else SecretStr(url))
