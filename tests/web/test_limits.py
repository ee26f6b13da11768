"""Limits that cannot be read, over HTTP and on the map page."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from gisapp.bootstrap import App
from gisapp.rights import Role
from routing import save
from tests.tiny_site import DOUBT, doubtful_roads
from tests.web.conftest import Console, SignedIn

LIMIT = {"way_id": 7, "kind": "weight", "text": DOUBT}
QUESTION = {"x": 100.041, "y": 30.0, "need": "fire"}


@pytest.fixture(autouse=True)
def roads(tiny_app: App) -> None:
    save(doubtful_roads(), tiny_app.roads_path)


def confirm(client: FlaskClient, **changed: Any) -> Any:
    return client.post("/api/limits", json=LIMIT | {"value": 30, "why": "现场核对"} | changed)


def test_a_duty_officer_confirms_and_takes_back(signed_in: SignedIn) -> None:
    client = signed_in(Role.DUTY_OFFICER)
    (held,) = client.post("/api/dispatch", json=QUESTION).get_json()["held_up"]
    assert held["id"] == "T1"
    assert [{name: one[name] for name in LIMIT} for one in held["limits"]] == [LIMIT]

    done = confirm(client)
    assert done.status_code == 201
    assert done.get_json()["confirmed_by"] == Role.DUTY_OFFICER
    answer = client.post("/api/dispatch", json=QUESTION).get_json()
    assert answer["held_up"] == []
    first = next(one for one in answer["proposals"] if one["id"] == "T1")
    assert first["total_s"] == held["total_s"]
    listed = client.get("/api/limits").get_json()
    assert listed["limits"] == []
    assert [one["value"] for one in listed["confirmed"]] == [30]

    address = f"/api/limits/{done.get_json()['id']}"
    taken_back = client.delete(address, query_string={"why": "看错了桥"})
    assert [one["way_id"] for one in taken_back.get_json()["limits"]] == [7]
    assert len(client.post("/api/dispatch", json=QUESTION).get_json()["held_up"]) == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PLANNER])
def test_others_may_look_and_not_confirm(signed_in: SignedIn, role: Role) -> None:
    client = signed_in(role)
    assert confirm(client).status_code == 403
    assert [one["way_id"] for one in client.get("/api/limits").get_json()["limits"]] == [7]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"why": ""}, 400, "limit.no_reason"),
        ({"value": 900}, 400, "limit.bad_value"),
        ({"text": "maxweight=20"}, 404, "limit.unknown"),
        ({"kind": "width"}, 400, "limit.bad_kind"),
        ({"value": "no"}, 400, "web.not_a_number"),
    ],
)
def test_what_cannot_be_confirmed(client: FlaskClient, changed, status, code) -> None:
    refused = confirm(client, **changed)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (status, code)


def test_on_the_map_page(console: Console) -> None:
    console.open("/#at=100.041,30.0&need=fire")
    page = console.page
    held = page.locator(".held-up")
    expect(held).to_contain_text("主干桥")
    expect(held).to_contain_text(DOUBT)
    expect(held.locator("li[data-id=T1]")).to_contain_text("甲队")
    before = console.answer()["T1"][4]
    held.locator("summary").click()
    held.locator("input[name=none]").check()
    held.locator("input[name=why]").fill("已电话问询路政")
    held.locator("button[type=submit]").click()
    expect(held).to_have_count(0)
    expect(page.locator('#answer tbody[data-id="T1"] td.total')).not_to_have_text(before)
    assert float(console.answer()["T1"][4]) < float(before)
