"""Geometry blobs: written and read as the GeoPackage standard says."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point

from gisapp.schema.blob import BlobError, decode, decode_many, encode, envelope

coordinate = st.floats(-180, 180, allow_nan=False)
pairs = st.tuples(coordinate, coordinate)


def box(corner: tuple[float, float]) -> shapely.Polygon:
    return shapely.box(corner[0], corner[1], corner[0] + 1, corner[1] + 2)


geometries = st.one_of(
    st.builds(Point, pairs),
    st.lists(pairs, min_size=2, max_size=6).map(LineString),
    pairs.map(box),
    st.lists(pairs, min_size=1, max_size=4).map(lambda xs: MultiPolygon([box(x) for x in xs])),
    st.lists(pairs, min_size=1, max_size=4).map(shapely.MultiPoint),
)


@given(geometries)
def test_round_trip_keeps_every_coordinate(geometry: shapely.Geometry) -> None:
    assert decode(encode(geometry, 4326)) == geometry


@given(geometries)
def test_envelope_is_the_bounding_box(geometry: shapely.Geometry) -> None:
    min_x, min_y, max_x, max_y = geometry.bounds
    assert envelope(encode(geometry, 4326)) == (min_x, max_x, min_y, max_y)


@given(st.lists(geometries, max_size=5))
def test_many_are_read_as_one_by_one(several: list[shapely.Geometry]) -> None:
    blobs = [encode(geometry, 4326) for geometry in several]
    assert list(decode_many(blobs)) == several


def test_header_as_the_standard_lays_it_out() -> None:
    """A point without an envelope, a line with one of two dimensions, both little-endian."""
    assert encode(Point(1, 2), 4326)[:8] == b"GP\x00\x01" + struct.pack("<i", 4326)
    blob = encode(LineString([(1, 2), (3, 5)]), 4490)
    assert blob[:8] == b"GP\x00\x03" + struct.pack("<i", 4490)
    assert struct.unpack("<4d", blob[8:40]) == (1, 3, 2, 5)
    assert shapely.from_wkb(blob[40:]) == LineString([(1, 2), (3, 5)])


@pytest.mark.parametrize("empty", [Point(), LineString(), MultiPolygon()])
def test_empty_geometry_is_flagged_and_has_no_envelope(empty: shapely.Geometry) -> None:
    blob = encode(empty, 4326)
    assert blob[3] & 0x10
    assert envelope(blob) is None
    assert decode(blob).is_empty


def test_third_dimension_is_dropped() -> None:
    assert decode(encode(Point(1, 2, 3), 4326)) == Point(1, 2)


def test_blobs_of_other_programs() -> None:
    """Big-endian, a polygon without an envelope, a point with heights: all are read."""
    big = b"GP\x00\x00" + struct.pack(">i", 4326) + shapely.to_wkb(Point(7, 8), byte_order=0)
    assert envelope(big) == (7, 7, 8, 8)
    assert decode(big) == Point(7, 8)
    bare = b"GP\x00\x01" + struct.pack("<i", 4326) + shapely.to_wkb(shapely.box(1, 2, 3, 4))
    assert envelope(bare) == (1, 3, 2, 4)
    high = b"GP\x00\x01" + struct.pack("<i", 4326)
    high += shapely.to_wkb(Point(1, 2, 3), output_dimension=3, flavor="iso")
    assert envelope(high) == (1, 1, 2, 2)
    nan = b"GP\x00\x01" + struct.pack("<i", 4326)
    nan += struct.pack("<BI2d", 1, 1, np.nan, np.nan)
    assert envelope(nan) is None


@pytest.mark.parametrize(
    "content", [b"", b"GP", b"XX\x00\x01\x00\x00\x00\x00", b"GP\x00\x0b" + bytes(4)]
)
def test_foreign_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(BlobError):
        envelope(content)
    with pytest.raises(BlobError):
        decode(content)


def test_cut_geometry_is_refused() -> None:
    with pytest.raises(BlobError):
        decode(encode(LineString([(1, 2), (3, 5)]), 4326)[:-3])
