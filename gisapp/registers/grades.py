"""Grades that follow from facts, with the boundaries as the rules read them.

Every lower bound is inclusive: 以上 ("and above") includes the number itself. Grade 1 is
the gravest or largest. A scale says where its bounds are from; one marked "general knowledge"
was not read in the standard it names and is to be checked against it.
"""

from __future__ import annotations

from numbers import Real
from typing import Literal, NamedTuple

from gisapp.schema import Label
from gisapp.schema.values import Value


class Fact(NamedTuple):
    """One thing asked of a fact.

    Attributes
    ----------
    position
        Which of the rule's inputs.
    test, than
        ``>=`` a number or ``=`` a code, which nothing unknown is; ``known``; ``unknown``.
    """

    position: int
    test: Literal[">=", "=", "known", "unknown"]
    than: float | str = 0

    def holds(self, value: Value) -> bool:
        """Whether it is so for `value`, None being unknown."""
        if self.test in {"known", "unknown"}:
            return (value is None) == (self.test == "unknown")
        if self.test == "=":
            return bool(value == self.than)
        if value is None:
            return False
        assert isinstance(value, Real)
        assert isinstance(self.than, Real)
        return value >= self.than


Condition = tuple[tuple[Fact, ...], ...]
"""Holds where all facts of any one of these do."""


class Rule(NamedTuple):
    """How a grade follows from facts: the first step whose condition holds decides.

    The one form of every rule. Read here for a record at hand; :mod:`gisapp.registers.grading`
    writes the same steps as SQL.

    Attributes
    ----------
    steps
        What a step gives is a grade, no grade, or another rule over the same inputs.
    """

    steps: tuple[tuple[Condition, int | Rule | None], ...]

    def __call__(self, *values: Value) -> int | None:
        """Grade of a record, counted from 1; None where no step says one."""
        for condition, given in self.steps:
            if any(all(fact.holds(values[fact.position]) for fact in each) for each in condition):
                return given(*values) if isinstance(given, Rule) else given
        return None


class Scale(NamedTuple):
    """Grades by lower bounds.

    Attributes
    ----------
    bounds
        Lower bound of grade 1, 2, …, inclusive, falling.
    labels
        Name of each grade; one more than `bounds` where everything below them has a grade too.
    source
        The rule.
    """

    bounds: tuple[float, ...]
    labels: tuple[Label, ...]
    source: str

    def rule(self, position: int = 0) -> Rule:
        """The scale as a rule over the input at `position`."""
        return _graver(position, scales=(self,))


def _graver(*positions: int, scales: tuple[Scale, ...]) -> Rule:
    """The graver of the grades of several inputs, each on its scale; all with equal labels."""
    inputs = tuple(zip(positions, scales, strict=True))
    lowest = len(scales[0].labels)
    steps: list[tuple[Condition, int | Rule | None]] = [
        (tuple((Fact(at, ">=", scale.bounds[step]),) for at, scale in inputs), step + 1)
        for step in range(len(scales[0].bounds))
    ]
    if lowest > len(steps):
        steps.append((tuple((Fact(at, "known"),) for at, _scale in inputs), lowest))
    return Rule(tuple(steps))


_DANGER = (
    Label("特大型", "Extra large"),
    Label("大型", "Large"),
    Label("中型", "Medium"),
    Label("小型", "Small"),
)
_TAILINGS = tuple(
    Label(zh, en)
    for zh, en in (
        ("一等", "Class 1"),
        ("二等", "Class 2"),
        ("三等", "Class 3"),
        ("四等", "Class 4"),
        ("五等", "Class 5"),
    )
)
_DANGER_SOURCE = (
    "国家突发地质灾害应急预案 险情分级（以需搬迁转移人数或潜在损失，任一达到即定）；"
    "地质灾害防治条例第四条所分为灾情"
)
_TAILINGS_SOURCE = (
    "GB 50863 3.2.1 (how the two are joined); table of bounds from general knowledge, "
    "to be verified"
)
_SCALE = (
    Label("巨型", "Giant"),
    Label("大型", "Large"),
    Label("中型", "Medium"),
    Label("小型", "Small"),
)
_SCALE_SOURCE = (
    "DZ/T 0261-2014 (landslides); bounds of collapses and debris flows from general knowledge, "
    "to be verified"
)

MAJOR_HAZARD = Scale(
    (100, 50, 10),
    (
        Label("一级", "Level 1"),
        Label("二级", "Level 2"),
        Label("三级", "Level 3"),
        Label("四级", "Level 4"),
    ),
    "危险化学品重大危险源监督管理暂行规定（安监总局令第40号）附件1",
)
"""By R = α·Σ(β·q/Q)."""

RESERVOIR = Scale(
    (10, 1, 0.1, 0.01, 0.001),
    (
        Label("大（1）型", "Large (1)"),
        Label("大（2）型", "Large (2)"),
        Label("中型", "Medium"),
        Label("小（1）型", "Small (1)"),
        Label("小（2）型", "Small (2)"),
    ),
    "SL 252 水利水电工程等级划分及洪水标准",
)
"""By capacity, 10⁸ m³; a smaller water is a pond, without a grade."""

DANGER_PEOPLE = Scale((1000, 500, 100), _DANGER, _DANGER_SOURCE)
"""By people threatened."""

DANGER_LOSS = Scale((100e6, 50e6, 5e6), _DANGER, _DANGER_SOURCE)
"""By potential loss, CNY."""

TAILINGS_VOLUME = Scale((50_000, 10_000, 1_000, 100), _TAILINGS, _TAILINGS_SOURCE)
"""By volume, 10⁴ m³."""

TAILINGS_HEIGHT = Scale((200, 100, 60, 30), _TAILINGS, _TAILINGS_SOURCE)
"""By dam height, m."""

SCALE_LANDSLIDE = Scale((1000, 100, 10), _SCALE, _SCALE_SOURCE)
"""By volume, 10⁴ m³."""

SCALE_COLLAPSE = Scale((100, 10, 1), _SCALE, _SCALE_SOURCE)
"""By volume, 10⁴ m³."""

SCALE_DEBRIS_FLOW = Scale((50, 20, 2), _SCALE, _SCALE_SOURCE)
"""By solid volume of one outbreak, 10⁴ m³."""

SCALES = {
    "landslide": SCALE_LANDSLIDE,
    "collapse": SCALE_COLLAPSE,
    "debris_flow": SCALE_DEBRIS_FLOW,
}
"""Scale of each type of geological hazard; the other types have none."""


scale_grade = Rule(
    tuple((((Fact(0, "=", code),),), scale.rule(1)) for code, scale in SCALES.items())
)
"""Size of a geological hazard, 1 (巨型) to 4 (小型), by its type and its own volume on the scale
of its type; none where the volume is unknown or the type has no such scale."""

danger_grade = _graver(0, 1, scales=(DANGER_PEOPLE, DANGER_LOSS))
"""Danger of a geological hazard, 1 (特大型) to 4 (小型): the graver of its grades by people and by
loss; none where neither is known."""


def _tailings() -> Rule:
    """The graver of two classes where they differ by one at most, else the class below it.

    Told from the top: a pond is of a class at most if one fact alone is of a graver class, or if
    one is of this class and the other no more than one below.
    """
    volume, height = (
        [Fact(at, ">=", bound) for bound in scale.bounds]
        for at, scale in enumerate((TAILINGS_VOLUME, TAILINGS_HEIGHT))
    )
    unknown: Condition = ((Fact(0, "unknown"),), (Fact(1, "unknown"),))
    steps: list[tuple[Condition, int | Rule | None]] = [(unknown, None)]
    last = len(volume) - 1
    for step in range(len(volume)):
        alone = ((volume[step - 1],), (height[step - 1],)) if step else ()
        both: Condition = ((volume[last],), (height[last],))  # nothing is below the last class
        if step < last:
            both = ((volume[step], height[step + 1]), (volume[step + 1], height[step]))
        steps.append(((*alone, *both), step + 1))
    known: Condition = ((Fact(0, "known"), Fact(1, "known")),)
    return Rule((*steps, (known, len(_TAILINGS))))


tailings_grade = _tailings()
"""Class of a tailings pond, 1 (一等) to 5 (五等), from its volume and its height; none where
either is unknown."""
