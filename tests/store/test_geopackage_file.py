"""The file as other programs see it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import warnings
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely import Point
from sqlalchemy import select

from gisapp.registers.kinds.mine import Mine
from gisapp.registers.kinds.team import Team
from gisapp.store import FileStore, in_bbox

needs_ogrinfo = pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="no ogrinfo here")
needs_ogr2ogr = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="no ogr2ogr here")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def filled(file_store: FileStore) -> Path:
    """Two teams and a mine, the file closed."""
    with file_store.session(write=True) as session:
        session.add_all(
            [
                Team(id="T1", name="甲队", team_type="medical", geom=Point(111, 36)),
                Team(id="T2", name="乙队", team_type="medical", geom=Point(112, 37)),
                Mine(id="M1", name="丙矿", mine_type="coal", status="closed", geom=Point(111, 36)),
            ]
        )
    file_store.close()
    return file_store.path


def ids_within(path: Path, bbox: tuple[float, float, float, float]) -> list[str]:
    """Ids by the R-tree, through the application."""
    with FileStore(path) as store, store.session() as session:
        return list(session.scalars(select(Team.id).where(in_bbox(Team.fid, bbox))))


def test_marked_as_geopackage(filled: Path) -> None:
    connection = sqlite3.connect(filled)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert connection.execute("PRAGMA user_version").fetchone() == (10300,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    systems = connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys ORDER BY 1").fetchall()
    assert systems == [(-1,), (0,), (4326,), (4490,)]
    connection.close()


def test_every_table_is_entered_with_its_index(filled: Path) -> None:
    """Contents, geometry columns and extensions name the same tables as the schema."""
    connection = sqlite3.connect(filled)
    contents = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents"))
    spatial = {name for name, kind in contents.items() if kind == "features"}
    columns = connection.execute("SELECT table_name, srs_id, z, m FROM gpkg_geometry_columns")
    assert {row[0] for row in columns} == spatial
    extensions = connection.execute(
        "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'"
    )
    assert {name for (name,) in extensions} == spatial
    for name in spatial:
        assert connection.execute(f"SELECT rtreecheck('rtree_{name}_geom')").fetchone() == ("ok",)
    ours = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'gpkg_%'"
        " AND name NOT LIKE 'rtree_%' AND name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
        " AND name != 'gisapp_writing'"  # no records: a mark for the triggers
    )
    assert {name for (name,) in ours} == set(contents)
    connection.close()


@needs_ogrinfo
def test_ogrinfo_opens_it_without_a_word_of_complaint(filled: Path) -> None:
    told = run("ogrinfo", "-so", "-al", str(filled))
    assert told.returncode == 0
    assert told.stderr == ""
    assert "Warning" not in told.stdout
    assert "Layer name: team" in told.stdout
    whole = run("ogrinfo", "-al", str(filled), "team")
    assert whole.stderr == ""
    assert "甲队" in whole.stdout
    assert "POINT (111 36)" in whole.stdout


def test_pyogrio_reads_it_without_warnings(filled: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = {str(name) for name, _type in pyogrio.list_layers(filled)}
        teams = gpd.read_file(filled, layer="team", engine="pyogrio")
        near = gpd.read_file(filled, layer="team", bbox=(110, 35, 111.5, 36.5), engine="pyogrio")
    assert {"team", "mine", "event", "site", "lot"} <= names
    assert list(teams["name"]) == ["甲队", "乙队"]
    assert teams.crs.to_epsg() == 4326
    assert list(near["id"]) == ["T1"]


@needs_ogrinfo
def test_row_edited_by_gdal_moves_in_the_index(filled: Path) -> None:
    """GDAL brings its own ST functions: our triggers fire in its hands as in ours."""
    changed = run(
        "ogrinfo", str(filled), "-sql",
        "UPDATE team SET geom = (SELECT geom FROM mine) WHERE id = 'T2'",
    )  # fmt: skip
    assert changed.returncode == 0, changed.stderr
    assert sorted(ids_within(filled, (110.9, 35.9, 111.1, 36.1))) == ["T1", "T2"]
    assert ids_within(filled, (111.9, 36.9, 112.1, 37.1)) == []


@needs_ogr2ogr
def test_rows_appended_by_ogr2ogr_are_indexed(filled: Path, tmp_path: Path) -> None:
    more = gpd.GeoDataFrame(
        {"id": ["T3"], "name": ["丁队"], "team_type": ["flood"], "status": ["ready"],
         "synthetic": [False], "version": [1]},
        geometry=[Point(113, 38)], crs=4326,
    )  # fmt: skip
    more.to_file(tmp_path / "more.geojson", driver="GeoJSON")
    done = run(
        "ogr2ogr", "-append", "-update", str(filled), str(tmp_path / "more.geojson"), "-nln", "team"
    )
    assert done.returncode == 0, done.stderr
    assert ids_within(filled, (112.9, 37.9, 113.1, 38.1)) == ["T3"]


@needs_ogrinfo
def test_constraints_hold_for_other_programs_too(filled: Path) -> None:
    run("ogrinfo", str(filled), "-sql", "UPDATE team SET team_type = 'navy'")
    with FileStore(filled) as store, store.session() as session:
        assert set(session.scalars(select(Team.team_type))) == {"medical"}
