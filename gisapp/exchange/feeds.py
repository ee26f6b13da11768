"""Registers as tables and GeoJSON for other systems to fetch."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import IO

import shapely
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from gisapp.exchange.features import Feature
from gisapp.registers.attachments import XLSX
from gisapp.registers.cells import csv_cell, put
from gisapp.registers.fields import FieldType, Kind
from gisapp.schema.values import Value

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "xlsx": XLSX,
}
"""Media type of each format."""

SPREADSHEET_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows."""

CHUNK_BYTES = 64 * 1024


def columns(kind: Kind) -> list[str]:
    """Columns of a table of `kind`: the described fields, then its version and last change."""
    names = []
    for item in kind.fields:
        names.append(item.name)
        if item.type is FieldType.GRADE:
            names.append(f"{item.name}_computed")
    return [*names, "version", "updated_at"]


def cell(value: Value) -> Value:
    """A value as a table holds it; tags and counts as in import files."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        value = ";".join(f"{code}:{number}" for code, number in value.items())
    elif isinstance(value, list):
        value = ";".join(value)
    elif isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(timespec="milliseconds")
    elif isinstance(value, date):
        value = value.isoformat()
    return value


def rows(kind: Kind, features: Iterable[Feature]) -> Iterator[list[Value]]:
    """The header and a row for each feature."""
    names = columns(kind)
    yield [*names]
    for one in features:
        values = {**one.properties, "id": one.id}
        if one.geometry is not None and not one.geometry.is_empty and kind.geometry == "POINT":
            values |= {"x": one.geometry.x, "y": one.geometry.y}  # type: ignore[attr-defined]
        yield [cell(values.get(name)) for name in names]


def as_csv(kind: Kind, features: Iterable[Feature]) -> Iterator[bytes]:
    """CSV in UTF-8 with the mark by which spreadsheets know it, in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff".encode()
    for row in rows(kind, features):
        writer.writerow([csv_cell(value) for value in row])
        if buffer.tell() > CHUNK_BYTES:
            yield _taken(buffer)
    yield _taken(buffer)


def as_geojson(kind: Kind, features: Iterable[Feature]) -> Iterator[bytes]:  # noqa: ARG001
    """A GeoJSON FeatureCollection, longitude and latitude, in pieces."""
    buffer = io.StringIO()
    buffer.write('{"type":"FeatureCollection","features":[')
    separator = ""
    for one in features:
        buffer.write(separator)
        buffer.write(_as_feature(one))
        separator = ",\n"
        if buffer.tell() > CHUNK_BYTES:
            yield _taken(buffer)
    buffer.write("]}\n")
    yield _taken(buffer)


def as_xlsx(kind: Kind, features: Iterable[Feature]) -> IO[bytes]:
    """A workbook in a file of its own that vanishes when closed, at its beginning."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(kind.label.zh)
    for number, row in enumerate(rows(kind, features)):
        if number > SPREADSHEET_ROWS:
            break
        sheet.append([put(WriteOnlyCell(sheet), value) for value in row])
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    book.save(stream)
    stream.seek(0)
    return stream


def _as_feature(feature: Feature) -> str:
    geometry = feature.geometry
    placed = None if geometry is None or geometry.is_empty else geometry
    head: Sequence[str] = (
        '{"type":"Feature","id":' + json.dumps(feature.id, ensure_ascii=False),
        '"geometry":' + ("null" if placed is None else shapely.to_geojson(placed)),
        '"properties":'
        + json.dumps(
            {name: _json(value) for name, value in feature.properties.items()},
            ensure_ascii=False,
            separators=(",", ":"),
        ),
    )
    return ",".join(head) + "}"


def _json(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else value


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
