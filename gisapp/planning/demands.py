"""What is to be covered: people by township, records of a register, past incidents, a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.incidents.models import Incident
from gisapp.planning.layers import PREFIX, find_layer, places_of
from gisapp.registers import queries
from gisapp.registers.counties import county_names
from gisapp.registers.kinds import KINDS
from gisapp.schema import Label

POPULATION: Final = "population"
INCIDENTS: Final = "incident"
PEOPLE: Final[Mapping[str, str]] = {
    "crowded_place": "capacity",
    "geohazard": "people",
    "hospital": "beds",
    "mine": "workers",
    "shelter": "capacity",
    "village": "population",
}
"""Fields of the registers that say how many people are at a place."""
COLUMNS: Final = (
    "id", "name", "name_en", "county", "township", "people", "synthetic", "approximate",
)  # fmt: skip


def demands() -> dict[str, Label]:
    """What there is to cover, by code: a file comes besides, and roads are told with each."""
    registers = {
        name: kind.label
        for name, kind in KINDS.items()
        if kind.geometry == "POINT" and name != "place"
    }
    return {
        POPULATION: Label("乡镇人口", "People by township"),
        INCIDENTS: Label("历史事件", "Past incidents"),
        **registers,
    }


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Places to be covered.

    Attributes
    ----------
    places
        EPSG:4326 points, columns :data:`COLUMNS`: `people` is NaN where nobody knows, `county`
        and `township` are codes or None, `approximate` is True where the position is laid by
        hand or the figure shared out.
    notes
        Where figures and positions come from, and what is assumed.
    areas
        EPSG:4326 polygons by `id` of those places that are areas: for each a point inside is
        among the places.
    """

    code: str
    label: Label
    places: gpd.GeoDataFrame
    notes: tuple[Label, ...] = ()
    areas: gpd.GeoDataFrame | None = None


def demand_of(session: Session, code: str) -> Demand:
    """Read places to be covered.

    Parameters
    ----------
    code
        Of :func:`demands`, or of a layer with :data:`~gisapp.planning.layers.PREFIX`.

    Raises
    ------
    InputError
        ``planning.unknown_demand``; ``planning.no_places``: there are none.
    UnknownRecordError
        ``planning.unknown_layer``.
    """
    if code.startswith(PREFIX):
        return _of_layer(session, code)
    known = demands()
    if code not in known:
        raise InputError("planning.unknown_demand", demand=code, known=", ".join(known))
    if code == POPULATION:
        places, notes = _population(session)
    elif code == INCIDENTS:
        places, notes = _incidents(session), ()
    else:
        places, notes = _of_register(session, code), ()
    return _counted(session, code, known[code], places, notes)


def _counted(
    session: Session,
    code: str,
    label: Label,
    places: gpd.GeoDataFrame,
    notes: tuple[Label, ...],
) -> Demand:
    """Those inside the site, with a note of how many are not."""
    if places.empty:
        raise InputError("planning.no_places", demand_zh=label.zh, demand_en=label.en)
    inside = within_site(session, places)
    if left := len(places) - len(inside):
        notes += (
            Label(
                f"{left} 处位于辖区以外，不计入。",
                f"{left} places lie beyond the border and are not counted.",
            ),
        )
    return Demand(code=code, label=label, places=inside, notes=notes)


def _of_layer(session: Session, code: str) -> Demand:
    """Places of a file; of a polygon a point inside stands for it."""
    row = find_layer(session, code.removeprefix(PREFIX), whole=True)
    found = places_of(row)
    is_area = shapely.get_dimensions(found.geometry.to_numpy()) > 0
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "name": one.name,
            "name_en": one.name_en or one.name,
            "people": None if pd.isna(one.people) else float(one.people),
            "approximate": shapely.get_dimensions(one.geometry) > 0,
        }
        for one in found.itertuples(index=False)
    ]
    points = shapely.point_on_surface(found.geometry.to_numpy()).tolist()
    year = f"{row.year}" if row.year else None
    notes = [
        Label(
            f"图层：{row.name}（{row.source or '来源未注明'}，{year or '年份未注明'}）。",
            f"Layer: {row.name} ({row.source or 'source not stated'}, "
            f"{year or 'year not stated'}).",
        )
    ]
    if areas := int(is_area.sum()):
        notes.append(
            Label(
                f"{areas} 个面以面内一点判定是否达标，面内道路另计。",
                f"A point inside stands for each of {areas} areas; the roads inside are told"
                " besides.",
            )
        )
    label = Label(row.name, row.name)
    demand = _counted(session, code, label, frame_of(rows, points), tuple(notes))
    inside = found[is_area & found["id"].isin(demand.places["id"]).to_numpy()]
    return replace(demand, areas=inside if len(inside) else None)


def frame_of(rows: list[dict[str, object]], points: list[shapely.Point]) -> gpd.GeoDataFrame:
    """Make places of rows with :data:`COLUMNS`; what a row does not say is unknown."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    frame["people"] = frame["people"].astype("float64")
    for name in ("synthetic", "approximate"):
        frame[name] = frame[name].fillna(value=False).astype(bool)
    return gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")


def within_site(session: Session, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places inside the site, with the county and the township that they lie in.

    Township borders are seldom at hand: the nearest seat in the same county stands for them. A
    site without areas has no border.
    """
    areas = queries.counties(session)
    found = places.copy()
    if len(areas):
        point, area = shapely.STRtree(areas.geometry.to_numpy()).query(
            places.geometry.to_numpy(), predicate="intersects"
        )
        # On the border of two the first counts.
        rows, first = np.unique(point, return_index=True)
        found = found.iloc[rows].reset_index(drop=True)
        found["county"] = areas["id"].to_numpy()[area[first]]
    seats = _seats(session)
    nameless = found[found["township"].isna()]
    for county, rows_of in nameless.groupby("county").groups.items():
        near = seats[seats["code"].str[:6] == county]
        if len(near):
            at = shapely.get_coordinates(found.geometry.loc[rows_of].to_numpy())
            away = shapely.get_coordinates(near.geometry.to_numpy())[None] - at[:, None]
            away *= [np.cos(np.radians(at[:, 1].mean())), 1.0]
            nearest = (away**2).sum(axis=2).argmin(axis=1)
            found.loc[rows_of, "township"] = near["code"].to_numpy()[nearest]
    return found


def _seats(session: Session) -> gpd.GeoDataFrame:
    towns = queries.features(session, "place")
    return towns[(towns["kind"] == "town") & towns["code"].notna()].reset_index(drop=True)


def _population(session: Session) -> tuple[gpd.GeoDataFrame, tuple[Label, ...]]:
    """Townships with their people; where no figure is known, an equal share of the county's."""
    counties = set(queries.counties(session)["id"])
    everywhere = queries.features(session, "place")
    seats = everywhere[(everywhere["kind"] == "county") & everywhere["code"].isin(counties)]
    towns = _seats(session)
    towns = towns[towns["code"].str[:6].isin(counties)].reset_index(drop=True)
    county = towns["code"].str[:6]
    people = towns["population"].astype("float64")
    of_county = dict(zip(seats["code"], seats["population"].astype("float64"), strict=True))
    left = county.map(of_county) - people.fillna(0).groupby(county).transform("sum")
    unknown = people.isna().groupby(county).transform("sum")
    shared = people.isna()
    people = people.fillna((left / unknown.where(unknown > 0)).clip(lower=0))
    rows = [
        {
            "id": row.code,
            "name": row.name,
            "name_en": row.name_en or row.name,
            "county": row.code[:6],
            "township": row.code,
            "people": figure,
            "synthetic": bool(row.synthetic),
            "approximate": bool(row.synthetic) or by_share,
        }
        for row, figure, by_share in zip(towns.itertuples(), people, shared, strict=True)
    ]
    places = frame_of(rows, towns.geometry.tolist())
    sources = pd.concat([seats, towns[towns["population"].notna()]])
    return places, _population_notes(sources, shared=int(shared.sum()), towns=towns)


def _population_notes(
    sources: gpd.GeoDataFrame, *, shared: int, towns: gpd.GeoDataFrame
) -> tuple[Label, ...]:
    told = sorted(
        {
            (str(row.population_source or ""), row.population_year)
            for row in sources.fillna({"population_source": "", "population_year": 0}).itertuples()
        }
    )
    from_zh = "；".join(
        f"{source or '来源未注明'}（{f'{year} 年' if year else '年份未注明'}）"
        for source, year in told
    )
    from_en = "; ".join(
        f"{source or 'source not stated'} ({year or 'year not stated'})" for source, year in told
    )
    notes = [Label(f"人口数据：{from_zh}。", f"Population: {from_en}.")]
    if shared:
        notes.append(
            Label(
                f"{shared} 个乡镇没有人口数，按所在县（市、区）人口均分估算。",
                f"{shared} townships have no figure: each is given an equal share of its county's"
                " people.",
            )
        )
    if laid := int(towns["synthetic"].sum()):
        notes.append(
            Label(
                f"{len(towns)} 个乡镇中有 {laid} 个的位置为人工标定，非实测。",
                f"The positions of {laid} of the {len(towns)} townships are laid by hand, not"
                " surveyed.",
            )
        )
    return tuple(notes)


def _incidents(session: Session) -> gpd.GeoDataFrame:
    found = session.execute(
        select(
            Incident.id, Incident.title, Incident.title_en, Incident.county, Incident.x, Incident.y
        ).order_by(Incident.fid)
    ).all()
    rows: list[dict[str, object]] = [
        {
            "id": row.id,
            "name": row.title,
            "name_en": row.title_en or row.title,
            "county": row.county,
        }
        for row in found
    ]
    return frame_of(rows, [shapely.Point(row.x, row.y) for row in found])


def _of_register(session: Session, kind: str) -> gpd.GeoDataFrame:
    found = queries.features(session, kind)
    people = found[PEOPLE[kind]] if kind in PEOPLE else pd.Series(np.nan, index=found.index)
    township = found.get("township", pd.Series(None, index=found.index, dtype=object))
    rows: list[dict[str, object]] = [
        {
            "id": row.id,
            "name": row.name,
            "name_en": row.name_en or row.name,
            "county": row.county,
            "township": code or None,
            "people": None if pd.isna(number) else float(number),
            "synthetic": bool(row.synthetic),
        }
        for row, code, number in zip(found.itertuples(), township, people, strict=True)
    ]
    return frame_of(rows, found.geometry.tolist())


def area_names(session: Session, lang: str) -> dict[str, str]:
    """Names of counties and townships by code."""
    seats = _seats(session)
    names = seats["name"] if lang == "zh" else seats["name_en"].fillna(seats["name"])
    return {**dict(zip(seats["code"], names, strict=True)), **county_names(session, lang)}
