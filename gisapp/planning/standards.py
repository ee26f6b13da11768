"""Standards of arrival, kept as data of the site: who has to be where within how many minutes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from gisapp.errors import InputError, SiteError
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES, TEAM_TYPES, VEHICLE_PROFILES
from gisapp.schema import Label
from gisapp.site import Site

MOST_MIN: Final = 24 * 60
MOST_DUE: Final = 8
TEAM: Final = "team"
"""Selects what can be sent: units, and the teams that have none."""
NAME: Final = "coverage"
"""Of the standards among the response standards of a site."""


class Clock(StrEnum):
    """What a limit is counted from."""

    DRIVE = "drive"
    ORDER = "order"


CLOCKS: Final[Mapping[str, Label]] = {
    Clock.DRIVE: Label("仅行车时间", "driving time only"),
    Clock.ORDER: Label("接令至到达（含出动准备）", "from the order, with turnout"),
}


class Selection(BaseModel):
    """Which resources serve.

    Attributes
    ----------
    kind
        ``team`` for what can be sent, else a register with positions, as ``depot``.
    capability
        That what is sent has.
    team_types, counties, ids
        Only these, where any are named. A unit is named by its own id or its owner's.
    ready_only
        Leaves out what is busy or out of service; a plan counts everybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = TEAM
    capability: str | None = None
    team_types: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    ready_only: bool = False

    @field_validator("kind")
    @classmethod
    def _has_positions(cls, value: str) -> str:
        return located_kind(value)

    @field_validator("capability")
    @classmethod
    def _can_be_asked(cls, value: str | None) -> str | None:
        return None if value is None else _one_of(value, CAPABILITIES)

    @field_validator("team_types")
    @classmethod
    def _are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_one_of(one, TEAM_TYPES) for one in value)


class Entry(BaseModel):
    """What a site keeps under a code among its response data.

    Attributes
    ----------
    code
        Short, unique among its kind.
    source
        The rule or the work that it rests on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(min_length=1, max_length=64)
    name: Label
    source: Label = Label("", "")


class Standard(Entry):
    """One standard of arrival.

    Attributes
    ----------
    resources
        Who has to arrive.
    demand
        What is to be covered: a code of :data:`gisapp.planning.demands.DEMANDS`.
    clock
        What the limit is counted from.
    limit_min
        Minutes; an arrival on the minute itself is in time.
    due
        How many have to arrive in time.
    each_crew
        Whether crews of one post count one by one; else a second due comes from another post.
    vehicle
        Profile by which everybody drives; None for the heaviest that each has.
    """

    resources: Selection
    demand: str = Field(min_length=1)
    clock: Clock
    limit_min: float = Field(gt=0, le=MOST_MIN, allow_inf_nan=False)
    due: int = Field(default=1, ge=1, le=MOST_DUE)
    each_crew: bool = False
    vehicle: str | None = None

    @field_validator("vehicle")
    @classmethod
    def _is_a_vehicle(cls, value: str | None) -> str | None:
        return None if value is None else vehicle_profile(value)


def in_time(total_s: npt.NDArray[np.float64], limit_min: float) -> npt.NDArray[np.bool_]:
    """Tell which arrivals are within a limit, to the millisecond: on the minute is in time."""
    return np.asarray(np.rint(total_s * 1000.0) <= round(limit_min * 60_000.0))


def standards_of(site: Site) -> dict[str, Standard]:
    """Read the standards of a site, ``[[response.coverage]]`` in its file, by code.

    Raises
    ------
    SiteError
        ``site.bad_entry``: every fault named.
    """
    return entries(site, NAME, Standard)


Kept = TypeVar("Kept", bound=Entry)


def entries(site: Site, name: str, model: type[Kept]) -> dict[str, Kept]:
    """Read ``[[response.NAME]]`` of a site, by code.

    Raises
    ------
    SiteError
        ``site.bad_response``: it is no list; ``site.bad_entry``: every fault of one named.
    """
    given = site.response.get(name, [])
    if not isinstance(given, list):
        raise SiteError("site.bad_response", name=name)
    found: dict[str, Kept] = {}
    for number, one in enumerate(given, start=1):
        try:
            entry = model.model_validate(one)
        except ValidationError as error:
            told = faults(error)
            raise SiteError("site.bad_entry", name=name, number=number, faults=told) from error
        if entry.code in found:
            twice = f"code: {entry.code} twice"
            raise SiteError("site.bad_entry", name=name, number=number, faults=twice)
        found[entry.code] = entry
    return found


def standard_of(site: Site, code: str) -> Standard:
    """Return one standard of a site.

    Raises
    ------
    InputError
        ``planning.unknown_standard``.
    SiteError
        ``site.bad_entry``.
    """
    known = standards_of(site)
    if code not in known:
        raise InputError("planning.unknown_standard", standard=code, known=", ".join(known) or "—")
    return known[code]


def faults(error: ValidationError) -> str:
    """Every fault of something given, with the field it is in."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    )


def located_kind(name: str) -> str:
    """Return the name of a register whose records have positions.

    Raises
    ------
    ValueError
        It is none.
    """
    return _one_of(name, [kind.name for kind in KINDS.values() if kind.geometry == "POINT"])


def vehicle_profile(name: str) -> str:
    """Return the name of a vehicle's profile.

    Raises
    ------
    ValueError
        It is none.
    """
    return _one_of(name, VEHICLE_PROFILES)


def _one_of(value: str, known: Collection[str]) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return value
