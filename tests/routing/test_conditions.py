"""Under other conditions drives take as long as on a network of those speeds."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Closures, QueryError, Resource, Router, Street, from_streets, position_on
from tests.routing.networks import networks, positions_on

CLASSES = ("primary", "residential", "track", "path")


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_is_the_network_of_those_speeds(data: st.DataObject) -> None:
    network = data.draw(networks())
    place, crew = data.draw(positions_on(network)), data.draw(positions_on(network))
    factors = data.draw(st.dictionaries(st.sampled_from(CLASSES), st.sampled_from([0.25, 0.5, 2])))
    every = data.draw(st.sampled_from([0.5, 1.0]))
    classes = np.array(network.highway_classes)[network.street_highway]
    by_hand = np.array([factors.get(name, every) for name in classes], dtype=np.float32)
    other = dataclasses.replace(network, street_speed_kph=network.street_speed_kph * by_hand)
    router = Router(network)
    under, expected = router.under(factors, every=every), Router(other)
    asked = [Resource("a", crew)]
    assert under.nearest(place, asked, 1) == expected.nearest(place, asked, 1)
    assert router.nearest(place, asked, 1) == Router(network).nearest(place, asked, 1)


def test_a_link_is_as_slippery_as_its_road() -> None:
    line = [(110.0, 36.0), (110.1, 36.0), (110.2, 36.0), (110.3, 36.0)]
    names = ("motorway", "motorway_link", "primary_link")
    network = from_streets([
        Street(list(pair), name, speed_kph=60.0)
        for pair, name in zip(pairwise(line), names, strict=True)
    ])  # fmt: skip
    under = Router(network).under({"motorway": 0.5, "primary": 0.5, "primary_link": 0.25})
    assert under.network.street_speed_kph.tolist() == [30.0, 30.0, 15.0]
    assert network.street_speed_kph.tolist() == [60.0, 60.0, 60.0]
    closed = Closures.none(under.network).add("a", edge_ids=[0])
    place, crew = (position_on(network, street, 0.5) for street in (2, 0))
    assert not under.nearest(place, [Resource("a", crew)], 1, closures=closed)


@pytest.mark.parametrize("factor", [0.0, -1.0, math.inf, math.nan])
def test_refuses(factor: float) -> None:
    router = Router(from_streets([Street([(0.0, 0.0), (0.1, 0.0)])]))
    for asked in ({"factors": {"track": factor}}, {"factors": {}, "every": factor}):
        with pytest.raises(QueryError) as caught:
            router.under(**asked)  # type: ignore[arg-type]
        assert caught.value.code == "routing.bad_factor"
