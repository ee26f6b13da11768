"""OpenStreetMap files in any order, in several versions, with deletions and editors' marks."""

from __future__ import annotations

import bz2
import gzip

import osmium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.messages import translate
from routing.errors import RoadFileError
from routing.osm import from_osm_pbf

ROAD = '<tag k="highway" v="residential"/>'


def node(ref, *, lon=None, lat=36.0, attributes="", tags=""):
    lon = 111 + abs(ref) / 1000 if lon is None else lon
    return f'<node id="{ref}" lon="{lon}" lat="{lat}" {attributes}>{tags}</node>'


def way(way_id, *refs, attributes="", tags=ROAD):
    drawn = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{way_id}" {attributes}>{drawn}{tags}</way>'


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    """Write XML objects as they are, in the order given."""

    def write(*objects, name="roads.osm", opener=open, root="osm"):
        path = tmp_path_factory.mktemp("osm") / name
        with opener(path, "wb") as stream:
            stream.write(f'<{root} version="0.6">{"".join(objects)}</{root}>'.encode())
        return path

    return write


def read(path):
    return from_osm_pbf(path, progress=False)


def drawn(net):
    """Every street by way, as longitudes in thousandths of a degree east of 111."""
    rows = zip(net.street_id.tolist(), net.street_lines, strict=True)
    return sorted((one, [round((x - 111) * 1000, 3) for x, _ in line.coords]) for one, line in rows)


def complaint(path):
    with pytest.raises(RoadFileError) as caught:
        read(path)
    error = caught.value
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)
    return error.code


NODES = [node(ref) for ref in (1, 2, 3, 4)]


# --- order and identifiers -------------------------------------------------------------------

OBJECTS = [node(1), node(-2), node(3), node(4), way(10, 1, -2, 3), way(-11, -2, 4)]
IN_ORDER = [(-11, [2, 4]), (10, [1, 2]), (10, [2, 3])]


@given(st.permutations(OBJECTS))
def test_the_order_of_objects_and_the_sign_of_ids_do_not_matter(write, objects):
    net = read(write(*objects))
    assert drawn(net) == IN_ORDER
    assert len(net.report.components) == 1
    assert net.report.notes == {}


def test_a_barrier_apart_from_new_nodes_with_negative_ids(write):
    """The ends made at a barrier take no identifier that a new node has."""
    bollard = node(2, tags='<tag k="barrier" v="bollard"/>')
    net = read(write(node(-1), bollard, node(-3), way(10, -1, 2), way(11, 2, -3)))
    assert net.node_count == 4
    assert len(net.report.components) == 2


def test_places_stored_in_ways_are_read(write):
    points = "".join(f'<nd ref="{ref}" lon="{111 + ref / 1000}" lat="36"/>' for ref in (1, 2, 3))
    barrier = node(2, tags='<tag k="barrier" v="bollard"/>')
    net = read(write(barrier, way(10, tags=points + ROAD)))
    assert drawn(net) == [(10, [1, 2]), (10, [2, 3])]
    assert net.report.notes == {"barrier": 1}


def test_a_missing_node_after_the_ways_still_breaks_the_way(write):
    net = read(write(way(10, 1, 2, 9, 3, 4), *NODES))
    assert drawn(net) == [(10, [1, 2]), (10, [3, 4])]
    assert net.report.notes == {"gap": 1}


# --- versions and deletions ------------------------------------------------------------------


@pytest.mark.parametrize(
    "gone",
    ['version="2" visible="false"', "version='1' action='delete'", 'action = "delete"'],
)
@pytest.mark.parametrize(("name", "opener"), [("x.osm", open), ("x.osm.gz", gzip.open)])
def test_a_deleted_way_is_left_out_and_counted(write, gone, name, opener):
    path = write(*NODES, way(10, 1, 2, attributes=gone), way(11, 2, 3), name=name, opener=opener)
    net = read(path)
    assert drawn(net) == [(11, [2, 3])]
    assert net.report.dropped == {"deleted": 1}


def test_a_modified_way_is_kept(write):
    assert drawn(read(write(*NODES, way(10, 1, 2, attributes='action="modify"'))))


def test_a_mark_is_found_wherever_in_a_long_file_it_stands(write):
    """Also where it lies across the blocks in which the file is looked through."""
    text = way(10, 1, 2, attributes='action="delete"')
    filling = "<!--" + "x" * (1_000_000 - len("".join(NODES)) - 40) + "-->"
    net = read(write(*NODES, filling, text, way(11, 2, 3), name="x.osm.bz2", opener=bz2.open))
    assert net.report.dropped == {"deleted": 1}


@given(
    st.permutations(
        [
            way(10, 1, 2, attributes='version="1"'),
            way(10, attributes='version="2" visible="false"', tags=""),
            way(11, 2, 3, attributes='version="1"'),
            way(11, 2, 4, attributes='version="2"'),
            way(12, 3, 4, attributes='version="1"'),
            way(12, 3, 4, attributes='version="2"', tags=""),
        ]
    ),
    st.sampled_from(["x.osm", "x.osh"]),
)
def test_the_latest_version_of_a_way_holds(write, ways, name):
    net = read(write(*NODES, *ways, name=name))
    assert drawn(net) == [(11, [2, 4])]
    assert net.report.dropped == {"deleted": 1, "superseded": 2}


def test_the_latest_version_of_a_node_holds(write):
    """In a history, whatever its place; a barrier that was taken away is none."""
    stood = node(2, lon=111, attributes='version="1"', tags='<tag k="barrier" v="block"/>')
    stands = node(2, attributes='version="2"')
    net = read(write(node(1), stood, stands, node(3), way(10, 1, 2, 3), name="x.osh"))
    assert drawn(net) == [(10, [1, 2, 3])]


def test_a_binary_history(tmp_path):
    path = tmp_path / "x.osh.pbf"
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for ref in (1, 2, 3):
            place = (111 + ref / 1000, 36.0)
            writer.add_node(mutable.Node(id=ref, location=place, version=1, visible=True))
        tags = {"highway": "residential"}
        writer.add_way(mutable.Way(id=10, nodes=[1, 2], tags=tags, version=1, visible=True))
        writer.add_way(mutable.Way(id=10, version=2, visible=False))
        writer.add_way(mutable.Way(id=11, nodes=[2, 3], tags=tags, version=1, visible=True))
    net = read(path)
    assert drawn(net) == [(11, [2, 3])]
    assert net.report.dropped == {"deleted": 1}


def test_a_way_of_overlapping_extracts_counts_once(write):
    once = [*NODES, way(10, 1, 2), way(11, 2, 3)]
    net = read(write(*once, *once))
    assert drawn(net) == drawn(read(write(*once)))
    assert net.report.notes == {"repeated": 2}


# --- faults ----------------------------------------------------------------------------------


def test_nodes_off_the_globe_are_dropped_and_counted(write):
    off = [node(8, lon=200.0), node(9, lat=95.0)]
    net = read(write(*NODES, *off, way(10, 1, 2, 8, 3, 4), way(11, 4, 9)))
    assert drawn(net) == [(10, [1, 2]), (10, [3, 4])]
    assert net.report.notes == {"gap": 1, "off_globe": 2}
    assert net.report.dropped == {"incomplete": 1}


def test_a_file_wholly_off_the_globe_is_refused(write):
    off = [node(1, lon=190.0), node(2, lon=191.0)]
    assert complaint(write(*off, way(10, 1, 2))) == "routing.off_map"


@pytest.mark.parametrize("lon", ["500", "nan", "11l.5"])
def test_a_coordinate_that_is_no_number_is_named(write, lon):
    path = write(node(1, lon=lon), node(2), way(10, 1, 2))
    assert complaint(path) == "routing.osm_bad_coordinate"


@pytest.mark.parametrize(
    ("name", "root"), [("x.osc", "osmChange"), ("x.osm", "osmChange"), ("X.OSC", "osmChange")]
)
def test_a_list_of_changes_is_refused(write, name, root):
    content = f"<create>{node(1)}{node(2)}{way(10, 1, 2)}</create>"
    assert complaint(write(content, name=name, root=root)) == "routing.osm_changes"


@pytest.mark.parametrize(
    ("name", "opener"), [("X.OSM", open), ("A.B.Osm.GZ", gzip.open), ("x.OSM.BZ2", bz2.open)]
)
def test_endings_in_capital_letters(write, name, opener):
    assert drawn(read(write(*NODES, way(10, 1, 2), name=name, opener=opener)))
