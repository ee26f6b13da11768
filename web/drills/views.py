"""The plan library: plans, what is due of them, the check-up and the collision audit."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gisapp.accounts.exports import Export, Way
from gisapp.drills.checkup.collisions import audit
from gisapp.drills.checkup.reading import finding_told, findings_by_plan, findings_told
from gisapp.drills.checkup.running import ask_for, findings_of
from gisapp.drills.plans.difference import difference
from gisapp.drills.plans.docx_writing import edition_docx
from gisapp.drills.plans.drafts import drafts
from gisapp.drills.plans.due import due_plans
from gisapp.drills.plans.library import Edition, all_editions, edition, editions
from gisapp.drills.plans.marks import MOST_LINE, Marking, mark
from gisapp.drills.plans.reading import (
    document_shown_to,
    draft_told,
    due_told,
    library,
    mark_told,
    plan_told,
)
from gisapp.drills.plans.vocabulary import MARKS, REVISION_TRIGGERS, Mark
from gisapp.errors import InputError
from gisapp.incidents.response.library import repeal, repealed_plans
from gisapp.incidents.response.plans import MAX_EDITION
from gisapp.incidents.response.vocabulary import OF_ENTERPRISES, PLAN_CATEGORIES
from gisapp.registers.attachments import DOCX
from gisapp.rights import Right
from gisapp.site.model import load_site
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.downloads import file, record
from web.pages import choices, render_page

blueprint = Blueprint("drills", __name__)

MARK_FIELDS = ("what", "on", "by", "number", "trigger", "note")


@blueprint.get("/plans")
@in_menu("plans", 29)
@needs(Right.VIEW)
def index() -> str:
    """The library."""
    lang = language()
    with site_app().store.session() as session:
        known = {one.code: one.name for one in load_site(session).headquarters}
    return render_page(
        "drills/plans.html",
        words=("plans.",),
        config={
            "may": sorted(actor().rights),
            "categories": choices(PLAN_CATEGORIES, lang),
            "ofEnterprises": sorted(OF_ENTERPRISES),
            "headquarters": choices(known, lang),
        },
    )


@blueprint.get("/plans/<code>")
@needs(Right.VIEW)
def page(code: str) -> str:
    """One plan."""
    lang, number = language(), _edition_asked()
    with site_app().store.session() as session:
        found = edition(session, code, number)
    return render_page(
        "drills/plan.html",
        words=("plans.",),
        plan=found.plan,
        name=found.plan.name.in_(lang),
        config={
            "may": sorted(actor().rights),
            "plan": code,
            "edition": number,
            "marks": choices(MARKS, lang),
            "triggers": choices(REVISION_TRIGGERS, lang),
            "mostLine": MOST_LINE,
            "today": site_app().today().isoformat(),
        },
    )


@blueprint.get("/plans/<code>/plan.docx")
@needs(Right.EXPORT)
def document(code: str) -> Response:
    """A plan as a document, its telephone numbers as its reader may see them."""
    who, lang = actor(), language()
    with site_app().store.session() as session:
        found = edition(session, code, _edition_asked())
        shown = Edition(plan=found.plan, document=document_shown_to(who, found.document))
        content = edition_docx(session, shown, lang)
    clauses = found.document.clauses
    record(
        Export(
            way=Way.PLAN,
            subject=f"{code}/{found.plan.edition}",
            format="docx",
            records=len(clauses),
            contacts=who.may(Right.SEE_CONTACTS) and any(one.contacts for one in clauses),
        )
    )
    return file(content, f"{code}-{found.plan.edition}.docx", mimetype=DOCX)


@blueprint.get("/api/plans")
@needs(Right.VIEW)
def listed() -> Response:
    """Every plan in its last edition, with what is due of it; the drafts."""
    app, lang = site_app(), language()
    with app.store.session() as session:
        today, found = app.today(), findings_by_plan(session)
        due = due_plans(session, today)
        return jsonify(
            plans=library(session, lang, today, due=due, findings=found),
            due=[due_told(one, lang, today) for one in due],
            repealed=[
                {"code": plan.code, "name": plan.name.in_(lang), "on": day.isoformat()}
                for plan, day in repealed_plans(session)
            ],
            drafts=[draft_told(row) for row in drafts(session)],
        )


@blueprint.get("/api/plans/<code>")
@needs(Right.VIEW)
def one(code: str) -> Response:
    """One plan whole, in its last edition or the one asked for."""
    lang = language()
    with site_app().store.session() as session:
        found = edition(session, code, _edition_asked())
        known = editions(session, code)
        return jsonify(plan_told(session, found, lang, actor=actor(), known=known))


@blueprint.get("/api/plans/<code>/difference")
@needs(Right.VIEW)
def compared(code: str) -> Response:
    """What differs between two editions of a plan."""
    who = actor()
    numbers = [
        parameters.integer(request.args, name, low=1, high=MAX_EDITION)
        for name in ("before", "after")
    ]
    with site_app().store.session() as session:
        before, after = (
            document_shown_to(who, edition(session, code, number).document) for number in numbers
        )
    return jsonify(clauses=[one.to_dict() for one in difference(before, after)])


@blueprint.get("/api/plans/<code>/clauses/<clause>/findings")
@needs(Right.VIEW)
def clause_history(code: str, clause: str) -> Response:
    """All that was ever found in a clause, the newest first."""
    lang = language()
    with site_app().store.session() as session:
        found = edition(session, code)
        names = {code: found.plan.name.in_(lang)}
        rows = findings_of(session, code, clause)
        return jsonify(findings=[finding_told(row, lang, names) for row in rows])


@blueprint.post("/api/plans/<code>/marks")
@needs(Right.KEEP_PLANS)
def marked(code: str) -> tuple[Response, int]:
    """Record that a plan was reviewed or filed, or is to be revised."""
    asked = parameters.body()
    parameters.require_known(asked, MARK_FIELDS)
    app = site_app()
    marking = Marking(
        what=Mark(parameters.choice(asked, "what", [one.value for one in Mark])),
        on=day_asked(asked, "on"),
        by=parameters.text(asked, "by", default=""),
        number=parameters.text(asked, "number", default=""),
        trigger=parameters.text(asked, "trigger", default="") or None,
        note=parameters.text(asked, "note", default=""),
    )
    with app.store.session(write=True) as session:
        row = mark(session, actor(), code, marking, today=app.today())
        return jsonify(mark_told(row, language())), 201


@blueprint.post("/api/plans/<code>/repeal")
@needs(Right.ISSUE_PLANS)
def repealed(code: str) -> Response:
    """Put a plan out of force."""
    asked = parameters.body()
    parameters.require_known(asked, ("on", "why"))
    day, why = day_asked(asked, "on"), parameters.text(asked, "why")
    with site_app().store.session(write=True) as session:
        repeal(session, actor(), code, on=day, why=why)
    return jsonify(code=code, repealed_on=day.isoformat())


@blueprint.get("/api/plan-findings")
@needs(Right.VIEW)
def findings() -> Response:
    """What the last check-up found, of all plans or of one."""
    code = parameters.text(request.args, "plan", default="") or None
    with site_app().store.session() as session:
        return jsonify(findings_told(session, language(), code))


@blueprint.post("/api/plan-findings/check")
@needs(Right.KEEP_PLANS)
def check_asked() -> tuple[Response, int]:
    """Have all plans checked on the data as they are now."""
    with site_app().store.session(write=True) as session:
        job = ask_for(session, actor())
        return jsonify(job=job.id), 202


@blueprint.get("/api/plan-collisions")
@needs(Right.VIEW)
def collisions() -> Response:
    """What several plans count on at once: all plans, or those of a combined scenario."""
    lang, app = language(), site_app()
    said = parameters.text(request.args, "plans", default="", longest=2000)
    only = [one for one in said.split(",") if one]
    with app.store.session() as session:
        found = audit(app, session, all_editions(session), only=only)
    return jsonify(collisions=[one.to_dict(lang) for one in found])


def _edition_asked() -> int | None:
    if not request.args.get("edition"):
        return None
    return parameters.integer(request.args, "edition", low=1, high=MAX_EDITION)


def day_asked(asked: dict[str, Any], name: str) -> date:
    """A day of a body.

    Raises
    ------
    InputError
        ``web.missing``, ``web.not_a_day``.
    """
    text = parameters.text(asked, name)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("web.not_a_day", name=name, value=text[:40]) from error
