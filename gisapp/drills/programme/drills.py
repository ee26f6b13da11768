"""Drills: planned, changed, held, called off; what was found in them and put right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError, field_validator, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.plans.library import edition
from gisapp.drills.programme.models import Drill, DrillFinding
from gisapp.drills.programme.organisers import (
    county_of_organiser,
    headquarters,
    require_organiser,
)
from gisapp.drills.programme.staff import require_no_new_staff
from gisapp.drills.programme.vocabulary import (
    FORMS,
    PARTICIPANTS,
    PURPOSES,
    ROLES,
    SCOPES,
    SCORES,
    DrillState,
    Organiser,
)
from gisapp.drills.said import Said, faults_of, one_of
from gisapp.errors import GisAppError, InputError, OutOfDateError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.reasons import plain_line, plain_reason
from gisapp.registers.kinds import MODELS
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json

KIND: Final = "drill"
FINDING: Final = "drill_finding"
MOST_LISTED: Final = 300
MOST_LINE: Final = 200
_WHAT: Final = Label("问题", "finding")


class Objective(Said):
    """What a drill is to show.

    Attributes
    ----------
    clause
        Key of the clause of its plan that it rests on; empty where on none.
    within_min
        Minutes within which people who need help are to be reached; None where it sets none.
    """

    text: Annotated[str, Field(min_length=1, max_length=500)]
    clause: Annotated[str, Field(max_length=20)] = ""
    within_min: Annotated[float, Field(gt=0, le=14 * 24 * 60)] | None = None


class Participant(Said):
    """Who takes part, and as what.

    Attributes
    ----------
    kind, id
        ``team``, ``unit``, ``account`` or ``headquarters`` with its id, login or code; ``person``
        with neither.
    under
        Code of the headquarters that a player plays for; empty for the one that holds the drill.
    """

    kind: str = "person"
    id: Annotated[str, Field(max_length=100)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    role: str = "player"
    under: Annotated[str, Field(max_length=40)] = ""

    @field_validator("role")
    @classmethod
    def _is_role(cls, value: str) -> str:
        return one_of(value, ROLES)

    @model_validator(mode="after")
    def _is_somebody(self) -> Participant:
        one_of(self.kind, PARTICIPANTS)
        if (self.kind == "person") == bool(self.id) or not (self.id or self.name):
            raise ValueError("id or name")
        return self


class DrillHead(Said):
    """What a drill is, whoever holds it and whenever.

    Attributes
    ----------
    plan
        Code of the plan that it tests; empty for none.
    """

    plan: Annotated[str, Field(max_length=40)] = ""
    form: str = "live"
    scope: str = "full"
    purpose: str = "check"
    duration_min: Annotated[int, Field(ge=10, le=14 * 24 * 60)] = 120
    venue: Annotated[str, Field(max_length=MOST_LINE)] = ""
    objectives: Annotated[tuple[Objective, ...], Field(max_length=MOST_LISTED)] = ()
    participants: Annotated[tuple[Participant, ...], Field(max_length=MOST_LISTED)] = ()

    @field_validator("form")
    @classmethod
    def _is_form(cls, value: str) -> str:
        return one_of(value, FORMS)

    @field_validator("scope")
    @classmethod
    def _is_scope(cls, value: str) -> str:
        return one_of(value, SCOPES)

    @field_validator("purpose")
    @classmethod
    def _is_purpose(cls, value: str) -> str:
        return one_of(value, PURPOSES)


class DrillSaid(DrillHead):
    """What a drill is, as whoever plans it says.

    Attributes
    ----------
    organiser_kind, organiser
        Who holds it, as :class:`~gisapp.drills.programme.models.Drill` has it.
    starts_at
        Timezone-aware; None until it is set.
    """

    year: Annotated[int, Field(ge=2000, le=2200)]
    name: Annotated[str, Field(min_length=1, max_length=MOST_LINE)]
    organiser_kind: Organiser
    organiser: Annotated[str, Field(min_length=1, max_length=100)]
    starts_at: datetime | None = None

    @field_validator("starts_at")
    @classmethod
    def _has_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment has a time zone")
        return value


def said_of(given: Mapping[str, Any]) -> DrillSaid:
    """Read what somebody says of a drill.

    Raises
    ------
    InputError
        ``drill.bad_fields``, every fault named with its field.
    """
    try:
        return DrillSaid.model_validate(given)
    except ValidationError as error:
        raise InputError("drill.bad_fields", faults=faults_of(error)) from error


def plan_drill(session: Session, actor: Actor, said: DrillSaid) -> Drill:
    """Take a drill into the programme of its year.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage drills; of a unit of a county there.

    Raises
    ------
    ForbiddenError
    InputError
        ``drill.unknown_organiser``, ``drill.unknown_clause``, ``drill.unknown_participant``.
    UnknownRecordError
        ``plan.unknown``.
    """
    row = Drill(id=f"E{secrets.token_hex(4)}", made_at=now(session), made_by=actor.who)
    values = _values(session, actor, said)
    step = Step(
        session, row, actor=actor, right=Right.MANAGE_DRILLS, kind=KIND, subject_id=row.id,
        county=_county(values),
    )  # fmt: skip
    step.store(values, what="insert")
    return row


def change_drill(
    session: Session, actor: Actor, drill_id: str, said: DrillSaid, *, version: int
) -> Drill:
    """Change a drill that was not held yet.

    Raises
    ------
    ForbiddenError
        Also ``drill.not_staff``: those who know what it plays name who else does.
    UnknownRecordError
        ``drill.unknown``, ``plan.unknown``.
    OutOfDateError
        ``drill.taken``.
    InputError
        ``drill.over``; as :func:`plan_drill`.
    """
    row = find_drill(session, drill_id)
    actor.require(Right.MANAGE_DRILLS, county=row.county)
    require_planned(row)
    values = _values(session, actor, said)
    require_no_new_staff(actor, row, values["participants"])
    _step(session, actor, row, version).store(values, what="update")
    return row


def hold_drill(
    session: Session,
    actor: Actor,
    drill_id: str,
    *,
    version: int,
    on: date,
    today: date,
    summary: str = "",
    scores: Mapping[str, float] | None = None,
    reported_on: date | None = None,
) -> Drill:
    """Record that a drill was held, and what it was judged.

    Parameters
    ----------
    on
        The day it was held, not after `today`.
    scores
        By the keys of `SCORES`, 0 to 100; those that were given.
    reported_on
        Day on which the unit's report was received.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``drill.unknown``.
    OutOfDateError
        ``drill.taken``.
    InputError
        ``drill.over``, ``drill.bad_day``, ``drill.bad_score``.
    """
    row = find_drill(session, drill_id)
    actor.require(Right.MANAGE_DRILLS, county=row.county)
    if row.state == DrillState.CANCELLED:
        raise InputError("drill.over", state=row.state)
    if on > today or (reported_on is not None and not on <= reported_on <= today):
        raise InputError("drill.bad_day", day=on.isoformat())
    judged: dict[str, Json] = {}
    for name, value in (scores or {}).items():
        if name not in SCORES or not 0 <= value <= 100:
            raise InputError("drill.bad_score", name=name, known=", ".join(SCORES))
        judged[name] = float(value)
    values: dict[str, Json | date | None] = {
        "state": DrillState.DONE.value,
        "held_on": on,
        "scores": judged,
        "reported_on": reported_on,
        "summary": summary.strip()[:2000],
        "updated_by": actor.who,
    }
    _step(session, actor, row, version).store(values, what="finish")
    return row


def cancel_drill(session: Session, actor: Actor, drill_id: str, *, version: int, why: str) -> Drill:
    """Call a drill off.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``drill.unknown``.
    OutOfDateError
        ``drill.taken``.
    InputError
        ``drill.over``, ``drill.no_reason``, ``drill.bad_reason``.
    """
    row = find_drill(session, drill_id)
    actor.require(Right.MANAGE_DRILLS, county=row.county)
    require_planned(row)
    reason = plain_reason(why, of="drill")
    values: dict[str, Json] = {
        "state": DrillState.CANCELLED.value, "summary": reason, "updated_by": actor.who,
    }  # fmt: skip
    _step(session, actor, row, version).store(values, what="cancel", why=reason)
    return row


def find_drill(session: Session, drill_id: str) -> Drill:
    """Return a drill.

    Raises
    ------
    UnknownRecordError
        ``drill.unknown``.
    """
    row = session.scalar(select(Drill).where(Drill.id == drill_id))
    if row is None:
        raise UnknownRecordError("drill.unknown", id=drill_id)
    return row


def drills_of(session: Session, year: int) -> list[Drill]:
    """The drills of a year's programme, those with a date first, in its order."""
    query = select(Drill).where(Drill.year == year).order_by(Drill.fid)
    rows = session.scalars(query).all()
    return sorted(rows, key=lambda row: (row.starts_at is None, row.starts_at or row.made_at))


def add_finding(
    session: Session,
    actor: Actor,
    *,
    what: str,
    found_on: date,
    today: date,
    due_on: date | None = None,
    drill_id: str | None = None,
    organiser: tuple[Organiser, str] | None = None,
    is_order: bool = False,
) -> DrillFinding:
    """Record something to be put right: of a drill, or of a unit by a spot check.

    Parameters
    ----------
    drill_id, organiser
        One of both: whose drill, or which unit was checked.
    is_order
        Whether the unit was ordered to put it right (article 8): then until `due_on`.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``drill.unknown``.
    InputError
        ``drill.unknown_organiser``, ``drill.bad_text``, ``drill.bad_day``, ``drill.no_deadline``.
    """
    if drill_id is not None:
        drill = find_drill(session, drill_id)
        kind, code, county = Organiser(drill.organiser_kind), drill.organiser, drill.county
    else:
        assert organiser is not None
        kind, code = organiser
        require_organiser(session, kind, code)
        county = county_of_organiser(session, kind, code)
    actor.require(Right.MANAGE_DRILLS, county=county)
    if found_on > today or (due_on is not None and due_on < found_on):
        raise InputError("drill.bad_day", day=found_on.isoformat())
    if is_order and due_on is None:
        raise InputError("drill.no_deadline")
    row = DrillFinding()
    step = Step(
        session, row, actor=actor, right=Right.MANAGE_DRILLS, kind=FINDING, county=county,
        subject_id=f"{kind.value}/{code}",
    )  # fmt: skip
    values: dict[str, Json | date | None] = {
        "drill_id": drill_id,
        "organiser_kind": kind.value,
        "organiser": code,
        "county": county,
        "is_order": is_order,
        "what": plain_line(what, _WHAT, of="drill", most=500),
        "found_on": found_on,
        "due_on": due_on,
        "recorded_by": actor.who,
    }
    step.store(values, what="insert")
    return row


def close_finding(
    session: Session, actor: Actor, number: int, *, on: date, today: date
) -> DrillFinding:
    """Record that something was put right.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``drill.no_finding``.
    InputError
        ``drill.finding_closed``, ``drill.bad_day``.
    """
    row = session.get(DrillFinding, number, with_for_update=True)
    if row is None:
        raise UnknownRecordError("drill.no_finding", id=number)
    actor.require(Right.MANAGE_DRILLS, county=row.county)
    if row.closed_on is not None:
        raise InputError("drill.finding_closed", day=row.closed_on.isoformat())
    if not row.found_on <= on <= today:
        raise InputError("drill.bad_day", day=on.isoformat())
    step = Step(
        session, row, actor=actor, right=Right.MANAGE_DRILLS, kind=FINDING, county=row.county,
        subject_id=f"{row.organiser_kind}/{row.organiser}",
    )  # fmt: skip
    step.store({"closed_on": on, "closed_by": actor.who}, what="closed")
    return row


def _values(session: Session, actor: Actor, said: DrillSaid) -> dict[str, Any]:
    """What a drill keeps of what was said, after all that it names is there."""
    require_organiser(session, said.organiser_kind, said.organiser)
    county = county_of_organiser(session, said.organiser_kind, said.organiser)
    actor.require(Right.MANAGE_DRILLS, county=county)
    if said.plan:
        keys = {one.key for one in edition(session, said.plan).document.clauses}
        wrong = [one.clause for one in said.objectives if one.clause and one.clause not in keys]
        if wrong:
            raise InputError("drill.unknown_clause", clause=wrong[0], plan=said.plan)
    return {
        "year": said.year,
        "name": said.name.strip(),
        "organiser_kind": said.organiser_kind.value,
        "organiser": said.organiser,
        "county": county,
        "plan_code": said.plan or None,
        "form": said.form,
        "scope": said.scope,
        "purpose": said.purpose,
        "starts_at": said.starts_at,
        "duration_min": said.duration_min,
        "venue": said.venue.strip(),
        "objectives": [one.model_dump(mode="json") for one in said.objectives],
        "participants": _named(session, said.participants),
        "updated_by": actor.who,
    }


def _named(session: Session, participants: Sequence[Participant]) -> list[dict[str, Json]]:
    """Who takes part; teams, units and headquarters with their names where nobody gave one."""
    found: list[dict[str, Json]] = []
    known = {unit.code: unit.name.zh for unit in headquarters(session)}
    for one in participants:
        told = one.model_dump(mode="json")
        name: str | None = one.name
        if one.kind in {"team", "unit"}:
            model = MODELS[one.kind]
            name = session.scalar(select(model.column("name")).where(model.id == one.id))
        elif one.kind == "headquarters":
            name = known.get(one.id)
        if name is None:
            raise InputError("drill.unknown_participant", id=one.id)
        if one.under and one.under not in known:
            raise InputError("drill.unknown_participant", id=one.under)
        told["name"] = one.name or name
        found.append(told)
    return found


def _county(values: Mapping[str, Any]) -> str | None:
    county = values["county"]
    return None if county is None else str(county)


def require_planned(row: Drill) -> None:
    """Refuse a drill that was held or called off.

    Raises
    ------
    InputError
        ``drill.over``.
    """
    if row.state != DrillState.PLANNED:
        raise InputError("drill.over", state=row.state)


def _step(session: Session, actor: Actor, row: Drill, version: int) -> Step:
    def lost() -> GisAppError:
        return OutOfDateError("drill.taken", who=row.updated_by)

    return Step(
        session, row, actor=actor, right=Right.MANAGE_DRILLS, kind=KIND, subject_id=row.id,
        county=row.county, version=version, lost=lost,
    )  # fmt: skip
