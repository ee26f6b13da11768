"""What a plan promises: who is where in which time, what a store delivers, what a road bears.

A promise names records of the registers, so that it can be held against what they say today.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator

from gisapp.drills.said import Said, one_of
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES, EQUIPMENT, VEHICLE_PROFILES
from gisapp.schema import Label

MOST_MIN: Final = 24 * 60
MOST_NUMBER: Final = 10**9

Key = Annotated[str, Field(pattern=r"^[a-z0-9-]{0,20}$")]
Id = Annotated[str, Field(min_length=1, max_length=100)]
Minutes = Annotated[float, Field(gt=0, le=MOST_MIN)]
Amount = Annotated[float, Field(gt=0, le=MOST_NUMBER)]
Count = Annotated[int, Field(ge=1, le=MOST_NUMBER)]
Clock = Literal["order", "drive"]
"""From the order on, with turnout; or driving time alone."""


class Keyed(Said):
    """A row of a table of a plan.

    Attributes
    ----------
    key
        Unique in the plan, kept from edition to edition: its history goes by it.
    """

    key: Key = ""


class Place(Said):
    """A record of a register with positions."""

    kind: str
    id: Id

    @field_validator("kind")
    @classmethod
    def _has_positions(cls, value: str) -> str:
        return one_of(value, [one.name for one in KINDS.values() if one.geometry == "POINT"])


class _Promised(Keyed):
    """What all promises have.

    Attributes
    ----------
    note
        The words of the plan.
    """

    note: Annotated[str, Field(max_length=500)] = ""


class Arrival(_Promised):
    """A team or one of its units is at a place in time.

    Attributes
    ----------
    who, who_kind
        Id in the register of teams or of units.
    within_min
        Minutes; on the minute itself is in time.
    """

    what: Literal["arrival"] = "arrival"
    who_kind: Literal["team", "unit"] = "team"
    who: Id
    to: Place
    within_min: Minutes
    clock: Clock = "order"


class Force(_Promised):
    """So many units that can do something are at a place in time, whichever they are."""

    what: Literal["force"] = "force"
    capability: str
    count: Count = 1
    to: Place
    within_min: Minutes
    clock: Clock = "order"

    @field_validator("capability")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return one_of(value, CAPABILITIES)


class Equipment(_Promised):
    """A team brings pieces of equipment."""

    what: Literal["equipment"] = "equipment"
    team: Id
    equipment: str
    count: Count = 1

    @field_validator("equipment")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return one_of(value, EQUIPMENT)


class Supply(_Promised):
    """A depot delivers goods.

    Attributes
    ----------
    item_code
        Seven digits of GB/T 38565-2020.
    """

    what: Literal["supply"] = "supply"
    depot: Id
    item_code: Annotated[str, Field(pattern=r"^\d{7}$")]
    quantity: Amount


class Shelter(_Promised):
    """A shelter holds people."""

    what: Literal["shelter"] = "shelter"
    shelter: Id
    people: Count


class Beds(_Promised):
    """A hospital has beds for the injured."""

    what: Literal["beds"] = "beds"
    hospital: Id
    beds: Count


class Road(_Promised):
    """A road is open from end to end to a kind of vehicle.

    Attributes
    ----------
    road
        Its name, as the road network has it.
    """

    what: Literal["road"] = "road"
    road: Id
    profile: str = "heavy"

    @field_validator("profile")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return one_of(value, VEHICLE_PROFILES)


Promise = Annotated[
    Arrival | Force | Equipment | Supply | Shelter | Beds | Road, Field(discriminator="what")
]

PROMISES: Final = {
    "arrival": Label("到场", "Arrival"),
    "force": Label("力量", "Force"),
    "equipment": Label("装备", "Equipment"),
    "supply": Label("物资", "Supplies"),
    "shelter": Label("安置", "Shelter"),
    "beds": Label("床位", "Beds"),
    "road": Label("通路", "Road"),
}


def records_named(promise: Promise) -> Iterator[tuple[str, str]]:
    """Register and id of every record that a promise names."""
    match promise:
        case Arrival():
            yield promise.who_kind, promise.who
            yield promise.to.kind, promise.to.id
        case Force():
            yield promise.to.kind, promise.to.id
        case Equipment():
            yield "team", promise.team
        case Supply():
            yield "depot", promise.depot
        case Shelter():
            yield "shelter", promise.shelter
        case Beds():
            yield "hospital", promise.hospital
        case Road():
            return
