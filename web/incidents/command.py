"""Command of an incident: lead, post, tasks, messages, instructions, recall, hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify

from gisapp.clock import now
from gisapp.incidents import handover
from gisapp.incidents.board import incidents
from gisapp.incidents.command import instructions, lead, messages, post, recall, tasks
from gisapp.incidents.command.reading import commanding
from gisapp.incidents.command.texts import MAX_TEXT
from gisapp.incidents.intake import find_incident
from gisapp.rights import Right
from gisapp.schema.values import Json
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents import bodies
from web.incidents.board import as_it_stands
from web.pages import render_page

blueprint = Blueprint("incident_command", __name__)

POST_FIELDS = ("place", "commander", "members", "x", "y")
SHIFT_FIELDS = ("giver", "taker", "notes")


@blueprint.get("/api/incidents/<incident_id>/alarms")
@needs(Right.VIEW)
def alarms(incident_id: str) -> Response:
    """What calls for somebody at once."""
    with site_app().store.session() as session:
        found = commanding(session, find_incident(session, incident_id))
        told = [one.to_dict(language()) for one in found.alarms(now(session))]
    return jsonify(alarms=told)


@blueprint.post("/api/incidents/<incident_id>/lead")
@needs(Right.DISPATCH)
def take_over(incident_id: str) -> Response:
    """Record which government has taken the lead; this and all below answer the incident."""
    asked = parameters.body()
    parameters.require_known(asked, ("level", "decided_by", "why"))
    level, by = parameters.text(asked, "level"), _text(asked, "decided_by")
    with site_app().store.session(write=True) as session:
        lead.take_over(session, actor(), incident_id, level, decided_by=by, why=bodies.why(asked))
    return jsonify(as_it_stands(incident_id))


@blueprint.post("/api/incidents/<incident_id>/post")
@needs(Right.DISPATCH)
def set_up_post(incident_id: str) -> tuple[Response, int]:
    """Set up the command post."""
    asked = parameters.body()
    parameters.require_known(asked, POST_FIELDS)
    draft = _post(asked)
    with site_app().store.session(write=True) as session:
        post.set_up(session, actor(), incident_id, draft)
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/posts/<post_id>/hand-over")
@needs(Right.DISPATCH)
def hand_over_post(post_id: str) -> Response:
    """Hand the command post over to another commander."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why", *POST_FIELDS))
    version, why, draft = bodies.version(asked), bodies.why(asked), _post(asked)
    with site_app().store.session(write=True) as session:
        row = post.hand_over(session, actor(), post_id, draft, version=version, why=why)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/posts/<post_id>/dissolve")
@needs(Right.DISPATCH)
def dissolve_post(post_id: str) -> Response:
    """Dissolve the command post."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = post.dissolve(session, actor(), post_id, version=version, why=why)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/incidents/<incident_id>/tasks")
@needs(Right.DISPATCH)
def set_task(incident_id: str) -> tuple[Response, int]:
    """Set a task."""
    asked = parameters.body()
    parameters.require_known(asked, ("text", "owner", "due_at", "x", "y"))
    text, owner, due_at = _text(asked, "text"), _text(asked, "owner"), _due(asked)
    point = _point(asked)
    with site_app().store.session(write=True) as session:
        tasks.set_task(
            session, actor(), incident_id, text=text, owner=owner, due_at=due_at, point=point
        )
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/tasks/<task_id>/done")
@needs(Right.DISPATCH)
def finish_task(task_id: str) -> Response:
    """Record that a task is done."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "result"))
    version, result = bodies.version(asked), _text(asked, "result")
    with site_app().store.session(write=True) as session:
        row = tasks.finish(session, actor(), task_id, version=version, result=result)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/tasks/<task_id>/drop")
@needs(Right.DISPATCH)
def drop_task(task_id: str) -> Response:
    """Drop a task."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = bodies.version(asked), bodies.why(asked)
    with site_app().store.session(write=True) as session:
        row = tasks.drop(session, actor(), task_id, version=version, why=why)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/tasks/<task_id>/change")
@needs(Right.DISPATCH)
def change_task(task_id: str) -> Response:
    """Give a task another owner or due time."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "owner", "due_at", "why"))
    version, why, owner = bodies.version(asked), bodies.why(asked), _text(asked, "owner")
    due_at = bodies.maybe_moment(asked, "due_at")
    with site_app().store.session(write=True) as session:
        row = tasks.change(
            session, actor(), task_id, version=version, why=why, owner=owner, due_at=due_at
        )
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/incidents/<incident_id>/messages")
@needs(Right.DISPATCH)
def keep_message(incident_id: str) -> tuple[Response, int]:
    """Keep a message that came or went."""
    asked = parameters.body()
    parameters.require_known(asked, ("direction", "party", "means", "text", "at"))
    draft = messages.Draft(
        at=bodies.maybe_moment(asked, "at"),
        **{name: _text(asked, name) for name in ("direction", "party", "means", "text")},
    )
    with site_app().store.session(write=True) as session:
        messages.keep(session, actor(), incident_id, draft)
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/incidents/<incident_id>/instructions")
@needs(Right.DISPATCH)
def receive_instruction(incident_id: str) -> tuple[Response, int]:
    """Record a leader's instruction."""
    asked = parameters.body()
    parameters.require_known(asked, ("leader", "office", "words", "received_at"))
    said = {name: _text(asked, name) for name in ("leader", "office", "words")}
    at = bodies.maybe_moment(asked, "received_at")
    with site_app().store.session(write=True) as session:
        instructions.receive(session, actor(), incident_id, received_at=at, **said)
    return jsonify(as_it_stands(incident_id)), 201


@blueprint.post("/api/instructions/<instruction_id>/pass")
@needs(Right.DISPATCH)
def pass_instruction(instruction_id: str) -> Response:
    """Record whom an instruction was passed on to."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "passed_to"))
    version, to = bodies.version(asked), _text(asked, "passed_to")
    with site_app().store.session(write=True) as session:
        row = instructions.pass_on(session, actor(), instruction_id, version=version, passed_to=to)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/instructions/<instruction_id>/answer")
@needs(Right.DISPATCH)
def answer_instruction(instruction_id: str) -> Response:
    """Record how an instruction was answered."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "answer"))
    version, text = bodies.version(asked), _text(asked, "answer")
    with site_app().store.session(write=True) as session:
        row = instructions.answer(session, actor(), instruction_id, version=version, text=text)
    return jsonify(as_it_stands(row.incident_id))


@blueprint.post("/api/footprints/<footprint_id>/recall")
@needs(Right.DISPATCH)
def recall_units(footprint_id: str) -> Response:
    """Order all units inside a footprint to leave it."""
    asked = parameters.body()
    parameters.require_known(asked, ("owner", "why", "within_min"))
    owner, why = _text(asked, "owner"), bodies.why(asked)
    within = parameters.integer(
        asked, "within_min", low=1, high=recall.MAX_WITHIN_MIN, default=recall.WITHIN_MIN
    )
    with site_app().store.session(write=True) as session:
        made = recall.recall(
            session, actor(), footprint_id, owner=owner, why=why, within_min=within
        )
    return jsonify(recalled=[one.assignment_id for one in made])


@blueprint.post("/api/incidents/<incident_id>/handover")
@needs(Right.DISPATCH)
def sign_over(incident_id: str) -> Response:
    """Sign the shift of one incident over."""
    asked = parameters.body()
    parameters.require_known(asked, SHIFT_FIELDS)
    said = {name: _text(asked, name) for name in SHIFT_FIELDS}
    with site_app().store.session(write=True) as session:
        handover.sign_over(session, actor(), [incident_id], **said)
    return jsonify(incidents=[incident_id])


@blueprint.post("/api/incidents/handover")
@needs(Right.DISPATCH)
def sign_all_over() -> Response:
    """Sign the shift of all open incidents over."""
    asked = parameters.body()
    parameters.require_known(asked, SHIFT_FIELDS)
    said = {name: _text(asked, name) for name in SHIFT_FIELDS}
    with site_app().store.session(write=True) as session:
        ids = [row.id for row in incidents(session)]
        handover.sign_over(session, actor(), ids, **said)
    return jsonify(incidents=ids)


@blueprint.get("/incidents/<incident_id>/handover")
@needs(Right.VIEW)
def one_sheet(incident_id: str) -> str:
    """The hand-over sheet of one incident, to print."""
    with site_app().store.session() as session:
        at = now(session)
        told = [handover.sheet(session, actor(), incident_id).to_dict(language(), at)]
    return _sheets(told, at, f"/api/incidents/{incident_id}/handover")


@blueprint.get("/incidents/handover")
@needs(Right.VIEW)
def all_sheets() -> str:
    """The hand-over sheet of all open incidents, to print."""
    with site_app().store.session() as session:
        at = now(session)
        told = [one.to_dict(language(), at) for one in handover.sheets(session, actor())]
    return _sheets(told, at, "/api/incidents/handover")


def _sheets(told: list[dict[str, Json]], at: datetime, sign_at: str) -> str:
    zone = ZoneInfo(site_app().site.time_zone)

    def local(moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(zone):%m-%d %H:%M}"

    return render_page(
        "incidents/handover.html",
        words=("handover.",),
        config={"may": sorted(actor().rights), "signAt": sign_at},
        sheets=told,
        local=local,
        printed_at=local(at.isoformat()),
    )


def _text(asked: Mapping[str, Any], name: str) -> str:
    return parameters.text(asked, name, default="", longest=MAX_TEXT)


def _due(asked: Mapping[str, Any]) -> datetime:
    return parameters.moment(asked, "due_at")


def _point(asked: Mapping[str, Any]) -> tuple[float, float] | None:
    if asked.get("x") is None and asked.get("y") is None:
        return None
    return parameters.number(asked, "x"), parameters.number(asked, "y")


def _post(asked: Mapping[str, Any]) -> post.Draft:
    said = {name: _text(asked, name) for name in ("place", "commander", "members")}
    return post.Draft(point=_point(asked), **said)
