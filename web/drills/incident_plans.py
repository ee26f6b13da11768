"""The plans of an incident."""

from __future__ import annotations

from flask import Response, jsonify

from gisapp.drills.plans.applying import applying_told
from gisapp.incidents.intake import find_incident
from gisapp.rights import Right
from web.access import needs
from web.context import language, site_app
from web.drills.views import blueprint


@blueprint.get("/api/incidents/<incident_id>/plans")
@needs(Right.VIEW)
def plans_of_incident(incident_id: str) -> Response:
    """Which plans and headquarters apply to an incident, with the tasks of its level."""
    with site_app().store.session() as session:
        return jsonify(applying_told(session, find_incident(session, incident_id), language()))
