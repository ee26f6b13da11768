"""The tables of incidents."""

from __future__ import annotations

from datetime import date, datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.incidents import vocabulary as v
from gisapp.schema import Base, Geometry, OfIncident, documented
from gisapp.schema.base import one_of, within
from gisapp.schema.values import Json
from routing.limits import Kind

_LARGE = BigInteger().with_variant(Integer(), "sqlite")
_FID = documented("文件内部行号", "Row number within the file.")
_INCIDENT = documented("事件编号", "Number of the incident.")


class RoadClosure(OfIncident, Base):
    """A stretch of road closed to everyone; lifted, never deleted."""

    __tablename__ = "road_closure"
    __table_args__ = (
        one_of("source", v.CLOSURE_SOURCES),
        Index("ix_road_closure_open", "lifted_at"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("封路编号", "Id of the closure."))
    geom: Mapped[BaseGeometry] = mapped_column(
        Geometry("POLYGON"),
        info=documented("封闭范围，EPSG:4326", "Area closed, EPSG:4326."),
    )
    reason: Mapped[str] = mapped_column(info=documented("原因", "Why the road is closed."))
    closed_at: Mapped[datetime] = mapped_column(
        info=documented("封闭时刻（UTC）", "Moment of the closure, UTC.")
    )
    closed_by: Mapped[str] = mapped_column(info=documented("封闭人", "Who closed it."))
    source: Mapped[str] = mapped_column(
        default="other",
        server_default="other",
        info=documented("消息来源", "Who said that it is closed."),
    )
    told_by: Mapped[str | None] = mapped_column(
        info=documented("告知单位或人员", "Office or person who told it.")
    )
    expires_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "预计解除时刻（UTC），到期不自动解除，须有人延长或解除；空为未定",
            "When it is expected to be over, UTC; it stays closed until a person extends or "
            "lifts it. Empty where nobody knows.",
        )
    )
    lifted_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "解除时刻（UTC），空为仍封闭", "Moment of reopening, UTC; empty while closed."
        )
    )
    lifted_by: Mapped[str | None] = mapped_column(info=documented("解除人", "Who lifted it."))
    footprint_id: Mapped[str | None] = mapped_column(
        info=documented("所属影响范围", "Footprint whose roads it closes.")
    )
    closed_structures: Mapped[list[int] | None] = mapped_column(
        info=documented(
            "一并封闭的桥梁和隧道（道路编号，JSON）；空为不分桥隧一律封闭",
            "Ways of bridges and tunnels closed too, as JSON, all others staying open; "
            "empty where every road is closed.",
        )
    )


class LimitConfirmation(Base):
    """What a person found a limit to be that the roads' file states unreadably."""

    __tablename__ = "limit_confirmation"
    __table_args__ = (
        one_of("measure", ("weight", "height")),
        Index(
            "ix_limit_confirmation_in_force",
            "way_id",
            "measure",
            "text",
            unique=True,
            sqlite_where=sql("withdrawn_at IS NULL"),
            postgresql_where=sql("withdrawn_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("核实编号", "Id."))
    way_id: Mapped[int] = mapped_column(
        _LARGE,
        info=documented("道路编号（路网文件中）", "Identifier of the way in the roads' file."),
    )
    measure: Mapped[Kind] = mapped_column(
        Text, info=documented("限重 weight 或限高 height", "weight or height.")
    )
    text: Mapped[str] = mapped_column(
        info=documented("无法识别的标注原文", "The tags that cannot be read, as they stand.")
    )
    value: Mapped[float | None] = mapped_column(
        info=documented("核实的数值，吨或米；空为不限", "Tonnes or metres; empty for no limit.")
    )
    name: Mapped[str] = mapped_column(info=documented("道路名称", "Name of the road."))
    x: Mapped[float] = mapped_column(info=documented("道路中点经度", "Longitude of its middle."))
    y: Mapped[float] = mapped_column(info=documented("道路中点纬度", "Latitude of its middle."))
    confirmed_at: Mapped[datetime] = mapped_column(
        info=documented("核实时刻（UTC）", "Moment of the confirmation, UTC.")
    )
    confirmed_by: Mapped[str] = mapped_column(info=documented("核实人", "Who confirmed it."))
    why: Mapped[str] = mapped_column(info=documented("依据", "How it is known."))
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        info=documented("撤销时刻（UTC），空为有效", "Moment of withdrawal, UTC; else empty.")
    )
    withdrawn_by: Mapped[str | None] = mapped_column(info=documented("撤销人", "Who withdrew it."))


class Incident(OfIncident, Base):
    """One incident, from the call to its end; never deleted."""

    __tablename__ = "incident"
    __table_args__ = (
        one_of("state", v.INCIDENT_STATES),
        within("priority", 1, 4),
        CheckConstraint("(hazard_kind IS NULL) = (hazard_id IS NULL)", name="hazard"),
        CheckConstraint("(state = 'joined') = (joined_to IS NOT NULL)", name="joined"),
        CheckConstraint(
            "(work_x IS NULL) = (work_y IS NULL) AND (work_x IS NULL) = (work_words IS NULL)",
            name="work_point",
        ),
        within("entered_level", 1, 4),
        CheckConstraint("(entered_level IS NULL) = (entered_source IS NULL)", name="entered"),
        *(
            within(name, 0, None)
            for name in (
                "dead", "missing", "trapped", "seriously_injured", "injured", "in_danger",
                "moved", "to_move", "loss_cny", "potential_loss_cny", "burnt_ha",
            )
        ),
        Index("ix_incident_state", "state", "opened_at"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("事件编号", "Number of the incident.")
    )
    kind: Mapped[str] = mapped_column(info=documented("事件种类", "Kind of event."))
    in_production: Mapped[bool | None] = mapped_column(
        info=documented(
            "是否生产安全事故；空为未定", "Whether a production accident; empty while unknown."
        )
    )
    title: Mapped[str] = mapped_column(info=documented("名称", "What it is called."))
    title_en: Mapped[str | None] = mapped_column(
        info=documented("英文名称；人工命名时为空", "In English; empty where a person named it.")
    )
    x: Mapped[float] = mapped_column(info=documented("经度", "Longitude, EPSG:4326."))
    y: Mapped[float] = mapped_column(info=documented("纬度", "Latitude, EPSG:4326."))
    place: Mapped[str] = mapped_column(info=documented("地点", "Place in words."))
    place_en: Mapped[str | None] = mapped_column(
        info=documented("英文地点；人工填写时为空", "In English; empty where a person wrote it.")
    )
    work_x: Mapped[float | None] = mapped_column(
        info=documented("作业点经度；空为未定", "Longitude of the work point; empty: not set.")
    )
    work_y: Mapped[float | None] = mapped_column(
        info=documented("作业点纬度", "Latitude of the work point, EPSG:4326.")
    )
    work_words: Mapped[str | None] = mapped_column(
        info=documented("作业点说明", "The work point, and the way to it, in words.")
    )
    county: Mapped[str | None] = mapped_column(info=documented("行政区划代码", "County code."))
    hazard_kind: Mapped[str | None] = mapped_column(
        info=documented("所涉登记对象类别", "Register of the hazard that it is at.")
    )
    hazard_id: Mapped[str | None] = mapped_column(
        info=documented("所涉登记对象编号", "Id of the hazard that it is at.")
    )
    occurred_at: Mapped[datetime | None] = mapped_column(
        info=documented("事发时刻（UTC）", "Moment of the occurrence, UTC.")
    )
    unit_head_at: Mapped[datetime | None] = mapped_column(
        info=documented("单位负责人接报时刻（UTC）", "When the head of the unit knew, UTC.")
    )
    county_received_at: Mapped[datetime | None] = mapped_column(
        info=documented("县级接报时刻（UTC）", "When the county received it, UTC.")
    )
    city_received_at: Mapped[datetime | None] = mapped_column(
        info=documented("市级接报时刻（UTC）", "When the city received it, UTC.")
    )
    dead: Mapped[int | None] = mapped_column(info=documented("死亡", "Dead; empty: unknown."))
    missing: Mapped[int | None] = mapped_column(info=documented("失踪", "Missing, not trapped."))
    trapped: Mapped[int | None] = mapped_column(info=documented("被困", "Trapped, not missing."))
    seriously_injured: Mapped[int | None] = mapped_column(
        info=documented("重伤", "Seriously injured.")
    )
    injured: Mapped[int | None] = mapped_column(info=documented("轻伤", "Otherwise injured."))
    in_danger: Mapped[int | None] = mapped_column(info=documented("涉险", "People in danger."))
    moved: Mapped[int | None] = mapped_column(info=documented("转移", "People moved to safety."))
    to_move: Mapped[int | None] = mapped_column(info=documented("需转移", "People to be moved."))
    loss_cny: Mapped[int | None] = mapped_column(
        _LARGE, info=documented("直接经济损失（元）", "Direct loss, CNY.")
    )
    potential_loss_cny: Mapped[int | None] = mapped_column(
        _LARGE, info=documented("潜在经济损失（元）", "Loss that is threatened, CNY.")
    )
    burnt_ha: Mapped[float | None] = mapped_column(
        info=documented("受害森林面积（公顷）", "Forest burnt, ha.")
    )
    at_national_border: Mapped[bool | None] = mapped_column(
        info=documented("国界附近；空为未知", "Near the national border; empty: nobody said.")
    )
    threatens_settlement_or_works: Mapped[bool | None] = mapped_column(
        info=documented(
            "威胁居民区或者重要设施；空为未知",
            "Whether a settlement or important works are threatened; empty: nobody said.",
        )
    )
    burning_after_24_h: Mapped[bool | None] = mapped_column(
        info=documented(
            "24小时尚未扑灭明火；空为未知",
            "Whether open fire was not put out within 24 h; empty: nobody said.",
        )
    )
    in_virgin_forest: Mapped[bool | None] = mapped_column(
        info=documented("未开发原始林区；空为未知", "In virgin forest; empty: nobody said.")
    )
    dangerous_at_provincial_border: Mapped[bool | None] = mapped_column(
        info=documented(
            "省界地区且危险性大；空为未知",
            "Whether dangerous and where provinces meet; empty: nobody said.",
        )
    )
    needs_state_help: Mapped[bool | None] = mapped_column(
        info=documented("需要国家支援扑救；空为未知", "Help of the State; empty: nobody said.")
    )
    threatened: Mapped[list[str]] = mapped_column(
        info=documented("受威胁的设施（JSON）", "What is threatened, as JSON.")
    )
    polluted: Mapped[list[str]] = mapped_column(
        info=documented("受污染的对象（JSON）", "What is polluted, as JSON.")
    )
    entered_level: Mapped[int | None] = mapped_column(
        info=documented("人工填报等级 1–4", "Grade entered where no law read has a scale, 1 to 4.")
    )
    entered_source: Mapped[str | None] = mapped_column(
        info=documented("录入等级的依据", "What the grade entered rests on.")
    )
    priority: Mapped[int] = mapped_column(
        default=2,
        server_default=sql("2"),
        info=documented("优先级 1–4（1 最高）", "Priority, 1 the highest to 4."),
    )
    state: Mapped[str] = mapped_column(
        default=v.IncidentState.OPEN, server_default="open", info=documented("状态", "State.")
    )
    joined_to: Mapped[str | None] = mapped_column(
        info=documented("并入的事件", "The incident that it was joined to.")
    )
    opened_at: Mapped[datetime] = mapped_column(
        info=documented("录入时刻（UTC）", "When it was entered, UTC.")
    )
    opened_by: Mapped[str] = mapped_column(info=documented("录入人", "Who entered it."))
    closed_at: Mapped[datetime | None] = mapped_column(
        info=documented("结束时刻（UTC）", "When it was ended, UTC.")
    )
    closed_by: Mapped[str | None] = mapped_column(info=documented("结束人", "Who ended it."))
    persons_kept_until: Mapped[date | None] = mapped_column(
        info=documented(
            "个人信息留存至；空为结束后即销毁",
            "Day until which personal data are kept; empty: destroyed when it is over.",
        )
    )
    persons_kept_for: Mapped[dict[str, Json] | None] = mapped_column(
        info=documented(
            "留存的合法性、必要性、安全性评估（JSON）",
            "Why they are kept: legality, necessity and security, JSON.",
        )
    )
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        info=documented("修改次数，从 1 起", "Counts the changes of the row, from 1."),
    )

    def title_in(self, lang: str) -> str:
        """What it is called in a language; as a person called it in every one."""
        return (self.title_en if lang == "en" else None) or self.title

    def place_in(self, lang: str) -> str:
        """Where it is in a language; as a person wrote it in every one."""
        return (self.place_en if lang == "en" else None) or self.place


class IncidentDraft(OfIncident, Base):
    """A call that is being taken; gone once the incident is opened, or the call given up."""

    __tablename__ = "incident_draft"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("草稿编号", "Number of the draft.")
    )
    said: Mapped[dict[str, str]] = mapped_column(
        info=documented(
            "已填写的内容（JSON），不含个人信息", "What is typed, without personal data."
        )
    )
    started_at: Mapped[datetime] = mapped_column(
        info=documented("开始时刻（UTC）", "When it was begun, UTC.")
    )
    started_by: Mapped[str] = mapped_column(info=documented("开始人", "Who began it."))
    saved_at: Mapped[datetime] = mapped_column(
        info=documented("最近保存时刻（UTC）", "When it was last kept, UTC.")
    )
    saved_by: Mapped[str] = mapped_column(info=documented("最近保存人", "Who typed last."))
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        info=documented("保存次数", "Counts how often it was kept."),
    )


class IncidentPerson(OfIncident, Base):
    """Personal data of a caller or a victim: here alone, so that they can be destroyed.

    Destroyed after the response (突发事件应对法 art. 85); all else refers to a row by its id.
    """

    __tablename__ = "incident_person"
    __table_args__ = (
        one_of("role", v.PERSON_ROLES),
        Index("ix_incident_person_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("人员引用编号", "Id that others refer by.")
    )
    incident_id: Mapped[str] = mapped_column(
        info=documented("事件编号，或草稿编号", "Number of the incident, or of the draft.")
    )
    role: Mapped[str] = mapped_column(info=documented("身份", "Caller, victim or witness."))
    name: Mapped[str | None] = mapped_column(
        info=documented("姓名；销毁后为空", "Name; empty once destroyed.")
    )
    phone: Mapped[str | None] = mapped_column(
        info=documented("电话；销毁后为空", "Telephone; empty once destroyed.")
    )
    note: Mapped[str | None] = mapped_column(
        info=documented("备注；销毁后为空", "Anything personal; empty once destroyed.")
    )


class Assignment(OfIncident, Base):
    """A unit sent to an incident."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("state", v.ASSIGNMENT_STATES),
        Index("ix_assignment_incident", "incident_id"),
        # A unit serves one incident at a time, and the exercise's own of it apart from it.
        Index(
            "ix_assignment_active",
            sql("coalesce(exercise_id, '')"),
            "unit_kind",
            "unit_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        CheckConstraint(
            "(ended_at IS NULL) = (state IN ('ordered', 'en_route', 'on_scene'))", name="ended"
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("调派编号", "Number of the assignment.")
    )
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    unit_kind: Mapped[str] = mapped_column(
        info=documented("力量所在登记库", "Register of what is sent.")
    )
    unit_id: Mapped[str] = mapped_column(info=documented("力量编号", "Id of what is sent."))
    state: Mapped[str] = mapped_column(info=documented("状态", "State."))
    ordered_at: Mapped[datetime] = mapped_column(
        info=documented("下令时刻（UTC）", "Moment of the order, UTC.")
    )
    ordered_by: Mapped[str] = mapped_column(info=documented("下令人", "Who ordered it."))
    expected_at: Mapped[datetime | None] = mapped_column(
        info=documented("预计到场时刻（UTC）", "When it was expected there, UTC.")
    )
    en_route_at: Mapped[datetime | None] = mapped_column(
        info=documented("出动时刻（UTC）", "When it set out, UTC.")
    )
    on_scene_at: Mapped[datetime | None] = mapped_column(
        info=documented("到场时刻（UTC）", "When it was there, UTC.")
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        info=documented("结束时刻（UTC），空为占用中", "When it was free again, UTC; else empty.")
    )
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        info=documented("修改次数，从 1 起", "Counts the changes of the row, from 1."),
    )


class ReportMade(OfIncident, Base):
    """A report that was made within, or after, a limit."""

    __tablename__ = "report_made"
    __table_args__ = (
        Index("ix_report_made_incident", "incident_id", "code"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("报告编号", "Its number."))
    incident_id: Mapped[str] = mapped_column(info=_INCIDENT)
    code: Mapped[str] = mapped_column(info=documented("时限代码", "Code of the limit it meets."))
    made_at: Mapped[datetime] = mapped_column(
        info=documented("报出时刻（UTC）", "When it was made, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("登记人", "Who says so."))
    note: Mapped[str | None] = mapped_column(info=documented("报给谁、如何报", "To whom, and how."))
