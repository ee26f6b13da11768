"""Every address for programs: the one table that the description is made from.

A test fails where an address below ``/api``, ``/ogc`` or ``/feeds`` is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gisapp.exchange.crs import CRS84
from gisapp.exchange.feeds import FORMATS
from gisapp.incidents.cards.needs import BY as CARD_BY
from gisapp.incidents.command.vocabulary import CALL_STATES, DIRECTIONS, LEAD_LEVELS, MEANS
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.deadlines import LABELS as REPORTS
from gisapp.incidents.grading.figures import FIGURES, POLLUTED, THREATENED, WHOLE
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.surroundings.vocabulary import FOOTPRINT_SOURCES
from gisapp.incidents.vocabulary import (
    ASSIGNMENT_STATES,
    CLOSURE_SOURCES,
    INCIDENT_STATES,
    PERSON_ROLES,
    UNIT_KINDS,
)
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.kinds import HAZARD_KINDS, RESOURCE_KINDS
from gisapp.registers.listing import filterable
from gisapp.schema import Label
from web.api.schemas import (
    ANYTHING,
    BOOLEAN,
    DATE,
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
from web.incidents.surroundings import PROPOSED_BY
from web.ogc.asking import DEFAULT_LIMIT, MAX_LIMIT

GEOJSON = "application/geo+json"
JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of an address."""

    name: str
    schema: Schema
    doc: Label
    required: bool = False
    where: str = "query"


OF_EXERCISE = [
    Parameter(
        name="exercise",
        schema={"type": "string", "pattern": r"^[\w-]{1,40}$"},
        doc=Label(
            "演练名称：所读所写均只属于该演练，回答带 in_exercise 和 X-Exercise",
            "Name of an exercise: all that is read and written is of it alone; the answer says so"
            " by in_exercise and X-Exercise",
        ),
    ),
    Parameter(
        name="new",
        schema={"type": "boolean"},
        doc=Label(
            "随 exercise：开始这一新演练；否则没有内容的演练名按有误拒绝（exercise.unknown）",
            "With exercise: begin this exercise; else a name under which nothing was done is"
            " refused as mistyped (exercise.unknown)",
        ),
    ),
]
"""Parameters of all addresses that can be asked within an exercise."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One address, by one method.

    Attributes
    ----------
    endpoint
        As Flask names it.
    tag
        The group it is listed under.
    answer
        Schema of what comes back.
    media
        Its media types.
    parameters
        Of the query; those in the path follow from the address.
    body, body_media
        Schema and media type of what is sent.
    per_collection
        Whether it is described once for each collection, in whose place ``{kind}`` stands in
        the schema.
    """

    endpoint: str
    tag: str
    summary: Label
    answer: Schema
    method: str = "get"
    media: tuple[str, ...] = (JSON,)
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    body: Schema | None = None
    body_media: str = JSON
    per_collection: bool = False
    path_parameters: dict[str, Schema] = field(default_factory=dict)


_BBOX = Parameter(
    name="bbox",
    schema=TEXT,
    doc=Label("范围：左下角与右上角", "Extent: lower and upper corner, joined by commas."),
)
_EXTENT = Parameter(name=_BBOX.name, schema=_BBOX.schema, doc=_BBOX.doc, required=True)
_CRS = Parameter(
    name="crs",
    schema={"type": "string", "format": "uri"},
    doc=Label("结果的坐标参考系", f"Reference system of the answer, {CRS84} where not given."),
)
_BBOX_CRS = Parameter(
    name="bbox-crs",
    schema={"type": "string", "format": "uri"},
    doc=Label("范围的坐标参考系", f"Reference system of bbox, {CRS84} where not given."),
)
_LIMIT = Parameter(
    name="limit",
    schema={"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    doc=Label("每页最多条数", "Most features of a page."),
)
_AFTER = Parameter(
    name="after",
    schema={"type": "integer", "minimum": 0},
    doc=Label("下一页的起点，见 next 链接", "Where the page begins, as the next link says."),
)
_DATETIME = Parameter(
    name="datetime",
    schema=TEXT,
    doc=Label(
        "最近修改的时刻或时段（RFC 3339，.. 为不限）",
        "Moment or interval of the last change, RFC 3339; .. leaves an end open.",
    ),
)
_SINCE = Parameter(
    name="updated_since",
    schema=TEXT,
    doc=Label("只取此时刻以来修改的", "Only what was changed since, RFC 3339."),
)
_F = Parameter(name="f", schema={"type": "string", "enum": ["json"]}, doc=Label("格式", "Format."))

_KIND: dict[str, Schema] = {"kind_name": {"type": "string", "enum": list(RESOURCE_KINDS)}}
_HAZARD: Schema = {"type": "string", "enum": list(HAZARD_KINDS)}
_WARNINGS = array(record({"id": TEXT, "field": TEXT, "message": TEXT}))
_FILE: Schema = {"type": "string", "format": "binary"}
_LIMITS = record({"limits": array(ref("Limit")), "confirmed": array(ref("ConfirmedLimit"))})
_RISK = record({"state": TEXT, "version": INTEGER}, level=nullable(INTEGER))

_POSITION = (
    Parameter(name="x", schema=NUMBER, doc=Label("经度", "Longitude.")),
    Parameter(name="y", schema=NUMBER, doc=Label("纬度", "Latitude.")),
    Parameter(name="at", schema=TEXT,
              doc=Label("以文字或地图链接写的坐标，代替 x、y",
                        "Coordinates as text or a map's link, in the place of x and y.")),
    Parameter(name="system", schema=TEXT,
              doc=Label("坐标系：WGS84、CGCS2000、GCJ02、BD09 或 EPSG 代码；未写明时为 WGS84",
                        "Reference system: WGS84, CGCS2000, GCJ02, BD09 or an EPSG code; "
                        "WGS84 where none is named.")),
)  # fmt: skip

_TIMES: Schema = record({}, **dict.fromkeys(map(str, TIMES), nullable(MOMENT)))
_FIGURES: dict[str, Schema] = {
    **{name: nullable(INTEGER if name in WHOLE else NUMBER) for name in FIGURES},
    "threatened": array({"type": "string", "enum": list(THREATENED)}),
    "polluted": array({"type": "string", "enum": list(POLLUTED)}),
}
_EVENT_KIND: Schema = {"type": "string", "enum": list(EVENT_KINDS)}
_SENT_STATE: Schema = {"type": "string", "enum": [str(one) for one in ASSIGNMENT_STATES]}
_VERSION: dict[str, Schema] = {"version": INTEGER}
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

_PROPOSED_BY: Schema = {"type": "string", "enum": [str(one) for one in PROPOSED_BY]}
_SIZES: dict[str, Schema] = {"wave_speed_kph": nullable(NUMBER), "width_m": nullable(NUMBER)}
_BREACH = Parameter(
    name="breach_at", schema=MOMENT,
    doc=Label("溃决时刻；未写明时为现在", "When it gives way; now where not given."),
)  # fmt: skip
_OF_SURROUNDINGS = (
    Operation(
        endpoint="incident_surroundings.around",
        tag="incidents",
        summary=Label(
            "周边 1、3、5 公里内的人、场所和危险源", "Who and what lies within 1, 3 and 5 km"
        ),
        answer=ref("Around"),
    ),
    Operation(
        endpoint="incident_surroundings.downstream_of_incident",
        tag="incidents",
        summary=Label("事件所在危险源的下游", "What lies downstream of the incident's hazard"),
        answer=ref("Downstream"),
        parameters=(_BREACH,),
    ),
    Operation(
        endpoint="incident_surroundings.downstream_of_hazard",
        tag="incidents",
        summary=Label("危险源的下游", "What lies downstream of a hazard"),
        answer=ref("Downstream"),
        parameters=(_BREACH,),
    ),
    Operation(
        endpoint="incident_surroundings.propose_line",
        method="post",
        tag="incidents",
        status=201,
        summary=Label(
            "按河流流向或地面高程提出下游线", "Propose a line along the rivers or over the ground"
        ),
        answer=ref("DownstreamLine"),
        body=record({}, reach_m=nullable(NUMBER), by=_PROPOSED_BY, **_SIZES),
    ),
    Operation(
        endpoint="incident_surroundings.draw_line",
        method="post",
        tag="incidents",
        status=201,
        summary=Label("提交人工绘制的下游线", "Keep a line that was drawn"),
        answer=ref("DownstreamLine"),
        body=record({"geometry": ANYTHING}, **_SIZES),
    ),
    Operation(
        endpoint="incident_surroundings.confirm_line",
        method="post",
        tag="incidents",
        summary=Label("确认下游线", "Put a proposed line in force"),
        answer=ref("DownstreamLine"),
        body=record(_VERSION, why=TEXT, **_SIZES),
    ),
    Operation(
        endpoint="incident_surroundings.withdraw_line",
        method="post",
        tag="incidents",
        summary=Label("撤销下游线", "Take a line back"),
        answer=ref("DownstreamLine"),
        body=record(_VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_surroundings.list_footprints",
        tag="incidents",
        summary=Label("事件的影响范围", "Footprints of an incident"),
        answer=record({"footprints": array(ref("Footprint"))}),
    ),
    Operation(
        endpoint="incident_surroundings.footprints_of_open",
        tag="incidents",
        summary=Label("处置中各事件的影响范围", "Footprints of all open incidents"),
        answer=record({"footprints": array(ref("Footprint"))}),
    ),
    Operation(
        endpoint="incident_surroundings.make_footprint",
        method="post",
        tag="incidents",
        status=201,
        summary=Label(
            "划定影响范围：绘制、外扩、沿下游线或导入",
            "Make a footprint: drawn, within a distance, along the line, or of a file",
        ),
        answer=ref("Footprint"),
        body=record(
            {
                "source": {"type": "string", "enum": [str(one) for one in FOOTPRINT_SOURCES]},
                "label": TEXT,
            },
            geometry=ANYTHING,
            of={"type": "string", "enum": ["point", "line"]},
            distance_m=NUMBER,
            until_m=nullable(NUMBER),
            until_min=nullable(NUMBER),
            geojson=ANYTHING,
        ),
    ),
    Operation(
        endpoint="incident_surroundings.show_footprint",
        tag="incidents",
        summary=Label("影响范围内的人、场所、道路和桥隧", "Who, what and which roads lie in it"),
        answer=record({"footprint": ref("Footprint"), "contents": ref("FootprintContents")}),
    ),
    Operation(
        endpoint="incident_surroundings.end_footprint",
        method="post",
        tag="incidents",
        summary=Label("取消影响范围并开放其道路", "End a footprint and open its roads"),
        answer=ref("Footprint"),
        body=record(_VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_surroundings.close_roads",
        method="post",
        tag="incidents",
        status=201,
        summary=Label(
            "封闭影响范围内的道路；桥梁隧道除注明者外保持通行",
            "Close its roads; bridges and tunnels stay open but those named",
        ),
        answer=ref("Closure"),
        body=record({"closed_structures": array(INTEGER)}, reason=TEXT, confirm=BOOLEAN),
    ),
)

_OF_INCIDENTS = (
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
        answer=ref("IncidentsNear"), parameters=_POSITION,
    ),
    Operation(
        endpoint="incident_course.open_incident", method="post", tag="incidents", status=201,
        summary=Label("接报：新建事件", "Open an incident"), answer=ref("Incident"),
        body=record(
            {"kind": _EVENT_KIND}, x=NUMBER, y=NUMBER, at=TEXT, system=TEXT, title=TEXT,
            place=TEXT, hazard=nullable(record({"kind": _HAZARD, "id": TEXT})), times=_TIMES,
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
            _VERSION | {
                "changes": record(
                    {}, kind=_EVENT_KIND, in_production=nullable(BOOLEAN), title=TEXT, place=TEXT,
                    priority=INTEGER, entered_level=nullable(INTEGER),
                    entered_source=nullable(TEXT),
                    hazard=nullable(record({"kind": _HAZARD, "id": TEXT})),
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
        body=record(_VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_course.reopen", method="post", tag="incidents",
        summary=Label("恢复处置", "Take an incident up again"), answer=ref("Incident"),
        body=record(_VERSION | {"why": TEXT}),
    ),
    Operation(
        endpoint="incident_course.join", method="post", tag="incidents",
        summary=Label("并入另一事件", "Join an incident to another"), answer=ref("Incident"),
        body=record(_VERSION | {"to": TEXT, "why": TEXT}),
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
            {"until": {"type": "string", "format": "date"}, **_VERSION},
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
        answer=ref("Incident"), body=record(_VERSION, **_OVER_PLAN),
    ),
    Operation(
        endpoint="incident_response.change_level", method="post", tag="incidents",
        summary=Label("调整响应级别", "Raise or lower the level of a response"),
        answer=ref("Incident"),
        body=record(
            _VERSION | {"level": _RESPONSE_LEVEL, "why": TEXT}, measures=TEXT,
            expected_h=nullable(NUMBER), **_OVER_PLAN,
        ),
    ),
    Operation(
        endpoint="incident_response.extend", method="post", tag="incidents",
        summary=Label("延长应急响应", "Let a response last longer"), answer=ref("Incident"),
        body=record(_VERSION | {"until": MOMENT, "why": TEXT}, owner=TEXT, **_WORD),
    ),
    Operation(
        endpoint="incident_response.end", method="post", tag="incidents",
        summary=Label("终止应急响应", "End a response"), answer=ref("Incident"),
        body=record(_VERSION | {"why": TEXT}, **_WORD),
    ),
    Operation(
        endpoint="incident_response.withdraw", method="post", tag="incidents",
        summary=Label("撤回待批准的响应", "Withdraw a response that awaits approval"),
        answer=ref("Incident"), body=record(_VERSION | {"why": TEXT}),
    ),
)  # fmt: skip


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
_OF_COMMAND = (
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
          record(_VERSION | _POST | _WHY, members=TEXT, **_POINT)),
    _said("dissolve_post", "撤销现场指挥部", "Dissolve the command post", record(_VERSION | _WHY)),
    _said("set_task", "下达任务", "Set a task",
          record({"text": TEXT, "owner": TEXT, "due_at": MOMENT}, **_POINT), status=201),
    _said("finish_task", "任务完成", "Record that a task is done", record(_VERSION, result=TEXT)),
    _said("drop_task", "取消任务", "Drop a task", record(_VERSION | _WHY)),
    _said("change_task", "改派任务或延期", "Give a task another owner or due time",
          record(_VERSION | _WHY, owner=TEXT, due_at=nullable(MOMENT))),
    _said("keep_message", "登记往来信息", "Keep a message that came or went",
          record({"direction": _one_of(DIRECTIONS), "party": TEXT, "means": _one_of(MEANS),
                  "text": TEXT}, at=nullable(MOMENT)), status=201),
    _said("receive_instruction", "登记领导批示", "Record a leader's instruction",
          record({"leader": TEXT, "office": TEXT, "words": TEXT}, received_at=nullable(MOMENT)),
          status=201),
    _said("pass_instruction", "转达批示", "Pass an instruction on",
          record(_VERSION | {"passed_to": TEXT})),
    _said("answer_instruction", "回复批示", "Answer an instruction",
          record(_VERSION | {"answer": TEXT})),
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
        body=record(_VERSION | {"state": _one_of(CALL_STATES)}, note=TEXT),
    ),
)  # fmt: skip

OPERATIONS = (
    Operation(
        endpoint="ogc.landing", tag="ogc", summary=Label("入口", "Landing page"),
        answer=ref("Landing"), parameters=(_F,),
    ),
    Operation(
        endpoint="ogc.conformance", tag="ogc",
        summary=Label("遵循的标准", "Conformance classes"), answer=ref("Conformance"),
        parameters=(_F,),
    ),
    Operation(
        endpoint="ogc.collections", tag="ogc", summary=Label("全部数据集", "All collections"),
        answer=ref("Collections"), parameters=(_F,),
    ),
    Operation(
        endpoint="ogc.collection", tag="ogc", summary=Label("数据集", "One collection"),
        answer=ref("Collection"), per_collection=True, parameters=(_F,),
    ),
    Operation(
        endpoint="ogc.items", tag="ogc", summary=Label("要素", "Features"),
        answer=ref("{kind}_features"), media=(GEOJSON,), per_collection=True,
        parameters=(_LIMIT, _AFTER, _BBOX, _BBOX_CRS, _CRS, _DATETIME, _F),
    ),
    Operation(
        endpoint="ogc.feature", tag="ogc", summary=Label("一个要素", "One feature"),
        answer=ref("{kind}_feature"), media=(GEOJSON,), per_collection=True,
        parameters=(_CRS, _F),
    ),
    Operation(
        endpoint="api.description", tag="api",
        summary=Label("本说明（OpenAPI 3.0）", "This description, OpenAPI 3.0"), answer=ANYTHING,
        media=("application/vnd.oai.openapi+json",),
    ),
    *(
        Operation(
            endpoint=f"api.{form}_feed", tag="feeds", media=(FORMATS[form].split(";")[0],),
            summary=Label(f"整册 {form.upper()}", f"The register as {form.upper()}"),
            answer=ref("GeoJson") if form == "geojson" else {"type": "string"},
            parameters=(_SINCE,), per_collection=True,
        )
        for form in FORMATS
    ),
    Operation(
        endpoint="map.features", tag="map", summary=Label("图层要素", "Features of a map layer"),
        answer=ref("GeoJson"), media=(GEOJSON,),
        parameters=(
            _EXTENT,
            Parameter(name="zoom", schema={"type": "integer", "minimum": 0, "maximum": 22},
                      doc=Label("缩放级别（仅道路）", "Zoom; asked for roads only.")),
        ),
    ),
    Operation(
        endpoint="map.roads", tag="map", summary=Label("道路", "Roads"), answer=ref("GeoJson"),
        media=(GEOJSON,),
        parameters=(
            _EXTENT,
            Parameter(name="zoom", schema={"type": "integer", "minimum": 0, "maximum": 22},
                      doc=Label("缩放级别", "Zoom."), required=True),
        ),
    ),
    Operation(
        endpoint="map.search", tag="map", summary=Label("按名称查找", "Search by name"),
        answer=record({"results": array(ANYTHING)}),
        parameters=(
            Parameter(name="q", schema={"type": "string", "minLength": 1, "maxLength": 80},
                      doc=Label("名称或其中一段", "Name or part of it."), required=True),
            Parameter(name="limit", schema={"type": "integer", "minimum": 1, "maximum": 50},
                      doc=Label("最多条数", "Most results.")),
        ),
    ),
    Operation(
        endpoint="map.record", tag="map", summary=Label("一条记录", "One record"),
        answer=record({"kind": TEXT, "id": TEXT, "name": TEXT, "facts": array(ANYTHING)}),
    ),
    Operation(
        endpoint="incidents.propose", method="post", tag="incidents",
        summary=Label("就近队伍", "Nearest able teams"), answer=ANYTHING,
        body=record(
            {"need": TEXT}, x=NUMBER, y=NUMBER, at=TEXT, system=TEXT, k=INTEGER, vehicle=TEXT,
            limit_min=NUMBER,
        ),
    ),
    Operation(
        endpoint="incidents.others", method="post", tag="incidents",
        summary=Label("其余队伍及原因", "Why the other teams do not go"), answer=ANYTHING,
        body=record(
            {
                "need": TEXT, "proposed": array(TEXT), "closures": array(TEXT),
                "generated_at": TEXT,
            },
            x=NUMBER, y=NUMBER, at=TEXT, system=TEXT, vehicle=TEXT, limit_min=NUMBER,
        ),
    ),
    Operation(
        endpoint="incidents.isochrones", tag="incidents",
        summary=Label("若干分钟可达的范围", "Areas within minutes' drive"), answer=ref("GeoJson"),
        parameters=(
            *_POSITION,
            Parameter(name="minutes", schema=TEXT,
                      doc=Label("分钟，逗号分隔", "Minutes, joined by commas.")),
            Parameter(name="profile", schema=TEXT, doc=Label("车型", "Vehicle profile.")),
        ),
    ),
    Operation(
        endpoint="incidents.list_closures", tag="incidents",
        summary=Label("生效的封路", "Closures in force"),
        answer=record({"closures": array(ref("Closure"))}),
    ),
    Operation(
        endpoint="incidents.add_closure", method="post", tag="incidents", status=201,
        summary=Label("封路", "Close roads"), answer=ref("Closure"),
        body=record(
            {"polygon": ANYTHING, "reason": TEXT}, confirm=BOOLEAN,
            source={"type": "string", "enum": list(CLOSURE_SOURCES)},
            told_by=TEXT, expires_at=nullable(MOMENT),
        ),
    ),
    Operation(
        endpoint="incidents.preview_closure", method="post", tag="incidents",
        summary=Label("封路前：谁会断路或推迟", "Whom a closure would cut off or delay"),
        answer=ref("ClosurePreview"),
        body=record({"polygon": ANYTHING}, closed_structures=nullable(array(INTEGER))),
    ),
    Operation(
        endpoint="incidents.import_closures", method="post", tag="incidents", status=201,
        summary=Label("导入封路（GeoJSON）", "Take in closures from GeoJSON, all or none"),
        answer=record({"closures": array(ref("Closure"))}),
        body=record({"geojson": ANYTHING}, confirm=BOOLEAN),
    ),
    Operation(
        endpoint="incidents.extend_closure", method="post", tag="incidents",
        summary=Label("延长封路", "Say anew when a closure may be over"), answer=ref("Closure"),
        body=record({"expires_at": nullable(MOMENT), "why": TEXT}),
    ),
    Operation(
        endpoint="field.make_link", method="post", tag="incidents", status=201,
        summary=Label("生成力量的手机链接", "Make the link of a crew's phone page"),
        answer=record({"address": TEXT}), body=record({}),
    ),
    Operation(
        endpoint="incidents.report_positions", method="post", tag="incidents", status=201,
        summary=Label("上报力量位置", "Report where units are"),
        answer=record({"kept": INTEGER, "known": INTEGER, "refused": array(ANYTHING)}),
        body=record(
            {
                "readings": array(
                    record(
                        {"kind": TEXT, "id": TEXT, "at": MOMENT, "x": NUMBER, "y": NUMBER},
                        accuracy_m=nullable(NUMBER), speed_kph=nullable(NUMBER),
                        heading_deg=nullable(NUMBER),
                    )
                ),
            },
        ),
    ),
    Operation(
        endpoint="incidents.latest_positions", tag="incidents",
        summary=Label("力量最近位置", "Where units were last seen"),
        parameters=(
            Parameter(name="after", schema={"type": "integer", "minimum": 0},
                      doc=Label("只取此号之后上报的：上次回答的 last",
                                "Only what was reported after: the last of an answer before.")),
        ),
        answer=record({"positions": array(ANYTHING), "last": INTEGER, "now": MOMENT}),
    ),
    Operation(
        endpoint="incidents.replayed", tag="incidents",
        summary=Label("事件回放：记录和力量位置依时间先后", "An incident again, in order of time"),
        parameters=(
            Parameter(name="from", schema=TEXT, doc=Label("自此时刻起", "From this moment on.")),
            Parameter(name="to", schema=TEXT, doc=Label("此时刻之前", "Before this moment.")),
        ),
        answer=record({"steps": array(ANYTHING), "goes_on_from": nullable(MOMENT)}),
    ),
    Operation(
        endpoint="incidents.units_moving", tag="incidents",
        summary=Label("在外力量的最近位置", "Units that are out, where they were last seen"),
        answer=record(
            {"units": array(ref("Moving")), "out": INTEGER, "last": INTEGER, "now": MOMENT}
        ),
    ),
    Operation(
        endpoint="incidents.moving", tag="incidents",
        summary=Label("范围内或附近的力量、事件、封路", "What moves in an area or near a point"),
        parameters=(
            _BBOX,
            Parameter(name="polygon", schema=TEXT,
                      doc=Label("GeoJSON 多边形，代替范围", "A GeoJSON polygon in its place.")),
            Parameter(name="footprint", schema=TEXT,
                      doc=Label("影响范围编号，代替范围", "Id of a footprint in its place.")),
            Parameter(name="within_m", schema=NUMBER,
                      doc=Label("距某点的米数，代替范围",
                                "Metres from a point in its place; the point as x, y or at.")),
            *_POSITION,
            Parameter(name="moves", schema=TEXT,
                      doc=Label("只取其中几类，逗号分隔：unit、incident、closure",
                                "Only these, joined by commas: unit, incident, closure.")),
        ),
        answer=record({"moving": array(ref("Moving")), "truncated": BOOLEAN, "now": MOMENT}),
    ),
    Operation(
        endpoint="incidents.road_end", tag="incidents",
        summary=Label("路尽头与作业点", "Where the road ends, and where the work is"),
        answer=record({"road_end": nullable(ref("RoadEnd")), "version": INTEGER}),
    ),
    Operation(
        endpoint="incidents.work_point", method="post", tag="incidents",
        summary=Label("设定作业点", "Say where the work is"),
        answer=record({"road_end": nullable(ref("RoadEnd")), "version": INTEGER}),
        body=record(
            {"version": INTEGER}, x=NUMBER, y=NUMBER, at=TEXT, system=TEXT, words=TEXT,
        ),
    ),
    Operation(
        endpoint="incidents.lift_closure", method="delete", tag="incidents",
        summary=Label("解除封路", "Lift a closure"),
        parameters=(
            Parameter(
                name="why", schema=TEXT, doc=Label("依据", "How it is known."), required=True
            ),
        ),
        answer=record({"closures": array(ref("Closure"))}),
    ),
    Operation(
        endpoint="incidents.list_limits", tag="incidents",
        summary=Label("无法识别的和已核实的限重限高", "Limits unread, and those confirmed"),
        answer=_LIMITS,
    ),
    Operation(
        endpoint="incidents.confirm_limit", method="post", tag="incidents", status=201,
        summary=Label("核实限重限高", "Confirm a limit"), answer=ref("ConfirmedLimit"),
        body=record(
            {"way_id": INTEGER, "kind": {"enum": ["weight", "height"]}, "text": TEXT, "why": TEXT},
            value=nullable(NUMBER),
        ),
    ),
    Operation(
        endpoint="incidents.withdraw_limit", method="delete", tag="incidents",
        summary=Label("撤销核实", "Withdraw a confirmed limit"), answer=_LIMITS,
        parameters=(
            Parameter(name="why", schema=TEXT, doc=Label("缘由", "Reason."), required=True),
        ),
    ),
    *_OF_INCIDENTS,
    *_OF_COMMAND,
    *_OF_SURROUNDINGS,
    Operation(
        endpoint="registers.rows", tag="registers", path_parameters=_KIND,
        summary=Label("一页登记", "A page of a register"),
        answer=record({"rows": array(ANYTHING)}),
        parameters=(
            Parameter(name="q", schema=TEXT, doc=Label("查找", "Text to find.")),
            Parameter(name="sort", schema=TEXT, doc=Label("排序", "Field to sort by.")),
            Parameter(name="limit", schema={"type": "integer", "minimum": 1, "maximum": 500},
                      doc=Label("每页行数", "Rows of a page.")),
            Parameter(name="after", schema=TEXT, doc=Label("下一页的起点", "Where it begins.")),
        ),
    ),
    Operation(
        endpoint="registers.create", method="post", tag="registers", status=201,
        path_parameters=_KIND, summary=Label("新增记录", "Make a record"),
        answer=record({"id": TEXT, "url": TEXT, "warnings": _WARNINGS}),
        body=record({"values": ANYTHING}, why=TEXT),
    ),
    Operation(
        endpoint="registers.set_state", method="post", tag="registers",
        path_parameters=_KIND,
        summary=Label("设定状态（如队伍战备）", "Set a state, as a team's readiness"),
        answer=record({"changed": BOOLEAN}),
        body=record({"field": TEXT, "value": TEXT, "seen": TEXT, "why": TEXT}),
    ),
    Operation(
        endpoint="registers.act", method="post", tag="registers", path_parameters=_KIND,
        summary=Label("修改、核实、停用、恢复、撤销", "Change, verify, retire, restore, undo"),
        answer=record({"changed": INTEGER, "warnings": _WARNINGS}),
        body=record(
            {
                "action": {
                    "type": "string",
                    "enum": ["change", "verify", "retire", "restore", "undo"],
                },
                "records": array(record({"id": TEXT, "version": INTEGER})),
            },
            values=ANYTHING,
            why=TEXT,
        ),
    ),
    Operation(
        endpoint="registers.history_of", tag="registers", path_parameters=_KIND,
        summary=Label("一条记录的历史", "History of a record"),
        answer=record({"entries": array(ANYTHING), "more": BOOLEAN}),
        parameters=(
            Parameter(name="before", schema={"type": "integer", "minimum": 0},
                      doc=Label("在此序号之前", "Before this sequence number.")),
        ),
    ),
    Operation(
        endpoint="registers.grades", method="post", tag="registers", path_parameters=_KIND,
        summary=Label("按规则试算等级", "Grades that the rules make of facts"), answer=ANYTHING,
        body=record({"values": ANYTHING}),
    ),
    Operation(
        endpoint="register_files.listed", tag="registers", path_parameters=_KIND,
        summary=Label("照片与文件", "Photos and documents of a record"),
        answer=record({"attachments": array(ANYTHING)}),
    ),
    Operation(
        endpoint="register_files.attach", method="post", tag="registers", status=201,
        path_parameters=_KIND, summary=Label("添加照片或文件", "Add a photo or document"),
        answer=ANYTHING, body=record({"file": _FILE}, caption=TEXT),
        body_media="multipart/form-data",
    ),
    Operation(
        endpoint="register_files.detach", method="delete", tag="registers",
        summary=Label("移除附件", "Take an attachment away"), answer=record({"removed": TEXT}),
    ),
    Operation(
        endpoint="quality.verify", method="post", tag="registers",
        summary=Label("批量核实", "Verify several records"), answer=ANYTHING,
        body=record({"kind": {"type": "string", "enum": list(RESOURCE_KINDS)},
                     "ids": array(TEXT)}),
    ),
    Operation(
        endpoint="risks.layer", tag="risks", summary=Label("四色风险图层", "Layer of risks"),
        answer=ref("GeoJson"), media=(GEOJSON,), parameters=(_EXTENT,),
    ),
    Operation(
        endpoint="risks.card", tag="risks", summary=Label("一项风险", "One risk"),
        answer=ANYTHING,
    ),
    Operation(
        endpoint="risks.assess", method="post", tag="risks",
        summary=Label("评估风险", "Assess a risk"), answer=_RISK,
        body=record(
            {"kind": _HAZARD, "id": TEXT, "method": TEXT, "version": INTEGER},
            likelihood=INTEGER, consequence=INTEGER, level=INTEGER, measures=TEXT, why=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.advance", method="post", tag="risks",
        summary=Label("转入另一环节", "Take a risk to another stage"), answer=_RISK,
        body=record(
            {"kind": _HAZARD, "id": TEXT, "state": TEXT, "version": INTEGER},
            colour=INTEGER, measures=TEXT, why=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.inspect", method="post", tag="risks", status=201,
        summary=Label("登记巡查", "Record an inspection"), answer=ANYTHING,
        body=record(
            {"kind": _HAZARD, "id": TEXT, "result": TEXT},
            inspected_on=DATE, inspected_by=TEXT, note=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.set_cadence", method="post", tag="risks",
        summary=Label("设定巡查周期", "Set the days between inspections"), answer=ANYTHING,
        body=record({"kind": _HAZARD, "level": INTEGER, "days": INTEGER}, why=TEXT),
    ),
    Operation(
        endpoint="risks.add_ticket", method="post", tag="risks", status=201,
        summary=Label("登记隐患", "Take up a hidden danger"), answer=record({"id": TEXT}),
        body=record(
            {"grade": TEXT, "description": TEXT, "measure": TEXT, "responsible": TEXT,
             "deadline": DATE},
            kind=_HAZARD, id=TEXT, place=TEXT, county=TEXT, found_on=DATE, found_by=TEXT,
            funding_cny=NUMBER,
        ),
    ),
    Operation(
        endpoint="risks.move_ticket", method="post", tag="risks",
        summary=Label("推进隐患整改", "Take a ticket to another state"),
        answer=record({"state": TEXT, "version": INTEGER}),
        body=record({"state": TEXT, "version": INTEGER}, note=TEXT, deadline=DATE),
    ),
)  # fmt: skip
"""All operations."""


def filter_parameters(kind: Kind) -> list[Parameter]:
    """Parameters that choose features of `kind` by their fields."""
    found = []
    for item in filterable(kind):
        schema: dict[str, Any] = {"type": "string"}
        if item.type is FieldType.BOOLEAN:
            schema = {"type": "boolean"}
        elif item.choices is not None:
            schema["enum"] = list(item.choices)
        found.append(Parameter(name=item.name, schema=schema, doc=item.label))
    return found
