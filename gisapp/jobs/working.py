"""Taking jobs, each by one worker at a time, and saying how far they are and what came of them.

Writers take turns on both databases (``docs/decisions/0002-writers-say-so.md``): what is taken in
one transaction is taken when the next one looks. On a server the row is locked besides, for
other programs take no turns.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.jobs.kinds import JobCancelledError, JobLostError, Result
from gisapp.jobs.models import Job, State
from gisapp.jobs.steps import settle
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

LEASE: Final = timedelta(minutes=2)
"""How long a job is held without a word; a machine's clock may be off by less than this."""
MOST_ATTEMPTS: Final = 3
"""Workers that a job may cost."""


class Claim(NamedTuple):
    """A job taken: `worker` is another one each time it is taken, by the same process too."""

    job_id: str
    worker: str


def take(
    session: Session,
    actor: Actor,
    *,
    worker: str,
    kinds: Collection[str],
    lease: timedelta = LEASE,
) -> Job | None:
    """Take the job that is due longest, also one whose worker let its lease run out.

    Of those that were left, one that was called off is cancelled, and one that cost
    :data:`MOST_ATTEMPTS` workers fails: it is not tried for ever.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to administer: a worker does what others ask for.
    worker
        For people to read: the machine and the process.
    kinds
        Those that the worker knows how to do.
    lease
        How long it may go without a word.

    Returns
    -------
    Job or None
        :func:`claim_of` it proves the work; None where nothing is due.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.ADMINISTER)
    moment = now(session)
    while (job := _due(session, moment, kinds)) is not None:
        if job.state == State.RUNNING and job.cancel_asked:
            settle(session, actor, job, State.CANCELLED, what="cancel")
        elif job.state == State.RUNNING and job.attempts >= MOST_ATTEMPTS:
            error = "jobs.poisoned", {"attempts": job.attempts}
            settle(session, actor, job, State.FAILED, what="fail", error=error)
        else:
            job.state = State.RUNNING
            job.worker = f"{worker}#{secrets.token_hex(4)}"
            job.lease_until = moment + lease
            job.attempts += 1
            job.started_at = moment
            job.done, job.total, job.message, job.message_params = 0, None, None, None
            session.flush()
            return job
    return None


def claim_of(job: Job) -> Claim:
    """What a worker shows of the job that it took."""
    return Claim(job.id, job.worker or "")


def report(
    session: Session,
    actor: Actor,
    claim: Claim,
    *,
    progress: tuple[int, int | None] | None = None,
    message: tuple[str, Mapping[str, Json]] | None = None,
    lease: timedelta = LEASE,
) -> None:
    """Renew the lease and keep the progress; no event, for it is told every few seconds.

    Parameters
    ----------
    session
        A writing session.
    progress
        Parts done, and in all where that is known.
    message
        Code and parameters of a sentence.

    Raises
    ------
    JobCancelledError
        ``jobs.cancel_asked``.
    JobLostError
        ``jobs.lost``.
    """
    job = _held(session, actor, claim)
    if job.cancel_asked:
        raise JobCancelledError("jobs.cancel_asked", id=job.id)
    job.lease_until = now(session) + lease
    if progress is not None:
        job.done, job.total = progress
    if message is not None:
        job.message, params = message
        job.message_params = dict(params)
    session.flush()


def finish(session: Session, actor: Actor, claim: Claim, result: Result) -> Job:
    """End a job with its result; a cancelling that comes too late changes nothing.

    Raises
    ------
    JobLostError
        ``jobs.lost``: the result counts for nothing, another is at work.
    """
    job = _held(session, actor, claim)
    settle(session, actor, job, State.DONE, what="finish", result=result)
    return job


def fail(
    session: Session,
    actor: Actor,
    claim: Claim,
    error: tuple[str, Mapping[str, Json]],
    *,
    result: Result | None = None,
) -> Job:
    """End a job that could not be done, with code and parameters of the sentence that says why.

    Raises
    ------
    JobLostError
        ``jobs.lost``.
    """
    job = _held(session, actor, claim)
    settle(session, actor, job, State.FAILED, what="fail", error=error, result=result)
    return job


def leave_off(session: Session, actor: Actor, claim: Claim) -> Job:
    """End a job that was called off, now that its worker has stopped.

    Raises
    ------
    JobLostError
        ``jobs.lost``.
    """
    job = _held(session, actor, claim)
    settle(session, actor, job, State.CANCELLED, what="cancel")
    return job


def hand_back(session: Session, actor: Actor, claim: Claim) -> None:
    """Let another worker take a job up at once, where this one is told to end.

    Raises
    ------
    JobLostError
        ``jobs.lost``.
    """
    job = _held(session, actor, claim)
    job.lease_until = now(session)
    job.attempts -= 1  # nothing the job did
    session.flush()


def _due(session: Session, moment: datetime, kinds: Collection[str]) -> Job | None:
    return session.scalar(
        select(Job)
        .where(
            Job.kind.in_(kinds),
            or_(
                and_(Job.state == State.QUEUED, Job.not_before <= moment),
                and_(Job.state == State.RUNNING, Job.lease_until <= moment),
            ),
        )
        .order_by(Job.not_before, Job.fid)
        .limit(1)
        .with_for_update()
    )


def _held(session: Session, actor: Actor, claim: Claim) -> Job:
    actor.require(Right.ADMINISTER)
    job = session.scalar(
        select(Job)
        .where(Job.id == claim.job_id, Job.worker == claim.worker, Job.state == State.RUNNING)
        .with_for_update()
    )
    if job is None:
        raise JobLostError("jobs.lost", id=claim.job_id)
    return job
