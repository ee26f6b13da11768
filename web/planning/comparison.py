"""Two scenarios side by side: figures, counties, and every place on a map of what changes."""

from __future__ import annotations

from flask import Response, jsonify

from gisapp.accounts.exports import Export, Way
from gisapp.planning.comparing import CHANGES, compare_scenarios
from gisapp.planning.demands import area_names
from gisapp.planning.scenarios import find_scenario
from gisapp.planning.sheets import comparison_sheets
from gisapp.planning.tables import columns, workbook
from gisapp.rights import Right
from web.access import needs
from web.context import actor, language, site_app
from web.downloads import record
from web.downloads import workbook as sent
from web.map.page import side_map
from web.pages import render_page
from web.planning.views import blueprint


@blueprint.get("/planning/<scenario_id>/compared/<other_id>")
@needs(Right.VIEW)
def compared(scenario_id: str, other_id: str) -> str:
    """Two scenarios with their last results side by side."""
    app, lang = site_app(), language()
    with app.store.session() as session:
        rows = [find_scenario(session, one) for one in (scenario_id, other_id)]
    return render_page(
        "planning/compared.html",
        words=("planning.",),
        rows=rows,
        config={
            **side_map(app.site, lang),
            "may": sorted(actor().rights),
            "compared": [one.id for one in rows],
            "changes": {code: label.in_(lang) for code, label in CHANGES.items()},
        },
    )


@blueprint.get("/api/scenarios/<scenario_id>/compared/<other_id>")
@needs(Right.VIEW)
def comparison(scenario_id: str, other_id: str) -> Response:
    """What changes from the last result of one scenario to that of another."""
    with site_app().store.session() as session:
        pair = compare_scenarios(session, scenario_id, other_id)
        areas = area_names(session, language())
    return jsonify(
        scenarios=[
            {
                "id": row.id,
                "name": row.name,
                "computed_at": result.computed_at.isoformat(),
                "figures": result.figures,
            }
            for row, result in zip(pair.rows, pair.results, strict=True)
        ],
        counts={
            change: {"places": places, "people": round(people)}
            for change, (places, people) in pair.found.counts().items()
        },
        places=columns(pair.found.places),
        counties=columns(pair.found.counties),
        only=[pair.found.only_one, pair.found.only_other],
        areas=areas,
    )


@blueprint.get("/planning/<scenario_id>/compared/<other_id>/result.xlsx")
@needs(Right.EXPORT)
def comparison_file(scenario_id: str, other_id: str) -> Response:
    """Two scenarios side by side as a workbook."""
    lang = language()
    with site_app().store.session() as session:
        pair = compare_scenarios(session, scenario_id, other_id)
        sheets = comparison_sheets(session, pair, lang)
    records = sum(len(sheet.rows) for sheet in sheets)
    subject = f"{scenario_id}/{other_id}"
    record(
        Export(way=Way.SCENARIO, subject=subject, format="xlsx", records=records, contacts=False)
    )
    return sent(workbook(sheets), f"{scenario_id}-{other_id}.xlsx")
