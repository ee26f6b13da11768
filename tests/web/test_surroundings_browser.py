"""Who is called first when a dam leaks, and which roads are closed, seen on the screen."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect
from shapely import Point

from gisapp.bootstrap import App
from gisapp.incidents.closures import open_closures
from gisapp.incidents.course import correct
from gisapp.incidents.intake import find_incident
from gisapp.incidents.surroundings import footprints, lines
from tests.heights import falling_south
from tests.incidents.acting import do, opened
from tests.incidents.surroundings.test_footprints import ACROSS
from tests.incidents.surroundings.valley import COURSE, DAM, HAZARD, fill_valley, put
from tests.web.conftest import Console


def test_from_unknown_to_the_calls_in_the_order_of_arrival(console: Console, tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    leak = opened(tiny_app.store, "reservoir_danger", at=DAM, hazard=HAZARD)
    console.open(f"/incidents/{leak.id}")
    page = console.page
    ring = page.locator('#around tr[data-radius="3000"]')
    expect(ring.locator('[data-figure="population"] dd')).to_have_text("150 · 1 个村无数据")
    expect(page.locator("#line-state")).to_have_attribute("data-state", "unknown")
    expect(page.locator("#propose-line-by-heights")).to_have_count(0)
    falling_south(tiny_app.heights_path)
    page.click("#propose-line")
    expect(page.locator("#line-state")).to_have_attribute("data-state", "unconfirmed")
    expect(page.locator("#downstream tbody tr")).to_have_count(0)
    page.click("#propose-line-by-heights")
    expect(page.locator("#downstream-line")).to_contain_text("按地面高程推得")
    page.click("#propose-line")
    expect(page.locator("#downstream-line")).to_contain_text("按河流流向推得")
    page.click("#confirm-line")
    page.fill('dialog [name="speed"]', "10")
    page.fill('dialog [name="width"]', "400")
    page.keyboard.press("Enter")
    rows = page.locator("#downstream tbody tr")
    expect(rows).to_have_count(3)
    page.fill("#breach", "2026-11-27T02:10")
    page.locator("#breach").blur()
    expect(rows.nth(0)).to_contain_text("02:15 （6 分钟后）")
    expect(rows.nth(2)).to_contain_text("02:37")
    assert [row.get_attribute("data-id") for row in rows.all()] == ["V1", "V2", "V3"]
    expect(rows.nth(0).locator('a[href="tel:13800001111"]')).to_be_visible()
    expect(rows.nth(1)).to_contain_text("常住人口 不详")


def test_two_who_name_the_hazard_decide_whose_counts(console: Console, tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    put(
        tiny_app.store, "reservoir",
        {"id": "R2", "name": "小湾水库", "geom": Point(*DAM), "county": "990001",
         "capacity_e8_m3": 0.01},
    )  # fmt: skip
    console.watch.expected_statuses.add(409)
    leak = opened(tiny_app.store, "reservoir_danger", at=DAM)
    console.open(f"/incidents/{leak.id}")
    page = console.page

    def name(mine: str, theirs: tuple[str, str] | None, dead: int) -> None:
        page.click("#name-hazard")
        page.locator('dialog [name="near"]').select_option(mine)
        with tiny_app.store.session() as session:
            version = find_incident(session, leak.id).version
        changes = {"hazard": theirs, "dead": dead}
        do(tiny_app.store, correct, leak.id, changes, version=version)
        page.locator('dialog button[type="submit"]').click()

    name("reservoir/R1", ("reservoir", "R2"), 1)
    asked = page.locator("dialog.collision tbody tr")
    expect(asked).to_have_count(1)
    expect(asked.locator("th")).to_have_text("所在危险源")
    expect(asked.locator("td")).to_have_text(["未注明", " 小湾水库 · 水库", " 龙湾水库 · 水库"])
    asked.locator("input[value=mine]").check()
    page.click("dialog.collision .primary")
    expect(page.locator("#hazard a")).to_have_text("龙湾水库")
    with tiny_app.store.session() as session:
        found = find_incident(session, leak.id)
    assert (found.hazard_id, found.dead) == ("R1", 1)

    name("reservoir/R2", None, 2)
    expect(asked.locator("td")).to_have_text(["龙湾水库 · 水库", " 未注明", " 小湾水库 · 水库"])
    asked.locator("input[value=theirs]").check()
    page.click("dialog.collision .primary")
    expect(page.locator("#hazard")).to_contain_text("未注明")
    with tiny_app.store.session() as session:
        assert find_incident(session, leak.id).hazard_id is None

    name("reservoir/R1", None, 3)  # of another field alone: nothing to decide
    expect(page.locator("#hazard a")).to_have_text("龙湾水库")
    with tiny_app.store.session() as session:
        found = find_incident(session, leak.id)
    assert (found.hazard_id, found.dead) == ("R1", 3)


def test_a_hazard_is_named_while_the_incident_is_open(console: Console, tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    leak = opened(tiny_app.store, "reservoir_danger", at=DAM)
    console.open(f"/incidents/{leak.id}")
    page = console.page
    hazard = page.locator("#hazard")
    expect(hazard).to_contain_text("未注明")
    expect(page.locator("#propose-line")).to_have_count(0)
    page.click("#name-hazard")
    dialog = page.locator("dialog")
    expect(dialog.locator('[name="near"] option').first).to_have_text("龙湾水库 · 水库 · 0 m")
    dialog.locator('[name="why"]').fill("现场核实")
    page.keyboard.press("Enter")
    expect(hazard.locator("a")).to_have_text("龙湾水库")
    expect(page.locator("#log li").first).to_contain_text("所在危险源：水库 R1 现场核实")
    page.click("#propose-line")
    expect(page.locator("#line-state")).to_have_attribute("data-state", "unconfirmed")
    page.click("#name-hazard")
    dialog.locator('[name="near"]').select_option("")
    dialog.locator('button[type="submit"]').click()
    expect(hazard).to_contain_text("未注明")
    expect(page.locator("#line-state")).to_have_attribute("data-state", "no_hazard")
    page.click("#name-hazard")
    dialog.locator('[name="near"]').select_option("other")
    dialog.locator('[name="kind"]').select_option("reservoir")
    dialog.locator('[name="id"]').fill("R1")
    page.keyboard.press("Enter")
    expect(hazard.locator("a")).to_have_text("龙湾水库")
    expect(page.locator("#line-state")).to_have_attribute("data-state", "unconfirmed")


def test_an_answer_that_was_overtaken_is_not_shown(console: Console, tiny_app: App) -> None:
    store = tiny_app.store
    fill_valley(store)
    line = do(store, lines.draw, *HAZARD, COURSE, wave_speed_kph=10, width_m=400)
    do(store, lines.confirm, line.id, version=line.version)
    leak = opened(store, "reservoir_danger", at=DAM, hazard=HAZARD)
    console.open(f"/incidents/{leak.id}")
    page = console.page
    first = page.locator("#downstream tbody tr").nth(0)
    expect(first).to_contain_text("V1")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/downstream\?.*T18%3A10"), hold)  # 02:10 at the site
    for moment in ("02:10", "03:10"):
        page.fill("#breach", f"2026-11-27T{moment}")
        page.locator("#breach").blur()
    expect(first).to_contain_text("03:15")
    with page.expect_response(re.compile("/downstream")):
        held[0].continue_()
    page.evaluate("new Promise((done) => setTimeout(done))")  # what the answer leads to
    expect(first).to_contain_text("03:15")


def test_roads_are_closed_under_a_bridge_that_is_seen(console: Console, tiny_app: App) -> None:
    store = tiny_app.store
    made = opened(store)
    console.open(f"/incidents/{made.id}")
    page = console.page
    page.click("#new-area")
    page.fill('dialog [name="label"]', "一公里")
    page.fill('dialog [name="size"]', "1000")
    page.keyboard.press("Enter")
    expect(page.locator("#footprints li strong")).to_have_text(["一公里"])
    do(store, footprints.draw, made.id, ACROSS, label="淹没区")
    area = page.locator("#footprints > ul > li", has_text="淹没区")
    area.locator(".close-roads").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("将封闭：主干路 965 m")
    expect(dialog.locator("label", has_text="主干桥")).to_be_visible()
    dialog.locator('button[type="submit"]').click()
    expect(area.locator(".badge")).to_have_text("道路已封闭")
    with store.session() as session:
        assert [one.closed_structures for one in open_closures(session)] == [()]
    console.open()
    expect(page.locator("path.footprint")).to_have_count(2)
    filled = page.locator("path.footprint").first
    expect(filled).to_have_css("fill", re.compile(r"url\(.*#footprint-hatch"))
    expect(filled).to_have_css("stroke-dasharray", "none")
    expect(page.locator("pattern#footprint-hatch line")).to_have_count(1)
    expect(page.locator(".footprint-tip", has_text="淹没区")).to_be_visible()


def test_a_line_is_drawn_on_the_map(console: Console, tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    leak = opened(tiny_app.store, "reservoir_danger", at=DAM, hazard=HAZARD)
    console.open(f"/incidents/{leak.id}")
    page = console.page
    page.click("#draw-line")
    expect(page.locator("#sketch-bar")).to_contain_text("向下游")
    expect(page.locator("#answer tbody[data-rank]").first).to_be_visible()  # the map stands
    dam = console.point(*DAM)
    page.mouse.click(*dam)
    page.mouse.click(dam[0], dam[1] + 120)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/incidents/{leak.id}$"))
    expect(page.locator("#line-state")).to_have_attribute("data-state", "unconfirmed")
