"""The hierarchy against searches by networkx, on networks made at random."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.hierarchy.buckets import all_to_arrive, fill, first_to_arrive
from routing.hierarchy.contraction import contract
from routing.hierarchy.customization import DOWN, NO_WAY, customize, edge_costs, recustomize
from routing.hierarchy.order import can_order, dissection_ranks
from routing.hierarchy.paths import quickest_path
from routing.hierarchy.sweeps import part_above, sweep_all, sweep_part, to_every_node
from routing.kernels import UNREACHED, Hangs
from routing.profiles import BLOCKED
from routing.searchgraph import LONGEST_MS, make_goals

NONE_CLOSED = np.zeros(0, dtype=np.bool_)


@st.composite
def graphs(draw):
    """Nodes, tails, heads, milliseconds (some barred), and a contraction order."""
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    ms = st.one_of(st.integers(1, 9), st.just(BLOCKED))
    edges = draw(st.lists(st.tuples(node, node, ms), max_size=40))
    rank = draw(st.permutations(range(nodes)))
    tail, head, weight = np.array(edges, dtype=np.int32).reshape(-1, 3).T.copy()
    return np.array(rank, dtype=np.int32), tail, head, weight


def as_networkx(nodes, tail, head, weight, closed=NONE_CLOSED):
    G = nx.MultiDiGraph()
    G.add_nodes_from(range(nodes))
    for edge in range(len(tail)):
        if weight[edge] != BLOCKED and not (len(closed) and closed[edge]):
            G.add_edge(int(tail[edge]), int(head[edge]), key=edge, ms=int(weight[edge]))
    return G


def prepared(graph, closed=NONE_CLOSED):
    rank, tail, head, weight = graph
    shape = contract(rank, tail, head)
    costs = edge_costs(weight, closed)
    return shape, costs, customize(shape, costs)


def hangs_of(places):
    node, ms, row = (np.array(column) for column in zip(*places, strict=True))
    return Hangs(node.astype(np.int32), ms.astype(np.int64), row.astype(np.int32))


@st.composite
def resources(draw, nodes):
    """Resources with one or two ways onto the network, with times before they get there."""
    node, ms = st.integers(0, nodes - 1), st.integers(0, 5)
    ways = st.lists(st.tuples(node, ms), min_size=1, max_size=2)
    listed = draw(st.lists(ways, min_size=1, max_size=6))
    return [(node, ms, row) for row, ways in enumerate(listed) for node, ms in ways], len(listed)


def totals(G, places, goals):
    """Of every resource that arrives, by networkx."""
    best = {}
    for node, ms, row in places:
        far = nx.single_source_dijkstra_path_length(G, node, weight="ms")
        for goal, left in goals:
            if goal in far:
                best[row] = min(best.get(row, BLOCKED), ms + far[goal] + left)
    return best


@given(st.data())
def test_first_to_arrive_are_those_networkx_finds(data):
    graph = data.draw(graphs())
    nodes = len(graph[0])
    places, count = data.draw(resources(nodes))
    goals = data.draw(
        st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, 4)), min_size=1, max_size=3)
    )
    k = data.draw(st.integers(1, 7))
    limit = data.draw(st.sampled_from([7, LONGEST_MS]))
    free = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    free = data.draw(st.sampled_from([free, NONE_CLOSED]))
    direct = data.draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, 9)), max_size=2)
    )
    shape, _, costs = prepared(graph)
    buckets = fill(shape, costs, hangs_of(places), count)

    expected = totals(as_networkx(nodes, *graph[1:]), places, goals)
    for row, ms in direct:
        expected[row] = min(expected.get(row, BLOCKED), ms)
    in_order = sorted((ms, row) for row, ms in expected.items() if ms <= limit)
    if len(free):
        in_order = [one for one in in_order if free[one[1]]]

    distance = np.full(nodes, NO_WAY, dtype=np.uint32)
    down = np.ascontiguousarray(costs[:, DOWN])
    first_ms, first_row = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int32)
    found = first_to_arrive(
        shape, down, buckets, free, make_goals(goals),
        np.array([row for row, _ in direct], dtype=np.int32),
        np.array([ms for _, ms in direct], dtype=np.int64),
        limit, distance, first_ms, first_row,
    )  # fmt: skip
    got = list(zip(first_ms[:found].tolist(), first_row[:found].tolist(), strict=True))
    assert got == in_order[:k]
    assert (distance == NO_WAY).all()

    best_ms = np.full(count, UNREACHED, dtype=np.int64)
    all_to_arrive(shape, down, buckets, make_goals(goals), distance, best_ms)
    everyone = totals(as_networkx(nodes, *graph[1:]), places, goals)
    assert best_ms.tolist() == [everyone.get(row, BLOCKED) for row in range(count)]
    assert (distance == NO_WAY).all()


@given(st.data())
def test_sweeps_find_the_times_networkx_finds(data):
    graph = data.draw(graphs())
    nodes = len(graph[0])
    places, count = data.draw(resources(nodes))
    goals = data.draw(st.lists(st.integers(0, nodes - 1), min_size=1, max_size=4))
    shape, _, costs = prepared(graph)
    G = as_networkx(nodes, *graph[1:])

    part = part_above(shape, np.array(goals, dtype=np.int32))
    found = np.empty((len(goals), count), dtype=np.uint32)
    rows = part.number[shape.rank[goals]]
    sweep_part(shape, costs, part, rows, hangs_of(places), count, found)
    for goal, times in zip(goals, found.tolist(), strict=True):
        expected = totals(G, places, [(goal, 0)])
        assert times == [expected.get(one, BLOCKED) for one in range(count)]

    first = np.empty(nodes, dtype=np.uint64)
    sweep_all(shape, costs, hangs_of(places), first)
    ms, resource = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    to_every_node(shape, first, 6, ms, resource)
    for node in range(nodes):
        expected = totals(G, places, [(node, 0)])
        in_order = sorted((time, row) for row, time in expected.items() if time <= 6)
        assert (int(ms[node]), int(resource[node])) == (in_order or [(BLOCKED, -1)])[0]


@given(st.data())
def test_path_is_driven_edge_by_edge_in_the_least_time(data):
    graph = data.draw(graphs())
    nodes = len(graph[0])
    ends = st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, 4)), min_size=1, max_size=2)
    starts, goals = data.draw(ends), data.draw(ends)
    limit = data.draw(st.sampled_from([8, LONGEST_MS]))
    shape, edge_ms, costs = prepared(graph)
    _, tail, head, weight = graph
    G = as_networkx(nodes, tail, head, weight)
    expected = min(
        (
            before + nx.dijkstra_path_length(G, start, goal, weight="ms") + after
            for start, before in starts
            for goal, after in goals
            if nx.has_path(G, start, goal)
        ),
        default=BLOCKED,
    )
    (total, start, goal), edges = quickest_path(
        shape, costs, edge_ms, make_goals(starts), make_goals(goals), limit
    )
    if expected > limit:
        assert (total, start, goal, len(edges)) == (BLOCKED, -1, -1, 0)
        return
    assert total == expected
    at = starts[start][0]
    for edge in edges:
        assert tail[edge] == at
        at = head[edge]
    assert at == goals[goal][0]
    assert starts[start][1] + weight[edges].sum() + goals[goal][1] == total


@given(st.data())
def test_settling_anew_what_changed_gives_what_settling_all_gives(data):
    graph = data.draw(graphs())
    shape, _, before = prepared(graph)
    weight = graph[3]
    ms = st.one_of(st.integers(1, 9), st.just(BLOCKED))
    now = weight.copy()
    for edge in range(len(weight)):
        if data.draw(st.booleans()):
            now[edge] = data.draw(ms)
    changed = np.flatnonzero(now != weight).astype(np.int32)
    kept = before.copy()
    costs = edge_costs(now, NONE_CLOSED)
    found = recustomize(shape, costs, changed, before)
    assert found.tolist() == customize(shape, costs).tolist()
    assert (kept == before).all()


@pytest.mark.skipif(not can_order(), reason="pymetis has no wheel for this machine")
def test_what_separates_a_grid_is_contracted_last():
    # Two squares of nine nodes, joined over one node in the middle.
    G = nx.disjoint_union(nx.grid_2d_graph(3, 3), nx.grid_2d_graph(3, 3))
    G.add_edges_from([(8, 18), (18, 9)])
    tail, head = (np.array(column, dtype=np.int32) for column in zip(*G.edges, strict=True))
    ranks = dissection_ranks(19, tail, head)
    assert sorted(ranks.tolist()) == list(range(19))
    assert ranks[[8, 9, 18]].max() == 18


@pytest.mark.skipif(not can_order(), reason="pymetis has no wheel for this machine")
@pytest.mark.parametrize("nodes", [0, 1, 3])
def test_a_network_without_an_edge_between_nodes_is_ordered(nodes):
    loop = np.zeros(min(nodes, 1), dtype=np.int32)
    assert sorted(dissection_ranks(nodes, loop, loop).tolist()) == list(range(nodes))
