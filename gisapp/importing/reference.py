"""The reference systems a file may be declared in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gisapp.importing.chinese_grids import bd09_to_wgs84, gcj02_to_wgs84
from gisapp.importing.outcome import ImportingError
from gisapp.schema import Label

Float64 = npt.NDArray[np.float64]

GCJ02 = "GCJ-02"
BD09 = "BD-09"
WGS84 = "EPSG:4326"

_SHIFTED: dict[str, Callable[[Float64, Float64], tuple[Float64, Float64]]] = {
    GCJ02: gcj02_to_wgs84,
    BD09: bd09_to_wgs84,
}
_NAMED = {
    "wgs84": WGS84, "wgs-84": WGS84, "cgcs2000": "EPSG:4490", "国家2000": "EPSG:4490",
    "2000国家大地坐标系": "EPSG:4490", "gcj02": GCJ02, "gcj-02": GCJ02, "火星坐标": GCJ02,
    "bd09": BD09, "bd-09": BD09, "bd09ll": BD09, "百度坐标": BD09,
}  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """One system, able to say where its coordinates are.

    Parameters
    ----------
    code
        ``"EPSG:4546"``, ``"GCJ-02"``, ``"BD-09"``, or a name where there is no code.
    crs
        What PROJ knows; of a shifted system, WGS 84, which it is shifted from.
    """

    code: str
    crs: CRS

    @property
    def is_geographic(self) -> bool:
        """Whether its coordinates are degrees."""
        return bool(self.crs.is_geographic)

    @property
    def is_shifted(self) -> bool:
        """Whether it is one of the Chinese web maps' systems, which no file can declare."""
        return self.code in _SHIFTED

    def to_lonlat(self, x: Float64, y: Float64) -> tuple[Float64, Float64]:
        """Turn x and y into degrees, EPSG:4326; not finite where there is no such place."""
        if self.is_shifted:
            # Metres declared as degrees would run the formulas out of bounds.
            are_degrees = (np.abs(x) <= 180) & (np.abs(y) <= 180)
            return _SHIFTED[self.code](
                np.where(are_degrees, x, np.nan), np.where(are_degrees, y, np.nan)
            )
        lon, lat = _transformer(self.crs).transform(x, y)
        return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


@cache
def _transformer(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def parse_reference(text: str) -> Reference:
    """Read a code, a common name, or the label that templates and forms offer.

    Raises
    ------
    ImportingError
        ``import.bad_crs``.
    """
    folded = unicodedata.normalize("NFKC", text).strip().casefold().replace(" ", "")
    code = _NAMED.get(folded) or _by_label().get(folded)
    if code is None and (found := re.match(r"(epsg:\d+|gcj-?02|bd-?09)(?!\d)", folded)):
        code = _NAMED.get(found[1], found[1].upper())
    if code in _SHIFTED:
        return Reference(code, CRS.from_epsg(4326))
    crs = parse_crs(code or text)
    return Reference(crs_name(crs), crs)


def parse_crs(text: str) -> CRS:
    """Read a system that PROJ knows, two-dimensional.

    Raises
    ------
    ImportingError
        ``import.bad_crs``.
    """
    try:
        crs = CRS.from_user_input(text).to_2d()
    except CRSError as error:
        raise ImportingError("import.bad_crs", crs=text) from error
    if not (crs.is_geographic or crs.is_projected):
        raise ImportingError("import.bad_crs", crs=text)
    return crs


def crs_name(crs: CRS) -> str:
    """Write a system as ``EPSG:4546`` where it has a code, else by name."""
    authority = crs.to_authority(min_confidence=90)
    return crs.name if authority is None else ":".join(authority)


@cache
def offered() -> dict[str, Label]:
    """Systems that a census comes in, by code, the usual ones first.

    The 3-degree zones of CGCS2000 are EPSG:4513 to 4533 (zones 25 to 45, the number of the zone
    before the easting) and EPSG:4534 to 4554 (central meridians 75° to 135°, without).
    """
    return dict(_offered())


def _offered() -> Iterator[tuple[str, Label]]:
    yield WGS84, Label("WGS 84 经纬度（GPS、手持机）", "WGS 84 degrees (GPS)")
    yield "EPSG:4490", Label("CGCS2000 经纬度（国家 2000）", "CGCS2000 degrees")
    yield GCJ02, Label("GCJ-02（高德、腾讯地图）", "GCJ-02 (Amap, Tencent maps)")
    yield BD09, Label("BD-09（百度地图）", "BD-09 (Baidu maps)")
    for code in range(4534, 4555):
        meridian = 75 + 3 * (code - 4534)
        yield (
            f"EPSG:{code}",
            Label(
                f"CGCS2000 3 度带，中央经线 {meridian}°，东坐标无带号",
                f"CGCS2000 3-degree, central meridian {meridian}°E, easting without zone",
            ),
        )
    for code in range(4513, 4534):
        zone = code - 4488
        yield (
            f"EPSG:{code}",
            Label(
                f"CGCS2000 3 度带，第 {zone} 带，东坐标前有带号 {zone}",
                f"CGCS2000 3-degree zone {zone}, easting begins with {zone}",
            ),
        )


@cache
def _by_label() -> dict[str, str]:
    found = {}
    for code, label in offered().items():
        for name in label:
            found[unicodedata.normalize("NFKC", name).casefold().replace(" ", "")] = code
    return found
