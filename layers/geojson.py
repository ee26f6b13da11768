"""Features as GeoJSON, as small as a map needs them.

A point on the map carries its id, name, class and state; what a popup shows is asked for
when the popup opens. Ten thousand points are then about one megabyte, not ten.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.encoder import encode_basestring
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
    return each_in_languages(features, spec, (lang,), extra=extra, decimals=decimals)[lang]


def each_in_languages(
    features: gpd.GeoDataFrame,
    spec: LayerSpec,
    langs: Sequence[str],
    *,
    extra: Sequence[str] = (),
    decimals: int = POINT_DECIMALS,
) -> dict[str, list[str | None]]:
    """Write as :func:`each_as_geojson` does, in several languages at once.

    Only the names differ, and a register may hold 100,000: written piece by piece, what is
    alike once.
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
    ids = [_quoted(str(one)) for one in features["id"].tolist()]
    properties = _properties(features, spec, extra)
    geometries = _geometries(features, decimals)
    return {
        lang: [
            None
            if geometry is None
            else f'{{"type":"Feature","properties":{{"id":{one},"name":{_quoted(name)}{rest}}},'
            f'"geometry":{geometry}}}'
            for one, name, rest, geometry in zip(
                ids, _names(features, lang), properties, geometries, strict=True
            )
        ]
        for lang in langs
    }


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _properties(features: gpd.GeoDataFrame, spec: LayerSpec, extra: Sequence[str]) -> list[str]:
    """The properties of each feature besides its id and name, each after a comma."""
    rows = [""] * len(features)
    if spec.classes:
        index = {row.code: number for number, row in enumerate(spec.classes)}
        last = len(spec.classes) - 1
        codes = features[spec.class_column].tolist() if spec.class_column else rows
        numbers = {code: f',"c":{index.get(_code(code), last)}' for code in set(codes)}
        rows = [numbers[code] for code in codes]
    if spec.state_column:
        states = [_code(one) for one in features[spec.state_column].tolist()]
        rows = [
            row if state in {"", "ready"} else f'{row},"s":{_quoted(state)}'
            for row, state in zip(rows, states, strict=True)
        ]
    for name in extra:
        values = features[name].tolist()
        rows = [
            row if _absent(value) else f"{row},{_quoted(name)}:{_ENCODER.encode(value)}"
            for row, value in zip(rows, values, strict=True)
        ]
    return rows


def _quoted(text: Any) -> str:  # noqa: ANN401 - a text, as a rule
    return encode_basestring(text) if isinstance(text, str) else _ENCODER.encode(text)


def _names(features: gpd.GeoDataFrame, lang: str) -> list[Any]:
    names = ["" if _absent(one) else one for one in features["name"].tolist()]
    if lang == "zh" or "name_en" not in features.columns:
        return names
    english = features["name_en"].tolist()
    return [
        native if _absent(other) else other for native, other in zip(names, english, strict=True)
    ]


def _geometries(features: gpd.GeoDataFrame, decimals: int) -> list[str | None]:
    """Each geometry as JSON."""
    geometries = features.geometry.to_numpy()
    if len(geometries) and (shapely.get_type_id(geometries) == shapely.GeometryType.POINT).all():
        coordinates = shapely.get_coordinates(geometries).round(decimals)
        if len(coordinates) == len(geometries):
            return [
                f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}' for x, y in coordinates.tolist()
            ]
    return [
        None if one is None or one.is_empty else _ENCODER.encode(rounded_mapping(one, decimals))
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
    if value.__class__ is str:  # nearly always
        return not value
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - NaN


def _code(value: object) -> str:
    """A class code as text; a grade read as 2.0 is "2", yes is "1"."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if _absent(value) else str(value)
