"""The tables of copies that counties work on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.exchange.threeway import Cause
from gisapp.schema import Base, documented, one_of
from gisapp.schema.values import Values

CONFLICT_STATES = ("open", "ours", "theirs", "superseded")
"""Not decided; decided for the value here, or there; replaced by a newer one of the same copy."""


class ExchangeCopy(Base):
    """One copy handed to a county; a row with the same id is in the copy itself."""

    __tablename__ = "exchange_copy"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("副本编号", "Id of the copy, the same on both sides.")
    )
    origin: Mapped[str] = mapped_column(
        info=documented("来源站点代码", "Code of the site it was taken from.")
    )
    county: Mapped[str] = mapped_column(
        info=documented("行政区划代码", "Code of the county whose records it holds.")
    )
    is_here: Mapped[bool] = mapped_column(
        info=documented("本库即该副本", "1 in the copy itself, 0 in the site it was taken from.")
    )
    event_seq: Mapped[int] = mapped_column(
        info=documented("导出时的事件序号", "Last event of the site when it was taken.")
    )
    exported_at: Mapped[datetime] = mapped_column(
        info=documented("导出时刻（UTC）", "Moment it was taken, UTC.")
    )
    exported_by: Mapped[str] = mapped_column(info=documented("导出人", "Who took it."))
    merged_at: Mapped[datetime | None] = mapped_column(
        info=documented("最近合并时刻（UTC）", "Moment it was last merged back, UTC.")
    )
    merged_by: Mapped[str | None] = mapped_column(
        info=documented("最近合并人", "Who last merged it back.")
    )


class ExchangeBase(Base):
    """What both sides knew of a record when they last met.

    A copy holds a row per record as exported. The site holds a row only where a merge has moved
    on from there.
    """

    __tablename__ = "exchange_base"
    __table_args__ = (
        UniqueConstraint("copy_id", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    copy_id: Mapped[str] = mapped_column(info=documented("副本编号", "Id of the copy."))
    kind: Mapped[str] = mapped_column(info=documented("资源类别", "Register."))
    record_id: Mapped[str] = mapped_column(info=documented("记录编号", "Id of the record."))
    content: Mapped[Values | None] = mapped_column(
        info=documented("内容（JSON）；空为已删除", "Fields as JSON; empty where removed.")
    )


class ExchangeConflict(Base):
    """A change made in a copy that a person has to decide on."""

    __tablename__ = "exchange_conflict"
    __table_args__ = (
        one_of("cause", Cause),
        one_of("state", CONFLICT_STATES),
        Index("ix_exchange_conflict_state", "state", "county"),
        Index("ix_exchange_conflict_record", "kind", "record_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("编号", "Number of the conflict.")
    )
    copy_id: Mapped[str] = mapped_column(info=documented("副本编号", "Id of the copy."))
    county: Mapped[str] = mapped_column(info=documented("行政区划代码", "County of the copy."))
    kind: Mapped[str] = mapped_column(info=documented("资源类别", "Register."))
    record_id: Mapped[str] = mapped_column(info=documented("记录编号", "Id of the record."))
    field: Mapped[str] = mapped_column(
        info=documented("字段", "Field, the first of those that change together.")
    )
    cause: Mapped[str] = mapped_column(info=documented("原因", "Why it needs a decision."))
    base: Mapped[Values | None] = mapped_column(
        info=documented("共同的旧值（JSON）", "Values both sides knew, JSON.")
    )
    ours: Mapped[Values | None] = mapped_column(
        info=documented("本库的值（JSON）", "Values here, JSON.")
    )
    theirs: Mapped[Values | None] = mapped_column(
        info=documented("副本的值（JSON）", "Values in the copy, JSON.")
    )
    state: Mapped[str] = mapped_column(
        default="open",
        server_default="open",
        info=documented("状态", "open, ours, theirs or superseded."),
    )
    found_at: Mapped[datetime] = mapped_column(
        info=documented("发现时刻（UTC）", "Moment of the merge that found it, UTC.")
    )
    decided_at: Mapped[datetime | None] = mapped_column(
        info=documented("决定时刻（UTC）", "Moment of the decision, UTC.")
    )
    decided_by: Mapped[str | None] = mapped_column(info=documented("决定人", "Who decided."))
