"""Reports that were made: which limit was met, when and by whom; what is written follows later."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.incidents.grading.deadlines import LABELS, Deadline
from gisapp.incidents.intake import CLOCKS_APART, MAX_NOTE, find_incident, line
from gisapp.incidents.models import ReportMade
from gisapp.rights import Actor, Right
from gisapp.schema.values import Values

KIND = "report_made"
WINDOWS: Final = frozenset({"casualty_changes"})
"""Limits that end a duty in place of calling for a report: nothing is late when they run out."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A limit of a report, and how it stands with what was reported.

    Attributes
    ----------
    due_at
        When the next report is due; None while that is unknown, or none is due any more.
    reported_at
        The last report under this limit; None where there is none.
    """

    deadline: Deadline
    due_at: datetime | None
    reported_at: datetime | None

    def is_overdue(self, moment: datetime) -> bool:
        """Whether a report is late."""
        is_called_for = self.deadline.code not in WINDOWS
        return is_called_for and self.due_at is not None and self.due_at < moment


def report(
    session: Session,
    actor: Actor,
    incident_id: str,
    code: str,
    *,
    at: datetime | None = None,
    note: str = "",
) -> ReportMade:
    """Write down that a report was made.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    code
        Which limit it meets, a code of ``grading.deadlines.LABELS``.
    at
        When it was made, timezone-aware; None is now.
    note
        To whom and how.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``.
    InputError
        ``incident.unknown_report``, ``incident.bad_moment``, ``incident.bad_text``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    if code not in LABELS:
        raise InputError("incident.unknown_report", report=code, known=", ".join(LABELS))
    moment = now(session)
    made_at = at or moment
    began = min(
        one
        for one in (incident.occurred_at, incident.county_received_at, incident.opened_at)
        if one is not None
    )
    if not began <= made_at <= moment + CLOCKS_APART:
        raise InputError("incident.bad_moment")
    row = ReportMade(id=f"B{secrets.token_hex(4)}")
    step = Step(session, row, actor=actor, right=Right.DISPATCH, kind=KIND, subject_id=row.id)
    values: Values = {
        "incident_id": incident.id,
        "code": code,
        "made_at": made_at,
        "made_by": actor.who,
        "note": line(note, "note", MAX_NOTE) or None,
    }
    step.store(values, what="report", at=moment)
    return row


def reported(session: Session, incident_ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    """The last report under each limit, by incident and code of the limit."""
    found: dict[str, dict[str, datetime]] = {one: {} for one in incident_ids}
    rows = session.execute(
        select(ReportMade.incident_id, ReportMade.code, func.max(ReportMade.made_at))
        .where(ReportMade.incident_id.in_(incident_ids))
        .group_by(ReportMade.incident_id, ReportMade.code)
    )
    for incident_id, code, made_at in rows:
        found[incident_id][code] = made_at
    return found


def clocks(limits: Iterable[Deadline], made: Mapping[str, datetime]) -> list[Clock]:
    """How the limits of an incident stand, those that call for a report next first."""
    found = [_clock(one, made.get(one.code)) for one in limits]
    return sorted(
        found, key=lambda one: (one.deadline.code in WINDOWS, one.due_at is None, one.due_at or 0)
    )


def _clock(one: Deadline, reported_at: datetime | None) -> Clock:
    due_at = one.due_at
    if reported_at is not None:
        due_at = None if one.repeats is None else reported_at + one.repeats
    if one.code in WINDOWS:
        due_at = one.due_at
    return Clock(deadline=one, due_at=due_at, reported_at=reported_at)
