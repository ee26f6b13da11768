"""Importing GeoJSON, GeoPackage and Shapefile."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon

from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.importing.tables import read_table
from gisapp.registers import features, record
from gisapp.rights import system_actor
from gisapp.store import Store


def frame(*points: shapely.Geometry | None, crs: int | None = 4326, **columns) -> gpd.GeoDataFrame:
    number = len(points)
    base = {
        "id": [f"S{i}" for i in range(1, number + 1)],
        "name": ["体育场避难场所"] * number,
        "capacity": [500] * number,
    }
    return gpd.GeoDataFrame({**base, **columns}, geometry=list(points), crs=crs)


def load(store: Store, path: Path, kind: str = "shelter", **options) -> ImportOutcome:
    return import_resources(store, kind, path, actor=system_actor("li"), **options)


def codes(outcome: ImportOutcome) -> list[tuple[int, str]]:
    """Where and what, each fault having been said in both languages."""
    assert all(fault.sentence(lang) for fault in outcome.faults for lang in ("zh", "en"))
    return [(fault.row, fault.code) for fault in outcome.faults]


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp"])
@pytest.mark.parametrize("crs", [4326, 4490, 4546])
def test_declared_system_is_used(store: Store, tmp_path: Path, suffix: str, crs: int) -> None:
    path = tmp_path / f"s.{suffix}"
    frame(Point(111.5, 36.1)).to_crs(crs).to_file(path)
    outcome = load(store, path)
    assert outcome.faults == []
    assert outcome.crs == f"EPSG:{crs}"
    with store.session() as session:
        found = record(session, "shelter", "S1")
    assert (found["name"], found["capacity"]) == ("体育场避难场所", 500)
    assert found["x"] == pytest.approx(111.5, abs=1e-6)
    assert found["y"] == pytest.approx(36.1, abs=1e-6)


def test_declared_goes_before_given(store: Store, tmp_path: Path) -> None:
    frame(Point(111.5, 36.1)).to_crs(4546).to_file(tmp_path / "s.gpkg")
    outcome = load(store, tmp_path / "s.gpkg", crs="EPSG:4326")
    assert (outcome.crs, outcome.inserted) == ("EPSG:4546", 1)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_shapefile_without_a_system_needs_one(store: Store, tmp_path: Path) -> None:
    frame(Point(111.5, 36.1), crs=None).to_file(tmp_path / "s.shp")
    with pytest.raises(ImportingError) as caught:
        load(store, tmp_path / "s.shp")
    assert caught.value.code == "import.no_crs"
    assert load(store, tmp_path / "s.shp", crs="EPSG:4490").inserted == 1


@pytest.mark.parametrize(("encoding", "name"), [("GBK", "GBK"), ("UTF-8", "UTF-8")])
def test_shapefile_without_a_code_page_file(
    store: Store, tmp_path: Path, encoding: str, name: str
) -> None:
    path = tmp_path / "s.shp"
    frame(Point(111.5, 36.1)).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    assert load(store, path).charset == name
    with store.session() as session:
        assert record(session, "shelter", "S1")["name"] == "体育场避难场所"


def test_faults_are_numbered_by_feature(store: Store, tmp_path: Path) -> None:
    bad = frame(
        Point(111.5, 36.1), None, LineString([(1, 2), (3, 4)]), Point(36.1, 111.5),
        MultiPoint([(111, 36)]), MultiPoint([(111, 36), (112, 37)]), capacity=[1, 2, 3, 4, 5, -6],
    )  # fmt: skip
    bad.to_file(tmp_path / "s.geojson")
    outcome = load(store, tmp_path / "s.geojson")
    assert codes(outcome) == [
        (2, "import.no_geometry"),
        (3, "import.wrong_geometry"),
        (4, "import.swapped"),
        (6, "import.too_small"),
        (6, "import.wrong_geometry"),
    ]
    assert (outcome.inserted, outcome.quarantined) == (2, 4)


def test_lists_and_heights_of_geojson(store: Store, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"id": "T1", "name": "队", "team_type": "flood", "synthetic": False,
                       "capabilities": ["flood", "rescue"], "verified_at": "2024-05-31"},
        "geometry": {"type": "Point", "coordinates": [111.5, 36.1, 450.0]},
    }  # fmt: skip
    path = tmp_path / "t.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert load(store, path, "team").faults == []
    with store.session() as session:
        assert record(session, "team", "T1")["capabilities"] == ["flood", "rescue"]


def test_polygons(store: Store, tmp_path: Path) -> None:
    """A polygon becomes a multipolygon; one that crosses itself is refused."""
    square, bow = shapely.box(111, 36, 112, 37), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    frame(square, MultiPolygon([square])).to_file(tmp_path / "a.geojson")
    assert load(store, tmp_path / "a.geojson", "area").inserted == 2
    with store.session() as session:
        assert set(features(session, "area").geom_type) == {"MultiPolygon"}
    frame(square, bow).to_file(tmp_path / "b.geojson")
    assert codes(load(store, tmp_path / "b.geojson", "area")) == [(2, "import.invalid_geometry")]


def test_layers(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.gpkg"
    frame(Point(111.5, 36.1)).to_file(path, layer="one")
    frame(Point(111.5, 36.1), Point(111, 36)).to_file(path, layer="two")
    with pytest.raises(ImportingError) as caught:
        load(store, path)
    assert caught.value.code == "import.which_layer"
    assert "one, two" in str(caught.value)
    assert load(store, path, layer="two").inserted == 2
    with pytest.raises(ImportingError):
        load(store, path, layer="three")


@pytest.mark.parametrize("name", ["s.geojson", "s.gpkg", "s.shp"])
@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04"])
def test_damaged(store: Store, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportingError) as caught:
        load(store, tmp_path / name)
    assert caught.value.code in {"import.unreadable", "import.no_rows"}


def test_file_cut_short(store: Store, tmp_path: Path) -> None:
    frame(*[Point(111.5, 36.1)] * 50).to_file(tmp_path / "s.gpkg")
    frame(*[Point(111.5, 36.1)] * 50).to_file(tmp_path / "s.geojson")
    for name in ("s.gpkg", "s.geojson"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[: len(content) // 2])
        with pytest.raises(ImportingError) as caught:
            load(store, tmp_path / name)
        assert caught.value.code == "import.unreadable"


def test_what_the_store_holds_can_be_imported(store: Store, tmp_path: Path) -> None:
    """Out through GeoPandas, edited, and in again: one update."""
    frame(Point(111.5, 36.1), Point(111, 36)).to_file(tmp_path / "a.gpkg")
    load(store, tmp_path / "a.gpkg")
    with store.session() as session:
        found = features(session, "shelter")
    found.loc[1, "capacity"] = 900
    found.to_file(tmp_path / "b.gpkg")
    outcome = load(store, tmp_path / "b.gpkg")
    assert (outcome.faults, outcome.updated, outcome.unchanged) == ([], 1, 1)


def test_a_name_of_geojson_that_looks_like_a_date_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
        '"properties":{"id":"1","name":"2026/03/20"}}]}'
    )
    assert read_table(path).rows == [(1, ["1", "2026/03/20"])]


def test_a_zip_of_several_shapefiles_is_read_by_name(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for stem, number in {"one": 1, "two": 2}.items():
            frame(*[Point(111.5, 36.1)] * number).to_file(tmp_path / f"{stem}.shp")
            for part in tmp_path.glob(f"{stem}.*"):
                archive.write(part, part.name)
    with pytest.raises(ImportingError) as caught:
        load(store, path)
    assert caught.value.code == "import.which_layer"
    assert "one.shp, two.shp" in str(caught.value)
    assert load(store, path, layer="two.shp").inserted == 2
    assert load(store, path, layer="one").unchanged == 1
    with pytest.raises(ImportingError):
        load(store, path, layer="three")


def test_styles_that_qgis_keeps_are_no_layer(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "s.gpkg"
    frame(Point(111.5, 36.1)).to_file(path, layer="one")
    gpd.GeoDataFrame({"styleName": ["a"]}, geometry=[None], crs=4326).to_file(
        path, layer="layer_styles"
    )
    assert load(store, path).inserted == 1


@pytest.mark.parametrize("srs_id", [0, -1])
def test_an_undefined_system_is_none(store: Store, tmp_path: Path, srs_id: int) -> None:
    path = tmp_path / "s.gpkg"
    frame(Point(111.5, 36.1)).to_file(path, layer="one")
    with sqlite3.connect(path) as connection:
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            connection.execute(f"UPDATE {table} SET srs_id = ?", (srs_id,))
    connection.close()
    with pytest.raises(ImportingError) as caught:
        load(store, path)
    assert caught.value.code == "import.no_crs"
    assert load(store, path, crs="EPSG:4490").crs == "EPSG:4490"
