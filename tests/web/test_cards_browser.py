"""A run card ordered by one key, changed with a reason; cards edited."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from gisapp.bootstrap import App
from gisapp.incidents.board import log, standing
from gisapp.incidents.orders import out_now
from tests.incidents.acting import opened, ordered
from tests.incidents.cards.test_proposing import AT_B, AT_C, FIRE, card
from tests.web.conftest import Console


def test_a_card_is_ordered_whole_or_by_choice(console: Console, tiny_app: App) -> None:
    card(tiny_app, FIRE)
    made = opened(tiny_app.store, "fire", at=AT_B)
    console.open(f"/incidents/{made.id}")
    page = console.page
    order = page.locator("#card-order")
    expect(page.locator('#card li[data-key="T1"] .tick')).to_be_checked()
    page.locator("#card details summary").click()
    page.locator('#card .tick[data-key="T2"]').check()
    page.locator('#card .tick[data-key="T1"]').uncheck()
    expect(page.locator(".apart")).to_contain_text("到达时间合计 +5.6 分钟")
    page.locator("#card-reset").click()
    expect(page.locator(".apart")).to_have_count(0)
    page.locator('#card .tick[data-key="T2"]').check()
    page.locator('#card .tick[data-key="T1"]').uncheck()
    expect(page.locator(".apart")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type("甲队刚归建")
    page.keyboard.press("Enter")
    expect(page.locator("#units tbody tr")).to_have_count(1)
    expect(order).to_have_count(0)
    with tiny_app.store.session() as session:
        (unit,) = standing(session, made.id).units
        why = [one.why for one in log(session, made.id) if one.what == "order"]
    assert (unit.unit_id, why, unit.expected_at is not None) == ("T2", ["甲队刚归建"], True)
    other = opened(tiny_app.store, "fire", at=AT_B)
    console.open(f"/incidents/{other.id}")
    expect(order).to_have_text(re.compile("按编成下令 1 支"))
    page.keyboard.press("a")
    expect(page.locator("#units tbody tr")).to_have_count(1)


def test_a_unit_leaves_another_incident_with_the_cost_in_sight(
    console: Console, tiny_app: App
) -> None:
    store = tiny_app.store
    card(tiny_app, FIRE)
    far = opened(store, "fire", at=AT_C)
    ordered(store, far, "T1")
    near = opened(store, "fire", at=AT_B)
    console.open(f"/incidents/{near.id}")
    page = console.page
    page.locator("#card details summary").click()
    page.locator('#card .tick[data-key="T1"]').check()
    page.locator('#card .tick[data-key="T2"]').uncheck()
    expect(page.locator(".apart")).to_contain_text(f"事件“{far.title}”失去甲队，可由乙队替补")
    page.click("#card-order")
    expect(page.locator("dialog")).to_contain_text("失去甲队")
    page.keyboard.type("火势蔓延")
    page.keyboard.press("Enter")
    expect(page.locator("#units tbody tr")).to_have_count(1)
    with store.session() as session:
        (unit,) = standing(session, near.id).units
        assert (unit.unit_id, unit.expected_at is not None) == ("T1", True)
        assert out_now(session) == {("team", "T1"): near.id}
        last = log(session, far.id)[-1]
    assert (last.what, last.why) == ("reassign", "火势蔓延")


def test_faults_of_a_card_stand_beside_their_fields(console: Console) -> None:
    console.watch.expected_statuses.add(400)
    console.open("/incidents/cards")
    page = console.page
    page.click("#new")
    page.select_option('#edit [name="kind"]', "flood")
    page.fill('#edit [name="count"]', "0")
    page.fill('#edit [name="why"]', "新建")
    page.keyboard.press("Enter")
    expect(page.locator('#edit [data-field="count"] .field-fault')).to_be_visible()
    page.fill('#edit [name="count"]', "2")
    page.keyboard.press("Enter")
    expect(page.locator('#cards tr[data-card="flood-any"]')).to_contain_text("灭火×2")
