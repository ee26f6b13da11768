"""The link by which a crew's phone reads its order, says how it stands and where it is.

A crew has no account. The secret in the address lets whoever holds it do three things to one
assignment and nothing else, until the assignment ends; only its digest is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest, new_token
from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.board import units_as_sent
from gisapp.incidents.command.messages import messages_of
from gisapp.incidents.command.tasks import open_tasks
from gisapp.incidents.intake import find_incident
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.orders import find_assignment, set_state
from gisapp.incidents.positions.models import LINK, CrewLink
from gisapp.incidents.positions.readings import Reading, Taken, report
from gisapp.incidents.vocabulary import NEXT, AssignmentState
from gisapp.messages import LANGUAGES
from gisapp.rights import Actor, Right

SAID_BY_CREW: Final = (
    AssignmentState.EN_ROUTE,
    AssignmentState.ON_SCENE,
    AssignmentState.RELEASED,
    AssignmentState.REFUSED,
)
"""Standing a unit down and sending it elsewhere stay with the centre."""
NEXT_BY_CREW: Final = {
    state: tuple(one for one in SAID_BY_CREW if one in following)
    for state, following in NEXT.items()
}
"""What a crew may say after a state, in the order of the work."""
_REACHED_AT: Final = {
    AssignmentState.EN_ROUTE: "en_route_at",
    AssignmentState.ON_SCENE: "on_scene_at",
}


@dataclass(frozen=True, kw_only=True)
class Word:
    """Something that the centre told the crew."""

    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """What is ordered, as the crew reads it.

    Attributes
    ----------
    names
        Of the unit, by language.
    words
        Open tasks and messages of the centre to this unit, the newest first.
    """

    assignment: Assignment
    incident: Incident
    names: dict[str, str]
    words: tuple[Word, ...]


def make_link(session: Session, actor: Actor, assignment_id: str) -> str:
    """Make the link of an assignment; return its secret, which nobody can read again.

    A link made before ends: its phone may be lost, or its number was wrong.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown_assignment``.
    InputError
        ``incident.not_out``: the assignment has ended.
    """
    actor.require(Right.DISPATCH)
    assignment = find_assignment(session, assignment_id)
    if assignment.ended_at is not None:
        raise InputError("incident.not_out")
    moment = now(session)
    former = select(CrewLink).where(
        CrewLink.assignment_id == assignment.id, CrewLink.ended_at.is_(None)
    )
    for row in session.scalars(former).all():
        _step(session, row, actor, assignment.id).store({"ended_at": moment}, what="end", at=moment)
    secret = new_token()
    row = CrewLink(secret_hash=digest(secret))
    _step(session, row, actor, assignment.id).store(
        {"assignment_id": assignment.id, "made_at": moment, "made_by": actor.who},
        what="insert",
        at=moment,
    )
    return secret


def ordered(session: Session, secret: str) -> Ordered:
    """What is ordered by the assignment of a link.

    Raises
    ------
    UnknownRecordError
        ``crew.no_link``: there is no such link, or it or its assignment has ended.
    """
    row = _assignment(session, secret)
    if row.ended_at is not None:
        raise _no_link()
    incident = find_incident(session, row.incident_id)
    (unit,) = units_as_sent(session, [row.id])
    names = {lang: str(unit.to_dict(lang)["name"]) for lang in LANGUAGES}
    return Ordered(
        assignment=row,
        incident=incident,
        names=names,
        words=_words(session, row, set(names.values())),
    )


def say_state(
    session: Session, secret: str, state: str, *, ago_s: float = 0.0, why: str = ""
) -> Assignment:
    """Write down how the unit says that it stands.

    What the phone sends twice, and what is behind it already, changes nothing, of an assignment
    that it ended as well: it may not have heard the answer.

    Parameters
    ----------
    session
        A writing session.
    state
        A code of :data:`SAID_BY_CREW`.
    ago_s
        Seconds since it was said, where it waited in the phone. A difference, for the phone's
        clock may be wrong; held between the state before and now.
    why
        Needed where the unit cannot go.

    Raises
    ------
    UnknownRecordError
        ``crew.no_link``.
    OutOfDateError
        ``registers.other_state``: the centre was quicker.
    InputError
        ``incident.unknown_state``, ``incident.not_next``, ``incident.no_reason``.
    """
    row = _assignment(session, secret)
    if state not in SAID_BY_CREW:
        raise InputError("incident.unknown_state", state=state)
    wanted = AssignmentState(state)
    if row.state == wanted:
        return row
    if row.ended_at is not None:
        raise _no_link()
    reached = _REACHED_AT.get(wanted)
    if reached is not None and getattr(row, reached) is not None:
        return row
    told = (row.ordered_at, row.en_route_at, row.on_scene_at)
    before = max(one for one in told if one is not None)
    at = max(before, now(session) - timedelta(seconds=max(ago_s, 0.0)))
    return set_state(session, _crew(row), row.id, wanted, seen=row.state, at=at, why=why)


def say_where(session: Session, secret: str, readings: Sequence[Reading]) -> Taken:
    """Keep where the unit of a link was, whatever unit the readings name.

    Raises
    ------
    UnknownRecordError
        ``crew.no_link``.
    InputError
        ``position.too_many``.
    """
    row = _assignment(session, secret)
    if row.ended_at is not None:
        raise _no_link()
    own = [replace(one, kind=row.unit_kind, id=row.unit_id) for one in readings]
    return report(session, _crew(row), own, source="phone")


def _assignment(session: Session, secret: str) -> Assignment:
    """The assignment of a link that was not replaced, ended or not."""
    link = session.scalar(
        select(CrewLink).where(CrewLink.secret_hash == digest(secret), CrewLink.ended_at.is_(None))
    )
    if link is None:
        raise _no_link()
    return find_assignment(session, link.assignment_id)


def _crew(row: Assignment) -> Actor:
    """Whoever holds the link; never handed out, for its right is of this assignment alone.

    No login can hold a colon: nobody can pass for a crew.
    """
    who = f"crew:{row.unit_id}@phone"
    return Actor(
        login=who,
        name=who,
        role=None,
        county=None,
        agency=None,
        rights=frozenset({Right.DISPATCH}),
    )


def _words(session: Session, row: Assignment, names: set[str]) -> tuple[Word, ...]:
    tasks = [
        Word(at=one.made_at, text=one.text)
        for one in open_tasks(session, row.incident_id)
        if one.assignment_id == row.id or one.owner in names
    ]
    sent = [
        Word(at=one.at, text=one.text)
        for one in messages_of(session, row.incident_id)
        if one.direction == "out" and one.party in names
    ]
    return tuple(sorted((*tasks, *sent), key=lambda one: one.at, reverse=True))


def _step(session: Session, row: CrewLink, actor: Actor, assignment_id: str) -> Step:
    return Step(
        session, row, actor=actor, right=Right.DISPATCH, kind=LINK, subject_id=assignment_id
    )


def _no_link() -> UnknownRecordError:
    return UnknownRecordError("crew.no_link")
