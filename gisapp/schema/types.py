"""Column types that a GeoPackage, PostgreSQL and Python all read alike.

A GeoPackage holds whatever another program writes into a column, and PostgreSQL knows moments
and numbers that Python or JSON have not. What cannot be read as its column's type reads as
nothing, so that one bad value stops no list: what the file holds stays as it is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import Boolean, Date, DateTime, Dialect, Double, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from gisapp.schema.values import Json

S = TypeVar("S")
T = TypeVar("T")
_Writer = Callable[[T | None], str | None]
_Reader = Callable[[S], T | None]
"""What a driver is given for a value, and what is made of what it gives."""


class _GeoPackageDateTime(UserDefinedType[datetime]):
    """``YYYY-MM-DDTHH:MM:SS.SSSZ``, the only DATETIME a GeoPackage allows (1.3, table 1)."""

    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "DATETIME"

    def bind_processor(self, dialect: Dialect) -> _Writer[datetime]:  # noqa: ARG002
        def process(value: datetime | None) -> str | None:
            if value is None:
                return None
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reader[str | None, datetime]:  # noqa: ARG002
        def process(value: str | None) -> datetime | None:
            if value is None:
                return None
            try:
                found = datetime.fromisoformat(value)
                # Written without a zone by another program: the standard's is UTC.
                return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
            except (ValueError, TypeError, OverflowError):
                return None

        return process


class _GeoPackageDate(UserDefinedType[date]):
    """``YYYY-MM-DD``."""

    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "DATE"

    def bind_processor(self, dialect: Dialect) -> _Writer[date]:  # noqa: ARG002
        return lambda value: None if value is None else value.isoformat()

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reader[str | None, date]:  # noqa: ARG002
        def process(value: str | None) -> date | None:
            if value is None:
                return None
            try:
                return date.fromisoformat(value)
            except (ValueError, TypeError):
                return None

        return process


class Day(TypeDecorator[date]):
    """A day of the calendar."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date]:
        """SQLite has no date type of its own: use the GeoPackage's text."""
        own = _GeoPackageDate() if dialect.name == "sqlite" else Date()
        return dialect.type_descriptor(own)


class Whole(Integer):
    """A whole number; SQLite keeps 5.5 and texts as they come."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reader[object, int] | None:  # noqa: ARG002
        """Leave out what is no whole number, where the database can hold it."""

        def process(value: object) -> int | None:
            if value.__class__ is int:
                return value
            return int(value) if isinstance(value, float) and value.is_integer() else None

        return process if dialect.name == "sqlite" else None


class Number(TypeDecorator[float]):
    """A finite number."""

    impl = Double
    cache_ok = True

    def process_result_value(self, value: object, dialect: Dialect) -> float | None:  # noqa: ARG002
        """Leave out what is no finite number."""
        return value if isinstance(value, (int, float)) and math.isfinite(value) else None


class YesNo(Boolean):
    """Yes or no."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> _Reader[int, bool] | None:  # noqa: ARG002
        """Leave out what is neither; SQLAlchemy's own reader takes any text for yes."""
        return {0: False, 1: True}.get if dialect.name == "sqlite" else None


class Words(Text):
    """A text; SQLite keeps bytes as they come."""

    cache_ok = True

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002
    ) -> _Reader[str | bytes | None, str] | None:
        """Read bytes as UTF-8, whatever of them is."""

        def process(value: str | bytes | None) -> str | None:
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else value

        return process if dialect.name == "sqlite" else None


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, timezone-aware and in UTC, to the millisecond.

    Raises
    ------
    ValueError
        A datetime without a time zone is written: whose clock it shows would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """SQLite has no datetime type of its own: use the GeoPackage's text."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_GeoPackageDateTime())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn into UTC, cut to the millisecond that a GeoPackage can hold."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        milliseconds = value.microsecond // 1000
        return value.astimezone(UTC).replace(microsecond=milliseconds * 1000)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn into UTC."""
        return None if value is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Json]):
    """JSON as readable text; GeoPackage has no JSON type."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write compactly, Chinese as itself, keys in the order given."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:  # noqa: ARG002
        """Parse."""
        if value is None:
            return None
        try:
            found: Json = json.loads(value)
        except (ValueError, TypeError, RecursionError):
            return None
        return found
