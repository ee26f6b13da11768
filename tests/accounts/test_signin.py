"""Guessing: how often it goes, for how long it is over, and what the log says of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from gisapp.accounts.models import SignInFailure
from gisapp.accounts.passwords import made_up
from gisapp.accounts.register import locked_until, login_key, reset_password
from gisapp.accounts.signin import (
    ADDRESS_FAILURES,
    SignInError,
    TooManyFailuresError,
    _address_key,
    sign_in,
)
from gisapp.errors import GisAppError
from gisapp.events import Event
from gisapp.store import Store
from tests.people import ROOT, with_account


@pytest.fixture
def password(store: Store) -> str:
    """Of the account zhang."""
    return with_account(store)


def attempt(store: Store, password: str, login: str = "zhang", address: str = "10.0.0.1") -> str:
    """``in``, or the code of the refusal."""
    try:
        sign_in(store, login=login, password=password, address=address, browser="t", max_hours=24)
    except (SignInError, TooManyFailuresError) as error:
        return error.code.removeprefix("accounts.")
    return "in"


def later(store: Store, **time: float) -> None:
    """Let time pass: everything counted happened so much earlier."""
    gone = timedelta(**time)
    with store.session(write=True) as session:
        for row in session.scalars(select(SignInFailure)):
            row.since -= gone
            row.last_at -= gone
            if row.locked_until is not None:
                row.locked_until -= gone


def lock_minutes(store: Store, login: str = "zhang") -> float:
    with store.session() as session:
        until = locked_until(session, login)
    assert until is not None
    return (until - datetime.now(UTC)).total_seconds() / 60


def test_four_failures_are_free_and_a_success_forgets_them(store: Store, password: str) -> None:
    for _ in range(2):
        assert [attempt(store, "no") for _ in range(4)] == ["wrong_sign_in"] * 4
        assert attempt(store, password) == "in"


def test_the_fifth_failure_locks_even_the_right_password_out(store: Store, password: str) -> None:
    assert [attempt(store, "no") for _ in range(5)] == ["wrong_sign_in"] * 5
    assert attempt(store, password) == "locked"
    later(store, minutes=1.1)
    assert attempt(store, password) == "in"


def test_each_further_failure_doubles_the_lock_up_to_a_limit(store: Store, password: str) -> None:
    for _ in range(4):
        attempt(store, "no")
    for minutes in (1, 2, 4, 8, 15, 15):
        assert attempt(store, "no") == "wrong_sign_in"
        assert lock_minutes(store) == pytest.approx(minutes, abs=0.1)
        assert attempt(store, password) == "locked"
        later(store, minutes=minutes + 0.1)
    assert attempt(store, password) == "in"


def test_a_login_that_nobody_has_locks_alike(store: Store) -> None:
    said = [attempt(store, "no", login="nobody") for _ in range(6)]
    assert said == ["wrong_sign_in"] * 5 + ["locked"]


def test_failures_of_yesterday_are_forgotten(store: Store, password: str) -> None:
    for _ in range(4):
        attempt(store, "no")
    later(store, hours=25)
    assert [attempt(store, "no") for _ in range(4)] == ["wrong_sign_in"] * 4
    assert attempt(store, password) == "in"


def test_a_reset_lifts_the_lock(store: Store, password: str) -> None:
    for _ in range(5):
        attempt(store, "no")
    new = made_up()
    with store.session(write=True) as session:
        reset_password(session, ROOT, "zhang", new)
    assert attempt(store, password) == "wrong_sign_in"
    assert attempt(store, new.plain) == "in"


def test_one_address_may_not_try_many_logins(store: Store, password: str) -> None:
    with store.session(write=True) as session:
        now = datetime.now(UTC)
        counted = SignInFailure(
            subject=_address_key("10.0.0.1"), failures=ADDRESS_FAILURES - 1, since=now, last_at=now
        )
        session.add(counted)
    assert attempt(store, "no", login="somebody") == "wrong_sign_in"
    assert attempt(store, password) == "address_locked"
    assert attempt(store, password, address="10.0.0.2") == "in"
    later(store, minutes=10.1)
    assert attempt(store, password) == "in"


def test_a_success_does_not_wash_an_address_clean(store: Store, password: str) -> None:
    def counted() -> int:
        with store.session() as session:
            query = select(SignInFailure.failures)
            key = _address_key("10.0.0.1")
            return session.scalar(query.where(SignInFailure.subject == key)) or 0

    attempt(store, "no", login="a")
    attempt(store, "no", login="b")
    assert counted() == 2
    assert attempt(store, password) == "in"
    assert counted() == 2


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    assert _address_key("2001:db8::1") == _address_key("2001:db8::ffff:1")
    assert _address_key("2001:db8::1") != _address_key("2001:db8:0:1::1")
    assert _address_key("10.0.0.1") != _address_key("10.0.0.2")
    assert _address_key("no address") == _address_key("no address")


def test_guesses_at_once_are_no_more_than_one_after_the_other(store: Store, password: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: attempt(store, "no"), range(10)))
    assert sorted(said) == ["locked"] * 5 + ["wrong_sign_in"] * 5
    with store.session() as session:
        query = select(SignInFailure.failures).where(SignInFailure.subject == login_key("zhang"))
        assert session.scalar(query) == 5


def test_the_log_names_accounts_but_never_what_no_account_is_called(
    store: Store, password: str
) -> None:
    for _ in range(5):
        attempt(store, "no")
    attempt(store, "no", login="MySecretPassword")
    with store.session() as session:
        events = session.scalars(select(Event).where(Event.what != "insert")).all()
    assert [(one.who, one.what) for one in events] == [
        *[("zhang", "sign_in_failed")] * 5,
        ("zhang", "locked_out"),
        ("-", "sign_in_failed"),
    ]
    assert events[0].data == {"address": "10.0.0.1", "failures": 1}
    assert "MySecretPassword" not in str([(one.subject_id, one.data) for one in events])


def test_a_lock_says_for_how_long(store: Store, password: str) -> None:
    for _ in range(5):
        attempt(store, "no")
    with store.session(write=True) as session:
        until = datetime.now(UTC) + timedelta(minutes=6.5)
        session.execute(update(SignInFailure).values(locked_until=until))
    with pytest.raises(TooManyFailuresError) as refused:
        sign_in(store, login="zhang", password="x", address="1.1.1.1", browser="t", max_hours=24)
    assert isinstance(refused.value, GisAppError)
    assert refused.value.params == {"minutes": 7}
