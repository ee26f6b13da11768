"""The level that a hazard's recorded facts propose before anyone has assessed it.

All in SQL, so that a register of many thousand hazards sorts and filters by it; a test holds
the expressions to the rules of :mod:`gisapp.registers.grades`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal, null, or_

from gisapp.registers import grades
from gisapp.registers.fields import override_of
from gisapp.registers.models import MODELS
from gisapp.schema import Label

LOWEST = 4
Expression = ColumnElement[Any]


def _graded(scale: grades.Scale, value: Expression) -> Expression:
    """Grade of `value` on `scale`, as :meth:`Scale.grade` gives it."""
    rows: list[tuple[Any, Any]] = [
        (value >= bound, literal(grade)) for grade, bound in enumerate(scale.bounds, start=1)
    ]
    if len(scale.labels) > len(scale.bounds):
        rows.append((value.is_not(None), literal(len(scale.labels))))
    return case(*rows, else_=null())


def _override(model: Any, name: str, computed: Expression) -> Expression:  # noqa: ANN401
    """The grade set by hand where there is one."""
    return func.coalesce(getattr(model, override_of(name)), computed)


def _geohazard(model: Any) -> Expression:  # noqa: ANN401 - a model class
    people, loss = grades.DANGER_PEOPLE, grades.DANGER_LOSS
    rows: list[tuple[Any, Any]] = [
        (or_(model.people >= heads, model.loss_cny >= money), literal(grade))
        for grade, (heads, money) in enumerate(
            zip(people.bounds, loss.bounds, strict=True), start=1
        )
    ]
    known = or_(model.people.is_not(None), model.loss_cny.is_not(None))
    computed = case(*rows, (known, literal(len(people.labels))), else_=null())
    return _override(model, "danger_grade", computed)


def _hazard_source(model: Any) -> Expression:  # noqa: ANN401
    return _override(model, "level", _graded(grades.MAJOR_HAZARD, model.r_value))


def _tailings_pond(model: Any) -> Expression:  # noqa: ANN401
    volume = _graded(grades.TAILINGS_VOLUME, model.volume_e4_m3)
    height = _graded(grades.TAILINGS_HEIGHT, model.height_m)
    graver = case((volume <= height, volume), else_=height)
    computed = case((func.abs(volume - height) <= 1, graver), else_=graver + 1)
    grade = _override(model, "grade", computed)
    level = case((grade <= 2, 1), (grade == 3, 2), (grade == 4, 3), else_=LOWEST)
    # 头顶库: people live below the dam.
    below = or_(model.overhead.is_(True), model.downstream_people > 0)
    return case((below, _raised(level)), else_=level)


def _reservoir(model: Any) -> Expression:  # noqa: ANN401
    grade = _override(model, "grade", _graded(grades.RESERVOIR, model.capacity_e8_m3))
    level = case((grade <= 2, 2), (grade == 3, 3), else_=LOWEST)
    return case((model.weak.is_(True), _raised(level)), else_=level)


def _mine(model: Any) -> Expression:  # noqa: ANN401
    return case(
        (model.status == "closed", LOWEST),
        (model.gas_grade == "outburst", 1),
        (model.gas_grade == "high", 2),
        (model.mine_type == "nonmetal", LOWEST),
        else_=3,
    )


def _crowded_place(model: Any) -> Expression:  # noqa: ANN401
    people = model.capacity
    return case(
        (people >= 5000, 1),
        (people >= 1000, 2),
        (people >= 300, 3),
        (people.is_not(None), LOWEST),
        else_=null(),
    )


def _raised(level: Expression) -> Expression:
    return case((level > 1, level - 1), else_=1)


PROPOSALS: dict[str, tuple[Callable[[Any], Expression], Label]] = {
    "geohazard": (
        _geohazard,
        Label(
            "险情等级：特大型红、大型橙、中型黄、小型蓝（国家突发地质灾害应急预案）",
            "By danger grade: extra large red, large orange, medium yellow, small blue.",
        ),
    ),
    "hazard_source": (
        _hazard_source,
        Label(
            "重大危险源一至四级依次为红、橙、黄、蓝（安监总局令第40号）",
            "Levels 1 to 4 of the major hazard source are red, orange, yellow, blue.",
        ),
    ),
    "mine": (
        _mine,
        Label(
            "煤与瓦斯突出红、高瓦斯橙、非金属矿与关闭矿山蓝、其余黄（通用经验，可改判）",
            "Outburst-prone red, high gas orange, non-metal and closed mines blue, others yellow "
            "(general knowledge; an assessment overrides it).",
        ),
    ),
    "tailings_pond": (
        _tailings_pond,
        Label(
            "一、二等红，三等橙，四等黄，五等蓝；下游有人居住的升一级（通用经验，可改判）",
            "Classes 1 and 2 red, 3 orange, 4 yellow, 5 blue; one level up where people live "
            "downstream (general knowledge; an assessment overrides it).",
        ),
    ),
    "reservoir": (
        _reservoir,
        Label(
            "大型橙、中型黄、小型蓝；病险水库升一级（通用经验，可改判）",
            "Large orange, medium yellow, small blue; one level up where the dam is unsound "
            "(general knowledge; an assessment overrides it).",
        ),
    ),
    "crowded_place": (
        _crowded_place,
        Label(
            "容纳 5000 人以上红、1000 人以上橙、300 人以上黄、其余蓝"
            "（界限参照大型群众性活动安全管理条例，可改判）",
            "Room for 5000 red, 1000 orange, 300 yellow, below blue (bounds after the rules for "
            "large public events; an assessment overrides it).",
        ),
    ),
}
"""For each kind of hazard, what computes its proposed level, and the rule in words."""


def proposed_level(kind: str) -> ColumnElement[int | None]:
    """The SQL expression of the level that the facts of a hazard propose.

    Parameters
    ----------
    kind
        A key of :data:`PROPOSALS`.

    Returns
    -------
    ColumnElement
        1 (red) to 4 (blue), null where the facts say nothing.
    """
    rule, _label = PROPOSALS[kind]
    return cast(rule(MODELS[kind]), Integer)
