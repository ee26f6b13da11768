"""Addresses of incidents: calls, figures, responses, units, cards, closures."""

from __future__ import annotations

from gisapp.incidents.cards.needs import BY as CARD_BY
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.deadlines import LABELS as REPORTS
from gisapp.incidents.grading.figures import FIGURES, POLLUTED, THREATENED, WHOLE
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.vocabulary import (
    ASSIGNMENT_STATES,
    INCIDENT_STATES,
    PERSON_ROLES,
    UNIT_KINDS,
)
from gisapp.schema import Label
from web.api.address import HAZARD, POSITION, VERSION, Operation, Parameter
from web.api.shapes import (
    BOOLEAN,
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
from web.incidents.drafts import SAID

_TIMES: Schema = record({}, **dict.fromkeys(map(str, TIMES), nullable(MOMENT)))
_FIGURES: dict[str, Schema] = {
    **{name: nullable(INTEGER if name in WHOLE else NUMBER) for name in FIGURES},
    "threatened": array({"type": "string", "enum": list(THREATENED)}),
    "polluted": array({"type": "string", "enum": list(POLLUTED)}),
}
_EVENT_KIND: Schema = {"type": "string", "enum": list(EVENT_KINDS)}
_SENT_STATE: Schema = {"type": "string", "enum": [str(one) for one in ASSIGNMENT_STATES]}
_MOVE = Parameter(
    name="move", schema=TEXT,
    doc=Label("可改派的在外力量，逗号分隔", "Units that are out and may move, joined by commas."),
)  # fmt: skip
_SAID = record({}, **dict.fromkeys(SAID, TEXT))
_CALLER: dict[str, Schema] = {"caller_name": TEXT, "caller_phone": TEXT}
_WORD: dict[str, Schema] = {"leader": TEXT, "office": TEXT}
_OVER_PLAN = _WORD | {"override": TEXT}
_RESPONSE_LEVEL: Schema = {"type": "integer", "minimum": 1, "maximum": 4}
_UNIT = record({"unit": ref("IncidentUnit")})
OF_INCIDENTS = (
    Operation(
        endpoint="changes.changes", tag="incidents",
        summary=Label("此后有哪些类别的变更", "What kinds of things have changed since"),
        answer=record({"seq": INTEGER, "kinds": array(TEXT), "now": MOMENT}),
        parameters=(
            Parameter(name="since_seq", schema={"type": "integer", "minimum": 0},
                      doc=Label("此序号之后，见 seq", "After this number, as seq says.")),
        ),
    ),
    Operation(
        endpoint="incident_board.listed", tag="incidents",
        summary=Label("事件列表", "Incidents, with their units counted"), answer=ref("Incidents"),
        parameters=(
            Parameter(name="state",
                      schema={"type": "string", "enum": [*map(str, INCIDENT_STATES), "all"]},
                      doc=Label("状态；未写明时为处置中", "State, open where none is named.")),
        ),
    ),
    Operation(
        endpoint="incident_board.kinds", tag="incidents",
        summary=Label("事件种类、数字和时间的名称", "Kinds of event, names of figures and times"),
        answer=ref("IncidentKinds"),
    ),
    Operation(
        endpoint="incident_board.near", tag="incidents",
        summary=Label("附近可能重复的事件和隐患点", "Open incidents and hazards near a point"),
        answer=ref("IncidentsNear"), parameters=POSITION,
    ),
    Operation(
        endpoint="incident_course.open_incident", method="post", tag="incidents", status=201,
        summary=Label("接报：新建事件", "Open an incident"), answer=ref("Incident"),
        body=record(
            {"kind": _EVENT_KIND}, x=NUMBER, y=NUMBER, at=TEXT, system=TEXT, title=TEXT,
            place=TEXT, hazard=nullable(record({"kind": HAZARD, "id": TEXT})), times=_TIMES,
            late_why=TEXT, in_production=nullable(BOOLEAN), figures=record({}, **_FIGURES),
            circumstances=record({}, **dict.fromkeys(CIRCUMSTANCES, nullable(BOOLEAN))),
            note=TEXT, draft=TEXT, **_CALLER,
        ),
    ),
    Operation(
        endpoint="incident_cards.proposals", tag="incidents",
        summary=Label("各事件的调派建议（全局最优）", "Cards of all incidents, filled"),
        answer=record({"proposals": array(ref("CardProposal")), "now": MOMENT}),
        parameters=(_MOVE,),
    ),
    Operation(
        endpoint="incident_cards.proposal", tag="incidents",
        summary=Label("一起事件的调派建议及理由", "Who is proposed for an incident, and why"),
        answer=ref("CardProposal"),
        parameters=(
            _MOVE,
            Parameter(name="level", schema={"type": "integer", "minimum": 0, "maximum": 4},
                      doc=Label("响应等级，0 为按研判", "Level of response; 0: by its grade.")),
        ),
    ),
    Operation(
        endpoint="incident_cards.compare", method="post", tag="incidents",
        summary=Label("自选力量与最优方案之差", "How far a choice is from the optimum"),
        answer=record(
            {
                "optimal": BOOLEAN, "unmet": INTEGER, "cover": INTEGER, "late_min": NUMBER,
                "worst_min": NUMBER, "total_min": NUMBER, "idle": array(TEXT),
                "messages": array(TEXT),
                "costs": array(record({"incident": TEXT, "unmet": INTEGER, "message": TEXT})),
                "moved": array(record({"key": TEXT, "assignment": TEXT, "seen": TEXT})),
            }
        ),
        body=record({"units": array(TEXT)}, move=array(TEXT)),
    ),
    Operation(
        endpoint="incident_cards.listed", tag="incidents",
        summary=Label("出动编成", "Run cards"), answer=record({"cards": array(ref("RunCard"))}),
    ),
    Operation(
        endpoint="incident_cards.write", method="post", tag="incidents",
        summary=Label("新建或修改出动编成", "Make or change a run card"), answer=ref("RunCard"),
        body=record(
            {
                "kind": {"type": "string", "enum": list(EVENT_KINDS)},
                "lines": array(
                    record(
                        {"by": {"type": "string", "enum": list(CARD_BY)}, "code": TEXT,
                         "count": INTEGER},
                        limit_min=nullable(NUMBER), tier=TEXT,
                    )
                ),
                "experts": array(TEXT),
                "seen": INTEGER,
            },
            level=nullable(INTEGER), active=BOOLEAN, why=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_drafts.listed", tag="incidents",
        summary=Label("未完成的接报草稿", "Calls begun and not opened"),
        answer=ref("IncidentDrafts"),
    ),
    Operation(
        endpoint="incident_drafts.begin", method="post", tag="incidents", status=201,
        summary=Label("保存新的接报草稿", "Keep a call that is being taken"),
        answer=ref("IncidentDraft"), body=record({"said": _SAID}, **_CALLER),
    ),
    Operation(
        endpoint="incident_drafts.save", method="post", tag="incidents",
        summary=Label("续存接报草稿", "Keep what was typed since"), answer=ref("IncidentDraft"),
        body=record({"version": INTEGER, "said": _SAID}, **_CALLER),
    ),
    Operation(
        endpoint="incident_drafts.give_up", method="post", tag="incidents",
        summary=Label("作废接报草稿", "Give a call up"), answer=record({"id": TEXT}),
        body=record({}),
    ),
    Operation(
        endpoint="incident_board.one", tag="incidents",
        summary=Label("一起事件：等级、时限、力量", "One incident: grades, deadlines, units"),
        answer=ref("Incident"),
    ),
    Operation(
        endpoint="incident_board.log", tag="incidents",
        summary=Label("事件的处置记录", "Log of an incident"), answer=ref("IncidentLog"),
        parameters=(
            Parameter(name="since_seq", schema={"type": "integer", "minimum": 0},
                      doc=Label("此序号之后的记录，见 last_seq",
                                "Lines after this number, as last_seq says.")),
        ),
    ),
    Operation(
        endpoint="incident_course.correct", method="post", tag="incidents",
        summary=Label("订正事件，并说明等级、报送对象和时限的变化",
                      "Correct an incident; says what that changes"),
        answer=ref("CorrectedIncident"),
        body=record(
            VERSION | {
                "changes": record(
                    {}, kind=_EVENT_KIND, in_production=nullable(BOOLEAN), title=TEXT, place=TEXT,
                    priority=INTEGER, entered_level=nullable(INTEGER),
                    entered_source=nullable(TEXT),
                    hazard=nullable(record({"kind": HAZARD, "id": TEXT})),
                    **_TIMES["properties"], **_FIGURES,
                    **dict.fromkeys(CIRCUMSTANCES, nullable(BOOLEAN)),
                ),
            },
            why=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_course.note", method="post", tag="incidents", status=201,
        summary=Label("记录一条情况", "Write a line into the log"), answer=record({"id": TEXT}),
        body=record({"text": TEXT}),
    ),
    Operation(
        endpoint="incident_course.report", method="post", tag="incidents", status=201,
        summary=Label("登记已作报告", "Write down that a report was made"), answer=ref("Incident"),
        body=record(
            {"code": {"type": "string", "enum": list(REPORTS)}}, at=nullable(MOMENT), note=TEXT
        ),
    ),
    Operation(
        endpoint="incident_course.close", method="post", tag="incidents",
        summary=Label("结束事件", "End an incident"), answer=ref("Incident"),
        body=record(VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_course.reopen", method="post", tag="incidents",
        summary=Label("恢复处置", "Take an incident up again"), answer=ref("Incident"),
        body=record(VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_course.join", method="post", tag="incidents",
        summary=Label("并入另一事件", "Join an incident to another"), answer=ref("Incident"),
        body=record(VERSION | {"to": TEXT, "why": TEXT}),
    ),
    Operation(
        endpoint="incident_persons.add", method="post", tag="incidents", status=201,
        summary=Label("登记报警人或伤亡人员", "Keep who called or was hurt"),
        answer=record({"id": TEXT}),
        body=record(
            {"role": {"type": "string", "enum": list(PERSON_ROLES)}},
            name=TEXT, phone=TEXT, note=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_persons.read", method="post", tag="incidents",
        summary=Label("查看报警人和伤亡人员（记入审计）", "Callers and victims, told to the audit"),
        answer=ref("IncidentPersons"), body=record({}),
    ),
    Operation(
        endpoint="incident_persons.destroyed", method="post", tag="incidents",
        summary=Label("销毁个人信息", "Destroy personal data"), answer=ref("Incident"),
        body=record({"why": TEXT}),
    ),
    Operation(
        endpoint="incident_persons.kept", method="post", tag="incidents",
        summary=Label("评估后留存个人信息", "Keep personal data after an assessment"),
        answer=ref("Incident"),
        body=record(
            {"until": {"type": "string", "format": "date"}, **VERSION},
            legality=TEXT, necessity=TEXT, security=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_orders.order", method="post", tag="incidents", status=201,
        summary=Label("下令：调派力量", "Order units to an incident"),
        answer=record({"units": array(ref("IncidentUnit"))}),
        body=record(
            {
                "units": array(
                    record(
                        {"kind": {"type": "string", "enum": list(UNIT_KINDS)}, "id": TEXT},
                        expected_s=nullable(NUMBER),
                    )
                )
            },
            moved=nullable(
                array(record({"assignment": TEXT, "seen": TEXT}, expected_s=nullable(NUMBER)))
            ),
            proposed=nullable(array(TEXT)),
            why=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_orders.set_state", method="post", tag="incidents",
        summary=Label("登记力量状态", "Write down how a unit stands"), answer=_UNIT,
        body=record(
            {"state": _SENT_STATE, "seen": _SENT_STATE}, at=nullable(MOMENT), why=TEXT
        ),
    ),
    Operation(
        endpoint="incident_orders.reassign", method="post", tag="incidents",
        summary=Label("改派至另一事件", "Send a unit on to another incident"), answer=_UNIT,
        body=record({"to": TEXT, "seen": _SENT_STATE, "why": TEXT}),
    ),
    Operation(
        endpoint="incident_orders.correct_time", method="post", tag="incidents",
        summary=Label("订正力量的时刻", "Correct when a unit set out or arrived"), answer=_UNIT,
        body=record({"state": _SENT_STATE, "at": MOMENT, "why": TEXT}),
    ),
    Operation(
        endpoint="incident_response.prepare", method="post", tag="incidents", status=201,
        summary=Label("拟定应急响应，待批准", "Prepare a response for approval"),
        answer=ref("Incident"),
        body=record(
            {"level": _RESPONSE_LEVEL}, plan=TEXT, level_source=TEXT, item=TEXT, measures=TEXT,
            expected_h=nullable(NUMBER), owner=TEXT,
        ),
    ),
    Operation(
        endpoint="incident_response.approve", method="post", tag="incidents",
        summary=Label("批准应急响应：本人，或凭领导电话（leader、office）",
                      "Approve a response: as a leader, or on the word of one by phone"),
        answer=ref("Incident"), body=record(VERSION, **_OVER_PLAN),
    ),
    Operation(
        endpoint="incident_response.change_level", method="post", tag="incidents",
        summary=Label("调整响应级别", "Raise or lower the level of a response"),
        answer=ref("Incident"),
        body=record(
            VERSION | {"level": _RESPONSE_LEVEL, "why": TEXT}, measures=TEXT,
            expected_h=nullable(NUMBER), **_OVER_PLAN,
        ),
    ),
    Operation(
        endpoint="incident_response.extend", method="post", tag="incidents",
        summary=Label("延长应急响应", "Let a response last longer"), answer=ref("Incident"),
        body=record(VERSION | {"until": MOMENT, "why": TEXT}, owner=TEXT, **_WORD),
    ),
    Operation(
        endpoint="incident_response.end", method="post", tag="incidents",
        summary=Label("终止应急响应", "End a response"), answer=ref("Incident"),
        body=record(VERSION | {"why": TEXT}, **_WORD),
    ),
    Operation(
        endpoint="incident_response.withdraw", method="post", tag="incidents",
        summary=Label("撤回待批准的响应", "Withdraw a response that awaits approval"),
        answer=ref("Incident"), body=record(VERSION | {"why": TEXT}),
    ),
)  # fmt: skip
