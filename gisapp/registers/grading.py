"""Grades as the database computes them, so that lists can be filtered and counted by grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, null, or_

from gisapp.registers import grades
from gisapp.registers.fields import Kind, override_of
from gisapp.registers.grades import Scale
from gisapp.registers.models import MODELS

Column = ColumnElement[Any]


def grade_expression(kind: Kind, name: str) -> ColumnElement[int | None]:
    """Write the grade called `name` as an expression: the override, else the rule.

    Parameters
    ----------
    kind
    name
        A grade of `kind`.

    Returns
    -------
    ColumnElement
        Over the columns of the register's model; null where the grade is unknown. A test holds
        it to :func:`gisapp.registers.queries.grades_of`.
    """
    field = kind.field(name)
    model = MODELS[kind.name]
    inputs = [getattr(model, column) for column in field.inputs]
    rule = _RULES[kind.name, name]
    return func.coalesce(getattr(model, override_of(name)), rule(*inputs), type_=Integer())


def _by(scale: Scale) -> Callable[[Column], Column]:
    return lambda column: _on_scale(scale, column)


def _on_scale(scale: Scale, column: Column) -> Column:
    steps = [(column >= bound, index) for index, bound in enumerate(scale.bounds, start=1)]
    if len(scale.labels) > len(scale.bounds):
        steps.append((column.is_not(None), len(scale.labels)))
    return case(*steps, else_=null())


def _danger(people: Column, loss_cny: Column) -> Column:
    bounds = zip(grades.DANGER_PEOPLE.bounds, grades.DANGER_LOSS.bounds, strict=True)
    steps = [
        (or_(people >= most, loss_cny >= loss), index)
        for index, (most, loss) in enumerate(bounds, start=1)
    ]
    known = or_(people.is_not(None), loss_cny.is_not(None))
    return case(*steps, (known, len(grades.DANGER_PEOPLE.labels)), else_=null())


def _scale(geohazard_type: Column, volume_e4_m3: Column) -> Column:
    return case(
        *(
            (geohazard_type == code, _on_scale(scale, volume_e4_m3))
            for code, scale in grades.SCALES.items()
        ),
        else_=null(),
    )


def _tailings(volume_e4_m3: Column, height_m: Column) -> Column:
    by_volume = _on_scale(grades.TAILINGS_VOLUME, volume_e4_m3)
    by_height = _on_scale(grades.TAILINGS_HEIGHT, height_m)
    graver = case((by_volume < by_height, by_volume), else_=by_height)
    apart = func.abs(by_volume - by_height) > 1
    known = and_(volume_e4_m3.is_not(None), height_m.is_not(None))
    return case((and_(known, apart), graver + 1), (known, graver), else_=null())


_RULES: dict[tuple[str, str], Callable[..., Column]] = {
    ("hazard_source", "level"): _by(grades.MAJOR_HAZARD),
    ("reservoir", "grade"): _by(grades.RESERVOIR),
    ("geohazard", "scale"): _scale,
    ("geohazard", "danger_grade"): _danger,
    ("tailings_pond", "grade"): _tailings,
}
