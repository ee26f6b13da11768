"""Short rows of numbers put in order and made longer.

By hand, for numba takes seconds to compile numpy's own, and a server's first start waits for it.
"""

from __future__ import annotations

import numpy as np

from routing.compiling import inlined
from routing.network import Int32, Int64


@inlined
def sort(row: Int32 | Int64) -> None:
    """Put numbers in rising order, in place (Shell, CACM 2, 1959; steps by Ciura 2001)."""
    for step in (57, 23, 10, 4, 1):
        for i in range(step, len(row)):
            one = row[i]
            j = i
            while j >= step and row[j - step] > one:
                row[j] = row[j - step]
                j -= step
            row[j] = one


@inlined
def grown_32(row: Int32) -> Int32:
    """Return a copy with room for twice as many."""
    more = np.empty(2 * len(row), np.int32)
    more[: len(row)] = row
    return more


@inlined
def grown_64(row: Int64) -> Int64:
    """Return a copy with room for twice as many."""
    more = np.empty(2 * len(row), np.int64)
    more[: len(row)] = row
    return more
