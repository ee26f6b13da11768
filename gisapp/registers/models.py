"""The tables of the registers.

Constraints come from :mod:`gisapp.registers.description`; a test holds columns and description
to each other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from shapely import MultiLineString, MultiPolygon, Point
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from gisapp.registers import vocabulary as v
from gisapp.registers.description import KINDS
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.grading import grade_sql, indexed_grades
from gisapp.schema import Base, Geometry, documented, one_of, within


def _constraints(kind_name: str) -> tuple[Any, ...]:
    """Table arguments: checks of vocabularies and ranges, indexes, a stable fid."""
    checks: list[CheckConstraint] = [CheckConstraint("length(id) > 0", name="id")]
    kind = KINDS[kind_name]
    for field in kind.stored():
        if field.type is FieldType.CODE and field.choices is not None:
            checks.append(one_of(field.name, field.choices))
        elif field.minimum is not None or field.maximum is not None:
            checks.append(within(field.name, field.minimum, field.maximum))
        elif field.length is not None:
            checks.append(CheckConstraint(f"length({field.name}) = {field.length}", field.name))
    checks += [_together(field.name, field.needs) for field in kind.stored() if field.needs]
    checks.append(_together("retired_by", "retired_at"))
    # GeoPackage 2.1.6.1: the key of a user table is INTEGER PRIMARY KEY AUTOINCREMENT.
    return (*checks, *_indexes(kind), {"sqlite_autoincrement": True})


def _together(column: str, other: str) -> CheckConstraint:
    """Hold two columns to being both empty or both filled."""
    return CheckConstraint(f"({column} IS NULL) = ({other} IS NULL)", name=column)


def _indexes(kind: Kind) -> list[Index]:
    """Indexes behind search, counts, and lists in any usual order.

    A list by one column goes on after its last row, so each of its indexes ends with the id.
    """
    names = [field.name for field in kind.stored()]
    indexes = [
        Index(f"ix_{kind.name}_by_{name}", name, "id")
        for name in ("county", "name", "agency", "verified_at", "updated_at")
        if name in names or name == "updated_at"
    ]
    indexes += [
        Index(f"ix_{kind.name}_by_{name}", text(f"({grade_sql(kind, name)})"), "id")
        for name in indexed_grades(kind)
    ]
    # Not led by retired_at: SQLite would take it for every list, as nearly all rows are in use.
    counted = [*(["county"] if "county" in names else []), "retired_at"]
    indexes.append(Index(f"ix_{kind.name}_counted", *counted))
    if kind.geometry is not None:
        # Covers what a search by name reads, so that it never touches the table's wide rows.
        searched = [name for name in ("name", "name_en", "id", "county") if name in names]
        indexes.append(Index(f"ix_{kind.name}_search", *searched, "retired_at"))
    return indexes


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
        server_default=text("1"),
        sort_order=90,
        info=documented("修改次数，从 1 起", "Counts the changes of the record, from 1."),
    )
    updated_at: Mapped[datetime | None] = mapped_column(
        sort_order=91, info=documented("最近修改时刻（UTC）", "Moment of the last change, UTC.")
    )
    verified_at: Mapped[date | None] = mapped_column(sort_order=86)
    verified_by: Mapped[str | None] = mapped_column(sort_order=87)
    source: Mapped[str | None] = mapped_column(sort_order=88)
    synthetic: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=89)
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
    county: Mapped[str | None] = mapped_column(sort_order=-15)
    agency: Mapped[str | None] = mapped_column(sort_order=80)
    contact_name: Mapped[str | None] = mapped_column(sort_order=81)
    contact_phone: Mapped[str | None] = mapped_column(sort_order=82)


class _Hazard(_Located):
    """Something that can go wrong, and who answers for it."""

    __abstract__ = True

    responsible: Mapped[str | None] = mapped_column(sort_order=70)
    responsible_phone: Mapped[str | None] = mapped_column(sort_order=71)


class Team(_Located):
    """A rescue team."""

    __tablename__ = "team"
    __table_args__ = _constraints("team")

    team_type: Mapped[str] = mapped_column(index=True)
    tier: Mapped[str | None]
    people: Mapped[int | None]
    turnout_s: Mapped[int | None]
    duty_people: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="ready", server_default="ready")

    capability_rows: Mapped[list[TeamCapability]] = relationship(
        cascade="all, delete-orphan", order_by="TeamCapability.capability", passive_deletes=True
    )
    vehicle_rows: Mapped[list[TeamVehicle]] = relationship(
        cascade="all, delete-orphan", order_by="TeamVehicle.profile", passive_deletes=True
    )
    equipment_rows: Mapped[list[TeamEquipment]] = relationship(
        cascade="all, delete-orphan", order_by="TeamEquipment.item", passive_deletes=True
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


class TeamEquipment(Base):
    """How many pieces of one item of equipment a team has."""

    __tablename__ = "team_equipment"
    __table_args__ = (
        UniqueConstraint("team_id", "item"),
        one_of("item", v.EQUIPMENT),
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
    item: Mapped[str] = mapped_column(info=documented("装备", "Item of equipment."))
    count: Mapped[int] = mapped_column(info=documented("数量", "Number of pieces."))


class Expert(_Located):
    """A person whose knowledge is asked for."""

    __tablename__ = "expert"
    __table_args__ = _constraints("expert")

    title: Mapped[str | None]
    employer: Mapped[str | None]
    on_call: Mapped[bool] = mapped_column(default=False, server_default=false())

    speciality_rows: Mapped[list[ExpertSpeciality]] = relationship(
        cascade="all, delete-orphan", order_by="ExpertSpeciality.speciality", passive_deletes=True
    )


class ExpertSpeciality(Base):
    """One field of knowledge of an expert."""

    __tablename__ = "expert_speciality"
    __table_args__ = (
        UniqueConstraint("speciality", "expert_id"),  # asked by speciality first
        one_of("speciality", v.SPECIALITIES),
        {"sqlite_autoincrement": True},
    )

    fid: Mapped[int] = mapped_column(
        primary_key=True, info=documented("文件内部行号", "Row number within the file.")
    )
    expert_id: Mapped[str] = mapped_column(
        ForeignKey("expert.id", ondelete="CASCADE", onupdate="CASCADE"),
        index=True,
        info=documented("专家编号", "Id of the expert."),
    )
    speciality: Mapped[str] = mapped_column(info=documented("专业领域", "Field of knowledge."))


class Depot(_Located):
    """A store of supplies."""

    __tablename__ = "depot"
    __table_args__ = _constraints("depot")

    level: Mapped[str]
    area_m2: Mapped[float | None]


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
    reserve: Mapped[float | None]
    expires_on: Mapped[date | None] = mapped_column(index=True)


class Mine(_Hazard):
    """A mine."""

    __tablename__ = "mine"
    __table_args__ = _constraints("mine")

    mine_type: Mapped[str]
    capacity_mt: Mapped[float | None]
    depth_m: Mapped[float | None]
    workers: Mapped[int | None]
    gas_grade: Mapped[str | None]
    hydrology: Mapped[str | None]
    status: Mapped[str]


class HazardSource(_Hazard):
    """A major hazard source."""

    __tablename__ = "hazard_source"
    __table_args__ = _constraints("hazard_source")

    substance: Mapped[str]
    quantity_t: Mapped[float | None]
    r_value: Mapped[float]
    exposed_people: Mapped[int | None]
    emergency_stop: Mapped[bool] = mapped_column(default=False, server_default=false())
    online_monitored: Mapped[bool] = mapped_column(default=False, server_default=false())
    level_override: Mapped[int | None]
    level_override_reason: Mapped[str | None]


class Reservoir(_Hazard):
    """A reservoir."""

    __tablename__ = "reservoir"
    __table_args__ = _constraints("reservoir")

    capacity_e8_m3: Mapped[float]
    dam_type: Mapped[str | None]
    dam_height_m: Mapped[float | None]
    weak: Mapped[bool] = mapped_column(default=False, server_default=false())
    downstream_people: Mapped[int | None]
    online_monitored: Mapped[bool] = mapped_column(default=False, server_default=false())
    grade_override: Mapped[int | None]
    grade_override_reason: Mapped[str | None]


class Geohazard(_Hazard):
    """A geological hazard point."""

    __tablename__ = "geohazard"
    __table_args__ = _constraints("geohazard")

    geohazard_type: Mapped[str]
    people: Mapped[int | None]
    loss_cny: Mapped[float | None]
    volume_e4_m3: Mapped[float | None]
    scale_override: Mapped[int | None]
    scale_override_reason: Mapped[str | None]
    danger_grade_override: Mapped[int | None]
    danger_grade_override_reason: Mapped[str | None]


class TailingsPond(_Hazard):
    """A tailings pond."""

    __tablename__ = "tailings_pond"
    __table_args__ = _constraints("tailings_pond")

    volume_e4_m3: Mapped[float]
    height_m: Mapped[float]
    downstream_people: Mapped[int | None]
    status: Mapped[str | None]
    overhead: Mapped[bool] = mapped_column(default=False, server_default=false())
    online_monitored: Mapped[bool] = mapped_column(default=False, server_default=false())
    grade_override: Mapped[int | None]
    grade_override_reason: Mapped[str | None]


class Shelter(_Located):
    """An emergency shelter."""

    __tablename__ = "shelter"
    __table_args__ = _constraints("shelter")

    capacity: Mapped[int | None]
    area_m2: Mapped[float | None]
    stay: Mapped[str | None]


class Hospital(_Located):
    """A hospital or clinic."""

    __tablename__ = "hospital"
    __table_args__ = _constraints("hospital")

    beds: Mapped[int | None]
    icu_beds: Mapped[int | None]
    ambulances: Mapped[int | None]
    hospital_level: Mapped[str | None]
    emergency: Mapped[bool] = mapped_column(default=False, server_default=false())


class CrowdedPlace(_Hazard):
    """A place where many people gather."""

    __tablename__ = "crowded_place"
    __table_args__ = _constraints("crowded_place")

    place_type: Mapped[str]
    capacity: Mapped[int | None]
    area_m2: Mapped[float | None]
    storeys: Mapped[int | None]


class MonitoringStation(_Located):
    """A station that watches the weather or one hazard."""

    __tablename__ = "monitoring_station"
    __table_args__ = (
        Index("ix_monitoring_station_monitors", "monitors_kind", "monitors_id"),
        *_constraints("monitoring_station"),
    )

    station_type: Mapped[str]
    monitors_kind: Mapped[str | None]
    monitors_id: Mapped[str | None]
    online: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_reading: Mapped[float | None]
    reading_unit: Mapped[str | None]
    last_reading_on: Mapped[date | None]


class GridContact(_Located):
    """Whom to call in one grid cell, village or hazard point."""

    __tablename__ = "grid_contact"
    __table_args__ = _constraints("grid_contact")

    role: Mapped[str]
    township: Mapped[str | None] = mapped_column(index=True)
    village: Mapped[str | None]
    households: Mapped[int | None]
    population: Mapped[int | None]
    geohazard_id: Mapped[str | None] = mapped_column(
        ForeignKey("geohazard.id", onupdate="CASCADE"), index=True
    )


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


class Area(_Record):
    """An administrative area: city, county or township."""

    __tablename__ = "area"
    __table_args__ = _constraints("area")

    geom: Mapped[MultiPolygon] = mapped_column(
        Geometry("MULTIPOLYGON"), info=documented("范围，EPSG:4326", "Extent, EPSG:4326.")
    )
    name: Mapped[str]
    name_en: Mapped[str | None]
    level: Mapped[str] = mapped_column(default="county", server_default="county")
    parent_id: Mapped[str | None] = mapped_column(index=True)
    population: Mapped[int | None]


class River(_Record):
    """A river."""

    __tablename__ = "river"
    __table_args__ = _constraints("river")

    geom: Mapped[MultiLineString] = mapped_column(
        Geometry("MULTILINESTRING"), info=documented("中心线，EPSG:4326", "Line, EPSG:4326.")
    )
    name: Mapped[str | None]
    name_en: Mapped[str | None]


MODELS: dict[str, type[_Record]] = {
    model.__tablename__: model
    for model in (
        Area, Place, River, Team, Expert, Depot, Lot, Hospital, Shelter, Mine, HazardSource,
        Reservoir, Geohazard, TailingsPond, CrowdedPlace, MonitoringStation, GridContact,
    )
}  # fmt: skip
"""The model of each kind."""


class Detail(NamedTuple):
    """Where the tags or counts of one field are kept: a row each, in a table of their own.

    Attributes
    ----------
    model
        The table's model.
    owner
        Column that holds the id of the record.
    value
        Column that holds the code.
    number
        Column that holds the count; empty for tags.
    rows
        Relationship of the record's model that loads them in order.
    """

    model: Any
    owner: str
    value: str
    number: str
    rows: str


DETAILS: dict[str, dict[str, Detail]] = {
    "team": {
        "capabilities": Detail(TeamCapability, "team_id", "capability", "", "capability_rows"),
        "vehicles": Detail(TeamVehicle, "team_id", "profile", "count", "vehicle_rows"),
        "equipment": Detail(TeamEquipment, "team_id", "item", "count", "equipment_rows"),
    },
    "expert": {
        "specialities": Detail(ExpertSpeciality, "expert_id", "speciality", "", "speciality_rows"),
    },
}
"""Fields of tags and counts, by kind and name."""
