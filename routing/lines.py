"""Read roads from any layer of lines: GeoPackage, Shapefile, GeoJSON, a GeoDataFrame."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError
from tqdm import tqdm

from routing.access import NOT_FOR_VEHICLES, stated_direction
from routing.build import assemble, cut_at_junctions, is_on_map, no_roads, off_map, ranges
from routing.charsets import BYTES, decode_table
from routing.convert import texts
from routing.errors import QueryError, RoadFileError
from routing.files import checked_file, damaged
from routing.limits import Limit, height_limit, weight_limit
from routing.network import Bool, Float64, Int64, RoadNetwork
from routing.noding import node_lines
from routing.speeds import CHINESE_CLASSES, CLASS_SPEEDS, LIMIT_SHARE, parse_maxspeed

_LINE_TYPES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)
_SHAPEFILES = frozenset({".shp", ".shz", ".zip"})
# What the makers of tables write beside the words that access.stated_direction knows.
_CODES = {"f": 1, "ft": 1, "1.0": 1, "t": -1, "tf": -1, "-1.0": -1, "b": 0, "0.0": 0}
_UNSET = frozenset({"0.0", "f"})

Column = npt.NDArray[np.object_]


@dataclass(frozen=True)
class LineColumns:
    """Which column of a line layer holds which attribute.

    Every attribute has its OSMnx name as default. A column left at its default may be absent,
    but for `highway`; one that is named must be there. None: do not read it.

    Attributes
    ----------
    osmid
        Whole number identifying the road; default the row number.
    highway
        Road class: OSM's, or one of :data:`routing.speeds.CHINESE_CLASSES` (国道, 二级公路,
        主干路, ...). None makes all roads ``unclassified``.
    name
        Road name.
    oneway
        What :func:`routing.access.stated_direction` reads (yes, -1, 是, 单向, 逆向, ...), or
        Geofabrik's F (along the drawing), T (against), B.
    maxspeed, maxweight, maxheight
        Signed limits as OSM writes them; bare numbers are km/h, tonnes, metres; 0 is none.
    speed_kph
        Free-flow speed; goes before `maxspeed`.
    bridge, tunnel
        Anything but no, false, 0, F, 否 or nothing is yes.
    """

    osmid: str | None = "osmid"
    highway: str | None = "highway"
    name: str | None = "name"
    oneway: str | None = "oneway"
    maxspeed: str | None = "maxspeed"
    speed_kph: str | None = "speed_kph"
    maxweight: str | None = "maxweight"
    maxheight: str | None = "maxheight"
    bridge: str | None = "bridge"
    tunnel: str | None = "tunnel"


def from_lines(
    source: str | os.PathLike[str] | gpd.GeoDataFrame,
    *,
    columns: LineColumns | None = None,
    layer: str | None = None,
    crs: str | None = None,
    classes: Mapping[str, str] = MappingProxyType({}),
    snap_tolerance_m: float = 0.5,
    progress: bool = True,
) -> RoadNetwork:
    """Build a network from lines drawn along roads.

    Lines meet where they share a drawn point, where ends lie within the tolerance of each
    other, and where an end lies within the tolerance of another line. Lines that merely cross
    are not joined: a file of plain lines does not tell a crossing from an overpass. No
    direction is implied by the class; only the `oneway` column closes one.

    Parameters
    ----------
    source
        A file that GDAL reads, or a GeoDataFrame. Multi-part lines are taken apart. The
        character set of a Shapefile is told from its bytes by :mod:`routing.charsets`.
    columns
        Which columns to read; default the OSMnx names.
    layer
        Needed where a file has several layers of lines.
    crs
        Coordinate reference system; goes before the one the source declares. One of the two
        is required. Everything is reprojected to EPSG:4326.
    classes
        OSM's class of each value of the `highway` column that is of the source's own making,
        the empty value included.
    snap_tolerance_m
        Metres on the ground; 0 joins only exactly equal points.
    progress
        Show a progress bar on standard error where that is a terminal.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    RoadFileError
        The file is missing, a folder, unreadable, empty or nothing GDAL reads
        (``routing.not_lines``); no or no such layer (``routing.layer_needed``,
        ``routing.layer_missing``); no or an unknown CRS (``routing.crs_missing``,
        ``routing.bad_crs``); a named column is absent (``routing.column_missing``); all
        coordinates lie off the map (``routing.off_map``); no roads (``routing.no_roads``).
    QueryError
        A negative tolerance (``routing.bad_tolerance``).
    """
    if not snap_tolerance_m >= 0:
        raise QueryError(
            "routing.bad_tolerance",
            f"The snapping tolerance {snap_tolerance_m} m must be 0 or more.",
            tolerance_m=snap_tolerance_m,
        )
    columns = columns or LineColumns()
    steps = tqdm(
        total=4, desc="roads", unit=" steps", disable=None if progress else True, leave=False
    )
    counts = _Counts(Counter(), Counter())
    with steps:
        if isinstance(source, gpd.GeoDataFrame):
            frame, name = source, "the table"
        else:
            file = checked_file(source)
            frame, name = _read(file, layer, counts), file.name
        _check_columns(frame, columns, name)
        steps.update()
        row, points, offset = _drawn(_in_lonlat(frame, crs, name), name, counts)
        roads = _Roads.read(frame, columns, classes, counts)
        keep = ~roads.closed[row]
        steps.update()
        if not keep.any():
            raise no_roads(name)
        points, offset = points[np.repeat(keep, np.diff(offset))], _offsets(offset, keep)
        row = row[keep]
        noded = node_lines(points, offset, tolerance_m=snap_tolerance_m)
        counts.notes["snapped"] += noded.snapped
        counts.dropped["point"] += len(row) - len(noded.line)
        steps.update()
        if len(noded.line) == 0:
            raise no_roads(name)
        first, last, line = cut_at_junctions(noded.node, noded.offset)
        at = row[noded.line[line]]
        count = last - first + 1
        network = assemble(
            coordinates=noded.points[ranges(first, count)],
            offset=np.concatenate(([0], np.cumsum(count))),
            tail=noded.node[first],
            head=noded.node[last],
            highway=roads.highway[at],
            name=roads.name[at],
            direction=roads.direction[at],
            speed_kph=roads.speed_kph[at],
            maxweight=roads.weight.value[at],
            maxheight=roads.height.value[at],
            weight_doubt=roads.weight.doubt[at],
            height_doubt=roads.height.doubt[at],
            bridge=roads.bridge[at],
            tunnel=roads.tunnel[at],
            street_id=roads.street_id[at],
            source=name,
            dropped=+counts.dropped,
            notes=+counts.notes,
            join=True,
        )
        steps.update()
        return network


@dataclass(frozen=True)
class _Counts:
    dropped: Counter[str]
    notes: Counter[str]


def _read(file: Path, layer: str | None, counts: _Counts) -> gpd.GeoDataFrame:
    try:
        layers = pyogrio.list_layers(file)
    except DataSourceError as error:
        raise RoadFileError(
            "routing.not_lines",
            f"{file} is no file of lines that can be read: give a GeoPackage, Shapefile or "
            "GeoJSON (for OpenStreetMap use .osm.pbf).",
            path=str(file),
        ) from error
    is_shapefile = file.suffix.lower() in _SHAPEFILES
    try:
        frame = pyogrio.read_dataframe(
            file,
            layer=_chosen_layer(file, layers, layer),
            force_2d=True,
            on_invalid="ignore",
            encoding=BYTES if is_shapefile else None,
        )
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        if isinstance(error, RoadFileError):
            raise
        raise damaged(file, error) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise no_roads(file.name)
    if is_shapefile:
        frame, charset, count = decode_table(frame, file)
        if charset not in {"", "UTF-8"}:
            counts.notes[f"charset:{charset}"] += count
    return frame


def _chosen_layer(file: Path, layers: Column, wanted: str | None) -> str:
    names = [str(name) for name in layers[:, 0]]
    if wanted is not None and wanted not in names:
        raise RoadFileError(
            "routing.layer_missing",
            f"{file} has no layer {wanted}; it has {', '.join(names)}.",
            path=str(file),
            layer=wanted,
            layers=", ".join(names),
        )
    if wanted is not None:
        return wanted
    lines = [name for name, kind in zip(names, layers[:, 1], strict=True) if _may_be_lines(kind)]
    if len(lines) > 1:
        raise RoadFileError(
            "routing.layer_needed",
            f"{file} has several layers of lines, say which: {', '.join(lines)}.",
            path=str(file),
            layers=", ".join(lines),
        )
    if not lines:
        raise no_roads(file.name)
    return lines[0]


def _may_be_lines(kind: object) -> bool:
    return isinstance(kind, str) and ("Line" in kind or kind.startswith(("Unknown", "Geometry")))


def _check_columns(frame: gpd.GeoDataFrame, columns: LineColumns, source: str) -> None:
    wanted = [
        name
        for field in fields(LineColumns)
        if (name := getattr(columns, field.name)) is not None
        and (name != field.default or field.name == "highway")
    ]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        present = ", ".join(str(name) for name in frame.columns)
        raise RoadFileError(
            "routing.column_missing",
            f"{source} has no column {', '.join(missing)}; it has {present}.",
            source=source,
            columns=", ".join(missing),
            present=present,
        )


def _in_lonlat(frame: gpd.GeoDataFrame, crs: str | None, source: str) -> gpd.GeoSeries:
    declared = frame.crs if crs is None else crs
    if declared is None:
        raise RoadFileError(
            "routing.crs_missing",
            f"{source} does not declare its coordinate reference system: say which it is, "
            "for example EPSG:4490 for CGCS2000.",
            source=source,
        )
    try:
        known = CRS.from_user_input(declared)
    except CRSError as error:
        raise RoadFileError(
            "routing.bad_crs",
            f"The coordinate reference system {declared} of {source} is not known: give an EPSG "
            "code such as EPSG:4326.",
            source=source,
            crs=str(declared),
        ) from error
    return frame.geometry.set_crs(known, allow_override=True).to_crs(4326)


def _drawn(
    shapes: gpd.GeoSeries, source: str, counts: _Counts
) -> tuple[npt.NDArray[np.intp], Float64, Int64]:
    """Take the lines apart: the row each came from, their points, their offsets."""
    geometry = np.asarray(shapes.array, dtype=object)
    counts.dropped["empty"] += int(np.count_nonzero(shapely.is_missing(geometry)))
    counts.dropped["empty"] += int(np.count_nonzero(shapely.is_empty(geometry)))
    part, row = shapely.get_parts(geometry, return_index=True)
    filled = ~shapely.is_empty(part)
    part, row = part[filled], row[filled]
    is_line = np.isin(shapely.get_type_id(part), _LINE_TYPES)
    counts.dropped["not_a_line"] += len(np.unique(row[~is_line]))
    part, row = part[is_line], row[is_line]
    points = shapely.get_coordinates(part)
    offset = np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(part))))
    if len(part) == 0:
        raise no_roads(source)
    good = is_on_map(points[:, 0], points[:, 1])
    keep = np.logical_and.reduceat(good, offset[:-1])
    counts.dropped["invalid"] += len(np.unique(row[~keep]))
    if not keep.any():
        raise off_map(source, *points[np.flatnonzero(~good)[0]].tolist())
    return row[keep], points[np.repeat(keep, np.diff(offset))], _offsets(offset, keep)


def _offsets(offset: Int64, keep: Bool) -> Int64:
    return np.concatenate(([0], np.cumsum(np.diff(offset)[keep])))


class _Limits(NamedTuple):
    """Limits of every row, and the tags of those that cannot be read."""

    value: Float64
    doubt: Column


@dataclass(frozen=True)
class _Roads:
    """The attributes of every row of the table, read."""

    closed: Bool
    highway: Column
    name: Column
    direction: npt.NDArray[np.int8]
    speed_kph: Float64
    weight: _Limits
    height: _Limits
    bridge: Bool
    tunnel: Bool
    street_id: Int64

    @classmethod
    def read(
        cls,
        frame: gpd.GeoDataFrame,
        columns: LineColumns,
        classes: Mapping[str, str],
        counts: _Counts,
    ) -> _Roads:
        def column(attribute: str) -> _Texts:
            name = getattr(columns, attribute)
            return _Texts.of(frame[name] if name in frame.columns else None, len(frame))

        highway = column("highway").mapped(lambda text: _road_class(text, classes), str)
        if columns.highway is None:
            highway[:] = "unclassified"
        closed = np.isin(highway.astype(str), sorted(NOT_FOR_VEHICLES))
        for value, count in Counter(highway.tolist()).items():
            if value in NOT_FOR_VEHICLES:
                counts.dropped[f"class:{value}"] += count
            elif value not in CLASS_SPEEDS:
                counts.notes[f"highway:{value}"] += count
        speed = column("speed_kph").numbers("speed_kph", parse_maxspeed, counts.notes)
        limit = column("maxspeed").numbers("maxspeed", parse_maxspeed, counts.notes)
        return cls(
            closed=closed,
            highway=highway,
            name=column("name").mapped(lambda text: " / ".join(texts(text)), str),
            direction=column("oneway").directions(counts.notes),
            speed_kph=np.where(np.isnan(speed), limit * LIMIT_SHARE, speed),
            weight=column("maxweight").limits("maxweight", weight_limit, counts.notes),
            height=column("maxheight").limits("maxheight", height_limit, counts.notes),
            bridge=column("bridge").mapped(_is_set, bool),
            tunnel=column("tunnel").mapped(_is_set, bool),
            street_id=_ids(frame, columns.osmid),
        )


@dataclass(frozen=True)
class _Texts:
    """A column as text, each distinct value once."""

    code: npt.NDArray[np.intp]
    values: list[str]

    @classmethod
    def of(cls, column: pd.Series | None, count: int) -> _Texts:
        if column is None:
            return cls(np.zeros(count, dtype=np.intp), [""])
        code, values = pd.factorize(column.astype(object).where(column.notna(), ""))
        return cls(code, [str(value).strip() for value in values])

    def mapped(self, read: Callable[[str], Any], dtype: type) -> npt.NDArray[Any]:
        wanted = object if dtype is str else dtype
        return np.array([read(text) for text in self.values], dtype=wanted)[self.code]

    def numbers(
        self, key: str, parse: Callable[[str], float | None], notes: Counter[str]
    ) -> Float64:
        """Read limits or speeds: the lowest of several, NaN where there is none or 0."""
        read = []
        for text in self.values:
            numbers = [math.nan if part in {"0", "0.0"} else parse(part) for part in texts(text)]
            known = [number for number in numbers if number is not None]
            read.append(None if len(known) < len(numbers) else np.fmin.reduce([*known, math.nan]))
        return self._read(key, read, notes)

    def limits(
        self, key: str, read: Callable[[dict[str, str]], Limit], notes: Counter[str]
    ) -> _Limits:
        """Read limits of weight or height; 0 is how tables write that there is none."""
        found = []
        for text in self.values:
            stated = ["" if part in {"0", "0.0"} else part for part in texts(text)]
            found.append(read({key: ";".join(stated)}))
        rows = np.bincount(self.code, minlength=len(found))
        for limit, count in zip(found, rows, strict=True):
            if note := limit.note(key):
                notes[note] += int(count)
        return _Limits(
            np.array([limit.value for limit in found])[self.code],
            np.array([limit.doubt for limit in found], dtype=object)[self.code],
        )

    def directions(self, notes: Counter[str]) -> npt.NDArray[np.int8]:
        read = [_direction(text.lower()) for text in self.values]
        return np.nan_to_num(self._read("oneway", read, notes)).astype(np.int8)

    def _read(self, key: str, values: list[float | None], notes: Counter[str]) -> Float64:
        rows = np.bincount(self.code, minlength=len(values))
        for value, count in zip(values, rows, strict=True):
            if value is None:
                notes[key] += int(count)
        return np.array(values, dtype=np.float64)[self.code]


def _road_class(text: str, classes: Mapping[str, str]) -> str:
    name = next(iter(texts(text)), "")
    return classes.get(name) or CHINESE_CLASSES.get(name, name) or "road"


def _direction(text: str) -> float | None:
    return _CODES[text] if text in _CODES else stated_direction(text)


def _is_set(text: str) -> bool:
    return text.lower() not in _UNSET and stated_direction(text) != 0


def _ids(frame: gpd.GeoDataFrame, column: str | None) -> Int64:
    """Whole-number identifiers: the column's, else the row numbers."""
    rows = np.arange(len(frame), dtype=np.int64)
    if column not in frame.columns:
        return rows
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)
    whole = np.isfinite(numbers) & (numbers == np.round(numbers)) & (np.abs(numbers) < 2**53)
    return np.where(whole, np.where(whole, numbers, 0).astype(np.int64), rows)
