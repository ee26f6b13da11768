"""The check-up as it is told: what is wrong, with its clause and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from gisapp.drills.checkup.findings import sentence
from gisapp.drills.checkup.models import PlanCheck, PlanFinding
from gisapp.drills.checkup.running import is_current, last_check, open_findings
from gisapp.errors import InputError, UnknownRecordError
from gisapp.incidents.response.library import find_plan, last_editions
from gisapp.schema.values import Json, moment_text


def findings_told(session: Session, lang: str, plan: str | None = None) -> dict[str, Json]:
    """All that the last check-up found, of all plans or of one, and whether it is of today."""
    rows = open_findings(session, plan)
    names = {one.code: one.name.in_(lang) for one in last_editions(session)}
    if plan is not None and find_plan(session, plan) is None:
        raise UnknownRecordError("plan.unknown", plan=plan, edition="—")
    last = last_check(session)
    return {
        "check": None if last is None else check_told(last),
        "is_current": is_current(session, last),
        "findings": [finding_told(row, lang, names) for row in rows],
    }


def finding_told(row: PlanFinding, lang: str, names: Mapping[str, str]) -> dict[str, Json]:
    """One finding, with the names of plans by code."""
    return {
        "plan": row.plan_code,
        "name": names.get(row.plan_code, row.plan_code),
        "clause": row.clause,
        "heading": row.heading,
        "item": row.item,
        "code": row.code,
        "text": said(row, lang),
        "since": moment_text(row.opened_at),
        "seen": moment_text(row.seen_at),
        "closed": moment_text(row.closed_at),
    }


def said(row: PlanFinding, lang: str) -> str:
    """What is wrong; what a later version wrote, by its code."""
    try:
        return sentence(row.code, row.params, lang)
    except (KeyError, IndexError, ValueError, InputError):
        return row.code


def check_told(row: PlanCheck) -> dict[str, Json]:
    """When a check-up was made, and what it came to."""
    return {
        "at": moment_text(row.checked_at),
        "by": row.checked_by,
        "plans": row.plans,
        "promises": row.promises,
        "failed": row.failed,
        "findings": row.findings,
    }


def findings_by_plan(session: Session) -> dict[str, int]:
    """How much the last check-up found in each plan."""
    return dict(Counter(row.plan_code for row in open_findings(session)))
