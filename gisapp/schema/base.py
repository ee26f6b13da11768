"""The declarative base and the small pieces that models share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gisapp.schema.types import Day, JsonText, Number, UtcDateTime, Whole, Words, YesNo
from gisapp.schema.values import Json, Values
from layers.model import Label, Lang


class Base(DeclarativeBase):
    """Base of all models.

    Python types map to the column types that GeoPackage 1.3 allows (table 1 of the standard).
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy under this very form
        str: Words(),
        int: Whole(),
        float: Number(),
        bool: YesNo(),
        date: Day(),
        datetime: UtcDateTime(),
        dict[str, Any]: JsonText(),
        dict[str, Json]: JsonText(),
        Values: JsonText(),
        dict[str, str]: JsonText(),
        list[str]: JsonText(),
        list[int]: JsonText(),
        list[Lang]: JsonText(),
        list[dict[str, Json]]: JsonText(),
    }


def documented(zh: str, en: str) -> dict[str, Label]:
    """Explain a column that no register describes; goes into its ``info``."""
    return {"doc": Label(zh, en)}


class OfIncident:
    """Mixin of all that belongs to an incident: real, or of the exercise that the incident is of.

    :mod:`gisapp.store.isolation` keeps the two apart.
    """

    exercise_id: Mapped[str | None] = mapped_column(
        info=documented(
            "演练编号；空为实战", "Exercise that it belongs to; empty where it is real."
        )
    )


def one_of(column: str, codes: Iterable[str]) -> CheckConstraint:
    """Hold `column` to the codes of a vocabulary (null stays allowed)."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def within(column: str, minimum: float | None, maximum: float | None) -> CheckConstraint:
    """Hold `column` to a range, bounds included (null stays allowed)."""
    parts = []
    if minimum is not None:
        parts.append(f"{column} >= {minimum:g}")
    if maximum is not None:
        parts.append(f"{column} <= {maximum:g}")
    return CheckConstraint(" AND ".join(parts), name=column)


REGISTER_MARKS = frozenset({"fid", "id", "version", "updated_at", "retired_at", "retire_reason"})
"""Columns by which a table is known to be a register."""


def is_register(table: str) -> bool:
    """Whether a mapped table is a register."""
    known = Base.metadata.tables.get(table)
    return known is not None and set(known.c.keys()) >= REGISTER_MARKS
