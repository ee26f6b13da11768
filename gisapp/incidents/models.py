"""The tables of incidents."""

from __future__ import annotations

from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, Geometry, documented


class RoadClosure(Base):
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
