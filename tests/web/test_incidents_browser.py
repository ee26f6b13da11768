"""The first minutes of an incident, by somebody who only reads the screen."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import shapely
from playwright.sync_api import Page, expect

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.incidents.board import incidents, standing
from gisapp.incidents.course import correct
from gisapp.incidents.drafts import drafts
from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.rules import Times
from gisapp.incidents.intake import find_incident
from tests.incidents.acting import OFFICER, do, opened, ordered
from tests.incidents.closing import add_closure
from tests.web.conftest import Console

MOST_STROKES = 40


class Hands:
    """Counts every key that is pressed and every click that is made."""

    def __init__(self, page: Page) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1

    def type(self, text: str) -> None:
        self.press(*text)


def test_from_the_call_to_ordered_units_by_the_keyboard(
    console: Console, tiny_app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    console.open()
    page = console.page
    hands = Hands(page)
    hands.press("/")
    hands.type("100.03,30.0")
    hands.press("Enter")
    expect(page.locator("#answer tbody[data-rank]").first).to_be_visible()
    page.locator("#need").blur()
    page.select_option("#need", "fire")  # two keys: the list is walked by its first letter
    hands.strokes += 2
    expect(page.locator("#answer tbody[data-rank]")).to_have_count(2)
    page.locator("#need").blur()
    hands.press("1", "2")
    expect(page.locator("#answer .tick:checked")).to_have_count(2)
    hands.press("o")
    expect(page.locator("#order-kind")).to_be_focused()
    page.select_option("#order-kind", "landslide")
    hands.strokes += 2
    page.fill('#order [name="missing"]', "3")
    hands.strokes += 2
    expect(page.locator("#order-go")).to_have_text(re.compile("2"))
    hands.press("Enter")
    page.wait_for_url(re.compile(r"/incidents/\d{6}-01$"))
    expect(page.locator("#units tbody tr")).to_have_count(2)
    with capsys.disabled():
        print(f"\nfrom the call to ordered units: {hands.strokes} keys and clicks")  # noqa: T201
    assert hands.strokes < MOST_STROKES
    with tiny_app.store.session() as session:
        (made,) = incidents(session)
        units = standing(session, made.id).units
    assert (made.kind, made.missing, made.dead) == ("landslide", 3, None)
    assert {one.unit_id for one in units} == {"T1", "T2"}
    assert all(one.expected_at is not None for one in units)


@pytest.fixture
def incident(console: Console, tiny_app: App) -> Page:
    """A mine accident of just now, two dead and seventeen missing, two teams ordered."""
    now = REAL.now()
    made = opened(
        tiny_app.store,
        "coal_mine",
        figures=Figures(dead=2, missing=17),
        times=Times(occurred_at=now, county_received_at=now, city_received_at=now),
    )
    ordered(tiny_app.store, made, "T1", "T2")
    console.open(f"/incidents/{made.id}")
    expect(console.page.locator("#units tbody tr")).to_have_count(2)
    return console.page


def test_all_grades_and_clocks_stand_side_by_side(incident: Page) -> None:
    for basis, grade in (("confirmed", "一般"), ("worst_case", "重大"), ("near_miss", "较大涉险")):
        expect(incident.locator(f'#grades li[data-basis="{basis}"] strong')).to_contain_text(grade)
    expect(incident.locator('#clocks tr[data-code="city_up"] .remaining')).to_contain_text("1:5")
    expect(incident.locator("#unknown")).to_contain_text("重伤")


def test_what_a_unit_says_is_two_keys(incident: Page) -> None:
    first = incident.locator("#units tbody tr").first
    incident.keyboard.press("1")
    incident.keyboard.press("o")
    expect(first).to_have_attribute("data-state", "en_route")
    incident.keyboard.press("1")
    incident.keyboard.press("s")
    expect(first).to_have_attribute("data-state", "on_scene")
    incident.keyboard.press("2")
    incident.keyboard.press("d")
    incident.keyboard.type("不需要")
    incident.keyboard.press("Enter")
    expect(incident.locator("#units tbody tr").nth(1)).to_have_attribute("data-state", "stood_down")
    expect(incident.locator('#log li[data-what="stand_down"]')).to_contain_text(
        re.compile("administrator不需要$")
    )


def test_a_correction_says_what_it_changes(incident: Page) -> None:
    incident.fill('#figures [name="dead"]', "3")
    incident.fill('#figures [name="missing"]', "16")
    incident.fill('#figures [name="why"]', "又找到一人")
    incident.keyboard.press("Enter")
    expect(incident.locator("#notice")).to_contain_text("较大")
    expect(incident.locator('#grades li[data-basis="confirmed"] strong')).to_have_text("较大")
    expect(incident.locator('#log li[data-what="update"]')).to_contain_text("又找到一人")


def test_circumstances_of_a_forest_fire_are_unknown_until_answered(
    console: Console, tiny_app: App
) -> None:
    made = opened(tiny_app.store, "forest_fire")
    console.open(f"/incidents/{made.id}")
    page = console.page
    asked = page.locator("#figures .circumstances select")
    expect(asked).to_have_count(6)
    assert {asked.nth(one).input_value() for one in range(6)} == {""}
    page.select_option('#figures [name="burning_after_24_h"]', "yes")
    page.select_option('#figures [name="needs_state_help"]', "no")
    page.fill('#figures [name="why"]', "前指报告")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("国家森林防火指挥机构")
    expect(page.locator("#grades .caution")).to_contain_text("24小时尚未扑灭明火")
    with tiny_app.store.session() as session:
        found = find_incident(session, made.id)
    assert (found.burning_after_24_h, found.needs_state_help) == (True, False)
    assert found.in_virgin_forest is None


def test_a_time_is_by_the_sites_clock_and_starts_its_deadlines(incident: Page) -> None:
    """The browser lives in Tokyo, the site an hour behind it."""
    unit = incident.locator('#clocks tr[data-code="unit_report"]')
    expect(unit.locator(".remaining")).to_have_text("")
    told = (REAL.now() - timedelta(minutes=90)).astimezone(ZoneInfo("Asia/Shanghai"))
    incident.fill('#figures [name="occurred_at"]', f"{told:%Y-%m-%dT%H:%M}")
    incident.fill('#figures [name="unit_head_at"]', f"{told:%Y-%m-%dT%H:%M}")
    incident.click("#figures button")
    expect(unit.locator(".remaining")).to_have_text(re.compile("^超时 0:3[01]$"))
    expect(unit.locator(".remaining")).to_have_class(re.compile("overdue"))
    due = told + timedelta(hours=1)
    expect(unit).to_contain_text(f"{due:%m/%d %H:%M}")
    expect(incident.locator('#figures [name="unit_head_at"]')).to_have_value(
        f"{told:%Y-%m-%dT%H:%M}"
    )


def test_another_officers_change_shows_by_itself(incident: Page, console: Console) -> None:
    other = incident.context.new_page()
    other.goto(incident.url)
    expect(other.locator("#units tbody tr")).to_have_count(2)
    other.fill("#note", "山体仍在滑动")
    other.keyboard.press("Enter")
    expect(incident.locator('#log li[data-what="note"]')).to_contain_text("山体仍在滑动")


def test_corrections_of_different_fields_both_stand_and_undo_nothing(
    incident: Page, console: Console, tiny_app: App
) -> None:
    console.watch.expected_statuses.add(409)
    incident.fill('#figures [name="dead"]', "5")
    incident_id = incident.url.rpartition("/")[2]
    do(tiny_app.store, correct, incident_id, {"missing": 10}, version=1, why="核对名单")
    expect(incident.locator('#log li[data-what="update"]')).to_contain_text("核对名单")
    expect(incident.locator('#figures [name="missing"]')).to_have_value("17")  # still being typed
    incident.keyboard.press("Enter")
    expect(incident.locator('#figures [name="missing"]')).to_have_value("10")
    with tiny_app.store.session() as session:
        row = find_incident(session, incident_id)
    assert (row.dead, row.missing) == (5, 10)


def test_an_incident_ends_when_all_are_back(incident: Page, console: Console) -> None:
    console.watch.expected_statuses.add(400)
    incident.click("#close")
    incident.keyboard.type("险情解除")
    incident.keyboard.press("Enter")
    expect(incident.locator("#fault")).to_contain_text("尚有 2 支力量未归建")
    for gone in (1, 2):
        incident.keyboard.press("1")
        incident.keyboard.press("d")
        expect(incident.locator("dialog")).to_be_visible()
        incident.keyboard.type("不需要")
        incident.keyboard.press("Enter")
        expect(incident.locator('#units tr[data-state="stood_down"]')).to_have_count(gone)
    incident.click("#close")
    incident.keyboard.type("险情解除")
    incident.keyboard.press("Enter")
    expect(incident.locator("#reopen")).to_be_visible()


def test_the_map_follows_what_others_order_and_close(console: Console, tiny_app: App) -> None:
    console.open()
    page = console.page
    expect(page.locator(".happening")).to_have_count(0)
    with page.expect_response(re.compile("/api/layers/team")):
        made = opened(tiny_app.store, figures=Figures(dead=3))
        ordered(tiny_app.store, made, "T1")
    mark = page.locator(".happening")
    expect(mark).to_have_class(re.compile("level-3"))
    add_closure(
        tiny_app.store, shapely.box(100.025, 29.995, 100.035, 30.005), reason="桥梁垮塌",
        actor=OFFICER,
    )  # fmt: skip
    expect(page.locator("#closures li")).to_contain_text("桥梁垮塌")
    mark.click()
    page.wait_for_url(re.compile(f"/incidents/{made.id}$"))


def test_a_call_survives_a_closed_browser(console: Console, tiny_app: App) -> None:
    console.open("/#at=100.02,30.0&need=fire&k=")
    page = console.page
    expect(page.locator("#answer .tick")).to_have_count(2)
    page.keyboard.press("1")
    page.select_option("#order-kind", "landslide")
    page.fill('#order [name="note"]', "山坡还在掉石头")
    page.fill('#order [name="caller_name"]', "王某某")
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")
    with tiny_app.store.session() as session:
        (kept,) = drafts(session, OFFICER)
    assert (kept.said["kind"], kept.said["ticked"], kept.caller_name) == (
        "landslide", "T1", "王某某",
    )  # fmt: skip
    assert "王某某" not in str(kept.said)
    other = page.context.new_page()
    page.close()
    other.goto(console.origin)
    other.click("#drafts .go-on")
    expect(other.locator('#order [name="note"]')).to_have_value("山坡还在掉石头")
    expect(other.locator('#order [name="caller_name"]')).to_have_value("王某某")
    expect(other.locator("#answer .tick:checked")).to_have_count(1)
    other.fill('#order [name="missing"]', "3")
    other.click("#order-go")
    other.wait_for_url(re.compile(r"/incidents/\d{6}-01$"))
    expect(other.locator("#units tbody tr")).to_have_count(1)
    with tiny_app.store.session() as session:
        assert drafts(session, OFFICER) == []
        (made,) = incidents(session)
    assert (made.missing, made.kind) == (3, "landslide")


def test_circumstances_of_a_forest_fire_are_answered_as_the_call_comes(
    console: Console, tiny_app: App
) -> None:
    console.open("/#at=100.02,30.0&need=fire&k=")
    page = console.page
    asked = page.locator("#order-circumstances")
    page.select_option("#order-kind", "landslide")
    expect(asked).to_be_hidden()
    page.select_option("#order-kind", "forest_fire")
    asked.locator("summary").click()
    expect(asked.locator("select")).to_have_count(6)
    page.select_option('#order [name="threatens_settlement_or_works"]', "yes")
    page.select_option('#order [name="at_national_border"]', "no")
    expect(page.locator("#draft-state")).to_contain_text("草稿已保存")
    page.reload()
    page.click("#drafts .go-on")
    expect(page.locator('#order [name="threatens_settlement_or_works"]')).to_have_value("yes")
    page.click("#order-go")
    page.wait_for_url(re.compile(r"/incidents/\d{6}-01$"))
    expect(page.locator("#grades .caution")).to_contain_text("威胁居民区或者重要设施")
    with tiny_app.store.session() as session:
        (made,) = incidents(session)
    assert (made.threatens_settlement_or_works, made.at_national_border) == (True, False)
    assert made.needs_state_help is None


def test_a_collision_is_decided_field_by_field(
    incident: Page, console: Console, tiny_app: App
) -> None:
    console.watch.expected_statuses.add(409)
    incident.fill('#figures [name="dead"]', "5")
    incident.fill('#figures [name="injured"]', "7")
    with tiny_app.store.session() as session:
        (row,) = incidents(session)
    do(tiny_app.store, correct, row.id, {"dead": 3, "missing": 16}, version=row.version)
    incident.focus('#figures [name="dead"]')
    incident.keyboard.press("Enter")
    asked = incident.locator("dialog.collision tbody tr")
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("死亡")
    expect(asked.locator("td")).to_contain_text(["2", "3", "5"])
    asked.locator("input[value=theirs]").check()
    incident.click("dialog.collision .primary")
    expect(incident.locator("dialog.collision")).to_have_count(0)
    expect(incident.locator('#log li[data-what="update"]')).to_have_count(2)
    expect(incident.locator('#figures [name="injured"]')).to_have_value("7")
    with tiny_app.store.session() as session:
        stands = find_incident(session, row.id)
    assert (stands.dead, stands.missing, stands.injured) == (3, 16, 7)


def test_a_report_that_was_made_stops_its_clock(incident: Page) -> None:
    county = incident.locator('#clocks tr[data-code="county_up"]')
    expect(county.locator(".remaining")).to_contain_text("1:5")
    county.locator("button").click()
    incident.keyboard.type("电话报市局")
    incident.keyboard.press("Enter")
    expect(county).to_contain_text("已报")
    expect(county.locator(".remaining")).to_have_text("")
    expect(county.locator("button")).to_have_count(0)


def test_the_board_is_walked_by_the_keyboard(incident: Page, tiny_app: App) -> None:
    other = opened(tiny_app.store, "fire")
    incident.goto(incident.url.rsplit("/", 1)[0])
    rows = incident.locator("#incidents tbody tr")
    expect(rows).to_have_count(2)
    mine = rows.filter(has_text="煤矿")
    expect(mine.locator(".remaining")).to_contain_text("0:2")  # by telephone within 30 minutes
    expect(mine.locator(".state-ordered")).to_have_text("已下令 2")
    incident.keyboard.press("j")
    incident.keyboard.press("j")
    incident.keyboard.press("k")
    incident.keyboard.press("Enter")
    incident.wait_for_url(f"**/incidents/{other.id}")


def test_the_wall_shows_what_is_late_and_stays_where_it_was_moved(
    console: Console, tiny_app: App
) -> None:
    hour_ago = REAL.now() - timedelta(hours=5)
    times = Times(occurred_at=hour_ago, county_received_at=hour_ago)
    opened(tiny_app.store, "fire")
    late = opened(tiny_app.store, figures=Figures(dead=2, missing=17), times=times, late_why="补录")
    console.open("/wall")
    page = console.page
    cards = page.locator("#wall-list li")
    expect(cards).to_have_count(2)
    expect(cards.first).to_have_attribute("data-id", late.id)
    expect(cards.first).to_have_attribute("data-alarm", "true")
    expect(cards.first.locator(".alarm-sign")).to_be_visible()
    expect(page.locator("#mute")).to_be_visible()
    marks = page.locator(".happening")
    expect(marks).to_have_count(2)
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 240, steps=4)
    page.mouse.up()
    expect(page.locator("#mute")).to_be_hidden()
    stood = page.locator(".leaflet-map-pane").get_attribute("style")
    opened(tiny_app.store, "flood", at=(100.06, 30.0))
    expect(cards).to_have_count(3)
    assert page.locator(".leaflet-map-pane").get_attribute("style") == stood
