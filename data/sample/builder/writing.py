"""The files an importer takes: road lines, areas, rivers and one table per register."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from .inputs import Inputs, River
from .streets import Street, linestrings

DEGREE_DIGITS = 6
# a GeoPackage notes when it was changed; a fixed time keeps two builds alike
CHANGED_AT = "2026-01-01T00:00:00.000Z"


def to_degrees(inputs: Inputs, geometries: Iterable[shapely.Geometry]) -> list[shapely.Geometry]:
    """Geometries in projected metres as lon/lat, rounded to about a decimetre."""
    array = np.array(list(geometries), dtype=object)

    def project(xy: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        x, y = inputs.to_degrees.transform(xy[:, 0], xy[:, 1])
        return np.round(np.column_stack([x, y]), DEGREE_DIGITS)

    return list(shapely.transform(array, project))


def write_roads(inputs: Inputs, streets: Sequence[Street], path: Path) -> None:
    """``roads.gpkg``, layer ``roads``: cut at junctions, EPSG:4326."""
    lines = to_degrees(inputs, linestrings(streets))
    frame = gpd.GeoDataFrame(
        {
            "osmid": np.arange(1, len(streets) + 1, dtype=np.int64),
            "highway": [s.highway for s in streets],
            "name": [s.name for s in streets],
            "name_en": [s.name_en for s in streets],
            "oneway": [s.oneway for s in streets],
            "maxspeed": np.array([s.maxspeed or np.nan for s in streets], dtype=np.float64),
            "maxweight": np.array([s.maxweight or np.nan for s in streets], dtype=np.float64),
            "maxheight": np.array([s.maxheight or np.nan for s in streets], dtype=np.float64),
            "bridge": np.array([s.bridge for s in streets], dtype=np.int32),
            "tunnel": np.array([s.tunnel for s in streets], dtype=np.int32),
            "layer": np.array([s.layer for s in streets], dtype=np.int32),
            "synthetic": np.ones(len(streets), dtype=np.int32),
        },
        geometry=lines,
        crs="EPSG:4326",
    )
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CHANGED_AT})
    try:
        pyogrio.write_dataframe(frame, path, layer="roads", driver="GPKG", spatial_index=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def write_rivers(
    inputs: Inputs, rivers: Sequence[tuple[River, shapely.Geometry]], path: Path
) -> None:
    """Rivers with their names and which of them are invented."""
    lines = to_degrees(inputs, [line for _, line in rivers])
    write_features(
        path,
        "rivers",
        [
            {
                "name": river.name,
                "name_en": river.name_en,
                "width_m": river.width_m,
                "synthetic": int(river.synthetic),
                "source": river.source,
                "flow": river.flow,
            }
            for river, _ in rivers
        ],
        lines,
    )


def write_features(
    path: Path,
    name: str,
    properties: Sequence[Mapping[str, object]],
    geometries: Sequence[shapely.Geometry],
) -> None:
    """A GeoJSON collection, one feature a line."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "properties": p,
                "geometry": json.loads(shapely.to_geojson(g)),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for p, g in zip(properties, geometries, strict=True)
    ]
    text = f'{{"type":"FeatureCollection","name":"{name}","features":[\n'
    path.write_text(text + ",\n".join(lines) + "\n]}\n", "utf-8")


def write_record(source: Path, path: Path, registers: Sequence[str]) -> None:
    """The site record: in place of ``[build]``, what was built."""
    tables = source.read_text("utf-8").split("\n[")
    files = "".join(f'{name} = "{name}.csv"\n' for name in registers)
    built = f"resources]\n{files}"
    made = [built if table.startswith("build]") else table for table in tables]
    path.write_text("\n[".join(made), "utf-8")


def write_table(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """A CSV with the keys of the first row as header; UTF-8 without a byte order mark."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
