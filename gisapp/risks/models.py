"""The tables of risks: where each hazard stands, how it came there, tickets, inspections."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.risks import vocabulary as v
from gisapp.schema import Base, documented, one_of, within

_FID = documented("文件内部行号", "Row number within the file.")
_KIND = documented("危险源类别", "Register of the hazard.")
_HAZARD = documented("危险源编号", "Id of the hazard in its register.")
_LEVEL = documented("风险等级 1–4（红橙黄蓝）", "Level of the risk, 1 (red) to 4 (blue).")
_COLOUR = documented("预警颜色 1–4（红橙黄蓝）", "Colour of the warning, 1 (red) to 4 (blue).")
_VERSION = documented("修改次数，从 1 起", "Counts the changes of the record, from 1.")


class Risk(Base):
    """Where one hazard stands; a hazard without a row is identified and nothing more."""

    __tablename__ = "risk"
    __table_args__ = (
        UniqueConstraint("kind", "hazard_id"),
        Index("ix_risk_state", "state", "level"),
        Index("ix_risk_due", "next_inspection_on"),
        # The assessed hazards of one register in the order of the list.
        Index("ix_risk_level", "kind", "level", "hazard_id"),
        one_of("state", v.STATES),
        one_of("method", v.METHODS),
        within("level", 1, 4),
        within("likelihood", 1, 5),
        within("consequence", 1, 5),
        within("warning_colour", 1, 4),
        CheckConstraint("(state = 'warning') = (warning_colour IS NOT NULL)", name="warned"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    kind: Mapped[str] = mapped_column(info=_KIND)
    hazard_id: Mapped[str] = mapped_column(info=_HAZARD)
    state: Mapped[str] = mapped_column(
        default="identified",
        server_default="identified",
        info=documented("所处环节", "Stage of the lifecycle."),
    )
    since: Mapped[datetime] = mapped_column(
        info=documented("进入该环节的时刻（UTC）", "Moment of entering the stage, UTC.")
    )
    level: Mapped[int | None] = mapped_column(info=_LEVEL)
    method: Mapped[str | None] = mapped_column(info=documented("评估方法", "How it was assessed."))
    likelihood: Mapped[int | None] = mapped_column(
        info=documented("可能性 1–5", "Likelihood, 1 to 5.")
    )
    consequence: Mapped[int | None] = mapped_column(
        info=documented("后果 1–5", "Consequence, 1 to 5.")
    )
    assessed_at: Mapped[datetime | None] = mapped_column(
        info=documented("评估时刻（UTC）", "Moment of the assessment, UTC.")
    )
    assessed_by: Mapped[str | None] = mapped_column(info=documented("评估人", "Who assessed it."))
    warning_colour: Mapped[int | None] = mapped_column(info=_COLOUR)
    measures: Mapped[str | None] = mapped_column(
        info=documented("管控或处置措施", "Measures of control or disposal.")
    )
    inspected_on: Mapped[date | None] = mapped_column(
        info=documented("最近巡查日期", "Day of the last inspection.")
    )
    next_inspection_on: Mapped[date | None] = mapped_column(
        info=documented("下次巡查到期日", "Day by which the next inspection falls due.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"), info=_VERSION)


class RiskStep(Base):
    """One dated step of a lifecycle; the database refuses to alter or delete it."""

    __tablename__ = "risk_step"
    __table_args__ = (
        Index("ix_risk_step_hazard", "kind", "hazard_id"),
        Index("ix_risk_step_at", "at"),
        one_of("state", v.STATES),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    kind: Mapped[str] = mapped_column(info=_KIND)
    hazard_id: Mapped[str] = mapped_column(info=_HAZARD)
    state: Mapped[str] = mapped_column(info=documented("进入的环节", "Stage entered."))
    at: Mapped[datetime] = mapped_column(info=documented("时刻（UTC）", "Moment, UTC."))
    who: Mapped[str] = mapped_column(info=documented("操作者", "Who did it."))
    why: Mapped[str | None] = mapped_column(info=documented("缘由", "The reason given."))
    level: Mapped[int | None] = mapped_column(info=_LEVEL)
    warning_colour: Mapped[int | None] = mapped_column(info=_COLOUR)
    measures: Mapped[str | None] = mapped_column(info=documented("措施", "Measures."))


class Ticket(Base):
    """A hidden danger, from its finding to its closing."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_hazard", "kind", "hazard_id"),
        Index("ix_ticket_deadline", "state", "deadline"),
        Index("ix_ticket_county", "county", "state"),
        one_of("state", v.TICKET_STATES),
        one_of("grade", v.TICKET_GRADES),
        within("funding_cny", 0, None),
        # Known to the database: whoever rectified does not check.
        CheckConstraint("checked_by IS NULL OR checked_by <> rectified_by", name="checker"),
        CheckConstraint("(kind IS NULL) = (hazard_id IS NULL)", name="hazard"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("隐患编号", "Id of the hidden danger.")
    )
    kind: Mapped[str | None] = mapped_column(info=_KIND)
    hazard_id: Mapped[str | None] = mapped_column(info=_HAZARD)
    place: Mapped[str | None] = mapped_column(
        info=documented("地点（不属于登记的危险源时）", "Place, where it is at no listed hazard.")
    )
    county: Mapped[str | None] = mapped_column(info=documented("行政区划代码", "County code."))
    found_on: Mapped[date] = mapped_column(info=documented("发现日期", "Day of the finding."))
    found_by: Mapped[str] = mapped_column(info=documented("发现人", "Who found it."))
    grade: Mapped[str] = mapped_column(info=documented("隐患等级", "Grade of the danger."))
    description: Mapped[str] = mapped_column(info=documented("隐患描述", "What is wrong."))
    measure: Mapped[str] = mapped_column(info=documented("整改措施", "What is to be done."))
    responsible: Mapped[str] = mapped_column(
        info=documented("整改责任人", "Who is answerable for it.")
    )
    deadline: Mapped[date] = mapped_column(info=documented("整改期限", "Day it must be done by."))
    funding_cny: Mapped[float | None] = mapped_column(
        info=documented("整改资金（元）", "Funds set aside, CNY.")
    )
    state: Mapped[str] = mapped_column(
        default="open", server_default="open", info=documented("状态", "State.")
    )
    since: Mapped[datetime] = mapped_column(
        info=documented("进入该状态的时刻（UTC）", "Moment of entering the state, UTC.")
    )
    rectified_at: Mapped[datetime | None] = mapped_column(
        info=documented("整改完成时刻（UTC）", "Moment of the rectification, UTC.")
    )
    rectified_by: Mapped[str | None] = mapped_column(info=documented("整改人", "Who rectified it."))
    checked_at: Mapped[datetime | None] = mapped_column(
        info=documented("复查时刻（UTC）", "Moment of the check, UTC.")
    )
    checked_by: Mapped[str | None] = mapped_column(info=documented("复查人", "Who checked it."))
    closed_at: Mapped[datetime | None] = mapped_column(
        info=documented("销号时刻（UTC）", "Moment of the closing, UTC.")
    )
    closed_by: Mapped[str | None] = mapped_column(info=documented("销号人", "Who closed it."))
    reopened: Mapped[int] = mapped_column(
        default=0,
        server_default=text("0"),
        info=documented("重新立案次数", "Times it was reopened."),
    )
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"), info=_VERSION)


class Inspection(Base):
    """One inspection of a hazard; the database refuses to alter or delete it."""

    __tablename__ = "inspection"
    __table_args__ = (
        Index("ix_inspection_hazard", "kind", "hazard_id"),
        Index("ix_inspection_on", "inspected_on"),
        one_of("result", v.RESULTS),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    kind: Mapped[str] = mapped_column(info=_KIND)
    hazard_id: Mapped[str] = mapped_column(info=_HAZARD)
    inspected_on: Mapped[date] = mapped_column(info=documented("巡查日期", "Day."))
    inspected_by: Mapped[str] = mapped_column(info=documented("巡查人", "Who inspected."))
    result: Mapped[str] = mapped_column(info=documented("结果", "Result."))
    note: Mapped[str | None] = mapped_column(info=documented("情况说明", "What was seen."))
    recorded_at: Mapped[datetime] = mapped_column(
        info=documented("登记时刻（UTC）", "Moment of recording, UTC.")
    )
    recorded_by: Mapped[str] = mapped_column(info=documented("登记人", "Who recorded it."))


class InspectionCadence(Base):
    """Days between inspections where a site departs from the defaults."""

    __tablename__ = "inspection_cadence"
    __table_args__ = (
        UniqueConstraint("kind", "level"),
        within("level", 1, 4),
        within("days", 1, 3650),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    kind: Mapped[str] = mapped_column(info=_KIND)
    level: Mapped[int] = mapped_column(info=_LEVEL)
    days: Mapped[int] = mapped_column(info=documented("间隔天数", "Days between inspections."))
