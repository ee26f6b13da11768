"""The wrong rows of an import as a workbook: marked, explained, to be corrected and sent again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gisapp.importing.headers import FAULT_HEADER, NUMBER_HEADER, ROW_HEADER
from gisapp.importing.outcome import WrongRow
from gisapp.importing.reference import offered
from gisapp.importing.sheets import NOTES_SHEET
from gisapp.importing.template import declare_crs
from gisapp.registers.cells import ERRORS, cell_at, printable, put_text, unmistakable

_WRONG_FILL = PatternFill("solid", fgColor="FFFFC7CE")
_OWN_FILL = PatternFill("solid", fgColor="FFEDEDED")


def write_fault_workbook(
    path: Path, rows: Sequence[WrongRow], *, headers: Sequence[str], crs: str | None, lang: str
) -> None:
    """Write the wrong rows with the headers of their file.

    Wrong cells are filled and carry a comment; the first columns say all faults of the row, its
    number in the file and in the quarantine. Corrected and imported again as it is, a row takes
    the place of the one in the quarantine. The notes declare `crs`.

    Parameters
    ----------
    headers
        Of the file; headers that only some rows have are added.
    crs
        Code of the reference system, None where nobody declared any.
    lang
        ``"zh"`` or ``"en"``, of the sentences.

    Notes
    -----
    Every cell is written as text, so that nothing a file brought is taken for a formula when
    the workbook is opened.
    """
    columns = [header for header in dict.fromkeys(headers) if header]
    columns += [header for row in rows for header in row.cells if header and header not in columns]
    columns = list(dict.fromkeys(columns))
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "数据"
    own = (FAULT_HEADER, ROW_HEADER, NUMBER_HEADER)
    for index, header in enumerate((*own, *columns), start=1):
        cell = _put(sheet, 1, index, header)
        cell.font = Font(bold=True)
    place = {header: index for index, header in enumerate(columns, start=len(own) + 1)}
    for number, row in enumerate(rows, start=2):
        said = "\n".join(
            f"{fault.column}: {fault.sentence(lang)}" if fault.column else fault.sentence(lang)
            for fault in row.faults
        )
        _put(sheet, number, 1, said).alignment = Alignment(wrap_text=True, vertical="top")
        _put(sheet, number, 2, str(row.row))
        _put(sheet, number, 3, "" if row.number is None else str(row.number))
        for index in range(1, len(own) + 1):
            sheet.cell(number, index).fill = _OWN_FILL
        for header, text in row.cells.items():
            if header in place:
                _put(sheet, number, place[header], text)
        _mark(sheet, number, row, place, lang)
    sheet.freeze_panes = "D2"
    sheet.column_dimensions["A"].width = 60
    for index in range(2, len(own) + len(columns) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 16
    notes: Worksheet = workbook.create_sheet(NOTES_SHEET)
    notes["A1"] = (
        "改正标红的单元格后，可将本文件原样重新导入；前三列导入时忽略或用于销号。"
        " Correct the red cells and import this file as it is."
    )
    label = offered().get(crs or "")
    declare_crs(workbook, notes, 2, f"{crs} {label.zh}" if label else crs or "")
    notes.column_dimensions["A"].width = 24
    notes.column_dimensions["B"].width = 60
    workbook.save(path)


def _mark(sheet: Worksheet, number: int, row: WrongRow, place: dict[str, int], lang: str) -> None:
    """Fill the wrong cells and say in a comment what is wrong with each."""
    sentences: dict[int, list[str]] = {}
    for fault in row.faults:
        named = [fault.column] if fault.column in place else fault.column.split(", ")
        for header in named:
            if header in place:
                sentences.setdefault(place[header], []).append(fault.sentence(lang))
    for index, said in sentences.items():
        cell = sheet.cell(number, index)
        cell.fill = _WRONG_FILL
        cell.comment = Comment(printable("\n".join(said)), "gisapp", width=320, height=120)


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    # A cell that failed in the file fails again until somebody corrects it.
    cell = cell_at(sheet, row, column)
    put_text(cell, text if text in ERRORS else unmistakable(text))
    cell.number_format = "@"
    return cell
