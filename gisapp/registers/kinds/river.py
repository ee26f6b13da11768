"""Rivers."""

from __future__ import annotations

from shapely import MultiLineString
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, text
from gisapp.registers.record import About, Record, english_name
from gisapp.schema import Geometry, Label, documented
from layers.model import LayerSpec


class River(Record):
    """A river; many have no name."""

    __tablename__ = "river"
    about = About(Label("河流", "River"), Label("河流中心线", "Centre lines of rivers."), order=30)
    drawn = LayerSpec(label=Label("河流", "Rivers"), group="base", order=20, geometry="line")
    popup = ()

    geom: Mapped[MultiLineString] = mapped_column(
        Geometry("MULTILINESTRING"), info=documented("中心线，EPSG:4326", "Line, EPSG:4326.")
    )
    name: Mapped[str | None] = text("名称", "Name", "河名", "Name.", sort=-18)
    name_en: Mapped[str | None] = english_name()
    flow: Mapped[str | None] = code(
        "流向", "Flow", v.FLOWS, "水流方向与画线方向的关系，不详时空缺",
        "Whether it flows as its line is drawn; empty where unknown.",
    )  # fmt: skip
