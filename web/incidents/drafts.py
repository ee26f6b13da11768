"""Calls that are being taken: kept while they are typed, taken up again, given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from gisapp.incidents import drafts
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.intake import MAX_NOTE
from gisapp.incidents.models import IncidentDraft
from gisapp.rights import Right
from web import parameters
from web.access import needs
from web.context import actor, site_app

blueprint = Blueprint("incident_drafts", __name__)

SAID = (
    "x", "y", "name", "need", "vehicle", "k", "ticked", "kind", "in_production", "hazard",
    *FIGURES, *CIRCUMSTANCES, *TIMES, "late_why", "note",
)  # fmt: skip
FIELDS = ("said", "caller_name", "caller_phone")


@blueprint.get("/api/incident-drafts")
@needs(Right.DISPATCH)
def listed() -> Response:
    """Calls that are being taken, or were left; personal data, which nobody between may keep."""
    with site_app().store.session() as session:
        found = drafts.drafts(session, actor())
        answer = jsonify(
            drafts=[
                {
                    **_kept(one.row),
                    "said": dict(one.said),
                    "caller_name": one.caller_name,
                    "caller_phone": one.caller_phone,
                }
                for one in found
            ]
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/api/incident-drafts")
@needs(Right.DISPATCH)
def begin() -> tuple[Response, int]:
    """Keep what was typed of a call for the first time."""
    asked = parameters.body()
    parameters.require_known(asked, FIELDS)
    return _save(None, asked, version=0), 201


@blueprint.post("/api/incident-drafts/<draft_id>")
@needs(Right.DISPATCH)
def save(draft_id: str) -> Response:
    """Keep what was typed since."""
    asked = parameters.body()
    parameters.require_known(asked, (*FIELDS, "version"))
    version = parameters.integer(asked, "version", low=1, high=parameters.MAX_SERIAL)
    return _save(draft_id, asked, version=version)


@blueprint.post("/api/incident-drafts/<draft_id>/give-up")
@needs(Right.DISPATCH)
def give_up(draft_id: str) -> Response:
    """Throw away what was typed."""
    parameters.require_known(parameters.body(), ())
    with site_app().store.session(write=True) as session:
        drafts.give_up(session, actor(), draft_id)
    return jsonify(id=draft_id)


def _save(draft_id: str | None, asked: Mapping[str, Any], *, version: int) -> Response:
    given = parameters.part(asked, "said", SAID) or {}
    said = {name: parameters.text(given, name, default="", longest=MAX_NOTE) for name in given}
    name, phone = (
        parameters.text(asked, field, default="") for field in ("caller_name", "caller_phone")
    )
    with site_app().store.session(write=True) as session:
        row = drafts.save_draft(
            session, actor(), draft_id, said, version=version, caller_name=name, caller_phone=phone
        )
        answer = _kept(row)
    return jsonify(answer)


def _kept(row: IncidentDraft) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "started_at": row.started_at.isoformat(),
        "started_by": row.started_by,
        "saved_at": row.saved_at.isoformat(),
        "saved_by": row.saved_by,
    }
