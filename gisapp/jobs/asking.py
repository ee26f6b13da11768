"""Asking for work, looking after it, and calling it off."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import UnknownRecordError
from gisapp.jobs.kinds import AppT_contra, JobKind, JobOverError
from gisapp.jobs.models import OVER, Job, State
from gisapp.jobs.steps import record, settle
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

PAGE_ROWS = 100


def ask(
    session: Session,
    actor: Actor,
    kind: JobKind[AppT_contra],
    parameters: Mapping[str, Json] | None = None,
    *,
    not_before: datetime | None = None,
) -> Job:
    """Ask for a job; one that waits already with the same parameters is joined.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right of `kind`.
    parameters
        What JSON can hold.
    not_before
        Timezone-aware; at once where not given. A job that is joined is done at the earlier of
        both moments.

    Raises
    ------
    ForbiddenError
    """
    actor.require(kind.right)
    moment = now(session)
    given, begin = dict(parameters or {}), not_before or moment
    digest = _digest(kind.name, given)
    waiting = session.scalar(
        select(Job).where(Job.digest == digest, Job.state == State.QUEUED).with_for_update()
    )
    if waiting is not None:
        if begin < waiting.not_before:
            waiting.not_before = begin
            record(session, actor, waiting, "ask", {"not_before": begin.isoformat()})
            session.flush()
        return waiting
    job = Job(
        id=f"J{secrets.token_hex(4)}",
        kind=kind.name,
        parameters=given,
        digest=digest,
        asked_by=actor.who,
        asked_at=moment,
        not_before=begin,
        state=State.QUEUED,
    )
    session.add(job)
    session.flush()
    record(session, actor, job, "ask", {"parameters": given, "not_before": begin.isoformat()})
    return job


def cancel(session: Session, actor: Actor, job_id: str) -> Job:
    """Call a job off: at once where it waits, else whoever works at it is asked to stop.

    Asking again changes nothing: two people may press the same button.

    Parameters
    ----------
    session
        A writing session.
    actor
        Who asked for the job; for another's he needs the right to administer.

    Raises
    ------
    UnknownRecordError
        ``jobs.unknown``.
    JobOverError
        ``jobs.over``: it is done or failed.
    """
    job = find(session, actor, job_id)
    if job.state == State.CANCELLED:
        return job
    if job.state in OVER:
        raise JobOverError("jobs.over", id=job.id)
    if job.state == State.QUEUED:
        settle(session, actor, job, State.CANCELLED, what="cancel")
    elif not job.cancel_asked:
        job.cancel_asked = True
        record(session, actor, job, "cancel", {"cancel_asked": True})
        session.flush()
    return job


def find(session: Session, actor: Actor, job_id: str) -> Job:
    """Return one job.

    Parameters
    ----------
    actor
        Sees its own jobs; with the right to administer, all.

    Raises
    ------
    UnknownRecordError
        ``jobs.unknown``: there is none, or it is none of theirs.
    """
    job = session.scalar(select(Job).where(Job.id == job_id))
    if job is None or not (job.asked_by == actor.who or actor.may(Right.ADMINISTER)):
        raise UnknownRecordError("jobs.unknown", id=job_id)
    return job


def jobs(
    session: Session,
    actor: Actor,
    *,
    states: Sequence[State] = tuple(State),
    limit: int = PAGE_ROWS,
) -> list[Job]:
    """The jobs that `actor` may see, see :func:`find`: the newest first."""
    query = select(Job).where(Job.state.in_(states)).order_by(Job.fid.desc()).limit(limit)
    if not actor.may(Right.ADMINISTER):
        query = query.where(Job.asked_by == actor.who)
    return list(session.scalars(query))


def _digest(kind: str, parameters: Mapping[str, Json]) -> str:
    """Tell apart what is asked for, whatever the order of the parameters."""
    text = json.dumps([kind, parameters], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
