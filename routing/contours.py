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
from typing import cast

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, contour_generator

from routing.compiling import compiled
from routing.network import Float32, Float64, Int64

UInt32 = npt.NDArray[np.uint32]

_Traced = tuple[list[Float64 | None], list[UInt32 | None], list[UInt32 | None]]
"""Points, and where rings and polygons begin, of the one chunk."""

#: Rings stay clear of the grid's nodes by this share of a cell, so that they never touch.
_CLEARANCE = 1e-3
_BELOW_ALL = -1e12


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

    def emptied(self) -> DistanceField:
        """A field on the same grid with nothing painted."""
        squared = np.full_like(self.squared, self.reach_m**2)
        return DistanceField(self.x, self.y, self.cell_m, self.reach_m, squared)

    def paint(self, segments: Float64) -> None:
        """Add segments, (n, 4) float64 of x, y, x, y in metres, inside the field's bounds."""
        _paint(segments, self.squared, self.x, self.y, self.cell_m, self.reach_m)

    def nearer(self, others: DistanceField, far_m: Float64) -> Float64:
        """How much farther these segments are than others on the same grid, and than a limit.

        Parameters
        ----------
        far_m : (rows,) float64
            The limit in each row, metres, less than the reach by a cell or more.

        Returns
        -------
        (rows, columns) float64
            The distance to these less the smaller of the limit and that to the others: below
            zero where these are nearest, and near enough.
        """
        return _nearer(self.squared, others.squared, far_m)

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
        is_within = self.squared < level_m**2
        rows = np.flatnonzero(is_within.any(axis=1))
        columns = np.flatnonzero(is_within.any(axis=0))
        if not len(rows):
            return shapely.MultiPolygon()
        low_row, low_column = rows[0] - 1, columns[0] - 1
        part = self.squared[low_row : rows[-1] + 2, low_column : columns[-1] + 2]
        return trace(
            np.sqrt(part, dtype=np.float64),
            level_m,
            x=self.x + self.cell_m * low_column,
            y=self.y + self.cell_m * low_row,
            cell_m=self.cell_m,
            simplify_m=simplify_m,
            least_hole_m2=least_hole_m2,
        )


def trace(
    values: Float64,
    level: float,
    *,
    x: float,
    y: float,
    cell_m: float,
    simplify_m: float,
    least_hole_m2: float,
    least_part_m2: float = 0.0,
) -> shapely.MultiPolygon:
    """Trace where values at the nodes of a grid are below a level.

    Parameters
    ----------
    values : (rows, columns) float64
        Row ``i`` is at ``y + i * cell_m``. Those at the level are moved off it.
    x, y
        Position of node (0, 0), metres.
    simplify_m
        The outline may be off by this much.
    least_hole_m2, least_part_m2
        Smaller holes are filled, smaller parts left out.

    Returns
    -------
    MultiPolygon
        In metres, valid.
    """
    # Clear of the grid's nodes, so that rings never touch; rising with the values, so that
    # areas stay nested.
    clear = _CLEARANCE * cell_m
    at_level = np.abs(values - level) < clear
    values[at_level] = level + np.where(values[at_level] < level, -clear, clear)
    traced = contour_generator(
        x + cell_m * np.arange(values.shape[1]),
        y + cell_m * np.arange(values.shape[0]),
        values,
        fill_type=FillType.ChunkCombinedOffsetOffset,
    ).filled(_BELOW_ALL, level)
    (points,), (ring_starts,), (polygon_starts,) = cast("_Traced", traced)
    if points is None or ring_starts is None or polygon_starts is None:
        return shapely.MultiPolygon()
    whole = _whole(
        points, ring_starts.astype(np.int64), polygon_starts, least_hole_m2, least_part_m2
    )
    # Each ring by itself, and mended where that made it cross itself: a tenth of the time.
    return _as_multi(shapely.simplify(whole, simplify_m, preserve_topology=False))


def _whole(
    points: Float64,
    ring_starts: Int64,
    polygon_starts: UInt32,
    least_hole_m2: float,
    least_part_m2: float,
) -> shapely.MultiPolygon:
    """Make polygons of rings, each outline followed by its holes, without what is small."""
    x, y = (points - points[0]).T
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    last = ring_starts[1:] - 1
    cross[last] = 0.0  # from the end of a ring to the beginning of the next
    size_m2 = np.abs(np.add.reduceat(cross, ring_starts[:-1])) / 2
    firsts = polygon_starts[:-1]
    # The outline tells how great a part is: its own holes count as within.
    is_part = size_m2[firsts] >= least_part_m2
    keep = np.repeat(is_part, np.diff(polygon_starts))
    is_hole = np.ones(len(last), dtype=np.bool_)
    is_hole[firsts] = False
    keep &= ~is_hole | (size_m2 >= least_hole_m2)
    if not keep.any():
        return shapely.MultiPolygon()
    lengths = ring_starts[1:] - ring_starts[:-1]
    kept_rings = np.concatenate(([0], np.cumsum(lengths[keep])))
    kept_before = np.concatenate(([0], np.cumsum(keep)))
    starts = np.append(kept_before[firsts[is_part]], kept_before[-1])
    whole: shapely.MultiPolygon = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        points[np.repeat(keep, lengths)],
        (kept_rings, starts, np.array([0, len(starts) - 1])),
    )[0]
    return whole


def _as_multi(geometry: shapely.Polygon | shapely.MultiPolygon) -> shapely.MultiPolygon:
    if isinstance(geometry, shapely.MultiPolygon):
        return geometry
    return shapely.MultiPolygon([geometry])


@compiled
def _paint(
    segments: Float64, squared: Float32, x: float, y: float, cell: float, reach: float
) -> None:
    rows, columns = squared.shape
    far = reach / cell
    for i in range(len(segments)):
        from_x = (segments[i, 0] - x) / cell
        step_x = (segments[i, 2] - x) / cell - from_x
        if max(from_x, from_x + step_x) < -far or min(from_x, from_x + step_x) > columns + far:
            continue
        from_y = (segments[i, 1] - y) / cell
        step_y = (segments[i, 3] - y) / cell - from_y
        length_2 = step_x * step_x + step_y * step_y
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
def _nearer(own: Float32, others: Float32, far: Float64) -> Float64:
    rows, columns = own.shape
    values = np.empty((rows, columns))
    for row in range(rows):
        limit = far[row]
        for column in range(columns):
            other = math.sqrt(others[row, column])
            values[row, column] = math.sqrt(own[row, column]) - min(limit, other)
    return values


def warm_up() -> None:
    """Compile what this module compiles, or load it from the cache."""
    field = DistanceField.around((0.0, 0.0, 1.0, 1.0), cell_m=1.0, reach_m=3.0)
    field.paint(np.zeros((1, 4)))
    field.nearer(field, np.full(len(field.squared), 1.0))
    field.area_within(1.0, simplify_m=0.1, least_hole_m2=0.0)
