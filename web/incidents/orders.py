"""Units ordered to an incident, and how each stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from gisapp.incidents import orders
from gisapp.incidents.board import units_as_sent
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents import bodies

blueprint = Blueprint("incident_orders", __name__)


@blueprint.post("/api/incidents/<incident_id>/orders")
@needs(Right.DISPATCH)
def order(incident_id: str) -> tuple[Response, int]:
    """Order units to an incident: all of them, or none."""
    asked = parameters.body()
    parameters.require_known(asked, ("units", "moved", "proposed", "why"))
    units, moved, why = bodies.units(asked), bodies.moved(asked), bodies.why(asked)
    proposed = None
    if asked.get("proposed") is not None:
        proposed = parameters.texts(asked, "proposed", most=orders.MOST_AT_ONCE)
    with site_app().store.session(write=True) as session:
        ordered = orders.order(
            session, actor(), incident_id, units, moved=moved, proposed=proposed, why=why
        )
    return jsonify(units=_units(*(one.id for one in ordered))), 201


@blueprint.post("/api/assignments/<assignment_id>/state")
@needs(Right.DISPATCH)
def set_state(assignment_id: str) -> Response:
    """Write down how a unit stands, as it says by radio."""
    asked = parameters.body()
    parameters.require_known(asked, ("state", "seen", "at", "why"))
    state, seen, why = (
        parameters.text(asked, "state"),
        parameters.text(asked, "seen"),
        bodies.why(asked),
    )
    at = bodies.maybe_moment(asked, "at")
    with site_app().store.session(write=True) as session:
        orders.set_state(session, actor(), assignment_id, state, seen=seen, at=at, why=why)
    return jsonify(unit=_units(assignment_id)[0])


@blueprint.post("/api/assignments/<assignment_id>/reassign")
@needs(Right.DISPATCH)
def reassign(assignment_id: str) -> Response:
    """Send a unit on to another incident; the answer is its new assignment."""
    asked = parameters.body()
    parameters.require_known(asked, ("to", "seen", "why"))
    to, seen, why = parameters.text(asked, "to"), parameters.text(asked, "seen"), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        made = orders.reassign(session, actor(), assignment_id, to, seen=seen, why=why)
    return jsonify(unit=_units(made.id)[0])


@blueprint.post("/api/assignments/<assignment_id>/time")
@needs(Right.DISPATCH)
def correct_time(assignment_id: str) -> Response:
    """Correct when a unit was ordered, set out or arrived."""
    asked = parameters.body()
    parameters.require_known(asked, ("state", "at", "why"))
    state, at, why = (
        parameters.text(asked, "state"),
        parameters.moment(asked, "at"),
        bodies.why(asked),
    )
    with site_app().store.session(write=True) as session:
        orders.correct_time(session, actor(), assignment_id, state, at, why=why)
    return jsonify(unit=_units(assignment_id)[0])


def _units(*assignment_ids: str) -> list[dict[str, Any]]:
    with site_app().store.session() as session:
        return [one.to_dict(language()) for one in units_as_sent(session, assignment_ids)]
