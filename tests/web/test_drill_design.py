"""What a drill plays: nowhere for those who play it, and designed in the browser by its staff."""

from __future__ import annotations

import logging
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from werkzeug.routing import Rule

from gisapp.accounts.tokens import FOR_PEOPLE_ONLY
from gisapp.bootstrap import App
from gisapp.drills.design.reckoning import reckon_script
from gisapp.drills.design.writing import write_script
from gisapp.drills.documents.kinds import DOCUMENTS
from gisapp.drills.programme.drills import plan_drill, said_of
from gisapp.drills.programme.models import Drill
from gisapp.events.log import Event
from gisapp.exchange.copying import export_copy
from gisapp.rights import ROLE_RIGHTS, Actor, Right, Role, system_actor
from tests.incidents.acting import do
from tests.people import with_token
from tests.web.conftest import Console, PageClient, SignedIn

SECRETS = ("暗语青龙溃口", "暗语白虎断桥", "暗语朱雀失联", "暗语玄武", "Secretdragon")
"""Words of the script that stand nowhere else: story, title, text, place and sender."""
PLANNER = Actor(
    login="li.si", name="li.si", role=Role.PLANNER, county=None, agency=None,
    rights=ROLE_RIGHTS[Role.PLANNER],
)  # fmt: skip
FILLED = {
    "kind": "team", "register": "team", "record_id": "T1", "layer": "team", "layer_id": "team",
    "collection_id": "team", "year": "2026", "number": "1", "name": "team", "county": "990001",
}  # fmt: skip


def county(role: Role) -> str | None:
    return "990001" if role is Role.COUNTY_EDITOR else None


def login(role: Role) -> str:
    """The login of whoever is signed in with a role."""
    return f"{role}.{county(role)}" if county(role) else str(role)


@pytest.fixture
def drill(tiny_app: App) -> Drill:
    """One that every role of the command centre plays in, its script written and reckoned."""
    players = [{"kind": "account", "id": login(role), "role": "player"} for role in Role]
    said = said_of(
        {
            "year": 2026, "name": "溃坝演练", "organiser_kind": "headquarters", "organiser": "hq1",
            "objectives": [{"text": "到场", "within_min": 30}],
            "participants": [
                *players, {"kind": "team", "id": "T1"},
                {"kind": "account", "id": "viewer.990001", "role": "evaluator"},
            ],
        }
    )  # fmt: skip
    row = do(tiny_app.store, plan_drill, said, actor=PLANNER)
    story, title, text, place, sender = SECRETS
    here = {"x": 100.0, "y": 30.0}
    script = {
        "scenario": {
            "at": here, "story": story, "extent": {"how": "distance", "distance_m": 200},
            "needs": [{"name": place, "at": here, "people": 3, "objective": 1,
                       "wants": [{"capability": "fire", "count": 1}]}],
        },
        "injects": [
            {"title": title, "when": {"how": "at", "minute": 5}, "text": text, "sender": sender,
             "to": [f"account/{login(role)}" for role in Role]},
        ],
    }  # fmt: skip
    do(tiny_app.store, write_script, row.id, script, version=0, actor=PLANNER)
    reckon_script(tiny_app, PLANNER, row.id, version=1)
    return row


def found_in(content: bytes) -> list[str]:
    """Secrets in an answer, also in what is packed in it."""
    parts = [content]
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts += [packed.read(name) for name in packed.namelist()]
    written = [(one, one.encode(form)) for one in SECRETS for form in ("utf-8", "unicode_escape")]
    return [one for one, form in written if any(form in part for part in parts)]


def addresses(app: Flask, drill_id: str) -> list[str]:
    """All that can be asked for, with what stands for a part of an address put in."""
    filled = FILLED | {"drill_id": drill_id}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if address := _filled(rule, filled):
            found.append(address)
    found += [f"/drills/{drill_id}/{kind}.docx" for kind in DOCUMENTS]
    asked = [f"/api/search?q={one}" for one in SECRETS]
    asked += [f"/api/registers/{kind}?q={SECRETS[3]}" for kind in ("team", "village")]
    return [*found, *asked, "/api/changes?since=0&limit=500"]


def _filled(rule: Rule, filled: dict[str, str]) -> str | None:
    values = {name: filled.get(name, drill_id_like(name, filled)) for name in rule.arguments}
    try:
        built = rule.build(values)
    except (ValueError, TypeError):
        return None
    return None if built is None else built[1]


def drill_id_like(name: str, filled: dict[str, str]) -> str:
    """What stands for a part of which nothing is known: the id of the drill, where it is a text."""
    return filled["drill_id"] if "id" in name else "1"


@pytest.mark.parametrize("role", list(Role))
def test_no_player_finds_anything_of_it(
    role: Role, drill: Drill, flask_app: Flask, signed_in: SignedIn
) -> None:
    who = signed_in(role, county(role))
    answered = 0
    for address in addresses(flask_app, drill.id):
        answer = who.get(address)
        answered += answer.status_code == 200
        assert found_in(answer.data) == [], address
    assert answered > 30
    page = who.get(f"/drills/{drill.id}").text
    assert '<div id="injects">' not in page
    path = f"/api/drills/{drill.id}/script"
    assert who.get(path).status_code == 403
    for address, body in ((path, {"version": 1, "script": {}}), (f"{path}/reckon", {"version": 1})):
        assert who.post(address, json=body).status_code == 403
    mine = said_of({"year": 2026, "name": "溃坝演练", "organiser_kind": "headquarters",
                    "organiser": "hq1", "participants": [
                        {"kind": "account", "id": login(role), "role": "controller"}]})  # fmt: skip
    changed = who.post(
        f"/api/drills/{drill.id}", json={**mine.model_dump(mode="json"), "version": 1}
    )
    assert changed.status_code == 403


def test_what_looks_for_it_would_find_it(
    drill: Drill, flask_app: Flask, signed_in: SignedIn
) -> None:
    """An evaluator who is a viewer: the script's own address tells all, and no other does."""
    who = signed_in(Role.VIEWER, "990001")
    telling = [one for one in addresses(flask_app, drill.id) if found_in(who.get(one).data)]
    assert telling == [f"/api/drills/{drill.id}/script"]  # a viewer takes no document away
    assert set(found_in(who.get(telling[0]).data)) == set(SECRETS)
    answer = who.post(f"/api/drills/{drill.id}/script", json={"version": 1, "script": {}})
    assert answer.status_code == 403  # evaluators read


def test_a_countys_own_copy_holds_nothing_of_it(
    drill: Drill, tiny_app: App, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gpkg"
    export_copy(tiny_app.store, copy, "990001", actor=system_actor("root"))
    assert found_in(copy.read_bytes()) == []


def test_a_token_is_nobody(drill: Drill, tiny_app: App, flask_app: Flask) -> None:
    """Not even one that bears the name of the drill's planner, with every right."""

    token = with_token(
        tiny_app.store, "li.si", rights=[str(one) for one in set(Right) - FOR_PEOPLE_ONLY]
    )
    client = flask_app.test_client()
    answer = client.get(
        f"/api/drills/{drill.id}/script", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 403


def test_neither_log_holds_anything_of_it(
    tiny_app: App, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    who = signed_in(Role.PLANNER)
    made = who.post("/api/drills", json={"year": 2026, "name": "演练", "organiser": "hq1",
                                         "organiser_kind": "headquarters"}).json  # fmt: skip
    path = f"/api/drills/{made['id']}/script"
    good = {"injects": [{"title": SECRETS[1], "when": {"how": "any"}, "text": SECRETS[2]}]}
    assert who.post(path, json={"version": 0, "script": good}).status_code == 200
    assert who.post(path, json={"version": 0, "script": good}).status_code == 409
    bad = {"injects": [{"title": SECRETS[1], "when": {"how": SECRETS[2]}}]}
    assert who.post(path, json={"version": 1, "script": bad}).status_code == 400
    assert who.post(f"{path}/reckon", json={"version": 1}).status_code == 400  # it has no place
    logged = "\n".join(f"{one.getMessage()} {one.exc_text}" for one in caplog.records)
    with tiny_app.store.session() as session:
        events = "\n".join(
            f"{one.subject_id} {one.why} {one.data}" for one in session.scalars(select(Event))
        )
    assert found_in((logged + events).encode()) == []
    assert "drill_script" in {one.kind for one in session.scalars(select(Event))}


def test_the_staff_writes_and_reckons(client: PageClient) -> None:
    said = {"year": 2026, "name": "演练", "organiser_kind": "headquarters", "organiser": "hq1"}
    made = client.post("/api/drills", json=said).json
    path = f"/api/drills/{made['id']}/script"
    empty = client.get(path).json
    assert (empty["version"], empty["script"]["injects"], empty["reckoned"]) == (0, [], None)
    scenario = {"at": {"kind": "team", "id": "T1"}}
    told = client.post(path, json={"version": 0, "script": {"scenario": scenario}}).json
    assert (told["version"], told["names"]) == (1, {"team/T1": "甲队"})
    assert client.post(path, json={"version": 1, "script": {"scenes": []}}).status_code == 400
    reckoned = client.post(f"{path}/reckon", json={"version": 1}).json["reckoned"]
    assert reckoned["is_current"]
    assert reckoned["consequences"]["place"]["name"] == "甲队"
    client.post(path, json={"version": 1, "script": {"scenario": scenario}})
    assert not client.get(path).json["reckoned"]["is_current"]
    assert client.post(f"{path}/reckon", json={"version": 1}).status_code == 409
    assert client.get("/drills/none").status_code == 404


def test_documents_of_players_and_of_staff(drill: Drill, signed_in: SignedIn) -> None:
    """Every role plays: it takes away what players may read, and nothing else."""
    for role in (Role.DUTY_OFFICER, Role.HEADQUARTERS, Role.ADMINISTRATOR):
        who = signed_in(role)
        page = who.get(f"/drills/{drill.id}").text
        for kind, one in DOCUMENTS.items():
            path = f"/drills/{drill.id}/{kind}.docx"
            assert (path in page) != one.for_staff
            assert who.get(path).status_code == (403 if one.for_staff else 200)
        assert who.get(f"/drills/{drill.id}/novel.docx").status_code == 400


def test_the_staff_takes_packets_out(client: PageClient, tiny_app: App) -> None:
    said = {"year": 2026, "name": "演练", "organiser_kind": "headquarters", "organiser": "hq1"}
    made = client.post("/api/drills", json=said).json
    path = f"/drills/{made['id']}"
    script = {"injects": [{"title": SECRETS[1], "when": {"how": "any"}, "text": SECRETS[2],
                           "to": ["headquarters/hq1"]}]}  # fmt: skip
    client.post(f"/api{path}/script", json={"version": 0, "script": script})
    page = client.get(path).text
    for address in (f"{path}/packet.html", f"{path}/packet.html?headquarters=hq1"):
        assert f'href="{address}" download' in page
        answer = client.get(address)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert found_in(answer.data) == ([] if "=" in address else [SECRETS[1], SECRETS[2]])
    assert client.get(f"{path}/packet.html?headquarters=hq9").status_code == 400
    with tiny_app.store.session() as session:
        taken = [one for one in session.scalars(select(Event)) if one.kind == "export_plan"]
    # What anybody may read of it does not tell how many injects there are.
    told = [one.data["records"] for one in taken if one.data]
    assert told == [1, 1]


def test_in_the_browser_a_drill_is_designed(console: Console, client: PageClient) -> None:
    said = {
        "year": 2026, "name": "<i>溃坝</i>", "organiser_kind": "headquarters", "organiser": "hq1",
        "objectives": [{"text": "到场", "within_min": 30}],
        "participants": [{"kind": "team", "id": "T1"}, {"kind": "team", "id": "T2"}],
    }  # fmt: skip
    made = client.post("/api/drills", json=said).json
    page: Page = console.page
    console.watch.expected_statuses.add(400)
    console.open(f"/drills/{made['id']}")
    expect(page.locator("h1")).to_have_text("<i>溃坝</i>")
    expect(page.locator('nav [aria-current="page"]')).to_have_text("应急演练")
    page.click("#reckon")
    expect(page.locator("#fault")).to_contain_text("情景尚未选定地点")
    page.select_option("#scenario .spot [name=spot_kind]", "team")
    page.fill("#scenario .spot [name=spot_id]", "T1")
    page.select_option("[name=extent]", "distance")
    page.fill("[name=distance_m]", "300")
    page.click("#add-need")
    need = page.locator("#scenario [data-row=need]")
    need.get_by_role("button", name="在地图上点选").click()
    page.locator("#map").click(position={"x": 200, "y": 150})
    expect(need.locator("[name=x]")).not_to_have_value("")
    need.locator("[name=spot_kind]").select_option("team")
    need.locator("[name=spot_id]").fill("T2")
    need.locator("[name=capability]").select_option("fire")
    need.locator("[name=people]").fill("7")
    need.locator("[name=objective]").select_option("1")
    page.click("#add-inject")
    inject = page.locator(".inject")
    inject.locator("[name=title]").fill("桥断")
    inject.locator("[name=minute]").fill("20")
    inject.locator("[name=to]").nth(0).check()
    inject.locator("[name=text]").fill("桥断了")
    inject.locator("[data-add=effect]").click()
    inject.locator("[name=x]").fill("100.03")
    inject.locator("[name=y]").fill("30")
    page.click("#reckon")
    expect(page.locator("#solvable")).to_have_attribute("data-said", "in_time")
    expect(page.locator("#difficulty")).to_contain_text("乙队")
    expect(page.locator("#faults [data-code='drill.script.no_controller']")).to_be_visible()
    expect(page.locator(".inject summary")).to_contain_text("第 20 分")
    written = client.get(f"/api/drills/{made['id']}/script").json["script"]
    assert written["injects"][0]["to"] == ["headquarters/hq1"]
    assert written["injects"][0]["effects"][0]["radius_m"] == 200
    assert written["scenario"]["needs"][0]["people"] == 7
    # What is not saved is said to be so, and a fault opens its inject.
    page.fill("[name=story]", "大雨")
    page.click(".arrangements summary")
    page.fill("[name=stop_conditions]", "雷电\n有人受伤")
    expect(page.locator("#state")).to_have_text("有未保存的改动")
    page.click("#save")
    expect(page.locator("#reckoned")).to_contain_text("请重新推算")
    kept = client.get(f"/api/drills/{made['id']}/script").json["script"]["arrangements"]
    assert kept["stop_conditions"] == ["雷电", "有人受伤"]
    page.locator("#faults button").first.click()
    expect(page.locator(".inject")).to_have_attribute("open", "")
