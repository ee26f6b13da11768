"""From open incidents, their cards and everyone who can be sent to the places to be filled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gisapp.incidents.cards.filling import COVER, NEVER, Filling, Place, fill
from gisapp.incidents.cards.fleet import Fleet
from gisapp.incidents.cards.needs import Card, Line
from gisapp.incidents.cards.pairing import UNMET, Int64
from gisapp.incidents.cards.standards import Standards
from gisapp.schema import Label


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """An open incident, and what it asks for.

    Attributes
    ----------
    card
        None where no card is in use for its kind.
    arrivals
        Seconds of everyone until they would be there.
    """

    id: str
    title: Label
    kind: str
    priority: int
    level: int | None
    card: Card | None
    arrivals: Int64


@dataclass(frozen=True, kw_only=True)
class For:
    """What a place is for: a line of an incident, or the cover of a county."""

    incident: int = UNMET
    line: int = UNMET
    county: str = ""
    capability: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """All places, and who may fill them.

    Attributes
    ----------
    out
        Number of each unit that is out, and the incident that it serves.
    may_move
        Numbers of those that are out and may be sent elsewhere.
    """

    fleet: Fleet
    standards: Standards
    asked: tuple[Asked, ...]
    out: Mapping[int, str]
    may_move: frozenset[int]
    places: tuple[Place, ...]
    purposes: tuple[For, ...]
    _penalties: dict[str, Int64] = field(default_factory=dict)

    def penalties(self, line: Line) -> Int64:
        """Seconds added for everyone's tier; shared, to be read only."""
        if line.tier not in self._penalties:
            by_tier = {
                tier: self.standards.penalty_s(tier, line.tier) for tier in set(self.fleet.tiers)
            }
            self._penalties[line.tier] = np.array(
                [by_tier[tier] for tier in self.fleet.tiers], dtype=np.int64
            )
        return self._penalties[line.tier]

    def filling(self) -> Filling:
        """The optimum."""
        return fill(self.places)

    def with_choice(self, incident: int, units: Collection[int]) -> Problem:
        """The same problem where an incident gets these units, and those that serve it, alone."""
        everyone = np.arange(len(self.fleet.members))
        given = np.isin(everyone, list(units))
        serving = np.isin(
            everyone, [one for one, serves in self.out.items() if serves == self.asked[incident].id]
        )
        changed: dict[tuple[int, bool], Int64] = {}
        places = []
        for place, purpose in zip(self.places, self.purposes, strict=True):
            own = purpose.incident == incident
            key = id(place.seconds), own
            if key not in changed:
                barred = ~(given | serving) if own else given
                changed[key] = np.where(barred, NEVER, place.seconds)
            places.append(replace(place, seconds=changed[key]))
        return replace(self, places=tuple(places))


def problem(
    fleet: Fleet,
    standards: Standards,
    asked: Sequence[Asked],
    *,
    out: Mapping[int, str],
    may_move: Collection[int] = (),
) -> Problem:
    """Set the places up.

    A unit that is out fills a place of the incident it serves at no cost, and none elsewhere
    unless it may move. One that is not ready, or a neighbour's, fills none.

    Parameters
    ----------
    out
        Number of each unit that is out, and the incident that it serves.
    may_move
        Numbers of those that may be sent elsewhere.
    """
    made = Problem(
        fleet=fleet,
        standards=standards,
        asked=tuple(asked),
        out=out,
        may_move=frozenset(may_move),
        places=(),
        purposes=(),
    )
    free = fleet.ready & ~fleet.beyond
    free[[one for one in out if one not in made.may_move]] = False
    places, purposes = _covers(fleet, standards, free)
    serving: dict[str, list[int]] = {}
    for one, serves in out.items():
        serving.setdefault(serves, []).append(one)
    able_and_free: dict[tuple[str, str], Int64] = {}
    for number, incident in enumerate(asked):
        if incident.card is None:
            continue
        for line_number, line in enumerate(incident.card.lines):
            sort = line.by, line.code
            able = fleet.able(sort)
            if sort not in able_and_free:
                able_and_free[sort] = np.flatnonzero(able & free)
            who = able_and_free[sort]
            seconds = np.full(len(fleet.members), NEVER, dtype=np.int64)
            reckoned = incident.arrivals[who] + made.penalties(line)[who]
            seconds[who] = np.minimum(reckoned, NEVER)
            here = [one for one in serving.get(incident.id, ()) if able[one]]
            seconds[here] = 0
            limit_s = None if line.limit_min is None else round(line.limit_min * 60)
            place = Place(rank=incident.priority, seconds=seconds, limit_s=limit_s)
            places += [place] * line.count
            purposes += [For(incident=number, line=line_number)] * line.count
    return replace(made, places=tuple(places), purposes=tuple(purposes))


def _covers(
    fleet: Fleet, standards: Standards, free: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[list[Place], list[For]]:
    """Places that keep units at home: one counts for one capability of its county."""
    places: list[Place] = []
    purposes: list[For] = []
    of_county: dict[str, list[int]] = {}
    for number, one in enumerate(fleet.members):
        if one.county is not None and not one.is_beyond:
            of_county.setdefault(one.county, []).append(number)
    for county, numbers in sorted(of_county.items()):
        for capability, count in sorted(standards.cover.items()):
            able = fleet.able(("capability", capability)) & free
            staying = [one for one in numbers if able[one]]
            seconds = np.full(len(fleet.members), NEVER, dtype=np.int64)
            seconds[staying] = 0
            places += [Place(rank=COVER, seconds=seconds)] * count
            purposes += [For(county=county, capability=capability)] * count
    return places, purposes
