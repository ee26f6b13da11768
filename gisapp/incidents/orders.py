"""Units ordered, and how each stands, from the order until it is free again.

That a unit serves one incident at a time is an index of the database; what is asked here before
is for the sentence that people read.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.catalogue import Ordered, What
from gisapp.events.steps import Step, plain
from gisapp.incidents.intake import CLOCKS_APART, find_incident, require_open
from gisapp.incidents.models import Assignment
from gisapp.incidents.proposal import key_of
from gisapp.incidents.reasons import MAX_REASON_LENGTH, plain_reason, reason_if_any
from gisapp.incidents.vocabulary import (
    ACTIVE,
    ASSIGNMENT_STATES,
    NEXT,
    UNIT_KINDS,
    AssignmentState,
)
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.registers.kinds.unit import Unit
from gisapp.registers.queries import unknown_record
from gisapp.rights import Actor, Right
from gisapp.schema.values import Value, Values

KIND = "assignment"
MOST_AT_ONCE = 200
MAX_EXPECTED_S = 86_400.0

TOLD_AS: Final[Mapping[AssignmentState, What]] = {
    AssignmentState.ORDERED: "order",
    AssignmentState.EN_ROUTE: "set_out",
    AssignmentState.ON_SCENE: "arrive",
    AssignmentState.RELEASED: "release",
    AssignmentState.REFUSED: "refuse",
    AssignmentState.STOOD_DOWN: "stand_down",
    AssignmentState.REASSIGNED: "reassign",
}
_TIME_OF: Final[Mapping[AssignmentState, str]] = {
    AssignmentState.ORDERED: "ordered_at",
    AssignmentState.EN_ROUTE: "en_route_at",
    AssignmentState.ON_SCENE: "on_scene_at",
}
"""Where the moment of a state is kept; of those that end an assignment, ``ended_at``."""

NEED_WHY: Final = frozenset({AssignmentState.REFUSED, AssignmentState.STOOD_DOWN})


class TakenError(OutOfDateError):
    """A unit is ordered elsewhere: somebody was quicker."""


@dataclass(frozen=True, kw_only=True)
class UnitOrder:
    """A unit to be sent.

    Attributes
    ----------
    kind, id
        Its register, and its id there.
    expected_s
        Seconds from the order to its arrival, as proposed; None where nobody reckoned it.
    """

    kind: str
    id: str
    expected_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """A unit that is out for another incident, and is sent on.

    Attributes
    ----------
    assignment_id
        Of its service there.
    seen
        The state that whoever orders saw.
    expected_s
        Seconds from the order to its arrival, as proposed; None where nobody reckoned it.
    """

    assignment_id: str
    seen: str
    expected_s: float | None = None


def order(
    session: Session,
    actor: Actor,
    incident_id: str,
    units: Sequence[UnitOrder],
    *,
    moved: Sequence[Move] = (),
    proposed: Collection[str] | None = None,
    why: str = "",
) -> list[Assignment]:
    """Order units to an incident: all of them, or none.

    An order that answers a proposal says what was proposed; any other units, or fewer of them, are
    an own choice, which needs its reason. The log keeps with it what was proposed.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    moved
        Units that serve another incident and are sent on, each as by :func:`reassign`.
    proposed
        Keys of the units that were proposed for it, ``T1`` or ``unit:U1``; None where the order
        answers no proposal.
    why
        Needed where others were proposed, and where any is moved.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``, ``registers.unknown_record``, ``incident.unknown_assignment``.
    TakenError
        ``incident.unit_taken``: a unit serves another incident, or this one already.
    OutOfDateError
        ``registers.other_state``: a unit to be moved.
    InputError
        ``incident.own_choice``: no reason, though others were proposed; ``incident.no_reason``,
        ``incident.not_out``, ``incident.same_incident``,
        ``incident.not_open``, ``incident.no_units``, ``incident.unit_twice``,
        ``incident.unit_not_ready``, ``incident.unknown_unit_kind``, ``incident.bad_expected``,
        ``incident.team_has_units``: its units are sent, not the team.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    _require_plain(units, and_moved=len(moved))
    rows = [find_assignment(session, one.assignment_id) for one in moved]
    keys = {key_of(one.kind, one.id) for one in units}
    keys |= {key_of(row.unit_kind, row.unit_id) for row in rows}
    is_own = proposed is not None and keys != set(proposed)
    if is_own and not why.strip():
        raise InputError("incident.own_choice", limit=MAX_REASON_LENGTH)
    reason = reason_if_any(why, of="incident")
    others = sorted(proposed or ()) if is_own else None
    _require_ready(session, units)
    if units:
        _require_free(session, units)
    made = [_ordered(session, actor, incident.id, unit, reason, proposed=others) for unit in units]
    for row, one in zip(rows, moved, strict=True):
        _require_expected(one.expected_s, row.unit_id)
        reason = plain_reason(why, of="incident")
        _leave(session, actor, row, incident.id, seen=one.seen, reason=reason)
        unit = UnitOrder(kind=row.unit_kind, id=row.unit_id, expected_s=one.expected_s)
        made.append(_ordered(session, actor, incident.id, unit, reason, proposed=others))
    return made


def set_state(
    session: Session,
    actor: Actor,
    assignment_id: str,
    state: str,
    *,
    seen: str,
    at: datetime | None = None,
    why: str = "",
) -> Assignment:
    """Write down how a unit stands, as it says by radio.

    Saying what is so already changes nothing: two officers hear the same message.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    state
        A code of ``ASSIGNMENT_STATES``.
    seen
        The state that the actor saw.
    at
        When it was so, timezone-aware, not before the state it follows; None is now.
    why
        Needed where the unit does not go.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown_assignment``.
    OutOfDateError
        ``registers.other_state``.
    InputError
        ``incident.unknown_state``, ``incident.not_next``, ``incident.bad_moment``,
        ``incident.no_reason``.
    """
    actor.require(Right.DISPATCH)
    if state not in ASSIGNMENT_STATES:
        raise InputError("incident.unknown_state", state=state)
    row = find_assignment(session, assignment_id)
    wanted, stands = AssignmentState(state), AssignmentState(row.state)
    if wanted is stands:
        return row
    step = _step(session, row, actor)
    if row.state != seen:
        raise _other_state(row)
    if wanted not in NEXT.get(stands, frozenset()):
        raise InputError("incident.not_next", **_words("from", stands), **_words("to", wanted))
    moment = now(session)
    when = at or moment
    before = max(
        one for one in (row.ordered_at, row.en_route_at, row.on_scene_at) if one is not None
    )
    if not before <= when <= moment + CLOCKS_APART:
        raise InputError("incident.bad_moment")
    reason = (plain_reason if wanted in NEED_WHY else reason_if_any)(why, of="incident")
    step.store(
        {"state": wanted, _TIME_OF.get(wanted, "ended_at"): when},
        what=TOLD_AS[wanted],
        why=reason,
        at=moment,
    )
    return row


def reassign(
    session: Session, actor: Actor, assignment_id: str, to: str, *, seen: str, why: str
) -> Assignment:
    """Send a unit that is out on to another incident, in one step; return the new assignment.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    OutOfDateError
        ``registers.other_state``.
    InputError
        ``incident.not_out``, ``incident.not_open``, ``incident.same_incident``,
        ``incident.no_reason``.
    """
    actor.require(Right.DISPATCH)
    row = find_assignment(session, assignment_id)
    incident = find_incident(session, to)
    require_open(incident)
    reason = plain_reason(why, of="incident")
    _leave(session, actor, row, incident.id, seen=seen, reason=reason)
    unit = UnitOrder(kind=row.unit_kind, id=row.unit_id)
    return _ordered(session, actor, incident.id, unit, reason)


def correct_time(
    session: Session, actor: Actor, assignment_id: str, state: str, at: datetime, *, why: str
) -> Assignment:
    """Correct when a unit set out or arrived: an entry of its own, the former stays in the log.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.unknown_state``: no such time, or not reached; ``incident.bad_moment``: out of
        the order of times; ``incident.no_reason``.
    """
    actor.require(Right.DISPATCH)
    row = find_assignment(session, assignment_id)
    column = next((name for key, name in _TIME_OF.items() if key == state), None)
    if column is None or getattr(row, column) is None:
        raise InputError("incident.unknown_state", state=state)
    step = _step(session, row, actor)
    times = [
        at if name == column else getattr(row, name) for name in (*_TIME_OF.values(), "ended_at")
    ]
    known = [one for one in times if one is not None]
    if known != sorted(known) or at > now(session) + CLOCKS_APART:
        raise InputError("incident.bad_moment")
    step.store({column: at}, what="correct", why=plain_reason(why, of="incident"))
    return row


def find_assignment(session: Session, assignment_id: str) -> Assignment:
    """One assignment.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown_assignment``.
    """
    row = session.scalar(select(Assignment).where(Assignment.id == assignment_id))
    if row is None:
        raise UnknownRecordError("incident.unknown_assignment", assignment_id=assignment_id)
    return row


def out_of(session: Session, incident_id: str) -> list[Assignment]:
    """The assignments of an incident that have not ended, in the order of their orders."""
    query = select(Assignment).where(
        Assignment.incident_id == incident_id, Assignment.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Assignment.fid)))


def hand_over(session: Session, actor: Actor, incident_id: str, to: str, *, why: str) -> None:
    """Let the units that are out for one incident be out for another.

    Raises
    ------
    ForbiddenError
    OutOfDateError
        ``registers.other_state``.
    """
    for row in out_of(session, incident_id):
        _step(session, row, actor).store({"incident_id": to}, what="update", why=why)


def out_now(session: Session) -> dict[tuple[str, str], str]:
    """Which units are taken, by register and id, and the incident that each serves."""
    rows = session.execute(
        select(Assignment.unit_kind, Assignment.unit_id, Assignment.incident_id).where(
            Assignment.ended_at.is_(None)
        )
    )
    return {(row.unit_kind, row.unit_id): row.incident_id for row in rows}


def services(session: Session, keys: Collection[str]) -> dict[str, Assignment]:
    """What each of some units that are out serves in, by the unit's key."""
    rows = session.scalars(select(Assignment).where(Assignment.ended_at.is_(None)))
    found = {key_of(row.unit_kind, row.unit_id): row for row in rows}
    return {key: found[key] for key in keys if key in found}


def teams_out(session: Session) -> set[str]:
    """Teams that have nobody left to send: out themselves, or with every unit in use out."""
    out = out_now(session)
    teams = {one for kind, one in out if kind == "team"}
    units = {one for kind, one in out if kind == "unit"}
    owners = set(session.scalars(select(Unit.team_id).where(Unit.id.in_(units)))) - {None}
    rows = session.execute(
        select(Unit.team_id, Unit.id).where(Unit.team_id.in_(owners), Unit.retired_at.is_(None))
    )
    left = {row.team_id for row in rows if row.id not in units}
    return teams | {one for one in owners if one is not None} - left


def owners_of(
    session: Session, *, units: Collection[str], assignments: Collection[str]
) -> set[str]:
    """Teams that some units, and the units of some assignments, belong to."""
    rows = session.execute(
        select(Assignment.unit_kind, Assignment.unit_id).where(Assignment.id.in_(assignments))
    ).all()
    parts = {*units, *(row.unit_id for row in rows if row.unit_kind == "unit")}
    owners = session.scalars(select(Unit.team_id).where(Unit.id.in_(parts)))
    whole = {row.unit_id for row in rows if row.unit_kind == "team"}
    return whole | {one for one in owners if one is not None}


def _leave(
    session: Session, actor: Actor, row: Assignment, to: str, *, seen: str, reason: str
) -> None:
    """End the service of a unit that is sent on to another incident."""
    step = _step(session, row, actor)
    if row.state != seen:
        raise _other_state(row)
    if row.state not in ACTIVE:
        raise InputError("incident.not_out")
    if to == row.incident_id:
        raise InputError("incident.same_incident")
    moment = now(session)
    ended: Values = {"state": AssignmentState.REASSIGNED, "ended_at": moment}
    step.store(ended, what="reassign", why=reason, at=moment)


def _ordered(
    session: Session,
    actor: Actor,
    incident_id: str,
    unit: UnitOrder,
    reason: str | None,
    *,
    proposed: Sequence[str] | None = None,
) -> Assignment:
    """Write the order; `proposed` where it is an own choice."""
    row = Assignment(id=f"D{secrets.token_hex(4)}")
    moment, expected_s = now(session), unit.expected_s
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        lost=lambda: _taken(unit, "—"),
    )
    values: dict[str, Value] = {
        "incident_id": incident_id,
        "unit_kind": unit.kind,
        "unit_id": unit.id,
        "state": AssignmentState.ORDERED,
        "ordered_at": moment,
        "ordered_by": actor.who,
        "expected_at": None if expected_s is None else moment + timedelta(seconds=expected_s),
    }
    told = Ordered(after={name: plain(value) for name, value in values.items()})
    if proposed is not None:
        told["proposed"] = list(proposed)
    step.store(values, what="order", why=reason, data=told, at=moment)
    return row


def _require_plain(units: Sequence[UnitOrder], *, and_moved: int) -> None:
    if not 1 <= len(units) + and_moved <= MOST_AT_ONCE:
        raise InputError("incident.no_units", most=MOST_AT_ONCE)
    seen: set[tuple[str, str]] = set()
    for unit in units:
        if unit.kind not in UNIT_KINDS:
            known = ", ".join(UNIT_KINDS)
            raise InputError("incident.unknown_unit_kind", kind=unit.kind, known=known)
        if (unit.kind, unit.id) in seen:
            raise InputError("incident.unit_twice", unit_id=unit.id)
        _require_expected(unit.expected_s, unit.id)
        seen.add((unit.kind, unit.id))


def _require_expected(expected_s: float | None, unit_id: str) -> None:
    if expected_s is not None and not 0 <= expected_s <= MAX_EXPECTED_S:
        raise InputError("incident.bad_expected", unit_id=unit_id)


def _require_ready(session: Session, units: Sequence[UnitOrder]) -> None:
    for kind in {unit.kind for unit in units}:
        model = MODELS[kind]
        ids = [unit.id for unit in units if unit.kind == kind]
        parted = _with_units(session, ids) if kind == "team" else frozenset()
        query = select(model.id, model.column("name"), model.column("status"), model.retired_at)
        found = {row[0]: row for row in session.execute(query.where(model.id.in_(ids)))}
        for unit_id in ids:
            if unit_id not in found:
                raise unknown_record(KINDS[kind], unit_id)
            _id, name, status, retired_at = found[unit_id]
            if retired_at is not None or status != "ready":
                raise InputError("incident.unit_not_ready", name=name, unit_id=unit_id)
            if unit_id in parted:
                raise InputError("incident.team_has_units", name=name, unit_id=unit_id)


def _with_units(session: Session, team_ids: Sequence[str]) -> frozenset[str]:
    """Those of some teams that are sent in parts."""
    query = select(Unit.team_id).where(Unit.team_id.in_(team_ids), Unit.retired_at.is_(None))
    return frozenset(one for one in session.scalars(query) if one is not None)


def _require_free(session: Session, units: Sequence[UnitOrder]) -> None:
    wanted = or_(
        *(and_(Assignment.unit_kind == unit.kind, Assignment.unit_id == unit.id) for unit in units)
    )
    taken = session.execute(
        select(Assignment.unit_kind, Assignment.unit_id, Assignment.incident_id)
        .where(Assignment.ended_at.is_(None), wanted)
        .order_by(Assignment.fid)
    ).first()
    if taken is not None:
        raise _taken(UnitOrder(kind=taken.unit_kind, id=taken.unit_id), taken.incident_id)


def _taken(unit: UnitOrder, incident_id: str) -> TakenError:
    return TakenError("incident.unit_taken", unit_id=unit.id, incident_id=incident_id)


def _other_state(row: Assignment) -> OutOfDateError:
    return OutOfDateError("registers.other_state", **_words("state", AssignmentState(row.state)))


def _words(name: str, state: AssignmentState) -> dict[str, object]:
    label = ASSIGNMENT_STATES[state]
    return {f"{name}_zh": label.zh, f"{name}_en": label.en}


def _step(session: Session, row: Assignment, actor: Actor) -> Step:
    return Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        version=row.version,
        lost=lambda: _other_state(row),
    )
