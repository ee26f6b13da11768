"""Why a resource does not arrive."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings

from routing import Closures, Resource, Router, VehicleProfile, position_on
from routing.build import Street, from_streets
from tests.routing.networks import Case, cases

TRUCK = VehicleProfile("truck", 1.0, 80.0, 20.0, 4.0, frozenset({"path"}))


def bridge_between(**bridge: object):
    """Two streets joined by a bridge; the team is west, the incident east."""
    network = from_streets(
        [
            Street([(0.00, 0.0), (0.01, 0.0)], name="West"),
            Street([(0.01, 0.0), (0.02, 0.0)], name="Old Bridge", **bridge),
            Street([(0.02, 0.0), (0.03, 0.0)], name="East"),
        ]
    )
    team = Resource("team", position_on(network, 0, 0.5))
    return network, Router(network, {"truck": TRUCK}), team, position_on(network, 2, 0.5)


@pytest.mark.parametrize(
    ("bridge", "reason", "limit"),
    [
        ({"maxweight": 15.0}, "weight", 15.0),
        ({"maxheight": 3.5}, "height", 3.5),
        ({"highway": "path"}, "class", None),
        ({"direction": -1}, "one_way", None),
    ],
)
def test_what_bars_the_bridge(bridge: dict, reason: str, limit: float | None) -> None:
    network, router, team, incident = bridge_between(**bridge)
    assert router.nearest(incident, [team], 1, profile="truck") == []
    (why,) = router.explain(incident, [team], profile="truck")
    assert (why.id, why.reason, why.limit) == ("team", reason, limit)
    if reason != "one_way":
        assert why.street_name == "Old Bridge"
        assert network.edge_street[list(why.edges)].tolist() == [1]


def test_closed_bridge() -> None:
    network, router, team, incident = bridge_between()
    closures = Closures.none(network).add("far", polygon=shapely.box(0.5, 0.5, 1, 1))
    closures = closures.add("flood", polygon=shapely.box(0.014, -1, 0.016, 1))
    (why,) = router.explain(incident, [team], profile="truck", closures=closures)
    assert (why.reason, why.closure_ids, why.street_name) == ("closure", ("flood",), "Old Bridge")


def test_closure_behind_the_team_is_not_named() -> None:
    network, router, team, incident = bridge_between()
    closures = Closures.none(network).add("behind", polygon=shapely.box(0.001, -1, 0.003, 1))
    closures = closures.add("ahead", edge_ids=[int(network.street_edges[1, 0])])
    (why,) = router.explain(incident, [team], profile="truck", closures=closures)
    assert why.closure_ids == ("ahead",)


def test_weak_detour_of_a_closed_road() -> None:
    """The closure is the cause; the weak detour is what makes it one."""
    network = from_streets(
        [
            Street([(0.0, 0.0), (0.01, 0.0)], name="Main"),
            Street([(0.0, 0.0), (0.005, 0.005), (0.01, 0.0)], name="Detour", maxweight=5.0),
            Street([(0.01, 0.0), (0.02, 0.0)]),
        ]
    )
    router = Router(network, {"truck": TRUCK})
    team = Resource("team", position_on(network, 0, 0.0))
    incident = position_on(network, 2, 0.5)
    closures = Closures.none(network).add("works", edge_ids=network.street_edges[0].tolist())
    (why,) = router.explain(incident, [team], profile="truck", closures=closures)
    assert (why.reason, why.closure_ids) == ("closure", ("works",))
    assert router.explain(incident, [team], profile="truck") == []


def test_weak_bridge_and_closed_road() -> None:
    """Neither alone is the cause: the limit is named, with the closure also in the way."""
    network, router, team, incident = bridge_between(maxweight=5.0)
    closures = Closures.none(network).add("works", edge_ids=[int(network.street_edges[2, 0])])
    (why,) = router.explain(incident, [team], profile="truck", closures=closures)
    assert (why.reason, why.limit, why.closure_ids) == ("weight", 5.0, ("works",))


def test_an_island_is_a_state() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.01, 0.0)]), Street([(0.0, 0.1), (0.01, 0.1)])])
    router = Router(network)
    team = Resource("team", position_on(network, 1, 0.5))
    incident = position_on(network, 0, 0.5)
    assert router.nearest(incident, [team], 1) == []
    assert [(one.id, one.reason) for one in router.explain(incident, [team])] == [
        ("team", "island")
    ]


def test_later_than_the_limit() -> None:
    _, router, team, incident = bridge_between()
    (reached,) = router.nearest(incident, [team], 1, profile="truck")
    (why,) = router.explain(incident, [team], profile="truck", limit_s=reached.total_s - 0.01)
    assert (why.reason, why.total_s) == ("limit", reached.total_s)
    assert router.explain(incident, [team], profile="truck", limit_s=reached.total_s) == []


@given(cases())
@settings(max_examples=200, deadline=None)
def test_everyone_arrives_or_is_explained(case: Case) -> None:
    """And the explanation holds: lifting the closures named lets the team through."""
    router = Router(case.network)
    how = {"profile": case.profile}
    arrived = router.nearest(case.incident, case.resources, 10, closures=case.closures, **how)
    left_out = router.explain(case.incident, case.resources, closures=case.closures, **how)
    names = sorted([one.id for one in arrived] + [one.id for one in left_out])
    assert names == sorted(one.id for one in case.resources)
    for why in left_out:
        resource = next(one for one in case.resources if one.id == why.id)
        if why.reason == "closure":
            closures = case.closures
            assert why.closure_ids
            for closure_id in why.closure_ids:
                closures = closures.remove(closure_id)
            assert router.nearest(case.incident, [resource], 1, closures=closures, **how)
        else:
            assert not router.nearest(case.incident, [resource], 1, **how)
