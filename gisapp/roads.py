"""Roads of a map extent, by class and as detailed as the zoom shows them, and what lies under."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from gisapp.registers import features
from gisapp.schema.values import Json
from layers import ROAD_CLASSES
from routing import RoadNetwork

LINK_ZOOM_STEP = 2
"""Slip roads appear this many zooms after the road they belong to."""

UNKNOWN_CLASS_ZOOM = 13

PIXEL_TOLERANCE = 0.6
"""Lines may move by this many screen pixels when simplified."""

DEGREES_PER_PIXEL_ZOOM_0 = 360.0 / 256.0
"""Width of a Web Mercator pixel in degrees of longitude at zoom 0."""

WIDEST_PX = 4_352
"""No screen shows more: 3,840 pixels and one map tile on either side."""


def shown_zoom(bbox: Sequence[float], zoom: int) -> int:
    """The zoom at which a bounding box fits a screen, where `zoom` would be closer.

    An extent and a zoom that no screen shows together would ask for every road in every
    detail; at the zoom returned the work is bounded by what can be seen.

    Parameters
    ----------
    bbox
        ``(minx, miny, maxx, maxy)`` in degrees, EPSG:4326.
    zoom
        Web Mercator zoom asked for.

    Returns
    -------
    int
        At most `zoom`, at least 0.
    """
    minx, miny, maxx, maxy = bbox
    span = max(maxx - minx, maxy - miny)
    widest = math.log2(WIDEST_PX * DEGREES_PER_PIXEL_ZOOM_0 / span)
    return max(0, min(zoom, math.floor(widest)))


def roads_in(network: RoadNetwork, bbox: Sequence[float], zoom: int) -> gpd.GeoDataFrame:
    """Roads in a bounding box, merged by class and name and simplified for the zoom.

    Parameters
    ----------
    network
        The road network.
    bbox
        ``(minx, miny, maxx, maxy)`` in degrees, EPSG:4326.
    zoom
        Web Mercator zoom the roads will be drawn at.

    Returns
    -------
    GeoDataFrame
        EPSG:4326 lines with columns ``id``, ``name``, ``highway`` (a code of
        ``layers.ROAD_CLASSES``) and ``tunnel``, minor roads first so that major ones are
        drawn over them. Streets touching the box are whole, not clipped.
    """
    minx, miny, maxx, maxy = bbox
    style, shown_from = _styles(network.highway_classes)
    found = network.street_tree.query(shapely.box(minx, miny, maxx, maxy), predicate="intersects")
    found = found[shown_from[network.street_highway[found]] <= zoom]
    if not len(found):
        return _frame([], [], [], np.empty(0, dtype=object))
    key = pd.DataFrame(
        {
            "style": style[network.street_highway[found]],
            "name": network.street_name[found],
            "tunnel": network.street_tunnel[found],
            "street": found,
        }
    ).sort_values(["style", "name", "tunnel", "street"], ascending=[False, True, True, True])
    group = key.groupby(["style", "name", "tunnel"], sort=False).ngroup().to_numpy()
    lines = shapely.multilinestrings(network.street_lines[key["street"]], indices=group)
    tolerance = PIXEL_TOLERANCE * DEGREES_PER_PIXEL_ZOOM_0 / 2**zoom
    lines = shapely.simplify(shapely.line_merge(lines), tolerance, preserve_topology=False)
    first = key.iloc[np.unique(group, return_index=True)[1]]
    return _frame(
        [ROAD_CLASSES[one].code for one in first["style"]],
        [network.names[one] for one in first["name"]],
        first["tunnel"].tolist(),
        lines,
    )


def base_map(
    session: Session, network: RoadNetwork, bbox: Sequence[float], zoom: int, lang: str
) -> dict[str, dict[str, Json]]:
    """What a page that needs no server draws its map of.

    Parameters
    ----------
    network
        The road network.
    bbox
        ``(minx, miny, maxx, maxy)`` in degrees, EPSG:4326.
    zoom
        Web Mercator zoom that decides which roads are drawn, and how detailed.
    lang
        ``"zh"`` or ``"en"``: of the names, where there are any in it.

    Returns
    -------
    dict
        GeoJSON FeatureCollections ``areas``, ``rivers``, ``places`` and ``roads``, as
        ``layers.standalone`` takes them.
    """
    min_x, min_y, max_x, max_y = bbox
    box = (min_x, min_y, max_x, max_y)
    return {
        "areas": _collection(_named(features(session, "area", box), lang), ["name"]),
        "rivers": _collection(features(session, "river", box), ["name"]),
        "places": _collection(_named(features(session, "place", box), lang), ["name", "kind"]),
        "roads": _collection(roads_in(network, bbox, zoom), ["name", "highway", "tunnel"]),
    }


def _named(frame: gpd.GeoDataFrame, lang: str) -> gpd.GeoDataFrame:
    """Names in the reader's language where there are any."""
    if lang == "zh":
        return frame
    return frame.assign(name=frame["name_en"].fillna(frame["name"]))


def _collection(frame: gpd.GeoDataFrame, columns: list[str]) -> dict[str, Json]:
    collection: dict[str, Json] = json.loads(frame[[*columns, "geometry"]].to_json())
    return collection


def _styles(
    highways: Sequence[str],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Per highway class: index into ``ROAD_CLASSES`` and the zoom it is shown from."""
    known = {
        highway: (number, one.min_zoom)
        for number, one in enumerate(ROAD_CLASSES)
        for highway in one.highways
    }
    rest = (len(ROAD_CLASSES) - 1, UNKNOWN_CLASS_ZOOM)
    rows = []
    for highway in highways:
        number, zoom = known.get(highway.removesuffix("_link"), rest)
        rows.append((number, zoom + LINK_ZOOM_STEP * highway.endswith("_link")))
    table = np.asarray(rows or [rest], dtype=np.intp)
    return table[:, 0], table[:, 1]


def _frame(
    highway: list[str],
    name: list[str],
    tunnel: list[bool],
    lines: npt.NDArray[np.object_],
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "id": [str(number) for number in range(len(lines))],
            "name": name,
            "highway": highway,
            "tunnel": tunnel,
        },
        geometry=gpd.GeoSeries(lines, crs="EPSG:4326"),
        crs="EPSG:4326",
    )
