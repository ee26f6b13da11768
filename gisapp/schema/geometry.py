"""The geometry column type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Dialect, SQLColumnExpression, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from gisapp.schema.blob import decode_many, decode_or_nowhere, encode

GeometriesT = TypeVar("GeometriesT", BaseGeometry, npt.NDArray[np.object_])


class Geometry(UserDefinedType[BaseGeometry]):
    """Shapely geometry in Python; a GeoPackage blob in a file, a PostGIS geometry on a server.

    Parameters
    ----------
    geometry_type
        ``"POINT"``, ``"MULTILINESTRING"``, ``"MULTIPOLYGON"``, ``"POLYGON"``, …
    srid
        Reference system of the column, 4326 (longitude, latitude) everywhere today.

    Notes
    -----
    PostGIS takes and gives the hexadecimal text of extended well-known binary, see
    ``docs/decisions/0020-postgis-beside-the-file.md``.
    """

    cache_ok = True

    def __init__(self, geometry_type: str, srid: int = 4326) -> None:
        self.geometry_type = geometry_type
        self.srid = srid

    def get_col_spec(self, **_kw: object) -> str:
        """Name the column type: in a GeoPackage the geometry type."""
        return self.geometry_type

    def bind_processor(
        self, dialect: Dialect
    ) -> Callable[[BaseGeometry | None], bytes | str | None]:
        """Encode on the way in."""

        def into_file(value: BaseGeometry | None) -> bytes | None:
            return None if value is None else encode(value, self.srid)

        def into_server(value: BaseGeometry | None) -> str | None:
            if value is None:
                return None
            marked = shapely.set_srid(value, self.srid)
            hexadecimal: str = shapely.to_wkb(
                marked, hex=True, output_dimension=2, byte_order=1, include_srid=True
            )
            return hexadecimal

        return into_file if dialect.name == "sqlite" else into_server

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002
    ) -> Callable[[str | None], BaseGeometry | None]:
        """Decode on the way out."""

        def from_file(value: object) -> BaseGeometry | None:
            if value is None:
                return None
            return decode_or_nowhere(value)

        def from_server(value: str | None) -> BaseGeometry | None:
            return None if value is None else _unmarked(shapely.from_wkb(value))

        return from_file if dialect.name == "sqlite" else from_server


@compiles(Geometry, "postgresql")
def _on_server(element: Geometry, _compiler: object, **_options: object) -> str:
    return f"geometry({element.geometry_type},{element.srid})"


class _AsStored(UserDefinedType[bytes | str]):
    """Whatever the driver gives, untouched."""

    cache_ok = True


def as_stored(
    column: SQLColumnExpression[BaseGeometry | None],
) -> ColumnElement[bytes | str]:
    """Select a geometry column without decoding row by row, for :func:`geometries`."""
    return type_coerce(column, _AsStored())


def geometries(stored: Sequence[bytes | str]) -> npt.NDArray[np.object_]:
    """Decode many geometries at once that were selected with :func:`as_stored`.

    Parameters
    ----------
    stored
        None of them null.

    Returns
    -------
    (N,) array of shapely geometries
    """
    # A file holds texts only where another program wrote one for a geometry.
    if stored and all(isinstance(one, str) for one in stored):
        found = shapely.from_wkb(np.asarray(stored, dtype=object), on_invalid="ignore")
        found[found == None] = shapely.Point()  # noqa: E711 - element by element
        decoded: npt.NDArray[np.object_] = _unmarked(found)
        return decoded
    return decode_many(stored)


def _unmarked(found: GeometriesT) -> GeometriesT:
    """Forget the reference system: a geometry from a file carries none either."""
    return shapely.set_srid(found, 0)
