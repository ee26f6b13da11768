"""Rules between the fields of one record, asked before the database has to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gisapp.errors import InputError
from gisapp.registers.fields import Field, Kind
from gisapp.schema.values import Value


class Broken(NamedTuple):
    """Two fields that do not go together as they are.

    Attributes
    ----------
    code
        ``registers.half_given``: one is filled and the other, that it needs, is not;
        ``registers.not_one``: both are filled, or neither, of two that stand for each other.
    given, missing
        The second is the one to look at.
    """

    code: str
    given: Field
    missing: Field

    @property
    def params(self) -> dict[str, object]:
        """The parameters of the sentence."""
        return {
            "field": self.missing.name,
            "given_zh": self.given.label.zh,
            "given_en": self.given.label.en,
            "missing_zh": self.missing.label.zh,
            "missing_en": self.missing.label.en,
        }


VOUCHED = ("verified_at", "verified_by")
"""A day and who vouches for it: changed together, yet one may stand without the other."""


def together(kind: Kind) -> tuple[tuple[str, str], ...]:
    """Name the pairs of fields that change together, and are taken over together.

    Returns
    -------
    tuple
        Those that :func:`broken` looks at, and :data:`VOUCHED` where `kind` has it.
    """
    names = {field.name for field in kind.stored()}
    ruled = (*pairs(kind), *alternatives(kind))
    needed = tuple((other.name, field.name) for field, other in ruled)
    return (*needed, VOUCHED) if set(VOUCHED) <= names else needed


def pairs(kind: Kind) -> list[tuple[Field, Field]]:
    """Return the fields of which each is filled exactly where the other is."""
    return [(field, kind.field(field.needs)) for field in kind.stored() if field.needs]


def alternatives(kind: Kind) -> list[tuple[Field, Field]]:
    """Return the fields of which each is filled exactly where the other is not."""
    return [(field, kind.field(field.instead_of)) for field in kind.stored() if field.instead_of]


def indispensable(kind: Kind) -> list[Field]:
    """Return the fields that a record cannot empty alone: required, or one of two that must be."""
    either = {field.name for pair in alternatives(kind) for field in pair}
    return [field for field in kind.fields if field.required or field.name in either]


def broken(kind: Kind, record: Mapping[str, Value]) -> list[Broken]:
    """Find the pairs of fields that break their rule, as an override without its reason.

    Parameters
    ----------
    record
        The whole record, by field; what is missing is empty.
    """
    found: list[Broken] = []
    for pair in pairs(kind):
        filled = [record.get(one.name) is not None for one in pair]
        if filled[0] != filled[1]:
            given, missing = pair if filled[0] else pair[::-1]
            found.append(Broken("registers.half_given", given, missing))
    for field, other in alternatives(kind):
        if (record.get(field.name) is None) == (record.get(other.name) is None):
            found.append(Broken("registers.not_one", field, other))
    return found


def require_whole(kind: Kind, record: Mapping[str, Value]) -> None:
    """Refuse a record with fields that do not go together.

    Raises
    ------
    InputError
        ``registers.half_given``, ``registers.not_one``.
    """
    for fault in broken(kind, record):
        raise InputError(fault.code, **fault.params)
