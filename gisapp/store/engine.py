"""An open database, whichever it is: sessions, errors turned into sentences, upgrades."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gisapp.errors import StoreError, ValueRefusedError
from gisapp.exercise import Exercise
from gisapp.store.isolation import IsolatedSession
from gisapp.store.migrations import HEAD, REVISIONS, upgrade

BUSY_TIMEOUT_S = 10.0

Dialect = Literal["sqlite", "postgresql"]
Cause = tuple[str, dict[str, object]]
"""Code and parameters of a sentence."""

Filling = Callable[[Connection], None]
"""Fills a new database within the transaction that makes it."""


_OF_VALUES = {"store.bad_number", "store.bad_text"}


def store_error(code: str, address: str, **params: object) -> StoreError:
    """Make the error of a database; `address` is how its sentence names it."""
    named = {"path": address, **params}
    kind: type[StoreError] = ValueRefusedError if code in _OF_VALUES else StoreError
    return kind(code, **named)


class Store(ABC):
    """An open database.

    Made by :func:`gisapp.store.create_store` and :func:`gisapp.store.open_store`. Safe to share
    between threads: every session is its own transaction on its own connection.

    Attributes
    ----------
    address
        How people know it: the file's path, or the server's URL without its password.
    dialect
        ``"sqlite"`` or ``"postgresql"``.
    """

    dialect: Dialect
    _nothing_here = "store.not_a_store"

    def __init__(self, address: str, engine: Engine, *, readers: Engine) -> None:
        self.address = address
        self._readers = readers
        self._writers = engine.execution_options(write=True)
        self._exercise: Exercise | None = None

    def of(self, exercise: Exercise) -> Self:
        """The same database, whose sessions are of an exercise where they name no other.

        What works on whole tables (:meth:`connection`) knows no exercise, here as well.
        """
        twin = copy(self)
        twin._exercise = exercise  # noqa: SLF001 - of its own class
        return twin

    @contextmanager
    def session(
        self, *, write: bool = False, exercise: Exercise | None = None
    ) -> Iterator[Session]:
        """One transaction: committed on leaving the block, rolled back on an exception.

        Parameters
        ----------
        write
            False reads a snapshot, never waits and never blocks anyone; a write in it fails.
            True holds the only turn to write until the block ends: keep it short, do the
            thinking before.
        exercise
            The exercise that the session is of; it sees and writes what is its own and goes by
            its clock. None is that of the store, else what is real. See
            :mod:`gisapp.store.isolation`.

        Raises
        ------
        StoreError
            ``store.locked``, ``store.read_only``, ``store.disk_full``, ``store.disk_failed``,
            ``store.damaged``; from a server also ``store.unreachable``,
            ``store.connection_lost``, ``store.refused``, ``store.too_slow`` and
            ``store.too_many_connections``. Nothing of the transaction is kept.
        """
        with self.explained(write=write):
            session = IsolatedSession(
                self._writers if write else self._readers, exercise=exercise or self._exercise
            )
            with session, session.begin():
                yield session

    @contextmanager
    def connection(self, *, write: bool = False) -> Iterator[Connection]:
        """One transaction for statements on whole tables; see :meth:`session`."""
        with (
            self.explained(write=write),
            (self._writers if write else self._readers).begin() as connection,
        ):
            yield connection

    @abstractmethod
    def keep_log(self) -> None:
        """Let readers go on while somebody writes, should another program have ended that."""

    @abstractmethod
    def require_whole(self) -> None:
        """Refuse where what is acknowledged may not be kept.

        Raises
        ------
        StoreError
            ``store.log_lost``, ``store.replaced``.
        """

    @abstractmethod
    def fold(self, *, rest_s: float | None = None) -> bool:
        """Bring all into the file itself while nobody writes; say whether all is there.

        Parameters
        ----------
        rest_s
            Seconds for which nobody must have written; two where not given.
        """

    @abstractmethod
    def scrub(self, table: str) -> None:
        """Leave nothing in the files of what the rows of a table held before."""

    def close(self) -> None:
        """Close all connections."""
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
    def explained(self, *, write: bool = True) -> Iterator[None]:
        """Turn the database's errors into sentences; what is our own defect stays as it is."""
        try:
            yield
        except self._driver_error as error:
            raised = error
        except DBAPIError as error:
            raised = error
        else:
            return
        cause = self._cause(raised, write=write)
        if cause is None:
            raise raised
        code, params = cause
        raise store_error(code, self.address, **params) from raised

    def revision(self) -> str:
        """The schema's revision.

        Raises
        ------
        StoreError
            ``store.not_a_store`` of a file, ``store.no_site`` of a server.
        """
        found = None
        with self.connection() as connection:
            if inspect(connection).has_table("alembic_version"):
                found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found is None:
            raise store_error(self._nothing_here, self.address)
        return str(found)

    def bring_up_to_date(self) -> None:
        """Upgrade the schema in one transaction where it is of an older version.

        Raises
        ------
        StoreError
            ``store.not_a_store``, ``store.newer_version``.
        """
        found = self.revision()
        if found == HEAD:
            return
        if found not in REVISIONS:
            raise store_error("store.newer_version", self.address, found=found, known=HEAD)
        with self.connection(write=True) as connection:
            upgrade(connection)

    @property
    @abstractmethod
    def _driver_error(self) -> type[Exception]:
        """The driver's own base error, raised where SQLAlchemy does not stand between."""

    @abstractmethod
    def _cause(self, error: Any, *, write: bool) -> Cause | None:  # noqa: ANN401 - of any driver
        """Say what happened in terms of our sentences, None for a defect of ours."""
