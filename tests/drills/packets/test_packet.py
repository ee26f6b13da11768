"""Packets of a drill on the tiny site: what is in which, for whom, and in a real browser."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.reading import script_told
from gisapp.drills.design.reckoning import reckon_script
from gisapp.drills.design.writing import write_script
from gisapp.drills.packets import sealing
from gisapp.drills.packets.packet import NUMBERED_BY, controllers_packet, player_packet
from gisapp.drills.packets.receivers import headquarters_in
from gisapp.drills.packets.sealing import Envelope, WrongCodeError, open_envelope
from gisapp.drills.programme.drills import plan_drill, said_of
from gisapp.drills.programme.models import Drill
from gisapp.errors import InputError
from gisapp.events.log import Event
from gisapp.messages import LANGUAGES
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role
from gisapp.site.model import HeadquartersRow
from tests.incidents.acting import do
from tests.patience import PATIENCE_MS
from web.assets import STATIC

HQ1, HQ2 = "暗语甲一", "暗语甲二"
"""What is read out to the first headquarters, and to the second."""
STAFF_ONLY = (
    "暗语题目", "暗语故事", "暗语处置", "暗语实情", "暗语地点", "暗语发出者", "暗语机动",
)  # fmt: skip
SECRETS = (HQ1, HQ2, *STAFF_ONLY)
HERE = {"x": 100.0123, "y": 30.0123}
MINUTE = 47.25
EVIL = "<img src=x onerror=alert(1)>{{ 7 * 7 }}</script>"


def someone(login: str, role: Role = Role.PLANNER) -> Actor:
    return Actor(
        login=login, name=login, role=role, county=None, agency=None, rights=ROLE_RIGHTS[role]
    )


PLANNER = someone("planner")
SCRIPT: dict[str, Any] = {
    "scenario": {
        "at": HERE, "kind": "landslide", "story": "暗语故事",
        "extent": {"how": "distance", "distance_m": 300}, "casualties": {"trapped": 7},
        "needs": [{"name": "暗语地点", "at": HERE, "people": 3, "objective": 1,
                   "wants": [{"capability": "fire", "count": 1}]}],
    },
    "injects": [
        {"key": "one", "title": "暗语题目", "when": {"how": "at", "minute": 0}, "text": HQ1 + EVIL,
         "sender": "暗语发出者", "to": ["headquarters/hq1"], "expected": "暗语处置", "objective": 1,
         "effects": [{"what": "close", "at": HERE, "radius_m": 200},
                     {"what": "false", "truth": "暗语实情"}]},
        {"key": "two", "title": "暗语题目", "when": {"how": "at", "minute": MINUTE}, "text": HQ2,
         "to": ["team/T2"], "channel": "report"},
        {"key": "three", "title": "暗语机动", "when": {"how": "any"}, "text": "x" * 1500,
         "to": ["headquarters/hq1", "account/Wang"]},
    ],
}  # fmt: skip


@pytest.fixture
def drill(tiny_app: App) -> Drill:
    """Held by the first headquarters; T2 and an account play for the second."""
    with tiny_app.store.session(write=True) as session:
        known = set(session.scalars(select(HeadquartersRow.code)))
        if "hq2" not in known:
            session.add(HeadquartersRow(code="hq2", name_zh="第二指挥部", name_en="Second"))
    said = said_of(
        {
            "year": 2026, "name": "溃坝演练 <b>", "organiser_kind": "headquarters",
            "organiser": "hq1", "venue": "东山", "starts_at": "2026-06-01T01:00:00+00:00",
            "objectives": [{"text": "到场", "within_min": 30}],
            "participants": [
                {"kind": "team", "id": "T1"}, {"kind": "team", "id": "T2", "under": "hq2"},
                {"kind": "account", "id": "wang", "under": "hq2"},
                {"kind": "account", "id": "controller", "role": "controller"},
            ],
        }
    )  # fmt: skip
    row = do(tiny_app.store, plan_drill, said, actor=PLANNER)
    do(tiny_app.store, write_script, row.id, SCRIPT, version=0, actor=PLANNER)
    return row


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A library as short as can be: what is looked for is not in it."""
    (tmp_path / "vendor" / "leaflet").mkdir(parents=True)
    for ending in ("js", "css"):
        (tmp_path / "vendor" / "leaflet" / f"leaflet.{ending}").write_text("")
    return tmp_path / "vendor"


def player(app: App, drill: Drill, code: str, vendor: Path, lang: str = "zh", **more: Any) -> str:
    with app.store.session() as session:
        return player_packet(
            app, session, more.get("actor", PLANNER), drill.id, code, lang,
            zone=app.site.time_zone, vendor_dir=vendor,
        )  # fmt: skip


def staff(app: App, drill: Drill, vendor: Path, lang: str = "zh", **more: Any) -> str:
    with app.store.session() as session:
        return controllers_packet(
            app, session, more.get("actor", PLANNER), drill.id, lang,
            zone=app.site.time_zone, vendor_dir=vendor,
        )  # fmt: skip


def told(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def codes(page: str) -> dict[str, list[tuple[int, str]]]:
    """By key of the inject: envelope and code, as the controllers' packet shows them."""
    return {
        key: [(int(number), code) for number, code in re.findall(
            r'<code class="code">信封 (\d+) · (\S+?)</code>', article)]
        for key, article in re.findall(
            r'<article class="inject" data-key="(\w+)"(.*?)</article>', page, re.DOTALL)
    }  # fmt: skip


def written(page: str) -> list[str]:
    """A page as it is, without its escapes, and what is packed in it."""
    packed = [
        base64.b64decode(one).decode("utf-8", "replace")
        for one in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", page)
        if len(one) % 4 == 0
    ]
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), page)
    return [page, html.unescape(page), plain, json.dumps(told(page), ensure_ascii=False), *packed]


def opened_by(data: dict[str, Any], code: str) -> list[str]:
    """Texts of all envelopes that a code opens."""
    texts = []
    for one in data["envelopes"]:
        try:
            text = open_envelope(Envelope.from_dict(one), code, bound=data["bound"])
        except WrongCodeError:
            continue
        texts.append(json.loads(text)["text"])
    return texts


@pytest.fixture
def fewer_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ITERATIONS", 2)


def test_no_players_packet_tells_anything(tiny_app: App, drill: Drill, vendor: Path) -> None:
    reckon_script(tiny_app, PLANNER, drill.id, version=1)
    with tiny_app.store.session() as session:
        row = session.scalars(select(DrillScript)).one()
    for lang in LANGUAGES:
        whole = staff(tiny_app, drill, vendor, lang)
        assert [one for one in SECRETS if one not in whole] == []
        shown = codes(whole.replace("Envelope", "信封"))
        every = [code for pairs in shown.values() for _, code in pairs]
        hidden = [*SECRETS, *every, row.sealing_key, f"{MINUTE:g}", str(HERE["x"]), "onerror"]
        assert len(every) == 4
        for headquarters in headquarters_in(drill):
            page = player(tiny_app, drill, headquarters, vendor, lang)
            for form in written(page):
                assert [one for one in hidden if one in form] == []
            assert "东山" in page
            assert "到场" in page
            assert "演练 EXERCISE" in page
            assert not re.search(r'(src|href)="', page)


@pytest.mark.usefixtures("fewer_rounds")
def test_a_headquarters_opens_its_own_alone(tiny_app: App, drill: Drill, vendor: Path) -> None:
    assert headquarters_in(drill) == ["hq1", "hq2"]
    shown = codes(staff(tiny_app, drill, vendor))
    own = {"hq1": ("one", "three"), "hq2": ("two", "three")}
    texts = {one["key"]: one["text"] for one in SCRIPT["injects"]}
    for headquarters, keys in own.items():
        data = told(player(tiny_app, drill, headquarters, vendor))
        assert [one["number"] for one in data["envelopes"]] == [*range(1, NUMBERED_BY + 1)]
        assert len({len(one["sealed"]) for one in data["envelopes"]}) == 1
        for key, pairs in shown.items():
            assert opened_by(data, pairs[0][1]) == ([texts[key]] if key in keys else [])
        # Of what is sealed nobody learns when it is played, what for or what it does.
        (text,) = [
            open_envelope(Envelope.from_dict(one), shown[keys[0]][0][1], bound=data["bound"])
            for one in data["envelopes"] if one["number"] == shown[keys[0]][0][0]
        ]  # fmt: skip
        assert set(json.loads(text)) == {"channel", "sender", "text"}
    with pytest.raises(InputError) as caught:
        player(tiny_app, drill, "hq9", vendor)
    assert caught.value.code == "drill.unknown_packet"


@pytest.mark.usefixtures("fewer_rounds")
@pytest.mark.parametrize("role", list(Role))
def test_only_staff_makes_them(role: Role, tiny_app: App, drill: Drill, vendor: Path) -> None:
    for login in ("wang", "stranger"):
        for make in (lambda who: player(tiny_app, drill, "hq1", vendor, actor=who),
                     lambda who: staff(tiny_app, drill, vendor, actor=who)):  # fmt: skip
            with pytest.raises(ForbiddenError, match="plan, control and evaluate"):
                make(someone(login, role))
    who = someone("controller", role)
    if who.may(Right.EXPORT):
        assert HQ1 in staff(tiny_app, drill, vendor, actor=who)
        assert HQ1 not in player(tiny_app, drill, "hq1", vendor, actor=who)
    else:
        with pytest.raises(ForbiddenError):
            staff(tiny_app, drill, vendor, actor=who)
        with pytest.raises(ForbiddenError):
            player(tiny_app, drill, "hq1", vendor, actor=who)


@pytest.mark.usefixtures("fewer_rounds")
def test_packets_made_later_agree(tiny_apps: App, vendor: Path) -> None:
    app = tiny_apps
    said = said_of({"year": 2026, "name": "演练", "organiser_kind": "headquarters",
                    "organiser": "hq1"})  # fmt: skip
    drill = do(app.store, plan_drill, said, actor=PLANNER)
    assert told(player(app, drill, "hq1", vendor))["envelopes"] == []
    assert "脚本尚未推算" in staff(app, drill, vendor)
    script: Any = {"injects": [one for one in SCRIPT["injects"] if one["key"] != "two"]}
    do(app.store, write_script, drill.id, script, version=0, actor=PLANNER)
    first, again = codes(staff(app, drill, vendor)), codes(staff(app, drill, vendor))
    assert first == again
    changed = {"injects": [{**script["injects"][0], "text": "改了"}, script["injects"][1]]}
    do(app.store, write_script, drill.id, changed, version=1, actor=PLANNER)
    later = codes(staff(app, drill, vendor))
    assert later["one"][0][1] != first["one"][0][1]
    assert later["three"][0][1] == first["three"][0][1]
    with app.store.session() as session:
        row = session.scalars(select(DrillScript)).one()
        assert len(bytes.fromhex(row.sealing_key)) == 32
        logged = str([(one.subject_id, one.data) for one in session.scalars(select(Event))])
        assert row.sealing_key not in logged
        assert row.sealing_key not in str(script_told(session, PLANNER, drill.id, "zh"))


# --- in the browser ----------------------------------------------------------------------------


expect.set_options(timeout=PATIENCE_MS)


class Reader:
    """A browser without a network that opens files, and what must not happen in it."""

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        context.set_offline(True)
        context.route("**/*", self._pass)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda one: self.wrong.append(one.text))
        self.page.on("dialog", lambda one: one.accept())

    def _pass(self, route: Route) -> None:
        if not route.request.url.startswith(("file:", "data:")):
            self.wrong.append(route.request.url)
        route.continue_()


def test_the_right_code_opens_its_inject(
    tiny_app: App, drill: Drill, browser: Browser, tmp_path: Path
) -> None:
    vendor = STATIC / "vendor"
    shown = codes(staff(tiny_app, drill, vendor))
    (number, code), other = shown["one"][0], shown["two"][0][1]
    file = tmp_path / "hq1.html"
    file.write_text(player(tiny_app, drill, "hq1", vendor), encoding="utf-8")
    reader = Reader(browser.new_context(timezone_id="America/Lima"))
    page = reader.page
    page.goto(file.as_uri())
    card = page.locator(f".envelope[data-number='{number}']")
    expect(page.locator(".envelope")).to_have_count(NUMBERED_BY)
    expect(page.locator("#mark")).to_be_visible()
    expect(page.locator(".spot")).to_have_count(2)
    expect(page.locator("#map")).to_contain_text("甲队")
    for wrong in ("abcde-fghjk", other):
        card.locator("input").fill(wrong)
        card.locator("button").click()
        expect(card.locator(".fault")).to_contain_text("口令不对")
    card.locator("input").fill(f" {code.upper().replace('-', ' ')}")
    card.locator("button").click()
    expect(card.locator("blockquote")).to_have_text(HQ1 + EVIL)
    expect(card).to_contain_text("暗语发出者")
    expect(page.locator("article.open")).to_have_count(1)
    page.reload()
    expect(card.locator("blockquote")).to_have_text(HQ1 + EVIL)
    expect(page.locator("article.open")).to_have_count(1)
    assert "暗语题目" not in page.content()
    assert reader.wrong == []
    page.context.close()


def test_the_clock_of_the_controllers(
    tiny_app: App, drill: Drill, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "controllers.html"
    page_made = staff(tiny_app, drill, STATIC / "vendor", "en")
    file.write_text(page_made, encoding="utf-8")
    reader = Reader(browser.new_context())
    page = reader.page
    page.goto(file.as_uri())
    expect(page.locator(".due")).to_have_count(0)
    page.get_by_role("button", name="Start").click()
    first = page.locator("article[data-key=one]")
    expect(page.locator(".inject.due")).to_have_count(1)
    expect(first).to_have_class("inject due")
    first.locator("input").check()
    expect(first).to_have_class("inject played")
    expect(first.locator("output")).to_contain_text("T+0")
    page.reload()
    expect(first.locator("input")).to_be_checked()
    expect(page.locator(".time")).to_contain_text("T+0:")
    expect(page.locator("#map path")).to_have_count(2)
    page.get_by_role("button", name="Reset the clock").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert reader.wrong == []
    page.context.close()
