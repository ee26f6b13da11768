"""What a drill plays: the situation it begins with, and its master scenario events list (MSEL).

An inject is what the controllers tell the players, by a channel, at a time; what it does to the
world played - roads, teams, casualties, communications, weather - is its effects. The words are
those of the Homeland Security Exercise and Evaluation Program (HSEEP, 2020: inject, contingency
inject, controller, evaluator); minutes count from the start of the drill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from shapely import Polygon

from gisapp.drills.design.arrangements import Arrangements
from gisapp.drills.design.vocabulary import CHANNELS, STATES, Source
from gisapp.drills.said import Said, faults_of, one_of
from gisapp.errors import InputError
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from gisapp.incidents.surroundings.footprints import LEAST_M, MOST_M, area_from_geojson
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.schema.values import Json

MOST_INJECTS: Final = 300
MOST_NEEDS: Final = 30
MOST_EFFECTS: Final = 10
MOST_DAYS_MIN: Final = 14 * 24 * 60
"""A drill takes no longer."""
MOST_UNITS: Final = 50

_Line = Annotated[str, Field(max_length=200)]
_Text = Annotated[str, Field(max_length=2_000)]
_Minute = Annotated[float, Field(ge=0, le=MOST_DAYS_MIN, allow_inf_nan=False)]
_Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
_Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
_People = Annotated[int, Field(ge=0, le=10**7)]
_Radius = Annotated[float, Field(ge=LEAST_M, le=MOST_M, allow_inf_nan=False)]
_Objective = Annotated[int, Field(ge=1, le=300)]
Address = Annotated[str, Field(pattern=r"^(headquarters|team|unit|account)/.{1,100}$")]
"""Who is told, or cut off: a participant by kind and id."""


class Spot(Said):
    """A place: a record of a register with positions, or a point, lon/lat EPSG:4326."""

    kind: Annotated[str, Field(max_length=40)] = ""
    id: Annotated[str, Field(max_length=100)] = ""
    x: _Lon | None = None
    y: _Lat | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Spot:
        is_point = self.x is not None and self.y is not None
        if bool(self.kind and self.id) == is_point:
            raise ValueError("kind + id | x + y")
        if self.kind:
            one_of(self.kind, [one.name for one in KINDS.values() if one.geometry == "POINT"])
        return self


class Want(Said):
    """So many units that can do something."""

    capability: str
    count: Annotated[int, Field(ge=1, le=MOST_UNITS)] = 1

    @field_validator("capability")
    @classmethod
    def _is_known(cls, value: str) -> str:
        return one_of(value, CAPABILITIES)


class Need(Said):
    """A place where people wait for help, and what they wait for.

    Attributes
    ----------
    name
        What it is called; empty for the name of the record.
    people
        Who are reached when the last unit wanted is there.
    objective
        Number of the drill's objective, from 1, whose limit counts here; None for none.
    """

    name: _Line = ""
    at: Spot
    wants: Annotated[tuple[Want, ...], Field(min_length=1, max_length=10)]
    people: _People = 0
    objective: _Objective | None = None

    @field_validator("wants")
    @classmethod
    def _once_each(cls, value: tuple[Want, ...]) -> tuple[Want, ...]:
        if len({one.capability for one in value}) < len(value):
            raise ValueError("capability")
        return value


class Casualties(Said):
    """People, as the first report has them or as an inject adds them."""

    dead: _People = 0
    missing: _People = 0
    trapped: _People = 0
    injured: _People = 0


class Extent(Said):
    """How far the scenario reaches.

    Attributes
    ----------
    how
        A key of :data:`~gisapp.drills.design.vocabulary.EXTENTS`.
    distance_m
        Of ``distance``, around the point.
    until_min
        Of ``line``: minutes after the breach, at the speed stated; None for the whole line.
    area
        Of ``area``: GeoJSON polygon, EPSG:4326.
    closes_roads
        Whether the roads in it are closed; bridges and tunnels stay open but those named.
    closed_structures
        Ways of bridges and tunnels that are closed too.
    """

    how: Literal["none", "distance", "line", "area", "incident"] = "none"
    distance_m: _Radius | None = None
    until_min: Annotated[float, Field(gt=0, le=MOST_DAYS_MIN)] | None = None
    area: dict[str, Any] | None = None
    closes_roads: bool = True
    closed_structures: Annotated[tuple[int, ...], Field(max_length=500)] = ()

    @model_validator(mode="after")
    def _has_measure(self) -> Extent:
        if self.how == "distance" and self.distance_m is None:
            raise ValueError("distance_m")
        if self.how == "area":
            _require_area(self.area)
        return self

    def polygon(self) -> Polygon:
        """The area drawn."""
        return area_from_geojson(self.area)


class Scenario(Said):
    """The situation that a drill begins with.

    Attributes
    ----------
    source
        What it is built from.
    at
        The hazard, or the point; None of a past incident, which has a point of its own.
    incident
        Number of the past incident: its kind, point, figures and footprints are taken, nobody's
        name, number or words.
    kind
        Kind of event.
    story
        What the players are told at the start.
    weather
        Code of the site's conditions of roads; empty for none.
    needs
        Places where help is needed from the first minute on.
    """

    source: Source = Source.POINT
    at: Spot | None = None
    incident: Annotated[str, Field(max_length=40)] = ""
    kind: str = ""
    story: Annotated[str, Field(max_length=10_000)] = ""
    weather: Annotated[str, Field(max_length=40)] = ""
    casualties: Casualties = Casualties()
    extent: Extent = Extent()
    needs: Annotated[tuple[Need, ...], Field(max_length=MOST_NEEDS)] = ()

    @field_validator("kind")
    @classmethod
    def _is_kind(cls, value: str) -> str:
        return value and one_of(value, EVENT_KINDS)

    @model_validator(mode="after")
    def _has_place(self) -> Scenario:
        if self.source == Source.INCIDENT and not self.incident:
            raise ValueError("incident")
        if self.source == Source.HAZARD and (self.at is None or not self.at.kind):
            raise ValueError("at: kind + id")
        sources = {"incident": {Source.INCIDENT}, "line": {Source.INCIDENT, Source.HAZARD}}
        one_of(self.source, sources.get(self.extent.how, set(Source)))
        return self

    @property
    def has_place(self) -> bool:
        """Whether it is said where it happens."""
        return self.at is not None or bool(self.incident)


class Close(Said):
    """Roads are closed: all within a distance of a point, or in an area.

    Attributes
    ----------
    closed_structures
        Ways of bridges and tunnels that are closed, and no others; None closes all that there are.
    """

    what: Literal["close"] = "close"
    at: Spot | None = None
    radius_m: _Radius | None = None
    area: dict[str, Any] | None = None
    closed_structures: Annotated[tuple[int, ...], Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _has_area(self) -> Close:
        if self.area is not None:
            _require_area(self.area)
        elif self.at is None or self.radius_m is None:
            raise ValueError("area | at + radius_m")
        return self

    def polygon(self) -> Polygon | None:
        """The area drawn; None where it is a distance around a point."""
        return None if self.area is None else area_from_geojson(self.area)


class Disable(Said):
    """A team or unit can do nothing, for some minutes or to the end of the drill."""

    what: Literal["disable"] = "disable"
    kind: Literal["team", "unit"]
    id: Annotated[str, Field(min_length=1, max_length=100)]
    minutes: Annotated[float, Field(gt=0, le=MOST_DAYS_MIN)] | None = None


class Hurt(Casualties):
    """More people are dead, missing, trapped or injured."""

    what: Literal["casualties"] = "casualties"


class Comms(Said):
    """Some cannot be called, for some minutes or to the end of the drill."""

    what: Literal["comms"] = "comms"
    who: Annotated[tuple[Address, ...], Field(min_length=1, max_length=100)]
    minutes: Annotated[float, Field(gt=0, le=MOST_DAYS_MIN)] | None = None


class Weather(Said):
    """Other conditions hold on the roads; empty for those of every day."""

    what: Literal["weather"] = "weather"
    conditions: Annotated[str, Field(max_length=40)] = ""


class Untrue(Said):
    """What the inject says is not so."""

    what: Literal["false"] = "false"
    truth: Annotated[str, Field(min_length=1, max_length=500)]


class Further(Need):
    """Help is needed at a further place."""

    what: Literal["need"] = "need"


Effect = Annotated[
    Close | Disable | Hurt | Comms | Weather | Untrue | Further, Field(discriminator="what")
]


class At(Said):
    """An inject of the timeline."""

    how: Literal["at"] = "at"
    minute: _Minute


class Once(Said):
    """An inject that waits until something holds.

    Attributes
    ----------
    count
        How many units, reports, villages; of ``response`` the level, 4 the lowest.
    delay_min
        Minutes after it holds.
    expected_minute
        When the designer reckons with it: what it does is counted from then on where it is asked
        how hard the drill is.
    """

    how: Literal["state"] = "state"
    state: str
    count: Annotated[int, Field(ge=1, le=1_000)] = 1
    delay_min: _Minute = 0
    expected_minute: _Minute

    @field_validator("state")
    @classmethod
    def _is_state(cls, value: str) -> str:
        return one_of(value, STATES)


class Anytime(Said):
    """An inject outside the timeline: the controller plays it, or does not."""

    how: Literal["any"] = "any"


class Inject(Said):
    """Something that the controllers tell, or do to the world played.

    Attributes
    ----------
    key
        Unique in the list, kept when it is changed.
    title
        For the controllers; no player sees it.
    to
        Who is told; nobody where it only does something.
    sender
        Who seems to say it.
    text
        What the players are told, word by word.
    expected
        What they should do, for controllers and evaluators.
    objective
        Number of the drill's objective that it serves, from 1.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,20}$")] = ""
    title: Annotated[str, Field(min_length=1, max_length=200)]
    when: Annotated[At | Once | Anytime, Field(discriminator="how")]
    to: Annotated[tuple[Address, ...], Field(max_length=100)] = ()
    channel: str = "call"
    sender: _Line = ""
    text: _Text = ""
    effects: Annotated[tuple[Effect, ...], Field(max_length=MOST_EFFECTS)] = ()
    expected: _Text = ""
    objective: _Objective | None = None

    @field_validator("channel")
    @classmethod
    def _is_channel(cls, value: str) -> str:
        return one_of(value, CHANNELS)

    @property
    def minute(self) -> float | None:
        """When it is played, as far as the list says; None where the controller decides."""
        match self.when:
            case At(minute=minute) | Once(expected_minute=minute):
                return minute
        return None


class Script(Said):
    """Scenario and events list of a drill, with what is arranged around it.

    Attributes
    ----------
    arrangements
        Parts of them go into documents that players read.
    """

    scenario: Scenario = Scenario()
    injects: Annotated[tuple[Inject, ...], Field(max_length=MOST_INJECTS)] = ()
    arrangements: Arrangements = Arrangements()

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Script:
        counts = Counter(one.key for one in self.injects)
        twice = [key for key, count in counts.items() if count > 1]
        if twice:
            raise ValueError(f"key: {', '.join(twice)}")
        return self

    def in_order(self) -> list[Inject]:
        """The timeline in its order, then what the controller plays any time."""
        return sorted(self.injects, key=lambda one: (one.minute is None, one.minute or 0.0))

    def addresses(self) -> Iterator[str]:
        """All who are told, disabled or cut off, as ``kind/id``."""
        for inject in self.injects:
            yield from inject.to
            for effect in inject.effects:
                if isinstance(effect, Disable):
                    yield f"{effect.kind}/{effect.id}"
                elif isinstance(effect, Comms):
                    yield from effect.who

    def spots(self) -> Iterator[Spot]:
        """All places that are named."""
        if self.scenario.at is not None:
            yield self.scenario.at
        for need in self.scenario.needs:
            yield need.at
        for inject in self.injects:
            for effect in inject.effects:
                if isinstance(effect, Further | Close) and effect.at is not None:
                    yield effect.at


def script_of(given: Mapping[str, Json]) -> Script:
    """Read a script as JSON has it; injects without a key get one.

    Raises
    ------
    InputError
        ``drill.bad_script``, every fault named with where it is.
    """
    try:
        return Script.model_validate(with_keys(given))
    except ValidationError as error:
        told = faults_of(error)
        raise InputError("drill.bad_script", faults=told, count=error.error_count()) from error


def with_keys(given: Mapping[str, Json]) -> dict[str, Json]:
    """A script as JSON has it, its injects without a key given one."""
    injects = given.get("injects", [])
    if not isinstance(injects, list):
        return dict(given)
    taken = {one.get("key") for one in injects if isinstance(one, Mapping)}
    free = (key for number in range(1, 2 * MOST_INJECTS) if (key := f"i{number}") not in taken)
    return {
        **given,
        "injects": [
            {**one, "key": next(free, "")}
            if isinstance(one, Mapping) and not one.get("key")
            else one
            for one in injects
        ],
    }


def _require_area(area: object) -> None:
    """Refuse what is no area, as a validator does."""
    try:
        area_from_geojson(area)
    except InputError as error:
        raise ValueError("area") from error
