"""Why a resource does not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from routing.arrivals import Arrival, arrivals, as_goals
from routing.closures import Closures
from routing.doubts import DoubtfulLimit, limits_of
from routing.nearest import rank
from routing.positions import Position
from routing.profiles import barring_limit
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph
from routing.ways import Leg, Way, direct_way, way_in_tree

Reason = Literal["closure", "weight", "height", "class", "doubt", "one_way", "island", "limit"]


@dataclass(frozen=True)
class Unreachable:
    """A resource that does not arrive, and why.

    Attributes
    ----------
    id
        The resource.
    reason
        ``closure``: closed roads cut it off. ``weight``, ``height``, ``class``: a street on
        its quickest way that its vehicle may not use. ``doubt``: a limit there that cannot be
        read and so bars a heavy vehicle. ``one_way``: the streets are connected
        but no permitted direction leads there. ``island``: nothing connects the two places.
        ``limit``: it arrives, but later than asked for.
    closure_ids
        Closures on the way it would take without them: lifting them lets it through (where
        `reason` names a limit, lifting them and the limit).
    edges
        What bars its way: the closed edges, or the edge of the street with the limit.
    street_name
        Name of the first street that bars it, empty where it has none.
    highway
        That street's class.
    limit
        The street's limit in tonnes or metres.
    doubts
        With ``doubt``, the limits of that street that cannot be read.
    total_s
        With ``limit``, turnout plus travel.
    """

    id: str
    reason: Reason
    closure_ids: tuple[str, ...] = ()
    edges: tuple[int, ...] = ()
    street_name: str = ""
    highway: str = ""
    limit: float | None = None
    doubts: tuple[DoubtfulLimit, ...] = ()
    total_s: float | None = None


def explain(
    graph: SearchGraph,
    incident: Position,
    resources: ResourceSet,
    *,
    profile: str,
    closures: Closures | None,
    limit_ms: int,
    on_foot_kph: float,
    none_arrives: bool = False,
) -> list[Unreachable]:
    """Say of every resource that does not arrive why not.

    Each cause is looked for only while resources are left unexplained: closures first, then
    limits that cannot be read, then the vehicle's limits, then direction and connection.

    Parameters
    ----------
    graph, incident, resources, profile, closures, limit_ms, on_foot_kph
        As in :func:`routing.nearest.rank`.
    none_arrives
        Whether it is known that none of them does: spares a search of the whole network.

    Returns
    -------
    list of Unreachable
        By identifier.
    """
    ranked = (
        []
        if none_arrives
        else rank(
            graph,
            incident,
            resources,
            profile=profile,
            closures=closures,
            k=len(resources),
            limit_ms=LONGEST_MS,
            on_foot_kph=on_foot_kph,
        )
    )
    ids = [resource.id for resource in resources]
    found = {
        one.row: Unreachable(ids[one.row], "limit", total_s=one.total_ms / 1000.0)
        for one in ranked
        if one.total_ms > limit_ms
    }
    left = set(range(len(ids))) - {one.row for one in ranked}
    case = _Case(graph, incident, resources, profile)
    unlimited = graph.without_limits(profile) if left else graph
    stages: list[tuple[SearchGraph, Closures | None, Callable[[int, Way], Unreachable]]] = [
        (graph, None, lambda row, way: _closed(graph, ids[row], way, closures)),
        (unlimited, closures, lambda row, way: case.limited(row, way, None)),
        (unlimited, None, lambda row, way: case.limited(row, way, closures)),
    ]
    if left and graph.network.has_doubts:
        trusting = (graph.trusting, closures, lambda row, way: case.limited(row, way, None))
        stages.insert(1, trusting)
    if closures is None or not len(closures):
        stages = stages[1:-1]
    for relaxed, kept, describe in stages:
        if left:
            for row, way in case.ways(relaxed, kept, sorted(left)):
                found[row] = describe(row, way)
                left.remove(row)
    component = graph.network.node_component
    there = component[_a_node(graph, incident)]
    for row in left:
        here = component[_a_node(graph, resources.resources[row].position)]
        found[row] = Unreachable(ids[row], "one_way" if here == there else "island")
    return [found[row] for row in sorted(found)]


@dataclass(frozen=True)
class _Case:
    graph: SearchGraph
    incident: Position
    resources: ResourceSet
    profile: str

    def ways(
        self, graph: SearchGraph, closures: Closures | None, rows: list[int]
    ) -> Iterable[tuple[int, Way]]:
        """Yield the ways that open under relaxed conditions."""
        ends: list[Arrival] = arrivals(graph, self.profile, self.incident, closures)
        departures = self.resources.departures(graph, self.profile).free(graph, closures)
        tree = graph.tree(
            graph.arcs(self.profile, against_traffic=True), graph.mask(closures), as_goals(ends)
        )
        for row in rows:
            start = self.resources.resources[row].position
            way = direct_way(graph, start, ends, profile=self.profile, closures=closures)
            if way is None:
                way = way_in_tree(graph, tree, departures, ends, profile=self.profile, resource=row)
            if way is not None:
                yield row, way

    def limited(self, row: int, way: Way, closures: Closures | None) -> Unreachable:
        """Describe the first street on the way that the vehicle may not use."""
        network, profile = self.graph.network, self.graph.profiles[self.profile]
        edge, street, reason = next(
            (leg.edge, int(network.edge_street[leg.edge]), reason)
            for leg in way.legs
            if (reason := barring_limit(network, profile, int(network.edge_street[leg.edge])))
        )
        limit = {
            "weight": float(network.street_maxweight[street]),
            "height": float(network.street_maxheight[street]),
        }.get(reason)
        return Unreachable(
            id=self.resources.resources[row].id,
            reason=reason,
            closure_ids=() if closures is None else _closures_on(way, closures)[0],
            edges=(edge,),
            street_name=network.names[network.street_name[street]],
            highway=network.highway_classes[network.street_highway[street]],
            limit=limit,
            doubts=tuple(limits_of(network, street)) if reason == "doubt" else (),
        )


def _closed(
    graph: SearchGraph, resource_id: str, way: Way, closures: Closures | None
) -> Unreachable:
    network = graph.network
    ids, legs = ((), []) if closures is None else _closures_on(way, closures)
    street = int(network.edge_street[legs[0].edge])
    return Unreachable(
        id=resource_id,
        reason="closure",
        closure_ids=ids,
        edges=tuple(leg.edge for leg in legs),
        street_name=network.names[network.street_name[street]],
        highway=network.highway_classes[network.street_highway[street]],
    )


def _closures_on(way: Way, closures: Closures) -> tuple[tuple[str, ...], list[Leg]]:
    """Name the closures on a way, in their order of adding, and the legs they close."""
    on_leg = {leg: closures.ids_on(leg.edge, leg.start, leg.end) for leg in way.legs}
    named = {closure_id for ids in on_leg.values() for closure_id in ids}
    return (
        tuple(closure_id for closure_id in closures.ids if closure_id in named),
        [leg for leg, ids in on_leg.items() if ids],
    )


def _a_node(graph: SearchGraph, position: Position) -> int:
    forward, backward = graph.network.street_edges[position.street].tolist()
    return int(graph.tail[forward if forward >= 0 else backward])
