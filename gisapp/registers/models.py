"""The tables of the registers.

Constraints come from :mod:`gisapp.registers.description`; a test holds columns and description
to each other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shapely import MultiLineString, MultiPolygon, Point
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gisapp.registers import vocabulary as v
from gisapp.registers.description import KINDS
from gisapp.registers.fields import FieldType
from gisapp.schema import Base, Geometry, documented, one_of, within


def _constraints(kind_name: str) -> tuple[Any, ...]:
    """Table arguments: checks of vocabularies and ranges, the search index, a stable fid."""
    checks: list[CheckConstraint] = [CheckConstraint("length(id) > 0", name="id")]
    kind = KINDS[kind_name]
    for field in kind.stored():
        if field.type is FieldType.CODE and field.choices is not None:
            checks.append(one_of(field.name, field.choices))
        elif field.minimum is not None or field.maximum is not None:
            checks.append(within(field.name, field.minimum, field.maximum))
        elif field.length is not None:
            checks.append(CheckConstraint(f"length({field.name}) = {field.length}", field.name))
    names = {field.name for field in kind.stored()}
    searched = [name for name in ("name", "name_en", "id", "county") if name in names]
    # Covers what a search by name reads, so that it never touches the table's wide rows.
    search = () if kind.geometry is None else (Index(f"ix_{kind_name}_search", *searched),)
    # GeoPackage 2.1.6.1: the key of a user table is INTEGER PRIMARY KEY AUTOINCREMENT.
    return (*checks, *search, {"sqlite_autoincrement": True})


class _Record(Base):
    """Columns of every register."""

    __abstract__ = True

    fid: Mapped[int] = mapped_column(
        primary_key=True,
        sort_order=-20,
        info=documented("文件内部行号", "Row number within the file."),
    )
    id: Mapped[str] = mapped_column(unique=True, sort_order=-19)
    version: Mapped[int] = mapped_column(
        default=1,
        server_default="1",
        sort_order=90,
        info=documented("修改次数，从 1 起", "Counts the changes of the record, from 1."),
    )
    updated_at: Mapped[datetime | None] = mapped_column(
        sort_order=91, info=documented("最近修改时刻（UTC）", "Moment of the last change, UTC.")
    )
    synthetic: Mapped[bool] = mapped_column(default=False, server_default="0", sort_order=89)


class _Located(_Record):
    """A record with a point, an authority and a contact."""

    __abstract__ = True

    geom: Mapped[Point] = mapped_column(
        Geometry("POINT"),
        sort_order=-18,
        info=documented("位置，EPSG:4326", "Position, longitude and latitude, EPSG:4326."),
    )
    name: Mapped[str] = mapped_column(sort_order=-17)
    name_en: Mapped[str | None] = mapped_column(sort_order=-16)
    county: Mapped[str | None] = mapped_column(index=True, sort_order=-15)
    agency: Mapped[str | None] = mapped_column(sort_order=80)
    contact_name: Mapped[str | None] = mapped_column(sort_order=81)
    contact_phone: Mapped[str | None] = mapped_column(sort_order=82)
    verified_at: Mapped[date | None] = mapped_column(sort_order=83)
    verified_by: Mapped[str | None] = mapped_column(sort_order=84)
    source: Mapped[str | None] = mapped_column(sort_order=85)


class Team(_Located):
    """A rescue team."""

    __tablename__ = "team"
    __table_args__ = _constraints("team")

    team_type: Mapped[str] = mapped_column(index=True)
    tier: Mapped[str | None]
    people: Mapped[int | None]
    turnout_s: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="ready", server_default="ready")

    capability_rows: Mapped[list[TeamCapability]] = relationship(
        cascade="all, delete-orphan", order_by="TeamCapability.capability", passive_deletes=True
    )
    vehicle_rows: Mapped[list[TeamVehicle]] = relationship(
        cascade="all, delete-orphan", order_by="TeamVehicle.profile", passive_deletes=True
    )


class TeamCapability(Base):
    """One thing a team can do."""

    __tablename__ = "team_capability"
    __table_args__ = (
        UniqueConstraint("capability", "team_id"),  # asked by capability first
        one_of("capability", v.CAPABILITIES),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    team_id: Mapped[str] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE", onupdate="CASCADE"),
        index=True,
        info=documented("队伍编号", "Id of the team."),
    )
    capability: Mapped[str] = mapped_column(
        info=documented("能力标签", "One capability of the team.")
    )


class TeamVehicle(Base):
    """How many vehicles of one profile a team has."""

    __tablename__ = "team_vehicle"
    __table_args__ = (
        UniqueConstraint("team_id", "profile"),
        one_of("profile", v.VEHICLE_PROFILES),
        within("count", 1, None),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    team_id: Mapped[str] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE", onupdate="CASCADE"),
        info=documented("队伍编号", "Id of the team."),
    )
    profile: Mapped[str] = mapped_column(info=documented("车型", "Vehicle profile."))
    count: Mapped[int] = mapped_column(info=documented("数量", "Number of vehicles."))


class Depot(_Located):
    """A store of supplies."""

    __tablename__ = "depot"
    __table_args__ = _constraints("depot")

    level: Mapped[str]


class Lot(_Record):
    """One batch of supplies in a depot."""

    __tablename__ = "lot"
    __table_args__ = _constraints("lot")

    depot_id: Mapped[str] = mapped_column(ForeignKey("depot.id", onupdate="CASCADE"), index=True)
    item_code: Mapped[str] = mapped_column(index=True)
    item: Mapped[str]
    quantity: Mapped[float]
    unit: Mapped[str]
    minimum_stock: Mapped[float | None]
    expires_on: Mapped[date | None]


class Mine(_Located):
    """A mine."""

    __tablename__ = "mine"
    __table_args__ = _constraints("mine")

    mine_type: Mapped[str]
    capacity_mt: Mapped[float | None]
    depth_m: Mapped[float | None]
    workers: Mapped[int | None]
    gas_grade: Mapped[str | None]
    status: Mapped[str]


class HazardSource(_Located):
    """A major hazard source."""

    __tablename__ = "hazard_source"
    __table_args__ = _constraints("hazard_source")

    substance: Mapped[str]
    quantity_t: Mapped[float | None]
    r_value: Mapped[float]
    responsible: Mapped[str | None]


class Reservoir(_Located):
    """A reservoir."""

    __tablename__ = "reservoir"
    __table_args__ = _constraints("reservoir")

    capacity_e8_m3: Mapped[float]
    dam_type: Mapped[str | None]
    weak: Mapped[bool] = mapped_column(default=False, server_default="0")


class Geohazard(_Located):
    """A geological hazard point."""

    __tablename__ = "geohazard"
    __table_args__ = _constraints("geohazard")

    geohazard_type: Mapped[str]
    people: Mapped[int | None]
    loss_cny: Mapped[float | None]


class TailingsPond(_Located):
    """A tailings pond."""

    __tablename__ = "tailings_pond"
    __table_args__ = _constraints("tailings_pond")

    volume_e4_m3: Mapped[float]
    height_m: Mapped[float]
    downstream_people: Mapped[int | None]


class Shelter(_Located):
    """An emergency shelter."""

    __tablename__ = "shelter"
    __table_args__ = _constraints("shelter")

    capacity: Mapped[int | None]
    area_m2: Mapped[float | None]


class Hospital(_Located):
    """A hospital or clinic."""

    __tablename__ = "hospital"
    __table_args__ = _constraints("hospital")

    beds: Mapped[int | None]
    hospital_level: Mapped[str | None]
    emergency: Mapped[bool] = mapped_column(default=False, server_default="0")


class Place(_Record):
    """A named place."""

    __tablename__ = "place"
    __table_args__ = _constraints("place")

    geom: Mapped[Point] = mapped_column(
        Geometry("POINT"), info=documented("位置，EPSG:4326", "Position, EPSG:4326.")
    )
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    code: Mapped[str | None]
    population: Mapped[int | None]
    source: Mapped[str | None]


class Area(_Record):
    """A county."""

    __tablename__ = "area"
    __table_args__ = _constraints("area")

    geom: Mapped[MultiPolygon] = mapped_column(
        Geometry("MULTIPOLYGON"), info=documented("范围，EPSG:4326", "Extent, EPSG:4326.")
    )
    name: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[str] = mapped_column(default="county", server_default="county")
    source: Mapped[str | None]


class River(_Record):
    """A river."""

    __tablename__ = "river"
    __table_args__ = _constraints("river")

    geom: Mapped[MultiLineString] = mapped_column(
        Geometry("MULTILINESTRING"), info=documented("中心线，EPSG:4326", "Line, EPSG:4326.")
    )
    name: Mapped[str | None]
    name_en: Mapped[str | None]
    source: Mapped[str | None]


MODELS: dict[str, type[_Record]] = {
    model.__tablename__: model
    for model in (
        Area, Place, River, Team, Depot, Lot, Mine, HazardSource, Reservoir, Geohazard,
        TailingsPond, Shelter, Hospital,
    )
}  # fmt: skip
"""The model of each kind."""
