"""A program that is not ours reads the features: GDAL's OAPIF driver, as QGIS does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyogrio
import pytest
import shapely
import waitress
from flask import Flask
from pyproj import Transformer

from gisapp.bootstrap import App
from tests.exchange.copies import held
from tests.patience import PATIENCE_S
from tests.people import with_token


class Gdal:
    """GDAL's programs, asking a served site with a token."""

    def __init__(self, port: int, token: str | None) -> None:
        self.source = f"OAPIF:http://127.0.0.1:{port}/ogc"
        self.environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        if token is not None:
            self.environment["GDAL_HTTP_HEADERS"] = f"Authorization: Bearer {token}"

    def run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )


@pytest.fixture
def port(flask_app: Flask) -> Iterator[int]:
    server = waitress.create_server(flask_app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    # Another thread's select must not meet a closed socket.
    server.trigger.pull_trigger(server.close)
    thread.join()


@pytest.fixture
def gdal(port: int, tiny_app: App) -> Gdal:
    if shutil.which("ogr2ogr") is None:
        if os.environ.get("GISAPP_REQUIRE_BROWSER") == "1":
            pytest.fail("no GDAL on this machine: install gdal-bin")
        pytest.skip("no GDAL on this machine: install gdal-bin")
    rights = ["see_contacts", "export"]
    token = with_token(
        tiny_app.store,
        name="gdal",
        agency="test",
        rights=rights,
        days=1,
    )
    return Gdal(port, token)


def test_gdal_lists_every_collection(gdal: Gdal) -> None:
    listed = gdal.run("ogrinfo", "-ro", gdal.source)
    assert listed.returncode == 0, listed.stderr
    assert "team (title: " in listed.stdout
    assert "road_closure" in listed.stdout
    assert "ERROR" not in listed.stderr


def test_gdal_reads_all_pages_as_they_are_stored(gdal: Gdal, tiny_app: App, tmp_path: Path) -> None:
    out = tmp_path / "teams.geojson"
    done = gdal.run("ogr2ogr", "-oo", "PAGE_SIZE=2", str(out), gdal.source, "team")
    assert done.returncode == 0, done.stderr
    read = {one["properties"]["id"]: one for one in json.loads(out.read_text())["features"]}
    stored = held(tiny_app.store, "team")
    assert read.keys() == stored.keys()
    for record_id, values in stored.items():
        x, y = read[record_id]["geometry"]["coordinates"]
        assert f"{x:g} {y:g}" in values["geom"]
        for name in ("name", "county", "people", "status", "contact_phone"):
            assert read[record_id]["properties"].get(name) == values[name]


def test_gdal_reads_a_box(gdal: Gdal, tmp_path: Path) -> None:
    out = tmp_path / "box.geojson"
    box = ["-spat", "100", "29.9", "100.055", "30.1"]
    done = gdal.run("ogr2ogr", *box, str(out), gdal.source, "team")
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["features"]
    assert sorted(one["properties"]["id"] for one in found) == ["T1", "T4", "T5"]


def test_gdal_without_a_token_is_refused(port: int, gdal: Gdal) -> None:
    refused = Gdal(port, None).run("ogrinfo", "-ro", gdal.source)
    assert refused.returncode != 0 or "401" in refused.stderr
    assert "title" not in refused.stdout


NEWER = """
import json, sys, pyogrio
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": sys.argv[3]})
read = pyogrio.read_dataframe(sys.argv[1], layer="team", CRS=sys.argv[2])
points = {i: [g.x, g.y] for i, g in zip(read["id"], read.geometry)}
print(json.dumps({"crs": read.crs.to_authority(), "points": points}))
"""
"""In a process of its own: it holds the interpreter's lock while it waits for the server."""


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4542"])
def test_gdal_turns_axes_back_where_it_asks_for_another_system(
    gdal: Gdal, tiny_app: App, code: str
) -> None:
    """Served latitude or northing first, read by a newer GDAL as x and y again."""
    if pyogrio.__gdal_version__ < (3, 8, 0) or "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this GDAL has no choice of reference system in its OAPIF driver")
    bearer = gdal.environment.pop("GDAL_HTTP_HEADERS").rpartition(" ")[2]
    done = gdal.run(sys.executable, "-c", NEWER, gdal.source, code, bearer)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["crs"] == code.split(":")
    stored = held(tiny_app.store, "team")
    assert read["points"].keys() == stored.keys()
    back = Transformer.from_crs(code, "OGC:CRS84", always_xy=True)
    for record_id, (x, y) in read["points"].items():
        expected = shapely.from_wkt(stored[record_id]["geom"])
        assert back.transform(x, y) == pytest.approx((expected.x, expected.y), abs=1e-7)
