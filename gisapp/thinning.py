"""What has had its time: rows and files that nobody can use any more.

Only what has a rule is removed. Accounts, tokens that were revoked, records and the log stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.orm import Session

from gisapp import jobs
from gisapp.accounts import refusals, signin
from gisapp.accounts.models import AccountSession, SignInFailure
from gisapp.clock import now
from gisapp.events import EventCount
from gisapp.importing import waiting
from gisapp.incidents.drafts import give_up_old
from gisapp.incidents.positions.readings import thin_positions
from gisapp.rights import Actor, Right
from gisapp.settings import Settings
from gisapp.store import Store

BATCH_ROWS: Final = 5000
"""Removed in one transaction: nobody waits long for his turn to write."""

Model = type[AccountSession] | type[SignInFailure] | type[EventCount]
Tell = Callable[[int, int], None]


def thin(store: Store, settings: Settings, actor: Actor, *, tell: Tell) -> dict[str, int]:
    """Remove what has had its time, in short transactions.

    - Sign-ins whose latest end has come; that they were is in the log.
    - Failures to sign in that count no longer (:data:`gisapp.accounts.signin.FORGOTTEN_AFTER`).
    - Counts of refused requests beyond ``refusals_kept_days``, where that is set.
    - Jobs that were over 90 days ago (:data:`gisapp.jobs.due.KEPT`).
    - Uploads nobody decided on (:data:`gisapp.importing.waiting.KEPT_S`).
    - Calls begun and not opened (:data:`gisapp.incidents.drafts.KEPT_FOR`).
    - Positions of units: after a day all but the last of each minute, after a week of each hour,
      after ``positions_kept_days`` all.

    Parameters
    ----------
    actor
        Needs the right to administer.
    tell
        Hears how many of these are done, and how many there are.

    Returns
    -------
    dict
        How many of each went.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.ADMINISTER)
    steps: Mapping[str, Callable[[], int]] = MappingProxyType(
        {
            "sessions": lambda: _rows(store, AccountSession, _ended),
            "failures": lambda: _rows(store, SignInFailure, _forgotten),
            "refusals": lambda: _refusals(store, settings.refusals_kept_days),
            "jobs": lambda: _jobs(store, actor),
            "uploads": lambda: waiting.remove_old(settings.dir),
            "drafts": lambda: _drafts(store, actor),
            "positions": lambda: _positions(store, actor, settings.positions_kept_days),
        }
    )
    gone: dict[str, int] = {}
    for number, (name, step) in enumerate(steps.items()):
        tell(number, len(steps))
        gone[name] = step()
    return gone


def _ended(session: Session) -> ColumnElement[bool]:
    return AccountSession.expires_at <= now(session)


def _forgotten(session: Session) -> ColumnElement[bool]:
    return SignInFailure.last_at < now(session) - signin.FORGOTTEN_AFTER


def _refusals(store: Store, kept_days: int | None) -> int:
    if kept_days is None:
        return 0

    def old(session: Session) -> ColumnElement[bool]:
        return (
            (EventCount.what == "refused")
            & (EventCount.kind == refusals.KIND)
            & (EventCount.last_at < now(session) - timedelta(days=kept_days))
        )

    return _rows(store, EventCount, old)


def _jobs(store: Store, actor: Actor) -> int:
    with store.session(write=True) as session:
        return jobs.thin(session, actor)


def _drafts(store: Store, actor: Actor) -> int:
    with store.session(write=True) as session:
        return give_up_old(session, actor)


def _positions(store: Store, actor: Actor, kept_days: int) -> int:
    total, gone = 0, BATCH_ROWS
    while gone:
        with store.session(write=True) as session:
            gone = thin_positions(session, actor, kept_days=kept_days)
        total += gone
    return total


def _rows(store: Store, model: Model, which: Callable[[Session], ColumnElement[bool]]) -> int:
    gone = BATCH_ROWS
    total = 0
    while gone == BATCH_ROWS:
        with store.session(write=True) as session:
            some = select(model.fid).where(which(session)).limit(BATCH_ROWS)
            done = session.execute(delete(model).where(model.fid.in_(some)))
            assert isinstance(done, CursorResult)
            gone = done.rowcount
        total += gone
    return total
