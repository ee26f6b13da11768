"""Grades: a value on a boundary falls in the upper grade."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.registers import grades
from gisapp.registers.grades import danger_grade, tailings_grade

quantities = st.floats(0, 1e9, allow_nan=False)


def below(value: float) -> float:
    return math.nextafter(value, -math.inf)


@pytest.mark.parametrize(
    ("scale", "bounds"),
    [
        (grades.MAJOR_HAZARD, [100, 50, 10]),
        (grades.RESERVOIR, [10, 1, 0.1, 0.01, 0.001]),
        (grades.DANGER_PEOPLE, [1000, 500, 100]),
        (grades.DANGER_LOSS, [1e8, 5e7, 5e6]),
        (grades.TAILINGS_VOLUME, [50_000, 10_000, 1_000, 100]),
        (grades.TAILINGS_HEIGHT, [200, 100, 60, 30]),
    ],
)
def test_boundaries_are_inclusive(scale: grades.Scale, bounds: list[float]) -> None:
    for grade, bound in enumerate(bounds, start=1):
        assert scale.grade(bound) == grade
        lower = scale.grade(below(bound))
        assert lower == (grade + 1 if grade < len(scale.labels) else None)
    assert scale.grade(None) is None
    assert scale.source


def test_lowest_grades() -> None:
    """Every hazard source has a level; a pond below the smallest reservoir has no grade."""
    assert grades.MAJOR_HAZARD.grade(0) == 4
    assert grades.RESERVOIR.grade(0.0009) is None


@pytest.mark.parametrize(
    ("people", "loss", "expected"),
    [
        (1000, 0, 1), (999, 0, 2), (0, 1e8, 1), (99, 4_999_999, 4), (99, 5e6, 3),
        (500, None, 2), (None, 5e7, 2), (None, None, None), (0, 0, 4), (100, 5e7, 2),
    ],
)  # fmt: skip
def test_danger_by_the_graver_of_two(people, loss, expected) -> None:
    assert danger_grade(people, loss) == expected


@pytest.mark.parametrize(
    ("volume", "height", "expected"),
    [
        (50_000, 200, 1),  # both class 1
        (10_000, 60, 2),  # 2 and 3: one apart, the graver
        (50_000, 60, 2),  # 1 and 3: two apart, one below the graver
        (50_000, 0, 2),  # 1 and 5
        (99, 29.9, 5),
        (100, 29.9, 4),
        (99, 60, 4),  # 5 and 3
    ],
)
def test_tailings_combination(volume: float, height: float, expected: int) -> None:
    assert tailings_grade(volume, height) == expected


@given(quantities, quantities, quantities)
def test_growing_pond_loses_one_class_at_most(volume: float, height: float, more: float) -> None:
    """The rule takes one off where the two classes lie more than one apart.

    So a pond may fall by one class, never by more, when one of its facts grows.
    """
    before = tailings_grade(volume, height)
    assert tailings_grade(volume + more, height) <= before + 1
    assert 1 <= before <= 5
