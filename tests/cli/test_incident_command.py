"""Command driven from a terminal: a round, a task, a post, and the sheet of the shift."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gisapp.bootstrap import open_app
from gisapp.clock import REAL
from gisapp.settings import Settings
from tests.cli.test_incident_commands import Terminal
from tests.incidents.command.test_call_rounds import below_the_dam


def test_a_shift_from_the_terminal(tiny_folder: Path) -> None:
    app = open_app(Settings(dir=tiny_folder))
    with app.store:
        number = below_the_dam(app.store).id
    desk = Terminal(tiny_folder)
    made = desk.tells("calls", "make", number)
    first = made["call_round"][0]
    assert first["village"] == "V1"
    desk.says("calls", "say", first["id"], "empty")
    due = (REAL.now() + timedelta(hours=1)).isoformat()
    (task,) = desk.tells("task", "set", number, "清点人数", "--owner", "乡政府", "--due", due)[
        "command"
    ]["tasks"]
    desk.says("lead", number, "city", "--by", "李副市长", "--why", "超出县级能力")
    desk.says("post", "set-up", number, "--place", "镇政府", "--commander", "王县长")
    desk.says("message", number, "in", "水利局", "水位上涨", "--by", "fax")
    desk.says("instruct", "receive", number, "全力转移", "--leader", "陈市长", "--office", "市长")
    said = desk.says("handover", "--to", "赵值班", "--notes", "盯水位", lang="zh")
    for words in (
        "!! V2村：距来水", "市级统一领导  镇政府  王县长", f"任务 {task['id']}  清点人数",
        "陈市长（市长）：全力转移", "V1村  已撤空", "→ 赵值班：盯水位",
    ):  # fmt: skip
        assert words in said
    desk.says("task", "done", task["id"])
    assert desk.refuses("task", "done", "K0").startswith("There is no")
    assert "insert" in {one["what"] for one in desk.tells("handover")["incidents"][0]["log"]}
