"""Pages and questions of the risk lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from markupsafe import Markup

from gisapp.accounts.exports import Export, Way, shows_contacts
from gisapp.errors import InputError
from gisapp.registers import queries
from gisapp.registers.counties import county_choices, county_names
from gisapp.registers.kinds import HAZARD_KINDS, KINDS
from gisapp.rights import Right
from gisapp.risks import inspections, lifecycle, tickets
from gisapp.risks import vocabulary as v
from gisapp.risks.export import REGISTER_LIMIT, frame, ledger_workbook
from gisapp.risks.levels import PROPOSALS
from gisapp.risks.register import (
    DUES,
    SORTS,
    Filter,
    count_risks,
    list_risks,
    open_tickets,
    risk_of,
)
from gisapp.risks.summary import summarise
from gisapp.risks.tickets import TicketFilter
from gisapp.risks.vocabulary import State, TicketState
from layers.risk_sheet import risk_sheet
from layers.risks import RISKS
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.downloads import record, workbook
from web.map.drawn import drawn
from web.pages import render_page, word
from web.risks import wording
from web.risks.layer import risk_card

blueprint = Blueprint("risks", __name__)

PAGE = 50
TICKETS_PAGE = 100
LAYER_LIMIT = 20_000
SHEET_PLACES = ("city", "county")


@blueprint.get("/risks")
@in_menu("risks", 40)
@needs(Right.VIEW)
def index() -> str:
    """The register of risks."""
    who, lang, day = actor(), language(), site_app().today()
    chosen = _filter(day)
    sort, descending = _sort()
    page = parameters.integer(request.args, "page", low=1, high=100_000, default=1)
    with site_app().store.session() as session:
        names = county_names(session, lang)
        places = county_choices(session, lang, own=who.county)
        total = count_risks(session, chosen)
        rows = list_risks(
            session, chosen, sort=sort, descending=descending, limit=PAGE, offset=PAGE * (page - 1)
        )
        found = open_tickets(session, rows, today=day)
    return render_page(
        "risks/index.html",
        words=("risks.",),
        rows=[
            wording.risk_row(row, actor=who, lang=lang, day=day, names=names, tickets=found)
            for row in rows
        ],
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        sort=sort,
        descending=descending,
        address=_address,
        **_choices(lang, places),
    )


@blueprint.get("/risks/hazard/<kind>/<path:hazard_id>")
@needs(Right.VIEW)
def hazard(kind: str, hazard_id: str) -> str:
    """One hazard: its lifecycle, assessment, tickets and inspections."""
    who, lang, day = actor(), language(), site_app().today()
    with site_app().store.session() as session:
        row = risk_of(session, kind, hazard_id)
        _require_own_county(row.county)
        names = county_names(session, lang)
        found = open_tickets(session, [row], today=day)
        taken = lifecycle.steps(session, kind, hazard_id)
        made = inspections.inspections(session, kind, hazard_id)
        held = tickets.list_tickets(
            session, TicketFilter(today=day, kind=kind, hazard_id=hazard_id), limit=None
        )
        due_days = inspections.cadence(session)[kind]
    state = State(row.state)
    return render_page(
        "risks/hazard.html",
        words=("risks.",),
        risk=wording.risk_row(row, actor=who, lang=lang, day=day, names=names, tickets=found),
        row=row,
        proposed=wording.level_name(row.proposed, lang),
        proposed_mark=wording.level_mark(row.proposed),
        proposal_rule=PROPOSALS[kind][1].in_(lang),
        line=_line(taken, state, lang),
        steps=[_step(one, lang) for one in reversed(taken)],
        following=wording.names(
            {one: v.STATES[one] for one in v.TRANSITIONS[state] if one != State.ASSESSED}, lang
        ),
        may_assess=state != State.CLOSED,
        may=who.may(Right.MANAGE_RISKS, county=row.county),
        methods=wording.names(v.METHODS, lang),
        likelihoods=wording.names(v.LIKELIHOODS, lang),
        consequences=wording.names(v.CONSEQUENCES, lang),
        levels=wording.names(v.LEVELS, lang),
        colours=wording.names(v.COLOURS, lang),
        grades=wording.names(v.TICKET_GRADES, lang),
        results=wording.names(v.RESULTS, lang),
        matrix=v.MATRIX,
        level_mark=wording.level_mark,
        cadence_days=due_days[(row.level or inspections.DEFAULT_LEVEL) - 1],
        inspections=made,
        tickets=[_ticket(one, {}, lang, day) for one in held],
        today=day,
        who=who,
        moment=wording.moment,
    )


@blueprint.get("/risks/tickets")
@needs(Right.VIEW)
def ticket_list() -> str:
    """Hidden dangers: those not closed first, by deadline."""
    who, lang, day = actor(), language(), site_app().today()
    show = parameters.text(request.args, "show", default="unclosed")
    chosen = TicketFilter(
        today=day,
        county=_county(),
        grade=_one_of("grade", v.TICKET_GRADES),
        state=show if show in v.TICKET_STATES else "",
        open_only=show == "unclosed",
        overdue=show == "overdue",
    )
    page = parameters.integer(request.args, "page", low=1, high=100_000, default=1)
    with site_app().store.session() as session:
        names = county_names(session, lang)
        places = county_choices(session, lang, own=who.county)
        total = tickets.count_tickets(session, chosen)
        held = tickets.list_tickets(
            session, chosen, limit=TICKETS_PAGE, offset=TICKETS_PAGE * (page - 1)
        )
    return render_page(
        "risks/tickets.html",
        words=("risks.",),
        tickets=[_ticket(one, names, lang, day) for one in held],
        total=total,
        page=page,
        pages=max(1, -(-total // TICKETS_PAGE)),
        show=show,
        grades=wording.names(v.TICKET_GRADES, lang),
        ticket_states=wording.names(v.TICKET_STATES, lang),
        may=who.may(Right.MANAGE_RISKS),
        today=day,
        who=who,
        address=_address,
        **_choices(lang, places),
    )


@blueprint.get("/risks/year")
@needs(Right.VIEW)
def year() -> str:
    """Counts per county, and what was done in one year."""
    who, lang, day = actor(), language(), site_app().today()
    chosen = parameters.integer(request.args, "year", low=2000, high=day.year, default=day.year)
    with site_app().store.session() as session:
        names = county_names(session, lang)
        rows = summarise(
            session, year=chosen, today=day, time_zone=site_app().site.time_zone, county=_county()
        )
        cadence = inspections.cadence(session)
    return render_page(
        "risks/year.html",
        words=("risks.",),
        rows=rows,
        names=names,
        year=chosen,
        today=day,
        levels=wording.names(v.LEVELS, lang),
        level_mark=wording.level_mark,
        states=wording.names(v.STATES, lang),
        cadence=cadence,
        kinds=wording.kind_names(lang),
        may_set_cadence=who.may(Right.MANAGE_RISKS, county=None),
    )


@blueprint.get("/risks/map")
@needs(Right.VIEW)
def sheet() -> str:
    """The risk distribution map, for an A3 sheet."""
    lang, day = language(), site_app().today()
    chosen = _filter(day)
    with site_app().store.session() as session:
        rows = list_risks(session, chosen, limit=None)
        areas = queries.features(session, "area")
        areas = areas[areas["level"] == "county"]
        rivers, places = queries.features(session, "river"), queries.features(session, "place")
        names = county_names(session, lang)
    if chosen.county:
        areas = areas[areas["id"] == chosen.county]
        rivers = rivers.clip(areas) if len(areas) else rivers
        places = places.clip(areas) if len(areas) else places
    drawn = risk_sheet(
        areas,
        rivers,
        places[places["kind"].isin(SHEET_PLACES)] if len(areas) > 1 else places,
        frame(row for row in rows if row.state != State.CLOSED),
        projected_crs=site_app().site.projected_crs,
        lang=lang,
    )
    return render_page(
        "risks/map.html",
        drawing=Markup(drawn),  # noqa: S704 - drawn by us, its texts escaped
        total=len(rows),
        today=day,
        county_name=names.get(chosen.county, ""),
        kind_name=KINDS[chosen.kind].label.in_(lang) if chosen.kind in KINDS else "",
    )


@blueprint.get("/risks/ledger")
@needs(Right.VIEW)
def ledger() -> str:
    """The register as a printed ledger, A4 landscape."""
    who, lang, day = actor(), language(), site_app().today()
    chosen = _filter(day)
    sort, descending = _sort("county")
    with site_app().store.session() as session:
        names = county_names(session, lang)
        rows = list_risks(session, chosen, sort=sort, descending=descending, limit=REGISTER_LIMIT)
        found = open_tickets(session, rows, today=day)
        total = count_risks(session, chosen)
    _record(Way.PRINT, "html", len(rows))
    return render_page(
        "risks/ledger.html",
        rows=[
            wording.risk_row(row, actor=who, lang=lang, day=day, names=names, tickets=found)
            for row in rows
        ],
        total=total,
        today=day,
        county_name=names.get(chosen.county, ""),
    )


@blueprint.get("/risks/register.xlsx")
@needs(Right.EXPORT)
def export() -> Response:
    """The register as the filters show it, as a workbook."""
    who, lang, day = actor(), language(), site_app().today()
    who.require(Right.EXPORT)
    sort, descending = _sort()
    with site_app().store.session() as session:
        names = county_names(session, lang)
        rows = list_risks(
            session, _filter(day), sort=sort, descending=descending, limit=REGISTER_LIMIT
        )
        found = open_tickets(session, rows, today=day)
    shown = [
        wording.risk_row(row, actor=who, lang=lang, day=day, names=names, tickets=found)
        for row in rows
    ]
    content = BytesIO()
    ledger_workbook(content, shown, lang=lang, title=word("risks.ledger", lang))
    _record(Way.LEDGER, "xlsx", len(shown))
    return workbook(content.getvalue(), f"risks-{day.isoformat()}.xlsx")


def _record(way: Way, form: str, number: int) -> None:
    """Tell in the audit that the register of risks is taken out, as its filters show it."""
    private = frozenset(name for kind in HAZARD_KINDS for name in KINDS[kind].private_names())
    record(
        Export(
            way=way,
            subject="risks",
            format=form,
            records=number,
            contacts=shows_contacts(private, actor()),
            filters=request.args.to_dict(),
        )
    )


@blueprint.get("/api/layers/risk")
@needs(Right.VIEW)
def layer() -> Response:
    """Hazards in an extent by level, as GeoJSON, the gravest first."""
    extent = parameters.bbox()
    store = site_app().store
    with store.session() as session:
        content = drawn(store, RISKS).in_box(session, extent, language(), limit=LAYER_LIMIT)
    return Response(content, mimetype="application/geo+json")


@blueprint.get("/api/record/risk/<path:key>")
@needs(Right.VIEW)
def card(key: str) -> Response:
    """The facts of one risk, written for a popup."""
    with site_app().store.session() as session:
        return jsonify(risk_card(session, key, language()))


@blueprint.post("/api/risks/assess")
@needs(Right.MANAGE_RISKS)
def assess() -> Response:
    """Set the level of a hazard."""
    asked = parameters.body()
    with site_app().store.session(write=True) as session:
        risk = lifecycle.assess(
            session,
            actor(),
            parameters.text(asked, "kind"),
            parameters.text(asked, "id"),
            method=parameters.text(asked, "method"),
            likelihood=_whole(asked, "likelihood", 5),
            consequence=_whole(asked, "consequence", 5),
            level=_whole(asked, "level", 4),
            measures=_long(asked, "measures"),
            why=_long(asked, "why"),
            version=_version(asked),
        )
    return jsonify(state=risk.state, level=risk.level, version=risk.version)


@blueprint.post("/api/risks/advance")
@needs(Right.MANAGE_RISKS)
def advance() -> Response:
    """Take a hazard to another stage."""
    asked = parameters.body()
    with site_app().store.session(write=True) as session:
        risk = lifecycle.advance(
            session,
            actor(),
            parameters.text(asked, "kind"),
            parameters.text(asked, "id"),
            parameters.text(asked, "state"),
            colour=_whole(asked, "colour", 4),
            measures=_long(asked, "measures"),
            why=_long(asked, "why"),
            version=_version(asked),
        )
    return jsonify(state=risk.state, level=risk.level, version=risk.version)


@blueprint.post("/api/risks/inspections")
@needs(Right.MANAGE_RISKS)
def inspect() -> tuple[Response, int]:
    """Record an inspection."""
    asked = parameters.body()
    day = site_app().today()
    with site_app().store.session(write=True) as session:
        risk = inspections.record_inspection(
            session,
            actor(),
            parameters.text(asked, "kind"),
            parameters.text(asked, "id"),
            inspected_on=_day(asked, "inspected_on", default=day),
            inspected_by=parameters.text(asked, "inspected_by", default=""),
            result=parameters.text(asked, "result"),
            note=_long(asked, "note"),
            today=day,
        )
    due = risk.next_inspection_on
    return jsonify(next_inspection_on=due.isoformat() if due else None), 201


@blueprint.post("/api/risks/cadence")
@needs(Right.MANAGE_RISKS)
def set_cadence() -> Response:
    """Set the days between inspections of one kind and level."""
    asked = parameters.body()
    with site_app().store.session(write=True) as session:
        inspections.set_cadence(
            session,
            actor(),
            parameters.text(asked, "kind"),
            parameters.integer(asked, "level", low=1, high=4),
            parameters.integer(asked, "days", low=1, high=3650),
            why=_long(asked, "why"),
            today=site_app().today(),
        )
    return jsonify(done=True)


@blueprint.post("/api/risks/tickets")
@needs(Right.MANAGE_RISKS)
def add_ticket() -> tuple[Response, int]:
    """Take up a hidden danger."""
    asked = parameters.body()
    day = site_app().today()
    funding = asked.get("funding_cny")
    with site_app().store.session(write=True) as session:
        ticket = tickets.open_ticket(
            session,
            actor(),
            kind=parameters.text(asked, "kind", default="") or None,
            hazard_id=parameters.text(asked, "id", default="") or None,
            place=parameters.text(asked, "place", default="") or None,
            county=parameters.text(asked, "county", default="") or None,
            found_on=_day(asked, "found_on", default=day),
            found_by=parameters.text(asked, "found_by", default=""),
            grade=parameters.text(asked, "grade"),
            description=_long(asked, "description"),
            measure=_long(asked, "measure"),
            responsible=parameters.text(asked, "responsible", default=""),
            deadline=_day(asked, "deadline"),
            funding_cny=None
            if funding in (None, "")
            else parameters.number(asked, "funding_cny", low=0, high=tickets.MAX_FUNDING_CNY),
            today=day,
        )
        added = ticket.id
    return jsonify(id=added), 201


@blueprint.post("/api/risks/tickets/<ticket_id>")
@needs(Right.MANAGE_RISKS)
def move_ticket(ticket_id: str) -> Response:
    """Take a ticket to another state."""
    asked = parameters.body()
    given = asked.get("deadline")
    with site_app().store.session(write=True) as session:
        ticket = tickets.move_ticket(
            session,
            actor(),
            ticket_id,
            parameters.text(asked, "state"),
            note=_long(asked, "note"),
            version=_version(asked),
            deadline=_day(asked, "deadline") if given else None,
        )
        answer = {"state": ticket.state, "version": ticket.version}
    return jsonify(answer)


def _filter(day: date) -> Filter:
    level = request.args.get("level", "")
    return Filter(
        today=day,
        kind=_one_of("kind", PROPOSALS),
        county=_county(),
        state=_one_of("state", v.STATES),
        level=int(level) if level in {"0", "1", "2", "3", "4"} else None,
        due=next((one for one in DUES if one == request.args.get("due", "")), ""),
        text=parameters.text(request.args, "q", default="", longest=80),
    )


def _county() -> str:
    """The county asked for; an editor bound to one sees no other."""
    return actor().county or parameters.text(request.args, "county", default="", longest=12)


def _require_own_county(county: str | None) -> None:
    """Keep an editor bound to a county to that county's risks, as the lists do."""
    who = actor()
    if who.county is not None and county != who.county:
        who.require(Right.MANAGE_RISKS, county=county)


def _sort(default: str = "level") -> tuple[str, bool]:
    asked = request.args.get("sort", default)
    return asked if asked in SORTS else default, request.args.get("order") == "desc"


def _one_of(name: str, known: Mapping[str, object]) -> str:
    given = request.args.get(name, "")
    return given if given in known else ""


def _choices(lang: str, places: Mapping[str, str]) -> dict[str, Any]:
    """What the filters of the lists offer."""
    return {
        "asked": request.args,
        "places": places,
        "kinds": wording.kind_names(lang),
        "levels": {**wording.names(v.LEVELS, lang), "0": wording.UNKNOWN_LEVEL.in_(lang)},
        "states": wording.names(v.STATES, lang),
    }


def _address(endpoint: str, **changed: str | int | None) -> str:
    """Address of a page with the filters of this one, some of them changed."""
    kept = {name: value for name, value in request.args.items() if value and name != "lang"}
    values = {**kept, **changed}
    return url_for(f"risks.{endpoint}", **{name: one for name, one in values.items() if one})  # type: ignore[arg-type]


def _line(taken: list[Any], state: State, lang: str) -> list[dict[str, Any]]:
    """The stages in order, each with the day it was last entered, for the line of the page."""
    last = {one.state: one for one in taken}
    return [
        {
            "code": code,
            "name": label.in_(lang),
            "at": wording.moment(last[code].at)[:10] if code in last else "",
            "here": code == state,
        }
        for code, label in v.STATES.items()
    ]


def _step(step: Any, lang: str) -> dict[str, Any]:  # noqa: ANN401 - a RiskStep
    return {
        "state": v.STATES[step.state].in_(lang),
        "at": wording.moment(step.at),
        "who": step.who,
        "why": step.why or "",
        "level": wording.level_name(step.level, lang) if step.level else "",
        "colour": v.COLOURS[str(step.warning_colour)].in_(lang) if step.warning_colour else "",
        "measures": step.measures or "",
    }


def _ticket(
    ticket: Any, names: Mapping[str, str], lang: str, day: date  # noqa: ANN401 - a Ticket
) -> dict[str, Any]:  # fmt: skip
    here = TicketState(ticket.state)
    return {
        "row": ticket,
        "grade": v.TICKET_GRADES[ticket.grade].in_(lang),
        "state": v.TICKET_STATES[here].in_(lang),
        "county": names.get(ticket.county or "", ticket.county or ""),
        "overdue": tickets.is_overdue(ticket, day),
        "actions": {
            code: (
                word("risks.send_back", lang)
                if code == TicketState.RECTIFYING and here == TicketState.RECTIFIED
                else v.TICKET_ACTIONS[code].in_(lang)
            )
            for code in v.TICKET_TRANSITIONS[here]
        },
        "may": actor().may(Right.MANAGE_RISKS, county=ticket.county),
        "kind_name": KINDS[ticket.kind].label.in_(lang) if ticket.kind else "",
    }


def _long(asked: Mapping[str, Any], name: str) -> str:
    """A text as long as the database takes; what is too long or missing is said there."""
    given = asked.get(name)
    return given if isinstance(given, str) else ""


def _whole(asked: Mapping[str, Any], name: str, high: int) -> int | None:
    if asked.get(name) in (None, ""):
        return None
    return parameters.integer(asked, name, low=1, high=high)


def _version(asked: Mapping[str, Any]) -> int:
    return parameters.integer(asked, "version", low=0, high=2**31)


def _day(asked: Mapping[str, Any], name: str, *, default: date | None = None) -> date:
    given = asked.get(name)
    if given in (None, "") and default is not None:
        return default
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError as error:
        raise InputError("web.bad_date", value=str(given)[:40]) from error
