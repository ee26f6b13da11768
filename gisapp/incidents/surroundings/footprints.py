"""Footprints: the area that an incident takes or threatens, drawn, reckoned or brought along."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection

import shapely
from shapely import Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import GisAppError, InputError, OutOfDateError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.closures import (
    MAX_VERTICES,
    ClosureRecord,
    add_closure,
    lift_closure,
    polygon_from_geojson,
)
from gisapp.incidents.intake import find_incident, require_open
from gisapp.incidents.models import Incident, RoadClosure
from gisapp.incidents.reasons import plain_reason
from gisapp.incidents.surroundings.downstream import require_line
from gisapp.incidents.surroundings.models import DownstreamLine, Footprint
from gisapp.incidents.surroundings.plane import all_within, beginning, corridor, plane
from gisapp.incidents.surroundings.vocabulary import FOOTPRINT_SOURCES, FootprintSource
from gisapp.incidents.vocabulary import IncidentState
from gisapp.messages import translate
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Values, moment_text
from gisapp.site.model import load_site

KIND = "footprint"
MAX_LABEL = 60
LEAST_M, MOST_M = 10.0, 50_000.0
"""Of a distance around a point or a line, metres."""
MOST_ALONG_M, MOST_ALONG_MIN = 300_000.0, 7 * 24 * 60.0


def draw(
    session: Session, actor: Actor, incident_id: str, polygon: Polygon, *, label: str
) -> Footprint:
    """Keep an area that somebody drew.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to dispatch.
    polygon
        Lon/lat, EPSG:4326, as :func:`area_from_geojson` reads it.
    label
        What it is called, as "6 m contour of the lake".

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``incident.not_open``, ``footprint.bad_label``, ``footprint.not_area``.
    """
    row = _incident_for(session, actor, incident_id)
    return _store(session, actor, row, polygon, FootprintSource.DRAWN, label=label)


def buffer(
    session: Session, actor: Actor, incident_id: str, *, of: str, distance_m: float, label: str
) -> Footprint:
    """Keep all within a distance of the incident's point, or of its hazard's line.

    Parameters
    ----------
    of
        ``"point"``, or ``"line"``: the confirmed downstream line.
    distance_m
        Measured in the site's projected system.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``footprint.bad_distance``, ``footprint.bad_of``, ``downstream.is_unknown``,
        ``downstream.is_unconfirmed``, ``downstream.is_no_hazard``, and those of :func:`draw`.
    """
    row = _incident_for(session, actor, incident_id)
    if of not in {"point", "line"}:
        raise InputError("footprint.bad_of", of=of)
    centre: BaseGeometry = Point(row.x, row.y)
    if of == "line":
        centre = require_line(session, hazard_of(row)).geom
    area = area_around(session, centre, distance_m)
    return _store(session, actor, row, area, FootprintSource.BUFFERED, label=label)


def along_line(
    session: Session,
    actor: Actor,
    incident_id: str,
    *,
    label: str,
    until_m: float | None = None,
    until_min: float | None = None,
) -> Footprint:
    """Keep the corridor of the hazard's confirmed line, whole or as far as said.

    Parameters
    ----------
    until_m
        Metres along the line.
    until_min
        Minutes after the breach, at the speed stated for the line.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``footprint.bad_until``, ``footprint.no_speed``, and those of :func:`buffer`.
    """
    row = _incident_for(session, actor, incident_id)
    line = require_line(session, hazard_of(row))
    area = area_along(session, line, until_m=until_m, until_min=until_min)
    return _store(session, actor, row, area, FootprintSource.ALONG_LINE, label=label)


def area_around(session: Session, centre: BaseGeometry, distance_m: float) -> BaseGeometry:
    """All within a distance of something, measured in the site's projected system.

    Raises
    ------
    InputError
        ``footprint.bad_distance``.
    """
    if not LEAST_M <= distance_m <= MOST_M:
        raise InputError("footprint.bad_distance", least=LEAST_M, most=MOST_M)
    on = plane(load_site(session).projected_crs)
    return on.degrees(all_within(on.metres(centre), distance_m))


def area_along(
    session: Session,
    line: DownstreamLine,
    *,
    until_m: float | None = None,
    until_min: float | None = None,
) -> BaseGeometry:
    """The corridor of a line, whole or as far as said, as :func:`along_line` keeps it.

    Raises
    ------
    InputError
        ``footprint.bad_until``, ``footprint.no_speed``.
    """
    if until_m is not None and until_min is not None:
        raise InputError("footprint.bad_until")
    if until_min is not None:
        if line.wave_speed_kph is None:
            raise InputError("footprint.no_speed")
        if not 0 < until_min <= MOST_ALONG_MIN:
            raise InputError("footprint.bad_until")
        until_m = until_min / 60 * line.wave_speed_kph * 1000
    if until_m is not None and not 0 < until_m <= MOST_ALONG_M:
        raise InputError("footprint.bad_until")
    on = plane(load_site(session).projected_crs)
    course = on.metres(line.geom)
    if until_m is not None:
        course = beginning(course, until_m)
    return on.degrees(corridor(course, line.width_m))


def take_in(
    session: Session, actor: Actor, incident_id: str, text: str, *, label: str
) -> Footprint:
    """Keep the one polygon of a GeoJSON file, as a flood model writes it.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``footprint.faulty``, with everything that is wrong with the file; those of :func:`draw`.
    """
    row = _incident_for(session, actor, incident_id)
    polygon = read_polygon(text)
    return _store(session, actor, row, polygon, FootprintSource.IMPORTED, label=label)


def end(session: Session, actor: Actor, footprint_id: str, *, version: int, why: str) -> Footprint:
    """End a footprint, and open the roads again that were closed for it.

    Raises
    ------
    ForbiddenError
        Also where roads are closed for it and the actor may not open them.
    UnknownRecordError, OutOfDateError
    InputError
        ``incident.no_reason``, ``incident.bad_reason``.
    """
    actor.require(Right.DISPATCH)
    row = find_footprint(session, footprint_id)
    step = _step(session, row, actor, version=version)
    reason = plain_reason(why, of="incident")
    if row.ended_at is not None:
        return row
    for closure_id in closures_of(session, [row.id]).get(row.id, []):
        lift_closure(session, actor, closure_id, why=reason)
    moment = now(session)
    step.store({"ended_at": moment, "ended_by": actor.who}, what="end", why=reason, at=moment)
    return row


def close_roads(
    session: Session,
    actor: Actor,
    footprint_id: str,
    *,
    closed_structures: Collection[int],
    reason: str = "",
) -> ClosureRecord:
    """Close the roads in a footprint; bridges and tunnels stay open but those named.

    A closure that there is for it already is lifted: what is said now counts. That much is
    closed is to be asked before, see :func:`gisapp.incidents.closures.require_meant`.

    Parameters
    ----------
    actor
        Needs the right to close roads.
    closed_structures
        Ways of bridges and tunnels that are closed too.
    reason
        The label of the footprint where empty.

    Raises
    ------
    ForbiddenError, UnknownRecordError
    InputError
        ``footprint.ended``, ``closure.bad_reason``.
    """
    actor.require(Right.CLOSE_ROADS)
    row = find_footprint(session, footprint_id)
    if row.ended_at is not None:
        raise InputError("footprint.ended", label=row.label)
    said = reason.strip() or row.label
    for closure_id in closures_of(session, [row.id]).get(row.id, []):
        lift_closure(session, actor, closure_id, why=said)
    return add_closure(
        session,
        actor,
        row.geom,
        reason=said,
        source="footprint",
        footprint_id=row.id,
        closed_structures=closed_structures,
    )


def hand_over(session: Session, actor: Actor, from_id: str, to_id: str, *, why: str) -> None:
    """Let the footprints in force of an incident be those of another that it is joined to."""
    for row in in_force(session, from_id):
        step = _step(session, row, actor, version=row.version)
        step.store({"incident_id": to_id}, what="update", why=why)


def find_footprint(session: Session, footprint_id: str) -> Footprint:
    """One footprint, ended or not.

    Raises
    ------
    UnknownRecordError
        ``footprint.unknown``.
    """
    row = session.scalar(select(Footprint).where(Footprint.id == footprint_id))
    if row is None:
        raise UnknownRecordError("footprint.unknown", footprint_id=footprint_id)
    return row


def in_force(session: Session, incident_id: str) -> list[Footprint]:
    """The footprints of an incident that were not ended, oldest first."""
    query = select(Footprint).where(
        Footprint.incident_id == incident_id, Footprint.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Footprint.fid)))


def of_open_incidents(session: Session) -> list[Footprint]:
    """The footprints in force of all open incidents, oldest first."""
    still_open = select(Incident.id).where(Incident.state == IncidentState.OPEN)
    query = select(Footprint).where(
        Footprint.ended_at.is_(None), Footprint.incident_id.in_(still_open)
    )
    return list(session.scalars(query.order_by(Footprint.fid)))


def closures_of(session: Session, ids: Collection[str]) -> dict[str, list[str]]:
    """The closures in force, by the footprint whose roads they close."""
    found: dict[str, list[str]] = {}
    for row in session.execute(
        select(RoadClosure.id, RoadClosure.footprint_id)
        .where(RoadClosure.footprint_id.in_(ids), RoadClosure.lifted_at.is_(None))
        .order_by(RoadClosure.fid)
    ):
        found.setdefault(row.footprint_id, []).append(row.id)
    return found


def hazard_of(row: Incident) -> tuple[str, str] | None:
    """Register and id of the hazard that an incident is at."""
    if row.hazard_kind is None or row.hazard_id is None:
        return None
    return row.hazard_kind, row.hazard_id


def area_from_geojson(geometry: object) -> Polygon:
    """Read an area from a GeoJSON geometry, EPSG:4326.

    Raises
    ------
    InputError
        ``footprint.not_area``.
    """
    try:
        return polygon_from_geojson(geometry)
    except InputError as error:
        raise InputError("footprint.not_area", most=MAX_VERTICES) from error


def read_polygon(text: str) -> Polygon:
    """The one polygon of a GeoJSON text: a geometry, a feature, or a collection of one.

    Raises
    ------
    InputError
        ``footprint.faulty``: every fault is told at once.
    """
    faults: list[GisAppError] = []
    polygon: Polygon | None = None
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise _faulty([InputError("footprint.no_json")])
    if _names_another_crs(given):
        faults.append(InputError("footprint.other_crs"))
    shapes = _geometries(given)
    if len(shapes) != 1:
        faults.append(InputError("footprint.not_one", count=len(shapes)))
    for one in shapes[:1]:
        try:
            polygon = area_from_geojson(one)
        except InputError as error:
            faults.append(error)
    if faults or polygon is None:
        raise _faulty(faults)
    return polygon


def footprint_to_dict(row: Footprint, lang: str, closures: Collection[str]) -> dict[str, Json]:
    """A footprint as JSON carries it."""
    return {
        "id": row.id,
        "incident": row.incident_id,
        "label": row.label,
        "source": row.source,
        "source_label": FOOTPRINT_SOURCES[FootprintSource(row.source)].in_(lang),
        "made_at": row.made_at.isoformat(),
        "made_by": row.made_by,
        "ended_at": moment_text(row.ended_at),
        "closures": list(closures),
        "version": row.version,
        "geometry": mapping(row.geom),
    }


def _names_another_crs(given: dict[str, object]) -> bool:
    """Whether the old member ``crs`` names another system than longitude and latitude."""
    crs = given.get("crs")
    return crs is not None and not any(
        name in json.dumps(crs) for name in ("CRS84", "4326", "4490")
    )


def _geometries(given: dict[str, object]) -> list[object]:
    kind = given.get("type")
    if kind == "FeatureCollection":
        found = given.get("features")
        features = found if isinstance(found, list) else []
        return [one.get("geometry") for one in features if isinstance(one, dict)]
    return [given.get("geometry")] if kind == "Feature" else [given]


def _faulty(faults: list[GisAppError]) -> InputError:
    said = {
        f"faults_{lang}": " ".join(translate(one.code, lang, **one.params) for one in faults)
        for lang in ("zh", "en")
    }
    return InputError("footprint.faulty", **said)


def _incident_for(session: Session, actor: Actor, incident_id: str) -> Incident:
    actor.require(Right.DISPATCH)  # before it is said which incidents there are
    row = find_incident(session, incident_id)
    require_open(row)
    return row


def _step(session: Session, row: Footprint, actor: Actor, *, version: int | None = None) -> Step:
    return Step(
        session,
        row,
        actor=actor,
        right=Right.DISPATCH,
        kind=KIND,
        subject_id=row.id,
        version=version,
        lost=lambda: OutOfDateError("footprint.changed_since", label=row.label),
    )


def _store(
    session: Session,
    actor: Actor,
    incident: Incident,
    area: BaseGeometry,
    source: FootprintSource,
    *,
    label: str,
) -> Footprint:
    try:
        name = plain_reason(label, of="incident", most=MAX_LABEL)
    except InputError as error:
        raise InputError("footprint.bad_label", most=MAX_LABEL) from error
    if shapely.get_num_coordinates(area) > MAX_VERTICES:
        # What was reckoned along a winding river is finer than anybody knows it.
        area = shapely.simplify(area, tolerance=1e-4)
    polygon = area_from_geojson(mapping(area))
    moment = now(session)
    row = Footprint(id=f"F{secrets.token_hex(4)}")
    made: Values = {
        "incident_id": incident.id,
        "geom": polygon,
        "label": name,
        "source": str(source),
        "made_at": moment,
        "made_by": actor.who,
    }
    _step(session, row, actor).store(made, what="insert", at=moment)
    return row
