"""GCJ-02 and BD-09: the shifted longitudes and latitudes of Chinese web maps.

Neither is a reference system that PROJ or a file format could name. The formulas are those that
the open reconstructions agree on (eviltransform by googollee, coordtransform by wandergis,
PRCoords by Artoria2e5), on the Krasovsky 1940 ellipsoid. They are exact for what the maps of
Amap, Tencent and Baidu show to about a metre; the inverses here undo the formulas themselves to
less than 10⁻⁹ degrees, by iteration and not by the one-step guess in wide use, which is off by
metres.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]
Shift = Callable[[Float64, Float64], tuple[Float64, Float64]]

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""Degrees ``(min_lon, min_lat, max_lon, max_lat)``; the maps are shifted inside only."""

_AXIS_M = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY2 = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_MOST_STEPS = 60
_CLOSE_DEG = 1e-13


def wgs84_to_gcj02(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Shift true positions as the maps do; outside :data:`CHINA` they stay.

    Parameters
    ----------
    lon, lat : (N,) float64
        Degrees, WGS 84 or CGCS2000.
    """
    d_lon, d_lat = _gcj02_offset(lon, lat)
    inside = is_in_china(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def gcj02_to_wgs84(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Undo :func:`wgs84_to_gcj02`.

    A position whose true place would lie outside :data:`CHINA` was never shifted and stays.
    """

    def forward(x: Float64, y: Float64) -> tuple[Float64, Float64]:
        d_x, d_y = _gcj02_offset(x, y)
        return x + d_x, y + d_y

    true_lon, true_lat = _inverse(forward, lon, lat)
    inside = is_in_china(true_lon, true_lat)
    return np.where(inside, true_lon, lon), np.where(inside, true_lat, lat)


def gcj02_to_bd09(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Shift GCJ-02 once more, as Baidu's maps do."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Undo :func:`gcj02_to_bd09`."""
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Shift true positions as Baidu's maps do."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Undo :func:`wgs84_to_bd09`."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def is_in_china(lon: Float64, lat: Float64) -> npt.NDArray[np.bool_]:
    """Whether positions lie in the box in which the maps are shifted."""
    min_lon, min_lat, max_lon, max_lat = CHINA
    return np.asarray(
        (lon >= min_lon) & (lon <= max_lon) & (lat >= min_lat) & (lat <= max_lat), dtype=np.bool_
    )


def _gcj02_offset(lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Degrees by which true positions are shifted east and north."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north_m += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east_m += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY2) / (w2 * np.sqrt(w2))
    parallel_m = _AXIS_M / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _inverse(forward: Shift, lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
    """Find what `forward` takes to (lon, lat): each step corrects by what is still missing."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    x, y = lon.copy(), lat.copy()
    for _step in range(_MOST_STEPS):
        got_x, got_y = forward(x, y)
        miss_x, miss_y = lon - got_x, lat - got_y
        x, y = x + miss_x, y + miss_y
        missing = np.maximum(np.abs(miss_x), np.abs(miss_y))
        if not np.any(missing[np.isfinite(missing)] > _CLOSE_DEG):
            break
    return x, y
