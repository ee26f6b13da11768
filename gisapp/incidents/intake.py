"""The call: an incident is opened, what stands near it is named, notes are taken."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step, Steps
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES, Circumstances
from gisapp.incidents.grading.figures import FIGURES, Figures
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.grading.rules import TIMES, Times
from gisapp.incidents.hazards import known_hazard
from gisapp.incidents.models import Incident, IncidentPerson
from gisapp.incidents.reasons import plain_line, plain_reason
from gisapp.incidents.vocabulary import PERSON_ROLES, IncidentState
from gisapp.incidents.whereabouts import whereabouts
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json
from gisapp.site.model import load_site
from gisapp.store.isolation import EVERY_EXERCISE, exercise_of

KIND = "incident"
MAX_TITLE = 80
MAX_NOTE = 2000
MAX_PERSONAL = 200
TYPED_WITHIN = timedelta(minutes=10)
"""A receipt that lies longer before the typing needs a reason."""
CLOCKS_APART = timedelta(minutes=2)
"""A time that is later than ours by no more than clocks differ is not refused."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What the call says.

    Attributes
    ----------
    kind
        A key of ``grading.kinds.KINDS``.
    x, y
        Lon/lat, EPSG:4326.
    title, place
        Made of the kind and of what is near where empty.
    hazard
        Register and id of the hazard that it is at.
    times
        That of the receipt at the city is now where not given.
    late_why
        Why it is entered long after its receipt.
    circumstances
        What was answered of a forest fire; kept of any kind, for the kind may be corrected.
    caller_name, caller_phone
        Kept apart from all else.
    """

    kind: str
    x: float
    y: float
    title: str = ""
    place: str = ""
    hazard: tuple[str, str] | None = None
    times: Times = field(default_factory=Times)
    late_why: str = ""
    in_production: bool | None = None
    figures: Figures = field(default_factory=Figures)
    circumstances: Circumstances = field(default_factory=Circumstances)
    caller_name: str = ""
    caller_phone: str = ""
    note: str = ""


def open_incident(session: Session, actor: Actor, call: Call) -> Incident:
    """Open an incident.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.

    Raises
    ------
    ForbiddenError
    InputError
        ``incident.bad_kind``, ``incident.bad_text``, ``incident.bad_point``,
        ``incident.future``, ``incident.before_it``, ``incident.no_late_why``.
    UnknownRecordError
        ``incident.unknown_hazard``.
    """
    actor.require(Right.DISPATCH)  # before anything is read
    kind = event_kind(call.kind)
    require_point(call.x, call.y)
    moment = now(session)
    times = call.times
    if times.city_received_at is None:
        times = replace(times, city_received_at=moment)
    require_times(times, moment)
    late_why = _late_why(times, moment, call.late_why)
    hazard_kind, hazard_id = known_hazard(session, call.hazard)
    where = whereabouts(session, call.x, call.y)
    place, title = line(call.place, "place", MAX_TITLE), line(call.title, "title", MAX_TITLE)
    places = Label(place, place) if place else Label(where.text("zh"), where.text("en"))
    row = Incident(id=_number(session, moment))
    step = Step(session, row, actor=actor, right=Right.DISPATCH, kind=KIND, subject_id=row.id)
    step.store(
        {
            "kind": call.kind,
            "in_production": call.in_production,
            "title": title or f"{places.zh}{kind.label.zh}",
            "title_en": None if title else f"{kind.label.en}: {places.en}",
            "x": call.x,
            "y": call.y,
            "place": places.zh,
            "place_en": None if place else places.en,
            "county": where.area_id or None,
            "hazard_kind": hazard_kind,
            "hazard_id": hazard_id,
            **asdict(times),
            **figure_columns(call.figures),
            **asdict(call.circumstances),
            "state": IncidentState.OPEN,
            "opened_at": moment,
            "opened_by": actor.who,
        },
        what="insert",
        why=late_why,
        at=moment,
    )
    if call.caller_name or call.caller_phone:
        add_person(
            session, actor, row, role="caller", name=call.caller_name, phone=call.caller_phone
        )
    if call.note.strip():
        add_note(session, actor, row, call.note)
    return row


def add_person(
    session: Session,
    actor: Actor,
    incident: Incident,
    *,
    role: str,
    name: str = "",
    phone: str = "",
    note: str = "",
) -> str:
    """Keep who called, or who was hurt, apart from everything else; return the reference.

    Raises
    ------
    ForbiddenError
    InputError
        ``incident.bad_text``, ``incident.unknown_role``.
    """
    row = IncidentPerson(id=f"N{secrets.token_hex(4)}")
    step = Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind="incident_person",
        subject_id=row.id,
    )
    if role not in PERSON_ROLES:
        raise InputError("incident.unknown_role", role=role)
    given = {"name": name, "phone": phone, "note": note}
    texts = {key: line(text, key, MAX_PERSONAL) or None for key, text in given.items()}
    kept: dict[str, str | None] = {"incident_id": incident.id, "role": role}
    # The log is for ever: it holds whose incident it is, never the name.
    step.store(kept | texts, what="insert", data={"after": dict(kept)})
    return row.id


def add_note(session: Session, actor: Actor, incident: Incident, text: str) -> None:
    """Write a line into the incident's log.

    Raises
    ------
    ForbiddenError
    InputError
        ``incident.bad_text``.
    """
    said = line(text, "note", MAX_NOTE)
    if not said:
        raise InputError("incident.bad_text", field_zh="记录", field_en="note", most=MAX_NOTE)
    step = Steps(session, actor=actor, right=Right.DISPATCH)
    step.tell(KIND, [(incident.id, {"text": said})], what="note")


def require_point(x: float, y: float) -> None:
    """Refuse what is no longitude and latitude.

    Raises
    ------
    InputError
        ``incident.bad_point``.
    """
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise InputError("incident.bad_point", x=x, y=y)


def line(text: str, name: str, most: int) -> str:
    """One plain line of text, stripped; empty where none was given.

    Raises
    ------
    InputError
        ``incident.bad_text``.
    """
    said = text.strip()
    return plain_line(said, _TEXTS[name], of="incident", most=most) if said else ""


def require_times(times: Times, moment: datetime) -> None:
    """Refuse times that lie ahead of `moment`, and knowledge of what had not happened yet.

    Raises
    ------
    InputError
        ``incident.future``, ``incident.before_it``.
    """
    for name, label in TIMES.items():
        at = times.moment(name)
        if at is None:
            continue
        if at > moment + CLOCKS_APART:
            raise InputError("incident.future", field_zh=label.zh, field_en=label.en)
        # Levels may be skipped or told out of turn; but nobody knows before it happens.
        if times.occurred_at is not None and at < times.occurred_at:
            raise InputError("incident.before_it", field_zh=label.zh, field_en=label.en)


def figure_columns(figures: Figures) -> dict[str, Json]:
    """The figures as the table holds them."""
    codes = {"threatened": sorted(figures.threatened), "polluted": sorted(figures.polluted)}
    return {**{name: figures.value(name) for name in FIGURES}, **codes}


def figures_of(row: Incident) -> Figures:
    """The figures of an incident, as it stands."""
    return Figures(
        **{name: getattr(row, name) for name in FIGURES},
        threatened=frozenset(row.threatened),
        polluted=frozenset(row.polluted),
    )


def circumstances_of(row: Incident) -> Circumstances:
    """What was answered of the circumstances of an incident."""
    return Circumstances(**{name: getattr(row, name) for name in CIRCUMSTANCES})


def times_of(row: Incident) -> Times:
    """When it happened and who was told when."""
    return Times(**{name: getattr(row, name) for name in TIMES})


def find_incident(session: Session, incident_id: str) -> Incident:
    """One incident.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown``.
    """
    row = session.scalar(select(Incident).where(Incident.id == incident_id))
    if row is None:
        raise UnknownRecordError("incident.unknown", incident_id=incident_id)
    return row


def require_open(row: Incident) -> None:
    """Refuse what only an open incident takes.

    Raises
    ------
    InputError
        ``incident.not_open``.
    """
    if row.state != IncidentState.OPEN:
        raise InputError("incident.not_open", incident_id=row.id)


_TEXTS: Final[Mapping[str, Label]] = {
    "title": Label("名称", "name"),
    "place": Label("地点", "place"),
    "name": Label("姓名", "name of the person"),
    "phone": Label("电话", "telephone"),
    "note": Label("记录", "note"),
    "entered_source": Label("等级依据", "source of the grade"),
}


def _late_why(times: Times, moment: datetime, why: str) -> str | None:
    received = [one for one in (times.county_received_at, times.city_received_at) if one]
    if why.strip():
        return plain_reason(why, of="incident")
    if min(received, default=moment) < moment - TYPED_WITHIN:
        minutes = int(TYPED_WITHIN / timedelta(minutes=1))
        raise InputError("incident.no_late_why", minutes=minutes)
    return None


def _number(session: Session, moment: datetime) -> str:
    """The next number of the day by the site's clock; those of exercises are told apart."""
    zone = ZoneInfo(load_site(session).time_zone)
    mark = "Y" if exercise_of(session) else ""
    day = f"{mark}{moment.astimezone(zone):%y%m%d}-"
    known = select(func.count()).where(Incident.id.startswith(day, autoescape=True))
    count = session.scalar(known, execution_options=EVERY_EXERCISE) or 0
    return f"{day}{count + 1:02}"
