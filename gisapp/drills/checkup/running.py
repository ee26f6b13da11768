"""A check-up of all plans: made on the data of one moment, kept with since when what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.checkup.findings import Finding
from gisapp.drills.checkup.models import PlanCheck, PlanFinding
from gisapp.drills.checkup.testing import promise_findings
from gisapp.drills.checkup.texts import text_findings
from gisapp.drills.plans.library import Edition, all_editions
from gisapp.events import latest
from gisapp.events.catalogue import Changed, Made
from gisapp.events.log import Event, touched
from gisapp.events.steps import Steps, plain
from gisapp.incidents.able import Context
from gisapp.incidents.response.library import last_editions
from gisapp.jobs import JobKind, Result, RunningJob, ask
from gisapp.jobs.models import Job, State
from gisapp.registers.kinds import KINDS
from gisapp.rights import Actor, Right, system_actor
from gisapp.schema import Label

KIND: Final = "plan_finding"
NAME: Final = "checkup"
RESTS_ON: Final = (*KINDS, "plan", "road_closure", "road_limit", "site")
"""Kinds of events after which a check-up is no longer of today's data."""
SETTLED: Final = timedelta(seconds=60)
"""After a change of data nothing else happens for so long before plans are checked anew."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a check-up came to."""

    editions: Sequence[Edition]
    findings: Sequence[Finding]
    promises: int
    failed: int
    last_event: int


def check(app: Context, session: Session) -> Checked:
    """Look through all plans in their last editions, and hold their promises against the data.

    Parameters
    ----------
    session
        A reading session: all of it is one moment.

    Raises
    ------
    SiteError
        No roads were imported yet.
    """
    last_event = latest(session)
    editions = all_editions(session)
    failing, promises = promise_findings(app, session, editions)
    return Checked(
        editions=editions,
        findings=[*text_findings(session, editions), *failing],
        promises=promises,
        failed=len(failing),
        last_event=last_event,
    )


def keep(session: Session, actor: Actor, checked: Checked) -> PlanCheck:
    """Keep what a check-up found: what is new is opened, what is gone is closed.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to see: everybody may have plans checked.

    Raises
    ------
    ForbiddenError
    """
    moment = now(session)
    steps = Steps(session, actor=actor, right=Right.VIEW)
    there = {_key(row): row for row in session.scalars(_open())}
    of_plan = {one.plan.code: one.plan.edition for one in checked.editions}
    headings = {
        (one.plan.code, clause.key): clause.heading
        for one in checked.editions
        for clause in one.document.clauses
    }
    opened: list[tuple[str, Made]] = []
    found: set[tuple[str, str, str, str]] = set()
    for finding in checked.findings:
        if finding.key in found:
            continue
        found.add(finding.key)
        row = there.get(finding.key)
        if row is None:
            row = PlanFinding(
                plan_code=finding.plan,
                clause=finding.clause,
                item=finding.item,
                code=finding.code,
                opened_at=moment,
            )
            session.add(row)
            told = {"code": finding.code, "clause": finding.clause, "item": finding.item}
            opened.append((finding.plan, Made(after={**told, "params": dict(finding.params)})))
        row.plan_edition = of_plan[finding.plan]
        row.heading = headings.get((finding.plan, finding.clause), "")
        row.params, row.seen_at = dict(finding.params), moment
    closed: list[tuple[str, Changed]] = []
    for key, row in there.items():
        if key not in found:
            row.closed_at = moment
            before = {"code": row.code, "clause": row.clause, "item": row.item, "closed_at": None}
            after = {**before, "closed_at": plain(moment)}
            closed.append((row.plan_code, Changed(before=before, after=after)))
    result = PlanCheck(
        checked_at=moment,
        checked_by=actor.who,
        last_event=checked.last_event,
        plans=len(checked.editions),
        promises=checked.promises,
        failed=checked.failed,
        findings=len(found),
    )
    session.add(result)
    session.flush()
    steps.tell(KIND, opened, what="insert", at=moment)
    steps.tell(KIND, closed, what="end", at=moment)
    return result


def open_findings(session: Session, plan: str | None = None) -> list[PlanFinding]:
    """What the last check-up found, of all plans or one, the oldest first."""
    query = _open().order_by(PlanFinding.opened_at, PlanFinding.fid)
    return list(
        session.scalars(query if plan is None else query.where(PlanFinding.plan_code == plan))
    )


def findings_of(session: Session, plan: str, clause: str) -> list[PlanFinding]:
    """All that was ever found in a clause, the newest first."""
    query = select(PlanFinding).where(PlanFinding.plan_code == plan, PlanFinding.clause == clause)
    return list(session.scalars(query.order_by(PlanFinding.fid.desc())))


def last_check(session: Session) -> PlanCheck | None:
    """The last check-up; None before the first."""
    return session.scalar(select(PlanCheck).order_by(PlanCheck.fid.desc()).limit(1))


def is_current(session: Session, last: PlanCheck | None) -> bool:
    """Whether nothing has changed since that a check-up rests on."""
    return last is not None and not touched(session, last.last_event, RESTS_ON, limit=1)


def ask_for(session: Session, actor: Actor) -> Job:
    """Ask for a check-up; one that waits already is joined.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to keep plans.

    Raises
    ------
    ForbiddenError
    """
    return ask(session, actor, CHECKUP)


def is_wanted(session: Session) -> bool:
    """Whether data changed since the last check-up and have been at rest for a while.

    Nobody asks for one where there is no plan, or while one waits or is at work.
    """
    last = last_check(session)
    if is_current(session, last) or not last_editions(session):
        return False
    active = Job.state.in_((State.QUEUED, State.RUNNING))
    if session.scalar(select(Job.fid).where(Job.kind == NAME, active).limit(1)) is not None:
        return False
    newest = session.scalar(
        select(Event.at).where(Event.kind.in_(RESTS_ON)).order_by(Event.seq.desc()).limit(1)
    )
    return newest is None or now(session) - newest >= SETTLED


def _run(app: Context, job: RunningJob) -> Result:
    """Check all plans and keep what was found."""
    # Whoever asked had the right; it is done by the system.
    actor = system_actor(job.asked_by)
    job.tell(0, 2)
    with app.store.session() as session:
        checked = check(app, session)
    job.tell(1, 2)
    with app.store.session(write=True) as session:
        kept = keep(session, actor, checked)
        return {
            "plans": kept.plans,
            "promises": kept.promises,
            "failed": kept.failed,
            "findings": kept.findings,
        }


CHECKUP: Final[JobKind[Context]] = JobKind(
    name=NAME, label=Label("预案体检", "Check-up of plans"), right=Right.KEEP_PLANS, run=_run
)


def _open() -> Select[PlanFinding]:
    return select(PlanFinding).where(PlanFinding.closed_at.is_(None))


def _key(row: PlanFinding) -> tuple[str, str, str, str]:
    return row.plan_code, row.clause, row.item, row.code
