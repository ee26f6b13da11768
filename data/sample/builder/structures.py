"""Bridges, tunnels, limits, speeds and one-way streets of the ordinary roads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely

from .inputs import Inputs, River
from .motorways import Motorway, grade_structures
from .streets import RANKS, Street, cut, linestrings, points_at, rank, stations
from .terrain import Terrain

UNDERPASS_HALF_M = 30.0
CLUSTER_M = 250.0  # crossings of both carriageways of one motorway lie no farther apart
SPEEDS = {  # km/h on level and on winding roads
    "trunk": (80, 60),
    "primary": (70, 50),
    "secondary": (60, 40),
    "tertiary": (50, 30),
    "unclassified": (40, 20),
    "residential": (30, 20),
}
Interval = tuple[float, float, str]


def build_structures(
    inputs: Inputs,
    terrain: Terrain,
    streets: list[Street],
    *,
    motorways: list[Motorway],
    ramps: list[Street],
    rivers: list[tuple[River, shapely.Geometry]],
) -> list[Street]:
    """Cut bridges and tunnels out of the streets and give every piece its limits.

    Motorways gain the bridges that carry them over small roads.
    """
    rng = inputs.rng("structures")
    lines = linestrings(streets)
    tree = shapely.STRtree(lines)
    wanted: dict[int, list[Interval]] = defaultdict(list)
    over_rivers(lines, tree, rivers, wanted)
    over_ramps(lines, tree, ramps, wanted)
    for motorway in motorways:
        across_motorway(streets, lines, tree, motorway, wanted)
        motorway.structures = merged(motorway.structures)
    through_ridges(terrain, streets, wanted)
    pieces: list[Street] = []
    for k, street in enumerate(streets):
        pieces.extend(apply(street, wanted[k], rng) if wanted.get(k) else [street])
    return [with_speed(piece) for piece in pieces]


def over_rivers(
    lines: npt.NDArray[np.object_],
    tree: shapely.STRtree,
    rivers: list[tuple[River, shapely.Geometry]],
    wanted: dict[int, list[Interval]],
) -> None:
    """A bridge as long as the river is wide, with its approaches."""
    for river, line in rivers:
        half = river.width_m / 2 + 18
        for part in shapely.get_parts(line):
            for k in map(int, tree.query(part, predicate="intersects")):
                for at_m in meeting_stations(lines[k], part):
                    wanted[k].append((at_m - half, at_m + half, "river"))


def over_ramps(
    lines: npt.NDArray[np.object_],
    tree: shapely.STRtree,
    ramps: list[Street],
    wanted: dict[int, list[Interval]],
) -> None:
    """A bridge over each ramp a street crosses, but not where the ramp ends on it."""
    ramp_lines = linestrings(ramps)
    for i, k in tree.query(ramp_lines, predicate="intersects").T.tolist():
        for at_m in meeting_stations(lines[k], ramp_lines[i]):
            if 5 < at_m < lines[k].length - 5:
                wanted[k].append((at_m - 22, at_m + 22, "over"))


def across_motorway(
    streets: list[Street],
    lines: npt.NDArray[np.object_],
    tree: shapely.STRtree,
    motorway: Motorway,
    wanted: dict[int, list[Interval]],
) -> None:
    """Under viaducts, over tunnels, else through roads go over and country lanes go under."""
    found: list[Interval] = []
    sides = [shapely.LineString(side) for side in motorway.sides]
    for k in sorted(set(tree.query(sides, predicate="intersects")[1].tolist())):
        hits = sorted(at_m for side in sides for at_m in meeting_stations(lines[k], side))
        for cluster in clusters(hits):
            first, last = cluster[0], cluster[-1]
            ends = [shapely.line_interpolate_point(lines[k], at_m) for at_m in cluster]
            at = [float(shapely.line_locate_point(motorway.line, point)) for point in ends]
            start, end = min(at) - UNDERPASS_HALF_M, max(at) + UNDERPASS_HALF_M
            touched = [s for s in motorway.structures if s[0] < end and start < s[1]]
            if touched:
                found.append((start, end, touched[0][2]))
            elif rank(streets[k].highway) <= rank("unclassified"):
                found.append((start, end, "bridge"))
                wanted[k].append((first - 12, last + 12, "low"))
            else:
                wanted[k].append((first - 40, last + 40, "over"))
    motorway.structures.extend(found)


def clusters(stations_m: list[float]) -> list[list[float]]:
    """Sorted stations in groups without a gap of ``CLUSTER_M``."""
    groups: list[list[float]] = []
    for at_m in stations_m:
        if groups and at_m - groups[-1][-1] < CLUSTER_M:
            groups[-1].append(at_m)
        else:
            groups.append([at_m])
    return groups


def through_ridges(
    terrain: Terrain, streets: list[Street], wanted: dict[int, list[Interval]]
) -> None:
    """Tunnels of the better roads, clear of their bridges."""
    for k, street in enumerate(streets):
        if rank(street.highway) < rank("secondary") or not street.hilly:
            continue
        tunnels = grade_structures(
            terrain, street.xy, grade_line_m=700.0, cover_m=24.0, viaducts=False
        )
        for start, end, kind in tunnels:
            if not any(a < end + 60 and start - 60 < b for a, b, _ in wanted[k]):
                wanted[k].append((start, end, kind))


def meeting_stations(line: shapely.LineString, other: shapely.Geometry) -> list[float]:
    """Where along ``line`` it meets another line, metres."""
    meeting = shapely.intersection(line, other)
    return [
        float(shapely.line_locate_point(line, shapely.centroid(part)))
        for part in shapely.get_parts(meeting)
        if not shapely.is_empty(part)
    ]


def merged(intervals: list[Interval]) -> list[Interval]:
    """Intervals in order, joined where they overlap or all but touch; the first kind stays."""
    found: list[Interval] = []
    for start, end, kind in sorted(intervals):
        if found and start < found[-1][1] + 25:
            found[-1] = (found[-1][0], max(end, found[-1][1]), found[-1][2])
        else:
            found.append((start, end, kind))
    return found


def apply(street: Street, intervals: list[Interval], rng: np.random.Generator) -> list[Street]:
    """The street in pieces, those within an interval made bridge, tunnel or underpass."""
    length_m = street.length_m
    clamped = []
    for start, end, kind in merged(intervals):
        first = 0.0 if start < 15 else start
        last = length_m if end > length_m - 15 else end
        clamped.append((first, last, kind))
    along = stations(street.xy)
    marks = sorted({m for start, end, _ in clamped for m in (start, end) if 0 < m < along[-1]})
    points = np.round(points_at(street.xy, np.array(marks)), 2) if marks else np.empty((0, 2))
    cuts = [(m, (float(x), float(y))) for m, (x, y) in zip(marks, points, strict=True)]
    pieces = cut(street, cuts)
    position = 0.0
    made = []
    for piece in pieces:
        middle = position + piece.length_m / 2
        position += piece.length_m
        kind = next((k for start, end, k in clamped if start - 1 <= middle <= end + 1), "")
        made.append(with_structure(piece, kind, rng))
    return made


def with_structure(piece: Street, kind: str, rng: np.random.Generator) -> Street:
    """A piece as bridge, tunnel or underpass, small ones with a limit."""
    small = rank(piece.highway) <= rank("tertiary")
    if kind == "tunnel":
        height = float(rng.choice([4.5, 5.0])) if rng.random() < 0.4 else None
        return replace(piece, tunnel=True, layer=-1, maxheight=height)
    if kind in ("river", "over"):
        weight = None
        if kind == "river" and small and rng.random() < 0.45:
            weight = float(rng.choice([10, 13, 15, 20, 30]))
        return replace(piece, bridge=True, layer=1, maxweight=weight)
    if kind == "low":
        return replace(piece, maxheight=float(rng.choice([2.8, 3.2, 3.5, 4.0, 4.5])))
    return piece


def with_speed(street: Street) -> Street:
    """A street with its class's speed where it has none of its own."""
    if street.maxspeed is not None or street.highway not in SPEEDS:
        return street
    level, winding = SPEEDS[street.highway]
    return replace(street, maxspeed=winding if street.hilly else level)


def free_the_trapped(streets: list[Street]) -> list[Street]:
    """Make those one-way town streets two-way again that would trap or shut out anyone."""
    made = list(streets)
    while True:
        graph: nx.DiGraph[tuple[float, float]] = nx.DiGraph()
        ends = [(tuple(s.xy[0]), tuple(s.xy[-1])) for s in made]
        for (a, b), street in zip(ends, made, strict=True):
            graph.add_edge(a, b)
            if street.oneway == "no":
                graph.add_edge(b, a)
        home = max(nx.strongly_connected_components(graph), key=len)
        trapped = [
            k
            for k, (a, b) in enumerate(ends)
            if made[k].oneway == "yes" and made[k].highway in RANKS and not {a, b} <= home
        ]
        if not trapped:
            return made
        for k in trapped:
            made[k] = replace(made[k], oneway="no")


def main_component(streets: list[Street]) -> list[Street]:
    """The streets of the largest connected part."""
    graph: nx.Graph[tuple[float, float]] = nx.Graph()
    graph.add_edges_from((tuple(s.xy[0]), tuple(s.xy[-1])) for s in streets)
    home = max(nx.connected_components(graph), key=len)
    return [s for s in streets if tuple(s.xy[0]) in home]
