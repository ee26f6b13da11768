"""Column types that a GeoPackage, PostgreSQL and Python all read alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType


class _GeoPackageDateTime(UserDefinedType[datetime]):
    """``YYYY-MM-DDTHH:MM:SS.SSSZ``, the only DATETIME a GeoPackage allows (1.3, table 1)."""

    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "DATETIME"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        def process(value: datetime | None) -> str | None:
            if value is None:
                return None
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        def process(value: str | None) -> datetime | None:
            return None if value is None else datetime.fromisoformat(value)

        return process


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, timezone-aware and in UTC, to the millisecond.

    Raises
    ------
    ValueError
        A datetime without a time zone is written: whose clock it shows would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
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


class JsonText(TypeDecorator[Any]):
    """JSON as readable text; GeoPackage has no JSON type."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write compactly, Chinese as itself, keys in the order given."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:  # noqa: ARG002
        """Parse."""
        return None if value is None else json.loads(value)
