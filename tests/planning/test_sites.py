"""New sites are those that serve best: held against every choice, judged by coverage itself."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gisapp.bootstrap import App
from gisapp.errors import GisAppError
from gisapp.jobs.kinds import JobCancelledError
from gisapp.planning.answers import Moment, answer
from gisapp.planning.candidates import Candidates, candidates_of
from gisapp.planning.coverage import ground_of
from gisapp.planning.demands import demand_of
from gisapp.planning.models import Study
from gisapp.planning.sites import Sited, SitingStudy, find_sites
from gisapp.rights import system_actor
from gisapp.schema.values import Json
from routing import load
from tests.planning.test_coverage import FIRE, judged
from tests.tiny_site import A, B, C, D, E, F, P

ACTOR = system_actor("planner")
NOBODY = {**FIRE, "resources": {"capability": "fire", "ids": ["T1"]}, "clock": "drive"}
"""One team in the west serves; all seven are places to be covered."""
PLACES = dict(zip("ABCDEFP", (A, B, C, D, E, F, P), strict=True))
CANDIDATES = [{"id": name, "x": x, "y": y} for name, (x, y) in PLACES.items()]


def study_of(limit_min: float = 1.0, **asked: Any) -> SitingStudy:
    return SitingStudy.model_validate(
        {
            "standard": {**NOBODY, "limit_min": limit_min},
            "candidates": {"given": CANDIDATES},
            "weigh": "places",
            "gap": 0,
            **asked,
        }
    )


def sited(app: App, study: SitingStudy) -> Sited:
    with app.store.session() as session:
        ground = ground_of(app, session, ACTOR, study)
        return find_sites(session, ground, study, demand_of(session, study.standard.demand))


def names(found: Sited) -> list[str]:
    return [one.candidate.id for one in found.chosen]


def seconds_with(app: App, study: SitingStudy, chosen: tuple[str, ...]) -> np.ndarray:
    """When the first arrives everywhere, with some candidates as posts: by coverage itself."""
    posts = [one for one in CANDIDATES if one["id"] in chosen]
    found = judged(app, study.standard.model_dump(), changes={"added": posts})
    return found.places["total_s"].to_numpy()


def every_choice(number: int) -> list[tuple[str, ...]]:
    return list(itertools.combinations(PLACES, number))


@pytest.mark.parametrize("limit_min", [0.9, 2.2, 4.5])
@pytest.mark.parametrize("number", [1, 2])
def test_most_places_are_covered(tiny_app: App, limit_min: float, number: int) -> None:
    study = study_of(limit_min, new_sites=number)
    best = max(
        int((seconds_with(tiny_app, study, chosen) <= limit_min * 60).sum())
        for chosen in every_choice(number)
    )
    found = sited(tiny_app, study)
    assert len(found.chosen) == number
    assert found.solution.objective == best
    reached = seconds_with(tiny_app, study, tuple(names(found)))
    assert int((reached <= limit_min * 60).sum()) == best


def test_the_fewest_cover_whoever_can_be_covered(tiny_app: App) -> None:
    limit_s = 132.0
    study = study_of(limit_s / 60, model="lscp")
    can = seconds_with(tiny_app, study, tuple(PLACES)) <= limit_s
    fewest = next(
        number
        for number in range(len(PLACES) + 1)
        if any(
            (seconds_with(tiny_app, study, chosen) <= limit_s)[can].all()
            for chosen in every_choice(number)
        )
    )
    found = sited(tiny_app, study)
    assert (len(found.chosen), found.solution.objective) == (fewest, fewest)
    assert fewest > 0
    assert (~can).sum() == len(found.left_out)


def test_the_median_and_the_centre_are_the_best_of_all(tiny_app: App) -> None:
    for model, measure in (("p-median", np.sum), ("p-center", np.max)):
        study = study_of(model=model, new_sites=2)
        best = min(
            float(measure(times[np.isfinite(times)]))
            for times in (seconds_with(tiny_app, study, two) for two in every_choice(2))
            if np.isfinite(times).sum() >= 6  # both ends of the gap are served
        )
        assert sited(tiny_app, study).solution.objective == pytest.approx(best, abs=0.01)


def test_a_unit_more_goes_where_one_is_often_busy(tiny_app: App) -> None:
    study = study_of(3.0, model="mexclp", new_sites=2, busy=0.5)
    found = sited(tiny_app, study)
    assert sum(one.units for one in found.chosen) + sum(found.added.values()) == 2


def test_money_decides_where_it_is_asked_for(tiny_app: App) -> None:
    given = [{**one, "cost": 10.0 if one["id"] in "CD" else 3.0} for one in CANDIDATES]
    asked = {"candidates": {"given": given}, "new_sites": None}
    rich = sited(tiny_app, study_of(2.2, budget=13, **asked))
    poor = sited(tiny_app, study_of(2.2, budget=6, **asked))
    assert sum(one.candidate.cost for one in poor.chosen) <= 6
    assert poor.solution.objective <= rich.solution.objective
    with pytest.raises(GisAppError) as raised:
        sited(tiny_app, study_of(0.9, model="lscp", budget=1, **asked))
    assert raised.value.code == "siting.short_of_money"


def test_who_is_not_covered_for_want_of_room_is_named(tiny_app: App) -> None:
    given = [{**one, "capacity": 1} for one in CANDIDATES]
    with pytest.raises(GisAppError) as raised:
        sited(tiny_app, study_of(3.0, model="lscp", candidates={"given": given[3:4]}))
    assert raised.value.code == "siting.short_of_capacity"


@pytest.mark.parametrize(
    "asked",
    [
        {"standard": {**NOBODY, "due": 2}, "new_sites": 1},
        {"model": "lscp", "new_sites": 1},
        {"model": "mclp"},
        {"model": "mclp", "new_sites": 1, "budget": 1},
        {"model": "p-center", "budget": 1},
        {"model": "dance", "new_sites": 1},
        {"new_sites": 1, "vehicle": "balloon"},
        {"new_sites": 1, "candidates": {}},
        {"new_sites": 1, "candidates": {"kind": "lot"}},
        {"new_sites": 1, "candidates": {"given": [CANDIDATES[0], CANDIDATES[0]]}},
        {
            "new_sites": 1, "model": "bacop",
            "candidates": {"given": [{**CANDIDATES[0], "capacity": 1}]},
        },
    ],
)  # fmt: skip
def test_refuses_what_is_no_question(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        study_of(**asked)


def test_refuses_what_leads_nowhere(tiny_app: App) -> None:
    far = [{"id": "far", "x": 100.0, "y": 31.0}]
    for asked, code in (
        ({"candidates": {"kind": "village"}}, "planning.no_candidates"),
        ({"weigh": "people"}, "planning.nothing_to_site"),
        ({"candidates": {"given": far}}, "planning.nothing_to_site"),
    ):
        with pytest.raises(GisAppError) as raised:
            sited(tiny_app, study_of(new_sites=1, **asked))
        assert raised.value.code == code


def test_junctions_are_spread_and_at_most_as_many(tiny_app: App) -> None:
    network = load(tiny_app.roads_path)
    with tiny_app.store.session() as session:
        for number in (1, 2, 3, 50):
            found = candidates_of(session, network, Candidates(junctions=number))
            again = candidates_of(session, network, Candidates(junctions=number))
            assert found == again
            assert 1 <= len(found) <= number
            assert {(one.x, one.y) for one in found} <= set(PLACES.values()) - {E, F}
        whole = candidates_of(session, network, Candidates(junctions=50))
        assert len(whole) == (network.node_component == 0).sum()


class Heard:
    """Hears how far it is, and calls the work off where it is told to."""

    def __init__(self, *, cancels: bool = False) -> None:
        self.steps: list[str | None] = []
        self.cancels = cancels

    def __call__(
        self, _done: int, _total: int | None = None, message: str | None = None, /, **_more: Json
    ) -> None:
        self.steps.append(message)
        if self.cancels and message == "scenario.step.siting" and len(self.steps) > 2:
            raise JobCancelledError("jobs.cancel_asked", id="J1")


def test_before_and_after_are_told_of_the_same_places(tiny_app: App) -> None:
    study = study_of(2.2, new_sites=1)
    with tiny_app.store.session() as session:
        moment = Moment(app=tiny_app, session=session, actor=ACTOR)
        found = answer(moment, study=Study.SITING, asked=study, seed=0, tell=Heard())
    figures, content = found.figures, found.content
    assert figures["covered"] > figures["before_covered"]  # type: ignore[operator]
    (site,) = content["sites"]  # type: ignore[misc]
    assert site["newly_places"] == figures["covered"] - figures["before_covered"]  # type: ignore[operator, index, call-overload]
    assert site["county"] == "990001"  # type: ignore[index, call-overload]
    json.dumps(found.content, allow_nan=False)
    json.dumps(figures, allow_nan=False)
    assert len(content["before"]["state"]) == len(content["places"]["id"])  # type: ignore[arg-type, index, call-overload]
    assert [one["id"] for one in content["servers"] if one["supposed"]] == [site["id"]]  # type: ignore[index, call-overload, union-attr]


def test_called_off_while_it_searches(tiny_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gisapp.planning.answers._ASK_EVERY_S", 0.0)
    heard, study = Heard(cancels=True), study_of(model="p-center", new_sites=2)
    with tiny_app.store.session() as session:
        moment = Moment(app=tiny_app, session=session, actor=ACTOR)
        with pytest.raises(JobCancelledError):
            answer(moment, study=Study.SITING, asked=study, seed=0, tell=heard)
    assert "scenario.step.border" not in heard.steps
