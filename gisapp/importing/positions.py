"""Reference systems, and coordinates that cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gisapp.importing.reference import Reference
from gisapp.registers.values import CellError

Float64 = npt.NDArray[np.float64]
BBox = tuple[float, float, float, float]

DEFAULT_BELT_KM = 100.0
"""How far beyond the site's bounding box a resource may lie: help comes from over the border."""

_DECIMALS = 9  # of a degree: 0.1 mm, so that a repeated import compares equal
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Frame:
    """Where positions may lie, and the system a file gives them in.

    Parameters
    ----------
    reference
        Of the file.
    bbox
        The site's, degrees, EPSG:4326; None where no site is known.
    belt_km
        Allowed distance beyond `bbox`.
    """

    reference: Reference
    bbox: BBox | None
    belt_km: float = DEFAULT_BELT_KM

    def to_lonlat(self, x: Float64, y: Float64) -> tuple[Float64, Float64]:
        """Turn coordinates of the file into degrees, EPSG:4326; not finite where impossible."""
        lon, lat = self.reference.to_lonlat(x, y)
        return np.round(lon, _DECIMALS), np.round(lat, _DECIMALS)

    def faults(self, x: Float64, y: Float64) -> dict[int, CellError]:
        """Find positions that cannot be meant.

        Parameters
        ----------
        x, y : (N,) float64
            As in the file.

        Returns
        -------
        dict
            Index → ``import.swapped``, ``import.not_on_earth`` or ``import.far``.
        """
        found: dict[int, CellError] = {}
        if not len(x):
            return found
        lon, lat = self.to_lonlat(x, y)
        distance_km = self._distance_km(lon, lat)
        outside = np.flatnonzero(~(distance_km <= self.belt_km))
        turned_km = self._distance_km(*self.to_lonlat(y[outside], x[outside]))
        for index, turned in zip(outside, turned_km, strict=True):
            given = {"x": float(x[index]), "y": float(y[index])}
            if turned <= self.belt_km:
                found[int(index)] = CellError("import.swapped", **given)
            elif np.isinf(distance_km[index]):
                found[int(index)] = CellError(
                    "import.not_on_earth", crs=self.reference.code, **given
                )
            else:
                found[int(index)] = CellError(
                    "import.far",
                    distance_km=float(distance_km[index]),
                    belt_km=self.belt_km,
                    **given,
                )
        return found

    def _distance_km(self, lon: Float64, lat: Float64) -> Float64:
        """Kilometres outside the site's box, 0 inside, infinite where there is no such place."""
        real = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        distance = np.where(real, 0.0, np.inf)
        if self.bbox is not None and real.any():
            min_x, min_y, max_x, max_y = self.bbox
            near_x = np.clip(lon[real], min_x, max_x)
            near_y = np.clip(lat[real], min_y, max_y)
            _, _, metres = _GEOD.inv(lon[real], lat[real], near_x, near_y)
            distance[real] = np.asarray(metres) / 1000
        return distance


def check_geometry(geometry: BaseGeometry | None, wanted: str) -> BaseGeometry:
    """Bring a geometry of a file to the type of its register.

    Parameters
    ----------
    geometry
    wanted
        GeoPackage type, ``"POINT"``, ``"MULTIPOLYGON"``, ``"MULTILINESTRING"``.

    Raises
    ------
    CellError
        ``import.no_geometry``, ``import.wrong_geometry``, ``import.invalid_geometry``.
    """
    if geometry is None or geometry.is_empty:
        raise CellError("import.no_geometry")
    geometry = shapely.force_2d(geometry)
    if isinstance(geometry, Polygon) and wanted == "MULTIPOLYGON":
        geometry = MultiPolygon([geometry])
    elif isinstance(geometry, LineString) and wanted == "MULTILINESTRING":
        geometry = MultiLineString([geometry])
    elif isinstance(geometry, MultiPoint) and wanted == "POINT" and len(geometry.geoms) == 1:
        geometry = geometry.geoms[0]
    if geometry.geom_type.upper() != wanted:
        raise CellError("import.wrong_geometry", found=geometry.geom_type, wanted=wanted)
    if not shapely.is_valid(geometry):
        raise CellError("import.invalid_geometry", reason=shapely.is_valid_reason(geometry))
    return geometry


def to_lonlat(frame: Frame, geometry: BaseGeometry) -> BaseGeometry:
    """Re-project a geometry to longitude and latitude, EPSG:4326."""

    def moved(points: Float64) -> Float64:
        return np.column_stack(frame.to_lonlat(points[:, 0], points[:, 1]))

    return shapely.transform(geometry, moved)
