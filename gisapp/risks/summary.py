"""Counts per county: how many risks of each level and stage, and what was done in a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.risks.models import Inspection, RiskStep, Ticket
from gisapp.risks.register import HAZARDS, Filter, counted_by_county, ticket_overdue
from gisapp.risks.vocabulary import State, TicketState


@dataclass(kw_only=True)
class CountySummary:
    """One county's risks now, and its work within one year.

    Attributes
    ----------
    county
        Code; empty for hazards without one.
    levels
        Hazards not closed out by level, 0 where there is none.
    states
        Hazards by stage.
    overdue, never
        Hazards whose inspection is overdue, or that were never inspected.
    assessments, warnings, disposals, closures
        Steps taken in the year.
    tickets_found, tickets_closed
        In the year.
    tickets_open, tickets_overdue
        Now.
    """

    county: str
    levels: Counter[int] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    overdue: int = 0
    never: int = 0
    assessments: int = 0
    warnings: int = 0
    disposals: int = 0
    closures: int = 0
    inspections: int = 0
    tickets_found: int = 0
    tickets_closed: int = 0
    tickets_open: int = 0
    tickets_overdue: int = 0

    @property
    def hazards(self) -> int:
        """All hazards that are not closed out."""
        return sum(self.levels.values())


_STEPS = {
    State.ASSESSED: "assessments",
    State.WARNING: "warnings",
    State.DISPOSAL: "disposals",
    State.CLOSED: "closures",
}


def summarise(
    session: Session, *, year: int, today: date, time_zone: str, county: str = ""
) -> list[CountySummary]:
    """Count risks, steps, inspections and tickets per county, ordered by its code.

    Parameters
    ----------
    year
        Calendar year of the site's clock.
    today
        The day that decides what is overdue.
    time_zone
        IANA name; where the year begins and ends.
    county
        Only this one.
    """
    found: dict[str, CountySummary] = {}

    def of(code: str | None) -> CountySummary:
        return found.setdefault(code or "", CountySummary(county=code or ""))

    _count_hazards(session, Filter(today=today, county=county), of)
    clock = ZoneInfo(time_zone)
    start, end = (datetime(one, 1, 1, tzinfo=clock).astimezone(UTC) for one in (year, year + 1))
    for kind in HAZARDS:
        model = HAZARD_MODELS[kind]
        code = model.county
        taken = (
            select(code, RiskStep.state, func.count())
            .select_from(RiskStep)
            .join(model, model.id == RiskStep.hazard_id)
            .where(RiskStep.kind == kind, RiskStep.at >= start, RiskStep.at < end)
            .group_by(code, RiskStep.state)
        )
        for place, state, number in session.execute(taken):
            name = _STEPS.get(State(state))
            if name is not None:
                setattr(of(place), name, getattr(of(place), name) + number)
        made = (
            select(code, func.count())
            .select_from(Inspection)
            .join(model, model.id == Inspection.hazard_id)
            .where(
                Inspection.kind == kind,
                Inspection.inspected_on >= date(year, 1, 1),
                Inspection.inspected_on <= date(year, 12, 31),
            )
            .group_by(code)
        )
        for place, number in session.execute(made):
            of(place).inspections += number
    _count_tickets(session, (start, end), year=year, today=today, of=of)
    return [found[code] for code in sorted(found) if county in {"", code}]


def _count_hazards(
    session: Session, chosen: Filter, of: Callable[[str | None], CountySummary]
) -> None:
    for row in session.execute(counted_by_county(chosen)):
        summary = of(row.county)
        summary.states[row.state] += row.number
        if row.state != State.CLOSED:
            summary.levels[row.level] += row.number
            summary.overdue += row.overdue
            summary.never += row.never


def _count_tickets(
    session: Session,
    span: tuple[datetime, datetime],
    *,
    year: int,
    today: date,
    of: Callable[[str | None], CountySummary],
) -> None:
    def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*conditions), 1), else_=0))

    counted = select(
        Ticket.county,
        number(Ticket.found_on >= date(year, 1, 1), Ticket.found_on <= date(year, 12, 31)),
        number(Ticket.closed_at >= span[0], Ticket.closed_at < span[1]),
        number(Ticket.state != TicketState.CLOSED),
        number(ticket_overdue(today)),
    ).group_by(Ticket.county)
    for place, *numbers in session.execute(counted):
        summary = of(place)
        (
            summary.tickets_found,
            summary.tickets_closed,
            summary.tickets_open,
            summary.tickets_overdue,
        ) = (int(one) for one in numbers)
