"""What the map page is made of before its script starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import render_template

from gisapp.incidents.coordinates import Spot
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.kinds import KINDS, law_of
from gisapp.incidents.whereabouts import is_outside, whereabouts
from gisapp.registers import queries
from gisapp.registers.search import Found
from gisapp.registers.vocabulary import CAPABILITIES, VEHICLE_PROFILES
from gisapp.site import Site
from gisapp.store import Session
from layers.shell import console_page
from web.context import actor
from web.identity import csrf_token
from web.map.catalogue import CATALOGUE, SYMBOL_LAYERS
from web.pages import messages, shell, word

if TYPE_CHECKING:
    from gisapp.bootstrap import App

FIRST_ZOOM = 9
DEFAULT_NEED = "rescue"
DEFAULT_K = 5
ISOCHRONE_MINUTES = (10, 20, 30)

MODULES = (
    "api",
    "areas",
    "basemap",
    "canvas",
    "closures",
    "controls",
    "cut_off",
    "dispatch",
    "dom",
    "drafts",
    "draw",
    "extent",
    "following",
    "gestures",
    "happening",
    "i18n",
    "isochrones",
    "layers",
    "legend",
    "limits",
    "measure",
    "menu",
    "moving",
    "ordering",
    "others",
    "overlay",
    "placement",
    "popup",
    "room",
    "routes",
    "search",
    "sheet",
    "state",
    "symbols",
    "theme",
    "units_out",
    "units_seen",
)
"""Modules that ``main.js`` needs at once; a test holds the list to the folder."""


def console(app: App, lang: str, theme: str, assets: str) -> str:
    """The page of the command-centre map, with its configuration in it."""
    site, words = app.site, messages(lang)
    with app.store.session() as session:
        empty = [spec.id for spec in SYMBOL_LAYERS if not queries.count(session, spec.id)]
        home = _home(session) or site.bbox
    config: dict[str, Any] = {
        "lang": lang,
        "messages": words,
        "drawing": CATALOGUE.describe(lang),
        "empty": empty,
        "site": {
            "name": site.name.in_(lang),
            "bbox": site.bbox,
            "home": home,
            "timeZone": site.time_zone,
            "synthetic": site.synthetic,
            "note": site.note.in_(lang),
            "attribution": site.attribution,
        },
        "needs": [{"code": code, "label": label.in_(lang)} for code, label in CAPABILITIES.items()],
        "vehicles": [
            {"code": name, "label": label.in_(lang)} for name, label in VEHICLE_PROFILES.items()
        ],
        "kinds": [
            {
                "code": kind.code,
                "label": kind.label.in_(lang),
                "asks": kind.production_asked,
                "is_forest_fire": law_of(kind, None) == "forest_fire",
            }
            for kind in KINDS.values()
        ],
        "circumstances": {
            name: {"label": one.label.in_(lang), "article": one.article.in_(lang)}
            for name, one in CIRCUMSTANCES.items()
        },
        "defaults": {"need": DEFAULT_NEED, "k": DEFAULT_K, "minutes": ISOCHRONE_MINUTES},
        "may": sorted(actor().rights),
        "maxProposals": app.settings.max_proposals,
    }
    return console_page(
        assets=assets,
        title=f"{site.name.in_(lang)} · {words['title']}",
        lang=lang,
        theme=theme,
        center=site.center,
        zoom=FIRST_ZOOM,
        config=config,
        chrome=render_template("console.html", **shell()),
        modules=MODULES,
        meta={"csrf-token": csrf_token()},
    )


def side_map(site: Site, lang: str) -> dict[str, Any]:
    """What a map beside a list, a form or a wall is told (``minimap.js``)."""
    longitude, latitude = site.center
    return {
        "drawing": CATALOGUE.describe(lang),
        "map": {"center": [latitude, longitude], "zoom": FIRST_ZOOM, "preferCanvas": True},
        "site": {
            "name": site.name.in_(lang),
            "bbox": site.bbox,
            "home": site.bbox,
            "timeZone": site.time_zone,
            "synthetic": site.synthetic,
            "attribution": site.attribution,
        },
    }


def _home(session: Session) -> list[float] | None:
    """The extent of the first view: the site's areas, where it has any."""
    areas = queries.features(session, "area")
    return [float(edge) for edge in areas.total_bounds] if len(areas) else None


def name_of(record: Mapping[str, Any], lang: str) -> str:
    """Name of a record in `lang`, else its only name."""
    english = record.get("name_en") if lang != "zh" else None
    return str(english or record.get("name") or record.get("id"))


def search_row(found: Found, counties: Mapping[str, str], lang: str) -> dict[str, Any]:
    """One line under the search box."""
    english = found.name_en if lang != "zh" else None
    return {
        "kind": found.kind,
        "kind_label": CATALOGUE.layer(found.kind).label.in_(lang),
        "id": found.id,
        "name": english or found.name,
        "context": counties.get(found.county or "", "") if found.kind != "area" else "",
        "x": found.x,
        "y": found.y,
    }


def spot_row(session: Session, spot: Spot, lang: str) -> dict[str, Any]:
    """One line under the search box: a point somebody wrote, in the system it is read in."""
    where = whereabouts(session, spot.x, spot.y)
    outside = is_outside(session, where)
    return {
        "kind": "coordinates",
        "kind_label": spot.label(lang),
        "id": spot.system,
        "name": f"{spot.x:.5f}, {spot.y:.5f}",
        "context": word("search.outside", lang) if outside else where.text(lang),
        "outside": outside,
        "given": spot.to_dict(lang),
        "x": spot.x,
        "y": spot.y,
    }
