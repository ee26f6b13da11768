"""The tables of positions and of the links by which crews report them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.incidents.positions import vocabulary as v
from gisapp.schema import Base, OfIncident, documented
from gisapp.schema.base import one_of, within

_FID = documented("文件内部行号", "Row number within the file.")


class UnitPosition(OfIncident, Base):
    """Where a unit was at a moment; no event, and gone after its days."""

    __tablename__ = "unit_position"
    __table_args__ = (
        one_of("source", v.POSITION_SOURCES),
        within("x", -180, 180),
        within("y", -90, 90),
        within("accuracy_m", 0, v.WORST_ACCURACY_M),
        # One unit is in one place at a time: what is sent twice is kept once.
        Index(
            "ix_unit_position_unit",
            "unit_kind",
            "unit_id",
            "at",
            sql("coalesce(exercise_id, '')"),
            unique=True,
        ),
        Index("ix_unit_position_at", "at"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    unit_kind: Mapped[str] = mapped_column(
        info=documented("力量所在登记库", "Register of the unit.")
    )
    unit_id: Mapped[str] = mapped_column(info=documented("力量编号", "Id of the unit."))
    at: Mapped[datetime] = mapped_column(
        info=documented("定位时刻（UTC）", "Moment of the reading, UTC.")
    )
    x: Mapped[float] = mapped_column(info=documented("经度", "Longitude, EPSG:4326."))
    y: Mapped[float] = mapped_column(info=documented("纬度", "Latitude, EPSG:4326."))
    accuracy_m: Mapped[float | None] = mapped_column(
        info=documented("精度（米）；空为未知", "Accuracy, metres; empty: unknown.")
    )
    speed_kph: Mapped[float | None] = mapped_column(
        info=documented("速度（km/h）；空为未知", "Speed, km/h; empty: unknown.")
    )
    heading_deg: Mapped[float | None] = mapped_column(
        info=documented("航向（度，自北顺时针）", "Degrees clockwise from north; else empty.")
    )
    source: Mapped[str] = mapped_column(info=documented("来源", "Phone page or interface."))
    said_by: Mapped[str] = mapped_column(info=documented("上报者", "Who reported it."))


LINK = "crew_link"
"""Kind of the events of links."""


class CrewLink(OfIncident, Base):
    """The address by which a crew's phone reaches one assignment; of its secret the digest."""

    __tablename__ = LINK
    __table_args__ = (
        Index("ix_crew_link_assignment", "assignment_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=_FID)
    assignment_id: Mapped[str] = mapped_column(
        info=documented("调派编号", "Number of the assignment.")
    )
    secret_hash: Mapped[str] = mapped_column(
        unique=True,
        info=documented("链接密钥的 SHA-256", "SHA-256 of the secret in the address."),
    )
    made_at: Mapped[datetime] = mapped_column(
        info=documented("生成时刻（UTC）", "When it was made, UTC.")
    )
    made_by: Mapped[str] = mapped_column(info=documented("生成人", "Who made it."))
    ended_at: Mapped[datetime | None] = mapped_column(
        info=documented(
            "作废时刻（UTC）；空为随调派结束",
            "When another took its place, UTC; empty: it ends with its assignment.",
        )
    )
