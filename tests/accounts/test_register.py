"""Accounts: made, changed, disabled; passwords that are good enough."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from gisapp.accounts import register, sessions, signin, tokens
from gisapp.accounts.models import Account, AccountSession
from gisapp.accounts.passwords import (
    Hashed,
    hash_password,
    is_right,
    made_up,
    new_password,
    require_good,
)
from gisapp.accounts.register import (
    AccountError,
    accounts,
    actor_of,
    add_account,
    change_account,
    change_password,
    chosen_password,
    disable_account,
    enable_account,
    ensure_administrator,
    find,
    record_office,
    reset_password,
)
from gisapp.accounts.sessions import sign_out
from gisapp.accounts.signin import SignedIn, SignInError, sign_in
from gisapp.accounts.tokens import issue_token, revoke_token
from gisapp.errors import GisAppError, InputError, UnknownRecordError
from gisapp.events import Event
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Right, Role, system_actor
from gisapp.store import Store
from tests.people import with_account, with_own_password, with_token

GOOD = "three words in a row"


def add(store: Store, login: str = "zhang", **given: Any) -> str:
    return with_account(store, login, **{"role": "duty_officer", **given})


def do(store: Store, use_case: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Run a use case in a transaction of its own; `actor` is ``boss`` where not given."""
    actor = named.pop("actor", system_actor("boss"))
    with store.session(write=True) as session:
        return use_case(session, actor, *given, **named)


def first(store: Store) -> str | None:
    """The password of the first administrator; None where there was one."""
    password = made_up()
    return password.plain if do(store, ensure_administrator, password) else None


def enter(store: Store, login: str, password: str) -> SignedIn:
    return sign_in(
        store, login=login, password=password, address="10.0.0.1", browser="t", max_hours=24
    )


def happened(store: Store) -> list[tuple[str, str, str]]:
    with store.session() as session:
        found = session.scalars(select(Event).order_by(Event.seq)).all()
    return [(one.who, one.what, one.subject_id) for one in found if one.kind == "account"]


def test_the_first_administrator_is_made_once(store: Store) -> None:
    password = first(store)
    assert password is not None
    assert enter(store, "admin", password).must_change
    assert first(store) is None


def test_of_many_first_starts_at_once_one_makes_the_administrator(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: first(store), range(4)))
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
        ({"office": "副总指挥"}, "accounts.bad_office"),
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
    given["office"] = "city.deputy"
    do(store, change_account, "zhang", **given)
    do(store, change_account, "zhang", **given)  # nothing new: nothing recorded
    with store.session() as session:
        event = session.scalars(select(Event).where(Event.what == "update")).one()
    assert event.data == {
        "before": {"role": "duty_officer", "county": None, "office": None},
        "after": {"role": "county_editor", "county": "990001", "office": "city.deputy"},
    }


def test_an_office_is_recorded_at_once_and_cleared(store: Store) -> None:
    add(store, office="city.deputy")
    do(store, record_office, "zhang", " hq1.head ")
    do(store, record_office, "zhang", "hq1.head")  # nothing new: nothing recorded
    with store.session() as session:
        held = actor_of(find(session, "zhang"))
    assert (held.office, held.rights) == ("hq1.head", ROLE_RIGHTS[Role.DUTY_OFFICER])
    do(store, record_office, "zhang", None)
    with store.session() as session:
        events = session.scalars(select(Event).where(Event.what == "update").order_by(Event.seq))
        assert [one.data for one in events] == [
            {"before": {"office": "city.deputy"}, "after": {"office": "hq1.head"}},
            {"before": {"office": "hq1.head"}, "after": {"office": None}},
        ]
    with pytest.raises(InputError) as refused:
        do(store, record_office, "zhang", "two words")
    assert refused.value.code == "accounts.bad_office"


def test_one_administrator_always_remains(store: Store) -> None:
    first(store)
    for attempt in (
        lambda: do(store, disable_account, "admin"),
        lambda: do(
            store,
            change_account,
            "admin",
            name="x",
            role="viewer",
            county=None,
            agency=None,
            office=None,
        ),
    ):
        with pytest.raises(AccountError) as refused:
            attempt()
        assert refused.value.code == "accounts.last_administrator"
    add(store, "second", role=Role.ADMINISTRATOR)
    do(store, disable_account, "admin")
    with pytest.raises(AccountError):
        do(store, disable_account, "second")


def test_a_disabled_account_is_out_until_it_is_enabled(store: Store) -> None:
    password = add(store)
    enter(store, "zhang", password)
    do(store, disable_account, "zhang")
    with store.session() as session:
        assert session.scalars(select(AccountSession.revoked_at)).one() is not None
    with pytest.raises(SignInError) as refused:
        enter(store, "zhang", password)
    assert refused.value.code == "accounts.disabled"
    with pytest.raises(SignInError) as refused:
        enter(store, "zhang", "another")
    assert refused.value.code == "accounts.wrong_sign_in"
    do(store, enable_account, "zhang")
    assert enter(store, "zhang", password).login == "zhang"


def test_a_reset_password_is_new_and_must_be_changed(store: Store) -> None:
    given = add(store)
    with_own_password(store, "zhang", old=given, new=GOOD)
    second = made_up()
    do(store, reset_password, "zhang", second)
    with pytest.raises(SignInError):
        enter(store, "zhang", GOOD)
    assert enter(store, "zhang", second.plain).must_change


def test_changing_the_password_ends_every_session(store: Store) -> None:
    given = add(store)
    enter(store, "zhang", given)
    enter(store, "zhang", given)
    with_own_password(store, "zhang", old=given, new=GOOD)
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
    given = add(store)
    with pytest.raises(InputError) as refused:
        with_own_password(store, "zhang", old=old or given, new=new or given)
    assert refused.value.code == code
    assert enter(store, "zhang", given).must_change


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
        lambda: do(store, disable_account, "none"),
        lambda: do(store, enable_account, "none"),
        lambda: do(store, reset_password, "none", made_up()),
    ):
        with pytest.raises(UnknownRecordError) as refused:
            attempt()
        assert isinstance(refused.value, GisAppError)
        assert refused.value.code == "accounts.unknown"


NEW = {"name": "n", "role": "administrator", "county": None, "agency": None, "office": None}
PASSWORD = Hashed(plain="p", hashed="$argon2id$none")
USE_CASES: dict[Callable[..., object], tuple[tuple[Any, ...], dict[str, Any]]] = {
    ensure_administrator: ((PASSWORD,), {}),
    add_account: ((PASSWORD,), {"login": "new", **NEW}),
    change_account: (("zhang",), NEW),
    disable_account: (("zhang",), {}),
    enable_account: (("zhang",), {}),
    record_office: (("zhang", "city.deputy"), {}),
    reset_password: (("zhang", PASSWORD), {}),
    issue_token: ((), {"name": "mine", "agency": "a", "rights": ["edit"], "days": 1}),
    revoke_token: ((1,), {}),
    sign_out: ((1,), {}),
}
OWN = {change_password, chosen_password}
"""Asks whose password it is, by the password."""


def test_no_use_case_of_accounts_goes_untried() -> None:
    found = {
        one
        for module in (register, sessions, tokens, signin)
        for one in vars(module).values()
        if inspect.isfunction(one)
        and not one.__name__.startswith("_")
        and list(inspect.signature(one).parameters)[:2] == ["session", "actor"]
    }
    assert found == {*USE_CASES, *OWN}


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda one: one.__name__)
def test_every_right_but_one_changes_no_account(
    store: Store, use_case: Callable[..., object]
) -> None:
    password = add(store, "zhang", role=Role.ADMINISTRATOR)
    add(store, "second", role=Role.ADMINISTRATOR)
    with_token(store)
    enter(store, "zhang", password)
    before = happened(store)
    given, named = USE_CASES[use_case]
    viewer = replace(system_actor("viewer"), rights=ROLE_RIGHTS[Role.VIEWER])
    almost = replace(viewer, rights=frozenset(Right) - {Right.MANAGE_ACCOUNTS})
    for actor in (viewer, almost):
        with pytest.raises(ForbiddenError) as refused:
            do(store, use_case, *given, actor=actor, **named)
        assert refused.value.code == "accounts.forbidden"
    assert happened(store) == before
    assert enter(store, "zhang", password).login == "zhang"


def test_a_password_chosen_before_another_was_given_is_refused(store: Store) -> None:
    given = add(store)
    zhang = system_actor("zhang")
    with store.session() as session:
        chosen = chosen_password(session, zhang, old=given, new=GOOD)
    second = made_up()
    do(store, reset_password, "zhang", second)
    with pytest.raises(InputError) as refused:
        do(store, change_password, chosen, actor=zhang)
    assert refused.value.code == "accounts.wrong_password"
    assert enter(store, "zhang", second.plain).must_change
