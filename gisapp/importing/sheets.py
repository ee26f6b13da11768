"""Reading a worksheet of an XLSX workbook as rows of text."""

from __future__ import annotations

import zipfile
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from gisapp.importing.archives import check_archive
from gisapp.importing.outcome import Fault, ImportingError
from gisapp.importing.spreadsheetml import Cells, SheetPart, WorkbookReader
from gisapp.registers.archives import DAMAGED
from gisapp.registers.cells import ERRORS

NOTES_SHEET = "说明"
CHOICES_SHEET = "选项"
CRS_LABEL = "坐标系"
"""First cell of the row of the notes that declares the reference system."""

_OWN_SHEETS = {NOTES_SHEET, CHOICES_SHEET}
_NOTES_ROWS = 50
_HEAD_ROWS = 20
_BROKEN = (
    *DAMAGED, KeyError, ValueError, TypeError, SyntaxError, OSError, StopIteration, IndexError,
)  # fmt: skip
"""What a workbook fails with whose parts are missing, cut short or no XML."""


@dataclass(kw_only=True)
class Sheet:
    """A worksheet as rows.

    Attributes
    ----------
    rows
        Numbered, merged cells filled.
    crs
        The reference system that the notes declare.
    merged
        (row number, column index) of the cells filled from another row.
    shown
        See :class:`gisapp.importing.spreadsheetml.Cells`.
    cells
        What the faults are found in.
    """

    rows: list[tuple[int, list[str]]]
    crs: str | None
    merged: set[tuple[int, int]]
    shown: dict[tuple[int, int], str]
    cells: Cells

    def faults(self, headers: list[str], header_row: int) -> list[Fault]:
        """Find what the cells under `headers` cannot be read as."""
        faults = [
            _fault(number, headers[index], formula, "import.formula_without_value")
            for (number, index), formula in self.cells.uncomputed.items()
            if number > header_row and index < len(headers)
        ]
        for number, cells in self.rows:
            if number <= header_row:
                continue
            for header, cell in zip(headers, cells, strict=False):
                if cell.startswith("#") and cell in ERRORS:
                    faults.append(_fault(number, header, cell, "import.cell_error"))
        for number, column, text in self.cells.beyond:
            name = f"{get_column_letter(column)}{number}"
            faults.append(_fault(number, "", text, "import.blank_header", cell=name))
        at = dict(self.rows)
        for low_x, low_y, high_x, high_y in self.cells.merged:
            named = [header for header in headers[low_x - 1 : high_x] if header]
            text = "".join(at.get(low_y, [])[low_x - 1 : low_x])
            if len(named) > 1 and low_y > header_row and text:
                faults += [
                    _fault(
                        number, named[0], text, "import.merged_columns", columns=", ".join(named)
                    )
                    for number in range(low_y, high_y + 1)
                    if number in at
                ]
        return faults


def _fault(row: int, column: str, value: str, code: str, **params: object) -> Fault:
    return Fault(row=row, column=column, value=value, code=code, params=params)


def read_sheet(path: Path, sheet: str | None, *, is_header: Callable[[str], bool]) -> Sheet:
    """Read one worksheet.

    Hidden rows and columns are read like others; hidden sheets only by name. A formula counts as
    the value that the program that saved the file has kept beside it; without one its cell is a
    fault.

    Parameters
    ----------
    sheet
        Its name; without, the one sheet shown that holds anything, or of several the one with
        headers.
    is_header
        Whether a text names a field.

    Raises
    ------
    ImportingError
        ``import.bad_archive``, ``import.archive_too_large``, ``import.unreadable``,
        ``import.no_rows``, ``import.which_layer``.
    """
    check_archive(path)
    try:
        with zipfile.ZipFile(path) as archive:
            reader = WorkbookReader(archive)
            chosen = _choose(reader, sheet, path, is_header)
            cells = reader.read(chosen)
            crs = _declared_crs(reader)
    except ImportingError:
        raise
    except _BROKEN as error:
        raise ImportingError(
            "import.unreadable", path=path.name, detail=type(error).__name__
        ) from error
    if not cells.rows:
        raise ImportingError("import.no_rows", path=path.name)
    return Sheet(
        rows=cells.rows,
        crs=crs,
        merged=_fill_merged(cells, path),
        shown=cells.shown,
        cells=cells,
    )


def _choose(
    reader: WorkbookReader, name: str | None, path: Path, is_header: Callable[[str], bool]
) -> SheetPart:
    if name is not None:
        for one in reader.sheets:
            if one.name == name:
                return one
        names = ", ".join(one.name for one in reader.sheets)
        raise ImportingError("import.which_layer", path=path.name, layers=names)
    shown = [one for one in reader.sheets if one.is_shown and one.name not in _OWN_SHEETS]
    filled = [one for one in shown if reader.is_filled(one)]
    if len(filled) > 1:
        # A list to choose from, or notes, beside the one table.
        tables = [
            one for one in filled if _has_headers(reader.read(one, rows=_HEAD_ROWS), is_header)
        ]
        if len(tables) != 1:
            names = ", ".join(one.name for one in tables or filled)
            raise ImportingError("import.which_layer", path=path.name, layers=names)
        return tables[0]
    if not filled:
        raise ImportingError("import.no_rows", path=path.name)
    return filled[0]


def _has_headers(cells: Cells, is_header: Callable[[str], bool]) -> bool:
    return any(sum(map(is_header, texts)) > 1 for _number, texts in cells.rows)


def _declared_crs(reader: WorkbookReader) -> str | None:
    for one in reader.sheets:
        if one.name == NOTES_SHEET:
            for _number, texts in reader.read(one, rows=_NOTES_ROWS).rows:
                if texts and texts[0].startswith(CRS_LABEL):
                    return (texts[1] if len(texts) > 1 else "") or None
    return None


def _fill_merged(cells: Cells, path: Path) -> set[tuple[int, int]]:
    """Give every row of merged cells the text of the first; return which cells were filled.

    Only down the first column: a cell merged across several has no column of its own.
    """
    numbers = [number for number, _texts in cells.rows]
    at = dict(cells.rows)
    filled: set[tuple[int, int]] = set()
    room = 100 * len(numbers)  # more than as many merged columns: they overlap
    for column, low_y, _high_x, high_y in cells.merged:
        text = at.get(low_y, [])[column - 1 : column]
        if not text or not text[0]:
            continue
        for place in range(bisect_right(numbers, low_y), bisect_right(numbers, high_y)):
            number, texts = cells.rows[place]
            room -= 1
            texts += [""] * (column - len(texts))
            if not texts[column - 1]:
                texts[column - 1] = text[0]
                filled.add((number, column - 1))
        if room < 0:
            raise ImportingError("import.unreadable", path=path.name, detail="mergeCells")
    return filled
