"""The course that water takes over the ground, where no river says which way it flows."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from math import hypot

from shapely import LineString

from gisapp.heights import Cell, Heights
from gisapp.incidents.surroundings.plane import Plane, beginning
from gisapp.incidents.whereabouts import GEOD

MOST_CELLS = 400_000
"""Cells looked at before a hollow counts as one that the water does not leave."""
NEAR_CELLS = 3
_NEIGHBOURS = tuple(
    (down, across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across
)


def course_over_ground(
    heights: Heights, on: Plane, x: float, y: float, *, reach_m: float
) -> LineString | None:
    """Follow the steepest descent; out of a hollow, over the lowest of its rims.

    From each lowest point the ground is flooded, lowest cell first, until a lower one is reached
    (the priority flood of Barnes, Lehman and Mulla, 2014, from the inside out): no other way out
    has a lower rim. Cells without a height are not entered. The course ends where the heights end,
    in a hollow of :data:`MOST_CELLS`, or after `reach_m`.

    Parameters
    ----------
    x, y
        Lon/lat, EPSG:4326.
    reach_m
        Length after which the course is cut.

    Returns
    -------
    LineString
        EPSG:4326, from the point on; None where no height is known, or nothing lies lower.
    """
    here = heights.cell(x, y)
    path, length_m = [here], 0.0
    while length_m < reach_m:
        way = _way_down(heights, path[-1])
        if way is None:
            break
        for before, after in pairwise([path[-1], *way]):
            length_m += GEOD.inv(*heights.position(before), *heights.position(after))[2]
        path += way
    if len(path) == 1:
        return None
    path = _from_the_last_near(path)
    line = on.metres(LineString([(x, y), *(heights.position(cell) for cell in path[1:])]))
    # Steps along the grid are up to a twelfth longer than the way that they follow.
    cell_m = line.length / (len(path) - 1)
    simple = line.simplify(cell_m / 2)
    assert isinstance(simple, LineString)
    return on.degrees(beginning(simple, reach_m))


def _way_down(heights: Heights, start: Cell) -> list[Cell] | None:
    """Cells from the next one to the first lower one, over the lowest rim; None without one."""
    level = heights.at(start)
    if level is None:
        return None
    steepest = _steepest(heights, start, level)
    if steepest is not None:
        return [steepest]
    came_from: dict[Cell, Cell] = {start: start}
    waiting: list[tuple[int, int, Cell]] = [(level, 0, start)]
    while waiting and len(came_from) < MOST_CELLS:
        rim, steps, cell = heappop(waiting)
        for down, across in _NEIGHBOURS:
            near = cell[0] + down, cell[1] + across
            if near in came_from:
                continue
            height = heights.at(near)
            if height is None:
                continue
            came_from[near] = cell
            if height < level:
                return _back(came_from, near, start)
            # Of equal rims the nearest first: a lake is crossed and not wandered about in.
            heappush(waiting, (max(rim, height), steps + 1, near))
    return None


def _steepest(heights: Heights, cell: Cell, level: int) -> Cell | None:
    """The neighbour with the steepest fall; None where none is lower."""
    best, found = 0.0, None
    _x, y = heights.position(cell)
    narrow = GEOD.inv(0.0, y, 1.0, y)[2] / GEOD.inv(0.0, y - 0.5, 0.0, y + 0.5)[2]
    for down, across in _NEIGHBOURS:
        near = cell[0] + down, cell[1] + across
        height = heights.at(near)
        if height is None:
            continue
        fall = (level - height) / hypot(down, across * narrow)
        if fall > best:
            best, found = fall, near
    return found


def _back(came_from: dict[Cell, Cell], end: Cell, start: Cell) -> list[Cell]:
    way = [end]
    while came_from[way[-1]] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _from_the_last_near(path: list[Cell]) -> list[Cell]:
    """Without a loop at the start: a dam's water may be lower than its crest, on the wrong side."""
    row, column = path[0]
    last = max(
        number
        for number, cell in enumerate(path)
        if max(abs(cell[0] - row), abs(cell[1] - column)) <= NEAR_CELLS
    )
    return [path[0], *path[last:]]
