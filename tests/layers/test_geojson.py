"""Features become small GeoJSON that names what matters."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pytest
import shapely

import layers
from layers import MissingColumnError
from layers.geojson import to_geojson
from tests.layers.specs import HAZARD, PLACE, STATION, TEAM


def frame(**columns: Any) -> gpd.GeoDataFrame:
    size = len(columns["id"])
    points = [shapely.Point(100 + step, 30.123456789) for step in range(size)]
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")


def teams() -> gpd.GeoDataFrame:
    return frame(
        id=["a", "b", "c"],
        name=["甲", "乙", "丙"],
        name_en=["Jia", None, "Bing"],
        team_type=["flood", "medical", "unheard of"],
        status=["ready", "busy", None],
        agency=["not for the map"] * 3,
    )


def read(features: gpd.GeoDataFrame, lang: str = "zh", **options: Any) -> dict[str, Any]:
    return json.loads(to_geojson(features, TEAM, lang, **options))


def test_an_offline_station_has_a_legend_row_of_its_own() -> None:
    stations = frame(id=["a", "b"], name=["甲", "乙"], online=[True, False])
    found = json.loads(to_geojson(stations, STATION, "zh"))
    assert [one["properties"]["c"] for one in found["features"]] == [0, 1]


def test_a_team_carries_its_class_and_a_state_only_where_not_ready() -> None:
    found = [one["properties"] for one in read(teams())["features"]]
    codes = [row.code for row in TEAM.classes]
    assert found == [
        {"id": "a", "name": "甲", "c": codes.index("flood")},
        {"id": "b", "name": "乙", "c": codes.index("medical"), "s": "busy"},
        {"id": "c", "name": "丙", "c": len(codes) - 1},
    ]


def test_an_english_reader_gets_english_names_where_there_are_any() -> None:
    assert [one["properties"]["name"] for one in read(teams(), "en")["features"]] == [
        "Jia",
        "乙",
        "Bing",
    ]


def test_coordinates_are_rounded() -> None:
    assert read(teams())["features"][0]["geometry"] == {
        "type": "Point",
        "coordinates": [100.0, 30.123457],
    }
    assert read(teams(), decimals=2)["features"][0]["geometry"]["coordinates"] == [100.0, 30.12]


def test_grades_read_as_numbers_match_their_codes() -> None:
    spec = HAZARD
    points = frame(id=["x", "y"], name=["p", "q"], danger_grade=[1, 3]).astype(
        {"danger_grade": "Int64"}
    )
    points.loc[2] = ["z", "r", None, shapely.Point(0, 0)]
    found = json.loads(to_geojson(points, spec, "zh"))["features"]
    assert [one["properties"]["c"] for one in found] == [0, 2, len(spec.classes) - 1]


def test_extra_columns_travel_and_unknown_values_do_not() -> None:
    spec = PLACE
    places = frame(id=["1", "2"], name=["p", "q"], kind=["town", "city"], population=[None, 5.0])
    found = json.loads(to_geojson(places, spec, "zh", extra=spec.extra))["features"]
    assert [one["properties"] for one in found] == [
        {"id": "1", "name": "p", "kind": "town"},
        {"id": "2", "name": "q", "kind": "city", "population": 5.0},
    ]


def test_lines_and_missing_geometry() -> None:
    lines = gpd.GeoDataFrame(
        {"id": ["1", "2"], "name": ["", None], "highway": ["trunk"] * 2, "tunnel": [False, True]},
        geometry=[shapely.LineString([(0.123456, 0), (1, 1)]), None],
        crs="EPSG:4326",
    )
    found = json.loads(to_geojson(lines, layers.ROADS, "zh", decimals=3))["features"]
    assert found == [
        {
            "type": "Feature",
            "properties": {"id": "1", "name": ""},
            "geometry": {"type": "LineString", "coordinates": [[0.123, 0.0], [1.0, 1.0]]},
        }
    ]


def test_no_features_are_an_empty_collection() -> None:
    empty = read(teams().iloc[:0], truncated=True)
    assert empty == {"type": "FeatureCollection", "truncated": True, "features": []}


def test_a_missing_column_is_named() -> None:
    with pytest.raises(MissingColumnError, match="absent: team_type, status"):
        to_geojson(frame(id=["a"], name=["b"]), TEAM, "zh")
