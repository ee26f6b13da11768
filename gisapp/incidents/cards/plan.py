"""Who is proposed for the cards of all open incidents, with the reasons in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gisapp.incidents.cards.fleet import Member
from gisapp.incidents.cards.needs import Card, Line
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.proposal import LeftOut
from gisapp.messages import translate
from gisapp.registers.vocabulary import SPECIALITIES, TIERS, VEHICLE_PROFILES
from gisapp.schema import Label
from gisapp.schema.values import Json

MaySee = Callable[[str | None], bool]
"""Whether whoever reads may see telephone numbers of a county."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """A sentence of the family ``card.*``."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """The sentence in `lang`."""
        return translate(f"card.{self.code}", lang, **self.params)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A unit in a place.

    Attributes
    ----------
    seconds
        From the order until it is there, turnout included; 0 where it serves the incident.
    penalty_s
        What its tier adds where arrivals are compared.
    late_s
        Beyond the limit of its line, the penalty included.
    serves
        The incident that it is out for; to another one it is sent on.
    why
        Why it is the one.
    """

    member: Member
    seconds: int
    penalty_s: int
    late_s: int
    serves: str | None
    why: Word

    def to_dict(self, lang: str, at: datetime, may_see: MaySee) -> dict[str, Json]:
        """The unit as JSON carries it, were it ordered `at`."""
        return {
            **_unit(self.member, lang, may_see),
            "seconds": self.seconds,
            "arrival_at": (at + timedelta(seconds=self.seconds)).isoformat(timespec="seconds"),
            "penalty_min": self.penalty_s / 60,
            "late_min": round(self.late_s / 60, 1),
            "serves": self.serves,
            "why": self.why.message(lang),
        }


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A unit beyond the border, to be asked for."""

    member: Member
    seconds: int

    def to_dict(self, lang: str, may_see: MaySee) -> dict[str, Json]:
        """The unit as JSON carries it."""
        word = Word(code="beyond", params={"minutes": self.seconds / 60})
        return {
            **_unit(self.member, lang, may_see),
            "seconds": self.seconds,
            "why": word.message(lang),
        }


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A unit near by that is not proposed for a line; where it is out, for which incident."""

    left_out: LeftOut
    seconds: int
    serves: str | None

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The unit as JSON carries it."""
        team = self.left_out.team
        return {
            "kind": team.kind,
            "id": team.id,
            "key": team.key,
            "name": team.name(lang),
            "seconds": self.seconds,
            "reason": self.left_out.reason,
            "serves": self.serves,
            "why": self.left_out.message(lang),
        }


@dataclass(frozen=True, kw_only=True)
class FilledLine:
    """A line of a card and who fills it."""

    line: Line
    chosen: tuple[Chosen, ...]
    rejected: tuple[Rejected, ...]
    neighbours: tuple[Neighbour, ...]

    @property
    def unmet(self) -> int:
        """Units that nobody was found for."""
        return self.line.count - len(self.chosen)

    def to_dict(self, lang: str, at: datetime, may_see: MaySee) -> dict[str, Json]:
        """The line as JSON carries it."""
        label = self.line.label.in_(lang)
        short = Word(
            code="short",
            params={
                "count": self.unmet,
                "name_zh": self.line.label.zh,
                "name_en": self.line.label.en,
            },
        )
        return {
            **self.line.to_dict(),
            "label": label,
            "tier_label": TIERS[self.line.tier].in_(lang),
            "unmet": self.unmet,
            "shortfall": short.message(lang) if self.unmet else None,
            "units": [one.to_dict(lang, at, may_see) for one in self.chosen],
            "rejected": [one.to_dict(lang) for one in self.rejected],
            "neighbours": [one.to_dict(lang, may_see) for one in self.neighbours],
        }


@dataclass(frozen=True, kw_only=True)
class Adviser:
    """An expert of a speciality that the card asks for."""

    id: str
    names: Mapping[str, str]
    speciality: str
    on_call: bool
    phone: str
    county: str | None
    distance_m: float

    def to_dict(self, lang: str, may_see: MaySee) -> dict[str, Json]:
        """The expert as JSON carries it."""
        return {
            "id": self.id,
            "name": self.names[lang],
            "speciality": self.speciality,
            "speciality_label": SPECIALITIES[self.speciality].in_(lang),
            "on_call": self.on_call,
            "contact_phone": self.phone if may_see(self.county) else None,
            "distance_m": round(self.distance_m),
        }


@dataclass(frozen=True, kw_only=True)
class IncidentPlan:
    """What is proposed for one incident.

    Attributes
    ----------
    level
        By which the card was chosen; None where no grade is known.
    card
        None where none is in use for its kind.
    """

    id: str
    title: Label
    kind: str
    priority: int
    level: int | None
    card: Card | None
    lines: tuple[FilledLine, ...]
    experts: tuple[Adviser, ...]
    warnings: tuple[Word, ...]

    def to_dict(self, lang: str, at: datetime, may_see: MaySee) -> dict[str, Json]:
        """The proposal as JSON carries it, were it ordered `at`."""
        return {
            "incident": self.id,
            "title": self.title.in_(lang),
            "kind": self.kind,
            "kind_label": event_kind(self.kind).label.in_(lang),
            "priority": self.priority,
            "level": self.level,
            "card": None if self.card is None else self.card.id,
            "lines": [one.to_dict(lang, at, may_see) for one in self.lines],
            "unmet": sum(one.unmet for one in self.lines),
            "experts": [one.to_dict(lang, may_see) for one in self.experts],
            "warnings": [one.message(lang) for one in self.warnings],
            "generated_at": at.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an incident loses with the units that are moved from it.

    Attributes
    ----------
    id
        Of the incident.
    unmet
        More places of it left empty.
    word
        What it loses and who may replace it.
    """

    id: str
    unmet: int
    word: Word

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The cost as JSON carries it."""
        return {"incident": self.id, "unmet": self.unmet, "message": self.word.message(lang)}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How far an officer's choice is from the optimum, over all open incidents.

    Attributes
    ----------
    unmet
        More places left unmet, those of cover apart.
    cover
        More places of cover left empty.
    late_s, worst_s, total_s
        More seconds beyond the limits, at worst, and in all.
    idle
        Keys of chosen units that fill no place.
    costs
        What it costs the incidents that units are moved from.
    """

    unmet: int
    cover: int
    late_s: int
    worst_s: int
    total_s: int
    idle: tuple[str, ...]
    costs: tuple[Cost, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether the choice is as good as the optimum."""
        whole = (self.unmet, self.cover, self.late_s, self.worst_s, self.total_s)
        return whole == (0,) * len(whole) and not self.idle

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The difference as JSON carries it, with its sentences."""
        said: list[tuple[str, dict[str, object], int]] = [
            ("cover", {"count": self.cover}, self.cover),
            ("unmet", {"count": self.unmet}, self.unmet),
            ("late", {"minutes": self.late_s / 60}, self.late_s),
            ("worst", {"minutes": self.worst_s / 60}, self.worst_s),
            ("total", {"minutes": self.total_s / 60}, self.total_s),
            ("idle", {"names": "、".join(self.idle)}, len(self.idle)),
        ]
        words = [Word(code=f"apart.{code}", params=params) for code, params, more in said if more]
        if self.is_none:
            words = [Word(code="apart.none")]
        return {
            "optimal": self.is_none,
            "unmet": self.unmet,
            "cover": self.cover,
            "late_min": round(self.late_s / 60, 1),
            "worst_min": round(self.worst_s / 60, 1),
            "total_min": round(self.total_s / 60, 1),
            "idle": list(self.idle),
            "messages": [one.message(lang) for one in words],
            "costs": [one.to_dict(lang) for one in self.costs],
        }


def _unit(member: Member, lang: str, may_see: MaySee) -> dict[str, Json]:
    team = member.team
    return {
        "kind": team.kind,
        "id": team.id,
        "key": team.key,
        "name": team.name(lang),
        "tier": team.tier,
        "tier_label": TIERS[team.tier].in_(lang) if team.tier in TIERS else "—",
        "profile": team.profile,
        "profile_label": VEHICLE_PROFILES[team.profile].in_(lang),
        "turnout_s": team.turnout_s,
        "contact_phone": team.contact_phone if may_see(member.county) else None,
        "unverified": team.unverified,
        "synthetic": team.synthetic,
    }
