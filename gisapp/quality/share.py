"""A county's share of the work: a workbook of its records that want completing.

It is the importer's own template with those records filled in, so it is imported as it comes
back. Columns in which nothing is missing are hidden, not left away: what a county does not
touch stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import openpyxl
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.importing.sheets import NOTES_SHEET
from gisapp.importing.template import write_template
from gisapp.quality.board import joined
from gisapp.quality.checks import CHECKS, recommended
from gisapp.quality.worklist import to_complete
from gisapp.registers.cells import cell_at, put
from gisapp.registers.checking import as_text
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.freshness import is_late
from gisapp.registers.kinds import MODELS, RESOURCE_KINDS
from gisapp.registers.owning import owner_columns
from gisapp.registers.phones import is_odd
from gisapp.registers.queries import as_mapping, described
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values

MOST_ROWS = 5000
"""Most records in one workbook: the rows that the template has lists and formats for."""

DECLARED_CRS = "EPSG:4326"
_ALWAYS = frozenset({"id", "name", "item", "county", "verified_at", "verified_by"})
_TO_FILL = PatternFill("solid", fgColor="FFFFF2CC")
_STALE_FILL = PatternFill("solid", fgColor="FFFCE4D6")


@dataclass(frozen=True)
class Share:
    """What a workbook holds.

    Attributes
    ----------
    records
        Rows in it.
    shown
        Names of the columns that are not hidden.
    """

    records: int
    shown: tuple[str, ...]


def write_share(
    session: Session,
    kind_name: str,
    path: Path,
    *,
    county: str | None,
    actor: Actor,
    today: date,
) -> Share:
    """Write the records of one kind and county that fail any check.

    Parameters
    ----------
    path
        The workbook, overwritten.
    county
        Its code; None for all counties.
    actor
        Must see contacts there: a masked number would come back as the number.
    today
        Of the site's clock.

    Raises
    ------
    ForbiddenError
    InputError
        ``registers.unknown_kind``.
    """
    actor.require(Right.EXPORT)
    actor.require(Right.SEE_CONTACTS, county=county)
    described(kind_name)
    kind = RESOURCE_KINDS[kind_name]
    model = MODELS[kind_name]
    place, _owner = owner_columns(kind)
    query = joined(kind, select(model)).where(to_complete(kind, today))
    if county is not None:
        query = query.where(place == county)
    found = session.scalars(query.order_by(model.id).limit(MOST_ROWS)).all()
    records = [as_mapping(one) for one in found]
    write_template(kind, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    shown = _fill(sheet, kind, records, today)
    if kind.geometry is not None:
        book[NOTES_SHEET].cell(4, 2, DECLARED_CRS)
    _explain(book[NOTES_SHEET], kind)
    with path.open("wb") as stream:
        _save(book, stream)
    return Share(records=len(records), shown=shown)


def _fill(sheet: Worksheet, kind: Kind, records: list[Values], today: date) -> tuple[str, ...]:
    """Fill the template's first sheet; return the names of the columns left visible."""
    fields = kind.given()
    asked = {item.name for item in recommended(kind)}
    missing = {
        item.name
        for item in fields
        if (item.name in asked and any(record[item.name] is None for record in records))
        or any(_is_odd_phone(item, record[item.name]) for record in records)
    }
    visible = missing | {item.name for item in fields if item.name in _ALWAYS}
    for column, item in enumerate(fields, start=1):
        cell = sheet.cell(2, column)
        cell.value, cell.font, cell.fill = None, Font(), PatternFill()
        for number, record in enumerate(records, start=2):
            value = record[item.name]
            _write(cell_at(sheet, number, column), item, value)
            day = value if isinstance(value, date) else None
            is_stale = item.name == "verified_at" and is_late(kind, day, today=today)
            if (item.name in asked and value is None) or _is_odd_phone(item, value):
                sheet.cell(number, column).fill = _TO_FILL
            elif is_stale:
                sheet.cell(number, column).fill = _STALE_FILL
        sheet.column_dimensions[get_column_letter(column)].hidden = item.name not in visible
    return tuple(item.name for item in fields if item.name in visible)


def _is_odd_phone(item: Field, value: Value) -> bool:
    return item.is_phone and value is not None and is_odd(str(value))


def _write(cell: Cell, item: Field, value: Value) -> None:
    """Write a value as the importer reads it back."""
    if value is None:
        return
    if item.type is FieldType.BOOLEAN:
        cell.value = "是" if value else "否"
    elif item.type is FieldType.CODE and item.choices and str(value) in item.choices:
        cell.value = item.choices[str(value)].zh
    elif item.type in {FieldType.INTEGER, FieldType.NUMBER, FieldType.COORDINATE}:
        put(cell, value)
    else:
        put(cell, as_text(value))
    if item.type is FieldType.TEXT:
        cell.number_format = "@"


def _explain(notes: Worksheet, kind: Kind) -> None:
    """Say in the notes what the colours ask for."""
    remedies = [
        f"{check.label.zh}：{check.remedy.zh} {check.label.en}: {check.remedy.en}"
        for check in CHECKS.values()
        if kind.name in check.kinds
    ]
    notes["A1"].comment = Comment("\n".join(remedies), "gisapp")
    notes.cell(
        2,
        1,
        "黄色格为待补齐字段，橙色日期为逾期或从未核实；核对后填写核实日期与核实人，原样导入即可。"
        " Yellow cells are to be filled in, orange dates are overdue or missing: check, fill in the"
        " day and the name, and import the file as it is.",
    )


def _save(book: openpyxl.Workbook, stream: IO[bytes]) -> None:
    book.active = 0
    book.save(stream)
