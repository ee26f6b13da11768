"""Dispatch, isochrones and limits of roads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gisapp.accounts import masked
from gisapp.errors import InputError
from gisapp.incidents import closures, dispatch, limits
from gisapp.incidents.reach import reach
from gisapp.registers import KINDS
from gisapp.rights import Right
from layers.geojson import rounded_mapping
from web import parameters
from web.access import needs
from web.context import actor, language, site_app

blueprint = Blueprint("incidents", __name__)

QUESTION_FIELDS = (*parameters.POSITION_FIELDS, "need", "vehicle", "limit_min")
DISPATCH_FIELDS = (*QUESTION_FIELDS, "k")
OTHERS_FIELDS = (*QUESTION_FIELDS, "proposed", "closures", "generated_at")
MAX_NAMED = 10_000
"""Ids in one question: more closures than a site ever has."""
MAX_LIMIT_MINUTES = 24 * 60.0
MAX_MINUTES = 180.0
MAX_RINGS = 6
ISOCHRONE_DECIMALS = 5


@blueprint.post("/api/dispatch")
@needs(Right.DISPATCH)
def propose() -> Response:
    """The nearest able teams; :func:`others` tells of the rest."""
    asked = parameters.body()
    parameters.require_known(asked, DISPATCH_FIELDS)
    app = site_app()
    spot = parameters.position(asked, app.site)
    proposal = dispatch.propose(
        app,
        spot.x,
        spot.y,
        parameters.text(asked, "need"),
        k=parameters.integer(asked, "k", low=-(10**6), high=10**6, default=5),
        vehicle=parameters.text(asked, "vehicle", default="") or None,
        limit_s=_limit_s(asked),
        given=spot,
    )
    return jsonify(_without_contacts(proposal.to_dict(language()), "proposals"))


@blueprint.post("/api/dispatch/others")
@needs(Right.DISPATCH)
def others() -> Response:
    """Why every other team was not proposed, under the same closures and at the same moment."""
    asked = parameters.body()
    parameters.require_known(asked, OTHERS_FIELDS)
    app = site_app()
    spot = parameters.position(asked, app.site)
    with app.store.session() as session:
        records = closures.named_closures(
            session, parameters.texts(asked, "closures", most=MAX_NAMED)
        )
    found = dispatch.others(
        app,
        spot.x,
        spot.y,
        parameters.text(asked, "need"),
        proposed=parameters.texts(asked, "proposed", most=MAX_NAMED),
        closures=records,
        at=parameters.moment(asked, "generated_at"),
        vehicle=parameters.text(asked, "vehicle", default="") or None,
        limit_s=_limit_s(asked),
    )
    return jsonify(_without_contacts(found.to_dict(language()), "left_out"))


@blueprint.get("/api/isochrones")
@needs(Right.VIEW)
def isochrones() -> Response:
    """Areas from which a vehicle reaches a point within so many minutes, as GeoJSON."""
    app = site_app()
    spot = parameters.position(request.args, app.site)
    rings = reach(
        app,
        spot.x,
        spot.y,
        _minutes(parameters.text(request.args, "minutes", default="10,20,30")),
        vehicle=parameters.text(request.args, "profile", default="light"),
    )
    return jsonify(
        type="FeatureCollection",
        given=spot.to_dict(language()),
        features=[
            {
                "type": "Feature",
                "properties": {"minutes": ring.minutes, "area_km2": round(ring.area_km2, 1)},
                "geometry": rounded_mapping(ring.geometry, ISOCHRONE_DECIMALS),
            }
            for ring in rings
        ],
    )


@blueprint.get("/api/limits")
@needs(Right.VIEW)
def list_limits() -> Response:
    """Limits of weight and height that cannot be read, and those that were confirmed."""
    app = site_app()
    network = app.imported_router.network
    with app.store.session() as session:
        open_, confirmed = limits.open_and_confirmed(session, network)
    return jsonify(
        limits=[asdict(one) for one in open_], confirmed=[one.to_dict() for one in confirmed]
    )


@blueprint.post("/api/limits")
@needs(Right.CLOSE_ROADS)
def confirm_limit() -> tuple[Response, int]:
    """Say what a limit that cannot be read is."""
    asked = parameters.body()
    parameters.require_known(asked, ("way_id", "kind", "text", "value", "why"))
    value = asked.get("value")
    app = site_app()
    network = app.imported_router.network
    with app.store.session(write=True) as session:
        confirmed = limits.confirm_limit(
            session,
            actor(),
            network,
            way_id=parameters.integer(asked, "way_id", low=-(2**62), high=2**62),
            kind=limits.limit_kind(parameters.text(asked, "kind")),
            text=parameters.text(asked, "text"),
            value=None if value is None else parameters.number(asked, "value", low=0, high=1000),
            why=parameters.text(asked, "why", default=""),
        )
    return jsonify(confirmed.to_dict()), 201


@blueprint.delete("/api/limits/<confirmation_id>")
@needs(Right.CLOSE_ROADS)
def withdraw_limit(confirmation_id: str) -> Response:
    """Put a confirmed limit in doubt again."""
    why = parameters.text(request.args, "why", default="")
    with site_app().store.session(write=True) as session:
        limits.withdraw_limit(session, actor(), confirmation_id, why=why)
    return list_limits()


def _without_contacts(answer: dict[str, Any], listed: str) -> dict[str, Any]:
    """The answer as whoever asks may see it: a token may ask without the right to contacts."""
    private = KINDS["team"].private_names()
    answer[listed] = [masked(one, private=private, actor=actor()) for one in answer[listed]]
    return answer


def _limit_s(asked: dict[str, Any]) -> float | None:
    """The longest time asked for, turnout included; None where none is given."""
    if asked.get("limit_min") in (None, ""):
        return None
    return 60 * parameters.number(asked, "limit_min", low=0, high=MAX_LIMIT_MINUTES)


def _minutes(given: str) -> list[float]:
    """Rising minutes from a text such as ``10,20,30``."""
    parts = [part for part in given.split(",") if part.strip()]
    if not 1 <= len(parts) <= MAX_RINGS:
        raise InputError("web.bad_minutes", most=MAX_RINGS)
    return sorted(
        {parameters.number({"minutes": part}, "minutes", low=1, high=MAX_MINUTES) for part in parts}
    )
