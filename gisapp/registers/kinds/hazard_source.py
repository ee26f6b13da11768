"""Major hazard sources of dangerous chemicals."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import grades
from gisapp.registers.columns import grade, number, text, yes_no
from gisapp.registers.drawing import CONTACT, RECORD, levels
from gisapp.registers.record import About, Hazard, in_charge, monitored, phone_in_charge, run_by
from gisapp.schema import Label
from layers.model import LayerSpec


class HazardSource(Hazard):
    """A major hazard source."""

    __tablename__ = "hazard_source"
    about = About(
        Label("重大危险源", "Major hazard source"),
        Label("危险化学品重大危险源", "Major hazard sources of dangerous chemicals."), order=180,
        verify_every_days=90, among_hazards=20,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("重大危险源", "Major hazard sources"), group="hazards", order=10,
        class_column="level",
        classes=levels("drum", first_rank=2, zooms=(0, 9.5, 10, 10.5)),
    )  # fmt: skip
    popup = (
        *CONTACT, "level", "level_override_reason", "substance", "quantity_t", "r_value",
        "emergency_stop", "online_monitored", "responsible", "responsible_phone", *RECORD,
    )  # fmt: skip

    enterprise_id: Mapped[str | None] = run_by()
    substance: Mapped[str] = text(
        "危险物质", "Substance", "主要危险化学品", "Chief dangerous substance."
    )
    quantity_t: Mapped[float | None] = number(
        "存量", "Quantity", "t", "最大存量", "Largest quantity kept."
    )
    r_value: Mapped[float] = number(
        "R 值",
        "R value",
        "",
        "分级指标 R=α·Σ(β·q/Q)；β：爆炸品 2，易燃气体 1.5，有毒气体 2、剧毒气体 4"
        "（另列名者从其值，如氯 4、硫化氢 5、光气 20），其他 1；α：厂界外 500 m 内无人 0.5，"
        "1–29 人 1.0，30–49 人 1.2，50–99 人 1.5，100 人以上 2.0",
        "Grading index R = α·Σ(β·q/Q). β: explosives 2, flammable gases 1.5, toxic gases 2, "
        "highly toxic 4 (those listed have their own, as chlorine 4, H2S 5, phosgene 20), "
        "others 1. α by people within 500 m: none 0.5, 1–29 1.0, 30–49 1.2, 50–99 1.5, "
        "from 100 2.0.",
        aliases=("R值",),
        source=grades.MAJOR_HAZARD.source,
    )
    exposed_people: Mapped[int | None] = number(
        "周边人数", "People near by", "人", "厂界外 500 m 内常住人数，决定 α",
        "Residents within 500 m of the site's edge, which decide α.",
        source=grades.MAJOR_HAZARD.source,
    )  # fmt: skip
    emergency_stop: Mapped[bool] = yes_no(
        "是否有紧急切断", "Emergency stop", "设紧急切断装置为 1",
        "1 where the plant can be cut off at once.", aliases=("紧急切断",),
    )  # fmt: skip
    online_monitored: Mapped[bool] = monitored()
    responsible: Mapped[str | None] = in_charge("源长")
    responsible_phone: Mapped[str | None] = phone_in_charge("源长")
    level = grade(
        "危险源级别", "Level", "R≥100 一级，≥50 二级，≥10 三级，其余四级",
        "R ≥100 level 1, ≥50 level 2, ≥10 level 3, below level 4.", grades.MAJOR_HAZARD,
        grades.MAJOR_HAZARD.rule(), "r_value",
    )  # fmt: skip
    level_override: Mapped[int | None] = level.override()
    level_override_reason: Mapped[str | None] = level.reason("level_override")
