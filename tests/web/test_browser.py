"""What duty staff do, in a real browser; no foreign request, no error of a script."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shapely
from flask import Flask
from playwright.sync_api import Browser, Dialog, expect
from sqlalchemy import text as sql

from gisapp.bootstrap import App
from gisapp.importing import import_resources
from gisapp.incidents.dispatch import propose
from gisapp.offline_map import write_map
from gisapp.rights import system_actor
from tests.incidents.closing import add_closure
from tests.patience import PATIENCE_MS
from tests.web.conftest import Console, Watch, sign_browser_in

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAIN_ROAD = (100.0425, 30.006)
"""Near C–D, clear of every symbol."""


def draw(console: Console, *corners: tuple[float, float]) -> None:
    """Click the corners, end with a double click on the last."""
    places = [console.point(*corner) for corner in corners]
    for x, y in places[:-1]:
        console.page.mouse.move(x, y)
        console.page.mouse.click(x, y)
        console.page.wait_for_timeout(350)  # two clicks at once would be a double click
    console.page.mouse.dblclick(*places[-1])


def total(figures: list[str]) -> float:
    return float(figures[4])


def test_click_answer_closure_changed_answer(console: Console) -> None:
    console.open()
    page = console.page
    page.select_option("#need", "fire")
    page.select_option("#vehicle", "light")
    console.click(*MAIN_ROAD)
    before = console.answer()
    assert list(before) == ["T1", "T2"]
    assert before["T1"][0] == "1"
    assert page.locator("path.route").count() == 2
    assert page.locator(".team-badge").count() == 2
    expect(page.locator(".left-out li[data-id]")).to_have_count(4)
    reasons = page.locator(".left-out li").all()
    assert {item.get_attribute("data-id") for item in reasons} == {"T3", "T4", "T5", "T6"}

    page.click("#close-road")
    draw(console, (100.025, 29.995), (100.035, 29.995), (100.035, 30.005), (100.025, 30.005))
    page.fill("#closure-reason", "桥梁垮塌")
    expect(page.locator("#closures .cut-off")).to_contain_text("1 条路段")
    page.click("#closure-save")
    expect(page.locator("#closures > ul > li")).to_have_count(1)
    expect(page.locator('#answer tbody[data-id="T1"] td.total')).not_to_have_text(before["T1"][4])
    after = console.answer()
    assert total(after["T1"]) > total(before["T1"])
    assert total(after["T2"]) == total(before["T2"])

    page.click("#closures .lift")
    page.fill("#closure-why", "已抢通")
    page.keyboard.press("Enter")
    expect(page.locator("#closures > ul > li")).to_have_count(0)
    expect(page.locator('#answer tbody[data-id="T1"] td.total')).to_have_text(before["T1"][4])


def test_closing_everything_is_asked_again(console: Console) -> None:
    console.open()
    page = console.page
    console.watch.expected_statuses.add(409)
    asked: list[str] = []

    def decide(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", decide)
    page.click("#close-road")
    draw(console, (99.98, 29.97), (100.14, 29.97), (100.14, 30.05), (99.98, 30.05))
    page.fill("#closure-reason", "误画")
    expect(page.locator("#closure-save")).to_be_enabled()
    with page.expect_event("dialog"):
        page.keyboard.press("Enter")
    expect(page.locator("#closure-reason")).to_have_value("误画")
    expect(page.locator("#closures > ul > li")).to_have_count(0)
    with page.expect_event("dialog"):
        page.click("#closures form button.primary")
    expect(page.locator("#closures > ul > li")).to_have_count(1)
    assert all("100%" in one for one in asked)


def test_a_reason_is_text_and_never_markup(console: Console, tiny_app: App) -> None:
    evil = "<img src=/nothing alt=evil>"
    add_closure(
        tiny_app.store,
        shapely.box(100.02, 29.99, 100.04, 30.01),
        reason=evil,
        actor=system_actor("t"),
    )
    console.open()
    expect(console.page.locator("#closures > ul > li")).to_contain_text(evil)
    console.page.mouse.move(*console.point(100.03, 30.0))
    expect(console.page.locator(".closure-tip")).to_have_text(evil)
    assert console.page.locator("img[alt=evil]").count() == 0


def test_the_offline_page_of_an_answer(browser: Browser, tiny_app: App, tmp_path: Path) -> None:
    evil = "<img src=/nothing alt=evil>"
    answer = propose(tiny_app, 100.05, 30.0, "fire", vehicle="light").to_dict("en")
    answer["left_out"] = []
    for one in answer["proposals"]:
        one["name"] = evil
    path = tmp_path / "answer.html"
    write_map(tiny_app, answer, path, lang="en")
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True)
    page = context.new_page()
    watch = Watch(page, path.as_uri())
    page.goto(path.as_uri())
    expect(page.locator("path.rank-1")).to_have_count(1)
    page.locator("path.rank-1").hover(force=True)
    expect(page.locator(".leaflet-tooltip")).to_contain_text(evil)
    expect(page.locator("tr[data-rank='1']")).to_have_class("hover")
    assert page.locator("img[alt=evil]").count() == 0
    context.close()
    assert watch.foreign == []
    assert watch.errors == []


def test_that_nobody_can_arrive_is_said_once(console: Console, tiny_app: App) -> None:
    everywhere = shapely.box(99.5, 29.5, 100.5, 30.5)
    add_closure(tiny_app.store, everywhere, reason="全线封闭", actor=system_actor("t"))
    console.open("/#at=100.05,30.0&need=fire")
    warning = console.page.locator("#answer .warning", has_text=re.compile("到达"))
    expect(warning).to_have_text(["没有可到达的队伍，原因见下。"])


def test_row_and_route_are_linked(console: Console) -> None:
    console.open("/#at=100.05,30.0&need=fire&vehicle=light")
    console.answer()
    page = console.page
    page.hover('#answer tbody[data-rank="2"]')
    expect(page.locator(".team-badge.quiet")).to_have_count(1)
    expect(page.locator(".team-badge.quiet b")).to_have_text("1")
    page.mouse.move(5, 5)
    expect(page.locator(".team-badge.quiet")).to_have_count(0)
    page.hover(".team-badge.rank-2")
    expect(page.locator('#answer tbody[data-rank="2"]')).to_have_class(re.compile("hover"))


def test_from_the_keyboard_alone(console: Console) -> None:
    console.open()
    page = console.page
    page.keyboard.press("/")
    page.keyboard.type("100.05,30.0")
    page.keyboard.press("Enter")
    assert list(console.answer()) == ["T1"]  # the only one able to do the default, rescue
    expect(page.locator("#need")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#answer table")).to_have_count(0)
    assert page.evaluate("location.hash").startswith("#need=")


@pytest.mark.parametrize(
    ("typed", "x", "y"),
    [
        ("100.05,30.01", 100.05, 30.01),
        ("30.01, 100.05", 100.05, 30.01),
        ("100.05，30.01", 100.05, 30.01),
        ("N30.01 E100.05", 100.05, 30.01),
        ("东经100.05 北纬30.01", 100.05, 30.01),
        ("100°3′0″E 30°0′36″N", 100.05, 30.01),
        ("30 00 36 N 100 03 00 E", 100.05, 30.01),
        ("100.05,30.01 GCJ02", 100.04864, 30.01261),
        ("https://uri.amap.com/marker?position=100.05,30.01", 100.04864, 30.01261),
    ],
)
def test_typed_coordinates(console: Console, typed: str, x: float, y: float) -> None:
    console.open()
    console.page.keyboard.press("/")
    console.page.fill("#search-input", typed)
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#incident p").first).to_have_text(f"{x:.5f}, {y:.5f}")


def test_the_system_of_a_bare_pair_is_picked_and_named(console: Console) -> None:
    console.open()
    page = console.page
    page.fill("#search-input", "100.05,30.01")
    rows = page.locator("#search-results [role=option]")
    expect(rows).to_have_count(3)
    for row, system in zip(rows.all(), ("WGS 84", "GCJ-02", "BD-09"), strict=True):
        expect(row).to_contain_text(system)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#incident .given")).to_contain_text("GCJ-02")
    page.reload()
    console.ready()
    expect(page.locator("#incident .given")).to_contain_text("GCJ-02")


def test_metres_are_offered_and_never_taken_unasked(console: Console) -> None:
    console.open()
    page = console.page
    page.fill("#search-input", "600000 3320000")
    expect(page.locator("#search-results")).to_contain_text("像是投影坐标（米）")
    page.keyboard.press("Enter")
    assert page.locator(".incident-pin").count() == 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#incident .given")).to_contain_text("中央经线 99")


def test_a_point_outside_the_site_is_said_first_and_loudest(
    console: Console, tiny_app: App
) -> None:
    area = "UPDATE area SET level = 'township'"  # no county holds the point any more
    with tiny_app.store.session(write=True) as session:
        session.execute(sql(area))
    console.open()
    page = console.page
    page.fill("#search-input", "100.05,30.01")
    expect(page.locator("#search-results .outside").first).to_contain_text("本站点之外")
    page.keyboard.press("Enter")
    first = page.locator("#answer > *").first
    expect(first).to_contain_text("行政区域之外")
    expect(first).to_have_attribute("role", "alert")


def test_coordinates_that_may_mean_two_places_are_not_guessed(console: Console) -> None:
    console.open()
    console.page.fill("#search-input", "36.1, 37.2")
    expect(console.page.locator("#search-results")).to_contain_text("分不清“36.1, 37.2”中的经度")
    console.page.keyboard.press("Enter")
    assert console.page.locator(".incident-pin").count() == 0


def test_search_opens_the_card_of_a_team(console: Console) -> None:
    console.open()
    page = console.page
    page.keyboard.press("/")
    page.keyboard.type("甲")
    expect(page.locator("#search-results [role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    card = page.locator(".record")
    for text in ("甲队", "000-0000", "待命", "合成数据", "2026-11-01", "甲县"):
        expect(card).to_contain_text(text)
    card.get_by_role("button").click()
    expect(page.locator("#incident h2")).to_have_text("甲队")
    page.keyboard.press("/")
    page.keyboard.type("no such place")
    expect(page.locator("#search-results")).to_contain_text("没有找到")


def test_a_symbol_on_the_map_opens_its_card(console: Console) -> None:
    console.open()
    console.click(100.110, 30.0)
    expect(console.page.locator(".record h2")).to_have_text("岛队")
    console.page.keyboard.press("Escape")
    expect(console.page.locator(".record")).to_have_count(0)
    assert console.page.locator(".incident-pin").count() == 0


def test_a_click_beside_a_dot_sets_the_incident(
    console: Console, tiny_app: App, tmp_path: Path
) -> None:
    console.open()
    page = console.page
    x, y = MAIN_ROAD
    left, top = console.point(x, y)
    degree = (console.point(x + 0.01, y)[0] - left) / 0.01
    # Twenty pixels apart there is no room for two symbols: the second is drawn as a dot.
    table = tmp_path / "geohazard.csv"
    table.write_text(
        "id,name,x,y,geohazard_type,people,synthetic\n"
        f"G1,点甲,{x},{y},landslide,1000,1\n"
        f"G2,点乙,{x + 20 / degree},{y},landslide,1000,1\n",
        encoding="utf-8",
    )
    import_resources(
        tiny_app.store, "geohazard", table, crs="EPSG:4326", actor=system_actor("test")
    )
    page.reload()
    console.ready()
    for beside, name in ((0, "点甲"), (8, "点甲"), (20, "点乙"), (24, "点乙")):
        page.mouse.click(left + beside, top)
        expect(page.locator(".record h2")).to_have_text(name)
        page.keyboard.press("Escape")
        page.wait_for_timeout(350)  # two clicks at once would be a double click
    page.mouse.click(left + 27, top)
    expect(page.locator(".incident-pin")).to_have_count(1)
    assert page.locator(".record").count() == 0


def test_a_card_makes_way_for_the_answer(console: Console) -> None:
    console.open("/#at=100.05,30.0&need=fire")
    page, card = console.page, console.page.locator(".record")
    console.answer()

    def open_card() -> None:
        page.locator(".left-out summary").click()
        page.locator('.left-out li[data-id="T4"] button').click()
        expect(card).to_have_count(1)

    open_card()
    page.click("#go")
    expect(card).to_have_count(0)
    console.answer()
    open_card()
    page.click("#isochrones")
    expect(card).to_have_count(0)
    page.reload()
    console.ready()
    console.answer()
    open_card()
    page.fill("#search-input", "100.04,30.0")
    page.press("#search-input", "Enter")
    expect(page.locator("#incident p").first).to_contain_text("100.04000")
    expect(card).to_have_count(0)


def test_errors_are_one_sentence_and_lose_nothing(console: Console) -> None:
    console.watch.expected_statuses = {400, 422}
    console.open("/#at=100.05,30.0&need=fire&k=2")
    console.answer()
    page = console.page
    page.fill("#k", "0")
    page.press("#k", "Enter")
    expect(page.locator("#message")).to_have_text("队伍数量须为 1 至 50，不能是 0。")
    expect(page.locator("#k")).to_have_value("0")
    expect(page.locator(".incident-pin")).to_have_count(1)
    page.fill("#k", "1")
    page.press("#k", "Enter")
    expect(page.locator("#message")).to_be_hidden()
    assert len(console.answer()) == 1
    page.evaluate("location.hash = '#at=99.95,30.02&need=fire&k=1'")
    expect(page.locator("#message")).to_contain_text("米")
    page.evaluate("location.hash = '#at=100.05,30.5&need=fire&k=1'")
    expect(page.locator("#message")).to_contain_text("行政区域之外")


def test_a_server_that_is_gone_is_said_so(console: Console) -> None:
    console.open()
    console.page.route("**/api/dispatch*", lambda route: route.abort())
    console.click(*MAIN_ROAD)
    expect(console.page.locator("#message")).to_contain_text("连接不上服务器")
    expect(console.page.locator(".incident-pin")).to_have_count(1)
    console.watch.errors.clear()  # the browser reports the request that was cut


def test_a_question_given_up_while_its_answer_arrives_is_no_error(
    console: Console, flask_app: Flask
) -> None:
    ordinary, release = flask_app.wsgi_app, threading.Event()

    def held(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = b"".join(ordinary(environ, start_response))
        yield body[:10]
        if environ["PATH_INFO"] == "/api/dispatch":
            release.wait(15)
        yield body[10:]

    console.open()
    page = console.page
    flask_app.wsgi_app = held  # type: ignore[method-assign]
    try:
        with page.expect_response("**/api/dispatch*"):
            console.click(*MAIN_ROAD)
        with page.expect_response("**/api/dispatch*"):
            page.select_option("#need", "fire")
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(page.locator("#message")).to_be_hidden(timeout=1)
    finally:
        release.set()
    assert set(console.answer()) == {"T1", "T2"}  # the second question, fire


def test_language_and_theme_are_remembered(console: Console) -> None:
    console.open("/#at=100.05,30.0&need=fire")
    page = console.page
    console.answer()
    page.click("#lang-toggle")
    page.wait_for_selector("html[lang=en]")
    console.ready()
    console.answer()
    expect(page.locator("#go")).to_contain_text("Dispatch")
    expect(page.locator("#synthetic")).to_have_text(re.compile("合成数据.*Synthetic data"))
    page.click("#theme-toggle")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    console.ready()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_layers_are_switched_and_counted(console: Console) -> None:
    console.open()
    page = console.page
    row = page.locator("#legend label.layer", has_text="救援队伍")
    expect(row.locator("output")).to_have_text(re.compile(r"^[1-9]"))
    shown = row.locator("output").inner_text()
    row.locator("input").uncheck()
    expect(row.locator("output")).to_have_text("")
    console.click(100.110, 30.0)
    assert page.locator(".record").count() == 0
    page.reload()
    console.ready()
    expect(row.locator("input")).not_to_be_checked()
    row.locator("input").check()
    expect(row.locator("output")).to_have_text(shown)


def test_a_layer_without_records_is_no_choice(console: Console) -> None:
    console.open()
    names = console.page.locator("#legend label.layer").all_inner_texts()
    assert any("救援队伍" in name for name in names)
    assert not any("矿山" in name for name in names)


def test_isochrones(console: Console) -> None:
    console.open("/#at=100.05,30.0&need=fire")
    console.answer()
    console.page.click("#isochrones")
    expect(console.page.locator("path.isochrone")).to_have_count(3)
    expect(console.page.locator(".isochrone-label").first).to_contain_text("分钟")
    console.page.click("#isochrones")
    expect(console.page.locator("path.isochrone")).to_have_count(0)


def test_measuring(console: Console) -> None:
    console.open()
    page = console.page
    page.click('[data-tool="distance"]')
    draw(console, (100.02, 30.0), (100.04, 30.0))
    # 0.02 degrees at latitude 30 are 1,926 m on the mean sphere.
    found = re.fullmatch(r"([\d.]+) km", page.inner_text(".measure-label"))
    assert found is not None
    assert float(found[1]) == pytest.approx(1.926, abs=0.06)
    page.keyboard.press("Escape")
    expect(page.locator(".measure-label")).to_have_count(0)
    page.click('[data-tool="area"]')
    page.keyboard.press("Escape")
    expect(page.locator("#sketch-bar")).to_be_hidden()
    assert page.locator(".incident-pin").count() == 0


def test_back_returns_to_the_incident_before(console: Console) -> None:
    console.open()
    console.click(*MAIN_ROAD)
    console.answer()
    first = console.page.inner_text("#incident p >> nth=0")
    console.click(100.015, 30.006)
    console.page.locator(".move .primary").click()
    expect(console.page.locator("#incident p").first).not_to_have_text(first)
    console.page.go_back()
    expect(console.page.locator("#incident p").first).to_have_text(first)


def test_a_phone(browser: Browser, served: str, tiny_app: App) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    sign_browser_in(context, tiny_app, served)
    console = Console(context.new_page(), served)
    console.open()
    page = console.page
    box = page.locator("#map").bounding_box()
    assert box is not None
    assert box["height"] > 400
    page.touchscreen.tap(*console.point(*MAIN_ROAD))
    console.answer()
    expect(page.locator("body")).to_have_attribute("data-sheet", "half")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#sheet-handle")
    expect(page.locator("body")).to_have_attribute("data-sheet", "full")
    expect(page.locator(".leaflet-control-attribution")).to_be_hidden()
    page.click("#legend-toggle")
    expect(page.locator("body")).to_have_attribute("data-sheet", "low")
    room = page.locator("#legend").bounding_box()
    assert room is not None
    assert room["height"] > 400
    page.click("#sheet-handle")
    expect(page.locator("#legend")).to_be_hidden()
    context.close()
    assert console.watch.foreign == []
    assert console.watch.errors == []


def test_ten_thousand_points(console: Console, tiny_app: App, tmp_path: Path) -> None:
    table = tmp_path / "geohazard.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "name", "x", "y", "geohazard_type", "people", "synthetic"])
        for number in range(10_000):
            x, y = 99.95 + 0.2 * (number % 100) / 100, 29.92 + 0.16 * (number // 100) / 100
            rows.writerow([f"G{number}", f"点{number}", x, y, "landslide", number % 1200, 1])
    outcome = import_resources(
        tiny_app.store, "geohazard", table, crs="EPSG:4326", actor=system_actor("test")
    )
    assert outcome.inserted == 10_000
    console.open()
    row = console.page.locator("#legend label.layer", has_text="地质灾害隐患点")
    expect(row.locator("output")).to_have_text("10,000")
    painted = console.page.evaluate(
        """() => {
          const canvas = document.querySelector(".leaflet-symbols-pane canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.reduce((sum, value, index) => sum + (index % 4 === 3 && value > 0), 0);
        }"""
    )
    assert painted > 10_000
