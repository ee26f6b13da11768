"""Grades as the database computes them, so that lists can be filtered and counted by grade.

The expression is written out with its numbers: an index on it serves a question only where both
are letter by letter the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Integer, literal_column

from gisapp.registers import grades
from gisapp.registers.fields import Kind, override_of
from gisapp.registers.grades import Scale


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
        Over the columns of the register's table, from which the statement has to select; null
        where the grade is unknown. A test holds it to
        :func:`gisapp.registers.queries.grades_of`.
    """
    return literal_column(grade_sql(kind, name, prefix=f"{kind.name}."), type_=Integer())


def grade_sql(kind: Kind, name: str, *, prefix: str = "") -> str:
    """Write the expression as SQL that SQLite and PostgreSQL both read.

    Parameters
    ----------
    kind, name
    prefix
        Stands before each column's name.
    """
    field = kind.field(name)
    inputs = [prefix + column for column in field.inputs]
    rule = _RULES[kind.name, name]
    return f"coalesce({prefix}{override_of(name)}, {rule(*inputs)})"


def indexed_grades(kind: Kind) -> tuple[str, ...]:
    """Name the grades of `kind` that have an index.

    Not the tailings ponds': their rule is long, and a whole country has a few thousand.
    """
    return () if kind.name == "tailings_pond" else tuple(field.name for field in kind.grades())


def _by(scale: Scale) -> Callable[[str], str]:
    return lambda column: _on_scale(scale, column)


def _on_scale(scale: Scale, column: str) -> str:
    steps = [(f"{column} >= {bound}", index) for index, bound in enumerate(scale.bounds, start=1)]
    if len(scale.labels) > len(scale.bounds):
        steps.append((f"{column} IS NOT NULL", len(scale.labels)))
    return _case(steps)


def _danger(people: str, loss_cny: str) -> str:
    bounds = zip(grades.DANGER_PEOPLE.bounds, grades.DANGER_LOSS.bounds, strict=True)
    steps = [
        (f"{people} >= {most} OR {loss_cny} >= {loss}", index)
        for index, (most, loss) in enumerate(bounds, start=1)
    ]
    known = f"{people} IS NOT NULL OR {loss_cny} IS NOT NULL"
    return _case([*steps, (known, len(grades.DANGER_PEOPLE.labels))])


def _scale(geohazard_type: str, volume_e4_m3: str) -> str:
    return _case(
        (f"{geohazard_type} = '{code}'", _on_scale(scale, volume_e4_m3))
        for code, scale in grades.SCALES.items()
    )


def _tailings(volume_e4_m3: str, height_m: str) -> str:
    by_volume = _on_scale(grades.TAILINGS_VOLUME, volume_e4_m3)
    by_height = _on_scale(grades.TAILINGS_HEIGHT, height_m)
    graver = _case([(f"{by_volume} < {by_height}", by_volume)], otherwise=by_height)
    unknown = f"{volume_e4_m3} IS NULL OR {height_m} IS NULL"
    apart = f"abs({by_volume} - {by_height}) > 1"
    return _case([(unknown, "NULL"), (apart, f"{graver} + 1")], otherwise=graver)


def _case(steps: Iterable[tuple[str, int | str]], *, otherwise: str = "NULL") -> str:
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in steps)
    return f"(CASE {whens} ELSE {otherwise} END)"


_RULES: dict[tuple[str, str], Callable[..., str]] = {
    ("hazard_source", "level"): _by(grades.MAJOR_HAZARD),
    ("reservoir", "grade"): _by(grades.RESERVOIR),
    ("geohazard", "scale"): _scale,
    ("geohazard", "danger_grade"): _danger,
    ("tailings_pond", "grade"): _tailings,
}
