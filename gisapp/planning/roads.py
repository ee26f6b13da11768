"""How much of the roads is reached in time inside areas, and which place of them last."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from gisapp.planning.coverage import CoverageStudy, Ground
from gisapp.registers import queries
from routing import Claims, Crews
from routing.stretches import drawn

Array = npt.NDArray[np.float64]


def road_claims(ground: Ground, study: CoverageStudy) -> Claims:
    """When the last of those due arrives at every place of every street, of all vehicles."""
    standard = study.standard
    crews = [
        Crews(
            resources=group.resources,
            profile=profile,
            posts=group.keys if standard.each_crew else group.posts,
        )
        for profile, group in ground.supply.groups.items()
    ]
    return ground.router.claims(crews, standard.due, closures=ground.closures)


def judge_roads(claims: Claims, areas: gpd.GeoDataFrame, *, limit_min: float) -> pd.DataFrame:
    """Judge areas by the roads inside, exactly: streets are cut at borders and where time ends.

    Parameters
    ----------
    areas
        EPSG:4326 polygons with `id`.

    Returns
    -------
    DataFrame
        In their order: `id`, `km` (all roads of the network inside), `km_covered` (what of them
        is reached in time), `share` (NaN where there are no roads), `km_unreached` (where nobody
        arrives, or not enough), and of the place that is reached last `worst_s`, `worst_x`,
        `worst_y` (NaN where none is reached).
    """
    shapes = areas.geometry.to_numpy()
    pieces = _Timed.of(claims)
    shapely.prepare(shapes)
    area, row = shapely.STRtree(pieces.lines).query(shapes, predicate="intersects")
    whole = shapely.covers(shapes[area], pieces.lines[row])
    inside = [(area[whole], row[whole], np.zeros(whole.sum()), np.ones(whole.sum()))]
    inside.append(_cut(pieces.lines, shapes, area[~whole], row[~whole]))
    area, row, low, high = (np.concatenate(column) for column in zip(*inside, strict=True))
    found = _summed(pieces, area, row, low, high, count=len(areas), limit_ms=limit_min * 60_000.0)
    found.insert(0, "id", areas["id"].to_numpy())
    return found


def roads_by_county(session: Session, claims: Claims, *, limit_min: float) -> pd.DataFrame:
    """Judge counties by their roads, as :func:`judge_roads` does.

    Returns
    -------
    DataFrame
        With `county` in the place of `id`: its code, None for the whole of a site without areas.
    """
    areas = queries.counties(session)
    if areas.empty:
        everywhere = shapely.box(-180.0, -90.0, 180.0, 90.0)
        areas = gpd.GeoDataFrame({"id": [None]}, geometry=[everywhere], crs="EPSG:4326")
    return judge_roads(claims, areas, limit_min=limit_min).rename(columns={"id": "county"})


class _Timed(NamedTuple):
    """All roads in straight pieces, lon/lat, with when each end is reached: infinite for never."""

    lines: np.ndarray
    metres: Array
    from_ms: Array
    to_ms: Array

    @classmethod
    def of(cls, claims: Claims) -> _Timed:
        parts, claim = claims.roads(np.inf)
        network = claims.network
        pieces = drawn(network, parts, lambda lonlat: lonlat)
        of = claim[pieces.part]
        known = of >= 0
        at, slope = (np.where(known, one[of], 0.0) for one in (claims.at_ms, claims.slope_ms))
        ends = (np.where(known, at + slope * one, np.inf) for one in (pieces.start, pieces.end))
        length = network.street_length[parts.street[pieces.part]]
        lines = np.asarray(shapely.linestrings(pieces.lines.reshape(-1, 2, 2)), dtype=object)
        return cls(lines, length * (pieces.end - pieces.start), *ends)


def _cut(
    lines: np.ndarray, shapes: np.ndarray, area: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray, Array, Array]:
    """What of pieces lies in areas: area, piece, and from where to where along the piece."""
    inside, pair = shapely.get_parts(
        shapely.intersection(lines[row], shapes[area]), return_index=True
    )
    kept = shapely.get_type_id(inside) == shapely.GeometryType.LINESTRING
    inside, pair = inside[kept], pair[kept]
    ends = [
        shapely.line_locate_point(lines[row[pair]], shapely.get_point(inside, end), normalized=True)
        for end in (0, -1)
    ]
    return area[pair], row[pair], np.minimum(*ends), np.maximum(*ends)


def _summed(
    pieces: _Timed,
    area: np.ndarray,
    row: np.ndarray,
    low: Array,
    high: Array,
    *,
    count: int,
    limit_ms: float,
) -> pd.DataFrame:
    first, last = pieces.from_ms[row], pieces.to_ms[row]
    reached = np.isfinite(first)
    first, last = (np.where(reached, one, 0.0) for one in (first, last))
    span = last - first
    begin, end = first + span * low, first + span * high
    km = pieces.metres[row] * (high - low) / 1000.0
    early, late = np.minimum(begin, end), np.maximum(begin, end)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(late > early, (limit_ms - early) / (late - early), limit_ms >= early)
    in_time = np.where(reached, np.clip(share, 0.0, 1.0), 0.0)
    found = pd.DataFrame({
        "km": np.bincount(area, km, minlength=count),
        "km_covered": np.bincount(area, km * in_time, minlength=count),
        "km_unreached": np.bincount(area, km * ~reached, minlength=count),
    })  # fmt: skip
    found.insert(2, "share", (found["km_covered"] / found["km"]).where(found["km"] > 0))
    order = np.lexsort((np.where(reached, late, -1.0), area))
    of, rows = np.unique(area[order][::-1], return_index=True)
    chosen = order[::-1][rows]
    known = reached[chosen]
    of, chosen = of[known], chosen[known]
    at = np.where(begin[chosen] > end[chosen], low[chosen], high[chosen])
    points = shapely.line_interpolate_point(pieces.lines[row[chosen]], at, normalized=True)
    for name, values in (
        ("worst_s", late[chosen] / 1000.0),
        ("worst_x", shapely.get_x(points)),
        ("worst_y", shapely.get_y(points)),
    ):
        column = np.full(count, np.nan)
        column[of] = values
        found[name] = column
    return found
