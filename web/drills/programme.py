"""The year's board: drills, duties, what is to be put right, the approved programme."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gisapp.accounts.exports import Export, Way
from gisapp.clock import now
from gisapp.drills.programme.board import board_of, duties
from gisapp.drills.programme.calendar import MEDIA, icalendar
from gisapp.drills.programme.clashes import clashes
from gisapp.drills.programme.drills import (
    add_finding,
    cancel_drill,
    change_drill,
    close_finding,
    drills_of,
    find_drill,
    hold_drill,
    plan_drill,
    said_of,
)
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.organisers import headquarters
from gisapp.drills.programme.reading import (
    board_told,
    drill_told,
    duty_told,
    finding_told,
    names_of_units,
    open_drill_findings,
    participation,
)
from gisapp.drills.programme.vocabulary import (
    FORMS,
    ORGANISERS,
    PARTICIPANTS,
    PURPOSES,
    ROLES,
    SCOPES,
    SCORES,
    Organiser,
)
from gisapp.drills.programme.years import approval_of, approve_year, changed_since, year_docx
from gisapp.drills.ready.library import begin, ready_scenarios
from gisapp.errors import InputError
from gisapp.incidents.response.library import last_editions
from gisapp.registers.attachments import DOCX
from gisapp.rights import Right
from gisapp.schema.values import Json, moment_text
from gisapp.store import Session
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.downloads import file, record
from web.drills.views import blueprint, day_asked
from web.pages import choices, render_page

FIRST_YEAR, LAST_YEAR = 2000, 2200


@blueprint.get("/drills")
@in_menu("drills", 30)
@needs(Right.VIEW)
def programme_page() -> str:
    """The board of a year."""
    lang, app = language(), site_app()
    with app.store.session() as session:
        plans = [{"code": one.code, "label": one.name.in_(lang)} for one in last_editions(session)]
        known = {one.code: one.name for one in headquarters(session)}
        ready: list[Json] = [
            {
                "code": one.code,
                "headquarters": known[one.headquarters].in_(lang),
                "name": one.name_zh if lang == "zh" else one.name_en,
                "source": one.source_zh if lang == "zh" else one.source_en,
            }
            for one in ready_scenarios(session)
        ]
    return render_page(
        "drills/programme.html",
        words=("drills.",),
        config={
            "may": sorted(actor().rights),
            "today": app.today().isoformat(),
            "organisers": choices(ORGANISERS, lang),
            "headquarters": choices(known, lang),
            "plans": plans,
            "ready": ready if actor().may(Right.MANAGE_DRILLS, county=None) else [],
            "forms": choices(FORMS, lang),
            "scopes": choices(SCOPES, lang),
            "purposes": choices(PURPOSES, lang),
            "participants": choices(PARTICIPANTS, lang),
            "roles": choices(ROLES, lang),
            "scores": choices(SCORES, lang),
        },
    )


@blueprint.get("/api/drills/years/<int:year>")
@needs(Right.VIEW)
def year_told(year: int) -> Response:
    """A year: the board, all its drills, its approval, what waits to be put right."""
    lang, app = language(), site_app()
    with app.store.session() as session:
        today, names = app.today(), names_of_units(session)
        board = board_of(session, year, moment=now(session), today=today)
        approval = approval_of(session, year)
        return jsonify(
            **board_told(board, lang, names),
            drills=[drill_told(row, lang, names) for row in drills_of(session, year)],
            approval=None
            if approval is None
            else {
                "by": approval.approved_by,
                "at": moment_text(approval.approved_at),
                "why": approval.why,
                "changed": changed_since(session, approval),
            },
            findings=[
                finding_told(row, lang, names, today) for row in open_drill_findings(session)
            ],
            teams=participation(session, year, lang),
        )


@blueprint.get("/api/drills/duties")
@needs(Right.VIEW)
def duties_told() -> Response:
    """How all whom article 8 obliges stand, of one county where asked for."""
    county = parameters.text(request.args, "county", default="") or None
    app, lang = site_app(), language()
    with app.store.session() as session:
        found = duties(session, today=app.today(), county=county)
    return jsonify(duties=[duty_told(one, lang) for one in found])


@blueprint.get("/api/drills/<drill_id>")
@needs(Right.VIEW)
def one_drill(drill_id: str) -> Response:
    """A drill, and what stands against its date."""
    with site_app().store.session() as session:
        return jsonify(_told(session, find_drill(session, drill_id)))


@blueprint.post("/api/drills")
@needs(Right.MANAGE_DRILLS)
def drill_planned() -> tuple[Response, int]:
    """Take a drill into the programme."""
    said = said_of(parameters.body())
    with site_app().store.session(write=True) as session:
        return jsonify(_told(session, plan_drill(session, actor(), said))), 201


@blueprint.post("/api/drills/ready/<code>/begin")
@needs(Right.MANAGE_DRILLS)
def drill_begun(code: str) -> tuple[Response, int]:
    """Take a drill of a ready scenario into a year, with its script."""
    asked = parameters.body()
    parameters.require_known(asked, ("year",))
    year = parameters.integer(asked, "year", low=FIRST_YEAR, high=LAST_YEAR)
    with site_app().store.session(write=True) as session:
        return jsonify(_told(session, begin(session, actor(), code, year=year))), 201


@blueprint.post("/api/drills/<drill_id>")
@needs(Right.MANAGE_DRILLS)
def drill_changed(drill_id: str) -> Response:
    """Change a drill that was not held yet."""
    asked = parameters.body()
    version = _version(asked)
    said = said_of({name: value for name, value in asked.items() if name != "version"})
    with site_app().store.session(write=True) as session:
        return jsonify(
            _told(session, change_drill(session, actor(), drill_id, said, version=version))
        )


@blueprint.post("/api/drills/<drill_id>/hold")
@needs(Right.MANAGE_DRILLS)
def drill_held(drill_id: str) -> Response:
    """Record that a drill was held."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "on", "reported_on", "summary", "scores"))
    given = parameters.part(asked, "scores", tuple(SCORES)) or {}
    scores = {name: parameters.number(given, name, low=0, high=100) for name in given}
    reported = day_asked(asked, "reported_on") if asked.get("reported_on") else None
    app = site_app()
    with app.store.session(write=True) as session:
        row = hold_drill(
            session,
            actor(),
            drill_id,
            version=_version(asked),
            on=day_asked(asked, "on"),
            today=app.today(),
            summary=parameters.text(asked, "summary", default="", longest=2000),
            scores=scores,
            reported_on=reported,
        )
        return jsonify(_told(session, row))


@blueprint.post("/api/drills/<drill_id>/cancel")
@needs(Right.MANAGE_DRILLS)
def drill_cancelled(drill_id: str) -> Response:
    """Call a drill off."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "why"))
    version, why = _version(asked), parameters.text(asked, "why")
    with site_app().store.session(write=True) as session:
        row = cancel_drill(session, actor(), drill_id, version=version, why=why)
        return jsonify(_told(session, row))


@blueprint.post("/api/drills/findings")
@needs(Right.MANAGE_DRILLS)
def finding_recorded() -> tuple[Response, int]:
    """Record something to be put right: of a drill, or of a unit by a spot check."""
    asked = parameters.body()
    parameters.require_known(
        asked, ("drill", "organiser_kind", "organiser", "what", "found_on", "due_on", "is_order")
    )
    drill = parameters.text(asked, "drill", default="") or None
    unit = None
    if drill is None:
        kind = parameters.choice(asked, "organiser_kind", [one.value for one in Organiser])
        unit = Organiser(kind), parameters.text(asked, "organiser")
    app, lang = site_app(), language()
    with app.store.session(write=True) as session:
        row = add_finding(
            session,
            actor(),
            what=parameters.text(asked, "what", longest=500),
            found_on=day_asked(asked, "found_on"),
            today=app.today(),
            due_on=day_asked(asked, "due_on") if asked.get("due_on") else None,
            drill_id=drill,
            organiser=unit,
            is_order=parameters.answer(asked, "is_order") or False,
        )
        names = names_of_units(session)
        return jsonify(finding_told(row, lang, names, app.today())), 201


@blueprint.post("/api/drills/findings/<int:number>/close")
@needs(Right.MANAGE_DRILLS)
def finding_closed(number: int) -> Response:
    """Record that something was put right."""
    asked = parameters.body()
    parameters.require_known(asked, ("on",))
    app, lang = site_app(), language()
    with app.store.session(write=True) as session:
        row = close_finding(session, actor(), number, on=day_asked(asked, "on"), today=app.today())
        return jsonify(finding_told(row, lang, names_of_units(session), app.today()))


@blueprint.post("/api/drills/years/<int:year>/approve")
@needs(Right.APPROVE_DRILLS)
def year_approved(year: int) -> Response:
    """Approve the programme of a year as it is."""
    asked = parameters.body()
    parameters.require_known(asked, ("why",))
    with site_app().store.session(write=True) as session:
        row = approve_year(session, actor(), _year(year), why=parameters.text(asked, "why"))
        return jsonify(year=row.year, approved_at=moment_text(row.approved_at))


@blueprint.get("/drills/<int:year>.docx")
@needs(Right.EXPORT)
def year_document(year: int) -> Response:
    """The programme of a year as a document."""
    app, lang = site_app(), language()
    with app.store.session() as session:
        content = year_docx(session, _year(year), lang, zone=app.site.time_zone)
        number = len(drills_of(session, year))
    record(Export(way=Way.PLAN, subject=f"drills/{year}", format="docx", records=number,
                  contacts=False))  # fmt: skip
    return file(content, f"drills-{year}.docx", mimetype=DOCX)


@blueprint.get("/drills/<int:year>.ics")
@needs(Right.EXPORT)
def year_calendar(year: int) -> Response:
    """The drills of a year as a calendar."""
    app, lang = site_app(), language()
    with app.store.session() as session:
        rows = drills_of(session, _year(year))
        content = icalendar(rows, name=f"{app.site.name.in_(lang)} {year}", moment=now(session))
    record(Export(way=Way.PLAN, subject=f"drills/{year}", format="ics", records=len(rows),
                  contacts=False))  # fmt: skip
    return file(content, f"drills-{year}.ics", mimetype=MEDIA)


def _told(session: Session, row: Drill) -> dict[str, Any]:
    lang = language()
    found: list[Json] = [
        {"code": one.code, "drill": one.drill, "text": one.sentence(lang)}
        for one in clashes(site_app(), session, row)
    ]
    return {**drill_told(row, lang, names_of_units(session)), "clashes": found}


def _version(asked: dict[str, Any]) -> int:
    return parameters.integer(asked, "version", low=1, high=parameters.MAX_SERIAL)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "web.out_of_range", name="year", value=year, low=FIRST_YEAR, high=LAST_YEAR
        )
    return year
