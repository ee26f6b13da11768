"""Areas whose roads are lost together, from a file: landslides, footprints, what is under water."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from gisapp.errors import InputError
from gisapp.planning.changes import MOST_CHANGES, MOST_ID, MOST_NAME
from gisapp.planning.feature_files import IDS, NAMES, column_of, faulty, features_of, too_many
from gisapp.schema import Label
from gisapp.schema.values import Json

_SHAPES: Final = frozenset({"Polygon", "MultiPolygon", "LineString", "MultiLineString"})
CODE: Final = "planning.bad_areas"


def areas_of(path: Path) -> list[Json]:
    """Read areas that are lost one at a time, as the parameters of a study hold them.

    Parameters
    ----------
    path
        Polygons or lines in any format that GDAL reads. A field ``id`` and a field ``name`` or
        ``名称`` are taken over; without an id features are numbered.

    Raises
    ------
    InputError
        ``planning.bad_areas``.
    """
    frame = _read(path)
    if len(frame) > MOST_CHANGES:
        raise faulty(path.name, [too_many(len(frame), MOST_CHANGES)], code=CODE)
    ids, names = (column_of(frame, one) for one in (IDS, NAMES))
    return [
        {
            "id": (str(row + 1) if ids is None else str(ids.iloc[row]))[:MOST_ID],
            "name": ("" if names is None else str(names.fillna("").iloc[row]))[:MOST_NAME],
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in enumerate(frame.geometry)
    ]


def flooded(path: Path, field: str, *, over_m: float) -> list[Json]:
    """Read what is under water deeper than some metres, as one area; none where it is not.

    Parameters
    ----------
    field
        That holds the metres of water.

    Raises
    ------
    InputError
        ``planning.bad_areas``; ``planning.no_such_field``.
    """
    frame = _read(path)
    if field not in frame:
        known = ", ".join(str(name) for name in frame.columns if name != frame.geometry.name)
        raise InputError("planning.no_such_field", field=field, known=known, file=path.name)
    depth_m = pd.to_numeric(frame[field], errors="coerce")
    wet = frame.geometry[depth_m > over_m]
    if wet.empty:
        raise InputError("planning.nothing_flooded", field=field, over=over_m, file=path.name)
    name = f"{field} > {over_m:g} m"
    return [
        {
            "id": path.stem[:MOST_ID],
            "name": name[:MOST_NAME],
            "geometry": json.loads(shapely.to_geojson(_as_one(wet))),
        }
    ]


def _as_one(wet: gpd.GeoSeries) -> BaseGeometry:
    parts = shapely.get_parts(wet.to_numpy())
    if shapely.get_dimensions(parts).max() == 1:
        return MultiLineString(list(parts))
    return shapely.union_all(parts)


def _read(path: Path) -> gpd.GeoDataFrame:
    frame = features_of(path, code=CODE)
    shapes = frame.geometry.to_numpy()
    odd = np.flatnonzero(
        [one is None or one.is_empty or one.geom_type not in _SHAPES for one in shapes]
    )
    if len(odd):
        why = Label(
            f"第 {odd[0] + 1} 个要素不是面也不是线",
            f"its feature {odd[0] + 1} is no polygon and no line",
        )
        raise faulty(path.name, [why], code=CODE)
    return frame
