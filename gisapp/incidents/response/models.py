"""The tables of plans and of responses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.incidents.response.plans import REVIEWED_EVERY_MONTHS
from gisapp.incidents.response.vocabulary import (
    PLAN_CATEGORIES,
    RESPONSE_STATES,
    PlanCategory,
    ResponseState,
)
from gisapp.schema import Base, OfIncident, documented, one_of, within
from gisapp.schema.values import Json

_FID = documented("文件内部行号", "Row number within the file.")


class PlanRow(Base):
    """An edition of an emergency plan; kept as it is but for its repeal: responses rest on it."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        one_of("category", PLAN_CATEGORIES),
        within("edition", 1, None),
        within("review_every_months", 1, None),
        CheckConstraint("category <> 'special' OR headquarters IS NOT NULL", name="headquarters"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    code: Mapped[str] = mapped_column(
        info=documented("预案代码", "Code of the plan, the same in every edition.")
    )
    edition: Mapped[int] = mapped_column(
        info=documented("版次，最大者有效", "Edition; the greatest is the one that counts.")
    )
    name_zh: Mapped[str] = mapped_column(info=documented("中文名称", "Chinese name."))
    name_en: Mapped[str] = mapped_column(info=documented("英文名称", "English name."))
    category: Mapped[str] = mapped_column(
        default=PlanCategory.SPECIAL,
        server_default="special",
        info=documented("预案类别", "Where it stands among plans."),
    )
    headquarters: Mapped[str | None] = mapped_column(
        info=documented(
            "专项应急指挥部代码；专项预案必有", "Code of its headquarters; a special plan has one."
        )
    )
    agency: Mapped[str | None] = mapped_column(info=documented("制定单位", "Who drew it up."))
    county: Mapped[str | None] = mapped_column(
        info=documented("县级预案的区划代码；市级为空", "County whose plan it is; else empty.")
    )
    enterprise_id: Mapped[str | None] = mapped_column(
        ForeignKey("enterprise.id", onupdate="CASCADE"),
        index=True,
        info=documented("企业预案的企业编号", "Enterprise whose plan it is; else empty."),
    )
    issued_on: Mapped[date | None] = mapped_column(
        info=documented("印发日期", "Day from which it is in force; empty where nobody said.")
    )
    review_every_months: Mapped[int] = mapped_column(
        default=REVIEWED_EVERY_MONTHS,
        server_default=sql("36"),
        info=documented("评估周期，月", "Months between reviews."),
    )
    kinds: Mapped[list[str]] = mapped_column(
        info=documented("适用的事件种类（JSON）", "Kinds of event that it is for, as JSON.")
    )
    triggers: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented("启动条件和级别（JSON）", "What leads to which level, as JSON.")
    )
    levels: Mapped[list[dict[str, Json]]] = mapped_column(
        info=documented(
            "各级措施、期限和批准人（JSON）",
            "Measures, duration and who may start it, level by level, as JSON.",
        )
    )
    source_zh: Mapped[str] = mapped_column(info=documented("中文出处", "Where from, in Chinese."))
    source_en: Mapped[str] = mapped_column(info=documented("英文出处", "Where from, in English."))
    document: Mapped[dict[str, Json]] = mapped_column(
        default=dict,
        server_default=sql("'{}'"),
        deferred=True,
        info=documented(
            "正文：条款、任务、联系方式、承诺（JSON）",
            "Its text: clauses with tasks, contacts and promises, as JSON.",
        ),
    )
    synthetic: Mapped[bool] = mapped_column(
        info=documented("是否合成预案", "1 where it is invented and no real plan.")
    )
    imported_at: Mapped[datetime] = mapped_column(
        info=documented("导入时刻（UTC）", "Moment of its import, UTC.")
    )
    repealed_on: Mapped[date | None] = mapped_column(
        info=documented("废止日期，有效时为空", "Day of its repeal; empty while it is in force.")
    )


class Response(OfIncident, Base):
    """A response to an incident: prepared, approved, changed, ended; never deleted."""

    __tablename__ = "response"
    __table_args__ = (
        one_of("state", RESPONSE_STATES),
        within("level", 1, 4),
        within("expected_min", 1, None),
        CheckConstraint("(plan_code IS NULL) = (plan_edition IS NULL)", name="plan"),
        CheckConstraint("(plan_code IS NULL) = (level_source IS NOT NULL)", name="source"),
        CheckConstraint("(approved_at IS NULL) = (expected_end IS NULL)", name="expected_end"),
        CheckConstraint(
            "(approved_at IS NOT NULL) = (state IN ('in_force', 'ended'))", name="approved"
        ),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('ended', 'withdrawn'))", name="ended"),
        # One that awaits approval or is in force: nobody has to guess which counts.
        Index(
            "ix_response_open",
            "incident_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_response_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(
        unique=True, info=documented("响应编号", "Number of the response.")
    )
    incident_id: Mapped[str] = mapped_column(info=documented("事件编号", "Number of the incident."))
    plan_code: Mapped[str | None] = mapped_column(
        info=documented("所依预案代码；无预案为空", "The plan it follows; empty without one.")
    )
    plan_edition: Mapped[int | None] = mapped_column(
        info=documented("所依预案版次", "Edition of that plan.")
    )
    level_source: Mapped[str | None] = mapped_column(
        info=documented("无预案时级别的依据", "What the level rests on where no plan sets it.")
    )
    level: Mapped[int] = mapped_column(
        info=documented("响应级别 1–4（1 最高）", "Level of response, 1 the highest to 4.")
    )
    item: Mapped[str] = mapped_column(info=documented("响应事项", "What is responded to."))
    measures: Mapped[str] = mapped_column(info=documented("应急处置措施", "Measures."))
    expected_min: Mapped[int] = mapped_column(
        info=documented("拟定的预计期限（分钟）", "Expected duration as prepared, minutes.")
    )
    expected_end: Mapped[datetime | None] = mapped_column(
        info=documented(
            "预计结束时刻（UTC）；到期不自动终止",
            "Moment until when it is expected to last, UTC; running out never ends it.",
        )
    )
    state: Mapped[str] = mapped_column(
        default=ResponseState.PREPARED,
        server_default="prepared",
        info=documented("状态", "State."),
    )
    owner: Mapped[str] = mapped_column(
        info=documented("到期提醒的责任人", "Who is alarmed when it has run out.")
    )
    prepared_by: Mapped[str] = mapped_column(info=documented("拟定人", "Who prepared it."))
    prepared_at: Mapped[datetime] = mapped_column(
        info=documented("拟定时刻（UTC）", "Moment of the preparation, UTC.")
    )
    approved_by: Mapped[str | None] = mapped_column(
        info=documented("批准启动的领导", "The leader who approved it.")
    )
    approved_office: Mapped[str | None] = mapped_column(
        info=documented("批准人职务", "Office of the leader who approved it.")
    )
    approved_by_phone: Mapped[bool | None] = mapped_column(
        info=documented("是否凭电话口头批准", "1 where approved on the leader's word, by phone.")
    )
    approved_at: Mapped[datetime | None] = mapped_column(
        info=documented("批准时刻（UTC）", "Moment of the approval, UTC.")
    )
    approval_recorded_by: Mapped[str | None] = mapped_column(
        info=documented("批准的登记人", "Who recorded the approval.")
    )
    level_override: Mapped[str | None] = mapped_column(
        info=documented(
            "现行级别越权批准的理由；按预案批准为空",
            "Why the present level was approved by another than the plan names; else empty.",
        )
    )
    ended_by: Mapped[str | None] = mapped_column(
        info=documented("决定终止或撤回的人", "Who ended or withdrew it.")
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        info=documented("终止或撤回时刻（UTC）", "When it was ended or withdrawn, UTC; else empty.")
    )
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        info=documented("修改次数，从 1 起", "Counts the changes of the row, from 1."),
    )
