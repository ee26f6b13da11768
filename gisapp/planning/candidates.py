"""Where new sites may be: records of a register, junctions of the roads, places that are given."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy.orm import Session

from gisapp.errors import InputError
from gisapp.planning.changes import MOST_ID, MOST_NAME
from gisapp.planning.layers import find_layer, places_of
from gisapp.planning.standards import located_kind
from gisapp.registers import queries
from gisapp.site.site import Latitude, Longitude
from routing import RoadNetwork

MOST_CANDIDATES: Final = 5_000
_HALVINGS: Final = 40


class Candidate(BaseModel):
    """A place where a new site may be.

    Attributes
    ----------
    id
        Unlike that of any other candidate.
    x, y
        Lon/lat, EPSG:4326.
    cost
        Of building it, in any unit, the same for all.
    capacity
        People that it can serve; None: as many as there are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=MOST_ID)
    name: str = Field(default="", max_length=MOST_NAME)
    name_en: str = Field(default="", max_length=MOST_NAME)
    x: Longitude
    y: Latitude
    cost: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    capacity: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class Candidates(BaseModel):
    """Which places may become sites; all that are named together.

    Attributes
    ----------
    kind
        Every record of a register with positions, as ``village``.
    counties
        Of the records and the junctions only those in these.
    layer
        Id of a layer of places that was taken in.
    junctions
        This many junctions of the roads, spread evenly over the site.
    given
        Places, with their cost and capacity where these are known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str | None = None
    counties: tuple[str, ...] = ()
    layer: str | None = None
    junctions: int = Field(default=0, ge=0, le=MOST_CANDIDATES)
    given: tuple[Candidate, ...] = Field(default=(), max_length=MOST_CANDIDATES)

    @field_validator("kind")
    @classmethod
    def _has_positions(cls, value: str | None) -> str | None:
        return None if value is None else located_kind(value)

    @model_validator(mode="after")
    def _are_some(self) -> Self:
        if not (self.kind or self.layer or self.junctions or self.given):
            raise ValueError("a register, a layer, a number of junctions or places are needed")
        ids = [one.id for one in self.given]
        if len(set(ids)) < len(ids):
            raise ValueError("two of the given places have the same id")
        return self


def candidates_of(session: Session, network: RoadNetwork, chosen: Candidates) -> list[Candidate]:
    """Gather the places that may become sites, by source and id.

    Raises
    ------
    InputError
        ``planning.no_candidates``, ``planning.many_candidates``.
    UnknownRecordError
        ``planning.unknown_layer``.
    """
    found = [
        *_of_register(session, chosen),
        *_of_layer(session, chosen),
        *_junctions(session, network, chosen),
        *chosen.given,
    ]
    if not found:
        raise InputError("planning.no_candidates")
    if len(found) > MOST_CANDIDATES:
        raise InputError("planning.many_candidates", count=len(found), most=MOST_CANDIDATES)
    return found


def _of_register(session: Session, chosen: Candidates) -> list[Candidate]:
    if chosen.kind is None:
        return []
    frame = queries.features(session, chosen.kind)
    if chosen.counties:
        frame = frame[frame["county"].isin(chosen.counties)]
    return [
        Candidate(
            id=f"{chosen.kind}/{row.id}",
            name=row.name[:MOST_NAME],
            name_en=(row.name_en or "")[:MOST_NAME],
            x=row.geometry.x,
            y=row.geometry.y,
        )
        for row in frame.sort_values("id").itertuples()
    ]


def _of_layer(session: Session, chosen: Candidates) -> list[Candidate]:
    if chosen.layer is None:
        return []
    frame = places_of(find_layer(session, chosen.layer, whole=True))
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    return [
        Candidate(
            id=f"{chosen.layer}/{row.id}",
            name=row.name,
            name_en=row.name_en,
            x=point.x,
            y=point.y,
        )
        for row, point in zip(frame.itertuples(index=False), points, strict=True)
    ]


def _junctions(session: Session, network: RoadNetwork, chosen: Candidates) -> list[Candidate]:
    """One junction for each square of a grid as fine as the number allows.

    The one nearest to the middle of all junctions in its square: where the roads are, not where
    the square happens to lie.
    """
    if not chosen.junctions:
        return []
    nodes = np.flatnonzero(network.node_component == 0)
    areas = queries.counties(session)
    if chosen.counties:
        areas = areas[areas["id"].isin(chosen.counties)]
    if len(areas):
        whole = shapely.union_all(areas.geometry.to_numpy())
        shapely.prepare(whole)
        nodes = nodes[shapely.contains_xy(whole, network.x[nodes], network.y[nodes])]
    if not len(nodes):
        return []
    frame = pd.DataFrame({"node": nodes, "x": network.x[nodes], "y": network.y[nodes]})
    flat = np.cos(np.radians(frame["y"].mean()))
    frame["east"], frame["north"] = frame["x"] * flat, frame["y"]
    side = max(np.ptp(frame["east"]), np.ptp(frame["north"]), 1e-6)
    fine, coarse = 0.0, 2.0 * float(side)
    for _ in range(_HALVINGS):
        middle = (fine + coarse) / 2
        if len(np.unique(_squares(frame, middle))) <= chosen.junctions:
            coarse = middle
        else:
            fine = middle
    square = _squares(frame, coarse)
    away = (
        frame[["east", "north"]] - frame.groupby(square)[["east", "north"]].transform("mean")
    ) ** 2
    nearest = away.sum(axis=1).groupby(square).idxmin()
    taken = frame.loc[sorted(nearest), "node"].to_numpy()
    return [
        Candidate(
            id=f"junction/{network.node_id[node]}",
            name=f"路口 {network.node_id[node]}",
            name_en=f"Junction {network.node_id[node]}",
            x=network.x[node],
            y=network.y[node],
        )
        for node in taken.tolist()
    ]


def _squares(frame: pd.DataFrame, side: float) -> npt.NDArray[np.int64]:
    """Number of each row's square."""
    at = frame[["east", "north"]].to_numpy(dtype=np.float64)
    column, row = ((at - at.min(axis=0)) // side).astype(np.int64).T
    return np.asarray(column * (row.max() + 1) + row)
