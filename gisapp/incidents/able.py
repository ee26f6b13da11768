"""Who can do what, and from where on the road: kept in step with the event log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.events import Event
from gisapp.incidents.proposal import Candidate, LeftOut
from gisapp.registers.queries import TeamRow, teams
from gisapp.store import Store
from routing import Position, Resource, ResourceSet, Router

MOST_KEPT = 64
"""More than there are capabilities and vehicles to ask for."""


class Group(NamedTuple):
    """Teams that are ready with one kind of vehicle.

    Attributes
    ----------
    resources
        Those with a road near, packed for searches.
    origins
        By id: the team, and where it stands on the road.
    nowhere
        Those without.
    """

    resources: ResourceSet
    origins: dict[str, tuple[Candidate, Position]]
    nowhere: tuple[Candidate, ...]


@dataclass(frozen=True)
class Muster:
    """All teams with a capability, as one dispatch after the other finds them.

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


Judge = Callable[[TeamRow], Candidate | LeftOut]
"""Says of a team what it would come with, or why it does not."""
Stand = Callable[[Candidate], Position | None]

_kept: WeakKeyDictionary[Router, dict[tuple[object, ...], tuple[object, Muster]]] = (
    WeakKeyDictionary()
)


def muster(
    store: Store,
    session: Session,
    router: Router,
    need: str,
    *,
    judge: Judge,
    stand: Stand,
    by: Sequence[object],
) -> Muster:
    """Gather the teams with a capability and where they stand on the road.

    Done anew where an event tells of any team, whichever process or program changed it; between
    two changes a dispatch asks the database for the number of the last event alone.

    Parameters
    ----------
    store
    session
        A session of `store`.
    router
        The roads.
    need
        A capability code.
    judge, stand
    by
        All that `judge` and `stand` depend on besides the team.

    Raises
    ------
    InputError
        ``registers.unknown_capability``.
    """
    # With the moment, for numbers are given again after a backup is restored.
    last = select(Event.seq, Event.at).where(Event.kind == "team").order_by(Event.seq.desc())
    mark = session.execute(last.limit(1)).one_or_none()
    kept = _kept.setdefault(router, {})
    key = (store.address, need, *by)
    found = kept.get(key)
    if found is None or found[0] != mark:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[key] = mark, _gathered(teams(session, need), judge, stand)
    return found[1]


def _gathered(rows: Sequence[TeamRow], judge: Judge, stand: Stand) -> Muster:
    not_ready: list[LeftOut] = []
    ready: dict[str, list[Candidate]] = {}
    for row in rows:
        judged = judge(row)
        if isinstance(judged, LeftOut):
            not_ready.append(judged)
        else:
            ready.setdefault(judged.profile, []).append(judged)
    groups = {}
    for profile, candidates in sorted(ready.items()):
        spots = [(one, stand(one)) for one in candidates]
        origins = {one.id: (one, spot) for one, spot in spots if spot is not None}
        groups[profile] = Group(
            ResourceSet(Resource(one.id, spot, one.turnout_s) for one, spot in origins.values()),
            origins,
            tuple(one for one, spot in spots if spot is None),
        )
    return Muster(
        teams=len(rows),
        synthetic=any(row.synthetic for row in rows),
        not_ready=tuple(not_ready),
        groups=groups,
    )
