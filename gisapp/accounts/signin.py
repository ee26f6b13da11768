"""Signing in, and what stands in the way of guessing.

Every attempt is counted before the password is looked at, in a transaction of its own, so that
many at once do not get more guesses than one after the other; a success takes its count back.
The counts are in the database: they hold for all processes and after a restart. That is why
:func:`sign_in`, alone among the use cases, takes the store: it commits what it counted although it
refuses, and looks at the password, which takes long, while no transaction is open. Nobody acts
yet, so there is no right to ask for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest, new_token
from gisapp.accounts.models import Account, AccountSession, SignInFailure
from gisapp.accounts.passwords import is_right
from gisapp.accounts.register import KIND, fold, forget_failures, login_key
from gisapp.clock import REAL
from gisapp.errors import GisAppError
from gisapp.events import record_event
from gisapp.events.catalogue import SignInFailed
from gisapp.store import Store

FREE_FAILURES = 4
"""Failures in a row that have no consequence."""

FIRST_LOCK_MIN, LONGEST_LOCK_MIN = 1.0, 15.0
"""The fifth failure locks a login for a minute, each further one for twice as long, to a limit:
whoever guesses on purpose must not keep a duty officer out for a night."""

FORGOTTEN_AFTER = timedelta(days=1)
ADDRESS_FAILURES, ADDRESS_WINDOW = 30, timedelta(minutes=10)
"""Failures that one address may make within so long, whatever the logins."""

IPV6_NETWORK_BITS = 64
"""One customer has a whole /64: its addresses count as one."""

MAX_BROWSER = 120
NOBODY = "-"
"""Recorded in place of a login that no account has: it may be a password typed too early."""


class SignInError(GisAppError, PermissionError):
    """Login and password are not those of an account in use."""


class TooManyFailuresError(GisAppError, PermissionError):
    """Nobody may try for a while; ``params["minutes"]`` says how long."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session begun: `token` is what the browser keeps."""

    token: str
    login: str
    must_change: bool


def sign_in(
    store: Store,
    *,
    login: str,
    password: str,
    address: str,
    browser: str,
    max_hours: float,
) -> SignedIn:
    """Begin a session.

    Parameters
    ----------
    login, password
        As typed.
    address, browser
        Where the attempt comes from.
    max_hours
        Hours after which the session ends in any case.

    Raises
    ------
    TooManyFailuresError
        ``accounts.locked`` for the login, ``accounts.address_locked`` for the address; said
        alike whether there is such an account or not.
    SignInError
        ``accounts.wrong_sign_in``: no such login or another password, which is not told apart;
        ``accounts.disabled``, told only to who knows the password.
    """
    now = REAL.now()
    keys = {login_key(login): _lock_of_login, _address_key(address): _lock_of_address}
    with store.session(write=True) as session:
        until = {key: _standing_lock(session, key, now) for key in keys}
        if not any(until.values()):
            for key, lock in keys.items():
                _count(session, key, now, lock)
        found = select(Account).where(Account.login_folded == fold(login))
        account = session.scalars(found).one_or_none()
    for moment, code in zip(until.values(), ("locked", "address_locked"), strict=True):
        if moment is not None:
            raise _too_many(f"accounts.{code}", moment, now)
    right = is_right(password, account.password_hash if account else None)
    if account is None or not right or account.disabled_at is not None:
        _record_failure(store, login, account, address=address)
        if account is not None and right:
            raise SignInError("accounts.disabled")
        raise SignInError("accounts.wrong_sign_in")
    return _begin(
        store, account, address=address, browser=browser[:MAX_BROWSER], max_hours=max_hours
    )


def begin_session(
    session: Session, account: Account, *, address: str, browser: str, max_hours: float
) -> str:
    """Enter a session of `account`; return its token, of which only the digest is kept."""
    token, now = new_token(), REAL.now()
    session.add(
        AccountSession(
            token_hash=digest(token),
            account_fid=account.fid,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=max_hours),
            address=address,
            browser=browser,
        )
    )
    return token


def _begin(
    store: Store, account: Account, *, address: str, browser: str, max_hours: float
) -> SignedIn:
    with store.session(write=True) as session:
        forget_failures(session, account.login)
        _take_back(session, _address_key(address))
        present = session.get_one(Account, account.fid)
        present.signed_in_at = REAL.now()
        token = begin_session(
            session, present, address=address, browser=browser, max_hours=max_hours
        )
        record_event(
            session,
            who=account.login,
            what="sign_in",
            kind=KIND,
            subject_id=account.login,
            data={"address": address, "browser": browser},
        )
    return SignedIn(token=token, login=account.login, must_change=account.must_change)


def _record_failure(store: Store, login: str, account: Account | None, *, address: str) -> None:
    name = account.login if account else NOBODY
    with store.session(write=True) as session:
        failures = session.scalar(
            select(SignInFailure.failures).where(SignInFailure.subject == login_key(login))
        )
        data: SignInFailed = {"address": address, "failures": failures}
        record_event(
            session, who=name, what="sign_in_failed", kind=KIND, subject_id=name, data=data
        )
        if failures is not None and failures > FREE_FAILURES:
            record_event(
                session, who=name, what="locked_out", kind=KIND, subject_id=name, data=data
            )


def _standing_lock(session: Session, key: str, now: datetime) -> datetime | None:
    until = session.scalar(select(SignInFailure.locked_until).where(SignInFailure.subject == key))
    return until if until is not None and until > now else None


def _lock_of_login(counted: SignInFailure, now: datetime) -> None:
    if counted.last_at < now - FORGOTTEN_AFTER:
        counted.failures = 0
    counted.failures += 1
    over = counted.failures - FREE_FAILURES
    if over > 0:
        minutes = min(FIRST_LOCK_MIN * 2.0 ** min(over - 1, 10), LONGEST_LOCK_MIN)
        counted.locked_until = now + timedelta(minutes=minutes)


def _lock_of_address(counted: SignInFailure, now: datetime) -> None:
    if counted.since < now - ADDRESS_WINDOW:
        counted.failures, counted.since, counted.locked_until = 0, now, None
    counted.failures += 1
    if counted.failures >= ADDRESS_FAILURES:
        counted.locked_until = counted.since + ADDRESS_WINDOW


def _count(session: Session, key: str, now: datetime, lock: object) -> None:
    """Count an attempt as a failure until it turns out to be none."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
    # Of two that count the first failure at once, the second waits for the row of the first.
    counted = _counted(session, key)
    if counted is None:
        try:
            with session.begin_nested():
                counted = SignInFailure(subject=key, failures=0, since=now, last_at=now)
                session.add(counted)
        except IntegrityError:
            counted = _counted(session, key)
    assert counted is not None
    assert callable(lock)
    lock(counted, now)
    counted.last_at = now


def _counted(session: Session, key: str) -> SignInFailure | None:
    query = select(SignInFailure).where(SignInFailure.subject == key).with_for_update()
    return session.scalars(query).one_or_none()


def _take_back(session: Session, key: str) -> None:
    counted = _counted(session, key)
    if counted is not None and counted.failures > 0:
        counted.failures -= 1
        if counted.failures < ADDRESS_FAILURES:
            counted.locked_until = None


def _address_key(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return digest(f"address:{address}")
    if parsed.version == 6:
        network = ip_network((parsed, IPV6_NETWORK_BITS), strict=False)
        return digest(f"address:{network}")
    return digest(f"address:{parsed}")


def _too_many(code: str, until: datetime, now: datetime) -> TooManyFailuresError:
    minutes = max(1, math.ceil((until - now).total_seconds() / 60))
    return TooManyFailuresError(code, minutes=minutes)
