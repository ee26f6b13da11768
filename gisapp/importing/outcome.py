"""What an import says of a file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from gisapp.errors import GisAppError
from gisapp.messages import translate
from gisapp.registers.changes import Changes


class ImportingError(GisAppError, ValueError):
    """A file cannot be imported at all; faults of single cells are no exception."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, translate(code, "en", **params), **params)


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
        if isinstance(labels := named.get("allowed"), dict):
            named["allowed"] = (", " if lang == "en" else "、").join(
                f"{code} ({label.in_(lang)})" for code, label in labels.items()
            )
        return translate(self.code, lang, **named)

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.sentence('en')}"


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
        What was done with them, or in a dry run would be; all 0 where there are faults, since
        nothing of a file with faults is stored.
    faults
        Everything wrong, in the order of rows.
    charset
        How the text was read: ``"UTF-8"``, ``"UTF-8 BOM"``, ``"UTF-16"``, ``"GBK"``,
        ``"GB18030"``; None where the format says so itself.
    crs
        The reference system the coordinates were taken to be in.
    ignored
        Headers that mean nothing to the register and were passed over.
    dry_run
    """

    kind: str
    read: int
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    charset: str | None = None
    crs: str | None = None
    ignored: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def is_stored(self) -> bool:
        """Whether the file's records are in the database now."""
        return not self.faults and not self.dry_run

    def counted(self, changes: Changes) -> ImportOutcome:
        """Enter what `changes` do to the database."""
        return replace(
            self,
            inserted=len(changes.inserts),
            updated=len(changes.updates),
            unchanged=changes.unchanged,
        )
