"""``gisapp exchange`` from export to decision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gisapp.bootstrap import App
from gisapp.cli import main
from tests.exchange.copies import by_hand, put


def run(*words: str, expected: int = 0) -> Any:
    result = CliRunner().invoke(main, ["--json", "exchange", *words], catch_exceptions=False)
    assert result.exit_code == expected, result.output
    return json.loads(result.stdout)


def test_from_export_to_decision(tiny_app: App, tmp_path: Path) -> None:
    site, path = str(tiny_app.directory), str(tmp_path / "county.gpkg")
    copied = run("export", "--county", "990001", path, "-d", site)
    assert copied["records"] == {"team": 7}
    by_hand(Path(path), "UPDATE team SET name = '那边', people = 3 WHERE id = 'T1'")
    put(tiny_app.store, "team", {"id": "T1", "name": "这边"})
    told = run("merge", path, "--dry-run", "-d", site)
    assert told["dry_run"] is True
    assert run("conflicts", "-d", site)["conflicts"] == []
    outcome = run("merge", path, "-d", site)
    assert {**told, "dry_run": False} == outcome
    assert outcome["updated"] == [{"kind": "team", "id": "T1"}]
    (conflict,) = run("conflicts", "-d", site)["conflicts"]
    assert (conflict["ours"], conflict["theirs"]) == ({"name": "这边"}, {"name": "那边"})
    run("decide", str(conflict["number"]), "theirs", "-d", site)
    assert run("conflicts", "-d", site)["conflicts"] == []
    assert run("merge", path, "-d", site)["updated"] == []


def test_texts_for_a_person_name_what_is_wrong(tiny_app: App, tmp_path: Path) -> None:
    site, path = str(tiny_app.directory), str(tmp_path / "county.gpkg")
    run("export", "--county", "990001", path, "-d", site)
    by_hand(
        Path(path),
        "PRAGMA ignore_check_constraints = ON",
        "UPDATE team SET team_type = 'circus' WHERE id = 'T1'",
        "DELETE FROM team WHERE id = 'T2'",
    )
    for lang, words in (("zh", "退回 救援队伍 T1"), ("en", "Refused Rescue team T1")):
        line = ["--lang", lang, "exchange", "merge", path, "--dry-run", "-d", site]
        result = CliRunner().invoke(main, line)
        assert result.exit_code == 2
        assert words in result.stdout
    CliRunner().invoke(main, ["exchange", "merge", path, "-d", site])
    listed = CliRunner().invoke(main, ["--lang", "en", "exchange", "conflicts", "-d", site])
    assert "removed in the copy" in listed.stdout
