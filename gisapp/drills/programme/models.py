"""The tables of the programme: drills, what was found in them, checks of units, years."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.drills.programme.vocabulary import FORMS, PURPOSES, SCOPES, DrillState, Organiser
from gisapp.schema import Base, documented, one_of, within
from gisapp.schema.values import Json


class Drill(Base):
    """A drill: planned, held, or called off; never deleted."""

    __tablename__ = "drill"
    __table_args__ = (
        one_of("organiser_kind", Organiser),
        one_of("form", FORMS),
        one_of("scope", SCOPES),
        one_of("purpose", PURPOSES),
        one_of("state", DrillState),
        within("duration_min", 1, None),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("(state = 'done') = (held_on IS NOT NULL)", name="held_on"),
        Index("ix_drill_year", "year", "organiser_kind", "organiser"),
        Index("ix_drill_organiser", "organiser_kind", "organiser", "held_on"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    id: Mapped[str] = mapped_column(unique=True, info=documented("演练编号", "Id."))
    year: Mapped[int] = mapped_column(info=documented("年度", "Year whose programme it is in."))
    name: Mapped[str] = mapped_column(info=documented("名称", "Name."))
    organiser_kind: Mapped[str] = mapped_column(
        info=documented("组织单位类别", "What holds it: headquarters, government, …")
    )
    organiser: Mapped[str] = mapped_column(
        info=documented(
            "组织单位：指挥部代码、区划代码或企业编号",
            "Who holds it: code of a headquarters or a division, or id of an enterprise.",
        )
    )
    county: Mapped[str | None] = mapped_column(
        info=documented("所在县区代码；市级为空", "County that it is of; empty for the city's.")
    )
    plan_code: Mapped[str | None] = mapped_column(
        info=documented("所检验的预案", "Code of the plan that it tests; empty for none.")
    )
    form: Mapped[str] = mapped_column(info=documented("形式：桌面、实战", "tabletop or live."))
    scope: Mapped[str] = mapped_column(info=documented("内容：单项、综合", "single or full."))
    purpose: Mapped[str] = mapped_column(
        info=documented("目的：检验、示范、研究", "check, demonstrate or research.")
    )
    starts_at: Mapped[datetime | None] = mapped_column(
        info=documented("计划开始时刻（UTC）", "Moment it is to begin, UTC; empty until set.")
    )
    duration_min: Mapped[int] = mapped_column(
        default=120,
        server_default=text("120"),
        info=documented("时长（分钟）", "Minutes it takes."),
    )
    venue: Mapped[str] = mapped_column(
        default="", server_default=text("''"), info=documented("地点", "Where it is held.")
    )
    objectives: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented("目标与所依条款（JSON）", "Objectives with the clauses they rest on, JSON.")
    )
    participants: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented("参演、导调、评估人员和队伍（JSON）", "Who takes part as what, as JSON.")
    )
    state: Mapped[str] = mapped_column(
        default=DrillState.PLANNED, server_default="planned", info=documented("状态", "State.")
    )
    held_on: Mapped[date | None] = mapped_column(
        info=documented("实际举行日期", "Day on which it was held; else empty.")
    )
    scores: Mapped[dict[str, Json]] = mapped_column(
        default=dict,
        server_default=text("'{}'"),
        info=documented("四项评分 0–100（JSON）", "Its four scores of 0 to 100, as JSON."),
    )
    reported_on: Mapped[date | None] = mapped_column(
        info=documented(
            "演练情况报送日期（条例第八条）", "Day on which its report was received (article 8)."
        )
    )
    summary: Mapped[str] = mapped_column(
        default="", server_default=text("''"), info=documented("总结或取消缘由", "What came of it.")
    )
    made_at: Mapped[datetime] = mapped_column(
        info=documented("建立时刻（UTC）", "Moment it was made, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("建立者", "Who made it."))
    updated_at: Mapped[datetime | None] = mapped_column(
        info=documented("修改时刻（UTC）", "Moment of its last change, UTC.")
    )
    updated_by: Mapped[str] = mapped_column(
        info=documented("最近修改者", "Who made or changed it last.")
    )
    version: Mapped[int] = mapped_column(
        default=1, server_default=text("1"), info=documented("版本", "Counts its changes.")
    )


class DrillFinding(Base):
    """Something to be put right: found in a drill, or by a spot check of a unit's drills."""

    __tablename__ = "drill_finding"
    __table_args__ = (
        one_of("organiser_kind", Organiser),
        CheckConstraint("length(what) > 0", name="what"),
        CheckConstraint("(closed_on IS NULL) = (closed_by IS NULL)", name="closed_by"),
        Index("ix_drill_finding_organiser", "organiser_kind", "organiser", "closed_on"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    drill_id: Mapped[str | None] = mapped_column(
        info=documented("所在演练；抽查为空", "The drill; empty where a spot check found it.")
    )
    organiser_kind: Mapped[str] = mapped_column(
        info=documented("责任单位类别", "What has to put it right.")
    )
    organiser: Mapped[str] = mapped_column(info=documented("责任单位", "Who has to."))
    county: Mapped[str | None] = mapped_column(
        info=documented("所在县区代码", "County that it is of; empty for the city's.")
    )
    is_order: Mapped[bool] = mapped_column(
        info=documented("是否责令限期改正", "1 where it was ordered to be put right (article 8).")
    )
    what: Mapped[str] = mapped_column(info=documented("问题", "What is wrong."))
    found_on: Mapped[date] = mapped_column(info=documented("发现日期", "Day it was found."))
    due_on: Mapped[date | None] = mapped_column(
        info=documented("整改期限", "Day until which it has to be put right; else empty.")
    )
    recorded_by: Mapped[str] = mapped_column(info=documented("登记人", "Who recorded it."))
    closed_on: Mapped[date | None] = mapped_column(
        info=documented("改正日期", "Day on which it was put right; else empty.")
    )
    closed_by: Mapped[str | None] = mapped_column(info=documented("销号人", "Who closed it."))


class DrillYear(Base):
    """The programme of a year, approved as it was that day."""

    __tablename__ = "drill_year"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    year: Mapped[int] = mapped_column(info=documented("年度", "Year."))
    approved_by: Mapped[str] = mapped_column(info=documented("批准人", "Who approved it."))
    approved_at: Mapped[datetime] = mapped_column(
        info=documented("批准时刻（UTC）", "Moment of the approval, UTC.")
    )
    why: Mapped[str] = mapped_column(info=documented("依据", "By which decision."))
    content: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented("批准的演练计划（JSON）", "The drills as they were approved, as JSON.")
    )
