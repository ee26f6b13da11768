"""Reservoirs."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import columns, grades
from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, yes_no
from gisapp.registers.drawing import CONTACT, RECORD, SCALES_OF_FIVE
from gisapp.registers.record import About, Hazard, monitored
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass

_FILLS = ("#0b4f7d", "#0b4f7d", "#1877ad", "#3f97c6", "#3f97c6")
_ZOOMS = (0, 9, 10, 11, 12)


class Reservoir(Hazard):
    """A reservoir."""

    __tablename__ = "reservoir"
    about = About(
        Label("水库", "Reservoir"), Label("水库", "Reservoirs."), order=190, verify_every_days=180,
        among_hazards=50,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("水库", "Reservoirs"), group="hazards", order=40, class_column="grade",
        classes=tuple(
            SymbolClass(
                code=str(step + 1),
                symbol=Symbol(shape="diamond", glyph="dam", fill=fill, scale=scale),
                rank=4 + step,
                from_zoom=zoom,
            )
            for step, (fill, scale, zoom) in enumerate(
                zip(_FILLS, SCALES_OF_FIVE, _ZOOMS, strict=True)
            )
        ),
    )  # fmt: skip
    popup = (
        *CONTACT, "grade", "grade_override_reason", "capacity_e8_m3", "dam_type", "weak",
        "downstream_people", "online_monitored", "responsible", "responsible_phone", *RECORD,
    )  # fmt: skip

    capacity_e8_m3: Mapped[float] = number(
        "总库容", "Capacity", "10⁸ m³", "总库容，亿立方米",
        "Total capacity, hundred million cubic metres.", aliases=("库容",),
    )  # fmt: skip
    dam_type: Mapped[str | None] = code("坝型", "Dam type", v.DAM_TYPES, "坝型", "Kind of dam.")
    dam_height_m: Mapped[float | None] = number(
        "坝高", "Dam height", "m", "最大坝高", "Greatest height of the dam."
    )
    weak: Mapped[bool] = yes_no(
        "是否病险", "Weak structure", "病险水库为 1", "1 where the dam is listed as unsound.",
        aliases=("病险",),
    )  # fmt: skip
    downstream_people: Mapped[int | None] = number(
        "下游人数",
        "People downstream",
        "人",
        "溃坝影响范围内人数",
        "People in the way of a breach.",
    )
    online_monitored: Mapped[bool] = monitored()
    grade = columns.grade(
        "工程规模", "Size",
        "库容≥10 大（1）型，≥1 大（2）型，≥0.1 中型，≥0.01 小（1）型，≥0.001 小（2）型",
        "Capacity ≥10 large (1), ≥1 large (2), ≥0.1 medium, ≥0.01 small (1), "
        "≥0.001 small (2); none below.", grades.RESERVOIR, grades.RESERVOIR.rule(),
        "capacity_e8_m3",
    )  # fmt: skip
    grade_override: Mapped[int | None] = grade.override()
    grade_override_reason: Mapped[str | None] = grade.reason("grade_override")
