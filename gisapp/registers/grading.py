"""Grades as the database computes them, so that lists can be filtered and counted by grade.

No rule is told here: the steps of :mod:`gisapp.registers.grades` are written as SQL.

The expression is written out with its numbers: an index on it serves a question only where both
are letter by letter the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, literal_column

from gisapp.registers.fields import Kind, override_of
from gisapp.registers.grades import Condition, Fact, Rule


def grade_expression(kind: Kind, name: str) -> ColumnElement[int | None]:
    """Write the grade called `name` as an expression: the override, else the rule.

    Parameters
    ----------
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
    prefix
        Stands before each column's name.
    """
    field = kind.field(name)
    inputs = [prefix + column for column in field.inputs]
    assert field.rule is not None
    return f"coalesce({prefix}{override_of(name)}, {_written(field.rule, inputs)})"


def indexed_grades(kind: Kind) -> tuple[str, ...]:
    """Name the grades of `kind` that have an index.

    Not the tailings ponds': their rule is long, and a whole country has a few thousand.
    """
    return () if kind.name == "tailings_pond" else tuple(field.name for field in kind.grades())


def _written(rule: Rule, columns: Sequence[str]) -> str:
    whens = " ".join(
        f"WHEN {_condition(condition, columns)} THEN {_given(given, columns)}"
        for condition, given in rule.steps
    )
    return f"(CASE {whens} ELSE NULL END)"


def _condition(condition: Condition, columns: Sequence[str]) -> str:
    return " OR ".join(" AND ".join(_fact(fact, columns) for fact in each) for each in condition)


def _given(given: int | Rule | None, columns: Sequence[str]) -> str:
    if isinstance(given, Rule):
        return _written(given, columns)
    return "NULL" if given is None else str(given)


def _fact(fact: Fact, columns: Sequence[str]) -> str:
    column = columns[fact.position]
    if fact.test == "known":
        return f"{column} IS NOT NULL"
    if fact.test == "unknown":
        return f"{column} IS NULL"
    than = f"'{fact.than}'" if isinstance(fact.than, str) else fact.than
    return f"{column} {fact.test} {than}"
