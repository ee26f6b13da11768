"""Limits that cannot be read: closed to heavy vehicles, until a person has confirmed them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing import (
    BLOCKED,
    PROFILES,
    ConfirmedLimit,
    Resource,
    Router,
    Street,
    doubtful_limits,
    edge_weights_ms,
    from_networkx,
    from_osm_pbf,
    from_streets,
    load,
    position_on,
    save,
    to_networkx,
)
from tests.routing.networks import Case, cases

A, P, B = (111.50, 36.08), (111.505, 36.09), (111.51, 36.08)


def bridge_and_detour(**limit: object):
    """A straight bridge from A to B, street 0, and the long way by P."""
    return from_streets(
        [
            Street([A, B], "primary", "短桥", street_id=10, **limit),
            Street([A, P, B], "primary", "绕行", street_id=11),
        ]
    )


def drive_s(router: Router, profile: str) -> float:
    start, end = position_on(router.network, 1, 0.0), position_on(router.network, 1, 1.0)
    return router.route(start, end, profile=profile).travel_s


@pytest.mark.parametrize("column", ["weight_doubt", "height_doubt"])
def test_a_limit_nobody_can_read_closes_the_bridge_to_heavy_vehicles_only(column):
    router = Router(bridge_and_detour(**{column: "maxweight=20x"}))
    free = Router(bridge_and_detour())
    assert drive_s(router, "light") == drive_s(free, "light")
    for profile in ("heavy", "lowloader"):
        assert drive_s(router, profile) > 2 * drive_s(free, profile)


def test_who_is_held_back_is_named_with_the_way_the_text_and_the_time():
    router = Router(bridge_and_detour(weight_doubt="maxweight=20x"))
    end = position_on(router.network, 1, 1.0)
    team = Resource("T", position_on(router.network, 1, 0.0), turnout_s=60)
    found = router.nearest(end, [team], 1, profile="heavy")
    (held,) = router.held_back(end, [team], found, profile="heavy")
    assert held.id == "T"
    assert held.total_s == 60 + drive_s(Router(bridge_and_detour()), "heavy")
    (limit,) = held.limits
    assert (limit.way_id, limit.kind, limit.text) == (10, "weight", "maxweight=20x")
    assert limit.name == "短桥"
    assert (limit.x, limit.y) == pytest.approx(((A[0] + B[0]) / 2, A[1]))
    found = router.nearest(end, [team], 1, profile="light")
    assert router.held_back(end, [team], found, profile="light") == []


def test_who_is_cut_off_by_it_alone_is_told_so():
    network = from_streets(
        [
            Street([A, B], "primary", "短桥", street_id=10, height_doubt="maxheight=below_default"),
            Street([B, P], "primary", "支线"),
        ]
    )
    router = Router(network)
    end = position_on(network, 1, 1.0)
    team = Resource("T", position_on(network, 0, 0.0))
    (why,) = router.explain(end, [team], profile="heavy")
    assert why.reason == "doubt"
    assert [one.text for one in why.doubts] == ["maxheight=below_default"]
    (held,) = router.held_back(end, [team], [], profile="heavy")
    assert held.limits == why.doubts


def confirmed(value: float | None, **changed: object) -> ConfirmedLimit:
    one = ConfirmedLimit(10, "weight", "maxweight=20x", value, 111.505, 36.08)
    return replace(one, **changed)


@pytest.mark.parametrize(("value", "passes"), [(None, True), (30.0, True), (29.9, False)])
def test_a_confirmed_value_takes_the_place_of_the_doubt(value, passes):
    router = Router(bridge_and_detour(weight_doubt="maxweight=20x"))
    free = drive_s(Router(bridge_and_detour()), "heavy")
    now = router.confirmed([confirmed(value)])
    assert (drive_s(now, "heavy") == free) is passes
    assert doubtful_limits(now.network) == []
    assert drive_s(router, "heavy") > free, "the network as imported stays as it was"


@pytest.mark.parametrize(
    "changed",
    [{"way_id": 11}, {"kind": "height"}, {"text": "maxweight=20"}, {"x": 111.6}],
    ids=["way", "kind", "text", "place"],
)
def test_a_confirmation_of_another_way_text_or_place_changes_nothing(changed):
    router = Router(bridge_and_detour(weight_doubt="maxweight=20x"))
    now = router.confirmed([confirmed(None, **changed)])
    assert len(doubtful_limits(now.network)) == 1
    assert drive_s(now, "heavy") == drive_s(router, "heavy")


def test_what_could_be_read_still_holds_beside_a_confirmed_value():
    network = bridge_and_detour(weight_doubt="maxweight=20x", maxweight=15)
    now = Router(network).confirmed([confirmed(None)])
    assert now.network.street_maxweight[np.argmin(now.network.street_id)] == 15


def test_a_file_keeps_the_doubts(tmp_path):
    network = bridge_and_detour(
        weight_doubt="maxweight=20x", height_doubt="maxheight=low; maxheight:hgv=lower"
    )
    save(network, tmp_path / "roads.npz")
    assert doubtful_limits(load(tmp_path / "roads.npz")) == doubtful_limits(network)
    assert doubtful_limits(from_networkx(to_networkx(network))) == doubtful_limits(network)


def test_osm_tags_reach_the_network(tmp_path):
    path = tmp_path / "roads.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lon="111.5" lat="36.08" version="1"/>'
        '<node id="2" lon="111.51" lat="36.08" version="1"/><way id="10" version="1">'
        '<nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/>'
        '<tag k="maxweight" v="3500"/><tag k="maxheight" v="default"/>'
        '<tag k="maxheight:physical" v="3.0"/></way></osm>',
        encoding="utf-8",
    )
    network = from_osm_pbf(path, progress=False)
    assert network.street_maxheight.tolist() == [3.0]
    assert math.isnan(network.street_maxweight[0])
    assert [one.text for one in doubtful_limits(network)] == ["maxweight=3500"]
    assert network.report.notes == {"maxweight": 1}


@pytest.mark.parametrize("at_junction", [False, True])
def test_a_limit_on_a_node_holds_for_the_streets_it_stands_on(tmp_path, at_junction):
    limited, plain = (3, 2) if at_junction else (2, 3)
    path = tmp_path / "roads.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lon="111.5" lat="36.08" version="1"/>'
        f'<node id="{plain}" lon="111.52" lat="36.08" version="1"/>'
        f'<node id="{limited}" lon="111.51" lat="36.08" version="1">'
        '<tag k="barrier" v="height_restrictor"/><tag k="maxheight" v="2.2"/>'
        '<tag k="maxweight" v="限行"/></node>'
        '<node id="4" lon="111.53" lat="36.08" version="1"/>'
        '<way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>'
        '<tag k="highway" v="primary"/></way>'
        '<way id="11" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/></way>'
        "</osm>",
        encoding="utf-8",
    )
    network = from_osm_pbf(path, progress=False)
    heights = dict(zip(network.street_id.tolist(), network.street_maxheight.tolist(), strict=True))
    assert heights[10] == pytest.approx(2.2)
    assert (heights[11] == pytest.approx(2.2)) is at_junction
    assert {one.way_id for one in doubtful_limits(network)} == ({10, 11} if at_junction else {10})


@given(cases(closed=False), st.data())
def test_held_back_are_those_that_would_come_sooner_were_every_doubt_none(case: Case, data):
    """The oracle asks twice: over the network with its doubts, and over one without any."""
    streets = data.draw(st.sets(st.integers(0, case.network.street_count - 1), max_size=3))
    code = np.zeros(case.network.street_count, dtype=np.int32)
    code[list(streets)] = 1
    doubting = replace(case.network, street_weight_doubt=code, doubts=("", "maxweight=x"))
    weights = edge_weights_ms(doubting, PROFILES[case.profile])
    resources = [
        one
        for one in case.resources
        if (weights[doubting.street_edges[one.position.street].max()] != BLOCKED)
    ]
    asked = (case.incident, resources)
    ready = {"profile": case.profile}
    router = Router(doubting)
    now = router.nearest(*asked, max(len(resources), 1), **ready)
    then = Router(case.network).nearest(*asked, max(len(resources), 1), **ready)
    arriving = {one.id: one.total_s for one in now}
    expected = {one.id: one.total_s for one in then if one.total_s < arriving.get(one.id, math.inf)}
    held = router.held_back(*asked, now, **ready)
    assert {one.id: one.total_s for one in held} == expected
    assert all(one.limits for one in held)
