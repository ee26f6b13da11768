"""Coordinates typed by a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gisapp.incidents.coordinates import Spot
    from gisapp.site import Site


def point_options(what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command ``--at``, a point as people write it, and ``--system``."""

    def wrapped(command: Callable[..., None]) -> Callable[..., None]:
        command = click.option(
            "--system",
            help="坐标系 / Reference system of --at: WGS84, CGCS2000, GCJ02, BD09, EPSG:….",
        )(command)
        return click.option(
            "--at",
            "point",
            required=True,
            metavar="LON,LAT",
            help=f"{what}, LON,LAT，度分秒或地图链接 / degrees, minutes, or a map's link.",
        )(command)

    return wrapped


def typed(point: str, system: str | None, site: Site) -> Spot:
    """Read ``--at``; raises as :func:`gisapp.incidents.coordinates.read_spot` does."""
    from gisapp.incidents.coordinates import read_spot  # noqa: PLC0415

    return read_spot(point, site, system=system)
