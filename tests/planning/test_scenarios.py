"""Scenarios are kept, computed by a job, reproducible, and never overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.errors import GisAppError
from gisapp.events import Event
from gisapp.jobs import Job, Worker
from gisapp.nightly import KINDS
from gisapp.planning.models import Scenario, ScenarioResult
from gisapp.planning.running import NAME, ask_for
from gisapp.planning.scenarios import (
    KEPT_RESULTS,
    change_scenario,
    content_of,
    find_scenario,
    last_result,
    make_scenario,
    retire_scenario,
    scenarios,
)
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Role, system_actor
from tests.planning.test_coverage import FIRE


def somebody(login: str, role: Role) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


PLANNER = somebody("planner", Role.PLANNER)


def made(app: App, actor: Actor = PLANNER, **given: Any) -> Scenario:
    asked = {"study": "coverage", "name": "消防五分钟", "parameters": {"standard": FIRE}} | given
    with app.store.session(write=True) as session:
        return make_scenario(session, actor, **asked)


def computed(app: App, scenario_id: str) -> list[Job]:
    with app.store.session(write=True) as session:
        ask_for(session, PLANNER, scenario_id)
    worker = Worker(app, {NAME: KINDS[NAME]}, actor=system_actor("server"))
    return list(worker.run_due())


def refused(code: str, act: Any, *given: Any, **named: Any) -> None:
    with pytest.raises(GisAppError) as raised:
        act(*given, **named)
    assert raised.value.code == code


def test_computed_twice_on_the_same_data_it_is_the_same(tiny_apps: App) -> None:
    """Whatever job computes it: the content is alike byte by byte, and says of which data."""
    row = made(tiny_apps)
    results = []
    for _ in range(2):
        (job,) = computed(tiny_apps, row.id)
        assert job.state == "done", job.error_params
        with tiny_apps.store.session() as session:
            results.append(last_result(session, row.id))
    one, other = results
    assert one.content == other.content
    assert one.roads_sha256 == other.roads_sha256
    assert one.scenario_version == 1
    content = content_of(other)
    assert one.figures["places"] == len(content["places"]["id"])  # type: ignore[call-overload, index, arg-type]
    assert content["curve"]["minutes"][:2] == [1, 2]  # type: ignore[call-overload, index]
    with tiny_apps.store.session() as session:
        told = [one.what for one in session.scalars(select(Event).where(Event.kind == "scenario"))]
        listed = scenarios(session)
    assert told == ["insert"]
    assert [(one.id, result is not None) for one, result in listed] == [(row.id, True)]


def test_only_the_last_results_are_kept(tiny_app: App) -> None:
    row = made(tiny_app)
    for _ in range(KEPT_RESULTS + 2):
        computed(tiny_app, row.id)
    with tiny_app.store.session() as session:
        kept = session.scalars(select(ScenarioResult.fid)).all()
    assert len(kept) == KEPT_RESULTS
    assert min(kept) == 3


def test_what_was_changed_meanwhile_is_not_answered(tiny_app: App) -> None:
    """A result belongs to the version that was asked for; the job says so instead of keeping it."""
    row = made(tiny_app)
    with tiny_app.store.session(write=True) as session:
        ask_for(session, PLANNER, row.id)
        change_scenario(
            session, PLANNER, row.id, version=1, name="别的", parameters={"standard": FIRE}
        )
    worker = Worker(tiny_app, {NAME: KINDS[NAME]}, actor=system_actor("server"))
    (job,) = worker.run_due()
    assert (job.state, job.error) == ("failed", "scenario.changed_meanwhile")
    with tiny_app.store.session() as session:
        refused("scenario.no_result", last_result, session, row.id)


def test_changes_and_putting_away(tiny_apps: App) -> None:
    row = made(tiny_apps)
    with tiny_apps.store.session(write=True) as session:
        changed = change_scenario(
            session, PLANNER, row.id, version=1, name=" 新名 ",
            parameters={"standard": {**FIRE, "limit_min": 9}},
        )  # fmt: skip
        assert (changed.name, changed.version) == ("新名", 2)
    with tiny_apps.store.session(write=True) as session:
        refused(
            "scenario.taken", change_scenario, session, PLANNER, row.id, version=1, name="x",
            parameters={"standard": FIRE},
        )  # fmt: skip
    with tiny_apps.store.session(write=True) as session:
        retire_scenario(session, PLANNER, row.id, version=2)
    with tiny_apps.store.session() as session:
        refused("scenario.unknown", find_scenario, session, row.id)
        told = [one.what for one in session.scalars(select(Event).where(Event.kind == "scenario"))]
    assert told == ["insert", "update", "retire"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "  "}, "scenario.bad_name"),
        ({"name": "a\u202eb"}, "scenario.bad_name"),
        ({"name": "长" * 81}, "scenario.bad_name"),
        ({"study": "dance"}, "scenario.bad_parameters"),
        ({"parameters": {}}, "scenario.bad_parameters"),
        ({"parameters": {"standard": {**FIRE, "limit_min": 0}}}, "scenario.bad_parameters"),
        ({"parameters": {"standard": {**FIRE, "due": 99}}}, "scenario.bad_parameters"),
        ({"parameters": {"standard": FIRE, "dance": 1}}, "scenario.bad_parameters"),
    ],
)
def test_refuses(tiny_app: App, given: dict[str, Any], code: str) -> None:
    refused(code, made, tiny_app, **given)


def test_needs_the_right_to_plan(tiny_app: App) -> None:
    viewer = somebody("viewer", Role.VIEWER)
    with pytest.raises(ForbiddenError):
        made(tiny_app, viewer)
    row = made(tiny_app)
    with tiny_app.store.session(write=True) as session:
        for act, named in (
            (ask_for, {}),
            (retire_scenario, {"version": 1}),
            (change_scenario, {"version": 1, "name": "x", "parameters": {"standard": FIRE}}),
        ):
            with pytest.raises(ForbiddenError):
                act(session, viewer, row.id, **named)  # type: ignore[operator]
