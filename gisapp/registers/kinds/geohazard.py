"""Points where the ground may fail."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import grades
from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, grade, number
from gisapp.registers.drawing import CONTACT, RECORD, levels
from gisapp.registers.record import About, Hazard, in_charge, phone_in_charge
from gisapp.schema import Label
from layers.model import LayerSpec


class Geohazard(Hazard):
    """A geological hazard point."""

    __tablename__ = "geohazard"
    about = About(
        Label("地质灾害点", "Geological hazard point"),
        Label("地质灾害隐患点", "Points where the ground may fail."), order=200,
        verify_every_days=90, among_hazards=10,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("地质灾害隐患点", "Geological hazard points"), group="hazards", order=50,
        class_column="danger_grade",
        classes=levels("rockfall", first_rank=4, zooms=(9, 10, 11, 12)),
    )  # fmt: skip
    popup = (
        *CONTACT, "danger_grade", "danger_grade_override_reason", "scale", "geohazard_type",
        "people", "loss_cny", "responsible", "responsible_phone", *RECORD,
    )  # fmt: skip

    geohazard_type: Mapped[str] = code(
        "灾害类型", "Type", v.GEOHAZARD_TYPES, "灾害类型", "Kind of hazard."
    )
    people: Mapped[int | None] = number(
        "威胁人数", "People at risk", "人", "受威胁、需转移的人数", "People to be moved."
    )
    loss_cny: Mapped[float | None] = number(
        "潜在经济损失", "Potential loss", "CNY", "潜在直接经济损失，元",
        "Potential direct loss, CNY.", aliases=("威胁财产",),
    )  # fmt: skip
    volume_e4_m3: Mapped[float | None] = number(
        "体积", "Volume", "10⁴ m³", "灾害体体积，万立方米",
        "Volume of what may move, ten thousand cubic metres.", aliases=("方量",),
    )  # fmt: skip
    responsible: Mapped[str | None] = in_charge("防灾责任人")
    responsible_phone: Mapped[str | None] = phone_in_charge("防灾责任人")
    scale = grade(
        "规模等级", "Scale",
        "滑坡≥1000 万 m³ 巨型，≥100 大型，≥10 中型；崩塌依次≥100、≥10、≥1；"
        "泥石流依次≥50、≥20、≥2；其余小型",
        "Landslides ≥1000 ×10⁴ m³ giant, ≥100 large, ≥10 medium; collapses ≥100, ≥10, ≥1; "
        "debris flows ≥50, ≥20, ≥2; below small; other types have none.",
        grades.SCALE_LANDSLIDE, grades.scale_grade, "geohazard_type", "volume_e4_m3",
    )  # fmt: skip
    scale_override: Mapped[int | None] = scale.override()
    scale_override_reason: Mapped[str | None] = scale.reason("scale_override")
    danger_grade = grade(
        "险情等级", "Danger grade",
        "人数≥1000 或损失≥1 亿元特大型，≥500 或≥5000 万元大型，≥100 或≥500 万元中型，其余小型",
        "People ≥1000 or loss ≥100 M CNY extra large, ≥500 or ≥50 M large, ≥100 or ≥5 M "
        "medium, below small.", grades.DANGER_PEOPLE, grades.danger_grade, "people", "loss_cny",
    )  # fmt: skip
    danger_grade_override: Mapped[int | None] = danger_grade.override()
    danger_grade_override_reason: Mapped[str | None] = danger_grade.reason("danger_grade_override")
