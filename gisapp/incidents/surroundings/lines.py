"""Downstream lines: proposed, drawn, confirmed by a person, withdrawn.

A line belongs to the hazard and is kept before anything happens. What is proposed is used for
nothing until somebody has confirmed it; one is in force at a time, and the former ones are kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely import LineString
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, OutOfDateError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.heights import Heights
from gisapp.incidents.closures import MAX_VERTICES
from gisapp.incidents.reasons import plain_reason, reason_if_any
from gisapp.incidents.surroundings.courses import course_from
from gisapp.incidents.surroundings.descent import course_over_ground
from gisapp.incidents.surroundings.models import (
    MAX_SPEED_KPH,
    MAX_WIDTH_M,
    MIN_SPEED_KPH,
    MIN_WIDTH_M,
    DownstreamLine,
)
from gisapp.incidents.surroundings.plane import Plane, plane
from gisapp.incidents.surroundings.vocabulary import LINE_SOURCES, LineSource
from gisapp.incidents.whereabouts import GEOD
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values
from gisapp.site.model import load_site

KIND = "downstream_line"
STARTS_WITHIN_M = 500.0
"""A line that begins farther from its hazard is another's, or drawn the wrong way round."""
SHORTEST_M = 50.0
REACH_M = 30_000.0
"""How far a course is followed where nobody says otherwise."""
MAX_REACH_M = 300_000.0
WIDTH_M = 1000.0
"""Of a corridor for which nobody said another; to be judged before it is confirmed."""


@dataclass(frozen=True, kw_only=True)
class HazardAt:
    """A hazard and where it lies.

    Attributes
    ----------
    x, y
        Lon/lat, EPSG:4326.
    """

    kind: str
    id: str
    name: str
    county: str | None
    x: float
    y: float


def find_hazard(session: Session, kind: str, hazard_id: str) -> HazardAt:
    """A hazard of the registers.

    Raises
    ------
    UnknownRecordError
        ``incident.unknown_hazard``; also where its position is unknown.
    """
    model = HAZARD_MODELS.get(kind)
    row = None
    if model is not None:
        row = session.execute(
            select(model.name, model.county, model.geom).where(model.id == hazard_id)
        ).one_or_none()
    if row is None or row.geom.is_empty:
        raise UnknownRecordError("incident.unknown_hazard", kind=kind, record_id=hazard_id)
    return HazardAt(
        kind=kind, id=hazard_id, name=row.name, county=row.county, x=row.geom.x, y=row.geom.y
    )


def line_from_geojson(geometry: object) -> LineString:
    """Read a line from GeoJSON, EPSG:4326; heights are left away.

    Raises
    ------
    InputError
        ``downstream.not_line``.
    """
    if not isinstance(geometry, dict) or geometry.get("type") != "LineString":
        raise InputError("downstream.not_line", most=MAX_VERTICES)
    try:
        line = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise InputError("downstream.not_line", most=MAX_VERTICES) from error
    if not isinstance(line, LineString):
        raise InputError("downstream.not_line", most=MAX_VERTICES)
    return _checked(shapely.force_2d(line))


def propose(
    session: Session,
    actor: Actor,
    kind: str,
    hazard_id: str,
    *,
    wave_speed_kph: float | None = None,
    width_m: float = WIDTH_M,
    reach_m: float = REACH_M,
    heights: Heights | None = None,
    by: LineSource | None = None,
) -> DownstreamLine:
    """Propose the course of the water below a hazard; it replaces what was proposed before.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch, or to manage risks in the hazard's county.
    wave_speed_kph
        Of the front; None while nobody states it.
    width_m
        Of the corridor, half on either side.
    reach_m
        How far the course is followed.
    heights
        Of the site's ground, where it has them.
    by
        Along rivers, or over the ground; None takes the rivers, and the ground where none that
        says which way it flows is near.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``downstream.no_river``, ``downstream.no_heights``, ``downstream.no_descent``,
        ``downstream.bad_speed``, ``downstream.bad_width``, ``downstream.bad_reach``.
    """
    hazard = _hazard_for(session, actor, kind, hazard_id)
    if not SHORTEST_M <= reach_m <= MAX_REACH_M:
        raise InputError("downstream.bad_reach", most_km=MAX_REACH_M / 1000)
    on = plane(load_site(session).projected_crs)
    course, source = None, LineSource.RIVER
    if by is not LineSource.HEIGHTS:
        course = course_from(
            session, on, hazard.x, hazard.y, within_m=STARTS_WITHIN_M, reach_m=reach_m
        )
        if course is None and (by is LineSource.RIVER or not heights):
            raise InputError("downstream.no_river", name=hazard.name, within_m=STARTS_WITHIN_M)
    if course is None:
        course, source = _over_ground(heights, on, hazard, reach_m), LineSource.HEIGHTS
    return _store(session, actor, hazard, course, source, speed_kph=wave_speed_kph, width_m=width_m)


def _over_ground(
    heights: Heights | None, on: Plane, hazard: HazardAt, reach_m: float
) -> LineString:
    if not heights:
        raise InputError("downstream.no_heights")
    course = course_over_ground(heights, on, hazard.x, hazard.y, reach_m=reach_m)
    if course is None or GEOD.geometry_length(course) < SHORTEST_M:
        raise InputError("downstream.no_descent", name=hazard.name)
    return course


def draw(
    session: Session,
    actor: Actor,
    kind: str,
    hazard_id: str,
    line: LineString,
    *,
    wave_speed_kph: float | None = None,
    width_m: float = WIDTH_M,
) -> DownstreamLine:
    """Keep a line that somebody drew, to be confirmed; parameters and errors as :func:`propose`.

    Raises
    ------
    InputError
        ``downstream.not_line``, ``downstream.far_start``, and those of :func:`propose`.
    """
    hazard = _hazard_for(session, actor, kind, hazard_id)
    line = _checked(line)
    (x, y), (end_x, end_y) = line.coords[0], line.coords[-1]
    away_m = GEOD.inv(hazard.x, hazard.y, x, y)[2]
    if away_m > STARTS_WITHIN_M:
        turned = GEOD.inv(hazard.x, hazard.y, end_x, end_y)[2] <= STARTS_WITHIN_M
        raise InputError(
            "downstream.wrong_way" if turned else "downstream.far_start",
            name=hazard.name, away_m=away_m, within_m=STARTS_WITHIN_M,
        )  # fmt: skip
    return _store(
        session, actor, hazard, line, LineSource.DRAWN, speed_kph=wave_speed_kph, width_m=width_m
    )


def confirm(
    session: Session,
    actor: Actor,
    line_id: str,
    *,
    version: int,
    wave_speed_kph: float | None = None,
    width_m: float | None = None,
    why: str = "",
) -> DownstreamLine:
    """Put a proposed line in force, as somebody who knows the valley; the former one ends.

    Parameters
    ----------
    version
        Of the line that was looked at.
    wave_speed_kph, width_m
        Stated now; as they were proposed where None.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``downstream.ended``, ``downstream.bad_speed``, ``downstream.bad_width``.
    """
    row, hazard = _line_for(session, actor, line_id)
    step = _step(session, row, actor, hazard, version=version)
    if row.confirmed_at is not None:
        return row  # two people may press the same button
    moment = now(session)
    speed_kph, width = wave_speed_kph or row.wave_speed_kph, width_m or row.width_m
    _require_sizes(speed_kph, width)
    former = in_force(session, row.hazard_kind, row.hazard_id)
    if former is not None:
        _end(session, actor, former, hazard, at=moment, why=None)
    step.store(
        {
            "wave_speed_kph": speed_kph,
            "width_m": width,
            "confirmed_at": moment,
            "confirmed_by": actor.who,
        },
        what="confirm",
        why=reason_if_any(why, of="incident"),
        at=moment,
    )
    return row


def withdraw(
    session: Session, actor: Actor, line_id: str, *, version: int, why: str
) -> DownstreamLine:
    """Take a line back, confirmed or not: without one, what lies downstream is unknown.

    Raises
    ------
    ForbiddenError, UnknownRecordError, OutOfDateError
    InputError
        ``downstream.ended``, ``incident.no_reason``, ``incident.bad_reason``.
    """
    row, hazard = _line_for(session, actor, line_id)
    reason = plain_reason(why, of="incident")
    _end(session, actor, row, hazard, at=now(session), why=reason, version=version)
    return row


def find_line(session: Session, line_id: str) -> DownstreamLine:
    """One line, in force or not.

    Raises
    ------
    UnknownRecordError
        ``downstream.unknown_line``.
    """
    row = session.scalar(select(DownstreamLine).where(DownstreamLine.id == line_id))
    if row is None:
        raise UnknownRecordError("downstream.unknown_line", line_id=line_id)
    return row


def in_force(session: Session, kind: str, hazard_id: str) -> DownstreamLine | None:
    """The confirmed line of a hazard."""
    return session.scalar(
        _standing(kind, hazard_id).where(DownstreamLine.confirmed_at.is_not(None))
    )


def proposed(session: Session, kind: str, hazard_id: str) -> DownstreamLine | None:
    """The line of a hazard that waits to be confirmed."""
    return session.scalar(_standing(kind, hazard_id).where(DownstreamLine.confirmed_at.is_(None)))


def line_to_dict(row: DownstreamLine, lang: str) -> dict[str, Json]:
    """A line as JSON carries it."""
    return {
        "id": row.id,
        "hazard": {"kind": row.hazard_kind, "id": row.hazard_id},
        "source": row.source,
        "source_label": LINE_SOURCES[LineSource(row.source)].in_(lang),
        "wave_speed_kph": row.wave_speed_kph,
        "width_m": row.width_m,
        "length_m": round(GEOD.geometry_length(row.geom)),
        "proposed_at": row.proposed_at.isoformat(),
        "proposed_by": row.proposed_by,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "confirmed_by": row.confirmed_by,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "version": row.version,
        "geometry": mapping(row.geom),
    }


def _standing(kind: str, hazard_id: str) -> Select[DownstreamLine]:
    return select(DownstreamLine).where(
        DownstreamLine.hazard_kind == kind,
        DownstreamLine.hazard_id == hazard_id,
        DownstreamLine.ended_at.is_(None),
    )


def _hazard_for(session: Session, actor: Actor, kind: str, hazard_id: str) -> HazardAt:
    """The hazard, asked for by somebody who may write its line."""
    if not actor.may(Right.DISPATCH):
        actor.require(Right.MANAGE_RISKS)  # before it is said which hazards there are
    hazard = find_hazard(session, kind, hazard_id)
    actor.require(_right_of(actor), county=hazard.county)
    return hazard


def _right_of(actor: Actor) -> Right:
    """Those who keep the risks confirm lines in peace, those who dispatch also at night."""
    return Right.DISPATCH if actor.may(Right.DISPATCH) else Right.MANAGE_RISKS


def _line_for(session: Session, actor: Actor, line_id: str) -> tuple[DownstreamLine, HazardAt]:
    if not actor.may(Right.DISPATCH):
        actor.require(Right.MANAGE_RISKS)
    row = find_line(session, line_id)
    hazard = _hazard_for(session, actor, row.hazard_kind, row.hazard_id)
    if row.ended_at is not None:
        raise InputError("downstream.ended", line_id=line_id)
    return row, hazard


def _step(
    session: Session,
    row: DownstreamLine,
    actor: Actor,
    hazard: HazardAt,
    *,
    version: int | None = None,
) -> Step:
    return Step(
        session,
        row,
        actor=actor,
        right=_right_of(actor),
        county=hazard.county,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("downstream.changed_since", name=hazard.name),
    )


def _end(
    session: Session,
    actor: Actor,
    row: DownstreamLine,
    hazard: HazardAt,
    *,
    at: datetime,
    why: str | None,
    version: int | None = None,
) -> None:
    seen = row.version if version is None else version
    step = _step(session, row, actor, hazard, version=seen)
    step.store({"ended_at": at, "ended_by": actor.who}, what="withdraw", why=why, at=at)


def _store(
    session: Session,
    actor: Actor,
    hazard: HazardAt,
    line: LineString,
    source: LineSource,
    *,
    speed_kph: float | None,
    width_m: float,
) -> DownstreamLine:
    _require_sizes(speed_kph, width_m)
    moment = now(session)
    waiting = proposed(session, hazard.kind, hazard.id)
    if waiting is not None:
        _end(session, actor, waiting, hazard, at=moment, why=None)
    row = DownstreamLine(id=f"L{secrets.token_hex(4)}")
    made: Values = {
        "hazard_kind": hazard.kind,
        "hazard_id": hazard.id,
        "geom": line,
        "wave_speed_kph": speed_kph,
        "width_m": width_m,
        "source": str(source),
        "proposed_at": moment,
        "proposed_by": actor.who,
    }
    _step(session, row, actor, hazard).store(made, what="insert", at=moment)
    return row


def _require_sizes(speed_kph: float | None, width_m: float) -> None:
    if speed_kph is not None and not MIN_SPEED_KPH <= speed_kph <= MAX_SPEED_KPH:
        raise InputError("downstream.bad_speed", least=MIN_SPEED_KPH, most=MAX_SPEED_KPH)
    if not MIN_WIDTH_M <= width_m <= MAX_WIDTH_M:
        raise InputError("downstream.bad_width", least=MIN_WIDTH_M, most=MAX_WIDTH_M)


def _checked(line: LineString) -> LineString:
    west, south, east, north = line.bounds if not line.is_empty else (999.0,) * 4
    usable = (
        -180 <= west <= east <= 180
        and -90 <= south <= north <= 90
        and shapely.get_num_coordinates(line) <= MAX_VERTICES
        and SHORTEST_M <= GEOD.geometry_length(line) <= MAX_REACH_M
    )
    if not usable:
        raise InputError("downstream.not_line", most=MAX_VERTICES)
    return line
