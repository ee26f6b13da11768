"""The risk and quality pages in a browser: what is clicked, what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gisapp.bootstrap import App
from tests.quality.records import add_records
from tests.risks.hazards import add_hazards
from tests.web.conftest import Console

A3_LANDSCAPE, A4_LANDSCAPE = (1190, 841), (842, 595)  # points, as PDF counts


@pytest.fixture
def hazards(tiny_app: App) -> App:
    add_hazards(tiny_app.store)
    return tiny_app


def pages_of(pdf: Path) -> list[tuple[int, int]]:
    """Width and height of each page, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf.read_bytes())
    return [(int(float(wide)), int(float(high))) for wide, high in boxes]


def test_a_hazard_is_assessed_warned_of_and_inspected(hazards: App, console: Console) -> None:
    page = console.page
    console.open("/risks?kind=geohazard")
    page.click("#risks >> text=北坡滑坡")
    console.ready()
    expect(page.locator(".lifecycle [aria-current=step]")).to_contain_text("识别")

    page.click("summary:has-text('评估定级')")
    page.select_option("#assess [name=method]", "matrix")
    page.select_option("#assess [name=likelihood]", "5")
    page.select_option("#assess [name=consequence]", "4")
    page.fill("#assess [name=why]", "专家会商")
    page.click("#assess [type=submit]")
    expect(page.locator("#level")).to_contain_text("重大风险（红）")
    expect(page.locator(".lifecycle [aria-current=step]")).to_contain_text("评估")

    page.click("summary:has-text('转入下一环节')")
    page.select_option("#advance [name=state]", "warning")
    page.fill("#advance [name=why]", "暴雨")
    console.watch.expected_statuses.add(400)
    page.click("#advance [type=submit]")
    expect(page.locator("#advance .fault")).to_contain_text("预警颜色")
    page.select_option("#advance [name=colour]", "2")
    page.click("#advance [type=submit]")
    expect(page.locator("#warning")).to_have_text("橙色预警")

    page.click("summary:has-text('登记巡查')")
    page.fill("#inspect [name=inspected_by]", "王五")
    page.click("#inspect [type=submit]")
    expect(page.locator("#inspections")).to_contain_text("王五")
    expect(page.locator("#steps li")).to_have_count(2)


def test_a_hidden_danger_is_taken_up_and_worked_off(hazards: App, console: Console) -> None:
    page = console.page
    console.open("/risks/tickets")
    for name, value in {
        "place": "桥头", "found_by": "张三", "responsible": "李四", "deadline": "2099-01-01",
        "description": "护栏缺失", "measure": "补装",
    }.items():  # fmt: skip
        page.fill(f"#new-ticket [name={name}]", value)
    page.click("#new-ticket [type=submit]")
    expect(page.locator("#tickets")).to_contain_text("护栏缺失")
    page.click("#tickets summary:has-text('开始整改')")
    page.click("#tickets button:has-text('开始整改')")
    expect(page.locator("#tickets .badge").first).to_have_text("整改中")


@pytest.mark.parametrize(
    ("address", "paper"), [("/risks/map", A3_LANDSCAPE), ("/risks/ledger", A4_LANDSCAPE)]
)
def test_sheets_print_on_their_paper(
    hazards: App, console: Console, tmp_path: Path, address: str, paper: tuple[int, int]
) -> None:
    console.open(address)
    expect(console.page.locator(".synthetic-mark")).to_be_visible()
    pdf = tmp_path / "sheet.pdf"
    console.page.pdf(path=pdf, prefer_css_page_size=True)
    (page,) = pages_of(pdf)
    assert page == pytest.approx(paper, abs=2)


def test_records_are_verified_together(tiny_app: App, console: Console) -> None:
    add_records(tiny_app.store)
    page = console.page
    console.open("/quality?by=kind")
    page.click('[data-key="hazard_source"] [data-check="never_verified"] a')
    console.ready()
    expect(page.locator("#verify")).to_be_disabled()
    page.check("#all")
    page.click("#verify")
    expect(page.locator("#content")).to_contain_text("没有待办记录")


@pytest.mark.parametrize(
    "address", ["/quality", "/risks", "/risks/hazard/geohazard/G2", "/risks/tickets"]
)
def test_nothing_runs_off_a_phone(hazards: App, console: Console, address: str) -> None:
    console.page.set_viewport_size({"width": 390, "height": 844})
    console.page.goto(console.origin + address)
    assert console.page.evaluate("document.documentElement.scrollWidth") <= 390
