"""Decree 493 article 3, by its text."""

from __future__ import annotations

import pytest

from gisapp.incidents.grading import Figures
from gisapp.incidents.grading.decree_493 import confirmed, worst_case

TEXT = [
    # (一) 30人以上死亡，或者100人以上重伤，或者1亿元以上直接经济损失: 特别重大
    ("dead", 30, "特别重大", "重大"),
    ("seriously_injured", 100, "特别重大", "重大"),
    ("loss_cny", 100_000_000, "特别重大", "重大"),
    # (二) 10人以上30人以下死亡，或者50人以上100人以下重伤，或者5000万元以上1亿元以下: 重大
    ("dead", 10, "重大", "较大"),
    ("seriously_injured", 50, "重大", "较大"),
    ("loss_cny", 50_000_000, "重大", "较大"),
    # (三) 3人以上10人以下死亡，或者10人以上50人以下重伤，或者1000万元以上5000万元以下: 较大
    ("dead", 3, "较大", "一般"),
    ("seriously_injured", 10, "较大", "一般"),
    ("loss_cny", 10_000_000, "较大", "一般"),
]
SAID = {
    "dead": "incident.by_dead",
    "seriously_injured": "incident.by_seriously_injured",
    "loss_cny": "incident.by_loss",
}


def named(known: Figures) -> str | None:
    status = confirmed(known)
    return None if status is None else status.label.zh


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), TEXT)
def test_bounds_of_article_3(figure: str, bound: int, reached: str, below: str) -> None:
    assert named(Figures(**{figure: bound - 1})) == below
    assert named(Figures(**{figure: bound})) == reached
    assert named(Figures(**{figure: bound + 1})) == reached


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), TEXT)
def test_the_criterion_that_decided_is_named(figure, bound, reached, below) -> None:
    others = {"dead": 1, "seriously_injured": 1, "loss_cny": 1} | {figure: bound}
    status = confirmed(Figures(**others))
    assert status is not None
    assert status.criterion.code == SAID[figure]
    assert status.criterion.values == {"value": bound, "bound": bound}
    assert status.article.zh == "第三条"


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), TEXT[:7:3])
def test_missing_and_trapped_count_in_the_worst_case(figure, bound, reached, below) -> None:
    for known in (
        Figures(dead=1, missing=bound - 1),
        Figures(dead=1, trapped=bound - 1),
        Figures(dead=0, missing=1, trapped=bound - 1),
    ):
        status = worst_case(known)
        assert status is not None
        assert status.label.zh == reached
        assert status.criterion.code == "incident.by_dead_worst"
    assert worst_case(Figures(dead=1, missing=bound - 2)).label.zh == below


def test_any_one_criterion_suffices() -> None:
    assert named(Figures(dead=2, seriously_injured=50, loss_cny=1)) == "重大"
    assert named(Figures(dead=9, seriously_injured=99, loss_cny=100_000_000)) == "特别重大"


@pytest.mark.parametrize(
    ("known", "grade"),
    [
        # (四) 3人以下死亡 … of what article 2 calls an accident: casualties or loss
        ({"dead": 1}, "一般"),
        ({"seriously_injured": 1}, "一般"),
        ({"injured": 40}, "一般"),
        ({"loss_cny": 1}, "一般"),
        ({"dead": 0, "seriously_injured": 0, "loss_cny": 0}, None),
        ({"missing": 5}, None),
        ({}, None),
    ],
)
def test_below_all_bounds(known: dict[str, int], grade: str | None) -> None:
    assert named(Figures(**known)) == grade


def test_slight_injuries_reach_no_bound() -> None:
    assert named(Figures(injured=500)) == "一般"
