"""A street lost costs what closing it from end to end does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import (
    Closures,
    Fleet,
    Losses,
    QueryError,
    Resource,
    ResourceSet,
    Router,
    from_osm_pbf,
    from_streets,
    position_on,
)
from routing.build import Street
from routing.profiles import PROFILES
from tests.routing.networks import closures_on, networks, positions_on

Fleets = list[Fleet]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Router, Fleets, list[float], Closures | None]:
    """A network, places with weights, vehicles of one or two kinds, and what is closed."""
    network = draw(networks())
    place = positions_on(network)
    count = draw(st.integers(1, 6))
    places = draw(st.lists(place, min_size=count, max_size=count))
    others = draw(
        st.lists(st.none() | place | st.sampled_from(places), min_size=count, max_size=count)
    )
    fleets = []
    profiles = draw(st.permutations(sorted(PROFILES)))
    for profile, stands in zip(profiles, (places, others)[: draw(st.integers(1, 2))], strict=False):
        crews = ResourceSet(
            Resource(
                f"{profile} {i}",
                draw(place | st.sampled_from(places)),
                draw(st.sampled_from([0.0, 60.5])),
            )
            for i in range(draw(st.integers(0, 3)))
        )
        fleets.append(Fleet(crews, stands, profile))
    weights = draw(st.lists(st.sampled_from([0.0, 1.0, 350.0]), min_size=count, max_size=count))
    return Router(network), fleets, weights, draw(st.none() | closures_on(network))


def first_s(router: Router, fleets: Fleets, closures: Closures | None) -> list[float]:
    """When the first of all comes to each place."""
    best = np.full(len(fleets[0].places), np.inf)
    for fleet in fleets:
        cover = router.cover(fleet.resources, profile=fleet.profile, closures=closures)
        rows = [row for row, place in enumerate(fleet.places) if place is not None]
        stands = [place for place in fleet.places if place is not None]
        best[rows] = np.minimum(best[rows], cover.at(stands).total_s[:, 0])
    return best.tolist()


def searched(
    router: Router,
    fleets: Fleets,
    weights: Sequence[float],
    groups: Sequence[Sequence[int]],
    *,
    limit_s: float,
    closures: Closures | None = None,
) -> Losses:
    """The same by closing each group and asking anew."""
    network = router.network
    told = Losses(*(np.zeros(len(groups)) for _ in range(6)))
    before = first_s(router, fleets, closures)
    homes = [
        min((one for one in stands if one is not None), key=lambda one: one.side_distance_m)
        if any(one is not None for one in stands)
        else None
        for stands in zip(*(fleet.places for fleet in fleets), strict=True)
    ]
    for row, group in enumerate(groups):
        edges = network.street_edges[list(group)].ravel()
        shut = (closures or Closures.none(network)).add("lost", edge_ids=edges[edges >= 0])
        after = first_s(router, fleets, shut)
        for home, weight, was, now in zip(homes, weights, before, after, strict=True):
            if np.isinf(was) or home is None:
                continue
            flooded = home.street in group and home.fraction not in {0.0, 1.0}
            told.touched[row] += weight * (flooded or now != was)
            told.beyond[row] += weight * (was <= limit_s and (flooded or now > limit_s))
            if flooded:
                told.flooded[row] += weight
            elif np.isinf(now):
                told.isolated[row] += weight
            else:
                told.added_s[row] += weight * (now - was)
                told.late[row] += weight * (was <= limit_s < now)
    return told


def same(one: Losses, other: Losses) -> None:
    for name in ("late", "isolated", "flooded", "beyond"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.touched >= other.touched).all()
    np.testing.assert_allclose(one.added_s, other.added_s, rtol=1e-9, atol=1e-6)


@given(worlds(), st.data())
@settings(max_examples=120, deadline=None)
def test_equals_closing_and_searching_anew(
    world: tuple[Router, Fleets, list[float], Closures | None], data: st.DataObject
) -> None:
    """Each street alone, and any streets together."""
    router, fleets, weights, closures = world
    streets = range(router.network.street_count)
    baseline = router.baseline(fleets, closures=closures)
    assert baseline.before_s.tolist() == first_s(router, fleets, closures)
    alone = [[street] for street in streets]
    together = data.draw(st.lists(st.sets(st.sampled_from(streets), max_size=5), max_size=3))
    for groups, asked in ((alone, None), ([sorted(one) for one in together],) * 2):
        told = baseline.without(asked, weights=weights, limit_s=60.0)
        same(told, searched(router, fleets, weights, groups, limit_s=60.0, closures=closures))


def test_a_bridge_and_a_bypass() -> None:
    """At 10 m a second: 1 km of road with a bypass of 2 km to a village, 1 km on to a farm."""
    at = [(x / 111_319.49, y / 111_319.49) for x, y in ((0, 0), (1000, 0), (2000, 0), (500, 866))]
    lines = [(at[0], at[1]), (at[1], at[2]), (at[0], at[3], at[1])]
    router = Router(from_streets([Street(list(line), speed_kph=36.0) for line in lines]))
    road, onward, bypass = (
        router.locate(x / 111_319.49, y / 111_319.49).street
        for x, y in ((500, 0), (1500, 0), (250, 433))
    )
    village, farm = router.locate(*at[1]), router.locate(*at[2])
    half_way = position_on(router.network, onward, 0.5)
    crew = ResourceSet([Resource("crew", router.locate(*at[0]))])
    baseline = router.baseline([Fleet(crew, [village, farm, half_way])])
    assert baseline.before_s == pytest.approx([100.0, 200.0, 150.0], abs=0.5)
    lost = [[road], [onward], [bypass], [road, bypass]]
    told = baseline.without(lost, weights=[100.0, 5.0, 1.0], limit_s=180.0)
    # Over the bypass everybody is reached 100 s later; the farm was late before.
    assert told.added_s == pytest.approx([10_600.0, 0.0, 0.0, 0.0], rel=0.02)
    assert told.late.tolist() == [101.0, 0.0, 0.0, 0.0]
    assert told.isolated.tolist() == [0.0, 5.0, 0.0, 106.0]
    assert told.flooded.tolist() == [0.0, 1.0, 0.0, 0.0]


def test_streets_of_a_real_extract(shared_data: Path) -> None:
    """``benchmarks/bench_losses.py`` compares every street of it."""
    network = from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)
    router, random = Router(network), np.random.default_rng(5)
    spots = zip(
        random.integers(0, network.street_count, 308).tolist(),
        random.uniform(0.1, 0.9, 308).tolist(),
        strict=True,
    )
    places = [position_on(network, *spot) for spot in spots]
    crews = ResourceSet(Resource(f"crew {i}", places.pop(), 60.0) for i in range(8))
    weights = random.integers(0, 500, 300).astype(float).tolist()
    fleets = [Fleet(crews, places)]
    told = router.baseline(fleets).without(weights=weights, limit_s=600.0)
    streets = [*np.argsort(-told.added_s)[:100].tolist(), *random.integers(0, 6000, 100).tolist()]
    expected = searched(router, fleets, weights, [[one] for one in streets], limit_s=600.0)
    same(Losses(*(column[streets] for column in vars(told).values())), expected)
    assert (told.isolated > 0).any()
    assert (told.late > 0).any()


@pytest.mark.parametrize(
    ("groups", "weights", "code"),
    [
        ([[0, 10**6]], None, "routing.bad_street"),
        ([[-1]], None, "routing.bad_street"),
        (None, [1.0, 2.0], "routing.bad_weights"),
        (None, [-1.0], "routing.bad_weights"),
        (None, [float("nan")], "routing.bad_weights"),
    ],
)
def test_refuses(groups: list[list[int]] | None, weights: list[float] | None, code: str) -> None:
    router = Router(from_streets([Street([(0.0, 0.0), (0.01, 0.0)])]))
    place = position_on(router.network, 0, 0.5)
    with pytest.raises(QueryError) as raised:
        router.baseline([Fleet(ResourceSet([]), [place])]).without(groups, weights=weights)
    assert raised.value.code == code
