"""Whom a closure would cut off: asked before it is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.incidents.able import Context
from gisapp.incidents.cards.fleet import fleet_of
from gisapp.incidents.closures import on_network, open_closures, spared_streets
from gisapp.incidents.models import Assignment, Incident
from gisapp.incidents.positions.readings import last_seen
from gisapp.incidents.proposal import Candidate, key_of
from gisapp.incidents.standing import stand_of, stands_of
from gisapp.incidents.vocabulary import AssignmentState, IncidentState
from gisapp.registers.kinds import KINDS, MODELS
from gisapp.rights import Actor, Right
from gisapp.schema import as_stored, geometries
from gisapp.schema.values import Json
from routing import Closures, Position, Reached, Resource, ResourceSet, Router

PLACES: Final = ("village", "hospital", "team")
"""Registers whose records are told where no road leads to them any more."""
INCIDENT: Final = "incident"
LATER_FROM_S: Final = 30.0
"""Less later than this is not told: the speeds of the roads are not known so exactly."""
MOST_DRIVES: Final = 40
"""Incidents, by vehicle, whose units on the way are reckoned; two searches each."""
MOST_LISTED: Final = 300
_ON_THE_WAY: Final = (AssignmentState.ORDERED, AssignmentState.EN_ROUTE)
_PROFILE: Final = "light"
"""A place is cut off where not even a car comes: lorries may be barred for other reasons."""


@dataclass(frozen=True, kw_only=True)
class Severed:
    """A place that no road leads to any more.

    Attributes
    ----------
    kind
        Its register, or ``incident``.
    names
        By language.
    x, y
        Lon/lat, EPSG:4326.
    is_inside
        Whether it lies in the closed area itself.
    """

    kind: str
    id: str
    names: Mapping[str, str]
    x: float
    y: float
    is_inside: bool

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The place as JSON carries it."""
        label = KINDS[self.kind].label.in_(lang) if self.kind in KINDS else None
        return {
            "kind": self.kind,
            "kind_label": label,
            "id": self.id,
            "name": self.names[lang],
            "x": self.x,
            "y": self.y,
            "inside": self.is_inside,
        }


@dataclass(frozen=True, kw_only=True)
class Delayed:
    """A unit on the way whose drive a closure bars or lengthens.

    Attributes
    ----------
    x, y
        From where its drive is reckoned.
    later_s
        Seconds that it drives longer; None where it has no way left.
    stops_short_m
        Metres left on foot, where its incident lies in the closure; 0 otherwise.
    """

    unit: Candidate
    incident_id: str
    x: float
    y: float
    later_s: float | None
    stops_short_m: float = 0.0

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The unit as JSON carries it."""
        return {
            "kind": self.unit.kind,
            "id": self.unit.id,
            "name": self.unit.name(lang),
            "incident": self.incident_id,
            "x": self.x,
            "y": self.y,
            "cut_off": self.later_s is None,
            "later_min": None if self.later_s is None else round(self.later_s / 60, 1),
            "stops_short_m": round(self.stops_short_m),
        }


@dataclass(frozen=True, kw_only=True)
class CutOff:
    """Whom a closure would cut off, and who would come later.

    Attributes
    ----------
    units
        On the way: those with no way left first, then by the time lost.
    places
        Open incidents, then by register; at most :data:`MOST_LISTED`.
    found
        How many places there are.
    not_reckoned
        Units on the way that were not looked at: too many incidents at once, no road near, or no
        way before either.
    """

    units: tuple[Delayed, ...] = ()
    places: tuple[Severed, ...] = ()
    found: int = 0
    not_reckoned: int = 0

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The answer as JSON carries it."""
        return {
            "units": [one.to_dict(lang) for one in self.units],
            "places": [one.to_dict(lang) for one in self.places],
            "places_found": self.found,
            "not_reckoned": self.not_reckoned,
        }


class _Place(NamedTuple):
    kind: str
    id: str
    names: Mapping[str, str]
    x: float
    y: float


class _Ground(NamedTuple):
    """The roads as they are, and with what is to be closed."""

    app: Context
    router: Router
    before: Closures
    after: Closures

    def stand(self, x: float, y: float, profile: str) -> Position | None:
        reach_m = self.app.settings.max_snap_m
        return stand_of(self.router, x, y, max_distance_m=reach_m, profile=profile)


def cut_off(
    app: Context,
    session: Session,
    actor: Actor,
    polygon: Polygon,
    *,
    closed_structures: Collection[int] | None = None,
) -> CutOff:
    """Say whom a closure of the roads in `polygon` would cut off, and who would come later.

    What it costs is bounded: four walks over the network for all places together, and two
    searches for each incident and vehicle with units on the way, at most :data:`MOST_DRIVES`.

    Parameters
    ----------
    app
        The opened site, with roads.
    session
        A session of its store.
    actor
        Needs the right to close roads.
    polygon
        Lon/lat, EPSG:4326.
    closed_structures
        As of :func:`gisapp.incidents.closures.add_closure`.

    Raises
    ------
    ForbiddenError
    SiteError
        No roads were imported yet.
    """
    actor.require(Right.CLOSE_ROADS)
    router = app.router
    before = on_network(router, open_closures(session))
    spared = spared_streets(router.network, closed_structures)
    after = before.add("", polygon=polygon, spared_streets=spared)
    ground = _Ground(app, router, before, after)
    places = severed(app, session, polygon, before=before, after=after)
    units, not_reckoned = _delayed(ground, session)
    return CutOff(
        units=units, places=places[:MOST_LISTED], found=len(places), not_reckoned=not_reckoned
    )


def severed(
    app: Context,
    session: Session,
    area: BaseGeometry,
    *,
    before: Closures,
    after: Closures,
    with_incidents: bool = True,
) -> tuple[Severed, ...]:
    """Villages, hospitals and teams that no road leads to any more, and open incidents.

    Parameters
    ----------
    area
        That is closed, lon/lat: a place may lie in it.
    before, after
        Closed roads without it, and with it.
    """
    router = app.router
    places = [one for one in _places(session) if with_incidents or one.kind != INCIDENT]
    found = stands_of(
        router,
        [(one.x, one.y) for one in places],
        max_distance_m=app.settings.max_snap_m,
        profile=_PROFILE,
    )
    stands = [(one, stand) for one, stand in zip(places, found, strict=True) if stand is not None]
    lost = router.cut_off(
        [stand for _one, stand in stands], before=before, after=after, profile=_PROFILE
    )
    return tuple(
        Severed(
            kind=one.kind,
            id=one.id,
            names=one.names,
            x=one.x,
            y=one.y,
            is_inside=bool(shapely.contains_xy(area, one.x, one.y)),
        )
        for (one, _stand), is_lost in zip(stands, lost.tolist(), strict=True)
        if is_lost
    )


def _places(session: Session) -> Iterator[_Place]:
    for incident in session.scalars(
        select(Incident).where(Incident.state == IncidentState.OPEN).order_by(Incident.fid)
    ):
        names = {lang: incident.title_in(lang) for lang in ("zh", "en")}
        yield _Place(INCIDENT, incident.id, names, incident.x, incident.y)
    for kind in PLACES:
        model = MODELS[kind]
        names_of = (model.column("name"), model.column("name_en"))
        found = session.execute(
            select(model.id, *names_of, as_stored(model.column("geom")))
            .where(model.retired_at.is_(None))
            .order_by(model.fid)
        ).all()
        for row, point in zip(found, geometries([row[3] for row in found]).tolist(), strict=True):
            if not point.is_empty:
                name = row[1] or row[0]
                yield _Place(kind, row[0], {"zh": name, "en": row[2] or name}, point.x, point.y)


def _delayed(ground: _Ground, session: Session) -> tuple[tuple[Delayed, ...], int]:
    drives, total = _drives(ground, session)
    found: list[Delayed] = []
    reckoned = 0
    for (incident_id, profile), (goal, units) in list(drives.items())[:MOST_DRIVES]:
        packed = ResourceSet(Resource(unit.key, spot) for unit, spot in units)
        was, will = (
            {
                one.id: one
                for one in ground.router.nearest(
                    goal, packed, len(packed), profile=profile, closures=closures
                )
            }
            for closures in (ground.before, ground.after)
        )
        reckoned += len(was)
        for unit, spot in units:
            known = was.get(unit.key)
            told = known and _told(unit, spot, incident_id, known, will.get(unit.key))
            if told:
                found.append(told)
    found.sort(key=lambda one: (one.later_s is not None, -(one.later_s or 0), one.unit.key))
    return tuple(found), total - reckoned


def _told(
    unit: Candidate, spot: Position, incident_id: str, was: Reached, will: Reached | None
) -> Delayed | None:
    """What a closure does to one drive; None where it does nothing."""
    later_s = None if will is None else will.total_s - was.total_s
    on_foot_m = 0.0 if will is None else will.stops_short_m - was.stops_short_m
    if later_s is not None and later_s < LATER_FROM_S and on_foot_m <= 0:
        return None
    return Delayed(
        unit=unit,
        incident_id=incident_id,
        x=spot.x,
        y=spot.y,
        later_s=None if later_s is None else max(later_s, 0.0),
        stops_short_m=max(on_foot_m, 0.0),
    )


_Drives = dict[tuple[str, str], tuple[Position, list[tuple[Candidate, Position]]]]


def _drives(ground: _Ground, session: Session) -> tuple[_Drives, int]:
    """Units on the way by incident and vehicle, with where on the road they start; how many."""
    rows = session.execute(
        select(Assignment, Incident)
        .join(Incident, Incident.id == Assignment.incident_id)
        .where(Assignment.state.in_(_ON_THE_WAY))
        .order_by(Incident.priority, Incident.fid, Assignment.fid)
    ).all()
    if not rows:
        return {}, 0
    fleet = fleet_of(ground.app, session, ground.router)
    seen = last_seen(session, [(one.unit_kind, one.unit_id) for one, _incident in rows])
    drives: _Drives = {}
    for assignment, incident in rows:
        number = fleet.numbers.get(key_of(assignment.unit_kind, assignment.unit_id))
        if number is None:
            continue
        unit = fleet.members[number].team
        now_at = seen.get((unit.kind, unit.id), unit)
        spot = ground.stand(now_at.x, now_at.y, unit.profile)
        goal = ground.stand(incident.x, incident.y, unit.profile)
        if spot is not None and goal is not None:
            _goal, starting = drives.setdefault((incident.id, unit.profile), (goal, []))
            starting.append((unit, spot))
    return drives, len(rows)
