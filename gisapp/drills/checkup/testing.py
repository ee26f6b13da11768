"""The second layer of a check-up: promises held against today's teams, stocks and roads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from gisapp.clock import today as clock_today
from gisapp.drills.checkup.findings import Finding
from gisapp.drills.checkup.records import Known, equipment_of, records_of, stock_of
from gisapp.drills.driving import Fleet
from gisapp.drills.plans.document import Clause
from gisapp.drills.plans.library import Edition
from gisapp.drills.plans.promises import (
    Arrival,
    Beds,
    Equipment,
    Force,
    Promise,
    Road,
    Shelter,
    Supply,
    records_named,
)
from gisapp.incidents.able import Context
from gisapp.incidents.closures import on_network, open_closures
from gisapp.incidents.units import OUT_OF_SERVICE
from gisapp.planning.standards import in_time
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import EQUIPMENT, VEHICLE_PROFILES
from gisapp.schema.values import Json
from routing import Closures, Router

_HOLDS: Final = {"shelter": "capacity", "hospital": "beds"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A promise where it stands."""

    plan: str
    clause: Clause
    promise: Promise

    def failed(self, code: str, **params: Json) -> Finding:
        """It does not hold, and why."""
        return Finding(
            plan=self.plan, clause=self.clause.key, item=self.promise.key, code=code, params=params
        )


def promise_findings(
    app: Context, session: Session, editions: Sequence[Edition]
) -> tuple[list[Finding], int]:
    """Hold every promise of some plans against the data of a session.

    A momentary order is no fault: who is out on a call counts as if at home. Closures in force
    count, as do limits of weight and height, and what is out of service.

    Returns
    -------
    list of Finding
        One for each promise that fails.
    int
        How many promises there are.

    Raises
    ------
    SiteError
        No roads were imported yet.
    """
    told = [
        Told(plan=edition.plan.code, clause=clause, promise=promise)
        for edition in editions
        for clause, promise in edition.document.promises()
    ]
    testing = _Testing(app, session, [one.promise for one in told])
    findings = [finding for one in told if (finding := testing.plain(one)) is not None]
    judged = {(one.plan, one.item) for one in findings}
    left = [one for one in told if (one.plan, one.promise.key) not in judged]
    findings += testing.arrivals(left)
    return findings, len(told)


class _Testing:
    """What promises are held against, read once for all of them."""

    def __init__(self, app: Context, session: Session, promises: Sequence[Promise]) -> None:
        self._app, self._session = app, session
        self._today = clock_today(session, app.site.time_zone)
        self._known = records_of(session, promises)
        self._stock = stock_of(session, promises, self._today)
        self._equipment = equipment_of(session, promises)

    @cached_property
    def _roads(self) -> _Roads:
        """Read where a promise asks for roads: a site may have none."""
        router = self._app.router
        return _Roads(router, on_network(router, open_closures(self._session)))

    def plain(self, told: Told) -> Finding | None:
        """What is wrong with a promise before anybody drives; None where nothing is."""
        return self._absent(told) or self._short(told)

    def _absent(self, told: Told) -> Finding | None:
        """A record that it names and that is not there to keep it."""
        for kind, record_id in records_named(told.promise):
            known = self._known.get((kind, record_id))
            if known is None:
                return told.failed(
                    "checkup.unknown_record",
                    id=record_id,
                    register_zh=KINDS[kind].label.zh,
                    register_en=KINDS[kind].label.en,
                )
            if known.retired:
                return told.failed("checkup.retired", **known.names)
            if known.values.get("status") == OUT_OF_SERVICE:
                return told.failed("checkup.out_of_service", **known.names)
        return None

    def _short(self, told: Told) -> Finding | None:
        """What there is less of than was promised."""
        match told.promise:
            case Equipment():
                return self._brought(told, told.promise)
            case Supply():
                return self._delivered(told, told.promise)
            case Shelter():
                return self._held(told, "shelter", told.promise.shelter, told.promise.people)
            case Beds():
                return self._held(told, "hospital", told.promise.hospital, told.promise.beds)
            case Road():
                return self._roads.finding(told, told.promise)
        return None

    def arrivals(self, told: Sequence[Told]) -> Iterator[Finding]:
        """Who does not arrive in time: all places asked about at once, with all that may come."""
        fleet = Fleet(self._app, self._session, self._today)
        by_place: dict[tuple[str, str], list[tuple[Told, Arrival | Force]]] = defaultdict(list)
        for one in told:
            if isinstance(one.promise, Arrival | Force):
                to = one.promise.to
                place = self._known[to.kind, to.id]
                by_place[place.kind, place.id].append((one, one.promise))
        if not by_place:
            return  # a site may have no roads
        places = {(one.kind, one.id): one for one in self._known.values()}
        points = {key: places[key].values["geom"] for key in by_place}
        who = {key: [self._who(fleet, one) for _told, one in by_place[key]] for key in by_place}
        arriving = fleet.arrivals_at(
            self._roads.router,
            self._roads.closures,
            [((points[key].x, points[key].y), set().union(*who[key])) for key in by_place],
        )
        for key, there in zip(by_place, arriving, strict=True):
            for (one, promise), keys in zip(by_place[key], who[key], strict=True):
                times = sorted(there[unit].of(promise.clock) for unit in keys & there.keys())
                finding = self._late(one, promise, places[key], times=times, is_anybody=bool(keys))
                if finding is not None:
                    yield finding

    def _who(self, fleet: Fleet, promise: Arrival | Force) -> set[str]:
        """Keys of the units that may keep a promise."""
        if isinstance(promise, Force):
            return fleet.able(promise.capability)
        return fleet.of(promise.who_kind, self._known[promise.who_kind, promise.who].id)

    def _late(
        self,
        told: Told,
        promise: Arrival | Force,
        place: Known,
        *,
        times: Sequence[float],
        is_anybody: bool,
    ) -> Finding | None:
        """Why too few arrive in time; `times` are of those that arrive at all, rising."""
        need = promise.count if isinstance(promise, Force) else 1
        params: dict[str, Json] = {
            "place_zh": place.name_zh,
            "place_en": place.name_en,
            "limit": promise.within_min,
            "reached": len(times),
        }
        if isinstance(promise, Force):
            code = "checkup.force"
            params["count"] = need
        else:
            code = "checkup.arrival"
            params |= self._known[promise.who_kind, promise.who].names
        if not is_anybody:
            return told.failed(f"{code}_nobody", **params)
        if len(times) < need:
            return told.failed(f"{code}_cut_off", **params)
        last_s = times[need - 1]
        if in_time(np.array([last_s]), promise.within_min)[0]:
            return None
        return told.failed(f"{code}_late", **params, minutes=round(last_s / 60, 1))

    def _brought(self, told: Told, promise: Equipment) -> Finding | None:
        known = self._known["team", promise.team]
        has = self._equipment.get((known.id, promise.equipment), 0)
        if has >= promise.count:
            return None
        label = EQUIPMENT[promise.equipment]
        what: dict[str, Json] = {"what_zh": label.zh, "what_en": label.en}
        return told.failed("checkup.equipment", **known.names, **what, has=has, count=promise.count)

    def _delivered(self, told: Told, promise: Supply) -> Finding | None:
        known = self._known["depot", promise.depot]
        has = self._stock.get((known.id, promise.item_code), 0.0)
        if has >= promise.quantity:
            return None
        return told.failed(
            "checkup.supply",
            **known.names,
            item=promise.item_code,
            has=round(has, 3),
            quantity=promise.quantity,
        )

    def _held(self, told: Told, kind: str, record_id: str, number: int) -> Finding | None:
        known = self._known[kind, record_id]
        has = known.values.get(_HOLDS[kind])
        if has is None:
            return told.failed("checkup.unknown_capacity", **known.names)
        if has >= number:
            return None
        return told.failed("checkup.capacity", **known.names, has=has, number=number)


class _Roads:
    """The roads of today, and which of them are open to whom."""

    def __init__(self, router: Router, closures: Closures) -> None:
        self.router, self.closures = router, closures
        self._barred: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}

    def finding(self, told: Told, promise: Road) -> Finding | None:
        """What keeps a road from being open from end to end; None where nothing does."""
        network = self.router.network
        numbers = [at for at, name in enumerate(network.names) if name == promise.road]
        streets = np.flatnonzero(np.isin(network.street_name, numbers))
        if not len(streets):
            return told.failed("checkup.no_road", road=promise.road)
        label = VEHICLE_PROFILES[promise.profile]
        vehicle: dict[str, Json] = {"vehicle_zh": label.zh, "vehicle_en": label.en}
        for closure in self.closures.closures:
            if np.isin(network.edge_street[closure.edges], streets).any():
                reason = closure.label or closure.closure_id
                return told.failed("checkup.road_closed", road=promise.road, reason=reason)
        number = int(self._limited(promise.profile)[streets].sum())
        if number:
            return told.failed("checkup.road_limit", road=promise.road, **vehicle, number=number)
        return None

    def _limited(self, profile: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether a limit bars each street to a vehicle."""
        if profile not in self._barred:
            barred = np.zeros(self.router.network.street_count, dtype=np.bool_)
            barred[self.router.barred(profile)] = True
            self._barred[profile] = barred
        return self._barred[profile]
