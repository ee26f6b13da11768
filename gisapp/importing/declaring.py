"""What to say of a file's reference system: which would fit, and how far an old one is off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from pyproj.transformer import AreaOfInterest, TransformerGroup
from shapely.geometry.base import BaseGeometry

from gisapp.importing.chinese_grids import is_in_china
from gisapp.importing.outcome import ImportingError, Notice
from gisapp.importing.positions import fitting, in_degrees, written
from gisapp.importing.reference import WGS84, Reference
from gisapp.importing.source import Source
from gisapp.schema.values import Json

Float64 = npt.NDArray[np.float64]
Row = tuple[int, list[str]]

_SAME_DEG = 1e-8
"""A millimetre: nearer than any datum is to another."""


@dataclass(frozen=True)
class _Datum:
    """A Chinese datum that no grid leads away from.

    Attributes
    ----------
    code
        Of the sentence, with the source of its figure.
    axis_m
        Of the ellipsoid: files name a datum in many ways, its ellipsoid in one.
    most_m
        How far a position is off where its degrees are taken as they stand.
    """

    code: str
    axis_m: float
    most_m: int


# Xian 1980: the shifts of map sheets to CGCS2000 that the State Bureau of Surveying and Mapping
# published when CGCS2000 was introduced, X (north) -9 to +43 m and Y (east) +76 to +119 m; the
# ellipsoid is 3 m larger, so that what holds on the grid holds for degrees.
# Beijing 1954: the EPSG data set has parameters of the datum (15918, 15921, 15936), each for one
# basin; applied to degrees all over China they give 23 to 92 m. The bureau's sheet shifts, X -29
# to -62 m and Y -56 to +84 m, are of the grid, where the ellipsoid adds some 70 m to the north.
_DATUMS = (
    _Datum("import.xian80", 6_378_140.0, 130),
    _Datum("import.beijing54", 6_378_245.0, 100),
)


def old_datum(reference: Reference, given: Float64) -> list[Notice]:
    """Say how far off a file in Xian 1980 or Beijing 1954 may lie.

    Parameters
    ----------
    reference
        What the coordinates are taken to be in.
    given : (N, 2) float64
        As in the file, not finite where there are none.

    Returns
    -------
    list of Notice
        ``import.xian80`` or ``import.beijing54`` where degrees were taken as they stand, for want
        of a transformation; ``import.datum_moved`` with its accuracy where there is one.
    """
    if reference.is_shifted or reference.crs.ellipsoid is None:
        return []
    axis_m = reference.crs.ellipsoid.semi_major_metre
    datum = next((one for one in _DATUMS if abs(one.axis_m - axis_m) < 0.5), None)
    x, y = given[np.isfinite(given).all(axis=1)].T
    if datum is None or not len(x):
        return []
    lon, lat = reference.to_lonlat(x, y)
    own = reference.crs.geodetic_crs
    as_given = Transformer.from_crs(reference.crs, own, always_xy=True).transform(x, y)
    inside = np.isfinite(lon) & np.isfinite(lat) & is_in_china(lon, lat)
    if not inside.any():
        return []
    away_deg = np.maximum(np.abs(lon - as_given[0]), np.abs(lat - as_given[1]))
    params: dict[str, Json] = {"crs": reference.code}
    if np.any(away_deg[inside] < _SAME_DEG):
        return [Notice(code=datum.code, params=params | {"most_m": datum.most_m})]
    box = (lon[inside].min(), lat[inside].min(), lon[inside].max(), lat[inside].max())
    area = AreaOfInterest(*(float(one) for one in box))
    ways = TransformerGroup(own, WGS84, always_xy=True, area_of_interest=area).transformers
    accuracy_m = max((one.accuracy for one in ways if one.accuracy >= 0), default=0.0)
    return [Notice(code="import.datum_moved", params=params | {"accuracy_m": accuracy_m})]


def undeclared(
    error: ImportingError,
    source: Source,
    rows: Sequence[Row],
    records: Sequence[Mapping[str, Json]],
    geometries: Sequence[BaseGeometry | None] | None,
) -> ImportingError:
    """Make the error of a file that declares no system: name those in which it lies at the site.

    Parameters
    ----------
    error
        ``import.no_crs``, which stays where nothing better can be said.
    rows, records, geometries
        Of the file.

    Returns
    -------
    ImportingError
        ``import.no_crs_metres``, ``import.no_crs_turned`` or ``import.no_crs_unfit``, with the
        first row.
    """
    if geometries is None:
        pairs = [(record.get("x"), record.get("y")) for record in records]
        points = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    else:
        centres = shapely.centroid(np.array(geometries, dtype=object))
        points = np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])
    placed = np.flatnonzero(np.isfinite(points).all(axis=1))
    if source.bbox is None or not len(placed):
        return error
    x, y = points[placed].T
    if in_degrees(x, y):
        return error
    first = {"row": rows[placed[0]][0], "x": float(x[0]), "y": float(y[0])}
    place = (source.bbox, source.belt_km, source.zone)
    found = fitting(x, y, *place)
    turned = [] if found else fitting(y, x, *place)
    code = "import.no_crs_metres" if found else "import.no_crs_turned"
    if not found and not turned:
        code = "import.no_crs_unfit"
    return ImportingError(code, **error.params, **first, **written(found or turned))
