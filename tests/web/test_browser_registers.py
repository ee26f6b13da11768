"""What the keepers of registers do, in a real browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from gisapp.bootstrap import App
from gisapp.registers import editing
from gisapp.registers.queries import record
from tests.patience import PATIENCE_MS
from tests.registers.test_editing import ADMIN
from tests.web.conftest import Watch, sign_browser_in


class Desk:
    """A browser of an administrator."""

    def __init__(self, browser: Browser, app: App, origin: str, *, width: int = 1366) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 768}, locale="zh-CN", reduced_motion="reduce",
            accept_downloads=True,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE_MS)
        sign_browser_in(self.context, app, origin)
        self.page: Page = self.context.new_page()
        self.origin = origin
        self.watch = Watch(self.page, origin)

    def open(self, address: str) -> Page:
        self.page.goto(self.origin + address)
        self.ready()
        return self.page

    def ready(self) -> None:
        self.page.wait_for_selector("body[data-ready=true]")

    def rows(self) -> list[str]:
        return [
            str(row.get_attribute("data-id")) for row in self.page.locator("#table tbody tr").all()
        ]

    def save(self, why: str = "核对") -> None:
        self.page.fill("#f-why", why)
        self.page.click(".save-bar button")

    def close(self) -> None:
        self.context.close()
        assert self.watch.foreign == []
        assert self.watch.errors == []


@pytest.fixture
def desk(browser: Browser, tiny_app: App, served: str) -> Iterator[Desk]:
    made = Desk(browser, tiny_app, served)
    yield made
    made.close()


def stored(app: App, record_id: str = "T1") -> dict[str, object]:
    with app.store.session() as session:
        return record(session, "team", record_id)


def test_filter_sort_page_and_select_on_table_and_map(desk: Desk, tiny_app: App) -> None:
    with tiny_app.store.session(write=True) as session:
        for number in range(60):
            values = {
                "id": f"N{number:02}", "name": f"新队{number:02}", "x": 100.03 + number / 5000,
                "y": 30.01, "team_type": "social", "capabilities": "flood",
            }  # fmt: skip
            editing.create(session, ADMIN, "team", values, why="t")
    page = desk.open("/registers/team")
    expect(page.locator("#total")).to_have_text("67")
    page.select_option("select[name=team_type]", "social")
    expect(page.locator("#total")).to_have_text("60")
    page.click("th[data-sort=name] button")
    expect(page.locator("th[data-sort=name]")).to_have_attribute("aria-sort", "ascending")
    page.click("th[data-sort=name] button")
    expect(page.locator("#table tbody tr").first).to_have_attribute("data-id", "N59")
    assert "team_type=social" in page.url
    page.click("#next")
    expect(page.locator("#table tbody tr")).to_have_count(10)
    assert desk.rows()[-1] == "N00"
    page.go_back()
    expect(page.locator("#table tbody tr")).to_have_count(50)
    page.go_forward()
    expect(page.locator("#table tbody tr")).to_have_count(10)

    box = page.locator("#map").bounding_box()
    assert box is not None
    page.locator('tr[data-id="N04"] td').last.click()
    page.wait_for_selector("#map:not([aria-busy])")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator('tr[data-id="N04"]')).to_have_class("hover")

    page.fill("#q", "队03")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    page.reload()
    desk.ready()
    assert desk.rows() == ["N03"]
    expect(page.locator("#q")).to_have_value("队03")


def test_a_record_is_edited_with_its_place_picked_on_the_map(desk: Desk, tiny_app: App) -> None:
    page = desk.open("/registers/team/records/T1")
    before = page.input_value("#f-x")
    page.locator("#map").click(position={"x": 60, "y": 60})
    assert page.input_value("#f-x") != before
    page.fill("#f-people", "many")
    page.fill("#f-turnout_s", "-5")
    desk.watch.expected_statuses.add(400)
    desk.save()
    expect(page.locator("#record .fault")).to_have_count(2)
    expect(page.locator("[data-field=people] .fault")).to_contain_text("数字")
    page.fill("#f-people", "33")
    page.fill("#f-turnout_s", "90")
    desk.save("更正驻地")
    expect(page.locator("#notice")).to_have_text("已保存。")
    desk.ready()
    found = stored(tiny_app)
    assert (found["people"], found["turnout_s"], found["version"]) == (33, 90, 2)
    assert str(found["x"]) == page.input_value("#f-x") != before
    newest = page.locator("#history li").first
    expect(newest).to_contain_text("更正驻地")
    expect(newest).to_contain_text("10 → 33")

    page.click("[data-action=undo]")
    page.click("#why-dialog button.primary")
    expect(page.locator("#notice")).to_have_text("已撤销。")
    desk.ready()
    assert page.input_value("#f-people") == "10"
    assert page.input_value("#f-x") == before


def test_a_pasted_pair_fills_both_fields(desk: Desk) -> None:
    page = desk.open("/registers/team/records/T1")
    paste = """(field, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", text);
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
    }"""
    page.locator("#f-x").evaluate(paste, "100°03′00″E 30°00′36″N")
    expect(page.locator("#f-x")).to_have_value("100.05")
    expect(page.locator("#f-y")).to_have_value("30.01")


def test_a_conflict_of_two_browsers_is_decided_field_by_field(
    desk: Desk, browser: Browser, tiny_app: App, served: str
) -> None:
    other = Desk(browser, tiny_app, served)
    mine = desk.open("/registers/team/records/T1")
    theirs = other.open("/registers/team/records/T1")
    theirs.fill("#f-people", "41")
    theirs.fill("#f-agency", "甲单位")
    other.save("他人核对")
    expect(theirs.locator("#notice")).to_have_text("已保存。")
    other.close()

    desk.watch.expected_statuses.add(409)
    mine.fill("#f-people", "52")
    mine.fill("#f-name_en", "Mine")
    desk.save("我的核对")
    rows = mine.locator("#conflict tbody tr")
    expect(rows).to_have_count(3)
    expect(mine.locator('#conflict tr[data-name="people"]')).to_contain_text("41")
    expect(mine.locator('#conflict tr[data-name="people"]')).to_contain_text("52")
    assert mine.input_value("#f-people") == "52"
    mine.check('input[name="keep-people"][value="theirs"]')
    mine.click("#conflict button")
    expect(mine.locator("#notice")).to_have_text("已保存。")
    desk.ready()
    found = stored(tiny_app)
    assert (found["people"], found["agency"], found["name_en"]) == (41, "甲单位", "Mine")
    assert found["version"] == 3


def test_retiring_verifying_and_bulk_changes(desk: Desk, tiny_app: App) -> None:
    page = desk.open("/registers/team")
    page.check('tr[data-id="T1"] input')
    page.check('tr[data-id="T2"] input')
    expect(page.locator("#chosen")).to_contain_text("2")
    page.click("#bulk [data-action=change]")
    page.select_option("#bulk-dialog select[name=field]", "tier")
    page.select_option("#bulk-dialog select[name=value]", "auxiliary")
    with tiny_app.store.session(write=True) as session:  # somebody is quicker
        editing.change(session, ADMIN, "team", "T2", {"people": 1}, version=1, why="t")
    desk.watch.expected_statuses.add(400)
    page.fill("#bulk-dialog textarea", "分级调整")
    page.click("#bulk-dialog button.primary")
    expect(page.locator("#bulk-dialog .faults li")).to_have_count(1)
    assert stored(tiny_app)["tier"] == "main"
    page.click("#bulk-dialog .faults button")
    page.click("#bulk-dialog button.primary")
    expect(page.locator("#bulk-dialog")).not_to_be_visible()
    assert stored(tiny_app)["tier"] == "auxiliary"

    desk.open("/registers/team/records/T1")
    page.click("[data-action=verify]")
    expect(page.locator("#notice")).to_have_text("已核实。")
    desk.ready()
    page.click("[data-state=status] [data-value=busy]")
    page.fill("#why-dialog textarea", "出警")
    page.click("#why-dialog button.primary")
    expect(page.locator("#notice")).to_have_text("状态已变更。")
    assert stored(tiny_app)["status"] == "busy"
    desk.ready()
    page.click("[data-action=retire]")
    page.fill("#why-dialog textarea", "撤编")
    page.click("#why-dialog button.primary")
    expect(page.locator("#notice")).to_have_text("已停用。")
    desk.open("/registers/team")
    assert "T1" not in desk.rows()
    page.select_option("select[name=retired]", "only")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    assert desk.rows() == ["T1"]


def test_an_attached_photo_is_shown(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "门口.png"
    Image.new("RGB", (300, 200), "#aa3333").save(path)
    page = desk.open("/registers/team/records/T1")
    page.set_input_files("#attach-file", path)
    page.fill("#attach input[name=caption]", "<b>正门</b>")
    page.click("#attach button")
    expect(page.locator(".attachments img")).to_have_count(1)
    expect(page.locator(".attachments li")).to_contain_text("<b>正门</b>")
    expect(page.locator(".attachments img")).to_have_js_property("naturalWidth", 300)
    expect(page.locator("#history li").first).to_contain_text("添加附件")
    evil = tmp_path / "evil.png"
    evil.write_text("<script>alert(1)</script>", encoding="utf-8")
    desk.watch.expected_statuses.add(400)
    page.set_input_files("#attach-file", evil)
    page.click("#attach button")
    expect(page.locator("#notice")).to_contain_text("JPEG")
    expect(page.locator(".attachments img")).to_have_count(1)


def test_an_export_holds_what_is_shown(desk: Desk) -> None:
    page = desk.open("/registers/team?capabilities=fire&sort=-id")
    shown = desk.rows()
    page.select_option("#export-format", "csv")
    with page.expect_download() as download:
        page.click("#export button")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert [row["编号"] for row in csv.DictReader(io.StringIO(text))] == shown
    assert download.value.suggested_filename.startswith("救援队伍")


def test_on_a_phone_nothing_is_wider_than_the_screen(
    browser: Browser, tiny_app: App, served: str
) -> None:
    phone = Desk(browser, tiny_app, served, width=390)
    for address in ("/registers/team", "/registers/team/records/T1", "/registers/team/new"):
        page = phone.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    phone.close()
