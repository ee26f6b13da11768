"""How far help is: the area within so many minutes of a point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from gisapp.incidents.able import Context
from gisapp.incidents.closures import on_network, open_closures
from gisapp.incidents.standing import locate_on_road
from routing import Isochrone


def reach(
    app: Context,
    x: float,
    y: float,
    minutes: Sequence[float],
    *,
    vehicle: str = "light",
    direction: Literal["to", "from"] = "to",
) -> list[Isochrone]:
    """Areas from which a point is reached within `minutes`, closures in force reckoned with.

    Parameters
    ----------
    x, y
        Lon/lat EPSG:4326.
    vehicle
        A vehicle profile.
    direction
        ``"from"`` gives the areas reached from the point.

    Raises
    ------
    routing.QueryError, routing.NotOnNetworkError
    """
    router = app.router
    with app.store.session() as session:
        closures = on_network(router, open_closures(session))
    return router.isochrones(
        locate_on_road(router, x, y, profile=vehicle, max_distance_m=app.settings.max_snap_m),
        minutes,
        profile=vehicle,
        closures=closures,
        direction=direction,
    )
