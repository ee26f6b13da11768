"""Hidden dangers: found, rectified, checked by somebody else, closed; reopened where needed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.catalogue import What
from gisapp.events.steps import Step
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
from gisapp.schema.values import Values

T = TypeVar("T")
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
_TOLD_AS: Final[Mapping[TicketState, What]] = MappingProxyType(
    {
        TicketState.OPEN: "open",
        TicketState.RECTIFYING: "rectifying",
        TicketState.RECTIFIED: "rectified",
        TicketState.CHECKED: "checked",
        TicketState.CLOSED: "closed",
    }
)


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
    actor: Actor,
    *,
    found_on: date,
    found_by: str,
    grade: str,
    description: str,
    measure: str,
    responsible: str,
    deadline: date,
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
    grade
        ``general`` or ``major``.
    description, measure, responsible, deadline
        What is wrong, what is to be done about it, by whom, and by which day.
    kind, hazard_id
        The hazard it is at; its county is the ticket's.
    place, county
        Where it is, if at no hazard on record.
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
    number = ticket_id or f"YH{today:%y%m%d}{secrets.token_hex(3).upper()}"
    ticket = Ticket(id=number, county=county)
    step = _step(session, ticket, actor)
    if grade not in v.TICKET_GRADES:
        raise bad_choice(GRADE, grade)
    if funding_cny is not None and not 0 <= funding_cny <= MAX_FUNDING_CNY:
        raise bad_choice(FUNDING, funding_cny)
    require_past(found_on, today, FOUND_ON)
    if deadline < found_on:
        raise InputError(
            "risks.deadline", deadline=deadline.isoformat(), found_on=found_on.isoformat()
        )
    moment = now(session)
    step.store(
        {
            "kind": kind,
            "hazard_id": hazard_id,
            "place": place,
            "found_on": found_on,
            "found_by": required_text(found_by, FOUND_BY, longest=100),
            "grade": grade,
            "description": required_text(description, DESCRIPTION),
            "measure": required_text(measure, MEASURE),
            "responsible": required_text(responsible, RESPONSIBLE, longest=100),
            "deadline": deadline,
            "funding_cny": funding_cny,
            "state": TicketState.OPEN.value,
            "since": moment,
        },
        what="insert",
        why=description.strip(),
        at=moment,
    )
    return ticket


def move_ticket(
    session: Session,
    actor: Actor,
    ticket_id: str,
    state: str,
    *,
    note: str | None,
    version: int,
    deadline: date | None = None,
) -> Ticket:
    """Take a ticket to another state.

    Parameters
    ----------
    session
        A writing session.
    state
        One that :data:`~gisapp.risks.vocabulary.TICKET_TRANSITIONS` allows.
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
    step = _step(session, ticket, actor, version=version)
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
    moment = now(session)
    values: Values = {"state": target.value, "since": moment}
    if target == TicketState.RECTIFIED:
        values |= {"rectified_at": moment, "rectified_by": actor.who}
    elif target == TicketState.CHECKED:
        if ticket.rectified_by == actor.who:
            raise NotAllowedError("risks.same_checker")
        values |= {"checked_at": moment, "checked_by": actor.who}
    elif target == TicketState.CLOSED:
        values |= {"closed_at": moment, "closed_by": actor.who}
    else:
        # Sent back or reopened: what was said of it no longer holds; the events keep it.
        for name in ("rectified", "checked", "closed"):
            values |= {f"{name}_at": None, f"{name}_by": None}
        if target == TicketState.OPEN:
            values |= {"reopened": ticket.reopened + 1, "deadline": deadline or ticket.deadline}
    step.store(values, what=_TOLD_AS[target], why=note, at=moment)
    return ticket


def take_over(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    state: str,
    *,
    moments: Mapping[str, datetime],
    people: Mapping[str, str],
    why: str,
) -> None:
    """Bring a ticket just opened to the state that a ledger gives it.

    Parameters
    ----------
    session
        A writing session.
    moments, people
        When and by whom, for each of ``rectified``, ``checked`` and ``closed`` that it has
        passed.

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
    values: Values = {"state": state}
    for name in passed:
        values |= {f"{name}_at": moments[name], f"{name}_by": people[name]}
        values["since"] = moments[name]
    _step(session, ticket, actor).store(values, what=_TOLD_AS[TicketState(state)], why=why)


def _step(session: Session, ticket: Ticket, actor: Actor, *, version: int | None = None) -> Step:
    return Step(
        session,
        ticket,
        actor=actor,
        right=Right.MANAGE_RISKS,
        county=ticket.county,
        kind=EVENT_KIND,
        subject_id=ticket.id,
        version=version,
        lost=lambda: out_of_date(ticket.id),
    )


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


def _filtered(query: Select[T], chosen: TicketFilter) -> Select[T]:
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
