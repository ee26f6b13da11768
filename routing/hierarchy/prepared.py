"""A question that is asked again and again of the same resources: all that stays is put ready."""
# ruff: noqa: PLR0917 (compiled functions take positional arguments only)

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from routing.compiling import compiled
from routing.hierarchy.buckets import EVERYBODY, Buckets, first_from
from routing.hierarchy.climbing import Above
from routing.hierarchy.customization import UInt32
from routing.kernels import Integer
from routing.network import Bool, Int32, Int64
from routing.profiles import BLOCKED

_BLOCKED = np.int64(BLOCKED)

#: What the kernel answers where a place needs more than it knows.
_ASK_OTHERWISE = -1


class Streets(NamedTuple):
    """Streets and the resources on them, for a place to be reached.

    Attributes
    ----------
    edges : (S, 2) int32
        The edge along the drawing and the one against it, -1 where there is none.
    tail, head : (M,) int32
    weight : (M,) int32
        Milliseconds as if nothing were closed.
    closed : (M,) or (0,) bool
    is_occupied : (S,) bool
        Whether a resource stands on the street.
    """

    edges: Int32
    tail: Int32
    head: Int32
    weight: Int32
    closed: Bool
    is_occupied: Bool


class Prepared:
    """What answers for some resources, one vehicle and one set of closures.

    Parameters
    ----------
    asked
        By identity what it was made for: the network searched and the closures.
    above, down, buckets
        The hierarchy and the resources' lists.
    streets
        Where places are.
    distance
        Gives this thread's array of ``NO_WAY``.
    """

    __slots__ = ("_above", "_asked", "_buckets", "_distance", "_down", "_streets")

    def __init__(
        self,
        asked: tuple[object, object],
        above: Above,
        down: UInt32,
        buckets: Buckets,
        streets: Streets,
        distance: Callable[[], UInt32],
    ) -> None:
        self._asked = asked
        self._above, self._down, self._buckets = above, down, buckets
        self._streets, self._distance = streets, distance

    def is_for(self, network: object, closures: object) -> bool:
        """Whether it was made for these."""
        return self._asked[0] is network and self._asked[1] is closures

    def first(
        self, street: int, fraction: float, k: int, limit_ms: int
    ) -> tuple[list[int], list[int]] | None:
        """Find the `k` that arrive first at a place on the network.

        Returns
        -------
        rows, totals_ms : list of int
            In the order (total, row); None where the place lies on a street that a resource stands
            on or that is closed, or on a junction while anything is closed.
        """
        first_ms, first_row = np.empty(k, np.int64), np.empty(k, np.int32)
        count = _first_at(
            self._above,
            self._down,
            self._buckets,
            self._streets,
            street,
            fraction,
            limit_ms,
            self._distance(),
            first_ms,
            first_row,
        )
        if count == k:
            return first_row.tolist(), first_ms.tolist()
        if count < 0:
            return None
        return first_row[:count].tolist(), first_ms[:count].tolist()


@compiled
def _first_at(
    above: Above,
    down: UInt32,
    buckets: Buckets,
    streets: Streets,
    street: int,
    fraction: float,
    limit_ms: int,
    distance: UInt32,
    first_ms: Int64,
    first_row: Int32,
) -> Integer:
    if streets.is_occupied[street]:
        return _ASK_OTHERWISE
    node, ms = np.empty(2, np.int32), np.empty(2, np.int64)
    ways = 0
    forward, backward = streets.edges[street, 0], streets.edges[street, 1]
    is_junction = fraction == 0.0 or fraction == 1.0  # noqa: PLR1714 - numba compiles no sets
    if len(streets.closed) > 0 and (
        is_junction
        or (forward >= 0 and streets.closed[forward])
        or (backward >= 0 and streets.closed[backward])
    ):
        return _ASK_OTHERWISE
    if is_junction:
        edge = forward if forward >= 0 else backward
        at_tail = (fraction == 0.0) == (forward >= 0)
        node[0], ms[0] = streets.tail[edge] if at_tail else streets.head[edge], 0
        ways = 1
    else:
        for side in range(2):
            edge = streets.edges[street, side]
            if edge >= 0 and streets.weight[edge] != _BLOCKED:
                along = fraction if side == 0 else 1.0 - fraction
                node[ways] = streets.tail[edge]
                ms[ways] = np.int64(np.floor(streets.weight[edge] * along + 0.5))
                ways += 1
    return first_from(
        above,
        down,
        buckets,
        EVERYBODY,
        node[:ways],
        ms[:ways],
        limit_ms,
        distance,
        first_ms,
        first_row,
        0,
    )
