"""Grades: a value on a boundary falls in the upper grade."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.registers import KINDS, grades
from gisapp.registers.grades import danger_grade, tailings_grade
from gisapp.registers.queries import grades_of

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
        (grades.SCALE_LANDSLIDE, [1000, 100, 10]),
        (grades.SCALE_COLLAPSE, [100, 10, 1]),
        (grades.SCALE_DEBRIS_FLOW, [50, 20, 2]),
    ],
)
def test_boundaries_are_inclusive(scale: grades.Scale, bounds: list[float]) -> None:
    for grade, bound in enumerate(bounds, start=1):
        assert scale.rule()(bound) == grade
        lower = scale.rule()(below(bound))
        assert lower == (grade + 1 if grade < len(scale.labels) else None)
    assert scale.rule()(None) is None
    assert scale.source


def test_lowest_grades() -> None:
    """Every hazard source has a level; a pond below the smallest reservoir has no grade."""
    assert grades.MAJOR_HAZARD.rule()(0) == 4
    assert grades.RESERVOIR.rule()(0.0009) is None


@pytest.mark.parametrize(
    ("kind", "grade", "facts", "expected"),
    [
        # 安监总局令第40号附件1: R≥100 一级；100>R≥50 二级；50>R≥10 三级；R<10 四级
        ("hazard_source", "level", {"r_value": 100.0}, "一级"),
        ("hazard_source", "level", {"r_value": 99.999}, "二级"),
        ("hazard_source", "level", {"r_value": 50.0}, "二级"),
        ("hazard_source", "level", {"r_value": 10.0}, "三级"),
        ("hazard_source", "level", {"r_value": 9.999}, "四级"),
        # SL 252: 10⁸ m³
        ("reservoir", "grade", {"capacity_e8_m3": 10.0}, "大（1）型"),
        ("reservoir", "grade", {"capacity_e8_m3": 1.0}, "大（2）型"),
        ("reservoir", "grade", {"capacity_e8_m3": 0.1}, "中型"),
        ("reservoir", "grade", {"capacity_e8_m3": 0.01}, "小（1）型"),
        ("reservoir", "grade", {"capacity_e8_m3": 0.001}, "小（2）型"),
        ("reservoir", "grade", {"capacity_e8_m3": 0.000999}, None),
        # 险情: people to be moved, or potential loss; 以上 includes the number
        ("geohazard", "danger_grade", {"people": 1000, "loss_cny": 0.0}, "特大型"),
        ("geohazard", "danger_grade", {"people": 0, "loss_cny": 100e6}, "特大型"),
        ("geohazard", "danger_grade", {"people": 500, "loss_cny": 0.0}, "大型"),
        ("geohazard", "danger_grade", {"people": 0, "loss_cny": 50e6}, "大型"),
        ("geohazard", "danger_grade", {"people": 100, "loss_cny": 0.0}, "中型"),
        ("geohazard", "danger_grade", {"people": 0, "loss_cny": 5e6}, "中型"),
        ("geohazard", "danger_grade", {"people": 99, "loss_cny": 4_999_999.99}, "小型"),
        # DZ/T 0261-2014, by type
        ("geohazard", "scale", {"geohazard_type": "landslide", "volume_e4_m3": 1000.0}, "巨型"),
        ("geohazard", "scale", {"geohazard_type": "landslide", "volume_e4_m3": 9.99}, "小型"),
        ("geohazard", "scale", {"geohazard_type": "collapse", "volume_e4_m3": 10.0}, "大型"),
        ("geohazard", "scale", {"geohazard_type": "debris_flow", "volume_e4_m3": 2.0}, "中型"),
        ("geohazard", "scale", {"geohazard_type": "subsidence", "volume_e4_m3": 900.0}, None),
        ("geohazard", "scale", {"geohazard_type": "landslide"}, None),
        # GB 39496-2020: volume in 10⁴ m³ and height in m
        ("tailings_pond", "grade", {"volume_e4_m3": 1000.0, "height_m": 60.0}, "三等"),
        ("tailings_pond", "grade", {"volume_e4_m3": 100.0, "height_m": 60.0}, "三等"),
        ("tailings_pond", "grade", {"volume_e4_m3": 99.99, "height_m": 60.0}, "四等"),
        ("tailings_pond", "grade", {"volume_e4_m3": 100.0}, None),
    ],
)
def test_the_registers_grade_as_the_law_reads(
    kind: str, grade: str, facts: dict[str, object], expected: str | None
) -> None:
    found = grades_of(KINDS[kind], facts)
    choices = KINDS[kind].field(grade).choices
    assert choices is not None
    value = found[grade]
    assert (None if value is None else choices[str(value)].zh) == expected
    assert found[f"{grade}_computed"] == value


@pytest.mark.parametrize(
    ("kind", "grade"),
    [(kind.name, field.name) for kind in KINDS.values() for field in kind.grades()],
)
def test_an_override_is_read_whatever_the_facts_say(kind: str, grade: str) -> None:
    choices = KINDS[kind].field(grade).choices
    assert choices is not None
    for value in range(1, len(choices) + 1):
        assert grades_of(KINDS[kind], {f"{grade}_override": value})[grade] == value


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
    before, after = tailings_grade(volume, height), tailings_grade(volume + more, height)
    assert before is not None
    assert after is not None
    assert after <= before + 1
    assert 1 <= before <= 5
