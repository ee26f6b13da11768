"""Networks to and from networkx and OSMnx."""

from __future__ import annotations

import math
from dataclasses import fields

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from gisapp.messages import translate
from routing.build import assemble
from routing.convert import from_graphml, from_networkx, to_networkx
from routing.errors import RoadFileError
from routing.limits import PLAUSIBLE_HEIGHT_M, PLAUSIBLE_WEIGHT_T
from routing.network import RoadNetwork
from routing.osm import from_osm_pbf

PLACES = {1: (111.0, 36.0), 2: (111.01, 36.0), 3: (111.01, 36.01)}


def graph(*edges, kind=nx.MultiDiGraph, **attributes):
    """A graph of nodes 1 to 3 and edges ``(u, v, attributes)``."""
    G = kind(**attributes)
    G.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in PLACES.items())
    G.add_edges_from(edges)
    return G


def two_way(u, v, **data):
    return (u, v, data | {"reversed": False}), (v, u, data | {"reversed": True})


def assert_same(one, other):
    """Equal in every array and text; the report tells of another source."""
    for field in fields(RoadNetwork):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, field.name
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        elif field.name != "report":
            assert a == b, field.name


# --- round trip ------------------------------------------------------------------------------


#: What a reader of GraphML would take for a list, for nothing, or for a number.
ODD_TEXTS = ("[1]", "['a', 'b']", "[]", "[滨河路]", "None", "nan", "yes", "7", " / ", "; ", "a;b")

texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=4)
ids = st.integers(-(2**63), 2**63 - 1)


def singles(low, high):
    """Single-precision numbers within the bounds."""
    return st.floats(low, high, width=32)


@st.composite
def networks(draw):
    """Networks with loops, parallel streets, both drawings, and nodes without a street.

    All that a network can hold is drawn: every text, number and order.
    """
    count = draw(st.integers(1, 6))
    grid = st.tuples(st.integers(0, 9), st.integers(0, 9))
    # Several nodes may lie at one place, as those of a road above another do.
    places = draw(st.lists(grid, min_size=count, max_size=count))
    node_ids = draw(st.lists(ids, min_size=count, max_size=count, unique=True))
    node = st.integers(0, count - 1)
    tails, heads, drawn, rows = [], [], [], []
    few = st.sampled_from
    for _ in range(draw(st.integers(1, 10))):
        u, v = draw(node), draw(node)
        middle = draw(st.lists(grid, min_size=int(u == v), max_size=2))
        tails.append(node_ids[u])
        heads.append(node_ids[v])
        drawn.append([places[u], *middle, places[v]])
        rows.append(
            {
                "highway": draw(few(["primary", "track", "乡道"]) | texts.filter(bool)),
                "name": draw(few(["", "滨河路", "G5"]) | texts),
                "direction": draw(few([0, 0, 1, -1])),
                "speed_kph": draw(few([math.nan, 33.3, 54]) | singles(1, 200)),
                "maxweight": draw(few([math.nan, 4.2]) | singles(*PLAUSIBLE_WEIGHT_T)),
                "maxheight": draw(few([math.nan, 3.81]) | singles(*PLAUSIBLE_HEIGHT_M)),
                "weight_doubt": draw(few(["", "maxweight=20x"]) | texts),
                "height_doubt": draw(few(["", "maxheight=low"]) | texts),
                "bridge": draw(st.booleans()),
                "tunnel": draw(st.booleans()),
                "street_id": draw(st.integers(0, 3) | ids),
                "length": draw(few([math.nan, 100.0]) | st.floats(0, 1e6)),
            }
        )
    x, y = np.array(places).T / 100
    return assemble(
        coordinates=np.array([p for line in drawn for p in line]) / 100,
        offset=np.cumsum([0] + [len(line) for line in drawn]),
        tail=tails,
        head=heads,
        nodes=(np.array(node_ids), x, y),
        by_place=draw(st.booleans()),
        **{key: [row[key] for row in rows] for key in rows[0]},
    )


@given(networks())
def test_round_trip_loses_nothing(net):
    other = from_networkx(to_networkx(net))
    assert_same(net, other)
    counts = ("nodes", "edges", "streets", "km_by_class", "components")
    for name in counts:
        assert getattr(net.report, name) == getattr(other.report, name), name


@given(networks())
def test_what_was_changed_since_the_import_is_kept(net):
    """Confirmed limits, and speeds by the site's own table."""
    changed = net.changed(
        street_speed_kph=net.street_speed_kph * np.float32(0.7),
        street_weight_doubt=np.zeros_like(net.street_weight_doubt),
    )
    other = from_networkx(to_networkx(changed))
    np.testing.assert_array_equal(changed.street_speed_kph, other.street_speed_kph)
    assert not other.street_weight_doubt.any()


@given(networks())
def test_graph_has_the_edges_of_the_network(net):
    G = to_networkx(net)
    assert G.number_of_nodes() == net.node_count
    ids = net.node_id
    assert sorted(G.edges()) == sorted(zip(ids[net.u].tolist(), ids[net.v].tolist(), strict=True))
    for u, _, data in G.edges(data=True):
        assert data["geometry"].coords[0] == (G.nodes[u]["x"], G.nodes[u]["y"])
        assert data["travel_time"] == pytest.approx(data["length"] / data["speed_kph"] * 3.6)


def test_round_trip_of_a_country(shared_data):
    net = from_osm_pbf(shared_data / "andorra" / "andorra-2023.osm.pbf", progress=False)
    assert_same(net, from_networkx(to_networkx(net)))


@pytest.mark.parametrize("southwards", [True, False])
def test_parallel_streets_alike_but_for_the_direction_keep_their_order(southwards):
    """Whichever way they are drawn: in one of the two the way back comes first in the graph."""
    places = [(0.0, 0.0), (0.0, 0.01)]
    net = assemble(
        coordinates=places[::-1] * 2 if southwards else places * 2,
        offset=[0, 2, 4],
        tail=[1, 1] if southwards else [0, 0],
        head=[0, 0] if southwards else [1, 1],
        direction=[1, 0],
        highway=["primary", "primary"],
        street_id=[0, 0],
    )
    other = from_networkx(to_networkx(net))
    assert other.street_oneway.tolist() == net.street_oneway.tolist() == [True, False]


def test_attributes_are_osmnxs():
    net = from_networkx(
        graph((1, 2, {"osmid": 7, "highway": "primary", "name": "滨河路", "maxweight": "7.5"}))
    )
    G = to_networkx(net)
    assert G.graph["crs"] == "epsg:4326"
    ((u, v, data),) = G.edges(data=True)
    length = data.pop("length")
    assert data.pop("geometry").equals(LineString([PLACES[1], PLACES[2]]))
    assert (u, v, data) == (
        1,
        2,
        {
            "osmid": 7,
            "highway": "primary",
            "name": "滨河路",
            "maxweight": 7.5,
            "speed_kph": 65,
            "travel_time": length / 65 * 3.6,
            "oneway": True,
            "reversed": False,
        },
    )
    assert G.nodes[1] == {"x": 111.0, "y": 36.0}


# --- pairing ---------------------------------------------------------------------------------


def test_opposite_edges_that_agree_are_one_street():
    net = from_networkx(graph(*two_way(1, 2, osmid=7)))
    assert (net.street_count, net.edge_count) == (1, 2)
    assert not net.street_oneway.any()


def test_the_street_is_drawn_as_the_edge_that_is_not_reversed():
    there, back = two_way(2, 1, osmid=7)
    net = from_networkx(graph(back, there))
    assert net.street_lines[0].coords[0] == PLACES[2]


def test_edges_without_the_reversed_flag_pair_too():
    assert from_networkx(graph((1, 2, {}), (2, 1, {}))).street_count == 1


@pytest.mark.parametrize(
    "change",
    [
        {"osmid": 8},
        {"oneway": True},
        {"maxspeed": "30"},
        {"length": 1200.0},
        {"geometry": LineString([PLACES[2], PLACES[3], PLACES[1]])},
        {"maxheight": "3.5"},
        {"bridge": "yes"},
    ],
)
def test_opposite_edges_that_differ_are_two_one_way_streets(change):
    net = from_networkx(graph((1, 2, {"osmid": 7}), (2, 1, {"osmid": 7} | change)))
    assert net.street_oneway.tolist() == [True, True]


def test_values_osmnx_merged_in_driving_order_still_pair():
    there = {"osmid": [1, 2], "name": ["A", "B"], "length": 100.00000001}
    back = {"osmid": [2, 1], "name": ["B", "A"], "length": 100.0}
    net = from_networkx(
        graph((1, 2, there | {"reversed": False}), (2, 1, back | {"reversed": True}))
    )
    assert net.street_count == 1
    assert (net.street_id[0], net.names[net.street_name[0]]) == (1, "A / B")


def test_undirected_edges_are_two_way_and_drawn_from_either_end():
    drawing = LineString([PLACES[2], (111.005, 36.001), PLACES[1]])
    net = from_networkx(graph((1, 2, {"geometry": drawing}), kind=nx.MultiGraph))
    assert (net.street_count, net.edge_count) == (1, 2)
    start = net.coordinates[0].tolist()
    assert start == [net.x[net.u[0]], net.y[net.u[0]]]


@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiDiGraph])
def test_simple_and_multi_graphs(kind):
    assert from_networkx(graph((1, 2), (2, 3), kind=kind)).edge_count == 2


# --- values ----------------------------------------------------------------------------------


def only(**data):
    return from_networkx(graph((1, 2, data)))


def test_lists_take_the_cautious_value():
    net = only(
        highway=["primary", "track"],
        maxspeed=["40", "60"],
        maxweight=["20", "7.5"],
        maxheight=["none", "4"],
        bridge=["no", "yes"],
    )
    assert net.highway_classes == ("primary",)
    assert net.street_speed_kph[0] == 45  # nine tenths of the mean, 50
    assert (net.street_maxweight[0], net.street_maxheight[0]) == (7.5, 4)
    assert net.street_bridge[0]


def test_speed_goes_before_maxspeed_and_that_before_the_class():
    assert only(speed_kph=33, maxspeed="60", highway="trunk").street_speed_kph[0] == 33
    assert only(maxspeed="60", highway="trunk").street_speed_kph[0] == 54
    assert only(highway="trunk").street_speed_kph[0] == 70
    assert only().street_speed_kph[0] == 20


def test_the_given_length_holds_else_the_drawing_is_measured():
    assert only(length=1234.5).street_length[0] == 1234.5
    assert only().street_length[0] == pytest.approx(901.6, abs=0.5)


def test_unreadable_values_are_noted():
    net = only(maxspeed="soon", maxweight="heavy", length="far")
    assert net.report.notes == {"length": 1, "maxspeed": 1, "maxweight": 1}


def test_node_names_that_are_no_numbers_are_replaced():
    G = nx.relabel_nodes(graph((1, 2)), {1: "east", 2: "west", 3: "north"})
    net = from_networkx(G)
    assert sorted(net.node_id.tolist()) == [0, 1, 2]
    assert net.report.notes == {"node_ids": 3}


def test_a_projected_graph_is_reprojected():
    G = graph((1, 2, {"geometry": LineString([(500_000, 0), (500_500, 9), (501_000, 0)])}))
    G.graph["crs"] = "EPSG:32649"
    for node, x in ((1, 500_000), (2, 501_000), (3, 502_000)):
        G.nodes[node].update(x=x, y=0)
    net = from_networkx(G)
    assert net.coordinates[0] == pytest.approx([111, 0], abs=1e-9)
    assert net.street_length[0] == pytest.approx(1000.4, abs=0.5)


# --- GraphML ---------------------------------------------------------------------------------


def test_graphml_as_osmnx_saves_it(tmp_path):
    """Everything is a string there: numbers, flags, lists and geometries."""
    net = from_networkx(
        graph(
            *two_way(1, 2, osmid=7, highway="primary", maxheight="4.2", name="滨河路"),
            (2, 3, {"osmid": 8, "oneway": True, "speed_kph": 33.3}),
            crs="epsg:4326",
        )
    )
    G = to_networkx(net)
    for _, data in G.nodes(data=True):
        data.update({key: str(value) for key, value in data.items()})
    for *_, data in G.edges(data=True):
        data.update({key: str(value) for key, value in data.items()})
        data["osmid"] = f"[{data['osmid']}, 99]"
    G.graph = {key: str(value) for key, value in G.graph.items()}
    nx.write_graphml(nx.relabel_nodes(G, str), tmp_path / "roads.graphml")
    assert_same(net, from_graphml(tmp_path / "roads.graphml"))


def complaint(read, *args):
    with pytest.raises(RoadFileError) as caught:
        read(*args)
    error = caught.value
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)
    return error.code


@pytest.mark.parametrize("text", ["no xml", "<graphml><graph>", "<html></html>"])
def test_a_file_that_is_no_graphml(tmp_path, text):
    (tmp_path / "roads.graphml").write_text(text)
    assert complaint(from_graphml, tmp_path / "roads.graphml") == "routing.file_damaged"


def test_a_missing_graphml(tmp_path):
    assert complaint(from_graphml, tmp_path / "none.graphml") == "routing.file_missing"


# --- faults ----------------------------------------------------------------------------------


def test_no_edges():
    assert complaint(from_networkx, graph()) == "routing.no_roads"


def test_no_nodes():
    assert complaint(from_networkx, nx.MultiDiGraph()) == "routing.no_roads"


@pytest.mark.parametrize("data", [{}, {"x": 1}, {"x": "east", "y": 2}, {"x": None, "y": 2}])
def test_a_node_without_a_place(data):
    G = graph((1, 2))
    G.add_node(9, **data)
    assert complaint(from_networkx, G) == "routing.node_without_place"


def test_metres_without_a_crs():
    G = graph((1, 2))
    G.nodes[1]["x"] = 500_000
    assert complaint(from_networkx, G) == "routing.off_map"


def test_an_unknown_crs():
    assert complaint(from_networkx, graph((1, 2), crs="EPSG:1")) == "routing.bad_crs"


@pytest.mark.parametrize("geometry", ["LINE(1 2)", 17])
def test_a_geometry_that_is_no_line(geometry):
    G = graph((1, 2, {"geometry": geometry}))
    assert complaint(from_networkx, G) == "routing.bad_geometry"


def test_one_way_roads_of_an_undirected_graph_are_counted():
    G = nx.MultiGraph(crs="epsg:4326")
    G.add_node(1, x=111.5, y=36.0)
    G.add_node(2, x=111.6, y=36.0)
    G.add_edge(1, 2, highway="primary", oneway=True)
    G.add_edge(1, 2, highway="secondary", oneway=False)
    net = from_networkx(G)
    assert (net.edge_count, net.report.notes) == (4, {"undirected": 1})
