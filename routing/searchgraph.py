"""A road network made ready for searches: adjacency both ways, weights, working memory."""

from __future__ import annotations

import copy
import math
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from routing.closures import Closures
from routing.errors import QueryError
from routing.hierarchy.engine import Engine
from routing.hierarchy.hierarchy import Hierarchy
from routing.kernels import (
    UNREACHED,
    Arcs,
    Goals,
    Hangs,
    Scratch,
    nearest_search,
    tree_search,
)
from routing.network import Bool, Float64, Int32, Int64, RoadNetwork, offsets_of
from routing.profiles import BLOCKED, VehicleProfile, edge_weights_ms, find_profile, travel_ms
from routing.repair import repair_search

#: No way takes longer: 24 days, the largest time a search can carry.
LONGEST_MS = BLOCKED - 1

_NOTHING_CLOSED = np.zeros(0, dtype=np.bool_)
_NO_TARGETS = Goals(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Adjacency:
    """In- or out-edges of every node, without weights.

    Attributes
    ----------
    offset : (N+1,) int64
    neighbour, edge : (M,) int32
    """

    offset: Int64
    neighbour: Int32
    edge: Int32


@dataclass(frozen=True)
class Tree:
    """The quickest ways one search found.

    Attributes
    ----------
    nodes : (n,) int32
        The nodes reached, rising.
    ms : (n,) int64
        Their times.
    root, via : (n,) int32
        The goal each belongs to and the edge towards it, -1 at a goal.
    """

    nodes: Int32
    ms: Int64
    root: Int32
    via: Int32

    def row(self, node: int) -> int:
        """Return the row of a node, -1 where it was not reached."""
        # In the array's own type: of another all of it would be converted for each question.
        row = int(self.nodes.searchsorted(np.int32(node)))
        return row if row < len(self.nodes) and self.nodes[row] == node else -1


class SearchGraph:
    """Adjacency, one weight array per profile, and a working memory per thread.

    Parameters
    ----------
    network
        The network; its arrays are read, never changed.
    profiles
        Vehicles by name.
    hierarchy
        Of the network, by which questions are answered where that is quicker.
    """

    def __init__(
        self,
        network: RoadNetwork,
        profiles: Mapping[str, VehicleProfile],
        hierarchy: Hierarchy | None = None,
    ) -> None:
        self.network = network
        self.hierarchy = hierarchy
        self.engine: Engine | None = None
        self.profiles = dict(profiles)
        # Owned copies: the network's arrays may be mapped read-only from a file, which to the
        # compiler is another type and would be compiled anew.
        self.tail = np.array(network.u, dtype=np.int32)
        self.head = np.array(network.v, dtype=np.int32)
        by_head = np.lexsort((self.tail, self.head)).astype(np.int32)
        self.incoming = Adjacency(
            offset=offsets_of(self.head, network.node_count),
            neighbour=self.tail[by_head],
            edge=by_head,
        )
        self.outgoing = Adjacency(
            offset=offsets_of(self.tail, network.node_count),
            neighbour=self.head,
            edge=np.arange(network.edge_count, dtype=np.int32),
        )
        self.weigh()
        self._threads = threading.local()

    def weights(self, profile: str) -> Int32:
        """Return the (M,) milliseconds per edge of a profile, ``BLOCKED`` where impassable.

        Raises
        ------
        QueryError
            Unknown profile (``routing.unknown_profile``).
        """
        find_profile(self.profiles, profile)
        return self.edge_ms[profile]

    def arcs(self, profile: str, *, against_traffic: bool) -> Arcs:
        """Return the adjacency with a profile's weights, over in- or over out-edges.

        Raises
        ------
        QueryError
            Unknown profile (``routing.unknown_profile``).
        """
        find_profile(self.profiles, profile)
        if against_traffic:
            side, weight = self.incoming, self.in_edge_ms[profile]
        else:
            side, weight = self.outgoing, self.edge_ms[profile]
        return Arcs(side.offset, side.neighbour, side.edge, weight)

    def without_limits(self, profile: str) -> SearchGraph:
        """Return this graph with the profile's speeds but no street barred to it."""
        if profile not in self._without_limits:
            weights = travel_ms(self.network, self.profiles[profile])
            open_graph = copy.copy(self)
            open_graph.engine = None
            open_graph.edge_ms = {profile: weights}
            open_graph.in_edge_ms = {profile: weights[self.incoming.edge]}
            self._without_limits[profile] = open_graph
        return self._without_limits[profile]

    @cached_property
    def trusting(self) -> SearchGraph:
        """The same graph with limits that cannot be read taken as none."""
        profiles = {
            name: replace(profile, heeds_doubts=False) for name, profile in self.profiles.items()
        }
        return self._over(profiles=profiles)

    def over(self, network: RoadNetwork) -> SearchGraph:
        """Return this graph for a network that differs in nothing but limits and speeds."""
        return self._over(network=network)

    def _over(self, **changed: object) -> SearchGraph:
        graph = copy.copy(self)
        vars(graph).pop("trusting", None)
        vars(graph).update(changed)
        graph.weigh()
        return graph

    def weigh(self) -> None:
        """Reckon the weights of every profile."""
        self.edge_ms = {
            name: edge_weights_ms(self.network, profile) for name, profile in self.profiles.items()
        }
        self._without_limits: dict[str, SearchGraph] = {}
        by_head = self.incoming.edge
        self.in_edge_ms = {name: weights[by_head] for name, weights in self.edge_ms.items()}
        if self.hierarchy is not None:
            self.engine = Engine(self.hierarchy, self.edge_ms, like=self.engine)

    def in_edges(self, node: int) -> Int32:
        """Return the edges into a node."""
        part = slice(self.incoming.offset[node], self.incoming.offset[node + 1])
        return self.incoming.edge[part]

    def mask(self, closures: Closures | None) -> Bool:
        """Return the closed edges as searches take them.

        Raises
        ------
        QueryError
            The closures are over another network (``routing.foreign_closures``).
        """
        if closures is None:
            return _NOTHING_CLOSED
        if closures.network is not self.network:
            raise QueryError(
                "routing.foreign_closures",
                "The closures were made for another road network; make them anew for this one.",
            )
        return closures.mask

    def nearest(
        self,
        arcs: Arcs,
        closed: Bool,
        goals: Goals,
        hangs: Hangs,
        best: tuple[Int64, Int32],
        *,
        k: int,
        limit_ms: int,
    ) -> Int32:
        """Run :func:`~routing.kernels.nearest_search` with this thread's memory.

        Parameters
        ----------
        arcs, closed, goals, hangs, k, limit_ms
            As there.
        best
            ``best_ms`` and ``best_goal``; changed in place.

        Returns
        -------
        (n,) int32
            The resources found, in order.
        """
        found = np.empty(min(k, len(best[0])), dtype=np.int32)
        scratch = self._scratch(len(goals.node) + len(hangs.node) + len(best[0]))
        count = nearest_search(
            arcs, closed, goals, hangs, *best, len(found), limit_ms, scratch, found
        )
        return found[:count]

    def tree(
        self,
        arcs: Arcs,
        closed: Bool,
        goals: Goals,
        *,
        targets: Goals = _NO_TARGETS,
        limit_ms: int = LONGEST_MS,
    ) -> Tree:
        """Run :func:`~routing.kernels.tree_search` and copy the tree out.

        Parameters
        ----------
        arcs, closed, goals, targets, limit_ms
            As there.

        Returns
        -------
        Tree
        """
        scratch = self._scratch(len(goals.node))
        count = tree_search(arcs, closed, goals, targets, limit_ms, scratch)
        nodes = np.sort(scratch.touched[:count])
        tree = Tree(
            nodes=nodes,
            ms=scratch.distance[nodes].astype(np.int64),
            root=scratch.root[nodes],
            via=scratch.via[nodes],
        )
        scratch.distance[nodes] = UNREACHED
        return tree

    def field(self, arcs: Arcs, closed: Bool, goals: Goals) -> tuple[Int32, Int32]:
        """Run :func:`~routing.kernels.tree_search` over the whole network.

        Returns
        -------
        distance : (N,) int32
            Milliseconds of every node, ``UNREACHED`` where there is no way.
        root : (N,) int32
            The goal that a reached node belongs to; shared, to be read before the next search.
        """
        distance = np.full(self.network.node_count, UNREACHED, dtype=np.int32)
        scratch = self._scratch(len(goals.node))._replace(distance=distance)
        tree_search(arcs, closed, goals, _NO_TARGETS, LONGEST_MS, scratch)
        return distance, scratch.root

    def repair(
        self, profile: str, closed: Bool, changed: Int32, goals: Goals, distance: Int32
    ) -> None:
        """Make of a field, in place, that which :meth:`field` gives with other edges closed.

        Parameters
        ----------
        profile
            Name of the vehicle's profile; the search is against the traffic.
        closed, goals
            As there.
        changed
            Edges closed then and not now, or now and not then.
        distance
            The field of then, with the same goals.
        """
        room = self.network.node_count + 2 * len(changed)
        repair_search(
            self.arcs(profile, against_traffic=True),
            self.arcs(profile, against_traffic=False),
            closed,
            changed,
            self.tail,
            self.head,
            self.edge_ms[profile],
            goals,
            LONGEST_MS,
            self._scratch(room)._replace(distance=distance),
        )

    def _scratch(self, extra: int) -> Scratch:
        """Return this thread's memory with room for `extra` keys besides the arcs'."""
        room = self.network.edge_count + extra
        scratch: Scratch | None = getattr(self._threads, "scratch", None)
        if scratch is None:
            nodes = self.network.node_count
            scratch = Scratch(
                distance=np.full(nodes, UNREACHED, dtype=np.int32),
                root=np.zeros(nodes, dtype=np.int32),
                via=np.full(nodes, -1, dtype=np.int32),
                touched=np.zeros(nodes, dtype=np.int32),
                first_hang=np.full(nodes, -1, dtype=np.int32),
                heap=np.zeros(room, dtype=np.int64),
            )
        elif len(scratch.heap) < room:
            scratch = scratch._replace(heap=np.zeros(room, dtype=np.int64))
        self._threads.scratch = scratch
        return scratch


def split_ms(weight: Int64, along: Float64) -> Int64:
    """Milliseconds from an edge's tail to the fraction `along` it; the rest is the rest.

    Rounded half up, so the parts of an edge add up to its weight whatever it is cut into.
    """
    return np.floor(weight * along + 0.5).astype(np.int64)


def part_ms(weight: int, along: float) -> int:
    """Split one weight as :func:`split_ms` does."""
    return math.floor(weight * along + 0.5)


def make_goals(pairs: Iterable[tuple[int, int]]) -> Goals:
    """Pack (node, milliseconds) pairs for a search."""
    table = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    return Goals(table[:, 0].astype(np.int32), table[:, 1].copy())
