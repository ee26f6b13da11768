"""Emergency shelters."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec


class Shelter(Located):
    """An emergency shelter."""

    __tablename__ = "shelter"
    about = About(
        Label("避难场所", "Shelter"), Label("应急避难场所", "Emergency shelters."), order=160,
        verify_every_days=180,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("避难场所", "Shelters"), group="resources", order=40, visible=False,
        classes=alike("square", "tent", "#1f7a4d", rank=7, from_zoom=11),
    )  # fmt: skip
    popup = (*CONTACT, "capacity", "area_m2", *RECORD)

    capacity: Mapped[int | None] = number(
        "容纳人数", "Capacity", "人", "可容纳人数", "People it can hold."
    )
    area_m2: Mapped[float | None] = number("面积", "Area", "m²", "有效避难面积", "Usable area.")
    stay: Mapped[str | None] = code(
        "避难时长", "Length of stay", v.STAYS, "可避难的时长", "How long people can stay.",
        source="GB 51143-2015; from general knowledge, to be verified",
    )  # fmt: skip
