"""Backups of a site in use, and bringing one back.

A backup is one ZIP file: the records as a GeoPackage, whatever database they were on, the roads,
and a list of what must be in it (``backup.json``).
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, func, select
from sqlalchemy import table as named_table

from gisapp.accounts.exports import Export, Way, record_before_sending
from gisapp.bootstrap import DATABASE_FILE, App, database_address, has_site
from gisapp.clock import REAL
from gisapp.destruction import known, repeat
from gisapp.errors import GisAppError, StoreError
from gisapp.events import latest
from gisapp.registers.archives import DAMAGED
from gisapp.registers.kinds import RESOURCE_KINDS
from gisapp.registers.queries import count
from gisapp.road_files import ROADS_FILE
from gisapp.settings import Settings
from gisapp.site import load_site
from gisapp.store import FileStore, ServerStore, Store, create_store, open_store
from gisapp.store.copying import Copied, copy_store, copy_tables, count_rows
from gisapp.store.engine import Filling, store_error
from gisapp.store.file import BESIDE
from gisapp.tables import all_tables

MANIFEST = "backup.json"
SCRATCH = ".backup-"
"""How the folder begins in which a backup is made."""
FORMAT = 1
_CHUNK_BYTES = 1024**2


class BackupError(StoreError):
    """A backup cannot be made, read or brought back."""


def _backup_error(code: str, file: Path, **params: object) -> BackupError:
    named = {"file": str(file), **params}
    return BackupError(code, **named)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes
    ----------
    format
        Version of the backup's own layout.
    made_at
        ISO 8601, UTC.
    schema
        Revision of the tables.
    site
        Code of the site.
    last_event
        Number of the last event in it.
    counts
        Rows by table.
    sha256
        Digest by file.
    """

    format: int
    made_at: str
    schema: str
    site: str
    last_event: int
    counts: dict[str, int]
    sha256: dict[str, str]


@dataclass(frozen=True)
class Restored:
    """What was brought back.

    Attributes
    ----------
    aside
        Folder that keeps what was there before, None where nothing was.
    destroyed
        Of how many persons data had come back that were destroyed, and are so again.
    """

    manifest: Manifest
    aside: Path | None
    destroyed: int


def record_taking(store: Store, form: str, *, who: str) -> None:
    """Tell in the audit, which goes along, that the whole site is taken out.

    Raises
    ------
    NotRecordedError
    """
    with store.session() as session:
        number = sum(count(session, kind) for kind in RESOURCE_KINDS)
    export = Export(way=Way.SITE, subject="*", format=form, records=number, contacts=True)
    record_before_sending(store, export, who=who)


def back_up(app: App, file: Path) -> Manifest:
    """Write a backup of a site while others work on it.

    One moment of the database is kept. The file appears under its name only when it has been
    read again and found whole.

    Raises
    ------
    StoreError
        ``store.exists``, ``store.no_directory``, ``store.disk_full``, ``store.read_only``,
        ``store.damaged`` where the site itself is, ``store.log_lost``.
    """
    app.store.require_whole()
    if file.exists():
        raise store_error("store.exists", str(file))
    if not file.absolute().parent.is_dir():
        raise store_error("store.no_directory", str(file), directory=str(file.absolute().parent))
    with _disk_errors(file), _scratch(file.absolute().parent) as scratch:
        snapshot = scratch / DATABASE_FILE
        if isinstance(app.store, FileStore):
            app.store.snapshot(snapshot)
        else:
            copy_store(app.store, snapshot, tables=all_tables())
        FileStore(snapshot).check()
        contents = [snapshot]
        if app.has_roads:
            contents.append(Path(shutil.copy2(app.roads_path, scratch / ROADS_FILE)))
        manifest = _describe(snapshot, contents)
        whole = scratch / "whole.zip"
        with whole.open("xb") as stream:
            _write(stream, manifest, contents)
            stream.flush()
            os.fsync(stream.fileno())
        _extract(whole, scratch / "read-again")
        whole.rename(file)
    return manifest


def restore(settings: Settings, file: Path, *, replace: bool = False) -> Restored:
    """Bring a backup back as the site that `settings` name, in its folder or on its server.

    Nothing is touched before the backup has proved whole: its digests, the database's own
    check, its references and its counts. What was there is kept in a folder beside.

    Parameters
    ----------
    replace
        Also where the site there is another one, went on after the backup, or cannot be read.

    Raises
    ------
    BackupError
        ``backup.unreadable``, ``backup.damaged``, ``backup.newer_site``.
    StoreError
        ``store.locked`` while the site's file is in use, ``store.newer_version``.
    """
    folder = settings.dir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with _disk_errors(folder), _scratch(folder) as scratch:
        manifest = _extract(file, scratch)
        # Of an older version: upgraded here, before anything is replaced.
        with open_store(scratch / DATABASE_FILE) as coming:
            destroyed = repeat(coming, known(settings))
        is_there = has_site(settings)
        if is_there and not replace:
            _refuse_newer(settings, file, manifest)
        aside = folder / f"before-restore-{REAL.now():%Y%m%dT%H%M%S%f}"
        address = database_address(settings)
        if isinstance(address, Path):
            _swap_file(scratch / DATABASE_FILE, address, aside)
        else:
            _refill_server(settings, scratch / DATABASE_FILE, address, aside, is_there=is_there)
        _swap(scratch / ROADS_FILE, folder / ROADS_FILE, aside)
    return Restored(manifest, aside if aside.exists() else None, destroyed)


def _describe(snapshot: Path, contents: list[Path]) -> Manifest:
    with open_store(snapshot) as store:
        with store.session() as session:
            site, last_event = load_site(session).code, latest(session)
        with store.connection() as connection:
            counts = count_rows(connection, all_tables())
        schema = store.revision()
    return Manifest(
        format=FORMAT,
        made_at=REAL.now().isoformat(timespec="seconds"),
        schema=schema,
        site=site,
        last_event=last_event,
        counts=counts,
        sha256={path.name: _digest(path) for path in contents},
    )


def _write(stream: BinaryIO, manifest: Manifest, contents: list[Path]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))
        for path in contents:
            archive.write(path, path.name)


def _extract(file: Path, folder: Path) -> Manifest:
    """Unpack a backup into `folder` and prove it whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            names = set(manifest.sha256)
            if manifest.format != FORMAT or not {DATABASE_FILE} <= names <= {
                DATABASE_FILE,
                ROADS_FILE,
            }:
                raise _backup_error("backup.unreadable", file)
            folder.mkdir(exist_ok=True)
            for name in names:
                with archive.open(name) as packed, (folder / name).open("xb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, _CHUNK_BYTES)
    except FileNotFoundError as error:
        raise _backup_error("backup.missing", file) from error
    except (*DAMAGED, KeyError, TypeError, ValueError) as error:
        raise _backup_error("backup.unreadable", file) from error
    for name, digest in manifest.sha256.items():
        if _digest(folder / name) != digest:
            raise _backup_error("backup.damaged", file)
    with FileStore(folder / DATABASE_FILE) as store:
        store.check()
        with store.connection() as connection:
            for name, number in manifest.counts.items():
                found = connection.scalar(select(func.count()).select_from(named_table(name)))
                if found != number:
                    raise _backup_error("backup.damaged", file)
    return manifest


def _refuse_newer(settings: Settings, file: Path, manifest: Manifest) -> None:
    """Refuse to lose what was written since the backup, or a site that is another one."""
    try:
        with open_store(database_address(settings)) as store, store.session() as session:
            is_older = (
                load_site(session).code == manifest.site and latest(session) <= manifest.last_event
            )
    except StoreError as error:
        if error.code in {"store.locked", "store.unreachable", "store.refused"}:
            raise
        is_older = False
    except GisAppError:
        is_older = False
    if not is_older:
        raise _backup_error("backup.newer_site", file)


def _swap_file(new: Path, address: Path, aside: Path) -> None:
    if address.exists():
        with FileStore(address) as store:
            store.leave_to_us()
    for ending in BESIDE:
        _swap(new.with_name(new.name + ending), address.with_name(address.name + ending), aside)
    _swap(new, address, aside)


def _swap(new: Path, old: Path, aside: Path) -> None:
    """Put `new` in the place of `old` in one step; `old` stays in the folder `aside`."""
    if old.exists():
        aside.mkdir(exist_ok=True)
        try:
            (aside / old.name).hardlink_to(old)
        except OSError:  # a file system without links
            shutil.copy2(old, aside / old.name)
    if new.exists():
        new.replace(old)
    else:
        old.unlink(missing_ok=True)


def _refill_server(
    settings: Settings, new: Path, address: str, aside: Path, *, is_there: bool
) -> None:
    with open_store(new) as source, source.connection() as reading:
        filling = _filling(source, reading)
        if not is_there:
            create_store(address, filling=filling).close()
            return
        aside.mkdir()
        before = App(settings)
        try:
            back_up(before, aside / "site.zip")
        finally:
            before.store.close()
        with ServerStore(address) as server:
            server.rebuild(filling=filling)


def _filling(source: Store, reading: Connection) -> Filling:
    def fill(writing: Connection) -> None:
        copy_tables(reading, writing, all_tables(), copied=Copied(), source=source.address)

    return fill


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """Give a folder on the same disk, so that what is ready takes its name in one step."""
    with tempfile.TemporaryDirectory(dir=parent, prefix=SCRATCH) as name:
        yield Path(name)


@contextmanager
def _disk_errors(file: Path) -> Iterator[None]:
    """Say in a sentence when the disk is full or may not be written."""
    try:
        yield
    except GisAppError:
        raise
    except OSError as error:
        code = "store.disk_full" if error.errno == errno.ENOSPC else "store.disk_failed"
        if isinstance(error, PermissionError):
            code = "store.read_only"
        raise store_error(code, str(file)) from error
