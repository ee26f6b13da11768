"""The table of jobs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, documented, one_of
from gisapp.schema.values import Json


class State(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = (State.DONE, State.FAILED, State.CANCELLED)
"""States that nothing leads out of."""


class Job(Base):
    """Work that was asked for, and what became of it."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", State),
        CheckConstraint(
            "state <> 'running' OR (worker IS NOT NULL AND lease_until IS NOT NULL)", name="leased"
        ),
        Index("ix_job_state", "state", "not_before"),
        Index("ix_job_kind", "kind", "state"),
        Index(
            "uq_job_digest_queued",
            "digest",
            unique=True,
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("任务编号", "Id by which people name the job.")
    )
    kind: Mapped[str] = mapped_column(info=documented("任务类型", "What is to be done."))
    parameters: Mapped[dict[str, Json]] = mapped_column(
        info=documented("参数（JSON）", "With what, as JSON.")
    )
    digest: Mapped[str] = mapped_column(
        info=documented(
            "类型与参数的 SHA-256，相同者不重复排队",
            "SHA-256 of kind and parameters: two alike never wait at once.",
        )
    )
    asked_by: Mapped[str] = mapped_column(info=documented("提出人", "Who asked for it."))
    asked_at: Mapped[datetime] = mapped_column(
        info=documented("提出时刻（UTC）", "Moment it was asked for, UTC.")
    )
    not_before: Mapped[datetime] = mapped_column(
        info=documented("最早开始时刻（UTC）", "Moment before which it is not begun, UTC.")
    )
    state: Mapped[str] = mapped_column(
        info=documented("状态", "queued, running, done, failed or cancelled.")
    )
    done: Mapped[int] = mapped_column(
        default=0, server_default=text("0"), info=documented("已完成份数", "Parts done.")
    )
    total: Mapped[int | None] = mapped_column(
        info=documented("总份数，未知为空", "Parts in all, empty where not known.")
    )
    message: Mapped[str | None] = mapped_column(
        info=documented("进展语句的代码", "Code of the sentence that says how far it is.")
    )
    message_params: Mapped[dict[str, Json] | None] = mapped_column(
        info=documented("进展语句的参数（JSON）", "Parameters of that sentence, as JSON.")
    )
    cancel_asked: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        info=documented("已请求取消", "The one at work is asked to stop."),
    )
    worker: Mapped[str | None] = mapped_column(
        info=documented("执行者", "Who holds it or held it last.")
    )
    lease_until: Mapped[datetime | None] = mapped_column(
        info=documented(
            "租约到期（UTC），过期可由他人接手",
            "End of the lease, UTC; from then on another may take it up.",
        )
    )
    attempts: Mapped[int] = mapped_column(
        default=0, server_default=text("0"), info=documented("领取次数", "How often it was taken.")
    )
    started_at: Mapped[datetime | None] = mapped_column(
        info=documented("最近开始时刻（UTC）", "Moment it was last begun, UTC.")
    )
    finished_at: Mapped[datetime | None] = mapped_column(
        info=documented("结束时刻（UTC）", "Moment it was over, UTC.")
    )
    result: Mapped[dict[str, Json] | None] = mapped_column(
        info=documented("结果（JSON）", "What came of it, as JSON.")
    )
    error: Mapped[str | None] = mapped_column(
        info=documented("错误语句的代码", "Code of the sentence that says why it failed.")
    )
    error_params: Mapped[dict[str, Json] | None] = mapped_column(
        info=documented("错误语句的参数（JSON）", "Parameters of that sentence, as JSON.")
    )

    @property
    def is_over(self) -> bool:
        """Whether nothing leads out of its state."""
        return self.state in OVER
