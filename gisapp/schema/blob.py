"""Geometry as a GeoPackage stores it: a header with the bounding box, then WKB.

Source: OGC 12-128r18 (GeoPackage Encoding Standard 1.3.1), 2.1.3 "Geometry Encoding".
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

MAGIC = b"GP"
_LITTLE_ENDIAN = 0x01
_ENVELOPE_XY = 0x02
_EMPTY = 0x10
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_POINT = 1

Envelope = tuple[float, float, float, float]


class BlobError(ValueError):
    """Bytes in a geometry column are no GeoPackage geometry."""


def encode(geometry: BaseGeometry, srid: int) -> bytes:
    """Write `geometry` as a GeoPackage blob in little-endian order.

    Parameters
    ----------
    geometry
        Two-dimensional; a third dimension is dropped.
    srid
        ``srs_id`` of the coordinates.

    Notes
    -----
    A point carries no envelope, as GDAL writes it: its coordinates are its envelope.
    """
    wkb = shapely.to_wkb(geometry, output_dimension=2, byte_order=1)
    flags = _LITTLE_ENDIAN
    if geometry.is_empty:
        return struct.pack("<2sBBi", MAGIC, 0, flags | _EMPTY, srid) + wkb
    if geometry.geom_type == "Point":
        return struct.pack("<2sBBi", MAGIC, 0, flags, srid) + wkb
    min_x, min_y, max_x, max_y = geometry.bounds
    header = struct.pack(
        "<2sBBi4d", MAGIC, 0, flags | _ENVELOPE_XY, srid, min_x, max_x, min_y, max_y
    )
    return header + wkb


def _wkb_start(blob: bytes) -> int:
    if len(blob) < 8 or blob[:2] != MAGIC:
        raise BlobError("no GeoPackage geometry: it does not begin with the letters GP")
    size = _ENVELOPE_BYTES.get((blob[3] >> 1) & 0x07)
    if size is None:
        raise BlobError("no GeoPackage geometry: unknown envelope code")
    return 8 + size


def decode(blob: bytes) -> BaseGeometry:
    """Read one GeoPackage blob.

    Raises
    ------
    BlobError
        The bytes are no GeoPackage geometry.
    """
    try:
        return shapely.from_wkb(blob[_wkb_start(blob) :])
    except shapely.errors.ShapelyError as error:
        raise BlobError(f"no GeoPackage geometry: {error}") from error


def decode_many(blobs: Sequence[bytes | str]) -> npt.NDArray[np.object_]:
    """Read many blobs at once; what is no geometry becomes an empty point.

    Returns
    -------
    (N,) array of shapely geometries
    """
    geometries = np.empty(len(blobs), dtype=object)
    try:
        geometries[:] = [blob[_wkb_start(blob) :] for blob in blobs]  # type: ignore[arg-type]
        geometries[:] = shapely.from_wkb(geometries)
    except (BlobError, shapely.errors.ShapelyError):
        geometries[:] = [decode_or_nowhere(blob) for blob in blobs]
    return geometries


def decode_or_nowhere(blob: object) -> BaseGeometry:
    """Read one blob; what another program wrote that is no geometry becomes an empty point."""
    try:
        return decode(blob) if isinstance(blob, bytes) else shapely.Point()
    except BlobError:
        return shapely.Point()


def envelope(blob: bytes) -> Envelope | None:
    """``(min_x, max_x, min_y, max_y)`` of a blob, None where it is empty.

    Read from the header; from the coordinates for a point; only a line or polygon without
    an envelope (no writer here makes one) is parsed whole.

    Raises
    ------
    BlobError
        The bytes are no GeoPackage geometry.
    """
    start = _wkb_start(blob)
    flags = blob[3]
    if flags & _EMPTY:
        return None
    if start > 8:
        order = "<" if flags & _LITTLE_ENDIAN else ">"
        box: Envelope = struct.unpack_from(order + "4d", blob, 8)
        return None if math.isnan(box[0]) else box
    order = "<" if blob[start] else ">"
    (kind,) = struct.unpack_from(order + "I", blob, start + 1)
    if kind % 1000 == _POINT:
        x, y = struct.unpack_from(order + "2d", blob, start + 5)
        return None if math.isnan(x) else (x, x, y, y)
    geometry = decode(blob)
    if geometry.is_empty:
        return None
    min_x, min_y, max_x, max_y = geometry.bounds
    return (min_x, max_x, min_y, max_y)
