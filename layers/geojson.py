"""Features as GeoJSON, as small as a map needs them.

A point on the map carries its id, name, class and state; what a popup shows is asked for
when the popup opens. Ten thousand points are then about one megabyte, not ten.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.errors import MissingColumnError
from layers.model import LayerSpec

POINT_DECIMALS = 6
"""About 0.1 m."""


def to_geojson(
    features: gpd.GeoDataFrame,
    spec: LayerSpec,
    lang: str,
    *,
    extra: Sequence[str] = (),
    decimals: int = POINT_DECIMALS,
    truncated: bool = False,
) -> bytes:
    """Write features as a compact GeoJSON FeatureCollection.

    Parameters
    ----------
    features, spec, lang, extra, decimals
        As :func:`each_as_geojson` takes them.
    truncated
        Whether the server left features out; stated as a member of the collection.

    Raises
    ------
    MissingColumnError
        A needed column is absent.
    """
    written = each_as_geojson(features, spec, lang, extra=extra, decimals=decimals)
    return collected([one for one in written if one is not None], truncated=truncated)


def collected(features: Sequence[str], *, truncated: bool = False) -> bytes:
    """Join features that :func:`each_as_geojson` wrote into a FeatureCollection."""
    head = f'{{"type":"FeatureCollection","truncated":{str(truncated).lower()},"features":['
    return f"{head}{','.join(features)}]}}".encode()


def each_as_geojson(
    features: gpd.GeoDataFrame,
    spec: LayerSpec,
    lang: str,
    *,
    extra: Sequence[str] = (),
    decimals: int = POINT_DECIMALS,
) -> list[str | None]:
    """Write each feature as compact GeoJSON of its own, None where it has no geometry.

    Parameters
    ----------
    features
        Geometries in lon/lat (EPSG:4326) with columns ``id`` and ``name``, the class and
        state columns of `spec`, and where present ``name_en``.
    spec
        The layer; point features get ``c``, the index of their legend row, and ``s``, their
        state where it is not ready.
    lang
        Language of the names; a missing English name falls back to the first name.
    extra
        Further columns to copy.
    decimals
        Decimals of the coordinates.

    Raises
    ------
    MissingColumnError
        A needed column is absent.
    """
    needed = ["id", "name", *extra]
    needed += [name for name in (spec.class_column, spec.state_column) if name]
    missing = [name for name in needed if name not in features.columns]
    if missing:
        raise MissingColumnError(
            "layers.missing_column",
            f"Layer {spec.id} is drawn from columns that are absent: {', '.join(missing)}.",
            layer=spec.id,
            columns=", ".join(missing),
        )
    properties = _properties(features, spec, lang, extra)
    geometries = _geometries(features, decimals)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [
        None
        if geometry is None
        else encode({"type": "Feature", "properties": one, "geometry": geometry})
        for one, geometry in zip(properties, geometries, strict=True)
    ]


def _properties(
    features: gpd.GeoDataFrame, spec: LayerSpec, lang: str, extra: Sequence[str]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"id": str(one), "name": name}
        for one, name in zip(features["id"].tolist(), _names(features, lang), strict=True)
    ]
    if spec.classes:
        index = {row.code: number for number, row in enumerate(spec.classes)}
        last = len(spec.classes) - 1
        codes = features[spec.class_column].tolist() if spec.class_column else [""] * len(rows)
        for row, code in zip(rows, codes, strict=True):
            row["c"] = index.get(_code(code), last)
    if spec.state_column:
        for row, state in zip(rows, features[spec.state_column].tolist(), strict=True):
            if _code(state) not in {"", "ready"}:
                row["s"] = _code(state)
    for name in extra:
        for row, value in zip(rows, features[name].tolist(), strict=True):
            if not _absent(value):
                row[name] = value
    return rows


def _names(features: gpd.GeoDataFrame, lang: str) -> list[Any]:
    names = ["" if _absent(one) else one for one in features["name"].tolist()]
    if lang == "zh" or "name_en" not in features.columns:
        return names
    english = features["name_en"].tolist()
    return [
        native if _absent(other) else other for native, other in zip(names, english, strict=True)
    ]


def _geometries(features: gpd.GeoDataFrame, decimals: int) -> list[Any]:
    geometries = features.geometry.to_numpy()
    if len(geometries) and (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all():
        coordinates = shapely.get_coordinates(geometries).round(decimals)
        if len(coordinates) == len(geometries):
            return [{"type": "Point", "coordinates": pair} for pair in coordinates.tolist()]
    return [
        None if one is None or one.is_empty else rounded_mapping(one, decimals)
        for one in geometries
    ]


def rounded_mapping(geometry: shapely.Geometry, decimals: int) -> dict[str, Any]:
    """One geometry as a GeoJSON mapping with `decimals` decimals."""
    rounded = shapely.transform(
        geometry, lambda places: places.round(decimals), include_z=bool(shapely.has_z(geometry))
    )
    mapping: dict[str, Any] = shapely.geometry.mapping(rounded)  # type: ignore[arg-type]
    return mapping


def _absent(value: Any) -> bool:  # noqa: ANN401 - any cell of a frame
    return value is None or value is pd.NA or value == "" or value != value  # noqa: PLR0124 - NaN


def _code(value: object) -> str:
    """A class code as text; a grade read as 2.0 is "2", yes is "1"."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if _absent(value) else str(value)
