"""The world that a drill plays, minute by minute: roads, weather, teams, and who waits for help.

What an inject does is counted from its minute on, or from the minute at which the designer expects
it where it waits for something. What the controller plays any time is not counted: nobody knows
when, or whether, it comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gisapp.clock import today as clock_today
from gisapp.drills.design.scene import Place, Scene, Spots
from gisapp.drills.design.script import Close, Disable, Further, Need, Script, Weather
from gisapp.drills.driving import Fleet
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.staff import PLAYING
from gisapp.incidents.able import Context
from gisapp.incidents.closures import on_network, open_closures, spared_streets
from gisapp.incidents.surroundings.footprints import area_around
from gisapp.planning.conditions import conditions_named
from routing import Closures, Router

Drive = Callable[[int], float]
"""Minutes from the order to the arrival, on the roads of a stage."""
OPENING = "scenario"
"""Id of the closure of the scenario's footprint."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The roads from one minute on.

    Attributes
    ----------
    router
        Under the weather of then.
    closures
        Today's, the scenario's, and those that injects have added by then.
    """

    minute: float
    router: Router
    closures: Closures


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A place where people wait for help.

    Attributes
    ----------
    minute
        When it becomes known.
    within_min
        Limit of its objective, from then on; None where there is none.
    inject
        Key of the inject that tells of it; empty where the scenario does.
    """

    need: Need
    place: Place
    minute: float
    within_min: float | None
    inject: str


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """All that is counted with.

    Attributes
    ----------
    stages
        In their order; the first from minute 0 on.
    fleet
        All that can be sent.
    playing
        Keys of those that take part; all where the drill names none.
    disabled
        By key: from which minute to which it can do nothing.
    """

    stages: tuple[Stage, ...]
    waiting: tuple[Waiting, ...]
    fleet: Fleet
    playing: tuple[str, ...]
    is_named: bool
    disabled: Mapping[str, tuple[tuple[float, float], ...]]

    def arrivals(self, one: Waiting, keys: set[str]) -> dict[str, float]:
        """Minute at which units are where somebody waits, sent as soon as it is known.

        A unit takes a way that stays open until it arrives: where a road is closed or the weather
        changes before that, its whole drive is reckoned with what holds then, which may be longer
        than what a driver would find who has passed in time. One that is disabled on its way does
        not arrive; one that is disabled before sets out when it can again. Those that do not
        arrive are missing.
        """
        point = (one.place.x, one.place.y)
        drives: dict[int, dict[str, float]] = {}

        def drive_min(key: str, stage: int) -> float:
            if stage not in drives:
                at = self.stages[stage]
                found = self.fleet.arrivals(at.router, at.closures, point, keys)
                drives[stage] = {name: time.of("order") / 60 for name, time in found.items()}
            return drives[stage].get(key, inf)

        found = {}
        for key in keys:
            windows = self.disabled.get(key, ())
            leaves = [one.minute, *(end for _from, end in windows if end > one.minute)]
            for minute in sorted(leaves):
                if any(start <= minute < end for start, end in windows):
                    continue
                there = self._there(minute, partial(drive_min, key))
                if there < inf and not any(minute < start <= there for start, _end in windows):
                    found[key] = there
                    break
        return found

    def _there(self, minute: float, drive_min: Drive) -> float:
        """When a unit that leaves at a minute arrives, over the stages that it drives through."""
        begins = [one.minute for one in self.stages]
        first = max(number for number, begin in enumerate(begins) if begin <= minute)
        for stage in range(first, len(self.stages)):
            there = max(minute + drive_min(stage), begins[stage])
            if stage + 1 == len(self.stages) or there < begins[stage + 1]:
                return there
        return inf


def world_of(app: Context, session: Session, drill: Drill, script: Script, scene: Scene) -> World:
    """Lay a script out over today's roads and teams.

    Raises
    ------
    InputError
        ``planning.unknown_conditions``.
    SiteError
        No roads were imported yet.
    """
    fleet = Fleet(app, session, clock_today(session, app.site.time_zone))
    named = [
        key
        for one in drill.participants
        if one["kind"] in {"team", "unit"} and one["role"] in PLAYING
        for key in fleet.of(str(one["kind"]), str(one["id"]))
    ]
    disabled: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for inject in script.injects:
        for effect in inject.effects:
            if isinstance(effect, Disable) and inject.minute is not None:
                end = inf if effect.minutes is None else inject.minute + effect.minutes
                for key in fleet.of(effect.kind, effect.id):
                    disabled[key].append((inject.minute, end))
    return World(
        stages=tuple(_stages(app, session, script, scene)),
        waiting=tuple(_waiting(drill, script, scene.spots)),
        fleet=fleet,
        playing=tuple(sorted(set(named) or fleet.keys())),
        is_named=bool(named),
        disabled={key: tuple(sorted(windows)) for key, windows in disabled.items()},
    )


def area_of(session: Session, effect: Close, spots: Spots) -> BaseGeometry:
    """The area whose roads an inject closes."""
    drawn = effect.polygon()
    if drawn is not None:
        return drawn
    assert effect.at is not None
    assert effect.radius_m is not None
    place = spots.place(effect.at)
    return area_around(session, Point(place.x, place.y), effect.radius_m)


def _stages(app: Context, session: Session, script: Script, scene: Scene) -> list[Stage]:
    """The roads from minute to minute; areas are laid anew over the roads of other weather."""
    extent, weather = script.scenario.extent, script.scenario.weather
    areas: list[tuple[str, BaseGeometry, tuple[int, ...] | None]] = []
    if scene.area is not None and extent.closes_roads:
        areas.append((OPENING, scene.area, extent.closed_structures))
    today = open_closures(session)

    def stage(minute: float) -> Stage:
        router = conditions_named(app.site, weather).on(app.router) if weather else app.router
        closures = on_network(router, today)
        for name, area, structures in areas:
            spared = spared_streets(router.network, structures)
            closures = closures.add(f"drill:{name}", polygon=area, spared_streets=spared)
        return Stage(minute=minute, router=router, closures=closures)

    found = [stage(0.0)]
    for inject in script.in_order():
        if inject.minute is None:
            continue
        changes = False
        for number, effect in enumerate(inject.effects):
            if isinstance(effect, Weather):
                weather, changes = effect.conditions, True
            elif isinstance(effect, Close):
                areas.append((f"{inject.key}/{number}", area_of(session, effect, scene.spots),
                              effect.closed_structures))  # fmt: skip
                changes = True
        if changes:
            if found[-1].minute == inject.minute:
                found.pop()
            found.append(stage(inject.minute))
    return found


def _waiting(drill: Drill, script: Script, spots: Spots) -> list[Waiting]:
    told = [(0.0, need, "") for need in script.scenario.needs]
    told += [
        (inject.minute, effect, inject.key)
        for inject in script.in_order()
        for effect in inject.effects
        if isinstance(effect, Further) and inject.minute is not None
    ]
    limits = [one.get("within_min") for one in drill.objectives]
    found = []
    for minute, need, key in told:
        number = need.objective
        limit = limits[number - 1] if number is not None and number <= len(limits) else None
        found.append(
            Waiting(
                need=need,
                place=spots.place(need.at, need.name),
                minute=minute,
                within_min=limit if isinstance(limit, (int, float)) else None,
                inject=key,
            )
        )
    return found
