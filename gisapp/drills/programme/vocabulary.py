"""The codes of drills and of the duty to hold them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label

FORMS: Final[Mapping[str, Label]] = MappingProxyType(
    {"tabletop": Label("桌面演练", "Tabletop"), "live": Label("实战演练", "Live")}
)
SCOPES: Final[Mapping[str, Label]] = MappingProxyType(
    {"single": Label("单项演练", "Single function"), "full": Label("综合演练", "Comprehensive")}
)
PURPOSES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "check": Label("检验性", "To test"),
        "demonstrate": Label("示范性", "To demonstrate"),
        "research": Label("研究性", "To research"),
    }
)
"""The three axes by which a drill is of a kind (突发事件应急演练指南)."""


class Organiser(StrEnum):
    """Who holds a drill."""

    HEADQUARTERS = "headquarters"
    GOVERNMENT = "government"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"


ORGANISERS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Organiser.HEADQUARTERS: Label("专项应急指挥部", "Headquarters"),
        Organiser.GOVERNMENT: Label("县级以上人民政府", "Government"),
        Organiser.DEPARTMENT: Label("安全监管部门", "Department in charge of work safety"),
        Organiser.TOWNSHIP: Label("乡镇、街道", "Township or sub-district"),
        Organiser.ENTERPRISE: Label("企业", "Enterprise"),
    }
)

DUTY_MONTHS: Final[Mapping[Organiser, int]] = MappingProxyType(
    {
        Organiser.GOVERNMENT: 24,
        Organiser.DEPARTMENT: 24,
        Organiser.TOWNSHIP: 24,
        Organiser.ENTERPRISE: 6,
    }
)
"""Months within which a plan for accidents is drilled again (生产安全事故应急条例 article 8).

A headquarters holds one live drill a year, by the notice of the city.
"""

PARTICIPANTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "headquarters": Label("专项应急指挥部", "Headquarters"),
        "team": Label("救援队伍", "Team"),
        "unit": Label("出动单元", "Unit"),
        "account": Label("账号", "Account"),
        "person": Label("个人", "Person"),
    }
)

ROLES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "leader": Label("总指挥", "Director"),
        "controller": Label("导调人员", "Controller"),
        "evaluator": Label("评估人员", "Evaluator"),
        "player": Label("参演力量", "Player"),
        "support": Label("保障人员", "Support"),
        "observer": Label("观摩人员", "Observer"),
    }
)


class DrillState(StrEnum):
    """How a drill stands."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


DRILL_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        DrillState.PLANNED: Label("计划", "Planned"),
        DrillState.DONE: Label("已完成", "Done"),
        DrillState.CANCELLED: Label("已取消", "Cancelled"),
    }
)

SCORES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "plan": Label("预案科学性", "Soundness of the plan"),
        "command": Label("指挥高效性", "Efficiency of command"),
        "equipment": Label("装备实用性", "Practicality of equipment"),
        "teams": Label("队伍战斗力", "Strength of the teams"),
    }
)
"""What a drill tests, by the notice of the city; each of 0 to 100."""
