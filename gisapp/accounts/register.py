"""The register of accounts: who may sign in, as what, for which county."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest
from gisapp.accounts.models import Account, AccountSession, SignInFailure
from gisapp.accounts.passwords import Hashed, hash_password, is_right, require_good
from gisapp.clock import REAL
from gisapp.errors import GisAppError, InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.rights import ROLE_LABELS, ROLE_RIGHTS, Actor, Right, Role
from gisapp.schema.values import Values

KIND = "account"
FIRST_LOGIN = "admin"
MAX_LOGIN, MAX_NAME = 64, 100
COUNTY = re.compile(r"\d{6}")
OFFICE = re.compile(r"[\w.-]{1,64}", re.ASCII)
"""What may be the code of an office."""
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
        office=account.office,
    )


def has_accounts(session: Session) -> bool:
    """Whether there is any account at all."""
    return session.scalar(select(Account.fid).limit(1)) is not None


def ensure_administrator(session: Session, actor: Actor, password: Hashed) -> bool:
    """Make the first account, an administrator, where there is none at all.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    password
        It is kept nowhere: show it once.

    Returns
    -------
    bool
        Whether there was none; another process may have been quicker.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    if has_accounts(session):
        return False
    name = ROLE_LABELS[Role.ADMINISTRATOR].zh
    given = _checked(name=name, role=Role.ADMINISTRATOR, county=None, agency=None, office=None)
    _insert(session, actor, FIRST_LOGIN, password, given, why="first start")
    return True


def add_account(
    session: Session,
    actor: Actor,
    password: Hashed,
    *,
    login: str,
    name: str,
    role: str,
    county: str | None = None,
    agency: str | None = None,
    office: str | None = None,
) -> None:
    """Make an account; its password must be changed at the first sign-in.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    password
        It is kept nowhere: show it once.
    login, name, role, county, agency, office
        Of the new account; the office by its code in the plans of the site.

    Raises
    ------
    ForbiddenError
    InputError
        ``accounts.bad_login``, ``accounts.bad_name``, ``accounts.unknown_role``,
        ``accounts.bad_county``, ``accounts.county_needed``, ``accounts.county_not_needed``,
        ``accounts.bad_office``.
    AccountError
        ``accounts.login_taken``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    login = unicodedata.normalize("NFKC", login).strip()
    if not (len(login) <= MAX_LOGIN and _LOGIN.fullmatch(login)):
        raise InputError("accounts.bad_login", most=MAX_LOGIN)
    given = _checked(name=name, role=role, county=county, agency=agency, office=office)
    _insert(session, actor, login, password, given)


def change_account(
    session: Session,
    actor: Actor,
    login: str,
    *,
    name: str,
    role: str,
    county: str | None,
    agency: str | None,
    office: str | None,
) -> None:
    """Change what an account says of its person; at once in force for whoever is signed in.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    login
        Of the account.
    name, role, county, agency, office
        As they are to be.

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
    account, step = _begin(session, actor, login)
    given = _checked(name=name, role=role, county=county, agency=agency, office=office)
    changed = {key: value for key, value in given.items() if getattr(account, key) != value}
    if not changed:
        return
    if given["role"] != Role.ADMINISTRATOR:
        _require_another_administrator(session, account)
    step.store(changed, what="update")


def record_office(session: Session, actor: Actor, login: str, office: str | None) -> None:
    """Record which office an account has, None for none; at once in force.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    login
        Of the account.
    office
        Its code in the plans of the site.

    Raises
    ------
    ForbiddenError
    InputError
        ``accounts.bad_office``.
    UnknownRecordError
        ``accounts.unknown``.
    """
    account, step = _begin(session, actor, login)
    office = _office(office)
    if office != account.office:
        step.store({"office": office}, what="update")


def disable_account(session: Session, actor: Actor, login: str) -> None:
    """Let nobody sign in with an account any more, and end its sessions.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    login
        Of the account.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown``.
    AccountError
        ``accounts.last_administrator``.
    """
    account, step = _begin(session, actor, login)
    if account.disabled_at is not None:
        return
    _require_another_administrator(session, account)
    end_sessions(session, account)
    step.store({"disabled_at": REAL.now()}, what="disable", data={})


def enable_account(session: Session, actor: Actor, login: str) -> None:
    """Let a disabled account sign in again; takes and raises what :func:`disable_account` does."""
    account, step = _begin(session, actor, login)
    if account.disabled_at is not None:
        step.store({"disabled_at": None}, what="enable", data={})


def reset_password(session: Session, actor: Actor, login: str, password: Hashed) -> None:
    """Give an account a new password, lift its lock and end its sessions.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    login
        Of the account.
    password
        It is kept nowhere: show it once.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown``.
    """
    account, step = _begin(session, actor, login)
    end_sessions(session, account)
    forget_failures(session, login)
    written: Values = {"password_hash": password.hashed, "must_change": True}
    step.store(written, what="reset_password", data={})


def chosen_password(session: Session, actor: Actor, *, old: str, new: str) -> Hashed:
    """Prove that `actor` knows the own password, and make ready the one that he chose.

    Takes long; a reading session is enough.

    Raises
    ------
    InputError
        ``accounts.wrong_password``, ``accounts.password_same`` or as
        :func:`gisapp.accounts.passwords.require_good`.
    UnknownRecordError
        ``accounts.unknown``.
    """
    account = find(session, actor.login)
    if not is_right(old, account.password_hash):
        raise InputError("accounts.wrong_password")
    require_good(new, login=account.login)
    if is_right(new, account.password_hash):
        raise InputError("accounts.password_same")
    return Hashed(plain=new, hashed=hash_password(new), replaces=account.password_hash)


def change_password(session: Session, actor: Actor, password: Hashed) -> None:
    """Change one's own password; every session of the account ends.

    Parameters
    ----------
    session
        A writing session.
    actor
        Whose account it is; no right is needed.
    password
        Of :func:`chosen_password`.

    Raises
    ------
    InputError
        ``accounts.wrong_password``: the password is another meanwhile.
    UnknownRecordError
        ``accounts.unknown``.
    """
    account, step = _begin(session, actor, actor.login, right=None)
    if password.replaces != account.password_hash:
        raise InputError("accounts.wrong_password")
    end_sessions(session, account)
    written: Values = {"password_hash": password.hashed, "must_change": False}
    step.store(written, what="change_password", data={})


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


def _begin(
    session: Session, actor: Actor, login: str, *, right: Right | None = Right.MANAGE_ACCOUNTS
) -> tuple[Account, Step]:
    """The account, once it is known that `actor` may change it."""
    if right is not None:
        actor.require(right)  # before it is said which accounts there are
    account = find(session, login)
    return account, _step(session, actor, account, right=right)


def _step(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    right: Right | None = Right.MANAGE_ACCOUNTS,
) -> Step:
    return Step(
        session,
        account,
        actor=actor,
        right=right,
        kind=KIND,
        subject_id=account.login,
        lost=lambda: AccountError("accounts.login_taken", login=account.login),
    )


def _insert(
    session: Session,
    actor: Actor,
    login: str,
    password: Hashed,
    given: dict[str, str | None],
    *,
    why: str | None = None,
) -> None:
    account = Account(login=login, login_folded=fold(login), password_hash=password.hashed)
    account.must_change, account.created_at, account.created_by = True, REAL.now(), actor.who
    _step(session, actor, account).store(given, what="insert", why=why)


def _checked(
    *, name: str, role: str, county: str | None, agency: str | None, office: str | None
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
    return {
        "name": name,
        "role": str(role),
        "county": county or None,
        "agency": agency,
        "office": _office(office),
    }


def _office(code: str | None) -> str | None:
    """The code, where it can be one: which there are, the plans say, that are read elsewhere."""
    code = (code or "").strip() or None
    if code is not None and not OFFICE.fullmatch(code):
        raise InputError("accounts.bad_office", office=code[:40])
    return code


def require_county(county: str | None) -> None:
    """Refuse what is no six-digit code; raises ``accounts.bad_county``."""
    if county is not None and not COUNTY.fullmatch(county):
        raise InputError("accounts.bad_county", county=county[:40])


def _require_another_administrator(session: Session, account: Account) -> None:
    if account.role != Role.ADMINISTRATOR:
        return
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
