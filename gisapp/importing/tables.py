"""Reading any of the accepted files into rows of text and geometries."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gisapp.importing.archives import unpack_flat
from gisapp.importing.outcome import Fault, ImportingError
from gisapp.importing.sheets import read_sheet
from gisapp.importing.vector import read_features

TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
SHEET_SUFFIXES = {".xlsx", ".xlsm"}
VECTOR_SUFFIXES = {".geojson", ".json", ".gpkg", ".shp"}
SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
KNOWN_SUFFIXES = TEXT_SUFFIXES | SHEET_SUFFIXES | VECTOR_SUFFIXES | {".zip"}
_JSON_SUFFIXES = {".geojson", ".json"}
_DELIMITERS = ",\t;"


@dataclass(kw_only=True)
class Table:
    """A file's content, before it means anything.

    Attributes
    ----------
    headers
        As the file writes them.
    rows
        ``(row number, cells)``; blank rows of a text file are left out but counted.
    geometries
        One per row, None for a file without geometry.
    crs
        The reference system that the file itself declares.
    is_crs_implied
        Whether the file holds no declaration of its own and the format implies `crs`, as a
        GeoJSON without ``crs`` implies WGS 84.
    charset
        See :class:`gisapp.importing.ImportOutcome`.
    faults
        Rows that do not fit the header.
    """

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    geometries: list[BaseGeometry | None] | None = None
    crs: str | None = None
    is_crs_implied: bool = False
    charset: str | None = None
    faults: list[Fault] = field(default_factory=list)


def read_table(path: Path, *, layer: str | None = None) -> Table:
    """Read a CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one of the last two.

    Parameters
    ----------
    path
    layer
        Layer or worksheet, where there are several.

    Raises
    ------
    ImportingError
        ``import.no_file``, ``import.unknown_format``, ``import.charset``, ``import.bad_csv``,
        ``import.no_rows``, ``import.unreadable``, ``import.which_layer``,
        ``import.bad_archive``, ``import.archive_too_large``, ``import.active_content``.
    """
    if not path.is_file():
        raise ImportingError("import.no_file", path=str(path))
    suffix = path.suffix.lower()
    if suffix in TEXT_SUFFIXES:
        table = _read_text(path)
    elif suffix in SHEET_SUFFIXES:
        table = _read_workbook(path, layer)
    elif suffix in VECTOR_SUFFIXES:
        table = _read_vector(path, layer)
    elif suffix == ".zip":
        table = _read_zipped(path, layer)
    else:
        known = ", ".join(sorted(KNOWN_SUFFIXES))
        raise ImportingError("import.unknown_format", path=str(path), known=known)
    if not table.rows and not table.faults:
        raise ImportingError("import.no_rows", path=str(path))
    return table


def decode_text(content: bytes) -> tuple[str, str] | None:
    """Text and the character set it was read in, None where no set fits every byte.

    GBK is tried before its superset GB18030 only to name what was found. A byte order mark
    decides; UTF-8 goes first without one, because Chinese text in GBK is hardly ever valid
    UTF-8 by chance.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = [("utf-16", "UTF-16")]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = [("utf-8-sig", "UTF-8 BOM")]
    else:
        candidates = [("utf-8", "UTF-8"), ("gbk", "GBK"), ("gb18030", "GB18030")]
    for codec, name in candidates:
        try:
            text = content.decode(codec, errors="strict")
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else (text, name)
    return None


def _read_text(path: Path) -> Table:
    decoded = decode_text(path.read_bytes())
    if decoded is None:
        raise ImportingError("import.charset", path=str(path))
    text, charset = decoded
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = list(enumerate(reader, start=1))
    except csv.Error as error:
        raise ImportingError(
            "import.bad_csv", path=str(path), line=reader.line_num, detail=str(error)
        ) from error
    filled = [(number, cells) for number, cells in numbered if any(cell.strip() for cell in cells)]
    if not filled:
        raise ImportingError("import.no_rows", path=str(path))
    headers = [cell.strip() for cell in filled[0][1]]
    return _fitted(Table(headers=headers, rows=filled[1:], charset=charset))


def _read_workbook(path: Path, sheet: str | None) -> Table:
    headers, rows, crs, faults = read_sheet(path, sheet)
    return _fitted(Table(headers=headers, rows=rows, crs=crs, faults=faults))


def _read_zipped(path: Path, layer: str | None) -> Table:
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        unpacked = unpack_flat(path, Path(folder), VECTOR_SUFFIXES | SHAPEFILE_PARTS)
        found = [one for one in unpacked if one.suffix.lower() in VECTOR_SUFFIXES]
        if len(found) != 1:
            names = ", ".join(one.name for one in found) or "—"
            raise ImportingError("import.which_layer", path=path.name, layers=names)
        return _read_vector(found[0], layer)


def _fitted(table: Table) -> Table:
    """Bring every row to the length of the header; what does not fit is a fault."""
    headers, rows = table.headers, []
    for number, cells in table.rows:
        extra = [cell for cell in cells[len(headers) :] if cell.strip()]
        if extra:
            table.faults.append(
                Fault(
                    row=number,
                    column="",
                    value=extra[0],
                    code="import.too_many_cells",
                    params={"cells": len(cells), "headers": len(headers)},
                )
            )
        padded = cells[: len(headers)] + [""] * (len(headers) - len(cells))
        rows.append((number, [cell.strip() for cell in padded]))
    table.rows = rows
    return table


def _read_vector(path: Path, layer: str | None) -> Table:
    read = read_features(path, layer)
    size = len(read.wkb) if read.wkb is not None else max(map(len, read.columns), default=0)
    texts = [[_as_text(value) for value in column] for column in read.columns]
    geometries: list[BaseGeometry | None] | None = None
    if read.wkb is not None:
        geometries = list(shapely.from_wkb(read.wkb, on_invalid="ignore"))
    return Table(
        headers=read.names,
        rows=[(index + 1, [column[index] for column in texts]) for index in range(size)],
        geometries=geometries,
        crs=read.crs,
        is_crs_implied=path.suffix.lower() in _JSON_SUFFIXES and not _declares_crs(path),
        charset=read.charset,
    )


def _declares_crs(path: Path) -> bool:
    """Whether a GeoJSON holds the ``crs`` member of the 2008 specification, before its features."""
    with path.open("rb") as stream:
        return b'"crs"' in stream.read(4096)


def _as_text(value: Any) -> str:  # noqa: ANN401 - whatever the driver made of a cell
    """Write a cell as a spreadsheet would show it."""
    if value is None or value is np.ma.masked:
        return ""
    if isinstance(value, (list, tuple, np.ndarray)):
        return ";".join(_as_text(one) for one in value)
    if isinstance(value, (bool, np.bool_)):
        return "1" if value else "0"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    text = str(value).strip()
    return "" if text == "NaT" else text
