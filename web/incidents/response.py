"""The response of an incident: prepared, approved, its level changed, extended, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from gisapp.incidents.response import course
from gisapp.incidents.response.plans import MAX_EXPECTED_H, MAX_TEXT
from gisapp.incidents.response.vocabulary import LEVELS
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, site_app
from web.incidents import bodies
from web.incidents.board import as_it_stands

blueprint = Blueprint("incident_response", __name__)

WORD = ("version", "leader", "office")
OVER_PLAN = (*WORD, "override")


@blueprint.post("/api/incidents/<incident_id>/response")
@needs(Right.DISPATCH)
def prepare(incident_id: str) -> tuple[Response, int]:
    """Prepare a response for approval; this and all below answer the incident as it stands."""
    asked = parameters.body()
    texts = ("plan", "level_source", "item", "owner")
    parameters.require_known(asked, (*texts, "level", "measures", "expected_h"))
    draft = course.Draft(
        level=_level(asked),
        measures=_measures(asked),
        expected_h=_hours(asked),
        **{name: parameters.text(asked, name, default="") for name in texts},
    )
    with site_app().store.session(write=True) as session:
        course.prepare(session, actor(), incident_id, draft)
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/responses/<response_id>/approve")
@needs(Right.DISPATCH)
def approve(response_id: str) -> Response:
    """Put a prepared response in force: as its leader, or on the word of one by phone."""
    asked = parameters.body()
    parameters.require_known(asked, OVER_PLAN)
    version, word = bodies.version(asked), _word(asked)
    with site_app().store.session(write=True) as session:
        row = course.approve(session, actor(), response_id, version=version, word=word)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/responses/<response_id>/level")
@needs(Right.DISPATCH)
def change_level(response_id: str) -> Response:
    """Raise or lower the level of a response in force."""
    asked = parameters.body()
    parameters.require_known(asked, (*OVER_PLAN, "level", "measures", "expected_h", "why"))
    version, word, why = bodies.version(asked), _word(asked), bodies.why(asked)
    level, measures, expected_h = _level(asked), _measures(asked), _hours(asked)
    with site_app().store.session(write=True) as session:
        row = course.change_level(
            session,
            actor(),
            response_id,
            level,
            version=version,
            word=word,
            why=why,
            measures=measures,
            expected_h=expected_h,
        )
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/responses/<response_id>/extend")
@needs(Right.DISPATCH)
def extend(response_id: str) -> Response:
    """Let a response in force last longer."""
    asked = parameters.body()
    parameters.require_known(asked, (*WORD, "until", "owner", "why"))
    version, word, why = bodies.version(asked), _word(asked), bodies.why(asked)
    until = parameters.moment(asked, "until")
    owner = parameters.text(asked, "owner", default="")
    with site_app().store.session(write=True) as session:
        row = course.extend(
            session,
            actor(),
            response_id,
            until,
            version=version,
            word=word,
            why=why,
            owner=owner,
        )
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/responses/<response_id>/end")
@needs(Right.DISPATCH)
def end(response_id: str) -> Response:
    """End a response in force."""
    asked = parameters.body()
    parameters.require_known(asked, (*WORD, "why"))
    version, word, why = bodies.version(asked), _word(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = course.end(session, actor(), response_id, version=version, word=word, why=why)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/responses/<response_id>/withdraw")
@needs(Right.DISPATCH)
def withdraw(response_id: str) -> Response:
    """Withdraw a response that awaits approval."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = course.withdraw(session, actor(), response_id, version=version, why=why)
    return jsonify(as_it_stands(row.incident_id))


def _word(asked: Mapping[str, Any]) -> course.Word:
    return course.Word(
        leader=parameters.text(asked, "leader", default=""),
        office=parameters.text(asked, "office", default=""),
        override=parameters.text(asked, "override", default=""),
    )


def _level(asked: Mapping[str, Any]) -> int:
    return parameters.integer(asked, "level", low=min(LEVELS), high=max(LEVELS))


def _measures(asked: Mapping[str, Any]) -> str:
    return parameters.text(asked, "measures", default="", longest=MAX_TEXT)


def _hours(asked: Mapping[str, Any]) -> float | None:
    return parameters.amount(asked, "expected_h", most=MAX_EXPECTED_H, whole=False)
