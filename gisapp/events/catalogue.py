"""Every event there is: what it is called, what it is about, what it holds.

A replay, a history or a score reads the log by these names and shapes; nothing else is written.
``docs/events.md`` is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypedDict

from gisapp.schema import Label, is_register
from gisapp.schema.values import Json

Values = Mapping[str, Json]
"""Columns or fields of the subject by name, as JSON holds them."""


class Nothing(TypedDict):
    """Nothing: that it happened is all."""


class Made(TypedDict):
    """What the subject holds from now on."""

    after: Values


class Changed(TypedDict):
    """What differs: as it was, as it is."""

    before: Values
    after: Values


class Ordered(Made, total=False):
    """The order; where it is an own choice, the keys of the units that were proposed."""

    proposed: list[str]


class MadeOrChanged(Made, total=False):
    """What differs; of what was nowhere before, all that it holds."""

    before: Values


class Gone(TypedDict):
    """All that the subject held."""

    before: Values


class MergedRecord(Made, total=False):
    """``merged_into``, or ``merged_from`` and numbers; and the ids that went over, by table."""

    moved: dict[str, list[str]]


class MergedRisk(TypedDict):
    """What differs of the risk kept, and the other one whole."""

    before: Values
    after: Values
    merged: Values


class FileAttached(TypedDict):
    """Id of the attachment, and how it is called."""

    id: str
    before: Values
    after: Values


class MergedCopy(TypedDict):
    """How many records a county's copy brought."""

    county: str
    inserted: int
    updated: int
    conflicts: int
    refused: int


class CopyTaken(TypedDict):
    """The first event of a county's copy: what it was taken from."""

    origin: str
    county: str
    event_seq: int


class ConflictDecided(TypedDict):
    """A field of a record, and whose value of it counts: ``ours`` or ``theirs``."""

    copy: str
    kind: str
    id: str
    field: str
    side: str


class RowsImported(TypedDict):
    """A file taken into a register, and how many of its rows became what."""

    register: str
    file: str
    inserted: int
    updated: int
    unchanged: int
    quarantined: int
    corrected: int


class LedgerImported(TypedDict):
    """A ledger of risks taken in, and how many of its rows became what."""

    file: str
    inserted: int
    unchanged: int
    wrong: int


class PairDismissed(TypedDict):
    """Two records that are two things."""

    register: str
    ids: list[str]


class RowDismissed(TypedDict):
    """A row that is not to come in, by its key in the quarantine."""

    register: str
    key: str


class PersonsMeant(TypedDict):
    """References of the persons of an incident: never who they are."""

    persons: list[str]


class LimitSaid(TypedDict):
    """A limit as the network has it, and what it is; no value: no limit."""

    text: str
    value: float | None
    unit: str
    name: str


class Noted(TypedDict):
    """What was written into an incident's log."""

    text: str


class Decided(Changed):
    """What differs, the leader who decided, signed in or by phone, and why over the plan if so."""

    by: str
    office: str | None
    by_phone: bool
    override: str | None


class Concerning(Changed):
    """What differs, and what it is about: a task, whose instruction, the name of a village."""

    of: str


class PutInRound(Made):
    """A village in a call round, and its name."""

    of: str


class Recalled(TypedDict):
    """The footprint that a unit has to leave, and how it is called."""

    footprint: str
    label: str


class ShiftHandedOver(TypedDict):
    """Who hands over to whom, and what to look at."""

    giver: str
    taker: str
    text: str


class SignedIn(TypedDict):
    """Where from."""

    address: str
    browser: str


class SignInFailed(TypedDict):
    """Where from, and how often in a row for this login."""

    address: str
    failures: int | None


class Exported(TypedDict):
    """How much of what went out, and whether names or numbers were in it."""

    format: str
    records: int
    contacts: bool
    filters: Values


class Refused(TypedDict):
    """The last thing asked for, why it was refused, where from."""

    target: str
    code: str
    address: str


class JobTold(TypedDict):
    """Kind of the job, and what became of it: figures of its result, no lists."""

    job: str
    after: Values


class SiteDescribed(TypedDict):
    """The site, field by field."""

    code: str
    name: list[str]
    projected_crs: str
    time_zone: str
    languages: list[str]
    center: list[float]
    bbox: list[float]
    synthetic: bool
    note: list[str]
    attribution: list[str]
    headquarters: list[Values]
    response: Values


Contents = (
    Nothing | Made | Changed | MadeOrChanged | Gone | MergedRecord | MergedRisk | MergedCopy
    | FileAttached | CopyTaken | ConflictDecided | RowsImported | LedgerImported | PairDismissed
    | RowDismissed | JobTold | LimitSaid | Noted | SignedIn | SignInFailed | Exported | Refused
    | SiteDescribed | PersonsMeant | Decided | Concerning | PutInRound | Recalled
    | ShiftHandedOver | Ordered
)  # fmt: skip

What = Literal[
    "advance", "answer", "approve", "arrive", "ask", "assess", "attach", "call", "cancel",
    "change_level", "change_password", "checked", "closed", "confirm", "copied", "correct",
    "decide", "delete", "describe", "destroy", "detach", "disable", "dismiss", "enable", "end",
    "end_session", "export", "extend", "fail", "finish", "hand_over", "import", "insert",
    "inspect", "keep", "lift", "locked_out", "merge", "note", "open", "order", "pass_on",
    "prepare", "read", "reassign", "recall", "rectified", "rectifying", "refuse", "refused",
    "release", "repair", "report", "reset_password", "restore", "retire", "revoke", "set_out",
    "sign_in", "sign_in_failed", "sign_out", "stand_down", "state", "stop", "take_over", "undo",
    "update", "verify", "withdraw",
]  # fmt: skip
"""Names of events, as stored."""

RECORD: Final = "record"
"""Stands for every register: an event about a record has the register's name as its kind."""

SUBJECTS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        RECORD: Label("登记册的记录", "Record of a register"),
        "access": Label("访问", "Access"),
        "access_token": Label("访问令牌", "Access token"),
        "account": Label("账号", "Account"),
        "assignment": Label("调派", "Assignment"),
        "command_post": Label("现场指挥部", "Command post"),
        "crew_link": Label("手机链接", "Crew's link"),
        "downstream_line": Label("下游线", "Downstream line"),
        "duplicate_pair": Label("疑似重复", "Possible duplicate"),
        "exchange_conflict": Label("副本冲突", "Conflict of a copy"),
        "exchange_copy": Label("县级副本", "County copy"),
        "export_faults": Label("错误行工作簿", "Workbook of wrong rows"),
        "export_feed": Label("数据推送文件", "Feed"),
        "export_ledger": Label("风险台账", "Ledger of risks"),
        "export_list": Label("登记册导出", "Export of a register"),
        "export_map": Label("离线地图", "Offline map"),
        "export_ogc": Label("OGC 接口读取", "OGC features"),
        "export_print": Label("打印台账", "Printed ledger"),
        "export_plan": Label("导出预案", "Plan exported"),
        "export_scenario": Label("规划结果", "Result of a scenario"),
        "export_share": Label("县级补录表", "Share of a county"),
        "export_site": Label("整站备份或复制", "Backup or copy of the site"),
        "footprint": Label("影响范围", "Footprint"),
        "import_batch": Label("导入批次", "Import"),
        "incident": Label("事件", "Incident"),
        "incident_draft": Label("接报草稿", "Draft of a call"),
        "incident_person": Label("事件相关人员", "Person of an incident"),
        "inspection_cadence": Label("巡查周期", "Inspection cadence"),
        "instruction": Label("领导批示", "Instruction"),
        "job": Label("后台任务", "Job"),
        "lead": Label("统一领导", "Lead"),
        "message": Label("往来信息", "Message"),
        "drill": Label("演练", "Drill"),
        "drill_finding": Label("演练问题", "Finding of a drill"),
        "drill_script": Label("演练脚本", "Script of a drill"),
        "drill_template": Label("现成情景", "Ready scenario"),
        "drill_year": Label("年度演练计划", "Programme of drills"),
        "plan": Label("预案", "Plan"),
        "plan_finding": Label("预案体检问题", "Finding in a plan"),
        "plan_draft": Label("预案草稿", "Draft of a plan"),
        "plan_mark": Label("预案登记事项", "Record of a plan"),
        "planning_layer": Label("规划图层", "Planning layer"),
        "quarantined_row": Label("隔离区的行", "Row set aside"),
        "response": Label("应急响应", "Response"),
        "risk": Label("风险", "Risk"),
        "risk_census": Label("风险台账导入", "Ledger taken in"),
        "report_made": Label("报告", "Report"),
        "road_closure": Label("封路", "Road closure"),
        "road_limit": Label("限重限高", "Limit of a road"),
        "run_card": Label("出动编成", "Run card"),
        "scenario": Label("规划方案", "Scenario"),
        "site": Label("站点", "Site"),
        "task": Label("任务", "Task"),
        "ticket": Label("隐患", "Hidden danger"),
        "village_call": Label("村庄通知", "Call of a village"),
    }
)
"""Kinds of subject; those of registers are called as the register."""


@dataclass(frozen=True)
class EventType:
    """What is known of all events of one name.

    Attributes
    ----------
    contents
        By kind of subject, the shape of an event's ``data``.
    """

    label: Label
    contents: Mapping[str, type]


def _event(zh: str, en: str, **contents: type) -> EventType:
    return EventType(Label(zh, en), MappingProxyType(contents))


CATALOGUE: Final[Mapping[str, EventType]] = MappingProxyType(
    {
        "advance": _event("转入环节", "Taken further", risk=MadeOrChanged),
        "answer": _event("回复批示", "Instruction answered", instruction=Concerning),
        "approve": _event("批准响应", "Response approved", response=Decided),
        "arrive": _event("到场", "On scene", assignment=Changed),
        "ask": _event("提出任务", "Asked for", job=JobTold),
        "assess": _event("评估", "Assessed", risk=MadeOrChanged),
        "attach": _event("添加附件", "Attached", record=FileAttached),
        "call": _event("通知村庄", "Village called", village_call=Concerning),
        "cancel": _event("取消", "Cancelled", job=JobTold, task=Concerning, drill=Changed),
        "change_level": _event("调整响应级别", "Response level changed", response=Decided),
        "change_password": _event("修改口令", "Password changed", account=Nothing),
        "checked": _event("复查合格", "Checked", ticket=Changed),
        "closed": _event("销号", "Closed", ticket=Changed, drill_finding=Changed),
        "confirm": _event("确认", "Confirmed", road_limit=LimitSaid, downstream_line=Changed),
        "copied": _event("取走副本", "Copy taken", exchange_copy=CopyTaken),
        "correct": _event("更正时间", "Time corrected", assignment=Changed),
        "decide": _event("裁定冲突", "Conflict decided", exchange_conflict=ConflictDecided),
        "delete": _event("删除", "Deleted", record=Gone, road_closure=Gone),
        "describe": _event("修改说明", "Described anew", site=SiteDescribed),
        "destroy": _event("销毁个人信息", "Personal data destroyed", incident=PersonsMeant),
        "detach": _event("移除附件", "Attachment removed", record=FileAttached),
        "disable": _event("停用账号", "Disabled", account=Nothing),
        "dismiss": _event(
            "不予采纳", "Dismissed",
            duplicate_pair=PairDismissed, quarantined_row=RowDismissed, incident_draft=Nothing,
        ),
        "enable": _event("恢复账号", "Enabled", account=Nothing),
        "end": _event(
            "结束", "Ended", incident=Changed, footprint=Changed, command_post=Changed,
            crew_link=Changed, plan_finding=Changed,
        ),
        "end_session": _event("强制退出", "Session ended", account=Nothing),
        "export": _event(
            "导出", "Exported",
            **dict.fromkeys(
                ("exchange_copy", *(kind for kind in SUBJECTS if kind.startswith("export_"))),
                Exported,
            ),
        ),
        "extend": _event("延长", "Extended", response=Decided, road_closure=Changed),
        "fail": _event("失败", "Failed", job=JobTold),
        "finish": _event("完成", "Finished", job=JobTold, task=Concerning, drill=Changed),
        "hand_over": _event(
            "移交", "Handed over", incident=ShiftHandedOver, command_post=Changed
        ),
        "import": _event("导入", "Imported", import_batch=RowsImported, risk_census=LedgerImported),
        "insert": _event(
            "新建", "Created",
            record=Made, account=Made, access_token=Made, road_closure=Made, ticket=Made,
            incident=Made, incident_person=Made, plan=Made, plan_draft=Made, plan_mark=Made,
            plan_finding=Made, drill=Made, drill_finding=Made, drill_year=Made,
            drill_script=Nothing, drill_template=Nothing,
            downstream_line=Made, footprint=Made,
            run_card=Made, command_post=Made, task=Made, message=Made, instruction=Made,
            crew_link=Made, village_call=PutInRound, scenario=Made, planning_layer=Made,
        ),
        "inspect": _event("巡查", "Inspected", risk=Made),
        "keep": _event("留存个人信息", "Personal data kept", incident=Changed),
        "lift": _event("解除", "Lifted", road_closure=Changed),
        "locked_out": _event("锁定", "Lock-out", account=SignInFailed),
        "merge": _event(
            "合并", "Merged",
            record=MergedRecord, risk=MergedRisk, ticket=Changed, incident=Changed,
            exchange_conflict=Changed,
            exchange_copy=MergedCopy, downstream_line=Changed,
        ),
        "note": _event("记事", "Note", incident=Noted),
        "open": _event("重新立案", "Reopened", ticket=Changed, incident=Changed),
        "order": _event("下令出动", "Ordered", assignment=Ordered),
        "pass_on": _event("转达批示", "Instruction passed on", instruction=Concerning),
        "prepare": _event("拟定响应", "Response prepared", response=Made),
        "read": _event("查看个人信息", "Personal data looked at", incident=PersonsMeant),
        "reassign": _event("改派", "Reassigned", assignment=Changed),
        "recall": _event("命令撤出", "Recalled", assignment=Recalled),
        "rectified": _event("报请复查", "Rectified", ticket=Changed),
        "rectifying": _event("整改", "Rectifying", ticket=Changed),
        "refuse": _event("无法出动", "Refused by the unit", assignment=Changed),
        "refused": _event("越权被拒", "Refused", access=Refused),
        "release": _event("归建", "Released", assignment=Changed),
        "repair": _event("修复", "Repaired", record=Changed),
        "report": _event("已报告", "Reported", report_made=Made),
        "reset_password": _event("重置口令", "Password reset", account=Nothing),
        "restore": _event("恢复", "Restored", record=Changed),
        "retire": _event(
            "停用", "Retired", record=Changed, scenario=Changed, planning_layer=Changed,
            plan_draft=Changed, plan=Changed,
        ),
        "revoke": _event("吊销", "Revoked", access_token=Nothing),
        "set_out": _event("出动", "Set out", assignment=Changed),
        "sign_in": _event("登录", "Sign-in", account=SignedIn),
        "sign_in_failed": _event("登录失败", "Failed sign-in", account=SignInFailed),
        "sign_out": _event("退出", "Sign-out", account=Nothing),
        "stand_down": _event("撤回", "Stood down", assignment=Changed),
        "state": _event("变更状态", "State set", record=Changed),
        "stop": _event("终止响应", "Response ended", response=Decided),
        "take_over": _event("接管统一领导", "Lead taken over", lead=Made),
        "undo": _event("撤销", "Undone", record=Changed),
        "update": _event(
            "修改", "Changed",
            record=Changed, account=Changed, inspection_cadence=Changed, road_closure=Changed,
            incident=Changed, assignment=Changed, footprint=Changed, run_card=Changed,
            command_post=Changed, task=Concerning, instruction=Concerning,
            village_call=Concerning, scenario=Changed, plan=Changed, plan_draft=Changed,
            drill=Changed, drill_finding=Changed, drill_script=Nothing, drill_template=Nothing,
        ),
        "verify": _event("核实", "Verified", record=Changed),
        "withdraw": _event(
            "撤回", "Withdrawn", road_limit=LimitSaid, response=Changed, downstream_line=Changed
        ),
    }
)  # fmt: skip


def require_catalogued(what: str, kind: str, data: Contents | None) -> None:
    """Refuse to write what nobody could read again: a defect of ours.

    Only the keys are looked at, for imports write hundreds of thousands.

    Raises
    ------
    ValueError
        No such event about such a subject, or contents that are not its own.
    """
    needed, allowed = _keys(what, kind)
    given = (data or {}).keys()
    if not needed <= given <= allowed:
        raise ValueError(
            f"event {what!r} about {kind!r} holds {sorted(given)}, not {sorted(allowed)}"
        )


def what_label(what: str, lang: str) -> str:
    """Name of an event for people; of one that a later version wrote, its code."""
    return CATALOGUE[what].label.in_(lang) if what in CATALOGUE else what


def subject_label(kind: str, lang: str) -> str:
    """Name of a kind of subject for people; of a register, its code."""
    return SUBJECTS[kind].in_(lang) if kind in SUBJECTS else kind


@cache
def _keys(what: str, kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Keys that the contents need to have, and those that they may have."""
    contents = CATALOGUE[what].contents if what in CATALOGUE else {}
    shape: Any = contents.get(RECORD if kind != RECORD and is_register(kind) else kind)
    if shape is None or kind == RECORD:
        raise ValueError(f"no event {what!r} about {kind!r} in the catalogue")
    return shape.__required_keys__, shape.__required_keys__ | shape.__optional_keys__
