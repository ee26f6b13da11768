"""The course of an incident: opened, corrected, noted, ended, joined, taken up again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from gisapp.incidents import course, drafts, intake, reports
from gisapp.incidents.board import grading_of
from gisapp.incidents.grading.compare import compare
from gisapp.incidents.grading.rules import ReportRules
from gisapp.incidents.models import Incident
from gisapp.incidents.response.levels import level_changes
from gisapp.incidents.response.reading import suggested_for
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents import bodies
from web.incidents.board import as_it_stands

blueprint = Blueprint("incident_course", __name__)


@blueprint.post("/api/incidents")
@needs(Right.DISPATCH)
def open_incident() -> tuple[Response, int]:
    """Open an incident as the call tells it."""
    app = site_app()
    asked = parameters.body()
    draft_id = parameters.text(asked, "draft", default="")
    call = bodies.call({name: asked[name] for name in asked if name != "draft"}, app.site)
    with app.store.session(write=True) as session:
        if draft_id:
            opened = drafts.open_draft(session, actor(), draft_id, call)
        else:
            opened = intake.open_incident(session, actor(), call)
    return jsonify(as_it_stands(opened.id)), 201


@blueprint.post("/api/incidents/<incident_id>/correct")
@needs(Right.DISPATCH)
def correct(incident_id: str) -> Response:
    """Correct what is known, and say what that changes in grades, levels and deadlines."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "changes", "why"))
    changes, version, why = bodies.changes(asked), bodies.version(asked), bodies.why(asked)
    app = site_app()
    with app.store.session(write=True) as session:
        row = intake.find_incident(session, incident_id)
        before, suggested = grading_of(row), suggested_for(session, row, grading_of(row))
        row = course.correct(session, actor(), incident_id, changes, version=version, why=why)
        after, rules = grading_of(row), ReportRules(zone=app.site.time_zone)
        change = compare(before, after, times=intake.times_of(row), rules=rules)
        levels = level_changes(suggested, suggested_for(session, row, after))
    changed = [one.in_(language()) for one in (*change.sentences, *levels)]
    return jsonify({**as_it_stands(incident_id), "changed": changed})


@blueprint.post("/api/incidents/<incident_id>/note")
@needs(Right.DISPATCH)
def note(incident_id: str) -> tuple[Response, int]:
    """Write a line into the log of an incident."""
    asked = parameters.body()
    parameters.require_known(asked, ("text",))
    text = parameters.text(asked, "text", longest=intake.MAX_NOTE)
    with site_app().store.session(write=True) as session:
        row = intake.find_incident(session, incident_id)
        intake.add_note(session, actor(), row, text)
    return jsonify(id=row.id), 201


@blueprint.post("/api/incidents/<incident_id>/report")
@needs(Right.DISPATCH)
def report(incident_id: str) -> tuple[Response, int]:
    """Write down that a report was made."""
    asked = parameters.body()
    parameters.require_known(asked, ("code", "at", "note"))
    code, at = parameters.text(asked, "code"), bodies.maybe_moment(asked, "at")
    note = parameters.text(asked, "note", default="", longest=intake.MAX_NOTE)
    with site_app().store.session(write=True) as session:
        reports.report(session, actor(), incident_id, code, at=at, note=note)
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/incidents/<incident_id>/close")
@needs(Right.DISPATCH)
def close(incident_id: str) -> Response:
    """End an incident from which all units are back."""
    return _taken(incident_id, course.close)


@blueprint.post("/api/incidents/<incident_id>/reopen")
@needs(Right.DISPATCH)
def reopen(incident_id: str) -> Response:
    """Take an incident up again."""
    return _taken(incident_id, course.reopen)


@blueprint.post("/api/incidents/<incident_id>/join")
@needs(Right.DISPATCH)
def join(incident_id: str) -> Response:
    """Join an incident to another, which goes on with its units."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "to", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    to = parameters.text(asked, "to")
    with site_app().store.session(write=True) as session:
        course.join(session, actor(), incident_id, to, version=version, why=why)
    return jsonify(as_it_stands(incident_id))


def _taken(incident_id: str, step: Callable[..., Incident]) -> Response:
    """Take a step that asks for the version seen and a reason alone."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        step(session, actor(), incident_id, version=version, why=why)
    return jsonify(as_it_stands(incident_id))
