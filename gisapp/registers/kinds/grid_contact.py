"""Whom to call in each grid cell, village or hazard point."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, number, text
from gisapp.registers.drawing import CONTACT, RECORD
from gisapp.registers.record import About, Located, township_code
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass


class GridContact(Located):
    """Whom to call in one grid cell, village or hazard point."""

    __tablename__ = "grid_contact"
    about = About(
        Label("网格联系人", "Grid contact"),
        Label(
            "每个网格、村庄或隐患点的联系人", "Whom to call in each grid cell, village or hazard."
        ),
        order=240,
        verify_every_days=90,
    )
    drawn = LayerSpec(
        label=Label("网格联系人", "Grid contacts"), group="resources", order=60, visible=False,
        class_column="role",
        classes=tuple(
            SymbolClass(
                code=code,
                symbol=Symbol(shape="shield", glyph="phone", fill=fill, mark=mark, scale=0.85),
                rank=9,
                from_zoom=12,
            )
            for code, fill, mark in (
                ("grid_worker", "#8a5a00", ""),
                ("disaster_reporter", "#1d5c63", "i"),
                ("hazard_watcher", "#7a2048", "!"),
            )
        ),
    )  # fmt: skip
    popup = (*CONTACT, "role", "village", "households", "population", *RECORD)

    role: Mapped[str] = code(
        "人员类型", "Role", v.GRID_ROLES, "联系人的职责", "Duty of the contact.",
        aliases=("职责",),
    )  # fmt: skip
    township: Mapped[str | None] = township_code()
    village: Mapped[str | None] = text(
        "村（社区）", "Village", "村或社区名称", "Village or neighbourhood."
    )
    households: Mapped[int | None] = number(
        "户数", "Households", "户", "网格内户数", "Households in the cell."
    )
    population: Mapped[int | None] = number(
        "人口", "Population", "人", "网格内人口", "Inhabitants of the cell."
    )
    geohazard_id: Mapped[str | None] = text(
        "地质灾害点编号", "Hazard point", "群测群防员所看护的隐患点编号",
        "Id of the hazard point that the contact watches.", references="geohazard",
    )  # fmt: skip
