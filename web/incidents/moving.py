"""What moves: units, open incidents and closures in an area or near a point."""

from __future__ import annotations

import json
from typing import Any

import shapely
from flask import Response, jsonify, request
from shapely.geometry.base import BaseGeometry

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.incidents.closures import polygon_from_geojson
from gisapp.incidents.moving.index import (
    MOST_NEAR_M,
    Found,
    moving_inside,
    moving_near,
    units_seen,
)
from gisapp.incidents.moving.things import Moves
from gisapp.incidents.positions.readings import last_number
from gisapp.incidents.replay import replay
from gisapp.incidents.surroundings.footprints import find_footprint
from gisapp.rights import Right
from gisapp.store import Session
from web import parameters
from web.access import needs
from web.context import actor, language, site_app
from web.incidents.views import blueprint

MOST_MOVING = 2000
MAX_POLYGON = 20_000
ASKED_BY = ("bbox", "polygon", "footprint", "within_m")


@blueprint.get("/api/moving")
@needs(Right.DISPATCH)
def moving() -> Response:
    """What meets an area or lies near a point, with how old and how exact its position is."""
    asked = [name for name in ASKED_BY if request.args.get(name)]
    if len(asked) != 1:
        raise InputError("moving.one_question", known=", ".join(ASKED_BY))
    with site_app().store.session() as session:
        found = _found(session, asked[0])
        at = now(session)
    lang = language()
    return jsonify(
        moving=[one.to_dict(lang, at) for one in found[:MOST_MOVING]],
        truncated=len(found) > MOST_MOVING,
        now=at.isoformat(),
    )


@blueprint.get("/api/moving/units")
@needs(Right.DISPATCH)
def units_moving() -> Response:
    """The units that are out where they were last seen, how many are out, the last number.

    What is reported after that number is told by ``GET /api/positions?after=``.
    """
    with site_app().store.session() as session:
        last = last_number(session)
        found, out = units_seen(session, actor())
        at = now(session)
    return jsonify(
        units=[one.to_dict(language(), at) for one in found],
        out=out,
        last=last,
        now=at.isoformat(),
    )


@blueprint.get("/api/incidents/<incident_id>/replay")
@needs(Right.DISPATCH)
def replayed(incident_id: str) -> Response:
    """The events of an incident and the positions of its units, in one order of time."""
    since, until = (
        parameters.moment(request.args, name) if request.args.get(name) else None
        for name in ("from", "to")
    )
    with site_app().store.session() as session:
        found = replay(session, actor(), incident_id, since=since, until=until)
    return jsonify(found.to_dict(language()))


def _found(session: Session, asked: str) -> list[Found]:
    moves = _moves()
    if asked == "within_m":
        spot = parameters.position(request.args, site_app().site)
        within_m = parameters.number(request.args, "within_m", low=0, high=MOST_NEAR_M)
        return moving_near(session, actor(), spot.x, spot.y, within_m, moves=moves)
    return moving_inside(session, actor(), _area(session, asked), moves=moves)


def _area(session: Session, asked: str) -> BaseGeometry:
    if asked == "bbox":
        return shapely.box(*parameters.bbox())
    if asked == "footprint":
        return find_footprint(session, parameters.text(request.args, "footprint")).geom
    written = parameters.text(request.args, "polygon", longest=MAX_POLYGON)
    try:
        geometry: Any = json.loads(written)
        return polygon_from_geojson(geometry)
    except (ValueError, RecursionError) as error:
        raise InputError("moving.not_area") from error


def _moves() -> tuple[str, ...]:
    written = parameters.text(request.args, "moves", default="")
    named = tuple(written.split(",")) if written else tuple(Moves)
    return tuple(parameters.choice({"moves": one}, "moves", tuple(Moves)) for one in named)
