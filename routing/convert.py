"""Exchange a road network with networkx and OSMnx."""

from __future__ import annotations

import ast
import math
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from routing.bans import Turn, listed_bans, named, read_bans
from routing.build import assemble, no_roads, order_by_place
from routing.errors import RoadFileError
from routing.files import checked_file, damaged
from routing.limits import height_limit, weight_limit
from routing.network import Float32, Float64, Int64, RoadNetwork
from routing.speeds import LIMIT_SHARE, parse_maxspeed

_LONLAT = CRS.from_epsg(4326)
_TRUE = frozenset({"true", "yes", "1"})
_GIVEN = "given"
_ONEWAY = _TRUE | {"-1", "reverse"}

Projection = Callable[[Float64], Float64]


def to_networkx(network: RoadNetwork) -> nx.MultiDiGraph[int]:
    """Return the network as an OSMnx-style graph.

    Nodes carry ``x``, ``y``; edges ``osmid``, ``highway``, ``length`` (m), ``speed_kph``,
    ``travel_time`` (s), ``oneway``, ``reversed`` and ``geometry``, and where they hold
    ``name``, ``maxweight`` (t), ``maxheight`` (m), ``bridge`` and ``tunnel`` (``"yes"``);
    ``weight_doubt`` and ``height_doubt`` hold the tags of limits that could not be read.
    ``graph["crs"]`` is ``"epsg:4326"``; ``graph["turn_bans"]``, where there are any, lists what
    :func:`routing.bans.listed_bans` says of forbidden turns.
    :func:`from_networkx` gives the same network back, but for what its report says of the import:
    its source, and what was dropped and noted.

    A text that GraphML's readers would take for a list or for nothing (a road named ``None``)
    is the one item of a list. Where nodes and streets are not ordered by place, as those of
    :func:`routing.from_streets` are not, ``graph["order"]`` is ``"given"`` and edges carry their
    ``street``'s number.
    """
    G: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    ids = network.node_id.tolist()
    G.add_nodes_from(
        (node, {"x": x, "y": y})
        for node, x, y in zip(ids, network.x.tolist(), network.y.tolist(), strict=True)
    )
    attributes = _street_attributes(network)
    if not _is_in_order_of_place(network):
        G.graph["order"] = _GIVEN
        for street, row in enumerate(attributes):
            row["street"] = street
    backwards = shapely.reverse(network.street_lines)
    keys = []
    for u, v, street, is_reversed in zip(
        network.u.tolist(),
        network.v.tolist(),
        network.edge_street.tolist(),
        network.edge_reversed.tolist(),
        strict=True,
    ):
        geometry = (backwards if is_reversed else network.street_lines)[street]
        key = G.add_edge(
            ids[u], ids[v], **attributes[street], reversed=is_reversed, geometry=geometry
        )
        keys.append(key)
    if network.ban_count:
        G.graph["turn_bans"] = listed_bans(network, keys)
    return G


def _is_in_order_of_place(network: RoadNetwork) -> bool:
    """Tell whether :func:`routing.build.assemble` would number nodes and streets as they are."""
    along = network.street_edges[:, 0]
    ends = (network.v[along], network.u[along])
    nodes = order_by_place(network.node_id, network.x, network.y)
    streets = np.lexsort((network.street_length, network.street_id, *ends))
    return all(np.array_equal(order, np.arange(len(order))) for order in (nodes, streets))


def _street_attributes(network: RoadNetwork) -> list[dict[str, Any]]:
    rows = []
    columns = zip(
        network.street_id.tolist(),
        network.street_highway.tolist(),
        network.street_length.tolist(),
        _shortest(network.street_speed_kph),
        network.street_oneway.tolist(),
        network.street_name.tolist(),
        _shortest(network.street_maxweight),
        _shortest(network.street_maxheight),
        network.street_bridge.tolist(),
        network.street_tunnel.tolist(),
        network.street_weight_doubt.tolist(),
        network.street_height_doubt.tolist(),
        strict=True,
    )
    for (
        osmid, highway, length, speed, oneway, name, weight, height, bridge, tunnel, *doubts
    ) in columns:  # fmt: skip
        optional = {
            "name": _told(network.names[name]),
            "maxweight": None if math.isnan(weight) else weight,
            "maxheight": None if math.isnan(height) else height,
            "weight_doubt": _told(network.doubts[doubts[0]]),
            "height_doubt": _told(network.doubts[doubts[1]]),
            "bridge": "yes" if bridge else None,
            "tunnel": "yes" if tunnel else None,
        }
        rows.append(
            {
                "osmid": osmid,
                "highway": _told(network.highway_classes[highway]),
                "length": length,
                "speed_kph": speed,
                "travel_time": length / speed * 3.6,
                "oneway": oneway,
                **{key: value for key, value in optional.items() if value is not None},
            }
        )
    return rows


def _told(text: str) -> str | list[str] | None:
    """Return an attribute that :func:`texts` reads as this text; None for the empty one."""
    if not text:
        return None
    return text if texts(text) == (text,) else [text]


def _shortest(values: Float32) -> list[float]:
    """Return 4.2 for the single-precision number nearest to 4.2, not 4.19999980926."""
    return [float(text) for text in values.astype(str)]


def from_graphml(path: str | os.PathLike[str]) -> RoadNetwork:
    """Read a graph saved by ``osmnx.save_graphml``; see :func:`from_networkx`.

    Raises
    ------
    RoadFileError
        The file is missing, a folder, unreadable, empty or no GraphML
        (``routing.file_damaged``); and what :func:`from_networkx` raises.
    """
    file = checked_file(path)
    try:
        G = nx.read_graphml(file)
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError) as error:
        raise damaged(file, error) from error
    return from_networkx(G, source=file.name)


def from_networkx(G: nx.Graph[Any], *, source: str = "networkx") -> RoadNetwork:
    """Take over an OSMnx graph, or any graph with its attributes.

    A pair of opposite edges that agree in every attribute and in their drawing becomes one
    two-way street; every other edge a one-way street. Undirected edges are two-way; those
    marked one-way are noted.

    Parameters
    ----------
    G
        Nodes need ``x`` and ``y``. Edges may have ``osmid``, ``highway``, ``name`` (else
        ``ref``), ``length``, ``speed_kph``, ``maxspeed``, ``oneway``, ``reversed``,
        ``bridge``, ``tunnel``, ``geometry`` (shapely or WKT), and what
        :mod:`routing.limits` reads of weight and height;
        without a class they count as ``road``, without a geometry they are straight. Values
        may be strings, as GraphML has them, and lists, as OSMnx's simplification leaves them:
        of a list the first ``osmid`` and ``highway`` hold, all names, the mean ``maxspeed``
        (as in ``osmnx.routing.add_edge_speeds``) and the lowest other limit. ``speed_kph``
        goes before ``maxspeed``, that before the class's speed. ``graph["crs"]`` other than
        EPSG:4326 is reprojected; without one the graph is taken as EPSG:4326. Node names that
        are no whole numbers are replaced by their position. Nodes and streets are numbered by
        place, unless ``graph["order"]`` is ``"given"`` and all edges have a ``street``.
        ``graph["turn_bans"]`` is what :func:`to_networkx` puts there; a ban of an edge that is
        not there is left out and noted.
    source
        Named in the report.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    RoadFileError
        No edges (``routing.no_roads``), a node without coordinates
        (``routing.node_without_place``), an unusable ``crs`` (``routing.bad_crs``),
        coordinates that are no longitudes and latitudes (``routing.off_map``), or forbidden
        turns that cannot be read (``routing.bad_turn_bans``).
    """
    notes: Counter[str] = Counter()
    nodes = list(G.nodes)
    ids = _node_ids(nodes, notes)
    project = _projection(G.graph.get("crs"), source)
    xy = project(_places(G, source))
    place = dict(zip(nodes, xy, strict=True))
    edges = []
    for u, v, data in G.edges(data=True):
        facts = _facts(data, notes)
        line = _line(data.get("geometry"), place[u], place[v], project, source)
        edges.append(_Edge(u, v, line, facts))
    if not edges:
        raise no_roads(source)
    if not G.is_directed():
        notes["undirected"] += sum(edge.facts.oneway for edge in edges)
    streets = _paired(edges) if G.is_directed() else [_Street(edge, 0) for edge in edges]
    numbers = [street.edge.facts.street for street in streets]
    as_given = G.graph.get("order") == _GIVEN and None not in numbers
    if as_given:
        streets.sort(key=lambda street: street.edge.facts.street or 0)
    number = dict(zip(nodes, ids.tolist(), strict=True))
    lines = [street.edge.line for street in streets]
    facts_of = [street.edge.facts for street in streets]
    turns = _turns(G, streets, number, notes, source)
    return assemble(
        coordinates=np.concatenate(lines),
        offset=np.cumsum([0] + [len(line) for line in lines]),
        tail=np.array([number[street.edge.u] for street in streets]),
        head=np.array([number[street.edge.v] for street in streets]),
        highway=[facts.highway[0] for facts in facts_of],
        name=[" / ".join(facts.name) for facts in facts_of],
        direction=np.array([street.direction for street in streets]),
        speed_kph=_floats(facts.speed_kph for facts in facts_of),
        maxweight=_floats(facts.maxweight for facts in facts_of),
        maxheight=_floats(facts.maxheight for facts in facts_of),
        weight_doubt=[facts.weight_doubt for facts in facts_of],
        height_doubt=[facts.height_doubt for facts in facts_of],
        bridge=np.array([facts.bridge for facts in facts_of]),
        tunnel=np.array([facts.tunnel for facts in facts_of]),
        street_id=np.array([facts.osmid[0] for facts in facts_of]),
        length=_floats(facts.length for facts in facts_of),
        nodes=(ids, xy[:, 0], xy[:, 1]),
        source=source,
        notes=+notes,
        turns=turns,
        by_place=not as_given,
    )


def _turns(
    G: nx.Graph[Any],
    streets: Sequence[_Street],
    number: Mapping[Hashable, int],
    notes: Counter[str],
    source: str,
) -> list[Turn]:
    """Read the bans of a graph in terms of its streets."""
    try:
        bans = read_bans(G.graph.get("turn_bans", ()))
    except (ValueError, SyntaxError, KeyError, TypeError) as error:
        raise RoadFileError(
            "routing.bad_turn_bans",
            f"The turn_bans of {source} are not what to_networkx writes ({error}): write the graph "
            "again or leave them out.",
            source=source,
            detail=str(error),
        ) from error
    if not bans:
        return []
    ends = (
        list(G.edges(keys=True))
        if isinstance(G, nx.MultiGraph)
        else [(u, v, 0) for u, v in G.edges]
    )
    edge = {(number[u], number[v], str(key)): i for i, (u, v, key) in enumerate(ends)}
    step = {}
    for row, street in enumerate(streets):
        for against, one in enumerate(street.edges):
            step[one] = row, against == 1
    turns, missing = [], set[int]()
    for restriction, words, driven in bans:
        edges = [edge.get((u, v, str(key)), -1) for u, v, key in driven]
        if all(one in step for one in edges):
            turns.append(Turn(restriction, tuple(step[one] for one in edges), words))
        else:
            missing.add(restriction)
    notes.update({f"turns_incomplete:{named(sorted(missing))}": len(missing)} if missing else {})
    return turns


@dataclass(frozen=True)
class _Facts:
    """The attributes of one edge, read; several values where OSMnx merged ways."""

    osmid: tuple[int, ...]
    highway: tuple[str, ...]
    name: tuple[str, ...]
    length: float | None
    speed_kph: float | None
    maxweight: float | None
    maxheight: float | None
    weight_doubt: str
    height_doubt: str
    bridge: bool
    tunnel: bool
    oneway: bool
    reversed: bool | None
    street: int | None

    def alike(self) -> Hashable:
        """Return what both directions of a two-way street share.

        OSMnx lists merged values in driving order and adds lengths in driving order, so order
        and the last digits differ between the directions.
        """
        return (
            frozenset(self.osmid),
            frozenset(self.highway),
            frozenset(self.name),
            None if self.length is None else round(self.length, 3),
            self.speed_kph,
            self.maxweight,
            self.maxheight,
            self.weight_doubt,
            self.height_doubt,
            self.bridge,
            self.tunnel,
            self.street,
        )


@dataclass(frozen=True)
class _Edge:
    u: Hashable
    v: Hashable
    line: Float64
    facts: _Facts


@dataclass(frozen=True)
class _Street:
    edge: _Edge
    direction: int
    edges: tuple[int, ...] = ()
    """Positions of the edge it is drawn as and, if it is two-way, of the opposite one."""


def _paired(edges: list[_Edge]) -> list[_Street]:
    """Join opposite edges to two-way streets, drawn as the edge that is not reversed."""
    streets: dict[int, _Street] = {}
    waiting: dict[Hashable, list[int]] = {}
    for i, edge in enumerate(edges):
        facts = edge.facts
        forwards, backwards = edge.line.tobytes(), edge.line[::-1].tobytes()
        drawing = min(forwards, backwards)
        side = None if forwards == backwards else forwards == drawing
        common = (frozenset((edge.u, edge.v)), drawing, facts.alike())
        partners = waiting.get((common, _opposite(side), _opposite(facts.reversed)))
        if partners and not facts.oneway:
            first = partners.pop(0)
            drawn = i if edges[first].facts.reversed else first
            del streets[first]
            streets[drawn] = _Street(edges[drawn], 0, (drawn, first + i - drawn))
            continue
        streets[i] = _Street(edge, 1, (i,))
        if not facts.oneway:
            waiting.setdefault((common, side, facts.reversed), []).append(i)
    # In the order of the edges they are drawn as, which is that of the streets they were.
    return [streets[i] for i in sorted(streets)]


def _opposite(flag: bool | None) -> bool | None:
    return None if flag is None else not flag


def _facts(data: Mapping[str, Any], notes: Counter[str]) -> _Facts:
    read = {key: texts(value) for key, value in data.items() if key != "geometry"}
    speed = _number(read.get("speed_kph", ()), "speed_kph", _plain, notes, min)
    if speed is None:
        limit = _number(read.get("maxspeed", ()), "maxspeed", parse_maxspeed, notes, _mean)
        speed = None if limit is None else limit * LIMIT_SHARE
    tags = {key: ";".join(values) for key, values in read.items() if key.startswith("max")}
    weight, height = weight_limit(tags), height_limit(tags)
    notes.update(filter(None, (weight.note("maxweight"), height.note("maxheight"))))
    ids = tuple(int(text) for text in read.get("osmid", ()) if text.lstrip("-").isdigit())
    directions = {text.lower() in _TRUE for text in read.get("reversed", ())}
    return _Facts(
        osmid=ids or (0,),
        highway=read.get("highway") or ("road",),
        name=read.get("name") or read.get("ref") or (),
        length=_number(read.get("length", ()), "length", _plain, notes, sum),
        speed_kph=speed,
        maxweight=None if math.isnan(weight.value) else weight.value,
        maxheight=None if math.isnan(height.value) else height.value,
        weight_doubt=weight.doubt or _joined(read.get("weight_doubt", ())),
        height_doubt=height.doubt or _joined(read.get("height_doubt", ())),
        bridge=any(_is_set(text) for text in read.get("bridge", ())),
        tunnel=any(_is_set(text) for text in read.get("tunnel", ())),
        oneway=any(text.lower() in _ONEWAY for text in read.get("oneway", ())),
        reversed=directions.pop() if len(directions) == 1 else None,
        street=_whole(read.get("street", ())),
    )


def texts(value: object) -> tuple[str, ...]:
    """Return the values of an attribute as strings, without those that say nothing."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            value = [value]
    if not isinstance(value, (list, tuple, set)):
        text = str(value)
        return () if text in {"", "None", "nan"} else (text,)
    # In a list a text is itself: a road may be named None.
    read = [one if isinstance(one, str) else texts(one) and str(one) for one in value]
    return tuple(one for one in read if one)


def _number(
    texts: Sequence[str],
    key: str,
    parse: Callable[[str], float | None],
    notes: Counter[str],
    join: Callable[[list[float]], float],
) -> float | None:
    values = [parse(text) for text in texts]
    notes[key] += values.count(None)
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    return join(numbers) if numbers else None


def _whole(texts: Sequence[str]) -> int | None:
    return int(texts[0]) if len(texts) == 1 and texts[0].isdecimal() else None


def _joined(doubts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(doubts))


def _plain(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def _is_set(text: str) -> bool:
    return text.lower() not in {"no", "false", "0"}


def _floats(values: Iterable[float | None]) -> Float64:
    return np.array(list(values), dtype=np.float64)


def _node_ids(nodes: Sequence[Hashable], notes: Counter[str]) -> Int64:
    """Whole-number identifiers: the nodes' own, else their positions."""
    try:
        ids = np.array([int(str(node)) for node in nodes], dtype=np.int64)
    except (ValueError, OverflowError):
        ids = np.empty(0, dtype=np.int64)
    if len(np.unique(ids)) == len(nodes):
        return ids
    notes["node_ids"] += len(nodes)
    return np.arange(len(nodes), dtype=np.int64)


def _places(G: nx.Graph[Any], source: str) -> Float64:
    rows = []
    for node, data in G.nodes(data=True):
        try:
            rows.append((float(data["x"]), float(data["y"])))
        except (KeyError, TypeError, ValueError) as error:
            raise RoadFileError(
                "routing.node_without_place",
                f"Node {node} of {source} has no coordinates: every node needs x and y.",
                source=source,
                node=str(node),
            ) from error
    return np.array(rows, dtype=np.float64).reshape(-1, 2)


def _line(
    geometry: shapely.Geometry | str | None,
    start: Float64,
    end: Float64,
    project: Projection,
    source: str,
) -> Float64:
    """Return the drawing of an edge from its tail to its head."""
    straight = np.stack((start, end))
    if geometry is None:
        return straight
    try:
        line = shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry
        points = project(shapely.get_coordinates(line))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise RoadFileError(
            "routing.bad_geometry",
            f"An edge of {source} has a geometry that is no line: {str(geometry)[:60]!r}.",
            source=source,
            geometry=str(geometry)[:60],
        ) from error
    if len(points) < 2:
        return straight
    # Undirected graphs keep one drawing for both directions.
    against = np.array_equal(points[0], end) and np.array_equal(points[-1], start)
    loop = np.array_equal(start, end)
    return points[::-1].copy() if against and not loop else points


def _projection(crs: object, source: str) -> Projection:
    if crs is None:
        return lambda xy: xy
    try:
        given = CRS.from_user_input(crs)
    except CRSError as error:
        raise RoadFileError(
            "routing.bad_crs",
            f"The coordinate reference system {crs!s} of {source} is not known: give an EPSG "
            "code such as EPSG:4326.",
            source=source,
            crs=str(crs),
        ) from error
    if given.equals(_LONLAT, ignore_axis_order=True):
        return lambda xy: xy
    transformer = Transformer.from_crs(given, _LONLAT, always_xy=True)
    return lambda xy: np.stack(transformer.transform(xy[:, 0], xy[:, 1]), axis=1)
