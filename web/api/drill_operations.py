"""Addresses of the year's drills."""

from __future__ import annotations

from functools import partial

from gisapp.drills.programme.board import Standing
from gisapp.drills.programme.vocabulary import (
    FORMS,
    PURPOSES,
    SCOPES,
    SCORES,
    DrillState,
    Organiser,
)
from gisapp.schema import Label
from web.api.address import VERSION, Operation, Parameter, posted
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
    codes,
    nullable,
    record,
    ref,
)

_ORGANISER = codes(one.value for one in Organiser)
_STANDING = codes(one.value for one in Standing)
_DRILL: dict[str, Schema] = {
    "id": TEXT,
    "year": INTEGER,
    "name": TEXT,
    "organiser_kind": _ORGANISER,
    "organiser_kind_label": TEXT,
    "organiser": TEXT,
    "organiser_name": TEXT,
    "county": nullable(TEXT),
    "plan": nullable(TEXT),
    "form": codes(FORMS),
    "scope": codes(SCOPES),
    "purpose": codes(PURPOSES),
    "kind": TEXT,
    "starts_at": nullable(MOMENT),
    "duration_min": INTEGER,
    "venue": TEXT,
    "objectives": array(ANYTHING),
    "participants": array(ANYTHING),
    "state": codes(one.value for one in DrillState),
    "state_label": TEXT,
    "held_on": nullable(DATE),
    "reported_on": nullable(DATE),
    "scores": ANYTHING,
    "summary": TEXT,
    "version": INTEGER,
    "updated_by": TEXT,
}
_UNIT: dict[str, Schema] = {
    "kind": _ORGANISER,
    "kind_label": TEXT,
    "code": TEXT,
    "name": TEXT,
    "county": nullable(TEXT),
    "standing": _STANDING,
    "standing_label": TEXT,
}
_FINDING: Schema = record(
    {
        "number": INTEGER,
        "drill": nullable(TEXT),
        "organiser_kind": _ORGANISER,
        "organiser": TEXT,
        "organiser_name": TEXT,
        "is_order": BOOLEAN,
        "what": TEXT,
        "found_on": DATE,
        "due_on": nullable(DATE),
        "overdue": BOOLEAN,
        "closed_on": nullable(DATE),
    }
)
DRILLS: dict[str, Schema] = {
    "Drill": record(
        _DRILL | {"clashes": array(record({"code": TEXT, "drill": TEXT, "text": TEXT}))}
    ),
    "DrillScript": record(
        {
            "drill": TEXT,
            "version": INTEGER,
            "script": ANYTHING,
            "order": array(TEXT),
            "names": ANYTHING,
            "reckoned": nullable(
                record(
                    {
                        "at": MOMENT,
                        "is_current": BOOLEAN,
                        "consequences": ANYTHING,
                        "difficulty": nullable(ANYTHING),
                        "faults": array(record({"code": TEXT, "inject": TEXT, "text": TEXT})),
                    }
                )
            ),
        }
    ),
}
_SAID: dict[str, Schema] = {
    "plan": TEXT,
    "form": codes(FORMS),
    "scope": codes(SCOPES),
    "purpose": codes(PURPOSES),
    "starts_at": nullable(MOMENT),
    "duration_min": INTEGER,
    "venue": TEXT,
    "objectives": array(ANYTHING),
    "participants": array(ANYTHING),
}
_NEEDED: dict[str, Schema] = {
    "year": INTEGER,
    "name": TEXT,
    "organiser_kind": _ORGANISER,
    "organiser": TEXT,
}


_said = partial(posted, blueprint="drills", tag="drills")


OF_DRILLS = (
    Operation(
        endpoint="drills.year_told", tag="drills",
        summary=Label("一个年度的演练", "The drills of a year"),
        answer=record(
            {
                "year": INTEGER, "counts": ANYTHING,
                "headquarters": array(
                    record(
                        _UNIT
                        | {
                            "drills": array(record(_DRILL)), "scores": ANYTHING,
                            "open_findings": INTEGER,
                        }
                    )
                ),
                "drills": array(record(_DRILL)),
                "approval": nullable(
                    record({"by": TEXT, "at": MOMENT, "why": TEXT, "changed": array(TEXT)})
                ),
                "findings": array(_FINDING),
                "teams": array(
                    record(
                        {
                            "id": TEXT, "name": TEXT, "county": nullable(TEXT), "held": INTEGER,
                            "planned": INTEGER,
                        }
                    )
                ),
            }
        ),
    ),
    Operation(
        endpoint="drills.duties_told", tag="drills",
        parameters=(
            Parameter(name="county", schema=TEXT, doc=Label("只看一个县", "Of one county alone.")),
        ),
        summary=Label("各单位的演练义务", "How every unit stands with its duty"),
        answer=record(
            {
                "duties": array(
                    record(
                        _UNIT
                        | {
                            "last": nullable(DATE), "due_by": nullable(DATE),
                            "report_missing": BOOLEAN, "open_orders": INTEGER,
                            "overdue_orders": INTEGER,
                        }
                    )
                )
            }
        ),
    ),
    Operation(
        endpoint="drills.one_drill", tag="drills",
        summary=Label("一次演练", "A drill, and what stands against its date"), answer=ref("Drill"),
    ),
    _said("drill_planned", "计划演练", "Take a drill into the programme", ref("Drill"),
          record(_NEEDED, **_SAID), status=201),
    _said("drill_begun", "用现成情景建立演练", "Begin a drill of a ready scenario", ref("Drill"),
          record({"year": INTEGER}), status=201),
    _said("drill_changed", "修改演练", "Change a drill", ref("Drill"),
          record(_NEEDED | VERSION, **_SAID)),
    _said(
        "drill_held", "登记演练完成", "Record that a drill was held", ref("Drill"),
        record(
            VERSION | {"on": DATE}, reported_on=TEXT, summary=TEXT,
            scores=record({}, **dict.fromkeys(SCORES, NUMBER)),
        ),
    ),
    Operation(
        endpoint="drills.script", tag="drills",
        summary=Label("演练脚本（仅限策划、导调、评估人员）", "What a drill plays, for its staff"),
        answer=ref("DrillScript"),
    ),
    _said("script_written", "编写演练脚本", "Write what a drill plays", ref("DrillScript"),
          record(VERSION | {"script": ANYTHING})),
    _said("script_reckoned", "推算后果与难度", "Reckon what a script does, and how hard it is",
          ref("DrillScript"), record(VERSION)),
    _said("drill_cancelled", "取消演练", "Call a drill off", ref("Drill"),
          record(VERSION | {"why": TEXT})),
    _said(
        "finding_recorded", "登记问题或抽查", "Record something to be put right", _FINDING,
        record(
            {"what": TEXT, "found_on": DATE}, drill=TEXT, organiser_kind=_ORGANISER,
            organiser=TEXT, due_on=TEXT, is_order=BOOLEAN,
        ),
        status=201,
    ),
    _said("finding_closed", "问题销号", "Record that something was put right", _FINDING,
          record({"on": DATE})),
    _said("year_approved", "批准年度计划", "Approve the programme of a year",
          record({"year": INTEGER, "approved_at": MOMENT}), record({"why": TEXT})),
)  # fmt: skip
