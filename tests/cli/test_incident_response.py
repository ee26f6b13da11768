"""A response driven from a terminal: prepared, approved by phone, extended, ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from gisapp.bootstrap import open_app
from gisapp.cli import main
from gisapp.clock import REAL
from gisapp.incidents.response.models import Response
from gisapp.settings import Settings
from tests.cli.test_incident_commands import Terminal, opened
from tests.incidents.response.test_plans import with_approvers
from tests.tiny_site import PLANS

LEADER = ("--leader", "陈某", "--office", "副总指挥")


@pytest.fixture
def desk(tiny_folder: Path) -> Terminal:
    return Terminal(tiny_folder)


def test_from_the_suggestion_to_the_end(desk: Terminal, tiny_folder: Path) -> None:
    number = opened(desk, "landslide", "--dead", 2, "--missing", 1)
    said = desk.says("response", "show", number, lang="zh")
    assert "滑坡预案（slope，地灾指挥部）" in said
    assert "最坏情形：Ⅲ级响应" in said
    assert desk.refuses("response", "end", number, "--why", "x", *LEADER).startswith("No response")
    made = desk.tells("response", "prepare", number, 3, "--plan", "slope", "--hours", 6)
    assert made["response"]["current"]["expected_min"] == 360
    own = desk.refuses("response", "approve", number)
    assert own.startswith("Whoever prepared a response does not approve it")
    said = desk.says("response", "approve", number, *LEADER, lang="zh")
    assert "凭 陈某（副总指挥）电话口头批准" in said
    told = desk.tells("correct", number, "--missing", 8, "--why", "核实")
    assert any("Slope plan suggests another level" in one for one in told["changes"])
    desk.says("response", "level", number, 2, "--why", "人数上升", *LEADER)

    app = open_app(Settings(dir=tiny_folder))
    with app.store, app.store.session(write=True) as session:
        row = session.scalars(select(Response)).one()
        row.expected_end = REAL.now() - timedelta(minutes=1)
    for words in (("list",), ("show", number), ("response", "show", number)):
        assert "!! 响应已超过预计期限，仍在进行" in desk.says(*words, lang="zh")
    until = (REAL.now() + timedelta(hours=6)).isoformat()
    said = desk.says("response", "extend", number, until, "--why", "仍在搜救", *LEADER)
    assert "!!" not in said
    told = desk.tells("response", "end", number, "--why", "搜救结束", *LEADER)["response"]
    assert (told["current"], [one["state"] for one in told["past"]]) == (None, ["ended"])
    assert "On the word of 陈某 (副总指挥), by phone." in desk.says("log", number)

    desk.says("response", "prepare", number, 1, "--plan", "slope")
    assert "not by phone" in desk.refuses("response", "approve", number, *LEADER)
    told = desk.tells("response", "withdraw", number, "--why", "不再需要")["response"]
    assert [one["state"] for one in told["past"]] == ["ended", "withdrawn"]


def test_a_level_whose_approvers_are_named(
    desk: Terminal, tiny_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "plans.toml"
    text = with_approvers('["city.deputy"]').replace("edition = 1", "edition = 2")
    path.write_text(text, encoding="utf-8")
    CliRunner().invoke(main, ["import", "plans", str(path), "-d", str(tiny_folder)])
    number = opened(desk, "landslide")
    said = desk.says("response", "show", number, lang="zh")
    assert "Ⅱ级响应批准人：副总指挥 (city.deputy)" in said
    desk.says("response", "prepare", number, 2, "--plan", "slope")
    given = ("response", "approve", number, "--leader", "陈某", "--office", "指挥长")
    assert "approved by one of: deputy commander" in desk.refuses(*given)
    said = desk.says(*given, "--override", "副总指挥失联", lang="zh")
    assert "⚠ 现行级别未按预案规定的批准人或方式批准（紧急越权）：副总指挥失联" in said
    assert "Emergency override of who may approve by the plan: 副总指挥失联." in desk.says(
        "log", number
    )
    desk.says("response", "level", number, 3, "--why", "好转", *LEADER)
    said = desk.says(
        "response",
        "level",
        number,
        2,
        "--why",
        "反复",
        "--leader",
        "陈某",
        "--office",
        "city.deputy",
    )
    assert "⚠" not in said


def test_a_file_of_plans_is_brought_in_once(tiny_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(PLANS.replace("edition = 1", "edition = 2"), encoding="utf-8")
    for new, known in ((1, 0), (0, 1)):
        given = ["--lang", "en", "import", "plans", str(path), "-d", str(tiny_folder)]
        done = CliRunner().invoke(main, given)
        assert done.stdout == f"New editions of plans: {new}; there already: {known}.\n"
    path.write_text(PLANS.replace('"landslide"', '"ufo"'), encoding="utf-8")
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 2
    assert done.stderr.startswith("“kinds” of the plan “slope” is missing, unknown")
