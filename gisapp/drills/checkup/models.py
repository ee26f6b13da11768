"""The tables of the check-up: what was found when, and every check-up that was made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, documented
from gisapp.schema.values import Json


class PlanFinding(Base):
    """Something that a check-up found in a plan; it stays, with when it was over."""

    __tablename__ = "plan_finding"
    __table_args__ = (
        Index(
            "ix_plan_finding_open", "plan_code", "clause", "item", "code", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    plan_code: Mapped[str] = mapped_column(info=documented("预案代码", "Code of the plan."))
    plan_edition: Mapped[int] = mapped_column(
        info=documented("最近一次体检的版次", "Edition that it was last found in.")
    )
    clause: Mapped[str] = mapped_column(
        info=documented("条款键；整份预案为空", "Key of the clause; empty for the plan as a whole.")
    )
    heading: Mapped[str] = mapped_column(
        info=documented("最近一次体检时的条款标题", "Heading of the clause, as last found.")
    )
    item: Mapped[str] = mapped_column(
        info=documented("任务、联系人或承诺的键", "Key of the task, contact or promise.")
    )
    code: Mapped[str] = mapped_column(
        info=documented("问题代码", "What is wrong, by the code of its sentence.")
    )
    params: Mapped[dict[str, Json]] = mapped_column(
        info=documented("最近一次体检的具体情况（JSON）", "What the sentence names, as last found.")
    )
    opened_at: Mapped[datetime] = mapped_column(
        info=documented("首次发现时刻（UTC）", "Moment it was first found, UTC.")
    )
    seen_at: Mapped[datetime] = mapped_column(
        info=documented("最近发现时刻（UTC）", "Moment it was last found, UTC.")
    )
    closed_at: Mapped[datetime | None] = mapped_column(
        info=documented("不再存在的时刻（UTC）", "Moment it was no longer found, UTC; else empty.")
    )


class PlanCheck(Base):
    """A check-up of all plans, on the data of one moment."""

    __tablename__ = "plan_check"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    checked_at: Mapped[datetime] = mapped_column(
        info=documented("体检时刻（UTC）", "Moment of the check-up, UTC.")
    )
    checked_by: Mapped[str] = mapped_column(info=documented("发起者", "Who asked for it."))
    last_event: Mapped[int] = mapped_column(
        info=documented("数据截至的事件序号", "Number of the last event that it knows.")
    )
    plans: Mapped[int] = mapped_column(info=documented("预案数", "Plans looked at."))
    promises: Mapped[int] = mapped_column(info=documented("承诺数", "Promises tested."))
    failed: Mapped[int] = mapped_column(info=documented("未兑现的承诺数", "Promises that failed."))
    findings: Mapped[int] = mapped_column(info=documented("全部问题数", "All that was found."))
