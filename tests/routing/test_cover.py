"""Who arrives first everywhere is who ``nearest`` says, and streets are covered as their places."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import (
    Closures,
    Crews,
    Position,
    QueryError,
    Resource,
    ResourceSet,
    Router,
    from_streets,
)
from routing.build import Street
from routing.positions import position_on
from routing.profiles import PROFILES
from tests.routing.networks import closures_on, networks, positions_on


@st.composite
def worlds(
    draw: st.DrawFn,
) -> tuple[Router, list[Position], ResourceSet, list[str], Closures | None]:
    """A network, places, resources at posts, and what is closed."""
    network = draw(networks())
    place = positions_on(network)
    places = draw(st.lists(place, min_size=1, max_size=5))
    resources = ResourceSet(
        Resource(
            f"crew {i}", draw(place | st.sampled_from(places)), draw(st.sampled_from([0.0, 60.5]))
        )
        for i in range(draw(st.integers(0, 6)))
    )
    posts = [draw(st.sampled_from("abc")) for _ in resources]
    closures = draw(st.none() | closures_on(network))
    return Router(network), places, resources, posts, closures


def first_due(
    router: Router,
    place: Position,
    resources: ResourceSet,
    posts: list[str],
    k: int,
    **asked: object,
) -> list[tuple[float, str]]:
    """The first of each post that drive all the way, from ``nearest``."""
    post_of = {one.id: post for one, post in zip(resources, posts, strict=True)}
    found: dict[str, tuple[float, str]] = {}
    for one in router.nearest(place, resources, len(resources) + 1, **asked):  # type: ignore[arg-type]
        if not one.stops_short_m:
            found.setdefault(post_of[one.id], (one.total_s, one.id))
    return list(found.values())[:k]


@given(worlds(), st.integers(1, 4), st.sampled_from(sorted(PROFILES)), st.booleans())
@settings(max_examples=120, deadline=None)
def test_equals_nearest(
    world: tuple[Router, list[Position], ResourceSet, list[str], Closures | None],
    k: int,
    profile: str,
    by_post: bool,
) -> None:
    """Times and resources, in the same order, one for each post."""
    router, places, resources, posts, closures = world
    posts = posts if by_post else [one.id for one in resources]
    asked = {"profile": profile, "closures": closures}
    cover = router.cover(resources, k, posts=posts if by_post else None, **asked)
    found = cover.at(places)
    names = [one.id for one in resources]
    for row, place in enumerate(places):
        expected = first_due(router, place, resources, posts, k, **asked)
        known = found.resource[row] >= 0
        told = [
            (total, names[one])
            for total, one in zip(
                found.total_s[row][known].tolist(), found.resource[row][known], strict=True
            )
        ]
        assert told == expected
        assert np.isinf(found.total_s[row][~known]).all()


@given(worlds(), st.integers(1, 3), st.floats(1.0, 400.0))
@settings(max_examples=30, deadline=None)
def test_streets_are_covered_as_their_places(
    world: tuple[Router, list[Position], ResourceSet, list[str], Closures | None],
    due: int,
    limit_s: float,
) -> None:
    """The share of a street is that of the places on it where enough posts arrive in time."""
    router, _places, resources, posts, closures = world
    crews = Crews(resources=resources, posts=posts)
    shares = router.claims([crews], due, closures=closures).street_shares(limit_s)
    parts = 40
    for street, share in enumerate(shares.tolist()):
        inside = 0
        for part in range(parts):
            place = position_on(router.network, street, (part + 0.5) / parts)
            arriving = first_due(router, place, resources, posts, due, closures=closures)
            inside += sum(total <= limit_s for total, _ in arriving) >= due
        # Each border between in and out may lie anywhere between two places.
        assert abs(share - inside / parts) <= 6 / parts


@given(worlds())
@settings(max_examples=30, deadline=None)
def test_nobody_on_a_street_is_reached_later_than_its_worst(
    world: tuple[Router, list[Position], ResourceSet, list[str], Closures | None],
) -> None:
    router, _places, resources, _posts, closures = world
    cover = router.cover(resources, closures=closures)
    occupied = set(resources.street.tolist())
    worst = router.claims([Crews(resources=resources)], closures=closures).worst_s()
    for street, worst_s in enumerate(worst.tolist()):
        spots = [position_on(router.network, street, share) for share in np.linspace(0.01, 0.99, 9)]
        times = cover.at(spots).total_s[:, 0]
        assert times.max() <= worst_s + 0.002
        if street not in occupied and math.isfinite(worst_s):
            fine = [position_on(router.network, street, x) for x in np.linspace(0.001, 0.999, 200)]
            assert cover.at(fine).total_s.max() >= worst_s * 0.98 - 0.1


def road(*lengths_m: float, direction: int = 0) -> Router:
    """One straight road along the equator at 36 km/h, cut at its junctions."""
    x = np.concatenate(([0.0], np.cumsum(lengths_m))) / 111_319.49
    streets = [
        Street([(one, 0.0), (other, 0.0)], speed_kph=36.0, direction=direction)
        for one, other in zip(x.tolist(), x[1:].tolist(), strict=False)
    ]
    return Router(from_streets(streets))


def test_two_stations_on_one_road() -> None:
    """At 10 m a second: station a 100 m, station b 400 m from the end of a road of 1 km."""
    router = road(1000.0)
    crews = [
        Resource("a1", position_on(router.network, 0, 0.1)),
        Resource("a2", position_on(router.network, 0, 0.1), 5.0),
        Resource("b1", position_on(router.network, 0, 0.6)),
    ]
    place = position_on(router.network, 0, 0.3)
    each = router.cover(crews, 3).at([place])
    assert each.total_s[0] == pytest.approx([20.0, 25.0, 30.0], abs=0.1)
    assert each.resource[0].tolist() == [0, 1, 2]
    cover = router.cover(crews, 2, posts=["a", "a", "b"])
    assert cover.at([place]).resource[0].tolist() == [0, 2]
    # 15 s are 150 m: the first reach 0 to 250 m and 450 to 750 m, the second nothing.
    asked = [Crews(resources=ResourceSet(crews), posts=["a", "a", "b"])]
    first, second = (router.claims(asked, due) for due in (1, 2))
    assert first.street_shares(15.0) == pytest.approx([0.55], abs=1e-3)
    assert second.street_shares(15.0) == pytest.approx([0.0])
    # 30 s are 300 m: a reaches 0 to 400 m, b 300 to 900 m.
    assert second.street_shares(30.0) == pytest.approx([0.1], abs=1e-3)


def test_the_worst_place_lies_between_the_ends() -> None:
    """From both ends of the middle road of 1,000 m the drives meet after 500."""
    router = road(100.0, 1000.0, 100.0)
    middle = int(np.argmax(router.network.street_length))
    ends = [
        Resource("west", router.locate(0.0, 0.0)),
        Resource("east", router.locate(1200 / 111_319.49, 0.0)),
    ]
    asked = [Crews(resources=ResourceSet(ends))]
    assert router.claims(asked).worst_s()[middle] == pytest.approx(60.0, abs=0.1)
    assert math.isinf(road(10.0).claims([]).worst_s()[0])


def test_a_limit_leaves_the_later_out() -> None:
    router = road(1000.0)
    crews = [Resource("a", position_on(router.network, 0, 0.0))]
    places = [position_on(router.network, 0, share) for share in (0.3, 0.9)]
    found = router.cover(crews, limit_s=50.0).at(places)
    assert found.total_s[:, 0] == pytest.approx([30.0, math.inf], abs=0.1)
    assert found.resource[:, 0].tolist() == [0, -1]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"k": 0}, "routing.bad_due"),
        ({"k": 9}, "routing.bad_due"),
        ({"k": True}, "routing.bad_due"),
        ({"limit_s": 0.0}, "routing.bad_limit"),
        ({"posts": ["a"]}, "routing.unequal_posts"),
        ({"profile": "balloon"}, "routing.unknown_profile"),
    ],
)
def test_refuses(asked: dict[str, object], code: str) -> None:
    router = road(10.0)
    with pytest.raises(QueryError) as raised:
        router.cover([], **asked)  # type: ignore[arg-type]
    assert raised.value.code == code
    with pytest.raises(QueryError):
        router.claims([], 9)
