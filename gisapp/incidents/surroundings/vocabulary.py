"""The codes of downstream lines and footprints, and the winds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class LineSource(StrEnum):
    """Where the course of a downstream line comes from."""

    RIVER = "river"
    HEIGHTS = "heights"
    DRAWN = "drawn"


LINE_SOURCES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        LineSource.RIVER: Label("按河流流向推得", "From rivers with a direction"),
        LineSource.HEIGHTS: Label("按地面高程推得", "From the heights of the ground"),
        LineSource.DRAWN: Label("人工绘制", "Drawn"),
    }
)


class FootprintSource(StrEnum):
    """How the area of a footprint came about."""

    DRAWN = "drawn"
    BUFFERED = "buffered"
    ALONG_LINE = "along_line"
    IMPORTED = "imported"


FOOTPRINT_SOURCES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        FootprintSource.DRAWN: Label("绘制", "Drawn"),
        FootprintSource.BUFFERED: Label("按距离外扩", "All within a distance"),
        FootprintSource.ALONG_LINE: Label("沿下游线", "Along the downstream line"),
        FootprintSource.IMPORTED: Label("导入", "Imported"),
    }
)

_WINDS = (
    Label("北", "north"),
    Label("东北", "north-east"),
    Label("东", "east"),
    Label("东南", "south-east"),
    Label("南", "south"),
    Label("西南", "south-west"),
    Label("西", "west"),
    Label("西北", "north-west"),
)


def wind(azimuth_deg: float) -> Label:
    """The one of eight directions nearest to an azimuth, degrees clockwise from north."""
    return _WINDS[round(azimuth_deg / 45) % 8]
