"""Who arrives where in which time today, whoever is out on a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from gisapp.incidents.able import Context, candidate_of
from gisapp.incidents.proposal import Candidate
from gisapp.incidents.standing import stands_of
from gisapp.incidents.units import Sendable, in_service
from routing import Closures, Position, Resource, ResourceSet, Router


@dataclass(frozen=True)
class Arrived:
    """When a unit arrives, in seconds; a last stretch that is closed is walked."""

    travel_s: float
    turnout_s: float

    def of(self, clock: str) -> float:
        """Seconds by a clock of :data:`gisapp.drills.plans.promises.Clock`."""
        return self.travel_s if clock == "drive" else self.travel_s + self.turnout_s


class Fleet:
    """All that can be sent, where it stands on the road."""

    def __init__(self, app: Context, session: Session, today: date) -> None:
        self._app = app
        self._units: dict[str, tuple[Sendable, Candidate]] = {}
        for row in in_service(session):
            default_s = app.settings.default_turnout_s
            one = candidate_of(row, None, default_turnout_s=default_s, today=today)
            self._units[one.key] = row, one
        # Many places are asked about, and the units stand where they stand.
        self._stands: dict[tuple[tuple[float, float], str], Position | None] = {}

    def able(self, capability: str) -> set[str]:
        """Keys of the units that can do something."""
        return {key for key, (row, _) in self._units.items() if capability in row.capabilities}

    def of(self, kind: str, record_id: str) -> set[str]:
        """Keys of a unit, or of all that a team sends."""
        return {key for key, (row, _) in self._units.items() if (kind, record_id) in row.records}

    def keys(self) -> set[str]:
        """Keys of all."""
        return {*self._units}

    def unit(self, key: str) -> tuple[Sendable, Candidate]:
        """One of all that can be sent."""
        return self._units[key]

    def arrivals(
        self, router: Router, closures: Closures, point: tuple[float, float], keys: Collection[str]
    ) -> dict[str, Arrived]:
        """When units arrive at a point, lon/lat; those that do not are missing.

        Parameters
        ----------
        router
            The roads of the application, under any conditions.
        """
        found: dict[str, Arrived] = {}
        by_profile: dict[str, list[str]] = defaultdict(list)
        for key in sorted(keys):
            by_profile[self._units[key][1].profile].append(key)
        for profile, same in by_profile.items():
            at = self._stand(point, profile)
            if at is None:
                continue
            places = [(key, (one.x, one.y)) for key in same for one in [self._units[key][1]]]
            standing = [
                (key, spot) for key, place in places if (spot := self._stand(place, profile))
            ]
            packed = ResourceSet(
                Resource(key, spot, self._units[key][1].turnout_s) for key, spot in standing
            )
            if standing:
                reached = router.nearest(
                    at, packed, len(standing), profile=profile, closures=closures
                )
                found.update(
                    {
                        one.id: Arrived(one.travel_s + one.on_foot_s, one.turnout_s)
                        for one in reached
                    }
                )
        return found

    def _stand(self, place: tuple[float, float], profile: str) -> Position | None:
        key = (place, profile)
        if key not in self._stands:
            most_m = self._app.settings.max_snap_m
            (self._stands[key],) = stands_of(
                self._app.router, [place], max_distance_m=most_m, profile=profile
            )
        return self._stands[key]
