"""Incidents over HTTP: from the call to the end, who may, and how it says no."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.rights import Right, Role
from tests.people import with_token
from tests.web.conftest import PageClient, SignedIn
from tests.web.test_api import refused

HERE = {"x": 100.02, "y": 30.0}


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.DUTY_OFFICER)


@pytest.fixture
def viewer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.VIEWER)


def call(**changes: Any) -> dict[str, Any]:
    return {"kind": "landslide", **HERE} | changes


def made(client: PageClient, **changes: Any) -> dict[str, Any]:
    answer = client.post("/api/incidents", json=call(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def send(client: PageClient, address: str, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/{address}", json=body)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def team(record_id: str, **given: Any) -> dict[str, Any]:
    return {"kind": "team", "id": record_id} | given


def grades(incident: dict[str, Any]) -> dict[str, str]:
    return {one["basis"]: one["grade"] for one in incident["grading"]["statuses"]}


def test_an_incident_from_the_call_to_its_end(officer: PageClient) -> None:
    at = f"incidents/{made(officer, kind='coal_mine', figures={'dead': 2})['id']}"

    ordered = send(officer, f"{at}/orders", units=[team("T1", expected_s=300), team("T2")])
    first, second = ordered["units"]
    assert (first["unit_id"], first["name"], first["state_label"]) == ("T1", "甲队", "已下令")
    expected = datetime.fromisoformat(first["expected_at"])
    assert expected - datetime.fromisoformat(first["ordered_at"]) == timedelta(seconds=300)
    assert second["expected_at"] is None

    of_first = f"assignments/{first['id']}"
    send(officer, f"{of_first}/state", state="en_route", seen="ordered")
    there = send(officer, f"{of_first}/state", state="on_scene", seen="en_route")["unit"]
    assert there["on_scene_at"] is not None
    earlier = first["ordered_at"]
    timed = send(officer, f"{of_first}/time", state="en_route", at=earlier, why="补记")["unit"]
    assert timed["en_route_at"] == earlier

    version = officer.get(f"/api/{at}").get_json()["version"]
    corrected = send(
        officer,
        f"{at}/correct",
        version=version,
        changes={"dead": 3, "threatened": ["power_station"]},
        why="又找到一人",
    )
    assert corrected["version"] == version + 1
    assert corrected["figures"]["dead"] == 3
    assert grades(corrected)["confirmed"] == "较大"
    assert "已核实等级由一般升为较大。" in corrected["changed"]
    assert any("较大涉险" in sentence for sentence in corrected["changed"])

    message = refused(
        officer.post(f"/api/{at}/close", json={"version": version + 1, "why": "完"}),
        400,
        "incident.units_out",
    )
    assert "2" in message
    send(officer, f"{of_first}/state", state="released", seen="on_scene")
    send(officer, f"assignments/{second['id']}/state", state="refused", seen="ordered",
         why="车辆故障")  # fmt: skip
    send(officer, f"{at}/note", text="家属已联系")
    ended = send(officer, f"{at}/close", version=version + 1, why="处置完毕")
    assert (ended["state"], ended["state_label"]) == ("closed", "已结束")
    assert ended["closed_at"] is not None
    assert officer.get(f"/api/{at}").get_json() == ended

    told = officer.get(f"/api/{at}/log").get_json()
    assert [line["what"] for line in told["log"]] == [
        "insert", "order", "order", "set_out", "arrive", "correct", "update", "release",
        "refuse", "note", "end",
    ]  # fmt: skip
    assert told["log"][9]["text"] == "家属已联系"
    assert {line["who"] for line in told["log"]} == {"duty_officer"}
    middle = told["log"][8]["seq"]
    rest = officer.get(f"/api/{at}/log?since_seq={middle}").get_json()
    assert rest["log"] == told["log"][9:]
    nothing = officer.get(f"/api/{at}/log?since_seq={told['last_seq']}").get_json()
    assert (nothing["log"], nothing["last_seq"]) == ([], told["last_seq"])

    again = send(officer, f"{at}/reopen", version=ended["version"], why="复燃")
    assert (again["state"], again["closed_at"]) == ("open", None)


def test_what_is_answered_to_a_call_is_what_is_read_later(officer: PageClient) -> None:
    at = REAL.now() - timedelta(hours=1)
    opened = made(
        officer,
        title="村后滑坡",
        place="甲村",
        hazard=None,
        times={"occurred_at": at.isoformat(), "city_received_at": at.isoformat()},
        late_why="补录",
        figures={"missing": 1, "burnt_ha": None, "loss_cny": 10**12, "threatened": []},
        note="电话报告",
    )
    assert officer.get(f"/api/incidents/{opened['id']}").get_json() == opened
    assert opened["title"] == "村后滑坡"
    assert datetime.fromisoformat(opened["times"]["occurred_at"]) == at
    assert opened["figures"]["dead"] is None
    told = officer.get(f"/api/incidents/{opened['id']}/log").get_json()["log"]
    assert [(one["what"], one["why"]) for one in told] == [("insert", "补录"), ("note", None)]


def test_any_notation_and_datum_of_a_position_is_taken(officer: PageClient) -> None:
    by_text = {"kind": "flood", "at": "100.02,30.0 高德"}
    answer = officer.post("/api/incidents", json=by_text).get_json()
    asked = officer.post("/api/dispatch", json={"need": "fire", "at": "100.02,30.0 高德"})
    spot = asked.get_json()["incident"]
    assert (answer["x"], answer["y"]) == (spot["x"], spot["y"])
    assert answer["x"] != 100.02


def test_the_list_counts_units_and_names_the_gravest_grade(officer: PageClient) -> None:
    grave = made(officer, kind="coal_mine", figures={"dead": 2, "missing": 17})
    plain = made(officer, kind="flood")
    send(officer, f"incidents/{grave['id']}/orders", units=[team("T1"), team("T2")])
    send(officer, f"incidents/{plain['id']}/close", version=1, why="误报")
    found = officer.get("/api/incidents").get_json()
    assert [one["id"] for one in found["incidents"]] == [grave["id"]]
    (listed,) = found["incidents"]
    assert listed["units"] == {"ordered": 2}
    assert listed["gravest"] == {
        "basis": "worst_case", "basis_label": "最坏情形等级", "level": 2, "grade": "重大",
    }  # fmt: skip
    assert datetime.fromisoformat(found["now"]).utcoffset() is not None
    ids = {
        state: {
            one["id"]
            for one in officer.get(f"/api/incidents?state={state}").get_json()["incidents"]
        }
        for state in ("open", "closed", "joined", "all")
    }
    assert ids == {
        "open": {grave["id"]},
        "closed": {plain["id"]},
        "joined": set(),
        "all": {grave["id"], plain["id"]},
    }
    ungraded = officer.get("/api/incidents?state=closed").get_json()["incidents"][0]
    assert (ungraded["gravest"], ungraded["units"]) == (None, {})
    refused(officer.get("/api/incidents?state=lost"), 400, "web.unknown_choice")


@pytest.mark.parametrize(("lang", "dead"), [("zh", "死亡人数"), ("en", "Dead")])
def test_kinds_and_figures_are_named(viewer: PageClient, lang: str, dead: str) -> None:
    found = viewer.get(f"/api/incidents/kinds?lang={lang}").get_json()
    fire = next(one for one in found["kinds"] if one["code"] == "fire")
    assert (fire["family"], fire["production_asked"]) == ("accident", True)
    assert found["figures"][0] == {"code": "dead", "label": dead, "whole": True}
    assert not next(one for one in found["figures"] if one["code"] == "burnt_ha")["whole"]
    assert {"threatened", "polluted", "times", "roles"} <= found.keys()
    assert len(found["times"]) == 4


def test_a_second_call_finds_the_first(officer: PageClient) -> None:
    first = made(officer, title="村后滑坡")
    far = made(officer, x=100.1)
    (near,) = officer.get("/api/incidents/near?x=100.02&y=30.009").get_json()["incidents"]
    assert (near["id"], near["title"], near["kind_label"]) == (first["id"], "村后滑坡", "滑坡")
    assert near["distance_m"] == pytest.approx(998, abs=2)
    assert officer.get("/api/incidents/near?at=100.06,30").get_json()["incidents"] == []
    second = made(officer)
    joined = send(
        officer, f"incidents/{second['id']}/join", version=1, to=first["id"], why="同一处"
    )
    assert (joined["state"], joined["joined_to"]) == ("joined", first["id"])
    listed = officer.get("/api/incidents").get_json()["incidents"]
    assert {one["id"] for one in listed} == {first["id"], far["id"]}
    refused(officer.get("/api/incidents/near?x=100"), 400, "web.missing")
    refused(officer.get("/api/incidents/near?x=100&y=91"), 400, "incident.bad_point")


def test_a_unit_that_is_taken_is_reassigned_not_ordered_twice(officer: PageClient) -> None:
    first, second = made(officer), made(officer, kind="flood")
    (unit,) = send(officer, f"incidents/{first['id']}/orders", units=[team("T1")])["units"]
    again = f"/api/incidents/{second['id']}/orders"
    body = {"units": [team("T2"), team("T1")]}
    zh = refused(officer.post(again, json=body), 409, "incident.unit_taken")
    en = refused(officer.post(f"{again}?lang=en", json=body), 409, "incident.unit_taken")
    assert zh == f"“T1”已调派至事件 {first['id']}。请另选，或改派。"
    assert en == f"T1 serves incident {first['id']}. Choose another, or reassign it."
    assert officer.get(f"/api/incidents/{second['id']}").get_json()["units"] == []
    address = f"assignments/{unit['id']}/reassign"
    moved = send(officer, address, to=second["id"], seen="ordered", why="更急")["unit"]
    assert (moved["unit_id"], moved["state"]) == ("T1", "ordered")
    assert moved["id"] != unit["id"]
    (former,) = officer.get(f"/api/incidents/{first['id']}").get_json()["units"]
    assert former["state"] == "reassigned"
    refused(
        officer.post(f"/api/{address}", json={"to": first["id"], "seen": "ordered", "why": "x"}),
        409,
        "registers.other_state",
    )


def test_two_officers_at_once_are_told(officer: PageClient, client: PageClient) -> None:
    incident_id = made(officer)["id"]
    send(officer, f"incidents/{incident_id}/correct", version=1, changes={"dead": 1})
    for act, body in (
        ("correct", {"changes": {"injured": 1}}),
        ("close", {"why": "完"}),
        ("join", {"why": "同", "to": incident_id}),
        ("reopen", {"why": "又"}),
    ):
        answer = client.post(f"/api/incidents/{incident_id}/{act}", json={"version": 1, **body})
        message = refused(answer, 409, "incident.changed_since")
        assert message == f"事件 {incident_id} 在此期间已被他人修改；请重新读取后再改。"


def test_what_is_so_already_changes_nothing(officer: PageClient) -> None:
    incident_id = made(officer, figures={"dead": 1})["id"]
    same = send(officer, f"incidents/{incident_id}/correct", version=1, changes={"dead": 1})
    assert (same["version"], same["changed"]) == (1, [])
    unknown = send(officer, f"incidents/{incident_id}/correct", version=1, changes={"dead": None})
    assert (unknown["version"], unknown["figures"]["dead"]) == (2, None)
    assert unknown["changed"]


def test_a_grade_is_entered_and_taken_back(officer: PageClient) -> None:
    at = f"incidents/{made(officer, kind='reservoir_danger')['id']}/correct"
    source = {"entered_level": 2, "entered_source": "市防汛指挥部会商"}
    assert grades(send(officer, at, version=1, changes=source)) == {"entered": "重大"}
    none = {"entered_level": None, "entered_source": None}
    assert grades(send(officer, at, version=2, changes=none)) == {}


WRITES = (
    ("incidents", call()),
    ("incidents/{id}/correct", {"version": 1, "changes": {"dead": 1}}),
    ("incidents/{id}/note", {"text": "x"}),
    ("incidents/{id}/report", {"code": "city_up"}),
    ("incidents/{id}/close", {"version": 1, "why": "x"}),
    ("incidents/{id}/reopen", {"version": 1, "why": "x"}),
    ("incidents/{id}/join", {"version": 1, "to": "x", "why": "x"}),
    ("incidents/{id}/persons", {"role": "caller", "name": "x"}),
    ("incidents/{id}/persons/destroy", {"why": "x"}),
    ("incidents/{id}/persons/keep", {"version": 1, "until": "2099-12-31"}),
    ("incidents/{id}/footprints", {"source": "buffered", "distance_m": 100}),
    ("incidents/{id}/proposal", {"units": []}),
    ("incidents/{id}/work-point", {"x": 100.0, "y": 30.0, "words": "x", "version": 1}),
    ("incidents/{id}/orders", {"units": [team("T2")]}),
    ("assignments/{unit}/state", {"state": "en_route", "seen": "ordered"}),
    ("assignments/{unit}/link", {}),
    ("assignments/{unit}/reassign", {"to": "x", "seen": "ordered", "why": "x"}),
    ("incidents/{id}/response", {"level": 2, "plan": "slope"}),
    ("responses/{response}/approve", {"version": 1}),
    ("responses/{response}/level", {"version": 1, "level": 1, "why": "x"}),
    ("responses/{response}/extend", {"version": 1, "until": "2026-01-01T00:00:00Z", "why": "x"}),
    ("responses/{response}/end", {"version": 1, "why": "x"}),
    ("responses/{response}/withdraw", {"version": 1, "why": "x"}),
    ("incidents/{id}/lead", {"level": "city", "decided_by": "x", "why": "x"}),
    ("incidents/{id}/post", {"place": "x", "commander": "x"}),
    ("incidents/{id}/tasks", {"text": "x", "owner": "x", "due_at": "2026-01-01T00:00:00Z"}),
    ("incidents/{id}/messages", {"direction": "in", "party": "x", "means": "fax", "text": "x"}),
    ("incidents/{id}/instructions", {"leader": "x", "office": "x", "words": "x"}),
    ("incidents/{id}/calls", {}),
    ("incidents/{id}/calls/villages", {"village": "x"}),
    ("incidents/{id}/handover", {"taker": "x", "notes": "x"}),
    ("assignments/{unit}/time", {"state": "ordered", "at": "2026-01-01T00:00:00Z", "why": "x"}),
)


OF_COMMAND = (
    ("incidents/handover", {"taker": "x", "notes": "x"}),
    ("footprints/x/recall", {"owner": "x", "why": "x"}),
    ("posts/x/hand-over", {"version": 1, "place": "x", "commander": "x", "why": "x"}),
    ("posts/x/dissolve", {"version": 1, "why": "x"}),
    ("tasks/x/done", {"version": 1}),
    ("tasks/x/drop", {"version": 1, "why": "x"}),
    ("tasks/x/change", {"version": 1, "owner": "x", "why": "x"}),
    ("instructions/x/pass", {"version": 1, "passed_to": "x"}),
    ("instructions/x/answer", {"version": 1, "answer": "x"}),
    ("calls/x/state", {"version": 1, "state": "empty"}),
)


@pytest.mark.parametrize(("address", "body"), OF_COMMAND)
def test_command_is_of_who_dispatches(
    officer: PageClient, viewer: PageClient, address: str, body: dict[str, Any]
) -> None:
    refused(viewer.post(f"/api/{address}", json=body), 403, "accounts.forbidden")
    answer = officer.post(f"/api/{address}", json=body)
    assert answer.status_code == (400 if address == "incidents/handover" else 404)
    refused(officer.post(f"/api/{address}", data="x"), 400, "web.not_json")


def test_every_write_is_tried_here(flask_app: Flask) -> None:
    below = ("/api/incidents", "/api/assignments", "/api/responses")
    rules = {
        rule.rule.replace("<incident_id>", "{id}")
        .replace("<assignment_id>", "{unit}")
        .replace("<response_id>", "{response}")
        for rule in flask_app.url_map.iter_rules()
        if rule.rule.startswith(below) and "POST" in (rule.methods or ())
    }
    looked_at = {
        "/api/incidents/handover",
        "/api/incidents/{id}/persons/read",
    }  # by whoever sees contacts, on the record
    assert rules == looked_at | {f"/api/{address}" for address, _body in WRITES}


@pytest.mark.parametrize("who", [Role.VIEWER, Role.PLANNER, Role.COUNTY_EDITOR])
def test_whoever_does_not_dispatch_writes_nothing(
    officer: PageClient, signed_in: SignedIn, who: Role
) -> None:
    incident = made(officer)
    (unit,) = send(officer, f"incidents/{incident['id']}/orders", units=[team("T1")])["units"]
    before = officer.get(f"/api/incidents/{incident['id']}").get_json()
    county = "990001" if who is Role.COUNTY_EDITOR else None
    other = signed_in(who, county)
    for address, body in WRITES:
        path = f"/api/{address.format(id=incident['id'], unit=unit['id'], response='R0')}"
        refused(other.post(path, json=body), 403, "accounts.forbidden")
    assert other.get(f"/api/incidents/{incident['id']}").get_json() == before


def test_nobody_who_is_not_signed_in_reads_anything(anonymous: PageClient) -> None:
    for address in ("", "/kinds", "/near?x=1&y=2", "/1", "/1/log"):
        assert anonymous.get(f"/api/incidents{address}").status_code == 401


def test_persons_are_hidden_from_who_may_not_see_contacts(
    officer: PageClient, viewer: PageClient, signed_in: SignedIn
) -> None:
    opened = made(officer, caller_name="张三丰", caller_phone="13900000000")
    at = f"incidents/{opened['id']}"
    victim = send(officer, f"{at}/persons", role="victim", name="李四光", note="骨折")
    assert victim.keys() == {"id"}
    answer = officer.post(f"/api/{at}/persons/read", json={})
    assert answer.headers["Cache-Control"] == "no-store"
    caller, hurt = answer.get_json()["persons"]
    assert caller == {
        "id": caller["id"], "role": "caller", "role_label": "报警人", "name": "张三丰",
        "phone": "13900000000", "note": None,
    }  # fmt: skip
    assert (hurt["id"], hurt["name"], hurt["note"]) == (victim["id"], "李四光", "骨折")

    refused(viewer.post(f"/api/{at}/persons/read", json={}), 403, "accounts.forbidden")
    seen = [viewer.get(f"/api/{address}").text for address in (at, f"{at}/log", "incidents")]
    for secret in ("张三丰", "13900000000", "李四光", "骨折"):
        assert not any(secret in text for text in seen)
    listed = viewer.get(f"/api/{at}").get_json()["persons"]
    assert listed == [
        {"id": caller["id"], "role": "caller"}, {"id": hurt["id"], "role": "victim"},
    ]  # fmt: skip

    own, other = signed_in(Role.COUNTY_EDITOR, "990001"), signed_in(Role.COUNTY_EDITOR, "990002")
    assert opened["county"] == "990001"
    assert own.post(f"/api/{at}/persons/read", json={}).status_code == 200
    refused(other.post(f"/api/{at}/persons/read", json={}), 403, "accounts.other_county")


def test_circumstances_of_a_forest_fire_are_answered_and_no_word_is_none(
    officer: PageClient,
) -> None:
    fire, slope = made(officer, kind="forest_fire"), made(officer)
    assert set(fire["circumstances"].values()) == {None}
    assert slope["circumstances"] == {}
    at = f"incidents/{fire['id']}"
    ask = {"version": fire["version"], "why": "前指报告"}
    told = send(officer, f"{at}/correct", changes={"needs_state_help": True}, **ask)
    assert told["circumstances"]["needs_state_help"] is True
    assert len(told["grading"]["told_to_state"]) == 1
    wrong = officer.post(
        f"/api/{at}/correct", json={"version": 2, "changes": {"needs_state_help": "yes"}}
    )
    refused(wrong, 400, "web.not_yes_no")
    known = officer.get("/api/incidents/kinds").get_json()["circumstances"]
    assert {one["code"] for one in known} == set(fire["circumstances"])


def test_circumstances_are_answered_as_it_is_opened(officer: PageClient) -> None:
    given = {"burning_after_24_h": True, "in_virgin_forest": False, "needs_state_help": None}
    fire = made(officer, kind="forest_fire", circumstances=given)
    assert {name: said for name, said in fire["circumstances"].items() if said is not None} == {
        "burning_after_24_h": True,
        "in_virgin_forest": False,
    }
    assert len(fire["grading"]["told_to_state"]) == 1
    for wrong, code in (
        ({"raining": True}, "web.unknown_fields"),
        ({"in_virgin_forest": 1}, "web.not_yes_no"),
    ):
        answer = officer.post("/api/incidents", json=call(kind="forest_fire", circumstances=wrong))
        refused(answer, 400, code)


def test_personal_data_are_destroyed_or_kept_by_headquarters_once_it_is_over(
    officer: PageClient, signed_in: SignedIn
) -> None:
    headquarters = signed_in(Role.HEADQUARTERS)
    opened = made(officer, caller_name="张三丰")
    at = f"incidents/{opened['id']}"
    grounds = {"legality": "一", "necessity": "二", "security": "三"}
    assert opened["personal_data"] == "in_use"
    refused(
        headquarters.post(f"/api/{at}/persons/destroy", json={"why": "x"}),
        400,
        "incident.still_open",
    )
    ended = send(officer, f"{at}/close", version=opened["version"], why="处置完毕")
    assert ended["personal_data"] == "due"
    refused(
        officer.post(f"/api/{at}/persons/destroy", json={"why": "x"}), 403, "accounts.forbidden"
    )
    keep = {"version": ended["version"], "until": "2099-12-31", **grounds}
    refused(
        headquarters.post(f"/api/{at}/persons/keep", json={**keep, "until": "x"}),
        400,
        "web.bad_date",
    )
    kept = send(headquarters, f"{at}/persons/keep", **keep)
    assert (kept["personal_data"], kept["persons_kept_until"]) == ("kept", "2099-12-31")
    gone = send(headquarters, f"{at}/persons/destroy", why="调查结束")
    assert gone["personal_data"] == "none"
    answer = officer.post(f"/api/{at}/persons/read", json={}).get_json()
    assert [one["name"] for one in answer["persons"]] == [None]


def test_a_token_that_dispatches_sees_no_persons(
    officer: PageClient, anonymous: PageClient, tiny_app: App
) -> None:
    incident_id = made(officer, caller_name="张三丰")["id"]
    token = with_token(tiny_app.store, rights=[str(Right.VIEW), str(Right.DISPATCH)])
    headers = {"Authorization": f"Bearer {token}"}
    assert anonymous.get(f"/api/incidents/{incident_id}", headers=headers).status_code == 200
    answer = anonymous.post(f"/api/incidents/{incident_id}/persons/read", json={}, headers=headers)
    refused(answer, 403, "accounts.forbidden")


def refused_twice(client: PageClient, address: str, body: object, status: int, code: str) -> None:
    """In both languages, each its own."""
    zh = refused(client.post(f"/api/{address}", json=body), status, code)
    en = refused(client.post(f"/api/{address}?lang=en", json=body), status, code)
    assert not zh.isascii()
    assert zh != en


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"kind": None}, 400, "web.missing"),
        ({"kind": "ufo"}, 400, "incident.bad_kind"),
        ({"kind": ["flood"]}, 400, "web.bad_text"),
        ({"x": None}, 400, "web.missing"),
        ({"x": 30.0, "y": 111.5}, 400, "incident.bad_point"),
        ({"at": "100.05,30"}, 400, "web.two_positions"),
        ({"figure": {}}, 400, "web.unknown_fields"),
        ({"figures": [1]}, 400, "web.not_an_object"),
        ({"figures": {"died": 1}}, 400, "web.unknown_fields"),
        ({"figures": {"dead": "2"}}, 400, "web.not_a_number"),
        ({"figures": {"dead": ""}}, 400, "web.not_a_number"),
        ({"figures": {"dead": True}}, 400, "web.not_a_number"),
        ({"figures": {"dead": [1]}}, 400, "web.not_a_number"),
        ({"figures": {"dead": 2.5}}, 400, "web.not_whole"),
        ({"figures": {"dead": -1}}, 400, "incident.negative_figure"),
        ({"figures": {"dead": 10**300}}, 400, "web.out_of_range"),
        ({"figures": {"loss_cny": 10**16}}, 400, "web.out_of_range"),
        ({"figures": {"burnt_ha": float("nan")}}, 400, "web.not_a_number"),
        ({"figures": {"threatened": "power_station"}}, 400, "web.bad_texts"),
        ({"figures": {"threatened": ["moon"]}}, 400, "incident.bad_place"),
        ({"in_production": "yes"}, 400, "web.not_yes_no"),
        ({"in_production": 1}, 400, "web.not_yes_no"),
        ({"times": "now"}, 400, "web.not_an_object"),
        ({"times": {"occurred_at": "2026-11-20T08:00:00"}}, 400, "web.bad_moment"),
        ({"times": {"occurred_at": 5}}, 400, "web.bad_text"),
        ({"times": {"occurred_at": "2999-01-01T00:00:00Z"}}, 400, "incident.future"),
        ({"times": {"city_received_at": "2020-01-01T00:00:00Z"}}, 400, "incident.no_late_why"),
        ({"hazard": {"kind": "mine"}}, 400, "web.missing"),
        ({"hazard": {"kind": "mine", "id": "none"}}, 404, "incident.unknown_hazard"),
        ({"title": "字" * 81}, 400, "incident.bad_text"),
        ({"note": "a\nb"}, 400, "incident.bad_text"),
        ({"caller_phone": 139}, 400, "web.bad_text"),
    ],
)
def test_calls_that_cannot_be_taken(
    officer: PageClient, changed: dict[str, Any], status: int, code: str
) -> None:
    refused_twice(officer, "incidents", call() | changed, status, code)
    assert officer.get("/api/incidents").get_json()["incidents"] == []


@pytest.mark.parametrize(
    ("act", "body", "status", "code"),
    [
        ("correct", {"changes": {"dead": 1}}, 400, "web.missing"),
        ("correct", {"version": "one", "changes": {}}, 400, "web.not_a_number"),
        ("correct", {"version": 1, "changes": [1]}, 400, "web.not_an_object"),
        ("correct", {"version": 1, "changes": {"state": "closed"}}, 400, "web.unknown_fields"),
        ("correct", {"version": 1, "changes": {"dead": "1"}}, 400, "web.not_a_number"),
        ("correct", {"version": 1, "changes": {"kind": None}}, 400, "web.missing"),
        (
            "correct",
            {"version": 1, "changes": {"hazard": {"kind": "reservoir", "id": "x"}}},
            404,
            "incident.unknown_hazard",
        ),
        ("correct", {"version": 1, "changes": {"hazard": {"id": "x"}}}, 400, "web.missing"),
        ("correct", {"version": 1, "changes": {"priority": 5}}, 400, "incident.bad_priority"),
        ("correct", {"version": 1, "changes": {"priority": None}}, 400, "web.missing"),
        ("correct", {"version": 1, "changes": {"entered_level": 0}}, 400, "incident.bad_grade"),
        ("correct", {"version": 1, "changes": {"entered_level": 1}}, 400, "grade.no_reason"),
        ("note", {"text": " "}, 400, "web.missing"),
        ("note", {"text": "x", "to": 1}, 400, "web.unknown_fields"),
        ("close", {"version": 1}, 400, "incident.no_reason"),
        ("close", {"version": 0, "why": "x"}, 400, "web.out_of_range"),
        ("reopen", {"version": 1, "why": "x"}, 400, "incident.is_open"),
        ("join", {"version": 1, "why": "x"}, 400, "web.missing"),
        ("join", {"version": 1, "why": "x", "to": "none"}, 404, "incident.unknown"),
        ("persons", {"role": "cousin"}, 400, "incident.unknown_role"),
        ("persons", {"name": "x"}, 400, "web.missing"),
        ("orders", {}, 400, "web.bad_list"),
        ("orders", {"units": []}, 400, "incident.no_units"),
        ("orders", {"units": [team("T1")] * 201}, 400, "web.bad_list"),
        ("orders", {"units": ["T1"]}, 400, "web.not_an_object"),
        ("orders", {"units": [None]}, 400, "web.missing"),
        ("orders", {"units": [team("T1", eta=5)]}, 400, "web.unknown_fields"),
        ("orders", {"units": [team("T1", expected_s="5")]}, 400, "web.not_a_number"),
        ("orders", {"units": [team("T1", expected_s=-5)]}, 400, "incident.bad_expected"),
        ("orders", {"units": [team("T1"), team("T1")]}, 400, "incident.unit_twice"),
        ("orders", {"units": [team("T4")]}, 400, "incident.unit_not_ready"),
        ("orders", {"units": [team("none")]}, 404, "registers.unknown_record"),
        ("orders", {"units": [{"kind": "mine", "id": "x"}]}, 400, "incident.unknown_unit_kind"),
        ("orders", {"units": [team("T1")], "proposed": ["T2"]}, 400, "incident.own_choice"),
        ("orders", {"units": [team("T1")], "proposed": "T2"}, 400, "web.bad_texts"),
        ("orders", {"units": [], "moved": [{"assignment": "x"}]}, 400, "web.missing"),
        (
            "orders",
            {"units": [], "moved": [{"assignment": "x", "seen": "ordered"}], "why": "x"},
            404,
            "incident.unknown_assignment",
        ),
    ],
)
def test_steps_that_cannot_be_taken(
    officer: PageClient, act: str, body: dict[str, Any], status: int, code: str
) -> None:
    incident_id = made(officer)["id"]
    before = officer.get(f"/api/incidents/{incident_id}").get_json()
    refused_twice(officer, f"incidents/{incident_id}/{act}", body, status, code)
    assert officer.get(f"/api/incidents/{incident_id}").get_json() == before


@pytest.mark.parametrize(
    ("act", "body", "status", "code"),
    [
        ("state", {"state": "asleep", "seen": "ordered"}, 400, "incident.unknown_state"),
        ("state", {"state": "released", "seen": "ordered"}, 400, "incident.not_next"),
        ("state", {"state": "on_scene", "seen": "en_route"}, 409, "registers.other_state"),
        ("state", {"state": "en_route"}, 400, "web.missing"),
        ("state", {"state": "refused", "seen": "ordered"}, 400, "incident.no_reason"),
        ("state", {"state": "en_route", "seen": "ordered", "at": "soon"}, 400, "web.bad_moment"),
        (
            "state",
            {"state": "en_route", "seen": "ordered", "at": "2020-01-01T00:00:00Z"},
            400,
            "incident.bad_moment",
        ),
        ("time", {"state": "en_route", "why": "x"}, 400, "web.missing"),
        (
            "time",
            {"state": "en_route", "at": "2020-01-01T00:00:00Z", "why": "x"},
            400,
            "incident.unknown_state",
        ),
        ("reassign", {"to": "none", "seen": "ordered", "why": "x"}, 404, "incident.unknown"),
        ("reassign", {"seen": "ordered", "why": "x"}, 400, "web.missing"),
    ],
)
def test_states_that_cannot_be(
    officer: PageClient, act: str, body: dict[str, Any], status: int, code: str
) -> None:
    at = f"incidents/{made(officer)['id']}"
    (unit,) = send(officer, f"{at}/orders", units=[team("T1")])["units"]
    refused_twice(officer, f"assignments/{unit['id']}/{act}", body, status, code)
    assert officer.get(f"/api/{at}").get_json()["units"] == [unit]


@pytest.mark.parametrize("data", ["", "[1]", '{"kind": "flood", "x": 100', r'{"kind": "\ud800"}'])
def test_a_body_that_was_cut_off_or_is_none(signed_in: SignedIn, data: str) -> None:
    everyone = signed_in(Role.ADMINISTRATOR)
    for address, _body in WRITES:
        path = f"/api/{address.format(id='none', unit='none', response='none')}"
        for lang in ("zh", "en"):
            answer = everyone.post(
                f"{path}?lang={lang}", data=data, content_type="application/json"
            )
            message = refused(answer, 400, "web.not_json")
            assert message.startswith("Send a JSON object") is (lang == "en")


def test_incidents_and_assignments_that_are_not_there(
    officer: PageClient, signed_in: SignedIn
) -> None:
    everyone = signed_in(Role.ADMINISTRATOR)
    for address in ("none", "none/log"):
        refused(officer.get(f"/api/incidents/{address}"), 404, "incident.unknown")
    for address, body in WRITES[1:]:
        path = f"/api/{address.format(id='none', unit='none', response='none')}"
        unknown = {"incidents": "incident.unknown", "responses": "response.unknown"}
        code = unknown.get(address.split("/")[0], "incident.unknown_assignment")
        refused(everyone.post(path, json=body), 404, code)
    refused(officer.get("/api/incidents/none/log?since_seq=x"), 400, "web.not_a_number")


def test_two_dead_and_seventeen_missing_in_a_coal_mine(officer: PageClient) -> None:
    incident = made(officer, kind="coal_mine", figures={"dead": 2, "missing": 17})
    assert grades(incident) == {"confirmed": "一般", "worst_case": "重大"}
    assert incident["grading"]["near_miss"]["label"] == "较大涉险事故"
    codes = {one["code"] for one in incident["deadlines"]}
    assert {"county_up", "city_up"} <= codes


def test_two_dead_and_seventeen_missing_in_a_landslide(officer: PageClient) -> None:
    at = (REAL.now() - timedelta(minutes=5)).isoformat()
    incident = made(
        officer,
        kind="landslide",
        figures={"dead": 2, "missing": 17},
        times={"county_received_at": at},
    )
    assert grades(incident) == {"confirmed": "小型", "worst_case": "大型"}
    assert incident["grading"]["near_miss"] is None
    due = {one["label"]: one for one in incident["deadlines"]}
    quick = next(one for one in due.values() if one["within_min"] == 240)
    received = datetime.fromisoformat(at)
    assert datetime.fromisoformat(quick["due_at"]) == received + timedelta(hours=4)
    assert not quick["overdue"]
