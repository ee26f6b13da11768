"""The page of copies and their conflicts; forms without scripts."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from gisapp.errors import InputError
from gisapp.exchange.copying import copies_taken, export_copy
from gisapp.exchange.deciding import Conflict, Side, conflicts, decide, open_count
from gisapp.exchange.merging import MergeOutcome, merge_copy
from gisapp.exchange.threeway import GEOMETRY
from gisapp.messages import translate
from gisapp.registers import KINDS
from gisapp.registers.counties import county_choices, county_names
from gisapp.rights import Right
from web import parameters
from web.access import in_menu, needs, takes_file
from web.context import actor, language, site_app
from web.pages import messages, render_page

blueprint = Blueprint("exchange", __name__)

SHOWN = 200
"""Conflicts and copies on the page at once."""

LONGEST_VALUE = 120
GEOPACKAGE = "application/geopackage+sqlite3"


@blueprint.get("/exchange")
@in_menu("exchange", 60)
@needs(Right.EXPORT)
def index() -> str:
    """Copies, and the conflicts that wait for a decision."""
    return _page(None)


@blueprint.post("/exchange/copies")
@needs(Right.EXPORT)
def take_copy() -> Response:
    """Hand out a county's own copy."""
    county = parameters.text(request.form, "county", longest=6)
    with tempfile.TemporaryDirectory() as folder:
        copied = export_copy(site_app().store, Path(folder) / "copy.gpkg", county, actor=actor())
        # A county's records are some megabytes: read whole, so that no file outlives the request.
        response = Response(copied.path.read_bytes(), mimetype=GEOPACKAGE)
    name = f"county-{copied.county}-{copied.id}.gpkg"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/exchange/merge")
@takes_file(256 * 1024 * 1024)
@needs(Right.IMPORT)
def merge() -> str:
    """Merge a copy back, or tell what that would do."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise InputError("web.missing", name="file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload.gpkg"
        given.save(path)
        given.close()
        outcome = merge_copy(
            site_app().store, path, actor=actor(), dry_run="dry_run" in request.form
        )
    return _page(outcome)


@blueprint.post("/exchange/conflicts/<int:number>")
@needs(Right.IMPORT)
def settle(number: int) -> AnyResponse:
    """Decide one conflict."""
    side = cast("Side", parameters.text(request.form, "side", longest=10))
    seen = _seen(request.form.get("seen", ""))
    with site_app().store.session(write=True) as session:
        decide(session, actor(), number, side, seen=seen)
    return redirect(url_for("exchange.index"), code=303)


def _seen(written: str) -> dict[str, Any] | None:
    try:
        seen = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return seen if isinstance(seen, dict) else None


def _page(outcome: MergeOutcome | None) -> str:
    lang, who, zone = language(), actor(), ZoneInfo(site_app().site.time_zone)
    with site_app().store.session() as session:
        found = conflicts(session, actor=who, limit=SHOWN)
        waiting = open_count(session, actor=who)
        counties = county_names(session, lang)
        mine = county_choices(session, lang, own=who.county)
        copies = copies_taken(session, county=who.county, limit=SHOWN)

    def minute(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    return render_page(
        "exchange/index.html",
        counties=counties,
        mine=mine,
        copies=copies,
        minute=minute,
        conflicts=[_row(one, lang) for one in found],
        waiting=waiting,
        may_merge=who.may(Right.IMPORT),
        outcome=outcome,
        told=None if outcome is None else outcome.to_dict(lang),
        kinds={kind.name: kind.label.in_(lang) for kind in KINDS.values()},
    )


def _row(conflict: Conflict, lang: str) -> dict[str, Any]:
    sides = {
        side: _lines(conflict, getattr(conflict, side), lang) for side in ("base", "ours", "theirs")
    }
    return {
        "number": conflict.number,
        "kind": KINDS[conflict.kind].label.in_(lang),
        "id": conflict.record_id,
        "name": conflict.name,
        "cause": translate(f"exchange.cause.{conflict.cause}", lang),
        "seen": json.dumps(conflict.ours, ensure_ascii=False),
        **sides,
    }


def _lines(conflict: Conflict, values: dict[str, Any] | None, lang: str) -> list[str]:
    """One side of a conflict for a person: a line per field."""
    if values is None:
        return [messages(lang)["exchange.absent"]]
    kind = KINDS[conflict.kind]
    lines = []
    for name, value in values.items():
        described = next((item for item in kind.fields if item.name == name), None)
        label = described.label.in_(lang) if described else messages(lang)[f"exchange.field.{name}"]
        choices = (described.choices if described else None) or {}
        lines.append(f"{label}: {_value(name, value, choices, lang)}")
    return lines


def _value(name: str, value: Any, choices: Any, lang: str) -> str:  # noqa: ANN401 - of any field
    def named(code: object) -> str:
        return choices[str(code)].in_(lang) if str(code) in choices else str(code)

    if value is None or value in ([], {}):
        return "—"
    if isinstance(value, dict):
        return " ".join(f"{named(code)}×{number}" for code, number in value.items())
    if isinstance(value, list):
        return " ".join(named(code) for code in value)
    text = str(value).removeprefix("POINT ") if name == GEOMETRY else named(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
