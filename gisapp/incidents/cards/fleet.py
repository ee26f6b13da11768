"""All that can be sent and how long each takes to an incident, kept until either changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events import Event
from gisapp.incidents.able import FOLLOWED, Context, candidate_of
from gisapp.incidents.cards.filling import NEVER
from gisapp.incidents.cards.pairing import Int64
from gisapp.incidents.closures import ClosureRecord, on_network
from gisapp.incidents.proposal import Candidate
from gisapp.incidents.standing import road_near, stand_of
from gisapp.incidents.units import sendable
from gisapp.registers.kinds.area import Area
from gisapp.schema import Label
from routing import Resource, ResourceSet, Router

MOST_KEPT = 4
"""Sets of closures that searches are kept for: reality's, and those of exercises beside it."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A unit, and what it can do.

    Attributes
    ----------
    status
        Readiness, as registered.
    sorts
        What lines of cards may count it as: ``("capability", code)``, ``("unit_type", code)``.
    county
        Where it stands; None where that is not registered.
    is_beyond
        It stands in no county of the site: a neighbour's, to be asked for and not ordered.
    """

    team: Candidate
    status: str
    sorts: frozenset[tuple[str, str]]
    county: str | None
    is_beyond: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Fleet:
    """Everyone, each with a number, by which arrays are in order.

    Attributes
    ----------
    numbers
        By key of the unit.
    groups
        By vehicle profile: the units that have a road near, packed.
    counties
        Names of the site's counties.
    """

    members: tuple[Member, ...]
    numbers: Mapping[str, int]
    groups: Mapping[str, ResourceSet]
    ready: Flags
    beyond: Flags
    counties: Mapping[str, Label]
    _able: dict[tuple[str, str], Flags] = field(default_factory=dict)
    _travel: OrderedDict[tuple[str, ...], dict[tuple[float, float], Int64]] = field(
        default_factory=OrderedDict
    )

    def able(self, sort: tuple[str, str]) -> Flags:
        """Who counts as one of a sort."""
        if sort not in self._able:
            self._able[sort] = np.array([sort in one.sorts for one in self.members], dtype=bool)
        return self._able[sort]

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """The tier of everyone; empty where it is not registered."""
        return tuple(one.team.tier for one in self.members)

    @cached_property
    def places(self) -> tuple[tuple[object, ...], ...]:
        """By what searches would differ."""
        return tuple(
            (one.team.key, one.team.x, one.team.y, one.team.profile, one.team.turnout_s)
            for one in self.members
        )

    def arrivals(
        self, router: Router, x: float, y: float, closed: Sequence[ClosureRecord], reach_m: float
    ) -> Int64:
        """Seconds from the order until each would be at a point, turnout included.

        One search per vehicle, team → incident. Metres left on foot inside a closure count at
        walking pace.

        Parameters
        ----------
        router
            The roads.
        x, y
            The incident, lon/lat.
        closed
            Closures in force.
        reach_m
            How far from a road the incident may lie.

        Returns
        -------
        (len(members),) int64
            :data:`~gisapp.incidents.cards.filling.NEVER` for those that cannot come.
        """
        ids = tuple(one.id for one in closed)
        kept = self._travel.setdefault(ids, {})
        self._travel.move_to_end(ids)
        while len(self._travel) > MOST_KEPT:
            self._travel.popitem(last=False)
        if (x, y) not in kept:
            kept[x, y] = self._searched(router, x, y, closed, reach_m)
        return kept[x, y]

    def _searched(
        self, router: Router, x: float, y: float, closed: Sequence[ClosureRecord], reach_m: float
    ) -> Int64:
        seconds = np.full(len(self.members), NEVER, dtype=np.int64)
        closures = on_network(router, closed)
        for profile, resources in self.groups.items():
            goal = road_near(router, x, y, max_distance_m=reach_m, profile=profile)
            if goal is None:
                continue
            for one in router.nearest(
                goal, resources, len(resources), profile=profile, closures=closures
            ):
                seconds[self.numbers[one.id]] = round(one.total_s + one.on_foot_s)
        return seconds


_kept: WeakKeyDictionary[Router, dict[tuple[object, ...], tuple[object, Fleet]]] = (
    WeakKeyDictionary()
)


def fleet_of(app: Context, session: Session, router: Router, *, today: date) -> Fleet:
    """Everyone who can be sent; read anew where an event tells of a unit or of an owner.

    Where only what they are has changed and not where they stand, the searches are kept.

    Parameters
    ----------
    session
        A session of the application's store.
    today
        By which records fall due to be verified.
    """
    # With the moment, for numbers are given again after a backup is restored.
    last = select(Event.seq, Event.at).order_by(Event.seq.desc()).limit(1)
    mark = [
        session.execute(last.where(Event.kind == kind)).one_or_none()
        for kind in (*FOLLOWED, Area.__tablename__)
    ]
    kept = _kept.setdefault(router, {})
    settings = app.settings
    key = (app.store.address, settings.max_snap_m, settings.default_turnout_s)
    known = kept.get(key)
    if known is not None and known[0] == (mark, today):
        return known[1]
    counties, turnout_s = _counties(session), settings.default_turnout_s
    members = _members(session, counties, default_turnout_s=turnout_s, today=today)
    fleet = _packed(router, members, counties, settings.max_snap_m, known and known[1])
    kept[key] = (mark, today), fleet
    return fleet


def _counties(session: Session) -> dict[str, Label]:
    query = select(Area.id, Area.name, Area.name_en).where(
        Area.level == "county", Area.retired_at.is_(None)
    )
    return {row.id: Label(row.name, row.name_en or row.name) for row in session.execute(query)}


def _members(
    session: Session, counties: Collection[str], *, default_turnout_s: float, today: date
) -> list[Member]:
    return [
        Member(
            team=candidate_of(row, default_turnout_s=default_turnout_s, today=today),
            status=row.status,
            sorts=frozenset(
                {("capability", code) for code in row.capabilities}
                | ({("unit_type", row.unit_type)} if row.unit_type else set())
            ),
            county=row.county,
            is_beyond=bool(counties) and row.county is not None and row.county not in counties,
        )
        for row in sendable(session)
    ]


def _packed(
    router: Router,
    members: Sequence[Member],
    counties: Mapping[str, Label],
    reach_m: float,
    before: Fleet | None,
) -> Fleet:
    made = Fleet(
        members=tuple(members),
        numbers={one.team.key: number for number, one in enumerate(members)},
        groups={},
        ready=np.array([one.status == "ready" for one in members], dtype=bool),
        beyond=np.array([one.is_beyond for one in members], dtype=bool),
        counties=counties,
    )
    if before is not None and before.places == made.places:
        return replace(made, groups=before.groups, _travel=before._travel)  # noqa: SLF001
    by_profile: dict[str, list[Resource]] = {}
    for one in members:
        team = one.team
        spot = stand_of(router, team.x, team.y, max_distance_m=reach_m, profile=team.profile)
        if spot is not None:
            resource = Resource(team.key, spot, team.turnout_s)
            by_profile.setdefault(team.profile, []).append(resource)
    return replace(
        made,
        groups={profile: ResourceSet(found) for profile, found in sorted(by_profile.items())},
    )
