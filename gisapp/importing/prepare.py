"""Checking a file whole, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.importing.headers import match_headers
from gisapp.importing.outcome import Fault, ImportingError, ImportOutcome
from gisapp.importing.positions import (
    DEFAULT_BELT_KM,
    BBox,
    Frame,
    check_geometry,
    to_lonlat,
)
from gisapp.importing.reference import parse_reference
from gisapp.importing.tables import Table, read_table
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.models import MODELS
from gisapp.registers.values import CellError, parse_cell

Record = dict[str, Any]


@dataclass(kw_only=True)
class Prepared:
    """A file read and checked.

    Attributes
    ----------
    kind
    records
        Field name → value for the fields that the file carries, ``geom`` for the position;
        complete only where the outcome has no faults.
    rows
        The row number of each record.
    outcome
        Without counts yet.
    """

    kind: Kind
    records: list[Record]
    rows: list[int]
    outcome: ImportOutcome


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file and what its user says of it.

    Parameters
    ----------
    path, layer
    crs
        Of the coordinates where the file itself declares none.
    columns
        Header → field name, where a file uses names of its own.
    id_from
        Header whose cells serve as ids in a file without any.
    bbox, belt_km
        See :class:`gisapp.importing.positions.Frame`.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    columns: Mapping[str, str] | None = None
    id_from: str | None = None
    bbox: BBox | None = None
    belt_km: float = DEFAULT_BELT_KM


def prepare(kind: Kind, source: Source) -> Prepared:
    """Read a file and check every cell of it.

    Raises
    ------
    ImportingError
        The file cannot be read as a whole; see :func:`gisapp.importing.tables.read_table`.
    """
    table = read_table(source.path, layer=source.layer)
    if source.id_from in table.headers and "id" not in table.headers:
        copied = table.headers.index(source.id_from)
        table.headers.append("id")
        table.rows = [(number, [*cells, cells[copied]]) for number, cells in table.rows]
    is_text = table.geometries is None
    has_geometry = kind.geometry is not None and not is_text
    frame = None
    if kind.geometry is not None:
        declared = table.crs or source.crs
        if declared is None:
            raise ImportingError("import.no_crs", path=str(source.path))
        frame = Frame(parse_reference(declared), source.bbox, source.belt_km)
    fields, ignored, faults = match_headers(
        kind,
        table.headers,
        has_geometry=has_geometry,
        header_row=1 if is_text else 0,
        columns=source.columns,
    )
    faults += table.faults
    records = _records(table, fields, faults)
    if frame is not None:
        if has_geometry:
            _place_by_geometry(kind, table, frame, records, faults)
        else:
            _place_by_columns(table, fields, frame, records, faults)
    _find_repeated(table, fields, records, faults)
    return Prepared(
        kind=kind,
        records=records,
        rows=[number for number, _cells in table.rows],
        outcome=ImportOutcome(
            kind=kind.name,
            read=len(table.rows),
            faults=sorted(faults, key=lambda fault: fault.row),
            charset=table.charset,
            crs=None if frame is None else frame.reference.code,
            ignored=ignored,
        ),
    )


def _records(table: Table, fields: dict[int, Field], faults: list[Fault]) -> list[Record]:
    """Parse every cell; a cell with a fault is left out of its record."""
    records: list[Record] = []
    for number, cells in table.rows:
        record: Record = {}
        for index, field in fields.items():
            try:
                record[field.name] = parse_cell(field, cells[index])
            except CellError as error:
                faults.append(
                    Fault(
                        row=number,
                        column=table.headers[index],
                        value=cells[index],
                        code=error.code,
                        params=error.params,
                    )
                )
        records.append(record)
    return records


def _place_by_columns(
    table: Table, fields: dict[int, Field], frame: Frame, records: list[Record], faults: list[Fault]
) -> None:
    """Turn x and y of the records into ``geom``."""
    headers = {
        field.name: table.headers[index]
        for index, field in fields.items()
        if field.type is FieldType.COORDINATE
    }
    placed = [index for index, record in enumerate(records) if "x" in record and "y" in record]
    x = np.array([records[index]["x"] for index in placed], dtype=np.float64)
    y = np.array([records[index]["y"] for index in placed], dtype=np.float64)
    for position, error in frame.faults(x, y).items():
        faults.append(
            Fault(
                row=table.rows[placed[position]][0],
                column=f"{headers['x']}, {headers['y']}",
                value=f"{x[position]:.10g}, {y[position]:.10g}",
                code=error.code,
                params=error.params,
            )
        )
    lon, lat = frame.to_lonlat(x, y) if placed else (x, y)
    for index, point_x, point_y in zip(placed, lon, lat, strict=True):
        records[index]["geom"] = shapely.Point(point_x, point_y)
    for record in records:
        record.pop("x", None)
        record.pop("y", None)


def _place_by_geometry(
    kind: Kind, table: Table, frame: Frame, records: list[Record], faults: list[Fault]
) -> None:
    """Take over and re-project the geometries of the file."""
    assert table.geometries is not None
    assert kind.geometry is not None
    for (number, _cells), geometry, record in zip(
        table.rows, table.geometries, records, strict=True
    ):
        value = "" if geometry is None else geometry.geom_type
        try:
            checked = check_geometry(geometry, kind.geometry)
            anchor = np.array(shapely.get_coordinates(shapely.point_on_surface(checked)))
            for error in frame.faults(anchor[:, 0], anchor[:, 1]).values():
                value = f"{anchor[0, 0]:.10g}, {anchor[0, 1]:.10g}"
                raise error
            record["geom"] = to_lonlat(frame, checked)
        except CellError as error:
            faults.append(
                Fault(
                    row=number, column="geometry", value=value, code=error.code, params=error.params
                )
            )


def _find_repeated(
    table: Table, fields: dict[int, Field], records: list[Record], faults: list[Fault]
) -> None:
    header = next((table.headers[i] for i, field in fields.items() if field.name == "id"), "id")
    first: dict[str, int] = {}
    for (number, _cells), record in zip(table.rows, records, strict=True):
        if (record_id := record.get("id")) is None:
            continue
        if record_id in first:
            faults.append(
                Fault(
                    row=number,
                    column=header,
                    value=record_id,
                    code="import.repeated_id",
                    params={"first": first[record_id]},
                )
            )
        else:
            first[record_id] = number


def find_dangling(session: Session, prepared: Prepared) -> list[Fault]:
    """Find references to records that the database does not hold."""
    faults: list[Fault] = []
    for field in prepared.kind.given():
        if not field.references:
            continue
        known = set(session.scalars(select(MODELS[field.references].id)))
        for row, record in zip(prepared.rows, prepared.records, strict=True):
            wanted = record.get(field.name)
            if wanted is not None and wanted not in known:
                faults.append(
                    Fault(
                        row=row,
                        column=field.name,
                        value=wanted,
                        code="import.unknown_reference",
                        params={"register": field.references},
                    )
                )
    return faults
