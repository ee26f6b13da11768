"""networkx's shortest ways on compiled searches: ``backend="gisapp"``.

networkx finds this module by its entry point ``networkx.backends`` and calls the functions below
in the place of its own, for one call (``nx.single_source_dijkstra(G, s, backend="gisapp")``) or
for all (``nx.config.backend_priority.algos = ["gisapp"]``). The answers are networkx's own, as of
the version that is locked: the same numbers (integers where the weights are integers, sums of
64-bit floats in networkx's order, nothing rounded to milliseconds), of equal ways and cells the
same, in the same order, with the same errors. All four kinds of graph are taken; of parallel
edges the lowest weight holds, and an edge without the attribute counts 1.

What cannot be answered so is left to networkx: weights that are functions, or are no plain
integers and floats (NaN, booleans, numpy's scalars, fractions, decimals), sums beyond what 64 bits
hold exactly, views of other graphs, and :func:`networkx.shortest_path` without a source or a
weight. By `backend_priority` networkx then answers itself;
where ``backend=`` names this one, it raises ``NotImplementedError``, as it does for every backend.

The first call converts a graph; networkx keeps the conversion in ``G.__networkx_cache__`` while
``nx.config.cache_converted_graphs`` is set, and throws it away when nodes, edges or attributes are
added or taken out by the graph's methods. It does not notice a value that is set in place, as by
``G.edges[u, v, k]["length"] = 7.0``, and warns of that whenever it uses its cache
(``nx.config.warnings_to_ignore.add("cache")`` keeps it quiet). Here such a value counts: weights
are looked up in the edges' dictionaries at each call, which costs about as much as the search.
Only who replaces the dictionaries ``G._adj`` is made of has to call
``G.__networkx_cache__.clear()``.

To ask many questions, or with roads closed, use :class:`routing.Router`: it closes parts of
streets at once, and measures from places along them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

import networkx as nx

from routing.networkx_graph import ConvertedGraph, Length, Lengths, Path, Paths

__all__ = [
    "bidirectional_dijkstra",
    "can_run",
    "convert_from_nx",
    "convert_to_nx",
    "dijkstra_path",
    "dijkstra_path_length",
    "multi_source_dijkstra",
    "multi_source_dijkstra_path",
    "multi_source_dijkstra_path_length",
    "shortest_path",
    "shortest_path_length",
    "should_run",
    "single_source_dijkstra",
    "single_source_dijkstra_path",
    "single_source_dijkstra_path_length",
    "voronoi_cells",
]

_NAME = ConvertedGraph.__networkx_backend__


def convert_from_nx(G: nx.Graph[Any], **_asked: object) -> ConvertedGraph:
    """Convert a graph, or take the conversion made for another attribute.

    Raises
    ------
    NotImplementedError
        The graph's dictionaries are not Python's own.
    """
    cache = getattr(G, "__networkx_cache__", None)
    if cache and nx.config.cache_converted_graphs:
        for held in list(cache.get("backends", {}).get(_NAME, {}).values()):
            if isinstance(held, ConvertedGraph):
                return held
    return ConvertedGraph(G)


def convert_to_nx(result: object, **_asked: object) -> object:
    """Return a result as it is: none is a graph."""
    if isinstance(result, ConvertedGraph):
        raise NotImplementedError("a converted graph holds no attributes to give back")
    return result


def can_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Tell whether a call can be answered as networkx would, else why not.

    Weights are looked at later: where they do not suit, the call itself raises
    ``NotImplementedError``.
    """
    try:
        bound = inspect.signature(_ALGORITHMS[name]).bind(*args, **kwargs)
    except TypeError:
        return True  # networkx says what is wrong with the call
    bound.apply_defaults()
    asked = bound.arguments
    for refused, why in (
        (not _is_graph(asked["G"]), "the graph is a view, or none of networkx's"),
        (callable(asked["weight"]), "the weight is a function"),
        (not isinstance(asked.get("cutoff"), (int, float, type(None))), "the cutoff is no number"),
        (
            # networkx reads them twice.
            not isinstance(asked.get("sources", ()), Collection)
            or not isinstance(asked.get("center_nodes", ()), Collection),
            "the sources can be read once only",
        ),
        ("method" in asked and asked["weight"] is None, "ways are counted in edges"),
        (asked.get("method", "dijkstra") != "dijkstra", "the method is not Dijkstra's"),
        ("method" in asked and asked["source"] is None, "no source is given"),
    ):
        if refused:
            return why
    return True


def should_run(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool | str:
    """Tell whether a call that can be answered is worth converting the graph for."""
    bound = inspect.signature(_ALGORITHMS[name]).bind(*args, **kwargs).arguments
    if getattr(bound["G"], "__networkx_cache__", None) is None:
        return "the graph would be converted for this call alone"
    return True


def single_source_dijkstra_path_length(
    G: ConvertedGraph, source: Hashable, cutoff: float | None = None, weight: Hashable = "weight"
) -> Lengths:
    """As :func:`networkx.single_source_dijkstra_path_length`."""
    return multi_source_dijkstra_path_length(G, {source}, cutoff=cutoff, weight=weight)


def single_source_dijkstra_path(
    G: ConvertedGraph, source: Hashable, cutoff: float | None = None, weight: Hashable = "weight"
) -> Paths:
    """As :func:`networkx.single_source_dijkstra_path`."""
    return multi_source_dijkstra_path(G, {source}, cutoff=cutoff, weight=weight)


def single_source_dijkstra(
    G: ConvertedGraph,
    source: Hashable,
    target: Hashable = None,
    cutoff: float | None = None,
    weight: Hashable = "weight",
) -> tuple[Lengths, Paths] | tuple[Length, Path]:
    """As :func:`networkx.single_source_dijkstra`."""
    return multi_source_dijkstra(G, {source}, target=target, cutoff=cutoff, weight=weight)


def multi_source_dijkstra_path_length(
    G: ConvertedGraph,
    sources: Collection[Any],
    cutoff: float | None = None,
    weight: Hashable = "weight",
) -> Lengths:
    """As :func:`networkx.multi_source_dijkstra_path_length`."""
    _check_sources(G, sources)
    return G.search(sources, weight, cutoff=cutoff).lengths()


def multi_source_dijkstra_path(
    G: ConvertedGraph,
    sources: Collection[Any],
    cutoff: float | None = None,
    weight: Hashable = "weight",
) -> Paths:
    """As :func:`networkx.multi_source_dijkstra_path`."""
    _check_sources(G, sources)
    return G.search(sources, weight, cutoff=cutoff).paths()


def multi_source_dijkstra(
    G: ConvertedGraph,
    sources: Collection[Any],
    target: Hashable = None,
    cutoff: float | None = None,
    weight: Hashable = "weight",
) -> tuple[Lengths, Paths] | tuple[Length, Path]:
    """As :func:`networkx.multi_source_dijkstra`."""
    _check_sources(G, sources)
    if target in sources:
        return 0, [target]
    found = G.search(sources, weight, target=target, cutoff=cutoff)
    if target is None:
        return found.lengths(), found.paths()
    length = found.length(target)
    if length is None:
        raise nx.NetworkXNoPath(f"No path to {target}.")
    return length, found.path(target)


def dijkstra_path(
    G: ConvertedGraph, source: Hashable, target: Hashable, weight: Hashable = "weight"
) -> Path | Paths:
    """As :func:`networkx.dijkstra_path`."""
    return single_source_dijkstra(G, source, target=target, weight=weight)[1]


def dijkstra_path_length(
    G: ConvertedGraph, source: Hashable, target: Hashable, weight: Hashable = "weight"
) -> Length:
    """As :func:`networkx.dijkstra_path_length`."""
    _check_sources(G, [source])
    if source == target:
        return 0
    length = G.search([source], weight, target=target).length(target)
    if length is None:
        raise nx.NetworkXNoPath(f"Node {target} not reachable from {source}")
    return length


def bidirectional_dijkstra(
    G: ConvertedGraph, source: Hashable, target: Hashable, weight: Hashable = "weight"
) -> tuple[Length, Path]:
    """As :func:`networkx.bidirectional_dijkstra`."""
    for end, node in (("Source", source), ("Target", target)):
        if not _holds(G, node):
            raise nx.NodeNotFound(f"{end} {node} is not in G")
    if source == target:
        return 0, [source]
    found = G.between(source, target, weight)
    if found is None:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return found


def shortest_path(
    G: ConvertedGraph,
    source: Hashable = None,
    target: Hashable = None,
    weight: Hashable = None,
    method: str = "dijkstra",  # noqa: ARG001 - networkx's signature; see `can_run`
) -> Paths | Path:
    """As :func:`networkx.shortest_path`, from one source, with a weight."""
    if target is None:
        return single_source_dijkstra_path(G, source, weight=weight)
    return bidirectional_dijkstra(G, source, target, weight)[1]


def shortest_path_length(
    G: ConvertedGraph,
    source: Hashable = None,
    target: Hashable = None,
    weight: Hashable = None,
    method: str = "dijkstra",  # noqa: ARG001
) -> Lengths | Length:
    """As :func:`networkx.shortest_path_length`, from one source, with a weight."""
    if target is None:
        return single_source_dijkstra_path_length(G, source, weight=weight)
    return dijkstra_path_length(G, source, target, weight=weight)


def voronoi_cells(
    G: ConvertedGraph, center_nodes: Collection[Any], weight: Hashable = "weight"
) -> dict[Any, set[Any]]:
    """As :func:`networkx.voronoi_cells`."""
    _check_sources(G, center_nodes)
    found = G.search(center_nodes, weight)
    cells = found.cells()
    unreachable = set(G.number) - set(found.names)
    if unreachable:
        cells["unreachable"] = unreachable
    return cells


_ALGORITHMS: Mapping[str, Callable[..., object]] = {
    algorithm.__name__: algorithm
    for algorithm in (
        single_source_dijkstra_path_length,
        single_source_dijkstra_path,
        single_source_dijkstra,
        multi_source_dijkstra_path_length,
        multi_source_dijkstra_path,
        multi_source_dijkstra,
        dijkstra_path,
        dijkstra_path_length,
        bidirectional_dijkstra,
        shortest_path,
        shortest_path_length,
        voronoi_cells,
    )
}


def _is_graph(G: object) -> bool:
    """Tell graphs from views, whose cache is not cleared when the graph they show changes."""
    return isinstance(G, ConvertedGraph) or (isinstance(G, nx.Graph) and not hasattr(G, "_graph"))


def _check_sources(G: ConvertedGraph, sources: Collection[Any]) -> None:
    if not sources:
        raise ValueError("sources must not be empty")
    for source in sources:
        if not _holds(G, source):
            raise nx.NodeNotFound(f"Node {source} not found in graph")


def _holds(G: ConvertedGraph, node: Hashable) -> bool:
    try:
        return node in G.number
    except TypeError:  # not hashable, thus no node
        return False
