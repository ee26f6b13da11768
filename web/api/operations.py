"""Every address for programs: the one table that the description is made from.

A test fails where an address below ``/api``, ``/ogc`` or ``/feeds`` is not in it.
"""

from __future__ import annotations

from typing import Any

from gisapp.exchange.crs import CRS84
from gisapp.exchange.feeds import FORMATS
from gisapp.incidents.vocabulary import (
    CLOSURE_SOURCES,
)
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.kinds import RESOURCE_KINDS
from gisapp.registers.listing import filterable
from gisapp.schema import Label
from web.api.address import GEOJSON, HAZARD, POSITION, Operation, Parameter
from web.api.command_operations import OF_COMMAND
from web.api.drill_operations import OF_DRILLS
from web.api.incident_operations import OF_INCIDENTS
from web.api.plan_operations import OF_PLANS
from web.api.planning_operations import OF_PLANNING
from web.api.shapes import (
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
from web.api.surroundings_operations import OF_SURROUNDINGS
from web.ogc.asking import DEFAULT_LIMIT, MAX_LIMIT

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
_WARNINGS = array(record({"id": TEXT, "field": TEXT, "message": TEXT}))
_FILE: Schema = {"type": "string", "format": "binary"}
_LIMITS = record({"limits": array(ref("Limit")), "confirmed": array(ref("ConfirmedLimit"))})
_RISK = record({"state": TEXT, "version": INTEGER}, level=nullable(INTEGER))

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
            *POSITION,
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
            *POSITION,
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
    *OF_INCIDENTS,
    *OF_COMMAND,
    *OF_SURROUNDINGS,
    *OF_PLANNING,
    *OF_PLANS,
    *OF_DRILLS,
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
            {"kind": HAZARD, "id": TEXT, "method": TEXT, "version": INTEGER},
            likelihood=INTEGER, consequence=INTEGER, level=INTEGER, measures=TEXT, why=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.advance", method="post", tag="risks",
        summary=Label("转入另一环节", "Take a risk to another stage"), answer=_RISK,
        body=record(
            {"kind": HAZARD, "id": TEXT, "state": TEXT, "version": INTEGER},
            colour=INTEGER, measures=TEXT, why=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.inspect", method="post", tag="risks", status=201,
        summary=Label("登记巡查", "Record an inspection"), answer=ANYTHING,
        body=record(
            {"kind": HAZARD, "id": TEXT, "result": TEXT},
            inspected_on=DATE, inspected_by=TEXT, note=TEXT,
        ),
    ),
    Operation(
        endpoint="risks.set_cadence", method="post", tag="risks",
        summary=Label("设定巡查周期", "Set the days between inspections"), answer=ANYTHING,
        body=record({"kind": HAZARD, "level": INTEGER, "days": INTEGER}, why=TEXT),
    ),
    Operation(
        endpoint="risks.add_ticket", method="post", tag="risks", status=201,
        summary=Label("登记隐患", "Take up a hidden danger"), answer=record({"id": TEXT}),
        body=record(
            {"grade": TEXT, "description": TEXT, "measure": TEXT, "responsible": TEXT,
             "deadline": DATE},
            kind=HAZARD, id=TEXT, place=TEXT, county=TEXT, found_on=DATE, found_by=TEXT,
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
