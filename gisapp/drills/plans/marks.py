"""What is recorded of plans after they were issued: reviewed, filed, found in need of revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.plans.models import PlanMark
from gisapp.drills.plans.vocabulary import REVISION_TRIGGERS, Mark
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import Made
from gisapp.events.steps import Step, plain
from gisapp.incidents.reasons import plain_line
from gisapp.incidents.response.library import find_plan
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Values

KIND: Final = "plan_mark"
MOST_LINE: Final = 200
_LABELS: Final = {
    "by": Label("评估或备案机关", "authority"),
    "number": Label("备案编号", "number of the filing"),
    "note": Label("说明", "note"),
}


@dataclass(frozen=True, kw_only=True)
class Marking:
    """What somebody records of a plan.

    Attributes
    ----------
    on
        The day on which it happened.
    by
        Who reviewed it, or with whom it was filed.
    number
        Under which it was filed.
    trigger
        A key of `REVISION_TRIGGERS`, where it has to be revised and only there.
    """

    what: Mark
    on: date
    by: str = ""
    number: str = ""
    trigger: str | None = None
    note: str = ""


def mark(session: Session, actor: Actor, code: str, marking: Marking, *, today: date) -> PlanMark:
    """Record something of the last edition of a plan, for good.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to keep plans.
    today
        The day at the site.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``plan.unknown``.
    InputError
        ``plan_mark.bad_day``: it has not come yet, or lies before the edition was issued;
        ``plan_mark.trigger``, ``plan_mark.bad_text``.
    """
    actor.require(Right.KEEP_PLANS)
    plan = find_plan(session, code)
    if plan is None:
        raise UnknownRecordError("plan.unknown", plan=code, edition="—")
    if marking.on > today or (plan.issued_on is not None and marking.on < plan.issued_on):
        raise InputError("plan_mark.bad_day", day=marking.on.isoformat())
    asked = marking.what is Mark.TO_REVISE
    if asked != (marking.trigger is not None) or marking.trigger not in {None, *REVISION_TRIGGERS}:
        raise InputError("plan_mark.trigger", known=", ".join(REVISION_TRIGGERS))
    said = {"by": marking.by, "number": marking.number, "note": marking.note}
    texts = {
        name: plain_line(text, _LABELS[name], of="plan_mark", most=MOST_LINE)
        for name, text in said.items()
        if text.strip()
    }
    row = PlanMark()
    moment = now(session)
    values: Values = {
        "plan_code": code,
        "plan_edition": plan.edition,
        "what": marking.what.value,
        "on": marking.on,
        "by": texts.get("by"),
        "number": texts.get("number"),
        "trigger": marking.trigger,
        "note": texts.get("note", ""),
        "recorded_at": moment,
        "recorded_by": actor.who,
    }
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.KEEP_PLANS,
        kind=KIND,
        subject_id=f"{code}/{plan.edition}",
    )
    told = Made(after={name: plain(value) for name, value in values.items()})
    step.store(values, what="insert", data=told, at=moment)
    return row


def marks_of(session: Session, code: str | None = None) -> Sequence[PlanMark]:
    """What was recorded of a plan, or of all, the oldest first."""
    query = select(PlanMark).order_by(PlanMark.fid)
    return session.scalars(query if code is None else query.where(PlanMark.plan_code == code)).all()
