"""Make drawn lines meet: snap their ends together and find the points they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from routing.build import take_lines
from routing.network import Float64, Int64

_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_METRES_PER_DEGREE = _EARTH_RADIUS_M * np.pi / 180


@dataclass(frozen=True)
class NodedLines:
    """Lines whose shared points are known.

    Attributes
    ----------
    points : (P, 2) float64
        Longitude and latitude.
    offset : (L+1,) int64
        Line ``i`` has the points ``offset[i]:offset[i+1]``.
    node : (P,) int64
        Equal for points at the same place.
    line : (L,) int64
        The input line each is; lines shorter than the tolerance are gone.
    snapped : int
        Ends that were moved, or that split a line between its points.
    """

    points: Float64
    offset: Int64
    node: Int64
    line: Int64
    snapped: int


def node_lines(points: Float64, offset: Int64, *, tolerance_m: float) -> NodedLines:
    """Snap line ends and find where lines meet.

    Ends within the tolerance of each other become one point (so do chains of them), drawn
    points of other lines within the tolerance of an end move onto it, and a line that passes
    an end within the tolerance gets a point there: a side road that stops on the main road
    joins it. Lines that cross without a common drawn point stay apart, as over- and
    underpasses must.

    Distances are chords on the mean sphere: within half a per cent of the ellipsoid's.

    Parameters
    ----------
    points : (P, 2)
        Longitude and latitude.
    offset : (L+1,)
        Line ``i`` has the points ``offset[i]:offset[i+1]``, two or more.
    tolerance_m
        Metres; 0 joins only points that are exactly equal.

    Returns
    -------
    NodedLines
    """
    line = np.arange(len(offset) - 1)
    snapped = 0
    if tolerance_m > 0:
        points, moved = _snapped_to_ends(points, offset, tolerance_m)
        points, offset, line = _without_repeats(points, offset)
        split = 0
        if len(line):
            points, offset, split = _with_touching_ends(points, offset, tolerance_m)
        snapped = moved + split
    points, offset, kept = _without_repeats(points, offset)
    return NodedLines(points, offset, _places(points), line[kept], snapped)


def _snapped_to_ends(points: Float64, offset: Int64, tolerance_m: float) -> tuple[Float64, int]:
    ends = _ends(offset)
    _, first = np.unique(_places(points[ends]), return_index=True)
    place = points[ends[np.sort(first)]]
    tree = cKDTree(_on_sphere(place))
    near = tree.query_pairs(tolerance_m, output_type="ndarray")
    size = (len(place), len(place))
    pairs = coo_array((np.ones(len(near), dtype=np.int8), (near[:, 0], near[:, 1])), shape=size)
    _, cluster = connected_components(pairs.tocsr(), directed=False)
    # The end that comes first in the file stays where it is; the others move onto it.
    _, representative = np.unique(cluster, return_index=True)
    nearest = np.asarray(tree.query(_on_sphere(points), distance_upper_bound=tolerance_m)[1])
    hit = nearest < len(place)
    result = points.copy()
    result[hit] = place[representative[cluster[nearest[hit]]]]
    moved = int(np.count_nonzero(np.any(result[ends] != points[ends], axis=1)))
    return result, moved


def _without_repeats(points: Float64, offset: Int64) -> tuple[Float64, Int64, Int64]:
    """Drop points equal to the one before them, then lines that are a single point."""
    fresh = np.ones(len(points), dtype=bool)
    fresh[1:] = np.any(points[1:] != points[:-1], axis=1)
    fresh[offset[:-1]] = True
    before = np.concatenate(([0], np.cumsum(fresh)))
    points, offset = points[fresh], before[offset]
    kept = np.flatnonzero(np.diff(offset) > 1)
    points, offset = take_lines(points, offset, kept)
    return points, offset, kept


def _with_touching_ends(
    points: Float64, offset: Int64, tolerance_m: float
) -> tuple[Float64, Int64, int]:
    """Give a line a point wherever another's end lies on it, between its own points."""
    lines = len(offset) - 1
    line_of_point = np.repeat(np.arange(lines), np.diff(offset))
    node = _places(points)
    end_node, first = np.unique(node[_ends(offset)], return_index=True)
    place = points[_ends(offset)[first]]

    start = np.flatnonzero(line_of_point[1:] == line_of_point[:-1])
    pieces = shapely.linestrings(np.stack((points[start], points[start + 1]), axis=1))
    # A degree of longitude is shortest where the lines are furthest from the equator.
    widest = tolerance_m / _METRES_PER_DEGREE / np.cos(np.radians(np.abs(points[:, 1]).max()))
    end, piece = shapely.STRtree(np.asarray(pieces, dtype=object)).query(
        shapely.points(place), predicate="dwithin", distance=widest
    )
    segment = start[piece]
    apart = (node[segment] != end_node[end]) & (node[segment + 1] != end_node[end])
    end, segment = end[apart], segment[apart]
    distance_m, along = _to_segments(place[end], points[segment], points[segment + 1])
    near = np.flatnonzero(distance_m <= tolerance_m)
    # Where two pieces of a line meet at a sharp angle an end may be near to both.
    pair = end[near] * lines + line_of_point[segment[near]]
    order = near[np.lexsort((distance_m[near], pair))]
    best = order[np.unique(np.sort(pair), return_index=True)[1]]
    best = best[np.lexsort((along[best], segment[best]))]

    joined = np.insert(points, segment[best] + 1, place[end[best]], axis=0)
    added = np.bincount(line_of_point[segment[best]], minlength=lines)
    return joined, offset + np.concatenate(([0], np.cumsum(added))), len(best)


def _to_segments(at: Float64, start: Float64, stop: Float64) -> tuple[Float64, Float64]:
    """Distance (m) from points to segments, and where along them (0 to 1) it is reached."""
    scale = np.stack((np.cos(np.radians(at[:, 1])), np.ones(len(at))), axis=1)
    scale *= _METRES_PER_DEGREE
    a, b = (start - at) * scale, (stop - at) * scale
    step = b - a
    squared = np.einsum("ij,ij->i", step, step)
    along = np.clip(-np.einsum("ij,ij->i", a, step) / np.where(squared > 0, squared, 1), 0, 1)
    nearest = a + along[:, None] * step
    return np.hypot(nearest[:, 0], nearest[:, 1]), along


def _ends(offset: Int64) -> Int64:
    """Positions of the first and last point of every line."""
    return np.stack((offset[:-1], offset[1:] - 1), axis=1).ravel()


def _places(points: Float64) -> npt.NDArray[np.intp]:
    """Return the number of the distinct point that each point is."""
    return np.unique(points[:, 0] + 1j * points[:, 1], return_inverse=True)[1]


def _on_sphere(lonlat: Float64) -> Float64:
    lon, lat = np.radians(lonlat).T
    xyz = np.stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)), axis=1)
    return np.asarray(xyz * _EARTH_RADIUS_M, dtype=np.float64)
