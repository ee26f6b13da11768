"""An incident driven from a terminal, from the call to its end."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gisapp.bootstrap import DATABASE_FILE
from gisapp.cli import main
from gisapp.cli.incident_options import FIGURE_OPTIONS, PLACE_OPTIONS, TIME_OPTIONS, moment
from gisapp.clock import REAL
from gisapp.incidents.grading.figures import FIGURES, Figures
from gisapp.incidents.grading.rules import TIMES
from gisapp.settings import Settings
from gisapp.store import open_store
from tests.incidents.surroundings.valley import fill_valley

HERE = "100.02,30.0"
LATE = ["--late-why", "演练补录"]


class Terminal:
    """Runs ``gisapp incident``, on a site where it has a folder."""

    def __init__(self, folder: Path | None = None, server: str | None = None) -> None:
        self.where = [] if folder is None else ["-d", str(folder)]
        self.env = {} if server is None else {"GISAPP_DATABASE_URL": server}

    def run(self, *words: object, lang: str = "en") -> Result:
        given = ["--lang", lang, "incident", *(str(word) for word in words), *self.where]
        result = CliRunner().invoke(main, given, env=self.env)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        assert "Traceback" not in result.output
        return result

    def says(self, *words: object, lang: str = "en") -> str:
        result = self.run(*words, lang=lang)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    def tells(self, *words: object, lang: str = "en") -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.says(*words, "--json", lang=lang))
        return told

    def refuses(self, *words: object, lang: str = "en") -> str:
        result = self.run(*words, lang=lang)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        (error,) = result.stderr.strip().splitlines()
        return error


@pytest.fixture
def desk(tiny_folder: Path) -> Terminal:
    return Terminal(tiny_folder)


@pytest.fixture
def desks(tiny_settings: Settings) -> Terminal:
    """The desk of a site in a file, then of one on a server."""
    return Terminal(tiny_settings.dir, tiny_settings.server_url)


def opened(desk: Terminal, kind: str = "landslide", *words: object) -> str:
    number: str = desk.tells("open", kind, "--at", HERE, *words)["id"]
    return number


def ordered(desk: Terminal, incident: str, *units: str) -> str:
    (unit,) = desk.tells("order", incident, *units)["units"]
    assert unit["state"] == "ordered"
    number: str = unit["id"]
    return number


def assert_in_order(text: str, *parts: str) -> None:
    assert re.search(".*".join(map(re.escape, parts)), text, re.DOTALL), text


def test_the_options_are_the_figures_and_times_there_are() -> None:
    assert list(FIGURE_OPTIONS) == list(FIGURES)
    assert {*FIGURE_OPTIONS, *PLACE_OPTIONS} == set(Figures.__dataclass_fields__)
    assert list(TIME_OPTIONS) == list(TIMES)


def test_two_dead_and_seventeen_missing_in_a_coal_mine(desk: Terminal) -> None:
    said = desk.says(
        "open", "coal_mine", "--at", HERE, "--dead", 2, "--missing", 17,
        "--occurred", "2024-07-20 01:40", "--county-received", "2024-07-20 02:00",
        "--city-received", "2024-07-20 02:30", *LATE, lang="zh",
    )  # fmt: skip

    law = "生产安全事故报告和调查处理条例第三条"
    assert_in_order(said, "已核实等级：一般", law, "\n", "最坏情形等级：重大", law, "共 19 人")
    assert_in_order(said, "较大涉险事故", "安监总局令第21号", "17 人")
    assert "县级上报：2024-07-20 04:00 前，已超时（自县级接报时间起 2 小时内）" in said
    assert "市级上报：2024-07-20 04:30 前" in said
    assert "电话报告：2024-07-20 02:10 前" in said
    assert "事发单位报告：截止时刻未定（自单位负责人接报时间起 1 小时内）" in said


def test_the_same_figures_of_a_landslide(desk: Terminal) -> None:
    said = desk.says(
        "open", "滑坡", "--at", HERE, "--dead", 2, "--missing", 17,
        "--county-received", "2024-07-20T02:00+08:00", *LATE, lang="zh",
    )  # fmt: skip

    assert_in_order(said, "已核实等级：小型", "地质灾害防治条例第四条", "\n", "最坏情形等级：大型")
    assert "地质灾害速报：2024-07-20 06:00 前，已超时（自县级接报时间起 4 小时内）" in said


def test_circumstances_of_a_forest_fire_are_given_at_once(desk: Terminal) -> None:
    answers = ("--burning-after-24-h", "--not-in-virgin-forest")
    told = desk.tells("open", "forest_fire", "--at", HERE, *answers)
    known = {name: said for name, said in told["circumstances"].items() if said is not None}
    assert known == {"burning_after_24_h": True, "in_virgin_forest": False}
    graded = Terminal().tells("grade", "forest_fire", "--burnt-ha", 2, *answers)
    assert len(graded["grading"]["told_to_state"]) == 1
    calm = Terminal().tells("grade", "forest_fire", "--burnt-ha", 2, "--not-burning-after-24-h")
    assert calm["grading"]["told_to_state"] == []


def test_grading_stores_nothing_and_needs_no_site(tmp_path: Path) -> None:
    nowhere = Terminal()
    told = nowhere.tells("grade", "coal_mine", "--dead", 2, "--missing", 17, lang="zh")

    grades = {one["basis"]: one["grade"] for one in told["grading"]["statuses"]}
    assert grades == {"confirmed": "一般", "worst_case": "重大"}
    assert told["grading"]["near_miss"]["label"] == "较大涉险事故"
    assert {one["due_at"] for one in told["deadlines"]} == {None}
    said = nowhere.says("grade", "landslide", "--dead", 2, "--missing", 17)
    assert_in_order(said, "Confirmed grade: Small", "Worst-case grade: Large", "(within 4 h from:")
    assert "say so, or enter the grade" in nowhere.says("grade", "fire", "--dead", 1)
    in_production = nowhere.says("grade", "fire", "--dead", 3, "--in-production")
    assert "Confirmed grade: Major" in in_production
    assert "no kind of event “dragon”" in nowhere.refuses("grade", "dragon")
    assert list(tmp_path.iterdir()) == []


def test_kinds_are_listed_with_what_grades_them() -> None:
    told = Terminal().tells("kinds")
    by_code = {one["code"]: one for one in told["kinds"]}
    assert by_code["fire"]["production_asked"] is True
    assert by_code["flood"]["law"] is None
    assert told["polluted"]["river"] == "River"
    assert "coal_mine  煤矿事故  生产安全事故报告和调查处理条例" in Terminal().says(
        "kinds", lang="zh"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_course(desk: Terminal, lang: str) -> None:
    def zh_or_en(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    incident = opened(
        desk, "landslide", "--missing", 5, "--threatened", "station", "--title", "桥头滑坡",
        "--caller-name", "王某", "--caller-phone", "13800000000", "--note", "已通知乡镇",
    )  # fmt: skip
    listed = desk.says("list", lang=lang)
    assert_in_order(listed, incident, "桥头滑坡", zh_or_en("最坏情形等级 中型", "Medium"))

    said = desk.says("order", incident, "T1", "team:T2", "--why", "两队最近", lang=lang)
    assert_in_order(said, "甲队", "team:T1", zh_or_en("已下令", "Ordered"), "乙队")
    first, second = re.findall(r"^  (D\w+) ", said, re.MULTILINE)
    said = desk.says("status", first, "en_route", lang=lang)
    assert zh_or_en("途中", "En route") in said
    desk.says("status", first, zh_or_en("到场", "On scene"), lang=lang)
    said = desk.says("status", second, "refused", "--why", "车辆故障", lang=lang)
    assert zh_or_en("无法出动", "Refused") in said

    said = desk.says(
        "correct", incident, "--dead", 3, "--missing", 7, "--why", "现场核实", lang=lang
    )
    assert zh_or_en("已核实等级现为中型。", "Confirmed grade: Medium now.") in said
    assert zh_or_en("最坏情形等级由中型升为大型", "Worst-case grade: raised from Medium") in said
    assert zh_or_en("4 小时", "4 h") in said

    desk.says("note", incident, "县道已封闭", lang=lang)
    shown = desk.says("show", incident, lang=lang)
    assert zh_or_en("死亡人数 3", "Dead 3") in shown
    assert_in_order(shown, zh_or_en("未知：", "Unknown: "), zh_or_en("被困人数", "Trapped"))
    assert_in_order(shown, first, zh_or_en("到场", "On scene"))
    assert "王某" not in shown
    assert "13800000000" not in shown

    desk.says("status", first, "released", lang=lang)
    said = desk.says("close", incident, "--why", "处置完毕", lang=lang)
    assert zh_or_en("已结束", "Closed") in said
    assert desk.says("list", lang=lang).strip() == zh_or_en(
        "没有这样的事件。", "There is no such incident."
    )
    assert incident in desk.says("list", "--state", "closed", lang=lang)
    said = desk.says("reopen", incident, "--why", "又有险情", lang=lang)
    assert zh_or_en("处置中", "Open") in said

    told = desk.says("log", incident, lang=lang)
    assert_in_order(told, "已通知乡镇", "T1", "车辆故障", "县道已封闭", "处置完毕", "又有险情")
    assert zh_or_en("死亡人数 ? → 3", "Dead ? → 3") in told


def test_the_course_as_a_program_reads_it(desks: Terminal) -> None:
    desk = desks
    made = desk.tells(
        "open", "道路交通事故", "--at", f"{HERE} 高德", "--dead", 1, "--not-in-production"
    )
    assert made["given"]["system"] == "GCJ-02"
    assert made["perhaps_same"] == []
    assert made["outside"] is False
    assert made["time_zone"] == "Asia/Taipei"
    assert (made["kind"], made["in_production"]) == ("road_traffic", False)
    assert made["grading"]["statuses"] == []
    assert "No production accident" in desk.says("show", made["id"])
    incident = made["id"]

    unit = ordered(desk, incident, "T1")
    desk.tells("status", unit, "en_route")
    (listed,) = desk.tells("list")["incidents"]
    assert listed["units_out"] == {"en_route": 1}

    told = desk.tells(
        "correct", incident, "--entered-level", 3, "--entered-source", "市预案", "--why", "指令"
    )
    assert told["corrected"] is True
    assert told["changes"][0] == "Grade entered by hand: Major now."
    assert told["grading"]["statuses"][0]["criterion"] == "Entered by an officer, from 市预案."

    log = desk.tells("log", incident)["log"]
    assert [one["what"] for one in log] == ["insert", "order", "set_out", "update"]
    assert log[-1]["data"]["after"] == {"entered_level": 3, "entered_source": "市预案"}
    since = desk.tells("log", incident, "--since", log[1]["seq"])["log"]
    assert [one["seq"] for one in since] == [one["seq"] for one in log[2:]]
    assert desk.tells("log", incident, "--since", log[-1]["seq"])["log"] == []
    shown = desk.tells("show", incident)
    assert shown["units"][0]["en_route_at"] is not None
    assert shown["version"] == 2


def test_a_second_call_is_perhaps_the_same(desk: Terminal) -> None:
    first = opened(desk)
    said = desk.says("open", "landslide", "--at", "100.021,30.0")
    assert f"Perhaps the same as {first}" in said
    assert "96 m away" in said
    second = re.search(r"^(\d{6}-\d\d)  ", said, re.MULTILINE)
    assert second is not None

    unit = ordered(desk, second[1], "T1")
    joined = desk.tells("join", second[1], first, "--why", "同一起")
    assert (joined["state"], joined["joined_to"]) == ("joined", first)
    assert [one["id"] for one in desk.tells("show", first)["units"]] == [unit]


def test_a_unit_is_sent_on_and_its_time_corrected(desk: Terminal) -> None:
    first, second = opened(desk), opened(desk, "fire")
    unit = ordered(desk, first, "T1")
    desk.tells("status", unit, "en_route")
    told = desk.tells("show", first)["units"][0]
    said = desk.says("time", unit, "en_route", told["ordered_at"], "--why", "电台记录")
    assert "set out" in said
    assert desk.tells("show", first)["units"][0]["en_route_at"] == told["ordered_at"]
    assert re.search(r"set out \S+ \S+ → \S+ \S+  why: 电台记录", desk.says("log", first))

    sent_on = desk.tells("reassign", unit, second, "--why", "就近")
    assert sent_on["incident"] == second
    assert sent_on["units"][0]["id"] != unit


def test_an_order_other_than_proposed_says_why(desk: Terminal) -> None:
    first, second = opened(desk), opened(desk, "fire")
    assert "differ from those proposed" in desk.refuses("order", first, "T2", "--proposed", "T1")
    ordered(desk, first, "T1", "--proposed", "T1")
    assert "T2" in desk.refuses("order", second, "--move", "T2", "--why", "就近")
    (moved,) = desk.tells("order", second, "--move", "T1", "--why", "就近")["units"]
    assert moved["state"] == "ordered"
    assert desk.tells("show", first)["units"][0]["state"] == "reassigned"


def test_a_correction_may_take_a_figure_back(desk: Terminal) -> None:
    incident = opened(desk, "coal_mine", "--trapped", 4, "--polluted", "农田")
    told = desk.tells(
        "correct", incident, "--unknown", "trapped", "--unknown", "polluted", "--why", "误报"
    )
    assert told["figures"]["trapped"] is None
    assert told["figures"]["polluted"] == []
    assert "It is no major near-miss any more." in told["changes"]
    again = desk.tells("correct", incident, "--unknown", "trapped", "--why", "误报")
    assert (again["corrected"], again["version"]) == (False, told["version"])
    said = desk.says("correct", incident, "--priority", 1, "--title", "一号井", "--why", "重要")
    assert said.startswith("Corrected; grades, recipients and report limits stay as they are.")
    assert "一号井" in said


def test_a_hazard_is_named_later_and_taken_back(desk: Terminal) -> None:
    incident = opened(desk, "landslide")
    with open_store(Path(desk.where[1]) / DATABASE_FILE) as store:
        fill_valley(store)
    said = desk.says("correct", incident, "--hazard", "reservoir:R1", "--why", "现场核实")
    assert "Corrected" in said
    assert "At the hazard 龙湾水库 (reservoir:R1)" in desk.says("show", incident)
    assert "no hazard; write register:id" in desk.refuses(
        "correct", incident, "--hazard", "A", "--why", "x"
    )
    told = desk.tells("correct", incident, "--unknown", "hazard", "--why", "不是它")
    assert told["hazard"] is None


def test_a_corrected_time_moves_its_clock(desk: Terminal) -> None:
    incident = opened(desk, "landslide", "--dead", 1)
    said = desk.says(
        "correct", incident, "--county-received", "2024-07-20 02:00", "--why", "县里来电"
    )
    assert "by 2024-07-20 14:00, overdue (within 12 h from: Time the county was told)" in said


def test_a_clock_that_has_not_run_out_is_said_in_local_time(desk: Terminal) -> None:
    now = REAL.now()
    told = desk.tells(
        "open", "landslide", "--at", HERE, "--dead", 1,
        "--county-received", now.isoformat(),
    )  # fmt: skip
    quick = next(one for one in told["deadlines"] if one["code"] == "geological_quick")
    assert datetime.fromisoformat(quick["due_at"]) == now + timedelta(hours=12)
    assert quick["overdue"] is False


def test_times_are_by_the_sites_clock_unless_they_name_a_zone() -> None:
    by_clock = moment("2024-07-20 02:00", "Asia/Taipei")
    assert by_clock == moment("2024-07-19T18:00Z", "Asia/Taipei")
    assert by_clock == moment("２０２４-07-20 02：00", "Asia/Taipei")


REFUSED = [
    (["open", "dragon", "--at", HERE], "no kind of event “dragon”"),
    (["open", "fire", "--at", "36.1,37.2"], "which is the longitude"),
    (["open", "fire", "--at", "nonsense"], "no coordinate"),
    (["open", "fire"], "--at is missing"),
    (["open", "fire", "--at", HERE, "--dead", -1], "zero or more, not -1"),
    (["open", "fire", "--at", HERE, "--dead", "two"], "--dead cannot be used"),
    (["open", "fire", "--at", HERE, "--dead", 10**20], "2,147,483,647 at most"),
    (["open", "fire", "--at", HERE, "--burnt-ha", "nan"], "zero or more, not nan"),
    (["open", "fire", "--at", HERE, "--burnt-ha", "inf"], "at most"),
    (["open", "fire", "--at", HERE, "--threatened", "moon"], "no kind of place “moon”"),
    (["open", "fire", "--at", HERE, "--hazard", "tailings_pond"], "register:id"),
    (["open", "fire", "--at", HERE, "--hazard", "dragon:1"], "no hazard 1"),
    (["open", "fire", "--at", HERE, "--occurred", "yesterday"], "“yesterday” is no moment"),
    (["open", "fire", "--at", HERE, "--occurred", "2024-07-20"], "is no moment"),
    (["open", "fire", "--at", HERE, "--occurred", "0001-01-01 00:00"], "is no moment"),
    (["open", "fire", "--at", HERE, "--occurred", "2999-01-01 00:00"], "lies ahead of now"),
    (["open", "fire", "--at", HERE, "--county-received", "2024-01-01 00:00"], "give the reason"),
    (["open", "fire", "--at", HERE, "--title", "a\nb"], "one plain line"),
    (["show", "nothing"], "There is no incident nothing"),
    (["log", "nothing"], "There is no incident nothing"),
    (["correct", "nothing", "--dead", 1, "--why", "x"], "There is no incident nothing"),
    (["correct", "{id}", "--dead", 1], "--why is missing"),
    (["correct", "{id}", "--why", "x"], "Nothing to correct was given"),
    (["correct", "{id}", "--priority", 9, "--why", "x"], "1 (highest) to 4"),
    (["correct", "{id}", "--entered-level", 0, "--why", "x"], "A grade is 1"),
    (["correct", "{id}", "--entered-source", "市预案", "--why", "x"], "A grade is 1"),
    (["correct", "{id}", "--dead", 1, "--unknown", "dead", "--why", "x"], "do one of them"),
    (["correct", "{id}", "--unknown", "moon", "--why", "x"], "--unknown cannot be used"),
    (["note", "{id}", " "], "one plain line"),
    (["order", "{id}"], "Choose 1 to 200 units"),
    (["order", "{id}", "T99"], "T99"),
    (["order", "{id}", "depot:D1"], "cannot be sent"),
    (["order", "{id}", "T4"], "not ready"),
    (["order", "{id}", "T1", "team:T1"], "chosen twice"),
    (["status", "nothing", "en_route"], "no assignment nothing"),
    (["status", "{unit}", "asleep"], "no state “asleep”"),
    (["status", "{unit}", "released"], "cannot be followed"),
    (["status", "{unit}", "refused"], "Give a reason"),
    (["status", "{unit}", "en_route", "--at", "2024-01-01 00:00"], "times in their order"),
    (["time", "{unit}", "on_scene", "2024-01-01 00:00", "--why", "x"], "not reached"),
    (["reassign", "{unit}", "{id}", "--why", "x"], "serves this incident already"),
    (["close", "{id}", "--why", "x"], "1 units are still out"),
    (["close", "{id}", "--why", " "], "still out"),
    (["reopen", "{id}", "--why", "x"], "is open"),
    (["join", "{id}", "{id}", "--why", "x"], "joined to itself"),
]


def test_every_refusal_is_one_sentence(desk: Terminal) -> None:
    names = {"id": opened(desk)}
    names["unit"] = ordered(desk, names["id"], "T2")
    before = desk.tells("show", names["id"]), desk.tells("list", "--state", "all")
    for words, says in REFUSED:
        assert says in desk.refuses(*(str(word).format(**names) for word in words)), words
    assert (desk.tells("show", names["id"]), desk.tells("list", "--state", "all")) == before


def test_a_refusal_is_json_too_and_chinese_too(desk: Terminal) -> None:
    result = desk.run("show", "nothing", "--json")
    assert json.loads(result.stdout)["error"]["code"] == "incident.unknown"
    assert "“昨天”不是时刻" in desk.refuses(
        "open", "fire", "--at", HERE, "--occurred", "昨天", lang="zh"
    )


def test_an_hour_that_the_clocks_skip_or_repeat_is_asked_about() -> None:
    for twice_or_never in ("2024-03-31 02:30", "2024-10-27 02:30"):
        with pytest.raises(ValueError, match="clocks of Europe/Berlin change"):
            moment(twice_or_never, "Europe/Berlin")
    assert moment("2024-10-27T02:30+02:00", "Europe/Berlin").hour == 0


def test_a_folder_without_a_site_is_said(tmp_path: Path) -> None:
    assert "site" in Terminal(tmp_path).refuses("list")


def test_cards_are_set_and_filled(desk: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    line = {"by": "capability", "code": "fire", "count": 1, "limit_min": 5}
    path.write_text(json.dumps({"kind": "fire", "lines": [line]}), encoding="utf-8")
    desk.says("card", "set", path, "--why", "新建")
    told = desk.tells("card", "show", "fire")
    assert (told["version"], told["lines"][0]["tier"]) == (1, "main")
    assert "changed by somebody else" in desk.refuses("card", "set", path, "--why", "x")
    path.write_text(json.dumps(told | {"lines": [line | {"count": 0}]}), encoding="utf-8")
    assert "whole number" in desk.refuses("card", "set", path, "--why", "x")
    assert desk.says("card", "list") == "fire-any  Fire  1 lines  version 1\n"
    made = desk.tells("open", "fire", "--at", HERE)["id"]
    assert "T1  甲队  the first of 4 to arrive, 3.1 min" in desk.says("propose", made)
    (plan,) = desk.tells("propose", lang="zh")["proposals"]
    assert (plan["incident"], plan["lines"][0]["units"][0]["key"]) == (made, "T1")


def test_what_is_near_is_told(desk: Terminal) -> None:
    assert "No unit" in desk.says("near", "--at", "101.5,30.0")
    made = desk.tells("open", "fire", "--at", "100.02,30.0")["id"]
    desk.says("order", made, "T1")
    said = desk.says("near", "--at", "100.01,30.0", "--within", 1000)
    assert f"Unit  甲队 (T1)  Ordered  Its station  incident {made}" in said
    assert said.index("T1") < said.index("Incident  ")  # the nearest first
    assert "T2" not in said
    assert "above 0" in desk.refuses("near", "--at", "100.01,30.0", "--within", 0)


def test_an_incident_is_replayed(desk: Terminal) -> None:
    made = desk.tells("open", "fire", "--at", HERE)["id"]
    desk.says("order", made, "T1")
    assert "T1" in desk.says("replay", made).splitlines()[-1]
    assert "Nothing" in desk.says("replay", made, "--to", "2020-01-01 00:00")
    assert "before" in desk.refuses(
        "replay", made, "--from", "2020-01-02 00:00", "--to", "2020-01-01 00:00"
    )
