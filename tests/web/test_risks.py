"""Pages and questions of the risk lifecycle, over HTTP."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.risks.hazards import add_hazards
from tests.web.conftest import PageClient, SignedIn

PAGES = [
    "/risks",
    "/risks/hazard/geohazard/G2",
    "/risks/tickets",
    "/risks/year",
    "/risks/map",
    "/risks/ledger",
]
TICKET = {
    "kind": "geohazard", "id": "G2", "grade": "major", "found_by": "张", "responsible": "李",
    "deadline": "2099-01-01", "description": "<script>alert(1)</script>", "measure": "填缝",
    "funding_cny": "1000",
}  # fmt: skip


@pytest.fixture
def hazards(tiny_app: App) -> App:
    add_hazards(tiny_app.store)
    return tiny_app


def assess(client: PageClient, hazard: str, **more: object) -> tuple[int, dict]:
    asked = {"kind": "geohazard", "id": hazard, "method": "statutory", "why": "普查", "version": 0}
    answer = client.post("/api/risks/assess", json={**asked, **more})
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_served_in_both_languages(
    hazards: App, client: PageClient, page: str, lang: str
) -> None:
    answer = client.get(page, query_string={"lang": lang})
    assert answer.status_code == 200
    assert " style=" not in answer.text  # refused by the content security policy


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_an_empty_register(client: PageClient, page: str) -> None:
    assert client.get(page).status_code == (404 if "hazard" in page else 200)


def test_a_hazard_is_assessed_and_taken_further(hazards: App, client: PageClient) -> None:
    assert assess(client, "G2") == (200, {"state": "assessed", "level": 2, "version": 1})
    advanced = {
        "kind": "geohazard",
        "id": "G2",
        "state": "warning",
        "colour": 1,
        "why": "暴雨",
        "version": 1,
    }
    assert client.post("/api/risks/advance", json=advanced).status_code == 200
    stale = client.post("/api/risks/advance", json=advanced)
    assert (stale.status_code, stale.get_json()["error"]["code"]) == (409, "risks.out_of_date")
    text = client.get("/risks/hazard/geohazard/G2?lang=zh").text
    assert "红色预警" in text
    assert "暴雨" in text


def test_tickets_are_taken_up_and_shown_as_text(hazards: App, client: PageClient) -> None:
    added = client.post("/api/risks/tickets", json=TICKET)
    assert added.status_code == 201
    text = client.get("/risks/tickets").text
    assert added.get_json()["id"] in text
    assert "<script>alert" not in text
    moved = client.post(
        f"/api/risks/tickets/{added.get_json()['id']}", json={"state": "rectifying", "version": 1}
    )
    assert moved.get_json() == {"state": "rectifying", "version": 2}
    wrong = client.post("/api/risks/tickets", json={**TICKET, "deadline": "soon"})
    assert (wrong.status_code, wrong.get_json()["error"]["code"]) == (400, "web.bad_date")


def test_an_inspection_and_a_cadence(hazards: App, client: PageClient) -> None:
    asked = {
        "kind": "geohazard",
        "id": "G2",
        "inspected_by": "王",
        "result": "sound",
        "inspected_on": "2026-01-01",
    }
    answer = client.post("/api/risks/inspections", json=asked)
    assert (answer.status_code, answer.get_json()) == (201, {"next_inspection_on": "2026-01-16"})
    changed = {"kind": "geohazard", "level": 2, "days": 20, "why": "汛后"}
    assert client.post("/api/risks/cadence", json=changed).status_code == 200
    assert "2026-01-21" in client.get("/risks?due=overdue").text


def test_a_county_editor_sees_and_works_its_own(hazards: App, signed_in: SignedIn) -> None:
    editor = signed_in(Role.COUNTY_EDITOR, county="990001")
    text = editor.get("/risks").text
    assert "北坡滑坡" in text
    assert "南沟" not in text
    assert "南沟" not in editor.get("/risks?county=990002").text
    assert "南沟" not in editor.get("/risks/ledger?county=990002").text
    assert editor.get("/risks/hazard/geohazard/G4").status_code == 403
    assert assess(editor, "G2")[0] == 200
    assert assess(editor, "G4")[0] == 403


def test_a_viewer_reads_only(hazards: App, signed_in: SignedIn) -> None:
    viewer = signed_in(Role.VIEWER)
    text = viewer.get("/risks/hazard/geohazard/G2").text
    assert "data-api" not in text
    assert assess(viewer, "G2")[0] == 403
    assert viewer.get("/risks/register.xlsx").status_code == 403


def test_filters_and_order(hazards: App, client: PageClient) -> None:
    def ids(address: str) -> list[str]:
        text = client.get(address).text
        return [part.split('"')[0].split(":")[1] for part in text.split('<tr data-id="')[1:]]

    assert ids("/risks?level=2&sort=name&order=desc") == ids("/risks?level=2&sort=name")[::-1]
    assert ids("/risks?kind=geohazard&level=0") == ["G0"]
    assert ids("/risks?q=库") == ["P2", "R3"]
    assert ids("/risks?level=9&state=x&due=x&sort=x") == ids("/risks")


def test_the_export_holds_what_is_shown(hazards: App, client: PageClient) -> None:
    answer = client.get("/risks/register.xlsx?level=2&lang=zh")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("类别", "编号", "名称", "县区")
    assert {row[1] for row in rows[1:]} == {"G2", "M2", "P2", "C2"}


def test_the_map_counts_each_level(hazards: App, client: PageClient) -> None:
    text = client.get("/risks/map?lang=en").text
    assert text.count('href="#risk-2"') == 4 + 1  # and once in the legend
    assert "Synthetic data" in text
    assert 'href="http' not in text.replace("http://www.w3.org", "")


def test_the_layer_of_the_map_carries_levels(hazards: App, client: PageClient) -> None:
    found = client.get("/api/layers/risk?bbox=99,29,101,31").get_json()["features"]
    classes = {one["properties"]["id"]: one["properties"]["c"] for one in found}
    assert (classes["hazard_source:H1"], classes["geohazard:G4"], classes["geohazard:G0"]) == (
        0,
        3,
        4,
    )
    assert client.get("/api/layers/risk?bbox=10,10,11,11").get_json()["features"] == []
    card = client.get("/api/record/risk/hazard_source:H1?lang=en").get_json()
    assert card["name"] == "液氨罐区"
    assert "Level 1, red" in str(card["facts"])
    assert client.get("/api/record/risk/hazard_source:X").status_code == 404
