"""Making and opening a database by its address: a file's path or a server's URL."""

from __future__ import annotations

import os
from pathlib import Path

from gisapp.store.engine import BUSY_TIMEOUT_S, Filling, Store
from gisapp.store.file import create_file, open_file
from gisapp.store.server import create_on_server, open_on_server

Address = str | os.PathLike[str]
"""A file's path, or ``postgresql://user:password@host:port/database``."""


def is_url(address: Address) -> bool:
    """Whether an address is a server's; a path never holds ``://``."""
    return isinstance(address, str) and "://" in address


def create_store(
    address: Address, *, busy_timeout_s: float = BUSY_TIMEOUT_S, filling: Filling | None = None
) -> Store:
    """Make a new database and open it.

    A file appears under its name only when it is complete; on a server all is one transaction.

    Parameters
    ----------
    busy_timeout_s
        Seconds a writer waits for another writer before ``store.locked``.
    filling
        Called with the connection once the tables are there; what it raises undoes all. None
        leaves the database empty.

    Raises
    ------
    StoreError
        ``store.exists``, ``store.no_directory``, ``store.read_only``, ``store.disk_full``; on a
        server also ``store.unreachable``, ``store.refused``, ``store.no_database``,
        ``store.no_postgis``, ``store.too_old``, ``store.no_rights``, ``store.bad_url``.
    """
    if is_url(address):
        return create_on_server(str(address), busy_timeout_s=busy_timeout_s, filling=filling)
    return create_file(Path(address), busy_timeout_s=busy_timeout_s, filling=filling)


def open_store(address: Address, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Store:
    """Open a database; one of an older version is upgraded in one transaction.

    Raises
    ------
    StoreError
        ``store.missing``, ``store.read_only``, ``store.not_a_store``, ``store.newer_version``,
        ``store.damaged``, ``store.locked``; of a server those of :func:`create_store`.
    """
    if is_url(address):
        return open_on_server(str(address), busy_timeout_s=busy_timeout_s)
    return open_file(Path(address), busy_timeout_s=busy_timeout_s)
