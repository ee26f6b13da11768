"""Stations that watch the weather or one hazard."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from gisapp.registers import vocabulary as v
from gisapp.registers.columns import code, day, number, text, yes_no
from gisapp.registers.discovery import hazards
from gisapp.registers.drawing import CONTACT, RECORD
from gisapp.registers.record import About, Located
from gisapp.schema import Label
from layers.model import LayerSpec, Symbol, SymbolClass


def _drawn(code: str, label: Label, fill: str, mark: str, rank: int) -> SymbolClass:
    symbol = Symbol(shape="pentagon", glyph="antenna", fill=fill, mark=mark, scale=0.9)
    return SymbolClass(code=code, label=label, symbol=symbol, rank=rank, from_zoom=11)


_HAZARDS = {one.described.name: one.described.label for one in hazards()}


class MonitoringStation(Located):
    """A station that watches the weather or one hazard."""

    __tablename__ = "monitoring_station"
    __table_args__ = (
        Index("ix_monitoring_station_monitors", "monitors_kind", "monitors_id"),
        Located.__table_args__,
    )
    about = About(
        Label("监测站点", "Monitoring station"),
        Label("监测预警站点及其所监测的风险", "Stations that watch the weather or one hazard."),
        order=230, verify_every_days=90,
    )  # fmt: skip
    drawn = LayerSpec(
        label=Label("监测站点", "Monitoring stations"), group="hazards", order=70, visible=False,
        class_column="online",
        classes=(
            _drawn("1", Label("在线", "Online"), "#00695c", "", 8),
            _drawn("0", Label("离线", "Offline"), "#6b7280", "×", 7),
        ),
    )  # fmt: skip
    popup = (
        *CONTACT, "station_type", "online", "monitors_kind", "monitors_id", "last_reading",
        "reading_unit", "last_reading_on", *RECORD,
    )  # fmt: skip

    station_type: Mapped[str] = code(
        "监测类型", "Type", v.STATION_TYPES, "监测的内容", "What it measures."
    )
    monitors_kind: Mapped[str | None] = code(
        "监测对象类别", "Watches a", _HAZARDS, "所监测风险的登记类别；不针对单个风险时空缺",
        "Register of the hazard it watches; empty for a station that watches no single one.",
    )  # fmt: skip
    monitors_id: Mapped[str | None] = text(
        "监测对象编号", "Id watched", "所监测风险的编号", "Id of the hazard it watches.",
        needs="monitors_kind",
    )  # fmt: skip
    online: Mapped[bool] = yes_no(
        "是否在线", "Online", "正在回传数据为 1", "1 while its readings arrive.",
        aliases=("在线",),
    )  # fmt: skip
    last_reading: Mapped[float | None] = number(
        "最近读数", "Last reading", "", "最近一次读数，单位见读数单位",
        "Last reading, in its unit.", minimum=None,
    )  # fmt: skip
    reading_unit: Mapped[str | None] = text(
        "读数单位", "Unit of the reading", "读数的计量单位", "Unit of the reading.",
        aliases=("单位",),
    )  # fmt: skip
    last_reading_on: Mapped[date | None] = day(
        "最近读数日期", "Last read on", "最近一次读数的日期", "Day of the last reading."
    )
