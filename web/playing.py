"""Requests of an exercise: ``exercise=NAME`` in the address, for who may dispatch.

The first of an exercise says ``new=true`` as well: a name that is mistyped begins none.

All that such a request reads and writes is of that exercise, and its answer says so. Only views of
incidents take it: what they do is kept apart by the session, and the browser's pages do not ask.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from flask import Flask, Response, current_app, g, request

from gisapp.errors import InputError
from gisapp.exercise import exercise_named
from gisapp.incidents.exercises import require_begun
from gisapp.rights import Right
from web.context import actor, site_app
from web.heavy import HEAVY

PARAMETER = "exercise"
NEW = "new"
HEADER = "X-Exercise"
MEMBER = "in_exercise"
VIEWS = "web.incidents"


def register(flask: Flask) -> None:
    """Let every request of `flask` say which exercise it is of; after it was admitted."""
    flask.before_request(_play)
    flask.after_request(_mark)


def takes_exercise(flask: Flask, endpoint: str) -> bool:
    """Whether an address may be asked within an exercise."""
    view = flask.view_functions[endpoint]
    return view.__module__.startswith(VIEWS) and endpoint not in HEAVY


def _play() -> None:
    name = request.args.get(PARAMETER)
    if name is None or request.endpoint is None:
        return
    if not takes_exercise(current_app, request.endpoint):
        raise InputError("exercise.not_here")
    actor().require(Right.DISPATCH)
    exercise = exercise_named(name)
    if request.args.get(NEW) != "true":
        require_begun(site_app().store, exercise)
    g.played = site_app().in_exercise(exercise)
    g.played_name = exercise.id


def _mark(response: Response) -> Response:
    name = g.get("played_name")
    if name is None:
        return response
    response.headers[HEADER] = quote(name)
    if response.is_json:
        told = response.get_json()
        if isinstance(told, dict):
            response.set_data(json.dumps({**told, MEMBER: name}, ensure_ascii=False))
    return response
