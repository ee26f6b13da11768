"""``site.toml`` is read whole, and every fault of it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from gisapp.errors import SiteError
from gisapp.schema import Label
from gisapp.site import Site, load_site, read_site_file, save_site
from gisapp.store import Store

MINIMAL = """
[site]
code = "990000"
name.zh = "某市"
name.en = "Some City"
projected_crs = "EPSG:4546"
time_zone = "Asia/Shanghai"
center = [111.0, 36.0]
bbox = [110.0, 35.0, 112.0, 37.0]
"""

FULL = (
    MINIMAL
    + """
synthetic = true
note.zh = "样例"
note.en = "Sample"
attribution = ["OpenStreetMap"]
crs = "EPSG:4490"

[build]
seed = 1

[roads]
file = "roads.gpkg"
layer = "roads"
[roads.columns]
highway = "class"

[areas]
file = "areas.geojson"
id = "code"

[places]
file = "places.csv"

[resources]
team = "team.csv"

[response]
mine_rescue_drive_min = 30

[[headquarters]]
code = "hq01"
name.zh = "抗震救灾指挥部"
name.en = "Earthquake"
"""
)


def write(folder: Path, text: str) -> Path:
    for name in ("roads.gpkg", "areas.geojson", "places.csv", "team.csv"):
        (folder / name).touch()
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_is_read(tmp_path: Path) -> None:
    file = read_site_file(write(tmp_path, FULL))
    assert file.site.name == Label("某市", "Some City")
    assert file.site.synthetic
    assert file.site.note == Label("样例", "Sample")
    assert file.site.response == {"mine_rescue_drive_min": 30}
    assert [item.code for item in file.site.headquarters] == ["hq01"]
    assert file.crs == "EPSG:4490"
    assert file.roads is not None
    assert file.roads.file == tmp_path / "roads.gpkg"
    assert (file.roads.layer, file.roads.format) == ("roads", "lines")
    assert file.roads.columns == {"highway": "class"}
    assert file.areas is not None
    assert (file.areas.id, file.areas.name) == ("code", "name")
    assert file.places == tmp_path / "places.csv"
    assert file.rivers is None
    assert file.resources == {"team": tmp_path / "team.csv"}


def test_little_is_enough(tmp_path: Path) -> None:
    file = read_site_file(write(tmp_path, MINIMAL))
    assert file.site.languages == ("zh", "en")
    assert not file.site.synthetic
    assert (file.roads, file.areas, file.resources) == (None, None, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "990000"\n', "", "code"),
        ("EPSG:4546", "EPSG:4326", "not a projected system"),
        ("EPSG:4546", "EPSG:0", "no coordinate reference system"),
        ("EPSG:4546", "EPSG:2263", "not a projected system in metres"),  # US feet
        ("Asia/Shanghai", "Asia/Nowhere", "no IANA time zone"),
        ("[110.0, 35.0, 112.0, 37.0]", "[35.0, 110.0, 37.0, 112.0]", "bbox.1"),
        ("[110.0, 35.0, 112.0, 37.0]", "[112.0, 35.0, 110.0, 37.0]", "min_x"),
        ("[111.0, 36.0]", "[36.0, 80.0]", "center lies outside"),
        ('name.en = "Some City"', "", "name.en"),
        ('code = "990000"', 'code = "990000"\ncolour = "red"', "colour"),
        ("[site]", "[sight]\n[site]", "sight"),
    ],
)
def test_fault_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(SiteError) as caught:
        read_site_file(write(tmp_path, MINIMAL.replace(old, new)))
    assert caught.value.code == "site.invalid"
    assert told in str(caught.value)


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace("EPSG:4546", "EPSG:4326").replace("Asia/Shanghai", "Mars")
    with pytest.raises(SiteError) as caught:
        read_site_file(write(tmp_path, text))
    assert "projected_crs" in str(caught.value)
    assert "time_zone" in str(caught.value)


def test_two_headquarters_of_one_code(tmp_path: Path) -> None:
    twice = FULL + '[[headquarters]]\ncode = "hq01"\nname.zh = "a"\nname.en = "a"\n'
    with pytest.raises(SiteError, match="same code"):
        read_site_file(write(tmp_path, twice))


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SiteError) as caught:
        read_site_file(tmp_path / "site.toml")
    assert caught.value.code == "site.file_missing"
    path = write(tmp_path, FULL)
    (tmp_path / "team.csv").unlink()
    with pytest.raises(SiteError) as caught:
        read_site_file(path)
    assert caught.value.code == "site.part_missing"
    assert "team.csv" in str(caught.value)


@pytest.mark.parametrize("content", [b"[site", b"\xff\xfe\x00"])
def test_no_toml(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(content)
    with pytest.raises(SiteError) as caught:
        read_site_file(path)
    assert caught.value.code == "site.not_toml"


class TestStore:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Site:
        return read_site_file(write(tmp_path, FULL)).site

    def test_round_trip(self, store: Store, site: Site) -> None:
        with store.session(write=True) as session:
            assert save_site(session, site)
        with store.session() as session:
            assert load_site(session) == site

    def test_same_site_again_changes_nothing(self, store: Store, site: Site) -> None:
        with store.session(write=True) as session:
            save_site(session, site)
            assert not save_site(session, site)

    def test_changed_site_replaces_the_one_there_was(self, store: Store, site: Site) -> None:
        with store.session(write=True) as session:
            save_site(session, site)
        changed = site.model_copy(update={"code": "1", "headquarters": ()})
        with store.session(write=True) as session:
            assert save_site(session, changed)
        with store.session() as session:
            assert load_site(session) == changed

    def test_none_yet(self, store: Store) -> None:
        with pytest.raises(SiteError) as caught, store.session() as session:
            load_site(session)
        assert caught.value.code == "site.not_described"
