"""Road closures: kept with who said so, who closed, when, why and until when; lifted again.

Running out never opens a road: a closure whose time is over closes on, and is marked until a
named person extends or lifts it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import shapely
from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.incidents.models import RoadClosure
from gisapp.incidents.reasons import plain_reason, reason_if_any
from gisapp.incidents.vocabulary import CLOSURE_SOURCES
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, Value, Values
from gisapp.site import Site
from routing import Closures, RoadNetwork, Router

MAX_VERTICES = 5000
LARGE_SHARE = 0.2
"""A closure of a greater share of the roads is asked about again."""
FEW_ROADS = 50
"""In a network so small that fewer are closed, a share tells nothing."""


class LargeClosureError(InputError):
    """A closure of so much that whoever draws it has to say that it is meant."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How much of a road network an area closes.

    Attributes
    ----------
    roads
        Stretches of road between crossings that it closes, whole or in part.
    total
        Of the network.
    whole_site
        Whether the site lies in it altogether.
    """

    roads: int
    total: int
    whole_site: bool

    @property
    def share(self) -> float:
        """Of the roads, 0 to 1."""
        return self.roads / self.total if self.total else 0.0

    @property
    def is_large(self) -> bool:
        """Whether it is rather a slip of the hand than a closure."""
        all_roads = self.roads == self.total > 1
        large = self.roads >= FEW_ROADS and self.share > LARGE_SHARE
        return self.whole_site or all_roads or large


@dataclass(frozen=True)
class ClosureRecord:
    """One closure in force.

    Attributes
    ----------
    polygon
        Area closed, lon/lat EPSG:4326.
    closed_at, closed_by
        When (timezone-aware, UTC) and by whom.
    exercise_id
        Of the exercise that it is of; None where the road is really closed.
    footprint_id
        Of the footprint whose roads it closes.
    closed_structures
        Ways of bridges and tunnels that it closes too, where it spares all others; None where it
        closes every road in it.
    source, told_by
        A code of ``CLOSURE_SOURCES``, and which office or person.
    expires_at
        When it is expected to be over, UTC; None where nobody knows.
    is_expired
        Whether that was over when it was read: it closes on, and somebody is to look.
    """

    id: str
    polygon: Polygon
    reason: str
    closed_at: datetime
    closed_by: str
    exercise_id: str | None = None
    footprint_id: str | None = None
    closed_structures: tuple[int, ...] | None = None
    source: str = "other"
    told_by: str | None = None
    expires_at: datetime | None = None
    is_expired: bool = False

    def to_dict(self) -> dict[str, Json]:
        """The closure as JSON carries it; the polygon is GeoJSON."""
        return {
            "id": self.id,
            "reason": self.reason,
            "closed_at": self.closed_at.isoformat(),
            "closed_by": self.closed_by,
            "source": self.source,
            "told_by": self.told_by,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "expired": self.is_expired,
            "exercise": self.exercise_id,
            "footprint": self.footprint_id,
            "closed_structures": None
            if self.closed_structures is None
            else list(self.closed_structures),
            "geometry": mapping(self.polygon),
        }


def polygon_from_geojson(geometry: object) -> Polygon:
    """Read the area of a closure from GeoJSON; heights are left away.

    Raises
    ------
    InputError
        ``closure.not_area``: no polygon, crossing itself, without an area, off the globe or
        of more than 5,000 vertices.
    """
    # Looked at before shape() follows a collection into itself.
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        raise _not_area()
    try:
        polygon = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise _not_area() from error
    if not isinstance(polygon, Polygon):
        raise _not_area()
    return _checked(shapely.force_2d(polygon))


def _checked(polygon: Polygon) -> Polygon:
    west, south, east, north = polygon.bounds if not polygon.is_empty else (999.0,) * 4
    usable = (
        -180 <= west <= east <= 180
        and -90 <= south <= north <= 90
        and shapely.get_num_coordinates(polygon) <= MAX_VERTICES
        and polygon.is_valid
        and polygon.area > 0
    )
    if not usable:
        raise _not_area()
    return polygon


def _not_area() -> InputError:
    return InputError("closure.not_area")


def reach_of(
    network: RoadNetwork,
    site: Site,
    polygon: Polygon,
    *,
    closed_structures: Collection[int] | None = None,
) -> Reach:
    """Say how much of a network `polygon`, lon/lat EPSG:4326, would close."""
    spared = spared_streets(network, closed_structures)
    (laid,) = Closures.none(network).add("drawn", polygon=polygon, spared_streets=spared).closures
    return Reach(
        roads=len(np.unique(network.edge_street[laid.edges])),
        total=network.street_count,
        whole_site=polygon.covers(shapely.box(*site.bbox)),
    )


def require_meant(network: RoadNetwork, site: Site, polygon: Polygon) -> None:
    """Refuse to close a great part of the roads before somebody has said that it is meant.

    Raises
    ------
    LargeClosureError
        ``closure.large``: confirm it and ask again.
    InputError
        ``closure.not_area``.
    """
    reach = reach_of(network, site, _checked(polygon))
    if reach.is_large:
        percent = f"{100 * reach.share:.0f}"
        raise LargeClosureError(
            "closure.large", roads=reach.roads, total=reach.total, percent=percent
        )


def add_closure(
    session: Session,
    actor: Actor,
    polygon: Polygon,
    *,
    reason: str,
    source: str = "other",
    told_by: str = "",
    expires_at: datetime | None = None,
    footprint_id: str | None = None,
    closed_structures: Collection[int] | None = None,
) -> ClosureRecord:
    """Close the roads inside `polygon` from now on; see :func:`require_meant` for large ones.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to close roads.
    polygon
        Lon/lat, EPSG:4326.
    reason
        Why; shown with every team that it cuts off.
    source, told_by
        Who said so: a code of ``CLOSURE_SOURCES``, and which office or person, may be empty.
    expires_at
        When it is expected to be over, timezone-aware and ahead; None where nobody knows.
    footprint_id
        Of the footprint whose roads are closed.
    closed_structures
        Identifiers of the ways of bridges and tunnels to be closed, all others staying open;
        None closes every road.

    Raises
    ------
    ForbiddenError
    InputError
        ``closure.not_area``, ``closure.no_reason``, ``closure.bad_reason``,
        ``closure.unknown_source``, ``closure.bad_expiry``.
    """
    row = RoadClosure(id=f"C{secrets.token_hex(4)}")
    step = _step(session, row, actor)
    _checked(polygon)
    reason = plain_reason(reason, of="closure")
    moment = now(session)
    if source not in CLOSURE_SOURCES:
        raise InputError("closure.unknown_source", source=source, known=", ".join(CLOSURE_SOURCES))
    made: dict[str, Value | Json] = {
        "geom": polygon,
        "reason": reason,
        "closed_at": moment,
        "closed_by": actor.who,
        "source": source,
        "told_by": reason_if_any(told_by, of="closure"),
        "expires_at": None if expires_at is None else _ahead(expires_at, moment),
        "footprint_id": footprint_id,
        "closed_structures": None if closed_structures is None else sorted(set(closed_structures)),
    }
    step.store(made, what="insert", why=reason, at=moment)
    return _record(row, moment)


def extend_closure(
    session: Session, actor: Actor, closure_id: str, expires_at: datetime | None, *, why: str
) -> ClosureRecord:
    """Say anew when a closure is expected to be over.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to close roads.
    expires_at
        Timezone-aware and ahead; None where nobody knows any more.
    why
        What is known, and from whom.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``closure.unknown``.
    InputError
        ``closure.is_lifted``, ``closure.bad_expiry``, ``closure.no_reason``,
        ``closure.bad_reason``.
    """
    row = _found(session, actor, closure_id)
    if row.lifted_at is not None:
        raise InputError("closure.is_lifted", closure_id=closure_id)
    reason, moment = plain_reason(why, of="closure"), now(session)
    until = {"expires_at": None if expires_at is None else _ahead(expires_at, moment)}
    _step(session, row, actor).store(until, what="extend", why=reason, at=moment)
    return _record(row, moment)


def lift_closure(session: Session, actor: Actor, closure_id: str, *, why: str) -> None:
    """Open the roads of a closure again.

    Lifting one that is lifted already changes nothing: two people may press the same button.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to close roads.
    why
        How it is known that the road is free, and from whom; for the event log.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``closure.unknown``.
    InputError
        ``closure.no_reason``, ``closure.bad_reason``.
    """
    row = _found(session, actor, closure_id)
    reason = plain_reason(why, of="closure")
    if row.lifted_at is None:
        moment = now(session)
        lifted: Values = {"lifted_at": moment, "lifted_by": actor.who}
        _step(session, row, actor).store(lifted, what="lift", why=reason, at=moment)


def _found(session: Session, actor: Actor, closure_id: str) -> RoadClosure:
    actor.require(Right.CLOSE_ROADS)  # before it is said which closures there are
    row = session.scalar(select(RoadClosure).where(RoadClosure.id == closure_id))
    if row is None:
        raise UnknownRecordError("closure.unknown", closure_id=closure_id)
    return row


def _ahead(expires_at: datetime, moment: datetime) -> datetime:
    if expires_at <= moment:
        raise InputError("closure.bad_expiry")
    return expires_at


def _step(session: Session, row: RoadClosure, actor: Actor) -> Step:
    return Step(
        session, row, actor=actor, right=Right.CLOSE_ROADS, kind="road_closure", subject_id=row.id
    )


def open_closures(session: Session) -> list[ClosureRecord]:
    """The closures in force, oldest first."""
    rows = session.scalars(
        select(RoadClosure).where(RoadClosure.lifted_at.is_(None)).order_by(RoadClosure.fid)
    )
    moment = now(session)
    return [_record(row, moment) for row in rows]


def named_closures(session: Session, ids: Collection[str]) -> list[ClosureRecord]:
    """The closures of these ids, lifted or not, oldest first.

    Raises
    ------
    UnknownRecordError
        ``closure.unknown``.
    """
    query = select(RoadClosure).where(RoadClosure.id.in_(ids)).order_by(RoadClosure.fid)
    moment = now(session)
    found = [_record(row, moment) for row in session.scalars(query)]
    missing = set(ids) - {one.id for one in found}
    if missing:
        raise UnknownRecordError("closure.unknown", closure_id=min(missing))
    return found


def _record(row: RoadClosure, moment: datetime) -> ClosureRecord:
    return ClosureRecord(
        id=row.id,
        polygon=row.geom,  # type: ignore[arg-type] # the column holds polygons only
        reason=row.reason,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        exercise_id=row.exercise_id,
        footprint_id=row.footprint_id,
        source=row.source,
        told_by=row.told_by,
        expires_at=row.expires_at,
        is_expired=row.expires_at is not None and row.expires_at <= moment,
        # What another program wrote into the column spares nothing.
        closed_structures=None
        if row.closed_structures is None
        else tuple(one for one in row.closed_structures if isinstance(one, int)),
    )


def spared_streets(
    network: RoadNetwork, closed_structures: Collection[int] | None
) -> npt.NDArray[np.intp]:
    """Streets on bridges and in tunnels that a closure leaves open, rising."""
    if closed_structures is None:
        return np.empty(0, dtype=np.intp)
    is_structure = network.street_bridge | network.street_tunnel
    is_closed = np.isin(network.street_id, list(closed_structures))
    return np.flatnonzero(is_structure & ~is_closed)


_laid: WeakKeyDictionary[RoadNetwork, Closures] = WeakKeyDictionary()
"""What the last question laid over each network: the closures of the next are mostly the same."""


def on_network(router: Router, records: Iterable[ClosureRecord]) -> Closures:
    """Lay closures over a router's network; what the last call laid is not laid again."""
    network, records = router.network, tuple(records)
    laid = _laid.get(network)
    if laid is None or laid.ids != tuple(record.id for record in records[: len(laid)]):
        laid = Closures.none(network)
    for record in records[len(laid) :]:
        laid = laid.add(
            record.id,
            polygon=record.polygon,
            label=record.reason,
            spared_streets=spared_streets(network, record.closed_structures),
        )
    _laid[network] = laid
    return laid
