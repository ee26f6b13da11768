"""``gisapp plan``: from a document to an edition, to what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result

from gisapp.bootstrap import App
from gisapp.cli import main
from tests.tiny_site import PLANS


def run(app: App, *words: object, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words), "-d", str(app.directory)])


def says(app: App, *words: object, code: int = 0) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A plan with a promise of a team by name, and a table that nobody knows."""
    written = docx.Document()
    written.add_heading("东区预案", level=0)
    written.add_heading("第一章 力量调集", level=1)
    table = written.add_table(rows=0, cols=4)
    for row in (("承诺类别", "承诺方", "地点", "时限"), ("到场", "乙队", "桥头村", "4")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table = written.add_table(rows=0, cols=2)
    for row in (("年份", "雨量"), ("2021", "90")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    path = tmp_path / "east.docx"
    written.save(path)
    return path


def test_from_a_document_to_what_is_wrong(tiny_app: App, document: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS, encoding="utf-8")
    assert says(tiny_app, "import", "plans", plans) == {"new": 0, "known": 1}
    told = run(
        tiny_app, "plan", "read", document, "--code", "east", "--category", "action", lang="zh"
    )
    assert told.exit_code == 0, told.output
    assert "未能读懂 1 处" in told.stdout
    assert "年份" in told.stdout
    (draft,) = says(tiny_app, "plan", "drafts")["drafts"]
    assert (draft["code"], draft["unread"]) == ("east", 1)
    refused = run(tiny_app, "plan", "issue", draft["id"])
    assert refused.exit_code == 2
    assert "could not read" in refused.stderr
    again = run(tiny_app, "plan", "read", document, "--code", "east")
    assert again.exit_code == 2
    read = says(tiny_app, "plan", "read", document, "--code", "east", "--version", 1,
                "--name", "东区预案", "East plan", "--agency", "应急局")  # fmt: skip
    assert read["version"] == 2
    refused = run(tiny_app, "plan", "issue", draft["id"], "--settled")
    assert "“source”" in refused.stderr  # where it is from has to be said
    # The whole of it is rolled back: the draft waits as it was.
    assert says(tiny_app, "plan", "drafts")["drafts"][0]["unread"] == 1


def test_an_edition_is_shown_exported_compared_and_checked(
    tiny_app: App, document: Path, tmp_path: Path
) -> None:
    def issued(edition: int, minutes: int) -> None:
        promise = {"what": "arrival", "who": "T2", "key": "p1", "within_min": minutes,
                   "to": {"kind": "place", "id": "p1"}}  # fmt: skip
        clause = {"title": "力量", "key": "c1", "part": "response", "promises": [promise]}
        plan = {
            "code": "east", "edition": edition, "name": {"zh": "东区预案", "en": "East plan"},
            "category": "action", "kinds": [], "synthetic": True, "issued_on": "2020-05-01",
            "source": {"zh": "文", "en": "doc"},
            "document": {"clauses": [clause]},
        }  # fmt: skip
        path = tmp_path / f"{edition}.json"
        path.write_text(json.dumps({"plan": [plan]}), encoding="utf-8")
        assert says(tiny_app, "import", "plans", path) == {"new": 1, "known": 0}

    issued(1, 30)
    issued(2, 4)
    listed = {one["code"]: one for one in says(tiny_app, "plan", "list")["plans"]}
    assert (listed["east"]["edition"], listed["east"]["review_by"]) == (2, "2023-05-01")
    due = says(tiny_app, "plan", "due")["due"]
    assert ("east", "review") in {(one["plan"], one["need"]) for one in due}
    shown = run(tiny_app, "plan", "show", "east")
    assert "! “T2” is at" not in shown.stdout  # by its name
    assert "is at “Qiaotou” within 4 min (from the order)" in shown.stdout
    (change,) = says(tiny_app, "plan", "diff", "east", 1, 2)["clauses"]
    assert change["promises"][0]["state"] == "changed"
    out = tmp_path / "out.docx"
    assert says(tiny_app, "plan", "export", "east", "-o", out)["edition"] == 2
    copied = says(tiny_app, "plan", "read", out, "--code", "copy", "--category", "action")
    assert [one["code"] for one in copied["unread"]] == []
    found = says(tiny_app, "plan", "checkup", code=1)
    assert (found["check"]["promises"], found["check"]["failed"]) == (1, 1)
    late = [one for one in found["findings"] if one["code"] == "checkup.arrival_late"]
    assert [(one["plan"], one["clause"]) for one in late] == [("east", "c1")]
    assert run(tiny_app, "plan", "collisions").stdout.strip() == "Nothing."
    mark = says(
        tiny_app, "plan", "mark", "east", "reviewed", "--on", "2021-01-01", "--by", "专家组"
    )
    assert mark["on"] == "2021-01-01"
    issued_now = run(tiny_app, "plan", "issue", copied["id"], "--why", "文")
    assert "“source”" in issued_now.stderr  # a document says nothing of where it is from
    assert run(tiny_app, "plan", "repeal", "east", "--why", "撤销").exit_code == 0
    assert "east" not in {one["code"] for one in says(tiny_app, "plan", "list")["plans"]}
    missing = run(tiny_app, "plan", "show", "west")
    assert missing.exit_code == 2
    assert "no plan “west”" in missing.stderr
