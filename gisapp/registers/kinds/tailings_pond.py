"""Tailings ponds."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import columns, grades
from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, yes_no
from gisapp.registers.drawing import CONTACT, RECORD, SCALES_OF_FIVE
from gisapp.registers.record import About, Hazard, monitored, run_by
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass

_ZOOMS = (0, 0, 9, 10, 11)


class TailingsPond(Hazard):
    """A tailings pond."""

    __tablename__ = "tailings_pond"
    about = About(
        Label("尾矿库", "Tailings pond"), Label("尾矿库", "Tailings ponds."), order=210,
        verify_every_days=90, among_hazards=40,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("尾矿库", "Tailings ponds"), group="hazards", order=30, class_column="grade",
        classes=tuple(
            SymbolClass(
                code=str(grade),
                symbol=Symbol(
                    shape="diamond", glyph="terraces", fill="#7b4b94", mark=str(grade), scale=scale
                ),
                rank=2 + grade,
                from_zoom=zoom,
            )
            for grade, (scale, zoom) in enumerate(zip(SCALES_OF_FIVE, _ZOOMS, strict=True), start=1)
        ),
    )  # fmt: skip
    popup = (
        *CONTACT, "grade", "grade_override_reason", "overhead", "status", "online_monitored",
        "responsible", "responsible_phone", "downstream_people", "volume_e4_m3", "height_m",
        *RECORD,
    )  # fmt: skip

    enterprise_id: Mapped[str | None] = run_by()
    volume_e4_m3: Mapped[float] = number(
        "全库容", "Volume", "10⁴ m³", "全库容，万立方米", "Volume, ten thousand cubic metres.",
        aliases=("库容",),
    )  # fmt: skip
    height_m: Mapped[float] = number("坝高", "Dam height", "m", "坝高", "Height of the dam.")
    downstream_people: Mapped[int | None] = number(
        "下游人数", "People downstream", "人", "下游受威胁人数", "People in the way of a breach."
    )
    status: Mapped[str | None] = code(
        "状态", "Status", v.POND_STATUSES, "运行状态", "State of the pond."
    )
    overhead: Mapped[bool] = yes_no(
        "是否头顶库", "Above a settlement", "下游 1 km 内有居民或重要设施为 1",
        "1 where people or vital works lie within 1 km below the dam.", aliases=("头顶库",),
    )  # fmt: skip
    online_monitored: Mapped[bool] = monitored()
    grade = columns.grade(
        "尾矿库等别", "Class", "按库容与坝高分别定等：相差一等取高者，相差多于一等取高者降一等",
        "By volume and by height: the graver if they differ by one, else one below the graver.",
        grades.TAILINGS_VOLUME, grades.tailings_grade, "volume_e4_m3", "height_m",
    )  # fmt: skip
    grade_override: Mapped[int | None] = grade.override()
    grade_override_reason: Mapped[str | None] = grade.reason("grade_override")
