"""Least-cost paths over a raster, the way a road finds its line through country.

Each cell is tied to sixteen neighbours (a knight's move gives headings in steps of 22.5°).
Costs lie on the ties, so that a road once laid can be made cheap to follow and ground beside
it dear: later roads then merge with it instead of running alongside.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from .terrain import CELL_M, Terrain

Cell = tuple[int, int]
Tie = tuple[Cell, Cell]
MOVES: tuple[Cell, ...] = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2))


def ordered(a: Cell, b: Cell) -> Tie:
    """The tie of two cells, whichever way it is walked."""
    return (a, b) if a < b else (b, a)


class CostSurface:
    """Costs of travel over a terrain, in metres of level road.

    Parameters
    ----------
    terrain
        Its cells outside the belt cannot be entered.
    roughness : (H, W) array
        Factor on the cost of each cell, about 1.
    grade : float
        The grade that doubles the cost of a metre.
    """

    def __init__(
        self, terrain: Terrain, roughness: npt.NDArray[np.float64], *, grade: float
    ) -> None:
        self.terrain = terrain
        rows, columns = terrain.shape
        self.costs = np.full((len(MOVES), rows, columns), np.inf, dtype=np.float32)
        self.laid = np.zeros(self.costs.shape, dtype=bool)
        self.road = np.zeros(terrain.shape, dtype=bool)
        bridge = bridge_cost(terrain.river_width)
        for k, move in enumerate(MOVES):
            here, there = window_pair(move, terrain.shape)
            length_m = CELL_M * float(np.hypot(*move))
            climb = np.abs(terrain.elevation[there] - terrain.elevation[here]) / length_m
            over = bridge[there]
            for between in passed(move):
                over = np.maximum(over, shifted(bridge, move, between))
            cost = length_m * (1 + np.minimum((climb / grade) ** 1.6, 12.0))
            cost *= (roughness[there] + roughness[here]) / 2
            cost += np.maximum(over - bridge[here], 0) + 0.3 * np.minimum(over, bridge[here])
            cost[~(terrain.inside[there] & terrain.inside[here])] = np.inf
            self.costs[k][here] = cost

    def path(self, start: Cell, end: Cell, *, margin: int = 40) -> list[Cell]:
        """Cells of the cheapest path within the box round both ends; empty if there is none."""
        rows, columns = self.terrain.shape
        i0, i1 = max(min(start[0], end[0]) - margin, 0), max(start[0], end[0]) + margin + 1
        j0, j1 = max(min(start[1], end[1]) - margin, 0), max(start[1], end[1]) + margin + 1
        i1, j1 = min(i1, rows), min(j1, columns)
        matrix = tie_matrix(self.costs[:, i0:i1, j0:j1])
        width = j1 - j0

        def index(cell: Cell) -> int:
            return (cell[0] - i0) * width + cell[1] - j0

        distance, before = csgraph.dijkstra(
            matrix, directed=False, indices=[index(start)], return_predecessors=True
        )
        if not np.isfinite(distance[0, index(end)]):
            return []
        chain = [index(end)]
        while chain[-1] != index(start):
            chain.append(int(before[0, chain[-1]]))
        return [(k // width + i0, k % width + j0) for k in reversed(chain)]

    def nearest(self, sources: set[Cell]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
        """Cost of every cell from the nearest source, and the cell before it on that path."""
        rows, columns = self.terrain.shape
        indices = sorted(i * columns + j for i, j in sources)
        distance, before, _ = csgraph.dijkstra(
            tie_matrix(self.costs),
            directed=False,
            indices=indices,
            min_only=True,
            return_predecessors=True,
        )
        return np.asarray(distance).reshape(rows, columns), np.asarray(before)

    def lay(self, path: list[Cell], *, follow: float, beside: float) -> None:
        """Make a laid path cheap to follow (factor ``follow``) and leaving it dear (``beside``)."""
        columns = self.costs.shape[2]
        for a, b in pairwise(path):
            k, i, j = self.tie(a, b)
            if not self.laid[k, i, j]:
                length_m = CELL_M * float(np.hypot(*MOVES[k]))
                self.costs[k, i, j] = min(float(self.costs[k, i, j]), 3 * length_m) * follow
                self.laid[k, i, j] = True
        for i, j in path:
            if self.road[i, j]:
                continue
            self.road[i, j] = True
            for k, (di, dj) in enumerate(MOVES):
                for ti, tj in ((i, j), (i - di, j - dj)):
                    if ti >= 0 and 0 <= tj < columns and not self.laid[k, ti, tj]:
                        self.costs[k, ti, tj] *= beside

    def tie(self, a: Cell, b: Cell) -> tuple[int, int, int]:
        """Where in ``costs`` the tie of two neighbouring cells lies."""
        (i, j), (ei, ej) = ordered(a, b)
        return MOVES.index((ei - i, ej - j)), i, j

    def weigh(self, mask: npt.NDArray[np.bool_], factor: float) -> None:
        """Multiply the cost of every tie that touches a marked cell."""
        for k, move in enumerate(MOVES):
            here, there = window_pair(move, self.terrain.shape)
            touched = mask[here] | mask[there]
            self.costs[k][here][touched] *= factor


def bridge_cost(width_m: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What a bridge over a river costs, in metres of road: the great rivers are crossed seldom."""
    return np.where(width_m > 0, 1500.0 + 0.005 * width_m**3, 0.0)


def passed(move: Cell) -> list[Cell]:
    """The cells a knight's move passes over."""
    di, dj = move
    if abs(di) + abs(dj) < 3:
        return []
    sign = 1 if dj > 0 else -1
    return [(0, sign), (1, sign)] if abs(dj) == 2 else [(1, 0), (1, sign)]


def shifted(field: npt.NDArray[np.float64], move: Cell, by: Cell) -> npt.NDArray[np.float64]:
    """The field ``by`` away from each cell a move can start from."""
    rows, columns = field.shape
    di, dj = move
    first = max(-dj, 0)
    last = columns - max(dj, 0)
    return field[by[0] : rows - di + by[0], first + by[1] : last + by[1]]


def window_pair(
    move: Cell, shape: tuple[int, int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Slices of the cells a move can start from and of those it ends in."""
    di, dj = move
    rows, columns = shape
    here = (slice(0, rows - di), slice(max(-dj, 0), columns - max(dj, 0)))
    there = (slice(di, rows), slice(max(dj, 0), columns + min(dj, 0)))
    return here, there


def tie_matrix(costs: npt.NDArray[np.float32]) -> sparse.csr_array:
    """Sparse symmetric-by-use matrix of a window of the costs."""
    rows, columns = costs.shape[1], costs.shape[2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    tails, heads, values = [], [], []
    for k, move in enumerate(MOVES):
        here, there = window_pair(move, (rows, columns))
        value = costs[k][here]
        usable = np.isfinite(value)
        tails.append(index[here][usable])
        heads.append(index[there][usable])
        values.append(value[usable].astype(np.float64))
    return sparse.csr_array(
        (np.concatenate(values), (np.concatenate(tails), np.concatenate(heads))),
        shape=(rows * columns, rows * columns),
    )
