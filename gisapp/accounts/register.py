"""The register of accounts: who may sign in, as what, for which county."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest
from gisapp.accounts.models import Account, AccountSession, SignInFailure
from gisapp.accounts.passwords import hash_password, is_right, new_password, require_good
from gisapp.clock import REAL
from gisapp.errors import GisAppError, InputError, UnknownRecordError
from gisapp.events import record_event
from gisapp.rights import ROLE_LABELS, ROLE_RIGHTS, Actor, Right, Role
from gisapp.store import Store

KIND = "account"
FIRST_LOGIN = "admin"
MAX_LOGIN, MAX_NAME = 64, 100
COUNTY = re.compile(r"\d{6}")
_LOGIN = re.compile(r"[\w.@-]+")
"""No colon, so that nobody signs in under the name that the log gives a token."""


class AccountError(GisAppError, ValueError):
    """An account cannot become what was asked."""


def fold(login: str) -> str:
    """One form of a login for all cases and widths it may be typed in."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def actor_of(account: Account) -> Actor:
    """Whoever signed in with `account`, with the rights of the role."""
    role = Role(account.role)
    return Actor(
        login=account.login,
        name=account.name,
        role=role,
        county=account.county,
        agency=account.agency,
        rights=ROLE_RIGHTS[role],
    )


def ensure_administrator(store: Store, *, who: str) -> str | None:
    """Make the first account, an administrator, where there is none at all.

    Returns
    -------
    str or None
        Its password, which is kept nowhere: show it once. None where accounts exist, or
        where another process was quicker.
    """
    with store.session() as session:
        if session.scalar(select(Account.fid).limit(1)) is not None:
            return None
    password = new_password()
    hashed = hash_password(password)
    try:
        with store.session(write=True) as session:
            if session.scalar(select(Account.fid).limit(1)) is not None:
                return None
            _insert(
                session,
                login=FIRST_LOGIN,
                name=ROLE_LABELS[Role.ADMINISTRATOR].zh,
                role=Role.ADMINISTRATOR,
                county=None,
                agency=None,
                password_hash=hashed,
                who=who,
                why="first start",
            )
    except IntegrityError:
        return None
    return password


def add_account(
    store: Store,
    *,
    login: str,
    name: str,
    role: str,
    county: str | None = None,
    agency: str | None = None,
    actor: Actor,
) -> str:
    """Make an account; its password must be changed at the first sign-in.

    Parameters
    ----------
    store
    login, name, role, county, agency
        Of the new account.
    actor
        Needs the right to manage accounts.

    Returns
    -------
    str
        The password, which is kept nowhere: show it once.

    Raises
    ------
    ForbiddenError
    InputError
        ``accounts.bad_login``, ``accounts.bad_name``, ``accounts.unknown_role``,
        ``accounts.bad_county``, ``accounts.county_needed``, ``accounts.county_not_needed``.
    AccountError
        ``accounts.login_taken``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    login = unicodedata.normalize("NFKC", login).strip()
    if not (len(login) <= MAX_LOGIN and _LOGIN.fullmatch(login)):
        raise InputError("accounts.bad_login", most=MAX_LOGIN)
    given = _checked(name=name, role=role, county=county, agency=agency)
    password = new_password()
    hashed = hash_password(password)
    try:
        with store.session(write=True) as session:
            _insert(session, login=login, password_hash=hashed, who=actor.who, why=None, **given)
    except IntegrityError as error:
        raise AccountError("accounts.login_taken", login=login) from error
    return password


def change_account(
    store: Store,
    login: str,
    *,
    name: str,
    role: str,
    county: str | None,
    agency: str | None,
    actor: Actor,
) -> None:
    """Change name, role, county and agency; at once in force for whoever is signed in.

    Parameters
    ----------
    store
    login
        Of the account.
    name, role, county, agency
        As they are to be.
    actor
        Needs the right to manage accounts.

    Raises
    ------
    ForbiddenError
    InputError
        As :func:`add_account`.
    UnknownRecordError
        ``accounts.unknown``.
    AccountError
        ``accounts.last_administrator``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    given = _checked(name=name, role=role, county=county, agency=agency)
    with store.session(write=True) as session:
        account = find(session, login)
        changed = {key: value for key, value in given.items() if getattr(account, key) != value}
        if not changed:
            return
        if account.role == Role.ADMINISTRATOR and given["role"] != Role.ADMINISTRATOR:
            _require_another_administrator(session, account)
        data = {"before": {key: getattr(account, key) for key in changed}, "after": changed}
        for key, value in changed.items():
            setattr(account, key, value)
        _record(session, account, who=actor.who, what="update", data=data)


def disable_account(store: Store, login: str, *, actor: Actor) -> None:
    """Let nobody sign in with an account any more, and end its sessions.

    Parameters
    ----------
    store
    login
        Of the account.
    actor
        Needs the right to manage accounts.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown``.
    AccountError
        ``accounts.last_administrator``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    with store.session(write=True) as session:
        account = find(session, login)
        if account.disabled_at is not None:
            return
        if account.role == Role.ADMINISTRATOR:
            _require_another_administrator(session, account)
        account.disabled_at = REAL.now()
        end_sessions(session, account)
        _record(session, account, who=actor.who, what="disable")


def enable_account(store: Store, login: str, *, actor: Actor) -> None:
    """Let a disabled account sign in again; takes and raises what :func:`disable_account` does."""
    actor.require(Right.MANAGE_ACCOUNTS)
    with store.session(write=True) as session:
        account = find(session, login)
        if account.disabled_at is None:
            return
        account.disabled_at = None
        _record(session, account, who=actor.who, what="enable")


def reset_password(store: Store, login: str, *, actor: Actor) -> str:
    """Give an account a new password, lift its lock and end its sessions.

    Parameters
    ----------
    store
    login
        Of the account.
    actor
        Needs the right to manage accounts.

    Returns
    -------
    str
        The password, which is kept nowhere: show it once.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    password = new_password()
    hashed = hash_password(password)
    with store.session(write=True) as session:
        account = find(session, login)
        account.password_hash = hashed
        account.must_change = True
        end_sessions(session, account)
        forget_failures(session, login)
        _record(session, account, who=actor.who, what="reset_password")
    return password


def change_password(store: Store, login: str, *, old: str, new: str) -> None:
    """Change one's own password; every session of the account ends.

    Raises
    ------
    InputError
        ``accounts.wrong_password``, ``accounts.password_same`` or as
        :func:`gisapp.accounts.passwords.require_good`.
    UnknownRecordError
        ``accounts.unknown``.
    """
    with store.session() as session:
        account = find(session, login)
    if not is_right(old, account.password_hash):
        raise InputError("accounts.wrong_password")
    require_good(new, login=account.login)
    if is_right(new, account.password_hash):
        raise InputError("accounts.password_same")
    hashed = hash_password(new)
    with store.session(write=True) as session:
        account = find(session, login)
        account.password_hash = hashed
        account.must_change = False
        end_sessions(session, account)
        _record(session, account, who=account.login, what="change_password")


def find(session: Session, login: str) -> Account:
    """Return the account with `login`, in whatever case.

    Raises
    ------
    UnknownRecordError
        ``accounts.unknown``.
    """
    found = session.scalars(select(Account).where(Account.login_folded == fold(login)))
    account = found.one_or_none()
    if account is None:
        raise UnknownRecordError("accounts.unknown", login=login)
    return account


def accounts(session: Session) -> Sequence[Account]:
    """All accounts, those in use first, by login."""
    order = (Account.disabled_at.is_not(None), Account.login_folded)
    return session.scalars(select(Account).order_by(*order)).all()


def locked_until(session: Session, login: str) -> datetime | None:
    """Until when nobody may sign in with `login`, None where it is not locked."""
    query = select(SignInFailure.locked_until).where(SignInFailure.subject == login_key(login))
    until = session.scalar(query)
    return until if until is not None and until > REAL.now() else None


def login_key(login: str) -> str:
    """Under which failures of a login are counted.

    Hashed: people type their password into the field of the login, and that must not be read
    in the database.
    """
    return digest(f"login:{fold(login)}")


def forget_failures(session: Session, login: str) -> None:
    """Count the failures of a login anew, which lifts its lock."""
    counted = session.scalars(
        select(SignInFailure).where(SignInFailure.subject == login_key(login))
    ).one_or_none()
    if counted is not None:
        session.delete(counted)


def end_sessions(session: Session, account: Account) -> int:
    """Sign an account out everywhere; return how many sessions that were."""
    ended = session.execute(
        update(AccountSession)
        .where(AccountSession.account_fid == account.fid, AccountSession.revoked_at.is_(None))
        .values(revoked_at=REAL.now())
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _insert(
    session: Session, *, login: str, who: str, why: str | None, **values: str | None
) -> None:
    account = Account(
        login=login,
        login_folded=fold(login),
        must_change=True,
        created_at=REAL.now(),
        created_by=who,
        **values,
    )
    session.add(account)
    session.flush()
    kept = {key: values[key] for key in ("name", "role", "county", "agency")}
    _record(session, account, who=who, what="insert", why=why, data={"after": kept})


def _checked(
    *, name: str, role: str, county: str | None, agency: str | None
) -> dict[str, str | None]:
    name, agency, county = name.strip(), (agency or "").strip() or None, (county or "").strip()
    if not 1 <= len(name) <= MAX_NAME or len(agency or "") > MAX_NAME:
        raise InputError("accounts.bad_name", most=MAX_NAME)
    if role not in set(Role):
        known = ", ".join(Role)
        raise InputError("accounts.unknown_role", role=role, known=known)
    require_county(county or None)
    if role == Role.COUNTY_EDITOR and not county:
        raise InputError("accounts.county_needed")
    if role != Role.COUNTY_EDITOR and county:
        raise InputError("accounts.county_not_needed")
    return {"name": name, "role": str(role), "county": county or None, "agency": agency}


def require_county(county: str | None) -> None:
    """Refuse what is no six-digit code; raises ``accounts.bad_county``."""
    if county is not None and not COUNTY.fullmatch(county):
        raise InputError("accounts.bad_county", county=county[:40])


def _require_another_administrator(session: Session, account: Account) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(Account)
        .where(
            Account.role == Role.ADMINISTRATOR,
            Account.disabled_at.is_(None),
            Account.fid != account.fid,
        )
    )
    if not others:
        raise AccountError("accounts.last_administrator", login=account.login)


def _record(
    session: Session,
    account: Account,
    *,
    who: str,
    what: str,
    why: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    record_event(
        session, who=who, what=what, kind=KIND, subject_id=account.login, why=why, data=data
    )
