"""What a scenario does to the map: people, roads, places cut off, who comes hour by hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, inf
from typing import Final

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.drills.design.scene import Place, Scene
from gisapp.drills.design.world import OPENING, World
from gisapp.incidents.able import Context
from gisapp.incidents.cut_off import Severed, severed
from gisapp.incidents.surroundings.contents import Contents, contents_of
from gisapp.incidents.surroundings.downstream import Reached, reached
from gisapp.incidents.surroundings.things import VILLAGE, People, Thing, people_in
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.rights import Actor
from gisapp.schema.values import Json

MOST_LISTED: Final = 200
MOST_HOURS: Final = 12
FIRST_TOLD: Final = 10
"""Units that are named; of the others it is told how many come in which hour."""
CORNERS: Final = 400
"""Of an area as a map of the page draws it."""


@dataclass(frozen=True, kw_only=True)
class Force:
    """A unit that could come to the scene, sent in the first minute."""

    key: str
    names: Mapping[str, str]
    capabilities: frozenset[str]
    minute: float


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What a scenario does, before anybody acts.

    Attributes
    ----------
    contents
        Of the footprint; None where the scenario has none.
    cut_off
        Places that no road leads to any more.
    flow
        What lies along the line, in the order in which it is reached.
    forces
        Those that take part, the first to arrive first.
    never
        Of them, how many have no way there.
    """

    scene: Scene
    contents: Contents | None
    cut_off: tuple[Severed, ...]
    flow: tuple[Reached, ...]
    forces: tuple[Force, ...]
    never: int
    is_named: bool

    def to_dict(self, lang: str) -> dict[str, Json]:
        """As JSON carries it; nobody's name or number is in it."""
        scene, inside = self.scene, self.contents
        footprint = None if inside is None else inside.to_dict(lang)
        return {
            "place": place_told(scene.place, lang),
            "event_kind": scene.event_kind,
            "casualties": scene.casualties.model_dump(),
            "area": None if scene.area is None else mapping(simplified(scene.area)),
            "line": None if scene.line is None else mapping(scene.line.geom),
            "footprint": footprint
            and {
                "people": footprint["people"],
                "things": [
                    {**_thing(one.thing, lang), "distance_m": round(one.distance_m)}
                    for one in (inside.things if inside else ())[:MOST_LISTED]
                ],
                "things_found": footprint["found"],
                "roads": footprint["roads"],
                "roads_found": footprint["roads_found"],
                "structures": footprint["structures"],
            },
            "cut_off": [one.to_dict(lang) for one in self.cut_off[:MOST_LISTED]],
            "cut_off_found": len(self.cut_off),
            "flow": [
                {
                    **_thing(one.thing, lang),
                    "along_m": round(one.along_m),
                    "minute": None if one.arrival_s is None else round(one.arrival_s / 60, 1),
                }
                for one in self.flow[:MOST_LISTED]
            ],
            "flow_hours": _flow_hours(self.flow),
            "forces": {
                "named": self.is_named,
                "first": [
                    {"key": one.key, "name": one.names[lang], "minute": round(one.minute, 1)}
                    for one in self.forces[:FIRST_TOLD]
                ],
                "hours": _force_hours(self.forces, lang),
                "found": len(self.forces),
                "never": self.never,
            },
        }


def consequences(
    app: Context, session: Session, actor: Actor, scene: Scene, world: World
) -> Consequences:
    """Reckon what a scenario does to today's map.

    Raises
    ------
    SiteError
        No roads were imported yet.
    """
    place, area, opening = scene.place, scene.area, world.stages[0]
    at = (place.x, place.y)
    inside = None
    if area is not None:
        inside = contents_of(session, actor, area, app.router.network, seen=at)
    name = f"drill:{OPENING}"
    cut: tuple[Severed, ...] = ()
    if area is not None and name in opening.closures.ids:
        after = opening.closures
        cut = severed(
            app, session, area, before=after.remove(name), after=after, with_incidents=False
        )
    flow: list[Reached] = []
    if scene.line is not None:
        own = (scene.line.hazard_kind, scene.line.hazard_id)
        flow = [
            one
            for one in reached(session, actor, scene.line, now(session))
            if (one.thing.kind, one.thing.id) != own
        ]
    arriving = world.fleet.arrivals(opening.router, opening.closures, at, world.playing)
    forces = [
        Force(
            key=key,
            names={"zh": unit.name_zh, "en": unit.name_en},
            capabilities=row.capabilities,
            minute=time.of("order") / 60,
        )
        for key, time in arriving.items()
        for row, unit in [world.fleet.unit(key)]
    ]
    forces.sort(key=lambda one: (one.minute, one.key))
    return Consequences(
        scene=scene,
        contents=inside,
        cut_off=cut,
        flow=tuple(flow),
        forces=tuple(forces),
        never=len(world.playing) - len(forces),
        is_named=world.is_named,
    )


def place_told(place: Place, lang: str) -> dict[str, Json]:
    """A place as JSON carries it."""
    return {
        "kind": place.kind, "id": place.id, "name": place.name.in_(lang), "x": place.x,
        "y": place.y,
    }  # fmt: skip


def _thing(one: Thing, lang: str) -> dict[str, Json]:
    """A record without whom to call."""
    told = one.to_dict(lang)
    del told["calls"]
    return told


def simplified(area: BaseGeometry) -> BaseGeometry:
    """An area with as many corners as a page needs, lon/lat."""
    tolerance = 1e-5
    while shapely.get_num_coordinates(area) > CORNERS:
        area = shapely.simplify(area, tolerance)
        tolerance *= 2
    return area


def _hour(minute: float) -> int:
    """Hour in which a minute lies, from 1; on the hour belongs to the hour that ends."""
    return max(1, ceil(minute / 60))


def _flow_hours(flow: Iterable[Reached]) -> list[Json]:
    """Villages and people that the front reaches, hour by hour; None where nobody knows them."""
    by_hour: dict[int, list[Thing]] = defaultdict(list)
    for one in flow:
        if one.arrival_s is not None and one.thing.kind == VILLAGE:
            by_hour[_hour(one.arrival_s / 60)].append(one.thing)
    told: list[Json] = []
    for hour in sorted(by_hour):
        people: People = people_in(by_hour[hour])
        told.append(
            {
                "hour": hour,
                "villages": people.villages,
                "people": people.totals["population"].known,
            }
        )
    return told


def _force_hours(forces: Iterable[Force], lang: str) -> list[Json]:
    """How many are there by the end of each hour, by capability; the last row is all later ones."""
    arrived_in: dict[float, list[Force]] = defaultdict(list)
    for one in forces:
        within = _hour(one.minute)
        arrived_in[within if within <= MOST_HOURS else inf].append(one)
    told: list[Json] = []
    there: Counter[str] = Counter()
    total = 0
    for hour, arrived in sorted(arrived_in.items()):
        total += len(arrived)
        for one in arrived:
            there.update(one.capabilities)
        told.append(
            {
                "hour": None if hour == inf else int(hour),
                "units": total,
                "capabilities": [
                    {"code": code, "label": CAPABILITIES[code].in_(lang), "units": there[code]}
                    for code in CAPABILITIES
                    if there[code]
                ],
            }
        )
    return told
