"""What a drill plays, in words: for documents of its staff alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from gisapp.drills.checkup.records import known_records
from gisapp.drills.design.script import (
    Anytime,
    Casualties,
    Close,
    Comms,
    Disable,
    Effect,
    Further,
    Hurt,
    Inject,
    Need,
    Once,
    Script,
    Spot,
    Untrue,
    Weather,
)
from gisapp.drills.design.vocabulary import STATES
from gisapp.drills.documents.facts import Facts, names_of_participants
from gisapp.incidents.response.vocabulary import LEVELS
from gisapp.planning.conditions import conditions_of
from gisapp.registers.kinds import KINDS
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.schema import Label
from gisapp.site.model import load_site

_CASUALTIES = ("dead", "missing", "trapped", "injured")


@dataclass(frozen=True, kw_only=True, eq=False)
class Names:
    """What all that a script names is called, in the language of a document."""

    lang: str
    participants: Mapping[tuple[str, str], Label]
    records: Mapping[tuple[str, str], Label]
    conditions: Mapping[str, Label]

    def address(self, address: str) -> str:
        """Who is told; as the script has it where nobody knows it any more."""
        kind, _, code = address.partition("/")
        return _called(self.participants.get((kind, code)), address, self.lang)

    def spot(self, spot: Spot, name: str = "") -> str:
        """A place; `name` takes the place of the record's."""
        if spot.x is not None and spot.y is not None:
            at = f"{spot.x:.4f}, {spot.y:.4f}"
            return f"{name} ({at})" if name else at
        label = f"{KINDS[spot.kind].label.in_(self.lang)} {spot.id}"
        return name or _called(self.records.get((spot.kind, spot.id)), label, self.lang)

    def weather(self, code: str) -> str:
        """Conditions of the roads."""
        return _called(self.conditions.get(code), code, self.lang)


@dataclass(frozen=True, kw_only=True, eq=False)
class Played:
    """What a drill plays, and what was reckoned of it.

    Attributes
    ----------
    reckoned
        In the language of the document; None before it was reckoned.
    is_current
        Whether the script is still the one that was reckoned with.
    """

    script: Script
    names: Names
    reckoned: Mapping[str, Any] | None = None
    is_current: bool = True


def names_of(session: Session, script: Script, lang: str) -> Names:
    """Look up all that a script names."""
    spots = [spot for spot in script.spots() if spot.kind]
    conditions = conditions_of(load_site(session))
    addresses = [one.partition("/") for one in script.addresses()]
    return Names(
        lang=lang,
        participants=names_of_participants(session, [(kind, code) for kind, _, code in addresses]),
        records={
            key: Label(one.name_zh, one.name_en)
            for key, one in known_records(session, [(one.kind, one.id) for one in spots]).items()
        },
        conditions={code: one.name for code, one in conditions.items()},
    )


def timing(facts: Facts, inject: Inject) -> str:
    """When an inject is played: minute, time of the clock where the drill has one, condition."""
    when, minute = inject.when, inject.minute
    if isinstance(when, Anytime) or minute is None:
        return facts.say("inject.any")
    at = f"T+{minute:g}"
    if facts.starts is not None:
        at += f" ({facts.starts + timedelta(minutes=minute):%H:%M})"
    if not isinstance(when, Once):
        return at
    if when.state == "response":
        level = min(max(when.count, min(LEVELS)), max(LEVELS))
        waits = facts.say("inject.response", level=facts.label(LEVELS[level]))
    else:
        waits = facts.say("inject.state", state=facts.label(STATES[when.state]), count=when.count)
    later = facts.say("inject.delay", value=f"{when.delay_min:g}") if when.delay_min else ""
    return facts.say("inject.expects", waits=waits + later, at=at)


def effect_words(facts: Facts, names: Names, effect: Effect) -> str:
    """What an inject does to the world played."""
    say = facts.say
    match effect:
        case Close():
            told = _closed(facts, names, effect)
        case Disable():
            who = names.address(f"{effect.kind}/{effect.id}")
            told = say("effect.disable", who=who, until=_until(facts, effect.minutes))
        case Comms():
            who = facts.joined(map(names.address, effect.who))
            told = say("effect.comms", who=who, until=_until(facts, effect.minutes))
        case Hurt():
            told = say("effect.casualties", more=casualties_words(facts, effect))
        case Weather():
            now = names.weather(effect.conditions) or say("effect.everyday")
            told = say("effect.weather", now=now)
        case Untrue():
            told = say("effect.false", truth=effect.truth)
        case Further():
            told = say("effect.need", need=need_words(facts, names, effect))
    return told


def casualties_words(facts: Facts, casualties: Casualties) -> str:
    """Dead, missing, trapped and injured, as far as there are any."""
    counted = [(one, getattr(casualties, one)) for one in _CASUALTIES]
    told = [facts.say(f"casualties.{one}", count=count) for one, count in counted if count]
    return facts.joined(told) or facts.say("none")


def need_words(facts: Facts, names: Names, need: Need) -> str:
    """Where help is needed, by how many, and which units."""
    return facts.say(
        "need.words",
        place=names.spot(need.at, need.name),
        people=need.people,
        wants=wants_words(facts, need),
    )


def wants_words(facts: Facts, need: Need) -> str:
    """The units that a place waits for."""
    return facts.joined(
        f"{facts.label(CAPABILITIES[one.capability])} × {one.count}" for one in need.wants
    )


def _closed(facts: Facts, names: Names, effect: Close) -> str:
    if effect.at is None or effect.area is not None:
        where = facts.say("effect.close_area")
    else:
        radius = f"{effect.radius_m or 0:g}"
        where = facts.say("effect.close", place=names.spot(effect.at), radius=radius)
    if effect.closed_structures is None:
        return where + facts.say("effect.with_structures")
    if not effect.closed_structures:
        return where + facts.say("effect.without_structures")
    return where + facts.say("effect.some_structures", count=len(effect.closed_structures))


def _until(facts: Facts, minutes: float | None) -> str:
    return facts.say("effect.to_end") if minutes is None else facts.minutes(minutes)


def _called(label: Label | None, otherwise: str, lang: str) -> str:
    return otherwise if label is None else label.in_(lang)
