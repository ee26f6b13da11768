"""Who can do what, and from where on the road: kept in step with the event log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events import Event
from gisapp.incidents.proposal import Candidate, LeftOut, vehicle_params
from gisapp.incidents.standing import stand_of
from gisapp.incidents.units import Sendable, sendable
from gisapp.registers import KINDS
from gisapp.registers.freshness import is_late
from gisapp.settings import Settings
from gisapp.site import Site
from gisapp.store import Store
from routing import PROFILES, Position, Resource, ResourceSet, Router

FOLLOWED = ("team", "unit", "hospital")
"""Registers whose changes change who can be sent, or from where."""

MOST_KEPT = 64
"""More than there are capabilities and vehicles to ask for."""


class Context(Protocol):
    """What a dispatch needs of the application."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102

    @property
    def site(self) -> Site: ...  # noqa: D102

    @property
    def store(self) -> Store: ...  # noqa: D102

    @property
    def router(self) -> Router: ...  # noqa: D102


class Group(NamedTuple):
    """Units that are ready with one kind of vehicle.

    Attributes
    ----------
    resources
        Those with a road near, packed for searches.
    origins
        By key: the unit, and where it stands on the road.
    nowhere
        Those without.
    """

    resources: ResourceSet
    origins: dict[str, tuple[Candidate, Position]]
    nowhere: tuple[Candidate, ...]


@dataclass(frozen=True)
class Muster:
    """All units with a capability, as one dispatch after the other finds them.

    Attributes
    ----------
    teams
        How many.
    synthetic
        Whether any of them is.
    not_ready
        With the reasons.
    groups
        By vehicle profile.
    """

    teams: int
    synthetic: bool
    not_ready: tuple[LeftOut, ...]
    groups: dict[str, Group]


_kept: WeakKeyDictionary[Router, dict[tuple[object, ...], tuple[object, Muster]]] = (
    WeakKeyDictionary()
)


def muster(
    app: Context,
    session: Session,
    router: Router,
    need: str,
    *,
    vehicle: str | None,
    today: date,
) -> Muster:
    """Gather the units with a capability and where they stand on the road.

    Done anew where an event tells of a unit or of an owner of units, whichever process or program
    changed it; between two changes a dispatch asks the database for the last events alone. Who is
    out is not looked at here: that changes by the minute.

    Parameters
    ----------
    session
        A session of the application's store.
    router
        The roads.
    need
        A capability code.
    vehicle
        A vehicle profile every team must bring; None lets each bring the heaviest it has.
    today
        By which records fall due to be verified.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    # With the moment, for numbers are given again after a backup is restored.
    last = select(Event.seq, Event.at).order_by(Event.seq.desc()).limit(1)
    mark = [session.execute(last.where(Event.kind == kind)).one_or_none() for kind in FOLLOWED]
    kept = _kept.setdefault(router, {})
    settings = app.settings
    reach_m, turnout_s = settings.max_snap_m, settings.default_turnout_s
    key = (app.store.address, need, vehicle, today, reach_m, turnout_s)
    found = kept.get(key)
    if found is None or found[0] != mark:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        judged = [
            _judged(row, vehicle, default_turnout_s=turnout_s, today=today)
            for row in sendable(session, need)
        ]
        found = kept[key] = mark, _gathered(router, judged, reach_m)
    return found[1]


def candidate_of(
    row: Sendable, vehicle: str | None = None, *, default_turnout_s: float, today: date
) -> Candidate:
    """What a unit comes with: a vehicle, else the heaviest it has."""
    owned = sorted(name for name in row.profiles if name in PROFILES)
    heaviest = max(owned, key=lambda name: PROFILES[name].weight_t, default="light")
    return Candidate(
        kind=row.kind,
        id=row.id,
        stands_at="/".join(row.stands_at),
        name_zh=row.name,
        name_en=row.name_en or row.name,
        team_type=row.team_type,
        tier=row.tier or "",
        agency=row.agency or "",
        contact_phone=row.contact_phone or "",
        x=row.x,
        y=row.y,
        profile=vehicle or heaviest,
        turnout_s=float(default_turnout_s if row.turnout_s is None else row.turnout_s),
        unverified=is_late(KINDS[row.kind], row.verified_at, today=today),
        synthetic=row.synthetic,
    )


def _judged(
    row: Sendable, vehicle: str | None, *, default_turnout_s: float, today: date
) -> Candidate | LeftOut:
    """What a unit would come with, or why it does not."""
    candidate = candidate_of(row, vehicle, default_turnout_s=default_turnout_s, today=today)
    if row.is_parted:
        return LeftOut(team=candidate, reason="no_unit")
    if row.status != "ready":
        return LeftOut(team=candidate, reason=row.status)
    if vehicle is not None and vehicle not in row.profiles:
        return LeftOut(team=candidate, reason="no_vehicle", params=vehicle_params(vehicle))
    return candidate


def _gathered(router: Router, judged: Sequence[Candidate | LeftOut], reach_m: float) -> Muster:
    ready: dict[str, list[Candidate]] = {}
    for one in judged:
        if isinstance(one, Candidate):
            ready.setdefault(one.profile, []).append(one)
    everyone = [one.team if isinstance(one, LeftOut) else one for one in judged]
    return Muster(
        teams=len(judged),
        synthetic=any(one.synthetic for one in everyone),
        not_ready=tuple(one for one in judged if isinstance(one, LeftOut)),
        groups={
            profile: _group(router, profile, candidates, reach_m)
            for profile, candidates in sorted(ready.items())
        },
    )


def _group(router: Router, profile: str, candidates: Sequence[Candidate], reach_m: float) -> Group:
    spots = [
        (one, stand_of(router, one.x, one.y, max_distance_m=reach_m, profile=profile))
        for one in candidates
    ]
    origins = {one.key: (one, spot) for one, spot in spots if spot is not None}
    return Group(
        ResourceSet(Resource(one.key, spot, one.turnout_s) for one, spot in origins.values()),
        origins,
        tuple(one for one, spot in spots if spot is None),
    )
