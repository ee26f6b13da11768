"""Who is covered by a standard, by whom, with what to spare, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy.orm import Session

from gisapp.clock import now
from gisapp.incidents.able import Context
from gisapp.incidents.closures import on_network, open_closures
from gisapp.incidents.standing import stands_of
from gisapp.planning.changes import Changes
from gisapp.planning.conditions import Conditions
from gisapp.planning.demands import Demand
from gisapp.planning.standards import Clock, Standard, in_time
from gisapp.planning.supply import Server, Supply, on_the_road, servers_of
from gisapp.planning.supposed import supposed_closures
from gisapp.rights import Actor, Right
from gisapp.schema import Label
from routing import Closures, Position, ResourceSet, Router


class CoverState(StrEnum):
    """Whether a place is covered, and why not."""

    COVERED = "covered"
    LATE = "late"
    CLOSED = "closed"
    LIMIT = "limit"
    NO_WAY = "no_way"
    TOO_FEW = "too_few"
    OFF_ROAD = "off_road"


STATES: Final[Mapping[str, Label]] = {
    CoverState.COVERED: Label("达标", "covered"),
    CoverState.LATE: Label("超时", "too late"),
    CoverState.CLOSED: Label("封路阻断", "cut off by a closure"),
    CoverState.LIMIT: Label("限重限高阻断", "cut off by limits of weight or height"),
    CoverState.NO_WAY: Label("无路可达", "no way there"),
    CoverState.TOO_FEW: Label("力量不足", "too few resources"),
    CoverState.OFF_ROAD: Label("远离道路", "too far from any road"),
}
"""In the order in which tables and legends list them."""


class CoverageStudy(BaseModel):
    """A question of coverage, whole: the same study on the same data gives the same answer.

    Attributes
    ----------
    standard
        By which is judged.
    closures
        Whether the closures in force are reckoned with.
    neighbours
        Whether resources beyond the site's border take part.
    conditions
        Of the roads; None for a free road.
    changes
        What is supposed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    standard: Standard
    closures: bool = True
    neighbours: bool = True
    conditions: Conditions | None = None
    changes: Changes = Changes()


class FirstStudy(CoverageStudy):
    """A question that counts the first to arrive."""

    @field_validator("standard")
    @classmethod
    def _counts_the_first(cls, value: Standard) -> Standard:
        if value.due > 1:
            raise ValueError("this question counts the first to arrive: due has to be 1")
        return value


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The answer to a study.

    Attributes
    ----------
    places
        As :class:`~gisapp.planning.demands.Demand` has them, and: `state` (a
        :class:`CoverState`), `total_s` (until the last of those due arrives, by the standard's
        clock, infinite where not enough do), `margin_s` (what is left of the limit, negative
        where it is exceeded), `server` (key of the first to arrive, None for none), `off_m`
        (metres from the road, NaN where there is none near).
    arrivals
        (D, due) keys of the first to arrive at each place, None where nobody else does.
    servers
        By key, all that took part.
    nowhere
        Those that stand too far from any road their vehicle may use.
    closures
        Ids of those reckoned with.
    at
        When it was asked.
    """

    study: CoverageStudy
    demand: Demand
    places: gpd.GeoDataFrame
    arrivals: Sequence[Sequence[str | None]]
    servers: Mapping[str, Server]
    nowhere: tuple[Server, ...]
    closures: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What studies of one moment stand on: roads, closures, who serves.

    Attributes
    ----------
    supply
        Everybody, neighbours as well.
    """

    router: Router
    closures: Closures
    supply: Supply
    max_snap_m: float
    at: datetime


def ground_of(app: Context, session: Session, actor: Actor, study: CoverageStudy) -> Ground:
    """Gather what a study stands on.

    Raises
    ------
    ForbiddenError
    InputError
        As :func:`gisapp.planning.supply.servers_of`.
    SiteError
        No roads were imported yet.
    """
    actor.require(Right.VIEW)
    router = app.router if study.conditions is None else study.conditions.on(app.router)
    in_force = open_closures(session) if study.closures else []
    closures = supposed_closures(session, study.changes, on_network(router, in_force))
    servers = servers_of(app, session, study.standard, study.changes)
    if not study.neighbours:
        servers = [one for one in servers if not one.is_neighbour]
    return Ground(
        router=router,
        closures=closures,
        supply=on_the_road(
            router, servers, clock=study.standard.clock, max_snap_m=app.settings.max_snap_m
        ),
        max_snap_m=app.settings.max_snap_m,
        at=now(session),
    )


def cover(ground: Ground, study: CoverageStudy, demand: Demand) -> Coverage:
    """Judge every place of a demand by the standard of a study.

    It costs one search for each vehicle and `due`, however many places there are, and for those
    that nobody reaches two more that say why.

    Parameters
    ----------
    ground
        Of the same study.
    """
    due = study.standard.due
    spots = spots_of(ground, shapely.get_coordinates(demand.places.geometry))
    found = first_due(ground.router, ground.closures, study.standard, ground.supply, spots)
    total_s = found.total_s[:, due - 1]
    off_m = np.array([np.nan if at is None else at.side_distance_m for at in spots.any_profile()])
    state = np.full(len(total_s), CoverState.LATE.value, dtype=object)
    state[in_time(total_s, study.standard.limit_min)] = CoverState.COVERED
    unreached = np.flatnonzero(np.isinf(total_s))
    state[unreached] = _why(ground, study, spots, unreached)
    state[np.isnan(off_m)] = CoverState.OFF_ROAD
    places = demand.places.copy()
    places["state"] = state
    places["total_s"] = total_s
    places["margin_s"] = study.standard.limit_min * 60.0 - total_s
    places["server"] = [row[0] for row in found.keys]
    places["off_m"] = off_m
    return Coverage(
        study=study,
        demand=demand,
        places=places,
        arrivals=found.keys,
        servers={one.key: one for one in ground.supply.servers},
        nowhere=ground.supply.nowhere,
        closures=tuple(ground.closures.ids),
        at=ground.at,
    )


@dataclass(frozen=True, kw_only=True)
class Spots:
    """Where on the road the places of a demand are, for each vehicle."""

    by_profile: Mapping[str, list[Position | None]]

    def any_profile(self) -> list[Position | None]:
        """The nearest of all vehicles, for each place."""
        return [
            min(known, key=lambda at: at.side_distance_m) if known else None
            for known in (
                [at for at in row if at is not None]
                for row in zip(*self.by_profile.values(), strict=True)
            )
        ]


@dataclass(frozen=True, kw_only=True)
class FirstDue:
    """The first of all vehicles: (D, due) seconds, and keys of who it is."""

    total_s: npt.NDArray[np.float64]
    keys: list[list[str | None]]


def arrivals_at(
    ground: Ground, study: CoverageStudy, points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Seconds until the last of those due arrives at points.

    Parameters
    ----------
    points : (n, 2)
        Lon/lat, EPSG:4326.

    Returns
    -------
    (n,) float64
        By the standard's clock; infinite where not enough arrive or no road is near.
    """
    spots = spots_of(ground, points)
    found = first_due(ground.router, ground.closures, study.standard, ground.supply, spots)
    return found.total_s[:, study.standard.due - 1]


def arrival_table(
    ground: Ground, points: Sequence[tuple[float, float]], packed: ResourceSet, profile: str
) -> npt.NDArray[np.float64]:
    """Seconds until each resource arrives at each point.

    Parameters
    ----------
    points
        Lon/lat, EPSG:4326.

    Returns
    -------
    (points, resources) float64
        Infinite where it does not arrive or no road is near.
    """
    at = stands_of(ground.router, points, max_distance_m=ground.max_snap_m, profile=profile)
    rows = [row for row, spot in enumerate(at) if spot is not None]
    seconds = np.full((len(points), len(packed)), np.inf)
    searches = ground.router.searches(most_bytes=0)
    places = [spot for spot in at if spot is not None]
    seconds[rows] = searches.times(
        places, packed, profile=profile, closures=ground.closures
    ).total_s
    return seconds


def spots_of(ground: Ground, points: npt.NDArray[np.float64]) -> Spots:
    """Find where vehicles come to points, (n, 2) lon/lat."""
    at = [(x, y) for x, y in points.tolist()]
    profiles = list(ground.supply.groups) or ["light"]
    return Spots(
        by_profile={
            profile: stands_of(ground.router, at, max_distance_m=ground.max_snap_m, profile=profile)
            for profile in profiles
        }
    )


def first_due(
    router: Router,
    closures: Closures | None,
    standard: Standard,
    supply: Supply,
    spots: Spots,
) -> FirstDue:
    """The first of all vehicles at every place, one for each post unless crews count."""
    due = standard.due
    count = len(next(iter(spots.by_profile.values())))
    offers = []
    for profile, group in supply.groups.items():
        names = np.array(group.keys, dtype=object)
        posts = np.array(group.keys if standard.each_crew else group.posts, dtype=object)
        found = router.cover(
            group.resources, due, posts=posts.tolist(), profile=profile, closures=closures
        )
        standing = spots.by_profile[profile]
        rows = np.flatnonzero([at is not None for at in standing])
        first = found.at([at for at in standing if at is not None])
        known = first.resource >= 0
        offers.append(
            pd.DataFrame(
                {
                    "row": np.broadcast_to(rows[:, None], known.shape)[known],
                    "total_s": first.total_s[known],
                    "key": names[first.resource[known]],
                    "post": posts[first.resource[known]],
                }
            )
        )
    total_s = np.full((count, due), np.inf)
    keys: list[list[str | None]] = [[None] * due for _ in range(count)]
    if offers:
        merged = pd.concat(offers).sort_values(["row", "total_s", "key"], kind="stable")
        merged = merged.drop_duplicates(["row", "post"])
        merged["rank"] = merged.groupby("row").cumcount()
        kept = merged[merged["rank"] < due]
        named = ("row", "rank", "total_s", "key")
        for row, rank, total, key in zip(*(kept[name].tolist() for name in named), strict=True):
            total_s[row, rank] = total
            keys[row][rank] = key
    return FirstDue(total_s=total_s, keys=keys)


def _why(ground: Ground, study: CoverageStudy, spots: Spots, rows: np.ndarray) -> list[CoverState]:
    """Why places are not reached at all."""
    if not len(rows):
        return []
    standard, servers = study.standard, ground.supply.servers
    there = {one.key if standard.each_crew else one.post for one in servers}
    if len(there) < standard.due:
        return [CoverState.TOO_FEW] * len(rows)
    asked = Spots(
        by_profile={
            profile: [standing[row] for row in rows.tolist()]
            for profile, standing in spots.by_profile.items()
        }
    )
    open_s = first_due(ground.router, None, standard, ground.supply, asked).total_s[:, -1]
    light = on_the_road(
        ground.router,
        [replace(one, profile="light") for one in servers],
        clock=Clock.DRIVE,
        max_snap_m=ground.max_snap_m,
    )
    places = asked.any_profile()
    nearby = Spots(by_profile={"light": places})
    light_s = first_due(ground.router, None, standard, light, nearby).total_s[:, -1]
    return [
        CoverState.CLOSED
        if np.isfinite(one)
        else CoverState.LIMIT
        if np.isfinite(other)
        else CoverState.NO_WAY
        for one, other in zip(open_s, light_s, strict=True)
    ]
