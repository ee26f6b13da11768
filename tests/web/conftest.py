"""A served site and a browser to look at it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
)
from sqlalchemy import select
from werkzeug.datastructures import Headers
from werkzeug.serving import make_server

from gisapp.accounts.credentials import derived
from gisapp.accounts.models import Account
from gisapp.accounts.signin import begin_session
from gisapp.bootstrap import App
from gisapp.rights import Role
from tests.patience import PATIENCE_MS
from web import create_app
from web.assets import STATIC
from web.identity import CSRF_HEADER

expect.set_options(timeout=PATIENCE_MS)


class PageClient(FlaskClient):
    """A client that sends back, as our own pages do, what proves where a change comes from."""

    proof = ""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        headers = Headers(kwargs.pop("headers", None) or {})
        if self.proof and CSRF_HEADER not in headers:
            headers[CSRF_HEADER] = self.proof
        return super().open(*args, headers=headers, **kwargs)


class SignedIn(Protocol):
    """Makes a client of somebody signed in."""

    def __call__(self, role: Role | str, county: str | None = None) -> PageClient: ...


@pytest.fixture
def flask_app(tiny_app: App) -> Flask:
    made = create_app(tiny_app)
    made.test_client_class = PageClient
    return made


def begin(app: App, role: Role | str, county: str | None = None) -> str:
    """The token of a new session of somebody with this role: login and name are the role's."""
    login = str(role) if county is None else f"{role}.{county}"
    with app.store.session(write=True) as session:
        found = select(Account).where(Account.login_folded == login)
        account = session.scalars(found).one_or_none()
        if account is None:
            account = Account(
                login=login,
                login_folded=login,
                name=login,
                role=str(role),
                county=county,
                password_hash="nobody knows it",
                created_at=datetime.now(UTC),
                created_by="test",
            )
            session.add(account)
            session.flush()
        return begin_session(session, account, address="127.0.0.1", browser="test", max_hours=24)


@pytest.fixture
def signed_in(flask_app: Flask, tiny_app: App) -> SignedIn:
    """Makes clients of people by their role, and county where it is limited to one."""

    def sign_in(role: Role | str, county: str | None = None) -> PageClient:
        client = flask_app.test_client()
        assert isinstance(client, PageClient)
        token = begin(tiny_app, role, county)
        client.set_cookie(f"gisapp-session-{tiny_app.settings.port}", token)
        client.proof = derived(token, "csrf")
        return client

    return sign_in


@pytest.fixture
def client(signed_in: SignedIn) -> PageClient:
    """An administrator, signed in."""
    return signed_in(Role.ADMINISTRATOR)


@pytest.fixture
def anonymous(flask_app: Flask) -> FlaskClient:
    """Somebody who has not signed in."""
    return flask_app.test_client()


def sign_browser_in(
    context: BrowserContext,
    app: App,
    origin: str,
    role: Role | str = Role.ADMINISTRATOR,
    county: str | None = None,
) -> None:
    """Give a browser the session of somebody with this role."""
    name = f"gisapp-session-{app.settings.port}"
    token = begin(app, role, county)
    context.add_cookies([{"name": name, "value": token, "url": origin, "sameSite": "Strict"}])


@pytest.fixture
def served(flask_app: Flask) -> Iterator[str]:
    """Address of the tiny site, served."""
    server = make_server("127.0.0.1", 0, flask_app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Watch:
    """What must not happen on a page: foreign requests, errors of scripts."""

    def __init__(self, page: Page, origin: str) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.expected_statuses: set[int] = set()
        page.on("request", lambda request: self._check(request, origin))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _check(self, request: Request, origin: str) -> None:
        if not request.url.startswith((origin, "data:")):
            self.foreign.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        refused = any(f"status of {status}" in message.text for status in self.expected_statuses)
        if message.type in {"error", "warning"} and not refused:
            self.errors.append(f"{message.text} {message.location['url']}".strip())


class Console:
    """The console in a browser."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.watch = Watch(page, origin)

    def open(self, address: str = "/") -> None:
        self.page.goto(self.origin + address)
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_selector("body[data-ready=true]")

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a coordinate lies on the screen, from the map's own readout at its centre."""
        self.page.wait_for_selector("#map:not([aria-busy])")
        box = self.page.locator("#map").bounding_box()
        assert box is not None
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.move(*middle)
        lon, lat, zoom = self.page.inner_text("#readout").replace(",", "").replace("Z", "").split()
        pixels = 256 * 2 ** float(zoom) / 360
        # A degree of latitude is 1 / cos(30°) times as long on the screen at latitude 30.
        return (
            middle[0] + (x - float(lon)) * pixels,
            middle[1] - (y - float(lat)) * pixels / 0.8660254,
        )

    def click(self, x: float, y: float) -> None:
        self.page.mouse.click(*self.point(x, y))

    def answer(self) -> dict[str, list[str]]:
        """The proposals shown: team id → texts of its figures."""
        self.page.wait_for_selector("#answer:not([aria-busy]) tbody")
        rows = self.page.locator("#answer tbody")
        return {
            str(rows.nth(number).get_attribute("data-id")): rows.nth(number)
            .locator("tr:first-child > *")
            .all_inner_texts()
            for number in range(rows.count())
        }


@pytest.fixture
def console(browser: Browser, served: str, tiny_app: App) -> Iterator[Console]:
    """A console at a desk, in Chinese; closes with a check of what must not happen."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="zh-CN",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    sign_browser_in(context, tiny_app, served)
    made = Console(context.new_page(), served)
    yield made
    context.close()
    assert made.watch.foreign == []
    assert made.watch.errors == []


@pytest.fixture(scope="session")
def web_folder() -> Path:
    return STATIC.parent
