"""The tables of command: who leads, posts, tasks, messages, instructions, calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.incidents.command import vocabulary as v
from gisapp.schema import Base, OfIncident, documented, one_of

_FID = documented("文件内部行号", "Row number within the file.")
_INCIDENT = documented("事件编号", "Number of the incident.")
_VERSION = documented("修改次数，从 1 起", "Counts the changes of the row, from 1.")
_RECORDED_BY = documented("登记人", "Who recorded it.")
_X, _Y = documented("经度", "Longitude, EPSG:4326."), documented("纬度", "Latitude, EPSG:4326.")


class Lead(OfIncident, Base):
    """A government taking the lead; the newest counts, and none means the county (art. 17)."""

    __tablename__ = "lead"
    __table_args__ = (
        one_of("level", v.LEAD_LEVELS),
        Index("ix_lead_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    level: Mapped[str] = mapped_column(
        info=documented("统一领导的层级", "Level of the government that leads.")
    )
    decided_by: Mapped[str] = mapped_column(
        info=documented("决定人", "By whose decision, name and office.")
    )
    since: Mapped[datetime] = mapped_column(
        info=documented("起始时刻（UTC）", "From when on, UTC.")
    )
    recorded_by: Mapped[str] = mapped_column(info=_RECORDED_BY)


class CommandPost(OfIncident, Base):
    """A 现场指挥部 under one commander; another commander is another row."""

    __tablename__ = "command_post"
    __table_args__ = (
        CheckConstraint("(x IS NULL) = (y IS NULL)", name="point"),
        Index(
            "ix_command_post_open",
            "incident_id",
            unique=True,
            sqlite_where=sql("until IS NULL"),
            postgresql_where=sql("until IS NULL"),
        ),
        Index("ix_command_post_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    place: Mapped[str] = mapped_column(info=documented("地点", "Place in words."))
    x: Mapped[float | None] = mapped_column(info=_X)
    y: Mapped[float | None] = mapped_column(info=_Y)
    commander: Mapped[str] = mapped_column(
        info=documented("总指挥（姓名、职务）", "Commander, name and office.")
    )
    members: Mapped[str | None] = mapped_column(
        info=documented("成员（姓名、职务）", "Members, names and offices.")
    )
    since: Mapped[datetime] = mapped_column(
        info=documented("起始时刻（UTC）", "From when on, UTC.")
    )
    until: Mapped[datetime | None] = mapped_column(
        info=documented("移交或撤销时刻（UTC）", "When handed over or dissolved, UTC; else empty.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)


class Task(OfIncident, Base):
    """Something to be done by somebody until a moment."""

    __tablename__ = "task"
    __table_args__ = (
        one_of("kind", v.TASK_KINDS),
        one_of("state", v.TASK_STATES),
        CheckConstraint("(x IS NULL) = (y IS NULL)", name="point"),
        CheckConstraint("(done_at IS NULL) = (state = 'open')", name="done_at"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="by"),
        CheckConstraint(
            "(kind = 'recall') = (assignment_id IS NOT NULL AND footprint_id IS NOT NULL)",
            name="recalled",
        ),
        # A unit is told once to leave an area, whoever else gives the same order.
        Index(
            "ix_task_recalled",
            "footprint_id",
            "assignment_id",
            unique=True,
            sqlite_where=sql("state = 'open'"),
            postgresql_where=sql("state = 'open'"),
        ),
        Index("ix_task_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("任务编号", "Number of the task."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    kind: Mapped[str] = mapped_column(info=documented("来源", "Where it comes from."))
    text: Mapped[str] = mapped_column(
        info=documented(
            "任务内容，不得含个人信息（日志永久保存）",
            "What is to be done, without personal data: the log keeps it for good.",
        )
    )
    owner: Mapped[str] = mapped_column(
        info=documented("责任人、单位或力量", "Person, agency or unit that has to do it.")
    )
    due_at: Mapped[datetime] = mapped_column(info=documented("期限（UTC）", "Due, UTC."))
    x: Mapped[float | None] = mapped_column(
        info=documented("作业点经度；空为无作业点", "Longitude of its work point; else empty.")
    )
    y: Mapped[float | None] = mapped_column(
        info=documented("作业点纬度", "Latitude of its work point.")
    )
    assignment_id: Mapped[str | None] = mapped_column(
        info=documented("奉命撤出的调派", "Assignment of the unit that is recalled.")
    )
    footprint_id: Mapped[str | None] = mapped_column(
        info=documented("撤出的影响范围", "Footprint that it is recalled from.")
    )
    state: Mapped[str] = mapped_column(info=documented("状态", "State."))
    made_at: Mapped[datetime] = mapped_column(
        info=documented("下达时刻（UTC）", "When it was set, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("下达人", "Who set it."))
    done_at: Mapped[datetime | None] = mapped_column(
        info=documented("完成或取消时刻（UTC）", "When it was done or dropped, UTC.")
    )
    done_by: Mapped[str | None] = mapped_column(
        info=documented("登记完成或取消的人", "Who recorded that.")
    )
    result: Mapped[str | None] = mapped_column(
        info=documented("结果，不得含个人信息", "What came of it, without personal data.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)


class Message(OfIncident, Base):
    """A message that came or went; never changed."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("direction", v.DIRECTIONS),
        one_of("means", v.MEANS),
        Index("ix_message_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    direction: Mapped[str] = mapped_column(info=documented("收或发", "in or out."))
    party: Mapped[str] = mapped_column(info=documented("对方", "With whom."))
    means: Mapped[str] = mapped_column(info=documented("方式", "By what means."))
    text: Mapped[str] = mapped_column(
        info=documented(
            "内容，不得含个人信息（日志永久保存）",
            "What was said, without personal data: the log keeps it for good.",
        )
    )
    at: Mapped[datetime] = mapped_column(info=documented("时刻（UTC）", "When, UTC."))
    recorded_by: Mapped[str] = mapped_column(info=_RECORDED_BY)


class Instruction(OfIncident, Base):
    """A 领导批示: a leader's written instruction, passed on and answered."""

    __tablename__ = "instruction"
    __table_args__ = (
        CheckConstraint("(passed_at IS NULL) = (passed_to IS NULL)", name="passed"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("ix_instruction_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    leader: Mapped[str] = mapped_column(info=documented("批示领导", "Whose it is."))
    office: Mapped[str] = mapped_column(info=documented("职务", "Office of the leader."))
    words: Mapped[str] = mapped_column(
        info=documented(
            "批示原文，不得含个人信息（日志永久保存）",
            "The words, without personal data: the log keeps them for good.",
        )
    )
    received_at: Mapped[datetime] = mapped_column(
        info=documented("收到时刻（UTC）", "When it was received, UTC.")
    )
    recorded_by: Mapped[str] = mapped_column(info=_RECORDED_BY)
    passed_to: Mapped[str | None] = mapped_column(
        info=documented("转达对象", "Whom it was passed on to.")
    )
    passed_at: Mapped[datetime | None] = mapped_column(
        info=documented("转达时刻（UTC）", "When it was passed on, UTC.")
    )
    answer: Mapped[str | None] = mapped_column(
        info=documented("办理情况回复，不得含个人信息", "The answer, without personal data.")
    )
    answered_at: Mapped[datetime | None] = mapped_column(
        info=documented("回复时刻（UTC）", "When it was answered, UTC.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)


class VillageCall(OfIncident, Base):
    """A village that is to be warned, and how far the warning has come."""

    __tablename__ = "village_call"
    __table_args__ = (
        one_of("state", v.CALL_STATES),
        UniqueConstraint("incident_id", "village_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("编号", "Number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    village_id: Mapped[str] = mapped_column(info=documented("村庄编号", "Id of the village."))
    arrives_at: Mapped[datetime | None] = mapped_column(
        info=documented("预计来水时刻（UTC）", "When water is expected there, UTC; else empty.")
    )
    by_hand: Mapped[bool] = mapped_column(
        info=documented("是否人工加入", "1 where a person added it.")
    )
    state: Mapped[str] = mapped_column(info=documented("状态", "State."))
    said_at: Mapped[datetime | None] = mapped_column(
        info=documented("登记状态的时刻（UTC）", "When the state was recorded, UTC.")
    )
    said_by: Mapped[str | None] = mapped_column(
        info=documented("登记状态的人", "Who recorded the state.")
    )
    note: Mapped[str | None] = mapped_column(
        info=documented("备注，不得含个人信息", "A note, without personal data.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)
