"""What only the controllers' packet holds: the scenario, what it does, and the events list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from gisapp.drills.design.consequences import simplified
from gisapp.drills.design.models import DrillScript
from gisapp.drills.design.scene import Place, Spots, scene_of
from gisapp.drills.design.script import Close, Further, Inject, Script
from gisapp.drills.design.vocabulary import CHANNELS
from gisapp.drills.design.world import area_of
from gisapp.drills.packets.words import Words
from gisapp.drills.programme.models import Drill
from gisapp.incidents.grading.kinds import KINDS as EVENT_KINDS
from layers.packet import Part, Played

PAD_DEGREES = 0.02
"""What is drawn around the scene."""
Codes = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What the map shows of a script.

    Attributes
    ----------
    box
        Around all of it; None where nothing is drawn.
    """

    spots: Spots
    marks: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    box: tuple[float, float, float, float] | None


def drawn_of(session: Session, script: Script, words: Words) -> Drawn:
    """Place a script on the map: scene, footprint, needs and closures.

    Raises
    ------
    InputError
        ``drill.unknown_spot``, ``drill.spot_nowhere``, and as ``scene_of`` has them.
    UnknownRecordError
        ``incident.unknown``.
    """
    spots, lang = Spots(session, script), words.lang
    marks: list[dict[str, Any]] = []
    shapes: list[tuple[BaseGeometry, str, str]] = []
    if script.scenario.has_place:
        scene = scene_of(session, script.scenario, spots)
        marks.append(_mark(scene.place, "★", "here", lang))
        if scene.area is not None:
            shapes.append((scene.area, words.say("footprint"), "footprint"))
    marks += [
        _mark(spots.place(one.at, one.name), "!", "need", lang) for one in script.scenario.needs
    ]
    for number, inject in enumerate(script.in_order(), start=1):
        for effect in inject.effects:
            if isinstance(effect, Further):
                place = spots.place(effect.at, effect.name)
                marks.append(_mark(place, str(number), "need", lang))
            elif isinstance(effect, Close):
                area = area_of(session, effect, spots)
                shapes.append((area, f"{number} {words.effect(effect, spots)}", "closure"))
    drawn: list[BaseGeometry] = [shapely.Point(one["x"], one["y"]) for one in marks]
    drawn += [one for one, _, _ in shapes]
    return Drawn(
        spots=spots,
        marks=marks,
        areas=[
            {"geometry": mapping(simplified(shape)), "name": name, "style": style}
            for shape, name, style in shapes
        ],
        box=_around(drawn) if drawn else None,
    )


def controllers_parts(
    drill: Drill,
    row: DrillScript | None,
    script: Script,
    *,
    words: Words,
    spots: Spots,
    codes: Codes,
) -> list[Part]:
    """The scenario, what it does, and the events list with its clock; what is any time apart."""
    numbered = list(enumerate(script.in_order(), start=1))
    timed = [one for one in numbered if one[1].minute is not None]
    any_time = [one for one in numbered if one[1].minute is None]

    def told(some: Iterable[tuple[int, Inject]]) -> list[Played]:
        return [
            _played(number, one, drill, words=words, spots=spots, codes=codes)
            for number, one in some
        ]

    return [
        _scenario(script, words, spots),
        *_reckoned(row, words),
        Part(
            heading=words.say("events"),
            lines=[words.say("events_about")],
            slot="clock",
            inner=told(timed),
        ),
        Part(
            heading=words.say("contingency"),
            lines=[] if any_time else [words.say("none_yet")],
            inner=told(any_time),
        ),
    ]


def _scenario(script: Script, words: Words, spots: Spots) -> Part:
    scenario = script.scenario
    kind = EVENT_KINDS[scenario.kind].label.in_(words.lang) if scenario.kind else "—"
    needs = [words.need(one, spots) for one in scenario.needs]
    return Part(
        heading=words.say("scenario"),
        lines=[scenario.story or words.say("none_yet")],
        facts=[
            (words.say("event_kind"), kind),
            (words.say("casualties"), words.casualties(scenario.casualties)),
            (words.say("weather"), words.weather(scenario.weather)),
            (words.say("needs"), "\n".join(needs) or "—"),
        ],
    )


def _reckoned(row: DrillScript | None, words: Words) -> list[Part]:
    heading = words.say("consequences")
    if row is None or row.reckoned is None:
        return [Part(heading=heading, lines=[words.say("not_reckoned")])]
    told: Any = row.reckoned[words.lang]
    old = [] if row.reckoned_of == row.version else [words.say("reckoned_before")]
    parts = [Part(heading=heading, lines=old, facts=words.consequences(told["consequences"]))]
    if told["difficulty"]:
        facts = words.difficulty(told["difficulty"])
        parts.append(Part(heading=words.say("difficulty"), facts=facts))
    return parts


def _played(
    number: int, inject: Inject, drill: Drill, *, words: Words, spots: Spots, codes: Codes
) -> Played:
    lang = words.lang
    objective = "—"
    if inject.objective is not None:
        objective = str(inject.objective)
        if inject.objective <= len(drill.objectives):
            objective += f" {drill.objectives[inject.objective - 1]['text']}"
    effects = [words.effect(one, spots) for one in inject.effects]
    return Played(
        key=inject.key,
        number=number,
        minute=inject.minute,
        when=words.when(inject),
        title=inject.title,
        codes=codes.get(inject.key, ()),
        words=inject.text,
        facts=[
            (words.say("to"), words.joined(map(words.who, inject.to)) or "—"),
            (words.say("channel"), CHANNELS[inject.channel].in_(lang)),
            (words.say("sender"), inject.sender or "—"),
            (words.say("effects"), "\n".join(effects) or "—"),
            (words.say("expected"), inject.expected or "—"),
            (words.say("objective"), objective),
        ],
        tick=words.say("played"),
    )


def _mark(place: Place, text: str, style: str, lang: str) -> dict[str, Any]:
    name = place.name.in_(lang)
    return {"x": place.x, "y": place.y, "text": text, "name": name, "style": style}


def _around(drawn: Sequence[BaseGeometry]) -> tuple[float, float, float, float]:
    min_x, min_y, max_x, max_y = (float(one) for one in shapely.total_bounds(drawn))
    return min_x - PAD_DEGREES, min_y - PAD_DEGREES, max_x + PAD_DEGREES, max_y + PAD_DEGREES
