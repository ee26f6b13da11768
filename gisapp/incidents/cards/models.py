"""The table of run cards."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import Integer
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, documented
from gisapp.schema.base import within
from gisapp.schema.types import JsonText


class KeptLine(TypedDict):
    """A line of a card, as it is stored."""

    by: str
    code: str
    count: int
    limit_min: float | None
    tier: str


class RunCard(Base):
    """What a kind of event needs at a level; never deleted, but put out of use."""

    __tablename__ = "run_card"
    __table_args__ = (within("level", 1, 4), {"sqlite_autoincrement": True})

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    id: Mapped[str] = mapped_column(
        unique=True,
        info=documented("种类与等级，如 fire-3、fire-any", "Kind and level, as fire-3, fire-any."),
    )
    kind: Mapped[str] = mapped_column(info=documented("事件种类", "Kind of event."))
    level: Mapped[int | None] = mapped_column(
        Integer, info=documented("响应等级 1–4；空为各级", "Level 1 to 4; empty for any.")
    )
    lines: Mapped[list[KeptLine]] = mapped_column(
        JsonText(),
        info=documented(
            "所需力量（JSON）：能力或单元类型、数量、时限、层级",
            "What is needed, JSON: capability or unit type, count, limit, tier.",
        ),
    )
    experts: Mapped[list[str]] = mapped_column(
        info=documented("所需专家的专业领域（JSON）", "Specialities of experts, JSON.")
    )
    active: Mapped[bool] = mapped_column(
        default=True, info=documented("是否启用", "1 while in use.")
    )
    synthetic: Mapped[bool] = mapped_column(
        default=False, info=documented("是否合成数据", "1 where invented.")
    )
    changed_at: Mapped[datetime] = mapped_column(
        info=documented("最近修改时刻（UTC）", "Moment of the last change, UTC.")
    )
    changed_by: Mapped[str] = mapped_column(info=documented("修改人", "Who changed it last."))
    why: Mapped[str] = mapped_column(info=documented("修改缘由", "Why it was changed last."))
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        info=documented("修改次数，从 1 起", "Counts the changes of the row, from 1."),
    )
