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
