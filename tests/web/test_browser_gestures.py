"""Hands on the map: nothing is commanded by accident, and the whole answer is in view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from gisapp.bootstrap import App
from tests.patience import PATIENCE_MS
from tests.web.conftest import Console, sign_browser_in

INCIDENT = "/#at=100.05,30.0&need=fire&k=5"
BESIDE = (100.015, 30.006)
COVERED = """() => {
  const box = (one) => one.getBoundingClientRect();
  const map = box(document.querySelector("#map"));
  const covers = ["#bar", "#panel", "#legend", "#tools", ".leaflet-control-attribution"]
    .flatMap((name) => [...document.querySelectorAll(name)])
    .map((one) => [one.id || "credits", box(one)]).filter(([, one]) => one.width && one.height);
  const bad = [];
  for (const part of document.querySelectorAll(".team-badge, .incident-pin .ring")) {
    const a = box(part);
    if (a.left < map.left || a.right > map.right || a.top < map.top || a.bottom > map.bottom) {
      bad.push("off the map");
    }
    for (const [name, b] of covers) {
      const across = a.left < b.right && b.left < a.right;
      if (across && a.top < b.bottom && b.top < a.bottom) bad.push(name);
    }
  }
  return bad;
}"""
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(params=list(SIZES))
def moving(
    request: pytest.FixtureRequest, browser: Browser, served: str, tiny_app: App
) -> Iterator[Console]:
    """A console whose zooms and pans are animated, as they are at most desks."""
    width, height = SIZES[request.param]
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=request.param == "phone",
        locale="zh-CN",
    )
    context.set_default_timeout(PATIENCE_MS)
    sign_browser_in(context, tiny_app, served)
    made = Console(context.new_page(), served)
    yield made
    context.close()
    assert made.watch.errors == []


def opened(console: Console) -> str:
    """Open an incident; its address."""
    console.open(INCIDENT)
    console.answer()
    console.page.wait_for_selector("#map:not([aria-busy])")
    return str(console.page.evaluate("location.hash"))


def unmoved(console: Console, before: str) -> None:
    """Wait longer than a command could, and find none."""
    console.page.wait_for_timeout(900)
    assert console.page.evaluate("location.hash") == before
    assert console.page.locator(".move").count() == 0


def test_a_wheel_and_a_drag_soon_after_are_no_click(moving: Console) -> None:
    before = opened(moving)
    x, y = moving.point(*BESIDE)
    mouse = moving.page.mouse
    mouse.move(x, y)
    mouse.wheel(0, -240)
    moving.page.wait_for_timeout(100)
    mouse.down()
    mouse.move(x + 60, y + 20, steps=4)
    mouse.up()
    unmoved(moving, before)


def test_a_wheel_and_a_click_soon_after_are_no_click(moving: Console) -> None:
    before = opened(moving)
    x, y = moving.point(*BESIDE)
    moving.page.mouse.move(x, y)
    moving.page.mouse.wheel(0, -240)
    moving.page.mouse.click(x, y)
    unmoved(moving, before)


def test_a_double_click_and_a_pan_are_no_click(moving: Console) -> None:
    before = opened(moving)
    x, y = moving.point(*BESIDE)
    mouse = moving.page.mouse
    mouse.dblclick(x, y)
    unmoved(moving, before)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 50, y + 10, steps=5)
    mouse.up()
    unmoved(moving, before)


def test_a_double_click_opens_no_incident(moving: Console) -> None:
    moving.open()
    before = str(moving.page.evaluate("location.hash"))
    moving.page.mouse.dblclick(*moving.point(*BESIDE))
    unmoved(moving, before)
    assert moving.page.locator(".incident-pin").count() == 0


def test_a_click_asks_before_it_moves_an_incident(moving: Console) -> None:
    before = opened(moving)
    page = moving.page
    moving.click(*BESIDE)
    expect(page.locator(".move")).to_be_visible()
    assert page.evaluate("location.hash") == before
    page.keyboard.press("Escape")
    unmoved(moving, before)
    page.wait_for_selector("#map:not([aria-busy])")
    moving.click(*BESIDE)
    page.locator(".move .primary").click()
    page.wait_for_function("before => location.hash !== before", arg=before)
    expect(page.locator("#incident p").first).not_to_contain_text("100.05000")


def test_a_pin_dragged_and_not_confirmed_goes_back(moving: Console) -> None:
    before = opened(moving)
    page, pin = moving.page, moving.page.locator(".incident-pin")
    box = pin.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y - 30, steps=5)
    page.mouse.up()
    expect(page.locator(".move")).to_be_visible()
    page.locator(".move button:not(.primary)").click()
    unmoved(moving, before)


@pytest.mark.parametrize("place", ["100.05,30.0", "100.001,30.0", "100.03,30.03", "100.10,30.0"])
def test_the_whole_answer_is_in_view(moving: Console, place: str) -> None:
    moving.open()
    page = moving.page
    page.select_option("#need", "fire")
    page.fill("#search-input", place)
    page.press("#search-input", "Enter")
    moving.answer()
    page.wait_for_function(f"() => ({COVERED})().length === 0")
    page.wait_for_timeout(600)  # nothing moves it out again
    assert page.evaluate(COVERED) == []
