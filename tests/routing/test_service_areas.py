"""Service areas hold the roads that their post reaches first, and keep apart."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import (
    Closures,
    Crews,
    QueryError,
    Resource,
    ResourceSet,
    Router,
    ServiceAreas,
    check_areas,
    from_osm_pbf,
    from_streets,
    position_on,
)
from routing.build import Street
from routing.isochrones import BUFFER_M
from tests.routing.networks import closures_on, networks, positions_on

STEP = 0.02
MINUTES = [1.0, 3.0, 8.0]
# No crew stands at one: who stands on a closed stretch is there, but drives nowhere.
SPOTS = np.linspace(0.0131, 0.9873, 8)
A_DEGREE_M = 111_319.5


@st.composite
def worlds(draw: st.DrawFn):
    network = draw(networks(step=STEP))
    place = positions_on(network)
    crews = ResourceSet(
        Resource(f"crew {i}", draw(place), draw(st.sampled_from([0.0, 60.5])))
        for i in range(draw(st.integers(0, 5)))
    )
    asked = {
        "profile": draw(st.sampled_from(["light", "heavy"])),
        "closures": draw(st.none() | closures_on(network, step=STEP)),
    }
    return Router(network), crews, asked


def areas_of(
    router: Router, crews, minutes: list[float], *, posts=None, profile="light", closures=None
) -> ServiceAreas:
    packed = crews if isinstance(crews, ResourceSet) else ResourceSet(crews)
    asked = Crews(resources=packed, profile=profile, posts=posts)
    return router.service_areas([asked], minutes, closures=closures)


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_claims_are_who_is_first(world) -> None:
    """At places along every street, the one and the time that the cover finds there."""
    router, crews, asked = world
    network = router.network
    cover = router.cover(crews, **asked)
    claims = router.claims(
        [Crews(resources=crews, profile=asked["profile"])],
        closures=asked["closures"],
        limit_s=MINUTES[-1] * 60,
    )
    parts = claims.parts
    assert (parts.end > parts.start).all()
    same = parts.street[1:] == parts.street[:-1]
    assert (parts.street[1:] >= parts.street[:-1]).all()
    assert (parts.start[1:][same] >= parts.end[:-1][same]).all()
    spots = list(itertools.product(range(network.street_count), SPOTS))
    first = cover.at([position_on(network, *spot) for spot in spots])
    for (street, at), (total_s,), (who,) in zip(spots, first.total_s, first.resource, strict=True):
        on = (parts.street == street) & (parts.start < at) & (at < parts.end)
        if total_s > MINUTES[-1] * 60 + 0.002:
            assert not on.any()
        elif total_s < MINUTES[-1] * 60 - 0.002 and not _at_a_cut(parts, street, at):
            (row,) = np.flatnonzero(on)
            told_s = (claims.at_ms[row] + claims.slope_ms[row] * at) / 1000
            assert told_s == pytest.approx(total_s, abs=0.002)
            if claims.post[row] != who:  # as soon as the other, to the millisecond
                assert len(crews) > 1


def _at_a_cut(parts, street: int, at: float) -> bool:
    cuts = np.concatenate((parts.start, parts.end))[np.tile(parts.street == street, 2)]
    return bool((np.abs(cuts - at) < 1e-4).any())


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_areas_are_nested_and_apart(world) -> None:
    router, crews, asked = world
    found = areas_of(router, crews, [8, 1, 3, 1], **asked)
    assert [one.minutes for one in found.areas] == MINUTES * len(crews)
    assert [one.post for one in found.areas[::3]] == [one.id for one in crews]
    for post in (found.areas[at : at + 3] for at in range(0, len(found.areas), 3)):
        for one in post:
            assert one.geometry.is_valid
            assert (one.road_km > 0) or one.geometry.is_empty
        for inner, outer in itertools.pairwise(post):
            assert inner.geometry.is_empty or outer.geometry.covers(inner.geometry)
            assert outer.road_km >= inner.road_km
    for one, other in itertools.combinations(found.areas[2::3], 2):
        assert not one.geometry.intersects(other.geometry)


def test_two_posts_on_one_road_meet_half_way() -> None:
    """4 km apart at 60 km/h: each has 2 km inwards, and in 3 min 3 km outwards; no round caps."""
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    length_m = network.street_length[0]
    crews = [
        Resource("west", position_on(network, 0, 8_000 / length_m)),
        Resource("east", position_on(network, 0, 12_000 / length_m)),
    ]
    west, east = areas_of(Router(network), crews, [3]).areas[::-1]
    assert (west.post, east.post) == ("west", "east")
    assert west.road_km == pytest.approx(5.0, abs=0.01)
    bounds = np.array([west.geometry.bounds, east.geometry.bounds]) * A_DEGREE_M
    assert bounds[:, 0] == pytest.approx([5_000, 10_000], abs=10)
    assert bounds[:, 2] == pytest.approx([10_000, 15_000], abs=10)
    assert west.area_km2 == pytest.approx(5.0 * 2 * BUFFER_M / 1000, rel=0.01)


def test_turnout_counts() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    crew = Resource("a", position_on(network, 0, 0.5), turnout_s=60.0)
    (area,) = areas_of(Router(network), [crew], [3]).areas
    assert area.road_km == pytest.approx(4.0, abs=0.01)


def test_crews_of_one_post_have_one_area() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    crews = [Resource(name, position_on(network, 0, at)) for name, at in (("a", 0.4), ("b", 0.6))]
    router = Router(network)
    apart = areas_of(router, crews, [3]).areas
    (joined,) = areas_of(router, crews, [3], posts=["all", "all"]).areas
    assert joined.post == "all"
    assert joined.road_km == pytest.approx(sum(one.road_km for one in apart))
    united = shapely.union_all([one.geometry for one in apart])
    assert joined.geometry.symmetric_difference(united).area < 2e-3 * united.area


def test_of_two_vehicles_the_first_counts() -> None:
    """The light crew is slower to turn out, but a bridge bars the heavy one."""
    network = from_streets(
        [
            Street([(0.0, 0.0), (0.1, 0.0)], speed_kph=60.0),
            Street([(0.1, 0.0), (0.2, 0.0)], speed_kph=60.0, maxweight=10.0),
        ]
    )
    heavy = Resource("heavy", position_on(network, 0, 0.5))
    light = Resource("light", position_on(network, 0, 0.5), turnout_s=60.0)
    crews = [
        Crews(resources=ResourceSet([heavy]), profile="heavy"),
        Crews(resources=ResourceSet([light]), profile="light"),
    ]
    found = {one.post: one for one in Router(network).service_areas(crews, [30]).areas}
    street_km = network.street_length / 1000
    assert found["heavy"].road_km == pytest.approx(street_km[0])
    assert found["light"].road_km == pytest.approx(street_km[1])


def test_a_closure_ends_an_area() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)], speed_kph=60.0)])
    closures = Closures.none(network).add("a", polygon=shapely.box(0.11, -1, 0.12, 1))
    crew = Resource("a", position_on(network, 0, 0.5))
    (area,) = areas_of(Router(network), [crew], [9], closures=closures).areas
    assert area.geometry.bounds[2] == pytest.approx(0.11, abs=1e-4)


def test_roads_that_cross_without_meeting_are_counted_apart() -> None:
    """A motorway nobody gets onto crosses over a street: both lie where they cross."""
    network = from_streets(
        [
            Street([(0.0, 0.0), (0.1, 0.0)], speed_kph=60.0),
            Street([(0.05, -0.05), (0.05, 0.05)], speed_kph=60.0, maxweight=1.0),
        ]
    )
    found = areas_of(Router(network), [Resource("a", position_on(network, 0, 0.3))], [30])
    (check,) = check_areas(found)
    assert check.road_km == pytest.approx(0.1 * A_DEGREE_M / 1000, rel=0.01)
    assert check.outside_km < 0.02 * check.road_km
    at_crossing = check.outside_crossing_km + check.inside_crossing_km
    assert 0 < at_crossing < 4 * 2 * found.grid_m / 1000


def test_no_part_and_no_hole_is_a_sliver() -> None:
    """Streets of a town at every hundred metres, three posts: pieces of a quarter hectare."""
    line = np.linspace(110.0, 110.03, 31)
    rows = [[(x, 36 + y) for x in (110.0, 110.03)] for y in line - 110.0]
    columns = [[(x, 36 + y) for y in (0.0, 0.03)] for x in line]
    network = from_streets([Street(one, speed_kph=30.0) for one in rows + columns])
    rng = np.random.default_rng(3)
    crews = [
        Resource(f"{i}", position_on(network, int(rng.integers(network.street_count)), 0.4))
        for i in range(3)
    ]
    found = areas_of(Router(network), crews, [2, 4])
    lon_m, lat_m = A_DEGREE_M * math.cos(math.radians(36.0)), A_DEGREE_M
    for one in found.areas:
        for part in one.geometry.geoms:
            for ring in (part.exterior, *part.interiors):
                assert shapely.Polygon(ring).area * lon_m * lat_m > 2_400


@pytest.fixture(scope="module")
def andorra(shared_data: Path):
    return from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)


@pytest.mark.parametrize("times", [[10], [5, 10, 20]])
def test_andorra_holds_its_roads_to_a_hundredth(andorra, times: list[float]) -> None:
    """By length of road, of places drawn at random and by the exact check alike."""
    rng = np.random.default_rng(18)
    main = np.flatnonzero(andorra.node_component[andorra.u[andorra.street_edges.max(axis=1)]] == 0)
    crews = ResourceSet(
        Resource(f"{i:02d}", position_on(andorra, int(street), 0.5))
        for i, street in enumerate(rng.choice(main, 20, replace=False))
    )
    router = Router(andorra)
    found = areas_of(router, crews, times)
    checks = check_areas(found)
    cover = router.cover(crews)
    length = andorra.street_length
    streets = rng.choice(andorra.street_count, 6_000, p=length / length.sum())
    places = [
        position_on(andorra, int(street), float(at))
        for street, at in zip(streets, rng.uniform(size=len(streets)), strict=True)
    ]
    first = cover.at(places)
    points = shapely.points([(one.x, one.y) for one in places])
    for minutes in times:
        areas = [one for one in found.areas if one.minutes == minutes]
        own = np.where(first.total_s[:, 0] <= minutes * 60, first.resource[:, 0], -1)
        tree = shapely.STRtree([one.geometry for one in areas])
        place, area = tree.query(points, predicate="within")
        drawn = np.full(len(places), -1)
        drawn[place] = area
        reached = own >= 0
        outside = (reached & (drawn != own)).sum() / reached.sum()
        inside = ((drawn >= 0) & (drawn != own)).sum() / reached.sum()
        assert (np.bincount(place, minlength=1) <= 1).all()
        pairs = tree.query([one.geometry for one in areas], predicate="intersects")
        assert (pairs[0] == pairs[1]).all()
        sums = [one for one in checks if one.minutes == minutes]
        road_km = sum(one.road_km for one in sums)
        shares = [
            sum(getattr(one, name) + getattr(one, at) for one in sums) / road_km
            for name, at in (
                ("outside_km", "outside_crossing_km"),
                ("inside_km", "inside_crossing_km"),
            )
        ]
        assert max(shares) <= 0.01
        # Three standard deviations of a share of a hundredth among the places drawn.
        spread = 3 * math.sqrt(0.01 / reached.sum())
        assert (outside, inside) == pytest.approx(shares, abs=spread)
        assert road_km == pytest.approx(
            reached.mean() * length.sum() / 1000, rel=3 / math.sqrt(reached.sum())
        )


@pytest.mark.parametrize("minutes", [[], [0], [math.nan], [-3], [1e9]])
def test_bad_minutes(minutes: list[float]) -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)])])
    crew = Resource("a", position_on(network, 0, 0.5))
    with pytest.raises(QueryError) as caught:
        areas_of(Router(network), [crew], minutes)
    assert caught.value.code == "routing.bad_minutes"


def test_nobody_has_no_areas() -> None:
    network = from_streets([Street([(0.0, 0.0), (0.2, 0.0)])])
    assert areas_of(Router(network), [], [10]).areas == ()
