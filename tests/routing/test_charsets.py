"""Shapefiles whose code page file is absent or wrong."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import LineString

from routing.lines import LineColumns, from_lines

VALUES = ["国道", "县道"]
NAMES = ["大运路㐂", "平阳北街"]


@pytest.fixture
def shapefile(tmp_path):
    """Write two roads in one character set and declare another."""

    def shapefile(charset, declared, *, names=NAMES, field="道路等级"):
        # Written as Latin-1, every byte of the other set stands as it is.
        def raw(text):
            return text.encode(charset).decode("latin-1")

        path = tmp_path / "roads.shp"
        lines = [LineString([(111, 36 + i / 10), (111.1, 36 + i / 10)]) for i in range(2)]
        columns = {raw(field): map(raw, VALUES), "name": map(raw, names)}
        table = gpd.GeoDataFrame(columns, geometry=lines, crs=4326)
        table.to_file(path, encoding="ISO-8859-1")
        path.with_suffix(".cpg").unlink()
        if declared is not None:
            path.with_suffix(".cpg").write_text(declared)
        return path

    return shapefile


def read(path, highway="道路等级"):
    return from_lines(path, columns=LineColumns(highway=highway), progress=False)


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", [None, "", "UTF-8", "GBK", "936", "ISO-8859-1", "OEM", "?"])
def test_chinese_is_read_whatever_is_declared(shapefile, charset, declared):
    field = "等级"  # within the ten bytes that a field's name has
    net = read(shapefile(charset, declared, field=field), field)
    assert net.highway_classes == ("secondary", "trunk")
    assert set(net.names) == {"", *NAMES}


def test_a_set_that_is_not_utf_8_is_said(shapefile):
    net = read(shapefile("gbk", "UTF-8", names=["大运路", "平阳北街"]))
    assert net.report.notes == {"charset:GBK": 5}


def test_a_believable_declaration_goes_before_guessing(shapefile, monkeypatch):
    monkeypatch.setattr(f"{__name__}.VALUES", ["primary", "secondary"])
    net = read(shapefile("big5", "BIG5", names=["中山路", "國光路"], field="road"), "road")
    assert set(net.names) == {"", "中山路", "國光路"}
    assert net.report.notes == {"charset:BIG5": 2}


def test_western_letters_stay_what_they_are(shapefile, monkeypatch):
    monkeypatch.setattr(f"{__name__}.VALUES", ["primary", "secondary"])
    path = shapefile("latin-1", "ISO-8859-1", names=["Mühlweg", "Rue Béranger"], field="class")
    assert set(read(path, "class").names) == {"", "Mühlweg", "Rue Béranger"}


def test_a_value_cut_within_a_character_does_not_spoil_the_table(tmp_path, shapefile):
    path = shapefile("utf-8", None, field="等级", names=["大运路", "平阳北街"])
    dbf = path.with_suffix(".dbf")
    whole = "平阳北街".encode()
    dbf.write_bytes(dbf.read_bytes().replace(whole, whole[:-1] + b" "))
    assert "大运路" in read(path, "等级").names
