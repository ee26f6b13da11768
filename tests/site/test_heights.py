"""Heights of the ground: tiles read cell by cell, and added to a site."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from gisapp.bootstrap import App
from gisapp.cli import main
from gisapp.errors import InputError
from gisapp.heights import Heights, add_tiles
from tests.heights import VOID, tile
from tests.zips import jam

NUMBERED = np.arange(1201 * 1201).reshape(1201, 1201) % 30_000


def test_a_cell_is_where_srtm_puts_it(tmp_path: Path) -> None:
    tile(tmp_path, 100, 30, NUMBERED.astype(np.int16))
    heights = Heights(tmp_path)
    for (x, y), (row, column) in {
        (100.0, 31.0): (0, 0),
        (101.0, 31.0): (0, 1200),
        (100.0, 30.0): (1200, 0),
        (100.5, 30.25): (900, 600),
    }.items():
        cell = heights.cell(x, y)
        assert heights.at(cell) == NUMBERED[row, column]
        assert heights.position(cell) == pytest.approx((x, y))


def test_what_is_not_known_is_none_but_a_border_is_known_by_either_side(tmp_path: Path) -> None:
    known = NUMBERED.astype(np.int16)
    known[600, 600] = VOID
    tile(tmp_path, 100, 30, known)
    heights = Heights(tmp_path)
    assert heights.at(heights.cell(100.5, 30.5)) is None
    assert heights.at(heights.cell(101.001, 30.5)) is None
    assert heights.at(heights.cell(101.0, 30.5)) == known[600, 1200]
    assert heights
    assert not Heights(tmp_path / "none")


def test_a_finer_tile_is_read_at_the_steps_of_the_coarser(tmp_path: Path) -> None:
    tile(tmp_path, 100, 30, NUMBERED.astype(np.int16))
    fine = (np.arange(3601 * 3601).reshape(3601, 3601) % 30_000).astype(np.int16)
    tile(tmp_path, 101, 30, fine)
    heights = Heights(tmp_path)
    assert heights.at(heights.cell(101.5, 30.5)) == fine[1800, 1800]
    assert heights.at(heights.cell(100.5, 30.5)) == NUMBERED[600, 600]


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def test_tiles_are_added_all_or_none(tmp_path: Path) -> None:
    files = tmp_path / "files"
    good = tile(files, 100, 30, NUMBERED.astype(np.int16))
    short = files / "N31E100.hgt"
    short.write_bytes(b"12")
    folder = tmp_path / "site" / "heights"
    for wrong, code in (
        (short, "bad_size"),
        (zipped(files / "two.zip", N30E101_hgt=b"1", N30E102_hgt=b"1"), "bad_zip"),
        (zipped(files / "none.zip", readme_txt=b"1"), "bad_zip"),
        (zipped(files / "short.zip", N30E101_hgt=b"1"), "bad_size"),
        (files / "N31E100.tif", "bad_name"),
        (files / "broken.zip", "bad_zip"),
        (files / "N91E100.hgt", "bad_name"),
    ):
        if not wrong.exists():
            wrong.write_bytes(b"no archive")
        with pytest.raises(InputError) as refused:
            add_tiles(folder, [good, wrong])
        assert refused.value.code == f"heights.{code}", wrong.name
        assert not folder.exists()
        assert [path.name for path in folder.parent.iterdir()] == []
    packed = zipped(files / "n29e100.hgt.zip", n29e100_hgt=good.read_bytes())
    assert add_tiles(folder, [good, packed]) == ["N29E100.hgt", "N30E100.hgt"]
    assert (folder / "N29E100.hgt").read_bytes() == good.read_bytes()


def test_a_tile_that_does_not_inflate_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "N30E100.hgt.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("N30E100.hgt", bytes(2 * 1201 * 1201))
    jam(packed, "N30E100.hgt")
    with pytest.raises(InputError) as refused:
        add_tiles(tmp_path / "heights", [packed])
    assert refused.value.code == "heights.bad_zip"
    assert not (tmp_path / "heights").exists()


def test_an_administrator_adds_them_at_the_terminal(tiny_app: App, tmp_path: Path) -> None:
    assert not tiny_app.heights
    good = tile(tmp_path / "files", 100, 30, NUMBERED.astype(np.int16))
    arguments = ["import", "heights", str(good), "-d", str(tiny_app.directory)]
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"tiles": ["N30E100.hgt"]})
    assert tiny_app.heights
    wrong = tmp_path / "notes.txt"
    wrong.write_text("x")
    refused = CliRunner().invoke(
        main, ["import", "heights", str(wrong), "-d", str(tiny_app.directory)]
    )
    assert refused.exit_code == 2
    assert "N36E111.hgt" in refused.output
