"""The codes of plans and responses."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class ResponseState(StrEnum):
    """How a response stands."""

    PREPARED = "prepared"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


RESPONSE_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        ResponseState.PREPARED: Label("待批准", "Awaiting approval"),
        ResponseState.IN_FORCE: Label("响应中", "In force"),
        ResponseState.ENDED: Label("已终止", "Ended"),
        ResponseState.WITHDRAWN: Label("已撤回", "Withdrawn"),
    }
)


class PlanCategory(StrEnum):
    """Where a plan stands among plans."""

    OVERALL = "overall"
    SPECIAL = "special"
    DEPARTMENT = "department"
    HANDBOOK = "handbook"
    ACTION = "action"
    ENTERPRISE = "enterprise"
    ENTERPRISE_SPECIAL = "enterprise_special"
    ENTERPRISE_SITE = "enterprise_site"


PLAN_CATEGORIES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        PlanCategory.OVERALL: Label("总体应急预案", "Overall plan"),
        PlanCategory.SPECIAL: Label("专项应急预案", "Special plan"),
        PlanCategory.DEPARTMENT: Label("部门应急预案", "Department plan"),
        PlanCategory.HANDBOOK: Label("应急响应手册", "Response handbook"),
        PlanCategory.ACTION: Label("行动方案", "Action plan"),
        PlanCategory.ENTERPRISE: Label("企业综合应急预案", "Enterprise plan"),
        PlanCategory.ENTERPRISE_SPECIAL: Label("企业专项应急预案", "Enterprise special plan"),
        PlanCategory.ENTERPRISE_SITE: Label("企业现场处置方案", "Enterprise on-site plan"),
    }
)
OF_ENTERPRISES: Final = frozenset(
    {PlanCategory.ENTERPRISE, PlanCategory.ENTERPRISE_SPECIAL, PlanCategory.ENTERPRISE_SITE}
)
"""Categories of GB/T 29639-2020; all others are governments' and their departments'."""

LEVELS: Final[Mapping[int, Label]] = MappingProxyType(
    {
        1: Label("Ⅰ级响应", "Response level I"),
        2: Label("Ⅱ级响应", "Response level II"),
        3: Label("Ⅲ级响应", "Response level III"),
        4: Label("Ⅳ级响应", "Response level IV"),
    }
)
"""Levels of response, the first the highest (突发事件应对法 2024, article 71)."""
