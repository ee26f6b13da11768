"""The table of ready scenarios: each a drill with its script, of no year yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, documented
from gisapp.schema.values import Json


class DrillTemplate(Base):
    """A ready scenario.

    As that of a script, its content is shown by no page, and no event holds anything of it.
    """

    __tablename__ = "drill_template"
    __table_args__ = (
        CheckConstraint("length(code) > 0", name="code"),
        Index("ix_drill_template_headquarters", "headquarters"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(primary_key=True, info=documented("内部行号", "Row number."))
    code: Mapped[str] = mapped_column(
        unique=True, info=documented("代码", "Code, kept when it is brought in anew.")
    )
    headquarters: Mapped[str] = mapped_column(
        info=documented("组织演练的指挥部", "Code of the headquarters that holds the drill.")
    )
    name_zh: Mapped[str] = mapped_column(info=documented("中文名称", "Name in Chinese."))
    name_en: Mapped[str] = mapped_column(info=documented("英文名称", "Name in English."))
    source_zh: Mapped[str] = mapped_column(
        info=documented("中文出处", "Where the story is from, in Chinese.")
    )
    source_en: Mapped[str] = mapped_column(
        info=documented("英文出处", "Where the story is from, in English.")
    )
    synthetic: Mapped[bool] = mapped_column(
        info=documented("1 为合成情景，0 取自真实案例", "1 where invented, 0 of a real case.")
    )
    content: Mapped[dict[str, Json]] = mapped_column(
        info=documented(
            "演练要素、情景与事件清单（JSON）",
            "What the drill is, its scenario and events list, as JSON.",
        )
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
