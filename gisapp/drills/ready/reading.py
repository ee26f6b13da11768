"""The file of ready scenarios: read whole, every fault named with its scenario and field.

It is TOML, one table ``[[drill]]`` for each, or the same as JSON: ``docs/drills.md``.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError, field_validator

from gisapp.drills.design.script import Script, with_keys
from gisapp.drills.programme.drills import DrillHead
from gisapp.drills.said import Said, each_fault
from gisapp.errors import InputError
from gisapp.schema.values import Json

_Words = Annotated[str, Field(min_length=1, max_length=1_000)]
_OF_LIBRARY: Final = frozenset({"code", "headquarters", "name", "source", "synthetic"})
"""What the library lists of a scenario; all else is the content of its drill."""


class BothWords(Said):
    """A text in Chinese and in English."""

    zh: _Words
    en: _Words


class Ready(DrillHead):
    """A ready scenario, as its file has it.

    Attributes
    ----------
    headquarters
        Code of the one that holds the drill.
    source
        Where the story is from: what of it is real, and what is invented.
    synthetic
        It is of no real case.
    script
        What the drill plays.
    """

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
    headquarters: Annotated[str, Field(min_length=1, max_length=40)]
    name: BothWords
    source: BothWords
    synthetic: bool
    script: Script

    @field_validator("script", mode="before")
    @classmethod
    def _has_keys(cls, value: object) -> object:
        return with_keys(value) if isinstance(value, Mapping) else value

    def content(self) -> dict[str, Json]:
        """What the drill is and plays, as JSON."""
        return self.model_dump(mode="json", exclude=set(_OF_LIBRARY))


def read_ready(path: str | os.PathLike[str]) -> list[Ready]:
    """Read a file of ready scenarios.

    Raises
    ------
    InputError
        ``drill.ready.not_readable``, ``drill.ready.none``, or ``drill.ready.faulty`` with every
        fault of the file.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:  # both readers' errors, and letters that are none
        raise InputError("drill.ready.not_readable", path=path.name, detail=str(error)) from error
    tables = document.get("drill") if isinstance(document, dict) else None
    if not isinstance(tables, list) or not tables or set(document) != {"drill"}:
        raise InputError("drill.ready.none", path=path.name)
    found: list[Ready] = []
    faults: list[str] = []
    for number, table in enumerate(tables, start=1):
        try:
            found.append(Ready.model_validate(table))
        except ValidationError as error:
            called = _called(number, table)
            faults += [f"{called}: {one}" for one in each_fault(error)]
    counts = Counter(_called(number, table) for number, table in enumerate(tables, start=1))
    faults += [f"{code}: code: x {count}" for code, count in counts.items() if count > 1]
    refuse_faults(path.name, faults)
    return found


def refuse_faults(name: str, faults: list[str]) -> None:
    """Refuse a file with faults, all of them named.

    Parameters
    ----------
    name
        Of the file.

    Raises
    ------
    InputError
        ``drill.ready.faulty``.
    """
    if faults:
        raise InputError(
            "drill.ready.faulty", path=name, count=len(faults), faults="; ".join(faults)
        )


def _called(number: int, table: object) -> str:
    """What a scenario is called in a fault: its code, or where it stands."""
    code = table.get("code") if isinstance(table, Mapping) else None
    return code if isinstance(code, str) and code else f"drill {number}"
