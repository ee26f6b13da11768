"""When a record falls due to be verified again."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, false, or_

from gisapp.registers.fields import Kind
from gisapp.registers.kinds import MODELS

DUE_SOON_DAYS = 14
"""Days before its due date from which a record is to be called due soon."""


class Freshness(StrEnum):
    """How a record stands with its verification."""

    CURRENT = "current"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NEVER_VERIFIED = "never_verified"


LATE = frozenset({Freshness.OVERDUE, Freshness.NEVER_VERIFIED})
"""What is to be verified now."""


def due_on(kind: Kind, verified_at: date | None) -> date | None:
    """Day by which a record is to be verified again.

    The intervals, ``Kind.verify_every_days``, are this product's own defaults: no law read
    sets one for a register as a whole.

    Parameters
    ----------
    verified_at
        Day of the last verification; None where there was none.

    Returns
    -------
    date or None
        The last day on which the record still counts as verified. None where it was never
        verified or its kind never falls due: :func:`freshness` tells the two apart.
    """
    if kind.verify_every_days is None or verified_at is None:
        return None
    return verified_at + timedelta(days=kind.verify_every_days)


def freshness(kind: Kind, verified_at: date | None, *, today: date) -> Freshness | None:
    """Say how a record stands on a day.

    Parameters
    ----------
    today
        By the site's clock.

    Returns
    -------
    Freshness or None
        None where the kind never falls due.
    """
    if kind.verify_every_days is None:
        return None
    due = due_on(kind, verified_at)
    if due is None:
        return Freshness.NEVER_VERIFIED
    if today > due:
        return Freshness.OVERDUE
    if today > due - timedelta(days=DUE_SOON_DAYS):
        return Freshness.DUE_SOON
    return Freshness.CURRENT


def is_late(kind: Kind, verified_at: date | None, *, today: date) -> bool:
    """Whether a record is overdue or was never verified, where its kind falls due."""
    return freshness(kind, verified_at, today=today) in LATE


def not_verified_in_time(kind: Kind, *, today: date) -> ColumnElement[bool]:
    """Ask of a query for records of `kind` that they are overdue or were never verified.

    The index by ``verified_at`` answers.
    """
    if kind.verify_every_days is None:
        return false()
    verified_at = MODELS[kind.name].verified_at
    oldest = today - timedelta(days=kind.verify_every_days)
    return or_(verified_at.is_(None), verified_at < oldest)


def verified_in_time(kind: Kind, *, today: date) -> ColumnElement[bool]:
    """Ask for records of `kind` that were verified and are not overdue; the same index answers."""
    verified_at = MODELS[kind.name].verified_at
    if kind.verify_every_days is None:
        return verified_at.is_not(None)
    return verified_at >= today - timedelta(days=kind.verify_every_days)
