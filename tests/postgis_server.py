"""A PostgreSQL server with PostGIS of the tests' own, started once and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from gisapp.store import create_store
from gisapp.store.server import LEAST_VERSION
from tests.memory import folder_in_memory

TEMPLATE = "empty_site"
BARE = "bare"
"""A template with PostGIS and nothing of ours."""
PASSWORD = "geheim:@/%"

# Nothing here outlives the tests, so nothing is flushed to the disk.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "lc_messages": "C",
}


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    folder
        Of its data and its socket.
    port
        On 127.0.0.1, where a password is asked for; none through the socket.
    """

    folder: Path
    port: int
    binaries: Path

    def url(self, database: str) -> str:
        """Address of a database through the socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def url_with_password(self, database: str, password: str) -> str:
        return f"postgresql://postgres:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement as the administrator."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            done = connection.execute(statement)  # type: ignore[arg-type]
            return done.fetchall() if done.description else []

    def start(self) -> None:
        _run_unprivileged([
            self.binaries / "pg_ctl", "start", "--wait", "--silent",
            "--pgdata", self.folder / "data", "--log", self.folder / "log",
        ])  # fmt: skip

    def stop(self) -> None:
        _run_unprivileged([
            self.binaries / "pg_ctl", "stop", "--wait", "--silent", "--mode", "immediate",
            "--pgdata", self.folder / "data",
        ])  # fmt: skip


_numbers = count(1)


@contextmanager
def database(server: Server, *, template: str = TEMPLATE) -> Iterator[str]:
    """A database of its own, by its address; dropped afterwards."""
    name = f"site_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield server.url(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_server() -> Iterator[Server]:
    """A fresh server with a template database that holds an empty site.

    Where PostgreSQL or PostGIS is absent the test is skipped, or fails where
    ``GISAPP_REQUIRE_POSTGIS=1`` says that they must be there.
    """
    binaries = _binaries()
    # Not below pytest's folder, which the server's user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="gisapp-pg-", dir=folder_in_memory()))
    server = Server(folder, _free_port(), binaries)
    try:
        _give_to_server(folder)
        _make_cluster(server)
        server.start()
        try:
            server.run(f"CREATE DATABASE {BARE}")
            server.run("CREATE EXTENSION postgis", database=BARE)
            server.run(f"CREATE DATABASE {TEMPLATE} TEMPLATE {BARE}")
            create_store(server.url(TEMPLATE)).close()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_cluster(server: Server) -> None:
    password_file = server.folder / "password"
    password_file.write_text(PASSWORD)
    data = server.folder / "data"
    _run_unprivileged([
        server.binaries / "initdb", "--no-sync", "--encoding", "UTF8", "--locale", "C.UTF-8",
        "--username", "postgres", "--auth-local", "trust", "--auth-host", "scram-sha-256",
        "--pwfile", password_file, "--pgdata", data,
    ])  # fmt: skip
    lines = [f"{name} = '{value}'" for name, value in SETTINGS.items()]
    lines += [
        f"port = {server.port}",
        "listen_addresses = '127.0.0.1'",
        f"unix_socket_directories = '{server.folder}'",
    ]
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n".join(lines) + "\n")


def _binaries() -> Path:
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda path: int(path.parent.name),
    )
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    if not found:
        _absent(f"no PostgreSQL here: install postgresql-{LEAST_VERSION}-postgis-3")
    sharedir = (
        subprocess.run(
            [found[-1] / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        or f"/usr/share/postgresql/{found[-1].parent.name}"
    )
    if not (Path(sharedir) / "extension" / "postgis.control").is_file():
        _absent(f"no PostGIS here: install postgresql-{LEAST_VERSION}-postgis-3")
    return found[-1]


def _absent(reason: str) -> None:
    if os.environ.get("GISAPP_REQUIRE_POSTGIS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _server_user() -> pwd.struct_passwd | None:
    """The user to run as, None to stay who we are: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _give_to_server(folder: Path) -> None:
    folder.chmod(0o755)
    user = _server_user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _run_unprivileged(command: Sequence[str | Path]) -> None:
    user = _server_user()
    subprocess.run(
        [str(word) for word in command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
    )
