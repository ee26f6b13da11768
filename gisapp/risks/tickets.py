"""Hidden dangers: found, rectified, checked by somebody else, closed; reopened where needed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import changed_values, record_event
from gisapp.registers.counties import require_county
from gisapp.registers.references import current_id
from gisapp.rights import Actor, Right
from gisapp.risks import vocabulary as v
from gisapp.risks.errors import (
    NotAllowedError,
    bad_choice,
    optional_text,
    out_of_date,
    require_past,
    required_text,
)
from gisapp.risks.models import Ticket
from gisapp.risks.register import risk_of, ticket_overdue
from gisapp.risks.vocabulary import TicketState
from gisapp.schema import Label

EVENT_KIND = "ticket"
MAX_FUNDING_CNY = 1e12
GRADE = Label("隐患等级", "Grade")
DESCRIPTION = Label("隐患描述", "Description")
MEASURE = Label("整改措施", "Measure")
RESPONSIBLE = Label("整改责任人", "Person answerable")
FOUND_BY = Label("发现人", "Found by")
FOUND_ON = Label("发现日期", "Found on")
DEADLINE = Label("整改期限", "Deadline")
PLACE = Label("地点", "Place")
FUNDING = Label("整改资金", "Funding")
NOTE = Label("说明", "Note")
STATE = Label("状态", "State")


@dataclass(frozen=True, kw_only=True)
class TicketFilter:
    """Which tickets to list; an empty value asks nothing.

    Attributes
    ----------
    today
        The day that decides what is overdue.
    overdue
        Only those not rectified by their deadline.
    open_only
        Only those not closed.
    """

    today: date
    county: str = ""
    kind: str = ""
    hazard_id: str = ""
    state: str = ""
    grade: str = ""
    open_only: bool = False
    overdue: bool = False


def open_ticket(
    session: Session,
    *,
    found_on: date,
    found_by: str,
    grade: str,
    description: str,
    measure: str,
    responsible: str,
    deadline: date,
    actor: Actor,
    today: date,
    kind: str | None = None,
    hazard_id: str | None = None,
    place: str | None = None,
    county: str | None = None,
    funding_cny: float | None = None,
    ticket_id: str | None = None,
) -> Ticket:
    """Take up a hidden danger.

    Parameters
    ----------
    session
        A writing session.
    found_on, found_by
    grade
        ``general`` or ``major``.
    description, measure, responsible, deadline
        What is wrong, what is to be done about it, by whom, and by which day.
    actor, today
    kind, hazard_id
        The hazard it is at; its county is the ticket's.
    place, county
        Where it is, if at no hazard on record.
    funding_cny
    ticket_id
        The number it has in a ledger; one is made where not given.

    Raises
    ------
    ForbiddenError
        The actor may not manage risks of the county.
    InputError
        ``risks.bad_choice``, ``risks.bad_text``, ``risks.future``, ``risks.deadline``,
        ``registers.unknown_county``.
    UnknownRecordError
        ``risks.unknown_hazard``.
    """
    if kind and hazard_id:
        hazard_id = current_id(session, kind, hazard_id)
        county, place = risk_of(session, kind, hazard_id).county, None
    else:
        kind = hazard_id = None
        place = required_text(place, PLACE, longest=200)
        require_county(session, county)
    actor.require(Right.MANAGE_RISKS, county=county)
    if grade not in v.TICKET_GRADES:
        raise bad_choice(GRADE, grade)
    if funding_cny is not None and not 0 <= funding_cny <= MAX_FUNDING_CNY:
        raise bad_choice(FUNDING, funding_cny)
    require_past(found_on, today, FOUND_ON)
    if deadline < found_on:
        raise InputError(
            "risks.deadline", deadline=deadline.isoformat(), found_on=found_on.isoformat()
        )
    now = datetime.now(UTC)
    ticket = Ticket(
        id=ticket_id or f"YH{today:%y%m%d}{secrets.token_hex(3).upper()}",
        kind=kind,
        hazard_id=hazard_id,
        place=place,
        county=county,
        found_on=found_on,
        found_by=required_text(found_by, FOUND_BY, longest=100),
        grade=grade,
        description=required_text(description, DESCRIPTION),
        measure=required_text(measure, MEASURE),
        responsible=required_text(responsible, RESPONSIBLE, longest=100),
        deadline=deadline,
        funding_cny=funding_cny,
        since=now,
    )
    session.add(ticket)
    session.flush()
    record_event(
        session, who=actor.who, what="insert", kind=EVENT_KIND, subject_id=ticket.id,
        why=ticket.description, at=now, data={"after": _written(ticket)},
    )  # fmt: skip
    return ticket


def move_ticket(
    session: Session,
    ticket_id: str,
    state: str,
    *,
    actor: Actor,
    note: str | None,
    version: int,
    deadline: date | None = None,
) -> Ticket:
    """Take a ticket to another state.

    Parameters
    ----------
    session
        A writing session.
    ticket_id
    state
        One that :data:`~gisapp.risks.vocabulary.TICKET_TRANSITIONS` allows.
    actor
    note
        What was done or found; required except for the beginning of the work.
    version
        Of the ticket that the actor saw.
    deadline
        A new deadline, for a reopened ticket.

    Raises
    ------
    ForbiddenError
        The actor may not manage risks of the ticket's county.
    NotAllowedError
        ``risks.bad_ticket_step``; ``risks.same_checker``: whoever rectified does not check.
    OutOfDateError
        ``risks.out_of_date``.
    InputError
        ``risks.bad_choice``, ``risks.bad_text``.
    UnknownRecordError
        ``risks.unknown_ticket``.
    """
    ticket = ticket_of(session, ticket_id)
    actor.require(Right.MANAGE_RISKS, county=ticket.county)
    if ticket.version != version:
        raise out_of_date(ticket_id)
    if state not in v.TICKET_STATES:
        raise bad_choice(STATE, state)
    target, here = TicketState(state), TicketState(ticket.state)
    if target not in v.TICKET_TRANSITIONS[here]:
        old, new = v.TICKET_STATES[here], v.TICKET_STATES[target]
        raise NotAllowedError(
            "risks.bad_ticket_step",
            here_zh=old.zh,
            here_en=old.en,
            there_zh=new.zh,
            there_en=new.en,
        )
    begins = target == TicketState.RECTIFYING and here == TicketState.OPEN
    note = optional_text(note, NOTE) if begins else required_text(note, NOTE)
    now = datetime.now(UTC)
    values: dict[str, Any] = {"state": target.value, "since": now}
    if target == TicketState.RECTIFIED:
        values |= {"rectified_at": now, "rectified_by": actor.who}
    elif target == TicketState.CHECKED:
        if ticket.rectified_by == actor.who:
            raise NotAllowedError("risks.same_checker")
        values |= {"checked_at": now, "checked_by": actor.who}
    elif target == TicketState.CLOSED:
        values |= {"closed_at": now, "closed_by": actor.who}
    else:
        # Sent back or reopened: what was said of it no longer holds; the events keep it.
        for name in ("rectified", "checked", "closed"):
            values |= {f"{name}_at": None, f"{name}_by": None}
        if target == TicketState.OPEN:
            values |= {"reopened": ticket.reopened + 1, "deadline": deadline or ticket.deadline}
    before = _written(ticket)
    changed = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket_id, Ticket.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    if changed.rowcount != 1:
        raise out_of_date(ticket_id)
    session.expire(ticket)
    after = _written(ticket)
    record_event(
        session, who=actor.who, what=target.value, kind=EVENT_KIND, subject_id=ticket_id,
        why=note, at=now,
        data=changed_values(before, after),
    )  # fmt: skip
    return ticket


def take_over(
    session: Session,
    ticket: Ticket,
    state: str,
    *,
    moments: Mapping[str, datetime],
    people: Mapping[str, str],
    actor: Actor,
    why: str,
) -> None:
    """Bring a ticket just opened to the state that a ledger gives it.

    Parameters
    ----------
    session
        A writing session.
    ticket
    state
    moments, people
        When and by whom, for each of ``rectified``, ``checked`` and ``closed`` that it has
        passed.
    actor, why

    Raises
    ------
    NotAllowedError
        ``risks.same_checker``.
    InputError
        ``risks.ledger_step``: a step it has passed lacks its day or person, or lies before the
        step that goes before it.
    """
    order = [one.value for one in TicketState]
    passed = [
        name
        for name in ("rectified", "checked", "closed")
        if order.index(state) >= order.index(name)
    ]
    previous = datetime.combine(ticket.found_on, time(), UTC) - timedelta(days=1)
    for name in passed:
        if name not in moments or name not in people or moments[name] < previous:
            label = v.TICKET_STATES[name]
            raise InputError("risks.ledger_step", step_zh=label.zh, step_en=label.en)
        previous = moments[name]
    if "checked" in passed and people["checked"] == people["rectified"]:
        raise NotAllowedError("risks.same_checker")
    if state == TicketState.OPEN:
        return
    before = _written(ticket)
    ticket.state = state
    for name in passed:
        setattr(ticket, f"{name}_at", moments[name])
        setattr(ticket, f"{name}_by", people[name])
        ticket.since = moments[name]
    session.flush()
    after = _written(ticket)
    record_event(
        session, who=actor.who, what=state, kind=EVENT_KIND, subject_id=ticket.id, why=why,
        data=changed_values(before, after),
    )  # fmt: skip


def ticket_of(session: Session, ticket_id: str) -> Ticket:
    """One ticket.

    Raises
    ------
    UnknownRecordError
        ``risks.unknown_ticket``.
    """
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id))
    if ticket is None:
        raise UnknownRecordError("risks.unknown_ticket", ticket_id=ticket_id)
    return ticket


def list_tickets(
    session: Session, chosen: TicketFilter, *, limit: int | None = 100, offset: int = 0
) -> Sequence[Ticket]:
    """Tickets that `chosen` asks for: those not closed first, by deadline."""
    query = _filtered(select(Ticket), chosen)
    is_closed = Ticket.state == TicketState.CLOSED
    ordered = query.order_by(is_closed, Ticket.deadline, Ticket.fid)
    return session.scalars(ordered.limit(limit).offset(offset)).all()


def count_tickets(session: Session, chosen: TicketFilter) -> int:
    """How many tickets `chosen` asks for."""
    query = _filtered(select(func.count()).select_from(Ticket), chosen)
    return session.scalar(query) or 0


def is_overdue(ticket: Ticket, today: date) -> bool:
    """Whether a ticket was not rectified by its deadline."""
    return ticket.deadline < today and ticket.state in {TicketState.OPEN, TicketState.RECTIFYING}


def _filtered(query: Select[Any], chosen: TicketFilter) -> Select[Any]:
    equal = {
        Ticket.county: chosen.county,
        Ticket.kind: chosen.kind,
        Ticket.hazard_id: chosen.hazard_id,
        Ticket.state: chosen.state,
        Ticket.grade: chosen.grade,
    }
    for column, value in equal.items():
        if value:
            query = query.where(column == value)
    if chosen.open_only:
        query = query.where(Ticket.state != TicketState.CLOSED)
    if chosen.overdue:
        query = query.where(ticket_overdue(chosen.today))
    return query


def _written(ticket: Ticket) -> dict[str, Any]:
    """The ticket as an event keeps it."""
    values = {column.key: getattr(ticket, column.key) for column in Ticket.__table__.columns}
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value
        for name, value in values.items()
        if name not in {"fid", "version"}
    }
