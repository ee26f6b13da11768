"""Addresses of what lies around an incident, downstream, and in footprints."""

from __future__ import annotations

from gisapp.incidents.surroundings.vocabulary import FOOTPRINT_SOURCES
from gisapp.schema import Label
from web.api.address import VERSION, Operation, Parameter
from web.api.shapes import (
    ANYTHING,
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
from web.incidents.surroundings import PROPOSED_BY

_PROPOSED_BY: Schema = {"type": "string", "enum": [str(one) for one in PROPOSED_BY]}
_SIZES: dict[str, Schema] = {"wave_speed_kph": nullable(NUMBER), "width_m": nullable(NUMBER)}
_BREACH = Parameter(
    name="breach_at", schema=MOMENT,
    doc=Label("溃决时刻；未写明时为现在", "When it gives way; now where not given."),
)  # fmt: skip
OF_SURROUNDINGS = (
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
        body=record(VERSION, why=TEXT, **_SIZES),
    ),
    Operation(
        endpoint="incident_surroundings.withdraw_line",
        method="post",
        tag="incidents",
        summary=Label("撤销下游线", "Take a line back"),
        answer=ref("DownstreamLine"),
        body=record(VERSION | {"why": TEXT}),
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
        body=record(VERSION | {"why": TEXT}),
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
