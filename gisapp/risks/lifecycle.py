"""Moving a hazard through its lifecycle, each step in one transaction with its event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.events.catalogue import What
from gisapp.events.steps import Step
from gisapp.registers.references import all_ids
from gisapp.rights import Actor, Right
from gisapp.risks import vocabulary as v
from gisapp.risks.errors import (
    NotAllowedError,
    bad_choice,
    optional_text,
    out_of_date,
    required_text,
)
from gisapp.risks.inspections import due_after
from gisapp.risks.models import Risk, RiskStep, Ticket
from gisapp.risks.register import RiskRow, risk_of
from gisapp.risks.vocabulary import Method, State, TicketState
from gisapp.schema import Label
from gisapp.schema.values import Values

EVENT_KIND = "risk"
WHY = Label("缘由", "Reason")
MEASURES = Label("措施", "Measures")
LEVEL = Label("风险等级", "Level")
LIKELIHOOD = Label("可能性", "Likelihood")
CONSEQUENCE = Label("后果", "Consequence")
METHOD = Label("评估方法", "Method")
COLOUR = Label("预警颜色", "Colour of the warning")
STATE = Label("环节", "Stage")


def assess(
    session: Session,
    actor: Actor,
    kind: str,
    hazard_id: str,
    *,
    method: str,
    why: str,
    version: int,
    likelihood: int | None = None,
    consequence: int | None = None,
    level: int | None = None,
    measures: str | None = None,
    assessed_at: datetime | None = None,
    assessed_by: str | None = None,
) -> RiskRow:
    """Set the level of a hazard; one that was only identified is assessed from now on.

    Parameters
    ----------
    session
        A writing session.
    method
        ``statutory``: the level that its facts propose; ``matrix``: by `likelihood` and
        `consequence`, 1 to 5 each; ``judged``: `level` as given.
    actor, why
        Who assessed, and on what grounds.
    version
        Of the row that the actor saw, 0 where there was none.
    measures
        How the risk is kept in hand.
    assessed_at, assessed_by
        Of an assessment that is taken over from a ledger; now, and the actor, where not given.

    Raises
    ------
    ForbiddenError
        The actor may not manage risks of the hazard's county.
    NotAllowedError
        ``risks.closed``: it is closed out; ``risks.no_proposal``: its facts propose no level.
    OutOfDateError
        ``risks.out_of_date``.
    InputError
        ``risks.bad_choice``, ``risks.bad_text``.
    UnknownRecordError
        ``risks.unknown_hazard``.
    """
    risk = _for_change(session, kind, hazard_id, actor=actor, version=version)
    why = required_text(why, WHY)
    measures = optional_text(measures, MEASURES)
    if risk.state == State.CLOSED:
        raise NotAllowedError("risks.closed")
    if method not in v.METHODS:
        raise bad_choice(METHOD, method)
    if method == Method.MATRIX:
        likelihood = _one_to(5, likelihood, LIKELIHOOD)
        consequence = _one_to(5, consequence, CONSEQUENCE)
        level = v.matrix_level(likelihood, consequence)
    elif method == Method.STATUTORY:
        level, likelihood, consequence = risk.proposed, None, None
        if level is None:
            raise NotAllowedError("risks.no_proposal")
    else:
        level, likelihood, consequence = _one_to(4, level, LEVEL), None, None
    moment = assessed_at or now(session)
    state = State.ASSESSED if risk.state == State.IDENTIFIED else State(risk.state)
    values: Values = {
        "state": state.value,
        "since": moment if risk.since is None or state != risk.state else risk.since,
        "level": level,
        "method": str(method),
        "likelihood": likelihood,
        "consequence": consequence,
        "assessed_at": moment,
        "assessed_by": assessed_by or actor.who,
        "measures": measures or risk.measures,
        "next_inspection_on": due_after(session, kind, level, risk.inspected_on),
    }
    return _take_step(session, risk, values, what="assess", actor=actor, why=why, at=moment)


def advance(
    session: Session,
    actor: Actor,
    kind: str,
    hazard_id: str,
    state: str,
    *,
    why: str,
    version: int,
    colour: int | None = None,
    measures: str | None = None,
) -> RiskRow:
    """Take a hazard to another stage of its lifecycle.

    Parameters
    ----------
    session
        A writing session.
    state
        One that :data:`~gisapp.risks.vocabulary.TRANSITIONS` allows; ``assessed`` is reached by
        :func:`assess` only.
    actor, why, version
        As for :func:`assess`.
    colour
        1 (red) to 4 (blue), for ``warning``.
    measures
        What is done about it; required for ``disposal``.

    Raises
    ------
    ForbiddenError, OutOfDateError, InputError, UnknownRecordError
        As for :func:`assess`.
    NotAllowedError
        ``risks.bad_step``: nothing leads there from here; ``risks.open_tickets``: hidden
        dangers at the hazard are not closed yet.
    """
    risk = _for_change(session, kind, hazard_id, actor=actor, version=version)
    why = required_text(why, WHY)
    if state not in v.STATES:
        raise bad_choice(STATE, state)
    target = State(state)
    if target == State.ASSESSED or target not in v.TRANSITIONS[State(risk.state)]:
        here, there = v.STATES[risk.state], v.STATES[target]
        raise NotAllowedError(
            "risks.bad_step", here_zh=here.zh, here_en=here.en, there_zh=there.zh, there_en=there.en
        )
    if target == State.CLOSED:
        _require_no_open_tickets(session, kind, hazard_id)
    text = (
        required_text(measures, MEASURES)
        if target == State.DISPOSAL
        else optional_text(measures, MEASURES)
    )
    moment = now(session)
    values: Values = {
        "state": target.value,
        "since": moment,
        "warning_colour": _one_to(4, colour, COLOUR) if target == State.WARNING else None,
        "measures": text or risk.measures,
    }
    if target == State.IDENTIFIED:  # taken up again: the old level no longer stands
        values |= {"level": None, "method": None, "likelihood": None, "consequence": None}
    return _take_step(
        session, risk, values, what="advance", actor=actor, why=why, at=moment, said=text
    )


def steps(session: Session, kind: str, hazard_id: str) -> list[RiskStep]:
    """The dated steps of a hazard and of those merged into it, oldest first."""
    ids = all_ids(session, kind, hazard_id)
    query = select(RiskStep).where(RiskStep.kind == kind, RiskStep.hazard_id.in_(ids))
    return list(session.scalars(query.order_by(RiskStep.at, RiskStep.fid)))


def _for_change(
    session: Session, kind: str, hazard_id: str, *, actor: Actor, version: int
) -> RiskRow:
    risk = risk_of(session, kind, hazard_id)
    actor.require(Right.MANAGE_RISKS, county=risk.county)
    if risk.version != version:
        raise out_of_date(risk.name)
    return risk


def _take_step(
    session: Session,
    risk: RiskRow,
    values: Values,
    *,
    what: What,
    actor: Actor,
    why: str,
    at: datetime,
    said: str | None = None,
) -> RiskRow:
    """Store the row, the dated step and the event together."""
    row = session.scalar(select(Risk).where(Risk.kind == risk.kind, Risk.hazard_id == risk.id))
    if row is None:
        row = Risk(kind=risk.kind, hazard_id=risk.id)
        values = {"state": State.IDENTIFIED.value, "since": now(session), **values}
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.MANAGE_RISKS,
        county=risk.county,
        kind=EVENT_KIND,
        subject_id=f"{risk.kind}:{risk.id}",
        version=risk.version,
        lost=lambda: out_of_date(risk.name),
    )
    # The event at its own moment: what is taken over from a ledger happened before.
    step.store(values, what=what, why=why)
    session.add(
        RiskStep(
            kind=risk.kind, hazard_id=risk.id, state=values["state"], at=at, who=actor.who, why=why,
            level=values.get("level", risk.level), warning_colour=values.get("warning_colour"),
            measures=said if what == "advance" else values["measures"],
        )
    )  # fmt: skip
    return risk_of(session, risk.kind, risk.id)


def _require_no_open_tickets(session: Session, kind: str, hazard_id: str) -> None:
    query = select(Ticket.id).where(
        Ticket.kind == kind, Ticket.hazard_id == hazard_id, Ticket.state != TicketState.CLOSED
    )
    tickets = session.scalars(query.order_by(Ticket.fid).limit(5)).all()
    if tickets:
        listed = ", ".join(tickets)
        raise NotAllowedError("risks.open_tickets", tickets=listed)


def _one_to(most: int, value: int | None, label: Label) -> int:
    if value is None or not 1 <= value <= most:
        raise bad_choice(label, "" if value is None else value)
    return value
