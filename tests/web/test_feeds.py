"""Registers as files that another system fetches again and again."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import openpyxl
import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.http import http_date
from werkzeug.test import TestResponse

from gisapp.bootstrap import App
from gisapp.events import changed_values, record_event
from gisapp.registers.kinds.team import Team
from gisapp.rights import Role, system_actor
from tests.exchange.copies import put
from tests.incidents.closing import add_closure, lift_closure
from tests.people import with_token
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


def test_numbers_come_back_to_the_last_digit(client: PageClient, tiny_app: App) -> None:
    """Seventeen digits in every format; a spreadsheet library of itself writes sixteen."""
    x, y = 111.51234567890123, 0.1 + 0.2
    put(tiny_app.store, "team", {"id": "T1", "geom": shapely.Point(x, y)})
    row = next(r for r in table(client.get("/feeds/team.csv").text) if r["id"] == "T1")
    assert (float(row["x"]), float(row["y"])) == (x, y)
    features = json.loads(client.get("/feeds/team.geojson").data)["features"]
    (found,) = [one for one in features if one["id"] == "T1"]
    assert found["geometry"]["coordinates"] == [x, y]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/feeds/team.xlsx").data))
    header, *lines = book.active.values
    as_book = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    assert (as_book["T1"]["x"], as_book["T1"]["y"]) == (x, y)


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


def etag(client: PageClient, feed: str) -> dict[str, str]:
    return {"If-None-Match": read(client, feed).headers["ETag"]}


def read(client: PageClient, feed: str, headers: dict[str, str] | None = None) -> TestResponse:
    """The whole answer: what is left unread would be read by whoever comes next."""
    answer = client.get(feed, headers=headers)
    answer.get_data()
    return answer


def test_a_lifted_closure_is_a_change(client: PageClient, tiny_app: App) -> None:
    feed = "/feeds/road_closure.geojson"
    closed = add_closure(
        tiny_app.store, shapely.box(100, 30, 100.1, 30.1), reason="x", actor=system_actor("t")
    )
    mark = etag(client, feed)
    assert read(client, feed, mark).status_code == 304
    lift_closure(tiny_app.store, closed.id, actor=system_actor("t"))
    again = read(client, feed, mark)
    assert again.status_code == 200
    assert again.get_json(force=True)["features"] == []


def test_a_clock_that_was_ahead_hides_no_later_change(client: PageClient, tiny_app: App) -> None:
    ahead = datetime.now(UTC) + timedelta(days=200)
    with tiny_app.store.session(write=True) as session:
        session.execute(update(Team).where(Team.id == "T1").values(updated_at=ahead))
        told = changed_values({}, {})
        record_event(
            session, who="t", what="verify", kind="team", subject_id="T1", data=told, at=ahead
        )
    first = read(client, "/feeds/team.csv")
    assert parsedate_to_datetime(first.headers["Last-Modified"]) <= datetime.now(UTC)
    put(tiny_app.store, "team", {"id": "T2", "people": 43})
    mark = {"If-None-Match": first.headers["ETag"]}
    assert read(client, "/feeds/team.csv", mark).status_code == 200


def test_two_changes_within_a_second_are_two(client: PageClient, tiny_app: App) -> None:
    for people in (41, 42, 43):
        first = read(client, "/feeds/team.csv")
        put(tiny_app.store, "team", {"id": "T2", "people": people})
        for mark in (
            {"If-None-Match": first.headers["ETag"]},
            {"If-Modified-Since": http_date(datetime.now(UTC))},
        ):
            assert read(client, "/feeds/team.csv", mark).status_code == 200


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
    token = with_token(
        tiny_app.store,
        name="other",
        agency="test",
        rights=["export"],
        days=1,
    )
    told = anonymous.get("/feeds/team.csv", headers={"Authorization": f"Bearer {token}"})
    assert "138****1234" in told.text
    assert "13800001234" not in told.text
    assert "13800001234" in client.get("/feeds/team.csv").text


@pytest.mark.parametrize("wrong", ["colour=red", "status=gone", "updated_since=soon"])
def test_wrong_questions_are_refused(client: PageClient, wrong: str) -> None:
    assert client.get(f"/feeds/team.csv?{wrong}").status_code == 400
    assert client.get("/feeds/unicorn.csv").status_code == 404
