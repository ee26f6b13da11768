"""What lies around an incident, downstream of a hazard, and in a footprint."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from gisapp.incidents.closures import require_meant
from gisapp.incidents.intake import find_incident
from gisapp.incidents.surroundings import footprints, lines
from gisapp.incidents.surroundings.contents import contents
from gisapp.incidents.surroundings.downstream import downstream
from gisapp.incidents.surroundings.models import DownstreamLine, Footprint
from gisapp.incidents.surroundings.rings import within
from gisapp.incidents.surroundings.vocabulary import FootprintSource, LineSource
from gisapp.registers.kinds import HAZARD_KINDS
from gisapp.rights import Right
from gisapp.store import Session
from routing import RoadNetwork
from web import parameters
from web.access import needs, takes_file
from web.context import actor, language, site_app
from web.incidents import bodies

blueprint = Blueprint("incident_surroundings", __name__)

PROPOSED_BY = (LineSource.RIVER, LineSource.HEIGHTS)
LINE_FIELDS = ("wave_speed_kph", "width_m")
AREA_FIELDS: Final = {
    FootprintSource.DRAWN: ("geometry",),
    FootprintSource.BUFFERED: ("of", "distance_m"),
    FootprintSource.ALONG_LINE: ("until_m", "until_min"),
    FootprintSource.IMPORTED: ("geojson",),
}
"""What is said of an area, by how it comes about."""
MOST_M = 10.0**7
MOST_WAYS = 1000
MAX_WAY = 2**53
AREA_BYTES = 4 * 1024 * 1024
"""A flood model writes finer than anybody draws."""


@blueprint.get("/api/incidents/<incident_id>/around")
@needs(Right.VIEW)
def around(incident_id: str) -> Response:
    """Who and what lies within one, three and five kilometres."""
    with site_app().store.session() as session:
        row = find_incident(session, incident_id)
        found = within(session, actor(), row.x, row.y)
    return jsonify(found.to_dict(language()))


@blueprint.get("/api/incidents/<incident_id>/downstream")
@needs(Right.VIEW)
def downstream_of_incident(incident_id: str) -> Response:
    """Who and what lies downstream of the hazard that the incident is at."""
    with site_app().store.session() as session:
        hazard = footprints.hazard_of(find_incident(session, incident_id))
        return _downstream(session, hazard)


@blueprint.get("/api/hazards/<kind>/<path:hazard_id>/downstream")
@needs(Right.VIEW)
def downstream_of_hazard(kind: str, hazard_id: str) -> Response:
    """Who and what lies downstream of a hazard."""
    with site_app().store.session() as session:
        return _downstream(session, (kind, hazard_id))


@blueprint.post("/api/hazards/<kind>/<path:hazard_id>/line/propose")
@needs(Right.VIEW)  # the use case asks: whoever dispatches may, and whoever manages risks
def propose_line(kind: str, hazard_id: str) -> tuple[Response, int]:
    """Propose a line along the rivers below a hazard, or over the ground."""
    asked = parameters.body()
    parameters.require_known(asked, (*LINE_FIELDS, "reach_m", "by"))
    by = parameters.choice(asked, "by", PROPOSED_BY) if "by" in asked else None
    reach_m = parameters.amount(asked, "reach_m", most=MOST_M, whole=False)
    with site_app().store.session(write=True) as session:
        row = lines.propose(
            session,
            actor(),
            kind,
            hazard_id,
            reach_m=lines.REACH_M if reach_m is None else reach_m,
            heights=site_app().heights,
            by=None if by is None else LineSource(by),
            **_sizes(asked),
        )
    return _line(row), 201


@blueprint.post("/api/hazards/<kind>/<path:hazard_id>/line")
@needs(Right.VIEW)
def draw_line(kind: str, hazard_id: str) -> tuple[Response, int]:
    """Keep a line that somebody drew, to be confirmed."""
    asked = parameters.body()
    parameters.require_known(asked, (*LINE_FIELDS, "geometry"))
    line = lines.line_from_geojson(asked.get("geometry"))
    with site_app().store.session(write=True) as session:
        row = lines.draw(session, actor(), kind, hazard_id, line, **_sizes(asked))
    return _line(row), 201


@blueprint.post("/api/downstream-lines/<line_id>/confirm")
@needs(Right.VIEW)
def confirm_line(line_id: str) -> Response:
    """Put a proposed line in force."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why", *LINE_FIELDS))
    sizes = {name: parameters.amount(asked, name, most=MOST_M, whole=False) for name in LINE_FIELDS}
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = lines.confirm(session, actor(), line_id, version=version, why=why, **sizes)
    return _line(row)


@blueprint.post("/api/downstream-lines/<line_id>/withdraw")
@needs(Right.VIEW)
def withdraw_line(line_id: str) -> Response:
    """Take a line back."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = lines.withdraw(session, actor(), line_id, version=version, why=why)
    return _line(row)


@blueprint.get("/api/incidents/<incident_id>/footprints")
@needs(Right.VIEW)
def list_footprints(incident_id: str) -> Response:
    """The footprints in force of an incident."""
    with site_app().store.session() as session:
        rows = footprints.in_force(session, find_incident(session, incident_id).id)
        return jsonify(footprints=_told(session, rows))


@blueprint.get("/api/footprints")
@needs(Right.VIEW)
def footprints_of_open() -> Response:
    """The footprints in force of all open incidents."""
    with site_app().store.session() as session:
        return jsonify(footprints=_told(session, footprints.of_open_incidents(session)))


@blueprint.post("/api/incidents/<incident_id>/footprints")
@needs(Right.DISPATCH)
@takes_file(AREA_BYTES)
def make_footprint(incident_id: str) -> tuple[Response, int]:
    """Keep an area: drawn, within a distance, along the line, or of a file."""
    asked = parameters.body()
    source = FootprintSource(parameters.choice(asked, "source", [str(s) for s in FootprintSource]))
    parameters.require_known(asked, ("source", "label", *AREA_FIELDS[source]))
    with site_app().store.session(write=True) as session:
        row = _made(session, incident_id, source, asked)
        told = _told(session, [row])
    return jsonify(told[0]), 201


@blueprint.get("/api/footprints/<footprint_id>")
@needs(Right.VIEW)
def show_footprint(footprint_id: str) -> Response:
    """Who and what lies in a footprint, and the bridges and tunnels that it would spare."""
    network = _network()
    with site_app().store.session() as session:
        row = footprints.find_footprint(session, footprint_id)
        found = contents(session, actor(), footprint_id, network)
        told = _told(session, [row])
    return jsonify(footprint=told[0], contents=found.to_dict(language()))


@blueprint.post("/api/footprints/<footprint_id>/end")
@needs(Right.DISPATCH)
def end_footprint(footprint_id: str) -> Response:
    """End a footprint; roads closed for it are open again."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = footprints.end(session, actor(), footprint_id, version=version, why=why)
        told = _told(session, [row])
    return jsonify(told[0])


@blueprint.post("/api/footprints/<footprint_id>/close-roads")
@needs(Right.CLOSE_ROADS)
def close_roads(footprint_id: str) -> tuple[Response, int]:
    """Close the roads in a footprint, of its bridges and tunnels those named alone."""
    asked = parameters.body()
    parameters.require_known(asked, ("closed_structures", "reason", "confirm"))
    reason = parameters.text(asked, "reason", default="")
    ways = parameters.integers(asked, "closed_structures", most=MOST_WAYS, high=MAX_WAY)
    network, app = _network(), site_app()
    with app.store.session(write=True) as session:
        row = footprints.find_footprint(session, footprint_id)
        if network is not None and parameters.answer(asked, "confirm") is not True:
            require_meant(network, app.site, row.geom)
        closure = footprints.close_roads(
            session, actor(), footprint_id, closed_structures=ways, reason=reason
        )
    return jsonify(closure.to_dict()), 201


def _downstream(session: Session, hazard: tuple[str, str] | None) -> Response:
    breach_at = parameters.moment(request.args, "breach_at") if _given("breach_at") else None
    if hazard is not None:
        parameters.choice({"kind": hazard[0]}, "kind", HAZARD_KINDS)
    found = downstream(session, actor(), hazard, breach_at=breach_at).to_dict(language())
    return jsonify(found | {"has_heights": bool(site_app().heights)})


def _given(name: str) -> bool:
    return bool(request.args.get(name))


def _made(
    session: Session, incident_id: str, source: FootprintSource, asked: dict[str, Any]
) -> Footprint:
    label = parameters.text(asked, "label", default="")
    if source is FootprintSource.DRAWN:
        area = footprints.area_from_geojson(asked.get("geometry"))
        return footprints.draw(session, actor(), incident_id, area, label=label)
    if source is FootprintSource.BUFFERED:
        return footprints.buffer(
            session,
            actor(),
            incident_id,
            of=parameters.text(asked, "of", default="point"),
            distance_m=parameters.number(asked, "distance_m", low=0, high=MOST_M),
            label=label,
        )
    if source is FootprintSource.ALONG_LINE:
        return footprints.along_line(
            session,
            actor(),
            incident_id,
            label=label,
            **{
                name: parameters.amount(asked, name, most=MOST_M, whole=False)
                for name in AREA_FIELDS[source]
            },
        )
    text = json.dumps(asked.get("geojson"))
    return footprints.take_in(session, actor(), incident_id, text, label=label)


def _network() -> RoadNetwork | None:
    app = site_app()
    return app.imported_router.network if app.has_roads else None


def _sizes(asked: dict[str, Any]) -> dict[str, Any]:
    """Speed and width as they were given; those left away are the use case's own."""
    given = {name: parameters.amount(asked, name, most=MOST_M, whole=False) for name in LINE_FIELDS}
    return {name: value for name, value in given.items() if value is not None}


def _line(row: DownstreamLine) -> Response:
    return jsonify(lines.line_to_dict(row, language()))


def _told(session: Session, rows: list[Footprint]) -> list[dict[str, Any]]:
    closed = footprints.closures_of(session, [row.id for row in rows])
    return [footprints.footprint_to_dict(row, language(), closed.get(row.id, ())) for row in rows]
