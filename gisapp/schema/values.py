"""What a field of a record may hold, and what JSON may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from shapely.geometry.base import BaseGeometry

Value = (
    str | int | float | bool | date | datetime | Sequence[str] | Mapping[str, int] | BaseGeometry
    | None
)  # fmt: skip
"""What a field of a record holds, by its type: tags a list, counts a mapping."""

Values = dict[str, Value]
"""A record by field, or a part of one."""

Json = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
"""What JSON holds."""


def moment_text(at: datetime | None) -> str | None:
    """A moment as JSON carries it."""
    return None if at is None else at.isoformat()


def text_of(value: Value) -> str | None:
    """What a field of texts or codes holds."""
    return None if value is None else str(value)


def number_of(value: Value) -> float:
    """What a field of numbers holds that is known to be filled."""
    assert isinstance(value, (int, float))
    return value
