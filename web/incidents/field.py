"""The page of a crew's phone, opened by the link of its assignment and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from gisapp.errors import UnknownRecordError
from gisapp.events import EVERYBODY
from gisapp.incidents import crew_links
from gisapp.incidents.positions.readings import Reading
from gisapp.incidents.road_end import road_gap
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES
from gisapp.rights import Right
from web import identity, parameters
from web.access import Gate, needs
from web.assets import assets_url
from web.context import actor, language, site_app, theme
from web.incidents import bodies
from web.incidents.positions import POINT_FIELDS, point_of, taken_json
from web.pages import messages, page_config

blueprint = Blueprint("field", __name__)

WORDS = ("field.", "incidents.road_end", "incidents.no_road_network")
MOST_AT_ONCE = 200
"""Readings in one request: a phone that was out of reach sends several."""
LONGEST_WAIT_S = 2 * 86_400.0


@blueprint.post("/api/assignments/<assignment_id>/link")
@needs(Right.DISPATCH)
def make_link(assignment_id: str) -> tuple[Response, int]:
    """Make the address of a crew's phone page; the one made before ends."""
    parameters.require_known(parameters.body(), ())
    with site_app().store.session(write=True) as session:
        secret = crew_links.make_link(session, actor(), assignment_id)
    return jsonify(address=f"{request.host_url}field/{secret}"), 201


def _counted(view: Callable[..., Response]) -> Callable[..., Response]:
    """Count in the audit, within its bounds, whoever tries a link that is none."""

    @wraps(view)
    def counting(secret: str) -> Response:
        try:
            return view(secret)
        except UnknownRecordError as error:
            rule = f"{request.method} {request.url_rule}"  # without the secret
            identity.refusals().note(
                who=EVERYBODY,
                page=rule,
                address=request.remote_addr or "",
                target=rule,
                code=error.code,
            )
            raise

    return counting


@blueprint.get("/field/<secret>")
@needs(Gate.LINK)
@_counted
def page(secret: str) -> Response:
    """The page."""
    lang, site = language(), site_app().site
    told = _order(secret)
    labels = {str(code): label.in_(lang) for code, label in ASSIGNMENT_STATES.items()}
    said = {str(code): messages(lang)[f"field.{code}"] for code in crew_links.SAID_BY_CREW}
    config = {
        "path": f"/field/{secret}",
        "order": told,
        "next": crew_links.NEXT_BY_CREW,
        "states": labels | said,
    }
    shown = render_template(
        "incidents/field.html",
        t=messages(lang),
        lang=lang,
        theme=theme(),
        assets=assets_url(),
        site=site,
        site_name=site.name.in_(lang),
        order=told,
        page_config=page_config(lang, WORDS, config),
    )
    return make_response(shown)


@blueprint.get("/field/<secret>/order")
@needs(Gate.LINK)
@_counted
def order(secret: str) -> Response:
    """What is ordered, and how it stands."""
    return jsonify(order=_order(secret))


@blueprint.post("/field/<secret>/state")
@needs(Gate.LINK)
@_counted
def say_state(secret: str) -> Response:
    """Say how the unit stands."""
    asked = parameters.body()
    parameters.require_known(asked, ("state", "ago_s", "why"))
    state, why = parameters.text(asked, "state"), bodies.why(asked)
    ago_s = parameters.number(asked, "ago_s", low=-LONGEST_WAIT_S, high=LONGEST_WAIT_S, default=0)
    with site_app().store.session(write=True) as session:
        row = crew_links.say_state(session, secret, state, ago_s=ago_s, why=why)
    return jsonify(state=row.state, ended=row.ended_at is not None)


@blueprint.post("/field/<secret>/positions")
@needs(Gate.LINK)
@_counted
def say_where(secret: str) -> Response:
    """Say where the unit was; each reading that is refused is told with why."""
    asked = parameters.body()
    parameters.require_known(asked, ("readings",))
    given = parameters.parts(asked, "readings", POINT_FIELDS, most=MOST_AT_ONCE)
    readings = [Reading(kind="", id="", **point_of(one)) for one in given]
    with site_app().store.session(write=True) as session:
        taken = crew_links.say_where(session, secret, readings)
    return jsonify(taken_json(taken))


def _order(secret: str) -> dict[str, Any]:
    app, lang = site_app(), language()
    with app.store.session() as session:
        read = crew_links.ordered(session, secret)
        gap = road_gap(app, read.incident).to_dict() if app.has_roads else None
    incident, row = read.incident, read.assignment
    return {
        "unit": read.names[lang],
        "title": incident.title_in(lang),
        "place": incident.place_in(lang),
        "x": incident.x,
        "y": incident.y,
        "work_x": incident.work_x,
        "work_y": incident.work_y,
        "work_words": incident.work_words,
        "road_end": gap,
        "state": row.state,
        "ordered_at": row.ordered_at.isoformat(),
        "words": [{"at": one.at.isoformat(), "text": one.text} for one in read.words],
    }
