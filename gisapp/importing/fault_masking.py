"""Wrong rows as somebody may see them who may import, but read no contacts.

A row is wrong just where its columns cannot be trusted. So all is hidden but what stands under the
header of a field that holds no contacts, and what a fault quotes of a hidden cell with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from gisapp.accounts.masking import hidden
from gisapp.importing.headers import match_headers
from gisapp.importing.outcome import Fault, ImportOutcome, WrongRow
from gisapp.registers.fields import Kind
from gisapp.rights import Actor, Right

T = TypeVar("T")

_OF_FEATURES = frozenset({"x", "y", "geometry"})
"""Columns that a row of a file with geometries has besides those of the file."""
_OURS = frozenset({"cell", "letter", "field", "unit", "chinese", "names", "register", "own"})
"""Parameters of faults that quote nothing of a cell."""
_LEAST_QUOTED = 5
"""A shorter text found in another one need not be a quotation of the cell."""


class ContactMask:
    """Hides the contacts of one file's wrong rows from one reader.

    Parameters
    ----------
    kind
        The register, or a ledger in the form of one.
    headers
        Of the file.
    actor
        Who is to read the rows.
    """

    def __init__(self, kind: Kind, headers: Iterable[str], actor: Actor) -> None:
        named = list(dict.fromkeys(headers))
        fields, _ignored, _faults = match_headers(kind, named, has_geometry=False, header_row=1)
        self._readable = {named[at] for at, field in fields.items() if not field.private}
        self._actor = actor

    def row(self, row: WrongRow) -> WrongRow:
        """Return a row with its contacts unreadable, where the reader may not see them."""
        if self._sees(row.county):
            return row
        quoted = [text for name, text in row.cells.items() if text and not self._is_readable(name)]
        return replace(
            row,
            cells={
                name: text if self._is_readable(name) else str(hidden(text))
                for name, text in row.cells.items()
            },
            faults=[self._fault(fault, quoted) for fault in row.faults],
        )

    def outcome(self, outcome: ImportOutcome) -> ImportOutcome:
        """Return what an import says with the contacts in it unreadable likewise."""
        rows = {row.row: row for row in outcome.wrong_rows}
        faults = []
        for fault in outcome.faults:
            row = rows.get(fault.row)
            if self._sees(None if row is None else row.county):
                faults.append(fault)
                continue
            cells = {} if row is None else row.cells
            quoted = [text for name, text in cells.items() if not self._is_readable(name)]
            faults.append(self._fault(fault, quoted))
        return replace(
            outcome, faults=faults, wrong_rows=[self.row(one) for one in outcome.wrong_rows]
        )

    def _sees(self, county: str | None) -> bool:
        # A row that names no county is nobody else's: whoever imports it brought it.
        if county is None:
            return self._actor.may(Right.SEE_CONTACTS)
        return self._actor.may(Right.SEE_CONTACTS, county=county)

    def _is_readable(self, header: str) -> bool:
        return header in self._readable or header in _OF_FEATURES

    def _fault(self, fault: Fault, quoted: Sequence[str]) -> Fault:
        named = {fault.column, *fault.column.split(", ")} - {""}
        # A fault of the columns quotes the header itself.
        if fault.value != fault.column and not any(map(self._is_readable, named)):
            params = {
                name: hidden(value) if isinstance(value, str) and name not in _OURS else value
                for name, value in fault.params.items()
            }
            return replace(fault, value=str(hidden(fault.value)), params=params)
        texts = [text for text in quoted if len(text) >= _LEAST_QUOTED]
        return replace(
            fault,
            value=_without(fault.value, texts),
            params={name: _without(value, texts) for name, value in fault.params.items()},
        )


def _without(value: T, texts: Sequence[str]) -> T | str:
    if not isinstance(value, str):
        return value
    masked: str = value
    for text in texts:
        masked = masked.replace(text, str(hidden(text)))
    return masked
