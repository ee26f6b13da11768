"""Questions asked of the registers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from gisapp.errors import InputError, UnknownRecordError
from gisapp.registers import vocabulary as v
from gisapp.registers.fields import FieldType, Kind, computed_of, override_of
from gisapp.registers.kinds import DETAILS, KINDS, MODELS
from gisapp.registers.kinds.lot import Lot
from gisapp.registers.kinds.team import Team
from gisapp.registers.retirement import RETIREMENT
from gisapp.registers.search import Found, search
from gisapp.schema import as_stored, geometries
from gisapp.schema.values import Value, Values
from gisapp.store import in_bbox

__all__ = [
    "Found",
    "TeamRow",
    "as_mapping",
    "count",
    "counties",
    "described",
    "details",
    "features",
    "grades_of",
    "lots",
    "record",
    "search",
    "teams",
]

BBox = tuple[float, float, float, float]
Details = list[str] | dict[str, int]
"""Codes in order, or codes in order with their counts."""

_BATCH = 5000
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
        raise InputError("registers.unknown_kind", kind=kind, known=known)
    return KINDS[kind]


def unknown_record(kind: Kind, record_id: str) -> UnknownRecordError:
    """Make the error for an id that no record has."""
    return UnknownRecordError(
        "registers.unknown_record",
        kind=kind.name,
        kind_zh=kind.label.zh,
        kind_en=kind.label.en.lower(),
        id=record_id,
    )


def features(
    session: Session,
    kind: str,
    bbox: BBox | None = None,
    *,
    limit: int | None = None,
    include_retired: bool = False,
    ids: Collection[str] | None = None,
) -> gpd.GeoDataFrame:
    """Read records of one kind in a bounding box, with their grades.

    Parameters
    ----------
    kind
        A kind with positions.
    bbox
        ``(min_x, min_y, max_x, max_y)``, degrees, EPSG:4326, borders included; None for all.
    limit
        Most records to return; :func:`count` says how many there are.
    include_retired
        Whether records that are no longer in use come along.
    ids
        Only these records, a few hundred at most.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, a row per record ordered by ``fid``, a column per described field except
        ``x`` and ``y``, and ``<grade>_computed`` for each grade, which itself is the override
        where there is one. Unknown texts, dates and codes are None, unknown numbers NA or NaN.
        Tags and counts are written as in files. A record without a position, as another
        program may write it, cannot be drawn and is left out.

    Raises
    ------
    InputError
        ``registers.unknown_kind``, ``registers.no_positions``.
    """
    description = _with_positions(kind)
    stored = [field.name for field in description.stored()]
    rows, shapes = _rows_in_box(
        session, kind, stored, bbox=bbox, limit=limit, include_retired=include_retired, ids=ids
    )
    frame = pd.DataFrame(rows, columns=stored, dtype=object)
    if kind in DETAILS:
        chosen = frame["id"].tolist()
        for name in DETAILS[kind]:
            found = details(session, kind, name, chosen)
            frame[name] = [_as_in_files(found.get(one)) for one in chosen]
    types = {
        field.name: _FRAME_TYPES[field.type]
        for field in description.fields
        if field.type in _FRAME_TYPES
    }
    for field in description.grades():
        assert field.rule is not None
        inputs = zip(*(frame[name] for name in field.inputs), strict=True)
        computed = [field.rule(*values) for values in inputs]
        overrides = frame[override_of(field.name)]
        frame[computed_of(field.name)] = computed
        frame[field.name] = [
            given if given is not None else by_rule
            for given, by_rule in zip(overrides, computed, strict=True)
        ]
        types[computed_of(field.name)] = "Int64"
    return gpd.GeoDataFrame(frame.astype(types), geometry=shapes, crs="EPSG:4326")


def _rows_in_box(
    session: Session,
    kind: str,
    columns: Sequence[str],
    *,
    bbox: BBox | None,
    limit: int | None,
    include_retired: bool,
    ids: Collection[str] | None,
) -> tuple[list[tuple[Value, ...]], list[BaseGeometry]]:
    """Columns and geometries in the order of ``fid``, tested exactly before they are counted."""
    model = MODELS[kind]
    query = select(
        model.fid, *(model.column(name) for name in columns), as_stored(model.column("geom"))
    ).order_by(model.fid)
    if not include_retired:
        query = query.where(model.retired_at.is_(None))
    if bbox is not None:
        query = query.where(in_bbox(model.fid, bbox))
    if ids is not None:
        query = query.where(model.id.in_(ids))
    rows: list[tuple[Value, ...]] = []
    shapes: list[BaseGeometry] = []
    last = 0
    while limit is None or len(rows) < limit:
        wanted = None if limit is None else limit - len(rows)
        found = session.execute(query.where(model.fid > last).limit(wanted)).all()
        if not found:
            break
        last = found[-1][0]
        located = geometries([row[-1] for row in found])
        kept = ~shapely.is_empty(located)
        if bbox is not None:
            # The index rounds outwards: drop what only touches the rounded box.
            west, south, east, north = shapely.bounds(located).reshape(-1, 4).T
            kept &= (west <= bbox[2]) & (east >= bbox[0]) & (south <= bbox[3]) & (north >= bbox[1])
        rows += [tuple(found[index])[1:-1] for index in np.flatnonzero(kept).tolist()]
        shapes += list(located[kept])
        if wanted is None or len(found) < wanted:
            break
    return rows, shapes


def count(
    session: Session, kind: str, bbox: BBox | None = None, *, include_retired: bool = False
) -> int:
    """Count the records of one kind in a bounding box, retired ones only where asked."""
    described(kind)
    model = MODELS[kind]
    query = select(func.count()).select_from(model)
    if not include_retired:
        query = query.where(model.retired_at.is_(None))
    if bbox is not None:
        _with_positions(kind)
        query = query.where(in_bbox(model.fid, bbox))
    return session.scalar(query) or 0


def counties(session: Session) -> gpd.GeoDataFrame:
    """Read the areas of county level: neither the city around them nor their townships.

    Returns
    -------
    GeoDataFrame
        As :func:`features` gives it.
    """
    areas = features(session, "area")
    return areas[areas["level"] == "county"].reset_index(drop=True)


def record(session: Session, kind: str, record_id: str) -> dict[str, Any]:
    """One record whole, retired or not.

    Returns
    -------
    dict
        ``kind``; every described field as :func:`as_mapping` gives it; ``version``,
        ``updated_at``, ``retired_at``, ``retired_by``, ``retire_reason`` and, for a depot,
        ``lots`` in use.

    Raises
    ------
    UnknownRecordError
        ``registers.unknown_record``.
    """
    description = described(kind)
    model = MODELS[kind]
    found = session.scalars(select(model).where(model.id == record_id)).one_or_none()
    if found is None:
        raise unknown_record(description, record_id)
    values: dict[str, Any] = as_mapping(found)
    if kind == "depot":
        values["lots"] = [as_mapping(lot) for lot in lots(session, record_id)]
    own = ("version", "updated_at", *RETIREMENT)
    return {"kind": kind, **values, **{name: getattr(found, name) for name in own}}


def as_mapping(found: Any) -> Values:  # noqa: ANN401 - a model of any kind
    """Every described field of a record, by name.

    Tags are a list, counts a mapping; ``x`` and ``y`` are None where another program left the
    position empty. A grade is the override where there is one, and ``<grade>_computed`` what
    the rule makes of the facts.
    """
    description = KINDS[found.__tablename__]
    kept = DETAILS.get(description.name, {})
    values: Values = {}
    for field in description.fields:
        if field.is_stored:
            values[field.name] = getattr(found, field.name)
        elif field.type is FieldType.COORDINATE:
            values[field.name] = None if found.geom.is_empty else getattr(found.geom, field.name)
        elif field.name in kept:
            detail = kept[field.name]
            rows = getattr(found, detail.rows)
            values[field.name] = (
                {row.code: row.count for row in rows}
                if detail.number
                else [row.code for row in rows]
            )
    return values | grades_of(description, values)


def grades_of(kind: Kind, values: Mapping[str, Value]) -> dict[str, int | None]:
    """Grades that follow from a record's facts and overrides.

    Parameters
    ----------
    values
        Field name → value; what is missing is unknown.

    Returns
    -------
    dict
        For each grade its name → the grade to read, ``<name>_computed`` → the rule's.
    """
    found: dict[str, int | None] = {}
    for field in kind.grades():
        assert field.rule is not None
        computed = field.rule(*(values.get(name) for name in field.inputs))
        given = values.get(override_of(field.name))
        found[field.name] = given if isinstance(given, int) else computed
        found[computed_of(field.name)] = computed
    return found


def lots(session: Session, depot_id: str, *, include_retired: bool = False) -> list[Lot]:
    """Supplies in one depot, by item code."""
    query = select(Lot).where(Lot.depot_id == depot_id).order_by(Lot.item_code, Lot.id)
    if not include_retired:
        query = query.where(Lot.retired_at.is_(None))
    return list(session.scalars(query))


@dataclass(frozen=True, kw_only=True)
class TeamRow:
    """A team as the dispatch asks for it.

    Attributes
    ----------
    x, y
        Degrees, EPSG:4326.
    turnout_s
        Seconds from order to wheels rolling, None where nobody has said.
    capabilities, vehicles
        ``vehicles`` maps a vehicle profile to a number.
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
    verified_at: date | None
    county: str | None
    synthetic: bool


def teams(
    session: Session, need: str | None = None, *, include_retired: bool = False
) -> list[TeamRow]:
    """Teams with a capability, whatever their status, ordered by id.

    A team whose position another program left empty is left out: there is no way from it.

    Parameters
    ----------
    need
        A capability code; None for all teams.
    include_retired
        Whether teams that are no longer in use come along.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    # Columns and not objects: a dispatch waits for hundreds of teams, and changes none.
    query = select(
        *(getattr(Team, name) for name in _OF_TEAM), as_stored(Team.geom).label("geom")
    ).order_by(Team.id)
    if not include_retired:
        query = query.where(Team.retired_at.is_(None))
    capability = DETAILS["team"]["capabilities"].model
    able = select(capability.owner_id)
    if need is not None:
        if need not in v.CAPABILITIES:
            known = ", ".join(v.CAPABILITIES)
            raise InputError("registers.unknown_capability", need=need, known=known)
        able = able.where(capability.code == need)
        query = query.where(Team.id.in_(able))
    found = session.execute(query).all()
    places = geometries([team.geom for team in found])
    capabilities = details(session, "team", "capabilities", able)
    vehicles = details(session, "team", "vehicles", able)
    return [
        TeamRow(
            **{name: getattr(team, name) for name in _OF_TEAM},
            x=place.x,
            y=place.y,
            capabilities=tuple(capabilities.get(team.id, ())),
            vehicles=held if isinstance(held := vehicles.get(team.id), dict) else {},
        )
        for team, place in zip(found, places.tolist(), strict=True)
        if not place.is_empty
    ]


_OF_TEAM = (
    "id", "name", "name_en", "team_type", "tier", "status", "turnout_s", "people", "agency",
    "contact_name", "contact_phone", "verified_at", "county", "synthetic",
)  # fmt: skip


def _with_positions(kind: str) -> Kind:
    description = described(kind)
    if description.geometry is None:
        raise InputError("registers.no_positions", kind=kind)
    return description


def _as_in_files(values: Details | None) -> str:
    if isinstance(values, dict):
        return ";".join(f"{code}:{number}" for code, number in values.items())
    return ";".join(values or ())


def details(
    session: Session, kind: str, name: str, chosen: Select[str] | Sequence[str]
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
    owner, value = detail.model.owner_id, detail.model.code
    columns: list[InstrumentedAttribute[Any]] = [owner, value]
    if detail.number:
        columns.append(detail.model.count)
    codes: dict[str, list[str]] = {}
    counts: dict[str, dict[str, int]] = {}
    for batch in _batches(chosen):
        for record_id, *rest in session.execute(
            select(*columns).where(owner.in_(batch)).order_by(value)
        ):
            if detail.number:
                counts.setdefault(record_id, {})[rest[0]] = rest[1]
            else:
                codes.setdefault(record_id, []).append(rest[0])
    return {**codes, **counts}


def _batches(chosen: Select[str] | Sequence[str]) -> Iterator[Select[str] | Sequence[str]]:
    """Cut a list of ids into pieces that any database takes as parameters."""
    if isinstance(chosen, Select):
        yield chosen
    else:
        for start in range(0, len(chosen), _BATCH):
            yield chosen[start : start + _BATCH]
