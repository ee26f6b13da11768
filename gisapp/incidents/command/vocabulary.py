"""The codes of command, tasks, messages and calls."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class LeadLevel(StrEnum):
    """Whose government leads."""

    COUNTY = "county"
    CITY = "city"


LEAD_LEVELS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        LeadLevel.COUNTY: Label("县级统一领导", "Led by the county"),
        LeadLevel.CITY: Label("市级统一领导", "Led by the city"),
    }
)


class TaskKind(StrEnum):
    """Where a task comes from."""

    ORDINARY = "ordinary"
    RECALL = "recall"
    ROAD_END = "road_end"


TASK_KINDS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        TaskKind.ORDINARY: Label("任务", "Task"),
        TaskKind.RECALL: Label("撤出确认", "Confirmation of a recall"),
        TaskKind.ROAD_END: Label("道路尽头", "Where the road ends"),
    }
)


class TaskState(StrEnum):
    """How a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


TASK_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        TaskState.OPEN: Label("待办", "Open"),
        TaskState.DONE: Label("已完成", "Done"),
        TaskState.DROPPED: Label("不再办理", "Dropped"),
    }
)


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


DIRECTIONS: Final[Mapping[str, Label]] = MappingProxyType(
    {Direction.IN: Label("收", "From"), Direction.OUT: Label("发", "To")}
)

MEANS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "phone": Label("电话", "phone"),
        "radio": Label("电台", "radio"),
        "fax": Label("传真", "fax"),
        "wechat": Label("微信", "WeChat"),
        "other": Label("其他", "other means"),
    }
)
"""By what a message came or went."""


class CallState(StrEnum):
    """How far the warning of a village has come."""

    TO_CALL = "to_call"
    NO_ANSWER = "no_answer"
    CALLED = "called"
    REACHED = "reached"
    MOVING = "moving"
    EMPTY = "empty"


CALL_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        CallState.TO_CALL: Label("待通知", "To be called"),
        CallState.NO_ANSWER: Label("无人接听", "No answer"),
        CallState.CALLED: Label("已拨打", "Called"),
        CallState.REACHED: Label("已通知到", "Reached"),
        CallState.MOVING: Label("转移中", "Moving"),
        CallState.EMPTY: Label("已撤空", "Empty"),
    }
)

ON_THE_WAY: Final = frozenset({CallState.MOVING, CallState.EMPTY})
"""States of a village whose people are leaving or gone: the water alarms no more."""
