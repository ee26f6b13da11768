"""What every register is made of.

A subclass of :class:`Record` in a module of :mod:`gisapp.registers.kinds` is a register: it is
described once, by its attributes, and its tables, constraints, indexes, description and map layer
follow from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, TypeVar, cast

from shapely import Point
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, MappedColumn, mapped_column, relationship
from sqlalchemy.types import TypeEngine

from gisapp.registers.columns import Described, Grade, Rows, day, described, text, yes_no
from gisapp.registers.drawing import drawn_of
from gisapp.registers.fields import FieldType, Kind, plain
from gisapp.registers.grading import grade_sql, indexed_grades
from gisapp.schema import Base, Geometry, Label, documented, one_of, within
from gisapp.schema.types import Day, Number, Whole, YesNo
from gisapp.store import watch
from layers.model import LayerSpec


class About(NamedTuple):
    """What a register is.

    Attributes
    ----------
    label, doc, order, verify_every_days
        As :class:`Kind` has them.
    among_hazards
        Place of a hazard among the registers of hazards.
    """

    label: Label
    doc: Label
    order: int
    verify_every_days: int | None = None
    among_hazards: int = 0


class Row(Base):
    """One of the tags or counts of a record.

    Attributes
    ----------
    owner_id
        Id of the record.
    count
        Of tags there is none.
    """

    __abstract__ = True

    fid: Mapped[int] = mapped_column(
        primary_key=True,
        sort_order=-1,
        info=documented("文件内部行号", "Row number within the file."),
    )
    owner_id: ClassVar[Mapped[str]]
    code: ClassVar[Mapped[str]]
    count: ClassVar[Mapped[int]]


class Detail(NamedTuple):
    """Where the tags or counts of one field are kept.

    Attributes
    ----------
    model
        The table's model.
    owner, value, number
        Columns of the record's id, of the code and of the count, empty for tags.
    rows
        Relationship of the record's model that loads them in order.
    """

    model: type[Row]
    owner: str
    value: str
    number: str
    rows: str


_POSITION = tuple(
    described(plain(name, FieldType.COORDINATE, *words, required=True, aliases=aliases), -16)
    for name, words, aliases in (
        (
            "x",
            ("经度", "Longitude", "经度；投影坐标系中为东坐标",
             "Longitude; easting in a projected system."),
            ("lon", "lng", "longitude", "东坐标"),
        ),
        (
            "y",
            ("纬度", "Latitude", "纬度；投影坐标系中为北坐标",
             "Latitude; northing in a projected system."),
            ("lat", "latitude", "北坐标"),
        ),
    )
)  # fmt: skip


def english_name() -> MappedColumn[str]:
    """Make the column of the name in English."""
    return text("英文名称", "English name", "英文名", "Name in English.", sort=-17)


class Record(Base):
    """Columns of every register.

    Attributes
    ----------
    drawn
        How the map draws it, without what follows from the fields; None where it does not.
    popup
        Names of the fields in its popup; None for all in their order, contacts first.
    described
        The whole description, made from all of these.
    details
        Its fields of tags and counts, by name.
    """

    __abstract__ = True
    # GeoPackage 2.1.6.1: the key of a user table is INTEGER PRIMARY KEY AUTOINCREMENT.
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's form

    about: ClassVar[About]
    drawn: ClassVar[LayerSpec | None] = None
    popup: ClassVar[tuple[str, ...] | None] = None
    described: ClassVar[Kind]
    details: ClassVar[dict[str, Detail]]

    fid: Mapped[int] = mapped_column(
        primary_key=True,
        sort_order=-20,
        info=documented("文件内部行号", "Row number within the file."),
    )
    id: Mapped[str] = text(
        "编号",
        "ID",
        "本类资源内唯一，重复导入时据此更新",
        "Unique within the register; an import updates the record of the same id.",
        aliases=("编码", "代码"),
        unique=True,
        sort=-19,
    )
    verified_at: Mapped[date | None] = day(
        "核实日期", "Verified on", "最近一次核实的日期", "Day of the last verification.", sort=86
    )
    verified_by: Mapped[str | None] = text(
        "核实人", "Verified by", "核实者", "Who verified the record.", sort=87
    )
    source: Mapped[str | None] = text(
        "数据来源", "Source", "记录从何而来", "Where the record is from.", aliases=("来源",),
        sort=88,
    )  # fmt: skip
    synthetic: Mapped[bool] = yes_no(
        "是否合成数据", "Synthetic", "1 表示为演示而生成，并非真实",
        "1 where generated for demonstration, not real.", aliases=("合成",), sort=89,
    )  # fmt: skip
    version: Mapped[int] = mapped_column(
        default=1,
        server_default=sql("1"),
        sort_order=90,
        info=documented("修改次数，从 1 起", "Counts the changes of the record, from 1."),
    )
    updated_at: Mapped[datetime | None] = mapped_column(
        sort_order=91, info=documented("最近修改时刻（UTC）", "Moment of the last change, UTC.")
    )
    retired_at: Mapped[datetime | None] = mapped_column(
        sort_order=92,
        info=documented(
            "停用时刻（UTC），在用时空缺", "Moment of retiring, UTC; empty while in use."
        ),
    )
    retired_by: Mapped[str | None] = mapped_column(
        sort_order=93, info=documented("停用者", "Who retired the record.")
    )
    retire_reason: Mapped[str | None] = mapped_column(
        sort_order=94, info=documented("停用原因", "Why the record was retired.")
    )

    @classmethod
    def column(cls, name: str) -> InstrumentedAttribute[Any]:
        """The attribute of the column called `name`, where only its description is at hand."""
        found: InstrumentedAttribute[Any] = getattr(cls, name)
        return found

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "__abstract__" not in cls.__dict__:
            cls.described = _description(cls)
            cls.details = {name: _detail(cls, name, rows) for name, rows in _attributes(cls, Rows)}
            _constrain(cls.described, cast("Table", cls.__table__))


class Named(Record):
    """A record with a name."""

    __abstract__ = True

    name: Mapped[str] = text("名称", "Name", "全称", "Full name.", sort=-18)
    name_en: Mapped[str | None] = english_name()


class Located(Named):
    """A record with a point, an authority and a contact."""

    __abstract__ = True

    geom: Mapped[Point] = mapped_column(
        Geometry("POINT"),
        sort_order=-18,
        info=documented("位置，EPSG:4326", "Position, longitude and latitude, EPSG:4326."),
    )
    county: Mapped[str | None] = text(
        "行政区划代码",
        "County code",
        "县级行政区划 6 位代码，可在本市以外",
        "Six-digit code of the county, which may lie outside the site.",
        pattern=r"\d{6}",
        length=6,
        aliases=("县区代码", "区划代码", "所属县区代码"),
        source="GB/T 2260",
        shown_as=Label("县区", "County"),
        sort=-15,
    )
    agency: Mapped[str | None] = text(
        "主管单位", "Agency", "负责的部门或单位", "Authority or company in charge.",
        aliases=("所属单位", "管理单位"), sort=80,
    )  # fmt: skip
    contact_name: Mapped[str | None] = text(
        "联系人", "Contact", "值班或负责联系人", "Person to call.", private=True, sort=81
    )
    contact_phone: Mapped[str | None] = text(
        "联系电话", "Phone", "24 小时联系电话", "Number answered day and night.",
        aliases=("电话", "值班电话"), private=True, sort=82,
    )  # fmt: skip


def in_charge(zh: str = "责任人", source: str = "") -> MappedColumn[str]:
    """Make the column of who answers for a hazard."""
    aliases = () if zh == "责任人" else ("责任人",)
    doc = ("对该风险负责的人", "Person answerable for the hazard.")
    return text(zh, "Person in charge", *doc, aliases=aliases, source=source, sort=70)


def phone_in_charge(zh: str = "责任人") -> MappedColumn[str]:
    """Make the column of that person's telephone number."""
    doc = ("责任人的联系电话", "Number of the person answerable.")
    return text(f"{zh}电话", "Phone of the person in charge", *doc, private=True, sort=71)


def township_code() -> MappedColumn[str]:
    """Make the column of the township that a record lies in."""
    return text(
        "乡镇代码", "Township code", "乡镇级行政区划 9 位代码", "Nine-digit code of the township.",
        pattern=r"\d{9}", length=9, source="GB/T 10114; from general knowledge, to be verified",
        index=True,
    )  # fmt: skip


def monitored() -> MappedColumn[bool]:
    """Make the column of whether a hazard is monitored online."""
    return yes_no(
        "是否在线监测", "Monitored online", "接入在线监测预警系统为 1",
        "1 where its readings reach the monitoring system.", aliases=("在线监测",),
    )  # fmt: skip


def run_by() -> MappedColumn[str]:
    """Make the column of the enterprise that a hazard belongs to."""
    return text(
        "所属企业编号", "Enterprise", "经营该对象的企业的编号",
        "Id of the enterprise that runs it.",
        references="enterprise", sort=69,
    )  # fmt: skip


class Hazard(Located):
    """Something that can go wrong, and who answers for it."""

    __abstract__ = True

    responsible: Mapped[str | None] = in_charge()
    responsible_phone: Mapped[str | None] = phone_in_charge()


T = TypeVar("T")


def _attributes(model: type[Record], wanted: type[T]) -> Iterator[tuple[str, T]]:
    for name, value in list(vars(model).items()):
        if isinstance(value, wanted):
            yield name, value


def _description(model: type[Record]) -> Kind:
    """What the attributes of a register say, its fields in their order."""
    table, about = cast("Table", model.__table__), model.about
    shape = table.c.geom.type if "geom" in table.c else None
    geometry = shape.geometry_type if isinstance(shape, Geometry) else None
    found = [*(_POSITION if geometry == "POINT" else ())]
    for column in table.c:
        if (one := column.info.get("field")) is not None:
            filled = not column.nullable and column.default is None
            type_ = FieldType.CODE if one.field.choices else FieldType.TEXT
            type_ = next((t for of, t in _TYPES.items() if isinstance(column.type, of)), type_)
            field = replace(one.field, name=str(column.name), type=type_, required=filled)
            found.append(Described(field, one.at))
    others: list[tuple[str, Grade | Rows]] = [
        *_attributes(model, Grade),
        *_attributes(model, Rows),
    ]
    for name, value in others:
        found.append(Described(replace(value.described.field, name=name), value.described.at))
    kind = Kind(
        str(table.name),  # a quoted_name, which GDAL does not take
        about.label,
        about.doc,
        geometry,
        tuple(one.field for one in sorted(found, key=lambda one: one.at)),
        order=about.order,
        verify_every_days=about.verify_every_days,
    )
    if model.drawn is None:
        return kind
    return replace(kind, layer=drawn_of(kind, model.drawn, model.popup))


_TYPES: dict[type[TypeEngine[Any]], FieldType] = {
    Whole: FieldType.INTEGER,
    Number: FieldType.NUMBER,
    YesNo: FieldType.BOOLEAN,
    Day: FieldType.DATE,
}


def _detail(model: type[Record], name: str, rows: Rows) -> Detail:
    """Make the table of tags or counts, and the relationship that reads it."""
    register, counted = model.__tablename__, len(rows.docs) > 2
    owner, table, choices = f"{register}_id", f"{register}_{rows.one}", rows.described.field.choices
    refers = ForeignKey(f"{register}.id", ondelete="CASCADE", onupdate="CASCADE")
    docs = [{"doc": doc} for doc in rows.docs]
    # Tags are asked for by the code first, so that their owner needs an index of its own.
    once = (owner, rows.column) if counted else (rows.column, owner)
    number = "count" if counted else ""
    made: dict[str, Any] = {
        "__tablename__": table,
        "__table_args__": (
            UniqueConstraint(*once),
            one_of(rows.column, choices or ()),
            *([within(number, 1, None)] if counted else []),
            {
                "sqlite_autoincrement": True,
                "info": {"detail": watch.Detail(table, register, owner, name, rows.column, number)},
            },
        ),
        "__module__": model.__module__,
        "__annotations__": {"owner_id": Mapped[str], "code": Mapped[str]},
        "owner_id": mapped_column(owner, refers, index=not counted or None, info=docs[0]),
        "code": mapped_column(rows.column, info=docs[1]),
    }
    if counted:
        made["__annotations__"]["count"] = Mapped[int]
        made["count"] = mapped_column(number, info=docs[2])
    row: type[Row] = type(f"{model.__name__}{rows.one.title()}", (Row,), made)
    loaded = relationship(
        row, cascade="all, delete-orphan", order_by=row.code, passive_deletes=True
    )
    setattr(model, f"{rows.one}_rows", loaded)
    return Detail(row, owner, rows.column, number, f"{rows.one}_rows")


def _constrain(kind: Kind, table: Table) -> None:
    """Check vocabularies and ranges, and index what is searched, counted and listed."""
    checks = [CheckConstraint("length(id) > 0", name="id")]
    for field in kind.stored():
        if field.type is FieldType.CODE and field.choices is not None:
            checks.append(one_of(field.name, field.choices))
        elif field.minimum is not None or field.maximum is not None:
            checks.append(within(field.name, field.minimum, field.maximum))
        elif field.length is not None:
            checks.append(CheckConstraint(f"length({field.name}) = {field.length}", field.name))
    checks += [_together(field.name, field.needs) for field in kind.stored() if field.needs]
    checks += [_either(one.name, one.instead_of) for one in kind.stored() if one.instead_of]
    checks.append(_together("retired_by", "retired_at"))
    for check in checks:
        table.append_constraint(check)
    _index(kind, table)


def _together(column: str, other: str) -> CheckConstraint:
    """Hold two columns to being both empty or both filled."""
    return CheckConstraint(f"({column} IS NULL) = ({other} IS NULL)", name=column)


def _either(column: str, other: str) -> CheckConstraint:
    """Hold two columns to exactly one of them being filled."""
    return CheckConstraint(f"({column} IS NULL) <> ({other} IS NULL)", name=column)


def _index(kind: Kind, table: Table) -> None:
    """Index what is searched, counts, and lists in any usual order.

    A list by one column goes on after its last row, so each of its indexes ends with the id.
    """
    c = table.c
    for name in ("county", "name", "agency", "verified_at", "updated_at"):
        if name in c:
            Index(f"ix_{kind.name}_by_{name}", c[name], c.id)
    for name in indexed_grades(kind):
        Index(f"ix_{kind.name}_by_{name}", sql(f"({grade_sql(kind, name)})"), c.id)
    # Not led by retired_at: SQLite would take it for every list, as nearly all rows are in use.
    counted = [name for name in ("county", "retired_at") if name in c]
    Index(f"ix_{kind.name}_counted", *(c[name] for name in counted))
    if kind.geometry is not None:
        # Covers what a search by name reads, so that it never touches the table's wide rows.
        searched = ("name", "name_en", "id", "county", "retired_at")
        Index(f"ix_{kind.name}_search", *(c[name] for name in searched if name in c))
