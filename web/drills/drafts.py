"""Drafts of plans: begun, read out of documents, changed, issued."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify, request

from gisapp.drills.plans import drafts as writing
from gisapp.drills.plans.document import DEEPEST, document_of
from gisapp.drills.plans.docx_reading import MOST_BYTES
from gisapp.drills.plans.library import names_in
from gisapp.drills.plans.models import PlanDraft
from gisapp.drills.plans.promises import PROMISES
from gisapp.drills.plans.reading import draft_told, unread_told
from gisapp.drills.plans.vocabulary import PARTS
from gisapp.errors import InputError
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.incidents.response.library import offices
from gisapp.incidents.response.plans import BASES, COUNTED, GRADED
from gisapp.incidents.response.vocabulary import LEVELS, OF_ENTERPRISES, PLAN_CATEGORIES
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT, VEHICLE_PROFILES
from gisapp.rights import Right
from gisapp.schema.values import Json
from gisapp.site.model import load_site
from gisapp.store import Session
from web import parameters
from web.access import needs, takes_file
from web.context import actor, language, site_app
from web.drills.views import blueprint
from web.pages import choices, render_page

MOST_BODY_BYTES = 4 * 2**20
"""The text of a long plan, as JSON."""
MOST_VERSION = parameters.MAX_SERIAL


@blueprint.get("/plans/drafts/<draft_id>")
@needs(Right.KEEP_PLANS)
def draft_page(draft_id: str) -> str:
    """The form of a draft."""
    lang = language()
    with site_app().store.session() as session:
        row = writing.find_draft(session, draft_id)
        site = load_site(session)
        known = offices(session)
    places = {name: kind.label for name, kind in KINDS.items() if kind.geometry == "POINT"}
    return render_page(
        "drills/draft.html",
        words=("plans.", "draft."),
        code=row.code,
        config={
            "may": sorted(actor().rights),
            "draft": row.id,
            "categories": choices(PLAN_CATEGORIES, lang),
            "ofEnterprises": sorted(OF_ENTERPRISES),
            "headquarters": choices({one.code: one.name for one in site.headquarters}, lang),
            "kinds": choices({one.code: one.label for one in EVENT_KINDS.values()}, lang),
            "parts": choices(PARTS, lang),
            "deepest": DEEPEST,
            "levels": choices(LEVELS, lang),
            "promises": choices(PROMISES, lang),
            "places": choices(places, lang),
            "capabilities": choices(CAPABILITIES, lang),
            "equipment": choices(EQUIPMENT, lang),
            "vehicles": choices(VEHICLE_PROFILES, lang),
            "bases": list(BASES),
            "graded": list(GRADED),
            "counted": list(COUNTED),
            "figures": choices(FIGURES, lang),
            "circumstances": choices(
                {code: one.label for code, one in CIRCUMSTANCES.items()}, lang
            ),
            "offices": choices(known, lang),
        },
    )


@blueprint.get("/api/plan-drafts/<draft_id>")
@needs(Right.KEEP_PLANS)
def draft(draft_id: str) -> Response:
    """A draft whole."""
    who = actor()
    who.require(Right.SEE_CONTACTS)  # what is hidden could not be sent back
    with site_app().store.session() as session:
        return jsonify(_told(session, writing.find_draft(session, draft_id)))


@blueprint.post("/api/plan-drafts")
@needs(Right.KEEP_PLANS)
def draft_begun() -> tuple[Response, int]:
    """Begin a draft: of the plan's last edition, or of a new plan."""
    asked = parameters.body()
    parameters.require_known(asked, ("code", "head"))
    code = parameters.text(asked, "code")
    with site_app().store.session(write=True) as session:
        row = writing.begin(session, actor(), code, _object(asked, "head"))
        return jsonify(_told(session, row)), 201


@blueprint.post("/api/plan-drafts/docx")
@takes_file(MOST_BYTES)
@needs(Right.KEEP_PLANS)
def draft_read() -> tuple[Response, int]:
    """Begin a draft with the text of a DOCX, or read the open draft's text anew from it."""
    form = request.form
    sent = request.files.get("file")
    if sent is None:
        raise InputError("web.missing", name="file")
    try:
        head = json.loads(form.get("head") or "{}")
    except ValueError:
        head = None
    version = (
        parameters.integer(form, "version", low=1, high=MOST_VERSION)
        if form.get("version")
        else None
    )
    content = sent.stream.read(MOST_BYTES + 1)
    with site_app().store.session(write=True) as session:
        row = writing.begin_from_docx(
            session,
            actor(),
            parameters.text(form, "code"),
            content,
            file=(sent.filename or "docx")[:100],
            head=_object({"head": head}, "head"),
            version=version,
        )
        return jsonify(_told(session, row)), 201


@blueprint.post("/api/plan-drafts/<draft_id>")
@needs(Right.KEEP_PLANS)
def draft_changed(draft_id: str) -> Response:
    """Change a draft; with how many of what an import could not read are settled."""
    request.max_content_length = MOST_BODY_BYTES
    asked = parameters.body()
    parameters.require_known(asked, ("version", "content", "unread"))
    version = parameters.integer(asked, "version", low=1, high=MOST_VERSION)
    kept = asked.get("unread")
    with site_app().store.session(write=True) as session:
        row = writing.find_draft(session, draft_id)
        left = None if kept is None else _left(row, kept)
        row = writing.change(
            session, actor(), draft_id, version=version, content=_object(asked, "content"),
            unread=left,
        )  # fmt: skip
        return jsonify(_told(session, row))


@blueprint.post("/api/plan-drafts/<draft_id>/issue")
@needs(Right.ISSUE_PLANS)
def draft_issued(draft_id: str) -> Response:
    """Make a draft the next edition of its plan."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version = parameters.integer(asked, "version", low=1, high=MOST_VERSION)
    why = parameters.text(asked, "why", default="")
    with site_app().store.session(write=True) as session:
        plan = writing.issue(session, actor(), draft_id, version=version, why=why)
    return jsonify(code=plan.code, edition=plan.edition)


@blueprint.post("/api/plan-drafts/<draft_id>/give-up")
@needs(Right.KEEP_PLANS)
def draft_given_up(draft_id: str) -> Response:
    """Put a draft away."""
    asked = parameters.body()
    parameters.require_known(asked, ("version",))
    version = parameters.integer(asked, "version", low=1, high=MOST_VERSION)
    with site_app().store.session(write=True) as session:
        writing.give_up(session, actor(), draft_id, version=version)
    return jsonify(id=draft_id)


def _told(session: Session, row: PlanDraft) -> dict[str, Any]:
    """A draft whole, with what its promises' records are called."""
    lang = language()
    document = document_of(row.code, writing.text_in(row.content))
    names = names_in(session, document, lang)
    return {
        **draft_told(row),
        "content": row.content,
        "unread": [one.to_dict() for one in unread_told(row, lang)],
        "names": {f"{kind}/{record}": name for (kind, record), name in names.items()},
    }


def _left(row: PlanDraft, kept: object) -> list[dict[str, Json]]:
    """What waits still, by its places among what waited."""
    if not isinstance(kept, list) or not all(isinstance(one, int) for one in kept):
        raise InputError("web.not_a_list", name="unread")
    return [one for place, one in enumerate(row.unread) if place in kept]


def _object(asked: dict[str, Any], name: str) -> dict[str, Json]:
    given = asked.get(name, {})
    if not isinstance(given, dict):
        known = ", ".join(sorted(writing.DRAFT_FIELDS))
        raise InputError("web.not_an_object", name=name, known=known)
    return given
