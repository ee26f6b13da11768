"""What an XLSX workbook holds, cell by cell, whatever it says of its own extent.

Programs write ``<dimension>`` wrongly (WPS and Apache POI leave ``A1``), so that it is passed
over; rows and columns count by the cells there are. Elements are known by their local names:
the strict and the transitional namespace (ECMA-376 parts 1 and 4) differ in nothing else here.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, partial
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel

MOST_COLUMNS = 500
"""Columns that can have a header; a cell further right has none."""

PRECISE = 10**15
"""Whole numbers from here on are not kept exactly: Excel has fifteen digits."""

_PADDED = re.compile(r"(?<![.0#+])0{2,}(?![.E])")


@dataclass(frozen=True, kw_only=True)
class SheetPart:
    """A worksheet's name, the part it is in, and whether it is shown."""

    name: str
    path: str
    is_shown: bool


@dataclass(kw_only=True)
class Cells:
    """The cells of a worksheet.

    Attributes
    ----------
    rows
        Row number and texts, from column A to the last that holds anything; blank rows left out.
    uncomputed
        (row number, column index) → formula of which no value was kept.
    shown
        (row number, column index) → what a number looks like, where its format adds to it or
        makes a date of it.
    beyond
        Row number, column number and text of cells without room for a header.
    merged
        First column, first row, last column and last row of merged cells, counted from 1.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    uncomputed: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    beyond: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class WorkbookReader:
    """Reads the sheets of an open archive.

    Raises
    ------
    KeyError, ValueError, TypeError, SyntaxError, OSError, EOFError
        From every method, where parts are missing, cut short or no XML.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._book = next(
            path for kind, path in self._related("").values() if kind == "officeDocument"
        )

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """Worksheets in the order of their tabs."""
        related = self._related(self._book)
        found = []
        for element in self._parse(self._book).iter():
            if _local(element) != "sheet":
                continue
            kind, path = related[_attribute(element, "id")]
            if kind == "worksheet":
                is_shown = element.get("state", "visible") == "visible"
                found.append(SheetPart(name=element.get("name", ""), path=path, is_shown=is_shown))
        return found

    def is_filled(self, sheet: SheetPart) -> bool:
        """Whether any cell holds anything."""
        with self._archive.open(sheet.path) as stream:
            return any(
                _local(element) in {"v", "t"} and element.text
                for _event, element in ET.iterparse(stream)  # noqa: S314
            )

    def read(self, sheet: SheetPart, *, rows: int | None = None) -> Cells:
        """Read a worksheet, or its first `rows` rows that are not blank."""
        cells = Cells()
        number = 0
        with self._archive.open(sheet.path) as stream:
            for _event, element in ET.iterparse(stream):  # noqa: S314
                match _local(element):
                    case "row":
                        number = int(float(element.get("r") or number + 1))
                        self._read_row(number, element, cells)
                        element.clear()
                        if rows is not None and len(cells.rows) >= rows:
                            break
                    case "mergeCell":
                        low_x, low_y, high_x, high_y = range_boundaries(element.get("ref", ""))
                        if low_x and low_y and high_x and high_y:
                            cells.merged.append((low_x, low_y, high_x, high_y))
        return cells

    def _read_row(self, number: int, row: ET.Element, cells: Cells) -> None:
        texts: list[str] = []
        column = 0
        is_filled = False
        for cell in row:
            if _local(cell) != "c":
                continue
            place = cell.get("r")
            column = coordinate_to_tuple(place)[1] if place else column + 1
            text, formula = self._read_cell(cell)
            if formula is not None and text is None and column <= MOST_COLUMNS:
                cells.uncomputed[number, column - 1] = formula[:80]
                is_filled = True
            if not text:
                continue
            if column > MOST_COLUMNS:
                cells.beyond.append((number, column, text))
                is_filled = True
                continue
            is_filled = True
            texts += [""] * (column - len(texts))
            texts[column - 1] = text
            if cell.get("t", "n") == "n" and (shown := self._shown(cell, text)):
                cells.shown[number, column - 1] = shown
        if is_filled:
            cells.rows.append((number, texts))

    def _read_cell(self, cell: ET.Element) -> tuple[str | None, str | None]:
        """A cell's text and its formula, each None where there is none."""
        parts = {_local(part): part for part in cell}
        formula = None if "f" not in parts else f"={parts['f'].text or ''}"
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return (_string(parts["is"]).strip() if "is" in parts else ""), formula
        if "v" not in parts:
            return None, formula
        value = parts["v"].text or ""
        if not value and kind != "str":  # of a text an empty one was kept, of all else none
            return None, formula
        if kind == "s":
            return self._strings[int(value)].strip(), formula
        readers: dict[str, Callable[[str], str]] = {
            "d": _iso_date,
            "n": partial(self._number, cell),
        }
        return readers.get(kind, str.strip)(value), formula

    def _number(self, cell: ET.Element, value: str) -> str:
        is_whole = not {".", "E", "e"} & set(value)
        number = int(value) if is_whole else float(value)
        style = self._formats[int(cell.get("s") or 0)] if self._formats else "General"
        if is_date_format(style):
            is_span = bool(is_timedelta_format(style))
            try:
                return _moment(from_excel(number, self._epoch, timedelta=is_span))
            except (OverflowError, ValueError):
                return "#VALUE!"
        if number == int(number) and abs(number) < PRECISE:
            return str(int(number))
        # Seventeen digits are every bit of the number, which for ids is not all there was.
        return f"{float(number):.16E}" if abs(number) >= PRECISE else repr(number)

    def _shown(self, cell: ET.Element, text: str) -> str | None:
        """What a number of an unusual format looks like, as 7 in the format 0000, or its format."""
        style = self._formats[int(cell.get("s") or 0)] if self._formats else "General"
        section = style.partition(";")[0]
        if is_date_format(style):
            return style
        if not text.isdecimal():
            return None
        if '"' in section:
            return section
        zeros = section.count("0") if _PADDED.search(section) else 0
        return text.zfill(zeros) if zeros > len(text) else None

    @cached_property
    def _strings(self) -> list[str]:
        found = []
        for kind, path in self._related(self._book).values():
            if kind != "sharedStrings":
                continue
            with self._archive.open(path) as stream:
                for _event, element in ET.iterparse(stream):  # noqa: S314
                    if _local(element) == "si":
                        found.append(_string(element))
                        element.clear()
        return found

    @cached_property
    def _formats(self) -> list[str]:
        """The number format of each cell style."""
        path = next(
            (path for kind, path in self._related(self._book).values() if kind == "styles"), None
        )
        if path is None or path not in self._archive.namelist():
            return []
        root = self._parse(path)
        own = {
            element.get("numFmtId"): element.get("formatCode", "")
            for element in root.iter()
            if _local(element) == "numFmt"
        }
        styles = next((one for one in root if _local(one) == "cellXfs"), ())
        numbers = [style.get("numFmtId", "0") for style in styles]
        return [
            own[number] if number in own else BUILTIN_FORMATS.get(int(number), "General")
            for number in numbers
        ]

    @cached_property
    def _epoch(self) -> datetime:
        for element in self._parse(self._book).iter():
            if _local(element) == "workbookPr" and element.get("date1904") in {"1", "true"}:
                return CALENDAR_MAC_1904
        return WINDOWS_EPOCH

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Id → kind and path of the parts that `part` refers to."""
        folder, name = posixpath.split(part)
        found = {}
        for element in self._parse(posixpath.join(folder, "_rels", f"{name}.rels")):
            path = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = kind, path.lstrip("/")
        return found

    def _parse(self, path: str) -> ET.Element:
        with self._archive.open(path) as stream:
            return ET.parse(stream).getroot()  # noqa: S314 - expat bounds what entities expand to


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    """An attribute of any namespace but none."""
    return next(value for key, value in element.items() if key.endswith(f"}}{name}"))


def _string(element: ET.Element) -> str:
    """The text of its runs, without what is only how to pronounce it."""
    parts = []
    for part in element:
        match _local(part):
            case "t":
                parts.append(part.text or "")
            case "r":
                parts.extend(one.text or "" for one in part if _local(one) == "t")
    return "".join(parts)


def _iso_date(value: str) -> str:
    """A date of the strict form, which may lack its time or be a time alone."""
    try:
        return _moment(datetime.fromisoformat(value))
    except ValueError:
        return value


def _moment(value: object) -> str:
    match value:
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value)
