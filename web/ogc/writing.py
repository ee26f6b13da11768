"""Features and their links as OGC API – Features writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import request

from gisapp.exchange import crs
from gisapp.exchange.features import Feature
from gisapp.registers.fields import Kind
from gisapp.site import Site
from layers.geojson import rounded_mapping

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

DEGREE_DECIMALS = 8
"""About a millimetre."""

METRE_DECIMALS = 3


def address(*path: str, **query: str | int) -> str:
    """Absolute address below ``/ogc``."""
    steps = "/".join(quote(step, safe="") for step in path)
    base = f"{request.url_root.rstrip('/')}/ogc" + (f"/{steps}" if steps else "")
    return f"{base}?{urlencode(query)}" if query else base


def link(href: str, rel: str, type_: str, title: str) -> dict[str, str]:
    """One link."""
    return {"href": href, "rel": rel, "type": type_, "title": title}


def collection(kind: Kind, site: Site, lang: str) -> dict[str, Any]:
    """Describe one collection."""
    title = kind.label.in_(lang)
    described: dict[str, Any] = {
        "id": kind.name,
        "title": title,
        "description": kind.doc.in_(lang),
        "itemType": "feature",
        "links": [
            link(address("collections", kind.name), "self", JSON, title),
            link(address("collections", kind.name, "items"), "items", GEOJSON, title),
        ],
    }
    if kind.geometry is not None:
        described |= {
            "extent": {"spatial": {"bbox": [list(site.bbox)], "crs": crs.CRS84}},
            "crs": list(crs.offered(site)),
            "storageCrs": crs.CRS84,
        }
    return described


def features(found: Sequence[Feature], uri: str) -> list[dict[str, Any]]:
    """Write features as GeoJSON with coordinates in `uri`."""
    placed = [one for one in found if one.geometry is not None and not one.geometry.is_empty]
    turned = crs.written([one.geometry for one in placed if one.geometry is not None], uri)
    decimals = DEGREE_DECIMALS if uri == crs.CRS84 or uri in crs.GEOGRAPHIC else METRE_DECIMALS
    geometries = {
        one.id: rounded_mapping(geometry, decimals)
        for one, geometry in zip(placed, turned, strict=True)
    }
    return [
        {
            "type": "Feature",
            "id": one.id,
            "geometry": geometries.get(one.id),
            "properties": properties(one),
        }
        for one in found
    ]


def properties(feature: Feature) -> dict[str, Any]:
    """The feature's fields as JSON holds them; its id stands beside them."""
    return {name: _plain(value) for name, value in feature.properties.items() if name != "id"}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def moment(value: datetime) -> str:
    """A moment as RFC 3339 in UTC, to the millisecond."""
    written = value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{written}Z"
