"""Roads of classes nobody knows: held back with a table to fill in, read by the same command."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gisapp.bootstrap import App
from gisapp.cli import main
from gisapp.errors import InputError
from gisapp.importing.road_classes import HEADER
from gisapp.provision import read_roads


def roads(folder: Path, *classes: str | None) -> Path:
    """Parallel roads of about a kilometre each, one of every class given."""
    path = folder / "roads.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"highway": value},
            "geometry": {
                "type": "LineString",
                "coordinates": [[111.5, 36.0 + row / 100], [111.51, 36.0 + row / 100]],
            },
        }
        for row, value in enumerate(classes)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return path


def fill(table: Path, *, encoding: str = "utf-8-sig", **classes: str) -> None:
    with table.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    with table.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(
            [head, *([value, km, classes.get(value or "none", "")] for value, km, _ in rows)]
        )


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as held:
        read_roads(path)
    return held.value


def test_held_back_then_taken_in_by_the_table(tmp_path: Path) -> None:
    path = roads(tmp_path, "甲类路", "乙类路", "国道", None)
    error = refusal(path)
    assert error.code == "roads.unknown_classes"
    assert 70 < float(str(error.params["share"])) < 80
    table = tmp_path / "roads.classes.csv"
    with table.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert tuple(head) == HEADER
    assert {row[0]: row[2] for row in rows} == {"甲类路": "", "乙类路": "", "": ""}

    fill(table, 甲类路="省道", 乙类路="track", none="residential", encoding="gbk")
    network = read_roads(path)
    assert set(network.highway_classes) == {"primary", "track", "trunk", "residential"}
    assert "highway:甲类路" not in network.report.notes


def test_what_is_filled_in_is_kept_while_the_rest_is_asked_for(tmp_path: Path) -> None:
    path = roads(tmp_path, "甲类路", "乙类路", "丙类路")
    refusal(path)
    table = tmp_path / "roads.classes.csv"
    fill(table, 甲类路="tertiary")
    assert "甲类路" not in str(refusal(path).params["values"])
    with table.open(encoding="utf-8-sig", newline="") as stream:
        assert {row[0]: row[2] for row in csv.reader(stream)}["甲类路"] == "tertiary"
    fill(table, 甲类路="tertiary", 乙类路="road")
    assert read_roads(path).report.notes == {"highway:丙类路": 1}


def test_half_of_the_length_known_is_enough(tmp_path: Path) -> None:
    assert read_roads(roads(tmp_path, "甲类路", "县道")).street_count == 2
    assert not (tmp_path / "roads.classes.csv").exists()


def test_every_wrong_class_of_the_table_is_named(tmp_path: Path) -> None:
    path = roads(tmp_path, "甲类路", "乙类路")
    refusal(path)
    fill(tmp_path / "roads.classes.csv", 甲类路="fast", 乙类路="wide")
    error = refusal(path)
    assert error.code == "roads.bad_classes"
    assert "fast" in str(error)
    assert "wide" in str(error)


def test_a_table_that_cannot_be_written_is_said_with_the_remedy(tmp_path: Path) -> None:
    path = roads(tmp_path, "甲类路")
    with pytest.raises(InputError) as held:
        read_roads(path, classes=tmp_path / "nowhere" / "classes.csv")
    assert held.value.code == "roads.no_mapping"


def test_by_the_same_command(tiny_app: App, tmp_path: Path) -> None:
    path = roads(tmp_path, "甲类路")
    before = tiny_app.roads_path.read_bytes()
    command = ["import", "roads", str(path), "-d", str(tiny_app.directory)]
    held = CliRunner().invoke(main, command)
    assert held.exit_code != 0
    assert "roads.classes.csv" in held.stderr
    assert tiny_app.roads_path.read_bytes() == before
    fill(tmp_path / "roads.classes.csv", 甲类路="县道")
    assert CliRunner().invoke(main, command).exit_code == 0
    assert tiny_app.router.network.highway_classes == ("secondary",)
