"""The embedded database: one GeoPackage file."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from gisapp.errors import StoreError
from gisapp.store import geopackage
from gisapp.store.engine import BUSY_TIMEOUT_S, Cause, Filling, Store, store_error
from gisapp.store.migrations import upgrade

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

_REST_S = 2.0
"""A log that was written to within this time is not at rest."""
_LOOKS, _BETWEEN_LOOKS_S = 10, 0.05

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite keeps beside a database in use."""


class FileStore(Store):
    """An open GeoPackage file.

    Parameters
    ----------
    path
        The GeoPackage file.
    busy_timeout_s
        Seconds a writer waits for another writer before ``store.locked``.
    """

    dialect = "sqlite"
    _driver_error = sqlite3.DatabaseError

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._files: dict[str, tuple[int, int]] = {}
        engine = _engine(path, busy_timeout_s)
        event.listen(engine, "begin", self._before_write, insert=True)
        super().__init__(str(path), engine, readers=engine)

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded into the file."""
        self._files = {}
        super().close()

    def keep_log(self) -> None:
        """Write ahead of the file again: QGIS ends that where it closes a file nobody else has.

        Left for the next time where somebody is at work with the file.
        """
        with self.explained(), self._readers.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            if driver.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                with suppress(sqlite3.OperationalError):
                    driver.execute("PRAGMA journal_mode = WAL").fetchone()
                driver.execute("SELECT 1 FROM sqlite_schema").fetchone()  # opens the log
        self.hold_files()

    def hold_files(self) -> None:
        """Remember the file and its log, by device and number, while a connection is open."""
        self._files = {name: found for name in ("", "-wal") if (found := self._file(name))}

    def require_whole(self) -> None:
        """Refuse where somebody took the file or its log away while we have them open.

        The log holds what was acknowledged and is not in the file yet. What we hold open is
        folded into the file when the last connection closes.

        Raises
        ------
        StoreError
            ``store.log_lost``, ``store.replaced``.
        """
        for name, held in self._files.items():
            if self._file(name) != held:
                raise store_error("store.log_lost" if name else "store.replaced", self.address)

    def fold(self, *, rest_s: float | None = None) -> bool:
        """Fold the write-ahead log into the file where it has rested for a while.

        Then a copy of the file alone is whole. Waits for nobody: where somebody reads or
        writes, it is left for the next time. A log that was taken away is folded all the same,
        as it is still open here.

        Returns
        -------
        bool
            Whether all is in the file.
        """
        rest_s = _REST_S if rest_s is None else rest_s
        log = self.path.with_name(self.path.name + "-wal")
        try:
            found = log.stat()
        except OSError:
            found = None
        if found is not None and (found.st_size == 0 or time.time() - found.st_mtime < rest_s):
            return found.st_size == 0
        with self.explained(), self._readers.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            (wait_ms,) = driver.execute("PRAGMA busy_timeout").fetchone()
            driver.execute("PRAGMA busy_timeout = 0")
            try:
                # Without a lock first, so that the second, which has one, is brief.
                _busy, pages, done = driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if pages != done:
                    return False
                busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                driver.execute(f"PRAGMA busy_timeout = {wait_ms}")
        return not busy

    def scrub(self, table: str) -> None:  # noqa: ARG002
        """Bring all into the file, where what is overwritten is gone, and empty its log.

        While somebody reads the log stays: it is emptied with the next folding.
        """
        self.fold(rest_s=0)

    def _before_write(self, connection: Connection) -> None:
        """Acknowledge nothing that would be written into a log that is gone."""
        if connection.get_execution_options().get("write", False):
            self.require_whole()

    def _file(self, ending: str) -> tuple[int, int] | None:
        try:
            found = self.path.with_name(self.path.name + ending).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def build(self, *, filling: Filling | None = None) -> None:
        """Make the tables in an empty file, and fill them."""
        with self.explained(), self._writers.connect() as connection:
            # Before any transaction, and kept in the file from then on.
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA journal_mode = WAL")
            with connection.begin():
                geopackage.create_file_metadata(connection)
                upgrade(connection)
                if filling is not None:
                    filling(connection)

    def snapshot(self, target: Path) -> None:
        """Write what the file holds at this moment into a new file, while others write on.

        Raises
        ------
        StoreError
            ``store.disk_full``, ``store.disk_failed``, ``store.damaged``.
        """
        with self.connection() as connection, closing(sqlite3.connect(target)) as copy:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # all in the one file

    def check(self) -> None:
        """Have SQLite look through the whole file.

        Rows whose reference leads nowhere, as another program's deleting leaves them, are no
        damage: see :mod:`gisapp.registers.outside`.

        Raises
        ------
        StoreError
            ``store.damaged``, ``store.not_a_store``.
        """
        with self.connection() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise store_error("store.damaged", self.address)

    def leave_to_us(self) -> None:
        """Fold the log into the file; fails while anybody else has the file open.

        A file that is damaged beyond that is left as it is.

        Raises
        ------
        StoreError
            ``store.locked``.
        """
        try:
            with self.explained(), self._readers.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA journal_mode = DELETE").fetchall()
        except StoreError as error:
            if error.code == "store.locked":
                raise

    def _cause(self, error: Exception, *, write: bool) -> Cause | None:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = _CAUSES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
        if code is None or (code == "store.read_only" and not write):
            return None
        return code, {}


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
    event.listen(engine, "commit", geopackage.before_commit)
    return engine


def create_file(
    path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, filling: Filling | None = None
) -> FileStore:
    """Make a new database file and open it; see :func:`gisapp.store.create_store`."""
    if not path.parent.is_dir():
        raise store_error("store.no_directory", str(path), directory=str(path.parent))
    if path.exists():
        raise store_error("store.exists", str(path))
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with FileStore(unfinished) as store:
            store.build(filling=filling)
            # On closing, a log that finds no room is left beside the file without a word.
            store.fold(rest_s=0.0)
        unfinished.rename(path)
    except StoreError as error:
        if error.params.get("path") != str(unfinished):  # of the database it is filled from
            raise
        raise store_error(error.code, str(path)) from error
    finally:
        for suffix in ("", *BESIDE):
            unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return open_file(path, busy_timeout_s=busy_timeout_s)


def _require_log(path: Path) -> None:
    """Refuse a file whose log somebody took away while another process works with it.

    That process keeps the index of the log in shared memory beside it. We would begin a new log
    and both would read what the other never wrote. On an orderly end the log goes first, for a
    moment.
    """
    log, index = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    for _attempt in range(_LOOKS):
        if log.exists() or not index.exists():
            return
        time.sleep(_BETWEEN_LOOKS_S)
    raise store_error("store.log_lost", str(path))


def open_file(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> FileStore:
    """Open a database file; see :func:`gisapp.store.open_store`."""
    if not path.is_file():
        raise store_error("store.missing", str(path))
    # Checked here because a log beside the file is needed even to read it.
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise store_error("store.read_only", str(path))
    _require_log(path)
    store = FileStore(path, busy_timeout_s=busy_timeout_s)
    try:
        store.bring_up_to_date()
        store.hold_files()
    except BaseException:
        store.close()
        raise
    return store
