"""Synthetic assessments, hidden dangers and inspections for the sample, named so in every text."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gisapp.rights import Actor
from gisapp.risks.inspections import record_inspection
from gisapp.risks.lifecycle import advance, assess
from gisapp.risks.register import Filter, RiskRow, list_risks
from gisapp.risks.tickets import open_ticket, take_over
from gisapp.risks.vocabulary import Method, State, TicketState

SEED = 20
ASSESSED, INSPECTED, TICKETS = 110, 100, 40
_MARK = "（合成）"
_PEOPLE = tuple(f"{one}{_MARK}" for one in ("甲工", "乙工", "丙工", "丁工", "戊工"))
_STAGES = (State.MONITORED,) * 10 + (State.WARNING, State.DISPOSAL)
_DANGERS = (
    ("裂缝较上次加宽", "填缝并加密观测"),
    ("截排水沟淤塞", "清淤疏通"),
    ("警示牌缺失", "补设警示牌"),
    ("监测设备离线", "检修并恢复上传"),
    ("应急通道被占用", "清理通道并专人看管"),
    ("应急预案未演练", "一个月内组织演练"),
)


def add_synthetic_risks(
    session: Session,
    actor: Actor,
    *,
    today: date,
    time_zone: str,
) -> None:
    """Let part of the hazards be assessed, inspected and found wanting, the same at every run.

    Parameters
    ----------
    session
        A writing session.
    today
        All days are reckoned back from it, so that some things are overdue.
    time_zone
        Of the site.
    actor
        Needs the right to manage risks.
    """
    draw = random.Random(SEED)  # noqa: S311 - invented data, the same at every run
    every = list_risks(session, Filter(today=today), limit=None)
    every = sorted((row for row in every if row.synthetic), key=lambda row: (row.kind, row.id))
    if not every:
        return
    chosen = draw.sample(every, min(ASSESSED, len(every)))
    for number, row in enumerate(chosen):
        _assess(session, row, number, draw=draw, actor=actor, today=today, zone=time_zone)
    for row in draw.sample(every, min(INSPECTED, len(every))):
        abnormal = draw.random() < 0.1
        record_inspection(
            session,
            actor,
            row.kind,
            row.id,
            inspected_on=today - timedelta(days=draw.randint(0, 75)),
            inspected_by=draw.choice(_PEOPLE),
            result="abnormal" if abnormal else "sound",
            note=f"{draw.choice(_DANGERS)[0]}{_MARK}" if abnormal else None,
            today=today,
        )
    for number in range(TICKETS):
        _add_ticket(session, draw.choice(chosen), number, draw=draw, actor=actor, today=today)


def _assess(
    session: Session,
    row: RiskRow,
    number: int,
    *,
    draw: random.Random,
    actor: Actor,
    today: date,
    zone: str,
) -> None:
    day = today - timedelta(days=draw.randint(10, 200))
    by_matrix = row.proposed is None or number % 3 == 0
    risk = assess(
        session,
        actor,
        row.kind,
        row.id,
        method=Method.MATRIX if by_matrix else Method.STATUTORY,
        likelihood=draw.randint(1, 5) if by_matrix else None,
        consequence=draw.randint(1, 5) if by_matrix else None,
        why=f"年度风险评估{_MARK}",
        version=row.version,
        measures=f"定期巡查，专人负责{_MARK}",
        assessed_at=datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC),
        assessed_by=draw.choice(_PEOPLE),
    )
    if number % 2:
        return
    stage = _STAGES[number // 2 % len(_STAGES)]
    advance(
        session,
        actor,
        row.kind,
        row.id,
        stage,
        why=f"纳入管控{_MARK}",
        version=risk.version,
        colour=risk.level if stage == State.WARNING else None,
        measures=f"现场处置{_MARK}" if stage == State.DISPOSAL else None,
    )


def _add_ticket(
    session: Session,
    row: RiskRow,
    number: int,
    *,
    draw: random.Random,
    actor: Actor,
    today: date,
) -> None:
    """One hidden danger; every state occurs, and of those not rectified some are overdue."""
    wrong, measure = draw.choice(_DANGERS)
    found_on = today - timedelta(days=draw.randint(20, 60))
    first, second = draw.sample(_PEOPLE, 2)
    ticket = open_ticket(
        session,
        actor,
        found_on=found_on,
        found_by=second,
        grade="major" if number % 8 == 0 else "general",
        description=f"{wrong}{_MARK}",
        measure=f"{measure}{_MARK}",
        responsible=first,
        deadline=found_on + timedelta(days=draw.choice((15, 30, 60, 90))),
        funding_cny=float(draw.randint(1, 60) * 1000),
        ticket_id=f"YH-S{number + 1:03d}",
        kind=row.kind,
        hazard_id=row.id,
        today=today,
    )
    begin = datetime.combine(found_on, time(8), UTC)
    names = ("rectified", "checked", "closed")
    take_over(
        session,
        actor,
        ticket,
        tuple(TicketState)[number % len(TicketState)],
        moments={name: begin + timedelta(days=5 * at) for at, name in enumerate(names, start=1)},
        people={"rectified": first, "checked": second, "closed": second},
        why=f"整改进展{_MARK}",
    )
