"""Where the road to an incident ends, and where its work is."""

from __future__ import annotations

from flask import Response, jsonify

from gisapp.incidents.intake import find_incident
from gisapp.incidents.road_end import road_gap, set_work_point
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, site_app
from web.incidents import bodies
from web.incidents.views import blueprint


@blueprint.get("/api/incidents/<incident_id>/road-end")
@needs(Right.VIEW)
def road_end(incident_id: str) -> Response:
    """Where the road ends, where the work is, and how many metres lie between."""
    app = site_app()
    with app.store.session() as session:
        row = find_incident(session, incident_id)
        gap = road_gap(app, row).to_dict() if app.has_roads else None
        return jsonify(road_end=gap, version=row.version)


@blueprint.post("/api/incidents/<incident_id>/work-point")
@needs(Right.DISPATCH)
def work_point(incident_id: str) -> Response:
    """Say where the work is, or take it back where no position is given."""
    asked = parameters.body()
    parameters.require_known(asked, (*parameters.POSITION_FIELDS, "words", "version"))
    app, version = site_app(), bodies.version(asked)
    is_given = any(asked.get(name) not in (None, "") for name in parameters.POSITION_FIELDS)
    spot = parameters.position(asked, app.site) if is_given else None
    with app.store.session(write=True) as session:
        row = set_work_point(
            session,
            actor(),
            incident_id,
            None if spot is None else (spot.x, spot.y),
            words=parameters.text(asked, "words", default=""),
            version=version,
        )
        gap = road_gap(app, row).to_dict() if app.has_roads else None
        return jsonify(road_end=gap, version=row.version)
