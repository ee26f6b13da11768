"""The tables of scenarios: what was asked under which name, and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, Label, documented, one_of
from gisapp.schema.values import Json


class Study(StrEnum):
    """What a scenario asks."""

    COVERAGE = "coverage"
    SITING = "siting"
    LOSSES = "losses"
    FIXES = "fixes"
    AREAS = "areas"


STUDIES: Final = {
    Study.COVERAGE: Label("覆盖分析", "Coverage"),
    Study.SITING: Label("选址", "Siting"),
    Study.LOSSES: Label("失效分析", "Losses"),
    Study.FIXES: Label("补缺措施", "Fixes of gaps"),
    Study.AREAS: Label("服务区", "Service areas"),
}


class Scenario(Base):
    """A question of planning with a name; retired, never deleted."""

    __tablename__ = "scenario"
    __table_args__ = (
        one_of("study", Study),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by"),
        Index("ix_scenario_retired_at", "retired_at", "fid"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    id: Mapped[str] = mapped_column(unique=True, info=documented("方案编号", "Id."))
    name: Mapped[str] = mapped_column(info=documented("名称", "Name."))
    note: Mapped[str] = mapped_column(
        default="", server_default=text("''"), info=documented("说明", "What it is for.")
    )
    study: Mapped[str] = mapped_column(
        info=documented("分析类型", "coverage, siting, losses, fixes or areas.")
    )
    parameters: Mapped[dict[str, Json]] = mapped_column(
        info=documented("全部参数（JSON）", "All that it asks, as JSON.")
    )
    seed: Mapped[int] = mapped_column(
        default=0, server_default=text("0"), info=documented("随机种子", "Seed of what is random.")
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
    retired_at: Mapped[datetime | None] = mapped_column(
        info=documented("移除时刻（UTC）", "Moment it was put away, UTC.")
    )
    retired_by: Mapped[str | None] = mapped_column(info=documented("移除者", "Who put it away."))


class ScenarioResult(Base):
    """What came of a scenario, on the data of one moment."""

    __tablename__ = "scenario_result"
    __table_args__ = (
        Index("ix_scenario_result_scenario", "scenario_id", "fid"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    scenario_id: Mapped[str] = mapped_column(
        ForeignKey("scenario.id"), info=documented("方案编号", "Of which scenario.")
    )
    scenario_version: Mapped[int] = mapped_column(
        info=documented("方案版本", "Version of the scenario that was asked.")
    )
    parameters: Mapped[dict[str, Json]] = mapped_column(
        info=documented("所问的全部参数（JSON）", "All that was asked, as JSON.")
    )
    seed: Mapped[int] = mapped_column(info=documented("所用的随机种子", "Seed of what was random."))
    computed_at: Mapped[datetime] = mapped_column(
        info=documented("计算时刻（UTC）", "Moment of its data, UTC.")
    )
    computed_by: Mapped[str] = mapped_column(info=documented("提出人", "Who asked for it."))
    seconds: Mapped[float] = mapped_column(info=documented("用时（秒）", "How long it took, s."))
    last_event: Mapped[int] = mapped_column(
        info=documented("数据版本：最后事件序号", "Version of the data: number of the last event.")
    )
    roads_sha256: Mapped[str] = mapped_column(
        info=documented("路网文件的 SHA-256", "SHA-256 of the road network's file.")
    )
    figures: Mapped[dict[str, Json]] = mapped_column(
        info=documented("主要数字（JSON）", "The chief figures, as JSON.")
    )
    content: Mapped[bytes] = mapped_column(
        LargeBinary,
        deferred=True,
        info=documented("全部结果（gzip 压缩的 JSON）", "All of it: JSON, compressed by gzip."),
    )


class PlanningLayer(Base):
    """Places of a file, taken in to be covered or to be candidates; retired, never deleted."""

    __tablename__ = "planning_layer"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    id: Mapped[str] = mapped_column(unique=True, info=documented("图层编号", "Id."))
    name: Mapped[str] = mapped_column(info=documented("名称", "Name."))
    source: Mapped[str] = mapped_column(info=documented("数据来源", "Where its data are from."))
    year: Mapped[int | None] = mapped_column(
        info=documented("数据年份，不详时空缺", "Year of its data; empty where unknown.")
    )
    places: Mapped[int] = mapped_column(info=documented("要素数", "How many places it has."))
    sha256: Mapped[str] = mapped_column(
        info=documented("内容的 SHA-256", "SHA-256 of its content.")
    )
    made_at: Mapped[datetime] = mapped_column(
        info=documented("导入时刻（UTC）", "Moment it was taken in, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("导入者", "Who took it in."))
    retired_at: Mapped[datetime | None] = mapped_column(
        info=documented("移除时刻（UTC）", "Moment it was put away, UTC.")
    )
    retired_by: Mapped[str | None] = mapped_column(info=documented("移除者", "Who put it away."))
    content: Mapped[bytes] = mapped_column(
        LargeBinary,
        deferred=True,
        info=documented("要素（gzip 压缩的 GeoJSON）", "The places: GeoJSON, compressed by gzip."),
    )
