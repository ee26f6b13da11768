"""The description of the interface, for programs and for people."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, request

from gisapp.rights import Right
from web.access import needs
from web.api import feeds
from web.api.document import document
from web.context import language, site_app
from web.ogc.writing import OPENAPI
from web.pages import render_page

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/openapi.json")
@needs(Right.VIEW)
def description() -> Response:
    """The description as OpenAPI 3.0."""
    return Response(json.dumps(_document(), ensure_ascii=False), content_type=OPENAPI)


@blueprint.get("/api")
@needs(Right.VIEW)
def index() -> str:
    """The description as a page."""
    described = _document()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            row = {"path": path, "method": method.upper(), **operation}
            groups.setdefault(operation["tags"][0], []).append(row)
    return render_page(
        "api/index.html",
        groups=groups,
        root=request.url_root,
        note=described["info"]["description"],
    )


@blueprint.get("/feeds/<name>.csv", endpoint="csv_feed")
@needs(Right.EXPORT)
def csv_feed(name: str) -> Response:
    """A register as CSV."""
    return feeds.feed(name, "csv")


@blueprint.get("/feeds/<name>.xlsx", endpoint="xlsx_feed")
@needs(Right.EXPORT)
def xlsx_feed(name: str) -> Response:
    """A register as a workbook."""
    return feeds.feed(name, "xlsx")


@blueprint.get("/feeds/<name>.geojson", endpoint="geojson_feed")
@needs(Right.EXPORT)
def geojson_feed(name: str) -> Response:
    """A register as GeoJSON."""
    return feeds.feed(name, "geojson")


def _document() -> dict[str, Any]:
    app = site_app()
    root = request.url_root.rstrip("/")
    flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    return document(flask, app.site, root=root, lang=language())
