"""Signing in and out in a real browser, and what each person finds on the map."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from gisapp.accounts.register import find
from gisapp.bootstrap import App
from gisapp.registers.kinds.team import Team
from gisapp.rights import Role
from tests.patience import PATIENCE_MS
from tests.people import with_account, with_own_password
from tests.web.conftest import Watch, sign_browser_in

GOOD = "three words in a row"
NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, served: str, tiny_app: App) -> Iterator[NewPage]:
    """Opens pages of people by role, of nobody without one; checks what must not happen."""
    contexts, watches = [], []

    def open_page(role: Role | None = None, county: str | None = None, **options: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", **options}
        context = browser.new_context(reduced_motion="reduce", base_url=served, **settings)
        context.set_default_timeout(PATIENCE_MS)
        if role is not None:
            sign_browser_in(context, tiny_app, served, role, county)
        page = context.new_page()
        watch = Watch(page, served)
        watch.expected_statuses |= {400, 401, 403, 409, 429}
        contexts.append(context)
        watches.append(watch)
        return page

    yield open_page
    for context in contexts:
        context.close()
    for watch in watches:
        assert {one for one in watch.foreign if "elsewhere.example" not in one} == set()
        assert watch.errors == []


@pytest.fixture
def zhang(tiny_app: App) -> str:
    """First password of a duty officer."""
    return with_account(tiny_app.store, "zhang", name="张三", role="duty_officer")


def enter(page: Page, login: str, password: str) -> None:
    """By keyboard alone: the field of the login has the focus."""
    expect(page.locator("#login")).to_be_focused()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_sign_in_change_the_first_password_and_sign_out(new_page: NewPage, zhang: str) -> None:
    page = new_page()
    page.goto("/#at=100.05,30.0&need=fire")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2F#at="))
    enter(page, "zhang", zhang)
    expect(page).to_have_url(re.compile(r"/password"))
    page.goto("/registers")
    expect(page).to_have_url(re.compile(r"/password$"))
    page.go_back()
    page.fill("#old", zhang)
    page.fill("#new", GOOD)
    page.fill("#again", "something else")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_contain_text("不一致")
    page.fill("#old", zhang)
    page.fill("#new", GOOD)
    page.fill("#again", GOOD)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-ready=true]")
    expect(page).to_have_url(re.compile(r"#at=100.05"))
    expect(page.locator("#answer tbody").first).to_be_visible()
    page.click("#menu > button")
    expect(page.locator("#menu .name")).to_have_text("张三")
    page.click("#menu .who button")
    expect(page).to_have_url(re.compile(r"/sign-in$"))
    page.goto("/")
    expect(page.locator("#login")).to_be_focused()


def test_a_wrong_password_and_the_lock(new_page: NewPage, tiny_app: App, zhang: str) -> None:
    with_own_password(tiny_app.store, "zhang", old=zhang, new=GOOD)
    page = new_page()
    page.goto("/sign-in")
    enter(page, "zhang", "wrong")
    for _ in range(4):
        expect(page.locator("#fault")).to_have_text("登录名或口令不正确。")
        expect(page.locator("#login")).to_have_value("zhang")
        expect(page.locator("#password")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.type("wrong")
            page.keyboard.press("Enter")
    page.fill("#password", GOOD)
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_contain_text("1 分钟后再试")
    page.click("#lang-toggle")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_viewer_finds_no_dispatch_and_no_numbers(new_page: NewPage, tiny_app: App) -> None:
    with tiny_app.store.session(write=True) as session:
        for team in session.scalars(select(Team)):
            team.contact_phone = "13812341234"
    page = new_page(Role.VIEWER)
    page.goto("/#at=100.05,30.0&need=fire")
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator("#message")).to_contain_text("没有调派权限")
    expect(page.locator("#go")).to_have_count(0)
    expect(page.locator("#close-road")).to_have_count(0)
    page.fill("#search-input", "甲队")
    page.locator("#search-results li").first.click()
    expect(page.locator(".record .phone")).to_have_text("138****1234")
    assert page.locator("a[href^=tel]").count() == 0
    page.goto("/accounts")
    expect(page.locator("h1")).to_contain_text("权限")


def test_a_session_that_was_ended_leads_to_the_sign_in_and_back(
    new_page: NewPage, tiny_app: App, zhang: str
) -> None:
    with_own_password(tiny_app.store, "zhang", old=zhang, new=GOOD)
    page = new_page(Role.DUTY_OFFICER)
    page.goto("/#at=100.05,30.0&need=fire")
    page.wait_for_selector("body[data-ready=true]")
    page.context.clear_cookies()
    page.select_option("#need", "rescue")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2F#at="))
    enter(page, "zhang", GOOD)
    page.wait_for_selector("body[data-ready=true]")
    expect(page).to_have_url(re.compile(r"#at=100.05"))


def test_a_link_from_another_site_finds_the_session(new_page: NewPage, served: str) -> None:
    page = new_page(Role.DUTY_OFFICER)
    elsewhere = f"<a href='{served}/#at=100.05,30.0&need=fire'>map</a>"
    page.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(body=elsewhere, content_type="text/html"),
    )
    page.goto("http://elsewhere.example/")
    page.click("a")
    page.wait_for_selector("body[data-ready=true]")
    expect(page).to_have_url(re.compile(r"/#at=100.05"))
    # Only now: the map itself goes to the sign-in when its next question finds no session.
    page.goto("http://elsewhere.example/")
    page.context.clear_cookies()
    page.click("a")
    expect(page.locator("#login")).to_be_focused()


def test_an_administrator_makes_an_account_that_signs_in(new_page: NewPage, tiny_app: App) -> None:
    page = new_page(Role.ADMINISTRATOR)
    page.goto("/accounts")
    form = page.locator("#add-account")
    form.locator("#login").fill("li")
    form.locator("#name").fill("李四")
    form.locator("#role").select_option("county_editor")
    form.locator("button[type=submit]").click()
    expect(page.locator(".callout.error")).to_contain_text("须指定所属的县")
    form.locator("#county").select_option("990001")
    form.locator("button[type=submit]").click()
    password = page.inner_text("#secret")
    expect(page.locator('tr[data-login="li"]')).to_contain_text("甲县")
    other = new_page()
    other.goto("/sign-in")
    enter(other, "li", password)
    expect(other).to_have_url(re.compile(r"/password"))
    page.click('tr[data-login="li"] a')
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#disable")
    expect(page.locator(".page-head .badge")).to_have_text("已停用")
    other.goto("/")
    expect(other.locator("#login")).to_be_focused()
    with tiny_app.store.session() as session:
        assert find(session, "li").disabled_at is not None


def test_a_county_editor_cannot_write_in_another_county(new_page: NewPage, tiny_app: App) -> None:
    """The server refuses, whatever a page would send."""
    page = new_page(Role.COUNTY_EDITOR, "990002")
    page.goto("/")
    page.wait_for_selector("body[data-ready=true]")
    said = page.evaluate(
        """async () => {
          const token = document.querySelector('meta[name="csrf-token"]').content;
          const answer = await fetch("/api/registers/team/actions", {
            method: "POST",
            headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
            body: JSON.stringify({ action: "verify", records: [{ id: "T1", version: 1 }] }),
          });
          return [answer.status, (await answer.json()).error?.code];
        }"""
    )
    assert said == [403, "accounts.other_county"]
    with tiny_app.store.session() as session:
        verified = session.scalars(select(Team.verified_by).where(Team.id == "T1")).one()
    assert verified is None
