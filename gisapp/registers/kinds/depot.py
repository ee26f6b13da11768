"""Stores of emergency supplies."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec


class Depot(Located):
    """A store of supplies."""

    __tablename__ = "depot"
    about = About(
        Label("物资储备库", "Depot"), Label("应急物资储备库点", "Stores of emergency supplies."),
        order=130, verify_every_days=90,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("物资储备库", "Supply depots"), group="resources", order=30,
        classes=alike("square", "warehouse", "#34506b", rank=3, from_zoom=9.5),
    )  # fmt: skip
    popup = (*CONTACT, "level", *RECORD)

    level: Mapped[str] = code(
        "储备层级", "Level", v.DEPOT_LEVELS, "储备库的层级", "Tier of the store.",
        aliases=("级别",),
    )  # fmt: skip
    area_m2: Mapped[float | None] = number(
        "库房面积", "Floor area", "m²", "库房建筑面积", "Floor area of the store."
    )
