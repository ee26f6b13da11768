"""OGC API – Features: landing page, conformance, collections, features.

Sources: OGC 17-069r4 (Part 1: Core), OGC 18-058r1 (Part 2: Coordinate Reference Systems by
Reference). The moment that ``datetime`` asks about is that of a record's last change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from gisapp.accounts.exports import Export, Way, shows_contacts
from gisapp.clock import REAL
from gisapp.exchange import crs
from gisapp.exchange import features as reading
from gisapp.registers.fields import Kind
from gisapp.rights import Right
from web.access import needs
from web.context import actor, language, site_app
from web.downloads import record
from web.ogc import asking, writing
from web.pages import messages

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)


@blueprint.get("", strict_slashes=False)
@needs(Right.VIEW)
def landing() -> Response:
    """Where everything is."""
    asking.only(*asking.COMMON)
    site = site_app().site
    say = _sayer()
    return _json(
        {
            "title": site.name.in_(language()),
            "description": say("ogc.about"),
            "links": [
                writing.link(writing.address(), "self", writing.JSON, say("ogc.landing")),
                writing.link(
                    f"{request.url_root}api/openapi.json",
                    "service-desc",
                    writing.OPENAPI,
                    say("ogc.description"),
                ),
                writing.link(
                    f"{request.url_root}api", "service-doc", "text/html", say("ogc.description")
                ),
                writing.link(
                    writing.address("conformance"),
                    "conformance",
                    writing.JSON,
                    say("ogc.conformance"),
                ),
                writing.link(
                    writing.address("collections"), "data", writing.JSON, say("ogc.collections")
                ),
            ],
        }
    )


@blueprint.get("/conformance")
@needs(Right.VIEW)
def conformance() -> Response:
    """Which parts of the standard are kept."""
    asking.only(*asking.COMMON)
    return _json({"conformsTo": list(CONFORMANCE)})


@blueprint.get("/collections")
@needs(Right.VIEW)
def collections() -> Response:
    """All collections."""
    asking.only(*asking.COMMON)
    site = site_app().site
    title = _sayer()("ogc.collections")
    return _json(
        {
            "links": [writing.link(writing.address("collections"), "self", writing.JSON, title)],
            "crs": list(crs.offered(site)),
            "collections": [
                writing.collection(kind, site, language()) for kind in reading.COLLECTIONS.values()
            ],
        }
    )


@blueprint.get("/collections/<name>")
@needs(Right.VIEW)
def collection(name: str) -> Response:
    """One collection."""
    asking.only(*asking.COMMON)
    return _json(writing.collection(reading.collection(name), site_app().site, language()))


@blueprint.get("/collections/<name>/items")
@needs(Right.VIEW)
def items(name: str) -> Response:
    """A page of a collection's features."""
    kind = reading.collection(name)
    asked = asking.features(kind, site_app().site)
    with site_app().store.session() as session:
        found = reading.page(
            session,
            kind,
            asked.choice,
            actor=actor(),
            limit=asked.limit,
            after=asked.after,
        )
    _record(kind, len(found.features), request.args.to_dict())
    title = kind.label.in_(language())
    given = {name: value for name, value in request.args.items() if name != "after"}
    path = ("collections", kind.name, "items")
    links = [
        writing.link(
            writing.address(*path, **request.args.to_dict()), "self", writing.GEOJSON, title
        ),
        writing.link(writing.address("collections", kind.name), "collection", writing.JSON, title),
    ]
    if found.following is not None:
        href = writing.address(*path, **given, after=found.following)
        links.append(writing.link(href, "next", writing.GEOJSON, _sayer()("ogc.next")))
    answer = {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": writing.moment(REAL.now()),
        "numberReturned": len(found.features),
        "features": writing.features(found.features, asked.crs),
    }
    if found.matched is not None:
        answer["numberMatched"] = found.matched
    return _geojson(answer, asked.crs)


@blueprint.get("/collections/<name>/items/<path:feature_id>")
@needs(Right.VIEW)
def feature(name: str, feature_id: str) -> Response:
    """One feature."""
    asking.only("crs", *asking.COMMON)
    kind = reading.collection(name)
    uri = crs.chosen(request.args.get("crs"), site_app().site, parameter="crs")
    with site_app().store.session() as session:
        found = reading.one(session, kind, feature_id, actor=actor())
    _record(kind, 1, {"id": found.id})
    title = kind.label.in_(language())
    (answer,) = writing.features([found], uri)
    own = writing.address("collections", kind.name, "items", found.id)
    answer["links"] = [
        writing.link(own, "self", writing.GEOJSON, title),
        writing.link(writing.address("collections", kind.name), "collection", writing.JSON, title),
    ]
    return _geojson(answer, uri)


def _record(kind: Kind, number: int, asked: Mapping[str, str]) -> None:
    """Count in the audit that features were read: a program pages through them by the minute."""
    record(
        Export(
            way=Way.OGC,
            subject=kind.name,
            format="geojson",
            records=number,
            contacts=shows_contacts(kind.private_names(), actor()),
            filters=asked,
        )
    )


def _sayer() -> Callable[[str], str]:
    return messages(language()).__getitem__


def _json(answer: dict[str, Any]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), mimetype=writing.JSON)


def _geojson(answer: dict[str, Any], uri: str) -> Response:
    response = Response(
        json.dumps(answer, ensure_ascii=False, separators=(",", ":")), mimetype=writing.GEOJSON
    )
    response.headers["Content-Crs"] = f"<{uri}>"
    return response
