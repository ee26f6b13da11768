"""What a plan supposes by a layer: posts at its places, roads closed within its areas."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import shapely
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.planning.changes import MOST_CHANGES, Changes, Post
from gisapp.planning.layers import find_layer, places_of
from routing import Closures

_AREA: Final = 2


def supposed_posts(session: Session, changes: Changes) -> tuple[Post, ...]:
    """Posts that a plan adds: those it names, and one at each place of its layer.

    Raises
    ------
    UnknownRecordError
        ``planning.unknown_layer``.
    InputError
        ``planning.layer_too_great``.
    """
    if changes.posts_layer is None:
        return changes.added
    found = _layer(session, changes.posts_layer)
    points = shapely.point_on_surface(found.geometry.to_numpy())
    return changes.added + tuple(
        Post(
            id=str(one.id),
            name=str(one.name),
            name_en=str(one.name_en),
            x=float(shapely.get_x(point)),
            y=float(shapely.get_y(point)),
            turnout_s=changes.posts_turnout_s,
        )
        for one, point in zip(found.itertuples(), points, strict=True)
    )


def supposed_closures(session: Session, changes: Changes, closures: Closures) -> Closures:
    """Closures, and those that a plan supposes besides.

    Raises
    ------
    UnknownRecordError
        ``planning.unknown_layer``.
    InputError
        ``planning.layer_too_great``, ``planning.layer_without_areas``; as
        :meth:`~gisapp.planning.changes.Changes.closing`.
    """
    closed = changes.closing(closures)
    if changes.closed_layer is None:
        return closed
    areas = areas_of_layer(session, changes.closed_layer)
    return closed.add("supposed layer", polygon=shapely.union_all(areas.geometry.to_numpy()))


def areas_of_layer(session: Session, layer_id: str) -> gpd.GeoDataFrame:
    """Areas of a layer, its points left out.

    Raises
    ------
    UnknownRecordError
        ``planning.unknown_layer``.
    InputError
        ``planning.layer_too_great``, ``planning.layer_without_areas``.
    """
    found = _layer(session, layer_id)
    areas = found[shapely.get_dimensions(found.geometry.to_numpy()) == _AREA]
    if areas.empty:
        raise InputError("planning.layer_without_areas", layer=layer_id)
    return areas


def _layer(session: Session, layer_id: str) -> gpd.GeoDataFrame:
    row = find_layer(session, layer_id, whole=True)
    if row.places > MOST_CHANGES:
        raise InputError(
            "planning.layer_too_great", layer=layer_id, places=row.places, most=MOST_CHANGES
        )
    return places_of(row)
