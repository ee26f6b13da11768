"""Layers of places that planners bring: listed, taken in, put away."""

from __future__ import annotations

from flask import Response, jsonify, request

from gisapp.planning.layers import MOST_YEAR, layers, read_places, retire_layer, take_in
from gisapp.planning.models import PlanningLayer
from gisapp.rights import Right
from gisapp.schema.values import Json
from web import parameters
from web.access import needs
from web.context import actor, site_app
from web.planning.views import blueprint

MOST_BYTES = 16 * 2**20
FIELDS = ("name", "source", "year", "places")


@blueprint.get("/api/planning-layers")
@needs(Right.VIEW)
def layers_listed() -> Response:
    """Layers of places, the newest first."""
    with site_app().store.session() as session:
        return jsonify(layers=[_told(row) for row in layers(session)])


@blueprint.post("/api/planning-layers")
@needs(Right.PLAN)
def layer_taken_in() -> tuple[Response, int]:
    """Take the places of a GeoJSON in."""
    request.max_content_length = MOST_BYTES
    asked = parameters.body()
    parameters.require_known(asked, FIELDS)
    name = parameters.text(asked, "name")
    year = parameters.integer(asked, "year", low=1, high=MOST_YEAR) if asked.get("year") else None
    given = asked.get("places")
    places = read_places(given if isinstance(given, dict) else {}, name=name)
    with site_app().store.session(write=True) as session:
        row = take_in(
            session, actor(), places, name=name, year=year,
            source=parameters.text(asked, "source", default=""),
        )  # fmt: skip
        return jsonify(_told(row)), 201


@blueprint.post("/api/planning-layers/<layer_id>/retire")
@needs(Right.PLAN)
def layer_retired(layer_id: str) -> Response:
    """Put a layer away."""
    with site_app().store.session(write=True) as session:
        retire_layer(session, actor(), layer_id)
    return jsonify(id=layer_id)


def _told(row: PlanningLayer) -> dict[str, Json]:
    return {
        "id": row.id,
        "name": row.name,
        "source": row.source,
        "year": row.year,
        "places": row.places,
        "made_by": row.made_by,
        "made_at": row.made_at.isoformat(),
    }
