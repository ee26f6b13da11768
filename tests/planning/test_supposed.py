"""Layers as what a plan supposes, and conditions of the roads: the same as said one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gisapp.bootstrap import App
from gisapp.errors import InputError, UnknownRecordError
from gisapp.planning.conditions import conditions_named, conditions_of
from gisapp.planning.coverage import CoverageStudy
from gisapp.planning.layers import read_places, take_in
from gisapp.planning.losses import LossStudy
from gisapp.rights import system_actor
from tests.planning.test_coverage import EAST_OF_THE_BRIDGE, FIRE, judged
from tests.planning.test_losses import FROM_THE_EAST, lost

ACTOR = system_actor("planner")
POINT = {"type": "Point", "coordinates": [100.11, 30.0]}
SNOW = {"code": "snow", "name": ("冰雪", "Snow"), "every": 0.5}


def layer(app: App, *geometries: dict[str, Any]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"n{number}", "name": f"第{number}"},
            "geometry": one,
        }
        for number, one in enumerate(geometries)
    ]
    places = read_places({"type": "FeatureCollection", "features": features}, name="层")
    with app.store.session(write=True) as session:
        return take_in(session, ACTOR, places, name="层").id


def same(one: Any, other: Any) -> bool:
    return bool(np.array_equal(one.places["total_s"], other.places["total_s"]))


def test_a_layer_of_posts_is_those_posts(tiny_app: App) -> None:
    post = {"id": "n0", "x": 100.11, "y": 30.0, "turnout_s": 30}
    by_hand = judged(tiny_app, {}, changes={"lost": ["T3"], "added": [post]})
    posts = {"posts_layer": layer(tiny_app, POINT), "posts_turnout_s": 30}
    by_layer = judged(tiny_app, {}, changes={"lost": ["T3"], **posts})
    assert same(by_layer, by_hand)
    assert not same(by_layer, judged(tiny_app, {}, changes={"lost": ["T3"]}))
    assert by_layer.servers["plan:n0"].name.zh == "第0"
    twice = {"added": [post], **posts}
    with pytest.raises(InputError) as caught:
        judged(tiny_app, {}, changes=twice)
    assert caught.value.code == "planning.duplicate_post"


def test_a_layer_of_areas_closes_their_roads(tiny_app: App) -> None:
    by_hand = judged(tiny_app, FROM_THE_EAST, changes={"closed": [EAST_OF_THE_BRIDGE]})
    closed = {"closed_layer": layer(tiny_app, POINT, EAST_OF_THE_BRIDGE)}
    by_layer = judged(tiny_app, FROM_THE_EAST, changes=closed)
    assert same(by_layer, by_hand)
    assert not same(by_layer, judged(tiny_app, FROM_THE_EAST))


def test_a_layer_of_areas_is_lost_one_by_one(tiny_app: App) -> None:
    area = {"id": "n0", "name": "第0", "geometry": EAST_OF_THE_BRIDGE}
    by_hand = lost(tiny_app, "area", FROM_THE_EAST, areas=[area])
    by_layer = lost(tiny_app, "area", FROM_THE_EAST, layer=layer(tiny_app, EAST_OF_THE_BRIDGE))
    assert by_layer.rows.to_dict() == by_hand.rows.to_dict()
    assert len(by_layer.rows) == 1


def test_refuses_layers_that_do_not_serve(tiny_app: App) -> None:
    points = layer(tiny_app, POINT)
    for changes, error in (
        ({"closed_layer": points}, InputError),
        ({"closed_layer": "Lnone"}, UnknownRecordError),
        ({"posts_layer": "Lnone"}, UnknownRecordError),
    ):
        with pytest.raises(error) as caught:
            judged(tiny_app, {}, changes=changes)
        assert caught.value.code in {"planning.layer_without_areas", "planning.unknown_layer"}
    area = {"id": "a", "geometry": EAST_OF_THE_BRIDGE}
    for asked in ({"areas": [area], "layer": "L"}, {}):
        with pytest.raises(ValidationError):
            LossStudy.model_validate({"standard": FIRE, "each": "area", **asked})


def test_at_half_the_speed_a_drive_takes_twice_as_long(tiny_app: App) -> None:
    driving = {**FROM_THE_EAST, "clock": "drive"}
    free, slow = (judged(tiny_app, driving, conditions=one) for one in (None, SNOW))
    times = free.places["total_s"].to_numpy()
    reached = np.isfinite(times)
    assert reached.sum() > 2
    assert slow.places["total_s"].to_numpy()[reached] == pytest.approx(times[reached] * 2, abs=0.02)
    closed = judged(tiny_app, driving, conditions=SNOW, changes={"closed": [EAST_OF_THE_BRIDGE]})
    assert not same(closed, slow)


def test_conditions_are_data_of_the_site(tiny_app: App) -> None:
    assert conditions_of(tiny_app.site) == {}
    with pytest.raises(InputError) as caught:
        conditions_named(tiny_app.site, "snow")
    assert caught.value.code == "planning.unknown_conditions"
    for wrong in ({"every": 0}, {"every": 3}, {"classes": {"track": -1}}, {"wind": 1}):
        with pytest.raises(ValidationError):
            CoverageStudy.model_validate({"standard": FIRE, "conditions": {**SNOW, **wrong}})
