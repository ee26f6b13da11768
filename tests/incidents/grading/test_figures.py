"""Figures: unknown is not nought, and nobody is counted twice."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given

from gisapp.errors import InputError
from gisapp.incidents.grading import FIGURES, Figures
from gisapp.messages import sentence
from tests.incidents.grading.strategies import figures


def test_every_figure_is_named_and_unknown_at_first() -> None:
    names = {field.name for field in fields(Figures)} - {"threatened", "polluted"}
    assert names == FIGURES.keys()
    assert all(Figures().value(name) is None for name in FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_negative_figure_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        Figures(**{name: -1})
    assert caught.value.code == "incident.negative_figure"
    assert FIGURES[name].zh in sentence(caught.value, "zh")
    assert FIGURES[name].en in sentence(caught.value, "en")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_area_is_refused(value: float) -> None:
    with pytest.raises(InputError):
        Figures(burnt_ha=value)


@pytest.mark.parametrize("name", ["threatened", "polluted"])
def test_an_unknown_place_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        Figures(**{name: frozenset({"castle"})})
    assert caught.value.code == "incident.bad_place"


@pytest.mark.parametrize(
    ("dead", "missing", "trapped", "worst"),
    [
        (2, 17, None, 19),
        (2, 10, 7, 19),
        (None, 3, None, 3),
        (None, None, 0, 0),
        (1, None, None, 1),
        (None, None, None, None),
    ],
)
def test_the_worst_case(dead, missing, trapped, worst) -> None:
    assert Figures(dead=dead, missing=missing, trapped=trapped).worst_case().dead == worst


@given(figures)
def test_the_worst_case_counts_each_person_once(known: Figures) -> None:
    worst = known.worst_case()
    total = (known.dead or 0) + (known.missing or 0) + (known.trapped or 0)
    assert (worst.dead or 0) == total
    assert not worst.unaccounted()
    assert worst.worst_case() == worst


def test_those_moved_were_to_be_moved() -> None:
    assert Figures().people_to_move() is None
    assert Figures(moved=600).people_to_move() == 600
    assert Figures(moved=600, to_move=1000).people_to_move() == 1000
    assert Figures(moved=600, to_move=500).people_to_move() == 600


def test_harm() -> None:
    assert not Figures().harmed()
    assert not Figures(dead=0, loss_cny=0, missing=4).harmed()
    assert Figures(injured=1).harmed()
    assert Figures(loss_cny=1).harmed()
