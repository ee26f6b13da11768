"""Exact nearest resources, against networkx and on cases checked by hand."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import QueryError, kernels, repair, warm_up
from routing.build import Street, from_streets
from routing.closures import Closures
from routing.osm import from_osm_pbf
from routing.positions import Position, locate_many, position_on
from routing.profiles import PROFILES, edge_weights_ms
from routing.resources import Resource, ResourceSet
from routing.router import Router
from tests.routing.networks import STEP, Case, Reference, cases

KM = 1 / 111.32  # degrees of longitude at the equator


def line(*xs: float, y: float = 0.0) -> list[tuple[float, float]]:
    return [(x * KM, y * KM) for x in xs]


def ids(found: list) -> list[str]:
    return [one.id for one in found]


@given(cases())
@settings(max_examples=200, deadline=None)
def test_equals_networkx(case: Case) -> None:
    """Every total, order and stop short of a closure equals the plain reference."""
    router = Router(case.network)
    found = router.nearest(
        case.incident,
        case.resources,
        len(case.resources) + 1,
        profile=case.profile,
        closures=case.closures,
    )
    expected = Reference(case).answers()
    assert [(one.id, round(one.total_s * 1000)) for one in found] == [
        (name, total) for name, total, _, _ in expected
    ]
    assert [one.stops_short_m for one in found] == pytest.approx(
        [metres for _, _, metres, _ in expected]
    )
    for one in found:
        assert one.total_s == pytest.approx(one.turnout_s + one.travel_s)


@given(cases(), st.integers(1, 4), st.integers(1, 300))
@settings(max_examples=100, deadline=None)
def test_k_and_limit_cut_the_full_list(case: Case, k: int, limit_s: int) -> None:
    """k and the limit only shorten the answer to the same question without them."""
    router = Router(case.network)

    def ask(k: int, limit_s: float | None) -> list:
        return router.nearest(
            case.incident,
            case.resources,
            k,
            profile=case.profile,
            closures=case.closures,
            limit_s=limit_s,
        )

    everyone = ask(10, None)
    assert ask(k, None) == everyone[:k]
    assert ask(k, limit_s) == [one for one in everyone if one.total_s <= limit_s][:k]


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_input_does_not_matter(case: Case, rng: random.Random) -> None:
    router = Router(case.network)
    shuffled = case.resources[:]
    rng.shuffle(shuffled)
    answers = [
        router.nearest(case.incident, resources, 3, profile=case.profile, closures=case.closures)
        for resources in (case.resources, shuffled, ResourceSet(shuffled))
    ]
    assert answers[0] == answers[1] == answers[2]


@given(cases())
@settings(max_examples=100, deadline=None)
def test_closing_never_quickens_and_lifting_restores(case: Case) -> None:
    router = Router(case.network)

    def drives(closures: Closures) -> dict[str, float]:
        found = router.nearest(
            case.incident, case.resources, 10, profile=case.profile, closures=closures
        )
        return {one.id: one.total_s for one in found if one.stops_short_m == 0}

    open_roads = drives(Closures.none(case.network))
    closed = drives(case.closures)
    assert all(closed[name] >= open_roads[name] for name in closed)
    lifted = case.closures
    for closure_id in case.closures.ids:
        lifted = lifted.remove(closure_id)
    assert drives(lifted) == open_roads


@given(cases(closed=False))
@settings(max_examples=100, deadline=None)
def test_triangle_inequality(case: Case) -> None:
    """No detour over a third place is quicker than the answer."""
    places = [case.incident, *(one.position for one in case.resources)]
    seconds = Router(case.network).matrix(places, places, profile=case.profile)
    over = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (seconds <= over + 1e-6).all()


def test_turnout_decides() -> None:
    """Six minutes away with one minute of turnout beats four minutes away with five."""
    network = from_streets([Street(line(-6, 0, 4), speed_kph=60.0, highway="primary")])
    incident = position_on(network, 0, 0.6)
    resources = [
        Resource("near, slow", position_on(network, 0, 1.0), 300.0),
        Resource("far, quick", position_on(network, 0, 0.0), 60.0),
    ]
    found = Router(network).nearest(incident, resources, 1)
    assert ids(found) == ["far, quick"]
    assert found[0].total_s == pytest.approx(7 * 60, abs=1)


def test_straight_line_is_not_the_road() -> None:
    """The team across the river has no bridge: the farther one on this bank is nearest."""
    network = from_streets(
        [
            Street(line(0, 10), speed_kph=60.0),
            Street(line(0, 10, y=0.3), speed_kph=60.0),
            Street([*line(10), *line(10, y=0.3)], speed_kph=60.0),
        ]
    )
    incident = position_on(network, 0, 0.0)
    resources = [
        Resource("across", position_on(network, 1, 0.0)),
        Resource("along", position_on(network, 0, 0.5)),
    ]
    assert ids(Router(network).nearest(incident, resources, 2)) == ["along", "across"]


def test_same_street_one_way() -> None:
    """Behind the team on a one-way street the incident is reached around the block."""
    network = from_streets(
        [
            Street(line(0, 1), direction=1, speed_kph=60.0),
            Street([*line(1), *line(1, y=1), *line(0, y=1), *line(0)], speed_kph=60.0),
        ]
    )
    ahead, behind = position_on(network, 0, 0.75), position_on(network, 0, 0.25)
    router = Router(network)
    assert router.nearest(ahead, [Resource("a", behind)], 1)[0].travel_s == pytest.approx(
        30, abs=0.5
    )
    around = router.nearest(behind, [Resource("a", ahead)], 1)[0].travel_s
    assert around == pytest.approx(30 / 2 + 3 * 60 + 15, abs=2)


def test_equal_times_are_ordered_by_id() -> None:
    network = from_streets([Street(line(-1, 0)), Street(line(0, 1))])
    incident = position_on(network, 0, 1.0)
    resources = [
        Resource(name, position_on(network, street, end))
        for name, street, end in (("b", 0, 0.0), ("c", 1, 1.0), ("a", 1, 1.0))
    ]
    assert ids(Router(network).nearest(incident, resources, 2)) == ["a", "b"]


def test_who_arrives_on_the_limit_is_found() -> None:
    """Over a junction, along the incident's own street, and where all stop at a closure."""
    network = from_streets([Street(line(-1, 0)), Street(line(0, 2))])
    incident = position_on(network, 1, 0.5)
    area = shapely.box(0.9 * KM, -KM, 1.1 * KM, KM)
    closed = Closures.none(network).add("slide", polygon=area)
    router = Router(network)
    for street, at in ((0, 0.0), (0, 1.0), (1, 0.0), (1, 0.9)):
        team = Resource("team", position_on(network, street, at), 60.0)
        for closures in (None, closed):
            (one,) = router.nearest(incident, [team], 1, closures=closures)
            just = router.nearest(incident, [team], 1, closures=closures, limit_s=one.total_s)
            late = one.total_s - 0.001
            assert just == [one]
            assert router.nearest(incident, [team], 1, closures=closures, limit_s=late) == []


NORTH = [
    [(-1.0, 1.0), (0.0, 1.0)],
    [(0.0, 1.0), (0.0, 0.0)],  # closed: 1 km on foot
]
SOUTH = [
    [(-1.0, -1.0), (0.0, -1.0)],  # closed, with the next: 2 km on foot
    [(0.0, -1.0), (0.0, 0.0)],
]


@pytest.mark.parametrize("south_first", [True, False])
@pytest.mark.parametrize("team_on", ["junction", "street"])
def test_of_equal_ways_the_one_with_less_on_foot_counts(team_on: str, *, south_first: bool) -> None:
    """Walking as fast as driving, both ways round a square take the same time."""
    middle = [(-1.0, 1.0), (-1.0, 0.0), (-1.0, -1.0)]
    parts = [middle] if team_on == "street" else [middle[:2], middle[1:]]
    ways = [*SOUTH, *NORTH, *parts] if south_first else [*NORTH, *SOUTH, *parts]
    network = from_streets(
        [Street([(x * KM, y * KM) for x, y in way], speed_kph=60.0) for way in ways]
    )

    def edges(*streets: list[tuple[float, float]]) -> list[int]:
        numbers = [ways.index(street) for street in streets]
        return [int(edge) for edge in network.street_edges[numbers].ravel()]

    at = 0.5 if team_on == "street" else 1.0
    team = Resource("team", position_on(network, ways.index(parts[0]), at))
    incident = position_on(network, ways.index(NORTH[1]), 1.0)
    router = Router(network, on_foot_kph=60.0)
    closures = Closures.none(network).add("slide", edge_ids=edges(NORTH[1], *SOUTH))
    detour = closures.add("north", edge_ids=edges(NORTH[0]))
    (north,) = router.nearest(incident, [team], 1, closures=closures)
    (south,) = router.nearest(incident, [team], 1, closures=detour)

    assert north.total_s + north.on_foot_s == south.total_s + south.on_foot_s
    assert north.stops_short_m == pytest.approx(993, abs=10)
    assert south.stops_short_m == pytest.approx(1993, abs=10)
    route = router.route(team.position, incident, closures=closures)
    assert route.travel_s == north.travel_s


@pytest.mark.parametrize(("ms", "goal"), [((5, 5), 0), ((5, 4), 1), ((4, 5), 0)])
def test_of_goals_on_one_node_the_quickest_counts_then_the_first(
    ms: tuple[int, int], goal: int
) -> None:
    def numbers(*values: int) -> np.ndarray:
        return np.array(values, dtype=np.int32)

    def times(*values: int) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    no_arcs = kernels.Arcs(times(0, 0), numbers(), numbers(), numbers())
    best_ms, best_goal = times(int(kernels.UNREACHED)), numbers(-1)
    scratch = kernels.Scratch(
        distance=numbers(int(kernels.UNREACHED)),
        root=numbers(0),
        via=numbers(0),
        touched=numbers(0),
        first_hang=numbers(-1),
        heap=np.zeros(8, dtype=np.int64),
    )
    hangs = kernels.Hangs(numbers(0), times(10), numbers(0))
    goals = kernels.Goals(numbers(0, 0), times(*ms))
    closed = np.zeros(0, dtype=np.bool_)
    found = kernels.nearest_search(
        no_arcs, closed, goals, hangs, best_ms, best_goal, 1, 100, scratch, numbers(0)
    )
    assert (found, int(best_goal[0]), int(best_ms[0])) == (1, goal, 10 + min(ms))


def test_two_incidents_on_one_edge_as_a_team() -> None:
    network = from_streets([Street(line(0, 6), speed_kph=60.0, highway="primary")])
    team = Resource("team", position_on(network, 0, 0.5))
    router = Router(network)
    for at in (0.25, 0.75):
        found = router.nearest(position_on(network, 0, at), [team], 1)
        assert found[0].travel_s == pytest.approx(90, abs=1)
    assert router.nearest(team.position, [team], 1)[0].travel_s == 0.0


def test_closed_under_the_incident() -> None:
    """Each side stops where the closure begins, and says how far that is."""
    network = from_streets([Street(line(0, 10), speed_kph=60.0)])
    area = shapely.box(4 * KM, -KM, 6 * KM, KM)
    closures = Closures.none(network).add("slide", polygon=area)
    resources = [
        Resource("west", position_on(network, 0, 0.0)),
        Resource("east", position_on(network, 0, 1.0)),
        Resource("inside", position_on(network, 0, 0.45)),
    ]
    incident = position_on(network, 0, 0.5)
    router = Router(network)
    found = router.nearest(incident, resources, 5, closures=closures)
    assert ids(found) == ["east", "west"]
    for one in found:
        assert one.stops_short_m == pytest.approx(1000, rel=0.01)
        assert one.travel_s == pytest.approx(4 * 60, rel=0.01)
        assert one.on_foot_s == pytest.approx(900, rel=0.01)
    left_out = router.explain(incident, resources, closures=closures)
    assert [(one.id, one.reason, one.closure_ids) for one in left_out] == [
        ("inside", "closure", ("slide",))
    ]


def test_beyond_a_closure_on_the_same_street() -> None:
    """A team on the incident's side of the closure drives straight there."""
    network = from_streets([Street(line(0, 10), speed_kph=60.0)])
    area = shapely.box(4 * KM, -KM, 5 * KM, KM)
    closures = Closures.none(network).add("slide", polygon=area)
    team = Resource("team", position_on(network, 0, 0.7))
    found = Router(network).nearest(position_on(network, 0, 0.9), [team], 1, closures=closures)
    assert found[0].travel_s == pytest.approx(120, abs=1)


def test_one_direction_closed() -> None:
    """An edge closed one way still lets traffic through the other way."""
    network = from_streets([Street(line(0, 1), speed_kph=60.0)])
    there = int(network.street_edges[0, 0])
    closures = Closures.none(network).add("works", edge_ids=[there])
    router = Router(network)
    west, east = position_on(network, 0, 0.2), position_on(network, 0, 0.8)
    assert router.nearest(east, [Resource("a", west)], 1, closures=closures) == []
    assert router.explain(east, [Resource("a", west)], closures=closures)[0].reason == "closure"
    assert len(router.nearest(west, [Resource("a", east)], 1, closures=closures)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"k": 0}, "routing.bad_k"),
        ({"k": 1.5}, "routing.bad_k"),
        ({"limit_s": 0}, "routing.bad_limit"),
        ({"limit_s": float("nan")}, "routing.bad_limit"),
        ({"profile": "tank"}, "routing.unknown_profile"),
        ({"incident": Position(7, 0.5, 0.0, 0.0, 0.0)}, "routing.bad_position"),
        ({"incident": Position(0, float("nan"), 0.0, 0.0, 0.0)}, "routing.bad_position"),
        ({"resources": [Resource("a", Position(-1, 0.5, 0.0, 0.0, 0.0))]}, "routing.bad_position"),
        (
            {"resources": [Resource("a", Position(0, 0.5, 0, 0, 0))] * 2},
            "routing.duplicate_resource",
        ),
        ({"resources": [Resource("a", Position(0, 0.5, 0, 0, 0), -1.0)]}, "routing.bad_turnout"),
    ],
)
def test_bad_questions(change: dict, code: str) -> None:
    network = from_streets([Street(line(0, 1))])
    question = {"incident": position_on(network, 0, 0.5), "resources": [], "k": 1, **change}
    with pytest.raises(QueryError) as raised:
        Router(network).nearest(**question)
    assert raised.value.code == code


def test_unknown_profile_lists_the_known_ones() -> None:
    network = from_streets([Street(line(0, 1))])
    with pytest.raises(QueryError, match="heavy, light, lowloader"):
        Router(network).route(
            position_on(network, 0, 0.0), position_on(network, 0, 1.0), profile="tank"
        )


def test_closures_of_another_network_are_refused() -> None:
    one, other = (from_streets([Street(line(0, 1))]) for _ in range(2))
    closures = Closures.none(other).add("x", edge_ids=[0])
    with pytest.raises(QueryError) as raised:
        Router(one).nearest(position_on(one, 0, 0.5), [], 1, closures=closures)
    assert raised.value.code == "routing.foreign_closures"


def test_no_resources_and_bad_pace() -> None:
    network = from_streets([Street(line(0, 1))])
    assert Router(network).nearest(position_on(network, 0, 0.5), [], 3) == []
    with pytest.raises(QueryError):
        Router(network, on_foot_kph=0.0)


@pytest.fixture(scope="module")
def andorra(shared_data: Path):
    return from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)


def scattered(network, count: int, seed: int) -> list[Position]:
    rng = np.random.default_rng(seed)
    xs = rng.uniform(network.x.min(), network.x.max(), count * 3)
    ys = rng.uniform(network.y.min(), network.y.max(), count * 3)
    places = locate_many(network, xs, ys, profile=PROFILES["lowloader"])
    return [place for place in places if place is not None][:count]


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_andorra_equals_networkx(andorra, profile: str) -> None:
    """On a real extract, from places on streets, by one Dijkstra per incident."""
    places = scattered(andorra, 60, 1)
    resources = [
        Resource(f"team {i:02d}", place, 30.0 * (i % 4)) for i, place in enumerate(places[:50])
    ]
    router = Router(andorra)
    for incident in places[50:]:
        case = Case(andorra, incident, resources, profile, Closures.none(andorra))
        expected = Reference(case).answers()
        found = router.nearest(incident, resources, 5, profile=profile)
        assert [(one.id, round(one.total_s * 1000)) for one in found] == [
            (name, total) for name, total, _, _ in expected[:5]
        ]


def test_andorra_closed_area_equals_networkx(andorra) -> None:
    places = scattered(andorra, 40, 2)
    resources = [Resource(f"team {i:02d}", place) for i, place in enumerate(places[:30])]
    centre = places[30]
    closures = Closures.none(andorra).add(
        "area", polygon=shapely.Point(centre.x, centre.y).buffer(0.008)
    )
    closures = closures.add("edges", edge_ids=range(0, andorra.edge_count, 50))
    router = Router(andorra)
    for incident in places[30:]:
        case = Case(andorra, incident, resources, "light", closures)
        found = router.nearest(incident, resources, 30, closures=closures)
        assert [
            (one.id, round(one.total_s * 1000), round(one.stops_short_m, 3)) for one in found
        ] == [
            (name, total, round(metres, 3)) for name, total, metres, _ in Reference(case).answers()
        ]


def test_threads_with_different_closures(andorra) -> None:
    """Concurrent queries over one router do not touch one another."""
    places = scattered(andorra, 60, 3)
    resources = ResourceSet(Resource(f"team {i:02d}", at) for i, at in enumerate(places[:40]))
    router = Router(andorra)
    sets = [None] + [
        Closures.none(andorra).add("x", edge_ids=range(start, andorra.edge_count, 40))
        for start in range(7)
    ]
    questions = [(place, closures) for place in places[40:] for closures in sets]

    def ask(question):
        place, closures = question
        return (
            router.nearest(place, resources, 5, closures=closures),
            router.isochrones(place, [5], closures=closures)[0].area_km2,
        )

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, questions)) == alone


def test_kernels_are_compiled_once(andorra) -> None:
    """One signature each: closures, profiles and empty inputs do not compile anew."""
    places = scattered(andorra, 4, 4)
    router = Router(andorra)
    closures = Closures.none(andorra).add("x", edge_ids=[1])
    router.nearest(places[0], [], 1)
    router.nearest(places[0], [Resource("a", places[1])], 1, closures=closures)
    router.route(places[2], places[3], profile="heavy")
    searches, resources = router.searches(), ResourceSet([Resource("a", places[1])])
    for laid in (None, closures, closures.remove("x")):
        searches.times(places, resources, profile="heavy", closures=laid)
    warm_up()
    searching = kernels.nearest_search, kernels.tree_search, kernels.read_off
    for one in (*searching, repair.repair_search):
        assert len(one.signatures) == 1


def test_without_a_place_for_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where numba may write nowhere the functions compile all the same."""
    from numba.core import caching

    from routing.compiling import compiled

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])

    @compiled
    def twice(value):
        return 2 * value

    assert twice(21) == 42


def test_networkx_alone_agrees_on_a_grid() -> None:
    """A reference built without the library's weights: Manhattan distances."""
    streets = [
        Street([(i * STEP, j * STEP), ((i + di) * STEP, (j + dj) * STEP)], speed_kph=36.0)
        for i in range(6)
        for j in range(6)
        for di, dj in ((1, 0), (0, 1))
        if i + di < 6 and j + dj < 6
    ]
    network = from_streets(streets)
    G = nx.DiGraph()
    for edge, ms in enumerate(edge_weights_ms(network, PROFILES["light"])):
        G.add_edge(int(network.u[edge]), int(network.v[edge]), weight=int(ms))
    router = Router(network)
    starts = [position_on(network, street, 0.0) for street in range(network.street_count)]
    resources = [Resource(f"{i:02d}", start) for i, start in enumerate(starts)]
    expected = nx.single_source_dijkstra_path_length(G.reverse(), int(network.u[0]))
    found = router.nearest(position_on(network, 0, 0.0), resources, 100)
    tail = {f"{i:02d}": int(network.u[network.street_edges[i, 0]]) for i in range(len(streets))}
    assert {one.id: round(one.total_s * 1000) for one in found} == {
        name: expected[node] for name, node in tail.items()
    }
