"""The table of what drills play: one row a drill, for the eyes of its staff alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, documented
from gisapp.schema.values import Json


class DrillScript(Base):
    """What a drill plays: scenario and events list, with what was reckoned of them.

    It stands apart from the drill, which everybody may read, and no event holds anything of it.
    """

    __tablename__ = "drill_script"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    drill_id: Mapped[str] = mapped_column(
        unique=True, info=documented("演练编号", "Id of the drill.")
    )
    content: Mapped[dict[str, Json]] = mapped_column(
        info=documented("情景与事件清单（JSON）", "Scenario and events list, as JSON.")
    )
    reckoned: Mapped[dict[str, Json] | None] = mapped_column(
        info=documented(
            "推算的后果与难度（JSON）；空为未推算",
            "Consequences and difficulty as reckoned, as JSON; empty before.",
        )
    )
    reckoned_at: Mapped[datetime | None] = mapped_column(
        info=documented("推算时刻（UTC）", "Moment of the reckoning, UTC; else empty.")
    )
    reckoned_of: Mapped[int | None] = mapped_column(
        info=documented("推算所依据的版本", "Version that was reckoned with; else empty.")
    )
    updated_at: Mapped[datetime | None] = mapped_column(
        info=documented("修改时刻（UTC）", "Moment of its last change, UTC.")
    )
    updated_by: Mapped[str] = mapped_column(
        info=documented("最近修改者", "Who made or changed it last.")
    )
    sealing_key: Mapped[str] = mapped_column(
        info=documented(
            "离线演练包密封口令的密钥（十六进制）",
            "Secret from which the codes of sealed injects are made, hexadecimal.",
        )
    )
    version: Mapped[int] = mapped_column(
        default=1, server_default=text("1"), info=documented("版本", "Counts its changes.")
    )
