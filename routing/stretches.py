"""Parts of streets, and the pieces that draw them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.geometry import expand_ranges
from routing.network import Float64, Int64, RoadNetwork


@dataclass(frozen=True)
class Stretches:
    """Parts of streets.

    Attributes
    ----------
    street : (n,) int64
        Index of the street.
    start, end : (n,) float64
        Fractions along its drawing.
    """

    street: Int64
    start: Float64
    end: Float64

    @classmethod
    def of(cls, parts: list[tuple[int, float, float]]) -> Stretches:
        """Put parts together."""
        table = np.array(parts, dtype=np.float64).reshape(-1, 3)
        return cls(table[:, 0].astype(np.int64), table[:, 1], table[:, 2])

    def rows(self, order: Int64) -> Stretches:
        """Some of them, in an order."""
        return Stretches(self.street[order], self.start[order], self.end[order])


class Pieces(NamedTuple):
    """Straight pieces of street parts, (n,) each.

    Attributes
    ----------
    lines : (n, 4) float64
        x, y, x, y.
    part : (n,) int64
        Which of the parts each is of.
    start, end : (n,) float64
        Fractions along the street's drawing.
    """

    lines: Float64
    part: Int64
    start: Float64
    end: Float64


def drawn(network: RoadNetwork, parts: Stretches, forward: Callable[[Float64], Float64]) -> Pieces:
    """Draw street parts in straight pieces, in their order; what has no length is left out.

    Parameters
    ----------
    forward
        (P, 2) degrees to (P, 2) metres.
    """
    first = network.street_offset[parts.street]
    part, vertex = expand_ranges(first, network.street_offset[parts.street + 1] - first - 1)
    low, high = network.coordinate_fraction[vertex], network.coordinate_fraction[vertex + 1]
    start = np.maximum(parts.start[part], low)
    end = np.minimum(parts.end[part], high)
    kept = end > start
    part, vertex, low, high = part[kept], vertex[kept], low[kept], high[kept]
    start, end = start[kept], end[kept]
    tail = forward(network.coordinates[vertex])
    step = (forward(network.coordinates[vertex + 1]) - tail) / (high - low)[:, None]
    lines = np.hstack((tail + (start - low)[:, None] * step, tail + (end - low)[:, None] * step))
    return Pieces(lines, part.astype(np.int64), start, end)


def unreached(network: RoadNetwork, parts: Stretches) -> Stretches:
    """All of the streets that is not of these parts, which are apart; some of no length."""
    street = np.concatenate((parts.street, np.arange(network.street_count)))
    low = np.concatenate((parts.end, np.zeros(network.street_count)))
    high = np.concatenate((parts.start, np.ones(network.street_count)))
    # As many begin as end in each street, and they take turns.
    begins, ends = np.lexsort((low, street)), np.lexsort((high, street))
    return Stretches(street[begins], low[begins], high[ends])
