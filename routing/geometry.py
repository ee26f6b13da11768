"""Measures on the streets' drawings: points, cuts and a locally metric plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from routing.build import ranges
from routing.network import Float64, Int64, RoadNetwork

GEOD = Geod(ellps="WGS84")

_EQUATOR_M = 6_378_137.0
_ECCENTRICITY_2 = 6.69437999014e-3
_MOST_LATITUDE = 89.9


@dataclass(frozen=True)
class LocalPlane:
    """Metres east and north of a point, on the plane that touches WGS 84 there.

    Distances are within 0.1 % of the ellipsoid's up to about 10 km from the point, within 1 %
    up to about 80 km in the latitudes of China.

    Attributes
    ----------
    x, y
        Longitude and latitude of the origin, degrees.
    metres_per_lon, metres_per_lat
        Length of one degree at the origin, from the radii of curvature of WGS 84.
    """

    x: float
    y: float
    metres_per_lon: float
    metres_per_lat: float

    @classmethod
    def at(cls, x: float, y: float) -> LocalPlane:
        """Make the plane whose origin is the given longitude and latitude."""
        lon_m, lat_m = degree_lengths(np.array([y]))
        return cls(x=x, y=y, metres_per_lon=float(lon_m[0]), metres_per_lat=float(lat_m[0]))

    def forward(self, coordinates: Float64) -> Float64:
        """(P, 2) degrees to (P, 2) metres."""
        scale = np.array([self.metres_per_lon, self.metres_per_lat])
        metres: Float64 = (coordinates - np.array([self.x, self.y])) * scale
        return metres

    def inverse(self, metres: Float64) -> Float64:
        """(P, 2) metres to (P, 2) degrees."""
        scale = np.array([self.metres_per_lon, self.metres_per_lat])
        degrees: Float64 = metres / scale + np.array([self.x, self.y])
        return degrees


@dataclass(frozen=True)
class MercatorPlane:
    """Metres east and north on the sphere's Mercator projection, true at one latitude.

    Conformal, so that what is nearer on the plane is nearer on the ground however far north and
    south the plane reaches; the radius is that of the equator, which is off by 0.3 % at most.

    Attributes
    ----------
    y
        Latitude at which a metre is one, degrees.
    """

    y: float

    def forward(self, coordinates: Float64) -> Float64:
        """(P, 2) degrees to (P, 2) metres; latitudes beyond 89.9 count as that."""
        lon, lat = (
            np.radians(coordinates[:, 0]),
            np.radians(np.clip(coordinates[:, 1], -_MOST_LATITUDE, _MOST_LATITUDE)),
        )
        metres: Float64 = self._radius_m * np.column_stack((lon, np.arcsinh(np.tan(lat))))
        return metres

    def inverse(self, metres: Float64) -> Float64:
        """(P, 2) metres to (P, 2) degrees."""
        x, y = (metres / self._radius_m).T
        degrees: Float64 = np.degrees(np.column_stack((x, np.arctan(np.sinh(y)))))
        return degrees

    def stretched(self, northing: Float64) -> Float64:
        """Metres of the plane to a metre on the ground, at metres north."""
        scale: Float64 = np.cosh(northing / self._radius_m) * self._radius_m / _EQUATOR_M
        return scale

    @property
    def _radius_m(self) -> float:
        return _EQUATOR_M * float(np.cos(np.radians(self.y)))


def degree_lengths(latitude: Float64) -> tuple[Float64, Float64]:
    """Metres of one degree of longitude and of latitude at each latitude, on WGS 84."""
    # At a pole a degree of longitude has no length; kept above 0 so that it can be divided by.
    cosine = np.maximum(np.cos(np.radians(latitude)), 1e-9)
    curvature = 1.0 - _ECCENTRICITY_2 * np.sin(np.radians(latitude)) ** 2
    across = _EQUATOR_M / np.sqrt(curvature)
    along = across * (1.0 - _ECCENTRICITY_2) / curvature
    return np.radians(1.0) * across * cosine, np.radians(1.0) * along


def area_m2(geometry: shapely.Geometry) -> float:
    """Area of polygons in lon/lat on the WGS 84 ellipsoid.

    By the cylindrical equal-area projection (Snyder, Map Projections, USGS 1395, eq. 3-12 and
    10-14), in which sides are taken as straight: for sides of some hundred metres the area is
    that between geodesics within a few millionths.
    """
    return float(shapely.area(shapely.transform(geometry, _equal_area)))


def _equal_area(lonlat: Float64) -> Float64:
    eccentricity = np.sqrt(_ECCENTRICITY_2)
    sine = eccentricity * np.sin(np.radians(lonlat[:, 1]))
    q = (1.0 - _ECCENTRICITY_2) / eccentricity * (sine / (1.0 - sine**2) + np.arctanh(sine))
    metres: Float64 = _EQUATOR_M * np.column_stack((np.radians(lonlat[:, 0]), q / 2.0))
    return metres


def point_at(network: RoadNetwork, street: int, fraction: float) -> tuple[float, float]:
    """Longitude and latitude at a fraction of a street, from its tail.

    Parameters
    ----------
    network
        The network.
    street
        Index of the street.
    fraction
        0 at the tail to 1 at the head.

    Returns
    -------
    (lon, lat)
    """
    along, points = _drawing(network, street)
    return float(np.interp(fraction, along, points[:, 0])), float(
        np.interp(fraction, along, points[:, 1])
    )


def cut_street(network: RoadNetwork, street: int, start: float, end: float) -> Float64:
    """Coordinates of a street between two fractions.

    Parameters
    ----------
    network
        The network.
    street
        Index of the street.
    start, end
        Fractions from the tail; with ``start > end`` the part runs against the drawing.

    Returns
    -------
    (P, 2) float64
        At least two points, lon/lat.
    """
    low, high = min(start, end), max(start, end)
    if (low, high) == (0.0, 1.0):
        first, last = network.street_offset[street], network.street_offset[street + 1]
        return network.coordinates[first:last][:: 1 if start <= end else -1]
    along, points = _drawing(network, street)
    inner = points[(along > low) & (along < high)]
    part = np.vstack((point_at(network, street, low), inner, point_at(network, street, high)))
    return part if start <= end else part[::-1]


def expand_ranges(start: Int64, count: Int64) -> tuple[npt.NDArray[np.intp], Int64]:
    """Concatenate ranges ``start[i] .. start[i]+count[i]-1``.

    Parameters
    ----------
    start, count : (R,) int64
        First value and length of each range.

    Returns
    -------
    owner : (sum(count),) intp
        The range each value is of.
    value : (sum(count),) int64
    """
    return np.repeat(np.arange(len(start)), count), ranges(start, count)


def _drawing(network: RoadNetwork, street: int) -> tuple[Float64, Float64]:
    part = slice(int(network.street_offset[street]), int(network.street_offset[street + 1]))
    return network.coordinate_fraction[part], network.coordinates[part]
