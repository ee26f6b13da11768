"""What happens again and again, counted by the hour: one row where the log would hold thousands.

The log tells of each change by itself. That another system read a feed, or that a page kept asking
for what it may not have, is told by who, what and how often in an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import Index, Table, UniqueConstraint, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from gisapp.clock import now
from gisapp.events.catalogue import Contents, What, require_catalogued
from gisapp.schema import Base, documented

EVERYBODY = "*"
"""Who and which of the row that takes what a full hour has no room for."""

_KEY = ("hour", "who", "what", "kind", "subject")
_INSERTS: Final[Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]]] = (
    MappingProxyType({"sqlite": sqlite.insert, "postgresql": postgresql.insert})
)


class EventCount(Base):
    """How often one thing happened within one hour."""

    __tablename__ = "event_count"
    __table_args__ = (
        UniqueConstraint(*_KEY),
        Index("ix_event_count_what", "what", "fid"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("序号", "Sequence number of the row.")
    )
    hour: Mapped[datetime] = mapped_column(
        info=documented("起始整点（UTC）", "Beginning of the hour, UTC.")
    )
    who: Mapped[str] = mapped_column(info=documented("操作者", "Who did it."))
    what: Mapped[str] = mapped_column(
        info=documented("动作，如 export、refused", "What was done, as export or refused.")
    )
    kind: Mapped[str] = mapped_column(info=documented("对象类别", "Kind of the subject."))
    subject: Mapped[str] = mapped_column(info=documented("对象", "What it was about."))
    times: Mapped[int] = mapped_column(info=documented("次数", "How often."))
    records: Mapped[int] = mapped_column(
        info=documented("累计记录数", "Records handed out, all times together.")
    )
    contacts: Mapped[bool] = mapped_column(
        info=documented("是否含联系方式", "Whether contacts were in any of it.")
    )
    first_at: Mapped[datetime] = mapped_column(
        info=documented("首次时刻（UTC）", "First time in the hour, UTC.")
    )
    last_at: Mapped[datetime] = mapped_column(
        info=documented("最近时刻（UTC）", "Last time in the hour, UTC.")
    )
    data: Mapped[dict[str, Any] | None] = mapped_column(
        info=documented("最近一次的内容（JSON）", "Particulars of the last time, as JSON.")
    )


def count_event(
    session: Session,
    *,
    who: str,
    what: What,
    kind: str,
    subject: str,
    data: Contents,
    times: int = 1,
    records: int = 0,
    contacts: bool = False,
    at: datetime | None = None,
    most_rows: int | None = None,
) -> None:
    """Count something in its hour, by one statement: two at once are two.

    Parameters
    ----------
    session
        A writing session.
    who, what, kind, subject
        One row an hour for each.
    data
        As the catalogue says; takes the place of what the row says.
    times, records
        Added to what the row says.
    contacts
        Once true, the row stays so.
    at
        Timezone-aware; now where not given.
    most_rows
        Rows that an hour may hold of `what`; beyond it all go into one, of :data:`EVERYBODY`.
    """
    require_catalogued(what, kind, data)
    moment = at or now(session)
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if most_rows is not None and not _has_room(
        session, most_rows, hour=hour, who=who, what=what, kind=kind, subject=subject
    ):
        who = subject = EVERYBODY
    table = cast("Table", EventCount.__table__)
    statement = _INSERTS[session.get_bind().dialect.name](table).values(
        hour=hour,
        who=who,
        what=what,
        kind=kind,
        subject=subject,
        times=times,
        records=records,
        contacts=contacts,
        first_at=moment,
        last_at=moment,
        data=data,
    )
    given = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(_KEY),
            set_={
                "times": table.c.times + given.times,
                "records": table.c.records + given.records,
                "contacts": or_(table.c.contacts, given.contacts),
                "last_at": given.last_at,
                "data": given.data,
            },
        )
    )


def _has_room(session: Session, most: int, *, hour: datetime, what: str, **key: str) -> bool:
    """Whether the row is there already, or the hour may hold another.

    Two at once may both find the last place: the bound is for the size of the table, not exact.
    """
    of_hour = (EventCount.hour == hour, EventCount.what == what)
    own = [getattr(EventCount, name) == value for name, value in key.items()]
    if session.scalar(select(EventCount.fid).where(*of_hour, *own)) is not None:
        return True
    held = session.scalar(select(func.count()).select_from(EventCount).where(*of_hour)) or 0
    return held < most
