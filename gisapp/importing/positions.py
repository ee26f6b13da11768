"""Reference systems, and coordinates that cannot be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gisapp.importing.reference import Reference, offered, parse_reference
from gisapp.registers.values import CellError

Float64 = npt.NDArray[np.float64]
BBox = tuple[float, float, float, float]

DEFAULT_BELT_KM = 100.0
"""How far beyond the site's bounding box a resource may lie: help comes from over the border."""

_DECIMALS = 9  # of a degree: 0.1 mm, so that a repeated import compares equal
_TRIED = 50
"""Positions that are tried in each system."""
_MOST = 0.5
"""Share of the positions that must lie at the site: some rows are always wrong."""
_PROPOSED = 3
"""Systems that a sentence names."""
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
    zone
        The site's own projected system, the first to be proposed.
    """

    reference: Reference
    bbox: BBox | None
    belt_km: float = DEFAULT_BELT_KM
    zone: str | None = None

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
            Index → ``import.swapped``, ``import.other_system``, ``import.not_on_earth`` or
            ``import.far``.
        """
        found: dict[int, CellError] = {}
        if not len(x):
            return found
        lon, lat = self.to_lonlat(x, y)
        distance_km = self.distance_km(lon, lat)
        outside = np.flatnonzero(~(distance_km <= self.belt_km))
        turned_km = self.distance_km(*self.to_lonlat(y[outside], x[outside]))
        lost = outside[~(turned_km <= self.belt_km)]
        others = self.others(x[lost], y[lost])
        helped = set()
        if others:
            other = Frame(parse_reference(others[0]), self.bbox, self.belt_km)
            away_km = other.distance_km(*other.to_lonlat(x[lost], y[lost]))
            helped = set(lost[away_km <= self.belt_km].tolist())
        for index, turned in zip(outside, turned_km, strict=True):
            given = {"x": float(x[index]), "y": float(y[index])}
            if turned <= self.belt_km:
                found[int(index)] = CellError("import.swapped", **given)
            elif int(index) in helped:
                named = {"crs": self.reference.code, **written(others)}
                found[int(index)] = CellError("import.other_system", **named, **given)
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

    def others(self, x: Float64, y: Float64) -> list[str]:
        """Name the systems in which most of some positions lie at the site."""
        if self.bbox is None or not len(x):
            return []
        # Those in degrees differ by 600 m at most: far off in one is far off in all.
        if self.reference.is_geographic and in_degrees(x, y):
            return []
        found = fitting(x, y, self.bbox, self.belt_km, self.zone)
        return [code for code in found if code != self.reference.code]

    def distance_km(self, lon: Float64, lat: Float64) -> Float64:
        """Measure kilometres outside the site's box, 0 inside, infinite where no place is."""
        real = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        distance = np.where(real, 0.0, np.inf)
        if self.bbox is not None and real.any():
            min_x, min_y, max_x, max_y = self.bbox
            near_x = np.clip(lon[real], min_x, max_x)
            near_y = np.clip(lat[real], min_y, max_y)
            _, _, metres = _GEOD.inv(lon[real], lat[real], near_x, near_y)
            distance[real] = np.asarray(metres) / 1000
        return distance


def in_degrees(x: Float64, y: Float64) -> bool:
    """Whether most of some coordinates are of a size that degrees have, whichever comes first."""
    return bool(np.median(np.abs(x)) <= 180 and np.median(np.abs(y)) <= 180)


def fitting(x: Float64, y: Float64, bbox: BBox, belt_km: float, zone: str | None) -> list[str]:
    """Name the systems in which most of some positions lie at a site, the likeliest first.

    Parameters
    ----------
    x, y : (N,) float64
        As in a file; a sample of them is tried.
    bbox, belt_km, zone
        See :class:`Frame`.
    """
    step = max(1, len(x) // _TRIED)
    x, y = x[::step], y[::step]
    is_degrees = in_degrees(x, y)
    found = []
    for code in dict.fromkeys([*([zone] if zone else []), *offered()]):
        reference = parse_reference(code)
        if reference.is_geographic != is_degrees:
            continue
        frame = Frame(reference, bbox, belt_km)
        if np.mean(frame.distance_km(*frame.to_lonlat(x, y)) <= belt_km) > _MOST:
            found.append(code)
    return found


def written(codes: Sequence[str]) -> dict[str, str]:
    """Write systems for a sentence in either language, as ``EPSG:4546 (CGCS2000 3-degree, …)``."""
    labels = {code: offered().get(code) for code in codes[:_PROPOSED]}
    return {
        "choices_zh": "；".join(
            f"{c}（{label.zh}）" if label else c for c, label in labels.items()
        ),
        "choices_en": "; ".join(f"{c} ({label.en})" if label else c for c, label in labels.items()),
    }


def check_geometry(geometry: BaseGeometry | None, wanted: str) -> BaseGeometry:
    """Bring a geometry of a file to the type of its register.

    Parameters
    ----------
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
