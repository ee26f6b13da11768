"""Lead, post, tasks, messages, instructions and the hand-over, and that the log tells of all."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, OutOfDateError
from gisapp.incidents import course
from gisapp.incidents.board import log, standing
from gisapp.incidents.command import instructions, lead, messages, post, tasks
from gisapp.incidents.command.alarms import of_tasks
from gisapp.incidents.handover import sheets, sign_over
from gisapp.incidents.models import Incident
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened


def told(store: Store, incident: Incident, lang: str = "zh") -> list[tuple[str, str, str | None]]:
    with store.session() as session:
        lines = [one.to_dict(lang) for one in log(session, incident.id)]
    return [(str(one["what"]), str(one["text"]), one["why"]) for one in lines[1:]]  # type: ignore[misc]


def refused(code: str, *given: object, **named: object) -> None:
    with pytest.raises((InputError, OutOfDateError)) as said:
        do(*given, **named)  # type: ignore[arg-type]
    assert said.value.code == code


def test_the_county_leads_until_the_city_takes_over(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store)
    with store.session() as session:
        found = standing(session, incident.id).command.to_dict("zh", REAL.now())["lead"]
    assert isinstance(found, dict)
    assert (found["level"], found["by_law"]) == ("county", True)
    said = {"decided_by": "李副市长", "why": "超出县级能力"}
    refused("command.leads_already", store, lead.take_over, incident.id, "county", **said)
    do(store, lead.take_over, incident.id, "city", **said)
    refused("command.leads_already", store, lead.take_over, incident.id, "city", **said)
    assert told(store, incident) == [
        ("take_over", "市级统一领导，决定人 李副市长。", "超出县级能力"),
    ]


def test_a_post_is_handed_over_by_ending_and_beginning(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    first = post.Draft(place="村委会", commander="王县长", members="张局长、刘队长")
    row = do(store, post.set_up, incident.id, first)
    refused("command.changed_since", store, post.set_up, incident.id, first)
    draft = post.Draft(place="镇政府", commander="李副市长", members="王县长")
    made = do(store, post.hand_over, row.id, draft, version=1, why="市级接管")
    refused("command.post_ended", store, post.hand_over, row.id, draft, version=2, why="x")
    with store.session() as session:
        posts = standing(session, incident.id).command.posts
    assert [(one.commander, one.until is None) for one in posts] == [
        ("王县长", False), ("李副市长", True),
    ]  # fmt: skip
    do(store, post.dissolve, made.id, version=1, why="处置结束")
    assert told(store, incident) == [
        ("insert", "村委会，总指挥 王县长，成员 张局长、刘队长。", None),
        ("hand_over", "", "市级接管"),
        ("insert", "镇政府，总指挥 李副市长，成员 王县长。", "市级接管"),
        ("end", "", "处置结束"),
    ]


def test_a_task_from_its_order_to_its_end(tiny_apps: App) -> None:
    store = tiny_apps.store
    incident = opened(store)
    due = REAL.now().replace(microsecond=0) + timedelta(hours=1)
    said = {"text": "清点人数", "owner": "乡政府"}
    row = do(store, tasks.set_task, incident.id, due_at=due, **said)
    words = {row.id: {"zh": "清点人数", "en": "清点人数"}}
    assert of_tasks([row], words, due) == []  # due now is not overdue yet
    (alarm,) = of_tasks([row], words, due + timedelta(seconds=1))
    assert "已超期 1 分钟：清点人数（责任人 乡政府）" in str(alarm.to_dict("zh")["text"])
    later = due + timedelta(hours=1)
    row = do(
        store, tasks.change, row.id, version=1, owner="村委会", due_at=later, why="乡里人手不够"
    )
    assert (row.owner, row.due_at) == ("村委会", later)
    refused("command.changed_since", store, tasks.finish, row.id, version=1)
    version = incident.version
    refused("command.tasks_open", store, course.close, incident.id, version=version, why="完")
    last = later + timedelta(minutes=5)
    row = do(store, tasks.change, row.id, version=2, due_at=last, why="路断")
    do(store, tasks.change, row.id, version=3, owner="乡政府", why="换人")
    do(store, tasks.finish, row.id, version=4, result="全部到齐")
    refused("command.task_ended", store, tasks.drop, row.id, version=5, why="x")
    other = do(store, tasks.set_task, incident.id, due_at=due, **said)
    do(store, tasks.drop, other.id, version=1, why="重复")
    for wrong in (REAL.now() - timedelta(hours=1), REAL.now() + timedelta(days=91)):
        refused("command.bad_due", store, tasks.set_task, incident.id, due_at=wrong, **said)
    do(store, course.close, incident.id, version=version, why="完")

    def local(at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo('Asia/Taipei')):%Y-%m-%d %H:%M}"

    assert told(store, incident) == [
        ("insert", "清点人数（责任人 乡政府）", None),
        ("update", f"清点人数（责任人 村委会），期限改为 {local(later)}", "乡里人手不够"),
        ("update", f"清点人数，期限改为 {local(last)}", "路断"),
        ("update", "清点人数（责任人 乡政府）", "换人"),
        ("finish", "清点人数 — 全部到齐", None),
        ("insert", "清点人数（责任人 乡政府）", None),
        ("cancel", "清点人数", "重复"),
        ("end", "", "完"),
    ]


def test_messages_and_instructions_stand_in_the_log(tiny_app: App) -> None:
    store = tiny_app.store
    incident = opened(store)
    draft = messages.Draft(direction="in", party="水利局", means="fax", text="水位 12.3 米")
    do(store, messages.keep, incident.id, draft)
    said = {"leader": "陈市长", "office": "市长", "words": "全力转移群众"}
    row = do(store, instructions.receive, incident.id, **said)
    with store.session() as session:
        (alarm,) = standing(session, incident.id).command.alarms(REAL.now())
    assert alarm.to_dict("zh")["text"] == "陈市长批示收到 0 分钟，尚未转达。"
    row = do(store, instructions.pass_on, row.id, version=1, passed_to="甲县政府")
    row = do(store, instructions.answer, row.id, version=2, text="已转移 320 人")
    refused("command.answered", store, instructions.answer, row.id, version=3, text="x")
    with store.session() as session:
        assert standing(session, incident.id).command.alarms(REAL.now()) == []
    assert told(store, incident) == [
        ("insert", "收 水利局（传真）：水位 12.3 米", None),
        ("insert", "陈市长（市长）：全力转移群众", None),
        ("pass_on", "陈市长（市长） → 甲县政府", None),
        ("answer", "陈市长（市长）：已转移 320 人", None),
    ]
    refused("command.bad_text", store, instructions.receive, incident.id, **said | {"words": " "})
    future = messages.Draft(
        direction="out", party="x", means="phone", text="x", at=REAL.now() + timedelta(hours=1)
    )
    refused("incident.bad_moment", store, messages.keep, incident.id, future)


def test_what_is_open_goes_with_an_incident_that_is_joined(tiny_app: App) -> None:
    store = tiny_app.store
    incident, kept = opened(store), opened(store)
    due = REAL.now() + timedelta(hours=1)
    draft = post.Draft(place="村委会", commander="王")
    for one in (incident, kept):
        do(store, post.set_up, one.id, draft)
    do(store, tasks.set_task, incident.id, text="t", owner="o", due_at=due)
    do(store, instructions.receive, incident.id, leader="l", office="o", words="w")
    do(store, course.join, incident.id, kept.id, version=1, why="同一处")
    with store.session() as session:
        found, gone = (standing(session, one.id).command for one in (kept, incident))
    assert (len(found.tasks), len(found.instructions), len(found.posts)) == (1, 1, 1)
    assert [one.until is None for one in gone.posts] == [False]


def test_a_shift_is_signed_over_with_what_is_open(tiny_app: App) -> None:
    store = tiny_app.store
    incident, closed = opened(store), opened(store)
    do(store, course.close, closed.id, version=1, why="误报")
    due = REAL.now() + timedelta(hours=1)
    do(store, tasks.set_task, incident.id, text="清点人数", owner="乡政府", due_at=due)
    with store.session() as session:
        (one,) = [found.to_dict("zh", REAL.now()) for found in sheets(session, OFFICER)]
    assert one["id"] == incident.id
    assert isinstance(one["log"], list)
    assert [line["what"] for line in one["log"]] == ["insert", "insert"]
    do(store, sign_over, [incident.id], taker="赵值班", notes="盯水位")
    refused("incident.not_open", store, sign_over, [closed.id], taker="x", notes="x")
    refused("command.nothing_open", store, sign_over, [], taker="x", notes="x")
    assert told(store, incident)[-1] == ("hand_over", "值班员 → 赵值班：盯水位", None)
