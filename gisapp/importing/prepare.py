"""Checking a file whole, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from openpyxl.utils import get_column_letter

from gisapp.importing.declaring import old_datum, undeclared
from gisapp.importing.headers import (
    FAULT_HEADER,
    NUMBER_HEADER,
    ROW_HEADER,
    header_test,
    match_headers,
)
from gisapp.importing.outcome import Fault, ImportingError, ImportOutcome, Notice, WrongRow
from gisapp.importing.positions import Frame, check_geometry, to_lonlat
from gisapp.importing.reference import Reference, parse_reference
from gisapp.importing.source import Source
from gisapp.importing.tables import Table, read_table
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.rules import broken
from gisapp.registers.values import CellError, parse_cell
from gisapp.schema.values import Value

Record = dict[str, Any]

EXAMPLE_ID = "【示例】"
"""Id of the example that a template shows; a row that carries it is passed over."""

UNKNOWN_CRS = "unknown"
"""Declares that nobody knows the reference system: every row is set aside for that reason."""

_QUANTITIES = {FieldType.INTEGER, FieldType.NUMBER, FieldType.COUNTS, FieldType.COORDINATE}


@dataclass(kw_only=True)
class Prepared:
    """A file read and checked.

    Attributes
    ----------
    records
        Field name → value for the fields that the file carries, ``geom`` for the position;
        complete only where its row has no fault.
    rows
        The row number of each record.
    cells
        The texts of each row, in the order of `headers`.
    numbers
        Row number → number in the quarantine, of rows that came from there.
    given
        Coordinates of each record as the file gives them, (N, 2), NaN where unknown.
    reference
        What the coordinates were taken to be in.
    faults
        In no particular order.
    is_refused
        Whether the columns themselves are wrong, so that no row can be stored.
    outcome
        Without counts yet.
    """

    kind: Kind
    records: list[Record]
    rows: list[int]
    headers: list[str]
    cells: list[list[str]]
    numbers: dict[int, int]
    given: np.ndarray
    reference: Reference | None
    faults: list[Fault]
    is_refused: bool
    outcome: ImportOutcome

    def wrong(self) -> set[int]:
        """Numbers of the rows with faults."""
        return {fault.row for fault in self.faults}

    def right_records(self) -> list[Record]:
        """Return the records whose rows have no fault."""
        wrong = self.wrong()
        return [
            record for row, record in zip(self.rows, self.records, strict=True) if row not in wrong
        ]

    def header_of(self, name: str) -> str:
        """The header under which the file has the field called `name`; the name where it has none.

        A workbook of faults marks the cells under it.
        """
        return _headers_of(self.kind, self.headers).get(name, name)

    def settled(self) -> ImportOutcome:
        """Enter faults and wrong rows into the outcome."""
        by_row: dict[int, list[Fault]] = {}
        for fault in self.faults:
            by_row.setdefault(fault.row, []).append(fault)
        id_headers = _headers_of(self.kind, self.headers)
        wrong_rows = []
        for index, row in enumerate(self.rows):
            if row not in by_row:
                continue
            cells = dict(zip(self.headers, self.cells[index], strict=True))
            cells.pop("", None)
            if "x" not in id_headers and np.isfinite(self.given[index]).all():
                cells |= {"x": repr(float(self.given[index, 0]))}
                cells |= {"y": repr(float(self.given[index, 1]))}
            wrong_rows.append(
                WrongRow(
                    row=row,
                    cells=cells,
                    key=cells.get(id_headers.get("id", ""), "") or None,
                    county=cells.get(id_headers.get("county", ""), "") or None,
                    faults=by_row[row],
                    number=self.numbers.get(row),
                )
            )
        headers = [header for header in self.headers if header]
        if wrong_rows and "x" not in id_headers and "x" in wrong_rows[0].cells:
            headers += ["x", "y"]
        return replace(
            self.outcome,
            faults=sorted(self.faults, key=lambda fault: fault.row),
            wrong_rows=wrong_rows,
            refused=self.is_refused,
            headers=headers,
        )


def prepare(kind: Kind, source: Source) -> Prepared:
    """Read a file and check every cell of it.

    Raises
    ------
    ImportingError
        The file cannot be read as a whole, see :func:`gisapp.importing.tables.read_table`; or
        ``import.no_crs``, or as :func:`gisapp.importing.declaring.undeclared` has it.
    """
    table = read_table(source.path, layer=source.layer, is_header=header_test(kind, source.columns))
    _take_ids_from(table, source)
    numbers = _take_out(table)
    fields, ignored, faults = match_headers(
        kind,
        table.headers,
        has_geometry=kind.geometry is not None and table.geometries is not None,
        header_row=table.header_row,
        columns=source.columns,
        cut_in=table.cut_in,
    )
    if table.cut_in is not None:  # so that the file of wrong rows can be read again
        known = header_test(kind, source.columns)
        for index, field in fields.items():
            if not known(table.headers[index]):
                table.headers[index] = field.name
    is_refused = bool(faults)
    _pass_over_examples(table)
    faults += table.faults
    records = _records(table, fields, faults)
    given = np.full((len(table.rows), 2), np.nan)
    reference: Reference | None = None
    faults += _spoilt_cells(table, fields)
    notices = list(table.notices)
    if kind.geometry is not None:
        reference, said = _reference(table, source, records)
        notices += said
        given = _place(kind, table, fields, source, reference, records, faults)
        notices += [] if reference is None else old_datum(reference, given)
    _find_repeated(table, fields, records, faults)
    _find_broken_pairs(kind, table, fields, records, faults)
    return Prepared(
        kind=kind,
        records=records,
        rows=[number for number, _cells in table.rows],
        headers=table.headers,
        cells=[cells for _number, cells in table.rows],
        numbers=numbers,
        given=given,
        reference=reference,
        faults=faults,
        is_refused=is_refused,
        outcome=ImportOutcome(
            kind=kind.name,
            read=len(table.rows),
            faults=sorted(faults, key=lambda fault: fault.row),
            charset=table.charset,
            crs=None if reference is None else reference.code,
            ignored=ignored,
            warnings=notices,
        ),
    )


def _take_ids_from(table: Table, source: Source) -> None:
    """Let the column that the user named stand for the ids that the file has none of."""
    if source.id_from in table.headers and "id" not in table.headers:
        copied = table.headers.index(source.id_from)
        table.headers.append("id")
        table.rows = [(number, [*cells, cells[copied]]) for number, cells in table.rows]


def _reference(
    table: Table, source: Source, records: Sequence[Record]
) -> tuple[Reference | None, list[Notice]]:
    """Choose the reference system; where none is declared, say in which the file would lie here."""
    try:
        return choose_reference(table, source)
    except ImportingError as error:
        if error.code != "import.no_crs":
            raise
        raise undeclared(error, source, table.rows, records, table.geometries) from None


def _place(  # noqa: PLR0917 - what :func:`prepare` has at hand
    kind: Kind,
    table: Table,
    fields: Mapping[int, Field],
    source: Source,
    reference: Reference | None,
    records: list[Record],
    faults: list[Fault],
) -> np.ndarray:
    """Give the records their positions; return the coordinates as the file has them."""
    if reference is None:
        faults += _undeclared(table)
    frame = None if reference is None else source.frame(reference)
    if table.geometries is None:
        return _place_by_columns(table, fields, frame, records, faults)
    return _place_by_geometry(kind, table, frame, records, faults)


def choose_reference(table: Table, source: Source) -> tuple[Reference | None, list[Notice]]:
    """Decide which declaration of the reference system counts, and say so where two differ.

    What a file itself declares goes before what its user says, with two exceptions: GCJ-02 and
    BD-09, which no file can declare, and a GeoJSON that declares nothing, for which WGS 84 is
    only implied.

    Returns
    -------
    reference
        None where the user says :data:`UNKNOWN_CRS` and the file says nothing.
    notices

    Raises
    ------
    ImportingError
        ``import.bad_crs``; ``import.no_crs`` where neither the file nor its user says anything.
    """
    is_unknown = source.crs is not None and source.crs.strip().lower() == UNKNOWN_CRS
    said = None if source.crs is None or is_unknown else parse_reference(source.crs)
    held = None if table.crs is None else parse_reference(table.crs)
    if held is None or table.is_crs_implied:
        chosen = None if is_unknown else said or held
        if chosen is None and not is_unknown:
            raise ImportingError("import.no_crs", path=source.path.name)
        return chosen, []
    if said is not None and said.is_shifted and held.is_geographic:
        return said, []
    if said is not None and said.code != held.code:
        notice = Notice(code="import.crs_of_file", params={"held": held.code, "said": said.code})
        return held, [notice]
    return held, []


def _take_out(table: Table) -> dict[int, int]:
    """Take out the columns that a workbook of faults adds; read the quarantine numbers."""
    numbers: dict[int, int] = {}
    own = [
        index
        for index, header in enumerate(table.headers)
        if header in {FAULT_HEADER, NUMBER_HEADER, ROW_HEADER}
    ]
    if not own:
        return numbers
    if NUMBER_HEADER in table.headers:
        at = table.headers.index(NUMBER_HEADER)
        numbers = {row: int(cells[at]) for row, cells in table.rows if cells[at].isdecimal()}
    kept = [index for index in range(len(table.headers)) if index not in own]
    place = {index: new for new, index in enumerate(kept)}
    table.merged = {(row, place[at]) for row, at in table.merged if at in place}
    table.shown = {(row, place[at]): one for (row, at), one in table.shown.items() if at in place}
    table.headers = [table.headers[index] for index in kept]
    table.rows = [(row, [cells[index] for index in kept]) for row, cells in table.rows]
    return numbers


def _pass_over_examples(table: Table) -> None:
    if table.geometries is not None:
        return
    table.rows = [(row, cells) for row, cells in table.rows if EXAMPLE_ID not in cells]


def _headers_of(kind: Kind, headers: Sequence[str]) -> dict[str, str]:
    """Field name → header, as far as the headers name fields of their own accord."""
    fields, _ignored, _faults = match_headers(kind, list(headers), has_geometry=False, header_row=1)
    return {field.name: headers[index] for index, field in fields.items()}


def _records(table: Table, fields: Mapping[int, Field], faults: list[Fault]) -> list[Record]:
    """Parse every cell, each distinct text of a column once; a wrong cell is left out."""
    columns: dict[str, list[Value | CellError]] = {}
    bad: list[tuple[int, str]] = []
    for index, field in fields.items():
        texts = [cells[index] for _number, cells in table.rows]
        known: dict[str, Value | CellError] = {}
        for text in set(texts):
            try:
                known[text] = parse_cell(field, text)
            except CellError as error:
                known[text] = error
        values = [known[text] for text in texts]
        if any(isinstance(value, CellError) for value in known.values()):
            for place, value in enumerate(values):
                if isinstance(value, CellError):
                    bad.append((place, field.name))
                    faults.append(
                        Fault(
                            row=table.rows[place][0],
                            column=table.headers[index],
                            value=texts[place],
                            code=value.code,
                            params=value.params,
                        )
                    )
        columns[field.name] = values
    names = list(columns)
    if not names:
        return [{} for _row in table.rows]
    records = [
        dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    for place, name in bad:
        del records[place][name]
    return records


def _spoilt_cells(table: Table, fields: Mapping[int, Field]) -> list[Fault]:
    """Find what a workbook shows otherwise than it holds, and quantities of several rows at once.

    Merged cells repeat a county or an agency for each row; a quantity may be of all together.
    """
    texts = dict(table.rows) if table.shown or table.merged else {}
    faults = []
    for (row, index), shown in table.shown.items():
        if row in texts and index in fields and (fields[index].is_key or fields[index].is_phone):
            faults.append(
                _cell_fault(table, texts, (row, index), "import.shown_otherwise", shown=shown)
            )
    for row, index in table.merged:
        if row in texts and index in fields and fields[index].type in _QUANTITIES:
            faults.append(_cell_fault(table, texts, (row, index), "import.merged_quantity"))
    return faults


def _cell_fault(
    table: Table, texts: Mapping[int, list[str]], at: tuple[int, int], code: str, **params: object
) -> Fault:
    row, index = at
    return Fault(
        row=row,
        column=table.headers[index],
        value=texts[row][index],
        code=code,
        params={"cell": f"{get_column_letter(index + 1)}{row}", **params},
    )


def _undeclared(table: Table) -> list[Fault]:
    return [
        Fault(row=number, column="x, y", value="", code="import.undeclared_crs")
        for number, _cells in table.rows
    ]


def _place_by_columns(
    table: Table,
    fields: Mapping[int, Field],
    frame: Frame | None,
    records: list[Record],
    faults: list[Fault],
) -> np.ndarray:
    """Turn x and y of the records into ``geom``; return them as given."""
    headers = {
        field.name: table.headers[index]
        for index, field in fields.items()
        if field.type is FieldType.COORDINATE
    }
    given = np.array(
        [(record.pop("x", None), record.pop("y", None)) for record in records], dtype=np.float64
    ).reshape(-1, 2)
    placed = np.flatnonzero(np.isfinite(given).all(axis=1))
    if frame is None or not len(placed):
        return given
    x, y = given[placed, 0], given[placed, 1]
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
    lon, lat = frame.to_lonlat(x, y)
    points = np.asarray(shapely.points(np.nan_to_num([lon, lat], posinf=0, neginf=0).T))
    for index, point in zip(placed, points, strict=True):
        records[index]["geom"] = point
    return given


def _place_by_geometry(
    kind: Kind, table: Table, frame: Frame | None, records: list[Record], faults: list[Fault]
) -> np.ndarray:
    """Take over and re-project the geometries of the file; return a point of each as given."""
    assert table.geometries is not None
    assert kind.geometry is not None
    given = np.full((len(records), 2), np.nan)
    for index, ((number, _cells), geometry, record) in enumerate(
        zip(table.rows, table.geometries, records, strict=True)
    ):
        value = "" if geometry is None else geometry.geom_type
        try:
            checked = check_geometry(geometry, kind.geometry)
            anchor = np.array(shapely.get_coordinates(shapely.centroid(checked)))
            given[index] = anchor[0]
            if frame is None:
                continue
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
    return given


def _find_repeated(
    table: Table, fields: Mapping[int, Field], records: list[Record], faults: list[Fault]
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


def _find_broken_pairs(
    kind: Kind,
    table: Table,
    fields: Mapping[int, Field],
    records: list[Record],
    faults: list[Fault],
) -> None:
    """Find fields that do not go together, as a grade overridden for no reason."""
    headers = {field.name: table.headers[index] for index, field in fields.items()}
    for (number, _cells), record in zip(table.rows, records, strict=True):
        faults += [
            Fault(
                row=number,
                column=headers.get(one.missing.name, one.missing.name),
                value=str(record.get(one.given.name) or ""),
                code=one.code,
                params=one.params,
            )
            for one in broken(kind, record)
        ]
