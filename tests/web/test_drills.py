"""The year's board over its addresses and in the browser."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect

from gisapp.bootstrap import App
from gisapp.drills.plans.library import import_plans
from gisapp.drills.ready.library import import_ready
from gisapp.rights import ROLE_RIGHTS, Right, Role
from tests.cli.test_drill_commands import READY
from tests.incidents.acting import do
from tests.tiny_site import PLANS
from tests.web.conftest import Console, PageClient, SignedIn

SAID = {"year": 2020, "name": "滑坡演练", "organiser_kind": "headquarters", "organiser": "hq1"}


def planned(client: PageClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/drills", json={**SAID, **more})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def year(client: PageClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/drills/years/2020?lang=zh").json
    return found


def test_a_year_from_plan_to_score(client: PageClient) -> None:
    drill = planned(client, starts_at="2020-06-01T01:00:00Z", venue="东广场")
    again = planned(client, starts_at="2020-06-01T02:00:00Z", venue="东广场")
    assert [one["code"] for one in again["clashes"]] == ["drill.clash.venue"]
    address = f"/api/drills/{drill['id']}"
    moved = client.post(address, json={**SAID, "venue": "西门", "version": 1})
    assert (moved.status_code, moved.json["version"]) == (200, 2)
    assert client.post(address, json={**SAID, "version": 1}).status_code == 409
    told = {"version": 2, "on": "2020-06-02", "scores": {"command": 88}, "summary": "顺利"}
    assert client.post(f"{address}/hold", json=told).json["state"] == "done"
    assert client.post(f"/api/drills/{again['id']}/cancel",
                       json={"version": 1, "why": "汛期"}).status_code == 200  # fmt: skip
    (row,) = year(client)["headquarters"]
    assert (row["standing"], row["scores"]) == ("done", {"command": 88})
    found = {"drill": drill["id"], "what": "通信中断", "found_on": "2020-06-02"}
    finding = client.post("/api/drills/findings", json=found)
    assert finding.status_code == 201
    assert year(client)["headquarters"][0]["open_findings"] == 1
    close = f"/api/drills/findings/{finding.json['number']}/close"
    assert client.post(close, json={"on": "2020-06-03"}).status_code == 200
    assert client.post(close, json={"on": "2020-06-03"}).status_code == 400
    assert year(client)["findings"] == []
    assert client.get(address).json["summary"] == "顺利"
    assert client.get("/api/drills/none").status_code == 404


def test_the_programme_is_approved_and_goes_out(client: PageClient) -> None:
    planned(client)
    assert year(client)["approval"] is None
    said = client.post("/api/drills/years/2020/approve", json={"why": "市安委〔2020〕1号"})
    assert said.status_code == 200
    planned(client, name="后补演练")
    assert year(client)["approval"]["changed"] == ["后补演练"]
    document = client.get("/drills/2020.docx?lang=zh")
    assert len(docx.Document(BytesIO(document.data)).tables[0].rows) == 3
    calendar = client.get("/drills/2020.ics")
    assert calendar.mimetype == "text/calendar"
    assert client.get("/drills/1.ics").status_code == 400


def test_units_their_duties_and_spot_checks(client: PageClient, signed_in: SignedIn) -> None:
    works = {"id": "N1", "name": "矿业", "x": "100.03", "y": "30", "sector": "mine",
             "county": "990001"}  # fmt: skip
    client.post("/api/registers/enterprise", json={"values": works, "why": "普查"})
    held = planned(client, organiser_kind="enterprise", organiser="N1")
    client.post(f"/api/drills/{held['id']}/hold", json={"version": 1, "on": "2020-01-01"})
    (duty,) = [
        one for one in client.get("/api/drills/duties").json["duties"] if one["code"] == "N1"
    ]
    assert (duty["standing"], duty["due_by"], duty["report_missing"]) == (
        "overdue", "2020-07-01", True,
    )  # fmt: skip
    order = {"organiser_kind": "enterprise", "organiser": "N1", "what": "无演练记录",
             "found_on": "2020-02-01", "is_order": True}  # fmt: skip
    assert client.post("/api/drills/findings", json=order).status_code == 400
    assert client.post("/api/drills/findings", json=order | {"due_on": "2020-03-01"}).json[
        "overdue"
    ]
    editor = signed_in(Role.COUNTY_EDITOR, "990001")
    assert editor.post("/api/drills", json={**SAID, "organiser_kind": "enterprise",
                                            "organiser": "N1"}).status_code == 201  # fmt: skip
    assert editor.post("/api/drills", json=SAID).status_code == 403
    assert editor.get("/api/drills/duties?county=990001").json["duties"]


@pytest.mark.parametrize("role", [one for one in Role if one != Role.ADMINISTRATOR])
def test_who_may(role: Role, signed_in: SignedIn, client: PageClient) -> None:
    drill = planned(client)
    who = signed_in(role, "990001" if role is Role.COUNTY_EDITOR else None)
    assert who.get("/drills").status_code == 200
    may = Right.MANAGE_DRILLS in ROLE_RIGHTS[role] and role is not Role.COUNTY_EDITOR
    for address, body in (
        ("/api/drills", SAID),
        (f"/api/drills/{drill['id']}", {**SAID, "version": 99}),
        (f"/api/drills/{drill['id']}/hold", {"version": 99, "on": "2020-01-01"}),
        (f"/api/drills/{drill['id']}/cancel", {"version": 99, "why": "汛期"}),
        ("/api/drills/findings", {"drill": drill["id"], "what": "乙", "found_on": "2020-01-01"}),
    ):
        assert (who.post(address, json=body).status_code != 403) == may, address
    approved = who.post("/api/drills/years/2020/approve", json={"why": "文"})
    assert (approved.status_code != 403) == (Right.APPROVE_DRILLS in ROLE_RIGHTS[role])


def test_in_the_browser_a_drill_is_planned_warned_of_and_held(
    console: Console, tiny_app: App, tmp_path: Any, client: PageClient
) -> None:
    path = tmp_path / "plans.toml"
    path.write_text(PLANS, encoding="utf-8")
    do(tiny_app.store, import_plans, path)
    console.open("/drills")
    page: Page = console.page
    page.fill("#year", "2020")
    page.locator("#year").dispatch_event("change")
    expect(page.locator('[data-headquarters="hq1"]')).to_have_attribute("data-standing", "overdue")
    planned(client, name="先定的", venue="东广场", starts_at="2020-06-01T01:00:00Z")
    page.click("#new")
    page.fill('[name="name"]', "<i>滑坡</i>演练")
    page.select_option('[name="plan"]', "slope")
    page.fill('[name="starts_at"]', "2020-06-01T09:30")
    page.fill('[name="venue"]', "东广场")
    page.click("#add-participant")
    page.fill('[name="id"]', "T1")
    page.click('#edit [type="submit"]')
    expect(page.locator("#clashes")).to_contain_text("地点“东广场”同一时间用于“先定的”。")
    expect(page.locator("#drills")).to_contain_text("<i>滑坡</i>演练")
    row = page.locator("#drills tr", has_text="<i>滑坡</i>演练")
    expect(row).to_contain_text("06/01 09:30")
    row.get_by_role("button", name="登记完成").click()
    page.fill('[name="on"]', "2020-06-01")
    page.fill('[name="score_plan"]', "91")
    page.click('#edit [type="submit"]')
    board = page.locator('[data-headquarters="hq1"]')
    expect(board).to_have_attribute("data-standing", "done")
    expect(board).to_contain_text("预案科学性 91")
    expect(page.locator("#teams")).to_contain_text("甲队")


def test_in_the_browser_a_ready_scenario_becomes_a_drill(
    console: Console, tiny_app: App, tmp_path: Any
) -> None:
    path = tmp_path / "drills.toml"
    path.write_text(READY, encoding="utf-8")
    do(tiny_app.store, import_ready, path)
    console.open("/drills")
    page: Page = console.page
    page.fill("#year", "2026")
    page.locator("#year").dispatch_event("change")
    page.click("#ready")
    page.locator('[data-ready="slope"] button').click()
    expect(page.locator("h1")).to_have_text("滑坡情景")
    expect(page.locator("#scenario [data-row=need] [name=people]")).to_have_value("5")
