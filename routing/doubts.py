"""Limits that cannot be read: where they are, whom they hold back, what a person confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from routing.arrivals import arrivals, as_goals
from routing.closures import Closures
from routing.geometry import LocalPlane, point_at
from routing.limits import Kind
from routing.network import Bool, Int32, RoadNetwork
from routing.positions import Position
from routing.profiles import barred_by_doubt
from routing.resources import ResourceSet
from routing.searchgraph import SearchGraph
from routing.ways import direct_way, way_in_tree

#: A confirmed limit holds for the way of its number only where the way still passes this near:
#: numbers are given anew when a file of lines is edited.
SAME_PLACE_M = 100.0

_KINDS: tuple[Kind, ...] = ("weight", "height")


@dataclass(frozen=True)
class DoubtfulLimit:
    """A limit that cannot be read, on the street or streets of one way.

    Attributes
    ----------
    way_id
        The source's identifier of the way.
    kind
        ``weight`` or ``height``.
    text
        The tags as they stand, ``maxweight=20x``, several joined by ``;``.
    name
        Name of the road, empty where it has none.
    x, y
        Middle of its first street, longitude and latitude.
    """

    way_id: int
    kind: Kind
    text: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class ConfirmedLimit:
    """What a person found a doubtful limit to be.

    Attributes
    ----------
    way_id, kind, text
        As in :class:`DoubtfulLimit`: once the text changes, it is in doubt again.
    value
        Tonnes or metres; None where there is no limit.
    x, y
        Where the way was when it was confirmed.
    """

    way_id: int
    kind: Kind
    text: str
    value: float | None
    x: float
    y: float


@dataclass(frozen=True)
class HeldBack:
    """A resource that would arrive, or arrive sooner, were it let pass.

    Attributes
    ----------
    id
        The resource.
    total_s
        Turnout plus travel by the way it would take then.
    limits
        The doubtful limits on that way, the first met first.
    """

    id: str
    total_s: float
    limits: tuple[DoubtfulLimit, ...]


def doubtful_limits(network: RoadNetwork) -> list[DoubtfulLimit]:
    """List the limits of a network that cannot be read, by way, kind and text."""
    found: dict[tuple[int, Kind, str], DoubtfulLimit] = {}
    for kind in _KINDS:
        for street in np.flatnonzero(_codes(network, kind)).tolist():
            for one in limits_of(network, street):
                found.setdefault((one.way_id, one.kind, one.text), one)
    return [found[key] for key in sorted(found)]


def limits_of(network: RoadNetwork, street: int) -> Iterator[DoubtfulLimit]:
    """Yield the doubtful limits of one street."""
    for kind in _KINDS:
        code = int(_codes(network, kind)[street])
        if code:
            x, y = point_at(network, street, 0.5)
            name = network.names[network.street_name[street]]
            way_id = int(network.street_id[street])
            yield DoubtfulLimit(way_id, kind, network.doubts[code], name, x, y)


def confirm_limits(network: RoadNetwork, confirmed: Iterable[ConfirmedLimit]) -> RoadNetwork:
    """Put confirmed values in the place of doubts.

    Parameters
    ----------
    network
        As imported; not changed.
    confirmed
        Those whose way, text or place is another today have no effect.

    Returns
    -------
    RoadNetwork
        Sharing all other arrays, and what was derived from them, with `network`.
    """
    columns = {
        name: getattr(network, name).copy()
        for kind in _KINDS
        for name in (f"street_max{kind}", f"street_{kind}_doubt")
    }
    for one in confirmed:
        if one.text not in network.doubts:
            continue
        doubt = columns[f"street_{one.kind}_doubt"]
        streets = np.flatnonzero(
            (network.street_id == one.way_id) & (doubt == network.doubts.index(one.text))
        )
        streets = streets[_passing_near(network, streets, one.x, one.y)]
        doubt[streets] = 0
        if one.value is not None:
            value = columns[f"street_max{one.kind}"]
            value[streets] = np.fmin(value[streets], np.float32(one.value))
    return network.changed(**columns)


def lift_limits(network: RoadNetwork, streets: Iterable[int]) -> RoadNetwork:
    """Take the limits of streets away, as after a bridge was strengthened.

    Returns
    -------
    RoadNetwork
        Sharing all other arrays, and what was derived from them, with `network`.
    """
    columns = {}
    lifted = list(streets)
    for kind in _KINDS:
        for name, none in ((f"street_max{kind}", np.nan), (f"street_{kind}_doubt", 0)):
            columns[name] = getattr(network, name).copy()
            columns[name][lifted] = none
    return network.changed(**columns)


def held_back(
    graph: SearchGraph,
    incident: Position,
    resources: ResourceSet,
    *,
    profile: str,
    closures: Closures | None,
    arriving_ms: dict[str, int],
) -> list[HeldBack]:
    """Name the resources that only limits nobody can read hold back.

    Parameters
    ----------
    graph
        The network to search.
    incident
        The place to reach; it may lie on a street with such a limit.
    resources
        Who may be sent.
    profile
        Name of their vehicle's profile.
    closures
        Closed roads, or None.
    arriving_ms
        Totals of those that arrive, by identifier.

    Returns
    -------
    list of HeldBack
        The soonest first; empty where the vehicle is not heavy or all limits are known. One
        search at most, whatever the number of resources.
    """
    network, vehicle = graph.network, graph.profiles[profile]
    if not barred_by_doubt(network, vehicle).any():
        return []
    trusting = graph.trusting
    ends = arrivals(trusting, profile, incident, closures)
    departures = resources.departures(trusting, profile).free(trusting, closures)
    tree = trusting.tree(
        trusting.arcs(profile, against_traffic=True), trusting.mask(closures), as_goals(ends)
    )
    found = []
    for row, resource in enumerate(resources):
        ways = (
            direct_way(trusting, resource.position, ends, profile=profile, closures=closures),
            way_in_tree(trusting, tree, departures, ends, profile=profile, resource=row),
        )
        driven = [(sum(leg.ms for leg in way.legs), way) for way in ways if way is not None]
        if not driven:
            continue
        drive_ms, way = min(driven, key=lambda one: one[0])
        total_ms = int(resources.turnout_ms[row]) + drive_ms
        if total_ms >= arriving_ms.get(resource.id, total_ms + 1):
            continue
        streets = dict.fromkeys(int(network.edge_street[leg.edge]) for leg in way.legs)
        limits = dict.fromkeys(one for street in streets for one in limits_of(network, street))
        if limits:
            found.append(HeldBack(resource.id, total_ms / 1000.0, tuple(limits)))
    return sorted(found, key=lambda one: (one.total_s, one.id))


def _codes(network: RoadNetwork, kind: Kind) -> Int32:
    return network.street_weight_doubt if kind == "weight" else network.street_height_doubt


def _passing_near(network: RoadNetwork, streets: npt.NDArray[np.intp], x: float, y: float) -> Bool:
    """Which streets pass within :data:`SAME_PLACE_M` of a point."""
    plane = LocalPlane.at(x, y)
    lines = shapely.transform(network.street_lines[streets], plane.forward)
    return np.asarray(shapely.distance(lines, shapely.Point(0.0, 0.0)) <= SAME_PLACE_M)
