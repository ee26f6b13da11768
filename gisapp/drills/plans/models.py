"""The tables of the plan library beside the editions: drafts, and what is recorded of plans."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.drills.plans.vocabulary import REVISION_TRIGGERS, Mark
from gisapp.schema import Base, documented, one_of
from gisapp.schema.values import Json


class PlanDraft(Base):
    """A plan that is being written: issued it becomes an edition, or it is put away."""

    __tablename__ = "plan_draft"
    __table_args__ = (
        CheckConstraint("length(code) > 0", name="code"),
        CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by"),
        # One at a time, so that nobody's changes are lost where two drafts become editions.
        Index(
            "ix_plan_draft_open", "code", unique=True,
            sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    id: Mapped[str] = mapped_column(unique=True, info=documented("草稿编号", "Id."))
    code: Mapped[str] = mapped_column(info=documented("预案代码", "Code of the plan."))
    content: Mapped[dict[str, Json]] = mapped_column(
        info=documented("预案全文（JSON）", "All of the plan, as JSON.")
    )
    unread: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented(
            "导入时未能读懂、待处理的内容（JSON）",
            "What an import could not read and nobody has settled, as JSON.",
        )
    )
    made_at: Mapped[datetime] = mapped_column(
        info=documented("建立时刻（UTC）", "Moment it was begun, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("建立者", "Who began it."))
    updated_at: Mapped[datetime | None] = mapped_column(
        info=documented("修改时刻（UTC）", "Moment of its last change, UTC.")
    )
    updated_by: Mapped[str] = mapped_column(
        info=documented("最近修改者", "Who made or changed it last.")
    )
    version: Mapped[int] = mapped_column(
        default=1, server_default=text("1"), info=documented("版本", "Counts its changes.")
    )
    issued_as: Mapped[int | None] = mapped_column(
        info=documented("印发后的版次", "The edition that it became; else empty.")
    )
    retired_at: Mapped[datetime | None] = mapped_column(
        info=documented("印发或放弃时刻（UTC）", "Moment it was issued or put away, UTC.")
    )
    retired_by: Mapped[str | None] = mapped_column(
        info=documented("印发或放弃者", "Who issued it or put it away.")
    )


class PlanMark(Base):
    """What happened to a plan after it was issued: reviewed, filed, found in need of revision."""

    __tablename__ = "plan_mark"
    __table_args__ = (
        one_of("what", Mark),
        one_of("trigger", REVISION_TRIGGERS),
        CheckConstraint("(what = 'to_revise') = (trigger IS NOT NULL)", name="trigger_given"),
        Index("ix_plan_mark_plan", "plan_code", "fid"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    plan_code: Mapped[str] = mapped_column(info=documented("预案代码", "Code of the plan."))
    plan_edition: Mapped[int] = mapped_column(info=documented("版次", "Its edition."))
    what: Mapped[str] = mapped_column(
        info=documented("事项：评估、备案、应当修订", "Reviewed, filed, or to be revised.")
    )
    on: Mapped[date] = mapped_column("on_day", info=documented("日期", "Day on which it happened."))
    by: Mapped[str | None] = mapped_column(
        "by_whom", info=documented("评估或备案机关", "Who reviewed it, or whom it was filed with.")
    )
    number: Mapped[str | None] = mapped_column(
        info=documented("备案编号", "Number under which it was filed.")
    )
    trigger: Mapped[str | None] = mapped_column(
        info=documented(
            "修订情形（生产安全事故应急条例第六条）", "Why it has to be revised, by article 6."
        )
    )
    note: Mapped[str] = mapped_column(
        default="", server_default=text("''"), info=documented("说明", "What was found.")
    )
    recorded_at: Mapped[datetime] = mapped_column(
        info=documented("登记时刻（UTC）", "Moment of the record, UTC.")
    )
    recorded_by: Mapped[str] = mapped_column(info=documented("登记人", "Who recorded it."))
