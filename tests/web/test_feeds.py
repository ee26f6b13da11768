"""Registers as files that another system fetches again and again."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from flask.testing import FlaskClient

from gisapp.accounts import Role
from gisapp.accounts.tokens import issue_token
from gisapp.bootstrap import App
from tests.exchange.copies import put
from tests.web.conftest import PageClient, SignedIn


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_three_formats_hold_the_same_records(client: PageClient) -> None:
    answer = client.get("/feeds/team.csv")
    rows = table(answer.get_data(as_text=True))
    assert answer.get_data().startswith("\ufeff".encode())
    features = json.loads(client.get("/feeds/team.geojson").data)["features"]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/feeds/team.xlsx").data))
    header, *lines = book.active.values
    as_book = [dict(zip(header, line, strict=True)) for line in lines]
    assert [one["id"] for one in rows] == [one["id"] for one in features]
    assert [one["id"] for one in rows] == [one["id"] for one in as_book]
    first = next(one for one in rows if one["id"] == "T1")
    assert (first["x"], first["capabilities"], first["vehicles"]) == (
        "100.001",
        "fire;rescue",
        "heavy:2;light:1",
    )
    assert as_book[0]["people"] == features[0]["properties"]["people"] == 10


def test_choosing_by_county_code_and_change(client: PageClient, tiny_app: App) -> None:
    assert table(client.get("/feeds/team.csv?county=990002").text) == []
    (only,) = table(client.get("/feeds/team.csv?status=busy").text)
    assert only["id"] == "T4"
    put(tiny_app.store, "team", {"id": "T2", "people": 5})
    since = next(one for one in table(client.get("/feeds/team.csv").text) if one["id"] == "T2")
    moment = since["updated_at"].replace("+", "%2B")
    assert [
        one["id"] for one in table(client.get(f"/feeds/team.csv?updated_since={moment}").text)
    ] == ["T2"]


def test_an_unchanged_register_is_not_sent_again(client: PageClient, tiny_app: App) -> None:
    first = client.get("/feeds/team.csv")
    assert first.headers["Last-Modified"]
    mark = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/feeds/team.csv", headers=mark)
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/feeds/team.csv?county=990001", headers=mark).status_code == 200
    put(tiny_app.store, "team", {"id": "T1", "people": 5})
    assert client.get("/feeds/team.csv", headers=mark).status_code == 200


@pytest.mark.parametrize("wicked", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(client: PageClient, tiny_app: App, wicked: str) -> None:
    put(tiny_app.store, "team", {"id": "T1", "name": wicked})
    rows = {one["id"]: one for one in table(client.get("/feeds/team.csv").text)}
    assert rows["T1"]["name"] == f"'{wicked}"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/feeds/team.xlsx").data))
    assert "f" not in {cell.data_type for row in book.active for cell in row}


def test_rights(
    signed_in: SignedIn, tiny_app: App, anonymous: FlaskClient, client: PageClient
) -> None:
    put(tiny_app.store, "team", {"id": "T1", "contact_phone": "13800001234"})
    assert anonymous.get("/feeds/team.csv").status_code == 401
    assert signed_in(Role.VIEWER).get("/feeds/team.csv").status_code == 403
    token = issue_token(
        tiny_app.store, name="other", agency="test", rights=["export"], days=1, who="test"
    )
    told = anonymous.get("/feeds/team.csv", headers={"Authorization": f"Bearer {token}"})
    assert "138****1234" in told.text
    assert "13800001234" not in told.text
    assert "13800001234" in client.get("/feeds/team.csv").text


@pytest.mark.parametrize("wrong", ["colour=red", "status=gone", "updated_since=soon"])
def test_wrong_questions_are_refused(client: PageClient, wrong: str) -> None:
    assert client.get(f"/feeds/team.csv?{wrong}").status_code == 400
    assert client.get("/feeds/unicorn.csv").status_code == 404
