"""What is missing or broken in an installation or a site, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from gisapp.bootstrap import DATABASE_FILE, App, open_app
from gisapp.errors import GisAppError, StoreError
from gisapp.incidents.models import Incident
from gisapp.incidents.persons import due, due_in_exercises
from gisapp.messages import sentence, translate
from gisapp.offline_map import vendor_folder
from gisapp.registers import KINDS, count
from gisapp.registers.outside import LeftBehind, left_behind, mend
from gisapp.registers.wording import label_of
from gisapp.rights import Actor
from gisapp.road_files import ROADS_FILE
from gisapp.sample import sample_folder
from gisapp.settings import Settings
from gisapp.store import FileStore, ServerStore
from routing import RoutingError, can_order

Level = Literal["ok", "warn", "fail"]

PACKAGES = ("gisapp", "routing", "layers", "web")
LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 500 * 1024**2
MOST_NAMED = 20


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes
    ----------
    level
        ``"fail"`` where something asked for cannot work.
    subject
        What was looked at, a code that completes ``doctor.subject.<code>``.
    text
        What was found and, unless it is in order, the remedy; in the reader's language.
    """

    level: Level
    subject: str
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at the installation and, where there is one, at the site in ``settings.dir``."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python,
        _dependencies,
        _one_place,
        _browser_files,
        _sample,
        _compiler_cache,
        _disk,
        _server,
        _site,
    )
    return [finding for check in checks for finding in check(settings)]


def _say(settings: Settings, code: str, **params: object) -> str:
    return translate(f"doctor.{code}", settings.lang, **params)


def _python(settings: Settings) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < LEAST_PYTHON:
        yield Finding("fail", "python", _say(settings, "python_old", version=version))
    else:
        yield Finding("ok", "python", f"{version}, SQLite {sqlite3.sqlite_version}")


def _dependencies(settings: Settings) -> Iterator[Finding]:
    wrong = []
    for text in importlib.metadata.requires("gisapp") or ():
        needed = Requirement(text)
        if needed.marker is not None and not needed.marker.evaluate():
            continue
        try:
            found = importlib.metadata.version(needed.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(needed.name)
            continue
        if not needed.specifier.contains(found, prereleases=True):
            wrong.append(f"{needed.name} {found}")
    if wrong:
        yield Finding("fail", "packages", _say(settings, "packages", names=", ".join(wrong)))
    else:
        yield Finding("ok", "packages", importlib.metadata.version("gisapp"))


def _one_place(settings: Settings) -> Iterator[Finding]:
    """Top-level names as plain as ``web`` may be shadowed by another package."""
    places = {}
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        origin = None if spec is None else spec.origin
        places[name] = "—" if origin is None else str(Path(origin).parent.parent)
    if len(set(places.values())) > 1:
        listed = ", ".join(f"{name}: {place}" for name, place in places.items())
        yield Finding("fail", "one_place", _say(settings, "one_place", places=listed))
    else:
        yield Finding("ok", "one_place", places["gisapp"])


def _browser_files(settings: Settings) -> Iterator[Finding]:
    leaflet = vendor_folder() / "leaflet" / "leaflet.js"
    if leaflet.is_file():
        yield Finding("ok", "browser_files", leaflet.parent.parent.name)
    else:
        yield Finding("fail", "browser_files", _say(settings, "browser_files"))


def _sample(settings: Settings) -> Iterator[Finding]:
    try:
        yield Finding("ok", "sample", sample_folder().name)
    except GisAppError as error:
        yield Finding("warn", "sample", sentence(error, settings.lang))


def _compiler_cache(settings: Settings) -> Iterator[Finding]:
    """Without a writable cache every start compiles the searches anew."""
    spec = importlib.util.find_spec("routing")
    origin = "" if spec is None or spec.origin is None else spec.origin
    folders = (
        Path(os.environ.get("NUMBA_CACHE_DIR") or Path(origin).parent),
        Path.home(),
        Path(tempfile.gettempdir()),
    )
    if os.access(folders[0], os.W_OK) or os.access(folders[1], os.W_OK):
        yield Finding("ok", "compiler_cache", "numba")
    else:
        yield Finding("warn", "compiler_cache", _say(settings, "compiler_cache"))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = _say(settings, "disk", free_mb=free // 1024**2)
    yield Finding("ok" if free >= LEAST_FREE_BYTES else "warn", "disk", text)


def _server(settings: Settings) -> Iterator[Finding]:
    """Look at the database server where one is named."""
    if settings.server_url is None:
        return
    try:
        with ServerStore(settings.server_url) as store:
            about = store.about()
            is_empty = not store.holds_site()
    except StoreError as error:
        yield Finding("fail", "database", sentence(error, settings.lang))
        return
    if about.postgis is None:
        text = translate("store.no_postgis", settings.lang, path=store.address)
        yield Finding("fail", "database", text)
        return
    if about.switched_off:
        names = ", ".join(about.switched_off)
        text = _say(settings, "server_not_durable", address=store.address, names=names)
        yield Finding("warn", "database", text)
    elif is_empty:
        yield Finding("warn", "database", _say(settings, "server_empty", address=store.address))
    else:
        text = _say(
            settings,
            "server",
            address=store.address,
            version=about.version,
            postgis=about.postgis,
        )
        yield Finding("ok", "database", text)


def _outside(settings: Settings, left: LeftBehind) -> Iterator[Finding]:
    """Name what other programs left behind."""

    def called(table: str, record: object) -> str:
        label = KINDS[table].label.in_(settings.lang) if table in KINDS else table
        return f"{label} {record}"

    def column(table: str, name: str) -> str:
        return label_of(KINDS[table], name, settings.lang) if table in KINDS else name

    named = {
        "outside_deleted": [called(one.kind, one.id) for one in left.deleted],
        "outside_orphans": [
            f"{called(one.table, one.fid)} → {called(one.owner_table, one.owner_id)}"
            for one in left.orphans
        ],
        "outside_cells": [
            f"{called(cell.table, cell.id or cell.key)} {column(cell.table, cell.column)}"
            f" = {cell.text[:40]!r}"
            for cell in left.cells
            if cell.column != "geom"
        ],
        "outside_places": [
            called(cell.table, cell.id or cell.key) for cell in left.cells if cell.column == "geom"
        ],
    }
    for code, names in named.items():
        if names:
            shown = names[:MOST_NAMED]
            if len(names) > MOST_NAMED:
                shown.append(_say(settings, "outside_more", number=len(names)))
            yield Finding("warn", "outside", _say(settings, code, names="; ".join(shown)))
    if not left:
        yield Finding("ok", "outside", _say(settings, "outside_none"))


def repair(settings: Settings, *, actor: Actor) -> None:
    """Mend what other programs left behind in the registers of a site, as far as can be.

    Raises
    ------
    SiteError, StoreError
    """
    app = open_app(settings)
    try:
        with app.store.session(write=True) as session:
            mend(session, actor)
    finally:
        app.store.close()


def _site(settings: Settings) -> Iterator[Finding]:
    if settings.server_url is None and not (settings.dir / DATABASE_FILE).is_file():
        yield Finding("warn", "site", _say(settings, "no_site", directory=settings.dir))
        return
    try:
        app = open_app(settings)
    except GisAppError as error:
        yield Finding("fail", "site", sentence(error, settings.lang))
        return
    with app.store:
        yield from _opened(settings, app)


def _personal_data(settings: Settings, overdue: list[Incident]) -> Finding:
    if not overdue:
        return Finding("ok", "persons", _say(settings, "persons.ok"))
    text = _say(settings, "persons.due", count=len(overdue), first=overdue[0].id)
    return Finding("warn", "persons", text)


def _played_data(settings: Settings, overdue: list[Incident]) -> Iterator[Finding]:
    if not overdue:
        return
    named = [f"{one.exercise_id}: {one.id}" for one in overdue[:MOST_NAMED]]
    text = _say(settings, "persons.due_in_exercises", count=len(overdue), names=", ".join(named))
    yield Finding("warn", "persons", text)


def _opened(settings: Settings, app: App) -> Iterator[Finding]:
    try:
        with app.store.session() as session:
            counts = {kind: count(session, kind) for kind in KINDS}
            left = left_behind(session)
            overdue, played = due(session), due_in_exercises(session)
        if isinstance(app.store, FileStore):
            app.store.check()
    except GisAppError as error:
        yield Finding("fail", "site", sentence(error, settings.lang))
        return
    yield Finding("ok", "site", app.site.name.in_(settings.lang))
    yield from _outside(settings, left)
    yield _personal_data(settings, overdue)
    yield from _played_data(settings, played)
    listed = ", ".join(f"{kind} {number}" for kind, number in counts.items() if number)
    if counts["team"]:
        yield Finding("ok", "records", listed)
    else:
        yield Finding("warn", "records", _say(settings, "no_teams"))
    if not app.has_roads:
        yield Finding("fail", "roads", _say(settings, "no_roads", file=ROADS_FILE))
        return
    try:
        router = app.router
    except RoutingError as error:
        yield Finding("fail", "roads", sentence(error, settings.lang))
        return
    network = router.network
    yield Finding(
        "ok",
        "roads",
        _say(
            settings,
            "roads",
            nodes=network.node_count,
            streets=network.street_count,
            km=float(network.street_length.sum()) / 1000,
        ),
    )
    if not can_order():
        yield Finding("warn", "hierarchy", _say(settings, "no_metis"))
    elif router.hierarchy is None:
        yield Finding("warn", "hierarchy", _say(settings, "no_hierarchy"))
    else:
        arcs = len(router.hierarchy.shape.up_head)
        yield Finding("ok", "hierarchy", _say(settings, "hierarchy", arcs=arcs))
