"""Forest fires, by 森林防火条例 articles 40 and 32."""

from __future__ import annotations

import math

import pytest

from gisapp.incidents.grading import Circumstances, Figures
from gisapp.incidents.grading.forest_fire import confirmed, told_to_state, worst_case

PEOPLE = [
    ("dead", 30, "特别重大", "重大"),
    ("seriously_injured", 100, "特别重大", "重大"),
    ("dead", 10, "重大", "较大"),
    ("seriously_injured", 50, "重大", "较大"),
    ("dead", 3, "较大", "一般"),
    ("seriously_injured", 10, "较大", "一般"),
]
NOWHERE = Circumstances()


def named(known: Figures) -> str | None:
    status = confirmed(known)
    return None if status is None else status.label.zh


@pytest.mark.parametrize(("figure", "bound", "reached", "below"), PEOPLE)
def test_casualties_of_article_40(figure: str, bound: int, reached: str, below: str) -> None:
    assert named(Figures(**{figure: bound - 1})) == below
    assert named(Figures(**{figure: bound})) == reached
    assert named(Figures(**{figure: bound + 1})) == reached


@pytest.mark.parametrize(
    ("bound", "reached", "below"),
    # 1000公顷以上; 100公顷以上1000公顷以下; 1公顷以上100公顷以下; 1公顷以下
    [(1000.0, "特别重大", "重大"), (100.0, "重大", "较大"), (1.0, "较大", "一般")],
)
def test_area_of_article_40(bound: float, reached: str, below: str) -> None:
    assert named(Figures(burnt_ha=math.nextafter(bound, 0))) == below
    assert named(Figures(burnt_ha=bound)) == reached
    assert named(Figures(burnt_ha=bound + 1)) == reached


def test_any_burning_woodland_is_the_lowest_grade() -> None:
    assert named(Figures(burnt_ha=0.0)) == "一般"
    assert named(Figures(dead=0)) == "一般"
    assert named(Figures()) is None


def test_loss_is_no_criterion() -> None:
    assert named(Figures(burnt_ha=0.5, loss_cny=10**10)) == "一般"


def test_missing_firefighters_count_in_the_worst_case() -> None:
    """As on 2019-03-30 in Muli: first told as 30 out of touch."""
    known = Figures(burnt_ha=20.0, dead=0, missing=30)
    assert named(known) == "较大"
    assert worst_case(known).label.zh == "特别重大"


@pytest.mark.parametrize(
    ("known", "around", "code"),
    [
        ({}, {"at_national_border": True}, "incident.state_national_border"),
        ({"burnt_ha": 100.0}, {}, "incident.state_grave"),
        ({"dead": 3}, {}, "incident.state_casualties"),
        ({"dead": 1, "missing": 2}, {}, "incident.state_casualties"),
        ({"seriously_injured": 10}, {}, "incident.state_casualties"),
        ({}, {"threatens_settlement_or_works": True}, "incident.state_settlement"),
        ({}, {"burning_after_24_h": True}, "incident.state_24_h"),
        ({}, {"in_virgin_forest": True}, "incident.state_virgin_forest"),
        ({}, {"dangerous_at_provincial_border": True}, "incident.state_provincial_border"),
        ({}, {"needs_state_help": True}, "incident.state_help"),
    ],
)
def test_triggers_of_article_32(known, around, code) -> None:
    met = told_to_state(Figures(**known), Circumstances(**around))
    assert [one.code for one in met] == [code]


@pytest.mark.parametrize(
    "known", [{"dead": 2}, {"seriously_injured": 9}, {"burnt_ha": 99.9}, {"loss_cny": 10**9}, {}]
)
def test_below_the_triggers(known) -> None:
    assert told_to_state(Figures(**known), NOWHERE) == ()


def test_unknown_and_denied_circumstances_trigger_nothing() -> None:
    denied = Circumstances(burning_after_24_h=False, needs_state_help=False)
    assert told_to_state(Figures(burnt_ha=1.0), denied) == ()
