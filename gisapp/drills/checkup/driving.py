"""Who arrives where in which time today, whoever is out on a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from gisapp.drills.checkup.records import Known
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
        self._stands: dict[str, Position | None] = {}

    def able(self, capability: str) -> set[str]:
        """Keys of the units that can do something."""
        return {key for key, (row, _) in self._units.items() if capability in row.capabilities}

    def of(self, kind: str, record_id: str) -> set[str]:
        """Keys of a unit, or of all that a team sends."""
        return {key for key, (row, _) in self._units.items() if (kind, record_id) in row.records}

    def arrivals(
        self, router: Router, closures: Closures, place: Known, keys: Sequence[str]
    ) -> dict[str, Arrived]:
        """When units arrive at a place; those that do not are missing."""
        found: dict[str, Arrived] = {}
        by_profile: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            by_profile[self._units[key][1].profile].append(key)
        point = (place.values["geom"].x, place.values["geom"].y)
        most_m = self._app.settings.max_snap_m
        for profile, same in by_profile.items():
            (at,) = stands_of(router, [point], max_distance_m=most_m, profile=profile)
            if at is None:
                continue
            standing = [(key, spot) for key in same if (spot := self._stand(router, key))]
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

    def _stand(self, router: Router, key: str) -> Position | None:
        if key not in self._stands:
            one = self._units[key][1]
            most_m = self._app.settings.max_snap_m
            (spot,) = stands_of(
                router, [(one.x, one.y)], max_distance_m=most_m, profile=one.profile
            )
            self._stands[key] = spot
        return self._stands[key]
