"""Units that are out are drawn where they were last seen, and asked for only while any is out."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.incidents.orders import set_state
from gisapp.incidents.positions.readings import Reading, report
from gisapp.rights import Role
from tests.incidents.acting import do, opened, ordered
from tests.web.conftest import Console, SignedIn


def seen(app: App, unit: str, x: float, minutes_ago: float, y: float = 30.0) -> None:
    at = REAL.now() - timedelta(minutes=minutes_ago) + timedelta(seconds=20)
    do(app.store, report, [Reading(kind="team", id=unit, at=at, x=x, y=y, accuracy_m=12)])


def test_marks_follow_the_units_and_grow_old(console: Console, tiny_app: App) -> None:
    incident = opened(tiny_app.store, "flood", at=(100.03, 30.01))
    first, second = ordered(tiny_app.store, incident, "T1", "T2")
    do(tiny_app.store, set_state, first.id, "en_route", seen="ordered")
    do(tiny_app.store, set_state, second.id, "on_scene", seen="ordered")
    seen(tiny_app, "T1", 100.01, 2)
    seen(tiny_app, "T2", 100.035, 40, y=30.012)
    console.open()
    page = console.page
    way, old = (page.locator(f".unit-out[data-unit={one}]") for one in ("T1", "T2"))
    expect(way).to_have_text("▶途中 2 分 甲队")
    expect(old).to_have_text("■到场 40 分 ? 乙队")
    expect(old).to_have_class(re.compile(r"\bold\b"))
    expect(way).not_to_have_class(re.compile(r"\bold\b"))
    marker = page.locator(".leaflet-marker-icon", has=way)
    expect(marker).to_have_attribute(
        "title", f"甲队 · 途中 · {incident.id} · 2 分钟前定位 · 误差 12 米"
    )
    before = way.bounding_box()
    assert before is not None

    # No event is written when a unit moves: the page asks for what is newer, and only for that.
    with page.expect_response(re.compile(r"/api/positions\?after=")) as answer:
        seen(tiny_app, "T1", 100.02, 0.5)
    assert answer.value.ok
    expect(way).to_have_text("▶途中 1 分 甲队")
    after = way.bounding_box()
    assert after is not None
    assert after["x"] > before["x"] + 10

    do(tiny_app.store, set_state, second.id, "released", seen="on_scene")
    expect(old).to_have_count(0)


def test_the_page_of_the_incident_says_how_old_a_position_is(
    console: Console, tiny_app: App
) -> None:
    incident = opened(tiny_app.store, "flood")
    first, _second = ordered(tiny_app.store, incident, "T1", "T2")
    seen(tiny_app, "T1", 100.01, 40)
    console.open(f"/incidents/{incident.id}")
    row = console.page.locator(f"#units tr[data-id={first.id}] .seen")
    expect(row).to_have_text("◎ 40 分钟前定位 · 误差 12 米 · 定位已过时，可能不在原处")
    seen(tiny_app, "T1", 100.01, 2)
    expect(row).to_have_text("◎ 2 分钟前定位 · 误差 12 米")


def test_nothing_is_asked_while_nobody_is_out(console: Console, tiny_app: App) -> None:
    opened(tiny_app.store, "flood")
    asked: list[str] = []
    console.page.on("request", lambda one: asked.append(one.url))
    console.page.clock.install()
    console.open()
    console.page.clock.run_for(30_000)
    assert [one for one in asked if "/api/changes" in one]
    assert [one for one in asked if "/api/positions" in one] == []


def test_positions_are_told_from_a_number_on(signed_in: SignedIn, tiny_app: App) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    incident = opened(tiny_app.store, "flood")
    ordered(tiny_app.store, incident, "T1", "T2")
    seen(tiny_app, "T1", 100.01, 2)
    seen(tiny_app, "T3", 100.01, 2)  # it is not out
    whole = officer.get("/api/moving/units").get_json()
    assert [(one["id"], one["incident"]) for one in whole["units"]] == [("T1", incident.id)]
    assert whole["out"] == 2
    newer = officer.get(f"/api/positions?after={whole['last']}").get_json()
    assert (newer["positions"], newer["last"]) == ([], whole["last"])
    seen(tiny_app, "T2", 100.04, 1)
    newer = officer.get(f"/api/positions?after={whole['last']}").get_json()
    assert [(one["id"], one["accuracy_m"]) for one in newer["positions"]] == [("T2", 12)]
    assert newer["last"] > whole["last"]
    assert signed_in(Role.VIEWER).get("/api/moving/units").status_code == 403
