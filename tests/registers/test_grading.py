"""The database computes the grades that the rules do."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point
from sqlalchemy import delete, func, insert, literal_column, select, text

from gisapp.registers import KINDS
from gisapp.registers import grades as g
from gisapp.registers.grading import grade_expression, grade_sql, indexed_grades
from gisapp.registers.kinds import MODELS
from gisapp.registers.kinds.reservoir import Reservoir
from gisapp.registers.queries import grades_of
from gisapp.store import FileStore, Store

GRADES = [(kind.name, field.name) for kind in KINDS.values() for field in kind.grades()]
REQUIRED: dict[str, dict[str, object]] = {
    "hazard_source": {"substance": "氯"},
    "reservoir": {},
    "geohazard": {},
    "tailings_pond": {},
}


def edges(scale: g.Scale, *, unknown: bool) -> list[float | None]:
    """Every bound, the number just below it, nothing at all and, where it may be, unknown."""
    values = [step for bound in scale.bounds for step in (bound, math.nextafter(bound, 0))]
    return [*values, 0.0, None] if unknown else [*values, 0.0]


def whole(scale: g.Scale) -> list[float | None]:
    return [*(step for bound in scale.bounds for step in (int(bound), int(bound) - 1)), 0, None]


FACTS: dict[tuple[str, str], list[dict[str, object]]] = {
    ("hazard_source", "level"): [
        {"r_value": value} for value in edges(g.MAJOR_HAZARD, unknown=False)
    ],
    ("reservoir", "grade"): [
        {"capacity_e8_m3": value} for value in edges(g.RESERVOIR, unknown=False)
    ],
    ("geohazard", "danger_grade"): [
        {"geohazard_type": "collapse", "people": people, "loss_cny": loss}
        for people, loss in product(whole(g.DANGER_PEOPLE), edges(g.DANGER_LOSS, unknown=True))
    ],
    ("geohazard", "scale"): [
        {"geohazard_type": code, "volume_e4_m3": value}
        for code in ("landslide", "collapse", "debris_flow", "subsidence")
        for value in edges(g.SCALES.get(code, g.SCALE_LANDSLIDE), unknown=True)
    ],
    ("tailings_pond", "grade"): [
        {"volume_e4_m3": volume, "height_m": height}
        for volume, height in product(
            edges(g.TAILINGS_VOLUME, unknown=False), edges(g.TAILINGS_HEIGHT, unknown=False)
        )
    ],
}


def graded(store: Store, kind: str, name: str, facts: list[dict[str, Any]]) -> list[int | None]:
    """What the database makes of these facts."""
    rows = [
        {"id": f"X{n:04d}", "name": "项", "geom": Point(111, 36)} | REQUIRED[kind] | values
        for n, values in enumerate(facts)
    ]
    model: Any = MODELS[kind]
    with store.session(write=True) as session:
        session.execute(delete(model))
        session.execute(insert(model), rows)
        query = select(grade_expression(KINDS[kind], name)).select_from(model).order_by(model.id)
        return list(session.scalars(query))


@pytest.mark.parametrize(("kind", "name"), GRADES)
def test_the_same_on_every_boundary(store: Store, kind: str, name: str) -> None:
    facts = FACTS[kind, name]
    assert graded(store, kind, name, facts) == [
        grades_of(KINDS[kind], values)[name] for values in facts
    ]


@pytest.mark.parametrize(("kind", "name"), GRADES)
def test_an_override_goes_first(store: Store, kind: str, name: str) -> None:
    reasoned = {f"{name}_override": 1, f"{name}_override_reason": "依据"}
    facts = [values | reasoned for values in FACTS[kind, name][:3]]
    assert graded(store, kind, name, facts) == [1, 1, 1]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 300)), min_size=1, max_size=20))
def test_ponds_of_any_size(store: Store, ponds: list[tuple[float, float]]) -> None:
    facts = [{"volume_e4_m3": volume, "height_m": height} for volume, height in ponds]
    assert graded(store, "tailings_pond", "grade", facts) == [
        g.tailings_grade(volume, height) for volume, height in ponds
    ]


def test_another_rule_is_another_rule_for_the_database_too() -> None:
    """A rule is told once: nothing about a grade stands where it is written as SQL."""
    kind = KINDS["reservoir"]
    rule = g.Scale((7,), g.RESERVOIR.labels[:2], "试验").rule()
    fields = (replace(one, rule=rule) if one.name == "grade" else one for one in kind.fields)
    changed = replace(kind, fields=tuple(fields))
    assert [grades_of(changed, {"capacity_e8_m3": value})["grade"] for value in (7, 6)] == [1, 2]
    assert grade_sql(changed, "grade") == (
        "coalesce(grade_override, (CASE WHEN capacity_e8_m3 >= 7 THEN 1"
        " WHEN capacity_e8_m3 IS NOT NULL THEN 2 ELSE NULL END))"
    )


def test_counted_by_grade(store: Store) -> None:
    """As a board asks: how many of each."""
    graded(store, "reservoir", "grade", [{"capacity_e8_m3": value} for value in (1.0, 2.0, 0.1)])
    level = grade_expression(KINDS["reservoir"], "grade")
    with store.session() as session:
        found = session.execute(
            select(level, func.count(Reservoir.fid)).group_by(level).order_by(level)
        ).all()
    assert [tuple(row) for row in found] == [(2, 2), (3, 1)]


@pytest.mark.parametrize(
    ("kind", "name"), [pair for pair in GRADES if pair[1] in indexed_grades(KINDS[pair[0]])]
)
def test_an_index_serves_a_list_of_one_grade(file_store: FileStore, kind: str, name: str) -> None:
    """Written letter by letter as the index has it."""
    model: Any = MODELS[kind]
    query = (
        select(model.fid).where(grade_expression(KINDS[kind], name) == literal_column("1"))
    ).order_by(model.id)
    with file_store.session() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert [row[-1] for row in plan] == [
        f"SEARCH {kind} USING INDEX ix_{kind}_by_{name} (<expr>=?)"
    ]
