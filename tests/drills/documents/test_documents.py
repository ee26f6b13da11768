"""Documents of a drill on the tiny site: what is in them, and that players learn nothing."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.table import Table
from sqlalchemy import update

from gisapp.bootstrap import App
from gisapp.documents import FONT
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.script import script_of
from gisapp.drills.design.writing import keep_reckoning, write_script
from gisapp.drills.documents import writing
from gisapp.drills.documents.kinds import DOCUMENTS
from gisapp.drills.documents.writing import document
from gisapp.drills.plans.drafts import begin, issue
from gisapp.drills.programme.drills import plan_drill, said_of
from gisapp.drills.programme.models import Drill
from gisapp.errors import InputError
from gisapp.messages import LANGUAGES, catalogue, translate
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from tests.incidents.acting import do

STAFF = {kind for kind, one in DOCUMENTS.items() if one.for_staff}
OPEN = set(DOCUMENTS) - STAFF
A = {"x": 100.0, "y": 30.0}
DRILL = {
    "year": 2026, "name": "滑坡演练", "organiser_kind": "headquarters", "organiser": "hq1",
    "plan": "slope", "starts_at": "2026-10-01T23:30:00Z", "duration_min": 90, "venue": "东山广场",
    "objectives": [{"text": "三十分钟到场", "within_min": 30}, {"text": "按时报告"}],
    "participants": [
        {"kind": "team", "id": "T1"},
        {"kind": "headquarters", "id": "hq1"},
        {"kind": "account", "id": "player", "role": "player", "name": "参演的李"},
        {"kind": "person", "name": "评估甲", "role": "evaluator"},
        {"kind": "person", "name": "评估乙", "role": "evaluator"},
        {"kind": "person", "name": "导调丙", "role": "controller"},
    ],
}  # fmt: skip
SECRET = "绝密"  # stands in every word that a player may not read
SCRIPT: dict[str, Any] = {
    "scenario": {
        "at": {"x": 100.0512, "y": 30.0}, "kind": "debris_flow", "story": "绝密开场",
        "casualties": {"dead": 2, "trapped": 71},
        "needs": [{"name": "绝密村", "at": A, "wants": [{"capability": "fire", "count": 2}],
                   "people": 7731, "objective": 1}],
    },
    "injects": [
        {"title": "绝密机动", "when": {"how": "any"}, "text": "绝密机动词"},
        {"title": "绝密二", "when": {"how": "at", "minute": 20}, "channel": "report",
         "sender": "绝密村民", "to": ["headquarters/hq1", "team/T1"], "text": "绝密垮坝",
         "expected": "绝密处置", "objective": 2,
         "effects": [
             {"what": "close", "at": A, "radius_m": 321},
             {"what": "disable", "kind": "team", "id": "T1", "minutes": 15},
             {"what": "casualties", "injured": 9},
             {"what": "comms", "who": ["team/T1"]},
             {"what": "weather"},
             {"what": "false", "truth": "绝密实情"},
             {"what": "need", "name": "绝密寨", "at": A,
              "wants": [{"capability": "rescue"}], "people": 4, "objective": 1},
         ]},
        {"title": "绝密一", "when": {"how": "at", "minute": 5}, "text": "绝密首报"},
        {"title": "绝密三", "when": {"how": "state", "state": "response", "count": 2,
                                  "delay_min": 3, "expected_minute": 30}},
    ],
    "arrangements": {
        "safety_officer": "安全官王", "hotline": "12345678", "invited": ["市消防救援支队"],
        "stop_words": "全部停下", "reply_by": "2026-09-20",
    },
}  # fmt: skip
RECKONED: dict[str, Any] = {
    "consequences": {
        "footprint": {"people": {"villages": 3, "population": {"known": None}},
                      "things_found": 8, "roads_found": 2},
        "cut_off": [{"name": "绝密断村"}], "cut_off_found": 5,
        "forces": {"first": [{"name": "绝密先到", "minute": 12.5}]},
    },
    "difficulty": {
        "in_time": False, "solvable": True,
        "ways": {way: {"unmet": 0, "people_late": 6, "mean_min": 8.5, "last_min": None}
                 for way in ("optimum", "naive", "worst")},
        "places": [{"name": "绝密村", "minute": 0.0, "within_min": 30,
                    "wants": [{"label": "绝密灭火", "count": 2}],
                    "optimum": {"minutes": 8.5}, "naive": {"minutes": None}}],
    },
    "faults": [],
}  # fmt: skip


def someone(login: str, role: Role) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


def made(app: App, script: dict[str, Any] | None = SCRIPT, **more: Any) -> Drill:
    drill = do(app.store, plan_drill, said_of({**DRILL, **more}), actor=system_actor("li"))
    if script is not None:
        do(app.store, write_script, drill.id, script, version=0, actor=system_actor("li"))
        told = dict.fromkeys(LANGUAGES, RECKONED)
        do(app.store, keep_reckoning, drill.id, told, version=1, actor=system_actor("li"))
    return drill


def content(app: App, drill: Drill, kind: str, lang: str = "zh", actor: Actor | None = None) -> Any:
    with app.store.session() as session:
        asking = actor or system_actor("li")
        return document(session, asking, drill.id, kind, lang, zone="Asia/Shanghai")


def written(app: App, drill: Drill, kind: str, lang: str = "zh") -> Written:
    return docx.Document(BytesIO(content(app, drill, kind, lang)[0]))


def everything(content: bytes) -> str:
    """All parts of a file as they are stored: headers, properties and comments too."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(one).decode("utf-8", "ignore") for one in parts.namelist())


def words(document: Written) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def headed(document: Written, code: str, lang: str = "zh") -> list[list[list[str]]]:
    """The tables that have a head of the catalogue among theirs, without their first row."""
    head = translate(f"drill.doc.{code}", lang)
    return [cells(one)[1:] for one in document.tables if head in cells(one)[0]]


# --- who reads what ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(STAFF))
def test_no_player_gets_what_is_of_the_staff(tiny_app: App, kind: str) -> None:
    drill = made(tiny_app)
    for login in ("player", "stranger"):
        for role in Role:
            with pytest.raises(ForbiddenError):
                content(tiny_app, drill, kind, actor=someone(login, role))
    assert SECRET in everything(content(tiny_app, drill, kind)[0])


@pytest.mark.parametrize("kind", sorted(OPEN))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_players_read_holds_nothing_of_what_is_played(
    tiny_app: App, kind: str, lang: str
) -> None:
    drill = made(tiny_app)
    player = someone("player", Role.DUTY_OFFICER)
    told, _ = content(tiny_app, drill, kind, lang, player)
    secrets = {SECRET, "7731", "100.0512", "泥石流", "Debris flow", "321 ", "71 ", "12.5"}
    assert [one for one in secrets if one in everything(told)] == []
    # Not a letter depends on the script: without one, the document is the same.
    bare = made(tiny_app, {"arrangements": SCRIPT["arrangements"]})
    assert words(docx.Document(BytesIO(told))).replace(drill.id, "") == words(
        written(tiny_app, bare, kind, lang)
    ).replace(bare.id, "")


def test_whoever_may_not_export_gets_none(tiny_app: App) -> None:
    drill = made(tiny_app)
    for kind in DOCUMENTS:
        with pytest.raises(ForbiddenError):
            content(tiny_app, drill, kind, actor=someone("li", Role.VIEWER))
    planner = someone("li", Role.PLANNER)
    assert Right.EXPORT in planner.rights
    assert content(tiny_app, drill, "script", actor=planner)[1] == "滑坡演练-演练脚本"


def test_a_spoilt_script_tells_a_player_nothing(tiny_app: App) -> None:
    drill = made(tiny_app)
    with tiny_app.store.session(write=True) as session:
        session.execute(
            update(DrillScript).values(content={"scenario": {"kind": SECRET}, "injects": SECRET})
        )
    assert content(tiny_app, drill, "notice", actor=someone("player", Role.PLANNER))
    with pytest.raises(InputError, match="script"):
        content(tiny_app, drill, "script")


def test_every_kind_of_document_is_written() -> None:
    assert set(writing._OPEN) == OPEN
    assert set(writing._OF_STAFF) == STAFF
    assert {"script", "evaluation", "checklist_staff"} == STAFF


def test_an_unknown_document_is_named(tiny_app: App) -> None:
    drill = made(tiny_app)
    with pytest.raises(InputError) as caught:
        content(tiny_app, drill, "diary")
    assert caught.value.code == "drill.unknown_document"


# --- how they look -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_document_is_marked_and_laid_out(tiny_app: App, kind: str, lang: str) -> None:
    drill = made(tiny_app)
    document = written(tiny_app, drill, kind, lang)
    page: Any = document.sections[0]
    assert "演练 EXERCISE" in page.header.paragraphs[0].text
    only = translate("drill.doc.staff_only", lang)
    assert (only in page.header.paragraphs[0].text) == (kind in STAFF)
    fields = [one.text for one in page.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert (page.page_width > page.page_height) == (page.orientation == WD_ORIENT.LANDSCAPE)
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == FONT
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    text = words(document)
    assert "滑坡演练" in text
    assert ("地灾指挥部" if lang == "zh" else "Slopes Headquarters") in text
    assert "{" not in text
    assert document.core_properties.author in text
    tables: list[Any] = document.tables
    for table in [one for one in tables if len(one.columns) > 2]:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    usable = page.page_width - page.left_margin - page.right_margin
    for table in tables:
        assert sum(one.width for one in table.columns) == pytest.approx(usable, rel=0.01)


def test_a_document_is_written_of_a_drill_of_which_little_is_known(tiny_app: App) -> None:
    drill = made(tiny_app, None, plan="", starts_at=None, objectives=[], participants=[], venue="")
    for lang in LANGUAGES:
        for kind in DOCUMENTS:
            assert translate("drill.doc.open", lang) in words(
                written(tiny_app, drill, kind, lang)
            ) or kind in {"checklist_players", "checklist_staff"}


def test_lists_have_as_many_lines_in_both_languages() -> None:
    for code, text in catalogue("zh").items():
        if code.startswith("drill.doc."):
            assert text.count("\n") == catalogue("en")[code].count("\n"), code


# --- what is in each ---------------------------------------------------------------------------


def test_the_script_has_the_injects_in_their_order(tiny_apps: App) -> None:
    drill = made(tiny_apps)
    document = written(tiny_apps, drill, "script")
    timeline, contingency = headed(document, "inject.text")
    order = [one.title for one in script_of(SCRIPT).in_order()]
    assert [row[2] for row in timeline + contingency] == order
    assert [row[0] for row in timeline + contingency] == ["1", "2", "3", "4"]
    first, second, third = timeline
    # 23:30 UTC is half past seven in the morning at the site.
    assert first[1] == "T+5 (07:35)"
    assert third[1] == "启动Ⅱ级响应或更高级别后 3 分钟；预计 T+30 (08:00)"
    assert second[3:7] == ["书面报告", "绝密村民", "地灾指挥部、甲队", "【演练】绝密垮坝"]
    assert second[7].split("\n") == [
        "100.0000, 30.0000 周围 321 米内道路中断，含桥梁隧道",
        "甲队失能（15 分钟）",
        "伤亡增加：受伤 9 人",
        "甲队通信中断（至演练结束）",
        "天气路况变为：平常",
        "所告知的不实；实情：绝密实情",
        "新的救援需求：绝密寨 (100.0000, 30.0000)，4 人等待，需要 抢险救援 × 1",
    ]
    assert second[8:] == ["绝密处置", "2"]
    text = words(document)
    for part in ("绝密开场", "死亡 2 人、被困 71 人", "绝密断村，另有 4 处", "绝密先到 12.5"):
        assert part in text
    english = words(written(tiny_apps, drill, "script", "en"))
    assert "Response level II or higher started, 3 min after; expected at T+30 (08:00)" in english
    assert "Debris flow" in english


def test_a_script_changed_since_says_that_its_reckoning_is_older(tiny_app: App) -> None:
    drill = made(tiny_app)
    older = translate("drill.doc.script.outdated", "zh")
    assert older not in words(written(tiny_app, drill, "script"))
    do(tiny_app.store, write_script, drill.id, SCRIPT, version=1, actor=system_actor("li"))
    for kind in ("script", "evaluation"):
        assert older in words(written(tiny_app, drill, kind))


def test_the_evaluation_asks_what_it_must(tiny_app: App) -> None:
    drill = made(tiny_app)
    document = written(tiny_app, drill, "evaluation")
    (goals,) = headed(document, "goal.observe")
    assert [row[1] for row in goals] == ["三十分钟到场", "按时报告"]
    assert goals[0][3] == "30 分钟内"
    assert "绝密村" in goals[0][4]
    assert "绝密寨" in goals[0][4]
    assert "绝密处置" in goals[1][4]
    (scores,) = headed(document, "score.points")
    assert [row[0] for row in scores] == ["预案科学性", "指挥高效性", "装备实用性", "队伍战斗力"]
    (covers,) = headed(document, "covers.found")
    assert [row[1] for row in covers][:5] == [
        "演练的执行情况", "预案的合理性与可操作性", "指挥协调和应急联动情况",
        "应急人员的处置情况", "演练所用设备装备的适用性",
    ]  # fmt: skip
    assert len(covers) == 6
    assert "已废止" in words(document)
    (watches,) = headed(document, "watch.evaluator")
    assert [row[:2] for row in watches] == [
        ["评估甲", "1. 三十分钟到场"], ["评估乙", "2. 按时报告"],
    ]  # fmt: skip


def test_evaluators_watch_what_was_arranged_and_what_nobody_watches_is_named(
    tiny_app: App,
) -> None:
    watch = [{"evaluator": "评估甲", "objectives": [2], "place": "指挥部"}]
    drill = made(tiny_app, {"arrangements": {"watches": watch}})
    document = written(tiny_app, drill, "evaluation")
    assert headed(document, "watch.evaluator") == [[["评估甲", "2. 按时报告", "指挥部"]]]
    assert "无人观察的目标：1" in words(document)


def test_the_plan_says_who_drills_what_and_where_the_events_are_kept(tiny_app: App) -> None:
    drill = made(tiny_app)
    text = words(written(tiny_app, drill, "plan"))
    parts = (
        "《滑坡预案》第 1 版（合成数据）", "实战演练、综合演练、检验性", "东山广场", "甲队",
        "评估甲", "2026年10月02日 07:30 至 09:00", "《演练脚本》", "30 分钟内",
    )  # fmt: skip
    for part in parts:
        assert part in text
    assert "2026-10-02 07:00" in words(written(tiny_app, drill, "plan", "en"))  # half an hour early


def test_clauses_are_named_as_the_plan_in_force_heads_them(tiny_app: App) -> None:
    store = tiny_app.store
    text = {"clauses": [{"key": "c1", "number": "4.2", "title": "先期到场"}, {"key": "c2"}]}
    said = {"category": "department", "name": {"zh": "甲", "en": "A"}, "document": text,
            "source": {"zh": "文", "en": "doc"}}  # fmt: skip
    draft = do(store, begin, "slope-east", said)
    do(store, issue, draft.id, version=1)
    goals = [{"text": "到场", "clause": "c1"}, {"text": "报告", "clause": "c2"}]
    drill = made(tiny_app, plan="slope-east", objectives=goals)
    for kind, head in (("plan", "goal.clause"), ("evaluation", "goal.observe")):
        (rows,) = headed(written(tiny_app, drill, kind), head)
        assert [row[2] for row in rows] == ["4.2 先期到场", "c2"]


def test_the_safety_plan_has_words_of_its_own_for_what_is_not_arranged(tiny_app: App) -> None:
    arranged = made(tiny_app)
    text = words(written(tiny_app, arranged, "safety"))
    assert "安全官王" in text
    assert "全部停下" in text
    assert "导调人员之间失去通信" in text
    own = made(tiny_app, {"arrangements": {"stop_conditions": ["起雾"], "weather_limit": "六级风"}})
    text = words(written(tiny_app, own, "safety"))
    assert "1. 起雾\n2. 天气超出限度：六级风。" in text
    assert "导调人员之间失去通信" not in text
    assert "演练终止！" in text


def test_letters_are_signed_and_each_has_its_addressee(tiny_app: App) -> None:
    drill = made(tiny_app)
    notice = words(written(tiny_app, drill, "notice"))
    for part in ("12345678", "这是演练，不是真实事件", "东山广场"):
        assert part in notice
    letters = [one.text for one in written(tiny_app, drill, "invitation").paragraphs]
    assert [one for one in letters if one.endswith("：") and len(one) < 20][:3] == [
        "市消防救援支队：", "导调丙：", "评估甲：",
    ]  # fmt: skip
    assert "地灾指挥部：" not in letters  # which holds it
    assert "2026年09月20日" in "\n".join(letters)


def test_checklists_are_split_between_those_who_know_and_those_who_play(tiny_app: App) -> None:
    drill = made(tiny_app)
    (played,) = headed(written(tiny_app, drill, "checklist_staff"), "inject.played")
    assert [row[3] for row in played] == ["绝密一", "绝密二", "绝密三", "绝密机动"]
    players = words(written(tiny_app, drill, "checklist_players"))
    assert "参演人员检查清单" in players
    assert "全部停下" in players
