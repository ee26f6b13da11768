"""How figures reach a grade: any one criterion suffices, and the one that decided is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gisapp.incidents.grading.wording import Value, Wording
from gisapp.registers.grades import Scale
from gisapp.schema import Label

LOWEST = 4


@dataclass(frozen=True, kw_only=True)
class Status:
    """A grade with what it rests on.

    Attributes
    ----------
    level
        1 (特别重大, 特大型) to 4 (一般, 小型).
    label
        Name of the grade as its law has it.
    law, article
        What grades.
    criterion
        The criterion that decided, in words.
    """

    level: int
    label: Label
    law: Label
    article: Label
    criterion: Wording


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One of the figures a law grades by.

    Attributes
    ----------
    value
        None while unknown.
    scale
        Lower bounds of the grades above the lowest, inclusive.
    code
        Sentence that says it decided, of ``{value}`` and ``{bound}``.
    """

    value: float | None
    scale: Scale
    code: str


def status_of(
    criteria: Sequence[Criterion], *, happened: bool, law: Label, article: Label
) -> Status | None:
    """Grade by the criterion that reaches the gravest grade, the first of equals.

    Parameters
    ----------
    criteria
        All on scales of equal labels.
    happened
        Whether there is anything of the lowest grade where no bound is reached.

    Returns
    -------
    Status | None
        None where no bound is reached and nothing `happened`.
    """
    reached: tuple[int, Wording] | None = None
    for one in criteria:
        level = one.scale.rule()(one.value)
        if level is None or level == LOWEST or (reached is not None and reached[0] <= level):
            continue
        assert one.value is not None
        values: dict[str, Value] = {"value": one.value, "bound": one.scale.bounds[level - 1]}
        reached = (level, Wording(one.code, values))
    if reached is None:
        if not happened:
            return None
        reached = (LOWEST, Wording("incident.by_lowest"))
    level, said = reached
    label = criteria[0].scale.labels[level - 1]
    return Status(level=level, label=label, law=law, article=article, criterion=said)
