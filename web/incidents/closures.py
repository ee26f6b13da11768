"""Road closures: asked about first, then closed, extended, lifted."""

from __future__ import annotations

import json

from flask import Response, jsonify, request

from gisapp.clock import now
from gisapp.incidents import closures
from gisapp.incidents.closure_files import close_all, read_closures
from gisapp.incidents.cut_off import CutOff, cut_off
from gisapp.incidents.reasons import plain_reason
from gisapp.rights import Right
from web import parameters
from web.access import needs, takes_file
from web.context import actor, language, site_app
from web.incidents import bodies
from web.incidents.views import blueprint

CLOSURE_FIELDS = ("polygon", "reason", "confirm", "source", "told_by", "expires_at")
MOST_WAYS = 1000
MAX_WAY = 2**53
IMPORT_BYTES = 4 * 1024 * 1024


@blueprint.get("/api/closures")
@needs(Right.VIEW)
def list_closures() -> Response:
    """The closures in force."""
    with site_app().store.session() as session:
        return jsonify(closures=[one.to_dict() for one in closures.open_closures(session)])


@blueprint.post("/api/closures/preview")
@needs(Right.CLOSE_ROADS)
def preview_closure() -> Response:
    """How many roads a closure would take, and whom it would cut off: before it is confirmed."""
    asked, app = parameters.body(), site_app()
    parameters.require_known(asked, ("polygon", "closed_structures"))
    polygon = closures.polygon_from_geojson(asked.get("polygon"))
    ways = None
    if asked.get("closed_structures") is not None:
        ways = parameters.integers(asked, "closed_structures", most=MOST_WAYS, high=MAX_WAY)
    if not app.has_roads:
        return jsonify(roads=None, total=None, large=False, **CutOff().to_dict(language()))
    reach = closures.reach_of(
        app.imported_router.network, app.site, polygon, closed_structures=ways
    )
    with app.store.session() as session:
        found = cut_off(app, session, actor(), polygon, closed_structures=ways)
    return jsonify(
        roads=reach.roads, total=reach.total, large=reach.is_large, **found.to_dict(language())
    )


@blueprint.post("/api/closures")
@needs(Right.CLOSE_ROADS)
def add_closure() -> tuple[Response, int]:
    """Close the roads inside a polygon; a great part of them only with ``confirm``."""
    asked, app = parameters.body(), site_app()
    parameters.require_known(asked, CLOSURE_FIELDS)
    polygon = closures.polygon_from_geojson(asked.get("polygon"))
    reason = plain_reason(parameters.text(asked, "reason", default=""), of="closure")
    if app.has_roads and asked.get("confirm") is not True:
        closures.require_meant(app.imported_router.network, app.site, polygon)
    with app.store.session(write=True) as session:
        added = closures.add_closure(
            session,
            actor(),
            polygon,
            reason=reason,
            source=parameters.text(asked, "source", default="other"),
            told_by=parameters.text(asked, "told_by", default=""),
            expires_at=bodies.maybe_moment(asked, "expires_at"),
        )
    return jsonify(added.to_dict()), 201


@blueprint.post("/api/closures/import")
@takes_file(IMPORT_BYTES)
@needs(Right.CLOSE_ROADS)
def import_closures() -> tuple[Response, int]:
    """Close the roads of every feature of a GeoJSON file, or of none where any is faulty."""
    asked, app = parameters.body(), site_app()
    parameters.require_known(asked, ("geojson", "confirm"))
    with app.store.session(write=True) as session:
        wanted = read_closures(json.dumps(asked.get("geojson")), now(session))
        if app.has_roads and asked.get("confirm") is not True:
            for one in wanted:
                closures.require_meant(app.imported_router.network, app.site, one.polygon)
        added = close_all(session, actor(), wanted)
    return jsonify(closures=[one.to_dict() for one in added]), 201


@blueprint.post("/api/closures/<closure_id>/extend")
@needs(Right.CLOSE_ROADS)
def extend_closure(closure_id: str) -> Response:
    """Say anew when a closure is expected to be over."""
    asked = parameters.body()
    parameters.require_known(asked, ("expires_at", "why"))
    until = bodies.maybe_moment(asked, "expires_at")
    with site_app().store.session(write=True) as session:
        extended = closures.extend_closure(
            session, actor(), closure_id, until, why=bodies.why(asked)
        )
    return jsonify(extended.to_dict())


@blueprint.delete("/api/closures/<closure_id>")
@needs(Right.CLOSE_ROADS)
def lift_closure(closure_id: str) -> Response:
    """Open the roads of one closure again."""
    why = parameters.text(request.args, "why", default="")
    with site_app().store.session(write=True) as session:
        closures.lift_closure(session, actor(), closure_id, why=why)
    return list_closures()
