"""What has changed since: the one question that every open page asks each second."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from gisapp.clock import now
from gisapp.events import kinds_since, latest
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import site_app
from web.incidents.board import MAX_SEQ

blueprint = Blueprint("changes", __name__)


@blueprint.get("/api/changes")
@needs(Right.VIEW)
def changes() -> Response:
    """The number of the last event, and of what kinds those after ``since_seq`` are.

    A page asks anew for what concerns it, so that a second's silence costs one look at the log.
    Without ``since_seq`` the number alone is said: the log may hold millions.
    """
    is_new = "since_seq" not in request.args
    since = parameters.integer(request.args, "since_seq", low=0, high=MAX_SEQ, default=0)
    with site_app().store.session() as session:
        seq = latest(session)
        kinds = kinds_since(session, since) if seq > since and not is_new else []
        at = now(session)
    return jsonify(seq=seq, kinds=kinds, now=at.isoformat())
