"""What a script plays, in words, for the controllers' packet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from gisapp.accounts.models import Account
from gisapp.drills.checkup.records import known_records
from gisapp.drills.design.scene import Spots
from gisapp.drills.design.script import (
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
    Untrue,
    Weather,
)
from gisapp.drills.design.vocabulary import STATES
from gisapp.drills.plans.library import headquarters_names
from gisapp.drills.programme.models import Drill
from gisapp.incidents.response.vocabulary import LEVELS
from gisapp.messages import translate
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.schema import Label

FLOW_LISTED: Final = 30
"""Places along a line that are told; a page has to end."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """Sentences of a packet in one language, with what those it names are called.

    Attributes
    ----------
    names
        Of addresses, as ``team/T1``.
    conditions
        Of weather on the roads, by code.
    """

    lang: str
    names: Mapping[str, str]
    conditions: Mapping[str, Label]

    def say(self, code: str, **params: object) -> str:
        """A sentence of the packets."""
        return translate(f"drill.packet.{code}", self.lang, **params)

    def lines(self, code: str) -> list[str]:
        """Several sentences, which the catalogue keeps one a line."""
        return self.say(code).split("\n")

    def joined(self, parts: Iterable[str]) -> str:
        """Several things in a row."""
        return ("、" if self.lang == "zh" else ", ").join(parts)

    def who(self, address: str) -> str:
        """Whoever an address is; the address where nobody knows it any more."""
        return self.names.get(address, address)

    def when(self, inject: Inject) -> str:
        """Minute of an inject, or what it waits for."""
        minute = inject.minute
        if minute is None:
            return self.say("any_time")
        if not isinstance(inject.when, Once):
            return f"T+{minute:g}"
        one = inject.when
        if one.state == "response" and one.count in LEVELS:
            waits = LEVELS[one.count].in_(self.lang)
        else:
            waits = f"{STATES[one.state].in_(self.lang)} ≥ {one.count}"
        return self.say("waits", waits=waits, delay=f"{one.delay_min:g}", minute=f"{minute:g}")

    def effect(self, effect: Effect, spots: Spots) -> str:
        """What an inject does to the world played."""
        match effect:
            case Close():
                told = self._closed(effect, spots)
            case Disable():
                told = self.say("disable", who=self.who(f"{effect.kind}/{effect.id}"),
                                until=self._until(effect.minutes))  # fmt: skip
            case Comms():
                told = self.say("comms", who=self.joined(map(self.who, effect.who)),
                                until=self._until(effect.minutes))  # fmt: skip
            case Hurt():
                told = self.say("more_casualties", more=self.casualties(effect))
            case Weather():
                told = self.say("weather_now", weather=self.weather(effect.conditions))
            case Untrue():
                told = self.say("untrue", truth=effect.truth)
            case Further():
                told = self.need(effect, spots)
        return told

    def casualties(self, counted: Casualties) -> str:
        """Dead, missing, trapped and injured, as far as there are any."""
        told = [
            self.say(kind, count=count)
            for kind in ("dead", "missing", "trapped", "injured")
            if (count := getattr(counted, kind))
        ]
        return self.joined(told) or self.say("nobody")

    def need(self, need: Need, spots: Spots) -> str:
        """Where help is needed, by how many, and which units."""
        wants = self.joined(
            f"{CAPABILITIES[one.capability].in_(self.lang)} × {one.count}" for one in need.wants
        )
        place = spots.place(need.at, need.name).name.in_(self.lang)
        return self.say("need", place=place, people=need.people, wants=wants)

    def weather(self, code: str) -> str:
        """Conditions of the roads."""
        if not code:
            return self.say("everyday")
        return self.conditions[code].in_(self.lang) if code in self.conditions else code

    def consequences(self, told: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What was reckoned of a scenario, as pairs of a name and a text."""
        rows: list[tuple[str, str]] = []
        if inside := told["footprint"]:
            people = inside["people"]["population"]["known"]
            roads = self.joined(
                f"{one['name'] or one['label']} {one['length_m'] / 1000:.1f} km"
                for one in inside["roads"] or ()
            )
            things = [f"{one['name']} ({one['distance_m']} m)" for one in inside["things"]]
            rows += [
                ("inside_people", self.say("people", count="—" if people is None else people)),
                ("inside_roads", roads),
                ("inside_things", self.joined(things)),
            ]
        rows += [
            ("cut_off", self.joined(one["name"] for one in told["cut_off"])),
            ("flow", self.joined(
                one["name"] + ("" if one["minute"] is None else f" T+{one['minute']:g}")
                for one in told["flow"][:FLOW_LISTED]
            )),
            ("forces", self.joined(
                f"{one['name']} T+{one['minute']:g}" for one in told["forces"]["first"]
            )),
            ("never", str(told["forces"]["never"])),
        ]  # fmt: skip
        return [(self.say(name), text or "—") for name, text in rows]

    def difficulty(self, told: Mapping[str, Any]) -> list[tuple[str, str]]:
        """How hard the drill is: place by place, at best and naively."""
        return [
            (
                f"{one['name']} (T+{one['minute']:g})",
                self.say(
                    "reached",
                    optimum=_minutes(one["optimum"]["minutes"]),
                    naive=_minutes(one["naive"]["minutes"]),
                    units=self.joined(one["optimum"]["units"]) or "—",
                ),
            )
            for one in told["places"]
        ]

    def _closed(self, effect: Close, spots: Spots) -> str:
        if effect.area is not None or effect.at is None:
            return self.say("close_area")
        place = spots.place(effect.at).name.in_(self.lang)
        return self.say("close", place=place, radius=f"{effect.radius_m or 0:g}")

    def _until(self, minutes: float | None) -> str:
        return self.say("to_end") if minutes is None else self.say("minutes", count=f"{minutes:g}")


def words_of(
    session: Session,
    drill: Drill,
    script: Script,
    lang: str,
    *,
    conditions: Mapping[str, Label],
) -> Words:
    """Look up what all that a drill and its script name are called."""
    addresses = {f"{one['kind']}/{one['id']}" for one in drill.participants}
    addresses |= {*script.addresses()}
    return Words(lang=lang, names=names_of(session, drill, addresses, lang), conditions=conditions)


def names_of(session: Session, drill: Drill, addresses: Iterable[str], lang: str) -> dict[str, str]:
    """Names of those at some addresses, and of all headquarters."""
    names = {
        f"headquarters/{code}": label.in_(lang)
        for code, label in headquarters_names(session).items()
    }
    pairs = [(kind, code) for kind, _, code in (one.partition("/") for one in addresses)]
    registered = [one for one in pairs if one[0] in {"team", "unit"}]
    for (kind, code), one in known_records(session, registered).items():
        names[f"{kind}/{code}"] = one.name_zh if lang == "zh" else one.name_en
    logins = [code for kind, code in pairs if kind == "account"]
    accounts = select(Account.login, Account.name).where(Account.login.in_(logins))
    for account in session.execute(accounts):
        names[f"account/{account.login}"] = account.name
    for other in drill.participants:
        if other.get("id") and other.get("name"):
            names.setdefault(f"{other['kind']}/{other['id']}", str(other["name"]))
    return names


def _minutes(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
