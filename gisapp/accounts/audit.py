"""The audit: the event log, and what is counted by the hour, asked by who, what and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gisapp.events import Event, EventCount
from gisapp.store.isolation import EVERY_EXERCISE

PAGE_ROWS = 100
CLOCK_MARGIN = timedelta(days=1)
"""How far the server's clock may ever have been set back without an event being missed."""


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """Events, the newest first; `before_seq` asks for the next page, None at the end."""

    events: Sequence[Event]
    before_seq: int | None


def audit(
    session: Session,
    *,
    who: str | None = None,
    what: str | None = None,
    kind: str | None = None,
    subject_id: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before_seq: int | None = None,
    limit: int = PAGE_ROWS,
) -> AuditPage:
    """Read a page of the log, what is real and what is of exercises, the newest first.

    Parameters
    ----------
    who, what, kind, subject_id
        Exactly as recorded; None for all.
    start, end
        Timezone-aware; `end` excluded.
    before_seq
        Only events before this number.
    limit
        Rows of a page.
    """
    query = select(Event).order_by(Event.seq.desc()).limit(limit + 1)
    query = query.execution_options(**EVERY_EXERCISE)
    given = {Event.who: who, Event.what: what, Event.kind: kind, Event.subject_id: subject_id}
    for column, value in given.items():
        if value is not None:
            query = query.where(column == value)
    query = _between(session, query, start, end)
    if before_seq is not None:
        query = query.where(Event.seq < before_seq)
    found = session.scalars(query).all()
    more = len(found) > limit
    return AuditPage(events=found[:limit], before_seq=found[limit - 1].seq if more else None)


@dataclass(frozen=True, kw_only=True)
class CountPage:
    """Hours in which something happened, the newest first; `before_fid` as in AuditPage."""

    counts: Sequence[EventCount]
    before_fid: int | None


def counted(
    session: Session,
    *,
    who: str | None = None,
    what: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    before_fid: int | None = None,
    limit: int = PAGE_ROWS,
) -> CountPage:
    """Read a page of what is counted by the hour; parameters as of :func:`audit`."""
    query = select(EventCount).order_by(EventCount.fid.desc()).limit(limit + 1)
    given = {
        EventCount.who: who,
        EventCount.what: what,
        EventCount.kind: kind,
        EventCount.subject: subject,
    }
    for column, value in given.items():
        if value is not None:
            query = query.where(column == value)
    if start is not None:
        query = query.where(EventCount.last_at >= start)
    if end is not None:
        query = query.where(EventCount.first_at < end)
    if before_fid is not None:
        query = query.where(EventCount.fid < before_fid)
    found = session.scalars(query).all()
    more = len(found) > limit
    return CountPage(counts=found[:limit], before_fid=found[limit - 1].fid if more else None)


def _between(
    session: Session, query: Select[Event], start: datetime | None, end: datetime | None
) -> Select[Event]:
    """Bound the numbers that a page is read along by the moments asked for.

    The numbers rise with time except where the clock was set back. So nothing is left away but
    what lies beyond an event that is further off than the clock may ever have been set back;
    the moments themselves are asked for as well.
    """
    by_time = select(Event.seq).limit(1).execution_options(**EVERY_EXERCISE)
    if start is not None:
        before = by_time.where(Event.at < start - CLOCK_MARGIN)
        before = before.order_by(Event.at.desc(), Event.seq.desc())
        query = query.where(Event.at >= start, Event.seq > (session.scalar(before) or 0))
    if end is not None:
        query = query.where(Event.at < end)
        after = by_time.where(Event.at >= end + CLOCK_MARGIN).order_by(Event.at, Event.seq)
        first = session.scalar(after)
        if first is not None:
            query = query.where(Event.seq < first)
    return query


def kinds_of_change(session: Session) -> list[str]:
    """Everything that was ever done, by name; read by leaps along the index."""
    return sorted({*_distinct(session, Event.what), *_distinct(session, EventCount.what)})


def everyone(session: Session) -> list[str]:
    """Everyone who ever did something, by name; read by leaps along the index."""
    return sorted({*_distinct(session, Event.who), *_distinct(session, EventCount.who)})


def _distinct(session: Session, column: InstrumentedAttribute[str]) -> list[str]:
    found: list[str] = []
    least = select(func.min(column)).execution_options(**EVERY_EXERCISE)
    value = session.scalar(least)
    while value is not None:
        found.append(value)
        value = session.scalar(least.where(column > value))
    return found
