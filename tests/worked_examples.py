"""Two incidents driven through the screens of the sample site, by what a duty officer reads there.

``docs/worked-examples.md`` tells what these do. ``docs/write_worked_examples.py`` takes its
pictures, ``tests/test_wheel.py`` drives the same stories and keeps none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as LateError

ZONE = ZoneInfo("Asia/Shanghai")
AGAIN, AGAIN_MS = 30, 10_000.0
PASSWORD = "Worked-Example-2026!"
Picture = Callable[[Page, str], None]
"""Takes a picture of the page as it stands, under a name."""


class Desk:
    """A duty officer's desk: the page of one who is signed in, and who takes the pictures."""

    def __init__(self, page: Page, origin: str, take: Picture) -> None:
        self.page, self.origin, self._take = page, origin, take

    def sign_in(self, login: str, password: str) -> None:
        """Sign in for the first time, with a password that is to be changed."""
        page = self.page
        page.goto(f"{self.origin}/sign-in?lang=zh")
        page.fill("[name=login]", login)
        page.fill("[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=again]")
        for name, value in (("old", password), ("new", PASSWORD), ("again", PASSWORD)):
            page.fill(f"[name={name}]", value)
        page.keyboard.press("Enter")
        expect(page.locator("[name=again]")).to_have_count(0)

    def picture(self, name: str, *, at: str = "") -> None:
        """Take a picture of the page, scrolled to a part of it."""
        if at:
            self.page.locator(at).evaluate("one => one.scrollIntoView({ block: 'start' })")
        self._take(self.page, name)

    def find(self, typed: str, answer: str) -> None:
        """Search as it is typed, take the answer that holds a text."""
        page = self.page
        page.goto(f"{self.origin}/?lang=zh")
        page.wait_for_selector("body[data-ready=true]")
        page.keyboard.press("/")
        page.keyboard.type(typed)
        page.locator("#search-results li", has_text=answer).first.click()

    def at_the_place_of_the_record(self) -> None:
        """Choose the place of the card that is open.

        The map still moves to make room for the card: a press that it slips away from is lost,
        and a person would press again.
        """
        page = self.page
        for _ in range(AGAIN):
            if page.locator("#order").is_visible():
                break
            with suppress(LateError):
                page.locator("article.record .primary").click(timeout=AGAIN_MS)
            with suppress(LateError):
                page.locator("#order").wait_for(timeout=AGAIN_MS)

    def open(self, kind: str, **fields: str) -> str:
        """Fill the form below the answer and open the incident; return its number."""
        page = self.page
        expect(page.locator("#order")).to_be_visible()
        page.select_option("#order-kind", kind)
        if any(name.endswith("_at") or name == "late_why" for name in fields):
            page.locator("#order summary", has_text="其他时间").click()
        for name, value in fields.items():
            page.fill(f'#order [name="{name}"]', value)
        page.click("#order-go")
        page.wait_for_url(re.compile(r"/incidents/\d{6}-\d\d$"))
        page.wait_for_selector("body[data-ready=true]")
        return page.url.rpartition("/")[2]

    def grade(self, basis: str) -> str:
        """A grade as the incident's page shows it."""
        return self.page.locator(f'#grades li[data-basis="{basis}"] strong').inner_text()


def yesterday(clock: str) -> datetime:
    """A moment of yesterday by the site's clock."""
    hour, minute = (int(one) for one in clock.split(":"))
    day = datetime.now(ZONE) - timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def landslide(desk: Desk) -> None:
    """Xiangning, 22:50: two dead, seventeen missing; then the same figures of a mine."""
    page, local = desk.page, "%Y-%m-%dT%H:%M"
    times = {
        "occurred_at": yesterday("18:10").strftime(local),
        "county_received_at": yesterday("18:25").strftime(local),
        "city_received_at": yesterday("18:40").strftime(local),
        "late_why": "按 22:50 续报补录",
    }
    counted = {"dead": "2", "missing": "17"}
    desk.find("zaoling", "枣岭")
    expect(page.locator("#answer tbody[data-rank]").first).to_be_visible()
    desk.picture("landslide-1-call")
    desk.open("landslide", **times, **counted, note="居民楼被埋，仍有人失联")
    assert desk.grade("confirmed").endswith("小型")
    assert desk.grade("worst_case").endswith("大型")
    quick = page.locator('#clocks tr[data-code="geological_quick"]')
    due = yesterday("18:25") + timedelta(hours=4)
    expect(quick).to_contain_text(f"{due:%m/%d %H:%M}")
    desk.picture("landslide-2-grades")
    desk.find("zaoling", "枣岭")
    desk.open("coal_mine", **times, **counted)
    assert desk.grade("confirmed").endswith("一般")
    assert desk.grade("worst_case").endswith("重大")
    assert desk.grade("near_miss").startswith("较大涉险")
    expect(page.locator('#clocks tr[data-code="county_up"]')).to_be_visible()
    desk.picture("landslide-3-same-figures-of-a-mine")


def leaking_dam(desk: Desk) -> None:
    """A dam leaks, three villages lie below it: from the call until they are empty."""
    page = desk.page
    desk.find("xshsk", "响水河水库")
    desk.at_the_place_of_the_record()
    expect(page.locator('#order [name="hazard"]')).to_have_value(re.compile("^reservoir/"))
    desk.picture("dam-1-call")
    desk.open("reservoir_danger", note="坝体下游坡渗水，水浑")
    expect(page.locator('#downstream tr[data-kind="village"]')).to_have_count(3)
    desk.picture("dam-2-downstream", at="#h-downstream")
    _start_response(desk)
    page.locator("#card-order").click()
    expect(page.locator('#units tr[data-state="ordered"]').first).to_be_visible()
    _close_roads(desk)
    page.locator("#make-round").click()
    rows = page.locator("#calls tbody tr")
    expect(rows).to_have_count(3)
    rows.first.focus()
    for number in range(3):
        for key, state in (("c", "called"), ("r", "reached"), ("m", "moving"), ("e", "empty")):
            page.keyboard.press(key)
            expect(rows.nth(number)).to_have_attribute("data-state", state)
        page.keyboard.press("ArrowDown")
    desk.picture("dam-5-three-empty-villages", at="#h-calls")


def _start_response(desk: Desk) -> None:
    page = desk.page
    prepare = page.locator('#response details[data-act="prepare"]')
    prepare.locator("summary").click()
    prepare.locator("button[type=submit]").click()
    phone = page.locator("#response form", has=page.locator('[name="leader"]'))
    phone.locator('[name="leader"]').fill("张某某")
    phone.locator('[name="office"]').fill("市应急救援总指挥部副总指挥（样例）")
    phone.locator("button[type=submit]").click()
    expect(page.locator("#response .response")).to_have_attribute("data-state", "in_force")
    desk.picture("dam-3-response", at="#h-response")


def _close_roads(desk: Desk) -> None:
    page = desk.page
    page.locator("#new-area").click()
    dialog = page.locator("dialog[open]")
    dialog.locator('[name="label"]').fill("溃坝洪水可能淹没范围")
    dialog.locator('[name="how"]').select_option("along_min")
    dialog.locator('[name="size"]').fill("150")
    dialog.locator("button[type=submit]").click()
    area = page.locator("#footprints li").first
    area.locator(".close-roads").click()
    expect(page.locator("dialog[open] fieldset")).to_be_visible()
    desk.picture("dam-4-roads-to-close")
    page.locator("dialog[open] button[type=submit]").click()
    expect(area.locator(".badge.caution")).to_be_visible()
