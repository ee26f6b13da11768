"""The pages of incidents: what is going on, and one of them."""

from __future__ import annotations

from gisapp.incidents.board import HANGING
from gisapp.incidents.command.vocabulary import CALL_STATES, MEANS
from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.figures import FIGURES
from gisapp.incidents.grading.rules import TIMES
from gisapp.incidents.intake import KIND, find_incident
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES, NEXT, PERSON_ROLES
from gisapp.registers.kinds import HAZARD_MODELS
from gisapp.rights import Right
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.incidents.views import blueprint
from web.map.page import side_map
from web.pages import render_page

WORDS = (
    "applying.",
    "closure.", "collision.", "command.", "incidents.", "order.no", "order.yes", "persons.",
    "responses.", "units_out.",
)  # fmt: skip


@blueprint.get("/incidents")
@in_menu("incidents", 15)
@needs(Right.VIEW)
def incident_list() -> str:
    """The board: what is open, with its grades, clocks and units."""
    lang = language()
    return render_page(
        "incidents/index.html",
        words=WORDS,
        config={
            "may": sorted(actor().rights),
            "follows": [KIND, *HANGING],
            "states": {code: label.in_(lang) for code, label in ASSIGNMENT_STATES.items()},
        },
    )


@blueprint.get("/wall")
@in_menu("wall", 16)
@needs(Right.VIEW)
def wall() -> str:
    """The wall of the command centre: the map and what is going on, without controls."""
    lang = language()
    beside = side_map(site_app().site, lang)
    return render_page(
        "incidents/wall.html",
        words=("incidents.", "wall.", "happening.", "units_out."),
        config={
            **beside,
            "may": sorted(actor().rights),
            "map": {**beside["map"], "zoomControl": False},
            "follows": [KIND, *HANGING],
            "states": {code: label.in_(lang) for code, label in ASSIGNMENT_STATES.items()},
        },
    )


@blueprint.get("/incidents/<incident_id>")
@needs(Right.VIEW)
def incident_page(incident_id: str) -> str:
    """One incident."""
    lang = language()
    with site_app().store.session() as session:
        title = find_incident(session, incident_id).title_in(lang)
    return render_page(
        "incidents/incident.html",
        words=WORDS,
        title=title,
        incident_id=incident_id,
        config={
            "may": sorted(actor().rights),
            "me": actor().who,
            "office": actor().office,
            "incident": incident_id,
            "follows": [KIND, *HANGING],
            "roles": {code: label.in_(lang) for code, label in PERSON_ROLES.items()},
            "hazards": {
                kind: model.described.label.in_(lang) for kind, model in HAZARD_MODELS.items()
            },
            "circumstances": {
                name: {"label": one.label.in_(lang), "article": one.article.in_(lang)}
                for name, one in CIRCUMSTANCES.items()
            },
            "figures": {name: label.in_(lang) for name, label in FIGURES.items()},
            "times": {name: label.in_(lang) for name, label in TIMES.items()},
            "states": {code: label.in_(lang) for code, label in ASSIGNMENT_STATES.items()},
            "callStates": {code: label.in_(lang) for code, label in CALL_STATES.items()},
            "means": {code: label.in_(lang) for code, label in MEANS.items()},
            "next": {code: sorted(following) for code, following in NEXT.items()},
        },
    )
