"""What lies within one, three and five kilometres of a point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from gisapp.incidents.distances import around
from gisapp.incidents.intake import require_point
from gisapp.incidents.surroundings.things import People, Thing, people_in, things_in
from gisapp.incidents.surroundings.vocabulary import wind
from gisapp.incidents.whereabouts import GEOD
from gisapp.registers.kinds import KINDS
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json

RINGS_M = (1000.0, 3000.0, 5000.0)
MOST_LISTED = 300
"""The nearest of them; counts and sums are of all."""


@dataclass(frozen=True, kw_only=True)
class Near:
    """A thing and where it lies, seen from the point.

    Attributes
    ----------
    distance_m
        Metres on the WGS 84 ellipsoid.
    azimuth_deg
        Degrees clockwise from north.
    """

    thing: Thing
    distance_m: float
    azimuth_deg: float

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The thing as JSON carries it."""
        return {
            **self.thing.to_dict(lang),
            "distance_m": round(self.distance_m),
            "direction": wind(self.azimuth_deg).in_(lang),
        }


@dataclass(frozen=True, kw_only=True)
class Ring:
    """All within a radius, the smaller rings included.

    Attributes
    ----------
    counts
        Records by register.
    """

    radius_m: float
    counts: Mapping[str, int]
    people: People

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The ring as JSON carries it."""
        return {
            "radius_m": self.radius_m,
            "counts": [
                {"kind": kind, "label": KINDS[kind].label.in_(lang), "count": count}
                for kind, count in self.counts.items()
            ],
            "people": self.people.to_dict(),
        }


@dataclass(frozen=True, kw_only=True)
class Around:
    """What lies around a point, the nearest first.

    Attributes
    ----------
    found
        How many there are; more than are listed where the list was cut.
    """

    rings: tuple[Ring, ...]
    things: tuple[Near, ...]
    found: int

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The answer as JSON carries it."""
        return {
            "rings": [one.to_dict(lang) for one in self.rings],
            "things": [one.to_dict(lang) for one in self.things],
            "found": self.found,
            "truncated": len(self.things) < self.found,
        }


def within(
    session: Session, actor: Actor, x: float, y: float, *, rings_m: Sequence[float] = RINGS_M
) -> Around:
    """Say what lies around a point, with distance, direction and telephone.

    The cost is that of what the largest ring's box holds, whatever else the registers hold.

    Parameters
    ----------
    actor
        Numbers are hidden from whoever may not see contacts.
    x, y
        Lon/lat, EPSG:4326.
    rings_m
        Radii, rising.

    Raises
    ------
    ForbiddenError
    InputError
        ``incident.bad_point``.
    """
    actor.require(Right.VIEW)
    require_point(x, y)
    found = list(things_in(session, actor, around(x, y, max(rings_m))))
    near = sorted(
        (one for one in seen_from(x, y, found) if one.distance_m <= max(rings_m)),
        key=lambda one: (one.distance_m, one.thing.kind, one.thing.id),
    )
    rings = []
    for radius_m in rings_m:
        inside = [one.thing for one in near if one.distance_m <= radius_m]
        counts = Counter(one.kind for one in inside)
        rings.append(
            Ring(
                radius_m=radius_m,
                counts={kind: counts[kind] for kind in KINDS if counts[kind]},
                people=people_in(inside),
            )
        )
    return Around(rings=tuple(rings), things=tuple(near[:MOST_LISTED]), found=len(near))


def seen_from(x: float, y: float, things: Sequence[Thing]) -> list[Near]:
    """Distance and direction of things from a point, in their order."""
    if not things:
        return []
    xs = np.array([one.x for one in things])
    ys = np.array([one.y for one in things])
    azimuths, _back, distances = GEOD.inv(np.full(len(xs), x), np.full(len(ys), y), xs, ys)
    return [
        Near(thing=one, distance_m=float(distance_m), azimuth_deg=float(azimuth))
        for one, distance_m, azimuth in zip(things, distances, azimuths, strict=True)
    ]
