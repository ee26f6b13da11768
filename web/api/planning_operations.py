"""Addresses of planning: scenarios, and what came of them."""

from __future__ import annotations

from functools import partial

from gisapp.jobs import State
from gisapp.planning.models import Study
from gisapp.schema import Label
from web.api.address import VERSION, Operation, posted
from web.api.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Schema,
    array,
    codes,
    nullable,
    record,
    ref,
)

_STUDY = codes(one.value for one in Study)
_JOB: Schema = record(
    {
        "id": TEXT,
        "state": codes(one.value for one in State),
        "label": TEXT,
        "done": INTEGER,
        "total": nullable(INTEGER),
        "cancel_asked": BOOLEAN,
        "text": TEXT,
    }
)
_ROW: dict[str, Schema] = {
    "id": TEXT,
    "study": _STUDY,
    "study_label": TEXT,
    "name": TEXT,
    "note": TEXT,
    "seed": INTEGER,
    "version": INTEGER,
    "made_at": MOMENT,
    "updated_by": TEXT,
    "result": nullable(
        record(
            {
                "computed_at": MOMENT,
                "computed_by": TEXT,
                "seconds": NUMBER,
                "is_current": BOOLEAN,
                "parameters": ANYTHING,
                "last_event": INTEGER,
                "roads_sha256": TEXT,
                "figures": ANYTHING,
            }
        )
    ),
    "job": nullable(_JOB),
}
SCENARIOS: dict[str, Schema] = {
    "Scenario": record(_ROW),
    "ScenarioWhole": record(
        _ROW | {"parameters": ANYTHING, "content": nullable(ANYTHING), "areas": ANYTHING}
    ),
}
_LAYER: Schema = record(
    {
        "id": TEXT,
        "name": TEXT,
        "source": TEXT,
        "year": nullable(INTEGER),
        "places": INTEGER,
        "made_by": TEXT,
        "made_at": MOMENT,
    }
)
_SAID: dict[str, Schema] = {"name": TEXT, "parameters": ANYTHING}
_COMPUTING: Schema = record({"job": nullable(_JOB)})


_said = partial(posted, blueprint="planning", tag="planning")


OF_PLANNING = (
    Operation(
        endpoint="planning.listed", tag="planning",
        summary=Label("全部规划方案", "All scenarios of planning"),
        answer=record({"scenarios": array(ref("Scenario"))}),
    ),
    Operation(
        endpoint="planning.one", tag="planning",
        summary=Label("一个方案及其结果", "One scenario, and what came of it"),
        answer=ref("ScenarioWhole"),
    ),
    Operation(
        endpoint="planning.comparison", tag="planning",
        summary=Label("两个方案的对比", "What changes from one scenario to another"),
        answer=record(
            {
                "scenarios": array(ANYTHING), "counts": ANYTHING, "places": ANYTHING,
                "counties": ANYTHING, "only": array(INTEGER), "areas": ANYTHING,
            }
        ),
    ),
    _said("make", "新建方案并计算", "Keep a question as a scenario and have it computed",
          ref("Scenario"), record({"study": _STUDY} | _SAID, note=TEXT, seed=INTEGER), status=201),
    _said("change", "修改方案", "Change what a scenario asks",
          ref("Scenario"), record(VERSION | _SAID, note=TEXT, seed=INTEGER)),
    _said("compute", "重新计算", "Have a scenario computed on the data as they are now",
          _COMPUTING, status=202),
    _said("call_off", "取消计算", "Call the computing of a scenario off", _COMPUTING),
    _said("retire", "移除方案", "Put a scenario away", record({"id": TEXT}), record(VERSION)),
    Operation(
        endpoint="planning.layers_listed", tag="planning",
        summary=Label("规划图层", "Layers of places for planning"),
        answer=record({"layers": array(_LAYER)}),
    ),
    _said("layer_taken_in", "导入规划图层（GeoJSON）", "Take the places of a GeoJSON in", _LAYER,
          record({"name": TEXT, "places": ANYTHING}, source=TEXT, year=nullable(INTEGER)),
          status=201),
    _said("layer_retired", "移除规划图层", "Put a layer away", record({"id": TEXT})),
)  # fmt: skip
