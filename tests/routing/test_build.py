"""Streets become a network: nodes, edges, lengths, components."""

from __future__ import annotations

import math

import numpy as np
import pytest

from routing.build import Street, assemble, cut_at_junctions, from_streets
from routing.errors import RoadFileError

A, B, C, D = (111.0, 36.0), (111.01, 36.0), (111.01, 36.01), (111.02, 36.0)


def test_nodes_and_streets_keep_the_order_of_the_input():
    net = from_streets([Street([A, B]), Street([B, C]), Street([D, B])])
    assert net.node_id.tolist() == [0, 1, 2, 3]
    assert list(zip(net.x, net.y, strict=True)) == [A, B, C, D]
    assert net.street_id.tolist() == [0, 1, 2]
    assert [line.coords[:] for line in net.street_lines] == [[A, B], [B, C], [D, B]]


def test_a_two_way_street_has_two_edges_a_one_way_street_one():
    net = from_streets([Street([A, B]), Street([B, C], direction=1)])
    assert list(zip(net.u, net.v, net.edge_street, net.edge_reversed, strict=True)) == [
        (0, 1, 0, False),
        (1, 0, 0, True),
        (1, 2, 1, False),
    ]
    assert net.street_oneway.tolist() == [False, True]
    assert net.street_edges.tolist() == [[0, 1], [2, -1]]


def test_a_street_open_against_its_drawing_is_turned():
    net = from_streets([Street([A, C, B], direction=-1)])
    assert net.street_lines[0].coords[:] == [B, C, A]
    (edge,) = zip(net.u, net.v, net.edge_reversed, strict=True)
    assert (net.x[edge[0]], net.y[edge[0]], edge[2]) == (*B, False)


def test_turning_one_street_leaves_its_neighbours_alone():
    net = from_streets([Street([A, B]), Street([B, C, D], direction=-1), Street([D, A])])
    assert [line.coords[:] for line in net.street_lines] == [[A, B], [D, C, B], [D, A]]


def test_parallel_streets_and_loops_stay_apart():
    loop = [B, C, D, B]
    net = from_streets([Street([A, B]), Street([A, C, B]), Street(loop)])
    pairs = sorted(zip(net.u.tolist(), net.v.tolist(), net.edge_street.tolist(), strict=True))
    assert pairs == [(0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 2), (1, 1, 2)]


def test_length_is_the_ellipsoids():
    # One degree of latitude at the equator is 110,574.4 m, one of longitude 111,319.5 m.
    net = from_streets([Street([(0, 0), (0, 1)]), Street([(0, 0), (0.5, 0), (1, 0)])])
    assert net.street_length == pytest.approx([110_574.4, 111_319.5], abs=0.1)


def test_speed_comes_from_the_class_unless_given():
    net = from_streets(
        [
            Street([A, B], "primary"),
            Street([B, C], "primary", speed_kph=42),
            Street([B, D], "no such class", speed_kph=0),
        ]
    )
    assert net.street_speed_kph.tolist() == [65, 42, 20]
    assert [net.highway_classes[i] for i in net.street_highway] == [
        "primary",
        "primary",
        "no such class",
    ]


def test_attributes_are_kept():
    net = from_streets(
        [
            Street([A, B], name="滨河路", maxweight=15, maxheight=4.2, bridge=True, street_id=7),
            Street([B, C], tunnel=True),
        ]
    )
    assert [net.names[i] for i in net.street_name] == ["滨河路", ""]
    assert net.names[0] == ""
    assert net.street_maxweight.tolist()[0] == 15
    assert math.isnan(net.street_maxweight[1])
    assert net.street_maxheight[0] == np.float32(4.2)
    assert net.street_bridge.tolist() == [True, False]
    assert net.street_tunnel.tolist() == [False, True]
    assert net.street_id.tolist() == [7, 1]


def test_components_are_weak_and_numbered_by_falling_size():
    far = [(112.0, 36.0), (112.1, 36.0)]
    net = from_streets([Street(far), Street([A, B], direction=1), Street([C, B], direction=1)])
    assert net.node_component.tolist() == [1, 1, 0, 0, 0]
    assert net.report.components == (3, 2)


def test_report_counts_what_was_kept():
    net = from_streets([Street([(0, 0), (1, 0)], "trunk"), Street([(0, 0), (0, 1)], direction=1)])
    report = net.report
    assert (report.nodes, report.edges, report.streets) == (3, 3, 2)
    assert report.km_by_class == {"trunk": 111.319, "residential": 110.574}


def test_no_streets_is_an_error():
    with pytest.raises(RoadFileError) as caught:
        from_streets([])
    assert caught.value.code == "routing.no_roads"


def test_too_many_classes_name_an_example():
    streets = [Street([(i / 2, 0), (i / 2, 1)], f"class {i:03}") for i in range(257)]
    with pytest.raises(RoadFileError, match="class 000") as caught:
        from_streets(streets)
    assert caught.value.code == "routing.too_many_classes"


def test_order_by_place_does_not_depend_on_the_order_of_the_input():
    rng = np.random.default_rng(3)
    at = rng.uniform((110, 35), (112, 37), size=(30, 2))
    ends = rng.integers(30, size=(60, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]

    def build(rows):
        return assemble(
            coordinates=at[ends[rows]].reshape(-1, 2),
            offset=2 * np.arange(len(rows) + 1),
            tail=100 + ends[rows, 0],
            head=100 + ends[rows, 1],
            highway=["road"] * len(rows),
            street_id=np.asarray(rows),
        )

    one, other = build(np.arange(len(ends))), build(rng.permutation(len(ends)))
    for field in ("node_id", "x", "u", "v", "street_id", "street_offset", "coordinates"):
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


def test_isolated_nodes_can_be_given():
    net = assemble(
        coordinates=[A, B],
        offset=[0, 2],
        tail=[5],
        head=[9],
        highway=["road"],
        nodes=([5, 7, 9], [A[0], C[0], B[0]], [A[1], C[1], B[1]]),
    )
    assert sorted(net.node_id.tolist()) == [5, 7, 9]
    assert net.report.components == (2, 1)


def test_lines_are_cut_where_they_share_a_node():
    # Line 0: 0-1-2-3, line 1: 4-2-5, line 2 crosses itself at 7: 6-7-8-9-7-10.
    node = np.array([0, 1, 2, 3, 4, 2, 5, 6, 7, 8, 9, 7, 10])
    first, last, line = cut_at_junctions(node, np.array([0, 4, 7, 13]))
    assert [node[a : b + 1].tolist() for a, b in zip(first, last, strict=True)] == [
        [0, 1, 2],
        [2, 3],
        [4, 2],
        [2, 5],
        [6, 7],
        [7, 8, 9, 7],
        [7, 10],
    ]
    assert line.tolist() == [0, 0, 1, 1, 2, 2, 2]


def test_lines_can_be_cut_at_further_points():
    node = np.array([0, 1, 2])
    first, last, _ = cut_at_junctions(node, np.array([0, 3]), also=node == 1)
    assert (first.tolist(), last.tolist()) == ([0, 1], [1, 2])
