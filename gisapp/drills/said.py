"""What people say of plans and drills: read strictly, every fault told with where it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

MOST_FAULTS: Final = 20


class Said(BaseModel):
    """Something said: never changed, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def one_of(value: str, known: Collection[str]) -> str:
    """Let a validator refuse a code that nobody knows."""
    if value not in known:
        raise ValueError(f"{value!r}: {', '.join(known)}")
    return value


def faults_of(error: ValidationError) -> str:
    """The first faults, each with where it is, counted from 1 as people count."""
    return "; ".join(each_fault(error)[:MOST_FAULTS])


def each_fault(error: ValidationError) -> list[str]:
    """Every fault with where it is, counted from 1 as people count."""
    return [
        f"{'.'.join(_part(one) for one in fault['loc']) or '-'}: {fault['msg']}"
        for fault in error.errors()
    ]


def _part(one: int | str) -> str:
    return str(one + 1) if isinstance(one, int) else one
