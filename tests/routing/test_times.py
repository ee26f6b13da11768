"""Everyone's times to many places at once are those of ``nearest``, whatever was asked before."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Closures, Position, QueryError, Resource, ResourceSet, Router, from_streets
from routing.build import Street
from routing.positions import position_on
from routing.profiles import PROFILES
from tests.routing.networks import closures_on, networks, positions_on


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[Router, list[Position], ResourceSet, list[Closures]]:
    """A network, places, resources and closures that come and go."""
    network = draw(networks())
    place = positions_on(network)
    places = draw(st.lists(place, min_size=1, max_size=4))
    resources = ResourceSet(
        Resource(
            f"team {i}", draw(place | st.sampled_from(places)), draw(st.sampled_from([0.0, 90.5]))
        )
        for i in range(draw(st.integers(0, 6)))
    )
    changing = [draw(st.none() | closures_on(network)) for _ in range(draw(st.integers(1, 5)))]
    return Router(network), places, resources, changing


def one_by_one(
    router: Router,
    places: list[Position],
    resources: ResourceSet,
    profile: str,
    closures: Closures | None,
) -> tuple[np.ndarray, np.ndarray]:
    """The same from ``nearest``."""
    total_s = np.full((len(places), len(resources)), np.inf)
    on_foot_s = np.zeros((len(places), len(resources)))
    names = [one.id for one in resources]
    for row, place in enumerate(places):
        found = router.nearest(
            place, resources, len(resources) + 1, profile=profile, closures=closures
        )
        for one in found:
            total_s[row, names.index(one.id)] = one.total_s
            on_foot_s[row, names.index(one.id)] = one.on_foot_s
    return total_s, on_foot_s


@given(worlds(), st.sampled_from(sorted(PROFILES)))
@settings(max_examples=150, deadline=None)
def test_equal_nearest_while_closures_come_and_go(
    world: tuple[Router, list[Position], ResourceSet, list[Closures]], profile: str
) -> None:
    """Kept searches, repaired from one set of closures to the next, give what a new one gives."""
    router, places, resources, changing = world
    searches = router.searches()
    for closures in [*changing, *reversed(changing)]:
        found = searches.times(places, resources, profile=profile, closures=closures)
        total_s, on_foot_s = one_by_one(router, places, resources, profile, closures)
        assert found.total_s.tolist() == total_s.tolist()
        assert found.on_foot_s.tolist() == on_foot_s.tolist()


def town(rng: np.random.Generator, side: int) -> Router:
    """A grid with one-ways and gaps."""
    streets = []
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side and rng.random() < 0.9:
                    ends = [(x / 500, y / 500), ((x + dx) / 500, (y + dy) / 500)]
                    direction = int(rng.choice([0, 0, 1, -1]))
                    speed = float(rng.choice([20.0, 40.0, 60.0]))
                    streets.append(
                        Street(ends, highway="primary", direction=direction, speed_kph=speed)
                    )
    return Router(from_streets(streets))


@pytest.mark.parametrize("seed", range(4))
def test_a_town_whose_closures_come_and_go(seed: int) -> None:
    """Many equal ways, and closures that part the town: fields are those of a new search."""
    rng = np.random.default_rng(seed)
    router = town(rng, 14)
    network = router.network

    def anywhere() -> Position:
        return position_on(
            network, int(rng.integers(network.street_count)), float(rng.choice([0, 0.3, 1]))
        )

    places = [anywhere() for _ in range(5)]
    resources = ResourceSet(Resource(f"{n:03d}", anywhere(), float(n % 90)) for n in range(60))
    searches = router.searches()
    for _ in range(12):
        edges = rng.choice(network.edge_count, int(rng.integers(network.edge_count // 2)))
        closures = Closures.none(network).add("a", edge_ids=edges.tolist())
        found = searches.times(places, resources, closures=closures, profile="light")
        total_s, on_foot_s = one_by_one(router, places, resources, "light", closures)
        assert np.array_equal(found.total_s, total_s)
        assert np.array_equal(found.on_foot_s, on_foot_s)
        anew = router.searches(most_bytes=0).times(
            places, resources, closures=closures, profile="light"
        )
        assert np.array_equal(found.total_s, anew.total_s)


def test_only_what_changed_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a closure and after its end no place is searched anew; where all stand, nothing is."""
    router = town(np.random.default_rng(9), 8)
    network = router.network
    places = [position_on(network, street, 0.5) for street in (0, 20, 40)]
    resources = ResourceSet([Resource("a", position_on(network, 60, 0.0))])
    searches, none = router.searches(), Closures.none(network)
    searches.times(places, resources, profile="light", closures=none)
    graph = router._graph
    searched = []
    monkeypatch.setattr(graph, "field", lambda *_: searched.append(1))
    moved = ResourceSet([Resource("a", position_on(network, 30, 0.0))])
    searches.times(places, moved, profile="light", closures=none)
    closed = none.add("a", edge_ids=[int(network.street_edges[30].max())])
    searches.times(places, moved, profile="light", closures=closed)
    searches.times(places, moved, profile="light", closures=closed.remove("a"))
    assert not searched


def test_no_place_and_no_resource() -> None:
    router = town(np.random.default_rng(9), 3)
    place = position_on(router.network, 0, 0.5)
    nobody = ResourceSet([])
    assert router.searches().times([], nobody, profile="light").total_s.shape == (0, 0)
    assert router.searches().times([place], nobody, profile="light").total_s.shape == (1, 0)


def test_a_place_off_the_network_and_an_unknown_profile() -> None:
    router = town(np.random.default_rng(9), 3)
    place = position_on(router.network, 0, 0.5)
    with pytest.raises(QueryError) as raised:
        router.searches().times([place], ResourceSet([]), profile="sled")
    assert raised.value.code == "routing.unknown_profile"
    elsewhere = Position(10**6, 0.5, 0.0, 0.0, 0.0)
    with pytest.raises(QueryError) as raised:
        router.searches().times([elsewhere], ResourceSet([]), profile="light")
    assert raised.value.code == "routing.bad_position"


def test_a_place_in_a_closed_stretch_is_walked_to_from_both_sides() -> None:
    """Each stops on its own side of the closure, and walks what is left from there."""
    network = from_streets([Street([(0, 0), (0.01, 0)], highway="primary")])
    box = shapely.box(0.004, -1, 0.009, 1)
    closures = Closures.none(network).add("a", polygon=box)
    stand = {"far": 0.95, "near": 0.1}
    resources = ResourceSet(Resource(one, position_on(network, 0, at)) for one, at in stand.items())
    router = Router(network)
    places = [position_on(network, 0, 0.5)]
    found = router.searches().times(places, resources, profile="light", closures=closures)
    total_s, on_foot_s = one_by_one(router, places, resources, "light", closures)
    assert (found.total_s.tolist(), found.on_foot_s.tolist()) == (
        total_s.tolist(),
        on_foot_s.tolist(),
    )
    far_s, near_s = on_foot_s[0].tolist()
    assert far_s == pytest.approx(4 * near_s, rel=0.001)


def test_the_slow_way_counts_again_where_the_quick_one_closes() -> None:
    """One end of the place's own street is left by a quicker road to its other end."""
    network = from_streets(
        [
            Street([(0, 0), (0.01, 0)], highway="primary", speed_kph=20.0),
            Street([(0, 0), (0.005, 0.001), (0.01, 0)], highway="primary", speed_kph=100.0),
            Street([(-0.01, 0), (0, 0)], highway="primary"),
        ]
    )
    router, places = Router(network), [position_on(network, 0, 0.9)]
    resources = ResourceSet([Resource("a", position_on(network, 2, 0.5))])
    searches, none = router.searches(), Closures.none(network)
    closed = none.add("a", edge_ids=network.street_edges[1].tolist())
    times = [
        searches.times(places, resources, profile="light", closures=one).total_s[0, 0]
        for one in (none, closed, none)
    ]
    assert times[0] == times[2] < times[1]
    assert times[1] == router.nearest(places[0], resources, 1, closures=closed)[0].total_s
