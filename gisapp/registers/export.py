"""Files of exactly what a list shows: its filters, every page, contacts as readers see them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts import masked
from gisapp.accounts.exports import Export, Way, shows_contacts
from gisapp.errors import InputError
from gisapp.registers.attachments import XLSX
from gisapp.registers.cells import guarded, put
from gisapp.registers.checking import as_text
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import MODELS
from gisapp.registers.listing import Question, every_record
from gisapp.registers.owning import county_of
from gisapp.registers.queries import described
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Value, Values, number_of

SHEET_ROWS = 1_048_575
"""Rows of one sheet below its header (ECMA-376)."""

Row = Values


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file that lists are exported as."""

    suffix: str
    mimetype: str
    write: Callable[[Path, Kind, Iterator[Row], str], int]
    located: bool = False


def export_list(
    session: Session,
    kind_name: str,
    question: Question,
    path: Path,
    *,
    format_name: str,
    actor: Actor,
    lang: str,
) -> int:
    """Write every record that a list holds to `path`.

    Parameters
    ----------
    session
        A reading session: whoever edits meanwhile need not wait. :func:`export_of` says for
        the audit what was taken out.
    kind_name, question
        The list.
    path
        A file to be made.
    format_name
        A key of :data:`FORMATS`.
    actor
        Whose rights decide which contacts are readable.
    lang
        Language of the headers of tables; a table can be imported again.

    Returns
    -------
    int
        Number of records written.

    Raises
    ------
    ForbiddenError
    InputError
        ``registers.bad_format``, and as :func:`~gisapp.registers.listing.list_records`.
    """
    actor.require(Right.EXPORT)
    kind = described(kind_name)
    known = [name for name, one in FORMATS.items() if kind.geometry or not one.located]
    if format_name not in known:
        raise InputError("registers.bad_format", format=format_name[:20], known=", ".join(known))
    private = kind.private_names()
    rows: Iterator[Row] = (
        masked(
            row,
            private=private,
            actor=actor,
            county=county_of(session, kind, row) if private else None,
        )
        for row in every_record(session, kind_name, question)
    )
    if kind.geometry not in {None, "POINT"}:
        rows = _with_shapes(session, kind, rows)
    return FORMATS[format_name].write(path, kind, rows, lang)


def export_of(
    kind_name: str, question: Question, *, format_name: str, number: int, actor: Actor
) -> Export:
    """Describe for the audit which list is taken out.

    Parameters
    ----------
    kind_name, question, format_name, actor
        As they were given to :func:`export_list`.
    number
        Records in the file.
    """
    return Export(
        way=Way.LIST,
        subject=kind_name,
        format=format_name,
        records=number,
        contacts=shows_contacts(described(kind_name).private_names(), actor),
        filters=_told(question),
    )


def _write_csv(path: Path, kind: Kind, rows: Iterator[Row], lang: str) -> int:
    number = 0
    # The mark at its head lets spreadsheets read Chinese.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([item.label.in_(lang) for item in _columns(kind)])
        for row in rows:
            cells = ((item, as_text(row.get(item.name))) for item in _columns(kind))
            table.writerow([cell if _is_number(item) else guarded(cell) for item, cell in cells])
            number += 1
    return number


def _write_xlsx(path: Path, kind: Kind, rows: Iterator[Row], lang: str) -> int:
    book = Workbook(write_only=True)
    number = 0
    sheet = None
    for row in rows:
        if sheet is None or number % SHEET_ROWS == 0:
            sheet = _new_sheet(book, kind, lang)
        sheet.append([_cell(sheet, item, row.get(item.name)) for item in _columns(kind)])
        number += 1
    if sheet is None:
        _new_sheet(book, kind, lang)
    book.save(path)
    return number


def _new_sheet(book: Workbook, kind: Kind, lang: str) -> WriteOnlyWorksheet:
    sheet: WriteOnlyWorksheet = book.create_sheet(kind.label.in_(lang)[:31])
    sheet.freeze_panes = "A2"
    head = []
    for item in _columns(kind):
        cell = WriteOnlyCell(sheet, value=item.label.in_(lang))
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    return sheet


def _cell(sheet: WriteOnlyWorksheet, item: Field, value: Value) -> Cell | None:
    if value is None:
        return None
    is_typed = item.type is FieldType.DATE or _is_number(item)
    return put(WriteOnlyCell(sheet), value if is_typed else as_text(value))


def _write_geojson(path: Path, kind: Kind, rows: Iterator[Row], _lang: str) -> int:
    number = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"type":"FeatureCollection","features":[')
        for row in rows:
            feature = {
                "type": "Feature",
                "id": row["id"],
                "geometry": _geometry(row),
                "properties": {item.name: _plain(row.get(item.name)) for item in _facts(kind)},
            }
            stream.write(",\n" if number else "\n")
            stream.write(json.dumps(feature, ensure_ascii=False))
            number += 1
        stream.write("\n]}\n")
    return number


def _write_gpkg(path: Path, kind: Kind, rows: Iterator[Row], _lang: str) -> int:
    facts = _facts(kind)
    kept, shapes = [], []
    for row in rows:
        kept.append({item.name: _typed(row.get(item.name)) for item in facts})
        shapes.append(_shape(row))
    frame = pd.DataFrame(kept, columns=[item.name for item in facts])
    for item in facts:
        if item.type in {FieldType.INTEGER, FieldType.GRADE}:
            frame[item.name] = frame[item.name].astype("Int64")
        elif item.type is FieldType.NUMBER:
            frame[item.name] = frame[item.name].astype("float64")
        elif item.type is FieldType.BOOLEAN:
            frame[item.name] = frame[item.name].astype("boolean")
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326"),
        path,
        layer=kind.name,
        driver="GPKG",
        geometry_type={"POINT": "Point"}.get(kind.geometry or "", "Unknown"),
    )
    return len(kept)


def _columns(kind: Kind) -> list[Field]:
    return list(kind.fields)


def _facts(kind: Kind) -> list[Field]:
    return [item for item in kind.fields if item.type is not FieldType.COORDINATE]


def _is_number(item: Field) -> bool:
    return item.type in {
        FieldType.INTEGER,
        FieldType.NUMBER,
        FieldType.COORDINATE,
        FieldType.GRADE,
    }


def _shape(row: Mapping[str, Value]) -> shapely.Geometry | None:
    if isinstance(shape := row.get("geom"), shapely.Geometry):
        return shape
    if row.get("x") is None:
        return None
    return shapely.Point(number_of(row["x"]), number_of(row["y"]))


def _geometry(row: Mapping[str, Value]) -> Json:
    shape = _shape(row)
    return None if shape is None else shapely.geometry.mapping(shape)  # type: ignore[arg-type]


def _plain(value: Value) -> Value:
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: Value) -> Value:
    return as_text(value) if isinstance(value, (list, dict)) else value


def _with_shapes(session: Session, kind: Kind, rows: Iterator[Row]) -> Iterator[Row]:
    """Give rows of lines and areas their shapes."""
    model = MODELS[kind.name]
    for row in rows:
        shape = session.scalar(select(model.column("geom")).where(model.id == row["id"]))
        yield {**row, "geom": shape}


def _told(question: Question) -> dict[str, Json]:
    told: dict[str, Json] = {
        "text": question.text,
        "filters": {name: list(values) for name, values in question.filters.items() if values},
        "bbox": list(question.bbox) if question.bbox else None,
        "retired": question.retired if question.retired != "no" else None,
        "sort": question.sort,
    }
    return {name: value for name, value in told.items() if value}


FORMATS: dict[str, Format] = {
    "xlsx": Format(
        suffix="xlsx",
        mimetype=XLSX,
        write=_write_xlsx,
    ),
    "csv": Format(suffix="csv", mimetype="text/csv; charset=utf-8", write=_write_csv),
    "geojson": Format(
        suffix="geojson", mimetype="application/geo+json", write=_write_geojson, located=True
    ),
    "gpkg": Format(
        suffix="gpkg",
        mimetype="application/geopackage+sqlite3",
        write=_write_gpkg,
        located=True,
    ),
}
"""Kinds of file, by the name they are asked for."""
