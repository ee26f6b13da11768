"""A measure gains what coverage says with it, and the smallest for a gap is the cheapest of all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from shapely import Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.planning.answers import Moment, answer
from gisapp.planning.coverage import cover, ground_of
from gisapp.planning.demands import demand_of
from gisapp.planning.fix_measures import Fix, FixStudy, Measure
from gisapp.planning.fixes import Fixes, find_fixes
from gisapp.planning.models import Study
from gisapp.registers.kinds.team import Team
from gisapp.rights import system_actor
from routing import Street, from_streets, save
from tests.planning.test_coverage import EAST_OF_THE_BRIDGE, FIRE, judged
from tests.tiny_site import A, B, C, D, E, F, P

ACTOR = system_actor("planner")
PLACES = dict(zip("ABCDEFP", (A, B, C, D, E, F, P), strict=True))
CANDIDATES = [{"id": name, "x": x, "y": y} for name, (x, y) in PLACES.items()]
ONE_TEAM = {"resources": {"capability": "fire", "ids": ["T1"]}, "limit_min": 2}
COSTS = {"post": 100, "move": 40, "turnout": 7, "crew": 30, "limit": 20, "closure": 5}


@pytest.fixture(autouse=True)
def _far_from_roads(tiny_app: App) -> None:
    """As in the tests of coverage: T6 stands kilometres from any road."""
    with tiny_app.store.session(write=True) as session:
        session.scalars(select(Team).where(Team.id == "T6")).one().geom = Point(100.03, 30.09)


def fixes_of(app: App, standard: dict[str, Any], **asked: Any) -> Fixes:
    study = FixStudy.model_validate(
        {
            "standard": {**FIRE, **standard},
            "candidates": {"given": CANDIDATES},
            "costs": COSTS,
            **asked,
        }
    )
    with app.store.session() as session:
        ground = ground_of(app, session, ACTOR, study)
        coverage = cover(ground, study, demand_of(session, study.standard.demand))
        return find_fixes(session, ground, study, coverage)


def of(found: Fixes, measure: Measure) -> list[Fix]:
    return [one for one in found.kept if one.measure == measure]


def covered(app: App, standard: dict[str, Any], **asked: Any) -> np.ndarray:
    return (judged(app, standard, **asked).places["state"] == "covered").to_numpy()


def agrees(found: Fixes, fix: Fix, after: np.ndarray) -> None:
    before = (found.coverage.places["state"] == "covered").to_numpy()
    assert fix.gained.tolist() == np.flatnonzero(after & ~before).tolist()
    assert fix.lost.tolist() == np.flatnonzero(before & ~after).tolist()


def test_each_measure_changes_what_coverage_says(tiny_app: App) -> None:
    found = fixes_of(tiny_app, ONE_TEAM, turnout_s=30)
    assert {one.measure for one in found.kept} >= {Measure.POST, Measure.MOVE}
    for fix in found.kept:
        to = fix.key.rpartition("/")[2]
        supposed: dict[str, Any]
        if fix.measure == Measure.POST:
            x, y = PLACES[to]
            supposed = {"added": [{"id": "new", "x": x, "y": y, "turnout_s": 30}]}
        elif fix.measure == Measure.MOVE:
            x, y = PLACES[to]
            supposed = {"moved": [{"id": "T1", "x": x, "y": y}]}
        else:
            supposed = {"turnouts": [{"id": "T1", "turnout_s": 60 - fix.minutes * 60}]}
        agrees(found, fix, covered(tiny_app, ONE_TEAM, changes=supposed))


def test_a_shorter_turnout_is_the_least_step_that_gains(tiny_app: App) -> None:
    """A limit half a minute short of the mine's team."""
    total_s = judged(tiny_app, ONE_TEAM).places.set_index("id")["total_s"]["M1"]
    standard = {**ONE_TEAM, "limit_min": (total_s - 20) / 60}
    found = fixes_of(tiny_app, standard)
    (fix,) = of(found, Measure.TURNOUT)
    assert (fix.minutes, fix.cost) == (0.5, pytest.approx(3.5))
    row = int(np.flatnonzero(found.coverage.places["id"] == "M1")[0])
    assert row in fix.gained
    # Of all that close the gap it costs the least.
    assert found.kept[found.smallest[row]] == fix
    # Driving alone is not made shorter by it.
    assert not of(fixes_of(tiny_app, {**standard, "clock": "drive"}), Measure.TURNOUT)


def test_the_smallest_is_the_cheapest_that_covers(tiny_app: App) -> None:
    found = fixes_of(tiny_app, ONE_TEAM)
    gaps = np.flatnonzero(found.coverage.places["state"] != "covered")
    assert (found.smallest >= 0).any()
    for gap in gaps.tolist():
        closing = [one.cost for one in found.kept if gap in one.gained]
        best = found.smallest[gap]
        assert (best >= 0) == bool(closing)
        if closing:
            assert found.kept[best].cost == min(closing)
    prices = [one for one in map(found.price, found.kept) if one is not None]
    assert prices == sorted(prices)


def test_a_second_crew_counts_where_crews_count(tiny_app: App) -> None:
    two = {**ONE_TEAM, "limit_min": 5, "due": 2, "each_crew": True}
    found = fixes_of(tiny_app, two)
    (fix,) = of(found, Measure.CREW)
    # With a second crew both are there when the first of one is.
    alone = covered(tiny_app, {**ONE_TEAM, "limit_min": 5})
    assert fix.gained.tolist() == np.flatnonzero(alone).tolist()
    assert len(fix.gained) > 0
    assert not of(fixes_of(tiny_app, {**two, "each_crew": False}), Measure.CREW)


def test_a_bridge_is_strengthened_and_a_road_opened(tiny_app: App) -> None:
    """The bridge bears 5 t; what the heavy vehicle gains is what a light one reaches."""
    network = from_streets(
        [
            Street([A, B], "primary", speed_kph=60),
            Street([B, C], "primary", speed_kph=60, maxweight=5.0, bridge=True),
            Street([C, D], "primary", speed_kph=60),
        ]
    )
    save(network, tiny_app.roads_path)
    standard = {**ONE_TEAM, "limit_min": 10}
    found = fixes_of(tiny_app, standard)
    (fix,) = of(found, Measure.LIMIT)
    agrees(found, fix, covered(tiny_app, {**standard, "vehicle": "light"}))
    shut = {"closed": [EAST_OF_THE_BRIDGE]}
    light = {**standard, "vehicle": "light"}
    found = fixes_of(tiny_app, light, changes=shut)
    (fix,) = of(found, Measure.CLOSURE)
    agrees(found, fix, covered(tiny_app, light))


def test_an_answer_holds_what_a_page_shows(tiny_app: App) -> None:
    study = FixStudy.model_validate(
        {"standard": {**FIRE, **ONE_TEAM}, "candidates": {"given": CANDIDATES}}
    )
    with tiny_app.store.session() as session:
        moment = Moment(app=tiny_app, session=session, actor=ACTOR)
        told = answer(
            moment, study=Study.FIXES, asked=study, seed=0, tell=lambda *_said, **_params: None
        )
    content: Any = told.content
    assert len(content["fixes"]["key"]) == len(content["fixed"]) == told.figures["fixes"]
    assert len(content["smallest"]) == told.figures["places"]
    assert told.figures["gaps_fixed"] == sum(one >= 0 for one in content["smallest"])


def test_costs_are_not_negative() -> None:
    with pytest.raises(ValidationError):
        FixStudy.model_validate(
            {"standard": FIRE, "candidates": {"junctions": 1}, "costs": {"post": -1}}
        )
