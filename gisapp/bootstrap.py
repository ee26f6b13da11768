"""The composition root: a site's folder becomes a running application."""

from __future__ import annotations

import threading
from copy import copy
from datetime import date
from pathlib import Path

import gisapp.tables  # noqa: F401 - a merger moves what refers to a record from any of them
from gisapp.clock import day_at
from gisapp.errors import SiteError
from gisapp.events import latest
from gisapp.exercise import Exercise
from gisapp.heights import FOLDER as HEIGHTS_FOLDER
from gisapp.heights import Heights
from gisapp.incidents import limits
from gisapp.road_files import ROADS_FILE, make_hierarchy, read_router
from gisapp.settings import Settings
from gisapp.site import Site, load_site
from gisapp.store import ServerStore, Store, open_store
from routing import Router

DATABASE_FILE = "site.gpkg"
MOST_PLAYED = 8
"""Exercises at once whose routers are kept."""


class App:
    """One site, opened: its settings, database and road network.

    Parameters
    ----------
    settings
        ``settings.dir`` is the site's folder; its database is the file there, or the server's
        that ``settings.database_url`` names.

    Raises
    ------
    SiteError
        The folder holds no site.
    StoreError
        The database is locked, read-only, out of reach or of a newer version.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.directory = settings.dir
        address = database_address(settings)
        if isinstance(address, Path) and not address.is_file():
            raise SiteError("site.not_here", directory=str(self.directory))
        self.store: Store = open_store(address, busy_timeout_s=settings.busy_timeout_s)
        self.store.keep_log()
        with self.store.session() as session:
            self.site: Site = load_site(session)
        self._loading = threading.Lock()
        self._loaded: tuple[Router | None, int] = (None, 0)
        self._heights: tuple[int, Heights] | None = None
        self._confirmed: tuple[Router | None, int, Router | None] = (None, 0, None)
        self._played: dict[str, App] = {}

    def in_exercise(self, exercise: Exercise) -> App:
        """The same site, on which all that is done is of an exercise.

        It has this one's roads, which are read once, and is made once for each exercise.
        """
        loaded = (self.imported_router, self._loaded[1]) if self.has_roads else self._loaded
        played = self._played.get(exercise.id)
        if played is None:
            played = copy(self)
            played.store = self.store.of(exercise)
            played._confirmed = (None, 0, None)  # noqa: SLF001 - of its own class
            while len(self._played) >= MOST_PLAYED:
                self._played.pop(next(iter(self._played)), None)
            self._played[exercise.id] = played
        played._loaded = loaded  # noqa: SLF001 - of its own class
        return played

    def today(self) -> date:
        """The day at the site."""
        return day_at(self.site.time_zone)

    @property
    def roads_path(self) -> Path:
        """The road network's file."""
        return self.directory / ROADS_FILE

    @property
    def has_roads(self) -> bool:
        """Whether roads were imported."""
        return self.roads_path.is_file()

    @property
    def heights_path(self) -> Path:
        """The folder of the heights of the ground; may be absent."""
        return self.directory / HEIGHTS_FOLDER

    @property
    def heights(self) -> Heights:
        """The heights of the ground, read again when tiles were added."""
        folder = self.heights_path
        changed_ns = folder.stat().st_mtime_ns if folder.is_dir() else 0
        if self._heights is None or self._heights[0] != changed_ns:
            self._heights = changed_ns, Heights(folder)
        return self._heights[1]

    @property
    def router(self) -> Router:
        """The road network with the limits that were confirmed, the same until either changes.

        Raises
        ------
        SiteError
            No roads were imported yet.
        """
        imported = self.imported_router
        if not imported.network.has_doubts:
            return imported
        with self.store.session() as session:
            seq = latest(session, limits.EVENT_KIND)
            base, known_seq, router = self._confirmed
            if router is None or base is not imported or seq != known_seq:
                known = limits.confirmations(session)
                router = imported.confirmed(one.limit for one in known) if known else imported
                self._confirmed = imported, seq, router
        return router

    @property
    def imported_router(self) -> Router:
        """The road network as imported, read again when an import replaced its file.

        Raises
        ------
        SiteError
            No roads were imported yet.
        """
        if not self.has_roads:
            raise SiteError("site.no_roads")
        mtime_ns = self.roads_path.stat().st_mtime_ns
        router, known_ns = self._loaded
        if router is not None and (mtime_ns == known_ns or self._loading.locked()):
            # Whoever asks while another thread reads the new file is answered from the old.
            return router
        with self._loading:
            router, known_ns = self._loaded
            if router is None or mtime_ns != known_ns:
                router = read_router(self.directory)
                self._loaded = router, mtime_ns
            return router

    def make_hierarchy(self) -> None:
        """Make and keep the hierarchy of the roads, and answer by it from now on.

        Raises
        ------
        SiteError
            No roads were imported yet.
        OSError
            It cannot be kept.
        """
        network = self.imported_router.network
        router = Router(network, hierarchy=make_hierarchy(network, self.directory))
        self._loaded = router, self._loaded[1]


def database_address(settings: Settings) -> Path | str:
    """Return the database that `settings` name: a server's URL, or the file in the folder."""
    return settings.server_url or settings.dir / DATABASE_FILE


def has_site(settings: Settings) -> bool:
    """Whether the database that `settings` name holds a site already.

    Raises
    ------
    StoreError
        The server cannot be asked.
    """
    address = database_address(settings)
    if isinstance(address, Path):
        return address.is_file()
    with ServerStore(address, busy_timeout_s=settings.busy_timeout_s) as store:
        return store.holds_site()


def open_app(settings: Settings) -> App:
    """Open the site that `settings` name."""
    return App(settings)
