"""Geological disasters, by 地质灾害防治条例 article 4 and the national plan."""

from __future__ import annotations

import pytest
from hypothesis import given

from gisapp.incidents.grading import Figures
from gisapp.incidents.grading.geological import confirmed, danger, worst_case
from gisapp.registers.grades import danger_grade
from tests.incidents.grading.strategies import figures

DISASTER = [
    # (一) 死亡30人以上或者直接经济损失1000万元以上: 特大型
    ("dead", 30, "特大型", "大型"),
    ("loss_cny", 10_000_000, "特大型", "大型"),
    # (二) 死亡10人以上30人以下或者500万元以上1000万元以下: 大型
    ("dead", 10, "大型", "中型"),
    ("loss_cny", 5_000_000, "大型", "中型"),
    # (三) 死亡3人以上10人以下或者100万元以上500万元以下: 中型
    ("dead", 3, "中型", "小型"),
    ("loss_cny", 1_000_000, "中型", "小型"),
]
DANGER = [
    ("to_move", 1000, "特大型", "大型"),
    ("moved", 1000, "特大型", "大型"),
    ("potential_loss_cny", 100_000_000, "特大型", "大型"),
    ("to_move", 500, "大型", "中型"),
    ("potential_loss_cny", 50_000_000, "大型", "中型"),
    ("to_move", 100, "中型", "小型"),
    ("potential_loss_cny", 5_000_000, "中型", "小型"),
]


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), DISASTER)
def test_bounds_of_article_4(figure: str, bound: int, reached: str, below: str) -> None:
    for value, label in ((bound - 1, below), (bound, reached), (bound + 1, reached)):
        status = confirmed(Figures(**{figure: value}))
        assert status is not None
        assert status.label.zh == label
        assert status.article.zh == "第四条"


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), DANGER)
def test_bounds_of_the_plan(figure: str, bound: int, reached: str, below: str) -> None:
    for value, label in ((bound - 1, below), (bound, reached), (bound + 1, reached)):
        known = Figures(**{figure: value})
        status = danger(known)
        assert status is not None
        assert status.label.zh == label
        assert status.law.zh == "国家突发地质灾害应急预案"
        assert confirmed(known) is None


def test_serious_injuries_are_no_criterion_of_article_4() -> None:
    status = confirmed(Figures(seriously_injured=200))
    assert status is not None
    assert status.label.zh == "小型"


def test_nothing_happened_and_nothing_threatens() -> None:
    assert confirmed(Figures(dead=0, loss_cny=0)) is None
    assert danger(Figures(to_move=0, potential_loss_cny=0)) is None
    assert worst_case(Figures(missing=1)).label.zh == "小型"


@given(figures)
def test_a_danger_is_graded_as_the_register_grades_a_hazard_point(known: Figures) -> None:
    people, loss = known.people_to_move(), known.potential_loss_cny
    status = danger(known)
    if people or loss:
        assert status is not None
        assert status.level == danger_grade(people, loss)
    else:
        assert status is None
