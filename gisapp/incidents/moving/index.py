"""The index of what moves: an R-tree in memory, in step with the log and the positions.

Every server process keeps its own. Between two changes a question asks the database for two
numbers, the last event's and the last position's; what they tell of is laid anew, the rest stays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

import shapely
from rtree.index import Index
from shapely import Point
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.errors import InputError
from gisapp.events.in_step import InStep
from gisapp.incidents.distances import around, distance_m
from gisapp.incidents.intake import require_point
from gisapp.incidents.moving.things import (
    BASES,
    KINDS,
    MOVES,
    Moves,
    Placed,
    Things,
    places,
    read_closures,
    read_incidents,
    read_out,
    read_stations,
    read_things,
)
from gisapp.incidents.positions.readings import (
    TOLD_FOR,
    Seen,
    Unit,
    last_number,
    last_seen,
    seen_after,
)
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json, moment_text
from gisapp.store.isolation import EVERY_EXERCISE, exercise_of

MOST_NEAR_M: Final = 200_000.0
EXERCISES_KEPT: Final = 4
"""Indexes of exercises kept beside that of reality; the one asked longest ago goes first."""
_OF_STATIONS: Final = frozenset({"team", "unit", "hospital"})
_OF_OUT: Final = frozenset({"assignment", "incident"})
_Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something that moves, where it was looked for.

    Attributes
    ----------
    distance_m
        Metres from the point asked about; None where an area was asked about.
    """

    placed: Placed
    distance_m: float | None = None

    def to_dict(self, lang: str, moment: datetime) -> dict[str, Json]:
        """It as JSON carries it; `moment` decides how old its position is."""
        one = self.placed
        is_point = isinstance(one.geometry, Point)
        age = None if one.at is None else max(moment - one.at, timedelta(0))
        return {
            "moves": one.moves,
            "moves_label": MOVES[one.moves].in_(lang),
            "kind": one.unit_kind or None,
            "id": one.id,
            "name": one.names.in_(lang),
            "state": one.state,
            "state_label": one.state_label.in_(lang),
            "incident": one.incident_id or None,
            "assignment": one.assignment_id or None,
            "x": one.geometry.x if isinstance(one.geometry, Point) else None,
            "y": one.geometry.y if isinstance(one.geometry, Point) else None,
            "geometry": None if is_point else mapping(one.geometry),
            "basis": one.basis,
            "basis_label": BASES[one.basis].in_(lang),
            "at": moment_text(one.at),
            "age_s": None if age is None else round(age.total_seconds()),
            "accuracy_m": one.accuracy_m,
            "distance_m": None if self.distance_m is None else round(self.distance_m),
        }


def moving_inside(
    session: Session, actor: Actor, area: BaseGeometry, *, moves: Collection[str] = tuple(Moves)
) -> list[Found]:
    """What of it meets an area, borders included, by what it is and its id.

    Parameters
    ----------
    session
        A reading session: what a writing one has not committed may be undone.
    actor
        Needs the right to dispatch: whoever sees where a unit is sees where its crew is.
    area
        EPSG:4326.
    moves
        Of :class:`Moves`.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.DISPATCH)
    shapely.prepare(area)
    near = _index(session).meeting(session, area.bounds)
    found = (Found(placed=one) for one in near if one.moves in moves)
    return sorted((one for one in found if area.intersects(one.placed.geometry)), key=_named)


def moving_near(
    session: Session,
    actor: Actor,
    x: float,
    y: float,
    within_m: float,
    *,
    moves: Collection[str] = tuple(Moves),
) -> list[Found]:
    """What of it lies within some metres of a point, the nearest first.

    Parameters
    ----------
    session, actor, moves
        As for :func:`moving_inside`.
    x, y
        Lon/lat, EPSG:4326.
    within_m
        Above 0, at most :data:`MOST_NEAR_M`.

    Raises
    ------
    ForbiddenError
    InputError
        ``incident.bad_point``, ``moving.bad_distance``.
    """
    actor.require(Right.DISPATCH)
    require_point(x, y)
    if not 0 < within_m <= MOST_NEAR_M:
        raise InputError("moving.bad_distance", most=f"{MOST_NEAR_M:.0f}")
    near = [
        one
        for one in _index(session).meeting(session, around(x, y, within_m))
        if one.moves in moves
    ]
    found = (
        Found(placed=one, distance_m=away)
        for one in near
        if (away := distance_m(one.geometry, x, y)) <= within_m
    )
    return sorted(found, key=lambda one: (one.distance_m or 0.0, *_named(one)))


def units_seen(session: Session, actor: Actor) -> tuple[list[Found], int]:
    """The units that are out and were seen, each at its last position, and how many are out.

    Parameters
    ----------
    session, actor
        As for :func:`moving_inside`.

    Raises
    ------
    ForbiddenError
    """
    actor.require(Right.DISPATCH)
    seen, out = _index(session).out_and_seen(session)
    return sorted((Found(placed=one) for one in seen), key=_named), out


def _named(found: Found) -> tuple[str, ...]:
    one = found.placed
    return (one.moves, one.unit_kind, one.id, one.basis)


class MovingIndex:
    """What moves in reality, or in one exercise."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_step = InStep(KINDS, read=read_things, renew=_renewed, options=EVERY_EXERCISE)
        self._things: Things | None = None
        self._seen: dict[Unit, Seen] = {}
        self._number = 0
        self._tree = Index()
        self._laid: dict[_Key, list[tuple[int, Placed]]] = {}
        self._by_number: dict[int, Placed] = {}
        self._next = 0

    def meeting(self, session: Session, bounds: tuple[float, float, float, float]) -> list[Placed]:
        """What has its box in or at another, lon/lat; a box in the tree is no wider than it is."""
        with self._lock:
            self._follow(session)
            return [self._by_number[number] for number in self._tree.intersection(bounds)]

    def out_and_seen(self, session: Session) -> tuple[list[Placed], int]:
        """Units that are out, at their last positions; how many are out, seen or not."""
        with self._lock:
            self._follow(session)
            out = self._things.out if self._things else {}
            laid = (one for unit in out for _number, one in self._laid.get((Moves.UNIT, *unit), ()))
            return [one for one in laid if one.at is not None], len(out)

    def _follow(self, session: Session) -> None:
        """Lay anew what events, positions and the time since have changed."""
        things, former = self._in_step.value(session), self._things
        is_anew = former is None or things.stations is not former.stations
        units = set(self._seen)  # time alone makes a position old
        self._take_positions(session, is_anew=is_anew)
        units |= self._seen.keys()
        if former is None or things.out is not former.out:
            units |= things.out.keys() | (former.out.keys() if former else set())
        if is_anew:
            units |= things.stations.keys() | (former.stations.keys() if former else set())
        moment = now(session)
        for unit in units:
            self._lay((Moves.UNIT, *unit), places(things, unit, self._seen.get(unit), moment))
        self._renew(Moves.INCIDENT, things.incidents, former.incidents if former else {})
        self._renew(Moves.CLOSURE, things.closures, former.closures if former else {})
        self._things = things

    def _take_positions(self, session: Session, *, is_anew: bool) -> None:
        number = last_number(session)
        if is_anew:  # the positions of a merged unit are another's now
            self._seen = last_seen(session, within=TOLD_FOR)
        elif number > self._number:
            for unit, seen in seen_after(session, self._number).items():
                if unit not in self._seen or seen.at > self._seen[unit].at:
                    self._seen[unit] = seen
        self._number = number

    def _renew(self, moves: Moves, new: Mapping[str, Placed], old: Mapping[str, Placed]) -> None:
        if new is not old:
            for one in new.keys() | old.keys():
                self._lay((moves, one), [new[one]] if one in new else [])

    def _lay(self, key: _Key, new: Sequence[Placed]) -> None:
        held = self._laid.get(key, [])
        if [placed for _number, placed in held] == list(new):
            return
        for number, placed in held:
            self._tree.delete(number, placed.geometry.bounds)
            del self._by_number[number]
        laid = []
        for placed in new:
            self._next += 1
            self._tree.insert(self._next, placed.geometry.bounds)
            self._by_number[self._next] = placed
            laid.append((self._next, placed))
        if laid:
            self._laid[key] = laid
        else:
            self._laid.pop(key, None)


def _renewed(session: Session, kept: Things, changed: list[tuple[str, str]]) -> Things:
    kinds = {kind for kind, _subject in changed}
    if kinds & _OF_STATIONS:
        kept = replace(kept, stations=read_stations(session))
    if kinds & _OF_OUT:
        kept = replace(kept, out=read_out(session), incidents=read_incidents(session))
    if "road_closure" in kinds:
        kept = replace(kept, closures=read_closures(session))
    return kept


_kept: WeakKeyDictionary[Engine, OrderedDict[str | None, MovingIndex]] = WeakKeyDictionary()
_choosing = threading.Lock()


def _index(session: Session) -> MovingIndex:
    engine, exercise = session.get_bind().engine, exercise_of(session)
    with _choosing:
        known = _kept.setdefault(engine, OrderedDict())
        if exercise not in known:
            known[exercise] = MovingIndex()
        known.move_to_end(exercise)
        while len(known) > EXERCISES_KEPT + 1:
            oldest = next(one for one in known if one is not None)
            del known[oldest]
        return known[exercise]
