"""The call round of an incident: villages in the order in which water arrives."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from gisapp.clock import now
from gisapp.incidents.command.call_rounds import add, make_round, round_of, say, villages_of
from gisapp.incidents.command.reading import call_to_dict
from gisapp.incidents.command.texts import MAX_TEXT
from gisapp.incidents.intake import find_incident
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents import bodies

blueprint = Blueprint("incident_calls", __name__)


@blueprint.get("/api/incidents/<incident_id>/calls")
@needs(Right.VIEW)
def show(incident_id: str) -> Response:
    """The round, each village with who is to be called and who lives there."""
    lang = language()
    with site_app().store.session() as session:
        incident = find_incident(session, incident_id)
        rows, at = round_of(session, incident.id), now(session)
        villages = villages_of(session, actor(), rows)
        told = []
        for row in rows:
            village = villages[row.id]
            name = village.names[lang] if village else row.village_id
            known = None if village is None else village.to_dict(lang)
            told.append(call_to_dict(row, name, lang, at) | {"register": known})
    return jsonify(calls=told, now=at.isoformat())


@blueprint.post("/api/incidents/<incident_id>/calls")
@needs(Right.DISPATCH)
def make(incident_id: str) -> tuple[Response, int]:
    """Make the round from the downstream line, or take its new times."""
    asked = parameters.body()
    parameters.require_known(asked, ("breach_at",))
    breach_at = bodies.maybe_moment(asked, "breach_at")
    with site_app().store.session(write=True) as session:
        make_round(session, actor(), incident_id, breach_at=breach_at)
    return show(incident_id), 201


@blueprint.post("/api/incidents/<incident_id>/calls/villages")
@needs(Right.DISPATCH)
def add_village(incident_id: str) -> tuple[Response, int]:
    """Put a village into the round by hand."""
    asked = parameters.body()
    parameters.require_known(asked, ("village", "arrives_at"))
    village, at = parameters.text(asked, "village"), bodies.maybe_moment(asked, "arrives_at")
    with site_app().store.session(write=True) as session:
        add(session, actor(), incident_id, village, arrives_at=at)
    return show(incident_id), 201


@blueprint.post("/api/calls/<call_id>/state")
@needs(Right.DISPATCH)
def set_state(call_id: str) -> Response:
    """Record how far the warning of a village has come."""
    asked = parameters.body()
    parameters.require_known(asked, ("state", "version", "note"))
    state, version = parameters.text(asked, "state"), bodies.version(asked)
    note = parameters.text(asked, "note", default="", longest=MAX_TEXT)
    with site_app().store.session(write=True) as session:
        row = say(session, actor(), call_id, state, version=version, note=note)
    return show(row.incident_id)
