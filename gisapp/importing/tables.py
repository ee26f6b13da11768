"""Reading any of the accepted files into rows of text and geometries."""

from __future__ import annotations

import csv
import io
import math
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from openpyxl.utils import get_column_letter
from shapely.geometry.base import BaseGeometry

from gisapp.importing.archives import unpack_flat
from gisapp.importing.outcome import Fault, ImportingError, Notice
from gisapp.importing.sheets import read_sheet
from gisapp.importing.vector import read_features
from gisapp.registers.cells import unguarded
from gisapp.registers.values import DAMAGED

TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
SHEET_SUFFIXES = {".xlsx", ".xlsm"}
VECTOR_SUFFIXES = {".geojson", ".json", ".gpkg", ".shp"}
SHAPEFILE_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
KNOWN_SUFFIXES = TEXT_SUFFIXES | SHEET_SUFFIXES | VECTOR_SUFFIXES | {".zip"}
_JSON_SUFFIXES = {".geojson", ".json"}
_DELIMITERS = ",\t;"
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The first line by which Excel is told what separates the cells."""
_CHINESE = re.compile(r"[\u3000-\ufefe\uff00-\uffef]")
"""Letters of three bytes in UTF-8."""
_HEAD_ROWS = 20
"""Rows above the header at most: a title, who filled it in, when."""


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
    header_row
        Its number, 0 for a file without.
    merged, shown
        See :class:`gisapp.importing.sheets.Sheet`.
    cut_in
        Character set in which names of columns may be cut to ten bytes, as in a Shapefile.
    notices
        What is to be said of the whole file.
    """

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    header_row: int = 0
    merged: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    cut_in: str | None = None
    notices: list[Notice] = field(default_factory=list)
    geometries: list[BaseGeometry | None] | None = None
    crs: str | None = None
    is_crs_implied: bool = False
    charset: str | None = None
    faults: list[Fault] = field(default_factory=list)


def _nothing(_text: str) -> bool:
    return False


def read_table(
    path: Path, *, layer: str | None = None, is_header: Callable[[str], bool] = _nothing
) -> Table:
    """Read a CSV, XLSX, GeoJSON, GeoPackage, Shapefile, or a zip of one of the last two.

    Parameters
    ----------
    layer
        Layer, worksheet, or file within a zip, where there are several.
    is_header
        Whether a text names a field: rows above the one with most such texts are titles.

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
        table = _read_text(path, is_header)
    elif suffix in SHEET_SUFFIXES:
        table = _read_workbook(path, layer, is_header)
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
    UTF-8 by chance. UTF-8 with some characters damaged is read too, with U+FFFD for each, which
    is a fault of its cell.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = [("utf-16", "UTF-16")]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = [("utf-8-sig", "UTF-8 BOM")]
    else:
        candidates = [("utf-8", "UTF-8"), ("gbk", "GBK"), ("gb18030", "GB18030")]
    errors = "strict"
    if candidates[0][1].startswith("UTF-8") and _is_damaged_utf8(content):
        candidates, errors = candidates[:1], "replace"
    for codec, name in candidates:
        try:
            text = content.decode(codec, errors=errors)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else (text, name)
    return None


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether most of what is not ASCII are characters of UTF-8 nevertheless.

    Of Chinese in another set hardly any three bytes are one.
    """
    text = content.decode("utf-8", errors="replace")
    damaged = text.count(DAMAGED)
    return 0 < damaged < len(_CHINESE.findall(text))


def _read_text(path: Path, is_header: Callable[[str], bool]) -> Table:
    decoded = decode_text(path.read_bytes())
    if decoded is None:
        raise ImportingError("import.charset", path=str(path))
    text, charset = decoded
    first_line = text.lstrip().partition("\n")[0]
    told = _SEPARATOR_LINE.fullmatch(first_line)
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = list(enumerate(reader, start=1))
    except csv.Error as error:
        raise ImportingError(
            "import.bad_csv", path=str(path), line=reader.line_num, detail=str(error)
        ) from error
    filled = [(number, cells) for number, cells in numbered if any(cell.strip() for cell in cells)]
    if told:
        del filled[0]
    if not filled:
        raise ImportingError("import.no_rows", path=str(path))
    table = _below_header(filled, is_header)
    table.charset = charset
    return _fitted(table, is_sheet=False)


def _delimiter(text: str) -> str:
    """What separates most cells of a line: a title above the header has none."""
    lines = text.lstrip().split("\n", _HEAD_ROWS)[:_HEAD_ROWS]
    return max(_DELIMITERS, key=lambda one: max(line.count(one) for line in lines))


def _read_workbook(path: Path, sheet: str | None, is_header: Callable[[str], bool]) -> Table:
    read = read_sheet(path, sheet, is_header=is_header)
    table = _below_header(read.rows, is_header)
    table.crs = read.crs
    table.merged, table.shown = read.merged, read.shown
    table.faults += read.faults(table.headers, table.header_row)
    return _fitted(table, is_sheet=True)


def _below_header(rows: list[tuple[int, list[str]]], is_header: Callable[[str], bool]) -> Table:
    """Find the header: the row that names most fields, the first where none does."""
    named = [sum(map(is_header, cells)) for _number, cells in rows[:_HEAD_ROWS]]
    at = named.index(max(named)) if max(named) > 1 else 0
    header_row, cells = rows[at]
    headers = [cell.strip() for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    notices = []
    if at:
        notices.append(Notice(code="import.titles", params={"row": header_row, "count": at}))
    return Table(headers=headers, rows=rows[at + 1 :], header_row=header_row, notices=notices)


def _read_zipped(path: Path, layer: str | None) -> Table:
    with tempfile.TemporaryDirectory(prefix="gisapp-") as folder:
        unpacked = unpack_flat(path, Path(folder), VECTOR_SUFFIXES | SHAPEFILE_PARTS)
        found = [one for one in unpacked if one.suffix.lower() in VECTOR_SUFFIXES]
        named = [one for one in found if layer in {one.name, one.stem}]
        if len(found) > 1 and len(named) == 1:
            found, layer = named, None
        if len(found) != 1:
            names = ", ".join(one.name for one in found) or "—"
            raise ImportingError("import.which_layer", path=path.name, layers=names)
        return _read_vector(found[0], layer)


def _fitted(table: Table, *, is_sheet: bool) -> Table:
    """Bring every row to the length of the header; what is under no header is a fault."""
    headers, rows = table.headers, []
    blank = [index for index, header in enumerate(headers) if not header]
    for number, cells in table.rows:
        under = [index for index in blank if index < len(cells) and cells[index].strip()]
        extra = [index for index in range(len(headers), len(cells)) if cells[index].strip()]
        if extra and not is_sheet:
            table.faults.append(
                Fault(
                    row=number,
                    column="",
                    value=cells[extra[0]],
                    code="import.too_many_cells",
                    params={"cells": len(cells), "headers": len(headers)},
                )
            )
        elif under or extra:
            index = (under + extra)[0]
            table.faults.append(
                Fault(
                    row=number,
                    column="",
                    value=cells[index],
                    code="import.blank_header",
                    params={"cell": f"{get_column_letter(index + 1)}{number}"},
                )
            )
        padded = cells[: len(headers)] + [""] * (len(headers) - len(cells))
        rows.append((number, [unguarded(cell.strip()) for cell in padded]))
    table.rows = rows
    return table


def _read_vector(path: Path, layer: str | None) -> Table:
    read = read_features(path, layer)
    size = len(read.wkb) if read.wkb is not None else max(map(len, read.columns), default=0)
    texts = [[_as_text(value) for value in column] for column in read.columns]
    geometries: list[BaseGeometry | None] | None = None
    notices = []
    if read.misstated:
        said = {"stated": read.misstated, "charset": read.charset}
        notices.append(Notice(code="import.misstated_charset", params=said))
    if read.wkb is not None:
        geometries = list(shapely.from_wkb(read.wkb, on_invalid="ignore"))
    return Table(
        headers=read.names,
        rows=[(index + 1, [column[index] for column in texts]) for index in range(size)],
        geometries=geometries,
        crs=read.crs,
        is_crs_implied=path.suffix.lower() in _JSON_SUFFIXES and not _declares_crs(path),
        charset=read.charset,
        cut_in=(read.charset or "UTF-8") if path.suffix.lower() == ".shp" else None,
        notices=notices,
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
    return str(value).strip()
