"""Places of a file, taken in once: to be covered, or to be candidates for new posts."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from gisapp.clock import now
from gisapp.errors import InputError, UnknownRecordError
from gisapp.events.steps import Step
from gisapp.planning.changes import MOST_ID, MOST_NAME
from gisapp.planning.feature_files import (
    IDS,
    NAMES,
    column_of,
    faulty,
    features_of,
    features_of_geojson,
    too_many,
)
from gisapp.planning.models import PlanningLayer
from gisapp.planning.naming import plain_name
from gisapp.registers.retirement import put_away
from gisapp.rights import Actor, Right
from gisapp.schema import Label

KIND: Final = "planning_layer"
CODE: Final = "planning.bad_layer"
PREFIX: Final = "layer:"
"""Before the id of a layer where a demand is named."""
MOST_PLACES: Final = 50_000
MOST_YEAR: Final = 9999
_ENGLISH: Final = ("name_en", "英文名称")
_PEOPLE: Final = ("people", "population", "人数", "人口")
_DIMENSIONS: Final = frozenset({0, 2})


def read_places(source: Path | Mapping[str, Any], *, name: str) -> gpd.GeoDataFrame:
    """Read places: points or polygons.

    Parameters
    ----------
    source
        A file in any format that GDAL reads, or a GeoJSON as a browser sends it.
    name
        By which a fault names it.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, columns `id`, `name`, `name_en`, `people` (NaN where it is not told). Ids are
        taken from a column ``id``, ``code``, ``编号`` or ``代码``, else features are numbered;
        people from ``people``, ``population``, ``人数`` or ``人口``.

    Raises
    ------
    InputError
        ``planning.bad_layer``: everything that is wrong, the first features of each fault named.
    """
    if isinstance(source, Path):
        frame = features_of(source, code=CODE)
    else:
        frame = features_of_geojson(source, name=name, code=CODE)
    shapes = frame.geometry.to_numpy()
    ids = column_of(frame, IDS)
    texts = pd.Series(np.arange(1, len(frame) + 1)).astype(str) if ids is None else _texts(ids)
    people = column_of(frame, _PEOPLE)
    counts = pd.Series(np.nan, index=frame.index) if people is None else pd.to_numeric(
        people, errors="coerce"
    )  # fmt: skip
    odd = np.array([one is None or one.is_empty or not one.is_valid for one in shapes])
    odd |= ~np.isin(shapely.get_dimensions(shapes), list(_DIMENSIONS))
    bounds = shapely.bounds(shapes)
    off = ~odd & (np.abs(bounds) > [180, 90, 180, 90]).any(axis=1)
    wrong = np.zeros(len(frame), dtype=np.bool_)
    if people is not None:
        wrong = (people.notna() & (counts.isna() | (counts < 0))).to_numpy()
    faults = [
        Label(f"{zh}：第 {rows} 个", f"{en}: number {rows}")
        for flags, zh, en in (
            (odd, "要素不是有效的点或面", "features that are no valid point or polygon"),
            (off, "坐标超出经纬度范围", "features off the globe"),
            (texts.duplicated().to_numpy(), "编号重复", "ids that are there twice"),
            ((texts.str.len() > MOST_ID).to_numpy(), "编号过长", "ids that are too long"),
            (wrong, "人数不是非负数", "people that are no number of 0 or more"),
        )
        if (rows := _first(flags))
    ]
    if len(frame) > MOST_PLACES:
        faults.append(too_many(len(frame), MOST_PLACES))
    if faults:
        raise faulty(name, faults, code=CODE)
    named = column_of(frame, NAMES)
    english = column_of(frame, _ENGLISH)
    return gpd.GeoDataFrame(
        {
            "id": texts.to_numpy(),
            "name": (texts if named is None else _texts(named)).str[:MOST_NAME].to_numpy(),
            "name_en": "" if english is None else _texts(english).str[:MOST_NAME].to_numpy(),
            "people": counts.to_numpy(dtype=np.float64),
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def take_in(
    session: Session,
    actor: Actor,
    places: gpd.GeoDataFrame,
    *,
    name: str,
    source: str = "",
    year: int | None = None,
) -> PlanningLayer:
    """Keep places under a name.

    Parameters
    ----------
    session
        A writing session.
    actor
        Needs the right to plan.
    places
        As :func:`read_places` gives them.
    source, year
        Where the data are from, and of which year; told with every result.

    Raises
    ------
    ForbiddenError
    InputError
        ``scenario.bad_name``, ``planning.bad_year``.
    """
    actor.require(Right.PLAN)
    if year is not None and not 0 < year <= MOST_YEAR:
        raise InputError("planning.bad_year", year=year)
    content = places.to_json(drop_id=True, ensure_ascii=False).encode()
    row = PlanningLayer(id=f"L{secrets.token_hex(4)}", made_at=now(session), made_by=actor.who)
    row.content = gzip.compress(content, mtime=0)
    step = Step(session, row, actor=actor, right=Right.PLAN, kind=KIND, subject_id=row.id)
    step.store(
        {
            "name": plain_name(name),
            "source": source.strip()[:MOST_NAME],
            "year": year,
            "places": len(places),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
        what="insert",
    )
    return row


def retire_layer(session: Session, actor: Actor, layer_id: str) -> None:
    """Put a layer away; what rests on it stays as it is.

    Raises
    ------
    ForbiddenError
    UnknownRecordError
        ``planning.unknown_layer``.
    """
    actor.require(Right.PLAN)
    row = find_layer(session, layer_id)
    step = Step(session, row, actor=actor, right=Right.PLAN, kind=KIND, subject_id=row.id)
    step.store(put_away(actor.who, at=now(session)), what="retire")


def layers(session: Session) -> list[PlanningLayer]:
    """Layers that were not put away, the newest first, without their content."""
    return list(
        session.scalars(
            select(PlanningLayer)
            .where(PlanningLayer.retired_at.is_(None))
            .order_by(PlanningLayer.fid.desc())
        )
    )


def find_layer(session: Session, layer_id: str, *, whole: bool = False) -> PlanningLayer:
    """Return a layer that was not put away.

    Parameters
    ----------
    whole
        With its places.

    Raises
    ------
    UnknownRecordError
        ``planning.unknown_layer``.
    """
    asked = select(PlanningLayer).where(
        PlanningLayer.id == layer_id, PlanningLayer.retired_at.is_(None)
    )
    row = session.scalar(asked.options(undefer(PlanningLayer.content)) if whole else asked)
    if row is None:
        raise UnknownRecordError("planning.unknown_layer", id=layer_id)
    return row


def places_of(row: PlanningLayer) -> gpd.GeoDataFrame:
    """Unpack the places of a layer, as :func:`read_places` gave them."""
    content: dict[str, Any] = json.loads(gzip.decompress(row.content))
    frame = gpd.GeoDataFrame.from_features(content["features"], crs="EPSG:4326")
    frame["people"] = frame["people"].astype("float64")
    return frame


def _texts(column: pd.Series) -> pd.Series:
    texts = column.astype("object").where(column.notna(), "").astype(str)
    return texts.str.replace(r"\.0$", "", regex=True).str.strip().reset_index(drop=True)


def _first(flags: npt.NDArray[np.bool_]) -> str:
    rows = (np.flatnonzero(flags)[:5] + 1).tolist()
    return ", ".join(map(str, rows)) + ("…" if np.sum(flags) > len(rows) else "")
