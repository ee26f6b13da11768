"""Accounts: made, changed, disabled; passwords that are good enough."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.accounts.models import Account, AccountSession
from gisapp.accounts.passwords import hash_password, is_right, new_password, require_good
from gisapp.accounts.register import (
    AccountError,
    accounts,
    add_account,
    change_account,
    change_password,
    disable_account,
    enable_account,
    ensure_administrator,
    find,
    reset_password,
)
from gisapp.accounts.signin import SignedIn, SignInError, sign_in
from gisapp.errors import GisAppError, InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.rights import ROLE_RIGHTS, Actor, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store

GOOD = "three words in a row"


def add(store: Store, login: str = "zhang", **given: Any) -> str:
    values = {"name": "张三", "role": "duty_officer", **given}
    return add_account(store, login=login, actor=system_actor("root"), **values)


def enter(store: Store, login: str, password: str) -> SignedIn:
    return sign_in(
        store, login=login, password=password, address="10.0.0.1", browser="t", max_hours=24
    )


def happened(store: Store) -> list[tuple[str, str, str]]:
    with store.session() as session:
        found = session.scalars(select(Event).order_by(Event.seq)).all()
    return [(one.who, one.what, one.subject_id) for one in found if one.kind == "account"]


def test_the_first_administrator_is_made_once(store: Store) -> None:
    password = ensure_administrator(store, who="root")
    assert password is not None
    assert enter(store, "admin", password).must_change
    assert ensure_administrator(store, who="root") is None


def test_of_many_first_starts_at_once_one_makes_the_administrator(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ensure_administrator(store, who="root"), range(4)))
    assert len([one for one in made if one is not None]) == 1
    with store.session() as session:
        assert [one.login for one in accounts(session)] == ["admin"]


def test_an_added_account_signs_in_and_is_recorded_without_its_password(store: Store) -> None:
    password = add(store, agency="应急局")
    assert enter(store, "zhang", password).must_change
    with store.session() as session:
        made = find(session, "ZHANG")
        assert made.password_hash.startswith("$argon2id$")
        recorded = session.scalars(select(Event.data)).all()
    assert password not in str(recorded)
    assert happened(store) == [("root", "insert", "zhang"), ("zhang", "sign_in", "zhang")]


@pytest.mark.parametrize("login", ["ZHANG", "ｚｈａｎｇ", " zhang "])
def test_a_login_is_one_whatever_its_case_and_width(store: Store, login: str) -> None:
    password = add(store)
    with pytest.raises(AccountError) as refused:
        add(store, login)
    assert refused.value.code == "accounts.login_taken"
    assert enter(store, login, password).login == "zhang"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"login": ""}, "accounts.bad_login"),
        ({"login": "two words"}, "accounts.bad_login"),
        ({"login": "token:x"}, "accounts.bad_login"),
        ({"login": "x" * 65}, "accounts.bad_login"),
        ({"name": " "}, "accounts.bad_name"),
        ({"role": "king"}, "accounts.unknown_role"),
        ({"role": "county_editor"}, "accounts.county_needed"),
        ({"role": "county_editor", "county": "12"}, "accounts.bad_county"),
        ({"role": "viewer", "county": "990001"}, "accounts.county_not_needed"),
    ],
)
def test_accounts_that_cannot_be(store: Store, given: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        add(store, **given)
    assert refused.value.code == code
    assert happened(store) == []


def test_a_change_is_recorded_with_before_and_after(store: Store) -> None:
    add(store)
    given = {"name": "张三", "role": "county_editor", "county": "990001", "agency": None}
    change_account(store, "zhang", actor=system_actor("boss"), **given)
    change_account(
        store, "zhang", actor=system_actor("boss"), **given
    )  # nothing new: nothing recorded
    with store.session() as session:
        event = session.scalars(select(Event).where(Event.what == "update")).one()
    assert event.data == {
        "before": {"role": "duty_officer", "county": None},
        "after": {"role": "county_editor", "county": "990001"},
    }


def test_one_administrator_always_remains(store: Store) -> None:
    ensure_administrator(store, who="root")
    for attempt in (
        lambda: disable_account(store, "admin", actor=system_actor("x")),
        lambda: change_account(
            store,
            "admin",
            name="x",
            role="viewer",
            county=None,
            agency=None,
            actor=system_actor("x"),
        ),
    ):
        with pytest.raises(AccountError) as refused:
            attempt()
        assert refused.value.code == "accounts.last_administrator"
    add(store, "second", role=Role.ADMINISTRATOR)
    disable_account(store, "admin", actor=system_actor("second"))
    with pytest.raises(AccountError):
        disable_account(store, "second", actor=system_actor("second"))


def test_a_disabled_account_is_out_until_it_is_enabled(store: Store) -> None:
    password = add(store)
    enter(store, "zhang", password)
    disable_account(store, "zhang", actor=system_actor("boss"))
    with store.session() as session:
        assert session.scalars(select(AccountSession.revoked_at)).one() is not None
    with pytest.raises(SignInError) as refused:
        enter(store, "zhang", password)
    assert refused.value.code == "accounts.disabled"
    with pytest.raises(SignInError) as refused:
        enter(store, "zhang", "another")
    assert refused.value.code == "accounts.wrong_sign_in"
    enable_account(store, "zhang", actor=system_actor("boss"))
    assert enter(store, "zhang", password).login == "zhang"


def test_a_reset_password_is_new_and_must_be_changed(store: Store) -> None:
    first = add(store)
    change_password(store, "zhang", old=first, new=GOOD)
    second = reset_password(store, "zhang", actor=system_actor("boss"))
    with pytest.raises(SignInError):
        enter(store, "zhang", GOOD)
    assert enter(store, "zhang", second).must_change


def test_changing_the_password_ends_every_session(store: Store) -> None:
    first = add(store)
    enter(store, "zhang", first)
    enter(store, "zhang", first)
    change_password(store, "zhang", old=first, new=GOOD)
    with store.session() as session:
        assert None not in session.scalars(select(AccountSession.revoked_at)).all()
        assert not session.scalars(select(Account.must_change)).one()
    assert not enter(store, "zhang", GOOD).must_change


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", GOOD, "accounts.wrong_password"),
        (None, "short", "accounts.password_short"),
        (None, "x" * 201, "accounts.password_long"),
        (None, "my-Zhang-is-long", "accounts.password_login"),
        (None, "aaaaaaaaaaaa", "accounts.password_trivial"),
        (None, "0123456789", "accounts.password_trivial"),
        (None, "13812341234", "accounts.password_trivial"),
        (None, "Password123!", "accounts.password_trivial"),
        (None, "qwertyuiop", "accounts.password_trivial"),
        (None, None, "accounts.password_same"),
    ],
)
def test_passwords_that_are_refused(
    store: Store, old: str | None, new: str | None, code: str
) -> None:
    first = add(store)
    with pytest.raises(InputError) as refused:
        change_password(store, "zhang", old=old or first, new=new or first)
    assert refused.value.code == code
    assert enter(store, "zhang", first).must_change


def test_passwords_made_up_are_good_and_none_like_another() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        require_good(one, login="zhang")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    hashed = hash_password("ｆｕｌｌ　ｗｉｄｔｈ １２３")
    assert is_right("full width 123", hashed)
    assert not is_right("full width 124", hashed)
    assert not is_right("full width 123", None)
    assert not is_right("full width 123", "no hash at all")
    assert not is_right("x" * 10_000, hashed)


def test_an_account_that_is_not_there(store: Store) -> None:
    for attempt in (
        lambda: disable_account(store, "none", actor=system_actor("x")),
        lambda: enable_account(store, "none", actor=system_actor("x")),
        lambda: reset_password(store, "none", actor=system_actor("x")),
    ):
        with pytest.raises(UnknownRecordError) as refused:
            attempt()
        assert isinstance(refused.value, GisAppError)
        assert refused.value.code == "accounts.unknown"


@pytest.mark.parametrize(
    "attempt",
    [
        lambda store, actor: add_account(
            store, login="new", name="n", role="administrator", actor=actor
        ),
        lambda store, actor: change_account(
            store, "zhang", name="n", role="administrator", county=None, agency=None, actor=actor
        ),
        lambda store, actor: disable_account(store, "zhang", actor=actor),
        lambda store, actor: enable_account(store, "zhang", actor=actor),
        lambda store, actor: reset_password(store, "zhang", actor=actor),
    ],
    ids=["add", "change", "disable", "enable", "reset"],
)
def test_every_right_but_one_changes_no_account(
    store: Store, attempt: Callable[[Store, Actor], object]
) -> None:
    password = add(store, "zhang", role=Role.ADMINISTRATOR)
    add(store, "second", role=Role.ADMINISTRATOR)
    before = happened(store)
    viewer = replace(system_actor("viewer"), rights=ROLE_RIGHTS[Role.VIEWER])
    almost = replace(viewer, rights=frozenset(Right) - {Right.MANAGE_ACCOUNTS})
    for actor in (viewer, almost):
        with pytest.raises(ForbiddenError) as refused:
            attempt(store, actor)
        assert refused.value.code == "accounts.forbidden"
    assert happened(store) == before
    assert enter(store, "zhang", password).login == "zhang"
