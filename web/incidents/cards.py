"""Run cards: kept by planners, filled over all open incidents, and the officer's own choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gisapp.clock import now
from gisapp.incidents import orders
from gisapp.incidents.cards import cards
from gisapp.incidents.cards.models import RunCard
from gisapp.incidents.cards.needs import BY, LEVELS, MOST_LINES, read_card
from gisapp.incidents.cards.plan import MaySee
from gisapp.incidents.cards.proposing import compare as choice
from gisapp.incidents.cards.proposing import propose, propose_for
from gisapp.incidents.grading.kinds import KINDS, event_kind
from gisapp.registers.checking import FaultsError
from gisapp.registers.vocabulary import SPECIALITIES, TIERS
from gisapp.rights import Right
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.incidents import bodies
from web.pages import render_page

blueprint = Blueprint("incident_cards", __name__)

LINE_FIELDS = ("by", "code", "count", "limit_min", "tier")
CARD_FIELDS = ("kind", "level", "lines", "experts", "active", "seen", "why")
MOST_KEYS = 200
MAX_KEYS_TEXT = 4000


@blueprint.get("/incidents/cards")
@in_menu("run_cards", 17)
@needs(Right.VIEW)
def page() -> str:
    """The cards, to read and for those who may to edit."""
    lang = language()
    sorts = {
        by: [{"code": code, "label": label.in_(lang)} for code, label in labels.items()]
        for by, labels in BY.items()
    }
    return render_page(
        "incidents/cards.html",
        words=("run_cards.",),
        config={
            "may": sorted(actor().rights),
            "kinds": [{"code": one.code, "label": one.label.in_(lang)} for one in KINDS.values()],
            "levels": list(LEVELS),
            "sorts": sorts,
            "tiers": [{"code": code, "label": one.in_(lang)} for code, one in TIERS.items()],
            "specialities": [
                {"code": code, "label": one.in_(lang)} for code, one in SPECIALITIES.items()
            ],
            "mostLines": MOST_LINES,
        },
    )


@blueprint.get("/api/run-cards")
@needs(Right.VIEW)
def listed() -> Response:
    """All cards, those out of use as well."""
    with site_app().store.session() as session:
        return jsonify(cards=[_card(row) for row in cards.run_cards(session)])


@blueprint.post("/api/run-cards")
@needs(Right.MANAGE_CARDS)
def write() -> tuple[Response, int] | Response:
    """Write a card; every field that is wrong is named."""
    asked = parameters.body()
    parameters.require_known(asked, CARD_FIELDS)
    given = parameters.parts(asked, "lines", LINE_FIELDS, most=10 * MOST_LINES)
    experts = parameters.texts(asked, "experts", most=len(SPECIALITIES))
    seen = parameters.integer(asked, "seen", low=0, high=parameters.MAX_SERIAL)
    active, why = parameters.answer(asked, "active"), bodies.why(asked)
    kind = parameters.text(asked, "kind")
    try:
        card = read_card(kind, asked.get("level"), given, experts)
    except FaultsError as error:
        return _faults(error), 400
    with site_app().store.session(write=True) as session:
        row = cards.set_card(session, actor(), card, seen=seen, why=why, active=active is not False)
        return jsonify(_card(row))


@blueprint.get("/api/incidents/proposals")
@needs(Right.DISPATCH)
def proposals() -> Response:
    """Who is proposed for every open incident."""
    with site_app().store.session() as session:
        solved = propose(site_app(), session, may_move=_keys(request.args, "move"))
        at, lang, may_see = now(session), language(), _may_see()
        plans = [plan.to_dict(lang, at, may_see) for plan in solved.plans()]
    return _private(jsonify(proposals=plans, now=at.isoformat()))


@blueprint.get("/api/incidents/<incident_id>/proposal")
@needs(Right.DISPATCH)
def proposal(incident_id: str) -> Response:
    """Who is proposed for one incident, the others reckoned with."""
    asked = request.args
    level = parameters.integer(asked, "level", low=0, high=4, default=0)
    may_move = _keys(asked, "move")
    with site_app().store.session() as session:
        solved = propose_for(site_app(), session, incident_id, level=level, may_move=may_move)
        found = solved.plan(incident_id).to_dict(language(), now(session), _may_see())
    return _private(jsonify(found))


@blueprint.post("/api/incidents/<incident_id>/proposal")
@needs(Right.DISPATCH)
def compare(incident_id: str) -> Response:
    """How far another choice of units is from what is proposed; nothing is ordered."""
    asked = parameters.body()
    parameters.require_known(asked, ("units", "move"))
    units = parameters.texts(asked, "units", most=MOST_KEYS)
    moved = parameters.texts(asked, "move", most=MOST_KEYS) if "move" in asked else []
    with site_app().store.session() as session:
        found = choice(site_app(), session, incident_id, units, moved=moved)
        out = orders.services(session, moved)
    told = [{"key": key, "assignment": row.id, "seen": row.state} for key, row in out.items()]
    return jsonify(found.to_dict(language()) | {"moved": told})


def _card(row: RunCard) -> dict[str, Any]:
    card, lang = cards.as_card(row), language()
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": event_kind(row.kind).label.in_(lang),
        "level": row.level,
        "lines": [
            {**one.to_dict(), "label": one.label.in_(lang), "tier_label": TIERS[one.tier].in_(lang)}
            for one in card.lines
        ],
        "experts": list(card.experts),
        "active": row.active,
        "synthetic": row.synthetic,
        "changed_at": row.changed_at.isoformat(),
        "changed_by": row.changed_by,
        "why": row.why,
        "version": row.version,
    }


def _faults(error: FaultsError) -> Response:
    lang = language()
    faults = [{"field": one.field, "message": one.sentence(lang)} for one in error.faults]
    message = "；".join(one["message"] for one in faults)
    return jsonify(error={"code": error.code, "message": message, "faults": faults})


def _keys(values: Mapping[str, Any], name: str) -> list[str]:
    given = parameters.text(values, name, default="", longest=MAX_KEYS_TEXT)
    return [one.strip() for one in given.split(",") if one.strip()]


def _may_see() -> MaySee:
    who = actor()
    return lambda county: who.may(Right.SEE_CONTACTS, county=county)


def _private(answer: Response) -> Response:
    """With telephone numbers of people in it: for nobody between to keep."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
