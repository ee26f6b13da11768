"""Watching the registers for what other programs write: QGIS, GDAL, psql, a script.

The database itself notices, by triggers in plain SQL that any program runs when it writes: they
raise the record's version, set its moment of change and append an event with the old values, by
``outside``. What we write ourselves is marked as ours in its transaction and tells its own event.

The triggers are made anew after every upgrade from the columns that are there then. Sources:
``docs/decisions/0073-the-database-watches-itself.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gisapp.schema import REGISTER_MARKS, Base

OUTSIDE = "outside"
"""Who changed a record where another program did: the person is unknown."""

_BESIDES = ("road_closure",)
"""Tables without versions whose changes are told as well: dispatch and feeds rest on them."""


class Detail(NamedTuple):
    """A table whose rows are the tags or counts in one field of a record.

    Attributes
    ----------
    owner_table, owner
        The register, and the column that holds its record's id.
    value
        Column of the code.
    number
        Column of the count; empty for tags.
    """

    table: str
    owner_table: str
    owner: str
    field: str
    value: str
    number: str


def details() -> list[Detail]:
    """List the tables of tags and counts, which say it of themselves."""
    found = [
        table.info["detail"] for table in Base.metadata.tables.values() if "detail" in table.info
    ]
    assert found, "triggers without them leave changes untold: import gisapp.tables first"
    return found


class Watched(NamedTuple):
    """A register as it is in the database.

    Attributes
    ----------
    columns
        Those whose change is a change of the record, with their declared types.
    versioned
        Whether a record counts its changes.
    """

    table: str
    columns: dict[str, str]
    details: tuple[Detail, ...]
    versioned: bool


def watched(tables: Mapping[str, Mapping[str, str]]) -> list[Watched]:
    """Find the registers among tables by their columns.

    Parameters
    ----------
    tables
        By name, the types of their columns by name.
    """
    own, kept = ("fid", "version", "updated_at"), details()
    return [
        Watched(
            table,
            {name: declared for name, declared in columns.items() if name not in own},
            tuple(one for one in kept if one.owner_table == table),
            versioned="version" in columns,
        )
        for table, columns in tables.items()
        if columns.keys() >= REGISTER_MARKS or table in _BESIDES
    ]
