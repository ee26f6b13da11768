"""What is going on: the open incidents, one of them with its grades, clocks and units, its log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from gisapp.events import Event
from gisapp.events.catalogue import what_label
from gisapp.incidents.command import call_rounds, instructions, lead, messages, post, tasks
from gisapp.incidents.command.models import (
    CommandPost,
    Instruction,
    Lead,
    Message,
    Task,
    VillageCall,
)
from gisapp.incidents.command.reading import Commanding, commanding
from gisapp.incidents.command.wording import in_words
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.deadlines import deadlines
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.grading.rules import TIMES, ReportRules
from gisapp.incidents.grading.statuses import BASES, EnteredGrade, Grading, grade
from gisapp.incidents.hazards import AtHazard, at_hazard, hazard_in_words
from gisapp.incidents.intake import KIND, circumstances_of, figures_of, find_incident, times_of
from gisapp.incidents.models import Assignment, Incident, IncidentPerson, ReportMade
from gisapp.incidents.orders import KIND as ASSIGNMENT
from gisapp.incidents.persons import PersonalData, personal_data
from gisapp.incidents.positions.models import LINK as CREW_LINK
from gisapp.incidents.reports import KIND as REPORT
from gisapp.incidents.reports import WINDOWS, Clock, clocks, reported
from gisapp.incidents.response.course import KIND as RESPONSE
from gisapp.incidents.response.models import Response
from gisapp.incidents.response.reading import Responding, decision, responding
from gisapp.incidents.surroundings.footprints import KIND as FOOTPRINT
from gisapp.incidents.surroundings.models import Footprint
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES, INCIDENT_STATES, IncidentState
from gisapp.registers.kinds import MODELS
from gisapp.schema.values import Json, moment_text
from gisapp.site.model import load_site

MOST_LISTED = 500
MOST_TOLD = 1000
_Hanging = (
    Assignment | CommandPost | Footprint | Instruction | Lead | Message | ReportMade | Response
    | Task | VillageCall
)  # fmt: skip
HANGING: Final[Mapping[str, type[_Hanging]]] = {
    ASSIGNMENT: Assignment,
    CREW_LINK: Assignment,  # its events are of the assignment that it is for
    FOOTPRINT: Footprint,
    REPORT: ReportMade,
    RESPONSE: Response,
    call_rounds.KIND: VillageCall,
    instructions.KIND: Instruction,
    lead.KIND: Lead,
    messages.KIND: Message,
    post.KIND: CommandPost,
    tasks.KIND: Task,
}
"""What hangs on an incident and is told in its log, by the kind of its events."""


@dataclass(frozen=True, kw_only=True)
class UnitOut:
    """A unit and how it stands.

    Attributes
    ----------
    names
        By language.
    """

    id: str
    unit_kind: str
    unit_id: str
    names: Mapping[str, str]
    state: str
    ordered_at: datetime
    expected_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    ended_at: datetime | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The unit as JSON carries it."""
        label = ASSIGNMENT_STATES.get(self.state)
        return {
            "id": self.id,
            "unit_kind": self.unit_kind,
            "unit_id": self.unit_id,
            "name": self.names[lang],
            "state": self.state,
            "state_label": label.in_(lang) if label else self.state,
            **{
                name: moment_text(getattr(self, name))
                for name in ("ordered_at", "expected_at", "en_route_at", "on_scene_at", "ended_at")
            },
        }


@dataclass(frozen=True, kw_only=True)
class Told:
    """A line of an incident's log.

    Attributes
    ----------
    seq
        Of the event in the one log.
    kind
        Of what it is about.
    unit_id
        The unit it is about; empty where it is about the incident.
    zone
        The site's, in which times of day are told.
    """

    seq: int
    kind: str
    at: datetime
    who: str
    what: str
    why: str | None
    text: str
    unit_id: str
    data: Mapping[str, Json]
    zone: ZoneInfo

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The line as JSON carries it."""
        return {
            "seq": self.seq,
            "at": moment_text(self.at),
            "who": self.who,
            "what": self.what,
            "what_label": what_label(self.what, lang),
            "why": self.why,
            "text": in_words(self.kind, self.data, lang, self.zone)
            or self.text
            or decision(self.data, lang)
            or hazard_in_words(self.data, lang),
            "unit_id": self.unit_id,
        }


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One incident as it stands.

    Attributes
    ----------
    persons
        References to personal data, and in which role: never the data.
    """

    incident: Incident
    grading: Grading
    clocks: tuple[Clock, ...]
    response: Responding
    command: Commanding
    units: tuple[UnitOut, ...]
    persons: tuple[tuple[str, str], ...]
    personal_data: PersonalData
    hazard: AtHazard | None

    def to_dict(self, lang: str, now: datetime) -> dict[str, Json]:
        """The incident as JSON carries it; `now` decides which clocks have run out."""
        row = self.incident
        return {
            **summary(row, lang),
            "in_production": row.in_production,
            "hazard": None if self.hazard is None else self.hazard.to_dict(lang),
            "times": {name: moment_text(getattr(row, name)) for name in TIMES},
            "figures": {
                **{name: getattr(row, name) for name in FIGURES},
                "threatened": list(row.threatened),
                "polluted": list(row.polluted),
            },
            "circumstances": {}
            if self.grading.around is None
            else {name: self.grading.around.answer(name) for name in CIRCUMSTANCES},
            "grading": graded(self.grading, lang),
            "deadlines": [timed(one, lang, now) for one in self.clocks],
            "response": self.response.to_dict(self.grading.kind.label, lang, now),
            "command": self.command.to_dict(lang, now),
            "units": [one.to_dict(lang) for one in self.units],
            "persons": [{"id": one, "role": role} for one, role in self.persons],
            "personal_data": self.personal_data,
            "persons_kept_until": row.persons_kept_until.isoformat()
            if row.persons_kept_until
            else None,
        }


def grading_of(row: Incident) -> Grading:
    """Grade an incident by what is known of it."""
    entered = None
    if row.entered_level is not None and row.entered_source is not None:
        entered = EnteredGrade(level=row.entered_level, source=row.entered_source)
    return grade(
        event_kind(row.kind),
        figures_of(row),
        row.in_production,
        fire=circumstances_of(row),
        entered=entered,
    )


def incidents(session: Session, *, state: str | None = IncidentState.OPEN) -> list[Incident]:
    """Incidents, by priority and then the newest first; at most :data:`MOST_LISTED`.

    Parameters
    ----------
    state
        A code of ``INCIDENT_STATES``; None lists all.
    """
    query = select(Incident).order_by(Incident.priority, Incident.opened_at.desc(), Incident.fid)
    if state is not None:
        query = query.where(Incident.state == state)
    return list(session.scalars(query.limit(MOST_LISTED)))


def units_out(session: Session, ids: Sequence[str]) -> dict[str, Counter[str]]:
    """How many units of each state each incident has."""
    rows = session.execute(
        select(Assignment.incident_id, Assignment.state).where(
            Assignment.incident_id.in_(ids), Assignment.ended_at.is_(None)
        )
    )
    counted: dict[str, Counter[str]] = {one: Counter() for one in ids}
    for row in rows:
        counted[row.incident_id][row.state] += 1
    return counted


def units_as_sent(session: Session, assignment_ids: Sequence[str]) -> list[UnitOut]:
    """Some units by their assignments, in the order in which they were ordered."""
    return _units(session, Assignment.id.in_(assignment_ids))


def standing(session: Session, incident_id: str, *, rules: ReportRules | None = None) -> Standing:
    """One incident with its grades, clocks and units.

    Parameters
    ----------
    rules
        The locality's limits for reports; the State's, in the site's time zone, where None.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown``.
    """
    row = find_incident(session, incident_id)
    grading = grading_of(row)
    limits = rules or ReportRules(zone=load_site(session).time_zone)
    persons = session.execute(
        select(IncidentPerson.id, IncidentPerson.role)
        .where(IncidentPerson.incident_id == row.id)
        .order_by(IncidentPerson.fid)
    )
    return Standing(
        incident=row,
        grading=grading,
        clocks=tuple(
            clocks(
                deadlines(grading, times_of(row), rules=limits),
                reported(session, [row.id])[row.id],
            )
        ),
        response=responding(session, row, grading),
        command=commanding(session, row),
        units=tuple(_units(session, Assignment.incident_id == row.id)),
        persons=tuple((one.id, one.role) for one in persons),
        personal_data=personal_data(session, [row])[row.id],
        hazard=at_hazard(session, row),
    )


def log(
    session: Session, incident_id: str, *, since_seq: int = 0, last: int | None = None
) -> list[Told]:
    """The timeline of an incident, read from the one event log; oldest first.

    Parameters
    ----------
    since_seq
        Only what came after this number.
    last
        Only so many, the newest; else the first :data:`MOST_TOLD`.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown``.
    """
    row = find_incident(session, incident_id)
    order = Event.seq.asc() if last is None else Event.seq.desc()
    events = session.scalars(
        select(Event)
        .where(Event.seq > since_seq, in_log(row))
        .order_by(order)
        .limit(MOST_TOLD if last is None else last)
    )
    return told(session, row, sorted(events, key=lambda one: one.seq))


def in_log(row: Incident) -> ColumnElement[bool]:
    """Which events are of an incident, or of what hangs on it."""
    hanging = (
        and_(
            Event.kind == kind,
            Event.subject_id.in_(select(model.id).where(model.incident_id == row.id)),
        )
        for kind, model in HANGING.items()
    )
    return or_(and_(Event.kind == KIND, Event.subject_id == row.id), *hanging)


def told(session: Session, row: Incident, events: Iterable[Event]) -> list[Told]:
    """Some events of an incident as lines of its log, in their order."""
    zone = ZoneInfo(load_site(session).time_zone)
    unit_of = {
        one.id: one.unit_id
        for one in session.execute(
            select(Assignment.id, Assignment.unit_id).where(Assignment.incident_id == row.id)
        )
    }
    return [
        Told(
            seq=one.seq,
            kind=one.kind,
            at=one.at,
            who=one.who,
            what=one.what,
            why=one.why,
            text=str((one.data or {}).get("text", "")),
            unit_id=unit_of.get(one.subject_id, "") if one.kind in {ASSIGNMENT, CREW_LINK} else "",
            data=one.data or {},
            zone=zone,
        )
        for one in events
    ]


def summary(row: Incident, lang: str) -> dict[str, Json]:
    """What a list says of an incident."""
    state = INCIDENT_STATES.get(row.state)
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": event_kind(row.kind).label.in_(lang),
        "title": row.title_in(lang),
        "place": row.place_in(lang),
        "x": row.x,
        "y": row.y,
        "county": row.county,
        "priority": row.priority,
        "state": row.state,
        "state_label": state.in_(lang) if state else row.state,
        "joined_to": row.joined_to,
        "opened_at": moment_text(row.opened_at),
        "opened_by": row.opened_by,
        "closed_at": moment_text(row.closed_at),
        "exercise": row.exercise_id,
        "version": row.version,
    }


def graded(grading: Grading, lang: str) -> dict[str, Json]:
    """All grades side by side, each with what decided it."""
    statuses: list[Json] = [
        {
            "basis": basis,
            "basis_label": label.in_(lang),
            "level": status.level,
            "grade": status.label.in_(lang),
            "law": status.law.in_(lang),
            "article": status.article.in_(lang),
            "criterion": status.criterion.in_(lang),
        }
        for basis, label in BASES.items()
        if (status := grading.status(basis)) is not None
    ]
    near = grading.near_miss
    return {
        "statuses": statuses,
        "near_miss": {
            "label": near.label.in_(lang),
            "law": near.law.in_(lang),
            "article": near.article.in_(lang),
            "criteria": [one.in_(lang) for one in near.criteria],
        }
        if near
        else None,
        "not_graded": grading.not_graded.in_(lang) if grading.not_graded else None,
        "told_to_state": [one.in_(lang) for one in grading.told_to_state],
        "unknown": [FIGURES[name].in_(lang) for name in grading.unknown],
    }


def timed(clock: Clock, lang: str, now: datetime) -> dict[str, Json]:
    """A limit of a report as JSON carries it; `now` decides whether it has run out."""
    one = clock.deadline
    return {
        "code": one.code,
        "label": one.label.in_(lang),
        "from": TIMES[one.starts_from].in_(lang),
        "within_min": one.within.total_seconds() / 60,
        "due_at": moment_text(clock.due_at),
        "overdue": clock.is_overdue(now),
        "reported_at": moment_text(clock.reported_at),
        "is_window": one.code in WINDOWS,
        "recipients": [label.in_(lang) for label in one.recipients],
        "directly": [label.in_(lang) for label in one.directly],
        "article": one.article.in_(lang),
        "by": BASES[one.by].in_(lang) if one.by else None,
        "level": one.level,
        "repeats_min": one.repeats.total_seconds() / 60 if one.repeats else None,
    }


def running(session: Session, rows: Sequence[Incident], *, zone: str) -> dict[str, list[Clock]]:
    """The clocks of some incidents by which a report is due, the next first."""
    made, rules = reported(session, [row.id for row in rows]), ReportRules(zone=zone)
    return {
        row.id: [
            one
            for one in clocks(deadlines(grading_of(row), times_of(row), rules=rules), made[row.id])
            if one.due_at is not None and one.deadline.code not in WINDOWS
        ]
        for row in rows
    }


def _units(session: Session, which: ColumnElement[bool]) -> list[UnitOut]:
    rows = session.scalars(select(Assignment).where(which).order_by(Assignment.fid)).all()
    names: dict[tuple[str, str], dict[str, str]] = {}
    for kind in {row.unit_kind for row in rows}:
        model = MODELS[kind]
        ids = [row.unit_id for row in rows if row.unit_kind == kind]
        found = session.execute(
            select(model.id, model.column("name"), model.column("name_en")).where(model.id.in_(ids))
        )
        for record_id, name, name_en in found:
            names[kind, record_id] = {"zh": name or record_id, "en": name_en or name or record_id}
    return [
        UnitOut(
            id=row.id,
            unit_kind=row.unit_kind,
            unit_id=row.unit_id,
            names=names.get((row.unit_kind, row.unit_id), {"zh": row.unit_id, "en": row.unit_id}),
            state=row.state,
            ordered_at=row.ordered_at,
            expected_at=row.expected_at,
            en_route_at=row.en_route_at,
            on_scene_at=row.on_scene_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]
