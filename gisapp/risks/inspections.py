"""Inspections of hazards, and when the next one falls due."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.catalogue import Changed
from gisapp.events.steps import Step
from gisapp.registers.references import all_ids, current_id
from gisapp.rights import Actor, Right
from gisapp.risks import vocabulary as v
from gisapp.risks.errors import bad_choice, optional_text, require_past, required_text
from gisapp.risks.models import Inspection, InspectionCadence, Risk
from gisapp.risks.register import HAZARDS, Filter, RiskRow, list_risks, risk_of
from gisapp.schema import Label
from gisapp.schema.values import Values

DEFAULT_LEVEL = 2
"""Cadence of a hazard whose level is unknown: not seldom, because it may be grave."""

EVENT_KIND = "risk"
INSPECTOR = Label("巡查人", "Inspected by")
NOTE = Label("情况说明", "What was seen")
RESULT = Label("结果", "Result")
DAY = Label("巡查日期", "Day of the inspection")
WHY = Label("缘由", "Reason")


def cadence(session: Session) -> dict[str, tuple[int, ...]]:
    """Days between inspections by kind, for levels 1 to 4: the site's own, else the defaults."""
    days = {kind: list(v.CADENCE_DAYS[kind]) for kind in HAZARDS}
    for row in session.scalars(select(InspectionCadence)):
        if row.kind in days:
            days[row.kind][row.level - 1] = row.days
    return {kind: tuple(row) for kind, row in days.items()}


def due_after(
    session: Session, kind: str, level: int | None, inspected_on: date | None
) -> date | None:
    """Day by which a hazard last inspected on `inspected_on` is to be inspected again.

    Returns
    -------
    date or None
        None for a hazard never inspected: it is listed as such, not as overdue since a date
        that nobody set.
    """
    if inspected_on is None:
        return None
    level = level or DEFAULT_LEVEL
    own = session.scalar(
        select(InspectionCadence.days).where(
            InspectionCadence.kind == kind, InspectionCadence.level == level
        )
    )
    return inspected_on + timedelta(days=own or v.CADENCE_DAYS[kind][level - 1])


def record_inspection(
    session: Session,
    actor: Actor,
    kind: str,
    hazard_id: str,
    *,
    inspected_on: date,
    inspected_by: str,
    result: str,
    note: str | None,
    today: date,
) -> RiskRow:
    """Record that a hazard was inspected; the next inspection falls due from that day.

    Parameters
    ----------
    session
        A writing session.
    result
        ``sound`` or ``abnormal``; what is abnormal needs a `note`.

    Raises
    ------
    ForbiddenError
        The actor may not manage risks of the hazard's county.
    InputError
        ``risks.bad_choice``, ``risks.bad_text``, ``risks.future``.
    UnknownRecordError
        ``risks.unknown_hazard``.

    Notes
    -----
    An inspection recorded late, older than the last one, is kept and moves nothing.
    """
    hazard_id = current_id(session, kind, hazard_id)
    risk = risk_of(session, kind, hazard_id)
    actor.require(Right.MANAGE_RISKS, county=risk.county)
    if result not in v.RESULTS:
        raise bad_choice(RESULT, result)
    require_past(inspected_on, today, DAY)
    inspected_by = required_text(inspected_by, INSPECTOR, longest=100)
    note = required_text(note, NOTE) if result == "abnormal" else optional_text(note, NOTE)
    moment = now(session)
    seen: Values = {"inspected_on": inspected_on, "inspected_by": inspected_by, "result": result}
    row = Inspection(
        kind=kind, hazard_id=hazard_id, note=note, recorded_at=moment, recorded_by=actor.who
    )
    Step(
        session, row, actor=actor, right=Right.MANAGE_RISKS, county=risk.county, kind=EVENT_KIND,
        subject_id=f"{kind}:{hazard_id}",
    ).store(seen, what="inspect", why=note, at=moment)  # fmt: skip
    next_on = due_after(session, kind, risk.level, inspected_on)
    if risk.version == 0:
        session.add(
            Risk(
                kind=kind, hazard_id=hazard_id, since=moment,
                inspected_on=inspected_on, next_inspection_on=next_on,
            )
        )  # fmt: skip
    elif risk.inspected_on is None or risk.inspected_on <= inspected_on:
        # The version stays: an inspection contradicts no assessment made at the same time.
        session.execute(
            update(Risk)
            .where(Risk.kind == kind, Risk.hazard_id == hazard_id)
            .values(inspected_on=inspected_on, next_inspection_on=next_on)
            .execution_options(synchronize_session=False)
        )
    session.flush()
    return risk_of(session, kind, hazard_id)


def inspections(
    session: Session, kind: str, hazard_id: str, *, limit: int = 100
) -> list[Inspection]:
    """Inspections of a hazard and of those merged into it, the latest day first."""
    ids = all_ids(session, kind, hazard_id)
    query = select(Inspection).where(Inspection.kind == kind, Inspection.hazard_id.in_(ids))
    ordered = query.order_by(Inspection.inspected_on.desc(), Inspection.fid.desc())
    return list(session.scalars(ordered.limit(limit)))


def set_cadence(
    session: Session, actor: Actor, kind: str, level: int, days: int, *, why: str, today: date
) -> None:
    """Set the days between inspections of one kind and level, and move what falls due.

    Parameters
    ----------
    session
        A writing session.
    level
        1 to 4.
    days
        1 to 3650.

    Raises
    ------
    ForbiddenError
        The actor may not manage risks everywhere.
    InputError
        ``risks.bad_cadence``, ``risks.bad_text``.
    """
    actor.require(Right.MANAGE_RISKS, county=None)
    why = required_text(why, WHY)
    if kind not in HAZARDS or not 1 <= level <= 4 or not 1 <= days <= 3650:
        raise InputError("risks.bad_cadence")
    row = session.scalar(
        select(InspectionCadence).where(
            InspectionCadence.kind == kind, InspectionCadence.level == level
        )
    )
    before = v.CADENCE_DAYS[kind][level - 1] if row is None else row.days
    step = Step(
        session, row or InspectionCadence(kind=kind, level=level), actor=actor,
        right=Right.MANAGE_RISKS, kind="inspection_cadence", subject_id=f"{kind}:{level}",
    )  # fmt: skip
    told: Changed = {"before": {"days": before}, "after": {"days": days}}
    step.store({"days": days}, what="update", why=why, data=told)
    for risk in list_risks(session, Filter(today=today, kind=kind), limit=None):
        if (risk.level or DEFAULT_LEVEL) == level and risk.inspected_on is not None:
            session.execute(
                update(Risk)
                .where(Risk.kind == kind, Risk.hazard_id == risk.id)
                .values(next_inspection_on=risk.inspected_on + timedelta(days=days))
                .execution_options(synchronize_session=False)
            )
