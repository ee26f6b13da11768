"""Service areas of a site: whose each place is, and which colours lie side by side."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from pydantic import ValidationError

from gisapp.bootstrap import App
from gisapp.planning.coverage import Coverage, cover, ground_of
from gisapp.planning.demands import demand_of
from gisapp.planning.service_areas import (
    NEIGHBOURS_DEGREES,
    TOGETHER,
    AreaStudy,
    Drawn,
    exact,
    find_areas,
    shown,
)
from gisapp.rights import system_actor
from tests.planning.test_coverage import FIRE

ACTOR = system_actor("planner")


def drawn(app: App, **asked: Any) -> tuple[AreaStudy, Coverage, Drawn]:
    study = AreaStudy.model_validate({"standard": FIRE, **asked})
    with app.store.session() as session:
        ground = ground_of(app, session, ACTOR, study)
        coverage = cover(ground, study, demand_of(session, study.standard.demand))
        return study, coverage, find_areas(session, ground, study, coverage)


def test_a_place_on_the_road_lies_in_the_area_of_who_comes_first(tiny_app: App) -> None:
    study, coverage, found = drawn(tiny_app, minutes=[5, 2, 5])
    assert study.times == [2, 5]
    rows = found.rows
    assert (rows["road_km"] > 0).any()
    places = coverage.places
    for minutes in study.times:
        near = places[(places["total_s"] <= minutes * 60) & (places["off_m"] < 50)]
        assert len(near)
        for place in near.itertuples():
            post = coverage.servers[place.server].post
            inside = shapely.intersects(found.shapes, place.geometry)
            told = rows[inside & (rows["minutes"] == minutes)]
            assert told["key"].tolist() == [post]
    reached = rows[rows["minutes"] == 5]
    assert reached["places"].sum() == (places["total_s"] <= 300).sum()
    assert set(rows["name"]) >= {"甲队", "岛队"}


def test_everybody_together_reaches_what_all_reach(tiny_app: App) -> None:
    _study, _coverage, apart = drawn(tiny_app)
    _study, _coverage, joined = drawn(tiny_app, split="all")
    assert joined.rows["key"].unique().tolist() == [TOGETHER]
    assert joined.rows["places"].sum() == apart.rows["places"].sum()
    assert joined.rows["road_km"].sum() == pytest.approx(apart.rows["road_km"].sum(), rel=1e-6)
    assert joined.rows["x"].isna().all()


def test_areas_side_by_side_have_different_hues(tiny_app: App) -> None:
    _study, _coverage, found = drawn(tiny_app)
    beside: nx.Graph[int] = nx.Graph()
    shapes = found.shapes
    for one in range(len(shapes)):
        for other in range(one):
            if shapely.dwithin(shapes[one], shapes[other], NEIGHBOURS_DEGREES):
                beside.add_edge(one, other)
    assert beside.number_of_edges()
    hues = found.rows["hue"].tolist()
    assert all(hues[one] != hues[other] for one, other in beside.edges)


def test_outlines_for_files_are_apart_and_those_of_a_page_small(tiny_app: App) -> None:
    _study, _coverage, found = drawn(tiny_app, minutes=[2, 5])
    told = np.array([
        shapely.MultiPolygon([(part[0], part[1:]) for part in one]) for one in exact(found.shapes)
    ])  # fmt: skip
    for minutes in (2, 5):
        same = told[(found.rows["minutes"] == minutes).to_numpy()]
        one, other = shapely.STRtree(same).query(same, predicate="intersects")
        assert (one == other).all()
    for inner, outer in zip(told[::2], told[1::2], strict=True):
        assert inner.is_empty or outer.covers(inner)
    assert len(str(shown(found.shapes))) < len(str(exact(found.shapes)))


@pytest.mark.parametrize(
    "asked",
    [
        {"minutes": [0]},
        {"minutes": [1, 2, 3, 4, 5, 6, 7]},
        {"split": "county"},
        {"standard": {**FIRE, "due": 2}},
    ],
)
def test_refuses(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AreaStudy.model_validate({"standard": FIRE, **asked})
