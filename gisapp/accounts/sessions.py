"""Who a request is from: its session or its token, read by one indexed query.

Nothing is cached: a session that was ended, an account that was disabled or a token that was
revoked is refused from the next request on. That somebody was seen is written aside, about once
a minute, so that no request waits for the database's write lock.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gisapp.accounts.credentials import digest
from gisapp.accounts.models import AccessToken, Account, AccountSession
from gisapp.accounts.register import KIND, actor_of, find
from gisapp.clock import REAL
from gisapp.errors import StoreError, UnknownRecordError
from gisapp.events.catalogue import What
from gisapp.events.steps import Step
from gisapp.rights import Actor, Right
from gisapp.store import Store

log = logging.getLogger(__name__)

WRITTEN_EVERY = timedelta(seconds=60)
LOGGED_AS = "token:{name}"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a request is from.

    Attributes
    ----------
    must_change
        Nothing but a change of the password is open to it.
    session_fid
        None for an access token.
    """

    actor: Actor
    must_change: bool = False
    session_fid: int | None = None


class Identities:
    """Reads sessions and tokens, and remembers when each was last used.

    Parameters
    ----------
    idle_min
        Minutes without use after which a session ends.
    """

    def __init__(self, store: Store, *, idle_min: float) -> None:
        self._store = store
        self._idle = timedelta(minutes=idle_min)
        self._seen: dict[tuple[type[AccountSession | AccessToken], int], datetime] = {}
        self._guard = threading.Lock()
        self._writer: threading.Thread | None = None

    def of_session(self, token: str) -> Identity | None:
        """Whose session `token` is of; None where it is none, or ended."""
        with self._store.session() as session:
            row = session.execute(
                select(AccountSession, Account)
                .join(Account, Account.fid == AccountSession.account_fid)
                .where(AccountSession.token_hash == digest(token))
            ).one_or_none()
        if row is None:
            return None
        found, account = row
        now = REAL.now()
        seen = max(found.last_seen_at, self._last_seen(AccountSession, found.fid))
        ended = found.revoked_at is not None or account.disabled_at is not None
        if ended or now >= found.expires_at or now - seen >= self._idle:
            return None
        self._note(AccountSession, found.fid, now, written=found.last_seen_at)
        return Identity(
            actor=actor_of(account), must_change=account.must_change, session_fid=found.fid
        )

    def of_token(self, token: str) -> Identity | None:
        """What acts with an access token; None where it is none, ended or revoked."""
        with self._store.session() as session:
            found = session.scalars(
                select(AccessToken).where(AccessToken.token_hash == digest(token))
            ).one_or_none()
        now = REAL.now()
        if found is None or found.revoked_at is not None or now >= found.expires_at:
            return None
        self._note(AccessToken, found.fid, now, written=found.last_used_at)
        return Identity(
            actor=Actor(
                login=LOGGED_AS.format(name=found.name),
                name=found.name,
                role=None,
                county=found.county,
                agency=found.agency,
                # A right that a later version no longer knows is none.
                rights=frozenset(one for one in Right if one in found.rights),
            )
        )

    def finish(self) -> None:
        """Wait until what was seen is written."""
        writer = self._writer
        if writer is not None:
            writer.join()

    def _last_seen(self, table: type[AccountSession | AccessToken], fid: int) -> datetime:
        return self._seen.get((table, fid), datetime.min.replace(tzinfo=UTC))

    def _note(
        self,
        table: type[AccountSession | AccessToken],
        fid: int,
        now: datetime,
        *,
        written: datetime | None,
    ) -> None:
        self._seen[table, fid] = now
        if written is not None and now - written < WRITTEN_EVERY:
            return
        with self._guard:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._write, daemon=True)
                self._writer.start()

    def _write(self) -> None:
        seen = dict(self._seen)
        try:
            with self._store.session(write=True) as session:
                for (table, fid), moment in seen.items():
                    column = "last_seen_at" if table is AccountSession else "last_used_at"
                    session.execute(update(table).where(table.fid == fid).values({column: moment}))
        except StoreError as error:
            # A long import holds the lock: the next request tries again.
            log.info("last use not written: %s", error)
            return
        for key, moment in seen.items():
            if self._seen.get(key) == moment:
                del self._seen[key]


def sessions_of(session: Session, login: str) -> list[AccountSession]:
    """Sessions of an account that have not been ended or expired, the newest first.

    Raises
    ------
    UnknownRecordError
        ``accounts.unknown``.
    """
    account = find(session, login)
    query = (
        select(AccountSession)
        .where(
            AccountSession.account_fid == account.fid,
            AccountSession.revoked_at.is_(None),
            AccountSession.expires_at > REAL.now(),
        )
        .order_by(AccountSession.fid.desc())
    )
    return list(session.scalars(query))


def sign_out(session: Session, actor: Actor, session_fid: int) -> None:
    """End one session.

    Parameters
    ----------
    session
        A writing session of the database.
    actor
        Whose session it is; for another's he needs the right to manage accounts.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``accounts.unknown_session``.
    """
    found = session.get(AccountSession, session_fid)
    if found is None:
        raise UnknownRecordError("accounts.unknown_session")
    login = session.get_one(Account, found.account_fid).login
    own = actor.login == login
    right = None if own else Right.MANAGE_ACCOUNTS
    step = Step(session, found, actor=actor, right=right, kind=KIND, subject_id=login)
    if found.revoked_at is None:
        what: What = "sign_out" if own else "end_session"
        step.store({"revoked_at": REAL.now()}, what=what, data={})
