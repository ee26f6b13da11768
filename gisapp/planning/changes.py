"""What a plan supposes: posts added, moved or lost, roads closed or strengthened."""

from __future__ import annotations

from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from gisapp.incidents.closures import polygon_from_geojson
from gisapp.planning.standards import vehicle_profile
from gisapp.site.site import Latitude, Longitude
from routing import Closures

MOST_CHANGES: Final = 2_000
MOST_ID: Final = 200
MOST_NAME: Final = 200
MOST_TURNOUT_S: Final = 86_400


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Post(_Part):
    """A post that there is not yet.

    Attributes
    ----------
    id
        Unlike that of any other resource of the question.
    x, y
        Lon/lat, EPSG:4326.
    vehicle
        Profile of what it sends.
    """

    id: str = Field(min_length=1, max_length=MOST_ID)
    name: str = Field(default="", max_length=MOST_NAME)
    name_en: str = Field(default="", max_length=MOST_NAME)
    x: Longitude
    y: Latitude
    turnout_s: float = Field(default=0.0, ge=0, le=MOST_TURNOUT_S, allow_inf_nan=False)
    vehicle: str = "light"

    @field_validator("vehicle")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return vehicle_profile(value)


class Move(_Part):
    """A record and all that stands at it, put elsewhere.

    Attributes
    ----------
    id
        Of the team, hospital, depot ...
    """

    id: str = Field(min_length=1)
    x: Longitude
    y: Latitude


class Turnout(_Part):
    """Another turnout of a record and of all that stands at it."""

    id: str = Field(min_length=1)
    turnout_s: float = Field(ge=0, le=MOST_TURNOUT_S, allow_inf_nan=False)


class Changes(_Part):
    """What is supposed to be otherwise than it is.

    Attributes
    ----------
    lost
        Ids of records, and of units, that are no more.
    added, moved, turnouts
        See there; at most :data:`MOST_CHANGES` of each.
    closed
        GeoJSON polygons in EPSG:4326 whose roads are closed.
    closed_ways
        Ways of the road network that are closed from end to end, by the source's identifier.
    posts_layer, posts_turnout_s
        Id of a planning layer, each place of which is a post besides, with this turnout.
    closed_layer
        Id of a planning layer in whose areas the roads are closed.
    """

    lost: tuple[str, ...] = Field(default=(), max_length=MOST_CHANGES)
    added: tuple[Post, ...] = Field(default=(), max_length=MOST_CHANGES)
    moved: tuple[Move, ...] = Field(default=(), max_length=MOST_CHANGES)
    turnouts: tuple[Turnout, ...] = Field(default=(), max_length=MOST_CHANGES)
    closed: tuple[dict[str, JsonValue], ...] = Field(default=(), max_length=MOST_CHANGES)
    closed_ways: tuple[int, ...] = Field(default=(), max_length=MOST_CHANGES)
    posts_layer: str | None = None
    posts_turnout_s: float = Field(default=0.0, ge=0, le=MOST_TURNOUT_S, allow_inf_nan=False)
    closed_layer: str | None = None

    def closing(self, closures: Closures) -> Closures:
        """Return closures with those named here besides.

        Raises
        ------
        InputError
            As :func:`gisapp.incidents.closures.polygon_from_geojson`.
        routing.QueryError
        """
        for number, area in enumerate(self.closed):
            polygon = polygon_from_geojson(area)
            closures = closures.add(f"supposed area {number}", polygon=polygon)
        if self.closed_ways:
            network = closures.network
            streets = np.flatnonzero(np.isin(network.street_id, self.closed_ways))
            edges = network.street_edges[streets].ravel()
            closures = closures.add("supposed ways", edge_ids=edges[edges >= 0].tolist())
        return closures
