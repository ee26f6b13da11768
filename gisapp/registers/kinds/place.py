"""Named places."""

from __future__ import annotations

from shapely import Point
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.registers import columns
from gisapp.registers import vocabulary as v
from gisapp.registers.record import About, Named
from gisapp.schema import Geometry, Label, documented
from layers.model import LayerSpec


class Place(Named):
    """A named place."""

    __tablename__ = "place"
    about = About(Label("地名", "Place"), Label("地名点", "Named places."), order=20)
    drawn = LayerSpec(
        label=Label("地名", "Place names"), group="base", order=40, extra=("kind", "population"),
    )  # fmt: skip
    popup = ("code", "population", "source")

    geom: Mapped[Point] = mapped_column(
        Geometry("POINT"), info=documented("位置，EPSG:4326", "Position, EPSG:4326.")
    )
    kind: Mapped[str] = columns.code("类别", "Kind", v.PLACE_KINDS, "地名类别", "Kind of place.")
    code: Mapped[str | None] = columns.text(
        "行政区划代码", "Code", "区划代码", "Administrative code."
    )
    population: Mapped[int | None] = columns.number(
        "人口", "Population", "人", "人口", "Inhabitants."
    )
    population_source: Mapped[str | None] = columns.text(
        "人口数据来源", "Source of the population", "人口数的来源",
        "Where the number of inhabitants is from.",
    )  # fmt: skip
    population_year: Mapped[int | None] = columns.number(
        "人口数据年份", "Year of the population", "年", "人口数所属年份，不详时空缺",
        "Year that the number is of; empty where unknown.", maximum=9999,
    )  # fmt: skip
