"""The tables of downstream lines and footprints."""

from __future__ import annotations

from datetime import datetime

from shapely import LineString, Polygon
from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.incidents.surroundings import vocabulary as v
from gisapp.schema import Base, Geometry, OfIncident, documented
from gisapp.schema.base import one_of, within

_FID = documented("文件内部行号", "Row number within the file.")
_VERSION = documented("修改次数，从 1 起", "Counts the changes of the row, from 1.")
MIN_SPEED_KPH, MAX_SPEED_KPH = 0.1, 200.0
MIN_WIDTH_M, MAX_WIDTH_M = 20.0, 20_000.0


class DownstreamLine(Base):
    """The way that what a hazard lets go takes, directed from the hazard; never deleted.

    It belongs to the hazard and not to an incident, so that it is there before one.
    """

    __tablename__ = "downstream_line"
    __table_args__ = (
        one_of("source", v.LINE_SOURCES),
        within("wave_speed_kph", MIN_SPEED_KPH, MAX_SPEED_KPH),
        within("width_m", 0, MAX_WIDTH_M),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by"),
        # A hazard has one line in force, and beside it one that is proposed.
        Index(
            "ix_downstream_line_in_force",
            "hazard_kind",
            "hazard_id",
            sql("(confirmed_at IS NULL)"),
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("下游线编号", "Id of the line."))
    hazard_kind: Mapped[str] = mapped_column(
        info=documented("危险源所在登记库", "Register of the hazard.")
    )
    hazard_id: Mapped[str] = mapped_column(info=documented("危险源编号", "Id of the hazard."))
    geom: Mapped[LineString] = mapped_column(
        Geometry("LINESTRING"),
        info=documented(
            "自危险源向下游的线，EPSG:4326", "Line from the hazard downstream, EPSG:4326."
        ),
    )
    wave_speed_kph: Mapped[float | None] = mapped_column(
        info=documented(
            "洪峰（泥石流）推进速度（公里/小时）；空为未定",
            "Speed at which the front moves along the line, km/h; empty while nobody stated it.",
        )
    )
    width_m: Mapped[float] = mapped_column(
        info=documented("影响带全宽（米）", "Width of the corridor, half on either side, m.")
    )
    source: Mapped[str] = mapped_column(info=documented("来源", "Where its course comes from."))
    proposed_at: Mapped[datetime] = mapped_column(
        info=documented("提出时刻（UTC）", "Moment of the proposal, UTC.")
    )
    proposed_by: Mapped[str] = mapped_column(info=documented("提出人", "Who proposed it."))
    confirmed_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "确认时刻（UTC），空为未确认", "When it was confirmed, UTC; empty: not to be used."
        )
    )
    confirmed_by: Mapped[str | None] = mapped_column(info=documented("确认人", "Who confirmed it."))
    ended_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "撤销或被取代时刻（UTC），空为有效", "When withdrawn or replaced, UTC; else empty."
        )
    )
    ended_by: Mapped[str | None] = mapped_column(
        info=documented("撤销或取代者", "Who withdrew or replaced it.")
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)


class Footprint(OfIncident, Base):
    """An area that an incident takes or threatens; ended, never deleted."""

    __tablename__ = "footprint"
    __table_args__ = (
        one_of("source", v.FOOTPRINT_SOURCES),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by"),
        Index("ix_footprint_incident", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    id: Mapped[str] = mapped_column(unique=True, info=documented("范围编号", "Id of the area."))
    incident_id: Mapped[str] = mapped_column(info=documented("事件编号", "Number of the incident."))
    geom: Mapped[Polygon] = mapped_column(
        Geometry("POLYGON"), info=documented("范围，EPSG:4326", "Area, EPSG:4326.")
    )
    label: Mapped[str] = mapped_column(info=documented("名称", "What it is called."))
    source: Mapped[str] = mapped_column(info=documented("来源", "How the area came about."))
    made_at: Mapped[datetime] = mapped_column(
        info=documented("划定时刻（UTC）", "When it was made, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("划定人", "Who made it."))
    ended_at: Mapped[datetime | None] = mapped_column(
        info=documented("取消时刻（UTC），空为有效", "When it was ended, UTC; else empty.")
    )
    ended_by: Mapped[str | None] = mapped_column(info=documented("取消人", "Who ended it."))
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"), info=_VERSION)
