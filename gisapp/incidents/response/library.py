"""The plans of a site: brought in by their file, and those that count now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import Made
from gisapp.events.steps import Step, plain
from gisapp.incidents.reasons import plain_reason
from gisapp.incidents.response.models import PlanRow
from gisapp.incidents.response.plans import Plan, plan_of
from gisapp.registers.kinds.enterprise import Enterprise
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.site.model import load_site

KIND = "plan"


def add_editions(
    session: Session,
    actor: Actor,
    plans: Sequence[Plan],
    *,
    why: str,
    right: Right = Right.ADMINISTER,
) -> tuple[int, int]:
    """Keep editions of plans for good; one that is there already has to say the same.

    Parameters
    ----------
    session
        A writing session.
    actor, right
        Who, and what they need for it.
    why
        Where they are from.

    Returns
    -------
    tuple[int, int]
        How many are new, and how many were there already.

    Raises
    ------
    ForbiddenError
    InputError
        ``plan.unknown_headquarters``, ``plan.unknown_enterprise``, ``plan.edition_differs``.
    """
    known = {one.code for one in load_site(session).headquarters}
    new = 0
    for plan in plans:
        if plan.headquarters and plan.headquarters not in known:
            raise InputError(
                "plan.unknown_headquarters", plan=plan.code, headquarters=plan.headquarters
            )
        if plan.enterprise and not session.scalar(
            select(Enterprise.fid).where(Enterprise.id == plan.enterprise)
        ):
            raise InputError("plan.unknown_enterprise", plan=plan.code, enterprise=plan.enterprise)
        held = find_plan(session, plan.code, plan.edition, whole=True)
        if held is None:
            _insert(session, actor, plan, why=why, right=right)
            new += 1
        elif held != plan:
            raise InputError("plan.edition_differs", plan=plan.code, edition=plan.edition)
    return new, len(plans) - new


def find_plan(
    session: Session, code: str, edition: int | None = None, *, whole: bool = False
) -> Plan | None:
    """One edition of a plan; None where there is none that can be read.

    Parameters
    ----------
    edition
        The last where None.
    whole
        With its text.
    """
    query = select(PlanRow).where(PlanRow.code == code)
    if edition is not None:
        query = query.where(PlanRow.edition == edition)
    if whole:
        query = query.options(undefer(PlanRow.document))
    row = session.scalar(query.order_by(PlanRow.edition.desc()).limit(1))
    return None if row is None else read_row(row, whole=whole)


def plans_for(session: Session, kind: str, county: str | None) -> list[Plan]:
    """The plans that set the level of the response to an event, each in its last edition.

    They come in the order of codes.
    """
    return [one for one in last_editions(session) if one.sets_level(kind, county)]


def offices(session: Session) -> dict[str, Label]:
    """The offices that plans name as approvers, each in its last edition: names by code."""
    return {
        one.code: one.name
        for plan in last_editions(session)
        for level in plan.levels
        for one in level.approvers
    }


def require_office(session: Session, code: str | None) -> None:
    """Refuse the code of an office that no plan names; none at all is fine.

    Raises
    ------
    InputError
        ``plan.unknown_office``, which names those there are.
    """
    if code is None:
        return
    known = offices(session)
    if code not in known:
        raise InputError("plan.unknown_office", office=code[:40], known=", ".join(known) or "—")


def last_editions(session: Session) -> list[Plan]:
    """Every plan in force, in its last edition, in the order of codes, without its text."""
    plans = (read_row(row) for row in _last_rows(session) if row.repealed_on is None)
    return [one for one in plans if one is not None]


def repealed_plans(session: Session) -> list[tuple[Plan, date]]:
    """Plans that are no more in force, in the order of codes, with the day of their repeal."""
    found = ((read_row(row), row.repealed_on) for row in _last_rows(session))
    return [(plan, day) for plan, day in found if plan is not None and day is not None]


def repeal(session: Session, actor: Actor, code: str, *, on: date, why: str) -> None:
    """Put a plan out of force; its next edition, if ever one is issued, is in force again.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to issue plans.
    on
        The day from which it counts no more.
    why
        By which decision.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``plan.unknown``.
    InputError
        ``plan.repealed``: it is already; ``plan.no_reason``, ``plan.bad_reason``.
    """
    actor.require(Right.ISSUE_PLANS)
    query = select(PlanRow).where(PlanRow.code == code).order_by(PlanRow.edition.desc()).limit(1)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise UnknownRecordError("plan.unknown", plan=code, edition="—")
    if row.repealed_on is not None:
        raise InputError("plan.repealed", plan=code, day=row.repealed_on.isoformat())
    reason = plain_reason(why, of="plan")
    step = Step(
        session, row, actor=actor, right=Right.ISSUE_PLANS, kind=KIND,
        subject_id=f"{code}/{row.edition}",
    )  # fmt: skip
    step.store({"repealed_on": on}, what="retire", why=reason)


def _last_rows(session: Session) -> list[PlanRow]:
    rows = session.scalars(select(PlanRow).order_by(PlanRow.code, PlanRow.edition))
    return list({row.code: row for row in rows}.values())


def _insert(session: Session, actor: Actor, plan: Plan, *, why: str, right: Right) -> None:
    step = Step(
        session,
        PlanRow(),
        actor=actor,
        right=right,
        kind=KIND,
        subject_id=f"{plan.code}/{plan.edition}",
    )
    moment = now(session)
    columns = plan.columns()
    # The row is never changed: the log need not hold the text a second time.
    told = Made(after={name: plain(value) for name, value in columns.items() if name != "document"})
    step.store(columns | {"imported_at": moment}, what="insert", why=why, data=told, at=moment)


def read_row(row: PlanRow, *, whole: bool = False) -> Plan | None:
    """What a row says; None where another program left it so that nobody can read it.

    Parameters
    ----------
    whole
        With its text, which the row then holds.
    """
    given: dict[str, object] = {
        "code": row.code,
        "edition": row.edition,
        "name": {"zh": row.name_zh, "en": row.name_en},
        "category": row.category,
        "headquarters": row.headquarters,
        "agency": row.agency,
        "county": row.county,
        "enterprise": row.enterprise_id,
        "issued_on": row.issued_on,
        "review_every_months": row.review_every_months,
        "kinds": row.kinds,
        "triggers": row.triggers,
        "levels": row.levels,
        "source": {"zh": row.source_zh, "en": row.source_en},
        "synthetic": row.synthetic,
        "document": row.document if whole else None,
    }
    try:
        return plan_of({name: value for name, value in given.items() if value is not None})
    except InputError:
        return None
