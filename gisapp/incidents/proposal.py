"""The answer to "who goes?", with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from shapely.geometry import mapping

from gisapp.incidents.closures import ClosureRecord
from gisapp.incidents.coordinates import Spot
from gisapp.incidents.whereabouts import Whereabouts
from gisapp.messages import translate
from gisapp.registers.vocabulary import VEHICLE_PROFILES
from gisapp.schema.values import Json
from routing import PROFILES, DoubtfulLimit, Route

MAIN_ROADS = 3
"""Names enough to tell a crew, or a duty officer on the phone, which way."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A unit, or an undivided team, as a proposal names it.

    Attributes
    ----------
    kind
        Its register, ``unit`` or ``team``.
    stands_at
        Register and id of the record at whose place it stands, as ``team/T1``.
    x, y
        Where it stands, lon/lat.
    profile
        The vehicle it would come with, a key of ``routing.PROFILES``.
    turnout_s
        Seconds from the order to rolling.
    unverified
        Its record is overdue by the register's rule, or was never verified.
    """

    id: str
    name_zh: str
    name_en: str
    team_type: str
    tier: str
    agency: str
    contact_phone: str
    x: float
    y: float
    profile: str
    turnout_s: float
    unverified: bool
    synthetic: bool
    kind: str
    stands_at: str

    @property
    def key(self) -> str:
        """What it is called among units and teams, whose ids may be alike."""
        return key_of(self.kind, self.id)

    def name(self, lang: str) -> str:
        """Its name in `lang`."""
        return self.name_zh if lang == "zh" else self.name_en


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A team that can go, and how.

    Attributes
    ----------
    rank
        1 is the first to arrive.
    travel_s, total_s
        Driving; turnout and driving.
    arrival_at
        Clock time of arrival were it ordered now.
    stops_short_m
        Metres of closed road left between where it must stop and the incident.
    side_distance_m
        Metres between the end of its drive, on a road its vehicle may use, and the incident.
    """

    rank: int
    team: Candidate
    travel_s: float
    total_s: float
    arrival_at: datetime
    stops_short_m: float
    side_distance_m: float
    route: Route


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A team that is not proposed, and why; `reason` completes ``dispatch.out.<reason>``."""

    team: Candidate
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """The reason as a sentence in `lang`."""
        return translate(f"dispatch.out.{self.reason}", lang, **self.params)


@dataclass(frozen=True, kw_only=True)
class HeldUp:
    """A team that only limits nobody can read keep away, or delay.

    Attributes
    ----------
    total_s
        Turnout and driving, were it let pass.
    total_now_s
        As things are; None where it does not arrive.
    stops_away
        As things are its vehicle must stop on another road than the incident's.
    limits
        What is to be confirmed, the first met first.
    """

    team: Candidate
    total_s: float
    total_now_s: float | None
    stops_away: bool
    limits: tuple[DoubtfulLimit, ...]

    def message(self, lang: str) -> str:
        """What would be gained, as a sentence in `lang`."""
        code = "stops_away" if self.stops_away else "late"
        if self.total_now_s is None:
            code = "cut_off"
        return translate(
            f"dispatch.held_up.{code}",
            lang,
            total_min=self.total_s / 60,
            now_min=(self.total_now_s or 0.0) / 60,
            limits="；".join(limit_text(one) for one in self.limits),
        )


def key_of(kind: str, record_id: str) -> str:
    """The id of a team; that of a unit with its register, for the ids of two may be alike."""
    return record_id if kind == "team" else f"{kind}:{record_id}"


def vehicle_params(profile: str) -> dict[str, object]:
    """What sentences about a vehicle are made with."""
    known, label = PROFILES[profile], VEHICLE_PROFILES[profile]
    return {
        "vehicle_zh": label.zh,
        "vehicle_en": label.en,
        "weight_t": known.weight_t,
        "height_m": known.height_m,
    }


def limit_text(limit: DoubtfulLimit) -> str:
    """A limit that cannot be read, as one line names it."""
    return f"{limit.name or '—'}（{limit.way_id}）{limit.text}"


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something the duty officer should know; `code` completes ``dispatch.warn.<code>``."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """The warning as a sentence in `lang`."""
        return translate(f"dispatch.warn.{self.code}", lang, **self.params)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Who goes to an incident, who does not, and why.

    Attributes
    ----------
    x, y
        The incident, lon/lat.
    road_x, road_y, side_distance_m
        Where it is reached on the road, and metres from there to the incident.
    need, vehicle, asked_k, limit_s
        What was asked for; `vehicle` is None where each team brings its heaviest.
    generated_at
        Timezone-aware, in the site's zone.
    closures
        In force when the question was asked.
    proposed
        At most `asked_k`, the first to arrive first.
    others
        How many more teams have the capability; :class:`Others` says why they do not go.
    held_up
        The teams that would be among the first, or come sooner, were a limit confirmed.
    outside
        The incident lies in none of the site's counties; the first warning says so.
    given
        What the position was written as; None where it came as it is.
    """

    x: float
    y: float
    road_x: float
    road_y: float
    side_distance_m: float
    road_name: str
    whereabouts: Whereabouts
    need: str
    vehicle: str | None
    asked_k: int
    limit_s: float | None
    generated_at: datetime
    closures: tuple[ClosureRecord, ...]
    proposed: tuple[Proposed, ...]
    others: int
    held_up: tuple[HeldUp, ...]
    warnings: tuple[Warned, ...]
    synthetic: bool
    outside: bool = False
    given: Spot | None = None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The proposal as JSON carries it, its sentences in `lang`."""
        return {
            "incident": {
                "x": self.x,
                "y": self.y,
                "road": self.road_name,
                "road_x": self.road_x,
                "road_y": self.road_y,
                "side_distance_m": round(self.side_distance_m),
                "place": self.whereabouts.text(lang),
                "outside": self.outside,
                "given": None if self.given is None else self.given.to_dict(lang),
            },
            "need": self.need,
            "vehicle": self.vehicle,
            "asked_k": self.asked_k,
            "limit_min": None if self.limit_s is None else self.limit_s / 60,
            "generated_at": self.generated_at.isoformat(timespec="seconds"),
            "closures": [closure.to_dict() for closure in self.closures],
            "synthetic": self.synthetic,
            "proposals": [_proposed(item, lang) for item in self.proposed],
            "others": self.others,
            "held_up": [_held_up(item, lang) for item in self.held_up],
            "warnings": [warning.message(lang) for warning in self.warnings],
        }


@dataclass(frozen=True, kw_only=True)
class Others:
    """Why all other teams with the capability do not go.

    Attributes
    ----------
    left_out
        Each with its reason.
    held_up
        Those of all the teams that a confirmed limit would bring, or bring sooner.
    """

    left_out: tuple[LeftOut, ...]
    held_up: tuple[HeldUp, ...]

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The reasons as JSON carries them, in `lang`."""
        return {
            "left_out": [_left_out(item, lang) for item in self.left_out],
            "held_up": [_held_up(item, lang) for item in self.held_up],
        }


def _proposed(item: Proposed, lang: str) -> dict[str, Json]:
    team, route = item.team, item.route
    return {
        "rank": item.rank,
        "id": team.id,
        "kind": team.kind,
        "key": team.key,
        "stands_at": team.stands_at,
        "name": team.name(lang),
        "team_type": team.team_type,
        "tier": team.tier,
        "x": team.x,
        "y": team.y,
        "agency": team.agency,
        "contact_phone": team.contact_phone,
        "profile": team.profile,
        "travel_s": item.travel_s,
        "turnout_s": team.turnout_s,
        "total_s": item.total_s,
        "arrival_at": item.arrival_at.isoformat(timespec="seconds"),
        "length_m": round(route.length_m, 1),
        "stops_short_m": round(item.stops_short_m, 1),
        "side_distance_m": round(item.side_distance_m),
        "unverified": team.unverified,
        "synthetic": team.synthetic,
        "roads": [
            {
                "name": step.name,
                "highway": step.highway,
                "length_m": round(step.length_m, 1),
                "travel_s": step.travel_s,
            }
            for step in route.steps
        ],
        "main_roads": _main_roads(route),
        "geometry": mapping(route.geometry),
    }


def _main_roads(route: Route) -> list[str]:
    """The longest named roads of a drive, in the order they are driven."""
    length_m: dict[str, float] = {}
    for step in route.steps:
        if step.name:
            length_m[step.name] = length_m.get(step.name, 0.0) + step.length_m
    longest = sorted(length_m, key=lambda name: -length_m[name])[:MAIN_ROADS]
    return [name for name in length_m if name in longest]


def _left_out(item: LeftOut, lang: str) -> dict[str, Json]:
    return {
        "id": item.team.id,
        "kind": item.team.kind,
        "key": item.team.key,
        "name": item.team.name(lang),
        "team_type": item.team.team_type,
        "reason": item.reason,
        "message": item.message(lang),
        "x": item.team.x,
        "y": item.team.y,
        "contact_phone": item.team.contact_phone,
        "synthetic": item.team.synthetic,
    }


def _held_up(item: HeldUp, lang: str) -> dict[str, Json]:
    return {
        "id": item.team.id,
        "kind": item.team.kind,
        "key": item.team.key,
        "name": item.team.name(lang),
        "profile": item.team.profile,
        "total_s": item.total_s,
        "total_now_s": item.total_now_s,
        "message": item.message(lang),
        "limits": [asdict(limit) for limit in item.limits],
    }
