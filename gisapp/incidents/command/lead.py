"""Which government leads: the county by law, until one takes over by a decision of its own."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.incidents.command.models import Lead
from gisapp.incidents.command.texts import line_of
from gisapp.incidents.command.vocabulary import LEAD_LEVELS, LeadLevel
from gisapp.incidents.intake import find_incident, require_open
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Actor, Right

KIND = "lead"


def take_over(
    session: Session, actor: Actor, incident_id: str, level: str, *, decided_by: str, why: str
) -> Lead:
    """Record that a government has taken the lead (突发事件应对法 2024 articles 17 and 18).

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    level
        A code of ``LEAD_LEVELS``.
    decided_by
        Who decided it, name and office.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``command.unknown_level``, ``command.leads_already``,
        ``command.bad_text``, ``incident.no_reason``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    if level not in LEAD_LEVELS:
        raise InputError("command.unknown_level", level=level)
    if level_of(lead_of(session, incident.id)) == level:
        label = LEAD_LEVELS[level]
        raise InputError("command.leads_already", level_zh=label.zh, level_en=label.en)
    row, moment = Lead(id=f"L{secrets.token_hex(4)}"), now(session)
    step = Step(session, row, actor=actor, right=Right.DISPATCH, kind=KIND, subject_id=row.id)
    step.store(
        {
            "incident_id": incident.id,
            "level": level,
            "decided_by": line_of(decided_by, "decided_by"),
            "since": moment,
            "recorded_by": actor.who,
        },
        what="take_over",
        why=plain_reason(why, of="incident"),
        at=moment,
    )
    return row


def lead_of(session: Session, incident_id: str) -> Lead | None:
    """The last taking over; None where nobody took over."""
    query = select(Lead).where(Lead.incident_id == incident_id).order_by(Lead.fid.desc()).limit(1)
    return session.scalar(query)


def level_of(row: Lead | None) -> LeadLevel:
    """Who leads; the county where nobody took over (突发事件应对法 2024 article 17)."""
    return LeadLevel.COUNTY if row is None else LeadLevel(row.level)
