"""Personal data of callers and victims: read on the record, destroyed when all is over.

突发事件应对法 (2024) art. 85: such data serve the response only and are destroyed after it. What
has to be kept longer, as evidence or for an inquiry, needs an assessment of legality, necessity
and security.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from gisapp.clock import today
from gisapp.errors import InputError, OutOfDateError
from gisapp.events.catalogue import PersonsMeant
from gisapp.events.steps import Step, Steps
from gisapp.incidents.intake import KIND, find_incident
from gisapp.incidents.models import Incident, IncidentPerson
from gisapp.incidents.reasons import plain_reason
from gisapp.incidents.vocabulary import PERSON_ROLES, IncidentState
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json
from gisapp.site.model import load_site
from gisapp.store.isolation import EVERY_EXERCISE


class PersonalData(StrEnum):
    """How it stands with the personal data of an incident."""

    NONE = "none"
    IN_USE = "in_use"
    KEPT = "kept"
    DUE = "due"


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """Why personal data are kept after the response (art. 85): three grounds, none left out."""

    legality: str
    necessity: str
    security: str


def persons_of(session: Session, actor: Actor, incident_id: str) -> list[IncidentPerson]:
    """Who called and who was hurt, in the order of their entry; the log keeps who looked.

    Parameters
    ----------
    session
        A writing session.

    Raises
    ------
    ForbiddenError
        The actor may not see contacts, or not those of the incident's county.
    UnknownRecordError
        ``incident.unknown``.
    """
    actor.require(Right.SEE_CONTACTS)
    row = find_incident(session, incident_id)
    step = Steps(session, actor=actor, right=Right.SEE_CONTACTS, county=row.county)
    found = list(
        session.scalars(
            select(IncidentPerson)
            .where(IncidentPerson.incident_id == row.id)
            .order_by(IncidentPerson.fid)
        )
    )
    if found:
        step.tell(KIND, [(row.id, PersonsMeant(persons=[one.id for one in found]))], what="read")
    return found


def person_to_dict(row: IncidentPerson, lang: str) -> dict[str, Json]:
    """A person as JSON carries him: personal data, which nobody between may keep."""
    return {
        "id": row.id,
        "role": row.role,
        "role_label": PERSON_ROLES[row.role].in_(lang),
        "name": row.name,
        "phone": row.phone,
        "note": row.note,
    }


def destroy_persons(session: Session, actor: Actor, incident_id: str, *, why: str) -> list[str]:
    """Empty the personal data of an incident that is over; return the references, which stay.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``.
    InputError
        ``incident.still_open``, ``incident.no_persons``, ``incident.no_reason``.
    """
    step = Steps(session, actor=actor, right=Right.DESTROY_PERSONS)
    row = find_incident(session, incident_id)
    _require_over(row)
    reason = plain_reason(why, of="incident")
    ids = list(
        session.scalars(
            select(IncidentPerson.id)
            .where(IncidentPerson.incident_id == row.id, _HELD)
            .order_by(IncidentPerson.fid)
        )
    )
    if not ids:
        raise InputError("incident.no_persons", incident_id=row.id)
    _empty(session, ids)
    step.tell(KIND, [(row.id, PersonsMeant(persons=ids))], what="destroy", why=reason)
    return ids


def destroy_again(session: Session, actor: Actor, references: Collection[str]) -> int:
    """Empty what was destroyed before and has come back with a backup; return how many.

    Raises
    ------
    ForbiddenError
    """
    step = Steps(session, actor=actor, right=Right.DESTROY_PERSONS)
    back: dict[str, list[str]] = {}
    for row in session.execute(select(IncidentPerson.id, IncidentPerson.incident_id).where(_HELD)):
        if row.id in references:
            back.setdefault(row.incident_id, []).append(row.id)
    told = [(incident_id, PersonsMeant(persons=ids)) for incident_id, ids in back.items()]
    ids = [one for ids in back.values() for one in ids]
    _empty(session, ids)
    step.tell(KIND, told, what="destroy")
    return len(ids)


def keep_persons(
    session: Session,
    actor: Actor,
    incident_id: str,
    until: date,
    assessment: Assessment,
    *,
    version: int,
) -> Incident:
    """Keep the personal data of an incident that is over until a day.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    OutOfDateError
        ``incident.changed_since``.
    InputError
        ``incident.still_open``, ``incident.no_persons``, ``incident.kept_until_past``,
        ``incident.no_reason``: one of the three grounds is missing.
    """
    actor.require(Right.DESTROY_PERSONS)
    row = find_incident(session, incident_id)
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DESTROY_PERSONS,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("incident.changed_since", incident_id=row.id),
    )
    _require_over(row)
    if personal_data(session, [row])[row.id] is PersonalData.NONE:
        raise InputError("incident.no_persons", incident_id=row.id)
    if until <= _day(session):
        raise InputError("incident.kept_until_past")
    grounds = {name: plain_reason(text, of="incident") for name, text in asdict(assessment).items()}
    step.store({"persons_kept_until": until, "persons_kept_for": grounds}, what="keep")
    return row


def personal_data(session: Session, rows: Sequence[Incident]) -> dict[str, PersonalData]:
    """How it stands with the personal data of some incidents."""
    ids = [row.id for row in rows]
    held = set(
        session.scalars(
            select(IncidentPerson.incident_id).where(IncidentPerson.incident_id.in_(ids), _HELD)
        )
    )
    day = _day(session)
    return {
        row.id: PersonalData.NONE
        if row.id not in held
        else PersonalData.IN_USE
        if row.state == IncidentState.OPEN
        else PersonalData.KEPT
        if row.persons_kept_until is not None and day <= row.persons_kept_until
        else PersonalData.DUE
        for row in rows
    }


def due(session: Session) -> list[Incident]:
    """Incidents that are over and whose personal data are to be destroyed, the oldest first."""
    return list(session.scalars(_due(session)))


def due_in_exercises(session: Session) -> list[Incident]:
    """What :func:`due` is of reality, of all exercises: who plays may have said a real name."""
    query = _due(session).where(Incident.exercise_id.is_not(None))
    return list(session.scalars(query, execution_options=EVERY_EXERCISE))


def _due(session: Session) -> Select[Incident]:
    held = select(IncidentPerson.incident_id).where(_HELD)
    return (
        select(Incident)
        .where(
            Incident.id.in_(held),
            Incident.state != IncidentState.OPEN,
            or_(Incident.persons_kept_until.is_(None), Incident.persons_kept_until < _day(session)),
        )
        .order_by(Incident.closed_at, Incident.fid)
    )


_HELD: ColumnElement[bool] = or_(
    IncidentPerson.name.is_not(None),
    IncidentPerson.phone.is_not(None),
    IncidentPerson.note.is_not(None),
)


def _require_over(row: Incident) -> None:
    if row.state == IncidentState.OPEN:
        raise InputError("incident.still_open", incident_id=row.id)


def _day(session: Session) -> date:
    return today(session, load_site(session).time_zone)


def _empty(session: Session, references: Sequence[str]) -> None:
    session.execute(
        update(IncidentPerson)
        .where(IncidentPerson.id.in_(references))
        .values(name=None, phone=None, note=None)
    )
