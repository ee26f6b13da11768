"""Roads from layers of lines: joining, columns, faults."""

from __future__ import annotations

import math
from importlib.util import find_spec

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon, box

from gisapp.messages import translate
from routing.errors import QueryError, RoadFileError
from routing.lines import LineColumns, from_lines
from routing.noding import node_lines

# GEOS warns of the NaN when it makes the line; files can hold such lines all the same.
with np.errstate(invalid="ignore"):
    LINE_WITH_NAN = LineString([(0, 0), (math.nan, 1)])
METRE = 1 / 111_195  # in degrees, on the mean sphere's equator


def line(*points):
    """A line through points given in metres east and north of 0, 0."""
    return LineString([(x * METRE, y * METRE) for x, y in points])


def table(*lines, crs="EPSG:4326", **columns):
    return gpd.GeoDataFrame(
        {"highway": ["residential"] * len(lines)} | columns, geometry=list(lines), crs=crs
    )


def read(source, **options):
    return from_lines(source, progress=False, **options)


def streets(net):
    """Every street as its points in whole metres, from the lesser end."""
    drawn = [
        tuple((round(x / METRE), round(y / METRE)) for x, y in shape.coords)
        for shape in net.street_lines
    ]
    return sorted(min(points, points[::-1]) for points in drawn)


# --- joining ---------------------------------------------------------------------------------


def test_lines_meet_at_equal_ends():
    net = read(table(line((0, 0), (100, 0)), line((100, 0), (200, 0))))
    assert (net.node_count, net.edge_count) == (3, 4)


def test_ends_within_the_tolerance_become_one_node():
    lines = table(line((0, 0), (100, 0)), line((100.3, 0.2), (200, 0)))
    net = read(lines)
    assert (net.node_count, len(net.report.components)) == (3, 1)
    assert net.report.notes == {"snapped": 1}
    assert len(read(lines, snap_tolerance_m=0.1).report.components) == 2


def test_tolerance_is_metres_on_the_ground_at_any_latitude():
    # At 60 degrees north a degree of longitude is half as long as at the equator.
    one = LineString([(10, 60), (10.01, 60)])
    for gap_m, parts in ((0.45, 1), (0.55, 2)):
        other = LineString([(10.01 + gap_m * 2 * METRE, 60), (10.02, 60)])
        assert len(read(table(one, other)).report.components) == parts


def test_lines_that_merely_cross_are_not_joined():
    net = read(table(line((0, 0), (100, 0)), line((50, -50), (50, 50))))
    assert net.report.components == (2, 2)


def test_lines_that_cross_at_a_common_point_are_joined():
    net = read(table(line((0, 0), (50, 0), (100, 0)), line((50, -50), (50, 0), (50, 50))))
    assert net.report.components == (5,)
    assert net.report.streets == 4


def test_a_side_road_ending_on_a_point_of_the_main_road_joins_it():
    net = read(table(line((0, 0), (50, 0), (100, 0)), line((50, 0), (50, 50))))
    assert net.report.components == (4,)


def test_a_side_road_ending_between_the_points_of_the_main_road_joins_it():
    net = read(table(line((0, 0), (100, 0)), line((40, 0.3), (40, 50))))
    assert streets(net) == [((0, 0), (40, 0)), ((40, 0), (40, 50)), ((40, 0), (100, 0))]
    assert net.report.notes == {"snapped": 1}


def test_a_side_road_ending_short_of_the_main_road_stays_apart():
    net = read(table(line((0, 0), (100, 0)), line((40, 0.7), (40, 50))))
    assert len(net.report.components) == 2


def test_several_side_roads_split_one_piece_in_order():
    side = [line((x, 0), (x, 30)) for x in (70, 20, 50)]
    net = read(table(line((0, 0), (100, 0)), *side))
    along = [street for street in streets(net) if all(y == 0 for _, y in street)]
    assert along == [((0, 0), (20, 0)), ((20, 0), (50, 0)), ((50, 0), (70, 0)), ((70, 0), (100, 0))]


def test_side_roads_split_the_right_one_of_many_lines():
    main = [line((0, y), (50, y), (100, y)) for y in range(0, 50, 10)]
    net = read(table(*main, line((75, 20), (75, 25))))
    assert net.report.components == (4, 2, 2, 2, 2)


def test_a_side_road_within_the_tolerance_at_any_latitude():
    main = LineString([(10, 59.99), (10, 60.01)])
    for gap_m, parts in ((0.45, 1), (0.55, 2)):
        side = LineString([(10 + gap_m * 2 * METRE, 60), (10.01, 60)])
        assert len(read(table(main, side)).report.components) == parts


@pytest.mark.parametrize(("north", "turned_first"), [(0.1, False), (0.3, True)])
def test_a_side_road_ending_in_a_sharp_bend_joins_the_nearer_piece(north, turned_first):
    bend = line((0, 0), (50, 0), (0, 5))  # 4 m before the corner its pieces are 0.4 m apart
    net = read(table(bend, line((46, north), (46, -20))))
    assert net.report.streets == 3
    first = next(s for s in net.street_lines if (0, 0) in s.coords and s.length > 40 * METRE)
    assert (len(first.coords) == 3) == turned_first


def test_a_line_that_ends_on_itself_is_a_lollipop():
    net = read(table(line((0, 0), (50, 0), (100, 0), (100, 50), (60, 50), (60, 0))))
    assert streets(net) == [
        ((0, 0), (50, 0), (60, 0)),
        ((60, 0), (60, 50), (100, 50), (100, 0), (60, 0)),
    ]


def test_lines_shorter_than_the_tolerance_vanish_and_their_neighbours_meet():
    net = read(
        table(line((0, 0), (100, 0)), line((100, 0), (100.2, 0)), line((100.2, 0), (200, 0)))
    )
    assert net.report.components == (3,)
    assert net.report.dropped == {"point": 1}


def test_without_tolerance_only_equal_points_join():
    lines = table(line((0, 0), (100, 0)), line((100, 0), (100, 50)), line((50, 0.001), (50, 9)))
    assert read(lines, snap_tolerance_m=0).report.components == (3, 2)


points = st.tuples(st.integers(0, 6), st.integers(0, 6))
drawings = st.lists(points, min_size=2, max_size=4).filter(lambda p: len(set(p)) == len(p))


@given(st.lists(drawings, min_size=1, max_size=12))
def test_noding_finds_exactly_the_shared_points(drawn):
    """On whole-metre coordinates nothing is snapped but ends that lie on a line."""
    places = np.array([p for d in drawn for p in d], dtype=float) * 10 * METRE
    offset = np.cumsum([0] + [len(d) for d in drawn])
    noded = node_lines(places, offset, tolerance_m=0.5)
    for i, own in enumerate(drawn):
        shape = LineString(own)
        ends = {tuple(d[k]) for d in drawn for k in (0, -1)}
        touching = {end for end in ends if shape.distance(Point(end)) < 0.04}
        got = noded.points[noded.offset[i] : noded.offset[i + 1]] / METRE / 10
        assert {tuple(p) for p in np.round(got).astype(int).tolist()} == set(own) | touching
        assert LineString(got).length == pytest.approx(shape.length, abs=0.05)
    same = {}
    for place, node in zip(map(tuple, noded.points.tolist()), noded.node.tolist(), strict=True):
        assert same.setdefault(place, node) == node
    assert len(set(same.values())) == len(same)


# --- geometry --------------------------------------------------------------------------------


def test_multi_part_lines_are_taken_apart():
    net = read(table(MultiLineString([line((0, 0), (50, 0)), line((90, 0), (99, 0))])))
    assert net.report.streets == 2


def test_rows_without_a_usable_line_are_dropped_with_the_reason():
    net = read(
        table(
            line((0, 0), (50, 0)),
            None,
            LineString(),
            Point(0, 0),
            Polygon(box(0, 0, 1, 1)),
            LINE_WITH_NAN,
            LineString([(0, 0), (200, 1)]),
            LineString([(1, 1), (1, 1)]),
        )
    )
    assert net.report.streets == 1
    assert net.report.dropped == {"empty": 2, "invalid": 2, "not_a_line": 2, "point": 1}


def test_heights_are_ignored():
    net = read(table(LineString([(0, 0, 5), (0.01, 0, 9)])))
    assert net.coordinates.shape == (2, 2)


def test_projected_coordinates_become_degrees():
    drawn = gpd.GeoSeries([LineString([(111.5, 36), (111.51, 36.01)])], crs=4326)
    net = read(gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=drawn).to_crs("EPSG:4546"))
    assert sorted(net.x) == pytest.approx([111.5, 111.51], abs=1e-7)
    assert sorted(net.y) == pytest.approx([36, 36.01], abs=1e-7)


def test_a_given_crs_goes_before_the_declared_one():
    metres = LineString([(500_000, 4_000_000), (501_000, 4_000_000)])
    net = read(table(metres, crs=None), crs="EPSG:4546")
    assert net.x[0] == pytest.approx(111, abs=0.02)
    assert read(table(metres, crs=4326), crs="EPSG:4546").x[0] == net.x[0]


# --- columns ---------------------------------------------------------------------------------


def test_attributes_are_read_from_columns_of_osmnx_names():
    net = read(
        table(
            line((0, 0), (50, 0)),
            osmid=[77],
            highway=["primary"],
            name=["滨河路"],
            maxspeed=["60"],
            maxweight=["7.5 t"],
            maxheight=[4.2],
            bridge=["yes"],
            tunnel=[None],
        )
    )
    assert net.street_id.tolist() == [77]
    assert net.highway_classes == ("primary",)
    assert net.names == ("", "滨河路")
    assert net.street_speed_kph.tolist() == [54]
    assert net.street_maxweight.tolist() == [7.5]
    assert net.street_maxheight[0] == np.float32(4.2)
    assert (net.street_bridge[0], net.street_tunnel[0]) == (True, False)


def test_columns_can_have_other_names():
    lines = table(line((0, 0), (50, 0))).drop(columns="highway").assign(DJ="国道", MC="G309")
    net = read(lines, columns=LineColumns(highway="DJ", name="MC"))
    assert net.highway_classes == ("trunk",)
    assert net.names == ("", "G309")


def test_chinese_grades_and_urban_classes_are_read():
    lines = [line((0, y), (50, y)) for y in (0, 10, 20)]
    net = read(table(*lines).assign(highway=["二级公路", "等外公路", "支路"]))
    assert set(net.highway_classes) == {"primary", "road", "residential"}
    assert not net.report.notes


def test_a_layer_without_classes_is_unclassified_when_asked():
    lines = table(line((0, 0), (50, 0))).drop(columns="highway")
    assert read(lines, columns=LineColumns(highway=None)).highway_classes == ("unclassified",)


def test_speed_goes_before_maxspeed_and_that_before_the_class():
    lines = [line((0, y), (50, y)) for y in (0, 10, 20)]
    net = read(table(*lines, speed_kph=[33, None, None], maxspeed=[60, 60, 0]))
    assert net.street_speed_kph[np.argsort(net.street_id)].tolist() == [33, 54, 30]


def test_zero_is_no_limit():
    net = read(table(line((0, 0), (50, 0)), maxweight=[0], maxheight=[0.0]))
    assert math.isnan(net.street_maxweight[0])
    assert math.isnan(net.street_maxheight[0])
    assert net.report.notes == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "along"),
        (1, "along"),
        ("yes", "along"),
        ("F", "along"),
        ("True", "along"),
        (-1, "against"),
        ("T", "against"),
        ("reverse", "against"),
        (False, "both"),
        (0, "both"),
        ("B", "both"),
        ("no", "both"),
        ("False", "both"),
        (None, "both"),
    ],
)
def test_oneway(value, expected):
    net = read(table(line((0, 0), (50, 0)), oneway=[value]))
    tails = sorted(net.x[net.u] > 0)
    assert tails == {"along": [False], "against": [True], "both": [False, True]}[expected]


def test_the_class_implies_no_direction():
    assert read(table(line((0, 0), (50, 0)), highway=["motorway"])).edge_count == 2


def test_values_that_cannot_be_read_are_noted():
    lines = [line((0, y), (50, y)) for y in (0, 10, 20)]
    net = read(
        table(*lines, highway=["甲", "甲", "road"], oneway=["?", None, None], maxspeed=["x"] * 3)
    )
    assert net.report.notes == {"highway:甲": 2, "maxspeed": 3, "oneway": 1}
    assert net.street_speed_kph.tolist() == [20, 20, 20]


def test_ways_for_walkers_are_left_out():
    lines = [line((0, y), (50, y)) for y in (0, 10)]
    net = read(table(*lines, highway=["footway", "['service', 'track']"]))
    assert net.highway_classes == ("service",)
    assert net.report.dropped == {"class:footway": 1}


# --- files and faults ------------------------------------------------------------------------


def complaint(source, **options):
    with pytest.raises((RoadFileError, QueryError)) as caught:
        read(source, **options)
    error = caught.value
    assert str(error) == translate(error.code, "en", **error.params)
    translate(error.code, "zh", **error.params)
    return error.code


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.shp", "roads.geojson"])
def test_files(tmp_path, name):
    table(line((0, 0), (50, 0)), name=["环路"]).to_file(tmp_path / name)
    net = read(tmp_path / name)
    assert net.names == ("", "环路")
    assert net.report.source == name


def test_one_of_several_layers(tmp_path):
    path = tmp_path / "all.gpkg"
    table(line((0, 0), (50, 0))).to_file(path, layer="roads")
    gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4326).to_file(path, layer="towns")
    assert read(path).edge_count == 2
    table(line((0, 0), (50, 0), (60, 0))).to_file(path, layer="rivers")
    assert complaint(path) == "routing.layer_needed"
    assert read(path, layer="rivers").edge_count == 2
    assert complaint(path, layer="railways") == "routing.layer_missing"


def test_a_layer_of_points_holds_no_roads(tmp_path):
    path = tmp_path / "towns.gpkg"
    gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=4326).to_file(path)
    assert complaint(path) == "routing.no_roads"


def test_a_missing_file(tmp_path):
    assert complaint(tmp_path / "none.gpkg") == "routing.file_missing"


def test_not_a_layer(tmp_path):
    (tmp_path / "roads.gpkg").write_text("no roads here")
    assert complaint(tmp_path / "roads.gpkg") == "routing.not_lines"


def test_a_truncated_file(tmp_path):
    path = tmp_path / "roads.gpkg"
    table(*(line((0, y), (50, y)) for y in range(3000))).to_file(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert complaint(path) in {"routing.file_damaged", "routing.not_lines"}


def test_no_crs():
    assert complaint(table(line((0, 0), (50, 0)), crs=None)) == "routing.crs_missing"


def test_an_unknown_crs():
    assert complaint(table(line((0, 0), (50, 0))), crs="EPSG:1") == "routing.bad_crs"


def test_metres_declared_as_degrees():
    metres = LineString([(500_000, 4_000_000), (501_000, 4_000_000)])
    assert complaint(table(metres)) == "routing.off_map"


def test_swapped_axes():
    assert complaint(table(LineString([(36, 111), (36.1, 111)]))) == "routing.off_map"


def test_a_missing_column_names_those_present():
    lines = table(line((0, 0), (50, 0)), MC=["G309"])
    assert complaint(lines, columns=LineColumns(name="名称")) == "routing.column_missing"
    with pytest.raises(RoadFileError, match="it has highway, MC, geometry"):
        read(lines, columns=LineColumns(name="名称"))


def test_the_class_column_is_required():
    lines = table(line((0, 0), (50, 0))).drop(columns="highway")
    assert complaint(lines) == "routing.column_missing"


def test_names_taken_for_classes():
    lines = [line((0, y), (50, y)) for y in range(300)]
    names = [f"Lane {i}" for i in range(300)]
    assert complaint(table(*lines, highway=names)) == "routing.too_many_classes"


@pytest.mark.parametrize("lines", [[], [None], [LineString([(1, 1), (1, 1)])]])
def test_nothing_to_read(lines):
    assert complaint(table(*lines)) == "routing.no_roads"


@pytest.mark.parametrize("tolerance", [-1, math.nan])
def test_a_tolerance_below_zero(tolerance):
    lines = table(line((0, 0), (50, 0)))
    assert complaint(lines, snap_tolerance_m=tolerance) == "routing.bad_tolerance"


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="the table is Parquet: needs pyarrow")
def test_a_city(shared_data):
    roads = gpd.read_parquet(shared_data / "wuhan" / "wuhan-streets.parquet")
    net = read(roads)
    assert net.report.components[0] > 82_000
    assert sum(net.report.components[1:]) < 100
    assert sum(net.report.km_by_class.values()) == pytest.approx(7164, abs=5)


# --- words for a direction -------------------------------------------------------------------

WORDS = {
    1: ["Y", "y", "Yes", "是", "有", "单", "单向", "單向", "单行", "单行道", "单向通行", "正向",
        "顺向", " 是 ", "１", "FT"],
    -1: ["-1", "逆向", "反向", "逆行", "反向单行", "TF"],
    0: ["N", "否", "无", "双", "双向", "雙向", "双行道", "双向通行", "非单行", "不是"],
}  # fmt: skip


@pytest.mark.parametrize(("way", "text"), [(way, text) for way in WORDS for text in WORDS[way]])
def test_a_direction_in_words(way, text):
    net = read(table(line((0, 0), (100, 0)), oneway=[text]))
    assert net.street_oneway.tolist() == [way != 0]
    starts_west = net.street_lines[0].coords[0] == (0, 0)
    assert starts_west == (way >= 0)
    assert net.report.notes == {}


@pytest.mark.parametrize("text", ["单车道", "由东向西单行", "?", "3"])
def test_words_that_state_no_direction_of_the_drawing_are_noted(text):
    net = read(table(line((0, 0), (100, 0)), oneway=[text]))
    assert (net.edge_count, net.report.notes) == (2, {"oneway": 1})


@pytest.mark.parametrize(("text", "is_set"), [("是", True), ("高架桥", True), ("否", False)])
def test_a_bridge_in_words(text, is_set):
    assert read(table(line((0, 0), (9, 0)), bridge=[text])).street_bridge.tolist() == [is_set]


# --- roads drawn on one another --------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "oneway", "edges"),
    [
        (((100, 0), (0, 0)), ["yes", "yes"], 2),
        (((0, 0), (100, 0)), ["yes", "-1"], 2),
        (((0, 0), (100, 0)), ["yes", "yes"], 1),
        (((0, 0), (100, 0)), ["yes", "no"], 2),
        (((100, 0), (0, 0)), ["no", "no"], 2),
    ],
)
def test_a_road_drawn_on_another_is_the_same_road(second, oneway, edges):
    net = read(table(line((0, 0), (100, 0)), line(*second), oneway=oneway))
    assert (net.edge_count, len(net.street_id)) == (edges, 1)
    assert net.street_length.sum() == pytest.approx(100, rel=0.01)
    assert net.report.notes == {"coincident": 1}
    assert net.report.streets == 1


def test_roads_of_two_classes_or_drawings_stay_two():
    lines = [line((0, 0), (100, 0)), line((0, 0), (100, 0)), line((0, 0), (50, 9), (100, 0))]
    frame = table(*lines)
    frame["highway"] = ["primary", "residential", "primary"]
    assert len(read(frame).street_id) == 3
