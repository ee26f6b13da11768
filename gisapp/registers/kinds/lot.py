"""Supplies in the depots."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from gisapp.registers.columns import day, number, text
from gisapp.registers.record import About, Record
from gisapp.schema import Label


class Lot(Record):
    """One batch of supplies in a depot."""

    __tablename__ = "lot"
    about = About(
        Label("储备物资", "Lot"), Label("储备库中的一批物资", "One batch of supplies in a depot."),
        order=140, verify_every_days=90,
    )  # fmt: skip

    depot_id: Mapped[str] = text(
        "储备库编号", "Depot", "所在储备库的编号", "Id of its depot.", references="depot"
    )
    item_code: Mapped[str] = text(
        "物资分类代码", "Item code", "7 位分类代码", "Seven-digit class code.", pattern=r"\d{7}",
        length=7, aliases=("物资代码",), source="GB/T 38565-2020", index=True,
    )  # fmt: skip
    item: Mapped[str] = text("物资名称", "Item", "物资名称", "Name of the item.")
    quantity: Mapped[float] = number("数量", "Quantity", "", "现存数量", "Number in stock.")
    unit: Mapped[str] = text(
        "计量单位", "Unit", "数量的单位", "Unit of the quantity.", aliases=("单位",)
    )
    minimum_stock: Mapped[float | None] = number(
        "最低储备量", "Minimum stock", "", "低于此量须补充", "Quantity below which to restock."
    )
    reserve: Mapped[float | None] = number(
        "留底量", "Reserve", "", "调拨时须留在库中的数量",
        "Quantity that stays in the depot when supplies are allocated.", aliases=("留存量",),
    )  # fmt: skip
    expires_on: Mapped[date | None] = day(
        "有效期至", "Expires on", "最后可用日期", "Last day of use.", index=True
    )
