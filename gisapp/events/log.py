"""The append-only event table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import Index, Table, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from gisapp.clock import now
from gisapp.events.catalogue import Changed, Contents, What, require_catalogued
from gisapp.schema import Base, OfIncident, documented

OWN_EVENTS: Final[Mapping[str, bool]] = MappingProxyType({})
"""Execution options of a question about the events that the session sees."""


class Event(OfIncident, Base):
    """One change. The database refuses to alter or delete a row."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "kind", "subject_id"),
        Index("ix_event_kind", "kind", "seq"),
        # The audit is read along one of these, however long the log has become.
        Index("ix_event_who", "who", "seq"),
        Index("ix_event_what", "what", "seq"),
        Index("ix_event_at", "at", "seq"),
        # Whether an exercise has begun is asked with each of its requests; few events are of any.
        Index(
            "ix_event_exercise",
            "exercise_id",
            "seq",
            sqlite_where=sql("exercise_id IS NOT NULL"),
            postgresql_where=sql("exercise_id IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(
        primary_key=True,
        info=documented("序号，只增不减", "Sequence number, only ever rising."),
    )
    at: Mapped[datetime] = mapped_column(
        info=documented("发生时刻（UTC）", "Moment of the change, UTC.")
    )
    who: Mapped[str] = mapped_column(info=documented("操作者", "Who made the change."))
    what: Mapped[str] = mapped_column(
        info=documented("动作，如 insert、update", "What was done, as insert or update.")
    )
    kind: Mapped[str] = mapped_column(
        info=documented("对象类别", "Register or kind of the subject.")
    )
    subject_id: Mapped[str] = mapped_column(info=documented("对象编号", "Id of the subject."))
    why: Mapped[str | None] = mapped_column(info=documented("缘由", "The reason given."))
    data: Mapped[dict[str, Any] | None] = mapped_column(
        info=documented(
            "内容（JSON）；修改时为改前 before、改后 after",
            "Particulars as JSON; before and after of what changed.",
        )
    )


@dataclass(frozen=True, kw_only=True)
class EventRecord:
    """An event to be written.

    Parameters
    ----------
    kind, subject_id
        What the event is about.
    data
        As the catalogue says for `what` and `kind`.
    """

    who: str
    what: What
    kind: str
    subject_id: str
    why: str | None = None
    data: Contents | None = None


def changed_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changed:
    """Write down as an event's data what differs between two states of one thing."""
    return {
        "before": {name: old for name, old in before.items() if old != after[name]},
        "after": {name: new for name, new in after.items() if new != before.get(name)},
    }


def record_events(
    session: Session, records: Sequence[EventRecord], *, at: datetime | None = None
) -> None:
    """Append events in the transaction of the change they tell of.

    Parameters
    ----------
    session
        A writing session.
    at
        Timezone-aware; now where not given.

    Raises
    ------
    ValueError
        An event that is not in the catalogue.
    """
    if not records:
        return
    for record in records:
        require_catalogued(record.what, record.kind, record.data)
    moment = at or now(session)
    session.execute(
        insert(cast("Table", Event.__table__)),  # many rows, past the ORM
        [
            {
                "at": moment,
                "who": record.who,
                "what": record.what,
                "kind": record.kind,
                "subject_id": record.subject_id,
                "why": record.why,
                "data": record.data or None,
            }
            for record in records
        ],
    )


def record_event(
    session: Session,
    *,
    who: str,
    what: What,
    kind: str,
    subject_id: str,
    why: str | None = None,
    data: Contents | None = None,
    at: datetime | None = None,
) -> None:
    """Append one event in the transaction of the change it tells of."""
    record = EventRecord(who=who, what=what, kind=kind, subject_id=subject_id, why=why, data=data)
    record_events(session, [record], at=at)


def since(session: Session, seq: int, *, limit: int = 1000) -> list[Event]:
    """Events after sequence number `seq`, oldest first, `limit` at most."""
    query = select(Event).where(Event.seq > seq).order_by(Event.seq).limit(limit)
    return list(session.scalars(query))


def touched(
    session: Session,
    seq: int,
    kinds: Sequence[str],
    *,
    limit: int,
    options: Mapping[str, bool] = OWN_EVENTS,
) -> list[tuple[str, str]]:
    """Kind and id of what events after `seq` are about, each once, `limit` at most.

    Parameters
    ----------
    options
        Execution options of the question, as those by which an exercise asks for all events.
    """
    query = (
        select(Event.kind, Event.subject_id)
        .where(Event.seq > seq, Event.kind.in_(kinds))
        .distinct()
        .limit(limit)
    )
    rows = session.execute(query, execution_options=options)
    return [(row.kind, row.subject_id) for row in rows]


def latest(
    session: Session, kind: str | None = None, *, options: Mapping[str, bool] = OWN_EVENTS
) -> int:
    """Return the highest sequence number, of all events or of one kind; 0 where there is none.

    Parameters
    ----------
    options
        Execution options of the question, as those by which an exercise asks for all events.
    """
    query = select(func.max(Event.seq))
    if kind is not None:
        query = query.where(Event.kind == kind)
    return session.scalar(query, execution_options=options) or 0


def kinds_since(session: Session, seq: int) -> list[str]:
    """Kinds of what events after `seq` are about, in order; looks at those events alone."""
    query = select(Event.kind).where(Event.seq > seq).distinct().order_by(Event.kind)
    return list(session.scalars(query))
