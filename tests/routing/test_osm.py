"""Roads from OpenStreetMap files: one rule, one small file."""

from __future__ import annotations

import math
import os
from itertools import pairwise

import networkx as nx
import numpy as np
import osmium
import pytest

from gisapp.messages import translate
from routing import osm
from routing.errors import QueryError, RoadFileError
from routing.osm import from_osm_pbf

# Nodes 1 to 9 stand a thousandth of a degree apart, west to east.
NODES = {i: (111 + i / 1000, 36.0) for i in range(1, 10)}


@pytest.fixture
def write(tmp_path):
    """Write nodes and ways ``(id, [refs], tags)`` to an OSM file; highway=residential."""

    def write(*ways, nodes=NODES, node_tags=None, name="roads.osm.pbf", nodes_last=False):
        path = tmp_path / name
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:

            def add_nodes():
                for ref, place in nodes.items():
                    tags = (node_tags or {}).get(ref, {})
                    writer.add_node(osmium.osm.mutable.Node(id=ref, location=place, tags=tags))

            if not nodes_last:
                add_nodes()
            for way_id, refs, changes in ways:
                tags = {"highway": "residential"} | changes
                tags = {key: value for key, value in tags.items() if value is not None}
                writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags=tags))
            if nodes_last:
                add_nodes()
        return path

    return write


def edges(net):
    """Edges as (from OSM node, to OSM node, way)."""
    ids = net.node_id
    rows = zip(ids[net.u], ids[net.v], net.street_id[net.edge_street], strict=True)
    return sorted(tuple(int(value) for value in row) for row in rows)


def read(path, **options):
    return from_osm_pbf(path, progress=False, **options)


# --- topology --------------------------------------------------------------------------------


def test_ways_are_cut_where_they_meet(write):
    net = read(write((10, [1, 2, 3], {}), (11, [2, 5], {})))
    assert edges(net) == [(1, 2, 10), (2, 1, 10), (2, 3, 10), (2, 5, 11), (3, 2, 10), (5, 2, 11)]
    assert net.report.streets == 3


def test_a_node_within_one_way_only_is_no_junction(write):
    net = read(write((10, [1, 2, 3], {})))
    assert sorted(net.node_id.tolist()) == [1, 3]
    assert len(net.street_lines[0].coords) == 3


def test_a_loop_keeps_both_directions(write):
    square = {1: (111, 36), 2: (111.001, 36), 3: (111.001, 36.001), 4: (111, 36.001)}
    net = read(write((10, [1, 2, 3, 4, 1], {}), nodes=square))
    assert edges(net) == [(1, 1, 10), (1, 1, 10)]
    assert net.edge_reversed.tolist() == [False, True]
    assert net.street_length[0] == pytest.approx(2 * 90.2 + 2 * 111.0, abs=0.5)


def test_a_way_that_meets_itself_is_cut_there(write):
    net = read(write((10, [1, 2, 3, 4, 2, 5], {"oneway": "yes"})))
    assert edges(net) == [(1, 2, 10), (2, 2, 10), (2, 5, 10)]


def test_parallel_ways_stay_two(write):
    net = read(write((10, [1, 4], {}), (11, [1, 2, 4], {})))
    assert edges(net) == [(1, 4, 10), (1, 4, 11), (4, 1, 10), (4, 1, 11)]


def test_a_node_given_twice_in_a_row_counts_once(write):
    net = read(write((10, [1, 1, 2, 2, 2, 3], {})))
    assert edges(net) == [(1, 3, 10), (3, 1, 10)]
    assert net.coordinates.tolist() == [[111.001, 36], [111.002, 36], [111.003, 36]]


def test_a_way_of_one_node_is_dropped(write):
    net = read(write((10, [1, 1], {}), (11, [2, 3], {})))
    assert net.report.dropped == {"point": 1}


def test_islands_are_kept_and_marked(write):
    net = read(write((10, [1, 2], {}), (11, [2, 3], {}), (12, [7, 8], {})))
    island = {int(i) for i in net.node_id[net.node_component == 1]}
    assert island == {7, 8}
    assert net.report.components == (3, 2)
    assert edges(net)[-1] == (8, 7, 12)


def test_coordinates_are_the_decimals_of_the_file(write):
    net = read(write((10, [1, 2], {}), nodes={1: (111.1234567, 36.7654321), 2: (111.2, 36.8)}))
    assert [111.1234567, 36.7654321] in net.coordinates.tolist()


def test_nodes_missing_from_an_extract_break_the_way_in_two(write):
    nodes = {i: place for i, place in NODES.items() if i != 3}
    net = read(write((10, [1, 2, 3, 4, 5], {}), (11, [3, 6], {}), nodes=nodes))
    assert edges(net) == [(1, 2, 10), (2, 1, 10), (4, 5, 10), (5, 4, 10)]
    assert net.report.notes == {"gap": 1}
    assert net.report.dropped == {"incomplete": 1}


# --- direction -------------------------------------------------------------------------------

ALONG, AGAINST, BOTH = [(1, 2, 10)], [(2, 1, 10)], [(1, 2, 10), (2, 1, 10)]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, BOTH),
        ({"oneway": "yes"}, ALONG),
        ({"oneway": "1"}, ALONG),
        ({"oneway": "true"}, ALONG),
        ({"oneway": "-1"}, AGAINST),
        ({"oneway": "reverse"}, AGAINST),
        ({"oneway": "no"}, BOTH),
        ({"junction": "roundabout"}, ALONG),
        ({"junction": "circular"}, ALONG),
        ({"junction": "roundabout", "oneway": "-1"}, AGAINST),
        ({"junction": "circular", "oneway": "no"}, BOTH),
        ({"highway": "motorway"}, ALONG),
        ({"highway": "motorway", "oneway": "no"}, BOTH),
        ({"highway": "motorway_link"}, BOTH),
        ({"oneway": "yes", "oneway:emergency": "no"}, BOTH),
        ({"oneway": "yes", "oneway:motor_vehicle": "no"}, BOTH),
        ({"oneway:vehicle": "yes"}, ALONG),
        ({"oneway": "yes", "oneway:bicycle": "no"}, ALONG),
    ],
)
def test_direction_of_travel(write, tags, expected):
    assert edges(read(write((10, [1, 2], tags)))) == expected


@pytest.mark.parametrize("value", ["reversible", "alternating"])
def test_changing_directions_are_open_both_ways_and_noted(write, value):
    net = read(write((10, [1, 2], {"oneway": value})))
    assert edges(net) == BOTH
    assert net.report.notes == {f"direction_changes:{value}": 1}
    assert value in net.report.to_text()


def test_unreadable_oneway_is_noted_and_the_implied_direction_holds(write):
    net = read(write((10, [1, 2], {"oneway": "maybe", "junction": "roundabout"})))
    assert edges(net) == ALONG
    assert net.report.notes == {"oneway": 1}


def test_a_way_open_against_its_drawing_is_drawn_in_its_direction(write):
    net = read(write((10, [1, 2], {"oneway": "-1"})))
    assert net.street_lines[0].coords[0] == NODES[2]
    assert not net.edge_reversed.any()


# --- access ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"access": "no"}, "access"),
        ({"access": "military"}, "access"),
        ({"motor_vehicle": "no"}, "access"),
        ({"vehicle": "no"}, "access"),
        ({"access": "yes", "motor_vehicle": "no"}, "access"),
        ({"emergency": "no"}, "access"),
        ({"highway": "footway"}, "class:footway"),
        ({"highway": "construction"}, "class:construction"),
        ({"highway": "pedestrian"}, "class:pedestrian"),
        ({"highway": "steps", "emergency": "yes"}, "class:steps"),
        ({"area": "yes"}, "area"),
        ({"route": "ferry"}, "ferry"),
        ({"route": "ferry", "highway": None}, "ferry"),
        ({"ferry": "yes"}, "ferry"),
        ({"smoothness": "impassable"}, "impassable"),
    ],
)
def test_closed_ways_are_left_out_with_the_reason(write, tags, reason):
    net = read(write((10, [1, 2], tags), (11, [2, 3], {})))
    assert edges(net) == [(2, 3, 11), (3, 2, 11)]
    assert net.report.dropped == {reason: 1}


@pytest.mark.parametrize(
    "tags",
    [
        {"access": "no", "emergency": "yes"},
        {"access": "private", "emergency": "designated"},
        {"access": "no", "motor_vehicle": "yes"},
        {"access": "no", "vehicle": "permissive"},
        {"vehicle": "no", "motor_vehicle": "destination"},
        {"motor_vehicle": "no", "emergency": "yes"},
        {"access": "destination"},
        {"access": "forestry"},
        {"access": "emergency"},
        {"access": "no", "service": "emergency_access", "highway": "service"},
        {"highway": "pedestrian", "emergency": "yes"},
        {"highway": "path", "emergency": "designated"},
        {"highway": "track"},
    ],
)
def test_ways_open_to_emergency_vehicles(write, tags):
    net = read(write((10, [1, 2], tags)))
    assert edges(net) == BOTH
    assert net.report.dropped == {}


@pytest.mark.parametrize(
    "tags", [{"access": "private"}, {"access": "yes", "motor_vehicle": "private"}]
)
def test_private_roads_are_open_to_a_crew_and_noted(write, tags):
    net = read(write((10, [1, 2], tags)))
    assert edges(net) == BOTH
    assert net.report.notes == {"private": 1}


def test_a_bollard_cuts_the_road(write):
    net = read(write((10, [1, 2, 3], {}), node_tags={2: {"barrier": "bollard"}}))
    assert net.report.components == (2, 2)
    assert {int(i) for i in net.node_id if i > 0} == {1, 3}
    assert np.count_nonzero(net.node_id < 0) == 2
    assert net.report.notes == {"barrier": 1}


def test_a_bollard_at_a_junction_parts_all_its_streets(write):
    tags = {2: {"barrier": "bollard"}}
    net = read(write((10, [1, 2, 3], {}), (11, [2, 4], {}), node_tags=tags))
    assert net.report.components == (2, 2, 2)


@pytest.mark.parametrize(
    "tags",
    [
        {"barrier": "gate"},
        {"barrier": "lift_gate"},
        {"barrier": "toll_booth"},
        {"barrier": "bollard", "bollard": "removable"},
        {"barrier": "bollard", "emergency": "yes"},
        {"barrier": "block", "motor_vehicle": "yes"},
    ],
)
def test_barriers_that_open_do_not_cut(write, tags):
    net = read(write((10, [1, 2, 3], {}), node_tags={2: tags}))
    assert edges(net) == [(1, 3, 10), (3, 1, 10)]
    assert net.report.notes == {}


@pytest.mark.parametrize("tags", [{"access": "private"}, {"locked": "yes"}])
def test_locked_gates_are_passed_and_noted(write, tags):
    net = read(write((10, [1, 2, 3], {}), node_tags={2: {"barrier": "gate"} | tags}))
    assert edges(net) == [(1, 3, 10), (3, 1, 10)]
    assert net.report.notes == {"gate": 1}


# --- attributes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "kph"),
    [
        ({}, 30),
        ({"highway": "primary"}, 65),
        ({"maxspeed": "60"}, 54),
        ({"maxspeed": "30 mph"}, 43.4523),
        ({"maxspeed": "CN:urban"}, 45),
        ({"maxspeed": "signals"}, 30),
        ({"maxspeed:forward": "60", "maxspeed:backward": "40"}, 36),
        ({"maxspeed": "80", "maxspeed:forward": "60"}, 72),
    ],
)
def test_speed_is_nine_tenths_of_the_limit_else_the_classs(write, tags, kph):
    assert read(write((10, [1, 2], tags))).street_speed_kph[0] == pytest.approx(kph, rel=1e-5)


@pytest.mark.parametrize("key", ["maxspeed", "maxweight", "maxheight"])
def test_unreadable_limits_are_noted_and_no_number_is_made_of_them(write, key):
    net = read(write((10, [1, 2], {key: "soon"})))
    assert net.report.notes == {key: 1}
    assert net.street_speed_kph[0] == 30
    assert math.isnan(net.street_maxweight[0])
    assert math.isnan(net.street_maxheight[0])


def test_limits_bridges_tunnels_and_names_are_kept(write):
    tags = {"maxweight": "7500 kg", "maxheight": "12'6\"", "name": "滨河路", "ref": "S1"}
    net = read(
        write(
            (10, [1, 2], tags | {"bridge": "viaduct", "tunnel": "no"}),
            (11, [2, 3], {"ref": "G5", "tunnel": "yes", "bridge": "no"}),
        )
    )
    one, other = np.argsort(net.street_id)
    assert net.street_maxweight[one] == 7.5
    assert net.street_maxheight[one] == pytest.approx(3.81)
    assert [net.names[net.street_name[i]] for i in (one, other)] == ["滨河路", "G5"]
    assert (net.street_bridge[one], net.street_tunnel[one]) == (True, False)
    assert (net.street_bridge[other], net.street_tunnel[other]) == (False, True)


# --- box, formats, size ----------------------------------------------------------------------


def test_a_box_keeps_whole_streets_that_touch_it(write):
    path = write((10, [1, 3], {}), (11, [3, 5, 7], {}), (12, [7, 9], {}))
    net = read(path, bbox=(111.0045, 35.9, 111.0055, 36.1))
    assert edges(net) == [(3, 7, 11), (7, 3, 11)]
    assert net.report.dropped == {"outside": 2}


@pytest.mark.parametrize("name", ["roads.osm", "roads.osm.bz2"])
def test_other_osm_formats_are_read(write, name):
    assert edges(read(write((10, [1, 2], {}), name=name))) == BOTH


def test_the_node_index_of_a_large_file_goes_to_disk(write, monkeypatch):
    monkeypatch.setattr(osm, "_INDEX_IN_MEMORY_BYTES", 0)
    assert edges(read(write((10, [1, 2], {})))) == BOTH


# --- bad input -------------------------------------------------------------------------------


def complaint(path, **options):
    """Fail to read `path`; the sentence must be the catalogue's."""
    with pytest.raises((RoadFileError, QueryError)) as caught:
        read(path, **options)
    error = caught.value
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)
    return error.code


def test_a_missing_file(tmp_path):
    assert complaint(tmp_path / "none.osm.pbf") == "routing.file_missing"


def test_a_folder(tmp_path):
    assert complaint(tmp_path) == "routing.file_is_folder"


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.osm.pbf").touch()
    assert complaint(tmp_path / "empty.osm.pbf") == "routing.file_empty"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file(write):
    path = write((10, [1, 2], {}))
    path.chmod(0)
    assert complaint(path) == "routing.file_unreadable"


@pytest.mark.parametrize("name", ["page.osm.pbf", "table.xlsx", "roads"])
def test_not_an_osm_file(tmp_path, name):
    (tmp_path / name).write_text("<!DOCTYPE html><title>404</title>" * 9)
    assert complaint(tmp_path / name) == "routing.not_osm"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_file(write, tmp_path, share):
    whole = write(*((i, [1, 2, 3], {"name": f"road {i}"}) for i in range(500))).read_bytes()
    (tmp_path / "part.osm.pbf").write_bytes(whole[: int(len(whole) * share)])
    assert complaint(tmp_path / "part.osm.pbf") == "routing.file_damaged"


def test_a_damaged_file(write, tmp_path):
    content = bytearray(write(*((i, [1, 2, 3], {}) for i in range(500))).read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    (tmp_path / "bad.osm.pbf").write_bytes(content)
    assert complaint(tmp_path / "bad.osm.pbf") == "routing.file_damaged"


def test_a_broken_xml_file(tmp_path):
    (tmp_path / "roads.osm").write_text("<osm version='0.6'><node id='1' ")
    assert complaint(tmp_path / "roads.osm") == "routing.file_damaged"


def test_a_file_without_roads(write):
    assert complaint(write((10, [1, 2], {"highway": None, "building": "yes"}))) == (
        "routing.no_roads"
    )


def test_a_file_with_footpaths_only(write):
    assert complaint(write((10, [1, 2], {"highway": "footway"}))) == "routing.no_roads"


def test_ways_of_one_node_only(write):
    assert complaint(write((10, [1], {}))) == "routing.no_roads"


def test_ways_without_their_nodes(write):
    assert complaint(write((10, [1, 2], {}), nodes={})) == "routing.nodes_missing"


def test_nodes_after_the_ways(write):
    assert edges(read(write((10, [1, 2], {}), nodes_last=True))) == [(1, 2, 10), (2, 1, 10)]


@pytest.mark.parametrize("key", ["access", "motor_vehicle", "vehicle"])
@pytest.mark.parametrize("value", ["emergency", "delivery;emergency"])
def test_what_is_open_to_emergency_vehicles_is_open_to_us(write, key, value):
    tags = {2: {"barrier": "bollard", key: value}}
    assert len(edges(read(write((10, [1, 2, 3], {}), node_tags=tags)))) == 2
    assert len(edges(read(write((10, [1, 2], {"highway": "pedestrian", key: value}))))) == 2


@pytest.mark.parametrize("key", ["construction", "disused"])
@pytest.mark.parametrize(("value", "noted"), [("yes", 1), ("minor", 1), ("no", None)])
def test_a_road_in_use_marked_as_being_built_or_given_up_is_noted(write, key, value, noted):
    net = read(write((10, [1, 2], {key: value})))
    assert net.edge_count == 2
    assert net.report.notes.get(f"unfinished:{key}") == noted


def test_a_box_elsewhere_names_where_the_roads_are(write):
    path = write((10, [1, 9], {}))
    assert complaint(path, bbox=(1, 42, 2, 43)) == "routing.no_roads_in_box"
    with pytest.raises(RoadFileError, match=r"111\.001,36\.000,111\.009,36\.000"):
        read(path, bbox=(1, 42, 2, 43))


@pytest.mark.parametrize("bbox", [(112, 36, 111, 37), (36, 111, 37, 112), (0, 0, 0, 0)])
def test_a_box_that_is_none(write, bbox):
    assert complaint(write((10, [1, 2], {})), bbox=bbox) == "routing.bad_box"


# --- a real extract --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def andorra_file(shared_data):
    return shared_data / "andorra" / "andorra-2023.osm.pbf"


@pytest.fixture(scope="module")
def andorra(andorra_file):
    return read(andorra_file)


def test_andorra_agrees_with_a_plain_reading(andorra, andorra_file):
    """The same rules, written again as a loop over node pairs in networkx."""
    from routing.access import direction, reason_closed

    G = nx.MultiDiGraph()
    for way in (
        osmium.FileProcessor(andorra_file)
        .with_locations()
        .with_filter(osmium.filter.KeyFilter("highway"))
    ):
        if not way.is_way() or reason_closed(dict(way.tags)) is not None:
            continue
        one_way, _ = direction(dict(way.tags))
        for a, b in pairwise(way.nodes):
            if a.ref == b.ref:
                continue
            G.add_node(a.ref, place=(a.lon, a.lat))
            G.add_node(b.ref, place=(b.lon, b.lat))
            if one_way >= 0:
                G.add_edge(a.ref, b.ref, way=way.id)
            if one_way <= 0:
                G.add_edge(b.ref, a.ref, way=way.id)

    drawn = {tuple(place) for place in np.round(andorra.coordinates, 7).tolist()}
    assert drawn == {place for _, place in G.nodes(data="place")}
    steps = np.diff(andorra.street_offset)[andorra.edge_street] - 1
    assert steps.sum() == G.number_of_edges()
    ends = {int(i) for i in andorra.node_id if i > 0}
    assert ends <= set(G)
    # Bollards part what the loop leaves joined: 4 of them in this file.
    assert andorra.report.notes["barrier"] == 4
    plain = nx.number_weakly_connected_components(G)
    assert plain <= len(andorra.report.components) <= plain + 3 * 4


def test_andorra_is_one_country(andorra):
    report = andorra.report
    assert report.components[0] > 0.97 * report.nodes
    assert 800 < sum(report.km_by_class.values()) < 900
    assert andorra.street_bridge.sum() > 200
    assert andorra.street_tunnel.sum() > 50
    assert (andorra.street_maxweight < 4).sum() >= 2
    assert andorra.street_speed_kph.min() >= 9
    assert sum(report.dropped.values()) + len(np.unique(andorra.street_id)) == 6466


def test_reading_twice_gives_the_same(andorra, andorra_file):
    again = read(andorra_file)
    assert np.array_equal(andorra.coordinates, again.coordinates)
    assert np.array_equal(andorra.u, again.u)
