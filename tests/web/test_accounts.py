"""Signing in and out, and the pages of administrators."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from gisapp.accounts.models import Account, AccountSession
from gisapp.accounts.register import find
from gisapp.bootstrap import App
from gisapp.events import Event
from gisapp.rights import Role
from tests.people import with_account, with_own_password
from tests.web.conftest import PageClient, SignedIn

HTML = {"Accept": "text/html"}
GOOD = "three words in a row"


def proof(page: str) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', page)
    assert found is not None
    return found[1]


def enter(
    client: FlaskClient, password: str, *, login: str = "zhang", target: str = "/"
) -> tuple[int, str]:
    """Sign in as a browser does; the status, and where it leads or what it says."""
    page = client.get(f"/sign-in?next={target}", headers=HTML).get_data(as_text=True)
    form = {"csrf_token": proof(page), "login": login, "password": password, "next": target}
    answer = client.post("/sign-in", data=form, headers=HTML)
    return answer.status_code, answer.location or answer.get_data(as_text=True)


@pytest.fixture
def password(tiny_app: App) -> str:
    """Of zhang, a viewer who has changed the first one."""
    store = tiny_app.store
    first = with_account(store, "zhang", name="张三", role="viewer")
    with_own_password(store, "zhang", old=first, new=GOOD)
    return GOOD


def test_signing_in_leads_back_and_signing_out_ends_it(
    anonymous: FlaskClient, tiny_app: App, password: str
) -> None:
    sent = anonymous.get("/?lang=en", headers=HTML)
    assert sent.location == "/sign-in?next=%2F%3Flang%3Den"
    assert enter(anonymous, password, target="/?lang=en") == (303, "/?lang=en")
    page = anonymous.get("/", headers=HTML)
    assert page.status_code == 200
    assert "张三" in page.get_data(as_text=True)
    form = {"csrf_token": proof(page.get_data(as_text=True))}
    assert anonymous.post("/sign-out", data=form).location == "/sign-in"
    assert anonymous.get("/", headers=HTML).status_code == 302
    with tiny_app.store.session() as session:
        assert session.scalars(select(AccountSession.revoked_at)).one() is not None
        done = session.scalars(select(Event.what).where(Event.who == "zhang")).all()
    assert done[-2:] == ["sign_in", "sign_out"]


def test_a_stolen_cookie_is_worthless_after_signing_out(
    anonymous: FlaskClient, tiny_app: App, password: str
) -> None:
    enter(anonymous, password)
    name = f"gisapp-session-{tiny_app.settings.port}"
    cookie = anonymous.get_cookie(name)
    assert cookie is not None
    page = anonymous.get("/", headers=HTML).get_data(as_text=True)
    anonymous.post("/sign-out", data={"csrf_token": proof(page)})
    assert anonymous.get_cookie(name) is None
    anonymous.set_cookie(name, cookie.value)
    assert anonymous.get("/api/closures").status_code == 401


def test_each_sign_in_has_a_session_of_its_own(
    anonymous: FlaskClient, tiny_app: App, password: str
) -> None:
    name = f"gisapp-session-{tiny_app.settings.port}"
    anonymous.set_cookie(name, "chosen by somebody else")
    enter(anonymous, password)
    first = anonymous.get_cookie(name)
    enter(anonymous, password)
    second = anonymous.get_cookie(name)
    assert first is not None
    assert second is not None
    assert len({"chosen by somebody else", first.value, second.value}) == 3
    with tiny_app.store.session() as session:
        ended = session.scalars(select(AccountSession.revoked_at).order_by(AccountSession.fid))
        assert [one is not None for one in ended] == [True, False]


@pytest.mark.parametrize("login", ["zhang", "nobody"])
def test_a_wrong_password_and_a_wrong_login_look_alike(
    anonymous: FlaskClient, password: str, login: str
) -> None:
    status, page = enter(anonymous, "wrong", login=login)
    assert status == 401
    assert "登录名或口令不正确" in page
    assert "wrong" not in page
    for _ in range(4):
        enter(anonymous, "wrong", login=login)
    status, page = enter(anonymous, password, login=login)
    assert status == 429
    assert "1 分钟后再试" in page


def test_what_was_typed_is_text_and_never_markup(anonymous: FlaskClient) -> None:
    _, page = enter(anonymous, "x", login='"><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_the_first_password_must_be_changed_before_anything_else(
    anonymous: FlaskClient, tiny_app: App
) -> None:
    first = with_account(tiny_app.store, "li", name="李四", role="viewer")
    assert enter(anonymous, first, login="li", target="/?a=b") == (303, "/password?next=/?a%3Db")
    refused = anonymous.get("/api/closures")
    assert refused.status_code == 403
    assert refused.get_json()["error"]["code"] == "accounts.must_change"
    assert anonymous.get("/", headers=HTML).location == "/password"
    page = anonymous.get("/password?next=/?a%3Db", headers=HTML).get_data(as_text=True)
    form = {"csrf_token": proof(page), "old": first, "new": GOOD, "next": "/?a=b"}
    differs = anonymous.post("/password", data={**form, "again": "else"}, headers=HTML)
    assert differs.status_code == 400
    assert "不一致" in differs.get_data(as_text=True)
    changed = anonymous.post("/password", data={**form, "again": GOOD}, headers=HTML)
    assert (changed.status_code, changed.location) == (303, "/?a=b")
    assert anonymous.get("/api/closures").status_code == 200


def test_an_account_is_made_and_its_password_shown_once(client: PageClient, tiny_app: App) -> None:
    given = {"login": "Wang", "name": "王五", "role": "county_editor", "county": "990001"}
    page = client.post("/accounts", data=given, headers=HTML).get_data(as_text=True)
    shown = re.search(r'<code id="secret">([\w-]+)</code>', page)
    assert shown is not None
    assert shown[1] not in client.get("/accounts", headers=HTML).get_data(as_text=True)
    listed = client.get("/accounts", headers=HTML).get_data(as_text=True)
    assert "甲县" in listed
    assert "县级编辑" in listed
    with tiny_app.store.session() as session:
        assert find(session, "wang").created_by == "administrator"
    again = client.post("/accounts", data=given, headers=HTML)
    assert again.status_code == 400
    assert "已有账号使用" in again.get_data(as_text=True)
    assert 'value="王五"' in again.get_data(as_text=True)


def test_an_account_is_changed_disabled_enabled_and_reset(
    client: PageClient, tiny_app: App, password: str
) -> None:
    changed = client.post(
        "/accounts/zhang", data={"name": "张三", "role": "duty_officer", "agency": "应急局"}
    )
    assert changed.status_code == 303
    bad = client.post("/accounts/zhang", data={"name": "", "role": "duty_officer"}, headers=HTML)
    assert bad.status_code == 400
    assert "请填写姓名" in bad.get_data(as_text=True)
    assert client.post("/accounts/zhang/disable").status_code == 303
    with tiny_app.store.session() as session:
        account = find(session, "zhang")
        assert (account.role, account.agency) == ("duty_officer", "应急局")
        assert account.disabled_at is not None
    client.post("/accounts/zhang/enable")
    page = client.post("/accounts/zhang/reset-password", headers=HTML).get_data(as_text=True)
    assert 'id="secret"' in page
    with tiny_app.store.session() as session:
        account = find(session, "zhang")
        assert account.disabled_at is None
        assert account.must_change
    office = {"name": "张三", "role": "duty_officer", "office": "city.mayor"}
    unknown = client.post("/accounts/zhang", data=office, headers=HTML)
    assert unknown.status_code == 400
    assert "没有预案把职务“city.mayor”列为批准人" in unknown.get_data(as_text=True)
    with tiny_app.store.session(write=True) as session:
        find(session, "zhang").office = "city.mayor"  # of a plan whose next edition dropped it
    assert client.post("/accounts/zhang", data=office).status_code == 303
    last = client.post("/accounts/administrator/disable", headers=HTML)
    assert last.status_code == 400
    assert "最后一个在用的管理员" in last.get_data(as_text=True)
    assert client.get("/accounts/none").status_code == 404


def test_an_administrator_ends_a_session(
    client: PageClient, signed_in: SignedIn, tiny_app: App
) -> None:
    viewer = signed_in(Role.VIEWER)
    page = client.get("/accounts/viewer", headers=HTML).get_data(as_text=True)
    form = re.search(r'action="(/accounts/viewer/sessions/\d+/end)"', page)
    assert form is not None
    assert viewer.get("/api/closures").status_code == 200
    assert client.post(form[1]).status_code == 303
    assert viewer.get("/api/closures").status_code == 401


def test_a_token_is_issued_shown_once_and_revoked(
    client: PageClient, anonymous: FlaskClient
) -> None:
    given = {"name": "水利平台", "agency": "水利局", "rights": ["edit", "export"], "days": "30"}
    page = client.post("/tokens", data=given, headers=HTML).get_data(as_text=True)
    shown = re.search(r'<code id="secret">([\w-]+)</code>', page)
    assert shown is not None
    bearer = {"Authorization": f"Bearer {shown[1]}"}
    assert anonymous.get("/api/closures", headers=bearer).status_code == 200
    listed = client.get("/tokens", headers=HTML).get_data(as_text=True)
    assert shown[1] not in listed
    form = re.search(r'action="(/tokens/\d+/revoke)"', listed)
    assert form is not None
    client.post(form[1])
    assert anonymous.get("/api/closures", headers=bearer).status_code == 401
    bad = client.post("/tokens", data={**given, "days": "many"}, headers=HTML)
    assert bad.status_code == 400
    assert 'value="水利局"' in bad.get_data(as_text=True)


def test_the_audit_is_filtered_and_paged(client: PageClient, tiny_app: App, password: str) -> None:
    def rows(query: str) -> list[int]:
        page = client.get(f"/audit?{query}", headers=HTML).get_data(as_text=True)
        return [int(seq) for seq in re.findall(r'data-seq="(\d+)"', page)]

    newest = rows("")
    assert newest == sorted(newest, reverse=True)
    with tiny_app.store.session() as session:
        mine = session.scalars(select(Event.seq).where(Event.who == "zhang")).all()
        assert newest[0] == session.scalars(select(Event.seq).order_by(Event.seq.desc())).first()
    assert rows("who=zhang") == sorted(mine, reverse=True)
    assert rows("who=zhang&what=change_password") == mine
    assert rows(f"before={newest[0]}") == [one for one in rows("") if one < newest[0]]
    assert rows("start=2000-01-01&end=2000-01-02") == []
    assert rows("start=2000-01-01") == newest
    assert client.get("/audit?start=soon", headers=HTML).status_code == 400
    assert client.get("/audit?before=x", headers=HTML).status_code == 400


def test_the_pages_in_both_languages(client: PageClient) -> None:
    for page in ("/accounts", "/accounts/administrator", "/tokens", "/audit", "/password"):
        for lang in ("zh", "en"):
            answer = client.get(f"{page}?lang={lang}", headers=HTML)
            assert answer.status_code == 200, page
            text = answer.get_data(as_text=True)
            assert not re.search(r"<[^>]+ style=|<script>(?!\s*{)|https?://(?!www.w3.org)", text)


def test_nobody_signs_in_with_a_hash_that_is_none(
    anonymous: FlaskClient, signed_in: SignedIn, tiny_app: App
) -> None:
    signed_in(Role.VIEWER)
    with tiny_app.store.session() as session:
        kept = session.scalars(select(Account.password_hash)).one()
    assert enter(anonymous, kept, login="viewer")[0] == 401
