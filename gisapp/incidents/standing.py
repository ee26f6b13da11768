"""Where on the road something stands."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from routing import NotOnNetworkError, Position, Router, locate_many

PREFER_MAIN_NETWORK_M = 300.0
"""Within this distance the connected network is preferred to an unconnected piece of road."""

MOST_KEPT = 100_000

_kept: WeakKeyDictionary[Router, dict[tuple[float, float, str, float], Position | None]] = (
    WeakKeyDictionary()
)
"""By place: teams move seldom, and snapping takes longer than the search itself."""


def locate_on_road(
    router: Router, x: float, y: float, *, max_distance_m: float, profile: str | None = None
) -> Position:
    """Snap a point to a road, preferring the connected network to a scrap beside it.

    Files hold short pieces of road that nothing connects, a yard or a car park. Where the
    nearest street is such a piece and the main network lies within 300 m of the point, the
    main network is taken: a crew walks that far, and help could not reach the scrap at all.
    A true island, farther off, is kept.

    Parameters
    ----------
    x, y
        Lon/lat EPSG:4326.
    max_distance_m
        A point farther from every street is refused.
    profile
        Vehicle whose streets are candidates; None takes every street.

    Raises
    ------
    routing.QueryError, routing.NotOnNetworkError
    """
    spot = router.locate(x, y, profile=profile, max_distance_m=max_distance_m)
    network = router.network
    edge = network.street_edges[spot.street].max()
    if network.node_component[network.u[edge]] == 0:
        return spot
    try:
        return router.locate(
            x,
            y,
            profile=profile,
            max_distance_m=min(PREFER_MAIN_NETWORK_M, max_distance_m),
            main_only=True,
        )
    except NotOnNetworkError:
        return spot


def road_near(
    router: Router, x: float, y: float, *, max_distance_m: float, profile: str
) -> Position | None:
    """Where a vehicle finds the road from a point; None where no road is near."""
    try:
        return locate_on_road(router, x, y, max_distance_m=max_distance_m, profile=profile)
    except NotOnNetworkError:
        return None


def stand_of(
    router: Router, x: float, y: float, *, max_distance_m: float, profile: str
) -> Position | None:
    """Answer as :func:`road_near`, and remember it: for those that are asked about daily."""
    known = _kept.setdefault(router, {})
    key = (x, y, profile, max_distance_m)
    if key not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = road_near(router, x, y, max_distance_m=max_distance_m, profile=profile)
    return known[key]


def stands_of(
    router: Router,
    spots: Sequence[tuple[float, float]],
    *,
    max_distance_m: float,
    profile: str,
) -> list[Position | None]:
    """Answer as :func:`stand_of` for many points, lon/lat, looked up together.

    One that is no coordinate, or is swapped, has no road near either: it keeps nobody waiting.
    """
    known = _kept.setdefault(router, {})
    missing = [
        spot for spot in dict.fromkeys(spots) if (*spot, profile, max_distance_m) not in known
    ]
    found = {spot: known.get((*spot, profile, max_distance_m)) for spot in spots}
    if missing:
        found |= zip(missing, _located(router, missing, max_distance_m, profile), strict=True)
        if len(known) + len(missing) > MOST_KEPT:
            known.clear()
        known.update({(*spot, profile, max_distance_m): found[spot] for spot in missing})
    return [found[spot] for spot in spots]


def _located(
    router: Router, spots: Sequence[tuple[float, float]], max_distance_m: float, profile: str
) -> list[Position | None]:
    """As :func:`locate_on_road`, without its sentences."""
    network, vehicle = router.network, router.profiles[profile]

    def nearest(rows: Sequence[int], reach_m: float, *, main_only: bool) -> list[Position | None]:
        xs, ys = ([spots[row][axis] for row in rows] for axis in (0, 1))
        return locate_many(
            network, xs, ys, profile=vehicle, max_distance_m=reach_m, main_only=main_only
        )

    found = nearest(range(len(spots)), max_distance_m, main_only=False)
    apart = [
        row
        for row, spot in enumerate(found)
        if spot is not None
        and network.node_component[network.u[network.street_edges[spot.street].max()]] != 0
    ]
    reach_m = min(PREFER_MAIN_NETWORK_M, max_distance_m)
    for row, spot in zip(apart, nearest(apart, reach_m, main_only=True), strict=True):
        found[row] = spot or found[row]
    return found
