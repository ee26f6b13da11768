"""Grades side by side: none in place of another, none without a scale."""

from __future__ import annotations

import pytest

from gisapp.errors import InputError
from gisapp.incidents.grading import (
    KINDS,
    Circumstances,
    EnteredGrade,
    Figures,
    Grading,
    grade,
)

XIANGNING = Figures(dead=2, missing=17)
"""At 22:50 on 2019-03-15."""


def names(graded: Grading) -> dict[str, str]:
    held = {basis: graded.status(basis) for basis in ("confirmed", "worst_case", "danger")}
    return {basis: status.label.zh for basis, status in held.items() if status is not None}


def test_two_dead_and_seventeen_missing_in_a_mine() -> None:
    graded = grade(KINDS["coal_mine"], XIANGNING)
    assert names(graded) == {"confirmed": "一般", "worst_case": "重大"}
    assert graded.near_miss is not None
    assert graded.near_miss.label.zh == "较大涉险事故"
    assert graded.near_miss.criteria[0].in_("zh") == "被困或下落不明 17 人，达到 3 人以上。"
    assert graded.not_graded is None
    basis, status = graded.gravest()
    assert (basis, status.level) == ("worst_case", 2)
    assert status.criterion.in_("zh") == "死亡、下落不明和被困共 19 人，达到 10 人以上。"
    assert status.criterion.in_("en") == "Dead, missing and trapped: 19, 10 or more."


def test_two_dead_and_seventeen_missing_under_a_landslide() -> None:
    graded = grade(KINDS["landslide"], XIANGNING)
    assert names(graded) == {"confirmed": "小型", "worst_case": "大型"}
    assert graded.near_miss is None


def test_disaster_and_danger_of_a_landslide_stand_apart() -> None:
    graded = grade(KINDS["landslide"], Figures(dead=1, missing=0, trapped=0, moved=1200))
    assert names(graded) == {"confirmed": "小型", "worst_case": "小型", "danger": "特大型"}
    assert graded.gravest()[0] == "danger"


@pytest.mark.parametrize("code", [code for code, kind in KINDS.items() if kind.law is None])
def test_a_kind_without_a_scale_is_not_graded(code: str) -> None:
    graded = grade(KINDS[code], Figures(dead=50, missing=50, loss_cny=10**9), True)
    assert names(graded) == {}
    assert graded.near_miss is None
    assert graded.gravest() is None
    assert graded.law is None
    assert "请填报等级并写明依据" in graded.not_graded.in_("zh")
    assert "enter the grade and its source" in graded.not_graded.in_("en")


@pytest.mark.parametrize(
    ("code", "in_production", "why"),
    [
        ("flood", None, "incident.not_graded"),
        ("pollution", True, "incident.not_graded_excluded"),
        ("nuclear", None, "incident.not_graded_excluded"),
        ("social_security", None, "incident.not_graded_security"),
        ("road_traffic", None, "incident.not_graded_ask"),
        ("fire", False, "incident.not_graded_private"),
    ],
)
def test_why_it_is_not_graded(code: str, in_production: bool | None, why: str) -> None:
    graded = grade(KINDS[code], Figures(dead=3), in_production)
    assert graded.not_graded.code == why
    assert graded.confirmed is None


def test_a_road_accident_in_production_is_graded() -> None:
    graded = grade(KINDS["road_traffic"], Figures(dead=3), in_production=True)
    assert names(graded) == {"confirmed": "较大", "worst_case": "较大"}
    assert graded.not_graded is None
    assert graded.gravest()[0] == "confirmed"


def test_nobody_harmed_yet_is_a_near_miss_alone() -> None:
    graded = grade(KINDS["non_coal_mine"], Figures(dead=0, in_danger=10, missing=0, trapped=0))
    assert names(graded) == {}
    assert graded.near_miss is not None
    assert graded.unknown == ("seriously_injured", "loss_cny")


def test_what_is_unknown_is_said() -> None:
    assert set(grade(KINDS["landslide"], XIANGNING).unknown) == {
        "loss_cny",
        "to_move",
        "potential_loss_cny",
        "trapped",
    }
    known = Figures(dead=0, missing=0, trapped=0, seriously_injured=0, burnt_ha=0.2)
    assert grade(KINDS["forest_fire"], known).unknown == ()


def test_a_fire_says_what_the_state_is_told_for() -> None:
    around = Circumstances(burning_after_24_h=True)
    graded = grade(KINDS["forest_fire"], Figures(burnt_ha=120.0), fire=around)
    assert names(graded) == {"confirmed": "重大", "worst_case": "重大"}
    assert [one.code for one in graded.told_to_state] == [
        "incident.state_grave",
        "incident.state_24_h",
    ]


def test_a_grade_entered_by_hand_stands_with_its_source() -> None:
    entered = EnteredGrade(level=2, source=" 市防汛应急预案 1.4 ")
    graded = grade(KINDS["flood"], Figures(), entered=entered)
    assert graded.entered.label.zh == "重大"
    assert graded.entered.law.zh == "市防汛应急预案 1.4"
    assert graded.not_graded is not None
    assert graded.gravest()[0] == "entered"


def test_nothing_is_entered_over_the_law() -> None:
    entered = EnteredGrade(level=1, source="x")
    assert grade(KINDS["coal_mine"], Figures(dead=1), entered=entered).entered is None


@pytest.mark.parametrize(
    ("level", "source", "code"),
    [
        (0, "x", "incident.bad_grade"),
        (5, "x", "incident.bad_grade"),
        (2, "  ", "grade.no_reason"),
        (2, "x" * 201, "grade.no_reason"),
        (2, "市预案\u202e1.4", "grade.bad_reason"),
    ],
)
def test_an_entered_grade_has_a_level_and_a_source(level: int, source: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        EnteredGrade(level=level, source=source)
    assert caught.value.code == code
