"""What the first questions to a server would wait for, read before they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import layers
from gisapp.bootstrap import App
from gisapp.incidents.cards.proposing import propose
from gisapp.incidents.closures import on_network, open_closures
from gisapp.incidents.moving.index import units_seen
from gisapp.registers.search import search
from gisapp.rights import system_actor
from gisapp.store import Session
from layers.risks import RISKS
from web.map.catalogue import CATALOGUE
from web.map.drawn import drawn

_ACTOR = system_actor("server")


def warm(app: App, is_ended: Callable[[], bool]) -> None:
    """Read what is kept in memory, in step with the log: seconds where there are many records.

    Parameters
    ----------
    is_ended
        Asked between two of them, whether the server stops.

    Raises
    ------
    GisAppError
        The database cannot be read.
    """
    for read in _copies(app):
        if is_ended():
            return
        with app.store.session() as session:
            read(session)


def _copies(app: App) -> Iterator[Callable[[Session], object]]:
    """Reads each copy: of what is asked for most urgently first."""
    if app.has_roads:
        yield lambda session: _settle(app, session)
        yield lambda session: propose(app, session)
    yield lambda session: units_seen(session, _ACTOR)
    for spec in (*CATALOGUE.layers, RISKS):
        if spec.id != layers.ROADS.id:
            yield drawn(app.store, spec).read
    yield lambda session: search(session, "a")


def _settle(app: App, session: Session) -> None:
    """Make the hierarchy of the roads ready for every vehicle, as they are closed now."""
    router = app.router
    closed = on_network(router, open_closures(session))
    for profile in router.profiles:
        router.prepare(profile)
        router.prepare(profile, closures=closed)
