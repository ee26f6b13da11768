"""An incident again as it went: its events and the positions of its units, in one order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.events import Event
from gisapp.incidents.board import Told, in_log, told, units_as_sent
from gisapp.incidents.intake import find_incident
from gisapp.incidents.models import Assignment
from gisapp.incidents.positions.models import UnitPosition
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from gisapp.schema.values import Json, moment_text

MOST_REPLAYED: Final = 5000


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Where a unit of the incident was at a moment, as far as it is kept.

    Attributes
    ----------
    x, y
        Lon/lat, EPSG:4326.
    """

    at: datetime
    unit_kind: str
    unit_id: str
    name: Label
    x: float
    y: float
    accuracy_m: float | None
    speed_kph: float | None
    heading_deg: float | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The position as JSON carries it; who reported it is nobody's business later."""
        return {
            "type": "position",
            "at": moment_text(self.at),
            "unit_kind": self.unit_kind,
            "unit_id": self.unit_id,
            "name": self.name.in_(lang),
            "x": self.x,
            "y": self.y,
            "accuracy_m": self.accuracy_m,
            "speed_kph": self.speed_kph,
            "heading_deg": self.heading_deg,
        }


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A stretch of an incident.

    Attributes
    ----------
    steps
        Events and positions, the oldest first; of one moment the events first, by their number.
    goes_on_from
        The moment of what was left off; None where nothing was.
    """

    steps: tuple[Told | Passed, ...]
    goes_on_from: datetime | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The stretch as JSON carries it; an event says what the log says, and no more."""
        steps: list[Json] = [
            {"type": "event", "kind": one.kind, **one.to_dict(lang)}
            if isinstance(one, Told)
            else one.to_dict(lang)
            for one in self.steps
        ]
        return {"steps": steps, "goes_on_from": moment_text(self.goes_on_from)}


def replay(
    session: Session,
    actor: Actor,
    incident_id: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = MOST_REPLAYED,
) -> Replay:
    """Tell an incident again: its log, and where its units were from order to end.

    An event stands at the moment at which it was written down, as in the log: an arrival that is
    entered late comes after the positions on the scene. Old positions are thinned, and gone after
    their days.

    Parameters
    ----------
    actor
        Needs the right to dispatch, as for positions.
    since, until
        From the first, and before the second; timezone-aware. None has no end.
    most
        Steps at once; a moment is never divided unless it alone has more.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown``.
    InputError
        ``replay.bad_span``.
    """
    actor.require(Right.DISPATCH)
    row = find_incident(session, incident_id)
    if since is not None and until is not None and since >= until:
        raise InputError("replay.bad_span")
    events = select(Event).where(in_log(row)).order_by(Event.at, Event.seq).limit(most + 1)
    passed = (
        select(UnitPosition, Assignment.id)
        .join(
            Assignment,
            and_(
                Assignment.unit_kind == UnitPosition.unit_kind,
                Assignment.unit_id == UnitPosition.unit_id,
                UnitPosition.at >= Assignment.ordered_at,
                or_(
                    Assignment.ended_at.is_(None),
                    UnitPosition.at < Assignment.ended_at,
                ),
            ),
        )
        .where(Assignment.incident_id == row.id)
        .order_by(UnitPosition.at, UnitPosition.fid)
        .limit(most + 1)
    )
    if since is not None:
        events, passed = events.where(Event.at >= since), passed.where(UnitPosition.at >= since)
    if until is not None:
        events, passed = events.where(Event.at < until), passed.where(UnitPosition.at < until)
    positions = session.execute(passed).all()
    names = {
        one.id: Label(one.names["zh"], one.names["en"])
        for one in units_as_sent(session, sorted({found for _position, found in positions}))
    }
    steps: list[Told | Passed] = [
        *told(session, row, session.scalars(events)),
        *(_passed(position, names[assignment]) for position, assignment in positions),
    ]
    steps.sort(key=lambda one: one.at)  # stable: events before positions of their moment
    return _cut(steps, most)


def _cut(steps: list[Told | Passed], most: int) -> Replay:
    if len(steps) <= most:
        return Replay(steps=tuple(steps), goes_on_from=None)
    following = steps[most].at
    kept = [one for one in steps[:most] if one.at < following] or steps[:most]
    return Replay(steps=tuple(kept), goes_on_from=following)


def _passed(row: UnitPosition, name: Label) -> Passed:
    return Passed(
        at=row.at,
        unit_kind=row.unit_kind,
        unit_id=row.unit_id,
        name=name,
        x=row.x,
        y=row.y,
        accuracy_m=row.accuracy_m,
        speed_kph=row.speed_kph,
        heading_deg=row.heading_deg,
    )
