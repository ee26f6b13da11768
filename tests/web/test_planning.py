"""Planning in the browser: from the form to the result, computed by the server's own process."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import nbformat
import pyogrio
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from gisapp.background import Background
from gisapp.bootstrap import App
from gisapp.jobs import Worker
from gisapp.nightly import KINDS
from gisapp.planning.running import NAME
from gisapp.rights import Role, system_actor
from tests.planning.test_coverage import FIRE
from tests.web.conftest import Console, PageClient, SignedIn

ASKED = {"study": "coverage", "name": "消防", "parameters": {"standard": FIRE}}


@pytest.fixture
def planner(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.PLANNER)


def made(client: PageClient, **given: Any) -> dict[str, Any]:
    answer = client.post("/api/scenarios", json={**ASKED, **given})
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def compute_all(app: App) -> None:
    list(Worker(app, {NAME: KINDS[NAME]}, actor=system_actor("server")).run_due())


def test_from_question_to_workbook(tiny_app: App, planner: PageClient) -> None:
    row = made(planner)
    assert row["job"]["state"] == "queued"
    assert planner.get(f"/api/scenarios/{row['id']}").json["content"] is None
    compute_all(tiny_app)
    found = planner.get(f"/api/scenarios/{row['id']}?lang=zh").json
    assert found["job"]["state"] == "done"
    assert found["result"]["is_current"]
    places = found["content"]["places"]
    assert set(places["id"]) >= {"T1", "T2", "T3"}
    figures = found["result"]["figures"]
    assert 0 < figures["road_km_covered"] <= figures["road_km"]
    assert found["areas"]["990001"] == "甲县"
    answer = planner.get(f"/planning/{row['id']}/result.xlsx?lang=en")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == [
        "Summary", "By county", "By township", "Kilometres of road", "Risk and cover",
        "Every place", "Share by minutes",
    ]  # fmt: skip
    assert book["Every place"].max_row == 1 + len(places["id"])
    listed = planner.get("/api/scenarios").json["scenarios"]
    assert [one["id"] for one in listed] == [row["id"]]
    assert listed[0]["result"]["figures"]["places"] == len(places["id"])


def test_a_result_keeps_its_own_question(tiny_app: App, planner: PageClient) -> None:
    """Read after its scenario asks something else, it does not say the new limit."""
    row = made(planner)
    compute_all(tiny_app)
    address = f"/api/scenarios/{row['id']}"
    renamed = planner.post(address, json={**_without_study(), "name": "新名", "version": 1})
    assert renamed.json["result"]["is_current"]
    other = {"standard": {**FIRE, "limit_min": 77}}
    changed = planner.post(address, json={**_without_study(), "parameters": other, "version": 2})
    assert not changed.json["result"]["is_current"]
    found = planner.get(address).json
    assert found["parameters"]["standard"]["limit_min"] == 77
    assert found["result"]["parameters"]["standard"]["limit_min"] == FIRE["limit_min"]
    book = load_workbook(BytesIO(planner.get(f"/planning/{row['id']}/result.xlsx?lang=en").data))
    said = dict(book["Summary"].iter_rows(min_row=2, values_only=True))
    assert said["Limit, min"] == FIRE["limit_min"]


def test_a_result_goes_out_in_every_format(
    tiny_app: App, planner: PageClient, tmp_path: Path
) -> None:
    """Layers, a document and a notebook that gives the same figures again."""
    row = made(planner)
    compute_all(tiny_app)
    address = f"/planning/{row['id']}/result"
    told = planner.get(f"/api/scenarios/{row['id']}").json

    package = tmp_path / "result.gpkg"
    package.write_bytes(planner.get(f"{address}.gpkg?lang=en").data)
    layers = {name for name, _shape in pyogrio.list_layers(package)}
    assert {"places", "posts", "about"} <= layers
    places = pyogrio.read_dataframe(package, layer="places")
    assert places["state"].tolist() == told["content"]["places"]["state"]
    assert places.crs.to_epsg() == 4326

    report = docx.Document(BytesIO(planner.get(f"{address}.docx?lang=zh").data))
    assert report.paragraphs[0].text == "消防"
    assert report.tables[0].cell(0, 0).text == "项目"
    assert len(report.tables) == 7

    book = nbformat.reads(planner.get(f"{address}.ipynb").get_data(as_text=True), as_version=4)
    nbformat.validate(book)
    code = "\n".join(one.source for one in book.cells if one.cell_type == "code")
    ran: dict[str, Any] = {}
    exec(code.replace('"mysite"', repr(str(tiny_app.directory))), ran)
    assert dict(ran["outcome"].figures) == told["result"]["figures"]
    ran["app"].store.close()
    assert planner.get(f"{address}.exe").status_code == 404


def test_changed_called_off_and_put_away(tiny_app: App, planner: PageClient) -> None:
    row = made(planner)
    address = f"/api/scenarios/{row['id']}"
    off = planner.post(f"{address}/cancel", json={}).json
    assert off["job"]["state"] == "cancelled"
    changed = planner.post(address, json={**_without_study(), "name": "新名", "version": 1})
    assert (changed.json["name"], changed.json["version"]) == ("新名", 2)
    taken = planner.post(address, json={**_without_study(), "name": "x", "version": 1})
    assert (taken.status_code, taken.json["error"]["code"]) == (409, "scenario.taken")
    assert planner.post(f"{address}/compute", json={}).status_code == 202
    compute_all(tiny_app)
    assert planner.get(address).json["result"]["is_current"]
    assert planner.post(f"{address}/retire", json={"version": 2}).status_code == 200
    gone = planner.get(address)
    assert (gone.status_code, gone.json["error"]["code"]) == (404, "scenario.unknown")


def _without_study() -> dict[str, Any]:
    return {name: value for name, value in ASKED.items() if name != "study"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"study": "dance"}, "web.unknown_choice"),
        ({"name": ""}, "web.missing"),
        ({"name": "长" * 81}, "scenario.bad_name"),
        ({"parameters": {"standard": {**FIRE, "due": 0}}}, "scenario.bad_parameters"),
        ({"parameters": "text"}, "scenario.bad_parameters"),
        ({"more": 1}, "web.unknown_fields"),
    ],
)
def test_refuses(planner: PageClient, given: dict[str, Any], code: str) -> None:
    answer = planner.post("/api/scenarios", json={**ASKED, **given})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, code)


def test_a_viewer_reads_and_changes_nothing(planner: PageClient, signed_in: SignedIn) -> None:
    row = made(planner)
    viewer = signed_in(Role.VIEWER)
    assert viewer.get("/planning").status_code == 200
    assert viewer.get(f"/planning/{row['id']}").status_code == 200
    assert viewer.get(f"/planning/{row['id']}/result.xlsx").status_code == 403
    for path in ("", f"/{row['id']}", *(f"/{row['id']}/{what}" for what in
                 ("compute", "cancel", "retire"))):  # fmt: skip
        assert viewer.post(f"/api/scenarios{path}", json={"version": 1}).status_code == 403


def test_a_planner_sees_the_answer_come(tiny_app: App, console: Console) -> None:
    """From the form to figures, map and curve; the server's own process computes it."""
    with Background(tiny_app.settings):
        console.open("/planning")
        page = console.page
        page.click("#new")
        page.fill('[name="name"]', "一分钟")
        page.select_option('[name="standard"]', "")
        page.select_option('[name="demand"]', "team")
        page.select_option('[name="capability"]', "fire")
        page.select_option('[name="clock"]', "order")
        page.fill('[name="limit_min"]', "1")
        page.click('.planning-form button[type="submit"]')
        row = page.locator("#scenarios tr[data-scenario]")
        expect(row).to_contain_text("一分钟")
        expect(row).to_contain_text("%")
        row.locator("a").click()
        expect(page.locator("#figures")).to_contain_text("达标比例")
        expect(page.locator("#curve .of-places").first).to_be_attached()
        expect(page.locator("#places tbody tr").first).to_be_visible()
        with page.expect_download() as saved:
            page.click("#curve-files button >> text=PNG")
        assert saved.value.suggested_filename.endswith(".png")
        expect(page.locator("#print")).to_be_visible()
        county = page.locator('#risks [data-county="990001"]')
        county.hover()
        expect(page.locator('#counties tr[data-county="990001"]')).to_have_class("chosen")
        for part, ending in (("#map-files", "svg"), ("#map-files", "png"), ("#risk-files", "svg")):
            with page.expect_download() as saved:
                page.click(f"{part} button >> text={ending.upper()}")
            picture = Path(saved.value.path()).read_bytes()
            if ending == "svg":
                told = ET.fromstring(picture)
                assert float(told.attrib["width"]) == 900
                assert any("一分钟" in (one.text or "") for one in told.iter())
            else:
                assert picture.startswith(b"\x89PNG")


def mine_rescue(console: Console, study: str, *, name: str, limit_min: str) -> Page:
    """The form of a new question, filled: every team reached by mine rescue."""
    console.open("/planning")
    page = console.page
    page.click("#new")
    page.select_option('[name="study"]', study)
    page.fill('[name="name"]', name)
    page.select_option('[name="standard"]', "")
    page.select_option('[name="demand"]', "team")
    page.select_option('[name="capability"]', "mine_rescue")
    page.fill('[name="limit_min"]', limit_min)
    return page


def asked_and_opened(app: App, page: Page, told: str) -> None:
    """Send the form, have its question computed, and follow the link that stood there before."""
    page.click('#edit button[type="submit"]')
    row = page.locator("#scenarios tr[data-scenario]")
    expect(row).to_contain_text(told)
    link = row.locator("a").element_handle()
    compute_all(app)
    expect(row).to_contain_text("%")
    assert link.is_visible()  # the very one: what changes beside it does not exchange it
    row.locator("a").click()


def compute_anew(app: App, page: Page, rows: Locator) -> None:
    """Have the open scenario computed again, until what stood in the rows gave way."""
    before = rows.first.element_handle()
    page.click("#compute")
    expect(page.locator("#job .job")).to_be_visible()
    compute_all(app)
    before.wait_for_element_state("hidden")


def test_new_sites_are_seen_on_the_page(tiny_app: App, console: Console) -> None:
    """From the form of a siting to its sites, and the map before, after and between."""
    page = mine_rescue(console, "siting", name="新站", limit_min="2")
    expect(page.locator('[name="due"]')).to_be_hidden()
    expect(page.locator('[name="busy"]')).to_be_hidden()
    page.select_option('[name="register"]', "")
    page.fill('[name="junctions"]', "50")
    page.fill('[name="new_sites"]', "1")
    page.select_option('[name="weigh"]', "places")
    asked_and_opened(tiny_app, page, "选址")
    expect(page.locator("#sites tbody tr")).to_have_count(1)
    expect(page.locator("#figures")).to_contain_text("→")
    expect(page.locator("#legend")).to_contain_text("新站点 1")
    page.check('#views [value="before"]')
    expect(page.locator("#legend")).not_to_contain_text("新站点")
    page.check('#views [value="change"]')
    expect(page.locator("#legend")).to_contain_text("新达标")


def test_a_drawn_area_is_lost(tiny_app: App, console: Console) -> None:
    """Drawn on the map, kept as a layer, and its roads lost: from corner to result."""
    console.open("/planning")
    page = console.page
    page.click("#draw")
    page.fill('#layer-new [name="name"]', "滑坡体")
    page.locator("#map").scroll_into_view_if_needed()
    expect(page.locator("#map canvas").first).to_be_attached()
    box = page.locator("#map").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.click("#draw-area")
    for x, y in ((-100, -100), (100, -100), (0, 120)):
        page.mouse.click(middle[0] + x, middle[1] + y)
    page.keyboard.press("Enter")
    expect(page.locator("#drawn")).to_contain_text("1")
    page.click('#layer-new button[type="submit"]')
    expect(page.locator("#layers")).to_contain_text("滑坡体")
    page = mine_rescue(console, "losses", name="滑坡", limit_min="30")
    expect(page.locator('[name="loss_layer"]')).to_be_hidden()
    page.select_option('[name="each"]', "area")
    page.select_option('[name="loss_layer"]', index=1)
    asked_and_opened(tiny_app, page, "滑坡")
    expect(page.locator("#figures")).to_contain_text("共计算 1 项")


def test_losses_are_ranked_beside_the_map(tiny_app: App, console: Console) -> None:
    """Pointing at a row lights its road, pointing at the road its row."""
    page = mine_rescue(console, "losses", name="断路", limit_min="30")
    expect(page.locator('[name="due"]')).to_be_hidden()
    expect(page.locator('[name="model"]')).to_be_hidden()
    asked_and_opened(tiny_app, page, "失效分析")
    rows = page.locator("#losses tbody tr")
    expect(rows.first).to_be_visible()
    lines = page.locator("path.loss-line")
    expect(lines).to_have_count(rows.count())
    rows.first.hover()
    expect(rows.first).to_have_class("chosen")
    expect(page.locator('path.loss-line[stroke-width="8"]')).to_have_count(1)
    lines.last.dispatch_event("mouseover")
    expect(page.locator("#losses tr.chosen")).to_have_count(1)
    compute_anew(tiny_app, page, rows)
    expect(lines).to_have_count(rows.count())
    page.check('[name="rank"][value="pairs"]')
    expect(page.locator("#losses thead")).to_contain_text("失联地点对")


def test_service_areas_are_lit_with_their_rows(tiny_app: App, console: Console) -> None:
    page = mine_rescue(console, "areas", name="服务区一", limit_min="5")
    expect(page.locator('[name="due"]')).to_be_hidden()
    page.fill('[name="minutes"]', "2，5")
    asked_and_opened(tiny_app, page, "服务区")
    rows = page.locator("#areas tbody tr")
    expect(rows.first).to_be_visible()
    areas = page.locator("path.service-area")
    expect(areas).to_have_count(rows.count())
    rows.first.hover()
    expect(page.locator('path.service-area[stroke-width="4"]').first).to_be_attached()
    expect(page.locator("#areas-hint")).to_contain_text("%")
    page.check('#area-times label:has-text("2 分钟内") input')
    expect(rows).to_have_count(areas.count())
    assert all(cell == "2" for cell in page.locator("#areas td:nth-child(2)").all_text_contents())
    compute_anew(tiny_app, page, rows)
    expect(areas).to_have_count(rows.count())


def test_fixes_are_seen_before_and_after(tiny_app: App, console: Console) -> None:
    """From the form with its costs to a measure on the map, and back to what is."""
    page = mine_rescue(console, "fixes", name="补缺", limit_min="2")
    expect(page.locator('[name="model"]')).to_be_hidden()
    page.select_option('[name="register"]', "")
    page.fill('[name="junctions"]', "50")
    page.fill('[name="cost_post"]', "12")
    asked_and_opened(tiny_app, page, "补缺措施")
    measures = page.locator("#fixes tbody tr")
    expect(measures.first).to_be_visible()
    expect(page.locator("#places thead")).to_contain_text("最小措施")
    measures.first.click()
    expect(page.locator("#legend")).to_contain_text("新达标")
    expect(measures.first).to_have_attribute("aria-selected", "true")
    measures.first.press("Enter")
    expect(page.locator("#legend")).not_to_contain_text("新达标")


def test_a_layer_from_the_page_is_covered(tiny_app: App, console: Console, tmp_path: Path) -> None:
    """A file chosen, its places taken in, asked for, and put away."""
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature", "properties": {"id": "a", "name": "<b>甲</b>", "people": 12},
            "geometry": {"type": "Point", "coordinates": [100.02, 30.0]},
        }],
    }))  # fmt: skip
    console.open("/planning")
    page = console.page
    page.set_input_files('#layer-new [name="file"]', path)
    page.fill('#layer-new [name="name"]', "格网")
    page.fill('#layer-new [name="year"]', "2020")
    page.click('#layer-new button[type="submit"]')
    row = page.locator("#layers tr[data-layer]")
    expect(row).to_contain_text("格网")
    page.click("#new")
    page.fill('#edit [name="name"]', "格网覆盖")
    page.select_option('#edit [name="standard"]', "")
    page.select_option('#edit [name="demand"]', label="格网（1）")
    page.select_option('#edit [name="clock"]', "drive")
    page.fill('#edit [name="limit_min"]', "0.1")
    page.click('#edit button[type="submit"]')
    made_ = page.locator("#scenarios tr[data-scenario]")
    expect(made_).to_contain_text("格网覆盖")
    compute_all(tiny_app)
    made_.locator("a").click()
    expect(page.locator("#places tbody tr")).to_contain_text("<b>甲</b>")
    expect(page.locator("#notes")).to_contain_text("格网")
    console.open("/planning")
    page.on("dialog", lambda dialog: dialog.accept())
    row.locator("button").click()
    expect(row).to_have_count(0)


def test_a_file_that_is_none_is_refused(planner: PageClient, signed_in: SignedIn) -> None:
    asked = {"name": "x", "places": {"type": "FeatureCollection", "features": []}}
    answer = planner.post("/api/planning-layers", json=asked)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "planning.bad_layer")
    assert planner.get("/api/planning-layers").json == {"layers": []}
    viewer = signed_in(Role.VIEWER)
    assert viewer.post("/api/planning-layers", json=asked).status_code == 403
    assert viewer.post("/api/planning-layers/L1/retire", json={}).status_code == 403


def test_two_scenarios_side_by_side(tiny_app: App, console: Console, planner: PageClient) -> None:
    one = made(planner)
    later = {"standard": {**FIRE, "limit_min": 1}}
    other = made(planner, name="一分钟", parameters=later)
    address = f"/planning/{one['id']}/compared/{other['id']}"
    assert planner.get(f"/api{address.replace('planning', 'scenarios')}").status_code == 404
    compute_all(tiny_app)
    told = planner.get(f"/api{address.replace('planning', 'scenarios')}").json
    assert told["counts"]["lost"]["places"] > 0
    assert told["only"] == [0, 0]
    book = load_workbook(BytesIO(planner.get(f"{address}/result.xlsx?lang=en").data))
    assert book.sheetnames == ["Side by side", "Changes", "By county", "Every place"]
    console.open("/planning")
    page = console.page
    page.locator(f'tr[data-scenario="{one["id"]}"] select').select_option(other["id"])
    expect(page.locator("#legend")).to_contain_text("不再达标")
    expect(page.locator("#places tbody tr")).to_have_count(told["counts"]["lost"]["places"])
    expect(page.locator("#figures")).to_contain_text("一分钟")
