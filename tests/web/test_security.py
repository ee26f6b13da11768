"""Who may ask what: every address, every role, tokens, and where a change comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from gisapp.accounts.models import Account, AccountSession
from gisapp.bootstrap import App
from gisapp.events import Event, EventCount
from gisapp.incidents.models import RoadClosure
from gisapp.registers.kinds.team import Team
from gisapp.rights import ROLE_RIGHTS, Right, Role
from gisapp.settings import Settings
from tests.people import with_account, with_token
from tests.web.conftest import PageClient, SignedIn
from web import create_app
from web.access import Gate, access_to, menu
from web.identity import safe_target

HTML = {"Accept": "text/html"}
PHONE = "13812341234"
AREA = [[100.0, 29.9], [100.1, 29.9], [100.1, 30.1], [100.0, 29.9]]
SQUARE = {"type": "Polygon", "coordinates": [AREA]}


def rules(flask: Flask) -> list[tuple[Rule, str]]:
    """Every address with each of its methods."""
    return [
        (rule, method)
        for rule in flask.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(rule: Rule) -> str:
    """An address of the rule: figures where it wants figures, else a word."""
    text = re.sub(r"<int(?:\([^)]*\))?:\w+>", "1", rule.rule)
    return re.sub(r"<[^>]+>", "x", text)


@pytest.fixture(autouse=True)
def context(flask_app: Flask) -> Iterator[None]:
    """Addresses are asked of an application."""
    with flask_app.app_context():
        yield


def test_every_address_says_what_it_asks_for(flask_app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in flask_app.url_map.iter_rules()
        if not hasattr(flask_app.view_functions[rule.endpoint], "gisapp_needs")
    ]
    assert silent == []


def test_the_menu_is_what_the_pages_say(flask_app: Flask) -> None:
    assert [one.code for one in menu(flask_app)] == [
        "map", "incidents", "wall", "run_cards", "registers", "planning", "plans", "drills",
        "quality", "risks",
        "imports", "exchange", "accounts", "audit",
    ]  # fmt: skip


def test_what_is_open_is_named_here(flask_app: Flask) -> None:
    """A list to be thought about whenever it grows."""
    asked = {
        rule.endpoint
        for rule, method in rules(flask_app)
        if access_to(rule.endpoint, method) is Gate.OPEN
    }
    assert asked == {
        "assets",
        "map.health",
        "accounts.sign_in",
    }


def test_what_a_link_opens_is_named_here(flask_app: Flask, anonymous: FlaskClient) -> None:
    """The pages of a crew's phone; an invented link opens none of them."""
    asked = {
        (rule.endpoint, method)
        for rule, method in rules(flask_app)
        if access_to(rule.endpoint, method) is Gate.LINK
    }
    assert asked == {
        ("field.page", "GET"),
        ("field.order", "GET"),
        ("field.say_state", "POST"),
        ("field.say_where", "POST"),
    }
    readings = [{"at": "2026-01-01T00:00:00Z", "x": 100, "y": 30}]
    answers = [
        anonymous.get("/field/invented"),
        anonymous.get("/field/invented/order"),
        anonymous.post("/field/invented/state", json={"state": "en_route"}),
        anonymous.post("/field/invented/positions", json={"readings": readings}),
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert "链接无效" in answer.text


def test_an_address_without_an_entry_is_for_administrators_only() -> None:
    assert access_to("new.thing", "GET") is Right.ADMINISTER


def test_whoever_has_not_signed_in_gets_nowhere(flask_app: Flask, anonymous: FlaskClient) -> None:
    for rule, method in rules(flask_app):
        if access_to(rule.endpoint, method) in {Gate.OPEN, Gate.LINK}:
            continue
        answer = anonymous.open(address(rule), method=method)
        assert answer.status_code == 401, rule
        assert answer.get_json()["error"]["code"] == "accounts.sign_in"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        for_programs = rule.rule.startswith(("/api/", "/ogc", "/feeds"))
        answer = anonymous.open(address(rule), method=method, headers=HTML)
        assert answer.status_code == (401 if for_programs else 302), rule
        if not for_programs:
            assert answer.location.startswith("/sign-in?next=")
    assert anonymous.get("/api/nothing").status_code == 401
    assert anonymous.get("/healthz").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_exactly_what_the_table_says(
    flask_app: Flask, signed_in: SignedIn, role: Role
) -> None:
    client = signed_in(role, "990001" if role is Role.COUNTY_EDITOR else None)
    for rule, method in rules(flask_app):
        wanted = access_to(rule.endpoint, method)
        if rule.endpoint == "accounts.sign_out" or not isinstance(wanted, Right):
            continue
        answer = client.open(address(rule), method=method)
        refused = (
            answer.status_code == 403
            and answer.is_json
            and answer.get_json()["error"]["code"] == "accounts.forbidden"
        )
        allowed = wanted in ROLE_RIGHTS[role]
        assert refused is not allowed, (rule, method, answer.status_code)


def test_accounts_and_tokens_are_for_who_manages_them(flask_app: Flask) -> None:
    for_everyone = {"accounts.sign_in", "accounts.sign_out", "accounts.password"}
    for rule, method in rules(flask_app):
        if rule.endpoint.startswith("accounts.") and rule.endpoint not in for_everyone:
            auditing = rule.endpoint == "accounts.audit"
            wanted = Right.SEE_AUDIT if auditing else Right.MANAGE_ACCOUNTS
            assert access_to(rule.endpoint, method) is wanted, rule


WRITES = [
    ("accounts.add", "/accounts", {"login": "n", "name": "n", "role": "administrator"}),
    ("accounts.edit", "/accounts/administrator", {"name": "n", "role": "viewer"}),
    ("accounts.disable", "/accounts/administrator/disable", {}),
    ("accounts.enable", "/accounts/administrator/enable", {}),
    ("accounts.reset", "/accounts/administrator/reset-password", {}),
    ("accounts.end_session", "/accounts/administrator/sessions/1/end", {}),
    ("accounts.tokens", "/tokens", {"name": "n", "agency": "a"}),
    ("accounts.revoke", "/tokens/1/revoke", {}),
]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(("endpoint", "path", "form"), WRITES, ids=[one[0] for one in WRITES])
def test_a_slip_in_the_table_gives_nobody_the_accounts(
    signed_in: SignedIn,
    tiny_app: App,
    flask_app: Flask,
    *,
    monkeypatch: pytest.MonkeyPatch,
    endpoint: str,
    path: str,
    form: dict[str, str],
) -> None:
    """The use cases ask for the right themselves: `client` is the administrator, session 1."""
    with_token(
        tiny_app.store,
        name="t",
        agency="a",
        rights=[],
        days=1,
    )
    viewer = signed_in(Role.VIEWER)

    def changes() -> list[tuple[str, str]]:
        with tiny_app.store.session() as session:
            found = session.scalars(select(Event).where(Event.who == "viewer")).all()
            return [(one.what, one.subject_id) for one in found]

    before = changes()
    view = flask_app.view_functions[endpoint]
    monkeypatch.setattr(view, "gisapp_needs", Right.VIEW)
    answer = viewer.post(path, data=form)
    assert answer.status_code == 403, answer.get_data(as_text=True)
    assert answer.get_json()["error"]["code"] == "accounts.forbidden"
    assert changes() == before


def test_refusals_are_counted_by_the_hour(
    signed_in: SignedIn, tiny_app: App, client: PageClient
) -> None:
    viewer = signed_in(Role.VIEWER)
    for number in range(30):
        assert viewer.post("/api/closures", json={}).status_code == 403
        assert viewer.get(f"/accounts/a{number}").status_code == 403
    page = client.get("/audit?show=counts&what=refused").text
    assert "POST /api/closures" in page
    with tiny_app.store.session() as session:
        found = session.scalars(select(EventCount).order_by(EventCount.subject)).all()
        assert session.scalars(select(Event).where(Event.what == "refused")).all() == []
    # More than one row each only where the hour changed meanwhile.
    assert {(one.who, one.subject) for one in found} == {
        ("viewer", "GET /accounts/<login> · 127.0.0.1"),
        ("viewer", "POST /api/closures · 127.0.0.1"),
    }
    assert sum(one.times for one in found) == 60
    assert found[0].data is not None
    assert found[0].data["target"].startswith("GET /accounts/a")


def test_changes_carry_the_name_of_who_made_them(signed_in: SignedIn, tiny_app: App) -> None:
    officer = signed_in(Role.DUTY_OFFICER)
    made = officer.post("/api/closures", json={"polygon": SQUARE, "reason": "x"}).get_json()
    officer.delete(f"/api/closures/{made['id']}?why=x")
    with tiny_app.store.session() as session:
        closure = session.scalars(select(RoadClosure)).one()
        events = session.scalars(select(Event).where(Event.subject_id == made["id"])).all()
    assert (closure.closed_by, closure.lifted_by) == ("duty_officer", "duty_officer")
    assert {one.who for one in events} == {"duty_officer"}


@pytest.mark.parametrize("proof", ["", "wrong", "0" * 64, "é"])
def test_a_change_without_our_pages_proof_is_refused(client: PageClient, proof: str) -> None:
    for answer in (
        client.post("/api/closures", json={}, headers={"X-CSRF-Token": proof}),
        client.delete("/api/closures/x", headers={"X-CSRF-Token": proof}),
        client.post("/accounts", data={"csrf_token": proof}, headers={"X-CSRF-Token": ""}),
    ):
        assert answer.status_code == 403
        assert answer.get_json()["error"]["code"] == "web.bad_csrf"


def test_a_proof_belongs_to_one_session(client: PageClient, signed_in: SignedIn) -> None:
    other = signed_in(Role.VIEWER)
    headers = {"X-CSRF-Token": other.proof}
    assert client.post("/api/closures", json={}, headers=headers).status_code == 403
    assert client.post("/api/closures", json={}).status_code == 400


def test_every_form_of_every_page_carries_the_proof(client: PageClient) -> None:
    for page in ("/", "/accounts", "/accounts/administrator", "/tokens", "/password", "/sign-in"):
        text = client.get(page, headers=HTML).get_data(as_text=True)
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL)
        assert forms
        for form in forms:
            assert re.search(r'name="csrf_token" value="[0-9a-f]{64}"', form), page


def test_reading_needs_no_proof(client: PageClient) -> None:
    headers = {"X-CSRF-Token": "wrong"}
    assert client.get("/api/closures", headers=headers).status_code == 200


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_has_its_rights_and_needs_no_proof(anonymous: FlaskClient, tiny_app: App) -> None:
    token = with_token(
        tiny_app.store,
        name="n",
        agency="a",
        rights=["close_roads"],
        days=1,
    )
    body = {"polygon": SQUARE, "reason": "x"}
    made = anonymous.post("/api/closures", json=body, headers=bearer(token))
    assert made.status_code == 201
    assert made.get_json()["closed_by"] == "token:n"
    asked = anonymous.post("/api/dispatch", json={}, headers=bearer(token))
    assert asked.status_code == 403
    assert anonymous.get("/password", headers=bearer(token)).status_code == 401


def test_a_wrong_token_is_nobody_even_beside_a_session(client: PageClient) -> None:
    assert client.get("/api/closures").status_code == 200
    assert client.get("/api/closures", headers=bearer("wrong")).status_code == 401
    assert client.get("/api/closures", headers=bearer("")).status_code == 401


def test_a_cookie_of_another_makes_nobody(anonymous: FlaskClient, tiny_app: App) -> None:
    for value in ("", "x", "x" * 4_000, "'; drop table account; --"):
        anonymous.set_cookie(f"gisapp-session-{tiny_app.settings.port}", value)
        assert anonymous.get("/api/closures").status_code == 401


@pytest.mark.parametrize(
    "given",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil",
        "/a\nb",
        "/\tevil",
        "/sign-in",
        "/sign-in?next=/x",
        "/" + "x" * 3000,
        "",
        None,
    ],
)
def test_no_way_out_after_signing_in(given: str | None) -> None:
    assert safe_target(given) == "/"


@pytest.mark.parametrize("given", ["/", "/registers/team?q=甲", "/?lang=en", "/accounts/x%2Fy"])
def test_the_way_back_after_signing_in(given: str) -> None:
    assert safe_target(given) == given


@pytest.fixture
def with_a_number(tiny_app: App) -> App:
    """The tiny site, where the first team has a telephone and the second a county elsewhere."""
    with tiny_app.store.session(write=True) as session:
        for team in session.scalars(select(Team)):
            team.contact_phone, team.contact_name = PHONE, "张三丰"
            team.county = "990001" if team.id == "T1" else "990002"
    return tiny_app


def everything(client: PageClient) -> dict[str, str]:
    """What a person sees of teams, by where."""
    ask = {"x": 100.05, "y": 30.0, "need": "fire", "k": 5}
    answers: dict[str, Any] = {
        "card": client.get("/api/record/team/T1"),
        "layer": client.get("/api/layers/team?bbox=99,29,101,31"),
        "search": client.get("/api/search?q=甲队"),
        "dispatch": client.post("/api/dispatch", json=ask),
        "collection": client.get("/ogc/collections/team/items?f=json"),
    }
    return {name: answer.get_data(as_text=True) for name, answer in answers.items()}


@pytest.mark.usefixtures("with_a_number")
def test_contacts_are_hidden_from_those_who_need_not_see_them(signed_in: SignedIn) -> None:
    viewer, officer = everything(signed_in(Role.VIEWER)), everything(signed_in(Role.DUTY_OFFICER))
    for name, text in viewer.items():
        assert PHONE not in text, name
        assert "张三丰" not in text, name
    assert "138****1234" in viewer["card"]
    assert PHONE in officer["card"]
    assert PHONE in officer["dispatch"]
    assert "张三丰" in officer["card"]


@pytest.mark.usefixtures("with_a_number")
def test_a_county_editor_sees_contacts_of_its_own_county(signed_in: SignedIn) -> None:
    editor = signed_in(Role.COUNTY_EDITOR, "990001")
    assert PHONE in editor.get("/api/record/team/T1").get_data(as_text=True)
    assert PHONE not in editor.get("/api/record/team/T2").get_data(as_text=True)


def test_a_token_that_dispatches_without_contacts(
    with_a_number: App, anonymous: FlaskClient
) -> None:
    ask = {"x": 100.05, "y": 30.0, "need": "fire", "k": 1}
    given = {"agency": "a", "days": 1}
    blind = with_token(with_a_number.store, name="blind", rights=["dispatch"], **given)
    seeing = with_token(
        with_a_number.store, name="seeing", rights=["dispatch", "see_contacts"], **given
    )
    rest = {
        "x": 100.05, "y": 30.0, "need": "fire", "proposed": [], "closures": [],
        "generated_at": "2026-11-20T12:00:00+08:00",
    }  # fmt: skip
    for address, asked in (("/api/dispatch", ask), ("/api/dispatch/others", rest)):
        hidden = anonymous.post(address, json=asked, headers=bearer(blind)).get_data(as_text=True)
        assert PHONE not in hidden
        shown = anonymous.post(address, json=asked, headers=bearer(seeing)).get_data(as_text=True)
        assert shown.count(PHONE) == hidden.count("138****1234") > 0


def sign_in_headers(app: App, **settings: Any) -> list[str]:
    """Cookies that a sign-in sets, on a server with these settings."""
    password = with_account(app.store, "w", name="w", role="viewer")
    app.settings = Settings(dir=app.directory, **settings)
    flask = create_app(app)
    client = flask.test_client()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    page = client.get("/sign-in", headers={**HTML, **headers}).get_data(as_text=True)
    proof = re.search(r'name="csrf_token" value="(\w+)"', page)
    assert proof is not None
    form = {"login": "w", "password": password, "csrf_token": proof[1]}
    answer = client.post("/sign-in", data=form, headers=headers)
    assert answer.status_code == 303
    return answer.headers.getlist("Set-Cookie")


def test_the_cookie_is_kept_from_scripts_and_other_sites(tiny_app: App) -> None:
    (cookie,) = sign_in_headers(tiny_app)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    with tiny_app.store.session() as session:
        assert session.scalars(select(AccountSession.address)).one() == "127.0.0.1"


def test_behind_a_proxy_the_cookie_goes_by_https_only(tiny_app: App) -> None:
    (cookie,) = sign_in_headers(tiny_app, proxies=1)
    assert "Secure" in cookie
    with tiny_app.store.session() as session:
        assert session.scalars(select(AccountSession.address)).one() == "203.0.113.9"


def test_the_session_goes_by_one_read(client: PageClient, tiny_app: App) -> None:
    """No request writes that somebody was here: a site that only reads stays as it is."""
    with tiny_app.store.session() as session:
        before = session.scalars(select(AccountSession.last_seen_at)).all()
    for _ in range(3):
        assert client.get("/api/closures").status_code == 200
    with tiny_app.store.session() as session:
        assert session.scalars(select(AccountSession.last_seen_at)).all() == before
        assert session.scalars(select(Account.signed_in_at)).all() == [None]
