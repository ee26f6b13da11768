# ruff: noqa: E501 - addresses and tables read better whole
"""The quality board and its lists, over HTTP."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest

from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.quality.records import add_records
from tests.web.conftest import PageClient, SignedIn


@pytest.fixture
def records(tiny_app: App) -> App:
    add_records(tiny_app.store)
    return tiny_app


def board(client: PageClient, **asked: str) -> dict[str, dict[str, str]]:
    """Row key → check → figure."""
    text = client.get("/quality", query_string=asked).text
    return {
        key: dict(re.findall(r'data-check="(\w+)">(?:<a href="[^"]*">)?([\d–]+)', row))
        for key, row in re.findall(r'<tr data-key="(.*?)">(.*?)</tr>', text, re.DOTALL)
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "page", ["/quality", "/quality?by=agency", "/quality?by=kind&county=990001", "/quality/overdue/depot",
             "/quality/no_responsible/hazard_source?print=1", "/quality/under_minimum/lot?county=-"],
)  # fmt: skip
def test_every_page_is_served_in_both_languages(
    records: App, client: PageClient, page: str, lang: str
) -> None:
    answer = client.get(page, query_string={"lang": lang} if "?" not in page else None)
    assert answer.status_code == 200
    assert " style=" not in answer.text


def test_the_board_counts_by_county_and_kind(records: App, client: PageClient) -> None:
    counted = board(client)
    assert counted["990002"]["no_responsible"] == "2"
    assert counted["990001"]["unmonitored"] == "1"
    assert counted["990001"]["under_minimum"] == "1"
    kinds = board(client, by="kind", county="990001")
    assert kinds["hazard_source"]["no_responsible"] == "1"
    assert "geohazard" not in kinds


def test_every_figure_leads_to_as_many_records(records: App, client: PageClient) -> None:
    text = client.get("/quality?by=kind").text
    followed = 0
    for address, figure in re.findall(
        r'data-check="\w+"><a href="(/quality/[^"]+)">(\d+)</a>', text.split("<tfoot>")[0]
    ):
        listed = client.get(address.replace("&amp;", "&")).text
        assert listed.count("<tr data-id=") == min(int(figure), 100)
        followed += 1
    assert followed > 10


def test_sorting(records: App, client: PageClient) -> None:
    rising = list(board(client, by="kind", sort="records"))
    assert list(board(client, by="kind", sort="records", order="desc")) == rising[::-1]


def test_bulk_verifying_takes_records_off_the_list(records: App, client: PageClient) -> None:
    asked = {"kind": "hazard_source", "ids": ["H1", "H2"]}
    assert client.post("/api/quality/verify", json=asked).get_json() == {"verified": 2}
    left = client.get("/quality/never_verified/hazard_source").text
    assert left.count("<tr data-id=") == 1
    assert (
        client.post("/api/quality/verify", json={"kind": "depot", "ids": "D1"}).status_code == 400
    )


def test_a_county_editor_sees_and_works_its_own(records: App, signed_in: SignedIn) -> None:
    editor = signed_in(Role.COUNTY_EDITOR, county="990001")
    assert set(board(editor, by="county", county="990002")) == {"990001"}
    assert "丙罐" not in editor.get("/quality/never_verified/hazard_source?county=990002").text
    theirs = {"kind": "hazard_source", "ids": ["H3"]}
    assert editor.post("/api/quality/verify", json=theirs).status_code == 403
    book = openpyxl.load_workbook(
        BytesIO(editor.get("/quality/share/hazard_source.xlsx?county=990002").data)
    )
    ids = {row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert ids - {None} == {"H1", "H2"}


def test_a_viewer_neither_verifies_nor_exports(records: App, signed_in: SignedIn) -> None:
    viewer = signed_in(Role.VIEWER)
    assert 'id="verify"' not in viewer.get("/quality/overdue/depot").text
    assert viewer.get("/quality/share/depot.xlsx").status_code == 403
    assert (
        viewer.post("/api/quality/verify", json={"kind": "depot", "ids": ["D1"]}).status_code == 403
    )


def test_unknown_checks_and_kinds_are_named(records: App, client: PageClient) -> None:
    assert client.get("/quality/x/depot").status_code == 400
    assert client.get("/quality/share/place.xlsx").status_code == 400
