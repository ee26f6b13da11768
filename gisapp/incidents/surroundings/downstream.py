"""What lies downstream of a hazard, and when what it lets go arrives there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shapely import Point
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.incidents.surroundings.lines import find_hazard, in_force, line_to_dict, proposed
from gisapp.incidents.surroundings.models import DownstreamLine
from gisapp.incidents.surroundings.plane import along_and_side_m, corridor, plane
from gisapp.incidents.surroundings.things import VILLAGE, People, Thing, people_in, things_in
from gisapp.messages import translate
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json
from gisapp.site.model import load_site

MOST_LISTED = 300
"""The first to be reached; sums are of all."""
FARTHEST_BREACH = timedelta(days=3660)
"""No exercise plays farther from today; a year typed wrong is told."""


class Known(StrEnum):
    """What is known of where it flows."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"
    NO_HAZARD = "no_hazard"


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A thing in the corridor.

    Attributes
    ----------
    along_m, side_m
        Metres along the line, and beside it.
    arrival_s
        Seconds from the breach until the front is beside it: its way along the line at the
        speed stated, the way aside not counted, which would let it seem later. None where
        nobody stated a speed.
    arrives_at
        UTC.
    """

    thing: Thing
    along_m: float
    side_m: float
    arrival_s: float | None
    arrives_at: datetime | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The thing as JSON carries it."""
        return {
            **self.thing.to_dict(lang),
            "along_m": round(self.along_m),
            "side_m": round(self.side_m),
            "arrival_s": None if self.arrival_s is None else round(self.arrival_s),
            "arrives_at": self.arrives_at.isoformat() if self.arrives_at else None,
        }


@dataclass(frozen=True, kw_only=True)
class Downstream:
    """What lies downstream.

    Attributes
    ----------
    line
        In force; without one there are no places, and nothing is known.
    proposal
        A line that waits to be confirmed, and is used for nothing until then.
    breach_at
        The moment that arrivals are reckoned from, UTC.
    places
        Villages and all else in the order of arrival.
    found
        How many there are; more than are listed where the list was cut.
    """

    known: Known
    breach_at: datetime
    line: DownstreamLine | None = None
    proposal: DownstreamLine | None = None
    places: tuple[Reached, ...] = ()
    people: People | None = None
    found: int = 0

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The answer as JSON carries it; where nothing is known, with the remedy."""
        return {
            "state": str(self.known),
            "sentence": translate(f"downstream.is_{self.known}", lang),
            "breach_at": self.breach_at.isoformat(),
            "line": line_to_dict(self.line, lang) if self.line else None,
            "proposal": line_to_dict(self.proposal, lang) if self.proposal else None,
            "places": [one.to_dict(lang) for one in self.places],
            "people": self.people.to_dict() if self.people else None,
            "found": self.found,
            "truncated": len(self.places) < self.found,
        }


def downstream(
    session: Session,
    actor: Actor,
    hazard: tuple[str, str] | None,
    *,
    breach_at: datetime | None = None,
) -> Downstream:
    """Say who and what lies downstream of a hazard, in the order in which it is reached.

    Parameters
    ----------
    actor
        Numbers are hidden from whoever may not see contacts.
    hazard
        Register and id; None for an incident at none, of which nothing can be known.
    breach_at
        When it gives way; now where not given.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``incident.unknown_hazard``.
    InputError
        ``downstream.bad_breach``.
    """
    actor.require(Right.VIEW)
    moment = breach_moment(session, breach_at)
    if hazard is None:
        return Downstream(known=Known.NO_HAZARD, breach_at=moment)
    find_hazard(session, *hazard)
    line, proposal = in_force(session, *hazard), proposed(session, *hazard)
    if line is None:
        known = Known.UNCONFIRMED if proposal else Known.UNKNOWN
        return Downstream(known=known, breach_at=moment, proposal=proposal)
    places = [one for one in reached(session, actor, line, moment) if not _is(one, hazard)]
    return Downstream(
        known=Known.CONFIRMED,
        breach_at=moment,
        line=line,
        proposal=proposal,
        places=tuple(places[:MOST_LISTED]),
        people=people_in(one.thing for one in places),
        found=len(places),
    )


def breach_moment(session: Session, breach_at: datetime | None) -> datetime:
    """The moment that arrivals are reckoned from, UTC; now where None.

    Raises
    ------
    InputError
        ``downstream.bad_breach``.
    """
    present = now(session)
    moment = (breach_at or present).astimezone(UTC)
    if abs(moment - present) > FARTHEST_BREACH:
        raise InputError("downstream.bad_breach", days=FARTHEST_BREACH.days)
    return moment


def require_line(session: Session, hazard: tuple[str, str] | None) -> DownstreamLine:
    """The line in force of a hazard.

    Raises
    ------
    InputError
        ``downstream.is_unknown``, ``downstream.is_unconfirmed``, ``downstream.is_no_hazard``.
    """
    if hazard is None:
        raise InputError("downstream.is_no_hazard")
    line = in_force(session, *hazard)
    if line is None:
        known = Known.UNCONFIRMED if proposed(session, *hazard) else Known.UNKNOWN
        raise InputError(f"downstream.is_{known}")
    return line


def reached(
    session: Session, actor: Actor, row: DownstreamLine, breach_at: datetime
) -> list[Reached]:
    """What lies in the corridor of a line, in the order in which it is reached."""
    on = plane(load_site(session).projected_crs)
    line = on.metres(row.geom)
    area = corridor(line, row.width_m)
    west, south, east, north = on.degrees(area).bounds
    found = []
    for thing in things_in(session, actor, (west, south, east, north)):
        point = on.metres(Point(thing.x, thing.y))
        if not area.covers(point):
            continue
        along_m, side_m = along_and_side_m(line, point)
        arrival_s = along_m * 3.6 / row.wave_speed_kph if row.wave_speed_kph else None
        found.append(
            Reached(
                thing=thing,
                along_m=along_m,
                side_m=side_m,
                arrival_s=arrival_s,
                arrives_at=None if arrival_s is None else breach_at + timedelta(seconds=arrival_s),
            )
        )
    return sorted(found, key=lambda one: (one.along_m, one.thing.kind != VILLAGE, one.thing.id))


def _is(one: Reached, hazard: tuple[str, str]) -> bool:
    return (one.thing.kind, one.thing.id) == hazard
