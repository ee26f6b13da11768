"""Copies of a county on the web page: taken, merged back, decided on, in a real browser too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, expect
from werkzeug.test import TestResponse

from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.exchange.copies import by_hand, held, put
from tests.patience import PATIENCE_MS
from tests.web.conftest import PageClient, SignedIn, sign_browser_in

OWN = "990001"


@pytest.fixture
def copy(client: PageClient, tmp_path: Path) -> Path:
    answer = client.post("/exchange/copies", data={"county": OWN})
    assert answer.mimetype == "application/geopackage+sqlite3"
    assert f"county-{OWN}-X" in answer.headers["Content-Disposition"]
    path = tmp_path / "county.gpkg"
    path.write_bytes(answer.data)
    return path


def post(client: PageClient, content: bytes, **fields: str) -> TestResponse:
    """Send a file as a form does; written here because the test client leaves files open."""
    head = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += '--cut\r\nContent-Disposition: form-data; name="file"; filename="c.gpkg"\r\n\r\n'
    return client.post(
        "/exchange/merge",
        data=head.encode() + content + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
    )


def send(client: PageClient, path: Path, **fields: str) -> str:
    answer = post(client, path.read_bytes(), **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_copy_comes_back_with_its_conflicts(
    client: PageClient, tiny_app: App, copy: Path
) -> None:
    by_hand(copy, "UPDATE team SET name = '那边', people = 3 WHERE id = 'T1'")
    put(tiny_app.store, "team", {"id": "T1", "name": "这边"})
    told = send(client, copy, dry_run="1")
    assert "试运行" in told
    assert held(tiny_app.store, "team")["T1"]["people"] == 10
    assert "更新 1，冲突 1" in send(client, copy)
    assert held(tiny_app.store, "team")["T1"]["people"] == 3
    page = client.get("/exchange").text
    assert all(f"名称: {name}" in page for name in ("甲队", "这边", "那边"))
    number = re.search(r'data-number="(\d+)"', page)
    assert number is not None
    address = f"/exchange/conflicts/{number[1]}"
    stale = client.post(address, data={"side": "theirs", "seen": '{"name": "旧"}'})
    assert stale.status_code == 409
    assert client.post(address, data={"side": "theirs"}).status_code == 303
    assert held(tiny_app.store, "team")["T1"]["name"] == "那边"
    assert "没有待处理的冲突" in client.get("/exchange").text
    assert client.post(address, data={"side": "ours"}).status_code == 400


def test_rights(
    signed_in: SignedIn, client: PageClient, anonymous: FlaskClient, copy: Path
) -> None:
    other = signed_in(Role.COUNTY_EDITOR, "990002")
    assert post(other, copy.read_bytes()).status_code == 403
    duty = signed_in(Role.DUTY_OFFICER)
    page = duty.get("/exchange").text
    assert "合并副本" not in page
    assert post(duty, copy.read_bytes()).status_code == 403
    assert signed_in(Role.VIEWER).get("/exchange").status_code == 403
    assert anonymous.get("/exchange").status_code in {302, 401}


def test_what_is_no_copy_is_said_in_a_sentence(client: PageClient) -> None:
    for content in (b"", b"junk" * 100, b"SQLite format 3\x00" + b"\x00" * 4000):
        answer = post(client, content)
        assert answer.status_code == 400
        assert "Traceback" not in answer.text


def test_a_damaged_copy_is_said_in_both_languages_and_not_logged(
    client: PageClient, copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = copy.read_bytes()[: copy.stat().st_size * 2 // 3]
    caplog.set_level("DEBUG")
    for lang, words in (("zh", "已损坏"), ("en", "is damaged")):
        client.set_cookie("lang", lang)
        answer = post(client, content)
        assert answer.status_code == 400
        assert words in answer.get_json()["error"]["message"]
    assert not any(record.exc_info for record in caplog.records)


def test_names_of_a_copy_are_text_on_the_page(
    client: PageClient, tiny_app: App, copy: Path
) -> None:
    by_hand(copy, "UPDATE team SET name = '<script>alert(1)</script>' WHERE id = 'T1'")
    put(tiny_app.store, "team", {"id": "T1", "name": "<b>这边</b>"})
    send(client, copy)
    page = client.get("/exchange").text
    assert "<script>alert" not in page
    assert "<b>这边" not in page


@pytest.fixture
def context(browser: Browser, served: str, tiny_app: App) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="zh-CN", accept_downloads=True)
    made.set_default_timeout(PATIENCE_MS)
    sign_browser_in(made, tiny_app, served)
    yield made
    made.close()


def test_a_person_takes_merges_and_decides_in_the_browser(
    context: BrowserContext, served: str, tiny_app: App, tmp_path: Path
) -> None:
    page = context.new_page()
    page.goto(f"{served}/exchange")
    with page.expect_download() as waiting:
        page.click("#take button[type=submit]")
    path = tmp_path / "county.gpkg"
    waiting.value.save_as(path)
    by_hand(path, "UPDATE team SET name = '那边' WHERE id = 'T1'", "DELETE FROM team WHERE id='T2'")
    put(tiny_app.store, "team", {"id": "T1", "name": "这边"})
    page.set_input_files("#file", path)
    page.click("#merge button.primary")
    expect(page.locator("#outcome")).to_contain_text("冲突 2")
    page.locator("#conflicts tr", has_text="那边").get_by_role("button", name="采用副本").click()
    expect(page.locator("#waiting")).to_have_text("1")
    page.locator("#conflicts tr", has_text="T2").get_by_role("button", name="采用副本").click()
    expect(page.locator("#waiting")).to_have_text("0")
    teams = held(tiny_app.store, "team")
    assert teams["T1"]["name"] == "那边"
    assert teams["T2"]["retired_at"] is not None
