"""The declarative base and the small pieces that models share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase

from gisapp.schema.types import Day, JsonText, Number, UtcDateTime, Whole, Words, YesNo
from layers.model import Label


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
        list[Any]: JsonText(),
    }


def documented(zh: str, en: str) -> dict[str, Label]:
    """Explain a column that no register describes; goes into its ``info``."""
    return {"doc": Label(zh, en)}


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
