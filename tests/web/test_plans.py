"""The plan library over its addresses and in the browser."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect
from shapely import Point

from gisapp.bootstrap import App
from gisapp.drills.checkup.running import CHECKUP
from gisapp.drills.plans.library import import_plans
from gisapp.events import since
from gisapp.incidents.response.course import Draft, prepare
from gisapp.jobs import Worker
from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import ROLE_RIGHTS, Right, Role, system_actor
from tests.drills.plans.texts import WRITTEN
from tests.incidents.acting import OFFICER, do, opened
from tests.tiny_site import PLANS
from tests.web.conftest import Console, PageClient, SignedIn

SOURCE = {"zh": "文", "en": "doc"}


def put(app: App, kind: str, **values: Any) -> None:
    with app.store.session(write=True) as session:
        changes = compare(session, KINDS[kind], [values])
        store_changes(session, OFFICER, Right.EDIT, changes, why="")


@pytest.fixture(autouse=True)
def plans(tiny_app: App, tmp_path: Path) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(PLANS, encoding="utf-8")
    do(tiny_app.store, import_plans, path)
    put(tiny_app, "mine", id="M1", name="东井", geom=Point(100.055, 30.0), mine_type="coal",
        status="operating")  # fmt: skip


@pytest.fixture
def planner(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.PLANNER)


@pytest.fixture
def leader(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.HEADQUARTERS)


def issued(planner: PageClient, leader: PageClient, code: str, **head: Any) -> dict[str, Any]:
    """A plan with the text written by hand, issued by another than who wrote it."""
    head = {"category": "department", "name": {"zh": f"甲{code}", "en": f"A {code}"},
            "source": SOURCE, "document": WRITTEN, **head}  # fmt: skip
    begun = planner.post("/api/plan-drafts", json={"code": code, "head": head})
    assert begun.status_code == 201, begun.json
    answer = leader.post(f"/api/plan-drafts/{begun.json['id']}/issue", json={"version": 1})
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def check(app: App) -> None:
    list(Worker(app, {CHECKUP.name: CHECKUP}, actor=system_actor("server")).run_due())


def test_a_plan_is_written_issued_and_read(planner: PageClient, leader: PageClient) -> None:
    begun = planner.post("/api/plan-drafts", json={"code": "slope", "head": {}}).json
    assert begun["content"]["levels"]
    content = {**begun["content"], "document": WRITTEN}
    told = {"version": 1, "content": content}
    saved = planner.post(f"/api/plan-drafts/{begun['id']}", json=told).json
    assert saved["version"] == 2
    late = planner.post(f"/api/plan-drafts/{begun['id']}", json=told)
    assert late.status_code == 409
    again = planner.post("/api/plan-drafts", json={"code": "slope", "head": {}})
    assert again.status_code == 409
    refused = planner.post(f"/api/plan-drafts/{begun['id']}/issue", json={"version": 2})
    assert refused.status_code == 403
    done = leader.post(f"/api/plan-drafts/{begun['id']}/issue", json={"version": 2, "why": "文"})
    assert done.json == {"code": "slope", "edition": 2}
    plan = planner.get("/api/plans/slope?lang=zh").json
    assert plan["editions"] == [2, 1]
    assert [one["heading"] for one in plan["clauses"]] == [
        "第一章 总则", "第二章 组织指挥体系与职责", "第三章 处置程序", "3.1 先期到场",
    ]  # fmt: skip
    assert plan["clauses"][3]["part"] == "response"
    (first, _) = plan["clauses"][3]["promises"]
    assert first["words"] == "“甲队”30 分钟内到达“东井”（接令起）"
    assert planner.get("/api/plans/slope?edition=1").json["clauses"] == []
    assert planner.get("/api/plans/slope?edition=9").status_code == 404
    changes = planner.get("/api/plans/slope/difference?before=1&after=2").json["clauses"]
    assert {one["state"] for one in changes} == {"added"}
    for page in ("/plans", "/plans/slope", "/plans/slope?edition=1"):
        assert planner.get(page).status_code == 200


def test_a_document_goes_out_and_comes_back(
    tiny_app: App, planner: PageClient, leader: PageClient
) -> None:
    issued(planner, leader, "bureau")
    file = planner.get("/plans/bureau/plan.docx?lang=zh")
    assert file.status_code == 200
    assert any("先期到场" in one.text for one in docx.Document(BytesIO(file.data)).paragraphs)
    with tiny_app.store.session() as session:
        last = since(session, 0, limit=10_000)[-1]
    assert (last.kind, last.subject_id, last.data["contacts"]) == (
        "export_plan", "bureau/1", True,
    )  # fmt: skip
    form = {"file": (BytesIO(file.data), "计划.docx"), "code": "copy", "head": json.dumps({
        "category": "handbook", "source": SOURCE})}  # fmt: skip
    read = planner.post("/api/plan-drafts/docx", data=form)
    assert read.status_code == 201, read.json
    clauses = read.json["content"]["document"]["clauses"]
    assert [one["title"] for one in clauses] == [one["title"] for one in WRITTEN["clauses"]]
    assert clauses[3]["promises"][0]["who"] == "T1"
    assert read.json["names"]["team/T1"] == "甲队"
    assert read.json["unread"] == []
    for name, content in (("a.docx", b"no"), ("b.docx", b"")):
        bad = {"file": (BytesIO(content), name), "code": "other"}
        refused = planner.post("/api/plan-drafts/docx", data=bad)
        assert refused.status_code == 400
        assert refused.json["error"]["code"] == "plan.no_docx"
    assert planner.post("/api/plan-drafts/docx", data={"code": "x"}).status_code == 400


def test_telephone_numbers_are_for_those_who_call(
    planner: PageClient, leader: PageClient, signed_in: SignedIn
) -> None:
    issued(planner, leader, "bureau")
    assert "0357-2000001" in planner.get("/api/plans/bureau").get_data(as_text=True)
    viewer = signed_in(Role.VIEWER)
    for address in ("/api/plans/bureau", "/api/plans/bureau/difference?before=1&after=1"):
        assert "2000001" not in viewer.get(address).get_data(as_text=True)
    assert viewer.get("/plans/bureau/plan.docx").status_code == 403
    begun = planner.post("/api/plan-drafts", json={"code": "bureau", "head": {}}).json
    assert viewer.get(f"/api/plan-drafts/{begun['id']}").status_code == 403
    assert viewer.get(f"/plans/drafts/{begun['id']}").status_code == 403


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ADMINISTRATOR])
def test_who_may_write_issue_and_record(
    role: Role, signed_in: SignedIn, client: PageClient
) -> None:
    begun = client.post("/api/plan-drafts", json={"code": "slope", "head": {}}).json
    county = "990001" if role is Role.COUNTY_EDITOR else None
    who, rights = signed_in(role, county), ROLE_RIGHTS[role]
    draft = f"/api/plan-drafts/{begun['id']}"
    for address, body, right in (
        (draft, {"version": 1, "content": {}}, Right.KEEP_PLANS),
        ("/api/plan-drafts", {"code": "new", "head": {}}, Right.KEEP_PLANS),
        ("/api/plans/slope/marks", {"what": "filed", "on": "2021-01-01"}, Right.KEEP_PLANS),
        ("/api/plan-findings/check", {}, Right.KEEP_PLANS),
        (f"{draft}/issue", {"version": 99}, Right.ISSUE_PLANS),
        (f"{draft}/give-up", {"version": 99}, Right.KEEP_PLANS),
    ):
        answer = who.post(address, json=body)
        assert (answer.status_code != 403) == (right in rights), (address, answer.json)


def test_what_is_due_and_recorded(planner: PageClient, leader: PageClient) -> None:
    issued(planner, leader, "bureau", issued_on="2020-01-01")
    listed = planner.get("/api/plans?lang=zh").json
    needs = {one["need"] for one in listed["due"] if one["plan"] == "bureau"}
    assert needs == {"review", "file"}
    for what, more in (("filed", {"by": "县政府", "number": "3"}), ("reviewed", {})):
        mark = {"what": what, "on": "2021-01-01", **more}
        assert planner.post("/api/plans/bureau/marks", json=mark).status_code == 201
    revise = {"what": "to_revise", "on": "2021-01-02", "trigger": "resources", "note": "队伍撤并"}
    assert planner.post("/api/plans/bureau/marks", json=revise).status_code == 201
    due = [one for one in planner.get("/api/plans?lang=zh").json["due"] if one["plan"] == "bureau"]
    (need,) = [one for one in due if one["need"] != "review"]
    assert (need["need"], need["trigger"]) == ("revise", "重要应急资源发生重大变化")
    for wrong in (
        {"what": "lost", "on": "2021-01-01"},
        {"what": "filed", "on": "soon"},
        {"what": "filed"},
    ):
        assert planner.post("/api/plans/bureau/marks", json=wrong).status_code == 400
    told = planner.get("/api/plans/bureau").json["marks"]
    assert [one["what"] for one in told] == ["filed", "reviewed", "to_revise"]


def test_the_check_up_and_the_collisions(
    tiny_app: App, planner: PageClient, leader: PageClient
) -> None:
    issued(planner, leader, "one")
    issued(planner, leader, "two")
    before = planner.get("/api/plan-findings").json
    assert (before["check"], before["is_current"], before["findings"]) == (None, False, [])
    assert planner.post("/api/plan-findings/check", json={}).status_code == 202
    check(tiny_app)
    found = planner.get("/api/plan-findings?plan=one&lang=zh").json
    assert found["is_current"]
    assert (found["check"]["promises"], found["check"]["failed"]) == (4, 2)  # no depot D1
    wrong = {one["code"]: one for one in found["findings"]}
    assert wrong["checkup.unknown_record"]["heading"] == "3.1 先期到场"
    history = planner.get("/api/plans/one/clauses/c4/findings").json["findings"]
    assert [one["closed"] for one in history] == [None]
    assert planner.get("/api/plan-findings?plan=none").status_code == 404
    (team,) = [one for one in planner.get("/api/plan-collisions?lang=zh").json["collisions"]
               if one["what"] == "arrival"]  # fmt: skip
    assert (team["owner"], team["has"], team["left"]) == ("甲队", 1, -1)
    assert planner.get("/api/plan-collisions?plans=one").json["collisions"] == []


def test_a_plan_is_repealed_by_those_who_issue(planner: PageClient, leader: PageClient) -> None:
    issued(planner, leader, "old")
    said = {"on": "2021-01-01", "why": "市政发〔2021〕1号"}
    assert planner.post("/api/plans/old/repeal", json=said).status_code == 403
    assert leader.post("/api/plans/old/repeal", json=said).status_code == 200
    assert leader.post("/api/plans/old/repeal", json=said).status_code == 400
    listed = planner.get("/api/plans").json
    assert [one["code"] for one in listed["plans"]] == ["slope"]
    assert [one["code"] for one in listed["repealed"]] == ["old"]
    assert planner.get("/api/plans/old").json["repealed_on"] == "2021-01-01"
    assert planner.get("/api/plan-findings?plan=old").json["findings"] == []
    assert leader.post("/api/plans/slope/repeal", json={"on": "2021-01-01"}).status_code == 400


def test_an_incident_has_its_plans_with_the_tasks_of_its_level(
    tiny_app: App, planner: PageClient, leader: PageClient
) -> None:
    put(tiny_app, "enterprise", id="N1", name="东井公司", geom=Point(100.05, 30), sector="mine")
    put(tiny_app, "mine", id="M1", enterprise_id="N1")
    issued(planner, leader, "works", category="enterprise", enterprise="N1")
    issued(planner, leader, "other-county", county="141002")
    begun = planner.post("/api/plan-drafts", json={"code": "slope", "head": {"document": WRITTEN}})
    leader.post(f"/api/plan-drafts/{begun.json['id']}/issue", json={"version": 1})
    incident = opened(tiny_app.store, hazard=("mine", "M1"), at=(100.055, 30.0))
    address = f"/api/incidents/{incident.id}/plans?lang=zh"
    told = planner.get(address).json
    assert [one["code"] for one in told["plans"]] == ["slope", "works"]
    assert told["plans"][0]["headquarters"] == "地灾指挥部"
    assert told["plans"][1]["enterprise_name"] == "东井公司"
    assert (told["level"], [one["task"] for one in told["plans"][0]["tasks"]]) == (
        None, ["组织指挥"],
    )  # fmt: skip
    do(tiny_app.store, prepare, incident.id, Draft(level=4, plan="slope"))
    told = planner.get(address).json
    assert (told["level"], told["plans"][0]["tasks"]) == (4, [])  # the task is from level 3 on
    elsewhere = opened(tiny_app.store, kind="flood")
    told = planner.get(f"/api/incidents/{elsewhere.id}/plans").json
    assert told["plans"] == []


def test_in_the_browser_a_plan_is_written_and_its_promise_breaks(
    console: Console, tiny_app: App
) -> None:
    console.open("/plans")
    page: Page = console.page
    page.click("#new")
    page.fill('[name="code"]', "mine-east")
    page.fill('[name="name_zh"]', "东井预案")
    page.select_option('[name="category"]', "department")
    page.click('#begin [type="submit"]')
    page.wait_for_url("**/plans/drafts/**")
    console.ready()
    page.fill('[name="source_zh"]', "文号")
    page.click("#add-clause")
    card = page.locator(".clause-card")
    card.locator('[name="title"]').fill("力量调集")
    card.locator('[name="text"]').fill("<b>就近</b>")
    card.locator('[data-add="promises"]').click()
    card.locator('[name="who"]').fill("T2")
    card.locator('[name="to"]').fill("M1")
    card.locator('[name="within_min"]').fill("6")
    page.click('#draft [type="submit"]')
    expect(page.locator("#notice")).to_have_text("已保存。")
    expect(card.locator(".promise small").first).to_have_text("乙队")
    page.once("dialog", lambda dialog: dialog.accept("市应急〔2026〕9号"))
    page.click("#issue")
    page.wait_for_url("**/plans/mine-east?edition=1")
    expect(page.locator(".promises .holds")).to_contain_text("“乙队”6 分钟内到达“东井”")
    expect(page.locator(".clause p").first).to_have_text("<b>就近</b>")
    put(tiny_app, "team", id="T2", geom=Point(100.001, 30.0))
    console.open("/plans")
    page.click("#check")
    expect(page.locator("#notice")).to_have_text("已排队体检。")
    check(tiny_app)
    row = page.locator('#checkup tr[data-code="checkup.arrival_late"]')
    expect(row).to_contain_text("承诺 6 分钟")
    row.locator("td a").click()
    expect(page.locator(".promises .fails .wrong")).to_contain_text("“乙队”到“东井”需")
