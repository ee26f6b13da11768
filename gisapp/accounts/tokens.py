"""Access tokens: how another agency's system proves who it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest, new_token
from gisapp.accounts.models import AccessToken
from gisapp.accounts.register import MAX_NAME, AccountError, require_county
from gisapp.clock import REAL
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.rights import Actor, Right

KIND = "access_token"
MAX_DAYS = 3 * 366
FOR_PEOPLE_ONLY = frozenset({Right.MANAGE_ACCOUNTS, Right.ADMINISTER})
"""Rights no token has: whoever finds one must not make accounts with it."""


def issue_token(
    session: Session,
    actor: Actor,
    *,
    name: str,
    agency: str,
    rights: Collection[str],
    county: str | None = None,
    days: int,
) -> str:
    """Issue a token for an agency's system.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    name
        What it is for; the log keeps what it does under ``token:<name>``.
    rights
        Codes of :class:`~gisapp.rights.Right`; viewing is always among them.
    county
        Where writing and contacts end; None for no bound.
    days
        How long it is valid.

    Returns
    -------
    str
        The token, which is kept nowhere: show it once.

    Raises
    ------
    ForbiddenError
    InputError
        ``accounts.bad_token_name``, ``accounts.unknown_right``, ``accounts.bad_county``,
        ``accounts.bad_days``.
    AccountError
        ``accounts.token_taken``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    name, agency = name.strip(), agency.strip()
    if not (1 <= len(name) <= MAX_NAME and 1 <= len(agency) <= MAX_NAME):
        raise InputError("accounts.bad_token_name", most=MAX_NAME)
    allowed = [right for right in Right if right not in FOR_PEOPLE_ONLY]
    unknown = sorted(set(rights) - set(allowed))
    if unknown:
        raise InputError("accounts.unknown_right", right=unknown[0], known=", ".join(allowed))
    require_county(county)
    if not 1 <= days <= MAX_DAYS:
        raise InputError("accounts.bad_days", most=MAX_DAYS)
    token, moment = new_token(), REAL.now()
    given = [right.value for right in allowed if right in {*rights, Right.VIEW}]
    issued = AccessToken(token_hash=digest(token), created_at=moment, created_by=actor.who)
    told = {"agency": agency, "rights": given, "county": county}
    _step(session, actor, issued, name).store(
        {**told, "name": name, "expires_at": moment + timedelta(days=days)},
        what="insert",
        data={"after": {**told, "days": days}},
    )
    return token


def revoke_token(session: Session, actor: Actor, fid: int) -> None:
    """Make a token worthless, from the next request on.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to manage accounts.
    fid
        Of the token.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown_token``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)  # before it is said which tokens there are
    found = session.get(AccessToken, fid)
    if found is None:
        raise UnknownRecordError("accounts.unknown_token")
    if found.revoked_at is None:
        step = _step(session, actor, found, found.name)
        step.store({"revoked_at": REAL.now()}, what="revoke", data={})


def tokens(session: Session) -> Sequence[AccessToken]:
    """All tokens, those in force first, by name."""
    order = (AccessToken.revoked_at.is_not(None), AccessToken.name, AccessToken.fid)
    return session.scalars(select(AccessToken).order_by(*order)).all()


def _step(session: Session, actor: Actor, token: AccessToken, name: str) -> Step:
    return Step(
        session,
        token,
        actor=actor,
        right=Right.MANAGE_ACCOUNTS,
        kind=KIND,
        subject_id=name,
        lost=lambda: AccountError("accounts.token_taken", name=name),
    )
