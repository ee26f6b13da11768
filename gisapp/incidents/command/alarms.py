"""What calls for somebody at once: water before people move, our own in danger, things overdue."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from gisapp.incidents.command.inside import Danger, Own
from gisapp.incidents.command.models import Instruction, Task, VillageCall
from gisapp.incidents.command.vocabulary import ON_THE_WAY
from gisapp.incidents.vocabulary import ASSIGNMENT_STATES
from gisapp.messages import translate
from gisapp.schema.values import Json


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One sentence that calls for somebody.

    Attributes
    ----------
    kind
        ``danger``, ``water``, ``task`` or ``instruction``.
    about
        Id of the footprint, the call, the task or the instruction.
    code, said
        The sentence, and what stands in it, by language.
    recallable
        Whether units are in it that nobody recalled yet.
    """

    kind: str
    about: str
    code: str
    said: Mapping[str, Mapping[str, object]]
    recallable: bool = False

    def to_dict(self, lang: str) -> dict[str, Json]:
        """The alarm as JSON carries it."""
        return {
            "kind": self.kind,
            "about": self.about,
            "text": translate(self.code, lang, **self.said[lang]),
            "recallable": self.recallable,
        }


def minutes_left(until: datetime, now: datetime) -> int:
    """Whole minutes until a moment, rounded down: what is said is never too long."""
    return math.floor((until - now).total_seconds() / 60)


def in_danger(dangers: Iterable[Danger], names: Mapping[str, Mapping[str, str]]) -> list[Alarm]:
    """An alarm for each footprint that has reached something of ours.

    Parameters
    ----------
    names
        Of what is in it, by its id and by language.
    """
    found = []
    for footprint_id, group in groupby(dangers, key=lambda one: one.footprint.id):
        reached = list(group)
        waits = [one for one in reached if one.placed.own is Own.UNIT and one.recall is None]
        listed = {
            lang: [_reached(one, names[one.placed.id][lang], lang) for one in reached]
            for lang in ("zh", "en")
        }
        found.append(
            Alarm(
                kind="danger",
                about=footprint_id,
                code="command.alarm_danger",
                said={
                    "zh": {"label": reached[0].footprint.label, "names": "、".join(listed["zh"])},
                    "en": {"label": reached[0].footprint.label, "names": ", ".join(listed["en"])},
                },
                recallable=bool(waits),
            )
        )
    return found


def minutes_old(age: timedelta) -> int:
    """The age of a position in whole minutes, rounded up: it is never told younger than it is."""
    return math.ceil(age.total_seconds() / 60)


def _reached(one: Danger, name: str, lang: str) -> str:
    """What was reached, and from what it is known to be there."""
    placed, recalled = one.placed, "_recalled" if one.recall else ""
    if placed.seen is None:
        return translate(f"command.in_{placed.own}{recalled}", lang, name=name)
    accuracy_m = placed.seen.accuracy_m
    return translate(
        f"command.in_unit_{'old' if placed.is_old else 'seen'}{recalled}",
        lang,
        name=name,
        state=ASSIGNMENT_STATES[placed.state].in_(lang),
        minutes=minutes_old(placed.age),
        accuracy=""
        if accuracy_m is None
        else translate("command.seen_accuracy", lang, metres=accuracy_m),
    )


def of_water(
    calls: Sequence[VillageCall], names: Mapping[str, Mapping[str, str]], now: datetime
) -> list[Alarm]:
    """An alarm for each village that water reaches and whose people do not move yet.

    The first to be reached first. At the moment of arrival it is 0 minutes, after it it has come.
    """
    found = []
    for row in calls:
        if row.arrives_at is None or row.state in ON_THE_WAY:
            continue
        left = minutes_left(row.arrives_at, now)
        code = "command.alarm_water" if left >= 0 else "command.alarm_water_there"
        said = {lang: {"name": names[row.id][lang], "minutes": abs(left)} for lang in ("zh", "en")}
        found.append(Alarm(kind="water", about=row.id, code=code, said=said))
    return found


def of_tasks(
    tasks: Iterable[Task], words: Mapping[str, Mapping[str, str]], now: datetime
) -> list[Alarm]:
    """An alarm for each open task whose due time is over.

    Parameters
    ----------
    words
        What is to be done, by the task's id and by language.
    """
    return [
        Alarm(
            kind="task",
            about=row.id,
            code="command.alarm_task",
            said={
                lang: {
                    "text": words[row.id][lang],
                    "owner": row.owner,
                    "minutes": -minutes_left(row.due_at, now),
                }
                for lang in ("zh", "en")
            },
        )
        for row in tasks
        if row.due_at < now
    ]


def of_instructions(rows: Iterable[Instruction], now: datetime) -> list[Alarm]:
    """An alarm for each instruction that was not answered, and whether it was passed on."""
    found = []
    for row in rows:
        if row.answered_at is not None:
            continue
        code = "command.alarm_to_answer" if row.passed_to else "command.alarm_to_pass"
        said = {
            "leader": row.leader,
            "passed_to": row.passed_to or "",
            "minutes": max(0, -minutes_left(row.received_at, now) - 1),
        }
        alarm = Alarm(kind="instruction", about=row.id, code=code, said={"zh": said, "en": said})
        found.append(alarm)
    return found
