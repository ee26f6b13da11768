"""Places where many people gather."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number
from gisapp.registers.drawing import CONTACT, RECORD, alike
from gisapp.registers.record import About, Hazard, in_charge, phone_in_charge, run_by
from gisapp.schema import Label
from layers.model import LayerSpec


class CrowdedPlace(Hazard):
    """A place where many people gather."""

    __tablename__ = "crowded_place"
    about = About(
        Label("人员密集场所", "Crowded place"),
        Label("人员密集场所", "Places where many people gather."), order=220, verify_every_days=180,
        among_hazards=60,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("人员密集场所", "Crowded places"), group="hazards", order=60, visible=False,
        classes=alike("hexagon", "crowd", "#a8326b", rank=7, from_zoom=11),
    )  # fmt: skip
    popup = (
        *CONTACT, "place_type", "capacity", "storeys", "responsible", "responsible_phone",
        *RECORD,
    )  # fmt: skip

    enterprise_id: Mapped[str | None] = run_by()
    place_type: Mapped[str] = code(
        "场所类型", "Type", v.CROWDED_PLACE_TYPES, "场所类型", "Kind of place.",
        source="消防法 第73条",
    )  # fmt: skip
    capacity: Mapped[int | None] = number(
        "容纳人数", "Capacity", "人", "高峰时人数", "People at the busiest hour."
    )
    area_m2: Mapped[float | None] = number("面积", "Area", "m²", "建筑面积", "Floor area.")
    storeys: Mapped[int | None] = number(
        "层数", "Storeys", "层", "地上层数", "Storeys above the ground."
    )
    responsible: Mapped[str | None] = in_charge("安全责任人")
    responsible_phone: Mapped[str | None] = phone_in_charge("安全责任人")
