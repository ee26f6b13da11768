"""Features of a file that planners bring, in any format that GDAL reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely.errors import ShapelyError

from gisapp.errors import InputError
from gisapp.schema import Label

IDS: Final = ("id", "code", "编号", "代码", "fid")
NAMES: Final = ("name", "名称")
"""Columns that hold what a feature is called, the first that a file has."""
_NONE: Final = Label("其中没有要素", "it has no features")

_PLAIN: Final = frozenset({"Point", "MultiPoint", "Polygon", "MultiPolygon"})


def features_of(path: Path, *, code: str) -> gpd.GeoDataFrame:
    """Read features, flat and in EPSG:4326.

    Parameters
    ----------
    path
        A file in any format that GDAL reads: an operator's own, never what a browser sent.
    code
        Of the error.

    Raises
    ------
    InputError
        `code`: it is no file of features, has none, or names no coordinate system.
    """
    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        why = Label("不是 GDAL 能读取的矢量文件", "it is no file of features")
        raise faulty(path.name, [why], code=code) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise faulty(path.name, [_NONE], code=code)
    if frame.crs is None:
        why = Label("未注明坐标系", "it names no coordinate system")
        raise faulty(path.name, [why], code=code)
    frame = frame.to_crs("EPSG:4326")
    frame.geometry = shapely.force_2d(frame.geometry.to_numpy())
    return frame


def features_of_geojson(given: object, *, name: str, code: str) -> gpd.GeoDataFrame:
    """Read the features of a GeoJSON as a browser sent it, in EPSG:4326.

    Nothing but points and polygons is looked into.

    Raises
    ------
    InputError
        `code`: it is no collection of such features, or has none.
    """
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list) or not features:
        raise faulty(name, [_NONE], code=code)
    odd = [number for number, one in enumerate(features, start=1) if not _is_plain(one)]
    try:
        if odd:
            raise ValueError
        frame = gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        shown = f"：第 {odd[0]} 个" if odd else ""
        number = f": number {odd[0]}" if odd else ""
        why = Label(
            f"要素不是有效的点或面{shown}", f"features that are no valid point or polygon{number}"
        )
        raise faulty(name, [why], code=code) from error
    frame.geometry = shapely.force_2d(frame.geometry.to_numpy())
    return frame


def column_of(frame: pd.DataFrame, names: Iterable[str]) -> pd.Series | None:
    """The first of some columns that a file has, whatever the case of its letters."""
    known: Mapping[str, str] = {str(one).strip().lower(): str(one) for one in frame.columns}
    found = next((known[name] for name in names if name in known), None)
    return None if found is None else frame[found]


def _is_plain(feature: object) -> bool:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
        return False
    geometry = feature.get("geometry")
    return isinstance(geometry, dict) and geometry.get("type") in _PLAIN


def faulty(name: str, faults: Iterable[Label], *, code: str) -> InputError:
    """All that is wrong with a file, in one sentence."""
    told = list(faults)
    return InputError(
        code,
        file=name,
        why_zh="；".join(one.zh for one in told),
        why_en="; ".join(one.en for one in told),
    )


def too_many(count: int, most: int) -> Label:
    """Say that a file has more features than are taken."""
    return Label(
        f"{count} 个要素，最多 {most} 个", f"it has {count} features, at most {most} are taken"
    )
