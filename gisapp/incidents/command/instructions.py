"""领导批示: whose they are, what they say, whom they were passed to, how they were answered."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.catalogue import What
from gisapp.events.log import changed_values
from gisapp.events.steps import Step, plain
from gisapp.incidents.command.models import Instruction
from gisapp.incidents.command.steps import begun, step_of
from gisapp.incidents.command.texts import MAX_TEXT, line_of
from gisapp.incidents.intake import CLOCKS_APART, find_incident
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value

KIND = "instruction"


def receive(
    session: Session,
    actor: Actor,
    incident_id: str,
    *,
    leader: str,
    office: str,
    words: str,
    received_at: datetime | None = None,
) -> Instruction:
    """Record an instruction; to an ended incident too.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    words
        Without personal data: the log keeps them for good.
    received_at
        Timezone-aware; None is now.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``command.bad_text``, ``incident.bad_moment``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    moment = now(session)
    at = received_at or moment
    if at > moment + CLOCKS_APART:
        raise InputError("incident.bad_moment")
    row = Instruction(id=f"Z{secrets.token_hex(4)}")
    step_of(session, row, actor, kind=KIND).store(
        {
            "incident_id": incident.id,
            "leader": line_of(leader, "leader"),
            "office": line_of(office, "office"),
            "words": line_of(words, "words", MAX_TEXT),
            "received_at": at,
            "recorded_by": actor.who,
        },
        what="insert",
        at=moment,
    )
    return row


def pass_on(
    session: Session, actor: Actor, instruction_id: str, *, version: int, passed_to: str
) -> Instruction:
    """Record whom an instruction was passed on to; again where it went on to others.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.answered``, ``command.bad_text``.
    """
    row, step = _begun(session, actor, instruction_id, version=version)
    to = line_of(passed_to, "passed_to", MAX_TEXT)
    _store(row, step, {"passed_to": to, "passed_at": now(session)}, what="pass_on")
    return row


def answer(
    session: Session, actor: Actor, instruction_id: str, *, version: int, text: str
) -> Instruction:
    """Record how an instruction was answered.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``command.answered``, ``command.bad_text``.
    """
    row, step = _begun(session, actor, instruction_id, version=version)
    said = line_of(text, "answer", MAX_TEXT)
    _store(row, step, {"answer": said, "answered_at": now(session)}, what="answer")
    return row


def instructions_of(session: Session, incident_id: str) -> list[Instruction]:
    """The instructions to an incident, in the order in which they were received."""
    query = select(Instruction).where(Instruction.incident_id == incident_id)
    return list(session.scalars(query.order_by(Instruction.received_at, Instruction.fid)))


def give_over(session: Session, actor: Actor, from_id: str, to_id: str, *, why: str) -> None:
    """Let the unanswered instructions of an incident be those of another it is joined to."""
    for row in instructions_of(session, from_id):
        if row.answered_at is None:
            step = step_of(session, row, actor, kind=KIND, version=row.version)
            _store(row, step, {"incident_id": to_id}, what="update", why=why)


def _begun(
    session: Session, actor: Actor, instruction_id: str, *, version: int
) -> tuple[Instruction, Step]:
    row, step = begun(session, actor, Instruction, instruction_id, kind=KIND, version=version)
    if row.answered_at is not None:
        raise InputError("command.answered")
    return row, step


def _store(
    row: Instruction,
    step: Step,
    values: Mapping[str, Value],
    *,
    what: What,
    why: str | None = None,
) -> None:
    changed = changed_values(
        {name: plain(getattr(row, name)) for name in values},
        {name: plain(value) for name, value in values.items()},
    )
    step.store(values, what=what, why=why, data={**changed, "of": f"{row.leader}（{row.office}）"})
