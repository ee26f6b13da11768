"""Two incidents driven through the screens of the sample site, by what a duty officer reads there.

``docs/worked-examples.md`` is written from what these do: ``docs/write_worked_examples.py``
takes the pictures, ``tests/test_wheel.py`` holds the stories to what they say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

ZONE = ZoneInfo("Asia/Shanghai")
Picture = Callable[[str], None]
"""Takes a picture of the page as it stands, under a name."""


class Desk:
    """A duty officer's desk: the page of one who is signed in, and who takes the pictures."""

    def __init__(self, page: Page, origin: str, picture: Picture) -> None:
        self.page, self.origin, self.picture = page, origin, picture

    def find(self, typed: str, answer: str) -> None:
        """Search as it is typed, take the answer that holds a text."""
        page = self.page
        page.goto(f"{self.origin}/?lang=zh")
        page.wait_for_selector("body[data-ready=true]")
        page.keyboard.press("/")
        page.keyboard.type(typed)
        page.locator("#search-results li", has_text=answer).first.click()

    def open(self, kind: str, **fields: str) -> str:
        """Fill the form below the answer and open the incident; return its number."""
        page = self.page
        expect(page.locator("#order")).to_be_visible()
        page.select_option("#order-kind", kind)
        if any(name.endswith("_at") or name == "late_why" for name in fields):
            page.locator("#order summary").click()
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
