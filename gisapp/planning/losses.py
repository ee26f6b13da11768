"""What the loss of one costs: of each street, bridge, area, post or crew, the others staying."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.incidents.surroundings.road_names import class_of, street_name
from gisapp.planning.changes import MOST_CHANGES, MOST_ID, MOST_NAME
from gisapp.planning.coverage import FirstStudy, Ground, Spots, first_due, spots_of
from gisapp.planning.demands import Demand, frame_of, within_site
from gisapp.planning.standards import in_time
from gisapp.planning.supply import names_of_posts
from gisapp.planning.supposed import areas_of_layer
from gisapp.registers.kinds import KINDS
from gisapp.schema import Label
from routing import Fleet, Losses, ResourceSet, RoadNetwork
from routing.geometry import degree_lengths
from routing.pair_losses import PairLosses, lose_pairs
from routing.structures import structures

DRAWN: Final = 300
DRAWN_BY_COUNT: Final = 60
"""Losses whose roads are drawn: the first of the table, and the first by each of the counts."""
ALONG_M: Final = 10.0
"""How far from a line of another source the same road may lie. A default of ours."""
MOST_POINTS: Final = 500_000
_SHAPES: Final = frozenset({"Polygon", "MultiPolygon", "LineString", "MultiLineString"})
WEIGHED: Final = ("late", "isolated", "flooded", "beyond")
COUNTS: Final = (
    "added_s", *(f"{name}_people" for name in WEIGHED), *WEIGHED, "pairs", "ends",
)  # fmt: skip
"""Columns of a loss that count."""


class Each(StrEnum):
    """What is lost, one at a time."""

    STREET = "street"
    STRUCTURE = "structure"
    AREA = "area"
    PAIR = "pair"
    POST = "post"
    CREW = "crew"


EACH: Final = {
    Each.STREET: Label("每一路段（双向）", "Every street, both directions"),
    Each.STRUCTURE: Label("每座桥梁、隧道（含双幅）", "Every bridge and tunnel, both carriageways"),
    Each.AREA: Label("每一片区域内的道路", "The roads of each area"),
    Each.PAIR: Label("每两个路段同时", "Every two streets at once"),
    Each.POST: Label("每个驻地", "Every post"),
    Each.CREW: Label("每支力量", "Every crew"),
}
MOST_DRAWS: Final = 5_000
SUPPOSED: Final = Label("设想的站点", "Supposed post")
OF_ROADS: Final = frozenset({Each.STREET, Each.STRUCTURE, Each.AREA, Each.PAIR})


class Area(BaseModel):
    """An area whose roads are lost together: a landslide, what is flooded.

    Attributes
    ----------
    geometry
        GeoJSON, EPSG:4326: a polygon, whose roads are lost that it touches, or a line, along
        which those are lost that run by it for half of their length; or several of either.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=MOST_ID)
    name: str = Field(default="", max_length=MOST_NAME)
    geometry: dict[str, JsonValue]


class LossStudy(FirstStudy):
    """A question of losses, whole: a coverage, and what is lost one at a time.

    Attributes
    ----------
    each
        What is lost.
    areas
        For :attr:`Each.AREA`: each is lost by itself.
    layer
        Id of a planning layer whose areas are lost, in the place of `areas`.
    draws
        For :attr:`Each.PAIR`: how many first streets of two are drawn; more narrow the interval.
    """

    each: Each = Each.STREET
    draws: int = Field(default=60, ge=2, le=MOST_DRAWS)
    areas: tuple[Area, ...] = Field(default=(), max_length=MOST_CHANGES)
    layer: str | None = None

    @model_validator(mode="after")
    def _has_areas(self) -> Self:
        if (self.each == Each.AREA) != (bool(self.areas) or self.layer is not None):
            raise ValueError("areas, or a layer, are needed where each is area, and nowhere else")
        if self.areas and self.layer is not None:
            raise ValueError("areas are given by themselves or by a layer, not both")
        return self


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What each loss costs.

    Attributes
    ----------
    rows
        Those that cost anything, the gravest first: `key`, `name`, `name_en`, `kind`,
        `kind_en`, `county`, `x`, `y` (lon/lat of the middle of the longest street, or of the
        post), `length_m` and `way` (the source's number of that street; neither for posts and
        crews), `added_s` (times the people, or the places where nobody's people are known), of
        people and of places `late` (in time before, too late now), `isolated` (reached by
        nobody now), `flooded` (on the lost road itself), `beyond` (all of these that were in
        time before); for single streets `pairs` (of places
        between which no road is left) and `ends` (places cut off from more places).
    lines
        By key, the roads of those that are drawn, lon/lat.
    asked
        How many losses were reckoned.
    by_people
        Whether `added_s` counts people.
    pairs
        Of two losses at once: their sums over all pairs; `rows` are the worst that were seen.
    """

    rows: pd.DataFrame
    lines: dict[str, BaseGeometry]
    asked: int
    by_people: bool
    pairs: PairLosses | None = None


def find_losses(
    session: Session,
    ground: Ground,
    study: LossStudy,
    demand: Demand,
    *,
    seed: int = 0,
    tell: Callable[[], None] = lambda: None,
) -> Lost:
    """Reckon each loss exactly, one at a time.

    Roads cost one search and, for each of them, one among the junctions behind it. Posts and
    crews cost one search for who arrives second.

    Parameters
    ----------
    seed
        Of the draws among pairs.
    tell
        Called now and then; what it raises ends the work.

    Raises
    ------
    InputError
        ``planning.bad_area``; as :func:`gisapp.planning.supposed.areas_of_layer`.
    UnknownRecordError
        ``planning.unknown_layer``.
    """
    study = _with_areas(session, study)
    spots = spots_of(ground, shapely.get_coordinates(demand.places.geometry))
    people = demand.places["people"].fillna(0).to_numpy(dtype=np.float64)
    by_people = bool(people.sum())
    pairs: PairLosses | None = None
    if study.each in OF_ROADS:
        if study.each == Each.PAIR:
            pairs = lose_pairs(
                ground.router, _fleets(ground, spots), draws=study.draws, seed=seed,
                weights=people if by_people else None, limit_s=study.standard.limit_min * 60.0,
                closures=ground.closures, tell=lambda _done, _all: tell(),
            )  # fmt: skip
            groups = {
                f"pair/{one.street}+{one.other}": [one.street, one.other] for one in pairs.worst
            }
        else:
            groups = _groups(ground.router.network, study)
        rows = _roads_lost(ground, study, spots, people, groups=groups, tell=tell)
    else:
        groups = {}
        rows = _servers_lost(ground, study, spots, people)
    asked = len(rows) if pairs is None else pairs.pairs
    rows = rows[(rows[list(COUNTS)] > 0).any(axis=1)]
    ending = "_people" if by_people else ""
    rows = rows.sort_values(
        [f"beyond{ending}", f"isolated{ending}", "added_s", "key"],
        ascending=[False, False, False, True],
        kind="stable",
    ).reset_index(drop=True)
    drawn = _gravest(rows)
    network = ground.router.network
    return Lost(
        rows=_placed(
            session,
            _called_as_roads(network, study, rows, groups)
            if study.each in OF_ROADS
            else _called_as_servers(session, ground, study, rows),
        ),
        lines={
            key: shapely.line_merge(MultiLineString(list(network.street_lines[groups[key]])))
            for key in drawn
            if key in groups
        },
        asked=asked,
        by_people=by_people,
        pairs=pairs,
    )


def _with_areas(session: Session, study: LossStudy) -> LossStudy:
    """The study with the areas of its layer."""
    if study.layer is None:
        return study
    found = areas_of_layer(session, study.layer)
    areas = [
        Area(id=str(one.id), name=str(one.name), geometry=json.loads(shapely.to_geojson(shape)))
        for one, shape in zip(found.itertuples(), found.geometry, strict=True)
    ]
    return study.model_copy(update={"areas": tuple(areas), "layer": None})


def _groups(network: RoadNetwork, study: LossStudy) -> dict[str, list[int]]:
    """Streets that are lost together, by key."""
    if study.each == Each.STREET:
        return {f"street/{street}": [street] for street in range(network.street_count)}
    if study.each == Each.STRUCTURE:
        return {f"structure/{group[0]}": group for group in structures(network)}
    return {f"area/{area.id}": _streets_of(network, area) for area in study.areas}


def _streets_of(network: RoadNetwork, area: Area) -> list[int]:
    """Streets that an area takes away."""
    try:
        shape = shapely.geometry.shape(area.geometry)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise InputError("planning.bad_area", id=area.id) from error
    if not (_is_on_earth(shape) and shape.geom_type in _SHAPES):
        raise InputError("planning.bad_area", id=area.id)
    if shapely.get_dimensions(shape) == 2:
        found: list[int] = network.street_tree.query(shape, predicate="intersects").tolist()
        return sorted(found)
    lat = shapely.get_coordinates(shape)[:, 1].mean()
    lon_m, lat_m = degree_lengths(np.array([lat]))
    scale = np.array([lon_m[0], lat_m[0]])
    beside = shapely.buffer(shapely.transform(shape, lambda lonlat: lonlat * scale), ALONG_M)
    near = network.street_tree.query(shapely.transform(beside, lambda xy: xy / scale))
    lines = shapely.transform(network.street_lines[near], lambda lonlat: lonlat * scale)
    shapely.prepare(beside)
    inside_m = shapely.length(shapely.intersection(lines, beside))
    return sorted(near[inside_m >= shapely.length(lines) / 2].tolist())


def _is_on_earth(shape: BaseGeometry) -> bool:
    if shape.is_empty or not shape.is_valid or shapely.get_num_coordinates(shape) > MOST_POINTS:
        return False
    west, south, east, north = shape.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def _roads_lost(
    ground: Ground,
    study: LossStudy,
    spots: Spots,
    people: npt.NDArray[np.float64],
    *,
    groups: dict[str, list[int]],
    tell: Callable[[], None],
) -> pd.DataFrame:
    router = ground.router
    baseline = router.baseline(_fleets(ground, spots), closures=ground.closures)
    limit_s = study.standard.limit_min * 60.0
    streets = None if study.each == Each.STREET else list(groups.values())
    tell()
    of_people = baseline.without(streets, weights=people, limit_s=limit_s)
    tell()
    of_places = baseline.without(streets, limit_s=limit_s)
    pairs, ends = (np.zeros(len(groups), dtype=np.int64) for _ in range(2))
    if study.each == Each.STREET:
        there = [one for one in spots.any_profile() if one is not None]
        parted = router.disconnections(
            there, profile=_widest(ground.supply.groups), closures=ground.closures
        )
        pairs, ends = parted.pairs, parted.ends
    return _frame(list(groups), of_people, of_places, people).assign(pairs=pairs, ends=ends)


def _fleets(ground: Ground, spots: Spots) -> list[Fleet]:
    return [
        Fleet(group.resources, spots.by_profile[profile], profile)
        for profile, group in ground.supply.groups.items()
    ] or [Fleet(ResourceSet([]), spots.any_profile())]


def _widest(profiles: Collection[str]) -> str:
    """The vehicle that may use the most roads."""
    return "light" if "light" in profiles or not profiles else next(iter(profiles))


def _servers_lost(
    ground: Ground, study: LossStudy, spots: Spots, people: npt.NDArray[np.float64]
) -> pd.DataFrame:
    """Whoever is lost, the second to arrive takes the first one's places."""
    standard = study.standard.model_copy(update={"due": 2, "each_crew": study.each == Each.CREW})
    found = first_due(ground.router, ground.closures, standard, ground.supply, spots)
    owners = {
        one.key: one.key if study.each == Each.CREW else one.post for one in ground.supply.servers
    }
    keys = sorted(set(owners.values()))
    number = {key: row for row, key in enumerate(keys)}
    first = np.array([-1 if row[0] is None else number[owners[row[0]]] for row in found.keys])
    served = first >= 0
    before_s, after_s = found.total_s[served].T
    owner, weight = first[served], people[served]
    again = np.isfinite(after_s)
    late = again & in_time(before_s, standard.limit_min) & ~in_time(after_s, standard.limit_min)

    def summed(counted: npt.NDArray[np.float64]) -> Losses:
        longer = np.where(again, after_s - before_s, 0.0)
        beyond = in_time(before_s, standard.limit_min) & (late | ~again)
        columns = (
            counted * longer, counted * late, counted * ~again, np.zeros(len(owner)),
            counted * beyond, counted,
        )  # fmt: skip
        return Losses(
            *(np.bincount(owner, one, minlength=len(keys)).astype(float) for one in columns)
        )

    return _frame(keys, summed(weight), summed(np.ones(len(owner))), people).assign(pairs=0, ends=0)


def _frame(
    keys: list[str], of_people: Losses, of_places: Losses, people: npt.NDArray[np.float64]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": keys,
            "added_s": (of_people if people.sum() else of_places).added_s,
            **{f"{name}_people": getattr(of_people, name) for name in WEIGHED},
            **{name: getattr(of_places, name).astype(np.int64) for name in WEIGHED},
        }
    )


def _gravest(rows: pd.DataFrame) -> list[str]:
    """Keys of those whose roads are drawn."""
    chosen = list(rows["key"].head(DRAWN))
    for name in COUNTS:
        chosen += list(rows[rows[name] > 0].nlargest(DRAWN_BY_COUNT, name)["key"])
    return list(dict.fromkeys(chosen))


def _called_as_servers(
    session: Session, ground: Ground, study: LossStudy, rows: pd.DataFrame
) -> pd.DataFrame:
    """Say of each post or crew what it is and where."""
    servers = {
        one.key if study.each == Each.CREW else one.post: one
        for one in reversed(ground.supply.servers)
    }
    kinds = {name: kind.label for name, kind in KINDS.items()} | {"plan": SUPPOSED}
    names = names_of_posts(session, servers.values())
    told = []
    for key in rows["key"]:
        server = servers[key]
        kind = key.partition("/")[0] if key in names else server.kind
        told.append((*names.get(key, server.name), *kinds[kind], server.x, server.y))
    columns = ["name", "name_en", "kind", "kind_en", "x", "y"]
    frame = pd.DataFrame(told, columns=columns, index=rows.index)
    return rows.join(frame).assign(length_m=np.nan, way=None)


def _called_as_roads(
    network: RoadNetwork, study: LossStudy, rows: pd.DataFrame, groups: dict[str, list[int]]
) -> pd.DataFrame:
    """Say of each group of streets what and where the longest of them is."""
    streets = [groups[key] for key in rows["key"]]
    longest = [max(one, key=lambda street: network.street_length[street]) for one in streets]
    kinds = [class_of(network, street) for street in longest]
    if study.each == Each.AREA:
        areas = {f"area/{area.id}": area.name or area.id for area in study.areas}
        names = [Label(areas[key], areas[key]) for key in rows["key"]]
    elif study.each == Each.PAIR:
        names = [_both(network, one) for one in streets]
    else:
        names = [street_name(network, street) for street in longest]
    middles = shapely.get_coordinates(
        shapely.line_interpolate_point(network.street_lines[longest], 0.5, normalized=True)
    )
    return rows.assign(
        name=[one.zh for one in names],
        name_en=[one.en for one in names],
        kind=[one.zh for one in kinds],
        kind_en=[one.en for one in kinds],
        x=middles[:, 0].round(6),
        y=middles[:, 1].round(6),
        length_m=[round(float(network.street_length[one].sum()), 1) for one in streets],
        way=[int(network.street_id[street]) for street in longest],
    )


def _both(network: RoadNetwork, streets: list[int]) -> Label:
    one, other = (street_name(network, street) for street in streets)
    return Label(f"{one.zh} ＋ {other.zh}", f"{one.en} + {other.en}")


def _placed(session: Session, rows: pd.DataFrame) -> pd.DataFrame:
    """Say of each in which county it lies, None beyond the border."""
    points = [shapely.Point(x, y) for x, y in zip(rows["x"], rows["y"], strict=True)]
    lie = within_site(session, frame_of([{"id": key} for key in rows["key"]], points))
    county = rows["key"].map(lie.set_index("id")["county"])
    return rows.assign(county=county.where(county.notna(), None))
