"""Creating, opening and using the database file."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from gisapp.errors import StoreError
from gisapp.messages import translate
from gisapp.store import geopackage
from gisapp.store.migrations import HEAD, REVISIONS, upgrade

BUSY_TIMEOUT_S = 10.0

# Extended SQLite result codes end in the primary code: code & 0xFF.
_CAUSES = {
    sqlite3.SQLITE_BUSY: "store.locked",
    sqlite3.SQLITE_LOCKED: "store.locked",
    sqlite3.SQLITE_READONLY: "store.read_only",
    sqlite3.SQLITE_CANTOPEN: "store.read_only",
    sqlite3.SQLITE_FULL: "store.disk_full",
    sqlite3.SQLITE_IOERR: "store.disk_failed",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_NOTADB: "store.not_a_store",
}


def _store_error(code: str, path: Path, **params: object) -> StoreError:
    named = {"path": str(path), **params}
    return StoreError(code, translate(code, "en", **named), **named)


class Store:
    """An open database.

    Made by :func:`create_store` and :func:`open_store`. Safe to share between threads: every
    session is its own transaction on its own connection.

    Parameters
    ----------
    path
        The GeoPackage file.
    busy_timeout_s
        Seconds a writer waits for another writer before ``store.locked``.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._readers = _engine(path, busy_timeout_s)
        self._writers = self._readers.execution_options(write=True)

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """One transaction: committed on leaving the block, rolled back on an exception.

        Parameters
        ----------
        write
            False reads a snapshot, never waits and never blocks anyone; a write in it fails.
            True holds the only write lock until the block ends: keep it short, do the
            thinking before.

        Raises
        ------
        StoreError
            ``store.locked``, ``store.read_only``, ``store.disk_full``, ``store.disk_failed``,
            ``store.damaged``. Nothing of the transaction is kept.
        """
        with self._explained(write=write):
            session = Session(self._writers if write else self._readers, expire_on_commit=False)
            with session, session.begin():
                yield session

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded into the file."""
        self._readers.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _explained(self, *, write: bool = True) -> Iterator[None]:
        """Turn the database's errors into sentences; what is our own defect stays as it is."""
        try:
            yield
        except (DatabaseError, sqlite3.DatabaseError) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error
            code = _CAUSES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
            if code is None or (code == "store.read_only" and not write):
                raise
            raise _store_error(code, self.path) from error

    def _build(self) -> None:
        with self._explained(), self._writers.connect() as connection:
            # Before any transaction, and kept in the file from then on.
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA journal_mode = WAL")
            with connection.begin():
                geopackage.create_file_metadata(connection)
                upgrade(connection)

    def _bring_up_to_date(self) -> None:
        found = self._revision()
        if found == HEAD:
            return
        if found not in REVISIONS:
            raise _store_error("store.newer_version", self.path, found=found, known=HEAD)
        with self._explained(), self._writers.begin() as connection:
            upgrade(connection)

    def _revision(self) -> str:
        with self._explained(), self._readers.begin() as connection:
            table = connection.exec_driver_sql(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ).scalar()
            found = (
                table
                and connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            )
        if found is None:
            raise _store_error("store.not_a_store", self.path)
        return str(found)


def _engine(path: Path, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        # Not as text: a name may hold ? or %. Absolute: the working directory may change.
        URL.create("sqlite", database=str(path.absolute())),
        connect_args=geopackage.connect_arguments(busy_timeout_s),
        pool_size=16,
        max_overflow=48,
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: sqlite3.Connection, _record: object) -> None:
        geopackage.prepare_connection(dbapi_connection)

    event.listen(engine, "begin", geopackage.begin)
    return engine


def create_store(path: str | os.PathLike[str], *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
    """Make a new, empty database and open it.

    The file appears under its name only when it is complete.

    Raises
    ------
    StoreError
        ``store.exists``, ``store.no_directory``, ``store.read_only``, ``store.disk_full``.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise _store_error("store.no_directory", path, directory=str(path.parent))
    if path.exists():
        raise _store_error("store.exists", path)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with Store(unfinished) as store:
            store._build()  # noqa: SLF001
        unfinished.rename(path)
    except StoreError as error:
        raise _store_error(error.code, path) from error
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return open_store(path, busy_timeout_s=busy_timeout_s)


def open_store(path: str | os.PathLike[str], *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
    """Open a database; one of an older version is upgraded in one transaction.

    Raises
    ------
    StoreError
        ``store.missing``, ``store.read_only``, ``store.not_a_store``, ``store.newer_version``,
        ``store.damaged``, ``store.locked``.
    """
    path = Path(path)
    if not path.is_file():
        raise _store_error("store.missing", path)
    # Checked here because a log beside the file is needed even to read it.
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise _store_error("store.read_only", path)
    store = Store(path, busy_timeout_s=busy_timeout_s)
    try:
        store._bring_up_to_date()  # noqa: SLF001
    except BaseException:
        store.close()
        raise
    return store
