"""The codes of a scenario and of its events list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class Source(StrEnum):
    """What a scenario is built from."""

    HAZARD = "hazard"
    INCIDENT = "incident"
    POINT = "point"


SOURCES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Source.HAZARD: Label("风险隐患点", "Hazard"),
        Source.INCIDENT: Label("历史事件", "Past incident"),
        Source.POINT: Label("地图上的点", "Point of the map"),
    }
)

EXTENTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "none": Label("无影响范围", "No footprint"),
        "distance": Label("按距离外扩", "All within a distance"),
        "line": Label("沿下游线", "Along the downstream line"),
        "area": Label("绘制", "Drawn"),
        "incident": Label("历史事件的范围", "Of the past incident"),
    }
)

CHANNELS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "call": Label("电话", "Call"),
        "message": Label("消息", "Message"),
        "report": Label("书面报告", "Written report"),
        "sensor": Label("监测报警", "Sensor"),
    }
)

TIMINGS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "at": Label("定时", "At a time"),
        "state": Label("条件触发", "When something holds"),
        "any": Label("机动（导调随时注入）", "Any time, by the controller"),
    }
)

STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "ordered": Label("已下令出动的单元数", "Units ordered"),
        "on_scene": Label("已到场的单元数", "Units on scene"),
        "reported": Label("已发出的信息报告数", "Reports sent"),
        "response": Label("已启动应急响应", "Response started"),
        "closed": Label("已设置的封路数", "Roads closed"),
        "called": Label("已通知的村庄数", "Villages called"),
    }
)
"""What an inject may wait for: each is counted from the event log of the exercise."""

EFFECTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "close": Label("道路中断", "Roads closed"),
        "disable": Label("力量失能", "Team disabled"),
        "casualties": Label("伤亡变化", "Casualties change"),
        "comms": Label("通信中断", "Communications broken"),
        "weather": Label("天气变化", "Weather changes"),
        "false": Label("虚假信息", "False report"),
        "need": Label("新的救援需求", "Help needed at a further place"),
    }
)
