"""Rules between the fields of one record, asked before the database has to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gisapp.errors import InputError
from gisapp.registers.fields import Field, Kind
from gisapp.schema.values import Value


class HalfGiven(NamedTuple):
    """Two fields of which one is filled and the other, that it needs, is not."""

    given: Field
    missing: Field

    @property
    def params(self) -> dict[str, object]:
        """The parameters of ``registers.half_given``."""
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
        Those of which :func:`half_given` asks that both be filled, and :data:`VOUCHED` where
        `kind` has it.
    """
    names = {field.name for field in kind.stored()}
    needed = tuple((needed.name, field.name) for field, needed in pairs(kind))
    return (*needed, VOUCHED) if set(VOUCHED) <= names else needed


def pairs(kind: Kind) -> list[tuple[Field, Field]]:
    """Return the fields of which each is filled exactly where the other is."""
    return [(field, kind.field(field.needs)) for field in kind.stored() if field.needs]


def half_given(kind: Kind, record: Mapping[str, Value]) -> list[HalfGiven]:
    """Find the pairs of fields of which only one is filled, as an override without its reason.

    Parameters
    ----------
    record
        The whole record, by field; what is missing is empty.
    """
    found: list[HalfGiven] = []
    for pair in pairs(kind):
        filled = [record.get(one.name) is not None for one in pair]
        if filled[0] != filled[1]:
            given, missing = pair if filled[0] else pair[::-1]
            found.append(HalfGiven(given, missing))
    return found


def require_whole(kind: Kind, record: Mapping[str, Value]) -> None:
    """Refuse a record with a pair of fields of which only one is filled.

    Raises
    ------
    InputError
        ``registers.half_given``.
    """
    for given, missing in half_given(kind, record):
        raise InputError("registers.half_given", **HalfGiven(given, missing).params)
