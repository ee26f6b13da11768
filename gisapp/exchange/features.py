"""Records as other systems read them: collections of features, by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from gisapp.accounts import masked
from gisapp.clock import now
from gisapp.errors import UnknownRecordError
from gisapp.events import Event, latest
from gisapp.incidents.models import RoadClosure
from gisapp.registers import KINDS
from gisapp.registers.fields import FieldType, Kind, plain, text
from gisapp.registers.kinds import MODELS
from gisapp.registers.listing import among, filterable
from gisapp.registers.owning import county_of
from gisapp.registers.queries import as_mapping, unknown_record
from gisapp.rights import Actor
from gisapp.schema import Label
from gisapp.schema.values import Values
from gisapp.store import in_bbox, is_crowded

COUNTED_UP_TO = 10_000
"""More matches than this are not counted: a count would cost more than the page."""

CLOSURE = Kind(
    "road_closure",
    Label("封路", "Road closure"),
    Label("当前生效的封路范围", "Areas whose roads are closed now."),
    "POLYGON",
    (
        text("id", "编号", "ID", "封路编号", "Id of the closure.", required=True),
        text("reason", "原因", "Reason", "封路原因", "Why the road is closed.", required=True),
        plain("closed_at", FieldType.TEXT, "封闭时刻", "Closed at", "封闭时刻（UTC）",
              "Moment of the closure, UTC."),
        text("source", "来源", "Source", "消息来源", "Who said so."),
        plain("expires_at", FieldType.TEXT, "预计解除", "Expected end",
              "预计解除时刻（UTC），过后仍封闭，须有人解除",
              "When it may be over, UTC; it stays closed until somebody lifts it."),
    ),
)  # fmt: skip
"""Road closures in the form of a register."""

COLLECTIONS: dict[str, Kind] = {**KINDS, CLOSURE.name: CLOSURE}
"""All that is offered, by identifier."""


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One record.

    Attributes
    ----------
    properties
        Every described field but the position, private ones masked; ``updated_at`` and
        ``version`` where the register keeps them.
    geometry
        Lon/lat, EPSG:4326; None in a register without positions.
    """

    id: str
    properties: Values
    geometry: BaseGeometry | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which features are asked for.

    Parameters
    ----------
    area
        Features meeting this area, lon/lat EPSG:4326; None for all.
    since, until
        Moments of the last change, both included; None for no bound.
    equal
        Values of :func:`gisapp.registers.listing.filterable` fields, as text.
    """

    area: MultiPolygon | None = None
    since: datetime | None = None
    until: datetime | None = None
    equal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FeaturePage:
    """Some of the features chosen, in the order they were entered.

    Attributes
    ----------
    following
        What to ask the next page after, None where this is the last.
    matched
        How many are chosen in all, None where nobody has counted.
    """

    features: list[Feature]
    following: int | None
    matched: int | None


def collection(name: str) -> Kind:
    """Return the description of a collection.

    Raises
    ------
    UnknownRecordError
        ``exchange.unknown_collection``.
    """
    if name not in COLLECTIONS:
        known = ", ".join(COLLECTIONS)
        raise UnknownRecordError("exchange.unknown_collection", name=name[:40], known=known)
    return COLLECTIONS[name]


def page(
    session: Session, kind: Kind, choice: Choice, *, actor: Actor, limit: int, after: int = 0
) -> FeaturePage:
    """Read up to `limit` features that `choice` asks for.

    Parameters
    ----------
    after
        ``following`` of the page before, 0 for the first.

    Raises
    ------
    InputError
        ``registers.bad_filter``.
    """
    query = _chosen(session, kind, choice)
    found: list[Feature] = []
    position = after
    for fid, feature in _walk(
        session, kind, query, choice.area, actor, step=limit + 1, after=after
    ):
        if len(found) == limit:
            return FeaturePage(
                features=found, following=position, matched=_matched(session, query, choice)
            )
        found.append(feature)
        position = fid
    return FeaturePage(
        features=found,
        following=None,
        matched=len(found) if after == 0 else _matched(session, query, choice),
    )


def walk(session: Session, kind: Kind, choice: Choice, *, actor: Actor) -> Iterator[Feature]:
    """All features that `choice` asks for, read in steps; raises as :func:`page` does."""
    query = _chosen(session, kind, choice)
    for _fid, feature in _walk(session, kind, query, choice.area, actor, step=1000, after=0):
        yield feature


def count(session: Session, kind: Kind, choice: Choice) -> int:
    """How many features `choice` asks for, its area left aside; raises as :func:`page` does."""
    some = _chosen(session, kind, choice).with_only_columns(_model(kind).fid).options()
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def one(session: Session, kind: Kind, record_id: str, *, actor: Actor) -> Feature:
    """Read one feature.

    Raises
    ------
    UnknownRecordError
        ``registers.unknown_record``: there is none, or it was retired.
    """
    model = _model(kind)
    query = _chosen(session, kind, Choice()).where(model.id == record_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise unknown_record(kind, record_id[:60])
    return _feature(session, kind, found, actor)


def last_change(session: Session, kind: Kind) -> tuple[str, datetime | None]:
    """What the last change of a collection was, retirements and lifted closures included.

    Returns
    -------
    mark : str
        Differs after every change: the last event's sequence number and moment, for numbers are
        given again after a backup is restored.
    moment : datetime or None
        Of that event; never later than now, whatever the clock once said.
    """
    seq = latest(session, kind.name)
    moment = session.scalar(select(Event.at).where(Event.seq == seq))
    return f"{seq} {moment}", None if moment is None else min(moment, now(session))


def _model(kind: Kind) -> Any:  # noqa: ANN401 - a model of any kind
    return RoadClosure if kind is CLOSURE else MODELS[kind.name]


def _changed_at(kind: Kind) -> Any:  # noqa: ANN401 - a column of any model
    return RoadClosure.closed_at if kind is CLOSURE else _model(kind).updated_at


def _chosen(session: Session, kind: Kind, choice: Choice) -> Select[Any]:
    model = _model(kind)
    query = select(model).options(selectinload("*"))
    ended = RoadClosure.lifted_at if kind is CLOSURE else model.retired_at
    query = query.where(ended.is_(None))
    if choice.area is not None and kind.geometry is not None:
        boxes = [
            in_bbox(
                model.fid,
                part.bounds,
                row_by_row=is_crowded(session, model.fid, part.bounds),
            )
            for part in choice.area.geoms
        ]
        query = query.where(or_(*boxes))
    if choice.since is not None:
        query = query.where(_changed_at(kind) >= choice.since)
    if choice.until is not None:
        query = query.where(_changed_at(kind) <= choice.until)
    known = {item.name: item for item in filterable(kind)}
    for name, value in choice.equal.items():
        query = query.where(among(kind, known[name], [value]))
    return query


def _walk(
    session: Session,
    kind: Kind,
    query: Select[Any],
    area: MultiPolygon | None,
    actor: Actor,
    *,
    step: int,
    after: int,
) -> Iterator[tuple[int, Feature]]:
    model = _model(kind)
    if area is not None:
        shapely.prepare(area)
    while True:
        rows = session.scalars(query.where(model.fid > after).order_by(model.fid).limit(step)).all()
        for row in rows:
            # The index answers by boxes, rounded outwards.
            if area is None or kind.geometry is None or shapely.intersects(area, row.geom):
                yield row.fid, _feature(session, kind, row, actor)
        if len(rows) < step:
            return
        after = rows[-1].fid
        session.expunge_all()


def _matched(session: Session, query: Select[Any], choice: Choice) -> int | None:
    """How many features the query chooses, where the index alone can say and they are few."""
    if choice.area is not None:
        return None
    some = query.with_only_columns(query.column_descriptions[0]["entity"].fid).options()
    counted = session.scalar(
        select(func.count()).select_from(some.limit(COUNTED_UP_TO + 1).subquery())
    )
    return counted if counted is not None and counted <= COUNTED_UP_TO else None


def _feature(
    session: Session,
    kind: Kind,
    row: Any,  # noqa: ANN401 - of any model
    actor: Actor,
) -> Feature:
    if kind is CLOSURE:
        values = {
            name: getattr(row, name)
            for name in ("id", "reason", "closed_at", "source", "expires_at")
        }
        return Feature(id=row.id, properties=values, geometry=row.geom)
    values = {name: value for name, value in as_mapping(row).items() if name not in {"x", "y"}}
    values |= {"version": row.version, "updated_at": row.updated_at}
    private = kind.private_names()
    county = county_of(session, kind, values) if private else None
    values = masked(values, private=private, actor=actor, county=county)
    return Feature(
        id=row.id, properties=values, geometry=None if kind.geometry is None else row.geom
    )
