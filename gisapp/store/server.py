"""The database on a server: PostgreSQL with PostGIS."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from gisapp.errors import StoreError
from gisapp.store import postgis
from gisapp.store.engine import BUSY_TIMEOUT_S, Cause, Filling, Store, store_error
from gisapp.store.migrations import upgrade

DRIVER = "postgresql+psycopg"
SCHEMES = ("postgresql", "postgres", DRIVER)

LEAST_VERSION = 15
CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 300.0
"""Longest single statement; a question of the map takes milliseconds."""

# SQLSTATE, or its class, and what we say; PostgreSQL 15, appendix A.
_CAUSES = {
    "08": "store.connection_lost",
    "22003": "store.bad_number",
    "25006": "store.read_only",
    "28": "store.refused",
    "3D000": "store.no_database",
    "40001": "store.locked",
    "40P01": "store.locked",
    "42501": "store.no_rights",
    "53100": "store.disk_full",
    "53300": "store.too_many_connections",
    "55P03": "store.locked",
    "57014": "store.too_slow",
    "57P": "store.connection_lost",
    "58": "store.disk_failed",
    "XX001": "store.damaged",
    "XX002": "store.damaged",
}

# A refused connection comes without a SQLSTATE: libpq hands on the server's words alone, in
# English or in the Chinese of a server with lc_messages = zh_CN.
_REFUSALS = {
    "store.refused": (
        "password authentication failed",
        "no password supplied",
        "no pg_hba.conf entry",
        "Peer authentication failed",
        "认证失败",
        "认证 失败",
    ),
    "store.no_database": ('" does not exist', "不存在"),
    "store.too_many_connections": ("too many clients", "remaining connection slots"),
}


@dataclass(frozen=True)
class About:
    """What a server says of itself.

    Attributes
    ----------
    postgis
        Version of the extension, None where the database has none.
    switched_off
        Settings without which a power cut loses what was acknowledged.
    """

    version: str
    postgis: str | None
    switched_off: list[str]


class ServerStore(Store):
    """An open database on a PostgreSQL server.

    Parameters
    ----------
    url
        ``postgresql://user:password@host:port/database``, with libpq's parameters.
    busy_timeout_s
        Seconds a writer waits for another writer before ``store.locked``.

    Raises
    ------
    StoreError
        ``store.bad_url``.
    """

    dialect = "postgresql"
    _nothing_here = "store.no_site"
    _driver_error = psycopg.Error

    def __init__(self, url: str | URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        parsed = server_url(url)
        engine = _engine(parsed, busy_timeout_s)
        readers = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        super().__init__(shown_url(parsed), engine, readers=readers)
        # A command that ends without closing says goodbye to the server all the same.
        weakref.finalize(self, readers.dispose)

    def build(self, *, filling: Filling | None = None) -> None:
        """Make our schema with its tables and fill them, in one transaction.

        Raises
        ------
        StoreError
            ``store.exists``, ``store.too_old``, ``store.no_postgis``, ``store.no_rights``.
        """
        with self.connection(write=True) as connection:
            self._check_server(connection)
            if self._is_taken(connection):
                raise store_error("store.exists", self.address)
            postgis.create_schema(connection)
            upgrade(connection)
            if filling is not None:
                filling(connection)

    def rebuild(self, *, filling: Filling) -> None:
        """Put other contents in the place of all there is, in one transaction."""
        with self.connection(write=True) as connection:
            postgis.drop_schema(connection)
            postgis.create_schema(connection)
            upgrade(connection)
            filling(connection)

    def keep_log(self) -> None:
        """Do nothing: no program can end that on a server."""

    def require_whole(self) -> None:
        """Do nothing: a server keeps its files itself."""

    def fold(self, *, rest_s: float | None = None) -> bool:  # noqa: ARG002
        """Do nothing: a server keeps its files itself."""
        return True

    def scrub(self, table: str) -> None:
        """Write the table anew, without the rows as they were before."""
        with self.explained(), self._readers.connect() as connection:
            outside = connection.execution_options(
                isolation_level="AUTOCOMMIT", postgresql_readonly=False
            )
            outside.execute(text(f'VACUUM FULL "{table}"'))

    def about(self) -> About:
        """Ask the server what it is."""
        with self.connection() as connection:
            version = str(connection.scalar(text("SHOW server_version"))).split(" ", 1)[0]
            postgis_version = connection.scalar(
                text("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
            )
            switched_off = connection.scalars(
                text(
                    "SELECT name FROM pg_settings WHERE setting = 'off'"
                    " AND name IN ('fsync', 'full_page_writes') ORDER BY name"
                )
            )
            return About(version, postgis_version, list(switched_off))

    def holds_site(self) -> bool:
        """Whether our tables are there."""
        with self.connection() as connection:
            return self._is_taken(connection)

    def _is_taken(self, connection: Connection) -> bool:
        return inspect(connection).has_table("alembic_version", schema=postgis.SCHEMA)

    def _check_server(self, connection: Connection) -> None:
        version = connection.scalar(text("SHOW server_version"))
        if int(connection.scalar(text("SHOW server_version_num")) or 0) < LEAST_VERSION * 10_000:
            raise store_error(
                "store.too_old", self.address, found=version, least=f"PostgreSQL {LEAST_VERSION}"
            )
        present = text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
        if connection.scalar(present):
            return
        try:
            with connection.begin_nested():
                connection.execute(text("CREATE EXTENSION postgis"))
        except DBAPIError as error:
            raise store_error("store.no_postgis", self.address) from error

    def _cause(self, error: Exception, *, write: bool) -> Cause | None:
        cause = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(cause, "sqlstate", None)
        if state is None:
            return self._cause_without_state(error, cause)
        code = next((_CAUSES[key] for key in (state, state[:3], state[:2]) if key in _CAUSES), None)
        if code is None or (code == "store.read_only" and not write):
            return None
        return code, {}

    def _cause_without_state(self, error: Exception, cause: object) -> Cause | None:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return "store.connection_lost", {}
        if isinstance(cause, psycopg.DataError) and "NUL" in str(cause):
            return "store.bad_text", {}
        if not isinstance(cause, psycopg.OperationalError):
            return None
        said = str(cause)
        for code, words in _REFUSALS.items():
            if any(word in said for word in words):
                return code, {}
        return "store.unreachable", {}


def server_url(url: str | URL) -> URL:
    """Read the address of a server.

    Raises
    ------
    StoreError
        ``store.bad_url``; the sentence repeats nothing of the address, which holds a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # the latter of a port that is no number
        raise _bad_url() from error
    if parsed.drivername not in SCHEMES or not parsed.database:
        raise _bad_url()
    return parsed.set(drivername=DRIVER)


def _bad_url() -> StoreError:
    return store_error("store.bad_url", "", form="postgresql://user:password@host:5432/database")


def shown_url(url: str | URL) -> str:
    """Write an address as it may be shown: without the password and the parameters."""
    parsed = server_url(url)
    host = parsed.host or parsed.query.get("host") or "localhost"
    if not isinstance(host, str):
        host = host[0]
    port = f":{parsed.port}" if parsed.port else ""
    user = f"{parsed.username}@" if parsed.username else ""
    return f"postgresql://{user}{host}{port}/{parsed.database}"


def _engine(url: URL, busy_timeout_s: float) -> Engine:
    options = postgis.session_options(
        lock_timeout_s=busy_timeout_s, statement_timeout_s=STATEMENT_TIMEOUT_S
    )
    engine = create_engine(
        url,
        connect_args={
            "options": options,
            "application_name": "gisapp",
            "client_encoding": "utf8",
            "connect_timeout": CONNECT_TIMEOUT_S,
        },
        # A connection that the server closed meanwhile is found out and replaced, unseen.
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: psycopg.Connection, _record: object) -> None:
        postgis.prepare_connection(dbapi_connection)

    event.listen(engine, "begin", postgis.begin)
    return engine


def create_on_server(
    url: str | URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S, filling: Filling | None = None
) -> ServerStore:
    """Make our tables in a server's database; see :func:`gisapp.store.create_store`."""
    store = ServerStore(url, busy_timeout_s=busy_timeout_s)
    try:
        store.build(filling=filling)
    except BaseException:
        store.close()
        raise
    return store


def open_on_server(url: str | URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> ServerStore:
    """Open a server's database; see :func:`gisapp.store.open_store`."""
    store = ServerStore(url, busy_timeout_s=busy_timeout_s)
    try:
        store.bring_up_to_date()
    except BaseException:
        store.close()
        raise
    return store
