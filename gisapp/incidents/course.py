"""The course of an incident: figures corrected, joined to another, ended, taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError
from gisapp.events.catalogue import What
from gisapp.events.steps import Step
from gisapp.incidents.command import call_rounds, instructions, post, tasks
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.grading.statuses import EnteredGrade
from gisapp.incidents.hazards import known_hazard
from gisapp.incidents.intake import (
    KIND,
    MAX_TITLE,
    figure_columns,
    figures_of,
    find_incident,
    line,
    require_open,
    require_times,
    times_of,
)
from gisapp.incidents.models import Incident
from gisapp.incidents.orders import hand_over, out_of
from gisapp.incidents.reasons import plain_reason, reason_if_any
from gisapp.incidents.response.reading import open_response
from gisapp.incidents.surroundings import footprints
from gisapp.incidents.vocabulary import IncidentState
from gisapp.rights import Actor, Right

CORRECTED: Final = frozenset(
    {
        "kind",
        "in_production",
        "title",
        "place",
        "priority",
        "entered_level",
        "entered_source",
        *CIRCUMSTANCES,
    }
)
"""What can be corrected beside times, figures and the hazard."""
HAZARD: Final = "hazard"


def correct(
    session: Session,
    actor: Actor,
    incident_id: str,
    changes: Mapping[str, Any],
    *,
    version: int,
    why: str = "",
) -> Incident:
    """Correct what is known of an incident; an ended one too, for figures change for weeks.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    changes
        By column: figures, times (timezone-aware), or one of :data:`CORRECTED`. ``hazard`` is
        the register and id of the hazard that it is at, as in a call; None where at none.
    version
        Of the incident that the actor saw.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``, ``incident.unknown_hazard``.
    OutOfDateError
        ``incident.changed_since``.
    InputError
        ``incident.unknown_field``, ``incident.bad_kind``, ``incident.bad_text``,
        ``incident.bad_priority``, ``incident.bad_grade``, ``grade.no_reason``, what the
        times and the figures refuse.
    """
    actor.require(Right.DISPATCH)
    row = find_incident(session, incident_id)
    step = _step(session, row, actor, version=version)
    figures = figures_of(row)
    known = CORRECTED | set(figure_columns(figures)) | set(TIMES) | {HAZARD}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise InputError("incident.unknown_field", field=unknown[0])
    values = _checked(row, changes, now(session))
    if HAZARD in changes:
        values["hazard_kind"], values["hazard_id"] = known_hazard(session, changes[HAZARD])
    counted = {key: value for key, value in changes.items() if key in figure_columns(figures)}
    for name in ("threatened", "polluted"):
        if name in counted:
            counted[name] = frozenset(counted[name])
    told = figure_columns(replace(figures, **counted))
    values |= {name: told[name] for name in counted}
    if any(getattr(row, name) != value for name, value in values.items()):
        step.store(values, what="update", why=reason_if_any(why, of="incident"))
    return row


def close(session: Session, actor: Actor, incident_id: str, *, version: int, why: str) -> Incident:
    """End an incident: its units are back, its response was ended, no task is open.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``incident.not_open``, ``incident.units_out``, ``incident.no_reason``,
        ``response.to_be_ended``, ``command.tasks_open``.
    """
    row, step = _open_one(session, actor, incident_id, version=version)
    _require_no_response(session, row)
    out = out_of(session, row.id)
    if out:
        raise InputError("incident.units_out", count=len(out))
    tasks.require_none_open(session, row.id)
    _end(session, step, actor, {"state": IncidentState.CLOSED}, what="end", why=why)
    return row


def join(
    session: Session, actor: Actor, incident_id: str, to: str, *, version: int, why: str
) -> Incident:
    """Join an incident to another, which goes on.

    Its units and footprints, its post, open tasks, unanswered instructions and call round go over,
    with their log.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``incident.not_open`` of either, ``incident.joined_to_itself``, ``incident.no_reason``,
        ``response.to_be_ended``.
    """
    row, step = _open_one(session, actor, incident_id, version=version)
    _require_no_response(session, row)
    kept = find_incident(session, to)
    if kept.id == row.id:
        raise InputError("incident.joined_to_itself")
    require_open(kept)
    reason = plain_reason(why, of="incident")
    hand_over(session, actor, row.id, kept.id, why=reason)
    footprints.hand_over(session, actor, row.id, kept.id, why=reason)
    for give_over in (
        post.give_over, tasks.give_over, instructions.give_over, call_rounds.give_over,
    ):  # fmt: skip
        give_over(session, actor, row.id, kept.id, why=reason)
    values = {"state": IncidentState.JOINED, "joined_to": kept.id}
    _end(session, step, actor, values, what="merge", why=reason)
    return row


def reopen(session: Session, actor: Actor, incident_id: str, *, version: int, why: str) -> Incident:
    """Take an ended incident up again, or one that was joined to another by mistake.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``incident.is_open``, ``incident.no_reason``.
    """
    actor.require(Right.DISPATCH)
    row = find_incident(session, incident_id)
    step = _step(session, row, actor, version=version)
    if row.state == IncidentState.OPEN:
        raise InputError("incident.is_open")
    values = {"state": IncidentState.OPEN, "joined_to": None, "closed_at": None, "closed_by": None}
    step.store(values, what="open", why=plain_reason(why, of="incident"))
    return row


def _open_one(
    session: Session, actor: Actor, incident_id: str, *, version: int
) -> tuple[Incident, Step]:
    actor.require(Right.DISPATCH)
    row = find_incident(session, incident_id)
    step = _step(session, row, actor, version=version)
    require_open(row)
    return row, step


def _require_no_response(session: Session, row: Incident) -> None:
    """Refuse what would leave a response with nobody who looks at it."""
    if open_response(session, row.id) is not None:
        raise InputError("response.to_be_ended", incident_id=row.id)


def _end(
    session: Session, step: Step, actor: Actor, values: Mapping[str, Any], *, what: What, why: str
) -> None:
    moment = now(session)
    ended = {**values, "closed_at": moment, "closed_by": actor.who}
    step.store(ended, what=what, why=plain_reason(why, of="incident"), at=moment)


def _checked(row: Incident, changes: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    given: dict[str, Any] = {name: changes[name] for name in TIMES if name in changes}
    require_times(replace(times_of(row), **given), moment)
    values: dict[str, Any] = {**given, **{name: changes[name] for name in CORRECTED & set(changes)}}
    event_kind(values.get("kind", row.kind))
    for name in ("title", "place"):
        if name in values:
            values[name] = line(values[name], name, MAX_TITLE) or getattr(row, name)
            if values[name] != getattr(row, name):
                values[f"{name}_en"] = None  # as a person writes it, it stands in every language
    entered = [values.get(name, getattr(row, name)) for name in ("entered_level", "entered_source")]
    if any(one is not None for one in entered):
        EnteredGrade(level=entered[0] or 0, source=entered[1] or "")
    if not (isinstance(values.get("priority", 1), int) and 1 <= values.get("priority", 1) <= 4):
        raise InputError("incident.bad_priority")
    return values


def _step(session: Session, row: Incident, actor: Actor, *, version: int) -> Step:
    return Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("incident.changed_since", incident_id=row.id),
    )
