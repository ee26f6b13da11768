"""The JSON API: what it answers and how it says no."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from shapely import box

from gisapp.bootstrap import App
from gisapp.rights import system_actor
from gisapp.roads import shown_zoom
from gisapp.settings import Settings
from tests.incidents.acting import opened, ordered
from tests.incidents.closing import add_closure, lift_closure
from web import create_app

ACTOR = system_actor("test")
BBOX = "bbox=99,29,101,31"
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [
            [100.025, 29.999],
            [100.035, 29.999],
            [100.035, 30.001],
            [100.025, 30.001],
            [100.025, 29.999],
        ]
    ],
}


def ask(**changes: Any) -> dict[str, Any]:
    return {"x": 100.05, "y": 30.0, "need": "fire", "k": 2} | changes


def rest(answer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Asks for the others of an answer."""
    return {
        **{name: answer["incident"][name] for name in ("x", "y")},
        "need": answer["need"],
        "generated_at": answer["generated_at"],
        "closures": [one["id"] for one in answer["closures"]],
        "proposed": [one["id"] for one in answer["proposals"]],
    } | changes


def refused(response: Any, status: int, code: str) -> str:
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    answer = response.get_json()
    assert answer.keys() == {"error"}
    assert answer["error"].keys() == {"code", "message"}
    assert answer["error"]["code"] == code
    return str(answer["error"]["message"])


def test_a_position_may_be_text_or_in_another_system(client: FlaskClient) -> None:
    given = {"need": "fire", "k": 1}
    text = client.post("/api/dispatch", json={**given, "at": "100.05,30.0 高德"}).get_json()
    pair = client.post("/api/dispatch", json=ask(k=1, system="GCJ-02")).get_json()
    plain = client.post("/api/dispatch", json=ask(k=1)).get_json()
    assert text["incident"] == pair["incident"]
    assert text["incident"]["given"]["system"] == "GCJ-02"
    assert plain["incident"]["given"]["system"] == "EPSG:4326"
    assert plain["incident"]["x"] != text["incident"]["x"]
    link = "https://uri.amap.com/marker?position=100.05,30.0"
    rings = client.get("/api/isochrones", query_string={"at": link, "minutes": "1"}).get_json()
    assert rings["given"]["system"] == "GCJ-02"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"at": "100°75′E 30°N"}, "coordinates.minutes"),
        ({"at": "500000 3320000"}, "coordinates.metres"),
        ({"at": "nowhere"}, "coordinates.unreadable"),
        ({"at": "100.05,30", "system": "mars"}, "coordinates.unknown_system"),
        ({"at": "100.05,30", "x": 100.05, "y": 30.0}, "web.two_positions"),
        ({}, "web.missing"),
    ],
)
def test_a_position_that_cannot_be_read(
    client: FlaskClient, given: dict[str, Any], code: str
) -> None:
    refused(client.post("/api/dispatch", json={"need": "fire", **given}), 400, code)


def test_a_point_outside_the_site_is_marked_where_it_is_found(client: FlaskClient) -> None:
    found = client.get("/api/search?q=100.03,30.2").get_json()["results"]
    assert [row["outside"] for row in found] == [True, True, True]
    inside = client.get("/api/search?q=100.03,30.0").get_json()["results"]
    assert [row["outside"] for row in inside] == [False, False, False]


def test_features_of_an_extent(client: FlaskClient) -> None:
    found = client.get(f"/api/layers/team?{BBOX}").get_json()
    assert {one["properties"]["id"] for one in found["features"]} == {
        "T1", "T2", "T3", "T4", "T5", "T6", "M1",
    }  # fmt: skip
    near = client.get("/api/layers/team?bbox=100.0,29.9,100.01,30.1").get_json()
    assert [one["properties"]["id"] for one in near["features"]] == ["T1"]


@pytest.mark.parametrize("layer", ["area", "river", "place", "mine", "geohazard", "hospital"])
def test_every_layer_answers(client: FlaskClient, layer: str) -> None:
    answer = client.get(f"/api/layers/{layer}?{BBOX}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"


def test_roads_by_zoom(client: FlaskClient) -> None:
    names = [
        one["properties"]["name"]
        for one in client.get(f"/api/roads?{BBOX}&zoom=12").get_json()["features"]
    ]
    assert sorted(names) == ["主干桥", "主干路", "岛路", "绕行路"]
    assert client.get(f"/api/roads?{BBOX}&zoom=6").get_json()["features"] == []
    assert client.get(f"/api/layers/roads?{BBOX}&zoom=12").status_code == 200


def test_roads_are_never_closer_than_a_screen_shows(client: FlaskClient) -> None:
    far = client.get("/api/roads?bbox=-360,-90,360,90&zoom=22").get_json()["features"]
    assert far == client.get("/api/roads?bbox=-360,-90,360,90&zoom=3").get_json()["features"]
    near = client.get("/api/roads?bbox=100,29.999,100.002,30.001&zoom=18").get_json()["features"]
    assert near != []


@pytest.mark.parametrize(
    ("bbox", "zoom", "shown"),
    [
        ((-360, -90, 360, 90), 22, 3),
        ((-360, -90, 360, 90), 2, 2),
        # 3,840 pixels at zoom 12 and a grid step of 128 on either side.
        ((0, 0, 4096 * 360 / 256 / 2**12, 0.5), 12, 12),
        ((0, 0, 2 * 4352 * 360 / 256 / 2**12, 0.5), 12, 11),
        ((0, -90, 0.001, 90), 22, 5),
        ((0, 0, 1e-9, 1e-9), 22, 22),
    ],
)
def test_the_zoom_of_an_extent(bbox: tuple[float, ...], zoom: int, shown: int) -> None:
    assert shown_zoom(bbox, zoom) == shown


def test_search_and_record(client: FlaskClient) -> None:
    found = client.get("/api/search?q=甲").get_json()["results"]
    assert [(one["kind"], one["name"]) for one in found] == [("team", "甲队"), ("area", "甲县")]
    assert found[0]["context"] == "甲县"
    record = client.get("/api/record/team/T1").get_json()
    assert record["name"] == "甲队"
    assert (record["x"], record["y"]) == (100.001, 30.0)
    assert record["synthetic"] is True
    facts = {one["column"]: one["value"] for one in record["facts"]}
    assert facts["contact_phone"] == "000-0000"
    assert facts["status"] == "待命"
    assert facts["county"] == "甲县"
    english = client.get("/api/record/team/T1?lang=en").get_json()["facts"]
    assert {one["column"]: one["value"] for one in english}["county"] == "Jia County"


def test_dispatch(client: FlaskClient) -> None:
    answer = client.post("/api/dispatch", json=ask()).get_json()
    assert [one["rank"] for one in answer["proposals"]] == [1, 2]
    assert answer["others"] == 4
    assert answer["synthetic"] is True
    others = client.post("/api/dispatch/others", json=rest(answer)).get_json()
    assert {one["id"] for one in others["left_out"]} == {"T3", "T4", "T5", "T6"}
    assert others["held_up"] == []


def test_the_others_are_told_as_things_were_when_it_was_proposed(
    client: FlaskClient, tiny_app: App
) -> None:
    """A bridge that is opened meanwhile still explains the answer that was given."""
    over_the_bridge = box(100.028, 29.9, 100.032, 30.2)
    closed = add_closure(tiny_app.store, over_the_bridge, reason="垮塌", actor=ACTOR)
    answer = client.post("/api/dispatch", json=ask()).get_json()
    asked = rest(answer)
    lift_closure(tiny_app.store, closed.id, actor=ACTOR)
    reasons = {
        one["id"]: one["message"]
        for one in client.post("/api/dispatch/others", json=asked).get_json()["left_out"]
    }
    assert "垮塌" in reasons["T1"]
    assert set(reasons) == {"T1", "T3", "T4", "T5", "T6"}


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"closures": "C1"}, 400, "web.bad_texts"),
        ({"proposed": None}, 400, "web.bad_texts"),
        ({"proposed": [{}]}, 400, "web.bad_text"),
        ({"closures": ["C-none"]}, 404, "closure.unknown"),
        ({"generated_at": "2026-11-20T08:00:00"}, 400, "web.bad_moment"),
        ({"generated_at": "now"}, 400, "web.bad_moment"),
        ({"generated_at": "0001-01-01T00:00:00+08:00"}, 400, "web.bad_moment"),
        ({"k": 3}, 400, "web.unknown_fields"),
    ],
)
def test_what_the_others_are_asked_with(
    client: FlaskClient, changed: dict[str, object], status: int, code: str
) -> None:
    answer = client.post("/api/dispatch", json=ask()).get_json()
    refused(client.post("/api/dispatch/others", json=rest(answer) | changed), status, code)


def test_dispatch_within_a_time(client: FlaskClient) -> None:
    every = client.post("/api/dispatch", json=ask()).get_json()
    assert client.post("/api/dispatch", json=ask(limit_min=None)).get_json()["proposals"]
    first, second = (one["total_s"] for one in every["proposals"])
    assert first < second
    limit_min = (first + second) / 2 / 60
    within = client.post("/api/dispatch", json=ask(limit_min=limit_min)).get_json()
    assert [one["total_s"] for one in within["proposals"]] == [first]
    others = client.post("/api/dispatch/others", json=rest(within, limit_min=limit_min))
    late = {one["id"]: one["reason"] for one in others.get_json()["left_out"]}
    assert late[every["proposals"][1]["id"]] == "limit"


def test_a_misspelt_field_is_named(client: FlaskClient) -> None:
    answer = client.post("/api/dispatch?lang=en", json=ask(limit=5, profile="light"))
    message = refused(answer, 400, "web.unknown_fields")
    assert "limit, profile" in message
    assert "limit_min" in message


@pytest.mark.parametrize(("limit", "shown", "cut"), [(6, 6, True), (7, 7, False), (8, 7, False)])
def test_an_answer_says_whether_it_was_cut(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, limit: int, shown: int, cut: bool
) -> None:
    monkeypatch.setattr("web.map.views.FEATURE_LIMIT", limit)
    found = client.get(f"/api/layers/team?{BBOX}").get_json()
    assert (len(found["features"]), found["truncated"]) == (shown, cut)


def test_the_language_of_sentences_follows_the_reader(client: FlaskClient) -> None:
    def message(address: str = "/api/dispatch", **headers: str) -> str:
        return refused(client.post(address, json=ask(k=0), headers=headers), 400, "dispatch.bad_k")

    assert message() == "队伍数量须为 1 至 50，不能是 0。"
    assert message("/api/dispatch?lang=en").startswith("The number of teams")
    assert message(**{"Accept-Language": "en-GB,en;q=0.9"}).startswith("The number of teams")
    client.set_cookie("lang", "en")
    assert message(**{"Accept-Language": "zh-CN"}).startswith("The number of teams")


def test_a_closure_changes_the_answer_until_it_is_lifted(client: FlaskClient) -> None:
    def first() -> float:
        answer = client.post("/api/dispatch", json=ask(vehicle="light")).get_json()
        return float({one["id"]: one["travel_s"] for one in answer["proposals"]}["T1"])

    open_road = first()
    added = client.post("/api/closures", json={"polygon": SQUARE, "reason": "桥断"})
    assert added.status_code == 201
    assert first() > open_road
    listed = client.get("/api/closures").get_json()["closures"]
    assert [one["reason"] for one in listed] == ["桥断"]
    lifted = client.delete(f"/api/closures/{listed[0]['id']}?why=已抢通")
    assert lifted.get_json() == {"closures": []}
    assert first() == open_road


def test_a_closure_of_everything_has_to_be_confirmed(client: FlaskClient) -> None:
    ring = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    asked = {"polygon": {"type": "Polygon", "coordinates": [ring]}, "reason": "误画"}
    for given in ({}, {"confirm": False}, {"confirm": "yes"}):
        for lang, words in (("zh", "请确认"), ("en", "confirm that all")):
            answer = client.post(f"/api/closures?lang={lang}", json={**asked, **given})
            assert answer.status_code == 409
            error = answer.get_json()["error"]
            assert error["code"] == "closure.large"
            assert words in error["message"]
            assert "5" in error["message"]
    assert client.get("/api/closures").get_json() == {"closures": []}
    assert client.post("/api/closures", json={**asked, "confirm": True}).status_code == 201


def test_whom_a_closure_cuts_off_is_asked_before(client: FlaskClient) -> None:
    east = {"type": "Polygon", "coordinates": [_ring(100.052, 29.99, 100.054, 30.01)]}
    found = client.post("/api/closures/preview?lang=en", json={"polygon": east}).get_json()
    assert (found["roads"], found["total"], found["large"], found["units"]) == (1, 5, False, [])
    assert {one["id"] for one in found["places"]} == {"T2", "M1"}
    assert client.get("/api/closures").get_json() == {"closures": []}
    # One of two crossing streets of the bridge is spared where it is not named.
    bridge = {"polygon": SQUARE, "closed_structures": []}
    assert client.post("/api/closures/preview", json=bridge).get_json()["roads"] == 0


def test_a_closure_with_its_source_is_extended_and_taken_in(client: FlaskClient) -> None:
    asked = {
        "polygon": SQUARE, "reason": "积水", "source": "police", "told_by": "一中队",
        "expires_at": "2999-01-01T00:00:00+08:00",
    }  # fmt: skip
    made = client.post("/api/closures", json=asked).get_json()
    assert (made["source"], made["told_by"], made["expired"]) == ("police", "一中队", False)
    path = f"/api/closures/{made['id']}"
    later = {"expires_at": "2999-02-01T00:00:00+08:00", "why": "水未退"}
    extended = client.post(f"{path}/extend", json=later).get_json()
    assert extended["expires_at"] == "2999-01-31T16:00:00+00:00"
    refused(client.post(f"{path}/extend", json={"why": ""}), 400, "closure.no_reason")
    feature = {"type": "Feature", "geometry": SQUARE, "properties": {"reason": "塌方"}}
    wrong = {"type": "FeatureCollection", "features": [feature, {"type": "Feature"}]}
    refused(client.post("/api/closures/import", json={"geojson": wrong}), 400, "closure.faulty")
    taken = client.post("/api/closures/import", json={"geojson": feature})
    assert taken.status_code == 201
    listed = client.get("/api/closures").get_json()["closures"]
    assert [one["reason"] for one in listed] == ["积水", "塌方"]
    assert len(client.delete(f"{path}?why=已退水").get_json()["closures"]) == 1


def _ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_isochrones_are_nested(client: FlaskClient) -> None:
    found = client.get("/api/isochrones?x=100.01&y=30&minutes=2,1").get_json()["features"]
    assert [one["properties"]["minutes"] for one in found] == [1, 2]
    areas = [one["properties"]["area_km2"] for one in found]
    assert areas[0] <= areas[1]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/layers/nothing?bbox=1,2,3,4", 404, "layers.unknown"),
        ("/api/layers/team", 400, "web.missing"),
        ("/api/layers/team?bbox=1,2,3", 400, "web.bad_bbox"),
        ("/api/layers/team?bbox=3,2,1,4", 400, "web.bad_bbox"),
        ("/api/layers/team?bbox=1,nan,3,4", 400, "web.bad_bbox"),
        ("/api/layers/team?bbox=1,2,3,inf", 400, "web.bad_bbox"),
        ("/api/roads?bbox=1,2,3,4", 400, "web.missing"),
        ("/api/roads?bbox=1,2,3,4&zoom=ten", 400, "web.not_a_number"),
        ("/api/roads?bbox=1,2,3,4&zoom=99", 400, "web.out_of_range"),
        ("/api/roads?bbox=1,2,3,4&zoom=9.5", 400, "web.not_whole"),
        ("/api/search", 400, "web.missing"),
        (f"/api/search?q={'x' * 81}", 400, "web.bad_text"),
        ("/api/search?q=x&limit=0", 400, "web.out_of_range"),
        ("/api/record/team/none", 404, "registers.unknown_record"),
        ("/api/record/nothing/1", 404, "layers.unknown"),
        ("/api/record/roads/1", 404, "layers.unknown"),
        ("/api/record/area/990001", 404, "layers.unknown"),
        ("/api/isochrones?x=100&y=30&minutes=,", 400, "web.bad_minutes"),
        ("/api/isochrones?x=100&y=30&minutes=1,2,3,4,5,6,7", 400, "web.bad_minutes"),
        ("/api/isochrones?x=100&y=30&minutes=9999", 400, "web.out_of_range"),
        ("/api/isochrones?x=100&y=30&minutes=nan", 400, "web.not_a_number"),
        ("/api/isochrones?x=100", 400, "web.missing"),
        ("/api/isochrones?x=100&y=30&profile=tank", 400, "routing.unknown_profile"),
        ("/api/isochrones?x=101&y=31&minutes=5", 422, "routing.too_far"),
        ("/api/nothing", 404, "web.http_404"),
        ("/api/dispatch", 405, "web.http_405"),
    ],
)
def test_questions_that_cannot_be_answered(
    client: FlaskClient, address: str, status: int, code: str
) -> None:
    zh = refused(client.get(address), status, code)
    en = refused(client.get(f"{address}{'&' if '?' in address else '?'}lang=en"), status, code)
    assert zh != en
    assert not zh.isascii()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"x": None}, 400, "web.missing"),
        ({"x": "east"}, 400, "web.not_a_number"),
        ({"x": True}, 400, "web.not_a_number"),
        ({"x": [1]}, 400, "web.not_a_number"),
        ({"y": 91}, 400, "routing.off_range"),
        ({"x": 30.0, "y": 111.5}, 400, "routing.swapped"),
        ({"x": float("inf")}, 400, "web.not_a_number"),
        ({"limit_min": 0}, 400, "dispatch.bad_limit"),
        ({"limit_min": -1}, 400, "web.out_of_range"),
        ({"limit_min": "soon"}, 400, "web.not_a_number"),
        ({"limit_min": [1]}, 400, "web.not_a_number"),
        ({"x": 30.0, "y": 89.0}, 422, "dispatch.outside_no_road"),
        ({"k": 0}, 400, "dispatch.bad_k"),
        ({"k": -3}, 400, "dispatch.bad_k"),
        ({"k": 51}, 400, "dispatch.bad_k"),
        ({"k": 2.5}, 400, "web.not_whole"),
        ({"k": 1e300}, 400, "web.out_of_range"),
        ({"need": ""}, 400, "web.missing"),
        ({"need": {"a": 1}}, 400, "web.bad_text"),
        ({"need": "juggling"}, 400, "registers.unknown_capability"),
        ({"vehicle": "tank"}, 400, "dispatch.unknown_vehicle"),
    ],
)
def test_dispatch_that_cannot_be_proposed(
    client: FlaskClient, changes: dict[str, Any], status: int, code: str
) -> None:
    refused(client.post("/api/dispatch", json=ask(**changes)), status, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"polygon": SQUARE}, "closure.no_reason"),
        ({"polygon": SQUARE, "reason": "x" * 201}, "web.bad_text"),
        ({"reason": "x"}, "closure.not_area"),
        ({"polygon": {"type": "Point", "coordinates": [1, 2]}, "reason": "x"}, "closure.not_area"),
        ({"polygon": "POLYGON EMPTY", "reason": "x"}, "closure.not_area"),
    ],
)
def test_closures_that_cannot_be_drawn(client: FlaskClient, body: object, code: str) -> None:
    refused(client.post("/api/closures", json=body), 400, code)
    assert client.get("/api/closures").get_json() == {"closures": []}


@pytest.mark.parametrize("why", ["", "?why=", "?why=%20"])
def test_a_closure_is_not_lifted_without_a_reason(client: FlaskClient, why: str) -> None:
    made = client.post("/api/closures", json={"polygon": SQUARE, "reason": "桥断"}).get_json()
    refused(client.delete(f"/api/closures/{made['id']}{why}"), 400, "closure.no_reason")
    (listed,) = client.get("/api/closures").get_json()["closures"]
    assert listed["id"] == made["id"]


def test_lifting_what_is_not_there(client: FlaskClient) -> None:
    refused(client.delete("/api/closures/none?why=x"), 404, "closure.unknown")


@pytest.mark.parametrize("data", ["", "[1]", "{", "null"])
def test_a_body_that_is_no_object(client: FlaskClient, data: str) -> None:
    answer = client.post("/api/dispatch", data=data, content_type="application/json")
    refused(answer, 400, "web.not_json")


@pytest.mark.parametrize(
    "data",
    [
        "[" * 200_000,
        '{"x":' * 40_000,
        '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        r'{"x": 100, "y": 30, "need": "\ud800"}',
    ],
)
def test_a_body_that_is_nested_or_broken(client: FlaskClient, data: str) -> None:
    for address in ("/api/dispatch", "/api/closures"):
        answer = client.post(address, data=data, content_type="application/json")
        refused(answer, 400, "web.not_json")


@pytest.mark.parametrize("depth", [10, 300, 600, 900, 990])
def test_values_that_are_nested(client: FlaskClient, depth: int) -> None:
    """Whether reading, showing or understanding it goes too deep, it is the client's fault."""
    lists = "[" * depth + "]" * depth
    collection = '{"type": "GeometryCollection", "geometries": [' * depth + "]}" * depth
    ring = '{"type": "Polygon", "coordinates": ' + lists + "}"
    asked = [
        ("/api/dispatch", f'{{"x": {lists}, "y": 30, "need": "fire"}}'),
        ("/api/dispatch", f'{{"x": 100, "y": 30, "need": {lists}}}'),
        ("/api/closures", f'{{"reason": "x", "polygon": {collection}}}'),
        ("/api/closures", f'{{"reason": "x", "polygon": {ring}}}'),
    ]
    for address, data in asked:
        answer = client.post(address, data=data, content_type="application/json")
        assert answer.status_code == 400, answer.get_data(as_text=True)


def test_a_body_that_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/api/dispatch", json=ask(need="x" * 300_000))
    refused(answer, 413, "web.http_413")


def test_an_unforeseen_error_says_nothing_of_itself(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr("web.map.views.search_registers", broken)
    message = refused(client.get("/api/search?q=x"), 500, "web.http_500")
    assert "secret" not in message
    assert "a secret path" in caplog.text


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "roads": True}


def named(app: App, name: str, **settings: Any) -> Any:
    """What a server with these settings answers under a name."""
    app.settings = Settings(dir=app.directory, **settings)
    return create_app(app).test_client().get("/healthz", headers={"Host": name})


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:8000", "127.0.0.1:8000", "[::1]:8000", "[::1]", "192.168.1.5:8000"],
)
def test_a_name_that_no_other_page_can_take(tiny_app: App, host: str) -> None:
    assert named(tiny_app, host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8000",
        "evil.example@127.0.0.1",
        "[",
        "",
        "x" * 500,
    ],
)
def test_a_name_that_another_page_took(tiny_app: App, host: str) -> None:
    refused(named(tiny_app, host), 400, "web.untrusted_host")


def test_names_that_the_settings_trust(tiny_app: App) -> None:
    own = socket.gethostname()
    assert named(tiny_app, f"{own}:8000", host="0.0.0.0").status_code == 200
    assert named(tiny_app, "gis.example", host="gis.example").status_code == 200
    assert named(tiny_app, "gis.example:80", trusted_hosts=["GIS.example"]).status_code == 200
    assert named(tiny_app, "a.example", trusted_hosts="b.example, .example").status_code == 200
    assert named(tiny_app, "any.name", trusted_hosts=["*"]).status_code == 200
    refused(named(tiny_app, "c.other", trusted_hosts=[".example"]), 400, "web.untrusted_host")


def test_trusted_names_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GISAPP_TRUSTED_HOSTS", "gis.example, .city.example")
    assert Settings().trusted_hosts == ["gis.example", ".city.example"]


def test_positions_are_reported_in_batches(client: FlaskClient) -> None:
    at = datetime.now(tz=UTC).isoformat()
    good = {"kind": "team", "id": "T1", "at": at, "x": 100.01, "y": 30.0, "accuracy_m": 8}
    answer = client.post("/api/positions", json={"readings": [good, {**good, "id": "T0"}]})
    assert answer.status_code == 201
    told = answer.get_json()
    assert (told["kept"], told["known"]) == (1, 0)
    assert [(one["number"], one["code"]) for one in told["refused"]] == [
        (1, "position.unknown_unit")
    ]
    (seen,) = client.get("/api/positions").get_json()["positions"]
    assert (seen["kind"], seen["id"], seen["x"]) == ("team", "T1", 100.01)


def test_what_moves_is_asked_by_area_or_point(client: FlaskClient) -> None:
    at = (datetime.now(tz=UTC) - timedelta(seconds=30)).isoformat()
    reading = {"kind": "team", "id": "T1", "at": at, "x": 100.2, "y": 30.0, "accuracy_m": 8}
    client.post("/api/positions", json={"readings": [reading]})

    def moving(**asked: Any) -> list[str]:
        answer = client.get("/api/moving", query_string=asked)
        assert answer.status_code == 200, answer.get_json()
        return [f"{one['moves']}:{one['id']}:{one['basis']}" for one in answer.get_json()["moving"]]

    there = ["unit:T1:position"]
    corners = [[100.19, 29.9], [100.21, 29.9], [100.21, 30.1], [100.19, 29.9]]
    polygon = json.dumps({"type": "Polygon", "coordinates": [corners]})
    assert moving(bbox="100.19,29.9,100.3,30.1") == there
    assert moving(polygon=polygon) == there
    assert moving(x=100.21, y=30.0, within_m=1000) == there
    assert moving(at="100.21,30.0", within_m=900) == []
    assert moving(bbox="100.19,29.9,100.3,30.1", moves="incident,closure") == []
    (told,) = client.get("/api/moving?bbox=100.19,29.9,100.3,30.1").get_json()["moving"]
    assert 30 <= told["age_s"] < 90
    assert (told["accuracy_m"], told["x"], told["state"]) == (8, 100.2, "ready")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "moving.one_question"),
        ({"bbox": "1,2,3,4", "footprint": "F1"}, "moving.one_question"),
        ({"polygon": "["}, "moving.not_area"),
        ({"polygon": '{"type": "Point", "coordinates": [1, 2]}'}, "moving.not_area"),
        ({"footprint": "F0"}, "footprint.unknown"),
        ({"x": 100, "y": 30, "within_m": 0}, "moving.bad_distance"),
        ({"x": 100, "y": 95, "within_m": 10}, "incident.bad_point"),
        ({"bbox": "1,2,3,4", "moves": "ship"}, "web.unknown_choice"),
    ],
)
def test_a_question_about_what_moves_that_is_none(
    client: FlaskClient, asked: dict[str, Any], code: str
) -> None:
    answer = client.get("/api/moving", query_string=asked)
    refused(answer, 404 if code == "footprint.unknown" else 400, code)


def test_an_incident_is_replayed(client: FlaskClient, tiny_app: App) -> None:
    incident = opened(tiny_app.store)
    ordered(tiny_app.store, incident, "T1")
    at = (datetime.now(tz=UTC) + timedelta(seconds=1)).isoformat()
    reading = {"kind": "team", "id": "T1", "at": at, "x": 100.01, "y": 30.0}
    client.post("/api/positions", json={"readings": [reading]})
    address = f"/api/incidents/{incident.id}/replay"
    told = client.get(address).get_json()
    assert [one["type"] for one in told["steps"]][-2:] == ["event", "position"]
    assert told["goes_on_from"] is None
    (last,) = client.get(address, query_string={"from": at[:23] + "+00:00"}).get_json()["steps"]
    assert (last["unit_id"], last["x"]) == ("T1", 100.01)
    refused(client.get(address, query_string={"from": "yesterday"}), 400, "web.bad_moment")
    refused(client.get(address, query_string={"from": at, "to": at}), 400, "replay.bad_span")
    refused(client.get("/api/incidents/0/replay"), 404, "incident.unknown")
