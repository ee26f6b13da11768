"""Who arrives where in which time today, whoever is out on a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
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
        self._of: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._able: dict[str, set[str]] = defaultdict(set)
        for row in in_service(session):
            default_s = app.settings.default_turnout_s
            one = candidate_of(row, None, default_turnout_s=default_s, today=today)
            self._units[one.key] = row, one
            for record in row.records:
                self._of[record].add(one.key)
            for capability in row.capabilities:
                self._able[capability].add(one.key)
        # Many places are asked about, and the units stand where they stand.
        self._stands: dict[tuple[tuple[float, float], str], Position | None] = {}

    def able(self, capability: str) -> set[str]:
        """Keys of the units that can do something."""
        return {*self._able.get(capability, ())}

    def of(self, kind: str, record_id: str) -> set[str]:
        """Keys of a unit, or of all that a team sends."""
        return {*self._of.get((kind, record_id), ())}

    def keys(self) -> set[str]:
        """Keys of all."""
        return {*self._units}

    def unit(self, key: str) -> tuple[Sendable, Candidate]:
        """One of all that can be sent."""
        return self._units[key]

    def arrivals(
        self, router: Router, closures: Closures, point: tuple[float, float], keys: Collection[str]
    ) -> dict[str, Arrived]:
        """When units arrive at a point, as :meth:`arrivals_at` tells of many."""
        (found,) = self.arrivals_at(router, closures, [(point, keys)])
        return found

    def arrivals_at(
        self,
        router: Router,
        closures: Closures,
        asked: Sequence[tuple[tuple[float, float], Collection[str]]],
    ) -> list[dict[str, Arrived]]:
        """When units arrive at points, those that do not arrive missing.

        Parameters
        ----------
        router
            The roads of the application, under any conditions.
        closures
            Closed roads.
        asked
            Points, lon/lat, each with the keys of the units that are asked about there.

        Returns
        -------
        list of dict
            By key, in the order of `asked`.
        """
        by_profile: dict[str, list[str]] = defaultdict(list)
        for key in sorted({key for _point, keys in asked for key in keys}):
            by_profile[self._units[key][1].profile].append(key)
        found: list[dict[str, Arrived]] = [{} for _ in asked]
        for profile, keys in by_profile.items():
            units = [self._units[key][1] for key in keys]
            stands = self._stands_of([(one.x, one.y) for one in units], profile)
            resources = ResourceSet(
                Resource(one.key, spot, one.turnout_s)
                for one, spot in zip(units, stands, strict=True)
                if spot is not None
            )
            row_of = {one.id: row for row, one in enumerate(resources)}
            wanted = [[key for key in keys if key in row_of] for _point, keys in asked]
            spots = self._stands_of([point for point, _keys in asked], profile)
            places = [(at, spot) for at, spot in enumerate(spots) if spot and wanted[at]]
            times = router.searches(most_bytes=0).times(
                [spot for _at, spot in places], resources, profile=profile, closures=closures
            )
            turnout_s = resources.turnout_ms / 1000
            travel_s = times.total_s - turnout_s + times.on_foot_s
            for (at, _spot), travels_s in zip(places, travel_s, strict=True):
                for key in wanted[at]:
                    row = row_of[key]
                    if np.isfinite(travels_s[row]):
                        one = Arrived(float(travels_s[row]), float(turnout_s[row]))
                        found[at][key] = one
        return found

    def _stands_of(
        self, places: Sequence[tuple[float, float]], profile: str
    ) -> list[Position | None]:
        missing = [one for one in dict.fromkeys(places) if (one, profile) not in self._stands]
        if missing:
            most_m = self._app.settings.max_snap_m
            stands = stands_of(self._app.router, missing, max_distance_m=most_m, profile=profile)
            for place, stand in zip(missing, stands, strict=True):
                self._stands[place, profile] = stand
        return [self._stands[place, profile] for place in places]
