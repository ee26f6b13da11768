"""Whether a record as another program left it can be one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely.errors import ShapelyError
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.exchange.threeway import GEOMETRY
from gisapp.messages import translate
from gisapp.registers.counties import Counties
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import MODELS
from gisapp.registers.rules import broken
from gisapp.registers.values import CellError, parse_cell
from gisapp.schema.values import Value, text_of


@dataclass(frozen=True)
class Refusal:
    """Why a record of a copy cannot be taken.

    Attributes
    ----------
    field
        Where the fault lies.
    code, params
        The sentence.
    """

    kind: str
    id: str
    field: str
    code: str
    params: dict[str, Any]

    def sentence(self, lang: str) -> str:
        """What is wrong, in `lang`."""
        named = dict(self.params)
        if isinstance(labels := named.get("allowed"), Mapping):
            named["allowed"] = ", ".join(label.in_(lang) for label in labels.values())
        return translate(self.code, lang, **named)


def faults(
    session: Session,
    kind: Kind,
    record_id: str,
    content: Mapping[str, Value],
    theirs: Mapping[str, Mapping[str, Mapping[str, Value]]],
    *,
    base: Mapping[str, Value],
    counties: Counties,
) -> list[Refusal]:
    """Find what is wrong with a record of a copy, by the rules of an import.

    Parameters
    ----------
    content
        Plain values.
    theirs
        All records of the copy, by register and id: a record may refer to one of them.
    base
        The record as exported: what was wrong with it before is not the copy's fault.
    counties
        Of this site.
    """
    found: list[Refusal] = []
    changed = {name for name, value in content.items() if name not in base or base[name] != value}

    def refuse(name: str, code: str, **params: object) -> None:
        found.append(Refusal(kind.name, record_id, name, code, params))

    for item in kind.given():
        if item.name not in changed:
            continue
        value = content[item.name]
        try:
            parse_cell(item, written := _text(item, value))
        except CellError as error:
            refuse(item.name, error.code, **{"value": written, **error.params})
        else:
            if item.references and value and not _is_there(session, item, value, theirs):
                refuse(item.name, "exchange.no_such_reference", id=str(value))
            if item.name == "county" and (unknown := counties.fault(text_of(value))):
                refuse(item.name, unknown.code, **unknown.params)
    for one in broken(kind, content):
        if changed & {one.given.name, one.missing.name}:
            refuse(one.missing.name, one.code, **one.params)
    if GEOMETRY in changed and not _is_usable(kind, content.get(GEOMETRY)):
        refuse(GEOMETRY, "exchange.bad_geometry")
    if not _is_moment(content.get("retired_at")):
        refuse("retired_at", "exchange.bad_moment")
    return found


def _text(item: Field, value: Value) -> str:
    """A value as a file would carry it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dict):
        return ";".join(f"{code}:{number}" for code, number in value.items())
    if isinstance(value, list):
        return ";".join(str(code) for code in value)
    if item.type is FieldType.NUMBER:
        return repr(value)
    return str(value)


def _is_there(
    session: Session,
    item: Field,
    value: object,
    theirs: Mapping[str, Mapping[str, Mapping[str, Value]]],
) -> bool:
    model = MODELS[item.references]
    if value in theirs.get(item.references, {}):
        return True
    return session.scalar(select(model.fid).where(model.id == value)) is not None


def _is_usable(kind: Kind, wkt: object) -> bool:
    if not isinstance(wkt, str):
        return False
    try:
        geometry = shapely.from_wkt(wkt)
    except ShapelyError:
        return False
    if geometry.is_empty or geometry.geom_type.upper() != kind.geometry:
        return False
    west, south, east, north = geometry.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _is_moment(value: object) -> bool:
    if value is None:
        return True
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True
