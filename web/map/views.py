"""The map page, its layers, roads, search and records."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

import layers
from gisapp.accounts import masked
from gisapp.errors import InputError
from gisapp.incidents.coordinates import MetresError, Spot, alternatives, find_spot
from gisapp.messages import sentence
from gisapp.registers import KINDS, queries
from gisapp.registers.counties import county_names
from gisapp.registers.search import search as search_registers
from gisapp.rights import Right
from gisapp.roads import roads_in, shown_zoom
from layers.geojson import to_geojson
from web import parameters
from web.access import Gate, in_menu, needs
from web.assets import assets_url
from web.context import actor, language, site_app, theme
from web.map import page
from web.map.catalogue import CATALOGUE
from web.map.drawn import drawn
from web.map.wording import code_names

blueprint = Blueprint("map", __name__)

FEATURE_LIMIT = 20_000
"""More points than this in one extent are not drawn: the answer says it was cut."""

SEARCH_LIMIT = 12
MAX_NAME = 80
"""No name is longer."""
ROAD_DECIMALS = ((10, 4), (14, 5))
"""Up to this zoom, this many decimals: 4 are 11 m, a tenth of a pixel at zoom 10."""

GEOJSON = "application/geo+json"


@blueprint.get("/")
@in_menu("map", 10)
@needs(Right.VIEW)
def index() -> str:
    """The command-centre map."""
    return page.console(site_app(), language(), theme(), assets_url())


@blueprint.get("/healthz")
@needs(Gate.OPEN)
def health() -> Response:
    """Whether the site answers, for the machine that watches the server."""
    app = site_app()
    app.store.require_whole()
    with app.store.session() as session:
        queries.count(session, "area")
    return jsonify(status="ok", roads=app.has_roads)


@blueprint.get("/api/layers/<layer_id>")
@needs(Right.VIEW)
def features(layer_id: str) -> Response:
    """Features of one layer in an extent, as GeoJSON."""
    spec = CATALOGUE.layer(layer_id)
    if spec.id == layers.ROADS.id:
        return roads()
    extent = parameters.bbox()
    store = site_app().store
    with store.session() as session:
        content = drawn(store, spec).in_box(session, extent, language(), limit=FEATURE_LIMIT)
    return Response(content, mimetype=GEOJSON)


@blueprint.get("/api/roads")
@needs(Right.VIEW)
def roads() -> Response:
    """Roads in an extent, as detailed as the zoom shows them, as GeoJSON."""
    extent = parameters.bbox()
    zoom = shown_zoom(extent, parameters.zoom())
    app = site_app()
    empty = b'{"type":"FeatureCollection","truncated":false,"features":[]}'
    if not app.has_roads:
        return Response(empty, mimetype=GEOJSON)
    found = roads_in(app.router.network, extent, zoom)
    decimals = next((digits for limit, digits in ROAD_DECIMALS if zoom <= limit), 6)
    content = to_geojson(
        found, layers.ROADS, language(), extra=layers.ROADS.extra, decimals=decimals
    )
    response = Response(content, mimetype=GEOJSON)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@blueprint.get("/api/search")
@needs(Right.VIEW)
def search() -> Response:
    """Places, resources and hazards whose name holds the text, or the point it writes."""
    words = parameters.text(request.args, "q", longest=parameters.MAX_LINK)
    limit = parameters.integer(request.args, "limit", low=1, high=50, default=SEARCH_LIMIT)
    spots, note = _spots(words)
    if spots or (note and len(words) > MAX_NAME):
        with site_app().store.session() as session:
            rows = [page.spot_row(session, spot, language()) for spot in spots]
        return jsonify(results=rows, note=note)
    words = parameters.text(request.args, "q", longest=MAX_NAME)
    with site_app().store.session() as session:
        found = search_registers(session, words, limit=limit)
        # The seat of a county is where people are; its outline comes after.
        found.sort(key=lambda row: row.kind == "area")
        counties = county_names(session, language())
    rows = [page.search_row(row, counties, language()) for row in found]
    return jsonify(results=rows, note=note)


def _spots(words: str) -> tuple[list[Spot], str]:
    """The point that a text writes, in each system it may be in; or what is wrong with it."""
    try:
        spot = find_spot(words, site_app().site)
    except MetresError as error:
        return list(error.offers), sentence(error, language())
    except InputError as error:
        return [], sentence(error, language())
    return ([] if spot is None else [spot, *alternatives(spot)]), ""


@blueprint.get("/api/record/<kind>/<path:record_id>")
@needs(Right.VIEW)
def record(kind: str, record_id: str) -> Response:
    """The facts of one record, written for a popup."""
    spec = CATALOGUE.layer(kind, geometry="point")
    lang = language()
    with site_app().store.session() as session:
        whole = queries.record(session, kind, record_id)
        found = masked(whole, private=KINDS[kind].private_names(), actor=actor())
        counties = county_names(session, lang)
    answer: dict[str, Any] = {
        "kind": kind,
        "id": record_id,
        "layer": spec.label.in_(lang),
        "name": page.name_of(found, lang),
        "x": found["x"],
        "y": found["y"],
        "synthetic": bool(found.get("synthetic")),
        "status": found.get(spec.state_column) if spec.state_column else None,
        "facts": layers.facts(
            spec,
            found,
            lang,
            field_label=lambda column: KINDS[kind].field(column).caption.in_(lang),
            code_label=code_names(kind, counties, lang),
        ),
    }
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")
