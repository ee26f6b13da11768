"""Messages in and out, as they came and went."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.steps import Step
from gisapp.incidents.command.models import Message
from gisapp.incidents.command.texts import MAX_TEXT, line_of
from gisapp.incidents.command.vocabulary import DIRECTIONS, MEANS
from gisapp.incidents.intake import CLOCKS_APART, find_incident
from gisapp.rights import Actor, Right

KIND = "message"
MOST_TOLD = 50


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was said.

    Attributes
    ----------
    direction, means
        Codes of ``DIRECTIONS`` and of ``MEANS``.
    party
        With whom, in words.
    text
        Without personal data: the log keeps it for good.
    at
        Timezone-aware; None is now.
    """

    direction: str
    party: str
    means: str
    text: str
    at: datetime | None = None


def keep(session: Session, actor: Actor, incident_id: str, draft: Draft) -> Message:
    """Keep a message; of an ended incident too, for letters come late.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``command.unknown_direction``, ``command.unknown_means``, ``command.bad_text``,
        ``incident.bad_moment``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    if draft.direction not in DIRECTIONS:
        raise InputError("command.unknown_direction", direction=draft.direction)
    if draft.means not in MEANS:
        raise InputError("command.unknown_means", means=draft.means)
    moment = now(session)
    at = draft.at or moment
    if at > moment + CLOCKS_APART:
        raise InputError("incident.bad_moment")
    row = Message(id=f"M{secrets.token_hex(4)}")
    step = Step(session, row, actor=actor, right=Right.DISPATCH, kind=KIND, subject_id=row.id)
    step.store(
        {
            "incident_id": incident.id,
            "direction": draft.direction,
            "party": line_of(draft.party, "party"),
            "means": draft.means,
            "text": line_of(draft.text, "text", MAX_TEXT),
            "at": at,
            "recorded_by": actor.who,
        },
        what="insert",
        at=moment,
    )
    return row


def messages_of(session: Session, incident_id: str) -> list[Message]:
    """The last messages of an incident, the newest first; at most :data:`MOST_TOLD`."""
    query = select(Message).where(Message.incident_id == incident_id)
    return list(session.scalars(query.order_by(Message.at.desc(), Message.fid).limit(MOST_TOLD)))
