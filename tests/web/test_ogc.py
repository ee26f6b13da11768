"""OGC API – Features: pages, choices, reference systems, rights."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pyproj import Transformer
from shapely import box

from gisapp.bootstrap import App
from gisapp.exchange.features import COLLECTIONS
from gisapp.registers import KINDS
from gisapp.rights import Role, system_actor
from tests.exchange.copies import put
from tests.incidents.closing import add_closure, lift_closure
from tests.web.conftest import PageClient, SignedIn

TEAMS = "/ogc/collections/team/items"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["features"]]


def test_links_lead_from_the_landing_page_to_every_feature(client: PageClient) -> None:
    landing = client.get("/ogc").get_json()
    links = {one["rel"]: one["href"] for one in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= links.keys()
    assert all(href.startswith("http://localhost/") for href in links.values())
    collections = client.get(links["data"]).get_json()["collections"]
    assert [one["id"] for one in collections] == list(COLLECTIONS)
    for one in collections:
        items = next(link["href"] for link in one["links"] if link["rel"] == "items")
        assert client.get(items).status_code == 200


def test_conformance_names_core_and_reference_systems(client: PageClient) -> None:
    classes = client.get("/ogc/conformance").get_json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in classes


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_every_feature_once(client: PageClient, limit: int) -> None:
    found: list[str] = []
    address = f"{TEAMS}?limit={limit}&county=990001"
    while address:
        answer = client.get(address).get_json()
        assert answer["numberReturned"] == len(answer["features"]) <= limit
        assert answer["numberMatched"] == 7
        found += ids(answer)
        following = [one["href"] for one in answer["links"] if one["rel"] == "next"]
        parts = urlsplit(following[0]) if following else None
        address = f"{parts.path}?{parts.query}" if parts else ""
    assert sorted(found) == ["M1", "T1", "T2", "T3", "T4", "T5", "T6"]


def test_a_box_takes_what_meets_it_and_counts_only_what_it_knows(client: PageClient) -> None:
    answer = client.get(f"{TEAMS}?bbox=100,29.9,100.055,30.1").get_json()
    assert sorted(ids(answer)) == ["T1", "T4", "T5"]
    assert answer["numberMatched"] == 3
    cut = client.get(f"{TEAMS}?bbox=100,29.9,100.055,30.1&limit=1").get_json()
    assert "numberMatched" not in cut
    # A hair's breadth outside, where the index alone would still answer.
    assert ids(client.get(f"{TEAMS}?bbox=100.0010001,29.9,100.04,30.1").get_json()) == []


@pytest.mark.parametrize("code", ["4326", "4490", "4542"])
def test_positions_and_boxes_follow_the_order_of_axes(client: PageClient, code: str) -> None:
    answer = client.get(f"{TEAMS}?crs={EPSG}{code}&limit=1")
    assert answer.headers["Content-Crs"] == f"<{EPSG}{code}>"
    first, second = answer.get_json()["features"][0]["geometry"]["coordinates"]
    expected = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(100.001, 30.0)
    assert (first, second) == pytest.approx(expected, abs=0.001)
    corners = f"{first - 1e-3},{second - 1e-3},{first + 1e-3},{second + 1e-3}"
    near = client.get(f"{TEAMS}?bbox={corners}&bbox-crs={EPSG}{code}").get_json()
    assert ids(near) == ["T1"]


def test_crs84_is_longitude_first_and_stored(client: PageClient) -> None:
    answer = client.get(f"{TEAMS}/T1")
    assert answer.get_json()["geometry"]["coordinates"] == [100.001, 30.0]
    described = client.get("/ogc/collections/team").get_json()
    assert described["storageCrs"] == described["crs"][0]
    assert answer.headers["Content-Crs"] == f"<{described['storageCrs']}>"
    assert answer.mimetype == "application/geo+json"


def test_a_moment_chooses_by_the_last_change(client: PageClient, tiny_app: App) -> None:
    before = client.get(f"{TEAMS}/T2").get_json()["properties"]["updated_at"]
    put(tiny_app.store, "team", {"id": "T2", "people": 77})
    after = client.get(f"{TEAMS}/T2").get_json()["properties"]["updated_at"]
    assert after > before
    assert ids(client.get(f"{TEAMS}?datetime={after}/..").get_json()) == ["T2"]
    assert "T2" not in ids(client.get(f"{TEAMS}?datetime=../{before}").get_json())
    assert ids(client.get(f"{TEAMS}?datetime={after}").get_json()) == ["T2"]


def test_fields_choose_by_code_and_tag(client: PageClient) -> None:
    mine = f"{TEAMS}?team_type=mine_rescue&capabilities=mine_rescue"
    assert ids(client.get(mine).get_json()) == ["M1"]
    assert ids(client.get(f"{TEAMS}?status=busy&synthetic=true").get_json()) == ["T4"]
    assert ids(client.get(f"{TEAMS}?county=990002").get_json()) == []
    refused = client.get(f"{TEAMS}?team_type=circus").get_json()["error"]["message"]
    assert "fire_rescue" in refused


@pytest.mark.parametrize(
    "wrong",
    ["colour=red", "bbox=1,2,3", "bbox=5,5,1,1", "bbox=a,b,c,d", "bbox=0,0,nan,1", "limit=0",
     "limit=x", "crs=EPSG:9999", "bbox-crs=x", "datetime=yesterday", "datetime=../..",
     "datetime=2026-02-02T00:00:00Z/2026-01-01T00:00:00Z", "team_type=circus", "after=-1",
     "f=html", "synthetic=perhaps"],
)  # fmt: skip
def test_wrong_questions_are_refused_in_one_sentence(client: PageClient, wrong: str) -> None:
    answer = client.get(f"{TEAMS}?{wrong}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]


def test_what_is_not_there_is_not_found(client: PageClient) -> None:
    assert client.get("/ogc/collections/unicorn/items").status_code == 404
    assert client.get(f"{TEAMS}/none").status_code == 404


def test_retired_records_and_lifted_closures_are_left_out(
    client: PageClient, tiny_app: App
) -> None:
    from gisapp.exchange.applying import set_retirement

    with tiny_app.store.session(write=True) as session:
        moment = {"retired_at": "2026-11-01T00:00:00+00:00"}
        set_retirement(session, system_actor("test"), KINDS["team"], "T1", moment, why="test")
    assert client.get(f"{TEAMS}/T1").status_code == 404
    assert "T1" not in ids(client.get(TEAMS).get_json())
    closed = "/ogc/collections/road_closure/items"
    added = add_closure(
        tiny_app.store, box(100, 30, 100.01, 30.01), reason="滑坡", actor=system_actor("test")
    )
    (found,) = client.get(closed).get_json()["features"]
    assert (found["id"], found["properties"]["reason"]) == (added.id, "滑坡")
    lift_closure(tiny_app.store, added.id, actor=system_actor("test"))
    assert client.get(closed).get_json()["features"] == []


def test_contacts_are_hidden_from_those_who_need_not_call(
    signed_in: SignedIn, tiny_app: App, anonymous: FlaskClient
) -> None:
    put(tiny_app.store, "team", {"id": "T1", "contact_phone": "13800001234"})

    def phone(client: PageClient) -> str:
        return str(client.get(f"{TEAMS}/T1").get_json()["properties"]["contact_phone"])

    assert phone(signed_in(Role.HEADQUARTERS)) == "13800001234"
    assert phone(signed_in(Role.COUNTY_EDITOR, "990001")) == "13800001234"
    assert phone(signed_in(Role.COUNTY_EDITOR, "990002")) == "138****1234"
    assert phone(signed_in(Role.VIEWER)) == "138****1234"
    refused = anonymous.get(f"{TEAMS}/T1")
    assert refused.status_code == 401
    assert "error" in refused.get_json()
