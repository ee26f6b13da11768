"""What each street is worth: who waits longer, comes too late or is cut off where it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from routing.arrivals import arrivals
from routing.closures import Closures
from routing.cover import limit_ms_of
from routing.errors import QueryError
from routing.kernels import UNREACHED, Arcs, Goals, Hangs
from routing.loss_search import Forest, Marks, Places, Rows, Starts, in_preorder, lose_each
from routing.nearest import without_junction
from routing.network import Float64, Int32, Int64
from routing.positions import Position
from routing.resources import ResourceSet
from routing.searchgraph import LONGEST_MS, SearchGraph


@dataclass(frozen=True)
class Fleet:
    """Resources with one kind of vehicle, and where it comes to each place.

    Attributes
    ----------
    resources
        Who may be sent.
    places
        On the network, the same places for every fleet in the same order; None for one that
        this vehicle does not come near.
    profile
        Name of the vehicle's profile.
    """

    resources: ResourceSet
    places: Sequence[Position | None]
    profile: str = "light"


@dataclass(frozen=True)
class Losses:
    """What the loss of each group of streets costs, all others staying as they are.

    Attributes
    ----------
    added_s : (G,) float64
        Seconds that the first to arrive takes longer, times the weight, summed over the places
        that are still reached.
    late : (G,) float64
        Weight of those reached in time before and too late now.
    isolated : (G,) float64
        Weight of those reached before and by nobody now; what lies on a lost street is not
        among them.
    flooded : (G,) float64
        Weight of those reached before that lie on the lost streets themselves.
    beyond : (G,) float64
        Weight of those reached in time before and not now: too late, by nobody, or on the lost
        streets.
    touched : (G,) float64
        Weight of all whom it could concern: nobody else is reached over the lost streets.
    """

    added_s: Float64
    late: Float64
    isolated: Float64
    flooded: Float64
    beyond: Float64
    touched: Float64


class _Ways(NamedTuple):
    """Ways onto places: (W,) each; see :class:`~routing.loss_search.Places`."""

    place: Int32
    node: Int32
    ms: Int64
    street: Int32


class Baseline:
    """The quickest ways to some places as they stand, to be asked what a loss would change.

    Made by :meth:`routing.Router.baseline`. A question costs as much as junctions and places
    lie behind what is lost. Each fleet has a copy of the network to itself, in one search.

    Attributes
    ----------
    before_s : (D,) float64
        Turnout plus travel of the first to arrive at each place; infinite where nobody does.
    """

    def __init__(
        self,
        graph: SearchGraph,
        fleets: Sequence[Fleet],
        *,
        closures: Closures | None,
    ) -> None:
        counts = {len(fleet.places) for fleet in fleets}
        if len(counts) != 1:
            raise QueryError(
                "routing.unequal_places",
                "At least one fleet is needed, and each with the same places in the same order.",
            )
        self._graph, self._closures = graph, closures
        self._nodes = graph.network.node_count * len(fleets)
        self._edges = graph.network.edge_count * len(fleets)
        self._closed = np.tile(graph.mask(closures), len(fleets))
        self._edge_street = np.tile(graph.network.edge_street, len(fleets)).astype(np.int32)
        self._against, self._onward = (
            _side_by_side([graph.arcs(one.profile, against_traffic=side) for one in fleets])
            for side in (True, False)
        )
        self._starts, goals = self._come_on(fleets)
        self._forest, self._roots = self._grow(fleets, goals)
        self._places = self._seen(fleets)
        before_ms = self._places.before_ms
        self.before_s = np.where(before_ms < UNREACHED, before_ms / 1000.0, np.inf)

    def without(
        self,
        groups: Iterable[Sequence[int]] | None = None,
        *,
        weights: npt.ArrayLike | None = None,
        limit_s: float | None = None,
    ) -> Losses:
        """Lose each group of streets alone: both directions, from end to end.

        Parameters
        ----------
        groups
            Streets that are lost together; None for every street alone.
        weights : (D,)
            What each place counts, 0 or more, such as its people; None counts each as 1.
        limit_s
            Who is reached later is reached too late; None for no limit.

        Returns
        -------
        Losses
            In the order of the groups, or of the streets.

        Raises
        ------
        QueryError
            ``routing.bad_weights``, ``routing.bad_limit``, ``routing.bad_street``.
        """
        count = len(self.before_s)
        weight = np.ones(count) if weights is None else np.array(weights, dtype=np.float64)
        if weight.shape != (count,) or not (np.isfinite(weight) & (weight >= 0)).all():
            raise QueryError(
                "routing.bad_weights",
                f"Each of the {count} places needs a weight of 0 or more.",
                places=count,
            )
        rows = self._rows_of(groups)
        told = np.zeros((len(rows.offset) - 1, 6))
        streets = self._graph.network.street_count
        lose_each(
            rows,
            self._roots,
            self._against,
            self._onward,
            self._edge_street,
            self._closed,
            self._starts,
            self._forest,
            self._places._replace(weight=weight),
            limit_ms_of(limit_s),
            Marks(
                gone=np.full(streets, -1, dtype=np.int32),
                lost=np.full(self._nodes, -1, dtype=np.int32),
                asked=np.full(count, -1, dtype=np.int32),
                time=np.zeros(self._nodes, dtype=np.int32),
                heap=np.empty(self._edges + self._nodes, dtype=np.int64),
                found=np.zeros(self._nodes, dtype=np.int32),
            ),
            told,
        )
        added_ms, *rest = told.T
        return Losses(added_ms / 1000.0, *rest)

    def _rows_of(self, groups: Iterable[Sequence[int]] | None) -> Rows:
        streets = self._graph.network.street_count
        if groups is None:
            return Rows(np.arange(streets + 1, dtype=np.int64), np.arange(streets, dtype=np.int32))
        lists = [np.unique(np.asarray(one, dtype=np.int64)) for one in groups]
        items = np.concatenate([*lists, np.zeros(0, dtype=np.int64)])
        if ((items < 0) | (items >= streets)).any():
            raise QueryError(
                "routing.bad_street",
                f"A group names a street that is none of the network's {streets}.",
                streets=streets,
            )
        sizes = np.array([0, *map(len, lists)], dtype=np.int64)
        return Rows(np.cumsum(sizes), items.astype(np.int32))

    def _come_on(self, fleets: Sequence[Fleet]) -> tuple[Starts, Goals]:
        """Where resources come onto the network, and where a search from all of them begins."""
        network = self._graph.network
        hangs: list[Hangs] = []
        streets: list[Int32] = []
        for number, fleet in enumerate(fleets):
            ways = fleet.resources.departures(self._graph, fleet.profile)
            ways = ways.free(self._graph, self._closures)
            one = ways.hangs(fleet.resources.turnout_ms)
            hangs.append(one._replace(node=one.node + number * network.node_count))
            street = np.full(len(ways.edge), -1, dtype=np.int32)
            street[ways.edge >= 0] = network.edge_street[ways.edge[ways.edge >= 0]]
            streets.append(street)
        node = np.concatenate([one.node for one in hangs]).astype(np.int32)
        ms = np.concatenate([one.ms for one in hangs])
        at = _rows(node, np.arange(len(node), dtype=np.int32), self._nodes)
        return Starts(at, ms, np.concatenate(streets)), Goals(node, ms)

    def _grow(self, fleets: Sequence[Fleet], goals: Goals) -> tuple[Forest, Rows]:
        """The quickest ways from all resources, and by street the junctions reached over it."""
        graph, per_fleet = self._graph, self._graph.network.node_count
        distance = np.full(self._nodes, UNREACHED, dtype=np.int32)
        parent, street = (np.full(self._nodes, -1, dtype=np.int32) for _ in range(2))
        orders = []
        for number, fleet in enumerate(fleets):
            first = number * per_fleet
            own = np.flatnonzero((goals.node >= first) & (goals.node < first + per_fleet))
            arcs = graph.arcs(fleet.profile, against_traffic=False)
            seeds = Goals(goals.node[own] - np.int32(first), goals.ms[own])
            tree = graph.tree(arcs, graph.mask(self._closures), seeds)
            at = tree.nodes + first
            distance[at] = tree.ms
            onward = tree.via >= 0
            parent[at[onward]] = graph.tail[tree.via[onward]] + first
            street[at[onward]] = graph.network.edge_street[tree.via[onward]]
            street[at[~onward]] = self._starts.street[own[tree.root[~onward]]]
            # An edge takes a millisecond or more: in the order of times parents come first.
            orders.append(at[np.argsort(tree.ms, kind="stable")])
        order = np.concatenate(orders).astype(np.int32)
        member = np.zeros(len(order), dtype=np.int32)
        start, size = (np.zeros(self._nodes, dtype=np.int32) for _ in range(2))
        in_preorder(order, parent, member, start, size)
        over = np.flatnonzero(street >= 0).astype(np.int32)
        roots = _rows(street[over], over, graph.network.street_count)
        return Forest(distance, member, start, size), roots

    def _seen(self, fleets: Sequence[Fleet]) -> Places:
        """How the places are reached, and when, before any loss."""
        parts = [self._ways(number, fleet) for number, fleet in enumerate(fleets)]
        ways = _Ways(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        time = np.where(ways.node >= 0, self._forest.distance[ways.node], 0) + ways.ms
        count = len(fleets[0].places)
        before_ms = np.full(count, UNREACHED, dtype=np.int64)
        np.minimum.at(before_ms, ways.place, time)
        before_ms[before_ms > LONGEST_MS] = UNREACHED
        homes = [_nearest(one) for one in zip(*(fleet.places for fleet in fleets), strict=True)]
        junction, street = ways.node >= 0, ways.street >= 0
        return Places(
            way=_rows(ways.place, np.arange(len(ways.place), dtype=np.int32), count),
            seen_from=_rows(ways.node[junction], ways.place[junction], self._nodes),
            on=_rows(ways.street[street], ways.place[street], self._graph.network.street_count),
            node=ways.node,
            ms=ways.ms,
            street=ways.street,
            before_ms=before_ms,
            home=np.array(homes, dtype=np.int32),
            weight=np.ones(count),
        )

    def _ways(self, number: int, fleet: Fleet) -> _Ways:
        graph, first = self._graph, number * self._graph.network.node_count
        occupied = set(fleet.resources.street.tolist())
        found: list[tuple[int, int, int, int]] = []
        for row, place in enumerate(fleet.places):
            if place is None:
                continue
            street = _street_of(place)
            onto = arrivals(graph, fleet.profile, place, self._closures)
            found += [
                (row, first + way.node, way.drive_ms, street) for way in onto if way.from_node
            ]
            if place.street in occupied:
                best_ms, best_way = without_junction(
                    graph, place, fleet.resources, onto,
                    profile=fleet.profile, closures=self._closures,
                )  # fmt: skip
                # Who stands at the very place needs no street.
                for at, over in ((best_way < 0, -1), (best_way >= 0, street)):
                    found.append((row, -1, int(best_ms[at].min(initial=UNREACHED)), over))
        table = np.array(found, dtype=np.int64).reshape(-1, 4)
        owner, node, on = (table[:, column].astype(np.int32) for column in (0, 1, 3))
        return _Ways(owner, node, table[:, 2].copy(), on)


def _street_of(place: Position) -> int:
    """The street on which a place lies; -1 at a junction, which is reached over others too."""
    return -1 if place.fraction in {0.0, 1.0} else place.street


def _nearest(stands: Iterable[Position | None]) -> int:
    """Street on which a place lies as the fleet sees it that comes nearest."""
    known = [one for one in stands if one is not None]
    return _street_of(min(known, key=lambda one: one.side_distance_m)) if known else -1


def _side_by_side(copies: Sequence[Arcs]) -> Arcs:
    """One adjacency of several, each with nodes and edges of its own."""
    nodes, edges = len(copies[0].offset) - 1, len(copies[0].edge)
    offsets = [one.offset[1:] + number * edges for number, one in enumerate(copies)]
    return Arcs(
        offset=np.concatenate((np.zeros(1, dtype=np.int64), *offsets)),
        neighbour=_shifted([one.neighbour for one in copies], nodes),
        edge=_shifted([one.edge for one in copies], edges),
        weight=np.concatenate([one.weight for one in copies]),
    )


def _shifted(parts: Sequence[Int32], by: int) -> Int32:
    return np.concatenate([one + number * by for number, one in enumerate(parts)]).astype(np.int32)


def _rows(key: Int32, item: Int32, count: int) -> Rows:
    """Sort items into lists by key."""
    order = np.argsort(key, kind="stable")
    offset = np.searchsorted(key[order], np.arange(count + 1))
    return Rows(offset.astype(np.int64), item[order].astype(np.int32))
