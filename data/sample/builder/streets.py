"""A street of the growing network, and how streets are cut and joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from .inputs import Float64, point_array

RANKS = ("residential", "unclassified", "tertiary", "secondary", "primary", "trunk")
JOIN_M = 14.0


@dataclass(frozen=True)
class Street:
    """One piece of road, drawn in projected metres, with the attributes it is written with.

    ``hilly`` says that it winds and is driven slowly; it is not written.
    """

    xy: Float64
    highway: str
    name: str = ""
    name_en: str = ""
    oneway: str = "no"
    maxspeed: int | None = None
    maxweight: float | None = None
    maxheight: float | None = None
    bridge: bool = False
    tunnel: bool = False
    layer: int = 0
    hilly: bool = False

    @property
    def line(self) -> shapely.LineString:
        """The street as a line, metres."""
        return shapely.LineString(self.xy)

    @property
    def length_m(self) -> float:
        """Length in the plane."""
        return float(np.hypot(*np.diff(self.xy, axis=0).T).sum())


def rank(highway: str) -> int:
    """Place of an ordinary class in the order of importance, 0 lowest."""
    return RANKS.index(highway)


def linestrings(streets: Sequence[Street]) -> npt.NDArray[np.object_]:
    """(S,) the streets as lines, metres."""
    if not streets:
        return np.empty(0, dtype=object)
    which = np.repeat(np.arange(len(streets)), [len(street.xy) for street in streets])
    lines = shapely.linestrings(np.concatenate([s.xy for s in streets]), indices=which)
    return np.asarray(lines, dtype=object)


def stations(xy: Float64) -> Float64:
    """Distance along a line of each of its vertices, metres."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])


def points_at(xy: Float64, at_m: Float64) -> Float64:
    """(K, 2) points of a line at distances along it."""
    along = stations(xy)
    return np.column_stack([np.interp(at_m, along, xy[:, 0]), np.interp(at_m, along, xy[:, 1])])


def chaikin(xy: Float64) -> Float64:
    """Cut the corners of a line once, ends kept (Chaikin 1974)."""
    if len(xy) < 3:
        return xy
    early = 0.75 * xy[:-1] + 0.25 * xy[1:]
    late = 0.25 * xy[:-1] + 0.75 * xy[1:]
    woven = np.empty((2 * len(early), 2))
    woven[0::2], woven[1::2] = early, late
    woven[0], woven[-1] = xy[0], xy[-1]
    return woven


def cut(street: Street, cuts: Sequence[tuple[float, tuple[float, float]]]) -> list[Street]:
    """Cut a street at stations; each cut gives its own point, so that two streets share it.

    Parameters
    ----------
    cuts
        Station along the street in metres, and the point to put there.
    """
    along = stations(street.xy)
    pieces: list[Street] = []
    points = [(0.0, tuple(street.xy[0])), *sorted(cuts), (along[-1], tuple(street.xy[-1]))]
    for (start, first), (end, last) in pairwise(points):
        between = street.xy[(along > start + 0.5) & (along < end - 0.5)]
        xy = np.vstack([[first], between, [last]])
        if len(xy) == 2 and np.hypot(*(xy[1] - xy[0])) < 0.01:
            continue
        pieces.append(replace(street, xy=xy))
    return pieces


def node_crossings(streets: list[Street], crossing: list[bool]) -> list[Street]:
    """Cut streets where they cross at grade.

    Parameters
    ----------
    crossing
        True for the streets that may cross others; two streets marked False never do.
    """
    lines = linestrings(streets)
    movers = np.flatnonzero(crossing)
    tree = shapely.STRtree(lines)
    pairs = tree.query(lines[movers], predicate="intersects")
    cuts: dict[int, list[tuple[float, tuple[float, float]]]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for m, j in pairs.T.tolist():
        i = int(movers[m])
        if i == j or (min(i, j), max(i, j)) in seen:
            continue
        seen.add((min(i, j), max(i, j)))
        meeting = shapely.intersection(lines[i], lines[j])
        for point in shapely.get_parts(meeting)[~shapely.is_empty(shapely.get_parts(meeting))]:
            x, y = np.round(shapely.get_coordinates(point)[0], 2)
            for k in (i, j):
                at_m = float(shapely.line_locate_point(lines[k], shapely.Point(x, y)))
                if 1.0 < at_m < lines[k].length - 1.0:
                    cuts[k].append((at_m, (float(x), float(y))))
    noded: list[Street] = []
    for i, street in enumerate(streets):
        noded.extend(cut(street, cuts[i]) if i in cuts else [street])
    return noded


def merge_close_junctions(streets: list[Street]) -> list[Street]:
    """Draw junctions that lie within a carriageway's width of each other together.

    Loops and doubles that this makes are dropped; the better class of a double is kept.
    """
    ends = np.round(np.concatenate([[s.xy[0], s.xy[-1]] for s in streets]), 2)
    unique, inverse = np.unique(ends, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1, 2)
    parent = np.arange(len(unique))

    def root(a: int) -> int:
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = int(parent[a])
        return a

    tree = shapely.STRtree(point_array(*unique.T))
    near = tree.query(shapely.points(unique), predicate="dwithin", distance=JOIN_M)
    for a, b in near.T:
        ra, rb = root(int(a)), root(int(b))
        parent[max(ra, rb)] = min(ra, rb)
    home = np.array([root(k) for k in range(len(unique))])
    best: dict[tuple[int, int], Street] = {}
    kept: list[Street] = []
    for street, (a, b) in zip(streets, inverse, strict=True):
        start, end = int(home[a]), int(home[b])
        if start == end and street.length_m < 300:
            continue
        xy = street.xy.copy()
        xy[0], xy[-1] = unique[start], unique[end]
        moved = replace(street, xy=xy)
        key = (min(start, end), max(start, end))
        other = best.get(key)
        if other is not None and abs(other.length_m - moved.length_m) < 0.2 * moved.length_m:
            if rank(other.highway) >= rank(moved.highway):
                continue
            kept = [s for s in kept if s is not other]
        best[key] = moved
        kept.append(moved)
    return kept
