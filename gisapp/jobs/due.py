"""What is due each night, and what is old enough to go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.jobs.asking import ask
from gisapp.jobs.kinds import AppT_contra, JobKind
from gisapp.jobs.models import Job, State
from gisapp.rights import Actor, Right

KEPT: Final = timedelta(days=90)
"""How long a job that is over can be looked up; the log keeps that it was."""


def night_began(moment: datetime, zone: str) -> datetime:
    """The midnight that the night of `moment` began with, UTC.

    Parameters
    ----------
    moment
        Timezone-aware.
    zone
        As named in the tz database.
    """
    place = ZoneInfo(zone)
    day = moment.astimezone(place).date()
    return datetime.combine(day, time.min, tzinfo=place).astimezone(UTC)


def ask_due(
    session: Session, actor: Actor, kinds: Sequence[JobKind[AppT_contra]], *, zone: str
) -> list[Job]:
    """Ask for each kind that was not done since midnight and that nobody is at.

    What failed or was cancelled since is asked for again.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right of each kind.
    zone
        Of the site.

    Returns
    -------
    list of Job
        One for each kind: that which waits now, is at work, or was done.

    Raises
    ------
    ForbiddenError
    """
    began = night_began(now(session), zone)
    found = []
    for kind in kinds:
        actor.require(kind.right)
        there = session.scalar(
            select(Job)
            .where(
                Job.kind == kind.name,
                Job.parameters == {},
                or_(
                    Job.state == State.RUNNING,
                    and_(Job.state == State.DONE, Job.started_at >= began),
                ),
            )
            .order_by(Job.fid.desc())
            .limit(1)
        )
        found.append(there or ask(session, actor, kind))
    return found


def thin(session: Session, actor: Actor, *, kept: timedelta = KEPT) -> int:
    """Remove what was over long ago; return how many jobs that were.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to administer.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.ADMINISTER)
    old = Job.finished_at < now(session) - kept
    gone = session.scalars(delete(Job).where(old).returning(Job.fid)).all()
    return len(gone)
