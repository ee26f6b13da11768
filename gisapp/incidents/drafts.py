"""A call that is being taken: kept from the first letter on, until it is opened or given up.

A draft is nobody's act yet and tells nothing to the log; that it was given up does.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.steps import Steps
from gisapp.incidents.intake import MAX_NOTE, MAX_PERSONAL, Call, line, open_incident
from gisapp.incidents.models import Incident, IncidentDraft, IncidentPerson
from gisapp.rights import Actor, Right

KIND = "incident_draft"
MOST_FIELDS = 40
MAX_NAME = 40
KEPT_FOR = timedelta(days=7)
"""After so long without a change a draft is given up by the nightly jobs."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A call that is being taken.

    Attributes
    ----------
    said
        Fields of the form by name, as typed.
    caller_name, caller_phone
        Kept apart from all else; empty too where whoever asks may not see contacts.
    """

    row: IncidentDraft
    said: Mapping[str, str]
    caller_name: str = ""
    caller_phone: str = ""


def save_draft(
    session: Session,
    actor: Actor,
    draft_id: str | None,
    said: Mapping[str, str],
    *,
    version: int = 0,
    caller_name: str = "",
    caller_phone: str = "",
) -> IncidentDraft:
    """Keep what is typed; a new draft where no id is given.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    said
        Fields of the form by name, as typed; never personal data.
    version
        Of the draft that the actor saw last.
    caller_name, caller_phone
        Kept apart from all else.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown_draft``: it was opened or given up.
    OutOfDateError
        ``incident.draft_taken``: somebody else goes on with it.
    InputError
        ``incident.bad_draft``, ``incident.bad_text``.
    """
    actor.require(Right.DISPATCH)
    _require_plain(said)
    moment = now(session)
    if draft_id is None:
        row = IncidentDraft(
            id=f"C{secrets.token_hex(6)}", started_at=moment, started_by=actor.who, version=0
        )
        session.add(row)
    else:
        row = find_draft(session, draft_id)
        if row.version != version:
            raise OutOfDateError("incident.draft_taken", who=row.saved_by)
    row.said, row.saved_at, row.saved_by = dict(said), moment, actor.who
    row.version += 1
    _keep_caller(session, row.id, caller_name, caller_phone)
    session.flush()
    return row


def drafts(session: Session, actor: Actor) -> list[Draft]:
    """All that is being taken, the newest first: a colleague's too, whose machine may have died.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.DISPATCH)
    rows = session.scalars(select(IncidentDraft).order_by(IncidentDraft.fid.desc())).all()
    callers: dict[str, IncidentPerson] = {}
    if Right.SEE_CONTACTS in actor.rights:
        ids = [row.id for row in rows]
        kept = session.scalars(select(IncidentPerson).where(IncidentPerson.incident_id.in_(ids)))
        callers = {one.incident_id: one for one in kept}
    return [
        Draft(
            row=row,
            said=row.said,
            caller_name=(caller.name or "") if (caller := callers.get(row.id)) else "",
            caller_phone=(caller.phone or "") if caller else "",
        )
        for row in rows
    ]


def open_draft(session: Session, actor: Actor, draft_id: str, call: Call) -> Incident:
    """Open the incident that a draft was of: once, whoever goes on with it.

    Raises
    ------
    ForbiddenError, InputError
    UnknownRecordError
        ``incident.unknown_draft``: it was opened already, or given up; and as of opening.
    """
    actor.require(Right.DISPATCH)
    close_draft(session, find_draft(session, draft_id))
    return open_incident(session, actor, call)


def give_up(session: Session, actor: Actor, draft_id: str) -> None:
    """Throw a draft away, and who called with it.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown_draft``.
    """
    step = Steps(session, actor=actor, right=Right.DISPATCH)
    row = find_draft(session, draft_id)
    close_draft(session, row)
    step.tell(KIND, [(draft_id, {})], what="dismiss")


def give_up_old(session: Session, actor: Actor) -> int:
    """Throw away what nobody touched for a week; return how many.

    Raises
    ------
    ForbiddenError
        The actor may not administer.
    """
    step = Steps(session, actor=actor, right=Right.ADMINISTER)
    old = session.scalars(
        select(IncidentDraft).where(IncidentDraft.saved_at < now(session) - KEPT_FOR)
    ).all()
    ids = [row.id for row in old]
    for row in old:
        close_draft(session, row)
    step.tell(KIND, [(one, {}) for one in ids], what="dismiss")
    return len(ids)


def close_draft(session: Session, row: IncidentDraft) -> None:
    """Take a draft away with the caller that it holds: it was opened, or given up."""
    session.execute(delete(IncidentPerson).where(IncidentPerson.incident_id == row.id))
    session.delete(row)
    session.flush()


def find_draft(session: Session, draft_id: str) -> IncidentDraft:
    """One draft.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown_draft``.
    """
    row = session.scalar(select(IncidentDraft).where(IncidentDraft.id == draft_id))
    if row is None:
        raise UnknownRecordError("incident.unknown_draft", draft_id=draft_id)
    return row


def _keep_caller(session: Session, draft_id: str, name: str, phone: str) -> None:
    texts = {
        "name": line(name, "name", MAX_PERSONAL) or None,
        "phone": line(phone, "phone", MAX_PERSONAL) or None,
    }
    is_kept = session.scalar(
        select(IncidentPerson.fid).where(IncidentPerson.incident_id == draft_id)
    )
    if is_kept is not None:
        session.execute(update(IncidentPerson).where(IncidentPerson.fid == is_kept).values(texts))
    elif any(texts.values()):
        session.add(
            IncidentPerson(
                id=f"N{secrets.token_hex(4)}", incident_id=draft_id, role="caller", **texts
            )
        )


def _require_plain(said: Mapping[str, str]) -> None:
    if len(said) > MOST_FIELDS:
        raise InputError("incident.bad_draft", most=MOST_FIELDS)
    for name, text in said.items():
        if len(name) > MAX_NAME or len(text) > MAX_NOTE:
            raise InputError("incident.bad_draft", most=MOST_FIELDS)
