"""Put a :class:`~routing.network.RoadNetwork` together from streets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from routing.bans import Turn, with_bans
from routing.errors import RoadFileError
from routing.network import Bool, Float32, Float64, Int32, Int64, RoadNetwork
from routing.report import ImportReport
from routing.speeds import class_speed_kph

Scalar = TypeVar("Scalar", bound=np.generic)
Texts = Sequence[str] | npt.NDArray[np.object_]
WGS84 = Geod(ellps="WGS84")

_NO_COUNTS: Mapping[str, int] = MappingProxyType({})
_ONE_BYTE = 256


@dataclass(frozen=True)
class Street:
    """One street for :func:`from_streets`.

    Attributes
    ----------
    coordinates
        At least two (longitude, latitude) pairs.
    highway, name
        OSM road class and name.
    direction
        1 where only travel along the drawing is allowed, -1 against it, 0 both.
    speed_kph
        Free-flow speed; None takes the class's.
    maxweight, maxheight
        Tonnes, metres; NaN where unlimited.
    weight_doubt, height_doubt
        Tags of a limit that cannot be read; see :class:`routing.limits.Limit`.
    street_id
        The source's identifier; None numbers the streets from 0.
    """

    coordinates: Sequence[tuple[float, float]]
    highway: str = "residential"
    name: str = ""
    direction: int = 0
    speed_kph: float | None = None
    maxweight: float = math.nan
    maxheight: float = math.nan
    weight_doubt: str = ""
    height_doubt: str = ""
    bridge: bool = False
    tunnel: bool = False
    street_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Traits:
    """What is said of each street besides its drawing, as the network keeps it.

    Attributes
    ----------
    classes, names, doubts
        The tables that ``highway``, ``name`` and the doubts are numbers in.
    """

    highway: npt.NDArray[np.uint8]
    name: Int32
    speed_kph: Float32
    maxweight: Float32
    maxheight: Float32
    weight_doubt: Int32
    height_doubt: Int32
    bridge: Bool
    tunnel: Bool
    classes: tuple[str, ...]
    names: tuple[str, ...]
    doubts: tuple[str, ...]

    @classmethod
    def read(
        cls,
        highway: Texts,
        *,
        name: Texts | None,
        speed_kph: npt.ArrayLike | None,
        maxweight: npt.ArrayLike | None,
        maxheight: npt.ArrayLike | None,
        weight_doubt: Texts | None,
        height_doubt: Texts | None,
        bridge: npt.ArrayLike | None,
        tunnel: npt.ArrayLike | None,
        source: str,
    ) -> _Traits:
        """Read what :func:`assemble` is given; what is None is as it says there."""
        code, classes = _encode(highway, source)
        count = len(code)
        none = np.full(count, "", dtype=object)
        (name_code,), names = _coded(none if name is None else name)
        (of_weight, of_height), doubts = _coded(
            *(none if one is None else one for one in (weight_doubt, height_doubt))
        )
        return cls(
            highway=code,
            name=name_code,
            speed_kph=_speeds(speed_kph, code, classes),
            maxweight=_column(maxweight, count, np.nan, np.float32),
            maxheight=_column(maxheight, count, np.nan, np.float32),
            weight_doubt=of_weight,
            height_doubt=of_height,
            bridge=_column(bridge, count, False, np.bool_),
            tunnel=_column(tunnel, count, False, np.bool_),
            classes=classes,
            names=names,
            doubts=doubts,
        )

    def compared(self, metres: Float64) -> Float64:
        """What two streets have to agree in to be one, (S, 9)."""
        return np.stack(
            [
                self.highway,
                self.maxweight,
                self.maxheight,
                self.bridge,
                self.tunnel,
                self.weight_doubt,
                self.height_doubt,
                self.speed_kph,
                np.round(metres, 2),
            ],
            axis=1,
        )

    def of(self, rows: Int64) -> _Traits:
        """Those of the streets `rows`, in that order."""
        return replace(
            self,
            highway=self.highway[rows],
            name=self.name[rows],
            speed_kph=self.speed_kph[rows],
            maxweight=self.maxweight[rows],
            maxheight=self.maxheight[rows],
            weight_doubt=self.weight_doubt[rows],
            height_doubt=self.height_doubt[rows],
            bridge=self.bridge[rows],
            tunnel=self.tunnel[rows],
        )


def from_streets(streets: Sequence[Street], *, source: str = "streets") -> RoadNetwork:
    """Build a small network by hand: streets that share an end coordinate meet there.

    Street ``i`` of the result is ``streets[i]``; nodes are numbered from 0 (identifier and
    index alike) in the order in which the streets first touch them. A street with direction
    -1 is turned, so that a one-way street is always drawn in its direction of travel.

    Parameters
    ----------
    streets
        Cut at every junction.
    source
        Named in the report.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    RoadFileError
        No streets (``routing.no_roads``).
    """
    number: dict[tuple[float, float], int] = {}
    ends = [
        [number.setdefault((float(x), float(y)), len(number)) for x, y in (line[0], line[-1])]
        for line in (street.coordinates for street in streets)
    ]
    speeds = [math.nan if street.speed_kph is None else street.speed_kph for street in streets]
    ids = [i if street.street_id is None else street.street_id for i, street in enumerate(streets)]
    tail, head = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    return assemble(
        coordinates=np.array([xy for street in streets for xy in street.coordinates], dtype=float),
        offset=np.cumsum([0] + [len(street.coordinates) for street in streets]),
        tail=tail,
        head=head,
        highway=[street.highway for street in streets],
        name=[street.name for street in streets],
        direction=np.array([street.direction for street in streets]),
        speed_kph=np.array(speeds),
        maxweight=np.array([street.maxweight for street in streets]),
        maxheight=np.array([street.maxheight for street in streets]),
        weight_doubt=[street.weight_doubt for street in streets],
        height_doubt=[street.height_doubt for street in streets],
        bridge=np.array([street.bridge for street in streets]),
        tunnel=np.array([street.tunnel for street in streets]),
        street_id=np.array(ids),
        source=source,
        by_place=False,
    )


def assemble(
    *,
    coordinates: npt.ArrayLike,
    offset: npt.ArrayLike,
    tail: npt.ArrayLike,
    head: npt.ArrayLike,
    highway: Texts,
    name: Texts | None = None,
    direction: npt.ArrayLike | None = None,
    speed_kph: npt.ArrayLike | None = None,
    maxweight: npt.ArrayLike | None = None,
    maxheight: npt.ArrayLike | None = None,
    weight_doubt: Texts | None = None,
    height_doubt: Texts | None = None,
    bridge: npt.ArrayLike | None = None,
    tunnel: npt.ArrayLike | None = None,
    street_id: npt.ArrayLike | None = None,
    length: npt.ArrayLike | None = None,
    nodes: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike] | None = None,
    source: str = "",
    dropped: Mapping[str, int] = _NO_COUNTS,
    notes: Mapping[str, int] = _NO_COUNTS,
    by_place: bool = True,
    join: bool = False,
    turns: Sequence[Turn] = (),
) -> RoadNetwork:
    """Turn streets that are already cut at every junction into a network.

    Parameters
    ----------
    coordinates : (P, 2)
        Longitude and latitude of the drawn points, street after street, EPSG:4326.
    offset : (S+1,)
        Street ``s`` is drawn by ``coordinates[offset[s]:offset[s+1]]``, two points or more.
    tail, head : (S,) int64
        Node identifiers of the first and last point.
    highway, name : (S,) str
        Road class and name; no name is the empty string.
    direction : (S,) int
        1 along the drawing only, -1 against it only, 0 both (the default).
    speed_kph : (S,) float
        Free-flow speed; where it is NaN or not positive the class's speed holds.
    maxweight, maxheight : (S,) float
        Tonnes and metres, NaN (the default) where unlimited.
    weight_doubt, height_doubt : (S,) str
        Tags of limits that cannot be read; empty (the default) where all were.
    bridge, tunnel : (S,) bool
    street_id : (S,) int64
        The source's identifier; default the row number.
    length : (S,) float
        Metres; where absent or NaN it is measured on the WGS 84 ellipsoid (Karney's
        geodesics, as PROJ computes them).
    nodes : (ids, xs, ys)
        Nodes by identifier, those without a street included; default the streets' ends.
    source, dropped, notes
        For the report.
    by_place
        Number nodes along a Hilbert curve and streets by their ends: neighbours in space are
        neighbours in memory, and the numbers do not depend on the order of the input.
        Without it both keep the order of the input (nodes: of first use).
    join
        Take streets that are drawn on one another and agree in class, speed and limits
        together as one, and note them; needs `by_place`.
    turns
        What signs say of turns, in terms of these streets by row; see
        :func:`routing.bans.with_bans`.

    Returns
    -------
    RoadNetwork

    Raises
    ------
    RoadFileError
        No streets (``routing.no_roads``), more than 256 road classes
        (``routing.too_many_classes``), the sign of a wrong column, or coordinates that are
        no longitudes and latitudes (``routing.off_map``).
    """
    points = np.ascontiguousarray(coordinates, dtype=np.float64).reshape(-1, 2)
    offsets = np.asarray(offset, dtype=np.int64)
    count = len(offsets) - 1
    if count < 1:
        raise no_roads(source)
    tails = np.asarray(tail, dtype=np.int64)
    heads = np.asarray(head, dtype=np.int64)
    ways = np.zeros(count, dtype=np.int8) if direction is None else np.asarray(direction, np.int8)
    against = ways < 0
    points = _turned(points, offsets, against)
    tails, heads = np.where(against, heads, tails), np.where(against, tails, heads)
    node_id, x, y = (
        _nodes_of_ends(tails, heads, points, offsets) if nodes is None else _nodes_given(nodes)
    )
    _check_on_map(points[:, 0], points[:, 1], source)
    _check_on_map(x, y, source)
    if by_place:
        order = order_by_place(node_id, x, y)
        node_id, x, y = node_id[order], x[order], y[order]
    ends = np.stack((_index_of(node_id, tails), _index_of(node_id, heads)), axis=1)
    ids = np.arange(count) if street_id is None else np.asarray(street_id, dtype=np.int64)
    metres = _lengths(points, offsets, length)
    traits = _Traits.read(
        highway,
        name=name,
        speed_kph=speed_kph,
        maxweight=maxweight,
        maxheight=maxheight,
        weight_doubt=weight_doubt,
        height_doubt=height_doubt,
        bridge=bridge,
        tunnel=tunnel,
        source=source,
    )
    rows = np.arange(count)
    became, backwards = rows, against
    if join:
        alike = traits.compared(metres)
        rows, opened, became, mirrored = _joined(ends, (points, offsets), ways != 0, alike, ids)
        backwards = against ^ mirrored
        ways = np.where(opened, 0, ways)
        notes = dict(notes) | ({"coincident": count - len(rows)} if len(rows) < count else {})
    if by_place:
        rows = rows[np.lexsort((metres[rows], ids[rows], ends[rows, 1], ends[rows, 0]))]
        points, offsets = take_lines(points, offsets, rows)
    network = _network(
        (node_id, x, y),
        ends[rows],
        oneway=(ways != 0)[rows],
        ids=ids[rows],
        metres=metres[rows],
        traits=traits.of(rows),
        lines=(points, offsets),
        source=source,
        dropped=dropped,
        notes=notes,
    )
    if not turns:
        return network
    place = np.empty(count, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return with_bans(network, turns, place[became], backwards)


def _network(
    nodes: tuple[Int64, Float64, Float64],
    ends: Int32,
    *,
    oneway: Bool,
    ids: Int64,
    metres: Float64,
    traits: _Traits,
    lines: tuple[Float64, Int64],
    source: str,
    dropped: Mapping[str, int],
    notes: Mapping[str, int],
) -> RoadNetwork:
    """Give streets that stay, in their order, their edges, components and report."""
    node_id, x, y = nodes
    u, v, edge_street, edge_reversed = _edges(ends[:, 0], ends[:, 1], oneway)
    component, sizes = _components(len(node_id), u, v)
    return RoadNetwork(
        node_id=node_id,
        x=x,
        y=y,
        node_component=component,
        u=u,
        v=v,
        edge_street=edge_street,
        edge_reversed=edge_reversed,
        street_id=ids,
        street_length=metres,
        street_speed_kph=traits.speed_kph,
        street_highway=traits.highway,
        street_name=traits.name,
        street_maxweight=traits.maxweight,
        street_maxheight=traits.maxheight,
        street_weight_doubt=traits.weight_doubt,
        street_height_doubt=traits.height_doubt,
        street_bridge=traits.bridge,
        street_tunnel=traits.tunnel,
        street_oneway=oneway,
        street_offset=lines[1],
        coordinates=lines[0],
        ban_offset=np.zeros(1, dtype=np.int64),
        ban_edges=np.empty(0, dtype=np.int32),
        ban_words=np.empty(0, dtype=np.int32),
        ban_id=np.empty(0, dtype=np.int64),
        highway_classes=traits.classes,
        names=traits.names,
        doubts=traits.doubts,
        ban_exceptions=("",),
        report=ImportReport(
            source=source,
            nodes=len(node_id),
            edges=len(u),
            streets=len(ids),
            km_by_class=_km_by_class(metres, traits.highway, traits.classes),
            components=sizes,
            dropped=dict(sorted(dropped.items())),
            notes=dict(sorted(notes.items())),
        ),
    )


def no_roads(source: str) -> RoadFileError:
    """Make the error for a file that holds no usable road."""
    return RoadFileError(
        "routing.no_roads",
        f"{source} holds no road that a vehicle may use: give a file with roads "
        "(OSM ways tagged highway=*, or a line layer).",
        source=source,
    )


def is_on_map(x: Float64, y: Float64) -> Bool:
    """Tell which pairs are a longitude and a latitude in degrees."""
    return np.asarray((np.abs(x) <= 180) & (np.abs(y) <= 90), dtype=np.bool_)


def off_map(source: str, x: float, y: float) -> RoadFileError:
    """Make the error for coordinates that are no longitude and latitude."""
    return RoadFileError(
        "routing.off_map",
        f"{source} has a point at {x:g}, {y:g}, which is no longitude and latitude: check the "
        "declared coordinate reference system and the order of the axes.",
        source=source,
        x=x,
        y=y,
    )


def _check_on_map(x: Float64, y: Float64, source: str) -> None:
    wrong = np.flatnonzero(~is_on_map(x, y))
    if len(wrong):
        raise off_map(source, float(x[wrong[0]]), float(y[wrong[0]]))


def cut_at_junctions(
    node: Int64, offset: Int64, *, also: Bool | None = None
) -> tuple[Int64, Int64, Int64]:
    """Cut lines where two of them, or one with itself, share a node.

    Parameters
    ----------
    node : (P,) int64
        Node index of every drawn point, line after line, from 0.
    offset : (L+1,) int64
        Line ``i`` has the points ``offset[i]:offset[i+1]``, two or more.
    also : (P,) bool
        Points at which to cut in any case.

    Returns
    -------
    first, last : (S,) int64
        Positions in `node` of the first and last point of each street.
    line : (S,) int64
        The line each street is a part of.
    """
    is_cut = np.bincount(node)[node] > 1
    is_cut[offset[:-1]] = True
    is_cut[offset[1:] - 1] = True
    if also is not None:
        is_cut |= also
    cuts = np.flatnonzero(is_cut)
    line_of_cut = np.searchsorted(offset, cuts, side="right") - 1
    within = line_of_cut[1:] == line_of_cut[:-1]
    return cuts[:-1][within], cuts[1:][within], line_of_cut[:-1][within]


def ranges(first: Int64, count: Int64) -> Int64:
    """Concatenate ``arange(first[i], first[i] + count[i])`` for all `i`."""
    starts = np.cumsum(count) - count
    total = int(count.sum())
    return np.asarray(np.arange(total) + np.repeat(first - starts, count), dtype=np.int64)


def take_lines(points: Float64, offset: Int64, rows: Int64) -> tuple[Float64, Int64]:
    """Pick the lines `rows` of a flat coordinate array, in that order, with their offsets."""
    count = np.diff(offset)[rows]
    taken = points[ranges(offset[:-1][rows], count)]
    return taken, np.concatenate(([0], np.cumsum(count)))


def _turned(points: Float64, offset: Int64, which: Bool) -> Float64:
    """`points` with the lines `which` drawn backwards."""
    if not which.any():
        return points
    count = np.diff(offset)
    mirror = np.repeat(offset[:-1] + offset[1:] - 1, count)
    here = np.arange(len(points))
    return points[np.where(np.repeat(which, count), mirror - here, here)]


def _nodes_of_ends(
    tail: Int64, head: Int64, points: Float64, offset: Int64
) -> tuple[Int64, Float64, Float64]:
    """List the distinct ends of all streets, in the order of first use."""
    ends = np.stack((tail, head), axis=1).ravel()
    where = np.stack((offset[:-1], offset[1:] - 1), axis=1).ravel()
    node_id, first = np.unique(ends, return_index=True)
    order = np.argsort(first)
    at = points[where[first[order]]]
    return node_id[order], at[:, 0].copy(), at[:, 1].copy()


def _nodes_given(
    nodes: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
) -> tuple[Int64, Float64, Float64]:
    x, y = (np.asarray(axis, dtype=np.float64) for axis in nodes[1:])
    return np.asarray(nodes[0], dtype=np.int64), x, y


def order_by_place(node_id: Int64, x: Float64, y: Float64) -> npt.NDArray[np.intp]:
    """Return the nodes along a Hilbert curve."""
    curve = gpd.GeoSeries(gpd.points_from_xy(x, y)).hilbert_distance().to_numpy()
    return np.lexsort((node_id, curve))


def _index_of(node_id: Int64, wanted: Int64) -> Int32:
    order = np.argsort(node_id)
    return order[np.searchsorted(node_id[order], wanted)].astype(np.int32)


def _joined(
    ends: Int32,
    lines: tuple[Float64, Int64],
    oneway: Bool,
    alike: Float64,
    ids: Int64,
) -> tuple[Int64, Bool, Int64, Bool]:
    """Take streets of one drawing and `alike` columns together as one.

    Two opposite one-way streets drawn on one another are a two-way street: a place on it would
    otherwise be reached in the one direction alone.

    Returns
    -------
    kept : (K,) int64
        Of several the one with the lowest identifier.
    opened : (S,) bool
        Which of them are two-way now.
    became : (S,) int64
        The kept one that each is now.
    mirrored : (S,) bool
        Which of them that one is drawn against.
    """
    points, offset = lines
    _, pair, size = np.unique(
        np.sort(ends, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    is_kept, opened = np.ones(len(ids), dtype=np.bool_), np.zeros(len(ids), dtype=np.bool_)
    became, mirrored = np.arange(len(ids)), np.zeros(len(ids), dtype=np.bool_)
    first: dict[tuple[bytes, bytes], tuple[int, bytes]] = {}
    several = np.flatnonzero(size[pair.ravel()] > 1)
    for street in several[np.argsort(ids[several], kind="stable")].tolist():
        line = points[offset[street] : offset[street + 1]]
        forwards, backwards = line.tobytes(), line[::-1].tobytes()
        key = (min(forwards, backwards), alike[street].tobytes())
        same, drawing = first.setdefault(key, (street, forwards))
        if same != street:
            is_kept[street] = False
            became[street], mirrored[street] = same, drawing != forwards
            opened[same] |= oneway[same] and (not oneway[street] or drawing != forwards)
    return np.flatnonzero(is_kept), opened, became, mirrored


def _lengths(points: Float64, offset: Int64, given: npt.ArrayLike | None) -> Float64:
    lon, lat = points[:, 0], points[:, 1]
    step = np.zeros(len(points))
    if len(points) > 1:
        step[1:] = WGS84.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    step[offset[:-1]] = 0.0
    measured = np.add.reduceat(step, offset[:-1])
    if given is None:
        return measured
    metres = np.asarray(given, dtype=np.float64)
    return np.where(np.isnan(metres), measured, metres)


def _encode(highway: Texts, source: str) -> tuple[npt.NDArray[np.uint8], tuple[str, ...]]:
    code, classes = pd.factorize(np.asarray(highway, dtype=object), sort=True)
    if len(classes) > _ONE_BYTE:
        raise RoadFileError(
            "routing.too_many_classes",
            f"{source} has {len(classes)} different road classes, for example "
            f"{str(classes[0])!r}: name the column that holds the road class.",
            source=source,
            count=len(classes),
            example=str(classes[0]),
        )
    return code.astype(np.uint8), tuple(str(value) for value in classes)


def _coded(*columns: Texts) -> tuple[list[Int32], tuple[str, ...]]:
    """Replace texts by their numbers in one table of them; 0 is the empty text."""
    parts = [np.array([""], object), *(np.asarray(column, dtype=object) for column in columns)]
    code, texts = pd.factorize(np.concatenate(parts), sort=True)
    codes = np.split(code[1:].astype(np.int32), np.cumsum([len(part) for part in parts[1:-1]]))
    return codes, tuple(str(text) for text in texts)


def _speeds(
    given: npt.ArrayLike | None, code: npt.NDArray[np.uint8], classes: tuple[str, ...]
) -> npt.NDArray[np.float32]:
    by_class = np.array([class_speed_kph(name) for name in classes], dtype=np.float32)[code]
    if given is None:
        return by_class
    speed = np.asarray(given, dtype=np.float32)
    return np.where(np.isfinite(speed) & (speed > 0), speed, by_class)


def _column(
    given: npt.ArrayLike | None, count: int, default: float | bool, dtype: type[Scalar]
) -> npt.NDArray[Scalar]:
    return np.full(count, default, dtype) if given is None else np.asarray(given, dtype)


def _edges(tail: Int32, head: Int32, oneway: Bool) -> tuple[Int32, Int32, Int32, Bool]:
    """One edge per permitted direction, sorted by ``(u, v, street)``, forward first."""
    street = np.arange(len(tail), dtype=np.int32)
    back = street[~oneway]
    u = np.concatenate((tail, head[back]))
    v = np.concatenate((head, tail[back]))
    edge_street = np.concatenate((street, back))
    edge_reversed = np.arange(len(u)) >= len(tail)
    order = np.lexsort((edge_reversed, edge_street, v, u))
    return u[order], v[order], edge_street[order], edge_reversed[order]


def _components(count: int, u: Int32, v: Int32) -> tuple[Int32, tuple[int, ...]]:
    """Weakly connected components, numbered by falling size, then by first node."""
    graph = coo_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(count, count))
    _, label = connected_components(graph.tocsr(), directed=True, connection="weak")
    _, first, size = np.unique(label, return_index=True, return_counts=True)
    order = np.lexsort((first, -size))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[label], tuple(int(n) for n in size[order])


def _km_by_class(
    metres: Float64, code: npt.NDArray[np.uint8], classes: tuple[str, ...]
) -> dict[str, float]:
    km = np.bincount(code, weights=metres, minlength=len(classes)) / 1000
    return {classes[i]: round(float(km[i]), 3) for i in np.argsort(-km, kind="stable")}
