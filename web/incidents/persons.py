"""Personal data of callers and victims: entered, looked at on the record, destroyed or kept."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify

from gisapp.destruction import destroy
from gisapp.errors import InputError
from gisapp.incidents import intake, persons
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents import bodies
from web.incidents.board import as_it_stands

blueprint = Blueprint("incident_persons", __name__)


@blueprint.post("/api/incidents/<incident_id>/persons")
@needs(Right.DISPATCH)
def add(incident_id: str) -> tuple[Response, int]:
    """Keep who called or was hurt; the answer is the reference alone."""
    asked = parameters.body()
    parameters.require_known(asked, ("role", "name", "phone", "note"))
    role = parameters.text(asked, "role")
    texts = {name: parameters.text(asked, name, default="") for name in ("name", "phone", "note")}
    with site_app().store.session(write=True) as session:
        row = intake.find_incident(session, incident_id)
        reference = intake.add_person(session, actor(), row, role=role, **texts)
    return jsonify(id=reference), 201


@blueprint.post("/api/incidents/<incident_id>/persons/read")
@needs(Right.SEE_CONTACTS)
def read(incident_id: str) -> Response:
    """Who called and who was hurt, told to the audit: which nobody between may keep."""
    parameters.require_known(parameters.body(), ())
    with site_app().store.session(write=True) as session:
        rows = persons.persons_of(session, actor(), incident_id)
    answer = jsonify(persons=[persons.person_to_dict(row, language()) for row in rows])
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/api/incidents/<incident_id>/persons/destroy")
@needs(Right.DESTROY_PERSONS)
def destroyed(incident_id: str) -> Response:
    """Destroy the personal data of an incident that is over."""
    asked = parameters.body()
    parameters.require_known(asked, ("why",))
    destroy(site_app(), actor(), incident_id, why=bodies.why(asked))
    return jsonify(as_it_stands(incident_id))


@blueprint.post("/api/incidents/<incident_id>/persons/keep")
@needs(Right.DESTROY_PERSONS)
def kept(incident_id: str) -> Response:
    """Keep the personal data of an incident that is over until a day, after an assessment."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "until", "legality", "necessity", "security"))
    grounds = persons.Assessment(
        **{
            name: parameters.text(asked, name, default="")
            for name in ("legality", "necessity", "security")
        }
    )
    given = parameters.text(asked, "until")
    try:
        until = date.fromisoformat(given)
    except ValueError as error:
        raise InputError("web.bad_date", value=given) from error
    version = bodies.version(asked)
    with site_app().store.session(write=True) as session:
        persons.keep_persons(session, actor(), incident_id, until, grounds, version=version)
    return jsonify(as_it_stands(incident_id))
