"""The codes of the plan library."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.incidents.response.vocabulary import OF_ENTERPRISES, PlanCategory
from gisapp.schema import Label


class Part(StrEnum):
    """What a clause is about: the parts that rules ask a plan for."""

    GENERAL = "general"
    RISK = "risk"
    ORGANISATION = "organisation"
    PREVENTION = "prevention"
    RESPONSE = "response"
    SAFEGUARDS = "safeguards"
    RECOVERY = "recovery"
    NOTES = "notes"
    ANNEX = "annex"


PARTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Part.GENERAL: Label("总则、适用范围", "General and scope"),
        Part.RISK: Label("风险描述", "Risk"),
        Part.ORGANISATION: Label("组织指挥体系与职责", "Organisation and duties"),
        Part.PREVENTION: Label("预防与预警", "Prevention and warning"),
        Part.RESPONSE: Label("响应与处置", "Response and handling"),
        Part.SAFEGUARDS: Label("应急保障", "Safeguards"),
        Part.RECOVERY: Label("恢复与重建", "Recovery"),
        Part.NOTES: Label("注意事项", "Points to note"),
        Part.ANNEX: Label("附则、附件", "Annexes"),
    }
)

PART_WORDS: Final[Mapping[Part, tuple[str, ...]]] = MappingProxyType(
    {
        Part.ANNEX: ("附则", "附件", "附录"),
        Part.NOTES: ("注意事项",),
        Part.RISK: ("风险描述", "风险分析", "危险性分析", "风险评估"),
        Part.GENERAL: ("总则", "适用范围", "编制目的"),
        Part.ORGANISATION: ("组织指挥", "组织机构", "指挥体系", "职责", "指挥机构"),
        Part.PREVENTION: ("预防", "预警", "监测"),
        Part.RECOVERY: ("恢复", "重建", "后期处置", "善后"),
        Part.SAFEGUARDS: ("保障",),
        Part.RESPONSE: ("响应", "处置"),
    }
)
"""Words of headings by which an imported clause is given its part, the first that fits."""

_OF_GOVERNMENTS = (
    Part.ORGANISATION, Part.PREVENTION, Part.RESPONSE, Part.SAFEGUARDS, Part.RECOVERY,
)  # fmt: skip
PARTS_ASKED: Final[Mapping[PlanCategory, tuple[Part, ...]]] = MappingProxyType(
    {
        **{one: _OF_GOVERNMENTS for one in PlanCategory if one not in OF_ENTERPRISES},
        PlanCategory.HANDBOOK: (Part.RESPONSE,),
        PlanCategory.ACTION: (Part.ORGANISATION, Part.RESPONSE),
        PlanCategory.ENTERPRISE: (
            Part.GENERAL, Part.ORGANISATION, Part.RESPONSE, Part.RECOVERY, Part.SAFEGUARDS,
        ),
        PlanCategory.ENTERPRISE_SPECIAL: (
            Part.GENERAL, Part.ORGANISATION, Part.RESPONSE, Part.SAFEGUARDS,
        ),
        PlanCategory.ENTERPRISE_SITE: (
            Part.RISK, Part.ORGANISATION, Part.RESPONSE, Part.NOTES,
        ),
    }
)  # fmt: skip
"""What each category has to hold: of governments 突发事件应对法 2024 article 28; of enterprises
GB/T 29639-2020, chapters 6 to 8 (their titles from a secondary source); a handbook and an action
plan, which no rule that was read describes, what their names say."""


class Mark(StrEnum):
    """What is recorded about a plan after it was issued."""

    REVIEWED = "reviewed"
    FILED = "filed"
    TO_REVISE = "to_revise"


MARKS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        Mark.REVIEWED: Label("已评估", "Reviewed"),
        Mark.FILED: Label("已备案", "Filed"),
        Mark.TO_REVISE: Label("应当修订", "To be revised"),
    }
)

REVISION_TRIGGERS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "law": Label(
            "依据的法律、法规、规章、标准发生重大变化",
            "The laws, rules or standards that it rests on changed greatly",
        ),
        "command": Label(
            "应急指挥机构及其职责发生调整", "The command and its duties were rearranged"
        ),
        "risk": Label("安全生产面临的风险发生重大变化", "The risks changed greatly"),
        "resources": Label("重要应急资源发生重大变化", "Important resources changed greatly"),
        "findings": Label(
            "演练或者救援中发现需要修订预案的重大问题",
            "A drill or a rescue found a grave problem that asks for it",
        ),
        "other": Label("其他应当修订的情形", "Another reason to revise it"),
    }
)
"""The six cases in which a plan is revised (生产安全事故应急条例 article 6, second paragraph)."""
