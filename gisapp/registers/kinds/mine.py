"""Mines."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number
from gisapp.registers.drawing import CONTACT, RECORD
from gisapp.registers.record import About, Hazard, run_by
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass


class Mine(Hazard):
    """A mine."""

    __tablename__ = "mine"
    about = About(
        Label("矿山", "Mine"), Label("矿山企业", "Mines."), order=170, verify_every_days=90,
        among_hazards=30,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("矿山", "Mines"), group="hazards", order=20, class_column="mine_type",
        classes=tuple(
            SymbolClass(
                code=code,
                symbol=Symbol(shape="hexagon", glyph="hammers", fill=fill),
                rank=rank,
                from_zoom=zoom,
            )
            for code, fill, rank, zoom in (
                ("coal", "#3b3f46", 4, 9.5),
                ("metal", "#7a5c3e", 5, 10),
                ("nonmetal", "#8d8574", 5, 10),
            )
        ),
    )  # fmt: skip
    popup = (
        *CONTACT, "status", "workers", "gas_grade", "depth_m", "capacity_mt", "hydrology",
        "responsible", "responsible_phone", *RECORD,
    )  # fmt: skip

    enterprise_id: Mapped[str | None] = run_by()
    mine_type: Mapped[str] = code("矿种", "Type", v.MINE_TYPES, "矿山类型", "Kind of mine.")
    capacity_mt: Mapped[float | None] = number(
        "核定生产能力", "Capacity", "10⁶ t/a", "年生产能力，百万吨", "Million tonnes a year."
    )
    depth_m: Mapped[float | None] = number(
        "开采深度", "Depth", "m", "开采深度", "Depth of working."
    )
    workers: Mapped[int | None] = number(
        "从业人数", "Workers", "人", "从业人数", "People employed."
    )
    gas_grade: Mapped[str | None] = code(
        "瓦斯等级", "Gas grade", v.GAS_GRADES, "煤矿瓦斯等级", "Gas class of a coal mine.",
        source="煤矿安全规程",
    )  # fmt: skip
    hydrology: Mapped[str | None] = code(
        "水文地质类型", "Hydrology", v.HYDROLOGY, "矿井水文地质类型",
        "How readily water breaks in.",
        source="煤矿防治水细则; from general knowledge, to be verified",
    )  # fmt: skip
    status: Mapped[str] = code("状态", "Status", v.MINE_STATUSES, "生产状态", "State of the mine.")
