"""A crew's phone, by a name that is not localhost: over HTTPS behind nginx, and over plain HTTP."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import select

from gisapp.bootstrap import App, open_app
from gisapp.events import Event
from gisapp.incidents.crew_links import make_link
from gisapp.incidents.models import Assignment
from gisapp.incidents.orders import find_assignment, set_state
from gisapp.incidents.positions.models import UnitPosition
from gisapp.incidents.vocabulary import ACTIVE
from gisapp.settings import Settings
from gisapp.store import Store
from tests.conftest import BROWSERS, absent
from tests.incidents.acting import do, opened, ordered
from tests.patience import PATIENCE_S
from tests.serving import free_port, served

NAME = "gis.example.internal"
OPERATION = Path(__file__).resolve().parents[2] / "docs" / "operation.md"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
HERE = (100.01, 30.0)
CREW = "crew:T1@phone"


@dataclass(frozen=True, kw_only=True)
class Office:
    """A site served: by nginx over HTTPS, and as it is."""

    app: App
    https: str
    http: str
    ca: Path


def blocks(language: str) -> str:
    """What the documentation says to type, in one language."""
    text = OPERATION.read_text(encoding="utf-8").split("Phone page over HTTPS")[1]
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, tiny_site_made: Path) -> Iterator[Office]:
    """The commands and the configuration of the documentation, with free ports."""
    if NGINX is None or shutil.which("certutil") is None:
        absent("no nginx or certutil on this machine: install nginx-light, libnss3-tools")
    folder = tmp_path_factory.mktemp("office")
    subprocess.run(["bash", "-euc", blocks("sh")], cwd=folder, check=True, capture_output=True)
    site = Path(shutil.copytree(tiny_site_made, folder / "site"))
    settings = Settings(dir=site, proxies=1, trusted_hosts=[NAME])
    with ExitStack() as stack:
        (server,) = stack.enter_context(served(settings))
        app = open_app(settings)
        stack.callback(app.store.close)
        port, nginx = start_nginx(folder, server.port)
        stack.callback(nginx.wait)
        stack.callback(nginx.terminate)
        yield Office(
            app=app,
            https=f"https://{NAME}:{port}",
            http=f"http://{NAME}:{server.port}",
            ca=folder / "ca.crt",
        )


def start_nginx(folder: Path, behind: int) -> tuple[int, subprocess.Popen[bytes]]:
    """Nginx as the documentation configures it, before the server at a port; its own port."""
    port = free_port()
    conf = (
        blocks("nginx")
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
        .replace("/etc/nginx/gisapp/", f"{folder}/")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log {folder}/access.log;\n{conf}}}\n",
        encoding="utf-8",
    )
    return port, subprocess.Popen([str(NGINX), "-e", str(folder / "error.log"), "-c", str(whole)])


@pytest.fixture(scope="module")
def phone(office: Office, browser: Browser) -> Iterator[Browser]:
    """A browser that finds the name and trusts the office's authority, and no other new one."""
    home = office.ca.parent / "home"
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for given in (
        ("-N", "--empty-password"),
        ("-A", "-n", "office", "-t", "C,,", "-i", str(office.ca)),
    ):
        subprocess.run(["certutil", "-d", f"sql:{store}", *given], check=True)
    started = browser.browser_type.launch(
        executable_path=next(filter(None, map(shutil.which, BROWSERS))),
        args=["--no-sandbox", "--no-proxy-server", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
        env={**os.environ, "HOME": str(home)},
    )
    yield started
    started.close()


@pytest.fixture
def hand(phone: Browser) -> Iterator[BrowserContext]:
    """The phone in a hand, at a place that it may tell."""
    context = phone.new_context(
        viewport={"width": 360, "height": 740},
        locale="zh-CN",
        geolocation={"longitude": HERE[0], "latitude": HERE[1], "accuracy": 12.0},
        permissions=["geolocation"],
    )
    yield context
    context.close()


@pytest.fixture
def sent(office: Office) -> Iterator[tuple[Assignment, str]]:
    """A unit ordered, and the secret of its link; free again afterwards."""
    store = office.app.store
    (row,) = ordered(store, opened(store), "T1")
    yield row, do(store, make_link, row.id)
    with store.session() as session:
        state = find_assignment(session, row.id).state
    if state in ACTIVE:
        ended = "released" if state == "on_scene" else "stood_down"
        do(store, set_state, row.id, ended, seen=state, why="演练结束")


def told(store: Store, row: Assignment) -> list[tuple[str, str]]:
    with store.session() as session:
        rows = session.scalars(
            select(Event)
            .where(Event.kind == "assignment", Event.subject_id == row.id, Event.what != "order")
            .order_by(Event.seq)
        )
        return [(one.what, one.who) for one in rows]


def places(store: Store, since: datetime) -> list[tuple[str, float, float, float | None, str]]:
    with store.session() as session:
        rows = session.scalars(select(UnitPosition).where(UnitPosition.at >= since))
        return [(one.unit_id, one.x, one.y, one.accuracy_m, one.source) for one in rows]


def test_over_https_the_phone_sends_where_it_is_and_what_waited_once(
    office: Office, hand: BrowserContext, sent: tuple[Assignment, str]
) -> None:
    store, (row, secret) = office.app.store, sent
    page = hand.new_page()
    page.goto(f"{office.https}/field/{secret}")
    expect(page.locator("#position")).to_contain_text("已定位，误差 12 米")
    expect(page.locator("#sending")).to_contain_text("位置共 1 条")
    assert places(store, row.ordered_at) == [("T1", *HERE, 12.0, "phone")]

    page.click("[data-state=en_route]")
    expect(page.locator("#now")).to_contain_text("出动")
    expect(page.locator("body")).to_have_attribute("data-waiting", "0")
    assert told(store, row) == [("set_out", CREW)]

    hand.set_offline(True)
    page.click("[data-state=on_scene]")
    expect(page.locator("#waiting")).to_contain_text("到场")
    assert told(store, row) == [("set_out", CREW)]
    hand.set_offline(False)
    expect(page.locator("body")).to_have_attribute("data-waiting", "0")
    assert told(store, row) == [("set_out", CREW), ("arrive", CREW)]

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.click("[data-state=released]")
    page.click("#ask button[type=submit]")
    expect(page.locator("#over")).to_have_text("任务已结束，此链接不再有效。")
    answer = page.goto(f"{office.https}/field/{secret}")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("body")).to_contain_text("向指挥中心索取新的链接")
    page.goto(f"{office.https}/incidents/{row.incident_id}")
    expect(page.locator("#login")).to_be_visible()  # the link let nobody in anywhere else
    assert secret not in (office.ca.parent / "access.log").read_text(encoding="utf-8")


def test_over_plain_http_no_place_is_sent_and_the_page_says_so(
    office: Office, hand: BrowserContext, sent: tuple[Assignment, str]
) -> None:
    store, (row, secret) = office.app.store, sent
    page = hand.new_page()
    page.goto(f"{office.http}/field/{secret}")
    expect(page.locator("#position")).to_contain_text("浏览器不提供定位，位置不上报")
    page.click("[data-state=refused]")
    page.fill("#ask [name=why]", "车辆故障")
    page.click("#ask button[type=submit]")
    expect(page.locator("#over")).to_be_visible()
    assert told(store, row) == [("refuse", CREW)]
    assert places(store, row.ordered_at) == []


def test_the_certificate_holds_for_the_name_by_the_offices_authority_alone(
    office: Office,
) -> None:
    port = int(office.https.rpartition(":")[2])
    for trusted, refused in ((str(office.ca), False), (None, True)):
        context = ssl.create_default_context(cafile=trusted)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain:
            if refused:
                with pytest.raises(ssl.SSLCertVerificationError):
                    context.wrap_socket(plain, server_hostname=NAME)
            else:
                with context.wrap_socket(plain, server_hostname=NAME) as held:
                    assert held.version() in {"TLSv1.2", "TLSv1.3"}


def test_the_server_believes_its_proxy_that_it_is_asked_over_https(office: Office) -> None:
    port = int(office.https.rpartition(":")[2])
    context = ssl.create_default_context(cafile=str(office.ca))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname=NAME) as held,
    ):
        held.sendall(f"GET /sign-in HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode())
        answer = held.makefile("rb").read().decode()
    assert " 200 " in answer.splitlines()[0]
    (cookie,) = re.findall(r"(?i)^set-cookie: (.*)$", answer, re.MULTILINE)
    assert "Secure" in cookie
