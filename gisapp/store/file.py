"""The embedded database: one GeoPackage file."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event
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
        engine = _engine(path, busy_timeout_s)
        super().__init__(str(path), engine, readers=engine)

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded into the file."""
        super().close()

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
        """Have SQLite look through the whole file and follow every reference.

        Raises
        ------
        StoreError
            ``store.damaged``, ``store.not_a_store``.
        """
        with self.connection() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if found != "ok" or orphans is not None:
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
        unfinished.rename(path)
    except StoreError as error:
        if error.params.get("path") != str(unfinished):  # of the database it is filled from
            raise
        raise store_error(error.code, str(path)) from error
    finally:
        for suffix in ("", *BESIDE):
            unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return open_file(path, busy_timeout_s=busy_timeout_s)


def open_file(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> FileStore:
    """Open a database file; see :func:`gisapp.store.open_store`."""
    if not path.is_file():
        raise store_error("store.missing", str(path))
    # Checked here because a log beside the file is needed even to read it.
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise store_error("store.read_only", str(path))
    store = FileStore(path, busy_timeout_s=busy_timeout_s)
    try:
        store.bring_up_to_date()
    except BaseException:
        store.close()
        raise
    return store
