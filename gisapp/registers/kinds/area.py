"""Administrative areas."""

from __future__ import annotations

from shapely import MultiPolygon
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, text
from gisapp.registers.record import About, Named
from gisapp.schema import Geometry, Label, documented
from layers.model import LayerSpec


class Area(Named):
    """An administrative area: city, county or township."""

    __tablename__ = "area"
    about = About(
        Label("行政区", "Administrative area"),
        Label("市、县、乡镇行政区范围", "Extents of city, counties and townships."), order=10,
    )  # fmt: skip
    drawn = LayerSpec(label=Label("行政区", "Counties"), group="base", order=10, geometry="polygon")
    popup = ()

    geom: Mapped[MultiPolygon] = mapped_column(
        Geometry("MULTIPOLYGON"), info=documented("范围，EPSG:4326", "Extent, EPSG:4326.")
    )
    level: Mapped[str] = code(
        "级别", "Level", v.AREA_LEVELS, "行政级别，空缺时为县级",
        "Administrative level; county where left empty.", default="county",
    )  # fmt: skip
    parent_id: Mapped[str | None] = text(
        "上级代码", "Parent", "上一级行政区的代码", "Code of the area it belongs to.", index=True
    )
    population: Mapped[int | None] = number("人口", "Population", "人", "常住人口", "Inhabitants.")
