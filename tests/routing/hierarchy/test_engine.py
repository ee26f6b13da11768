"""Whichever answers, a search or the hierarchy: the answer is the same, and when which does."""

from __future__ import annotations

import threading
from importlib import util
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import (
    NoRouteError,
    Resource,
    ResourceSet,
    Router,
    RoutingError,
    from_osm_pbf,
    hierarchy_of,
    load_hierarchy,
    position_on,
)
from routing.build import Street, from_streets
from routing.closures import Closures
from routing.hierarchy import engine, order
from routing.hierarchy.hierarchy import Hierarchy
from tests.routing.exactness import ANDORRA, prove
from tests.routing.networks import cases, closures_on, positions_on

pytestmark = pytest.mark.skipif(
    not order.can_order(), reason="pymetis has no wheel for this machine"
)

HEIDELBERG = Path(__file__).parents[4] / "shared/data/heidelberg/heidelberg.osm.pbf"


def rows_of(found):
    return [(one.id, one.travel_s, one.total_s, one.stops_short_m, one.on_foot_s) for one in found]


def drive_s(router, origin, goal, profile, closures):
    try:
        route = router.route(origin, goal, profile=profile, closures=closures)
    except NoRouteError:
        return None
    # The drive is one: each edge goes on where the one before ended.
    network = router.network
    assert all(
        network.v[one] == network.u[other]
        for one, other in zip(route.edges, route.edges[1:], strict=False)
    )
    return route.travel_s, route.stops_short_m


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_same_answers_while_closures_come_and_go(data):
    case = data.draw(cases())
    network, profile = case.network, case.profile
    states = [
        None,
        case.closures,
        *data.draw(st.lists(closures_on(network), max_size=2)),
        Closures.none(network),
    ]
    places = [case.incident, *data.draw(st.lists(positions_on(network), max_size=3))]
    k = data.draw(st.sampled_from([1, 2, 5, 50]))
    limit_s = data.draw(st.sampled_from([None, None, 120.0]))
    packed = ResourceSet(case.resources)
    plain, quick = Router(network), Router(network, hierarchy=hierarchy_of(network))
    for closures in states:
        quick.prepare(profile, packed, closures=closures)
        asked = {"profile": profile, "closures": closures}
        for place in places:
            one, other = (
                router.nearest(place, packed, k, limit_s=limit_s, **asked)
                for router in (plain, quick)
            )
            assert rows_of(one) == rows_of(other)
            for resource in case.resources:
                ways = [drive_s(router, resource.position, place, profile, closures)
                        for router in (plain, quick)]  # fmt: skip
                assert ways[0] == ways[1]
        one, other = (
            router.searches(most_bytes=0).times(places, packed, **asked)
            for router in (plain, quick)
        )
        assert one.total_s.tolist() == other.total_s.tolist()
        assert one.on_foot_s.tolist() == other.on_foot_s.tolist()
        one, other = (
            router.cover(packed, limit_s=limit_s, **asked).at(places) for router in (plain, quick)
        )
        assert one.total_s.tolist() == other.total_s.tolist()
        assert one.resource.tolist() == other.resource.tolist()


def town(side: int = 40):
    """Streets of a square town, of speeds that differ."""
    rng = np.random.default_rng(7)
    step = 0.002
    ends = [((i, j), (i + 1, j)) for i in range(side - 1) for j in range(side)]
    ends += [((i, j), (i, j + 1)) for i in range(side) for j in range(side - 1)]
    return from_streets(
        [
            Street([(x * step, y * step) for x, y in pair], speed_kph=float(rng.integers(20, 90)))
            for pair in ends
        ]
    )


@pytest.fixture(scope="module")
def network():
    return town()


@pytest.fixture(scope="module")
def hierarchy(network):
    return hierarchy_of(network)


def some(network, count, seed):
    rng = np.random.default_rng(seed)
    return [
        position_on(network, int(street), 0.5)
        for street in rng.integers(0, network.street_count, count)
    ]


def settle_threads():
    for thread in threading.enumerate():
        if thread.name == "settling roads":
            thread.join()


@pytest.fixture
def counted(monkeypatch):
    """How often arcs were settled, all and in part, and lists made."""
    counts = {"customize": 0, "recustomize": 0, "fill": 0}

    def counting(name):
        real = getattr(engine, name)

        def called(*arguments):
            counts[name] += 1
            return real(*arguments)

        monkeypatch.setattr(engine, name, called)

    for name in counts:
        counting(name)
    return counts


def test_preparation_is_made_once_searches_have_cost_as_much(network, hierarchy, counted):
    router = Router(network, hierarchy=hierarchy)
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 3, 1)))
    (goal,) = some(network, 1, 2)
    first = router.nearest(goal, packed, 2)
    assert counted == {"customize": 0, "recustomize": 0, "fill": 0}
    for _ in range(60):
        assert router.nearest(goal, packed, 2) == first
        settle_threads()
    assert counted == {"customize": 1, "recustomize": 0, "fill": 1}


def test_a_closure_settles_only_what_rests_on_it(network, hierarchy, counted):
    router = Router(network, hierarchy=hierarchy)
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 3, 1)))
    (goal,) = some(network, 1, 2)
    router.prepare("light", packed)
    closed = Closures.none(network).add("one", edge_ids=[5])
    router.prepare("light", packed, closures=closed)
    assert counted == {"customize": 1, "recustomize": 1, "fill": 2}
    # Nothing closed is kept, and so are the latest others; the same edges are the same state.
    router.prepare("light", packed)
    again = Closures.none(network).add("other", edge_ids=[5])
    router.prepare("light", packed, closures=again)
    assert counted == {"customize": 1, "recustomize": 1, "fill": 2}
    plain = Router(network)
    assert router.nearest(goal, packed, 2, closures=again) == plain.nearest(
        goal, packed, 2, closures=again
    )


def test_old_states_are_forgotten_but_for_that_of_nothing_closed(network, hierarchy, counted):
    router = Router(network, hierarchy=hierarchy)
    router.prepare("light")
    for edge in range(engine.MOST_STATES + 2):
        closed = Closures.none(network).add("one", edge_ids=[edge])
        router.prepare("light", closures=closed)
    router.prepare("light")
    assert counted["customize"] == 1
    before = counted["recustomize"]
    router.prepare("light", closures=Closures.none(network).add("one", edge_ids=[0]))
    assert counted["recustomize"] == before + 1


def test_many_edges_closed_settle_all_anew(network, hierarchy, counted):
    router = Router(network, hierarchy=hierarchy)
    router.prepare("light")
    closed = Closures.none(network).add("all", polygon=shapely.box(-1, -1, 1, 1))
    router.prepare("light", closures=closed)
    assert counted == {"customize": 2, "recustomize": 0, "fill": 0}


def test_a_road_that_becomes_quicker_is_driven(network, hierarchy):
    """Other speeds on the same shape: what was settled for the old ones does not count."""
    router = Router(network, hierarchy=hierarchy)
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 3, 1)))
    (goal,) = some(network, 1, 2)
    router.prepare("light", packed)
    slow = router.under({}, every=0.5)
    slow.prepare("light", packed)
    now, then = (one.nearest(goal, packed, 3) for one in (router, slow))
    assert rows_of(then) == rows_of(Router(network).under({}, every=0.5).nearest(goal, packed, 3))
    assert all(one.travel_s < other.travel_s for one, other in zip(now, then, strict=True))


def test_vehicles_that_a_change_does_not_touch_are_shared(network, hierarchy, counted):
    router = Router(network, hierarchy=hierarchy)
    router.prepare("light")
    router.trusting.prepare("light")
    assert counted["customize"] == 1


def test_kept_in_a_folder_and_mapped(tmp_path, network, hierarchy):
    (tmp_path / "of" / "an older shape").mkdir(parents=True)
    hierarchy.save(tmp_path / "of")
    assert len(list((tmp_path / "of").iterdir())) == 1
    found = load_hierarchy(tmp_path / "of", network)
    assert isinstance(found, Hierarchy)
    for one, other in zip(hierarchy.shape, found.shape, strict=True):
        assert one.dtype == other.dtype
        assert (one == other).all()
    # Who reads it goes on reading while it is written anew.
    hierarchy.save(tmp_path / "of")
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 9, 1)))
    router = Router(network, hierarchy=found)
    router.prepare("light", packed)
    (goal,) = some(network, 1, 2)
    assert router.nearest(goal, packed, 3) == Router(network).nearest(goal, packed, 3)


def test_a_folder_of_another_network_or_a_damaged_one_is_not_read(tmp_path, network, hierarchy):
    assert load_hierarchy(tmp_path / "none", network) is None
    hierarchy.save(tmp_path / "of")
    assert load_hierarchy(tmp_path / "of", town(5)) is None
    (file,) = (tmp_path / "of").glob("*/up_head.npy")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert load_hierarchy(tmp_path / "of", network) is None
    np.save(file, hierarchy.shape.up_head[:-1])
    assert load_hierarchy(tmp_path / "of", network) is None
    file.unlink()
    assert load_hierarchy(tmp_path / "of", network) is None


def test_without_metis_searches_answer(monkeypatch, network):
    monkeypatch.setattr(order, "find_spec", lambda _: None)
    assert util.find_spec("pymetis") is not None
    with pytest.raises(RoutingError) as caught:
        hierarchy_of(network)
    assert caught.value.code == "routing.no_metis"
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 3, 1)))
    router = Router(network)
    router.prepare("light", packed)
    assert len(router.nearest(*some(network, 1, 2), packed, 2)) == 2


def test_questions_from_many_threads_while_roads_are_settled(network, hierarchy):
    router, plain = Router(network, hierarchy=hierarchy), Router(network)
    packed = ResourceSet(Resource(f"{i}", place) for i, place in enumerate(some(network, 5, 1)))
    goals = some(network, 20, 2)
    states = [Closures.none(network).add("one", edge_ids=[edge, edge + 1]) for edge in (3, 900)]
    expected = {
        (at, row): plain.nearest(goal, packed, 3, closures=closures)
        for at, closures in enumerate(states)
        for row, goal in enumerate(goals)
    }
    failed = []

    def ask():
        for _ in range(10):
            for (at, row), answer in expected.items():
                if router.nearest(goals[row], packed, 3, closures=states[at]) != answer:
                    failed.append((at, row))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle_threads()
    assert failed == []


@pytest.mark.skipif(not HEIDELBERG.is_file(), reason="needs ../shared/data/heidelberg")
def test_a_city_with_the_drives_of_two_independent_programs():
    routingkit = pytest.importorskip("routingkit_cch")
    network = from_osm_pbf(HEIDELBERG)
    router = Router(network, hierarchy=hierarchy_of(network))
    plain = Router(network)
    rng = np.random.default_rng(3)
    places = some(network, 60, 4)
    packed = ResourceSet(Resource(f"{i:02d}", place) for i, place in enumerate(places[:30]))
    weights = plain._graph.weights("heavy")
    closed = rng.choice(np.flatnonzero(weights < 2**31 - 1), 200, replace=False)
    closures = Closures.none(network).add("some", edge_ids=closed)
    theirs = weights.astype(np.uint32)
    theirs[closed] = 2**31 - 1
    ranks = routingkit.compute_order_degree(
        network.node_count, network.u.tolist(), network.v.tolist()
    )
    cch = routingkit.CCH(ranks, network.u.tolist(), network.v.tolist(), False)
    metric = routingkit.CCHMetric(cch, theirs.tolist())
    shape = router._graph.hierarchy.shape
    settled = router._graph.engine.settle("heavy", closures)
    from routing.hierarchy.paths import quickest_path
    from routing.searchgraph import LONGEST_MS, make_goals

    for start, goal in rng.integers(0, network.node_count, (300, 2)).tolist():
        found, _ = quickest_path(
            shape, settled.costs, settled.edge_ms, make_goals([(start, 0)]),
            make_goals([(goal, 0)]), LONGEST_MS,
        )  # fmt: skip
        query = routingkit.CCHQuery(metric).run(start, goal)
        assert (found[0] if found[1] >= 0 else None) == query.distance
    router.prepare("heavy", packed, closures=closures)
    for place in places[30:]:
        asked = {"profile": "heavy", "closures": closures}
        assert rows_of(router.nearest(place, packed, 5, **asked)) == rows_of(
            plain.nearest(place, packed, 5, **asked)
        )


@pytest.mark.skipif(not ANDORRA.is_file(), reason="needs ../shared/data/andorra")
def test_a_valley_whose_roads_are_closed_in_many_ways():
    """A small part of what ``make bench`` asks."""
    counts = prove(12, 3)
    assert counts["states"] == 12
    assert counts["arrive"] > counts["questions"] > 300
