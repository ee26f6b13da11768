"""A drill's page: what everybody may know of it, and for its staff what it plays."""

from __future__ import annotations

from flask import Response, jsonify, request

from gisapp.accounts.exports import Export, Way
from gisapp.drills.design.reading import script_told
from gisapp.drills.design.reckoning import reckon_script
from gisapp.drills.design.vocabulary import (
    CHANNELS,
    EFFECTS,
    EXTENTS,
    SOURCES,
    STATES,
    TIMINGS,
)
from gisapp.drills.design.writing import write_script
from gisapp.drills.documents.kinds import DOCUMENTS
from gisapp.drills.documents.writing import document
from gisapp.drills.packets.packet import controllers_packet, player_packet
from gisapp.drills.packets.receivers import headquarters_in
from gisapp.drills.programme.drills import find_drill
from gisapp.drills.programme.reading import drill_told, names_of_units
from gisapp.drills.programme.staff import PLAYING, is_staff
from gisapp.drills.programme.vocabulary import ROLES, Organiser
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.planning.conditions import conditions_of
from gisapp.registers.attachments import DOCX
from gisapp.registers.kinds import HAZARD_KINDS, KINDS
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.rights import Right
from gisapp.schema.values import Json
from web import parameters
from web.access import needs, takes_file
from web.assets import STATIC
from web.context import actor, language, site_app
from web.downloads import file, record
from web.drills.views import blueprint
from web.map.page import side_map
from web.pages import choices, render_page

MOST_BYTES = 2 * 1024 * 1024
"""Of a script: hundreds of injects with their words and areas."""
_PLACES = {one.name: one.label for one in KINDS.values() if one.geometry == "POINT"}


@blueprint.get("/drills/<drill_id>")
@needs(Right.VIEW)
def drill_page(drill_id: str) -> str:
    """A drill; its scenario and events list for those who may know them."""
    lang, app = language(), site_app()
    with app.store.session() as session:
        row = find_drill(session, drill_id)
        names = names_of_units(session)
        drill = drill_told(row, lang, names)
        staff = is_staff(actor(), row)
        packets = [
            {"code": code, "name": named.in_(lang) if named else code}
            for code in headquarters_in(row)
            for named in [names.get((Organiser.HEADQUARTERS, code))]
        ]
    config: dict[str, Json] = {
        "may": sorted(actor().rights),
        "drill": drill,
        "staff": staff,
        "roles": choices(ROLES, lang),
        "playing": sorted(PLAYING),
    }
    if staff:
        config |= {
            "sources": choices(SOURCES, lang),
            "extents": choices(EXTENTS, lang),
            "channels": choices(CHANNELS, lang),
            "timings": choices(TIMINGS, lang),
            "states": choices(STATES, lang),
            "effects": choices(EFFECTS, lang),
            "capabilities": choices(CAPABILITIES, lang),
            "eventKinds": choices({one.code: one.label for one in EVENT_KINDS.values()}, lang),
            "weathers": choices(
                {code: one.name for code, one in conditions_of(app.site).items()}, lang
            ),
            "places": choices(_PLACES, lang),
            "hazards": choices({kind: _PLACES[kind] for kind in HAZARD_KINDS}, lang),
            **side_map(app.site, lang),
        }
    documents = [
        {"code": kind, "label": one.label.in_(lang), "for_staff": one.for_staff}
        for kind, one in DOCUMENTS.items()
        if actor().may(Right.EXPORT) and (staff or not one.for_staff)
    ]
    return render_page(
        "drills/drill.html",
        words=("design.", "sketch."),
        config=config,
        drill=drill,
        staff=staff,
        documents=documents,
        packets=packets if staff and actor().may(Right.EXPORT) else None,
    )


@blueprint.get("/drills/<drill_id>/<kind>.docx")
@needs(Right.EXPORT)
def drill_document(drill_id: str, kind: str) -> Response:
    """A document of a drill; those that tell what is played for its staff alone."""
    app = site_app()
    with app.store.session() as session:
        content, name = document(
            session, actor(), drill_id, kind, language(), zone=app.site.time_zone
        )
    record(Export(way=Way.PLAN, subject=f"drills/{drill_id}/{kind}", format="docx", records=1,
                  contacts=False))  # fmt: skip
    return file(content, f"{name}.docx", mimetype=DOCX)


@blueprint.get("/drills/<drill_id>/packet.html")
@needs(Right.EXPORT)
def packet(drill_id: str) -> Response:
    """The offline packet of the players of a headquarters, else of the controllers."""
    app, lang, code = site_app(), language(), request.args.get("headquarters", "")
    zone, vendor_dir = app.site.time_zone, STATIC / "vendor"
    with app.store.session() as session:
        if code:
            page = player_packet(
                app, session, actor(), drill_id, code, lang, zone=zone, vendor_dir=vendor_dir
            )
        else:
            page = controllers_packet(
                app, session, actor(), drill_id, lang, zone=zone, vendor_dir=vendor_dir
            )
    subject = f"drills/{drill_id}/packet/{code}".rstrip("/")
    # One drill: everybody may read the log, and how many injects there are is not told.
    record(Export(way=Way.PLAN, subject=subject, format="html", records=1, contacts=False))
    name = f"drill-{drill_id}-{code or 'controllers'}.html"
    return file(page.encode(), name, mimetype="text/html")


@blueprint.get("/api/drills/<drill_id>/script")
@needs(Right.VIEW)
def script(drill_id: str) -> Response:
    """What a drill plays, for its staff."""
    with site_app().store.session() as session:
        return jsonify(script_told(session, actor(), drill_id, language()))


@blueprint.post("/api/drills/<drill_id>/script")
@takes_file(MOST_BYTES)
@needs(Right.MANAGE_DRILLS)
def script_written(drill_id: str) -> Response:
    """Write what a drill plays, whole."""
    asked = parameters.body()
    parameters.require_known(asked, ("version", "script"))
    version = parameters.integer(asked, "version", low=0, high=parameters.MAX_SERIAL)
    given = parameters.part(asked, "script", ("scenario", "injects", "arrangements")) or {}
    with site_app().store.session(write=True) as session:
        write_script(session, actor(), drill_id, given, version=version)
        return jsonify(script_told(session, actor(), drill_id, language()))


@blueprint.post("/api/drills/<drill_id>/script/reckon")
@needs(Right.MANAGE_DRILLS)
def script_reckoned(drill_id: str) -> Response:
    """Reckon what a script does, whether it can be solved, and how hard it is."""
    asked = parameters.body()
    parameters.require_known(asked, ("version",))
    version = parameters.integer(asked, "version", low=1, high=parameters.MAX_SERIAL)
    app = site_app()
    reckon_script(app, actor(), drill_id, version=version)
    with app.store.session() as session:
        return jsonify(script_told(session, actor(), drill_id, language()))
