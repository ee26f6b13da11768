"""From what a person typed to the values of a record: every fault at once, none stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.messages import translate
from gisapp.registers.counties import read_counties
from gisapp.registers.fields import Field, FieldType, Kind
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.rules import broken, indispensable
from gisapp.registers.values import CellError, parse_cell
from gisapp.schema.values import Value, Values, text_of

MAX_TEXT = 2000
"""Characters in one text; a longer one is a document, to be attached."""

_EARTH = {"x": 180.0, "y": 90.0}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One value that cannot be stored.

    Attributes
    ----------
    field
        Name of the field.
    code, params
        Sentence of the message catalogue and what it names.
    record_id
        The record, where several are changed at once.
    """

    field: str
    code: str
    params: Mapping[str, Any] = default(default_factory=dict)
    record_id: str = ""

    def sentence(self, lang: str) -> str:
        """What is wrong and the remedy, in `lang`."""
        named = dict(self.params)
        if isinstance(labels := named.get("allowed"), Mapping):
            named["allowed"] = (", " if lang == "en" else "、").join(
                label.in_(lang) for label in labels.values()
            )
        return translate(self.code, lang, **named)


class FaultsError(InputError):
    """Values that cannot be stored; nothing was."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("registers.faults", count=len(faults))
        self.faults = list(faults)


def checked(kind: Kind, values: Mapping[str, Value], *, complete: bool) -> Values:
    """Read the values of a record's fields.

    Parameters
    ----------
    values
        By field name: what the field holds, or a text as it stands in a file.
    complete
        Whether this is a whole record, in which every required field must be.

    Returns
    -------
    dict
        What each field holds, ``x`` and ``y`` as numbers.

    Raises
    ------
    FaultsError
        With every fault there is.
    """
    read: Values = {}
    known = {item.name: item for item in kind.given()}
    faults = [
        Fault(field=name, code="registers.unknown_field", params={"field": name})
        for name in sorted(values.keys() - known.keys())
    ]
    for name, item in known.items():
        if name not in values and not (complete and item.required):
            continue
        written = as_text(values.get(name))
        try:
            read[name] = _read(item, written)
        except CellError as error:
            params = {"value": _short(written), **error.params}
            faults.append(Fault(field=name, code=error.code, params=params))
    if faults:
        raise FaultsError(faults)
    return read


def require_consistent(
    session: Session, kind: Kind, before: Mapping[str, Value], after: Mapping[str, Value]
) -> None:
    """Check what holds between the fields of a record, and with other registers.

    Parameters
    ----------
    before
        The record as it is, empty for a new one.
    after
        The record as it is to be.

    Raises
    ------
    FaultsError
        Two fields do not go together, there is no such county, or a record that is referred to
        is not there.
    """
    faults = []
    if after.get("county") != before.get("county"):
        unknown = read_counties(session).fault(text_of(after.get("county")))
        if unknown is not None:
            faults.append(Fault(field="county", code=unknown.code, params=unknown.params))
    faults += [
        Fault(field=one.missing.name, code=one.code, params=one.params)
        for one in broken(kind, after)
    ]
    for item in kind.fields:
        wanted = after.get(item.name)
        if not item.references or wanted is None or wanted == before.get(item.name):
            continue
        model = MODELS[item.references]
        in_use = select(model.fid).where(model.id == wanted, model.retired_at.is_(None))
        if session.scalar(in_use) is None:
            params = {"value": wanted, "register": item.references}
            faults.append(Fault(field=item.name, code="import.unknown_reference", params=params))
    if faults:
        raise FaultsError(faults)


def require_unneeded(session: Session, kind: Kind, record_id: str) -> None:
    """Refuse to retire what records in use cannot do without, as a depot's lots their depot.

    Raises
    ------
    InputError
        ``registers.still_needed``.
    """
    for other in KINDS.values():
        for item in indispensable(other):
            if item.references != kind.name:
                continue
            model = MODELS[other.name]
            needing = select(func.count()).where(
                getattr(model, item.name) == record_id, model.retired_at.is_(None)
            )
            count = session.scalar(needing) or 0
            if count:
                raise InputError(
                    "registers.still_needed",
                    count=count,
                    register_zh=other.label.zh,
                    register_en=other.label.en.lower(),
                )


def as_text(value: object) -> str:  # noqa: PLR0911 - one line for each type of value
    """Write a value as it stands in a file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return ";".join(f"{code}:{number}" for code, number in value.items())
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    return str(value)


def _read(item: Field, written: str) -> Value:
    if len(written) > MAX_TEXT:
        raise CellError("registers.too_long", most=MAX_TEXT)
    value = parse_cell(item, written)
    if item.type is FieldType.COORDINATE and isinstance(value, (int, float)):
        most = _EARTH[item.name]
        if abs(value) > most:
            raise CellError("registers.off_the_globe", most=f"{most:g}")
    return value


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
