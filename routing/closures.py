"""Road closures: which edges and which stretches of them are closed, and by what."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from routing.errors import QueryError
from routing.geometry import expand_ranges
from routing.network import Bool, Float64, Int32, RoadNetwork

#: Stretches of one street or edge as (start, end) fractions, rising and disjoint.
Stretches = tuple[tuple[float, float], ...]

_NO_EDGES = np.zeros(0, dtype=np.int32)
_WHOLE: Stretches = ((0.0, 1.0),)
# A polygon that only touches a street leaves it open: shorter crossings and gaps than this
# fraction are rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Closure:
    """One closure and what it touches.

    Attributes
    ----------
    closure_id, label
        Identifier, and a text to show.
    polygon
        The area closed, lon/lat; None where only edges were named.
    edges : (n,) int32
        Edges closed to through traffic, rising.
    whole_edges : (m,) int32
        Those closed from end to end, rising.
    partial_streets : dict
        The closed stretches of the streets partly inside the polygon.
    """

    closure_id: str
    label: str
    polygon: BaseGeometry | None
    edges: Int32
    whole_edges: Int32
    partial_streets: Mapping[int, Stretches]

    def on_edge(self, network: RoadNetwork, edge: int) -> Stretches:
        """List the closed stretches of an edge as fractions along it, rising and disjoint."""
        if _holds(self.whole_edges, edge):
            return _WHOLE
        stretches = self.partial_streets.get(int(network.edge_street[edge]), ())
        if not network.edge_reversed[edge]:
            return stretches
        return tuple((1.0 - end, 1.0 - start) for start, end in reversed(stretches))


class Closures:
    """An immutable set of closures over one network.

    Adding or lifting returns a new set and leaves the old one as it is, so that every query
    keeps the set it started with. A closed edge carries no through traffic; where a polygon
    covers only a stretch of a street, teams and incidents on the rest of that street may
    still use the rest.
    """

    def __init__(self, network: RoadNetwork, closures: Iterable[Closure] = ()) -> None:
        self._network = network
        self._closures = tuple(closures)
        self._mask = np.zeros(network.edge_count if self._closures else 0, dtype=np.bool_)
        for closure in self._closures:
            self._mask[closure.edges] = True

    @classmethod
    def none(cls, network: RoadNetwork) -> Closures:
        """Make the empty set over a network."""
        return cls(network)

    def __len__(self) -> int:
        return len(self._closures)

    @property
    def network(self) -> RoadNetwork:
        """The network the closures lie on."""
        return self._network

    @property
    def closures(self) -> tuple[Closure, ...]:
        """The closures in the order in which they were added."""
        return self._closures

    @property
    def ids(self) -> tuple[str, ...]:
        """Their identifiers."""
        return tuple(closure.closure_id for closure in self._closures)

    @property
    def mask(self) -> Bool:
        """(M,) True where the edge is closed to through traffic; empty without closures.

        Shared by all queries: to be read only.
        """
        return self._mask

    @cached_property
    def edges(self) -> Int32:
        """Edges closed to through traffic, rising."""
        found = [closure.edges for closure in self._closures]
        return np.unique(np.concatenate(found)).astype(np.int32) if found else _NO_EDGES

    @cached_property
    def stretches(self) -> frozenset[tuple[int, Stretches]]:
        """Streets of which a polygon closes a stretch but not the whole, and which stretches."""
        return frozenset(
            one for closure in self._closures for one in closure.partial_streets.items()
        )

    @property
    def partial_streets(self) -> frozenset[int]:
        """Streets of which a polygon closes a stretch but not the whole."""
        return frozenset().union(*(closure.partial_streets for closure in self._closures))

    def add(
        self,
        closure_id: str,
        *,
        polygon: BaseGeometry | None = None,
        edge_ids: Iterable[int] | None = None,
        label: str = "",
        spared_streets: npt.NDArray[np.integer] | None = None,
    ) -> Closures:
        """Return this set with one closure more.

        Parameters
        ----------
        closure_id
            Identifier, not yet used in this set.
        polygon
            Polygon or MultiPolygon, lon/lat: closes the stretches of street inside it, both
            ways.
        edge_ids
            Edges (one direction each) closed from end to end.
        label
            A text to show.
        spared_streets
            Streets that the polygon leaves open, as a bridge above what is flooded.

        Returns
        -------
        Closures

        Raises
        ------
        QueryError
            The identifier is taken (``routing.closure_exists``), neither a polygon nor edges
            are given or the polygon is empty or no area (``routing.closure_not_area``), or an
            edge does not exist (``routing.closure_bad_edge``).
        """
        if closure_id in self.ids:
            raise QueryError(
                "routing.closure_exists",
                f"There is already a closure {closure_id!r}; lift it first.",
                closure_id=closure_id,
            )
        whole, stretches = np.empty(0, dtype=np.int32), dict[int, Stretches]()
        if polygon is not None:
            polygon = _checked_area(polygon, closure_id)
            whole, stretches = _cover(self._network, polygon, spared_streets)
        elif edge_ids is None:
            raise _not_an_area(closure_id)
        if edge_ids is not None:
            named = _checked_edges(self._network, edge_ids)
            whole = np.union1d(whole, named).astype(np.int32)
        touched = self._network.street_edges[sorted(stretches)].ravel()
        edges = np.union1d(whole, touched[touched >= 0]).astype(np.int32)
        closure = Closure(closure_id, label, polygon, edges, whole, stretches)
        return Closures(self._network, (*self._closures, closure))

    def remove(self, closure_id: str) -> Closures:
        """Return this set without one closure.

        Parameters
        ----------
        closure_id
            Identifier of a closure in the set.

        Returns
        -------
        Closures

        Raises
        ------
        QueryError
            No such closure (``routing.no_such_closure``).
        """
        if closure_id not in self.ids:
            raise QueryError(
                "routing.no_such_closure",
                f"There is no closure {closure_id!r}.",
                closure_id=closure_id,
            )
        rest = (closure for closure in self._closures if closure.closure_id != closure_id)
        return Closures(self._network, rest)

    def on_edge(self, edge: int) -> Stretches:
        """List the closed stretches of an edge as fractions along it, rising and disjoint."""
        if not self._closures or not self._mask[edge]:
            return ()
        one_by_one = (closure.on_edge(self._network, edge) for closure in self._closures)
        return _merge(itertools.chain.from_iterable(one_by_one))

    def ids_on(self, edge: int, start: float = 0.0, end: float = 1.0) -> tuple[str, ...]:
        """Name the closures that close any of an edge between two fractions along it."""
        return tuple(
            closure.closure_id
            for closure in self._closures
            if _holds(closure.edges, edge)
            and any(
                low <= end and high >= start for low, high in closure.on_edge(self._network, edge)
            )
        )


def _holds(rising: Int32, edge: int) -> bool:
    at = int(np.searchsorted(rising, edge))
    return at < len(rising) and int(rising[at]) == edge


def _not_an_area(closure_id: str) -> QueryError:
    return QueryError(
        "routing.closure_not_area",
        f"Closure {closure_id!r} needs an area (a polygon with at least three corners) or edges.",
        closure_id=closure_id,
    )


def _checked_area(polygon: BaseGeometry, closure_id: str) -> BaseGeometry:
    if polygon.geom_type not in {"Polygon", "MultiPolygon"} or polygon.is_empty:
        raise _not_an_area(closure_id)
    # Lines drawn by hand cross themselves; both lobes of the eight are meant.
    area = (
        polygon
        if polygon.is_valid
        else shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    )
    if not np.isfinite(area.bounds).all() or area.area == 0:
        raise _not_an_area(closure_id)
    return area


def _checked_edges(network: RoadNetwork, edge_ids: Iterable[int]) -> npt.NDArray[np.int64]:
    edges = np.fromiter(edge_ids, dtype=np.int64)
    wrong = edges[(edges < 0) | (edges >= network.edge_count)]
    if len(wrong):
        raise QueryError(
            "routing.closure_bad_edge",
            f"Edge {wrong[0]} does not exist: this network's edges are 0 to "
            f"{network.edge_count - 1}.",
            edge=int(wrong[0]),
            last=network.edge_count - 1,
        )
    return edges


def _cover(
    network: RoadNetwork, area: BaseGeometry, spared: npt.NDArray[np.integer] | None
) -> tuple[Int32, dict[int, Stretches]]:
    """Edges wholly inside the area, and the stretches of streets partly inside."""
    streets = network.street_tree.query(area, predicate="intersects")
    if spared is not None and len(spared):
        streets = streets[~np.isin(streets, spared)]
    shapely.prepare(area)
    inside = shapely.covers(area, network.street_lines[streets])
    edges = network.street_edges[streets[inside]].ravel()
    return np.sort(edges[edges >= 0]), _crossings(network, np.sort(streets[~inside]), area)


def _crossings(
    network: RoadNetwork, streets: npt.NDArray[np.intp], area: BaseGeometry
) -> dict[int, Stretches]:
    """Stretches of streets inside a prepared area, found piece by drawn piece.

    On a straight piece a place has one fraction; on the whole drawing, which may cross or
    retrace itself, it need not.
    """
    first = network.street_offset[streets].astype(np.int64)
    owner, vertex = expand_ranges(first, network.street_offset[streets + 1] - first - 1)
    ends = np.stack((network.coordinates[vertex], network.coordinates[vertex + 1]), axis=1)
    piece, low, high = _shares_inside(ends, area)
    along, from_vertex = network.coordinate_fraction, vertex[piece]
    start, end = (
        np.where(
            at < 1.0,
            along[from_vertex] + at * (along[from_vertex + 1] - along[from_vertex]),
            along[from_vertex + 1],
        )
        for at in (low, high)
    )
    street = streets[owner[piece]]
    order = np.argsort(street, kind="stable")
    rows = zip(street[order].tolist(), start[order].tolist(), end[order].tolist(), strict=True)
    return {
        one: _merge((low, high) for _, low, high in group)
        for one, group in itertools.groupby(rows, key=operator.itemgetter(0))
    }


def _shares_inside(
    ends: Float64, area: BaseGeometry
) -> tuple[npt.NDArray[np.intp], Float64, Float64]:
    """Parts of straight pieces, (n, 2, 2), inside a prepared area: piece, start and end in 0..1.

    The prepared area settles most pieces; only those that meet its outline are cut, which
    takes a walk around the whole outline for each.
    """
    pieces = shapely.linestrings(ends)
    inside = shapely.contains_properly(area, pieces)
    whole = np.flatnonzero(inside)
    met = np.flatnonzero(~inside & shapely.intersects(area, pieces))
    cut_pieces = shapely.intersection(np.asarray(pieces, dtype=object)[met], area)
    cuts, of_met = shapely.get_parts(cut_pieces, return_index=True)
    kept = ~shapely.is_empty(cuts)
    cuts, of = cuts[kept], met[of_met[kept]]
    if not len(cuts):
        return whole, np.zeros(len(whole)), np.ones(len(whole))
    vertices, cut = shapely.get_coordinates(cuts, return_index=True)
    tail = ends[of[cut], 0]
    step = ends[of[cut], 1] - tail
    length_2 = np.einsum("ij,ij->i", step, step)
    share = np.einsum("ij,ij->i", vertices - tail, step)
    share = np.clip(share / np.where(length_2 > 0, length_2, 1.0), 0.0, 1.0)
    first = np.unique(cut, return_index=True)[1]
    low, high = np.minimum.reduceat(share, first), np.maximum.reduceat(share, first)
    crossing = high - low > _ROUNDING
    return (
        np.concatenate((whole, of[crossing])),
        np.concatenate((np.zeros(len(whole)), low[crossing])),
        np.concatenate((np.ones(len(whole)), high[crossing])),
    )


def _merge(stretches: Iterable[tuple[float, float]]) -> Stretches:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        low = start if start > _ROUNDING else 0.0
        high = end if end < 1.0 - _ROUNDING else 1.0
        if merged and low <= merged[-1][1] + _ROUNDING:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)
