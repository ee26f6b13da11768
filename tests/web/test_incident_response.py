"""The response of an incident over HTTP, and by somebody who only reads the screen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from gisapp.accounts.register import record_office
from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.drills.plans.library import import_plans
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.response.models import Response
from gisapp.rights import Role
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do, opened
from tests.incidents.response.test_plans import with_approvers
from tests.web.conftest import Console, SignedIn


def run_out(store: Store) -> None:
    """Let the time go by that the response was expected to last."""
    with store.session(write=True) as session:
        row = session.scalars(select(Response)).one()
        row.expected_end = REAL.now() - timedelta(minutes=35)


def test_an_officer_prepares_and_headquarters_approves(signed_in: SignedIn, tiny_app: App) -> None:
    officer, leader = signed_in(Role.DUTY_OFFICER), signed_in(Role.HEADQUARTERS)
    incident = opened(tiny_app.store, figures=Figures(dead=2, missing=1)).id
    made = officer.post(
        f"/api/incidents/{incident}/response",
        json={"plan": "slope", "level": 3, "expected_h": 6, "measures": "一\n二"},
    )
    assert made.status_code == 201
    current = made.get_json()["response"]["current"]
    at, seen = f"/api/responses/{current['id']}", {"version": 1}
    assert (current["state"], current["measures"]) == ("prepared", "一\n二")
    refused = officer.post(f"{at}/approve", json=seen)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "accounts.forbidden")
    current = leader.post(f"{at}/approve", json=seen).get_json()["response"]["current"]
    assert (current["state"], current["approved_by"]) == ("in_force", "headquarters")
    late = officer.post(f"{at}/end", json={**seen, "leader": "陈", "office": "指挥长", "why": "x"})
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "response.changed_since")

    change = {"version": 1, "changes": {"missing": 8}}
    corrected = officer.post(f"/api/incidents/{incident}/correct", json=change).get_json()
    assert "滑坡预案建议的响应级别（按最坏情形）由Ⅲ级响应改为Ⅱ级响应。" in corrected["changed"]

    run_out(tiny_app.store)
    (listed,) = officer.get("/api/incidents").get_json()["incidents"]
    assert (listed["response"]["overdue"], listed["response"]["owner"]) == (True, "duty_officer")
    one = officer.get(f"/api/incidents/{incident}").get_json()
    assert (one["state"], one["response"]["current"]["overdue"]) == ("open", True)


@pytest.fixture
def with_offices(tiny_app: App, tmp_path: Path) -> None:
    """The plan names the deputy commander for level 2."""
    path = tmp_path / "plans.toml"
    text = with_approvers('["city.deputy"]').replace("edition = 1", "edition = 2")
    path.write_text(text, encoding="utf-8")
    do(tiny_app.store, import_plans, path)


@pytest.mark.usefixtures("with_offices")
def test_the_account_with_the_office_approves(signed_in: SignedIn, tiny_app: App) -> None:
    officer, leader = signed_in(Role.DUTY_OFFICER), signed_in(Role.HEADQUARTERS)
    incident = opened(tiny_app.store).id
    made = officer.post(f"/api/incidents/{incident}/response", json={"plan": "slope", "level": 2})
    told = made.get_json()["response"]
    assert told["suggested"][0]["levels"][1]["approvers"] == [
        {"code": "city.deputy", "name": "副总指挥"}
    ]
    at = f"/api/responses/{told['current']['id']}"
    refused = leader.post(f"{at}/approve", json={"version": 1})
    assert refused.status_code == 400
    assert refused.get_json()["error"]["code"] == "response.not_approver"
    with tiny_app.store.session(write=True) as session:
        record_office(session, OFFICER, "headquarters", "city.deputy")
    given = leader.post(f"{at}/approve", json={"version": 1}).get_json()["response"]["current"]
    assert (given["approved_office"], given["level_override"]) == ("副总指挥", None)


@pytest.fixture
def page(console: Console, tiny_app: App) -> Page:
    """A slope of just now, two dead and seventeen missing."""
    made = opened(tiny_app.store, figures=Figures(dead=2, missing=17))
    console.open(f"/incidents/{made.id}")
    return console.page


def test_prepared_approved_by_phone_overdue_extended(
    page: Page, console: Console, tiny_app: App
) -> None:
    section, alarm = page.locator("#response"), page.locator("#response-alarm")
    expect(section.locator(".suggested li").nth(0)).to_contain_text("Ⅳ级")
    expect(section.locator(".suggested li").nth(1)).to_contain_text("Ⅱ级")
    section.locator("summary", has_text="拟定响应").click()
    form = section.locator('form[data-act="prepare"]')
    expect(form.locator('[name="level"]')).to_have_value("2")
    expect(form.locator('[name="measures"]')).to_have_value("搜救")
    form.locator('[name="level"]').select_option("3")
    expect(form.locator('[name="measures"]')).to_have_value("转移")
    expect(form.locator('[name="expected_h"]')).to_have_value("24")
    form.locator('[name="measures"]').fill("转移坡下 12 户")
    form.locator('[name="level"]').select_option("2")
    expect(form.locator('[name="measures"]')).to_have_value("转移坡下 12 户")
    form.locator("button").click()

    expect(section.locator(".response")).to_have_attribute("data-state", "prepared")
    expect(section.locator('form[data-act="approve"]')).to_have_count(0)  # nobody his own
    form = section.locator('form[data-act="approve_by_phone"]')
    form.locator('[name="leader"]').fill("陈某")
    form.locator('[name="office"]').fill("副总指挥")
    form.locator("button").click()
    expect(section.locator(".response")).to_have_attribute("data-state", "in_force")
    expect(section.locator(".response")).to_contain_text("凭 陈某（副总指挥）口头批准")
    expect(page.locator('#log li[data-what="approve"]')).to_contain_text("陈某")
    expect(alarm).to_be_empty()

    run_out(tiny_app.store)
    console.open("/incidents")
    expect(page.locator("#incidents .overdue")).to_contain_text("已超期，责任人 administrator")
    page.locator("#incidents th a").click()
    console.ready()
    expect(alarm).to_contain_text("请责任人 administrator 延长或终止")
    section.locator("summary", has_text="延长").click()
    form = section.locator('form[data-act="extend"]')
    form.locator('[name="why"]').fill("仍在搜救")
    form.locator("button").click()
    expect(alarm).to_be_empty()
    expect(section.locator(".response")).to_have_attribute("data-state", "in_force")


@pytest.mark.usefixtures("with_offices")
def test_an_office_off_the_list_needs_the_reason_of_an_emergency(
    page: Page, console: Console
) -> None:
    section = page.locator("#response")
    section.locator("summary", has_text="拟定响应").click()
    section.locator('form[data-act="prepare"] button').click()
    expect(section.locator(".approvers")).to_have_text("按预案由下列职务之一批准：副总指挥。")
    form = section.locator('form[data-act="approve_by_phone"]')
    expect(form.locator("datalist option")).to_have_attribute("value", "副总指挥")
    form.locator('[name="leader"]').fill("陈某")
    form.locator('[name="office"]').fill("指挥长")
    form.locator("button").click()
    expect(page.locator("#fault")).to_contain_text("这一级别由下列职务之一批准：副总指挥")
    console.watch.errors.clear()  # the browser reports what was refused
    form.locator('[name="override"]').fill("副总指挥失联")
    form.locator("button").click()
    expect(section.locator(".response")).to_have_attribute("data-state", "in_force")
    expect(section.locator(".response .badge.caution", has_text="紧急越权")).to_be_visible()
    expect(section.locator(".response")).to_contain_text("批准：副总指挥失联")
    expect(page.locator('#log li[data-what="approve"]')).to_contain_text("紧急越权：副总指挥失联")
    section.locator("summary", has_text="调整级别").click()
    form = section.locator('form[data-act="level"]')
    expect(form.locator('[name="override"]')).to_be_visible()
    console.open(page.url.split("/", 3)[3].join(("/", "/handover")))
    expect(page.locator(".sheet .badge.caution", has_text="紧急越权")).to_be_visible()
    expect(page.locator(".sheet").first).to_contain_text("批准：副总指挥失联")
