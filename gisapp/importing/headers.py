"""Which field a header means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from gisapp.importing.outcome import Fault
from gisapp.registers.fields import Field, FieldType, Kind

FAULT_HEADER = "错误说明"
ROW_HEADER = "原行号"
NUMBER_HEADER = "隔离号"
"""Headers of what a workbook of faults adds to the columns of its file."""

# A unit after the name: 总库容（亿立方米）, depth [m].
_UNIT = re.compile(r"[(\[【].*[)\]】]$")
# Headers are broken into lines and padded to look even; nobody sees the characters of no width.
_GAPS = re.compile(r"[\s_\u00ad\u200b-\u200f\u2060\ufeff]+")
_NUMBERED = re.compile(r"_\d$")
_LEAST_CUT = 9
"""Bytes of a name cut to ten at most, of which the last may be a part of a character."""


def match_headers(
    kind: Kind,
    headers: list[str],
    *,
    has_geometry: bool,
    header_row: int,
    columns: Mapping[str, str] | None = None,
    cut_in: str | None = None,
) -> tuple[dict[int, Field], list[str], list[Fault]]:
    """Assign columns to fields.

    Parameters
    ----------
    headers
        As the file writes them.
    has_geometry
        Whether positions come with the file's geometry, so that x and y are not needed.
    header_row
        Row number given to faults.
    columns
        Header → field name, where a file uses names of its own.
    cut_in
        Character set in which names may be cut to ten bytes.

    Returns
    -------
    fields
        By column index.
    ignored
        Headers that mean nothing here.
    faults
        A required field without a column, a field with two, or a name cut too short.
    """
    known = _known_headers(kind)
    by_name = {field.name: field for field in kind.given()}
    given = {_normal(header): by_name[name] for header, name in (columns or {}).items()}
    fields: dict[int, Field] = {}
    first: dict[str, str] = {}
    ignored: list[str] = []
    faults: list[Fault] = []
    whole, unclear = ({}, {}) if cut_in is None else _whole_names(kind, headers, cut_in)
    for index, header in enumerate(headers):
        key = _normal(header)
        field = given.get(key) or known.get(key) or whole.get(header)
        if field is not None and not field.is_given:
            field = None
        if header in unclear:
            faults.append(
                Fault(
                    row=header_row,
                    column=header,
                    value=header,
                    code="import.unclear_column",
                    params={"names": ", ".join(unclear[header])},
                )
            )
        elif field is None or (has_geometry and field.type is FieldType.COORDINATE):
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


def header_test(kind: Kind, columns: Mapping[str, str] | None = None) -> Callable[[str], bool]:
    """Make what tells whether a text names a field of `kind`."""
    known = {*_known_headers(kind), *map(_normal, columns or ())}
    return lambda text: _normal(text) in known


def _whole_names(
    kind: Kind, headers: Sequence[str], charset: str
) -> tuple[dict[str, Field], dict[str, list[str]]]:
    """Find what names are meant that were cut to the ten bytes of a Shapefile.

    Where a name cut is the beginning of several fields, GDAL writes all but the first with a
    number instead of the last two letters: ``responsibl``, ``responsi_1``. All of them together
    are told apart by their order.

    Returns
    -------
    fields
        Header → the one field it can mean.
    unclear
        Header → names of the fields it may mean.
    """
    known = _known_headers(kind)
    cut = [
        one
        for one in headers
        if _normal(one) not in known and len(one.encode(charset, "replace")) >= _LEAST_CUT
    ]
    found: dict[str, Field] = {}
    unclear: dict[str, list[str]] = {}
    for header in cut:
        stem = _NUMBERED.sub("", header)
        begun = _begun_by(kind, header) or _begun_by(kind, stem)
        family = [one for one in cut if _NUMBERED.sub("", one)[: len(stem)] == stem[: len(one)]]
        taken = {_normal(one) for one in headers}
        begun = [one for one in begun if not taken & {_normal(one.name), _normal(one.label.zh)}]
        if len(begun) == 1:
            found[header] = begun[0]
        elif begun and len(family) == len(begun):
            found[header] = begun[family.index(header)]
        elif begun:
            unclear[header] = [one.name for one in begun]
    return found, unclear


def _begun_by(kind: Kind, text: str) -> list[Field]:
    start = _normal(text)
    return [
        one
        for one in kind.fields
        if any(_normal(name).startswith(start) for name in (one.name, one.label.zh, one.label.en))
    ]


def _known_headers(kind: Kind) -> dict[str, Field]:
    known: dict[str, Field] = {}
    for field in kind.given():
        for header in (field.name, field.label.zh, field.label.en, *field.aliases):
            known.setdefault(_normal(header), field)
    return known


def _normal(header: str) -> str:
    """Fold width and case; drop spaces, a unit in brackets, the mark of a required column."""
    folded = _GAPS.sub("", unicodedata.normalize("NFKC", header).casefold()).strip("*")
    return _UNIT.sub("", folded)
