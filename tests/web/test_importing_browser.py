"""The census import as a person does it: a file with faults, corrected and sent again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from gisapp.bootstrap import App
from gisapp.importing import import_resources
from gisapp.rights import system_actor
from tests.importing.files import write_csv
from tests.web.conftest import Console

DEPOT = {"id": "D1", "name": "县库", "x": "100.01", "y": "30.0", "county": "990001",
         "level": "county"}  # fmt: skip


def test_a_file_with_faults_is_corrected(console: Console, tmp_path: Path) -> None:
    rows = [DEPOT, DEPOT | {"id": "D2", "name": "乙乡粮站", "level": "moon"}]
    page = console.page
    page.goto(f"{console.origin}/import")
    page.select_option("#kind", "depot")
    expect(page.locator("#template")).to_have_attribute("href", "/import/template/depot.xlsx")
    page.select_option("#crs", "EPSG:4490")
    page.set_input_files("#file", write_csv(tmp_path / "depots.csv", *rows))
    page.click("#check")
    expect(page.locator("[data-count=inserted]")).to_have_text("1")
    expect(page.locator("#faults tbody tr")).to_have_count(1)
    expect(page.locator("#faults")).to_contain_text("moon")
    page.click("#confirm")
    expect(page.locator("[data-count=quarantined]")).to_have_text("1")
    with page.expect_download() as download:
        page.click("#workbook")
    path = tmp_path / "faults.xlsx"
    download.value.save_as(path)

    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["level"]).value = "市级"
    workbook.save(path)
    page.goto(f"{console.origin}/import")
    expect(page.locator("#waiting")).to_contain_text("1")
    page.select_option("#kind", "depot")
    page.select_option("#crs", "EPSG:4490")
    page.set_input_files("#file", path)
    page.click("#check")
    page.click("#confirm")
    expect(page.locator("[data-count=corrected]")).to_have_text("1")
    expect(page.locator("#clear")).to_be_visible()


def test_a_pair_is_compared_and_merged(console: Console, tiny_app: App, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "d.csv", DEPOT, DEPOT | {"id": "D2", "name": "县 库"})
    import_resources(tiny_app.store, "depot", path, crs="EPSG:4490", actor=system_actor("t"))
    page = console.page
    page.goto(f"{console.origin}/import/duplicates")
    page.click("#pair-list a.button")
    expect(page.locator("tr.differs")).to_have_count(2)
    page.click("#merge")
    expect(page.locator("#clear")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(
    console: Console, tiny_app: App, tmp_path: Path, width: int
) -> None:
    rows = [DEPOT, DEPOT | {"id": "D2"}, DEPOT | {"id": "D3", "level": "moon", "name": ""}]
    path = write_csv(tmp_path / "d.csv", *rows)
    import_resources(tiny_app.store, "depot", path, crs="EPSG:4490", actor=system_actor("t"))
    page = console.page
    page.set_viewport_size({"width": width, "height": 800})
    for address in ("", "/batches/2", "/quarantine", "/duplicates", "/duplicates/1"):
        page.goto(f"{console.origin}/import{address}")
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits), address
