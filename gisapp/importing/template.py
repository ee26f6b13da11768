"""The workbook that a county fills in: headers, units, lists to choose from, explanations."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gisapp.importing.prepare import EXAMPLE_ID
from gisapp.importing.reference import offered
from gisapp.importing.sheets import CHOICES_SHEET, CRS_LABEL, NOTES_SHEET
from gisapp.registers.fields import Field, FieldType, Kind

FILLED_ROWS = 5000
"""Rows that get the lists and formats; more may be filled in, without them."""

_REQUIRED_FILL = PatternFill("solid", fgColor="FFB42318")
_HEADER_FILL = PatternFill("solid", fgColor="FF1F4E79")
_EXAMPLE_FILL = PatternFill("solid", fgColor="FFEDEDED")
_HEADER_FONT = Font(bold=True, color="FFFFFFFF")
_EXAMPLE_FONT = Font(italic=True, color="FF7F7F7F")
_TEXT_FORMAT = "@"
_YES_NO = ("是", "否")


def write_template(kind: Kind, path: Path) -> None:
    """Write the template of a register; :func:`gisapp.importing.import_resources` reads it back.

    The first sheet takes the records. The example in its second row, in italics, is passed over
    on import. The sheet of notes explains every column and declares the reference system.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = kind.label.zh
    fields = kind.given()
    choices = workbook.create_sheet(CHOICES_SHEET)
    listed = _write_choices(workbook, choices, fields)
    for index, field in enumerate(fields, start=1):
        _write_header(sheet, index, field)
        _write_example(sheet, index, field)
        _validate(sheet, index, field, listed)
    sheet.freeze_panes = "C2"
    sheet.row_dimensions[1].height = 32
    _write_notes(workbook, kind, fields)
    choices.sheet_state = "hidden"
    workbook.move_sheet(CHOICES_SHEET, offset=1)
    workbook.save(path)


def header_text(field: Field) -> str:
    """A column's header: Chinese name, unit, and a star where the column is required."""
    unit = f"（{field.unit}）" if field.unit else ""
    return f"{field.label.zh}{unit}{'*' if field.required else ''}"


def declare_crs(workbook: Workbook, sheet: Worksheet, row: int, value: str = "") -> None:
    """Write the row that declares the reference system, with its list."""
    sheet.cell(row, 1, f"{CRS_LABEL} CRS*").font = Font(bold=True)
    sheet.cell(row, 2, value).fill = PatternFill("solid", fgColor="FFFFF2CC")
    labels = [f"{code} {label.zh}" for code, label in offered().items()]
    if CHOICES_SHEET not in workbook.sheetnames:
        workbook.create_sheet(CHOICES_SHEET).sheet_state = "hidden"
    choices = workbook[CHOICES_SHEET]
    column = choices.max_column + 1 if choices.max_row > 1 or choices["A1"].value else 1
    for number, label in enumerate((CRS_LABEL, *labels), start=1):
        choices.cell(number, column, label)
    letter = get_column_letter(column)
    name = "crs_choices"
    workbook.defined_names[name] = DefinedName(
        name, attr_text=f"'{CHOICES_SHEET}'!${letter}$2:${letter}${len(labels) + 1}"
    )
    rule = DataValidation(type="list", formula1=f"={name}", allow_blank=True)
    rule.add(f"B{row}")
    sheet.add_data_validation(rule)


def _write_header(sheet: Worksheet, index: int, field: Field) -> None:
    cell = sheet.cell(1, index, header_text(field))
    cell.font = _HEADER_FONT
    cell.fill = _REQUIRED_FILL if field.required else _HEADER_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.comment = Comment(
        f"{field.label.en} ({field.name})\n{field.doc.zh}\n{field.doc.en}", "gisapp"
    )
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].width = max(12, min(30, 2 * len(field.label.zh) + 6))


def _write_example(sheet: Worksheet, index: int, field: Field) -> None:
    cell = sheet.cell(2, index, EXAMPLE_ID if index == 1 else _example(field))
    cell.font, cell.fill = _EXAMPLE_FONT, _EXAMPLE_FILL


def _example(field: Field) -> str | int | float:
    names = _names(field)
    examples: dict[FieldType, str | int | float] = {
        FieldType.BOOLEAN: _YES_NO[0],
        FieldType.DATE: "2026-05-31",
        FieldType.COORDINATE: 111.123456 if field.name == "x" else 36.123456,
        FieldType.INTEGER: "" if names else int(field.minimum or 0) + 1,
        FieldType.NUMBER: int(field.minimum or 0) + 1,
        FieldType.CODE: names[0] if names else "",
        FieldType.TAGS: "；".join(names[:2]),
        FieldType.COUNTS: "；".join(f"{name}:2" for name in names[:2]),
        FieldType.TEXT: f"示例{field.label.zh}" if field.length is None else "0" * field.length,
    }
    return examples[field.type]


def _names(field: Field) -> list[str]:
    return [label.zh for label in (field.choices or {}).values()]


def _write_choices(
    workbook: Workbook, sheet: Worksheet, fields: tuple[Field, ...]
) -> dict[str, str]:
    """Write each vocabulary in a column of its own; return the named range of each field."""
    named: dict[str, str] = {}
    column = 0
    for field in fields:
        if field.type is FieldType.CODE:
            values = _names(field)
        elif field.type is FieldType.BOOLEAN:
            values = list(_YES_NO)
        else:
            continue
        column += 1
        for number, value in enumerate((field.label.zh, *values), start=1):
            sheet.cell(number, column, value)
        letter, name = get_column_letter(column), f"choices_{field.name}"
        workbook.defined_names[name] = DefinedName(
            name, attr_text=f"'{CHOICES_SHEET}'!${letter}$2:${letter}${len(values) + 1}"
        )
        named[field.name] = name
    return named


def _validate(sheet: Worksheet, index: int, field: Field, listed: dict[str, str]) -> None:
    letter = get_column_letter(index)
    area = f"{letter}2:{letter}{FILLED_ROWS + 1}"
    low = field.minimum
    match field.type:
        case FieldType.CODE | FieldType.BOOLEAN:
            rule = DataValidation(type="list", formula1=f"={listed[field.name]}")
        case FieldType.INTEGER | FieldType.NUMBER:
            if low is None:
                return
            high = field.maximum
            rule = DataValidation(
                type="whole" if field.type is FieldType.INTEGER else "decimal",
                operator="greaterThanOrEqual" if high is None else "between",
                formula1=f"{low:g}",
                formula2=None if high is None else f"{high:g}",
            )
        case FieldType.DATE:
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
            return
        case FieldType.TEXT:
            # Codes and telephone numbers keep their zeros as text.
            sheet.column_dimensions[letter].number_format = _TEXT_FORMAT
            return
        case _:
            return
    rule.allow_blank = True
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = field.label.zh, f"{field.doc.zh}。{field.doc.en}"[:220]
    rule.add(area)
    sheet.add_data_validation(rule)


def _write_notes(workbook: Workbook, kind: Kind, fields: tuple[Field, ...]) -> None:
    sheet: Worksheet = workbook.create_sheet(NOTES_SHEET)
    lines = (
        f"{kind.label.zh} {kind.label.en}：{kind.doc.zh} {kind.doc.en}",
        "每行一条记录；红色表头（带 *）必填。斜体示例行导入时忽略，可以删除。"
        " One record a row; red headers with a star are required. The example in italics is"
        " passed over.",
        "日期写成 2026-05-31；多项用分号隔开；数量写成“名称:数量”。"
        " Dates as 2026-05-31; several values joined by semicolons; counts as name:count.",
    )
    for number, line in enumerate(lines, start=1):
        sheet.cell(number, 1, line)
    if kind.geometry is not None:
        declare_crs(workbook, sheet, 4)
        sheet.cell(4, 3, "必须选择；不清楚时请先查明。 Must be chosen; find out first.")
    heads = ("列 Column", "英文 English", "必填 Required", "单位 Unit", "含义 Meaning",
             "可填 Values", "依据 Source")  # fmt: skip
    for index, head in enumerate(heads, start=1):
        cell = sheet.cell(6, index, head)
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    for number, field in enumerate(fields, start=7):
        values = "；".join(f"{label.zh} {code}" for code, label in (field.choices or {}).items())
        row = (field.label.zh, f"{field.label.en} ({field.name})",
               "是 yes" if field.required else "", field.unit,
               f"{field.doc.zh} {field.doc.en}", values, field.source)  # fmt: skip
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(number, index, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDEFG", (22, 30, 12, 12, 60, 60, 30), strict=True):
        sheet.column_dimensions[letter].width = width
