"""What each post reaches first within given times, as areas, with who lives there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from pydantic import Field
from sqlalchemy.orm import Session

from gisapp.planning.coverage import Coverage, FirstStudy, Ground
from gisapp.planning.standards import MOST_MIN, in_time
from gisapp.planning.supply import Server, names_of_posts
from gisapp.schema import Label
from gisapp.schema.values import Json
from routing import AreaCheck, Crews, ServiceAreas, check_areas

MOST_TIMES: Final = 6
TOGETHER: Final = "all"
"""The key of everybody's area where it is not split."""
EVERYBODY: Final = Label("全部力量", "Everybody")
NEIGHBOURS_DEGREES: Final = 0.001
"""Areas nearer to each other than this have to be told apart by their hue."""
SHOWN_M: Final = 8.0
"""By this much the outlines of a page may be off."""
_METRE_DEGREES: Final = 1e-5
ASTRAY: Final = ("outside_km", "inside_km", "crossing_km")
"""Columns that count roads on the wrong side of an outline."""
_COLUMNS: Final = [
    "key", "name", "name_en", "minutes", "area_km2", "road_km", "places", "people",
    "x", "y", "hue", *ASTRAY,
]  # fmt: skip


class Split(StrEnum):
    """Whose areas are drawn."""

    POST = "post"
    ALL = "all"


SPLITS: Final[Mapping[str, Label]] = {
    Split.POST: Label("按驻地划分", "Split by post"),
    Split.ALL: Label("全部合并", "Everybody together"),
}


class AreaStudy(FirstStudy):
    """A question of service areas, whole: a coverage, and the times whose areas are drawn.

    Attributes
    ----------
    minutes
        By the clock of the standard; empty for its limit.
    split
        Whether each post has an area of its own.
    """

    minutes: tuple[Annotated[float, Field(gt=0, le=MOST_MIN, allow_inf_nan=False)], ...] = Field(
        default=(), max_length=MOST_TIMES
    )
    split: Split = Split.POST

    @property
    def times(self) -> list[float]:
        """The minutes asked for, rising, each once."""
        return sorted(set(self.minutes or (self.standard.limit_min,)))


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Service areas.

    Attributes
    ----------
    rows
        By post and minutes: `key` (of the post), `name`, `name_en`, `minutes`, `area_km2`,
        `road_km` (that it reaches first in time), `places` and `people` of the demand that it
        is the first at in time, `x`, `y` (lon/lat of the post, None for everybody), `hue` (a
        small number, different from that of areas beside it), and of the roads `outside_km`,
        `inside_km`, `crossing_km` that lie on the wrong side.
    shapes
        MultiPolygons of the rows, lon/lat; those of one time are apart from each other.
    """

    rows: pd.DataFrame
    shapes: np.ndarray


def find_areas(session: Session, ground: Ground, study: AreaStudy, coverage: Coverage) -> Drawn:
    """Draw service areas; of all vehicles the first to arrive counts.

    Parameters
    ----------
    coverage
        By the same study, to count places and people.
    """
    names = names_of_posts(session, ground.supply.servers)
    groups = ground.supply.groups
    crews = [
        Crews(
            resources=group.resources,
            profile=profile,
            posts=[_whose(one, study) for one in group.servers],
        )
        for profile, group in groups.items()
    ]
    found = ground.router.service_areas(crews, study.times, closures=ground.closures)
    hues = _hues(found)
    first = {one.post: one for one in reversed(ground.supply.servers)}
    served = _served(coverage, study)
    rows: list[dict[str, object]] = []
    shapes: list[shapely.Geometry] = []
    for area, check in zip(found.areas, check_areas(found), strict=True):
        post = str(area.post)
        places, people = served.get((post, area.minutes), (0, 0))
        rows.append(
            {
                **_called(post, first.get(post), names.get(post)),
                "minutes": area.minutes,
                "area_km2": area.area_km2,
                "road_km": float(area.road_km),
                "places": places,
                "people": people,
                "hue": hues[post],
                **_astray(check),
            }
        )
        shapes.append(area.geometry)
    drawn = np.empty(len(shapes), dtype=object)
    drawn[:] = shapes
    return Drawn(rows=pd.DataFrame(rows, columns=_COLUMNS), shapes=drawn)


def _called(post: str, server: Server | None, name: Label | None) -> dict[str, object]:
    if server is None:
        return {"key": post, "name": EVERYBODY.zh, "name_en": EVERYBODY.en, "x": None, "y": None}
    told = name or server.name
    return {"key": post, "name": told.zh, "name_en": told.en, "x": server.x, "y": server.y}


def _astray(check: AreaCheck) -> dict[str, object]:
    return {
        "outside_km": float(check.outside_km),
        "inside_km": float(check.inside_km),
        "crossing_km": float(check.outside_crossing_km + check.inside_crossing_km),
    }


def _whose(server: Server, study: AreaStudy) -> str:
    return server.post if study.split == Split.POST else TOGETHER


def _served(coverage: Coverage, study: AreaStudy) -> dict[tuple[str, float], tuple[int, int]]:
    """Places and people of which a post is the first in time, by post and minutes."""
    posts = {key: _whose(one, study) for key, one in coverage.servers.items()}
    places = coverage.places
    post, people = places["server"].map(posts), places["people"].fillna(0)
    served = {}
    for minutes in study.times:
        early = in_time(places["total_s"].to_numpy(), minutes)
        sums = people[early].groupby(post[early]).agg(["size", "sum"])
        for one in sums.itertuples():
            served[str(one.Index), minutes] = (int(one.size), round(float(one.sum)))
    return served


def _hues(found: ServiceAreas) -> dict[str, int]:
    """A small number for each post, different from that of every post beside it."""
    longest = {str(one.post): one.geometry for one in found.areas}  # of each the last is kept
    posts = list(longest)
    beside: nx.Graph[str] = nx.Graph()
    beside.add_nodes_from(posts)
    shapes = np.array(list(longest.values()), dtype=object)
    one, other = shapely.STRtree(shapes).query(
        shapes, predicate="dwithin", distance=NEIGHBOURS_DEGREES
    )
    beside.add_edges_from(
        (posts[a], posts[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b
    )
    return dict(nx.greedy_color(beside, strategy="DSATUR"))


def shown(shapes: np.ndarray) -> list[Json]:
    """Outlines for a page, coordinates of MultiPolygons: coarser, no longer exactly apart."""
    coarse = shapely.set_precision(
        shapely.simplify(shapes, SHOWN_M * _METRE_DEGREES), _METRE_DEGREES
    )
    return [_coordinates(one, 5) for one in coarse]


def exact(shapes: np.ndarray) -> list[Json]:
    """Outlines to a millimetre, coordinates of MultiPolygons."""
    return [_coordinates(one, 8) for one in shapes]


def _coordinates(shape: shapely.Geometry, digits: int) -> Json:
    return [
        [
            shapely.get_coordinates(ring).round(digits).tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(shape)
    ]
