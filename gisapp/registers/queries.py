"""Questions asked of the registers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from gisapp.registers.models import DETAILS, MODELS, Lot, Team, TeamCapability
from gisapp.registers.search import Found, search
from gisapp.schema.blob import decode_many
from gisapp.store import in_bbox

__all__ = [
    "Found",
    "TeamRow",
    "as_mapping",
    "count",
    "described",
    "details",
    "features",
    "lots",
    "record",
    "search",
    "teams",
]

BBox = tuple[float, float, float, float]
Details = Any
"""Codes in order, or codes in order with their counts."""

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
    if kind in DETAILS:
        chosen = select(model.id).where(model.fid <= (rows[-1].fid if rows else 0))
        if bbox is not None:
            chosen = chosen.where(in_bbox(model.fid, bbox))
        for name in DETAILS[kind]:
            found = details(session, kind, name, chosen)
            frame[name] = [_as_in_files(found.get(one)) for one in frame["id"]]
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
    kept = DETAILS.get(description.name, {})
    values: dict[str, Any] = {}
    for field in description.fields:
        if field.is_stored:
            values[field.name] = getattr(found, field.name)
        elif field.type is FieldType.COORDINATE:
            values[field.name] = getattr(found.geom, field.name)
        elif field.name in kept:
            detail = kept[field.name]
            rows = getattr(found, detail.rows)
            values[field.name] = (
                {getattr(row, detail.value): row.count for row in rows}
                if detail.number
                else [getattr(row, detail.value) for row in rows]
            )
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
    capabilities = details(session, "team", "capabilities", able)
    vehicles = details(session, "team", "vehicles", able)
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
            vehicles=dict(vehicles.get(team.id) or {}),
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


def _as_in_files(values: Details | None) -> str:
    if isinstance(values, dict):
        return ";".join(f"{code}:{number}" for code, number in values.items())
    return ";".join(values or ())


def details(
    session: Session, kind: str, name: str, chosen: Select[Any] | Sequence[str]
) -> dict[str, Details]:
    """Tags or counts of many records at once.

    Parameters
    ----------
    kind, name
        The register, and its field of tags or counts.
    chosen
        Ids of the records, or a query for them.

    Returns
    -------
    dict
        Record id → codes in order, or codes in order with their counts; records without any
        are left out.
    """
    detail = DETAILS[kind][name]
    owner, value = getattr(detail.model, detail.owner), getattr(detail.model, detail.value)
    found: dict[str, Any] = {}
    if not detail.number:
        for record_id, code in session.execute(
            select(owner, value).where(owner.in_(chosen)).order_by(value)
        ):
            found.setdefault(record_id, []).append(code)
        return found
    number = getattr(detail.model, detail.number)
    for record_id, code, counted in session.execute(
        select(owner, value, number).where(owner.in_(chosen)).order_by(value)
    ):
        found.setdefault(record_id, {})[code] = counted
    return found
