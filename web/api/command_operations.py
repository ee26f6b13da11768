"""Addresses of command: who leads, tasks, messages, calls, alarms."""

from __future__ import annotations

from collections.abc import Iterable

from gisapp.incidents.command.vocabulary import CALL_STATES, DIRECTIONS, LEAD_LEVELS, MEANS
from gisapp.schema import Label
from web.api.address import VERSION, Operation
from web.api.shapes import (
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array,
    nullable,
    record,
    ref,
)


def _said(endpoint: str, zh: str, en: str, body: Schema, *, status: int = 200) -> Operation:
    """Something written about command: what is answered is the incident as it stands."""
    return Operation(
        endpoint=f"incident_command.{endpoint}", method="post", tag="incidents", status=status,
        summary=Label(zh, en), answer=ref("Incident"), body=body,
    )  # fmt: skip


def _one_of(known: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [str(one) for one in known]}


_POINT: dict[str, Schema] = {"x": nullable(NUMBER), "y": nullable(NUMBER)}
_POST: dict[str, Schema] = {"place": TEXT, "commander": TEXT}
_WHY: dict[str, Schema] = {"why": TEXT}
_SHIFT: Schema = record({"taker": TEXT, "notes": TEXT}, giver=TEXT)
_SIGNED: Schema = record({"incidents": array(TEXT)})
OF_COMMAND = (
    Operation(
        endpoint="incident_command.alarms", tag="incidents",
        summary=Label("须立即处理的事项", "What calls for somebody at once"),
        answer=ref("IncidentAlarms"),
    ),
    _said("take_over", "登记统一领导的层级", "Record which government leads",
          record({"level": _one_of(LEAD_LEVELS), "decided_by": TEXT} | _WHY)),
    _said("set_up_post", "设立现场指挥部", "Set up the command post",
          record(_POST, members=TEXT, **_POINT), status=201),
    _said("hand_over_post", "移交现场指挥部", "Hand the command post over",
          record(VERSION | _POST | _WHY, members=TEXT, **_POINT)),
    _said("dissolve_post", "撤销现场指挥部", "Dissolve the command post", record(VERSION | _WHY)),
    _said("set_task", "下达任务", "Set a task",
          record({"text": TEXT, "owner": TEXT, "due_at": MOMENT}, **_POINT), status=201),
    _said("finish_task", "任务完成", "Record that a task is done", record(VERSION, result=TEXT)),
    _said("drop_task", "取消任务", "Drop a task", record(VERSION | _WHY)),
    _said("change_task", "改派任务或延期", "Give a task another owner or due time",
          record(VERSION | _WHY, owner=TEXT, due_at=nullable(MOMENT))),
    _said("keep_message", "登记往来信息", "Keep a message that came or went",
          record({"direction": _one_of(DIRECTIONS), "party": TEXT, "means": _one_of(MEANS),
                  "text": TEXT}, at=nullable(MOMENT)), status=201),
    _said("receive_instruction", "登记领导批示", "Record a leader's instruction",
          record({"leader": TEXT, "office": TEXT, "words": TEXT}, received_at=nullable(MOMENT)),
          status=201),
    _said("pass_instruction", "转达批示", "Pass an instruction on",
          record(VERSION | {"passed_to": TEXT})),
    _said("answer_instruction", "回复批示", "Answer an instruction",
          record(VERSION | {"answer": TEXT})),
    Operation(
        endpoint="incident_command.recall_units", method="post", tag="incidents",
        summary=Label("命令范围内全部力量撤出", "Recall all units inside a footprint"),
        answer=record({"recalled": array(TEXT)}),
        body=record({"owner": TEXT} | _WHY, within_min=INTEGER),
    ),
    Operation(
        endpoint="incident_command.sign_over", method="post", tag="incidents",
        summary=Label("签署一起事件的交接", "Sign the shift of one incident over"),
        answer=_SIGNED, body=_SHIFT,
    ),
    Operation(
        endpoint="incident_command.sign_all_over", method="post", tag="incidents",
        summary=Label("签署全部事件的交接", "Sign the shift of all open incidents over"),
        answer=_SIGNED, body=_SHIFT,
    ),
    Operation(
        endpoint="incident_calls.show", tag="incidents",
        summary=Label("逐村通知", "The call round, village by village"), answer=ref("CallRound"),
    ),
    Operation(
        endpoint="incident_calls.make", method="post", tag="incidents", status=201,
        summary=Label("按来水先后建立通知表", "Make the round by arrival of the water"),
        answer=ref("CallRound"), body=record({}, breach_at=nullable(MOMENT)),
    ),
    Operation(
        endpoint="incident_calls.add_village", method="post", tag="incidents", status=201,
        summary=Label("人工加入村庄", "Put a village into the round by hand"),
        answer=ref("CallRound"), body=record({"village": TEXT}, arrives_at=nullable(MOMENT)),
    ),
    Operation(
        endpoint="incident_calls.set_state", method="post", tag="incidents",
        summary=Label("登记村庄通知状态", "Record how far the warning of a village has come"),
        answer=ref("CallRound"),
        body=record(VERSION | {"state": _one_of(CALL_STATES)}, note=TEXT),
    ),
)  # fmt: skip
