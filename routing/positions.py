"""Places on the road network: points snapped to streets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from routing.errors import NotOnNetworkError, QueryError
from routing.geometry import GEOD, degree_lengths, expand_ranges, point_at
from routing.network import Float64, Int64, RoadNetwork
from routing.profiles import VehicleProfile, passable_streets

_FIRST_RADIUS_M = 60.0
_RADIUS_GROWTH = 4.0
# Beyond any distance on earth, also on the stretched plane of a far-away point.
_ANYWHERE_M = 1e8


@dataclass(frozen=True)
class Position:
    """A place on a street, whichever way one drives there.

    Attributes
    ----------
    street
        Index of the street in the network.
    fraction
        0 at the street's tail to 1 at its head. At exactly 0 or 1 the place is the junction
        itself, and every street there counts.
    side_distance_m
        Metres between the point asked for and the street.
    x, y
        Longitude and latitude of the place on the street.
    """

    street: int
    fraction: float
    side_distance_m: float
    x: float
    y: float


def position_on(network: RoadNetwork, street: int, fraction: float) -> Position:
    """Make the position at a fraction of a street.

    Parameters
    ----------
    network
        The network.
    street
        Index of the street.
    fraction
        0 at the tail to 1 at the head.

    Returns
    -------
    Position

    Raises
    ------
    QueryError
        No such street, or a fraction outside 0..1 (``routing.bad_position``).
    """
    if not 0 <= street < network.street_count or not 0.0 <= fraction <= 1.0:
        raise QueryError(
            "routing.bad_position",
            f"Street {street} at fraction {fraction} is not on this network of "
            f"{network.street_count} streets.",
            street=street,
            fraction=fraction,
            streets=network.street_count,
        )
    x, y = point_at(network, street, fraction)
    return Position(street=street, fraction=fraction, side_distance_m=0.0, x=x, y=y)


def locate(
    network: RoadNetwork,
    x: float,
    y: float,
    *,
    profile: VehicleProfile | None = None,
    max_distance_m: float = 2000.0,
    main_only: bool = False,
) -> Position:
    """Snap one point to the nearest street.

    Parameters
    ----------
    network
        The network.
    x, y
        Longitude and latitude, degrees.
    profile
        Only streets this vehicle may use are candidates; None takes every street.
    max_distance_m
        A point farther from every street is refused.
    main_only
        Only streets of the network's largest component are candidates, so that a place beside
        an island of roads is put on the road that leads somewhere.

    Returns
    -------
    Position
        On the nearest street, of equally near ones that with the lowest index.

    Raises
    ------
    QueryError
        Coordinates that are not finite, off the globe or swapped
        (``routing.not_a_coordinate``, ``routing.off_range``, ``routing.swapped``).
    NotOnNetworkError
        Too far from any street (``routing.too_far``), or no street the vehicle may use
        (``routing.no_usable_street``).
    """
    _check_coordinate(x, y)
    found = _snap(network, np.array([[x, y]]), profile, _ANYWHERE_M, main_only=main_only)[0]
    if found is None:
        raise NotOnNetworkError(
            "routing.no_usable_street",
            "The road network has no street that this vehicle may use.",
            profile="" if profile is None else profile.name,
        )
    if found.side_distance_m > max_distance_m:
        if _in_bounds(network, y, x) and not _in_bounds(network, x, y):
            raise _swapped(x, y)
        distance_m = float(GEOD.inv(x, y, found.x, found.y)[2])
        raise NotOnNetworkError(
            "routing.too_far",
            f"The point {x:.5f}, {y:.5f} is {distance_m / 1000:.2f} km from the nearest usable "
            f"road; at most {max_distance_m / 1000:.2f} km are allowed.",
            x=x,
            y=y,
            distance_m=distance_m,
            limit_m=max_distance_m,
            distance_km=distance_m / 1000,
            limit_km=max_distance_m / 1000,
        )
    return found


def locate_many(
    network: RoadNetwork,
    xs: Sequence[float] | Float64,
    ys: Sequence[float] | Float64,
    *,
    profile: VehicleProfile | None = None,
    max_distance_m: float = 2000.0,
    main_only: bool = False,
) -> list[Position | None]:
    """Snap many points to their nearest streets.

    Parameters
    ----------
    network
        The network.
    xs, ys : (n,)
        Longitudes and latitudes, degrees.
    profile
        Only streets this vehicle may use are candidates; None takes every street.
    max_distance_m
        A point farther from every street has no position.
    main_only
        Only streets of the network's largest component are candidates, so that a place beside
        an island of roads is put on the road that leads somewhere.

    Returns
    -------
    list of Position or None
        In the order of the points; None where a coordinate is not finite or off the globe,
        or no usable street is near enough.

    Raises
    ------
    QueryError
        `xs` and `ys` differ in length (``routing.unequal_lengths``).
    """
    if len(xs) != len(ys):
        raise QueryError(
            "routing.unequal_lengths",
            f"There are {len(xs)} longitudes but {len(ys)} latitudes.",
            xs=len(xs),
            ys=len(ys),
        )
    points = np.column_stack((np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)))
    on_earth = (np.abs(points[:, 0]) <= 180.0) & (np.abs(points[:, 1]) <= 90.0)
    positions: list[Position | None] = [None] * len(points)
    rows = np.flatnonzero(on_earth)
    found = _snap(network, points[rows], profile, max_distance_m, main_only=main_only)
    for row, position in zip(rows, found, strict=True):
        positions[row] = position
    return positions


def _snap(
    network: RoadNetwork,
    points: Float64,
    profile: VehicleProfile | None,
    max_distance_m: float,
    *,
    main_only: bool,
) -> list[Position | None]:
    """Snap with growing search boxes: a street found within the box's reach is the nearest."""
    found: list[Position | None] = [None] * len(points)
    waiting = np.arange(len(points))
    radius_m = min(_FIRST_RADIUS_M, max_distance_m)
    while len(waiting):
        hits = _nearest_within(network, points[waiting], profile, radius_m, main_only=main_only)
        left = []
        for row, hit in zip(waiting.tolist(), hits, strict=True):
            if hit is None:
                left.append(row)
            else:
                found[row] = hit
        if radius_m >= max_distance_m:
            break
        waiting = np.array(left, dtype=np.intp)
        radius_m = min(radius_m * _RADIUS_GROWTH, max_distance_m)
    return found


def _nearest_within(
    network: RoadNetwork,
    points: Float64,
    profile: VehicleProfile | None,
    radius_m: float,
    *,
    main_only: bool,
) -> list[Position | None]:
    lon_m, lat_m = degree_lengths(points[:, 1])
    reach = np.column_stack((np.minimum(radius_m / lon_m, 360.0), radius_m / lat_m))
    low, high = points - reach, points + reach
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    pair_point, pair_street = network.street_tree.query(boxes)
    if main_only:
        any_edge = network.street_edges[pair_street].max(axis=1)
        keep = network.node_component[network.u[any_edge]] == 0
        pair_point, pair_street = pair_point[keep], pair_street[keep]
    if profile is not None:
        keep = passable_streets(network, profile, pair_street)
        pair_point, pair_street = pair_point[keep], pair_street[keep]
    if not len(pair_point):
        return [None] * len(points)
    scale = np.column_stack((lon_m, lat_m))
    distance_m, fraction, place = _project(network, points, scale, pair_point, pair_street)

    order = np.lexsort((pair_street, distance_m, pair_point))
    first = order[np.unique(pair_point[order], return_index=True)[1]]
    positions: list[Position | None] = [None] * len(points)
    for pair in first[distance_m[first] <= radius_m].tolist():
        positions[int(pair_point[pair])] = Position(
            street=int(pair_street[pair]),
            fraction=float(fraction[pair]),
            side_distance_m=float(distance_m[pair]),
            x=float(place[pair, 0]),
            y=float(place[pair, 1]),
        )
    return positions


def _project(
    network: RoadNetwork,
    points: Float64,
    scale: Float64,
    pair_point: npt.NDArray[np.intp],
    pair_street: npt.NDArray[np.intp],
) -> tuple[Float64, Float64, Float64]:
    """Nearest place of each pair's street to its point: distance, fraction, lon/lat."""
    start = network.street_offset[pair_street].astype(np.int64)
    pieces: Int64 = network.street_offset[pair_street + 1] - start - 1
    pair, vertex = expand_ranges(start, pieces)
    unit = scale[pair_point[pair]]
    tail = (network.coordinates[vertex] - points[pair_point[pair]]) * unit
    step = (network.coordinates[vertex + 1] - network.coordinates[vertex]) * unit
    length_2 = np.einsum("ij,ij->i", step, step)
    share = -np.einsum("ij,ij->i", tail, step) / np.where(length_2 > 0, length_2, 1.0)
    share = np.clip(share, 0.0, 1.0)
    foot = tail + share[:, None] * step
    distance_m = np.hypot(foot[:, 0], foot[:, 1])

    order = np.lexsort((distance_m, pair))
    best = order[np.unique(pair[order], return_index=True)[1]]
    at, share = vertex[best], share[best]
    along = network.coordinate_fraction
    fraction = np.where(share < 1.0, along[at] + share * (along[at + 1] - along[at]), along[at + 1])
    tails, heads = network.coordinates[at], network.coordinates[at + 1]
    return distance_m[best], np.clip(fraction, 0.0, 1.0), tails + share[:, None] * (heads - tails)


def _check_coordinate(x: float, y: float) -> None:
    if not (math.isfinite(x) and math.isfinite(y)):
        raise QueryError(
            "routing.not_a_coordinate", f"({x}, {y}) is not a pair of coordinates.", x=x, y=y
        )
    if abs(x) <= 180.0 and abs(y) <= 90.0:
        return
    if abs(y) <= 180.0 and abs(x) <= 90.0:
        raise _swapped(x, y)
    raise QueryError(
        "routing.off_range",
        f"({x:.5f}, {y:.5f}) is off the globe: longitude is -180 to 180, latitude -90 to 90.",
        x=x,
        y=y,
    )


def _swapped(x: float, y: float) -> QueryError:
    return QueryError(
        "routing.swapped",
        f"({x:.5f}, {y:.5f}) looks swapped: give the longitude first, then the latitude.",
        x=x,
        y=y,
    )


def _in_bounds(network: RoadNetwork, x: float, y: float) -> bool:
    return bool(network.x.min() <= x <= network.x.max() and network.y.min() <= y <= network.y.max())
