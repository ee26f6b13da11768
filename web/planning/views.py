"""The planner's pages: scenarios and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify

from gisapp.accounts.exports import Export, Way
from gisapp.jobs import Job, cancel
from gisapp.messages import translate
from gisapp.planning.comparing import CHANGES
from gisapp.planning.conditions import conditions_of
from gisapp.planning.coverage import STATES
from gisapp.planning.demands import area_names, demands
from gisapp.planning.fix_measures import MEASURES
from gisapp.planning.layers import PREFIX
from gisapp.planning.losses import EACH
from gisapp.planning.models import STUDIES, Scenario, ScenarioResult, Study
from gisapp.planning.result_files import FORMATS, result_file
from gisapp.planning.running import ask_for, jobs_of
from gisapp.planning.scenarios import (
    QUESTIONS,
    change_scenario,
    content_of,
    find_scenario,
    is_current,
    last_result,
    make_scenario,
    results_of,
    retire_scenario,
    scenarios,
)
from gisapp.planning.service_areas import SPLITS
from gisapp.planning.sites import BY_BUDGET, MODELS
from gisapp.planning.standards import CLOCKS, standards_of
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES, VEHICLE_PROFILES
from gisapp.rights import Right
from gisapp.schema.values import Json
from gisapp.store import Session
from web import parameters
from web.access import in_menu, needs
from web.context import actor, language, site_app
from web.downloads import file, record
from web.map.page import side_map
from web.pages import choices, render_page

blueprint = Blueprint("planning", __name__)

FIELDS = ("study", "name", "note", "parameters", "seed")
MOST_SEED = 2**31 - 1


@blueprint.get("/planning")
@in_menu("planning", 28)
@needs(Right.VIEW)
def index() -> str:
    """All scenarios, and the form of a new one."""
    lang = language()
    return render_page(
        "planning/index.html",
        words=("planning.", "sketch."),
        config={
            **side_map(site_app().site, lang),
            "may": sorted(actor().rights),
            "studies": choices({one: STUDIES[one] for one in QUESTIONS}, lang),
            "models": [
                {**one, "by_budget": one["code"] in BY_BUDGET}
                for one in choices({one.value: MODELS[one] for one in MODELS}, lang)
            ],
            "measures": choices({one.value: MEASURES[one] for one in MEASURES}, lang),
            "splits": choices(SPLITS, lang),
            "each": choices({one.value: EACH[one] for one in EACH}, lang),
            "registers": choices(
                {code: label for code, label in demands().items() if code in KINDS}, lang
            ),
            "standards": [
                {**one.model_dump(mode="json"), "label": one.name.in_(lang)}
                for one in standards_of(site_app().site).values()
            ],
            "demands": choices(demands(), lang),
            "layerPrefix": PREFIX,
            "capabilities": choices(CAPABILITIES, lang),
            "vehicles": choices(VEHICLE_PROFILES, lang),
            "conditions": [
                {**one.model_dump(mode="json"), "label": one.name.in_(lang)}
                for one in conditions_of(site_app().site).values()
            ],
            "clocks": choices(CLOCKS, lang),
        },
    )


@blueprint.get("/planning/<scenario_id>")
@needs(Right.VIEW)
def scenario(scenario_id: str) -> str:
    """One scenario with its last result: map, figures, tables."""
    app, lang = site_app(), language()
    with app.store.session() as session:
        row = find_scenario(session, scenario_id)
    return render_page(
        "planning/scenario.html",
        words=("planning.",),
        row=row,
        config={
            **side_map(app.site, lang),
            "may": sorted(actor().rights),
            "scenario": row.id,
            "formats": list(FORMATS),
            "states": {state: label.in_(lang) for state, label in STATES.items()},
            "changes": {code: label.in_(lang) for code, label in CHANGES.items()},
            "measures": {one.value: MEASURES[one].in_(lang) for one in MEASURES},
        },
    )


@blueprint.get("/planning/<scenario_id>/result.<ending>")
@needs(Right.EXPORT)
def result(scenario_id: str, ending: str) -> Response:
    """The last result of a scenario as a workbook, document, GeoPackage or notebook."""
    if ending not in FORMATS:
        abort(404)
    with site_app().store.session() as session:
        row = find_scenario(session, scenario_id)
        content, records = result_file(
            session, row, last_result(session, scenario_id), ending, language()
        )
    record(Export(way=Way.SCENARIO, subject=row.id, format=ending, records=records, contacts=False))
    return file(content, f"{row.id}-{row.name}.{ending}", mimetype=FORMATS[ending])


@blueprint.get("/api/scenarios")
@needs(Right.VIEW)
def listed() -> Response:
    """All scenarios, the newest first, with how far their computing is."""
    with site_app().store.session() as session:
        jobs = jobs_of(session)
        found = [_row(row, result, jobs.get(row.id)) for row, result in scenarios(session)]
    return jsonify(scenarios=found)


@blueprint.get("/api/scenarios/<scenario_id>")
@needs(Right.VIEW)
def one(scenario_id: str) -> Response:
    """A scenario, and what came of it: None before it was computed."""
    with site_app().store.session() as session:
        row = find_scenario(session, scenario_id)
        results = results_of(session, scenario_id)
        told = _row(row, results[0] if results else None, jobs_of(session).get(row.id))
        content = _for_a_page(content_of(last_result(session, scenario_id))) if results else None
        areas = area_names(session, language())
    return jsonify(**told, parameters=row.parameters, content=content, areas=areas)


def _for_a_page(content: dict[str, Json]) -> dict[str, Json]:
    """Leave out what only files need: outlines to the millimetre."""
    content.pop("shapes", None)
    return content


@blueprint.post("/api/scenarios")
@needs(Right.PLAN)
def make() -> tuple[Response, int]:
    """Keep a question under a name and have it computed."""
    asked = parameters.body()
    parameters.require_known(asked, FIELDS)
    study = parameters.choice(asked, "study", [one.value for one in Study])
    with site_app().store.session(write=True) as session:
        row = make_scenario(session, actor(), study=study, **_said(asked))
        job = ask_for(session, actor(), row.id)
        return jsonify(_row(row, None, job)), 201


@blueprint.post("/api/scenarios/<scenario_id>")
@needs(Right.PLAN)
def change(scenario_id: str) -> Response:
    """Change what a scenario asks."""
    asked = parameters.body()
    parameters.require_known(asked, (*FIELDS[1:], "version"))
    version = parameters.integer(asked, "version", low=1, high=parameters.MAX_SERIAL)
    with site_app().store.session(write=True) as session:
        row = change_scenario(session, actor(), scenario_id, version=version, **_said(asked))
        return jsonify(_row(row, _last(session, row), jobs_of(session).get(row.id)))


@blueprint.post("/api/scenarios/<scenario_id>/compute")
@needs(Right.PLAN)
def compute(scenario_id: str) -> tuple[Response, int]:
    """Have a scenario computed on the data as they are now."""
    with site_app().store.session(write=True) as session:
        job = ask_for(session, actor(), scenario_id)
        return jsonify(job=_job(job)), 202


@blueprint.post("/api/scenarios/<scenario_id>/cancel")
@needs(Right.PLAN)
def call_off(scenario_id: str) -> Response:
    """Call the computing of a scenario off."""
    with site_app().store.session(write=True) as session:
        job = jobs_of(session).get(find_scenario(session, scenario_id).id)
        if job is not None and not job.is_over:
            job = cancel(session, actor(), job.id)
        return jsonify(job=_job(job))


@blueprint.post("/api/scenarios/<scenario_id>/retire")
@needs(Right.PLAN)
def retire(scenario_id: str) -> Response:
    """Put a scenario away."""
    asked = parameters.body()
    parameters.require_known(asked, ("version",))
    version = parameters.integer(asked, "version", low=1, high=parameters.MAX_SERIAL)
    with site_app().store.session(write=True) as session:
        retire_scenario(session, actor(), scenario_id, version=version)
    return jsonify(id=scenario_id)


def _said(asked: Mapping[str, Any]) -> dict[str, Any]:
    given = asked.get("parameters")
    return {
        "name": parameters.text(asked, "name"),
        "note": parameters.text(asked, "note", default=""),
        "parameters": given if isinstance(given, dict) else {},
        "seed": parameters.integer(asked, "seed", low=0, high=MOST_SEED, default=0),
    }


def _last(session: Session, row: Scenario) -> ScenarioResult | None:
    return next(iter(results_of(session, row.id)), None)


def _row(row: Scenario, result: ScenarioResult | None, job: Job | None) -> dict[str, Json]:
    return {
        "id": row.id,
        "study": row.study,
        "study_label": STUDIES[Study(row.study)].in_(language()),
        "name": row.name,
        "note": row.note,
        "seed": row.seed,
        "version": row.version,
        "made_at": row.made_at.isoformat(),
        "updated_by": row.updated_by,
        "result": _result(row, result),
        "job": _job(job),
    }


def _result(row: Scenario, result: ScenarioResult | None) -> dict[str, Json] | None:
    if result is None:
        return None
    return {
        "computed_at": result.computed_at.isoformat(),
        "computed_by": result.computed_by,
        "seconds": result.seconds,
        "is_current": is_current(row, result),
        "parameters": result.parameters,
        "last_event": result.last_event,
        "roads_sha256": result.roads_sha256,
        "figures": result.figures,
    }


def _job(job: Job | None) -> dict[str, Json] | None:
    if job is None:
        return None
    lang = language()
    said = (job.error, job.error_params) if job.error else (job.message, job.message_params)
    return {
        "id": job.id,
        "state": job.state,
        "label": translate(f"jobs.state.{job.state}", lang),
        "done": job.done,
        "total": job.total,
        "cancel_asked": job.cancel_asked,
        "text": translate(said[0], lang, **(said[1] or {})) if said[0] else "",
    }
