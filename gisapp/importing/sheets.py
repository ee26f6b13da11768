"""Reading a worksheet of an XLSX workbook as rows of text."""

from __future__ import annotations

import re
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from gisapp.importing.archives import check_archive
from gisapp.importing.outcome import Fault, ImportingError

NOTES_SHEET = "说明"
CHOICES_SHEET = "选项"
CRS_LABEL = "坐标系"
"""First cell of the row of the notes that declares the reference system."""

_OWN_SHEETS = {NOTES_SHEET, CHOICES_SHEET}
_FORMULA = re.compile(rb"<f[ >/]")
_CHUNK_BYTES = 1 << 20
_MOST_COLUMNS = 500
# What openpyxl fails with on parts that are missing, cut short or no XML.
_BROKEN = (KeyError, ValueError, TypeError, SyntaxError, OSError, EOFError, zipfile.BadZipFile)

Sheet = tuple[list[str], list[tuple[int, list[str]]], str | None, list[Fault]]


def read_sheet(path: Path, sheet: str | None) -> Sheet:
    """Read one worksheet: headers, numbered rows, declared reference system, faults.

    Hidden rows and columns are read like others. A formula counts as the value that the
    program that saved the file has kept beside it; without one its cell is a fault.

    Raises
    ------
    ImportingError
        ``import.bad_archive``, ``import.archive_too_large``, ``import.unreadable``,
        ``import.which_layer``.
    """
    check_archive(path)
    with warnings.catch_warnings():
        # openpyxl tells of parts it drops on saving; nothing is saved here.
        warnings.simplefilter("ignore")
        try:
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (
            InvalidFileException,
            KeyError,
            ValueError,
            TypeError,
            SyntaxError,
            OSError,
        ) as error:
            raise ImportingError(
                "import.unreadable", path=path.name, detail=type(error).__name__
            ) from error
        try:
            chosen = _choose(workbook, sheet, path)
            rows = [
                (number, [_cell_text(cell) for cell in row[:_MOST_COLUMNS]])
                for number, row in enumerate(
                    workbook[chosen].iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1
                )
                if any(cell is not None for cell in row)
            ]
            crs = _declared_crs(workbook)
        except ImportingError:
            raise
        except _BROKEN as error:
            raise ImportingError(
                "import.unreadable", path=path.name, detail=type(error).__name__
            ) from error
        finally:
            workbook.close()
        empty = _formulas_without_value(path, chosen) if _has_formula(path) else {}
    rows = [(number, cells) for number, cells in rows if any(cells) or number in empty]
    if not rows:
        raise ImportingError("import.no_rows", path=path.name)
    headers = list(rows[0][1])
    while headers and not headers[-1]:
        headers.pop()
    return headers, rows[1:], crs, _faults(headers, rows[1:], empty)


def _choose(workbook: Any, sheet: str | None, path: Path) -> str:  # noqa: ANN401 - untyped reader
    names: list[str] = [one.title for one in workbook.worksheets]
    if sheet is not None:
        if sheet in names:
            return sheet
    else:
        data = [name for name in names if name not in _OWN_SHEETS]
        filled = [name for name in data if _is_filled(workbook[name])]
        if len(filled) == 1:
            return filled[0]
        if not filled:
            raise ImportingError("import.no_rows", path=path.name)
    raise ImportingError("import.which_layer", path=path.name, layers=", ".join(names))


def _is_filled(sheet: Any) -> bool:  # noqa: ANN401 - untyped reader
    rows = sheet.iter_rows(max_row=20, max_col=_MOST_COLUMNS, values_only=True)
    return any(cell is not None for row in rows for cell in row)


def _declared_crs(workbook: Any) -> str | None:  # noqa: ANN401 - untyped reader
    if NOTES_SHEET not in workbook.sheetnames:
        return None
    for row in workbook[NOTES_SHEET].iter_rows(max_row=50, max_col=2, values_only=True):
        if str(row[0] or "").startswith(CRS_LABEL):
            return _cell_text(row[1] if len(row) > 1 else None) or None
    return None


def _has_formula(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as stream:
                tail = b""
                while chunk := stream.read(_CHUNK_BYTES):
                    if _FORMULA.search(tail + chunk):
                        return True
                    tail = chunk[-4:]
    return False


def _formulas_without_value(path: Path, sheet: str) -> dict[int, list[tuple[int, str]]]:
    """Row number → column index and formula of the cells whose value nobody has computed."""
    kept = openpyxl.load_workbook(path, read_only=True, data_only=True)
    written = openpyxl.load_workbook(path, read_only=True, data_only=False)
    found: dict[int, list[tuple[int, str]]] = {}
    for number, (values, formulas) in enumerate(
        zip(
            kept[sheet].iter_rows(max_col=_MOST_COLUMNS, values_only=True),
            written[sheet].iter_rows(max_col=_MOST_COLUMNS, values_only=True),
            strict=False,
        ),
        start=1,
    ):
        for index, (value, formula) in enumerate(zip(values, formulas, strict=False)):
            if value is None and formula is not None:
                found.setdefault(number, []).append((index, str(formula)[:80]))
    kept.close()
    written.close()
    return found


def _faults(
    headers: list[str],
    rows: list[tuple[int, list[str]]],
    empty: dict[int, list[tuple[int, str]]],
) -> list[Fault]:
    faults = []
    for number, cells in rows:
        for index, formula in empty.get(number, ()):
            if index < len(headers):
                faults.append(
                    Fault(
                        row=number,
                        column=headers[index],
                        value=formula,
                        code="import.formula_without_value",
                    )
                )
        for index, cell in enumerate(cells[: len(headers)]):
            if cell.startswith("#") and cell in _ERRORS:
                faults.append(
                    Fault(row=number, column=headers[index], value=cell, code="import.cell_error")
                )
    return faults


_ERRORS = {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"}


def _cell_text(value: object) -> str:
    """Write a cell as a table of text would hold it."""
    match value:
        case None:
            return ""
        case bool() | float() if float(value).is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
