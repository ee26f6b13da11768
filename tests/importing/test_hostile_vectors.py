"""Files that would make GDAL read other files, ask other machines, or never end."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gisapp.importing.outcome import ImportingError
from gisapp.importing.tables import read_table

SECRET = "秘密0000"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A readable file beside the upload that nobody asked for."""
    path = tmp_path / "secret.geojson"
    frame = gpd.GeoDataFrame({"name": [SECRET]}, geometry=[shapely.Point(111, 36)], crs="EPSG:4326")
    frame.to_file(path, driver="GeoJSON")
    return path


def vrt(source: str) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


def refused(path: Path) -> str:
    with pytest.raises(ImportingError) as caught:
        read_table(path)
    return caught.value.code


@pytest.mark.parametrize("suffix", [".json", ".geojson", ".gpkg", ".shp"])
def test_a_reference_to_another_file_is_not_followed(
    tmp_path: Path, secret: Path, suffix: str
) -> None:
    upload = tmp_path / f"upload{suffix}"
    upload.write_text(vrt(str(secret)), encoding="utf-8")
    assert refused(upload) == "import.unreadable"


def test_a_reference_within_json_is_not_followed(tmp_path: Path, secret: Path) -> None:
    upload = tmp_path / "upload.json"
    # GDAL's VRT driver looks for its element anywhere in the first bytes.
    upload.write_text(json.dumps({"type": "x", "x": vrt(str(secret))}), encoding="utf-8")
    assert refused(upload) == "import.unreadable"


def test_a_pipeline_is_not_run(tmp_path: Path, secret: Path) -> None:
    upload = tmp_path / "upload.json"
    command = f"gdal vector pipeline ! read {secret}"
    upload.write_text(
        json.dumps({"type": "gdal_streamed_alg", "command_line": command}), encoding="utf-8"
    )
    assert refused(upload) == "import.unreadable"


def test_a_reference_within_an_archive_is_not_followed(tmp_path: Path, secret: Path) -> None:
    upload = tmp_path / "upload.zip"
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("x.geojson", vrt(str(secret)))
    assert refused(upload) == "import.unreadable"


@pytest.mark.parametrize(
    "made",
    [
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
        " SELECT x AS id FROM c WHERE x < 0",
        "CREATE VIRTUAL TABLE v USING fts5(id)",
    ],
)
def test_a_geopackage_that_computes_is_refused_unread(tmp_path: Path, made: str) -> None:
    upload = tmp_path / "upload.gpkg"
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.Point(111, 36)], crs="EPSG:4326").to_file(
        upload, driver="GPKG"
    )
    assert read_table(upload).rows == [(1, ["a"])]
    connection = sqlite3.connect(upload)
    connection.execute(made)
    connection.commit()
    connection.close()
    assert refused(upload) == "import.active_content"
