"""The boards on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from gisapp.cli import main


def run(*words: object) -> str:
    result = CliRunner().invoke(main, ["--lang", "en", *(str(word) for word in words)])
    assert result.exit_code == 0, result.output
    return result.output


def test_quality_by_kind(tiny_folder: Path) -> None:
    found = json.loads(run("quality", "--by", "kind", "--json", "-d", tiny_folder))["quality"]
    (team,) = [row for row in found if row["kind"] == "team"]
    assert team["records"] == 7
    assert team["checks"]["never_verified"] == 1
    assert 0 < team["completeness"] < 1
    assert "Never verified" in run("quality", "-d", tiny_folder)


def test_risks_per_county(tiny_folder: Path) -> None:
    assert json.loads(run("risks", "--json", "-d", tiny_folder)) == {"risks": []}
    assert run("risks", "-d", tiny_folder).startswith("county")
