"""What is going on: incidents listed, one as it stands, its log, its persons."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from gisapp.clock import now
from gisapp.incidents import board, nearby
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES, POLLUTED, THREATENED, WHOLE
from gisapp.incidents.grading.kinds import KINDS
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.grading.statuses import BASES
from gisapp.incidents.models import Incident
from gisapp.incidents.response.reading import open_responses, standing_of
from gisapp.incidents.vocabulary import INCIDENT_STATES, PERSON_ROLES, IncidentState
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import language, site_app

blueprint = Blueprint("incident_board", __name__)

EVERY = "all"
MAX_SEQ = 2**53
"""No event has a larger number: it is read as a JSON number on both sides."""


@blueprint.get("/api/incidents")
@needs(Right.VIEW)
def listed() -> Response:
    """Incidents of a state, each with its units counted, its gravest grade and its response."""
    given = {"state": request.args.get("state") or str(IncidentState.OPEN)}
    state = parameters.choice(given, "state", (*INCIDENT_STATES, EVERY))
    with site_app().store.session() as session:
        rows = board.incidents(session, state=None if state == EVERY else state)
        out = board.units_out(session, [row.id for row in rows])
        responses = open_responses(session, [row.id for row in rows])
        due = board.running(
            session,
            [row for row in rows if row.state == IncidentState.OPEN],
            zone=site_app().site.time_zone,
        )
        at = now(session)
    return jsonify(
        incidents=[
            {
                **board.summary(row, language()),
                "units": dict(out[row.id]),
                "gravest": _gravest(row, language()),
                "response": standing_of(responses[row.id], language(), at)
                if row.id in responses
                else None,
                "clocks": [board.timed(one, language(), at) for one in due.get(row.id, ())],
            }
            for row in rows
        ],
        truncated=len(rows) == board.MOST_LISTED,
        now=at.isoformat(),
    )


@blueprint.get("/api/incidents/kinds")
@needs(Right.VIEW)
def kinds() -> Response:
    """What an incident is described by: kinds, figures, circumstances, times, by name."""
    lang = language()
    return jsonify(
        kinds=[
            {
                "code": kind.code,
                "label": kind.label.in_(lang),
                "family": kind.family,
                "production_asked": kind.production_asked,
            }
            for kind in KINDS.values()
        ],
        figures=[
            {"code": code, "label": label.in_(lang), "whole": code in WHOLE}
            for code, label in FIGURES.items()
        ],
        circumstances=[
            {"code": code, "label": one.label.in_(lang), "article": one.article.in_(lang)}
            for code, one in CIRCUMSTANCES.items()
        ],
        **{
            name: [{"code": str(code), "label": label.in_(lang)} for code, label in known.items()]
            for name, known in (
                ("threatened", THREATENED),
                ("polluted", POLLUTED),
                ("times", TIMES),
                ("roles", PERSON_ROLES),
            )
        },
    )


@blueprint.get("/api/incidents/near")
@needs(Right.VIEW)
def near() -> Response:
    """Open incidents near a point, perhaps the same one, and hazards it may have happened at."""
    app = site_app()
    spot = parameters.position(request.args, app.site)
    with app.store.session() as session:
        found = nearby.possible_duplicates(session, spot.x, spot.y)
        hazards = nearby.hazards_near(session, spot.x, spot.y)
        at = now(session)
    return jsonify(
        incidents=[one.to_dict(language()) for one in found],
        hazards=[one.to_dict(language()) for one in hazards],
        now=at.isoformat(),
    )


@blueprint.get("/api/incidents/<incident_id>")
@needs(Right.VIEW)
def one(incident_id: str) -> Response:
    """One incident with its grades, clocks and units."""
    return jsonify(as_it_stands(incident_id))


@blueprint.get("/api/incidents/<incident_id>/log")
@needs(Right.VIEW)
def log(incident_id: str) -> Response:
    """The timeline of an incident, from after an event on."""
    since = parameters.integer(request.args, "since_seq", low=0, high=MAX_SEQ, default=0)
    with site_app().store.session() as session:
        lines = board.log(session, incident_id, since_seq=since)
    return jsonify(
        log=[line.to_dict(language()) for line in lines],
        last_seq=lines[-1].seq if lines else since,
        truncated=len(lines) == board.MOST_TOLD,
    )


def as_it_stands(incident_id: str) -> dict[str, Any]:
    """What is answered of an incident, read after what was changed is written."""
    with site_app().store.session() as session:
        standing = board.standing(session, incident_id)
        return standing.to_dict(language(), now(session))


def _gravest(row: Incident, lang: str) -> dict[str, Any] | None:
    found = board.grading_of(row).gravest()
    if found is None:
        return None
    basis, status = found
    return {
        "basis": basis,
        "basis_label": BASES[basis].in_(lang),
        "level": status.level,
        "grade": status.label.in_(lang),
    }
