"""A networkx graph as arrays that its searches run on, and what a search found as networkx has it.

The arrays hold who is next to whom. Weights are looked up in the graph's own attribute
dictionaries at every search, and turned to an array where one of them is another object than it
was: a value set in place (``G[u][v][k]["length"] = 7.0``), which networkx's cache of converted
graphs does not notice, counts at once.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt

from routing.label_search import (
    APART,
    CONTRADICTION,
    Numbers,
    meet,
    roots,
    settle,
    whole_ways,
)
from routing.network import Bool, Int32, Int64

Length: TypeAlias = int | float
Lengths: TypeAlias = dict[Any, Length]
Path: TypeAlias = list[Any]
Paths: TypeAlias = dict[Any, Path]

#: Whole numbers up to this are themselves as 64-bit floats.
_EXACT = 2**53
_INT64 = np.iinfo(np.int64)


@dataclass(frozen=True)
class Weights:
    """One attribute of all edges.

    Attributes
    ----------
    read : list
        The objects found in the edges' dictionaries.
    arc : (M,) float64 or int64
        The lowest of each arc's parallel edges.
    is_whole : (M,) bool or None
        Which are Python integers, where some are and others floats.
    """

    read: list[Any]
    arc: Numbers
    is_whole: Bool | None = None

    @cached_property
    def any_negative(self) -> bool:
        """Whether the first nodes settled need not be the sources."""
        return bool((self.arc < 0).any())


@dataclass(frozen=True)
class Found:
    """What one search settled.

    Attributes
    ----------
    sources : dict
        The sources' numbers and the objects they were asked by, in the order asked.
    beginnings : dict
        The same with the last object where one source was asked by several (1 and 1.0): its
        ways begin with that one in networkx.
    order : (C,) int32
        Settled nodes.
    distance, via : (N,)
        See :func:`routing.label_search.settle`.
    """

    graph: ConvertedGraph
    weights: Weights
    sources: dict[int, Any]
    beginnings: dict[int, Any]
    order: Int32
    distance: Numbers
    via: Int32

    @cached_property
    def names(self) -> list[Any]:
        """The settled nodes as networkx names them: by the arc that reached them."""
        names: list[Any] = self.graph.heads[self.via[self.order]].tolist()
        for i in np.flatnonzero(self.via[self.order] < 0).tolist():
            names[i] = self.sources[int(self.order[i])]
        return names

    def lengths(self) -> Lengths:
        """Distances by node, in the order of settling."""
        values: list[Length] = self.distance[self.order].tolist()
        if self.weights.is_whole is not None:
            whole = whole_ways(self.order, self.via, self.graph.tail, self.weights.is_whole)
            for i in np.flatnonzero(whole).tolist():
                values[i] = int(values[i])
        # The sources' distance is an integer, whatever the weights are.
        for i in np.flatnonzero(self.via[self.order] < 0).tolist():
            values[i] = 0
        return dict(zip(self.names, values, strict=True))

    def paths(self) -> Paths:
        """Ways by node: the sources first, then in the order of settling."""
        first = self._sources_settled_first()
        ways: dict[int, Path] = {number: [name] for number, name in self.beginnings.items()}
        paths: Paths = {name: ways[number] for number, name in self.sources.items()}
        order = self.order[first:]
        before = self.graph.tail[self.via[order]]
        columns = (self.names[first:], order.tolist(), before.tolist())
        for name, node, previous in zip(*columns, strict=True):
            paths[name] = ways[node] = [*ways[previous], name]
        return paths

    def length(self, target: Hashable) -> Length | None:
        """Return the distance of one node, None where it was not settled."""
        number = self.graph.number.get(target)
        settled = np.flatnonzero(self.order == number)
        if not len(settled):
            return None
        value: Length = self.distance[number].item()
        if self.weights.is_whole is not None:
            whole = whole_ways(self.order, self.via, self.graph.tail, self.weights.is_whole)
            value = int(value) if whole[settled[0]] else value
        return value

    def path(self, target: Hashable) -> Path:
        """Return the way to a settled node that is no source, named as asked."""
        number, way = self.graph.number[target], [target]
        while (arc := int(self.via[number])) >= 0:
            number = int(self.graph.tail[arc])
            reached = int(self.via[number])
            way.append(self.sources[number] if reached < 0 else self.graph.heads[reached])
        return way[::-1]

    def cells(self) -> dict[Any, set[Any]]:
        """Return the nodes by the source their way begins at, in networkx's order."""
        first = self._sources_settled_first()
        root = roots(self.order, self.via, self.graph.tail, first)
        by_root = np.argsort(root, kind="stable")
        bounds = np.searchsorted(root[by_root], np.arange(first + 1)).tolist()
        names = self.names
        rows = by_root.tolist()
        cells: dict[Any, set[Any]] = {name: set() for name in self.beginnings.values()}
        for i in range(first):
            cell = cells[self.beginnings[int(self.order[i])]]
            cell.update(names[row] for row in rows[bounds[i] : bounds[i + 1]])
        return cells

    def _sources_settled_first(self) -> int:
        """Return their number; networkx builds ways by the order of settling."""
        first = len(self.sources)
        if self.weights.any_negative and set(self.order[:first].tolist()) != set(self.sources):
            raise NotImplementedError("a negative weight settles a node before a source")
        return first


class Backwards(NamedTuple):
    """The arcs by their heads, in the order of networkx's predecessors.

    Attributes
    ----------
    offset, neighbour, tail, heads
        As those of :class:`ConvertedGraph`, with both ends of each arc exchanged.
    arc : (M,) int32
        The arc's number there.
    """

    offset: Int64
    neighbour: Int32
    arc: Int32
    tail: Int32
    heads: npt.NDArray[np.object_]


class ConvertedGraph:
    """The adjacency of a networkx graph, of any of its four kinds.

    Attributes
    ----------
    offset : (N+1,) int64
        Arcs of node ``n`` are ``offset[n]`` to ``offset[n+1] - 1``, in networkx's order;
        parallel edges are one arc.
    tail, neighbour : (M,) int32
    heads : (M+1,) object
        The arcs' ends as the adjacency names them, and None.
    number : dict
        The nodes' numbers.

    Raises
    ------
    NotImplementedError
        The graph's dictionaries are not Python's own.
    """

    __networkx_backend__ = "gisapp"

    def __init__(self, G: nx.Graph[Any]) -> None:
        adjacency: Mapping[Any, Mapping[Any, Any]] = G._adj  # type: ignore[attr-defined] # noqa: SLF001 - networkx's searches read it
        if not _are_dicts([adjacency, *adjacency.values()]):
            raise NotImplementedError("the graph's adjacency is not held in dictionaries")
        self.number: dict[Any, int] = dict(zip(adjacency, range(len(adjacency)), strict=True))
        degree = np.fromiter(map(len, adjacency.values()), np.int64, len(adjacency))
        self.offset: Int64 = np.concatenate((np.zeros(1, np.int64), np.cumsum(degree)))
        count = int(self.offset[-1])
        heads = list(chain.from_iterable(adjacency.values()))
        numbers = map(self.number.__getitem__, heads)
        self.neighbour: Int32 = np.fromiter(numbers, np.int32, count)
        self.tail: Int32 = np.repeat(np.arange(len(degree), dtype=np.int32), degree)
        self.heads = np.fromiter(chain(heads, (None,)), np.dtype(object), count + 1)
        edges = _values(adjacency)
        self._adjacency = adjacency
        self._against: Mapping[Any, Mapping[Any, Any]] | None = None
        if G.is_directed():
            self._against = G._pred  # type: ignore[attr-defined] # noqa: SLF001
        self._first: Int64 | None = None
        if G.is_multigraph():
            parallel = np.fromiter(map(len, edges), np.int64, count)
            if not _are_dicts(edges) or not parallel.all():
                raise NotImplementedError("the graph's edges are not held in dictionaries")
            self._first = np.cumsum(parallel) - parallel
            edges = [data for keyed in edges for data in keyed.values()]
        if not _are_dicts(edges):
            raise NotImplementedError("the edges' attributes are not held in dictionaries")
        self._edges: list[dict[Any, Any]] = edges
        self._weights: dict[Any, Weights] = {}

    def weights(self, attribute: Hashable) -> Weights:
        """Return an attribute as it is now; edges without it count 1.

        Raises
        ------
        NotImplementedError
            Values that are not plain integers or floats, NaN, or integers whose sums could be
            too great to be exact.
        """
        try:
            read = list(map(operator.itemgetter(attribute), self._edges))
        except KeyError:
            read = [data.get(attribute, 1) for data in self._edges]
        held = self._weights.get(attribute)
        if held is None or not all(map(operator.is_, read, held.read)):
            held = self._weights[attribute] = self._as_arrays(read)
        return held

    def _as_arrays(self, read: list[Any]) -> Weights:
        kinds = set(map(type, read))
        if not kinds <= {int, float}:
            raise NotImplementedError("weights are not all Python's integers and floats")
        if int in kinds:
            most = max(abs(value) for value in read if type(value) is int)
            bound = _EXACT // 2 if float in kinds else _INT64.max // 2
            if most * max(len(self.number), 1) > bound:
                raise NotImplementedError("sums of the weights could be too great")
        values: Numbers = np.array(read, dtype=np.float64 if float in kinds else np.int64)
        # Python's heap has an order of its own where sums are NaN.
        lowest = float(values.min(initial=0))
        spread = max(float(np.abs(values).max(initial=0)), 1.0) * max(len(self.number), 1)
        if np.isnan(values).any() or (lowest < 0 and spread == math.inf):
            raise NotImplementedError("a weight is NaN, or a sum of weights could be")
        is_whole = None
        if len(kinds) == 2:
            is_whole = np.fromiter((type(value) is int for value in read), np.bool_, len(read))
        if self._first is not None and len(values):
            if is_whole is not None:
                # Of parallel edges of one weight the first decides whether it is an integer.
                arc = np.repeat(np.arange(len(self.tail)), np.diff([*self._first, len(read)]))
                is_whole = is_whole[np.lexsort((values, arc))[self._first]]
            values = np.minimum.reduceat(values, self._first)
        return Weights(read, values, is_whole)

    def search(
        self,
        sources: Collection[Any],
        weight: Hashable,
        *,
        target: Hashable = None,
        cutoff: float | None = None,
    ) -> Found:
        """Run networkx's search, from sources that are nodes of the graph.

        Raises
        ------
        ValueError
            A negative weight makes a way shorter than one that was settled.
        """
        weights = self.weights(weight)
        asked: dict[int, Any] = {}
        beginnings: dict[int, Any] = {}
        for name in sources:
            number = self.number[name]
            asked.setdefault(number, name)
            beginnings[number] = name
        limit = _limit(cutoff, weights.arc.dtype)
        count, order, distance, via = settle(
            self.offset,
            self.neighbour,
            weights.arc,
            np.fromiter(asked, np.int32, len(asked)),
            self.number.get(target, -1),
            weights.arc.dtype.type(0 if limit is None else limit),
            limit is not None,
        )
        if count == CONTRADICTION:
            raise ValueError("Contradictory paths found:", "negative weights?")
        return Found(self, weights, asked, beginnings, order[:count], distance, via)

    @cached_property
    def backwards(self) -> Backwards:
        """The arcs against their direction; of an undirected graph they are the arcs."""
        if self._against is None:
            every = np.arange(len(self.tail), dtype=np.int32)
            return Backwards(self.offset, self.neighbour, every, self.tail, self.heads)
        against = self._against
        # Both adjacencies hold the same dictionary of an edge.
        arcs = dict(zip(map(id, _values(self._adjacency)), range(len(self.tail)), strict=True))
        degree = np.fromiter(map(len, against.values()), np.int64, len(against))
        order = list(map(self.number.__getitem__, against))
        if order != list(range(len(order))):
            raise NotImplementedError("the graph's two adjacencies differ in order")
        names = list(chain.from_iterable(against.values()))
        arc = np.fromiter((arcs[id(data)] for data in _values(against)), np.int32, len(arcs))
        return Backwards(
            offset=np.concatenate((np.zeros(1, np.int64), np.cumsum(degree))),
            neighbour=self.tail[arc],
            arc=arc,
            tail=np.repeat(np.arange(len(degree), dtype=np.int32), degree),
            heads=np.fromiter(chain(names, (None,)), np.dtype(object), len(names) + 1),
        )

    def between(
        self, source: Hashable, target: Hashable, weight: Hashable
    ) -> tuple[Length, Path] | None:
        """Run networkx's search from both ends, which are two nodes; None where no way is.

        Raises
        ------
        ValueError
            As :meth:`search`.
        """
        weights, back = self.weights(weight), self.backwards
        ends = (self.number[source], self.number[target])
        side, middle, closing, length, via = meet(
            self.offset,
            self.neighbour,
            weights.arc,
            back.offset,
            back.neighbour,
            weights.arc[back.arc],
            *ends,
        )
        if side == CONTRADICTION:
            raise ValueError("Contradictory paths found: negative weights?")
        if side == APART:
            return None
        heads, tails = (self.heads, back.heads), (self.tail, back.tail)
        ways: list[Path] = [[], []]
        arcs: list[int] = []
        for half, end in enumerate((source, target)):
            number = middle
            while (arc := int(via[half, number])) >= 0:
                arcs.append(arc if half == 0 else int(back.arc[arc]))
                number = int(tails[half][arc])
                reached = int(via[half, number])
                ways[half].append(end if reached < 0 else heads[half][reached])
        path = [*ways[0][::-1], heads[side][closing], *ways[1]]
        value: Length = length[0].item()
        if weights.is_whole is not None and weights.is_whole[arcs].all():
            value = int(value)
        return value, path


def _values(adjacency: Mapping[Any, Mapping[Any, Any]]) -> list[Any]:
    return [data for row in adjacency.values() for data in row.values()]


def _are_dicts(values: Sequence[object]) -> bool:
    return set(map(type, values)) <= {dict}


def _limit(cutoff: float | None, dtype: npt.DTypeLike) -> Length | None:
    """Return the greatest number of the weights' type that is not above the cutoff."""
    if cutoff is None or cutoff != cutoff or cutoff == math.inf:  # noqa: PLR0124 - NaN
        return None
    if dtype == np.int64:
        # Distances lie within half of the type's range, so that its ends stand for beyond.
        whole = math.floor(cutoff) if cutoff != -math.inf else int(_INT64.min)
        return int(min(max(whole, int(_INT64.min)), int(_INT64.max)))
    if isinstance(cutoff, int):
        try:
            near = float(cutoff)
        except OverflowError:
            return sys.float_info.max if cutoff > 0 else -math.inf
        return near if near <= cutoff else math.nextafter(near, -math.inf)
    return float(cutoff)


__all__ = ["ConvertedGraph", "Found", "Length", "Lengths", "Path", "Paths", "Weights"]
