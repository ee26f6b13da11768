"""Which field a header means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from gisapp.importing.outcome import Fault
from gisapp.registers.fields import Field, FieldType, Kind

FAULT_HEADER = "错误说明"
ROW_HEADER = "原行号"
NUMBER_HEADER = "隔离号"
"""Headers of what a workbook of faults adds to the columns of its file."""

# A unit after the name: 总库容（亿立方米）, depth [m].
_UNIT = re.compile(r"\s*[(\[【].*[)\]】]\s*$")


def match_headers(
    kind: Kind,
    headers: list[str],
    *,
    has_geometry: bool,
    header_row: int,
    columns: Mapping[str, str] | None = None,
) -> tuple[dict[int, Field], list[str], list[Fault]]:
    """Assign columns to fields.

    Parameters
    ----------
    kind
    headers
        As the file writes them.
    has_geometry
        Whether positions come with the file's geometry, so that x and y are not needed.
    header_row
        Row number given to faults.
    columns
        Header → field name, where a file uses names of its own.

    Returns
    -------
    fields
        By column index.
    ignored
        Headers that mean nothing here.
    faults
        A required field without a column, or a field with two.
    """
    known = _known_headers(kind)
    by_name = {field.name: field for field in kind.given()}
    given = {_normal(header): by_name[name] for header, name in (columns or {}).items()}
    fields: dict[int, Field] = {}
    first: dict[str, str] = {}
    ignored: list[str] = []
    faults: list[Fault] = []
    for index, header in enumerate(headers):
        key = _normal(header)
        field = given.get(key) or known.get(key)
        if field is None or (has_geometry and field.type is FieldType.COORDINATE):
            if header:
                ignored.append(header)
        elif field.name in first:
            faults.append(
                Fault(
                    row=header_row,
                    column=header,
                    value=header,
                    code="import.duplicate_column",
                    params={"first": first[field.name], "field": field.name},
                )
            )
        else:
            fields[index] = field
            first[field.name] = header
    for field in kind.given():
        needed = field.required and not (has_geometry and field.type is FieldType.COORDINATE)
        if needed and field.name not in first:
            faults.append(
                Fault(
                    row=header_row,
                    column=field.name,
                    value="",
                    code="import.missing_column",
                    params={"field": field.name, "chinese": field.label.zh},
                )
            )
    return fields, ignored, faults


def _known_headers(kind: Kind) -> dict[str, Field]:
    known: dict[str, Field] = {}
    for field in kind.given():
        for header in (field.name, field.label.zh, field.label.en, *field.aliases):
            known.setdefault(_normal(header), field)
    return known


def _normal(header: str) -> str:
    """Fold width, case and spaces; drop a unit in brackets and the mark of a required column."""
    folded = unicodedata.normalize("NFKC", header).casefold().strip(" *")
    return _UNIT.sub("", folded).strip().replace(" ", "_")
