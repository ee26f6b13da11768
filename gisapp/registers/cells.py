"""Cells of tables for people: written so that no spreadsheet runs or changes what they hold.

Every CSV and workbook of ours is written through here, and what is written comes back whole by
:func:`unguarded` when it is imported. CSV has no types: there a text that a spreadsheet would run
as a formula has an apostrophe before it, as OWASP advises. In a workbook the cell is marked as
text and keeps its characters; an apostrophe stands only where the text could be taken for a
guarded one or for the failure of a formula.
"""

from __future__ import annotations

import math
import re
from datetime import date

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from gisapp.schema.values import Value

ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!")
"""Texts that a spreadsheet takes for the failure of a formula."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula, in full width as well (OWASP, CSV injection)."""

LONGEST = 32_767
"""Characters that a cell of a worksheet may hold."""

_NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet runs it; :func:`unguarded` takes it back.

    A text that itself begins like a guarded one gets a further apostrophe.
    """
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Take one guard from a text."""
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def unmistakable(text: str) -> str:
    """Write a text into a cell marked as text, which otherwise may be read as guarded or failed."""
    return guarded(text) if text.startswith(("'", *ERRORS)) else text


def csv_cell(value: Value) -> Value:
    """What a CSV has for a value: texts guarded, all else as it is."""
    return guarded(value) if isinstance(value, str) else value


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Find a cell of a sheet of ours, which has none that are merged."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def put(cell: Cell, value: Value) -> Cell:
    """Put a value into a cell of openpyxl, of a sheet that is only written or one in memory.

    Parameters
    ----------
    value
        A number keeps every digit (seventeen are every bit of it; openpyxl of itself writes
        sixteen), a day is a day, and all else is text.

    Returns
    -------
    Cell
        The cell.
    """
    if isinstance(value, float):
        if math.isfinite(value):
            cell.value = repr(value)
            cell.data_type = "n"
    elif value is None or isinstance(value, (int, date)):
        cell.value = value
    else:
        put_text(cell, unmistakable(str(value)))
    return cell


def put_text(cell: Cell, text: str) -> Cell:
    """Put a text into a cell as it stands, but for what a workbook cannot hold; return the cell."""
    cell.value = printable(text)
    cell.data_type = "s"  # a text, also where it begins like a formula
    # Stays a text when somebody edits the cell.
    cell.quotePrefix = text.startswith(FORMULA_STARTS)
    return cell


def printable(text: str) -> str:
    """Leave out what a workbook cannot hold, and cut what a cell cannot."""
    return _NOT_OF_XML.sub("", text)[:LONGEST]


def _is_formula(text: str) -> bool:
    return text.startswith((*FORMULA_STARTS, *ERRORS))
