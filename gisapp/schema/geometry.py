"""The geometry column type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect
from sqlalchemy.types import UserDefinedType

from gisapp.schema.blob import decode, encode


class Geometry(UserDefinedType[BaseGeometry]):
    """Shapely geometry in Python, a GeoPackage blob in the file.

    Parameters
    ----------
    geometry_type
        ``"POINT"``, ``"MULTILINESTRING"``, ``"MULTIPOLYGON"``, ``"POLYGON"``, …
    srid
        Reference system of the column, 4326 (longitude, latitude) everywhere today.
    """

    cache_ok = True

    def __init__(self, geometry_type: str, srid: int = 4326) -> None:
        self.geometry_type = geometry_type
        self.srid = srid

    def get_col_spec(self, **_kw: object) -> str:
        """Name the column type: in a GeoPackage the geometry type."""
        return self.geometry_type

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        """Encode on the way in."""

        def process(value: BaseGeometry | None) -> bytes | None:
            return None if value is None else encode(value, self.srid)

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """Decode on the way out."""

        def process(value: bytes | None) -> BaseGeometry | None:
            return None if value is None else decode(value)

        return process
