"""Imports there were, rows that wait for correction, pairs that may be one."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gisapp.schema import Base, Label, documented, one_of
from gisapp.schema.types import JsonText
from gisapp.schema.values import Json

ROW_STATES = {
    "open": Label("待改正", "Open"),
    "corrected": Label("已改正", "Corrected"),
    "dismissed": Label("不再处理", "Dismissed"),
}
PAIR_STATES = {
    "proposed": Label("待判定", "Proposed"),
    "merged": Label("已合并", "Merged"),
    "dismissed": Label("并非重复", "Not the same"),
}


class KeptNotice(TypedDict):
    """What was said of a whole file, as its import keeps it."""

    code: str
    params: dict[str, Json]


class KeptFault(TypedDict):
    """One fault of a row that waits."""

    column: str
    value: str
    code: str
    params: dict[str, Json]


class ImportBatch(Base):
    """One import that stored something."""

    __tablename__ = "import_batch"
    __table_args__ = ({"sqlite_autoincrement": True},)

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("导入序号", "Number of the import.")
    )
    kind: Mapped[str] = mapped_column(info=documented("登记库", "The register."))
    file: Mapped[str] = mapped_column(info=documented("文件名", "Name of the file."))
    headers: Mapped[list[str]] = mapped_column(
        info=documented("文件的表头（JSON）", "Headers of the file, JSON.")
    )
    crs: Mapped[str | None] = mapped_column(
        info=documented("声明的坐标系", "Reference system declared.")
    )
    charset: Mapped[str | None] = mapped_column(info=documented("字符编码", "Character set."))
    read: Mapped[int] = mapped_column(info=documented("读入行数", "Rows read."))
    inserted: Mapped[int] = mapped_column(info=documented("新增", "Records inserted."))
    updated: Mapped[int] = mapped_column(info=documented("更新", "Records updated."))
    unchanged: Mapped[int] = mapped_column(info=documented("未变", "Records left as they were."))
    quarantined: Mapped[int] = mapped_column(info=documented("隔离行数", "Rows set aside."))
    corrected: Mapped[int] = mapped_column(
        info=documented("改正的隔离行数", "Rows of the quarantine put right.")
    )
    warnings: Mapped[list[KeptNotice]] = mapped_column(
        JsonText(), info=documented("提示（JSON）", "What was warned of, JSON.")
    )
    at: Mapped[datetime] = mapped_column(info=documented("时刻（UTC）", "Moment, UTC."))
    who: Mapped[str] = mapped_column(info=documented("导入者", "Who imported."))
    why: Mapped[str] = mapped_column(info=documented("缘由", "The reason given."))


class QuarantinedRow(Base):
    """A row with faults, kept until it is corrected or dismissed."""

    __tablename__ = "quarantined_row"
    __table_args__ = (
        one_of("state", ROW_STATES),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_at"),
        Index(
            "ix_quarantined_row_open",
            "kind",
            "key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("隔离号", "Number in the quarantine.")
    )
    batch_fid: Mapped[int] = mapped_column(
        ForeignKey("import_batch.fid"),
        index=True,
        info=documented("最近一次带来它的导入", "The last import that brought it."),
    )
    kind: Mapped[str] = mapped_column(info=documented("登记库", "The register."))
    key: Mapped[str] = mapped_column(
        info=documented(
            "编号；没有可用编号的行为内容摘要，以 # 开头",
            "Id of the record; where the row gives none to go by, a digest of it after #.",
        )
    )
    county: Mapped[str | None] = mapped_column(
        info=documented("行政区划代码", "County code the row gives.")
    )
    row: Mapped[int] = mapped_column(info=documented("文件中的行号", "Row number in the file."))
    cells: Mapped[dict[str, str]] = mapped_column(
        info=documented("原始单元格（JSON）", "The cells as they came, JSON.")
    )
    faults: Mapped[list[KeptFault]] = mapped_column(
        JsonText(), info=documented("错误（JSON）", "What is wrong, JSON.")
    )
    state: Mapped[str] = mapped_column(
        default="open", server_default="open", info=documented("状态", "State.")
    )
    settled_at: Mapped[datetime | None] = mapped_column(
        info=documented("了结时刻（UTC）", "Moment of settling, UTC.")
    )
    settled_by: Mapped[str | None] = mapped_column(info=documented("了结者", "Who settled it."))
    settled_why: Mapped[str | None] = mapped_column(info=documented("了结缘由", "Why."))


class DuplicatePair(Base):
    """Two records, near in space and name, that may be one thing."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        one_of("state", PAIR_STATES),
        UniqueConstraint("kind", "first_id", "second_id"),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("序号", "Number of the pair.")
    )
    kind: Mapped[str] = mapped_column(info=documented("登记库", "The register."))
    first_id: Mapped[str] = mapped_column(info=documented("编号之一", "Id of the one."))
    second_id: Mapped[str] = mapped_column(info=documented("编号之二", "Id of the other."))
    distance_m: Mapped[float] = mapped_column(info=documented("相距，米", "Metres between them."))
    similarity: Mapped[float] = mapped_column(
        info=documented("名称相似度，0 至 1", "Likeness of the names, 0 to 1.")
    )
    state: Mapped[str] = mapped_column(
        default="proposed",
        server_default="proposed",
        index=True,
        info=documented("状态", "State."),
    )
    proposed_at: Mapped[datetime] = mapped_column(
        info=documented("提出时刻（UTC）", "Moment of the proposal, UTC.")
    )
    settled_at: Mapped[datetime | None] = mapped_column(
        info=documented("判定时刻（UTC）", "Moment of the decision, UTC.")
    )
    settled_by: Mapped[str | None] = mapped_column(info=documented("判定者", "Who decided."))
    kept_id: Mapped[str | None] = mapped_column(
        info=documented("合并后保留的编号", "Id that was kept.")
    )
