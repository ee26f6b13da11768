"""``gisapp coverage`` and ``gisapp scenario``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyogrio
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from shapely import box
from shapely.geometry import mapping

from gisapp.bootstrap import App
from gisapp.cli import main
from gisapp.planning.scenarios import change_scenario, find_scenario
from gisapp.rights import system_actor

FIRE = ("--demand", "team", "--capability", "fire", "--limit", "5")


def run(app: App, *words: object) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words), "-d", str(app.directory)])


def says(app: App, *words: object) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_coverage_from_question_to_scenario(tiny_app: App, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    told = says(tiny_app, "coverage", *FIRE, "--save", "Fire", "--xlsx", file)
    assert told["figures"]["places"] == len(told["places"])
    assert load_workbook(file)["Every place"].max_row == 1 + len(told["places"])
    lost = says(tiny_app, "coverage", *FIRE, "--lost", "T3")
    (island,) = [one for one in lost["places"] if one["Id"] == "T3"]
    assert (island["Result"], island["Arrival, min"]) == ("no way there", None)
    helped = says(tiny_app, "coverage", *FIRE, "--lost", "T3", "--post", "N1,100.11,30.0,30")
    (island,) = [one for one in helped["places"] if one["Id"] == "T3"]
    assert (island["Result"], island["First to arrive"]) == ("covered", "N1")

    (listed,) = says(tiny_app, "scenario", "list")["scenarios"]
    assert (listed["id"], listed["name"]) == (told["scenario"], "Fire")
    again = says(tiny_app, "scenario", "run", listed["id"])
    assert again["figures"] == told["figures"]
    shown = run(tiny_app, "scenario", "show", listed["id"])
    assert "By county" in shown.stdout
    with tiny_app.store.session(write=True) as session:
        row = find_scenario(session, listed["id"])
        asked = {**row.parameters, "standard": {**row.parameters["standard"], "limit_min": 77}}
        change_scenario(
            session, system_actor("test"), row.id, version=1, name=row.name, parameters=asked
        )
    summary = says(tiny_app, "scenario", "show", listed["id"])["summary"]
    assert {"Item": "Limit, min", "Value": 5} in summary  # as it was when it was computed
    assert "not covered" not in says(tiny_app, "scenario", "show", listed["id"])["summary"]


def test_two_scenarios_are_compared(tiny_app: App, tmp_path: Path) -> None:
    one, other = (
        says(tiny_app, "coverage", *FIRE[:-1], limit, "--save", limit)["scenario"]
        for limit in ("5", "1")
    )
    file = tmp_path / "out.xlsx"
    told = says(tiny_app, "scenario", "compare", one, other, "--xlsx", file)
    changes = {row["Change"]: row["Places"] for row in told["changes"]}
    assert changes["no longer covered"] > 0
    assert sum(changes.values()) == len(told["places"])
    assert load_workbook(file).sheetnames[0] == "Side by side"
    assert "5" in run(tiny_app, "scenario", "compare", one, other).stdout


def test_sites_from_question_to_tables(tiny_app: App, tmp_path: Path) -> None:
    asked = ("--demand", "team", "--capability", "mine_rescue", "--limit", "2",
             "--clock", "drive", "--new", 1, "--weigh", "places")  # fmt: skip
    told = says(tiny_app, "site", *asked, "--candidate", "A,100,30", "--candidate", "B,100.02,30,3")
    assert [row["Id"] for row in told["sites"]] == ["A"]
    assert "New sites" in run(tiny_app, "site", *asked, "--junctions", 3).stdout
    for more, part in (
        (("--candidate", "A,1"), "id,longitude,latitude[,cost[,capacity]]"),
        ((), "a number of junctions or places are needed"),
        (("--model", "lscp", "--junctions", 3), "leave new_sites out"),
    ):
        result = run(tiny_app, "site", *asked, *more)
        assert result.exit_code == 2, result.output
        assert part in result.stderr


def test_says_what_is_wrong(tiny_app: App) -> None:
    for words, part in (
        (("coverage",), "Name a standard"),
        (("coverage", "--standard", "none"), "no standard of arrival called none"),
        (("coverage", *FIRE, "--lost", "T77"), "T77"),
        (("coverage", *FIRE, "--post", "here"), "id,longitude,latitude"),
        (("coverage", *FIRE, "--vehicle", "balloon"), "balloon"),
        (("scenario", "show", "P0"), "no scenario P0"),
    ):
        result = run(tiny_app, *words)
        assert result.exit_code == 2, result.output
        assert part in result.stderr
        assert "Traceback" not in result.output


def test_losses_from_the_terminal(tiny_app: App, tmp_path: Path) -> None:
    """Streets without a word, posts, and areas of a file with water on them."""
    mine = ("--demand", "team", "--capability", "mine_rescue", "--limit", "30")
    file = tmp_path / "out.xlsx"
    told = says(tiny_app, "stress", *mine, "--save", "Losses", "--xlsx", file)
    assert told["figures"]["losses_asked"] == tiny_app.router.network.street_count
    assert told["figures"]["losses_costly"] == len(told["losses"]) > 0
    assert max(row["Places cut off"] for row in told["losses"]) > 0
    assert load_workbook(file)["Losses"].max_row == 1 + len(told["losses"])
    posts = says(tiny_app, "stress", "--demand", "team", "--capability", "fire", "--limit", "5",
                 "--each", "post")["losses"]  # fmt: skip
    assert {"T1", "T3"} <= {row["Id"] for row in posts}
    shown = run(tiny_app, "scenario", "show", told["scenario"]).stdout
    assert "Every street, both directions" in shown
    pairs = says(tiny_app, "stress", *mine, "--each", "pair", "--draws", "20")
    means = [row["Item"] for row in pairs["summary"] if str(row["Item"]).startswith("Mean of two")]
    assert len(means) == 2
    water = tmp_path / "water.geojson"
    water.write_text(json.dumps({
        "type": "Feature", "properties": {"depth": 0.9},
        "geometry": {"type": "LineString", "coordinates": [[100.02, 30.0], [100.04, 30.0]]},
    }))  # fmt: skip
    (one,) = says(tiny_app, "stress", *mine, "--areas", water, "--depth", "depth")["losses"]
    assert one["Name"] == "depth > 0.3 m"
    refused = run(tiny_app, "stress", *mine, "--areas", water, "--depth", "deep")
    assert refused.exit_code == 2
    assert "depth" in refused.stderr


def test_fixes_from_the_terminal(tiny_app: App, tmp_path: Path) -> None:
    question = ("--demand", "team", "--capability", "mine_rescue", "--limit", "2")
    file = tmp_path / "out.xlsx"
    told = says(tiny_app, "fix", *question, "--junctions", "50", "--cost", "post=12",
                "--save", "Fixes", "--xlsx", file)  # fmt: skip
    assert told["figures"]["gaps"] == len(told["gaps"]) > 0
    assert {row["Cost"] for row in told["fixes"] if row["Measure"] == "New post"} == {12}
    assert load_workbook(file)["Fixes"].max_row == 1 + len(told["fixes"])
    shown = run(tiny_app, "scenario", "show", told["scenario"]).stdout
    assert "Smallest fix of each gap" in shown
    refused = run(tiny_app, "fix", *question, "--junctions", "50", "--cost", "post")
    assert refused.exit_code == 2
    assert "post=500" in refused.stderr
    unknown = run(tiny_app, "fix", *question, "--junctions", "50", "--cost", "moon=1")
    assert unknown.exit_code == 2
    assert "costs.moon" in unknown.stderr


def test_service_areas_from_the_terminal(tiny_app: App, tmp_path: Path) -> None:
    out = tmp_path / "areas.geojson"
    told = says(tiny_app, "areas", *FIRE, "--minutes", "2,5", "--out", out, "--save", "Areas")
    drawn = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["minutes"] for one in drawn] == [
        row["Minutes"] for row in told["areas"]
    ]
    assert {one["geometry"]["type"] for one in drawn} == {"MultiPolygon"}
    package = tmp_path / "areas.gpkg"
    says(tiny_app, "areas", *FIRE, "--split", "all", "--out", package)
    (area,) = pyogrio.read_dataframe(package, layer="service_areas").itertuples()
    assert (area.key, area.minutes) == ("all", 5)
    shown = run(tiny_app, "scenario", "show", told["scenario"]).stdout
    assert "Service areas, min" in shown
    refused = run(tiny_app, "areas", *FIRE, "--minutes", "five")
    assert refused.exit_code == 2
    assert "five" in refused.stderr
    refused = run(tiny_app, "areas", *FIRE, "--out", tmp_path / "areas.ipynb")
    assert refused.exit_code == 2
    assert "geojson" in refused.stderr


def test_a_result_is_written_to_a_file(tiny_app: App, tmp_path: Path) -> None:
    made = says(tiny_app, "site", "--demand", "team", "--capability", "mine_rescue", "--limit", "2",
                "--junctions", "50", "--new", "1", "--weigh", "places", "--save", "S")  # fmt: skip
    package = tmp_path / "out.gpkg"
    says(tiny_app, "scenario", "export", made["scenario"], package)
    layers = dict(pyogrio.list_layers(package))
    assert layers["sites"] == layers["places"] == "Point"
    assert "change" in pyogrio.read_dataframe(package, layer="places")
    asked = ("--demand", "team", "--capability", "mine_rescue")
    for study, options in (
        ("stress", ("--limit", "30")),
        ("fix", ("--limit", "2", "--junctions", "50")),
    ):
        row = says(tiny_app, study, *asked, *options, "--save", study)
        for ending in ("gpkg", "docx"):
            says(tiny_app, "scenario", "export", row["scenario"], tmp_path / f"{study}.{ending}")
    assert dict(pyogrio.list_layers(tmp_path / "stress.gpkg"))["lost_roads"] == "MultiLineString"
    assert dict(pyogrio.list_layers(tmp_path / "fix.gpkg"))["fixes"] == "Point"
    refused = run(tiny_app, "scenario", "export", made["scenario"], tmp_path / "out.exe")
    assert refused.exit_code == 2
    assert "gpkg" in refused.stderr


def test_a_layer_is_taken_in_and_covered(tiny_app: App, tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature", "properties": {"id": "a", "name": "A", "people": 12},
            "geometry": {"type": "Point", "coordinates": [100.02, 30.0]},
        }],
    }))  # fmt: skip
    made = says(tiny_app, "planning-layer", "add", path, "--name", "Grid", "--year", "2020")
    (listed,) = says(tiny_app, "planning-layer", "list")["layers"]
    assert (listed["id"], listed["places"], listed["year"]) == (made["id"], 1, 2020)
    told = says(tiny_app, "coverage", "--demand", f"layer:{made['id']}", "--limit", "5")
    assert [row["Id"] for row in told["places"]] == ["a"]
    path.write_text(json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature", "properties": {"id": "b", "people": 100},
            "geometry": mapping(box(100.0, 29.999, 100.05, 30.001)),
        }],
    }))  # fmt: skip
    area = says(tiny_app, "planning-layer", "add", path, "--name", "Blocks")
    out = tmp_path / "out.gpkg"
    told = says(
        tiny_app, "coverage", "--demand", f"layer:{area['id']}", "--limit", "2", "--out", out
    )
    (row,) = told["judged"]
    assert 0 < row["Share of roads"] < 1
    assert row["People in time, shared by road"] == round(100 * row["Share of roads"])
    (last,) = pyogrio.read_dataframe(out, layer="last_places").geometry
    assert (last.x, last.y) == (row["Longitude"], row["Latitude"])
    sited = says(tiny_app, "site", *FIRE, "--layer", made["id"], "--new", "1", "--weigh", "places")
    assert sited["figures"]["sites"] <= 1
    says(tiny_app, "planning-layer", "retire", made["id"])
    gone = run(tiny_app, "coverage", "--demand", f"layer:{made['id']}", "--limit", "5")
    assert gone.exit_code != 0
    assert made["id"] in gone.stderr
