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

from gisapp.clock import today
from gisapp.events import Event
from gisapp.incidents.able import FOLLOWED, Context, candidate_of
from gisapp.incidents.cards.filling import NEVER
from gisapp.incidents.cards.pairing import Int64
from gisapp.incidents.closures import ClosureRecord, on_network
from gisapp.incidents.proposal import Candidate
from gisapp.incidents.standing import stands_of
from gisapp.incidents.units import sendable
from gisapp.registers.kinds.area import Area
from gisapp.schema import Label
from routing import Resource, ResourceSet, Router, Searches

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
        self,
        router: Router,
        spots: Sequence[tuple[float, float]],
        closed: Sequence[ClosureRecord],
        reach_m: float,
    ) -> list[Int64]:
        """Seconds from the order until each would be at each point, turnout included.

        Team → incident. Metres left on foot inside a closure count at walking pace. Points not
        yet known are searched together, and only where closures changed since the last search.

        Parameters
        ----------
        router
            The roads.
        spots
            The incidents, lon/lat.
        closed
            Closures in force.
        reach_m
            How far from a road an incident may lie.

        Returns
        -------
        list of (len(members),) int64
            In the order of `spots`; :data:`~gisapp.incidents.cards.filling.NEVER` for those that
            cannot come.
        """
        ids = tuple(one.id for one in closed)
        kept = self._travel.setdefault(ids, {})
        self._travel.move_to_end(ids)
        while len(self._travel) > MOST_KEPT:
            self._travel.popitem(last=False)
        missing = list(dict.fromkeys(one for one in spots if one not in kept))
        if missing:
            found = self._searched(router, missing, closed, reach_m)
            kept.update(zip(missing, found, strict=True))
        return [kept[one] for one in spots]

    def _searched(
        self,
        router: Router,
        spots: Sequence[tuple[float, float]],
        closed: Sequence[ClosureRecord],
        reach_m: float,
    ) -> Int64:
        seconds = np.full((len(spots), len(self.members)), NEVER, dtype=np.int64)
        closures, searches = on_network(router, closed), _searches_over(router)
        for profile, resources in self.groups.items():
            goals = stands_of(router, spots, max_distance_m=reach_m, profile=profile)
            near = [row for row, goal in enumerate(goals) if goal is not None]
            times = searches.times(
                [goal for goal in goals if goal is not None],
                resources,
                profile=profile,
                closures=closures,
            )
            arrive_s = times.total_s
            arrive_s += times.on_foot_s
            np.minimum(np.rint(arrive_s, out=arrive_s), NEVER, out=arrive_s)
            numbers = [self.numbers[one.id] for one in resources]
            seconds[np.ix_(near, numbers)] = arrive_s
        return seconds


_searches: WeakKeyDictionary[Router, Searches] = WeakKeyDictionary()


def _searches_over(router: Router) -> Searches:
    """Kept by the roads and not with the units: what is searched does not rest on them."""
    return _searches.setdefault(router, router.searches())


_kept: WeakKeyDictionary[Router, dict[tuple[object, ...], tuple[object, Fleet]]] = (
    WeakKeyDictionary()
)


def fleet_of(app: Context, session: Session, router: Router) -> Fleet:
    """Everyone who can be sent; read anew where an event tells of a unit or of an owner.

    Where only what they are has changed and not where they stand, the searches are kept.

    Parameters
    ----------
    session
        A session of the application's store.
    """
    day = today(session, app.site.time_zone)
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
    if known is not None and known[0] == (mark, day):
        return known[1]
    counties, turnout_s = _counties(session), settings.default_turnout_s
    members = _members(session, counties, default_turnout_s=turnout_s, today=day)
    fleet = _packed(router, members, counties, settings.max_snap_m, known and known[1])
    kept[key] = (mark, day), fleet
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
    by_profile: dict[str, list[Candidate]] = {}
    for one in members:
        by_profile.setdefault(one.team.profile, []).append(one.team)
    groups = {}
    for profile, teams in sorted(by_profile.items()):
        places = [(team.x, team.y) for team in teams]
        spots = stands_of(router, places, max_distance_m=reach_m, profile=profile)
        near = [
            Resource(team.key, spot, team.turnout_s)
            for team, spot in zip(teams, spots, strict=True)
            if spot is not None
        ]
        if near:
            groups[profile] = ResourceSet(near)
    return replace(made, groups=groups)
