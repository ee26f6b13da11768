"""The call round and tasks by somebody who only reads the screen, and the sheet of the shift."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import APIResponse, Route, expect

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.incidents.command.call_rounds import make_round
from gisapp.incidents.intake import add_note
from gisapp.rights import Role
from tests.incidents.acting import do, opened
from tests.incidents.command.test_call_rounds import below_the_dam
from tests.web.conftest import Console, SignedIn


def test_three_villages_to_empty_by_the_keyboard(console: Console, tiny_app: App) -> None:
    incident = below_the_dam(tiny_app.store)
    console.open(f"/incidents/{incident.id}")
    page = console.page
    page.click("#make-round")
    rows = page.locator("#calls tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first.locator('a[href="tel:13800001111"]')).to_be_visible()
    expect(page.locator('#command-alarms li[data-kind="water"]')).to_have_count(3)
    rows.first.focus()
    page.keyboard.press("r")
    expect(rows.first).to_have_attribute("data-state", "reached")
    expect(rows.first).to_be_focused()
    for at in range(3):
        page.keyboard.press("e")
        expect(rows.nth(at)).to_have_attribute("data-state", "empty")
        page.keyboard.press("ArrowDown")
    expect(page.locator("#command-alarms")).to_be_empty()
    expect(page.locator('#log li[data-what="call"]').first).to_contain_text("V3村：已撤空")
    rows.first.focus()
    page.keyboard.press("w")
    page.fill('dialog [name="note"]', "两户不愿离开")
    page.keyboard.press("Enter")
    expect(rows.first).to_contain_text("两户不愿离开")
    expect(rows.first).to_have_attribute("data-state", "empty")
    expect(rows.first).to_be_focused()
    expect(page.locator('#log li[data-what="call"]').first).to_contain_text("— 两户不愿离开")


def test_keys_are_quicker_than_answers(console: Console, tiny_app: App) -> None:
    incident = below_the_dam(tiny_app.store)
    do(tiny_app.store, make_round, incident.id)
    held: list[tuple[Route, APIResponse]] = []
    asked: list[Route] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        if asked[0] is route:  # others may come before it was answered
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page = console.page
    page.route("**/calls?*", hold_the_first)
    console.open(f"/incidents/{incident.id}")
    expect(page.locator("#log li").first).to_be_visible()
    do(tiny_app.store, add_note, incident, "雨更大")
    rows = page.locator("#calls tbody tr")
    expect(rows).to_have_count(3)
    rows.first.focus()
    page.keyboard.press("c")
    expect(rows.first).to_have_attribute("data-state", "called")
    (route, old) = held[0]
    with page.expect_response("**/calls?*"):
        route.fulfill(response=old)
    page.keyboard.press("r")
    expect(rows.first).to_have_attribute("data-state", "reached")
    for key in ("ArrowDown", "c", "r", "m", "e"):
        page.keyboard.press(key)
    expect(rows.nth(1)).to_have_attribute("data-state", "empty")
    expect(page.locator("#fault")).to_be_hidden()


def test_a_key_on_a_row_that_was_read_before_the_last_answer_counts(
    console: Console, tiny_app: App
) -> None:
    incident = below_the_dam(tiny_app.store)
    do(tiny_app.store, make_round, incident.id)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if held[0] is not route:
            route.continue_()

    page = console.page
    page.route("**/state?*", hold_the_first)
    console.open(f"/incidents/{incident.id}")
    rows = page.locator("#calls tbody tr")
    expect(rows).to_have_count(3)
    rows.first.focus()
    with page.expect_request("**/state?*"):
        page.keyboard.press("c")
    with page.expect_response("**/calls?*"):  # as the calls were before anything was said
        do(tiny_app.store, add_note, incident, "雨更大")
    expect(page.locator("#log")).to_contain_text("雨更大")
    page.keyboard.press("r")
    held[0].continue_()
    expect(rows.first).to_have_attribute("data-state", "reached")
    expect(page.locator("#fault")).to_be_hidden()


def test_a_task_is_set_done_and_handed_over(console: Console, tiny_app: App) -> None:
    incident = opened(tiny_app.store, "flood")
    console.open(f"/incidents/{incident.id}")
    page = console.page
    page.locator("#tasks summary").click()
    page.fill('#tasks [name="text"]', "清点人数")
    page.fill('#tasks [name="owner"]', "乡政府")
    page.click("#tasks button.primary")
    task = page.locator("#tasks tbody tr")
    expect(task).to_have_attribute("data-state", "open")
    task.locator('[data-act="change"]').click()
    page.fill('dialog [name="owner"]', "县应急局")
    due = (REAL.now() + timedelta(days=2)).astimezone(ZoneInfo(tiny_app.site.time_zone))
    page.fill('dialog [name="due_at"]', f"{due:%Y-%m-%dT18:30}")
    page.fill('dialog [name="why"]', "乡里道路中断")
    page.keyboard.press("Enter")
    expect(task).to_contain_text("县应急局")
    expect(task).to_contain_text("18:30")
    told = page.locator("#log li").first
    words = f"清点人数（责任人 县应急局），期限改为 {due:%Y-%m-%d} 18:30 乡里道路中断"
    expect(told).to_contain_text(words)
    task.locator('[data-act="done"]').click()
    page.fill('dialog [name="result"]', "86 人，齐")
    page.keyboard.press("Enter")
    expect(task).to_have_attribute("data-state", "done")
    expect(task).to_contain_text("86 人，齐")
    console.open(f"/incidents/{incident.id}/handover")
    page.fill('#sign [name="taker"]', "赵值班")
    page.fill('#sign [name="notes"]', "盯水位")
    page.click("#sign button.primary")
    expect(page.locator("#notice")).to_contain_text("已记入日志")
    console.open("/incidents/handover")
    expect(page.locator(".sheet")).to_contain_text("administrator → 赵值班：盯水位")


def test_numbers_of_a_round_are_for_whoever_sees_contacts(
    signed_in: SignedIn, tiny_app: App
) -> None:
    incident = below_the_dam(tiny_app.store)
    do(tiny_app.store, make_round, incident.id)
    at = f"/api/incidents/{incident.id}/calls"
    assert "13800001111" in signed_in(Role.DUTY_OFFICER).get(at).text
    seen = signed_in(Role.VIEWER)
    assert "13800001111" not in seen.get(at).text
    assert "13800001111" not in seen.get(f"/incidents/{incident.id}/handover").text
