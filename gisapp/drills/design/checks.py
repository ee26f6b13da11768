"""What is wrong with a script before anybody is invited: gaps, contradictions, what cannot come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from gisapp.drills.design.difficulty import Answer
from gisapp.drills.design.script import Comms, Disable, Further, Inject, Once, Script
from gisapp.drills.programme.models import Drill
from gisapp.drills.programme.staff import PLAYING
from gisapp.messages import translate
from gisapp.schema.values import Json

_SPOKEN = frozenset({"call", "message"})
"""Channels that reach nobody whose communications are broken."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something to be put right in a script.

    Attributes
    ----------
    code
        ``drill.script.…``.
    inject
        Key of the inject that it is about; empty where it is about the whole.
    """

    code: str
    inject: str = ""
    params: dict[str, Json] = field(default_factory=dict)

    def to_dict(self, lang: str) -> dict[str, Json]:
        """As JSON carries it."""
        return {
            "code": self.code,
            "inject": self.inject,
            "text": translate(self.code, lang, **self.params),
        }


def script_faults(drill: Drill, script: Script) -> list[Fault]:
    """What can be said without a map: of the drill as a whole, then inject by inject."""
    return [*_of_drill(drill, script), *_of_injects(drill, script)]


def never_comes(script: Script, best: Answer) -> list[Fault]:
    """Injects that wait for more units than can ever be sent."""
    sent = sum(len(units) for units in best.sent)
    return [
        Fault(
            code="drill.script.never_comes",
            inject=inject.key,
            params={"title": inject.title, "count": inject.when.count, "sent": sent},
        )
        for inject in script.injects
        if isinstance(inject.when, Once)
        and inject.when.state in {"ordered", "on_scene"}
        and inject.when.count > sent
    ]


def _of_drill(drill: Drill, script: Script) -> Iterator[Fault]:
    roles = {str(one["role"]) for one in drill.participants}
    for role in ("player", "controller", "evaluator"):
        if role not in roles:
            yield Fault(code=f"drill.script.no_{role}")
    if not script.scenario.has_place:
        yield Fault(code="drill.script.no_place")
    if not script.injects:
        yield Fault(code="drill.script.no_injects")
    if not drill.objectives:
        yield Fault(code="drill.script.no_objectives")
    needs = [*script.scenario.needs]
    needs += [
        one for inject in script.injects for one in inject.effects if isinstance(one, Further)
    ]
    served = {one.objective for one in needs} | {one.objective for one in script.injects}
    for number, objective in enumerate(drill.objectives, start=1):
        if number not in served:
            yield Fault(
                code="drill.script.objective_unserved",
                params={"number": number, "objective": objective["text"]},
            )
    told = {address for inject in script.injects for address in inject.to}
    for one in drill.participants:
        address = f"{one['kind']}/{one['id']}"
        # A team that others send has its part without being told anything.
        commands = one["kind"] in {"headquarters", "account"} and one["role"] in PLAYING
        if commands and address not in told:
            yield Fault(code="drill.script.told_nothing", params={"name": one["name"] or address})


def _of_injects(drill: Drill, script: Script) -> Iterator[Fault]:
    playing = {f"{one['kind']}/{one['id']}" for one in drill.participants if one["role"] in PLAYING}
    if drill.organiser_kind == "headquarters":
        playing.add(f"headquarters/{drill.organiser}")
    for inject in script.in_order():
        yield from _of_inject(drill, inject, playing)
    yield from _cut(script)


def _of_inject(drill: Drill, inject: Inject, playing: set[str]) -> Iterator[Fault]:
    def fault(code: str, **params: Json) -> Fault:
        return Fault(
            code=f"drill.script.{code}", inject=inject.key, params={"title": inject.title, **params}
        )

    too_late = inject.minute is not None and inject.minute > drill.duration_min
    wrong = {
        "too_late": too_late,
        "no_text": inject.to and not inject.text,
        "nobody_told": inject.text and not inject.to,
        "no_action": not inject.expected,
        "no_objective": inject.objective is None,
    }
    for code, is_so in wrong.items():
        if is_so:
            yield fault(code, minute=inject.minute, duration=drill.duration_min)
    for address in inject.to:
        if address not in playing:
            yield fault("unknown_player", who=address)
    numbers = {inject.objective}
    numbers |= {one.objective for one in inject.effects if isinstance(one, Further)}
    for number in sorted(one for one in numbers if one is not None):
        if number > len(drill.objectives):
            yield fault("unknown_objective", number=number)
    for effect in inject.effects:
        if isinstance(effect, Disable) and f"{effect.kind}/{effect.id}" not in playing:
            yield fault("disables_nobody", who=f"{effect.kind}/{effect.id}")


def _cut(script: Script) -> Iterator[Fault]:
    """Injects that reach nobody, for their channel was broken before."""
    broken = [
        (inject.minute, inf if effect.minutes is None else inject.minute + effect.minutes, effect)
        for inject in script.injects
        if inject.minute is not None
        for effect in inject.effects
        if isinstance(effect, Comms)
    ]
    for inject in script.in_order():
        if inject.minute is None or inject.channel not in _SPOKEN:
            continue
        for start, end, effect in broken:
            deaf = sorted({*effect.who} & {*inject.to})
            if deaf and start < inject.minute < end:
                yield Fault(
                    code="drill.script.cut_off_from",
                    inject=inject.key,
                    params={"title": inject.title, "who": ", ".join(deaf), "since": start},
                )
