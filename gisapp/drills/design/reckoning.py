"""What is reckoned of a script: its consequences, whether it can be solved, how hard it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from sqlalchemy.orm import Session

from gisapp.drills.design.checks import Fault, never_comes, script_faults
from gisapp.drills.design.consequences import consequences, place_told
from gisapp.drills.design.difficulty import Answer, Group, Question, naive, optimum, worst
from gisapp.drills.design.scene import Spots, scene_of
from gisapp.drills.design.script import Once, Script
from gisapp.drills.design.world import Waiting, World, world_of
from gisapp.drills.design.writing import keep_reckoning, read_script
from gisapp.drills.programme.models import Drill
from gisapp.incidents.able import Context
from gisapp.incidents.whereabouts import GEOD
from gisapp.messages import LANGUAGES
from gisapp.registers.vocabulary import CAPABILITIES
from gisapp.rights import Actor, Right
from gisapp.schema.values import Json


def reckon_script(app: Context, actor: Actor, drill_id: str, *, version: int) -> None:
    """Reckon a script as it is written, and keep what came of it.

    It is reckoned outside the transaction that keeps it, so that nobody waits for it to write.

    Raises
    ------
    ForbiddenError
        Also ``drill.not_staff``.
    UnknownRecordError
        ``drill.unknown``.
    OutOfDateError
        ``drill.script_taken``: another version was written since.
    InputError, SiteError
        As :func:`reckon`.
    """
    with app.store.session() as session:
        drill, script, _ = read_script(session, actor, drill_id)
        actor.require(Right.MANAGE_DRILLS, county=drill.county)
        told = reckon(app, session, actor, drill, script)
    with app.store.session(write=True) as session:
        keep_reckoning(session, actor, drill_id, told, version=version)


def reckon(
    app: Context, session: Session, actor: Actor, drill: Drill, script: Script
) -> dict[str, Json]:
    """Reckon a script on today's roads, teams and registers.

    What it costs is bounded: one search for each place, stage of the roads and vehicle, four walks
    over the network, and three small programmes.

    Returns
    -------
    dict
        By language, what a page tells: ``consequences``, ``difficulty``, ``faults``.

    Raises
    ------
    InputError
        ``drill.no_place``, ``drill.unknown_spot``, ``drill.spot_nowhere``,
        ``drill.no_footprint``, ``planning.unknown_conditions``, and what asks for a downstream
        line.
    UnknownRecordError
        ``incident.unknown``.
    SiteError
        No roads were imported yet.
    """
    spots = Spots(session, script)
    scene = scene_of(session, script.scenario, spots)
    world = world_of(app, session, drill, script, scene)
    came = consequences(app, session, actor, scene, world)
    keys = list(world.playing)
    faults = script_faults(drill, script)
    hard: dict[str, dict[str, Json] | None] = dict.fromkeys(LANGUAGES)
    if world.waiting:
        question = _question(world, keys)
        answers = {"optimum": optimum(question), "naive": naive(question), "worst": worst(question)}
        faults += never_comes(script, answers["optimum"])
        faults += _unsolvable(world, question, answers["optimum"])
        bounds = _Bounds(world=world, keys=keys, question=question, answers=answers)
        hard = {lang: bounds.to_dict(script, lang) for lang in LANGUAGES}
    return {
        lang: {
            "consequences": came.to_dict(lang),
            "difficulty": hard[lang],
            "faults": [one.to_dict(lang) for one in faults],
        }
        for lang in LANGUAGES
    }


def _question(world: World, keys: list[str]) -> Question:
    number = {key: at for at, key in enumerate(keys)}
    places = world.waiting
    delay = np.full((len(places), len(keys)), inf)
    crow = np.full((len(places), len(keys)), inf)
    can = {
        code: np.array([code in world.fleet.unit(key)[0].capabilities for key in keys])
        for code in {want.capability for one in places for want in one.need.wants}
    }
    xs, ys = ([getattr(world.fleet.unit(key)[1], axis) for key in keys] for axis in "xy")
    groups = []
    for at, one in enumerate(places):
        able = np.zeros(len(keys), dtype=np.bool_)
        for want in one.need.wants:
            groups.append(Group(place=at, able=can[want.capability], count=want.count))
            able |= can[want.capability]
        asked = {keys[unit] for unit in np.flatnonzero(able)}
        for key, minute in world.arrivals(one, asked).items():
            delay[at, number[key]] = minute - one.minute
        here = np.full(len(keys), one.place.x), np.full(len(keys), one.place.y)
        crow[at] = GEOD.inv(*here, np.array(xs), np.array(ys))[2]
    return Question(
        delay_min=delay,
        crow_m=crow,
        known_min=np.array([one.minute for one in places]),
        limit_min=np.array([one.within_min or inf for one in places]),
        people=np.array([float(one.need.people) for one in places]),
        groups=tuple(groups),
    )


def _unsolvable(world: World, question: Question, best: Answer) -> list[Fault]:
    """What cannot be met by anybody: units that lack, and places that are late at best."""
    faults = []
    codes = [want.capability for one in world.waiting for want in one.need.wants]
    for group, code, units in zip(question.groups, codes, best.sent, strict=True):
        if len(units) < group.count:
            one, can = world.waiting[group.place], CAPABILITIES[code]
            come = int((group.able & np.isfinite(question.delay_min[group.place])).sum())
            faults.append(
                Fault(
                    code="drill.script.too_few",
                    inject=one.inject,
                    params={
                        "place_zh": one.place.name.zh, "place_en": one.place.name.en,
                        "what_zh": can.zh, "what_en": can.en, "count": group.count,
                        "sent": len(units), "able": int(group.able.sum()), "come": come,
                    },
                )
            )  # fmt: skip
    for one, minutes in zip(world.waiting, best.reached_min.tolist(), strict=True):
        if one.within_min is not None and one.within_min < minutes < inf:
            faults.append(
                Fault(
                    code="drill.script.late_at_best",
                    inject=one.inject,
                    params={
                        "place_zh": one.place.name.zh, "place_en": one.place.name.en,
                        "minutes": round(minutes, 1), "limit": one.within_min,
                    },
                )
            )  # fmt: skip
    return faults


@dataclass(frozen=True, kw_only=True, eq=False)
class _Bounds:
    """The three answers, to be told."""

    world: World
    keys: list[str]
    question: Question
    answers: Mapping[str, Answer]

    def to_dict(self, script: Script, lang: str) -> dict[str, Json]:
        best = self.answers["optimum"]
        return {
            "solvable": best.unmet == 0,
            "in_time": best.unmet == 0 and best.people_late == 0,
            "units": len(self.keys),
            "named": self.world.is_named,
            "ways": {
                name: {
                    "unmet": answer.unmet,
                    "people_late": answer.people_late,
                    "mean_min": _minutes(answer.mean_min),
                    "last_min": _minutes(answer.last_min),
                    "proven": answer.is_proven,
                }
                for name, answer in self.answers.items()
            },
            "places": [self._place(at, one, lang) for at, one in enumerate(self.world.waiting)],
            "waits": self._waits(script),
        }

    def _place(self, at: int, one: Waiting, lang: str) -> dict[str, Json]:
        return {
            **place_told(one.place, lang),
            "inject": one.inject,
            "minute": one.minute,
            "people": one.need.people,
            "within_min": one.within_min,
            "wants": [
                {"label": CAPABILITIES[want.capability].in_(lang), "count": want.count}
                for want in one.need.wants
            ],
            **{
                name: {
                    "minutes": _minutes(float(answer.reached_min[at])),
                    "units": [
                        row.name_zh if lang == "zh" else row.name_en
                        for group, sent in zip(self.question.groups, answer.sent, strict=True)
                        if group.place == at
                        for unit in sent
                        for row in [self.world.fleet.unit(self.keys[unit])[1]]
                    ],
                }
                for name, answer in self.answers.items()
            },
        }

    def _waits(self, script: Script) -> list[Json]:
        """When so many units are on scene as injects wait for, by the optimum and naively."""
        there = {name: self._there(self.answers[name]) for name in ("optimum", "naive")}
        told: list[Json] = []
        for inject in script.in_order():
            when = inject.when
            if isinstance(when, Once) and when.state == "on_scene":
                comes = {
                    name: _minutes(minutes[when.count - 1] + when.delay_min)
                    if when.count <= len(minutes)
                    else None
                    for name, minutes in there.items()
                }
                told.append(
                    {"inject": inject.key, "expected_minute": when.expected_minute, **comes}
                )
        return told

    def _there(self, answer: Answer) -> list[float]:
        """Minutes of the drill at which units are on scene, rising."""
        question = self.question
        return sorted(
            float(question.known_min[group.place] + question.delay_min[group.place, unit])
            for group, sent in zip(question.groups, answer.sent, strict=True)
            for unit in sent
        )


def _minutes(value: float | None) -> float | None:
    return None if value is None or value == inf else round(value, 1)
