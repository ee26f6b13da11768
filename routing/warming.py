"""Everything that is compiled, compiled before anybody waits."""

from __future__ import annotations

import numpy as np

from routing import contours
from routing.cover_search import claimed, cover_search, offer
from routing.hierarchy.buckets import all_to_arrive, fill, first_to_arrive
from routing.hierarchy.contraction import contract
from routing.hierarchy.customization import (
    DOWN,
    NO_WAY,
    customize,
    edge_costs,
    recustomize,
    work_above,
)
from routing.hierarchy.hierarchy import Hierarchy
from routing.hierarchy.paths import quickest_path
from routing.hierarchy.sweeps import part_above, sweep_all, sweep_part, to_every_node
from routing.kernels import (
    UNREACHED,
    Arcs,
    Goals,
    Hangs,
    Scratch,
    nearest_search,
    read_off,
    tree_search,
)
from routing.loss_search import Forest, Marks, Places, Rows, Starts, in_preorder, lose_each
from routing.network import Bool
from routing.repair import repair_search


def warm_up() -> None:
    """Compile everything the library compiles, or load it from the cache.

    A server calls it once before it answers; without it the first question waits.
    """
    nothing = np.zeros(0, dtype=np.int32)
    no_times = np.zeros(0, dtype=np.int64)
    one = np.zeros(1, dtype=np.int32)
    arcs = Arcs(np.zeros(2, dtype=np.int64), nothing, nothing, nothing)
    scratch = Scratch(
        distance=np.full(1, UNREACHED, dtype=np.int32),
        root=one,
        via=one.copy(),
        touched=one.copy(),
        first_hang=np.full(1, -1, dtype=np.int32),
        heap=np.zeros(4, dtype=np.int64),
    )
    closed = np.zeros(0, dtype=np.bool_)
    nowhere = Goals(nothing, no_times)
    nearest_search(
        arcs,
        closed,
        nowhere,
        Hangs(nothing, no_times, nothing),
        no_times,
        nothing,
        1,
        1,
        scratch,
        one,
    )
    tree_search(arcs, closed, nowhere, nowhere, 1, scratch)
    read_off(nothing, Hangs(nothing, no_times, nothing), no_times)
    repair_search(arcs, arcs, closed, nothing, nothing, nothing, nothing, nowhere, 1, scratch)
    no_shares = np.zeros(0, dtype=np.float64)
    arrivals = np.zeros((1, 1), dtype=np.int32)
    hangs = Hangs(nothing, no_times, nothing)
    cover_search(arcs, closed, hangs, nothing, 1, arrivals, arrivals, no_times)
    offer(arrivals, arrivals, nothing, nothing, no_times, nothing, 1)
    offset = np.zeros(1, dtype=np.int64)
    claimed(offset, no_shares, no_shares, no_shares, no_shares, nothing, nothing, 1)
    _warm_up_losses(arcs, closed)
    _warm_up_hierarchy()
    contours.warm_up()


def _warm_up_losses(arcs: Arcs, closed: Bool) -> None:
    numbers = np.zeros(0, dtype=np.int32)
    times = np.zeros(0, dtype=np.int64)
    shares = np.zeros(0, dtype=np.float64)
    rows = Rows(np.zeros(1, dtype=np.int64), numbers)
    in_preorder(numbers, numbers, numbers, numbers, numbers)
    lose_each(
        rows,
        rows,
        arcs,
        arcs,
        numbers,
        closed,
        Starts(rows, times, numbers),
        Forest(numbers, numbers, numbers, numbers),
        Places(rows, rows, rows, numbers, times, numbers, times, numbers, shares),
        1,
        Marks(numbers, numbers, numbers, numbers, times, numbers),
        np.zeros((0, 6)),
    )


def _warm_up_hierarchy() -> None:
    numbers = np.zeros(0, dtype=np.int32)
    times = np.zeros(0, dtype=np.int64)
    shape = contract(np.zeros(1, dtype=np.int32), numbers, numbers)
    hierarchy = Hierarchy(shape, "")
    edge_ms = edge_costs(numbers, np.zeros(0, dtype=np.bool_))
    settled = recustomize(shape, edge_ms, numbers, customize(shape, edge_ms))
    work_above(shape, numbers, np.zeros(1))
    hangs, goals = Hangs(numbers, times, numbers), Goals(numbers, times)
    buckets = fill(shape, settled, hangs, 0)
    distance = np.full(1, NO_WAY, dtype=np.uint32)
    everybody = np.zeros(0, dtype=np.bool_)
    down = np.ascontiguousarray(settled[:, DOWN])
    first_to_arrive(
        shape,
        down,
        buckets,
        everybody,
        goals,
        numbers,
        times,
        1,
        distance,
        np.zeros(1, dtype=np.int64),
        np.zeros(1, dtype=np.int32),
    )
    all_to_arrive(shape, down, buckets, goals, distance, times)
    part = part_above(shape, numbers)
    found = np.zeros((0, 0), dtype=np.uint32)
    sweep_part(shape, settled, part, numbers, hangs, 0, found)
    first = np.zeros(1, dtype=np.uint64)
    sweep_all(shape, settled, hangs, first)
    arrivals = np.zeros((1, 1), dtype=np.int32)
    to_every_node(shape, first, 1, arrivals[:, 0], arrivals[:, 0])
    quickest_path(shape, settled, edge_ms, goals, goals, 1)
    hierarchy.climb_arcs, hierarchy.triangles  # noqa: B018 - compiled where they are first asked
