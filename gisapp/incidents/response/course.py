"""The course of a response: prepared, approved, its level changed, extended, ended.

An officer prepares, a leader approves. At night the leader is on the telephone: then the officer
records whose word it was, where the plan lets that level be started so, and the response stays
marked as approved by phone.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.catalogue import Decided, What
from gisapp.events.log import changed_values
from gisapp.events.steps import Step, plain
from gisapp.incidents.intake import find_incident, require_open
from gisapp.incidents.models import Incident
from gisapp.incidents.reasons import MAX_REASON_LENGTH, UNSEEN, plain_line, plain_reason
from gisapp.incidents.response.library import find_plan, plans_for
from gisapp.incidents.response.models import Response
from gisapp.incidents.response.plans import MAX_EXPECTED_H, MAX_TEXT, Plan, PlanLevel
from gisapp.incidents.response.reading import open_response
from gisapp.incidents.response.vocabulary import LEVELS, RESPONSE_STATES, ResponseState
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Value, Values

KIND = "response"
MAX_ITEM = 80
SHORTEST_H = 0.25
"""A quarter of an hour: what is shorter is over before anybody has read it."""

_TEXTS: Final[Mapping[str, Label]] = {
    "item": Label("响应事项", "item"),
    "measures": Label("应急处置措施", "measures"),
    "level_source": Label("级别依据", "source of the level"),
    "owner": Label("责任人", "owner"),
    "leader": Label("批准人", "name of the leader"),
    "office": Label("批准人职务", "office of the leader"),
    "override": Label("越权批准的理由", "reason of the override"),
}


class OpenAlreadyError(OutOfDateError):
    """An incident has a response that awaits approval or is in force."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the start of a response names (突发事件应对法 2024 article 72).

    Attributes
    ----------
    plan
        Code of the plan it follows; empty where none covers the event.
    level
        1 to 4.
    level_source
        What the level rests on, where no plan covers the event.
    item
        What is responded to; the incident's name where empty.
    measures
        Those of the plan where empty.
    expected_h
        Expected duration from the approval on, hours; that of the plan where None.
    owner
        Who is alarmed when it has run out; whoever prepares it where empty.
    """

    level: int
    plan: str = ""
    level_source: str = ""
    item: str = ""
    measures: str = ""
    expected_h: float | None = None
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Word:
    """Whose decision it is.

    Attributes
    ----------
    leader
        Who decided by phone; empty where whoever is signed in decides.
    office
        The office of whoever decides; needed of one who is not signed in. Where the plan names
        who may approve, the code or name of one of those offices; of whoever is signed in the
        office is the one recorded with the account.
    override
        Why it is decided although by the plan another has to, or not by phone: for the emergency
        in which none of them can be reached. Kept only where it was needed.
    """

    leader: str = ""
    office: str = ""
    override: str = ""


@dataclass(frozen=True, kw_only=True)
class _Decision:
    by: str
    office: str | None
    by_phone: bool
    override: str | None = None


def prepare(session: Session, actor: Actor, incident_id: str, draft: Draft) -> Response:
    """Prepare a response for approval.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``.
    OpenAlreadyError
        ``response.is_open``: one awaits approval or is in force.
    InputError
        ``incident.not_open``, ``response.bad_level``, ``response.plan_not_for``,
        ``response.plan_covers``, ``response.bad_text``, ``response.bad_duration``.
    """
    actor.require(Right.DISPATCH)
    incident = find_incident(session, incident_id)
    require_open(incident)
    if open_response(session, incident.id) is not None:
        raise _is_open(incident.id)
    if draft.level not in LEVELS:
        raise InputError("response.bad_level", level=draft.level)
    plan = _plan(session, incident, draft.plan.strip())
    says = None if plan is None else plan.at(draft.level)
    row = Response(id=f"R{secrets.token_hex(4)}")
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        lost=lambda: _is_open(incident.id),
    )
    moment = now(session)
    step.store(
        {
            "incident_id": incident.id,
            "plan_code": None if plan is None else plan.code,
            "plan_edition": None if plan is None else plan.edition,
            "level_source": None if plan else _line(draft.level_source, "level_source"),
            "level": draft.level,
            "item": _line(draft.item or incident.title, "item"),
            "measures": _measures(draft.measures, says),
            "expected_min": _minutes(draft.expected_h, says),
            "state": ResponseState.PREPARED,
            "owner": _line(draft.owner or actor.who, "owner"),
            "prepared_by": actor.who,
            "prepared_at": moment,
        },
        what="prepare",
        at=moment,
    )
    return row


def approve(
    session: Session, actor: Actor, response_id: str, *, version: int, word: Word
) -> Response:
    """Put a prepared response in force.

    Parameters
    ----------
    actor
        A leader with the right to approve, who did not prepare it, and whose account has one of
        the offices that the plan names for the level, where it names any; or the officer who has
        heard the word of one by phone, and needs the right to dispatch.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    OutOfDateError
        ``response.changed_since``.
    InputError
        ``response.other_state``, ``response.own``, ``response.own_word``,
        ``response.not_by_phone``, ``response.not_approver``, ``response.bad_text``.
    """
    row, step = _begun(session, actor, response_id, version=version, of=ResponseState.PREPARED)
    decision = _decided(actor, word, _says(session, row, row.level))
    if not decision.by_phone and row.prepared_by == actor.who:
        raise InputError("response.own")
    moment = now(session)
    values = {
        "state": ResponseState.IN_FORCE,
        "approved_by": decision.by,
        "approved_office": decision.office,
        "approved_by_phone": decision.by_phone,
        "approved_at": moment,
        "approval_recorded_by": actor.who,
        "level_override": decision.override,
        "expected_end": moment + timedelta(minutes=row.expected_min),
    }
    _store(step, row, values, decision, what="approve", at=moment)
    return row


def change_level(
    session: Session,
    actor: Actor,
    response_id: str,
    level: int,
    *,
    version: int,
    word: Word,
    why: str,
    measures: str = "",
    expected_h: float | None = None,
) -> Response:
    """Raise or lower the level of a response in force.

    Parameters
    ----------
    actor
        As :func:`approve` of the new level; a leader may change what he prepared.
    measures
        Those of the plan at the new level where empty.
    expected_h
        Hours that it is expected to last from now on; the end expected stays where None.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        As :func:`approve`; ``response.bad_level``, ``response.same_level``,
        ``response.bad_duration``, ``response.no_reason``.
    """
    row, step = _begun(session, actor, response_id, version=version, of=ResponseState.IN_FORCE)
    if level not in LEVELS:
        raise InputError("response.bad_level", level=level)
    if level == row.level:
        raise InputError("response.same_level")
    says = _says(session, row, level)
    decision = _decided(actor, word, says)
    values: Values = {
        "level": level,
        "measures": _measures(measures or ("" if says else row.measures), says),
        "level_override": decision.override,
    }
    if expected_h is not None:
        values["expected_end"] = now(session) + timedelta(minutes=_minutes(expected_h, says))
    _store(step, row, values, decision, what="change_level", why=why)
    return row


def extend(
    session: Session,
    actor: Actor,
    response_id: str,
    until: datetime,
    *,
    version: int,
    word: Word,
    why: str,
    owner: str = "",
) -> Response:
    """Let a response in force last longer.

    Parameters
    ----------
    actor
        A leader with the right to approve; or the officer who has heard the word of one, and
        needs the right to dispatch.
    until
        The end expected from now on, timezone-aware.
    owner
        Who is alarmed from now on; nobody else where empty.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``response.other_state``, ``response.not_later``, ``response.own_word``,
        ``response.bad_text``, ``response.no_reason``.
    """
    row, step = _begun(session, actor, response_id, version=version, of=ResponseState.IN_FORCE)
    decision = _decided(actor, word, None)
    moment = now(session)
    assert row.expected_end is not None
    latest = moment + timedelta(hours=MAX_EXPECTED_H)
    if not max(row.expected_end, moment) < until <= latest:
        raise InputError("response.not_later", days=MAX_EXPECTED_H // 24)
    values: Values = {"expected_end": until, "owner": _line(owner or row.owner, "owner")}
    _store(step, row, values, decision, what="extend", why=why)
    return row


def end(
    session: Session, actor: Actor, response_id: str, *, version: int, word: Word, why: str
) -> Response:
    """End a response in force: nothing but this does (突发事件应对法 2024 article 86).

    Parameters
    ----------
    actor
        As of :func:`extend`.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``response.other_state``, ``response.own_word``, ``response.bad_text``,
        ``response.no_reason``.
    """
    row, step = _begun(session, actor, response_id, version=version, of=ResponseState.IN_FORCE)
    decision = _decided(actor, word, None)
    moment = now(session)
    values: Values = {"state": ResponseState.ENDED, "ended_by": decision.by, "ended_at": moment}
    _store(step, row, values, decision, what="stop", why=why, at=moment)
    return row


def withdraw(
    session: Session, actor: Actor, response_id: str, *, version: int, why: str
) -> Response:
    """Withdraw a response that awaits approval.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``response.other_state``, ``response.no_reason``.
    """
    row, step = _begun(session, actor, response_id, version=version, of=ResponseState.PREPARED)
    moment = now(session)
    values: Values = {"state": ResponseState.WITHDRAWN, "ended_by": actor.who, "ended_at": moment}
    step.store(values, what="withdraw", why=plain_reason(why, of="response"), at=moment)
    return row


def find_response(session: Session, response_id: str) -> Response:
    """One response.

    Raises
    ------
    UnknownRecordError
        ``response.unknown``.
    """
    row = session.scalar(select(Response).where(Response.id == response_id))
    if row is None:
        raise UnknownRecordError("response.unknown", response_id=response_id)
    return row


def _begun(
    session: Session, actor: Actor, response_id: str, *, version: int, of: ResponseState
) -> tuple[Response, Step]:
    actor.require(Right.DISPATCH)
    row = find_response(session, response_id)
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("response.changed_since"),
    )
    if row.state != of:
        label = RESPONSE_STATES[row.state]
        raise InputError("response.other_state", state_zh=label.zh, state_en=label.en.lower())
    return row, step


def _decided(actor: Actor, word: Word, says: PlanLevel | None) -> _Decision:
    """Whose decision it is, where he may take it so."""
    leader = word.leader.strip()
    if not leader:
        actor.require(Right.APPROVE_RESPONSE)
        office = _line(word.office, "office") if word.office.strip() else actor.agency
        made = _Decision(by=actor.name, office=office, by_phone=False)
        held = actor.office or ""
    else:
        if leader in {actor.name, actor.login}:
            raise InputError("response.own_word")
        by, held = _line(leader, "leader"), _line(word.office, "office")
        made = _Decision(by=by, office=held, by_phone=True)
    return made if says is None else _by_plan(made, held, word.override, says)


def _by_plan(made: _Decision, held: str, override: str, says: PlanLevel) -> _Decision:
    """A decision that the plan lets be taken so, or that goes over it for a reason.

    Parameters
    ----------
    held
        Code or name of the office of whoever decides.
    """
    approver = says.approver(held)
    if approver is not None:
        made = replace(made, office=approver.name.zh)
    if made.by_phone and not says.by_phone:
        office_zh, office_en = says.started_by
        refusal = InputError("response.not_by_phone", office_zh=office_zh, office_en=office_en)
    elif says.approvers and approver is None:
        names = [one.name for one in says.approvers]
        refusal = InputError(
            "response.not_approver",
            office_zh="、".join(one.zh for one in names),
            office_en=", ".join(one.en for one in names),
        )
    else:
        return made
    # A plan that names nobody is kept as it always was: there is no list to go over.
    if not (says.approvers and override.strip()):
        raise refusal
    return replace(made, override=_line(override, "override", MAX_REASON_LENGTH))


def _store(
    step: Step,
    row: Response,
    values: Mapping[str, Value],
    decision: _Decision,
    *,
    what: What,
    why: str | None = None,
    at: datetime | None = None,
) -> None:
    changed = changed_values(
        {name: plain(getattr(row, name)) for name in values},
        {name: plain(value) for name, value in values.items()},
    )
    told: Decided = {
        **changed,
        "by": decision.by,
        "office": decision.office,
        "by_phone": decision.by_phone,
        "override": decision.override,
    }
    reason = None if why is None else plain_reason(why, of="response")
    step.store(values, what=what, why=reason, data=told, at=at)


def _plan(session: Session, incident: Incident, code: str) -> Plan | None:
    covering = plans_for(session, incident.kind, incident.county)
    if not code:
        if covering:
            names = [one.name for one in covering]
            raise InputError(
                "response.plan_covers",
                names_zh="、".join(one.zh for one in names),
                names_en=", ".join(one.en for one in names),
            )
        return None
    found = next((one for one in covering if one.code == code), None)
    if found is None:
        raise InputError("response.plan_not_for", plan=code)
    return found


def _says(session: Session, row: Response, level: int) -> PlanLevel | None:
    """What the plan of a response says of a level; None where it follows none."""
    if row.plan_code is None or row.plan_edition is None:
        return None
    plan = find_plan(session, row.plan_code, row.plan_edition)
    return None if plan is None else plan.at(level)


def _measures(given: str, says: PlanLevel | None) -> str:
    text = given.strip() or (says.measures.zh if says else "")
    lines = text.splitlines()
    unseen = any(unicodedata.category(letter) in UNSEEN for line in lines for letter in line)
    if unseen or not 0 < len(text) <= MAX_TEXT:
        label = _TEXTS["measures"]
        raise InputError("response.bad_text", field_zh=label.zh, field_en=label.en, most=MAX_TEXT)
    return "\n".join(line.strip() for line in lines)


def _minutes(given_h: float | None, says: PlanLevel | None) -> int:
    hours = says.expected_h if given_h is None and says else given_h
    if hours is None or not SHORTEST_H <= hours <= MAX_EXPECTED_H:
        raise InputError("response.bad_duration", days=MAX_EXPECTED_H // 24)
    return round(hours * 60)


def _line(text: str, name: str, most: int = MAX_ITEM) -> str:
    return plain_line(text, _TEXTS[name], of="response", most=most)


def _is_open(incident_id: str) -> OpenAlreadyError:
    return OpenAlreadyError("response.is_open", incident_id=incident_id)
