"""The exercise script (演练脚本): scenario and events list in order, for the controllers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from gisapp.drills.design.script import Extent, Inject, Need
from gisapp.drills.design.vocabulary import CHANNELS, EXTENTS, SOURCES
from gisapp.drills.documents.facts import Facts
from gisapp.drills.documents.paper import Paper
from gisapp.drills.documents.plan import outline
from gisapp.drills.documents.safety import stop_words
from gisapp.drills.documents.words import (
    Names,
    Played,
    casualties_words,
    effect_words,
    timing,
    wants_words,
)
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS

_COLUMNS: Final = (
    "number", "when", "title", "channel", "sender", "to", "text", "effects", "expected", "goal",
)  # fmt: skip
_SHARES: Final = (1, 2.2, 2.4, 1.5, 1.8, 2, 5.4, 4, 4, 1.3)
_WAYS: Final = ("optimum", "naive", "worst")


def exercise_script(facts: Facts, played: Played) -> Paper:
    """Write what a drill plays, for its staff alone."""
    paper = Paper(facts, "script", is_wide=True)
    paper.begin()
    paper.loud(facts.say("script.keep"))
    paper.heading("plan.outline")
    paper.pairs(outline(facts))
    paper.heading("script.scenario")
    _write_scenario(paper, played)
    if played.reckoned is not None:
        paper.heading("script.reckoned")
        write_age(paper, played)
        _write_consequences(paper, played.reckoned["consequences"])
        if played.reckoned["difficulty"] is not None:
            _write_difficulty(paper, played.reckoned["difficulty"])
    listed = list(enumerate(played.script.in_order(), start=1))
    paper.heading("script.injects")
    _write_injects(paper, played.names, [one for one in listed if one[1].minute is not None])
    paper.heading("script.contingency")
    paper.text(facts.say("script.contingency_text"))
    _write_injects(paper, played.names, [one for one in listed if one[1].minute is None])
    paper.heading("safety.words")
    paper.pairs(stop_words(facts))
    return paper


def write_age(paper: Paper, played: Played) -> None:
    """Say so where the script was changed since it was reckoned with."""
    if not played.is_current:
        paper.loud(paper.facts.say("script.outdated"))


def minute_words(facts: Facts, value: float | None) -> str:
    """A minute that was reckoned; nobody comes where there is none."""
    return facts.say("never") if value is None else f"{value:g}"


def _write_scenario(paper: Paper, played: Played) -> None:
    facts, scenario, names = paper.facts, played.script.scenario, played.names
    kind = EVENT_KINDS[scenario.kind].label if scenario.kind else None
    at = names.spot(scenario.at) if scenario.at is not None else scenario.incident
    paper.pairs(
        [
            ("fact.event_kind", facts.or_open("" if kind is None else facts.label(kind))),
            ("fact.source", facts.label(SOURCES[scenario.source])),
            ("fact.place", facts.or_open(at)),
            ("fact.extent", _extent(facts, scenario.extent)),
            ("fact.weather", names.weather(scenario.weather) or facts.say("effect.everyday")),
            ("fact.casualties", casualties_words(facts, scenario.casualties)),
        ]
    )
    paper.heading("script.story", depth=2)
    paper.text(facts.or_open(scenario.story))
    paper.heading("script.needs", depth=2)
    if not scenario.needs:
        paper.text(facts.say("none"))
        return
    rows = [
        [names.spot(one.at, one.name), wants_words(facts, one), str(one.people), _goal(one)]
        for one in scenario.needs
    ]
    paper.table(facts.heads("need", ("place", "wants", "people", "goal")), rows, (6, 6, 2, 2))


def _extent(facts: Facts, extent: Extent) -> str:
    how = facts.label(EXTENTS[extent.how])
    if extent.how == "distance":
        how = facts.say("extent.distance", value=f"{extent.distance_m:g}")
    elif extent.how == "line" and extent.until_min is not None:
        how = facts.say("extent.line", value=f"{extent.until_min:g}")
    if extent.how == "none":
        return how
    return how + facts.say("extent.closes" if extent.closes_roads else "extent.leaves_open")


def _write_consequences(paper: Paper, told: Mapping[str, Any]) -> None:
    facts, inside = paper.facts, told["footprint"]
    cut = [one["name"] for one in told["cut_off"]]
    first = [f"{one['name']} {one['minute']:g}" for one in told["forces"]["first"]]
    rows = []
    if inside:
        people = inside["people"]["population"]["known"]
        rows = [
            ("fact.villages", str(inside["people"]["villages"])),
            ("fact.people", facts.say("unknown") if people is None else str(people)),
            ("fact.things", str(inside["things_found"])),
            ("fact.roads", str(inside["roads_found"] or 0)),
        ]
    more = told["cut_off_found"] - len(cut)
    after = facts.say("script.and_more", count=more) if more > 0 else ""
    rows.append(("fact.cut_off", (facts.joined(cut) or facts.say("none")) + after))
    rows.append(("fact.forces", facts.joined(first) or facts.say("none")))
    paper.pairs(rows)


def _write_difficulty(paper: Paper, hard: Mapping[str, Any]) -> None:
    facts = paper.facts
    paper.heading("script.difficulty", depth=2)
    verdict = "in_time" if hard["in_time"] else "late" if hard["solvable"] else "unsolvable"
    paper.text(facts.say(f"script.{verdict}"))
    rows = [
        [
            facts.say(f"way.{way}"),
            str(told["unmet"]),
            str(told["people_late"]),
            minute_words(facts, told["mean_min"]),
            minute_words(facts, told["last_min"]),
        ]
        for way, told in ((way, hard["ways"][way]) for way in _WAYS)
    ]
    head = facts.heads("way", ("name", "unmet", "people_late", "mean", "last"))
    paper.table(head, rows, (4, 3, 3, 3, 3))


def _write_injects(paper: Paper, names: Names, listed: Sequence[tuple[int, Inject]]) -> None:
    facts = paper.facts
    if not listed:
        paper.text(facts.say("script.no_injects"))
        return
    rows = [
        [
            str(number),
            timing(facts, one),
            one.title,
            facts.label(CHANNELS[one.channel]) if one.to else "—",
            one.sender or "—",
            facts.joined(map(names.address, one.to)) or "—",
            facts.say("script.spoken", text=one.text) if one.text else "—",
            "\n".join(effect_words(facts, names, each) for each in one.effects) or "—",
            one.expected or "—",
            _goal(one),
        ]
        for number, one in listed
    ]
    paper.table(facts.heads("inject", _COLUMNS), rows, _SHARES)


def _goal(one: Need | Inject) -> str:
    return "—" if one.objective is None else str(one.objective)
