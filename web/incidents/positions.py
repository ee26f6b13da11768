"""Where units are, as other systems report it."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gisapp.clock import now
from gisapp.errors import GisAppError
from gisapp.incidents.positions.readings import (
    MOST_AT_ONCE,
    Reading,
    Taken,
    last_number,
    last_seen,
    report,
    seen_after,
)
from gisapp.messages import sentence
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents.board import MAX_SEQ
from web.incidents.views import blueprint

POINT_FIELDS = ("at", "x", "y", "accuracy_m", "speed_kph", "heading_deg")
READING_FIELDS = ("kind", "id", *POINT_FIELDS)
MOST_M = 10.0**7


@blueprint.post("/api/positions")
@needs(Right.DISPATCH)
def report_positions() -> tuple[Response, int]:
    """Keep a batch of readings; each that is refused is told with why, the others are kept."""
    asked = parameters.body()
    parameters.require_known(asked, ("readings",))
    given = parameters.parts(asked, "readings", READING_FIELDS, most=MOST_AT_ONCE)
    readings = [_reading(one) for one in given]
    with site_app().store.session(write=True) as session:
        taken = report(session, actor(), readings, source="api")
    return jsonify(taken_json(taken)), 201


@blueprint.get("/api/positions")
@needs(Right.DISPATCH)
def latest_positions() -> Response:
    """Where units were last seen, as far as that is not long ago.

    With ``after``, the ``last`` of an answer before, what was reported since and nothing else.
    """
    is_new = "after" not in request.args
    after = parameters.integer(request.args, "after", low=0, high=MAX_SEQ, default=0)
    with site_app().store.session() as session:
        last = last_number(session)
        seen = last_seen(session) if is_new else seen_after(session, after)
        at = now(session)
    return jsonify(
        positions=[
            {
                "kind": kind,
                "id": unit_id,
                "x": one.x,
                "y": one.y,
                "at": one.at.isoformat(),
                "accuracy_m": one.accuracy_m,
            }
            for (kind, unit_id), one in sorted(seen.items())
        ],
        last=last,
        now=at.isoformat(),
    )


def point_of(one: dict[str, Any]) -> dict[str, Any]:
    """Where and when somebody was, as sent; raises as the readers of parameters do."""
    return {
        "at": parameters.moment(one, "at"),
        "x": parameters.number(one, "x", low=-1000, high=1000),
        "y": parameters.number(one, "y", low=-1000, high=1000),
        **{
            name: parameters.amount(one, name, most=MOST_M, whole=False)
            for name in ("accuracy_m", "speed_kph", "heading_deg")
        },
    }


def taken_json(taken: Taken) -> dict[str, Any]:
    """What became of a batch, each refusal in words."""
    return {
        "kept": taken.kept,
        "known": taken.known,
        "refused": [_refused(number, error) for number, error in taken.refused],
    }


def _reading(one: dict[str, Any]) -> Reading:
    return Reading(
        kind=parameters.text(one, "kind"), id=parameters.text(one, "id"), **point_of(one)
    )


def _refused(number: int, error: GisAppError) -> dict[str, Any]:
    return {"number": number, "code": error.code, "message": sentence(error, language())}
