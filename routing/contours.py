"""Areas within a given distance of line segments, traced on a grid.

The exact distance to the nearest segment is computed at the nodes of a square grid and taken
to be linear along its lines; the area is where it stays below a level, with straight outlines
from grid line to grid line. Areas so traced
are nested whenever segments are added or the level is raised.
"""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from routing.compiling import compiled
from routing.network import Float32, Float64, Int32, Int64

#: Rings stay clear of the grid's nodes by this share of a cell, so that they never touch.
_CLEARANCE = 1e-3
_DIAGONAL = 2


@dataclass
class DistanceField:
    """Squared distance to the segments painted so far, at the nodes of a grid.

    Attributes
    ----------
    x, y
        Position of node (0, 0), metres.
    cell_m
        Width of a cell.
    reach_m
        Distances are exact up to here and no smaller beyond.
    squared : (rows, columns) float32
        Square metres; row ``i`` is at ``y + i * cell_m``.
    """

    x: float
    y: float
    cell_m: float
    reach_m: float
    squared: Float32

    @classmethod
    def around(
        cls, bounds: tuple[float, float, float, float], *, cell_m: float, reach_m: float
    ) -> DistanceField:
        """Make a field with room for everything within reach of the bounds."""
        low_x, low_y, high_x, high_y = bounds
        margin = reach_m + 2 * cell_m
        columns = math.ceil((high_x - low_x + 2 * margin) / cell_m) + 1
        rows = math.ceil((high_y - low_y + 2 * margin) / cell_m) + 1
        squared = np.full((rows, columns), reach_m**2, dtype=np.float32)
        return cls(low_x - margin, low_y - margin, cell_m, reach_m, squared)

    def paint(self, segments: Float64) -> None:
        """Add segments, (n, 4) float64 of x, y, x, y in metres, inside the field's bounds."""
        _paint(segments, self.squared, self.x, self.y, self.cell_m, self.reach_m)

    def area_within(
        self, level_m: float, *, simplify_m: float, least_hole_m2: float
    ) -> shapely.MultiPolygon:
        """Trace the area closer than a level to the segments.

        Parameters
        ----------
        level_m
            Less than ``reach_m`` by a cell's diagonal or more.
        simplify_m
            The outline may be off by this much.
        least_hole_m2
            Smaller holes are filled.

        Returns
        -------
        MultiPolygon
            In metres, valid.
        """
        distance = np.sqrt(self.squared)
        begin, end = _crossings(distance, level_m)
        order = np.argsort(begin)
        begin, end = begin[order], end[order]
        sequence, starts = _rings(np.searchsorted(begin, end))
        if not len(starts):
            return shapely.MultiPolygon()
        crossing = begin[sequence]
        owner = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(sequence))))
        # Within a cell the outline goes straight from side to side: its diagonal only says which
        # sides belong together.
        at_side = crossing % 3 != _DIAGONAL
        points, owner = self._points(distance, crossing[at_side], level_m), owner[at_side]
        rings = np.asarray(shapely.linearrings(points, indices=owner), dtype=object)
        polygons = _polygons(rings, least_hole_m2)
        # Each ring by itself, and mended where that made it cross itself: a tenth of the time.
        whole = shapely.multipolygons(polygons)
        return _as_multi(shapely.simplify(whole, simplify_m, preserve_topology=False))

    def _points(self, distance: Float32, crossing: Int64, level_m: float) -> Float64:
        columns = distance.shape[1]
        node, side = np.divmod(crossing, 3)
        row, column = np.divmod(node, columns)
        right, up = (side != 1).astype(np.int64), (side != 0).astype(np.int64)
        values = distance.ravel().astype(np.float64)
        here, there = values[node], values[node + up * columns + right]
        share = np.clip((level_m - here) / (there - here), _CLEARANCE, 1 - _CLEARANCE)
        x = self.x + (column + share * right) * self.cell_m
        y = self.y + (row + share * up) * self.cell_m
        return np.column_stack((x, y))


def _polygons(rings: npt.NDArray[np.object_], least_hole_m2: float) -> list[shapely.Polygon]:
    """Give each hole to the smallest outline around it."""
    shells = np.asarray(shapely.polygons(rings), dtype=object)
    sizes = np.asarray(shapely.area(shells))
    is_hole = ~np.asarray(shapely.is_ccw(rings))
    outer = shells[~is_hole]
    holes_of: list[list[shapely.LinearRing]] = [[] for _ in outer]
    large = np.flatnonzero(is_hole & (sizes >= least_hole_m2))
    points = shapely.get_point(rings[large], 0)
    shapely.prepare(outer)
    hole, around = shapely.STRtree(outer).query(points)
    inside = np.asarray(shapely.intersects(outer[around], points[hole]))
    hole, around = hole[inside], around[inside]
    smallest_first = np.lexsort((sizes[~is_hole][around], hole))
    _, first = np.unique(hole[smallest_first], return_index=True)
    for i in smallest_first[first].tolist():
        holes_of[int(around[i])].append(rings[large[hole[i]]])
    return [
        shapely.Polygon(shell.exterior, holes) for shell, holes in zip(outer, holes_of, strict=True)
    ]


def _as_multi(geometry: shapely.Polygon | shapely.MultiPolygon) -> shapely.MultiPolygon:
    if isinstance(geometry, shapely.MultiPolygon):
        return geometry
    return shapely.MultiPolygon([geometry])


@compiled
def _paint(
    segments: Float64, squared: Float32, x: float, y: float, cell: float, reach: float
) -> None:
    rows, columns = squared.shape
    for i in range(len(segments)):
        from_x = (segments[i, 0] - x) / cell
        from_y = (segments[i, 1] - y) / cell
        step_x = (segments[i, 2] - x) / cell - from_x
        step_y = (segments[i, 3] - y) / cell - from_y
        length_2 = step_x * step_x + step_y * step_y
        far = reach / cell
        low_row = max(0, math.ceil(min(from_y, from_y + step_y) - far))
        high_row = min(rows - 1, math.floor(max(from_y, from_y + step_y) + far))
        low_column = max(0, math.ceil(min(from_x, from_x + step_x) - far))
        high_column = min(columns - 1, math.floor(max(from_x, from_x + step_x) + far))
        for row in range(low_row, high_row + 1):
            off_y = row - from_y
            for column in range(low_column, high_column + 1):
                off_x = column - from_x
                share = 0.0
                if length_2 > 0.0:
                    share = (off_x * step_x + off_y * step_y) / length_2
                    share = min(1.0, max(0.0, share))
                across = off_x - share * step_x
                along = off_y - share * step_y
                distance_2 = (across * across + along * along) * cell * cell
                squared[row, column] = min(squared[row, column], distance_2)


@compiled
def _triangle(
    inside: tuple[bool, bool, bool],
    sides: tuple[int, int, int],
    begin: Int64,
    end: Int64,
    count: int,
) -> int:
    """Where the outline crosses a triangle, enter it with the inside on its left.

    Corners run counter-clockwise; side ``i`` leads from corner ``i`` to the next. With empty
    arrays the crossings are only counted.
    """
    for i in range(3):
        alone = inside[i] != inside[(i + 1) % 3] and inside[i] != inside[(i + 2) % 3]
        if alone:
            if len(begin) > 0:
                ahead, behind = sides[i], sides[(i + 2) % 3]
                begin[count] = ahead if inside[i] else behind
                end[count] = behind if inside[i] else ahead
            return count + 1
    return count


@compiled
def _pass(distance: Float32, level: float, begin: Int64, end: Int64) -> int:
    rows, columns = distance.shape
    count = 0
    for row in range(rows - 1):
        for column in range(columns - 1):
            a = distance[row, column] < level
            b = distance[row, column + 1] < level
            c = distance[row + 1, column + 1] < level
            d = distance[row + 1, column] < level
            if a == b and b == c and c == d:
                continue
            node = 3 * (row * columns + column)
            up = 3 * ((row + 1) * columns + column)
            count = _triangle((a, b, c), (node, node + 4, node + 2), begin, end, count)
            count = _triangle((a, c, d), (node + 2, up, node + 1), begin, end, count)
    return count


@compiled
def _crossings(distance: Float32, level: float) -> tuple[Int64, Int64]:
    """Find the pieces of the outline, each from one grid line to another.

    A grid line is numbered ``3 * node + side``: 0 to the right of the node, 1 above it, 2 the
    diagonal between.
    """
    nothing = np.empty(0, np.int64)
    count = _pass(distance, level, nothing, nothing)
    begin = np.empty(count, np.int64)
    end = np.empty(count, np.int64)
    if count > 0:
        _pass(distance, level, begin, end)
    return begin, end


@compiled
def _rings(successor: Int64) -> tuple[Int64, Int32]:
    """Put a permutation's cycles one after another; return them and where each starts."""
    sequence = np.empty(len(successor), np.int64)
    starts = np.empty(len(successor), np.int32)
    seen = np.zeros(len(successor), np.bool_)
    filled = 0
    rings = 0
    for first in range(len(successor)):
        if seen[first]:
            continue
        starts[rings] = filled
        rings += 1
        at = first
        while not seen[at]:
            seen[at] = True
            sequence[filled] = at
            filled += 1
            at = successor[at]
    return sequence, starts[:rings].copy()


def warm_up() -> None:
    """Compile what this module compiles, or load it from the cache."""
    field = DistanceField.around((0.0, 0.0, 1.0, 1.0), cell_m=1.0, reach_m=3.0)
    field.paint(np.zeros((1, 4)))
    field.area_within(1.0, simplify_m=0.1, least_hole_m2=0.0)
