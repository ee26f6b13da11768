"""Turn restrictions of OpenStreetMap: one rule, one small file, bans counted by hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.messages import translate
from routing.bans import Turn, ban_text, binds, with_bans
from routing.build import Street, assemble, from_streets
from routing.convert import from_graphml, from_networkx, to_networkx
from routing.errors import RoadFileError
from routing.network import RoadNetwork
from routing.osm import from_osm_pbf
from routing.restrictions import read_signs
from routing.storage import load, save
from tests.routing.test_convert import assert_same
from tests.routing.test_convert import networks as drawn_networks

#       4
#       |13
#   1 --2-- 3 -- 6    ways 10: 1-2, 11: 2-3, 12: 2-5, 13: 2-4, 14: 3-6, 15: 3-7
#     10|12  |15
#       5    7
PLACES = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (1, 1), 5: (1, -1), 6: (3, 0), 7: (2, -1)}
CROSS = {10: (1, 2), 11: (2, 3), 12: (2, 5), 13: (2, 4), 14: (3, 6), 15: (3, 7)}
LEFT = {"restriction": "no_left_turn"}


def road(way, refs, more=""):
    drawn = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{way}">{drawn}<tag k="highway" v="residential"/>{more}</way>'


def tag(key, value):
    return f'<tag k="{key}" v="{value}"/>'


def relation(tags, *members, number=900, attributes="", kind="restriction"):
    """Members as ``"from 10"``, ``"via n2"``: a way unless marked as a node."""
    rows = ""
    for role, ref in (member.split() for member in members):
        type_ = "node" if ref.startswith("n") else "way"
        rows += f'<member type="{type_}" ref="{ref.lstrip("n")}" role="{role}"/>'
    tags = "".join(tag(*item) for item in ({"type": kind} | tags).items())
    return f'<relation id="{number}" {attributes}>{rows}{tags}</relation>'


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read restrictions on the crossing above, ways replaced or added by `ways`."""

    def read(*relations, ways=None, one_way=None, name="roads.osm", node_tags=None, bbox=None):
        refs = {way: nodes for way, nodes in (CROSS | (ways or {})).items() if nodes}
        content = "".join(
            f'<node id="{ref}" lon="{111 + x / 1000}" lat="{36 + y / 1000}">'
            f"{(node_tags or {}).get(ref, '')}</node>"
            for ref, (x, y) in PLACES.items()
        )
        for way, nodes in refs.items():
            direction = (one_way or {}).get(way)
            content += road(way, nodes, tag("oneway", direction) if direction else "")
        path = tmp_path_factory.mktemp("turns") / name
        path.write_text(f'<osm version="0.6">{content}{"".join(relations)}</osm>', "utf-8")
        return from_osm_pbf(path, progress=False, bbox=bbox)

    return read


def bans(net: RoadNetwork):
    """Every ban as the OSM nodes it passes, with whom it binds."""
    found = []
    for ban, (first, last) in enumerate(pairwise(net.ban_offset.tolist())):
        edges = net.ban_edges[first:last]
        assert (net.v[edges[:-1]] == net.u[edges[1:]]).all()
        nodes = [*net.node_id[net.u[edges]].tolist(), int(net.node_id[net.v[edges[-1]]])]
        text = net.ban_exceptions[net.ban_words[ban]]
        found.append((*nodes, text) if text else tuple(nodes))
    return sorted(found, key=str)


def outcomes(net):
    """The report on turns, without the relations named in it."""
    return {
        key.partition(":")[0].removeprefix("turns_"): count
        for key, count in net.report.notes.items()
        if key.startswith("turns")
    }


# --- kinds -----------------------------------------------------------------------------------


def test_roads_without_restrictions_have_no_bans(read):
    net = read()
    assert bans(net) == []
    assert net.ban_offset.tolist() == [0]
    assert net.ban_exceptions == ("",)
    assert outcomes(net) == {}


@pytest.mark.parametrize("kind", ["no_left_turn", "no_right_turn", "no_straight_on"])
def test_no_turn(read, kind):
    net = read(relation({"restriction": kind}, "from 10", "via n2", "to 13"))
    assert bans(net) == [(1, 2, 4)]
    assert net.ban_id.tolist() == [900]
    assert outcomes(net) == {"turns": 1, "applied": 1}


def test_no_u_turn(read):
    net = read(relation({"restriction": "no_u_turn"}, "from 10", "via n2", "to 10"))
    assert bans(net) == [(1, 2, 1)]


def test_only_straight_on_bans_the_rest_and_turning_round(read):
    net = read(relation({"restriction": "only_straight_on"}, "from 10", "via n2", "to 11"))
    assert bans(net) == [(1, 2, 1), (1, 2, 4), (1, 2, 5)]
    assert outcomes(net) == {"turns": 1, "applied": 1}


def test_no_entry_from_several(read):
    net = read(relation({"restriction": "no_entry"}, "from 10", "from 12", "via n2", "to 13"))
    assert bans(net) == [(1, 2, 4), (5, 2, 4)]
    assert outcomes(net) == {"turns": 1, "applied": 1}


def test_no_exit_to_several(read):
    net = read(relation({"restriction": "no_exit"}, "from 10", "via n2", "to 12", "to 13"))
    assert bans(net) == [(1, 2, 4), (1, 2, 5)]


def test_no_entry_holds_for_the_members_that_are_there(read):
    net = read(relation({"restriction": "no_entry"}, "from 10", "from 99", "via n2", "to 13"))
    assert bans(net) == [(1, 2, 4)]


# --- via ways --------------------------------------------------------------------------------


def test_via_a_way(read):
    net = read(relation({"restriction": "no_u_turn"}, "from 10", "via 11", "to 15"))
    assert bans(net) == [(1, 2, 3, 7)]


def test_only_via_a_way_bans_leaving_it_at_every_junction(read):
    net = read(relation({"restriction": "only_right_turn"}, "from 10", "via 11", "to 15"))
    assert bans(net) == [(1, 2, 1), (1, 2, 3, 2), (1, 2, 3, 6), (1, 2, 4), (1, 2, 5)]


def test_via_several_ways_in_any_order(read):
    net = read(relation(LEFT, "from 13", "via 14", "via 11", "to 16"), ways={16: (6, 7)})
    assert bans(net) == [(4, 2, 3, 6, 7)]


def test_a_via_way_is_cut_at_its_junctions(read):
    net = read(relation(LEFT, "from 10", "via 11", "to 16"), ways={11: (2, 3, 6), 16: (6, 7)})
    assert bans(net) == [(1, 2, 3, 6, 7)]


def test_a_via_way_against_its_direction_is_needless(read):
    net = read(relation(LEFT, "from 10", "via 11", "to 15"), one_way={11: "-1"})
    assert bans(net) == []
    assert outcomes(net) == {"turns": 1, "needless": 1}


def test_via_ways_apart(read):
    net = read(relation(LEFT, "from 10", "via 14", "to 15"))
    assert outcomes(net) == {"turns": 1, "incomplete": 1}


# --- where ways are cut and which way they go -------------------------------------------------


def test_a_from_way_cut_at_junctions_counts_with_its_last_street(read):
    ways = {10: (1, 2, 3), 11: ()}
    net = read(relation(LEFT, "from 10", "via n3", "to 15"), ways=ways)
    assert bans(net) == [(2, 3, 7)]


def test_a_two_way_road_that_runs_on_through_the_junction_is_ambiguous(read):
    net = read(relation(LEFT, "from 10", "via n2", "to 13"), ways={10: (1, 2, 3), 11: ()})
    assert bans(net) == []
    assert outcomes(net) == {"turns": 1, "incomplete": 1}


@pytest.mark.parametrize(("direction", "expected"), [("yes", (1, 2, 4)), ("-1", (3, 2, 4))])
def test_a_one_way_road_that_runs_on_is_not(read, direction, expected):
    ways = {10: (1, 2, 3), 11: ()}
    net = read(relation(LEFT, "from 10", "via n2", "to 13"), ways=ways, one_way={10: direction})
    assert bans(net) == [expected]


def test_no_u_turn_on_a_one_way_road_that_runs_on_leaves_straight_on(read):
    ways = {10: (1, 2, 3), 11: ()}
    turn = relation({"restriction": "no_u_turn"}, "from 10", "via n2", "to 10")
    net = read(turn, ways=ways, one_way={10: "yes"})
    assert bans(net) == []


@pytest.mark.parametrize("drawn", [(1, 2), (2, 1)])
def test_a_reversed_one_way(read, drawn):
    turn = relation(LEFT, "from 10", "via n2", "to 13")
    towards, away = ("yes", "-1") if drawn == (1, 2) else ("-1", "yes")
    assert bans(read(turn, ways={10: drawn}, one_way={10: towards})) == [(1, 2, 4)]
    net = read(turn, ways={10: drawn}, one_way={10: away})
    assert bans(net) == []
    assert outcomes(net) == {"turns": 1, "needless": 1}


def test_only_does_not_close_a_road_whose_way_on_cannot_be_driven(read):
    turn = relation({"restriction": "only_straight_on"}, "from 10", "via n2", "to 11")
    net = read(turn, one_way={11: "-1"})
    assert bans(net) == []
    assert outcomes(net) == {"turns": 1, "incomplete": 1}


def test_only_without_another_way_on_is_needless(read):
    turn = relation({"restriction": "only_straight_on"}, "from 10", "via n2", "to 11")
    net = read(turn, ways={12: (), 13: ()}, one_way={10: "yes"})
    assert outcomes(net) == {"turns": 1, "needless": 1}


def test_a_barrier_at_the_junction_parts_the_turn(read):
    turns = [
        relation(LEFT, "from 10", "via n2", "to 13"),
        relation({"restriction": "only_straight_on"}, "from 10", "via n2", "to 11", number=901),
    ]
    net = read(*turns, node_tags={2: tag("barrier", "bollard")})
    assert bans(net) == []
    assert outcomes(net) == {"turns": 2, "needless": 2}


def test_a_road_drawn_twice_keeps_its_ban(read):
    """Way 9, the lower identifier, is kept and drawn the other way round."""
    turn = relation(LEFT, "from 10", "via n2", "to 13")
    net = read(turn, ways={9: (2, 1)})
    assert net.report.notes["coincident"] == 1
    assert bans(net) == [(1, 2, 4)]


# --- vehicles and times ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("psv", "psv"),
        ("PSV; emergency", "emergency;psv"),
        ("bus,bicycle", "bicycle;bus"),
        ("no", ""),
    ],
)
def test_exceptions_are_kept(read, given_text, kept):
    net = read(relation(LEFT | {"except": given_text}, "from 10", "via n2", "to 13"))
    assert bans(net) == [(1, 2, 4, kept) if kept else (1, 2, 4)]
    assert net.ban_exceptions == (("", kept) if kept else ("",))


@pytest.mark.parametrize("mode", ["bicycle", "bus", "psv", "foot", "motorcycle", "hazmat"])
def test_restrictions_for_other_vehicles(read, mode):
    members = ("from 10", "via n2", "to 13")
    by_key = read(relation({f"restriction:{mode}": "no_left_turn"}, *members))
    by_type = read(relation(LEFT, *members, kind=f"restriction:{mode}"))
    for net in (by_key, by_type):
        assert bans(net) == []
        assert outcomes(net) == {"turns": 1, "other_vehicles": 1}


def test_restrictions_for_lorries_say_so(read):
    members = ("from 10", "via n2", "to 13")
    tags = {"restriction:hgv": "no_left_turn", "restriction:bus": "no_left_turn", "except": "psv"}
    assert bans(read(relation(tags, *members))) == [(1, 2, 4, "psv;for:hgv")]
    assert bans(read(relation(LEFT, *members, kind="restriction:hgv"))) == [(1, 2, 4, "for:hgv")]
    assert bans(read(relation({"restriction:motor_vehicle": "no_left_turn"}, *members))) == [
        (1, 2, 4)
    ]


@pytest.mark.parametrize(
    "tags",
    [
        {"restriction:conditional": "no_left_turn @ (07:00-19:00)"},
        {"restriction:hgv:conditional": "no_left_turn @ (weight>7.5)"},
        LEFT | {"hour_on": "07:00", "hour_off": "19:00"},
    ],
)
def test_conditional_ones_are_named_and_not_applied(read, tags):
    net = read(relation(tags, "from 10", "via n2", "to 13"))
    assert bans(net) == []
    assert net.report.notes == {"turns": 1, "turns_conditional:900": 1}
    assert "1 turn restrictions not applied, because they hold at times only (relations 900)" in (
        net.report.to_text()
    )


def test_what_holds_always_is_applied_beside_what_holds_at_times(read):
    tags = LEFT | {"restriction:conditional": "no_u_turn @ (07:00-19:00)"}
    assert outcomes(read(relation(tags, "from 10", "via n2", "to 13"))) == {
        "turns": 1,
        "applied": 1,
    }


@pytest.mark.parametrize("tags", [{}, {"restriction": "no_right_turn_on_red"}])
def test_unknown_kinds(read, tags):
    net = read(relation(tags, "from 10", "via n2", "to 13"))
    assert outcomes(net) == {"turns": 1, "unread": 1}


def test_signs_of_several_kinds():
    tags = {"restriction": "no_left_turn;no_u_turn", "restriction:bicycle": "none"}
    assert [sign.kind for sign in read_signs(tags)] == ["no_left_turn", "no_u_turn"]
    assert read_signs(LEFT | {"restriction:hgv": "none"})[0].words == "hgv"


def test_whom_a_ban_binds():
    assert binds("", [])
    assert not binds("emergency;psv", ["hgv", "emergency"])
    assert binds(ban_text(["psv"], ["hgv"]), ["hgv"])
    assert not binds(ban_text(["psv"], ["hgv"]), ["motorcar"])


def test_two_signs_for_one_turn_bind_whom_either_binds(read):
    members = ("from 10", "via n2", "to 13")
    one = relation(LEFT | {"except": "psv;emergency"}, *members, number=902)
    other = relation({"restriction:hgv": "no_left_turn", "except": "psv"}, *members, number=901)
    net = read(one, other)
    assert bans(net) == [(1, 2, 4, "psv")]
    assert net.ban_id.tolist() == [901]
    assert outcomes(net) == {"turns": 2, "applied": 2}


# --- members ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members",
    [
        ("from 99", "via n2", "to 13"),
        ("from 10", "via n2", "to 99"),
        ("from 10", "via n3", "to 13"),
        ("from 10", "via n2"),
        ("via n2", "to 13"),
        ("from 10", "to 13"),
        ("from 10", "from 12", "via n2", "to 13"),
        ("from 10", "via n2", "to 12", "to 13"),
        ("from 10", "via n2", "via n3", "to 13"),
        ("from 10", "via n2", "via 11", "to 15"),
        ("from n1", "via n2", "to 13"),
        ("from 10", "via 99", "to 13"),
    ],
)
def test_incomplete_ones_are_named(read, members):
    net = read(relation(LEFT, *members))
    assert bans(net) == []
    assert net.report.notes == {"turns": 1, "turns_incomplete:900": 1}


def test_a_long_list_of_incomplete_ones_is_cut(read):
    net = read(*(relation(LEFT, "from 10", number=900 + i) for i in range(7)))
    assert net.report.notes["turns_incomplete:900, 901, 902, 903, 904 …"] == 7


def test_other_relations_do_not_count(read):
    route = relation({"route": "bus"}, "from 10", "via n2", "to 13", kind="route")
    assert outcomes(read(route)) == {}


def test_a_restriction_outside_the_box_is_not_incomplete(read):
    turns = [
        relation(LEFT, "from 10", "via n2", "to 13"),
        relation(LEFT, "from 11", "via n3", "to 15", number=901),
    ]
    net = read(*turns, bbox=(111.0025, 35.9995, 111.004, 36.0005))
    assert set(net.street_id.tolist()) == {14}
    assert outcomes(net) == {"turns": 2, "outside": 2}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (['version="2"', 'version="1"'], [(1, 2, 4)]),
        (['version="1"', 'version="2"'], [(1, 2, 5)]),
        (['version="1"', 'version="2" visible="false"'], []),
        (['version="1"', 'action="delete" version="1"'], []),
    ],
)
@pytest.mark.parametrize("name", ["roads.osm", "roads.osh"])
def test_the_latest_version_holds(read, versions, expected, name):
    first, second = versions
    net = read(
        relation(LEFT, "from 10", "via n2", "to 13", attributes=first),
        relation(LEFT, "from 10", "via n2", "to 12", attributes=second),
        name=name,
    )
    assert bans(net) == expected


# --- kept ------------------------------------------------------------------------------------


@st.composite
def banned(draw):
    """A small network with turns forbidden and prescribed on its streets."""
    spots = [(111 + x / 100, 36 + y / 100) for x in range(3) for y in range(2)]
    ends = st.lists(st.sampled_from(spots), min_size=2, max_size=2, unique=True)
    streets = [
        Street(draw(ends), direction=draw(st.sampled_from([0, 0, 1, -1])))
        for _ in range(draw(st.integers(2, 9)))
    ]
    return from_streets(streets), draw(turns(len(streets)))


def turns(count):
    step = st.tuples(st.integers(0, count - 1), st.booleans())
    steps = st.lists(step, min_size=2, max_size=3).map(tuple)
    words = st.sampled_from(["", "psv", "emergency;psv", "for:hgv"])
    return st.lists(st.builds(Turn, st.integers(1, 5), steps, words, st.booleans()), max_size=40)


def with_turns(net, turns):
    count = net.street_count
    return with_bans(net, turns, np.arange(count), np.zeros(count, dtype=bool))


def test_a_turn_speaks_of_streets_as_they_were_given():
    """The first is given against its one direction: the network has it drawn the other way."""
    net = assemble(
        coordinates=[(111.1, 36), (111, 36), (111.1, 36), (111.2, 36)],
        offset=[0, 2, 4],
        tail=[2, 2],
        head=[1, 3],
        highway=["primary", "primary"],
        direction=[-1, 0],
        turns=[Turn(900, ((0, True), (1, False)))],
    )
    assert bans(net) == [(1, 2, 3)]


@given(banned())
def test_bans_are_sorted_unique_and_connected(given_bans):
    net = with_turns(*given_bans)
    rows = [tuple(net.ban_edges[a:b].tolist()) for a, b in pairwise(net.ban_offset.tolist())]
    assert rows == sorted(set(rows))
    for row in rows:
        assert all(net.v[a] == net.u[b] for a, b in pairwise(row))
    assert net.ban_exceptions[0] == ""
    assert len(rows) == len(net.ban_words) == len(net.ban_id) == net.ban_count


@given(banned())
def test_stored_and_loaded_bans_are_equal(tmp_path_factory, given_bans):
    net = with_turns(*given_bans)
    path = tmp_path_factory.getbasetemp() / "banned.npz"
    save(net, path)
    assert_same(net, load(path))
    assert load(path).report == net.report


@given(st.data(), drawn_networks())
def test_a_graph_keeps_them(data, net):
    net = with_turns(net, data.draw(turns(net.street_count)))
    G = to_networkx(net)
    assert len(G.graph.get("turn_bans", ())) == net.ban_count
    assert_same(net, from_networkx(G))


def test_graphml_keeps_them(read, tmp_path):
    net = read(
        relation({"restriction": "only_straight_on"}, "from 10", "via n2", "to 11"),
        relation(LEFT | {"except": "psv"}, "from 10", "via 11", "to 15", number=901),
    )
    G = to_networkx(net)
    G.graph["turn_bans"] = str(G.graph["turn_bans"])
    for *_, data in G.edges(data=True):
        data["geometry"] = data["geometry"].wkt
    nx.write_graphml(G, tmp_path / "roads.graphml")
    again = from_graphml(tmp_path / "roads.graphml")
    assert bans(again) == bans(net)
    assert again.report.notes["turns_applied"] == 2


def test_a_graph_that_lost_an_edge_loses_its_bans(read):
    G = to_networkx(read(relation(LEFT, "from 10", "via n2", "to 13")))
    G.remove_edge(2, 4)
    net = from_networkx(G)
    assert net.ban_count == 0
    assert net.report.notes["turns_incomplete:900"] == 1


@pytest.mark.parametrize("listed", ["nothing", [{"edges": []}], 5, [{"restriction": "a"}]])
def test_a_graph_with_something_else_for_bans(read, listed):
    G = to_networkx(read())
    G.graph["turn_bans"] = listed
    with pytest.raises(RoadFileError) as caught:
        from_networkx(G)
    error = caught.value
    assert error.code == "routing.bad_turn_bans"
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)


# --- a real extract --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def heidelberg_file(shared_data: Path) -> Path:
    path = shared_data / "heidelberg" / "heidelberg.osm.pbf"
    if not path.is_file():
        pytest.skip(f"real data for tests is absent: no file {path}")
    return path


def test_heidelberg_agrees_with_a_plain_reading(heidelberg_file):
    """All are via one node: from the nodes of the member ways to triples.

    Of the network it takes only which ways are roads.

    A road to the via node or from it is written as the neighbour of the via node on it.
    """
    net = from_osm_pbf(heidelberg_file, progress=False)
    roads = set(net.street_id.tolist())
    ways, leaving, relations = {}, defaultdict(set), []
    for item in osmium.FileProcessor(heidelberg_file, osmium.osm.WAY | osmium.osm.RELATION):
        if item.is_way() and item.id in roads:
            refs = [node.ref for node in item.nodes]
            tags = dict(item.tags)
            one_way = tags.get("oneway") or (
                "yes"
                if tags.get("junction") in {"roundabout", "circular"}
                or tags["highway"] == "motorway"
                else "no"
            )
            steps = set(pairwise(refs if one_way != "-1" else refs[::-1]))
            if one_way == "no":
                steps |= {(b, a) for a, b in steps}
            ways[item.id] = steps
            for a, b in steps:
                leaving[a].add(b)
        elif item.is_relation() and item.tags.get("type") == "restriction":
            members = {member.role: member.ref for member in item.members}
            relations.append((item.tags["restriction"], members, len(item.members)))

    assert len(relations) == 476
    assert all(count == 3 for *_, count in relations)
    expected: set[tuple[int, int, int]] = set()
    counted = Counter(turns=len(relations))
    for kind, members, _ in relations:
        via = members["via"]
        into = {a for a, b in ways.get(members["from"], ()) if b == via}
        out = {b for a, b in ways.get(members["to"], ()) if a == via}
        touched = [
            any(via in step for step in ways.get(members[role], ())) for role in ("from", "to")
        ]
        if not all(touched) or len(into) > 1 or len(out) > 1:
            counted["incomplete"] += 1
        elif not into or not out:
            counted["incomplete" if into and kind.startswith("only") else "needless"] += 1
        else:
            (a,), (b,) = into, out
            banned = leaving[via] - {b} if kind.startswith("only") else {b}
            counted["applied" if banned else "needless"] += 1
            expected |= {(a, via, other) for other in banned}

    found = set()
    for first, second in net.ban_edges.reshape(-1, 2).tolist():
        lines = []
        for edge in (first, second):
            street = net.edge_street[edge]
            line = net.coordinates[net.street_offset[street] : net.street_offset[street + 1]]
            lines.append(line[::-1] if net.edge_reversed[edge] else line)
        found.add((tuple(lines[0][-2]), int(net.node_id[net.v[first]]), tuple(lines[1][1])))
    place = {}
    for node in osmium.FileProcessor(heidelberg_file, osmium.osm.NODE):
        place[node.id] = (node.lon, node.lat)
    assert found == {(place[a], via, place[b]) for a, via, b in expected}
    assert len(found) == net.ban_count == len(expected)
    assert outcomes(net) == counted
