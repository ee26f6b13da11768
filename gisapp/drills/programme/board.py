"""The year's board: each headquarters' live drill, and the duty of every unit to hold drills."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.drills.plans.due import months_later
from gisapp.drills.programme.drills import drills_of
from gisapp.drills.programme.models import Drill, DrillFinding
from gisapp.drills.programme.organisers import Unit, headquarters, obliged
from gisapp.drills.programme.vocabulary import DUTY_MONTHS, DrillState, Organiser
from gisapp.schema import Label

SOON: Final = timedelta(days=60)
"""How long before its day a duty is announced."""


class Standing(StrEnum):
    """How a duty stands."""

    DONE = "done"
    SCHEDULED = "scheduled"
    PLANNED = "planned"
    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"


STANDINGS: Final[Mapping[str, Label]] = {
    Standing.OVERDUE: Label("逾期", "Overdue"),
    Standing.DUE: Label("待安排", "To be planned"),
    Standing.SOON: Label("临近到期", "Due soon"),
    Standing.PLANNED: Label("已计划，未定日期", "Planned, no date yet"),
    Standing.SCHEDULED: Label("已定日期", "Date set"),
    Standing.DONE: Label("已完成", "Done"),
}
"""The most pressing first."""


@dataclass(frozen=True, kw_only=True)
class HeadquartersRowTold:
    """The year of one headquarters.

    Attributes
    ----------
    drills
        Of the year, those with a date first.
    scores
        Of the last live drill that was held; empty where it was not judged.
    open_findings
        Of all its drills, whatever the year.
    """

    unit: Unit
    standing: Standing
    drills: tuple[Drill, ...]
    scores: Mapping[str, float]
    open_findings: int


@dataclass(frozen=True, kw_only=True)
class Duty:
    """The duty of a unit by article 8.

    Attributes
    ----------
    last
        Its last drill that was held; None where none is known.
    due_by
        Day until which the next is to be held; None where none was ever held.
    report_missing
        Whether nobody received the report of its last drill, which enterprises send.
    open_orders, overdue_orders
        Orders to put something right that wait, and those past their deadline.
    """

    unit: Unit
    standing: Standing
    last: date | None
    due_by: date | None
    report_missing: bool
    open_orders: int
    overdue_orders: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """A year as it stands on a day."""

    year: int
    headquarters: tuple[HeadquartersRowTold, ...]
    counts: Mapping[Standing, int] = field(default_factory=dict)


def board_of(session: Session, year: int, *, moment: datetime, today: date) -> Board:
    """Say how each headquarters stands with its live drill of a year.

    One live drill (实战演练) a year is its duty; others count as drills and not for it.

    Parameters
    ----------
    moment, today
        Now, timezone-aware, and the day at the site.
    """
    of_year: dict[str, list[Drill]] = defaultdict(list)
    for row in drills_of(session, year):
        if row.organiser_kind == Organiser.HEADQUARTERS:
            of_year[row.organiser].append(row)
    waiting = _open_findings(session)
    rows = []
    for unit in headquarters(session):
        drills = of_year[unit.code]
        live = [one for one in drills if one.form == "live"]
        done = [one for one in live if one.state == DrillState.DONE]
        rows.append(
            HeadquartersRowTold(
                unit=unit,
                standing=standing_of(live, year, moment=moment, today=today),
                drills=tuple(drills),
                scores=_scores(done[-1]) if done else {},
                open_findings=waiting[unit.kind, unit.code],
            )
        )
    return Board(
        year=year,
        headquarters=tuple(rows),
        counts=Counter(one.standing for one in rows),
    )


def standing_of(live: Sequence[Drill], year: int, *, moment: datetime, today: date) -> Standing:
    """How the duty of one live drill in a year stands."""
    if any(one.state == DrillState.DONE for one in live):
        return Standing.DONE
    planned = [one for one in live if one.state == DrillState.PLANNED]
    dates = [one.starts_at for one in planned if one.starts_at is not None]
    if year < today.year:
        return Standing.OVERDUE
    if any(one >= moment for one in dates):
        return Standing.SCHEDULED
    if dates:
        return Standing.OVERDUE  # its day has passed and nobody said that it was held
    return Standing.PLANNED if planned else Standing.DUE


def duties(session: Session, *, today: date, county: str | None = None) -> list[Duty]:
    """How all whom article 8 obliges stand, the most pressing first.

    Parameters
    ----------
    today
        The day at the site.
    county
        Only units of this one.
    """
    held = _last_held(session)
    waiting, overdue = _orders(session, today)
    found = []
    for unit in obliged(session):
        if unit.kind is Organiser.HEADQUARTERS or (county is not None and unit.county != county):
            continue
        key = unit.kind.value, unit.code
        last, reported = held.get(key, (None, None))
        due_by = None if last is None else months_later(last, DUTY_MONTHS[unit.kind])
        found.append(
            Duty(
                unit=unit,
                standing=_duty_standing(due_by, today),
                last=last,
                due_by=due_by,
                report_missing=(
                    unit.kind is Organiser.ENTERPRISE and last is not None and reported is None
                ),
                open_orders=waiting[key],
                overdue_orders=overdue[key],
            )
        )
    order = list(STANDINGS)
    return sorted(
        found,
        key=lambda one: (
            order.index(one.standing), one.due_by or date.min, one.unit.kind, one.unit.code,
        ),
    )  # fmt: skip


def _duty_standing(due_by: date | None, today: date) -> Standing:
    if due_by is None:
        return Standing.DUE
    if due_by < today:
        return Standing.OVERDUE
    return Standing.SOON if due_by - today <= SOON else Standing.DONE


def _last_held(session: Session) -> dict[tuple[str, str], tuple[date | None, date | None]]:
    """Day of the last drill of each unit, and when its report was received."""
    query = (
        select(Drill.organiser_kind, Drill.organiser, Drill.held_on, Drill.reported_on)
        .where(Drill.state == DrillState.DONE)
        .order_by(Drill.held_on, Drill.fid)
    )
    return {
        (row.organiser_kind, row.organiser): (row.held_on, row.reported_on)
        for row in session.execute(query)
    }


def _open_findings(session: Session) -> Counter[tuple[Organiser, str]]:
    query = (
        select(DrillFinding.organiser_kind, DrillFinding.organiser, func.count())
        .where(DrillFinding.closed_on.is_(None))
        .group_by(DrillFinding.organiser_kind, DrillFinding.organiser)
    )
    return Counter({(Organiser(row[0]), row[1]): row[2] for row in session.execute(query)})


def _orders(
    session: Session, today: date
) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """How many orders wait at each unit, and how many are past their deadline."""
    query = select(DrillFinding.organiser_kind, DrillFinding.organiser, DrillFinding.due_on).where(
        DrillFinding.closed_on.is_(None), DrillFinding.is_order
    )
    waiting: Counter[tuple[str, str]] = Counter()
    overdue: Counter[tuple[str, str]] = Counter()
    for row in session.execute(query):
        key = row.organiser_kind, row.organiser
        waiting[key] += 1
        overdue[key] += row.due_on is not None and row.due_on < today
    return waiting, overdue


def _scores(drill: Drill) -> dict[str, float]:
    return {
        name: float(value) for name, value in drill.scores.items() if isinstance(value, int | float)
    }
