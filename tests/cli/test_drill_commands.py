"""``gisapp drill``: from a file to the board."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
from click.testing import CliRunner, Result

from gisapp.bootstrap import App
from gisapp.cli import main

DRILL = {
    "year": 2020, "name": "滑坡演练", "organiser_kind": "headquarters", "organiser": "hq1",
    "starts_at": "2020-06-01T09:00:00+08:00", "venue": "东广场",
    "participants": [{"kind": "team", "id": "T1"}, {"name": "王市长", "role": "leader"}],
}  # fmt: skip


def run(app: App, *words: object) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", *map(str, words), "-d", str(app.directory)])


def says(app: App, *words: object) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_a_file_to_the_board(tiny_app: App, tmp_path: Path) -> None:
    file = tmp_path / "drill.json"
    file.write_text(json.dumps(DRILL), encoding="utf-8")
    first = says(tiny_app, "drill", "plan", file)
    assert first["participants"][0]["name"] == "甲队"
    assert first["clashes"] == []
    second = run(tiny_app, "drill", "plan", file)
    assert "! The venue “东广场” is used by “滑坡演练” at the same time." in second.stdout
    assert "! “王市长” takes part in “滑坡演练”" in second.stdout
    (row,) = says(tiny_app, "drill", "board", 2020)["headquarters"]
    assert row["standing"] == "overdue"
    held = says(
        tiny_app, "drill", "hold", first["id"], "--on", "2020-06-01", "--score", "plan", "80"
    )
    assert (held["state"], held["scores"]) == ("done", {"plan": 80})
    assert run(tiny_app, "drill", "cancel", row["drills"][1]["id"], "--why", "汛期").exit_code == 0
    assert "Done" in run(tiny_app, "drill", "board", 2020).stdout
    assert "1 drills was approved" in run(tiny_app, "drill", "approve", 2020, "--why", "文").stdout
    for ending in ("docx", "ics"):
        assert says(tiny_app, "drill", "export", 2020, "-o", tmp_path / f"year.{ending}")
    assert len(docx.Document(tmp_path / "year.docx").tables[0].rows) == 3
    assert b"STATUS:CANCELLED" in (tmp_path / "year.ics").read_bytes()
    duties = says(tiny_app, "drill", "duties")["duties"]
    assert {one["kind"] for one in duties} == {"government", "department"}


def test_what_is_wrong_is_said_in_one_sentence(tiny_app: App, tmp_path: Path) -> None:
    file = tmp_path / "drill.json"
    for text, said in (
        ("[]", "no JSON object"),
        ("{", "no JSON object"),
        (json.dumps(DRILL | {"form": "film"}), "form:"),
        (json.dumps(DRILL | {"organiser": "hq9"}), "hq9"),
    ):
        file.write_text(text, encoding="utf-8")
        result = run(tiny_app, "drill", "plan", file)
        assert result.exit_code == 2
        assert said in result.stderr
    assert run(tiny_app, "drill", "export", 2020, "-o", tmp_path / "a.pdf").exit_code == 2
    assert run(tiny_app, "drill", "hold", "E0", "--score", "plan", "x").exit_code == 2


READY = """
[[drill]]
code = "slope"
headquarters = "hq1"
name = { zh = "滑坡情景", en = "A landslide" }
source = { zh = "虚构", en = "Made up" }
synthetic = true
objectives = [{ text = "到场", within_min = 30 }]
participants = [{ kind = "team", id = "T1" }]
[drill.script.scenario]
at = { x = 100.0, y = 30.0 }
[[drill.script.scenario.needs]]
at = { x = 100.0, y = 30.0 }
wants = [{ capability = "fire" }]
people = 5
objective = 1
"""


def test_from_a_ready_scenario_to_how_hard_it_is(tiny_app: App, tmp_path: Path) -> None:
    file, other = tmp_path / "drills.toml", tmp_path / "script.json"
    file.write_text(READY, encoding="utf-8")
    assert says(tiny_app, "import", "drills", file) == {"new": 1, "changed": 0, "same": 0}
    assert "A landslide" in run(tiny_app, "drill", "ready").stdout
    assert "A landslide" not in run(tiny_app, "drill", "ready", "--headquarters", "hq2").stdout
    drill = says(tiny_app, "drill", "begin", "slope", "--year", 2026)["id"]
    told = says(tiny_app, "drill", "script", drill)
    assert told["script"]["scenario"]["needs"][0]["people"] == 5
    assert told["reckoned"] is None
    written = told["script"] | {
        "injects": [{"title": "断路", "when": {"how": "at", "minute": 5}, "to": ["team/T1"]}]
    }
    other.write_text(json.dumps(written), encoding="utf-8")
    assert (
        "5  i1  断路  team/T1" in run(tiny_app, "drill", "script", drill, "--write", other).stdout
    )
    said = run(tiny_app, "drill", "reckon", drill).stdout
    assert "Optimum: 0 units lacking, 0 people late" in said
    assert "! “断路” is told to somebody and says nothing." in said
    assert says(tiny_app, "drill", "reckon", drill)["reckoned"]["difficulty"]["in_time"]
    other.write_text(json.dumps(DRILL | {"year": 2026}), encoding="utf-8")
    assert says(tiny_app, "drill", "change", drill, other)["venue"] == "东广场"
    assert run(tiny_app, "drill", "begin", "none", "--year", 2026).exit_code == 2


def test_documents_are_written(tiny_app: App, tmp_path: Path) -> None:
    file = tmp_path / "drill.json"
    file.write_text(json.dumps(DRILL), encoding="utf-8")
    drill = says(tiny_app, "drill", "plan", file)["id"]
    output = tmp_path / "script.docx"
    assert says(tiny_app, "drill", "document", drill, "script", "-o", output)
    assert docx.Document(output).paragraphs[0].text == "滑坡演练: Exercise script"
    for words, said in (
        ((drill, "diary", "-o", output), "diary"),
        (("E0", "plan", "-o", output), "E0"),
        ((drill, "plan", "-o", tmp_path / "plan.pdf"), ".docx"),
    ):
        result = run(tiny_app, "drill", "document", *words)
        assert result.exit_code != 0
        assert said in result.stderr


def test_packets_are_written(tiny_app: App, tmp_path: Path) -> None:
    file = tmp_path / "drill.json"
    file.write_text(json.dumps(DRILL), encoding="utf-8")
    drill = says(tiny_app, "drill", "plan", file)["id"]
    whole, players = tmp_path / "controllers.html", tmp_path / "hq1.html"
    assert says(tiny_app, "drill", "packet", drill, "-o", whole) == {"file": str(whole)}
    says(tiny_app, "drill", "packet", drill, "--headquarters", "hq1", "-o", players)
    assert "Master scenario events list" in whole.read_text(encoding="utf-8")
    assert "Master scenario events list" not in players.read_text(encoding="utf-8")
    for words, said in (
        (("-o", tmp_path / "hq1.pdf"), "ends in .html"),
        (("-o", players, "--headquarters", "hq9"), "“hq9” takes no part in this drill"),
    ):
        refused = run(tiny_app, "drill", "packet", drill, *words)
        assert refused.exit_code != 0
        assert said in refused.output
