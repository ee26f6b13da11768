"""The tables of incidents."""

from __future__ import annotations

from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import BigInteger, Index, Integer, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, Geometry, OfIncident, documented
from gisapp.schema.base import one_of
from routing.limits import Kind


class RoadClosure(OfIncident, Base):
    """A stretch of road closed to everyone; lifted, never deleted."""

    __tablename__ = "road_closure"
    __table_args__ = (
        Index("ix_road_closure_open", "lifted_at"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
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
    lifted_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "解除时刻（UTC），空为仍封闭", "Moment of reopening, UTC; empty while closed."
        )
    )
    lifted_by: Mapped[str | None] = mapped_column(info=documented("解除人", "Who lifted it."))


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

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    id: Mapped[str] = mapped_column(unique=True, info=documented("核实编号", "Id."))
    way_id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"),
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
