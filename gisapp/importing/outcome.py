"""What an import says of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gisapp.errors import GisAppError
from gisapp.importing.models import KeptFault
from gisapp.messages import translate
from gisapp.registers.changes import Changes


class ImportingError(GisAppError, ValueError):
    """A file cannot be imported at all; faults of single cells are no exception."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to be said of a whole file; :meth:`sentence` says it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """Say it in ``"zh"`` or ``"en"``."""
        return translate(self.code, lang, **self.params)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong in a file.

    Attributes
    ----------
    row
        Row as a spreadsheet numbers it, the header being row 1; in files without a header
        (GeoJSON, GeoPackage, Shapefile) the number of the feature, from 1, and 0 for a fault
        of the columns.
    column
        The column's header as the file writes it, or the field's name where it is absent.
    value
        What the cell holds.
    code, params
        What is wrong; :meth:`sentence` says it with the remedy.
    """

    row: int
    column: str
    value: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str) -> str:
        """Say what is wrong and what to do, in ``"zh"`` or ``"en"``."""
        named = {"row": self.row, "column": self.column, "value": self.value, **self.params}
        if isinstance(labels := named.get("allowed"), Mapping):
            named["allowed"] = (", " if lang == "en" else "、").join(
                f"{code} ({label[0 if lang == 'zh' else 1]})" for code, label in labels.items()
            )
        return translate(self.code, lang, **named)

    def to_json(self) -> KeptFault:
        """What the quarantine keeps; :meth:`from_json` reads it back."""
        return {
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "params": {
                name: {code: list(label) for code, label in value.items()}
                if isinstance(value, Mapping)
                else value
                for name, value in self.params.items()
            },
        }

    @classmethod
    def from_json(cls, row: int, kept: KeptFault) -> Fault:
        """Read what :meth:`to_json` wrote."""
        return cls(row=row, **kept)

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.sentence('en')}"


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """A row with faults, as it is set aside.

    Attributes
    ----------
    row
        Its number in the file.
    cells
        Header → text of the cell; of a file with geometries, x and y as well.
    key
        Natural key, the record's id; None where the row gives none.
    county
        What the row's county cell holds.
    number
        Of the row in the quarantine, where it came from there to be corrected.
    """

    row: int
    cells: dict[str, str]
    key: str | None
    county: str | None
    faults: list[Fault]
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    """What became of a file.

    Attributes
    ----------
    kind
        The register.
    read
        Records in the file.
    inserted, updated, unchanged
        What was done with the right rows, or in a dry run would be; all 0 where the file was
        refused.
    quarantined
        Rows with faults that were set aside, or in a dry run would be.
    corrected
        Rows of the quarantine that this file put right.
    proposed
        Pairs of records proposed for merging because of this file.
    faults
        Everything wrong, in the order of rows.
    wrong_rows
        The rows with faults, with all their cells.
    warnings
        What to look at although it stops no row.
    refused
        Whether nothing of the file could be stored: a column is missing, or ``strict`` was
        asked for and a row is wrong.
    batch
        Number of the import, None where nothing was stored.
    charset
        How the text was read: ``"UTF-8"``, ``"UTF-8 BOM"``, ``"UTF-16"``, ``"GBK"``,
        ``"GB18030"``; None where the format says so itself.
    crs
        The reference system the coordinates were taken to be in.
    headers
        Of the file.
    ignored
        Headers that mean nothing to the register and were passed over.
    """

    kind: str
    read: int
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    quarantined: int = 0
    corrected: int = 0
    proposed: int = 0
    faults: list[Fault] = field(default_factory=list)
    wrong_rows: list[WrongRow] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    refused: bool = False
    batch: int | None = None
    charset: str | None = None
    crs: str | None = None
    headers: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def is_stored(self) -> bool:
        """Whether the file's right rows are in the database now."""
        return not self.refused and not self.dry_run

    def counted(self, changes: Changes) -> ImportOutcome:
        """Enter what `changes` do to the database."""
        return replace(
            self,
            inserted=len(changes.inserts),
            updated=len(changes.updates),
            unchanged=changes.unchanged,
        )
