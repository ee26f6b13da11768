"""Access tokens: how another agency's system proves who it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest, new_token
from gisapp.accounts.models import AccessToken
from gisapp.accounts.register import MAX_NAME, AccountError, require_county
from gisapp.clock import REAL
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events import record_event
from gisapp.rights import Actor, Right
from gisapp.store import Store

KIND = "access_token"
MAX_DAYS = 3 * 366
FOR_PEOPLE_ONLY = frozenset({Right.MANAGE_ACCOUNTS, Right.ADMINISTER})
"""Rights no token has: whoever finds one must not make accounts with it."""


def issue_token(
    store: Store,
    *,
    name: str,
    agency: str,
    rights: Collection[str],
    county: str | None = None,
    days: int,
    actor: Actor,
) -> str:
    """Issue a token for an agency's system.

    Parameters
    ----------
    store
    name
        What it is for; the log keeps what it does under ``token:<name>``.
    agency
    rights
        Codes of :class:`~gisapp.rights.Right`; viewing is always among them.
    county
        Where writing and contacts end; None for no bound.
    days
        How long it is valid.
    actor
        Needs the right to manage accounts.

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
    token, now = new_token(), REAL.now()
    given = [right.value for right in allowed if right in {*rights, Right.VIEW}]
    issued = AccessToken(
        name=name,
        token_hash=digest(token),
        agency=agency,
        rights=given,
        county=county,
        created_at=now,
        created_by=actor.who,
        expires_at=now + timedelta(days=days),
    )
    data = {"after": {"agency": agency, "rights": given, "county": county, "days": days}}
    try:
        with store.session(write=True) as session:
            session.add(issued)
            session.flush()
            record_event(
                session, who=actor.who, what="insert", kind=KIND, subject_id=name, data=data
            )
    except IntegrityError as error:
        raise AccountError("accounts.token_taken", name=name) from error
    return token


def revoke_token(store: Store, fid: int, *, actor: Actor) -> None:
    """Make a token worthless, from the next request on.

    Parameters
    ----------
    store
    fid
        Of the token.
    actor
        Needs the right to manage accounts.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown_token``.
    """
    actor.require(Right.MANAGE_ACCOUNTS)
    with store.session(write=True) as session:
        found = session.get(AccessToken, fid)
        if found is None:
            raise UnknownRecordError("accounts.unknown_token")
        if found.revoked_at is not None:
            return
        found.revoked_at = REAL.now()
        record_event(session, who=actor.who, what="revoke", kind=KIND, subject_id=found.name)


def tokens(session: Session) -> Sequence[AccessToken]:
    """All tokens, those in force first, by name."""
    order = (AccessToken.revoked_at.is_not(None), AccessToken.name, AccessToken.fid)
    return session.scalars(select(AccessToken).order_by(*order)).all()
