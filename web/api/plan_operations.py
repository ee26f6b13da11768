"""Addresses of plans: the library, drafts, the check-up, the collision audit."""

from __future__ import annotations

from functools import partial

from gisapp.drills.plans.due import Need
from gisapp.drills.plans.promises import PROMISES
from gisapp.drills.plans.vocabulary import REVISION_TRIGGERS, Mark
from gisapp.incidents.response.vocabulary import PLAN_CATEGORIES
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

_HEAD: dict[str, Schema] = {
    "code": TEXT,
    "edition": INTEGER,
    "name": TEXT,
    "category": codes(PLAN_CATEGORIES),
    "category_label": TEXT,
    "headquarters": nullable(TEXT),
    "agency": nullable(TEXT),
    "county": nullable(TEXT),
    "enterprise": nullable(TEXT),
    "enterprise_name": nullable(TEXT),
    "kinds": array(TEXT),
    "issued_on": nullable(DATE),
    "review_every_months": INTEGER,
    "synthetic": BOOLEAN,
    "source": TEXT,
}
_DUE: Schema = record(
    {
        "plan": TEXT,
        "name": TEXT,
        "need": codes(one.value for one in Need),
        "label": TEXT,
        "day": nullable(DATE),
        "days": nullable(INTEGER),
        "trigger": nullable(TEXT),
        "note": TEXT,
    }
)
_DRAFT: dict[str, Schema] = {
    "id": TEXT,
    "code": TEXT,
    "name": nullable(ANYTHING),
    "version": INTEGER,
    "updated_by": TEXT,
    "updated_at": MOMENT,
}
_MARK: Schema = record(
    {
        "edition": INTEGER,
        "what": codes(one.value for one in Mark),
        "label": TEXT,
        "on": DATE,
        "by": nullable(TEXT),
        "number": nullable(TEXT),
        "trigger": nullable(TEXT),
        "note": TEXT,
        "recorded_by": TEXT,
        "recorded_at": MOMENT,
    }
)
_FINDING: Schema = record(
    {
        "plan": TEXT,
        "name": TEXT,
        "clause": TEXT,
        "heading": TEXT,
        "item": TEXT,
        "code": TEXT,
        "text": TEXT,
        "since": MOMENT,
        "seen": MOMENT,
        "closed": nullable(MOMENT),
    }
)
_COLLISION: Schema = record(
    {
        "what": codes(PROMISES),
        "kind": TEXT,
        "id": TEXT,
        "owner": TEXT,
        "of": TEXT,
        "has": nullable(NUMBER),
        "promised": NUMBER,
        "left": nullable(NUMBER),
        "short": BOOLEAN,
        "plans": array(
            record({"plan": TEXT, "name": TEXT, "amount": NUMBER, "clauses": array(TEXT)})
        ),
    }
)
PLANS: dict[str, Schema] = {
    "Plan": record(
        _HEAD
        | {
            "editions": array(INTEGER),
            "repealed_on": nullable(DATE),
            "levels": array(ANYTHING),
            "clauses": array(ANYTHING),
            "marks": array(_MARK),
        }
    ),
    "PlanDraft": record(
        _DRAFT
        | {
            "content": ANYTHING,
            "unread": array(record({"code": TEXT, "where": TEXT, "text": TEXT, "sentence": TEXT})),
            "names": ANYTHING,
        }
    ),
}
_EDITION = Parameter(
    name="edition", schema={"type": "integer", "minimum": 1},
    doc=Label("版次，缺省为最新", "Edition, the last where not given."),
)  # fmt: skip


def _of_editions(name: str, zh: str, en: str) -> Parameter:
    return Parameter(
        name=name, schema={"type": "integer", "minimum": 1}, doc=Label(zh, en), required=True
    )


_said = partial(posted, blueprint="drills", tag="plans")


OF_PLANS = (
    Operation(
        endpoint="drills.listed", tag="plans",
        summary=Label("预案库、到期事项和草稿", "The plan library, what is due, the drafts"),
        answer=record(
            {
                "plans": array(
                    record(
                        _HEAD
                        | {
                            "reviewed_on": nullable(DATE), "filed_on": nullable(DATE),
                            "review_by": nullable(DATE), "needs": array(_DUE),
                            "findings": INTEGER, "draft": nullable(TEXT),
                        }
                    )
                ),
                "due": array(_DUE),
                "repealed": array(record({"code": TEXT, "name": TEXT, "on": DATE})),
                "drafts": array(record(_DRAFT | {"unread": INTEGER})),
            }
        ),
    ),
    Operation(
        endpoint="drills.one", tag="plans", parameters=(_EDITION,),
        summary=Label("一份预案的一版", "One edition of a plan"), answer=ref("Plan"),
    ),
    Operation(
        endpoint="drills.compared", tag="plans",
        parameters=(
            _of_editions("before", "较早的版次", "The one edition."),
            _of_editions("after", "较晚的版次", "The other."),
        ),
        summary=Label("两版的差异", "What differs between two editions"),
        answer=record({"clauses": array(ANYTHING)}),
    ),
    Operation(
        endpoint="drills.clause_history", tag="plans",
        summary=Label("一条款的体检历史", "All that was ever found in a clause"),
        answer=record({"findings": array(_FINDING)}),
    ),
    _said(
        "marked", "登记评估、备案、应当修订",
        "Record that a plan was reviewed, filed or is to be revised", _MARK,
        record(
            {"what": codes(one.value for one in Mark), "on": DATE}, by=TEXT, number=TEXT,
            trigger=codes(["", *REVISION_TRIGGERS]), note=TEXT,
        ),
        status=201,
    ),
    _said("repealed", "废止预案", "Put a plan out of force",
          record({"code": TEXT, "repealed_on": DATE}), record({"on": DATE, "why": TEXT})),
    Operation(
        endpoint="drills.findings", tag="plans",
        parameters=(
            Parameter(name="plan", schema=TEXT, doc=Label("只看一份预案", "Of one plan alone.")),
        ),
        summary=Label("最近一次体检的问题", "What the last check-up found"),
        answer=record(
            {
                "check": nullable(
                    record(
                        {
                            "at": MOMENT, "by": TEXT, "plans": INTEGER, "promises": INTEGER,
                            "failed": INTEGER, "findings": INTEGER,
                        }
                    )
                ),
                "is_current": BOOLEAN,
                "findings": array(_FINDING),
            }
        ),
    ),
    Operation(
        endpoint="drills.check_asked", method="post", tag="plans", status=202,
        summary=Label("立即体检", "Have all plans checked now"), answer=record({"job": TEXT}),
    ),
    Operation(
        endpoint="drills.collisions", tag="plans",
        parameters=(
            Parameter(
                name="plans", schema=TEXT,
                doc=Label("同时启动的预案代码，逗号分隔", "Codes of the plans, joined by commas."),
            ),
        ),
        summary=Label("多份预案的重复承诺", "What several plans count on at once"),
        answer=record({"collisions": array(_COLLISION)}),
    ),
    Operation(
        endpoint="drills.plans_of_incident", tag="plans",
        summary=Label("事件适用的预案和指挥部", "Plans and headquarters of an incident"),
        answer=record(
            {
                "level": nullable(INTEGER), "level_label": nullable(TEXT),
                "plans": array(record(_HEAD | {"tasks": array(ANYTHING)})),
            }
        ),
    ),
    Operation(
        endpoint="drills.draft", tag="plans", summary=Label("一份草稿", "A draft"),
        answer=ref("PlanDraft"),
    ),
    _said("draft_begun", "开始编制", "Begin a draft", ref("PlanDraft"),
          record({"code": TEXT}, head=ANYTHING), status=201),
    Operation(
        endpoint="drills.draft_read", method="post", tag="plans", status=201,
        summary=Label("读入 DOCX", "Begin a draft with the text of a DOCX"),
        answer=ref("PlanDraft"),
        body=record(
            {"file": {"type": "string", "format": "binary"}, "code": TEXT}, head=TEXT, version=TEXT
        ),
        body_media="multipart/form-data",
    ),
    _said("draft_changed", "修改草稿", "Change a draft", ref("PlanDraft"),
          record(VERSION | {"content": ANYTHING}, unread=nullable(array(INTEGER)))),
    _said("draft_issued", "印发草稿", "Make a draft the next edition of its plan",
          record({"code": TEXT, "edition": INTEGER}), record(VERSION, why=TEXT)),
    _said("draft_given_up", "放弃草稿", "Put a draft away", record({"id": TEXT}), record(VERSION)),
)  # fmt: skip
