"""Texts in sets that their files do not say, say wrongly, or hold damaged."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from gisapp.importing import ImportingError, ImportOutcome, import_resources
from gisapp.registers import record
from gisapp.rights import system_actor
from gisapp.store import FileStore
from tests.importing.files import MINE_ROW, csv_text


def load(store: FileStore, path: Path, kind: str = "shelter", **options) -> ImportOutcome:
    return import_resources(store, kind, path, actor=system_actor("li"), **options)


def shapefile(path: Path, encoding: str, stated: str | None, **columns) -> Path:
    """A layer in one set whose code page file states another; None for no such file."""
    base = {"编号": ["S1", "S2"], "名称": ["体育场避难场所", "第一中学"]} | columns
    gpd.GeoDataFrame(base, geometry=[Point(111.5, 36.1)] * 2, crs=4326).to_file(
        path, encoding=encoding
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if stated is not None:
        path.with_suffix(".cpg").write_text(stated)
    return path


def zipped(path: Path) -> Path:
    whole = path.with_suffix(".zip")
    with zipfile.ZipFile(whole, "w") as archive:
        for part in path.parent.glob(f"{path.stem}.*"):
            if part != whole:
                archive.write(part, part.name)
    return whole


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("encoding", "stated", "is_said"),
    [
        ("GBK", "UTF-8", True), ("GBK", "OEM", True), ("GBK", "ANSI", True), ("GBK", "65999", True),
        ("GBK", "ISO-8859-1", True), ("UTF-8", "GBK", True), ("UTF-8", "ANSI 936", True),
        ("GBK", "936", False), ("GBK", None, False), ("UTF-8", "UTF-8", False),
    ],
)  # fmt: skip
def test_a_code_page_file_is_believed_where_it_fits(
    file_store: FileStore,
    tmp_path: Path,
    *,
    encoding: str,
    stated: str,
    is_said: bool,
    packed: bool,
) -> None:
    path = shapefile(tmp_path / "s.shp", encoding, stated)
    outcome = load(file_store, zipped(path) if packed else path)
    assert (outcome.faults, outcome.inserted, outcome.charset) == ([], 2, encoding)
    said = [one for one in outcome.warnings if one.code == "import.misstated_charset"]
    assert len(said) == is_said
    for one in said:
        assert {stated, encoding} <= set(one.params.values())
        assert encoding in one.sentence("zh")
        assert encoding in one.sentence("en")
    with file_store.session() as session:
        assert record(session, "shelter", "S1")["name"] == "体育场避难场所"


@pytest.mark.parametrize("damage", [b"\xe4\xb8", b"\xff", b"\xb8\xad"])
def test_one_damaged_character_of_utf8_is_a_fault_of_its_row(
    file_store: FileStore, tmp_path: Path, damage: bytes
) -> None:
    rows = [MINE_ROW | {"id": f"M{number}"} for number in range(3)]
    content = csv_text(*rows).encode()
    second = content.index("丙矿".encode(), content.index("丙矿".encode()) + 1)
    path = tmp_path / "m.csv"
    path.write_bytes(content[:second] + damage + content[second + 3 :])
    outcome = load(file_store, path, "mine", crs="EPSG:4326")
    (fault,) = outcome.faults
    assert (fault.row, fault.column, fault.code) == (3, "name", "import.damaged_text")
    assert fault.sentence("zh") != fault.sentence("en")
    assert (outcome.charset, outcome.inserted, outcome.quarantined) == ("UTF-8", 2, 1)


def test_names_cut_to_ten_bytes_mean_the_field_they_begin(
    file_store: FileStore, tmp_path: Path
) -> None:
    path = shapefile(tmp_path / "s.shp", "UTF-8", "UTF-8", contact_na=["王", "李"],
                     verified_a=["2024-05-31", "x"], contact_ph=["0357-1", "0357-2"])  # fmt: skip
    outcome = load(file_store, path)
    assert [(fault.row, fault.column) for fault in outcome.faults] == [(2, "verified_at")]
    assert "verified_at" in outcome.wrong_rows[0].cells
    with file_store.session() as session:
        found = record(session, "shelter", "S1")
    assert (found["contact_name"], found["contact_phone"]) == ("王", "0357-1")


def test_names_cut_within_a_character(file_store: FileStore, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "s.shp", "UTF-8", "UTF-8", ABCDEFGHIJ=["141002"] * 2)
    table = path.with_suffix(".dbf")
    cut = "行政区划代码".encode()[:10]
    table.write_bytes(table.read_bytes().replace(b"ABCDEFGHIJ", cut))
    assert load(file_store, path).faults == []
    with file_store.session() as session:
        assert record(session, "shelter", "S1")["county"] == "141002"


def test_a_name_cut_too_short_to_tell_is_a_fault(file_store: FileStore, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "s.shp", "UTF-8", "UTF-8", verified_x=["a", "b"])
    assert load(file_store, path).ignored == ["verified_x"]
    unclear = shapefile(tmp_path / "m.shp", "UTF-8", "UTF-8", responsibl=["王", "李"],
                        矿种=["coal"] * 2, 状态=["closed"] * 2)  # fmt: skip
    outcome = load(file_store, unclear, "mine")
    assert outcome.refused
    assert [fault.code for fault in outcome.faults] == ["import.unclear_column"]
    assert "responsible_phone" in outcome.faults[0].sentence("en")


def test_a_set_nobody_knows_is_refused(file_store: FileStore, tmp_path: Path) -> None:
    path = shapefile(tmp_path / "s.shp", "UTF-8", None, source=["QQ", "QQ"])
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"QQ", b"\xff\xff"))
    with pytest.raises(ImportingError) as caught:
        load(file_store, path)
    assert caught.value.code == "import.charset"
