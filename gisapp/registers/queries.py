"""Questions asked of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import LargeBinary, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from gisapp.errors import InputError, UnknownRecordError
from gisapp.registers import vocabulary as v
from gisapp.registers.description import KINDS
from gisapp.registers.fields import FieldType, Kind
from gisapp.registers.models import MODELS, Lot, Team, TeamCapability, TeamVehicle
from gisapp.registers.search import Found, search
from gisapp.schema.blob import decode_many
from gisapp.store import in_bbox

__all__ = [
    "Found",
    "TeamRow",
    "as_mapping",
    "count",
    "described",
    "features",
    "lots",
    "record",
    "search",
    "teams",
]

BBox = tuple[float, float, float, float]

_FRAME_TYPES = {
    FieldType.INTEGER: "Int64",
    FieldType.GRADE: "Int64",
    FieldType.NUMBER: "float64",
    FieldType.BOOLEAN: "bool",
}


def described(kind: str) -> Kind:
    """Return the description of `kind`.

    Raises
    ------
    InputError
        ``registers.unknown_kind``.
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise InputError(
            "registers.unknown_kind",
            f"There is no register called {kind}; choose one of: {known}.",
            kind=kind,
            known=known,
        )
    return KINDS[kind]


def features(
    session: Session, kind: str, bbox: BBox | None = None, *, limit: int | None = None
) -> gpd.GeoDataFrame:
    """Read records of one kind in a bounding box, with their computed grades.

    Parameters
    ----------
    kind
        A kind with positions.
    bbox
        ``(min_x, min_y, max_x, max_y)``, degrees, EPSG:4326, borders included; None for all.
    limit
        Most records to read; :func:`count` says how many there are.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, a row per record ordered by ``fid``, a column per described field except
        ``x`` and ``y``. Unknown texts, dates and codes are None, unknown numbers NA or NaN.
        ``capabilities`` and ``vehicles`` of teams are written as in files.

    Raises
    ------
    InputError
        ``registers.unknown_kind``, ``registers.no_positions``.
    """
    description = _with_positions(kind)
    model = MODELS[kind]
    stored = [field.name for field in description.stored()]
    query = select(
        model.fid,
        *(getattr(model, name) for name in stored),
        type_coerce(model.geom, LargeBinary).label("geom"),  # type: ignore[attr-defined]
    ).order_by(model.fid)
    if bbox is not None:
        query = query.where(in_bbox(model.fid, bbox))
    rows = session.execute(query.limit(limit)).all()
    geometries = decode_many([row[-1] for row in rows])
    frame = pd.DataFrame([tuple(row)[1:-1] for row in rows], columns=stored, dtype=object)
    if bbox is not None:
        # The index rounds outwards: drop what only touches the rounded box.
        west, south, east, north = shapely.bounds(geometries).reshape(-1, 4).T
        kept = (west <= bbox[2]) & (east >= bbox[0]) & (south <= bbox[3]) & (north >= bbox[1])
        frame, geometries = frame[kept].reset_index(drop=True), geometries[kept]
    if kind == "team":
        chosen = select(Team.id).where(Team.fid <= (rows[-1].fid if rows else 0))
        if bbox is not None:
            chosen = chosen.where(in_bbox(Team.fid, bbox))
        capabilities, vehicles = _team_details(session, chosen)
        frame["capabilities"] = [";".join(capabilities.get(one, ())) for one in frame["id"]]
        frame["vehicles"] = [
            ";".join(f"{profile}:{number}" for profile, number in vehicles.get(one, {}).items())
            for one in frame["id"]
        ]
    for field in description.fields:
        if field.type is FieldType.GRADE and field.rule is not None:
            inputs = [frame[name] for name in field.inputs]
            frame[field.name] = [field.rule(*values) for values in zip(*inputs, strict=True)]
    types = {
        field.name: _FRAME_TYPES[field.type]
        for field in description.fields
        if field.type in _FRAME_TYPES
    }
    return gpd.GeoDataFrame(frame.astype(types), geometry=list(geometries), crs="EPSG:4326")


def count(session: Session, kind: str, bbox: BBox | None = None) -> int:
    """Count the records of one kind in a bounding box."""
    described(kind)
    model = MODELS[kind]
    query = select(func.count()).select_from(model)
    if bbox is not None:
        _with_positions(kind)
        query = query.where(in_bbox(model.fid, bbox))
    return session.scalar(query) or 0


def record(session: Session, kind: str, record_id: str) -> dict[str, Any]:
    """One record whole.

    Returns
    -------
    dict
        ``kind``, every described field (``x`` and ``y`` for a point, a list of capabilities,
        a mapping of vehicles, computed grades), ``version``, ``updated_at`` and, for a depot,
        ``lots``.

    Raises
    ------
    UnknownRecordError
        ``registers.unknown_record``.
    """
    description = described(kind)
    model = MODELS[kind]
    found = session.scalars(select(model).where(model.id == record_id)).one_or_none()
    if found is None:
        raise UnknownRecordError(
            "registers.unknown_record",
            f"There is no {description.label.en.lower()} with the id {record_id}.",
            kind=kind,
            kind_zh=description.label.zh,
            kind_en=description.label.en.lower(),
            id=record_id,
        )
    values = as_mapping(found)
    if kind == "depot":
        values["lots"] = [as_mapping(lot) for lot in lots(session, record_id)]
    return {"kind": kind, **values, "version": found.version, "updated_at": found.updated_at}


def as_mapping(found: Any) -> dict[str, Any]:  # noqa: ANN401 - a model of any kind
    """Every described field of a record, by name."""
    description = KINDS[found.__tablename__]
    values: dict[str, Any] = {}
    for field in description.fields:
        if field.is_stored:
            values[field.name] = getattr(found, field.name)
        elif field.type is FieldType.COORDINATE:
            values[field.name] = getattr(found.geom, field.name)
        elif field.type is FieldType.TAGS:
            values[field.name] = [row.capability for row in found.capability_rows]
        elif field.type is FieldType.COUNTS:
            values[field.name] = {row.profile: row.count for row in found.vehicle_rows}
        elif field.rule is not None:
            values[field.name] = field.rule(*(values[name] for name in field.inputs))
    return values


def lots(session: Session, depot_id: str) -> list[Lot]:
    """Supplies in one depot, by item code."""
    query = select(Lot).where(Lot.depot_id == depot_id).order_by(Lot.item_code, Lot.id)
    return list(session.scalars(query))


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team as the dispatch asks for it.

    Attributes
    ----------
    id, name, name_en, team_type, tier, status
    x, y
        Degrees, EPSG:4326.
    turnout_s
        Seconds from order to wheels rolling, None where nobody has said.
    capabilities, vehicles
        ``vehicles`` maps a vehicle profile to a number.
    people, agency, contact_name, contact_phone, verified_at, county, synthetic
    """

    id: str
    name: str
    name_en: str | None
    team_type: str
    tier: str | None
    status: str
    x: float
    y: float
    turnout_s: int | None
    capabilities: tuple[str, ...]
    vehicles: Mapping[str, int]
    people: int | None
    agency: str | None
    contact_name: str | None
    contact_phone: str | None
    verified_at: Any
    county: str | None
    synthetic: bool


def teams(session: Session, need: str | None = None) -> list[TeamRow]:
    """Teams with a capability, whatever their status, ordered by id.

    Parameters
    ----------
    need
        A capability code; None for all teams.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    query = select(Team).order_by(Team.id)
    able = select(TeamCapability.team_id)
    if need is not None:
        if need not in v.CAPABILITIES:
            known = ", ".join(v.CAPABILITIES)
            raise InputError(
                "registers.unknown_capability",
                f"There is no capability called {need}; choose one of: {known}.",
                need=need,
                known=known,
            )
        able = able.where(TeamCapability.capability == need)
        query = query.where(Team.id.in_(able))
    found = session.scalars(query).all()
    capabilities, vehicles = _team_details(session, able)
    return [
        TeamRow(
            id=team.id,
            name=team.name,
            name_en=team.name_en,
            team_type=team.team_type,
            tier=team.tier,
            status=team.status,
            x=team.geom.x,
            y=team.geom.y,
            turnout_s=team.turnout_s,
            capabilities=tuple(capabilities.get(team.id, ())),
            vehicles=vehicles.get(team.id, {}),
            people=team.people,
            agency=team.agency,
            contact_name=team.contact_name,
            contact_phone=team.contact_phone,
            verified_at=team.verified_at,
            county=team.county,
            synthetic=team.synthetic,
        )
        for team in found
    ]


def _with_positions(kind: str) -> Kind:
    description = described(kind)
    if description.geometry is None:
        raise InputError(
            "registers.no_positions",
            f"Records of the register {kind} have no position of their own to draw.",
            kind=kind,
        )
    return description


def _team_details(
    session: Session, chosen: Select[Any]
) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """Capabilities and vehicles by team, of the teams whose ids `chosen` selects."""
    capabilities: dict[str, list[str]] = {}
    tags = select(TeamCapability.team_id, TeamCapability.capability)
    for team_id, capability in session.execute(
        tags.where(TeamCapability.team_id.in_(chosen)).order_by(TeamCapability.capability)
    ):
        capabilities.setdefault(team_id, []).append(capability)
    vehicles: dict[str, dict[str, int]] = {}
    fleet = select(TeamVehicle.team_id, TeamVehicle.profile, TeamVehicle.count)
    for team_id, profile, number in session.execute(
        fleet.where(TeamVehicle.team_id.in_(chosen)).order_by(TeamVehicle.profile)
    ):
        vehicles.setdefault(team_id, {})[profile] = number
    return capabilities, vehicles
