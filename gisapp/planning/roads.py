"""How much of the roads is reached in time: in each county, and inside any area."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from gisapp.planning.coverage import CoverageStudy, Ground, arrivals_at
from gisapp.planning.standards import in_time
from gisapp.registers import queries
from routing import RoadNetwork
from routing.geometry import degree_lengths

EVERY_M = 50.0
"""Roads inside an area are looked at in pieces of this length or less."""


def road_shares(ground: Ground, study: CoverageStudy) -> npt.NDArray[np.float64]:
    """Share of each street that as many as are due reach in time, 0 to 1.

    Of several vehicles the best counts, each by itself: a place that is due two and reached by
    one of each kind is not counted.
    """
    standard = study.standard
    shares = np.zeros(ground.router.network.street_count)
    for profile, group in ground.supply.groups.items():
        found = ground.router.cover(
            group.resources,
            standard.due,
            posts=group.keys if standard.each_crew else group.posts,
            profile=profile,
            closures=ground.closures,
            limit_s=standard.limit_min * 60.0,
        )
        reached = found.street_shares(standard.limit_min * 60.0, due=standard.due)
        shares = np.maximum(shares, reached)
    return shares


def roads_by_county(session: Session, ground: Ground, study: CoverageStudy) -> pd.DataFrame:
    """Roll kilometres of road up by county.

    Returns
    -------
    DataFrame
        `county` (code; None for the whole of a site without areas), `km`, `km_covered`,
        `share`. A street belongs to the county that the middle of its drawing lies in; those
        outside the site are left out.
    """
    network = ground.router.network
    shares = road_shares(ground, study)
    km = network.street_length / 1000.0
    areas = queries.counties(session)
    middle = shapely.line_interpolate_point(network.street_lines, 0.5, normalized=True)
    county = np.full(network.street_count, None, dtype=object)
    inside = np.ones(network.street_count, dtype=np.bool_)
    if len(areas):
        point, area = shapely.STRtree(areas.geometry.to_numpy()).query(
            middle, predicate="intersects"
        )
        inside[:] = False
        inside[point] = True
        county[point[::-1]] = areas["id"].to_numpy()[area[::-1]]
    frame = pd.DataFrame({"county": county, "km": km, "km_covered": km * shares})[inside]
    summed = frame.groupby("county", dropna=False, as_index=False).sum()
    summed["share"] = summed["km_covered"] / summed["km"]
    return summed


@dataclass(frozen=True, kw_only=True)
class AreaCover:
    """How an area is covered.

    Attributes
    ----------
    road_km, road_km_covered
        Roads inside that a vehicle of the study may use, and what of them is reached in time.
    worst_s
        Of the place on them that is reached last, infinite where one is not reached; NaN where
        there are no roads.
    worst_x, worst_y
        Where that is, lon/lat.
    """

    id: str
    road_km: float
    road_km_covered: float
    worst_s: float
    worst_x: float
    worst_y: float

    @property
    def share(self) -> float | None:
        """Of the roads, 0 to 1; None where there are none."""
        return self.road_km_covered / self.road_km if self.road_km else None


def cover_areas(ground: Ground, study: CoverageStudy, areas: gpd.GeoDataFrame) -> list[AreaCover]:
    """Judge areas by the roads inside, in pieces of at most :data:`EVERY_M`.

    Parameters
    ----------
    areas
        EPSG:4326 polygons with `id`.
    """
    network = ground.router.network
    found = []
    for area_id, shape in zip(areas["id"], areas.geometry, strict=True):
        points, metres = _pieces(network, shape)
        if not len(points):
            found.append(AreaCover(
                id=str(area_id), road_km=0.0, road_km_covered=0.0, worst_s=np.nan,
                worst_x=np.nan, worst_y=np.nan,
            ))  # fmt: skip
            continue
        total_s = arrivals_at(ground, study, points)
        last = int(np.argmax(total_s))
        covered = in_time(total_s, study.standard.limit_min)
        found.append(
            AreaCover(
                id=str(area_id),
                road_km=float(metres.sum()) / 1000.0,
                road_km_covered=float(metres[covered].sum()) / 1000.0,
                worst_s=float(total_s[last]),
                worst_x=float(points[last, 0]),
                worst_y=float(points[last, 1]),
            )
        )
    return found


def _pieces(
    network: RoadNetwork, shape: shapely.Geometry
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Middles (n, 2) lon/lat and metres (n,) of pieces of the roads inside an area."""
    streets = network.street_tree.query(shape, predicate="intersects")
    lines = shapely.get_parts(shapely.intersection(network.street_lines[np.sort(streets)], shape))
    lines = lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
    if not len(lines):
        return np.empty((0, 2)), np.empty(0)
    lon_m, lat_m = degree_lengths(np.array([shapely.centroid(shape).y]))
    scale = np.array([lon_m[0], lat_m[0]])
    metric = shapely.transform(lines, lambda lonlat: lonlat * scale)
    cut = shapely.segmentize(metric, EVERY_M)
    xy, owner = shapely.get_coordinates(cut, return_index=True)
    same = owner[1:] == owner[:-1]
    ends = xy[:-1][same], xy[1:][same]
    return (ends[0] + ends[1]) / 2 / scale, np.hypot(*(ends[1] - ends[0]).T)
