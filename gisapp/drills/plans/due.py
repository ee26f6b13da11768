"""What is due of plans: to be reviewed, to be filed, to be revised."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.drills.plans.marks import marks_of
from gisapp.drills.plans.models import PlanMark
from gisapp.drills.plans.vocabulary import Mark
from gisapp.incidents.response.library import last_editions
from gisapp.incidents.response.models import PlanRow
from gisapp.incidents.response.plans import Plan
from gisapp.incidents.response.vocabulary import PlanCategory
from gisapp.registers.kinds.enterprise import Enterprise
from gisapp.schema import Label

SOON_DAYS: Final = 90
"""How long before its day a review is announced."""
_NEED_NO_FILING: Final = "other"
"""Sector whose enterprises article 7 does not name."""


class Need(StrEnum):
    """What has to be done with a plan."""

    REVISE = "revise"
    REVIEW = "review"
    REVIEW_SOON = "review_soon"
    FILE = "file"


NEEDS: Final = {
    Need.REVISE: Label("应当修订", "To be revised"),
    Need.REVIEW: Label("评估逾期", "Review overdue"),
    Need.REVIEW_SOON: Label("临近评估", "Review due soon"),
    Need.FILE: Label("尚未备案", "Not filed"),
}
"""The gravest first."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that is due of a plan.

    Attributes
    ----------
    day
        Since when, or for a review by when; None where nobody said when it was issued.
    trigger
        Why it has to be revised, a key of `REVISION_TRIGGERS`.
    note
        What was found.
    """

    plan: Plan
    need: Need
    day: date | None
    trigger: str | None = None
    note: str = ""

    def days(self, today: date) -> int | None:
        """Days that it has been due for; negative before its day."""
        return None if self.day is None else (today - self.day).days


def due_plans(session: Session, today: date) -> list[Due]:
    """All that is due of plans in their last editions, the gravest and oldest first.

    A plan is filed that a department in charge of work safety made, or an enterprise of the
    sectors that 生产安全事故应急条例 article 7 names; the article sets no time for it. What calls
    for a revision (article 6) stands until the next edition.

    Parameters
    ----------
    today
        The day at the site.
    """
    marks: dict[str, list[PlanMark]] = defaultdict(list)
    for one in marks_of(session):
        marks[one.plan_code].append(one)
    plans = last_editions(session)
    exempt = _exempt(session, [one.enterprise for one in plans if one.enterprise])
    issued = _first_days(session)
    found: list[Due] = []
    for plan in plans:
        found += due_of(
            plan,
            [one for one in marks[plan.code] if one.plan_edition == plan.edition],
            today=today,
            in_force=plan.issued_on or issued.get((plan.code, plan.edition)),
            is_filed_at_all=needs_filing(plan, exempt),
        )
    order = list(NEEDS)
    return sorted(
        found, key=lambda one: (order.index(one.need), one.day or date.min, one.plan.code)
    )


def due_of(
    plan: Plan,
    marks: Sequence[PlanMark],
    *,
    today: date,
    in_force: date | None,
    is_filed_at_all: bool,
) -> list[Due]:
    """What is due of one edition.

    Parameters
    ----------
    marks
        Of that edition.
    in_force
        The day from which a review is counted where there was none; None where nobody knows it.
    is_filed_at_all
        Whether it has to be filed.
    """
    found = [
        Due(plan=plan, need=Need.REVISE, day=one.on, trigger=one.trigger, note=one.note)
        for one in marks
        if one.what == Mark.TO_REVISE
    ]
    reviewed = [one.on for one in marks if one.what == Mark.REVIEWED]
    last = max(reviewed, default=in_force)
    if last is not None:
        by = months_later(last, plan.review_every_months)
        if by < today:
            found.append(Due(plan=plan, need=Need.REVIEW, day=by))
        elif by - today <= timedelta(days=SOON_DAYS):
            found.append(Due(plan=plan, need=Need.REVIEW_SOON, day=by))
    if is_filed_at_all and not any(one.what == Mark.FILED for one in marks):
        found.append(Due(plan=plan, need=Need.FILE, day=in_force))
    return found


def needs_filing(plan: Plan, exempt: frozenset[str]) -> bool:
    """Whether article 7 asks for its filing.

    Parameters
    ----------
    exempt
        Ids of enterprises of other sectors than it names.
    """
    if plan.enterprise:
        return plan.enterprise not in exempt
    return plan.category is PlanCategory.DEPARTMENT


def months_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _exempt(session: Session, ids: Sequence[str]) -> frozenset[str]:
    query = select(Enterprise.id).where(
        Enterprise.id.in_(ids), Enterprise.sector == _NEED_NO_FILING
    )
    return frozenset(session.scalars(query)) if ids else frozenset()


def _first_days(session: Session) -> dict[tuple[str, int], date]:
    """The day on which each edition was brought in that does not say when it was issued."""
    query = select(PlanRow.code, PlanRow.edition, PlanRow.imported_at)
    rows = session.execute(query.where(PlanRow.issued_on.is_(None)))
    return {(row.code, row.edition): row.imported_at.date() for row in rows}
