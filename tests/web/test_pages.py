"""Pages, static files, headers: what a browser is given and allowed."""

from __future__ import annotations

import gzip
import json
import re
import string
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web.assets import STATIC, fingerprint
from web.map.page import MODULES
from web.security import CONTENT_SECURITY_POLICY

MEGABYTE = 1_000_000
KEY = re.compile(r"""\bt\(\s*["']([a-z_.0-9]+)["']""")


def page(client: FlaskClient, **cookies: str) -> str:
    for name, value in cookies.items():
        client.set_cookie(name, value)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def configuration(text: str) -> dict[str, object]:
    found = re.search(r'id="console-config">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    loaded: dict[str, object] = json.loads(found[1])
    return loaded


def test_the_page_in_both_languages_and_themes(client: FlaskClient) -> None:
    chinese = page(client)
    assert '<html lang="zh-CN" data-theme="auto">' in chinese
    assert "<title>试验市 · 应急调度图</title>" in chinese
    english = page(client, lang="en", theme="dark")
    assert '<html lang="en" data-theme="dark">' in english
    assert "Test Prefecture" in english


def test_synthetic_data_is_marked_in_both_languages(client: FlaskClient) -> None:
    assert "<b>合成数据</b> <span>Synthetic data</span>" in page(client)


def test_cookies_cannot_put_anything_into_the_page(client: FlaskClient) -> None:
    made = page(client, theme='"><script>', lang="xx")
    assert 'data-theme="auto"' in made
    assert '<html lang="zh-CN"' in made


def test_the_page_names_no_foreign_address(client: FlaskClient) -> None:
    assert not re.search(r"https?://|//[a-z]", page(client).replace("http://www.w3.org", ""))


def test_page_and_files_weigh_less_than_a_megabyte(client: FlaskClient) -> None:
    if not (STATIC / "vendor").is_dir():
        pytest.skip("web/static/vendor is empty: install the package (pip install -e .)")
    made = page(client)
    files = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', made))
    total = len(made.encode())
    for address in files:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            total += len(answer.data)
    assert len(files) > 20
    assert total < MEGABYTE


def test_no_module_asks_for_one_that_is_not_there() -> None:
    for file in (STATIC / "js").glob("*.js"):
        for name in re.findall(r'"\./(\w+)\.js"', file.read_text(encoding="utf-8")):
            assert (STATIC / "js" / f"{name}.js").is_file(), f"{file.name}: {name}"


def test_every_module_is_fetched_ahead() -> None:
    needed, found = ["main"], {"main"}
    while needed:
        text = (STATIC / "js" / f"{needed.pop()}.js").read_text(encoding="utf-8")
        new = set(re.findall(r'^import .*?"\./(\w+)\.js";$', text, re.MULTILINE)) - found
        needed, found = needed + sorted(new), found | new
    assert found == {*MODULES, "main"}
    assert list(MODULES) == sorted(MODULES)


def test_files_are_kept_for_good_under_an_address_of_their_content(client: FlaskClient) -> None:
    address = re.search(r'src="(/assets/[^"]+/js/main\.js)"', page(client))
    assert address is not None
    with client.get(address[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype == "text/javascript"
        tag = answer.headers["ETag"]
    with client.get(address[1], headers={"If-None-Match": tag}) as again:
        assert again.status_code == 304
    assert client.get("/assets/old/js/main.js").status_code == 404


@pytest.mark.parametrize("name", ["../__init__.py", "%2e%2e/__init__.py", "..%2ffactory.py"])
def test_files_outside_the_folder_stay_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{fingerprint(STATIC)}/{name}").status_code == 404


def test_a_changed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "a").write_text("2")
    assert fingerprint(tmp_path) != first


@pytest.mark.parametrize("address", ["/", "/api/closures", "/nothing", "/api/nothing", "/healthz"])
def test_every_answer_carries_the_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_the_policy_lets_nothing_inline_or_foreign_run() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, False),
    ],
)
def test_changes_come_from_our_own_pages_only(
    client: FlaskClient, headers: dict[str, str], allowed: bool
) -> None:
    for answer in (
        client.post("/api/closures", json={}, headers=headers),
        client.post("/api/dispatch", json={}, headers=headers),
        client.delete("/api/closures/x", headers=headers),
    ):
        assert (answer.status_code != 403) is allowed
        if not allowed:
            assert answer.get_json()["error"]["code"] == "web.http_403"


def test_long_answers_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    plain = client.get("/")
    assert "Content-Encoding" not in plain.headers
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]
    short = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in short.headers


def test_a_person_gets_a_page_for_an_error(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "There is no such page" in answer.get_data(as_text=True)
    assert "Back to the map" in answer.get_data(as_text=True)


def messages(web_folder: Path, lang: str) -> dict[str, str]:
    text = (web_folder / "messages" / f"{lang}.json").read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


def test_both_languages_say_the_same(web_folder: Path) -> None:
    chinese, english = messages(web_folder, "zh"), messages(web_folder, "en")
    assert list(chinese) == list(english) == sorted(english)
    for key, text in english.items():
        names = [
            {name for _, name, _, _ in string.Formatter().parse(one) if name}
            for one in (text, chinese[key])
        ]
        assert names[0] == names[1], key


def test_every_text_that_a_module_or_template_asks_for_is_there(web_folder: Path) -> None:
    known = messages(web_folder, "en").keys()
    asked = set()
    for path in (web_folder / "static" / "js").glob("*.js"):
        asked |= set(KEY.findall(path.read_text(encoding="utf-8")))
    for path in (web_folder / "templates").glob("*.html"):
        asked |= set(re.findall(r"t\['([a-z_.0-9]+)'\]", path.read_text(encoding="utf-8")))
    assert asked - known == set()


def test_the_lock_names_no_registry(web_folder: Path) -> None:
    lock = (web_folder / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "http" not in lock
    pinned = json.loads((web_folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
