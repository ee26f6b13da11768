"""The level of response that a plan sets, with what decided it.

The grade of an event is not the level of its response: each plan sets its own (突发事件应对法 2024
article 71). Where no plan covers an event nothing is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gisapp.incidents.grading.circumstances import CIRCUMSTANCES
from gisapp.incidents.grading.criteria import Status
from gisapp.incidents.grading.figures import FIGURES, Figures
from gisapp.incidents.grading.statuses import BASES, Basis, Grading
from gisapp.incidents.grading.wording import Value, Wording
from gisapp.incidents.response.plans import Plan, Trigger
from gisapp.incidents.response.vocabulary import LEVELS
from gisapp.schema import Label

NO_LEVEL = Label("不启动响应", "no response")
SIDES = (Label("按已核实情况", "by what is confirmed"), Label("按最坏情形", "in the worst case"))
"""What a level is suggested by, side by side."""


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A level that a plan leads to.

    Attributes
    ----------
    level
        1 to 4; None where no trigger is met.
    because
        The trigger that decided, in words; of equals the first in the plan.
    """

    level: int | None
    because: Wording


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What one plan says of an event.

    Attributes
    ----------
    confirmed
        By what is known to have happened, the danger that goes on, what an officer answered of
        its circumstances, and the event itself.
    worst_case
        By that, and by what it would be if nobody missing or trapped lived.
    unknown
        Figures (keys of `FIGURES`) and circumstances (of `CIRCUMSTANCES`) that triggers ask for
        and nobody gave: the level may be too low.
    """

    plan: Plan
    confirmed: Suggested
    worst_case: Suggested
    unknown: tuple[str, ...]

    def gravest(self) -> int | None:
        """The higher level of both, 1 to 4; None where no trigger is met."""
        return self.worst_case.level  # whose triggers are all of them


def suggest(plan: Plan, grading: Grading, figures: Figures) -> Suggestion:
    """Say which level a plan sets for an event.

    Any one trigger suffices, a value on its bound included; the highest level counts.
    """
    met = [
        (trigger, said)
        for trigger in plan.triggers
        if (said := _met(trigger, grading, figures)) is not None
    ]
    asked = dict.fromkeys(one.figure for one in plan.triggers if one.figure is not None)
    return Suggestion(
        plan=plan,
        confirmed=_highest([one for one in met if one[0].basis != "worst_case"]),
        worst_case=_highest(met),
        unknown=(
            *(name for name in asked if figures.value(name) is None),
            *(name for name in _circumstances(plan, grading) if _answer(name, grading) is None),
        ),
    )


def level_changes(before: Sequence[Suggestion], after: Sequence[Suggestion]) -> tuple[Wording, ...]:
    """Say what a correction changes in the levels that plans suggest."""
    was = {one.plan.code: one for one in before}
    sentences = []
    for code in dict.fromkeys([*was, *(one.plan.code for one in after)]):
        held, holds = was.get(code), next((one for one in after if one.plan.code == code), None)
        one = holds or held
        assert one is not None
        for of, old, new in zip(SIDES, _levels(held), _levels(holds), strict=True):
            if old != new:
                values: dict[str, Value] = {
                    "plan": one.plan.name,
                    "of": of,
                    "before": NO_LEVEL if old is None else LEVELS[old],
                    "after": NO_LEVEL if new is None else LEVELS[new],
                }
                sentences.append(Wording("response.level_changed", values))
    return tuple(sentences)


def has_run_out(expected_end: datetime | None, now: datetime) -> bool:
    """Whether the expected duration of a response in force is over; its last moment included.

    It says that somebody has to extend or end it, and ends nothing (article 86: a government
    declares the end).
    """
    return expected_end is not None and expected_end <= now


def _levels(suggestion: Suggestion | None) -> tuple[int | None, int | None]:
    if suggestion is None:
        return None, None
    return suggestion.confirmed.level, suggestion.worst_case.level


def _highest(met: Sequence[tuple[Trigger, Wording]]) -> Suggested:
    if not met:
        return Suggested(level=None, because=Wording("response.no_trigger"))
    trigger, said = min(met, key=lambda one: one[0].level)
    return Suggested(level=trigger.level, because=said)


def _status(trigger: Trigger, grading: Grading) -> tuple[Basis, Status] | None:
    """The grade that a trigger looks at: where the program has no scale, the one entered."""
    looked_at: tuple[Basis, ...] = ("confirmed", "entered")
    if trigger.basis == "worst_case":
        looked_at = ("worst_case",)
    elif trigger.basis == "danger":
        looked_at = ("danger",)
    held = ((basis, grading.status(basis)) for basis in looked_at)
    return next(((basis, status) for basis, status in held if status is not None), None)


def _circumstances(plan: Plan, grading: Grading) -> dict[str, None]:
    """What a plan asks of the circumstances of an event; nothing where its law asks for none."""
    asked = (one.circumstance for one in plan.triggers if one.circumstance is not None)
    return {} if grading.around is None else dict.fromkeys(asked)


def _answer(name: str, grading: Grading) -> bool | None:
    return None if grading.around is None else grading.around.answer(name)


def _graded(trigger: Trigger, lowest: int, grading: Grading) -> Wording | None:
    """The grade that a trigger looks at, where it is grave enough."""
    status = _status(trigger, grading)
    if status is None or status[1].level > lowest:
        return None
    return Wording("response.by_grade", {"of": BASES[status[0]], "grade": status[1].label})


def _so(name: str, grading: Grading) -> Wording | None:
    """The circumstance with its article, where an officer said that it is so."""
    if _answer(name, grading) is not True:
        return None
    said = CIRCUMSTANCES[name]
    return Wording("response.by_circumstance", {"name": said.label, "article": said.article})


def _met(trigger: Trigger, grading: Grading, figures: Figures) -> Wording | None:
    """What a trigger that is met says; None where it is not."""
    if trigger.grade is not None:
        return _graded(trigger, trigger.grade, grading)
    if trigger.figure is not None:
        assert trigger.at_least is not None
        counted = figures.worst_case() if trigger.basis == "worst_case" else figures
        value = counted.value(trigger.figure)
        if value is None or value < trigger.at_least:
            return None
        return Wording(
            "response.by_figure_worst" if trigger.basis == "worst_case" else "response.by_figure",
            {"name": FIGURES[trigger.figure], "value": value, "bound": trigger.at_least},
        )
    if trigger.circumstance is not None:
        return _so(trigger.circumstance, grading)
    if trigger.basis == "near_miss":
        return None if grading.near_miss is None else Wording("response.by_near_miss")
    return Wording("response.by_event", {"kind": grading.kind.label})
