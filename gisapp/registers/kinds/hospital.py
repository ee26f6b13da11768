"""Hospitals and clinics."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, yes_no
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec


class Hospital(Located):
    """A hospital or clinic."""

    __tablename__ = "hospital"
    about = About(
        Label("医院", "Hospital"), Label("医疗机构", "Hospitals and clinics."), order=150,
        verify_every_days=180,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("医院", "Hospitals"), group="resources", order=20,
        classes=alike("square", "letter-h", "#0a6cb8", rank=3, from_zoom=9.5),
    )  # fmt: skip
    popup = (
        *CONTACT, "hospital_level", "beds", "icu_beds", "ambulances", "emergency", *RECORD,
    )  # fmt: skip

    beds: Mapped[int | None] = number("床位数", "Beds", "张", "编制床位", "Beds.")
    icu_beds: Mapped[int | None] = number(
        "重症床位数", "Intensive-care beds", "张", "重症监护床位", "Beds of intensive care."
    )
    ambulances: Mapped[int | None] = number(
        "救护车数", "Ambulances", "辆", "救护车数量", "Ambulances."
    )
    hospital_level: Mapped[str | None] = code(
        "医院等级", "Level", v.HOSPITAL_LEVELS, "医院等级", "Class of the hospital."
    )
    emergency: Mapped[bool] = yes_no(
        "是否有急诊", "Emergency department", "设急诊科为 1",
        "1 where there is an emergency department.", aliases=("急诊",),
    )  # fmt: skip
