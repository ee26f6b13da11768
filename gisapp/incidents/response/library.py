"""The plans of a site: brought in by their file, and those that count now."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.incidents.response.models import PlanRow
from gisapp.incidents.response.plans import Plan, plan_of, read_plans
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.site.model import load_site

KIND = "plan"


def import_plans(session: Session, actor: Actor, path: str | os.PathLike[str]) -> tuple[int, int]:
    """Bring in a file of plans: all of it, or nothing.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to administer, for a plan counts in every county.

    Returns
    -------
    tuple[int, int]
        How many editions are new, and how many were there already.

    Raises
    ------
    ForbiddenError
    InputError
        What :func:`read_plans` refuses; ``plan.unknown_headquarters``; ``plan.edition_differs``:
        an edition that is there says something else, and responses may rest on it.
    """
    actor.require(Right.ADMINISTER)
    plans = read_plans(path)
    known = {one.code for one in load_site(session).headquarters}
    new = 0
    for plan in plans:
        if plan.headquarters not in known:
            raise InputError(
                "plan.unknown_headquarters", plan=plan.code, headquarters=plan.headquarters
            )
        held = find_plan(session, plan.code, plan.edition)
        if held is None:
            _insert(session, actor, plan, why=Path(path).name)
            new += 1
        elif held != plan:
            raise InputError("plan.edition_differs", plan=plan.code, edition=plan.edition)
    return new, len(plans) - new


def find_plan(session: Session, code: str, edition: int) -> Plan | None:
    """One edition of a plan; None where there is none that can be read."""
    row = session.scalar(select(PlanRow).where(PlanRow.code == code, PlanRow.edition == edition))
    return None if row is None else _read(row)


def plans_for(session: Session, kind: str) -> list[Plan]:
    """The plans that cover a kind of event, each in its last edition, in the order of codes."""
    return [one for one in _last(session) if kind in one.kinds]


def offices(session: Session) -> dict[str, Label]:
    """The offices that plans name as approvers, each in its last edition: names by code."""
    return {
        one.code: one.name
        for plan in _last(session)
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


def _last(session: Session) -> list[Plan]:
    rows = session.scalars(select(PlanRow).order_by(PlanRow.code, PlanRow.edition))
    last = {row.code: row for row in rows}
    plans = (_read(row) for row in last.values())
    return [one for one in plans if one is not None]


def _insert(session: Session, actor: Actor, plan: Plan, *, why: str) -> None:
    step = Step(
        session,
        PlanRow(),
        actor=actor,
        right=Right.ADMINISTER,
        kind=KIND,
        subject_id=f"{plan.code}/{plan.edition}",
    )
    moment = now(session)
    step.store(plan.columns() | {"imported_at": moment}, what="insert", why=why, at=moment)


def _read(row: PlanRow) -> Plan | None:
    """What a row says; None where another program left it so that nobody can read it."""
    try:
        return plan_of(
            {
                "code": row.code,
                "edition": row.edition,
                "name": {"zh": row.name_zh, "en": row.name_en},
                "headquarters": row.headquarters,
                "kinds": row.kinds,
                "triggers": row.triggers,
                "levels": row.levels,
                "source": {"zh": row.source_zh, "en": row.source_en},
                "synthetic": row.synthetic,
            }
        )
    except InputError:
        return None
