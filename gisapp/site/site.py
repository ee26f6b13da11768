"""What is known of a site."""

from __future__ import annotations

from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pyproj import CRS
from pyproj.exceptions import CRSError

from gisapp.schema import Label
from layers.model import Lang

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Headquarters(BaseModel):
    """One special emergency headquarters (专项应急指挥部)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(min_length=1)
    name: Label


class Site(BaseModel):
    """A site: name, extent, reference system, time zone, headquarters, response standards.

    Attributes
    ----------
    code
        Administrative code (GB/T 2260), or any short identifier.
    projected_crs
        EPSG code of the metric system that lengths and areas are measured in.
    time_zone
        IANA name; the clock that people of the site read.
    center
        ``(x, y)``, degrees, EPSG:4326.
    bbox
        ``(min_x, min_y, max_x, max_y)``, degrees, EPSG:4326.
    synthetic
        Whether any of its data is generated.
    note
        What of it is generated, in both languages.
    attribution
        Sentences that a map of the site must show.
    response
        Response standards by name, as ``{"mine_rescue_drive_min": {"value": 30, "source": …}}``
        or plain values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(min_length=1)
    name: Label
    projected_crs: str
    time_zone: str
    languages: tuple[Lang, ...] = ("zh", "en")
    center: tuple[Longitude, Latitude]
    bbox: tuple[Longitude, Latitude, Longitude, Latitude]
    synthetic: bool = False
    note: Label = Label("", "")
    attribution: tuple[str, ...] = ()
    headquarters: tuple[Headquarters, ...] = ()
    response: dict[str, Any] = Field(default_factory=dict)

    @field_validator("projected_crs")
    @classmethod
    def _is_metric(cls, value: str) -> str:
        try:
            crs = CRS.from_user_input(value)
        except CRSError as error:
            raise ValueError(f"{value} is no coordinate reference system") from error
        if not crs.is_projected or crs.axis_info[0].unit_conversion_factor != 1:
            raise ValueError(f"{value} is not a projected system in metres")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value} is no IANA time zone") from error
        return value

    @model_validator(mode="after")
    def _lies_right(self) -> Self:
        min_x, min_y, max_x, max_y = self.bbox
        if min_x >= max_x or min_y >= max_y:
            raise ValueError("bbox must be [min_x, min_y, max_x, max_y]")
        x, y = self.center
        if not (min_x <= x <= max_x and min_y <= y <= max_y):
            raise ValueError("center lies outside bbox (x is the longitude)")
        codes = [item.code for item in self.headquarters]
        if len(set(codes)) < len(codes):
            raise ValueError("two headquarters have the same code")
        return self
