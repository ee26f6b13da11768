"""How hard a drill is, against all there is to choose from."""

from __future__ import annotations

import itertools
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisapp.drills.design.difficulty import (
    Answer,
    Group,
    Question,
    measured,
    naive,
    optimum,
    worst,
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    places, units = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    minutes = st.one_of(st.integers(1, 60).map(float), st.just(inf))
    delay = np.array(draw(st.lists(minutes, min_size=places * units, max_size=places * units)))
    groups = [
        Group(
            place=place,
            able=np.array(draw(st.lists(st.booleans(), min_size=units, max_size=units))),
            count=draw(st.integers(1, 2)),
        )
        for place in range(places)
        for _ in range(draw(st.integers(1, 2)))
    ]
    return Question(
        delay_min=delay.reshape(places, units),
        crow_m=delay.reshape(places, units)[:, ::-1].copy(),
        known_min=np.zeros(places),
        limit_min=np.array([draw(st.sampled_from([10.0, 30.0, inf])) for _ in range(places)]),
        people=np.array([float(draw(st.integers(0, 9))) for _ in range(places)]),
        groups=tuple(groups),
    )


def every_way(question: Question) -> list[Answer]:
    """All that can be sent, nobody twice."""
    units = range(question.delay_min.shape[1])
    choices = [
        [
            chosen
            for size in range(group.count + 1)
            for chosen in itertools.combinations(
                [
                    one
                    for one in units
                    if group.able[one] and np.isfinite(question.delay_min[group.place, one])
                ],
                size,
            )
        ]
        for group in question.groups
    ]
    return [
        measured(question, way)
        for way in itertools.product(*choices)
        if len(sent := [one for chosen in way for one in chosen]) == len(set(sent))
    ]


def weighted(question: Question, answer: Answer) -> float:
    """Minutes of the last that came to each place, weighted by people."""
    last = np.zeros(len(question.people))
    for group, units in zip(question.groups, answer.sent, strict=True):
        for one in units:
            last[group.place] = max(last[group.place], question.delay_min[group.place, one])
    return float(last @ question.weights)


@settings(max_examples=60, deadline=None)
@given(questions())
def test_nothing_is_better_than_the_optimum_or_worse_than_the_worst(question: Question) -> None:
    ways = every_way(question)
    unmet = min(one.unmet for one in ways)
    served = [one for one in ways if one.unmet == unmet]
    best, poorest = optimum(question), worst(question)
    assert best.is_proven
    assert poorest.is_proven
    assert best.unmet == poorest.unmet == unmet
    late = min(one.people_late for one in served)
    assert best.people_late == late
    assert weighted(question, best) == pytest.approx(
        min(weighted(question, one) for one in served if one.people_late == late)
    )
    late = max(one.people_late for one in served)
    assert poorest.people_late == late
    assert weighted(question, poorest) == pytest.approx(
        max(weighted(question, one) for one in served if one.people_late == late)
    )


@settings(max_examples=60, deadline=None)
@given(questions())
def test_the_naive_way_is_one_of_them(question: Question) -> None:
    plain = naive(question)
    sent = [one for chosen in plain.sent for one in chosen]
    assert len(sent) == len(set(sent))
    assert plain.unmet >= optimum(question).unmet


def test_the_nearest_as_the_crow_flies_are_not_the_first_to_arrive() -> None:
    """Two places by hand: the near unit has a long road, and is the only one for the other."""
    question = Question(
        delay_min=np.array([[40.0, 12.0], [15.0, inf]]),
        crow_m=np.array([[1_000.0, 5_000.0], [9_000.0, 9_000.0]]),
        known_min=np.array([0.0, 5.0]),
        limit_min=np.array([30.0, 30.0]),
        people=np.array([153.0, 20.0]),
        groups=(
            Group(place=0, able=np.array([True, True]), count=1),
            Group(place=1, able=np.array([True, True]), count=1),
        ),
    )
    plain, best, poorest = naive(question), optimum(question), worst(question)
    assert plain.sent == ((0,), ())
    assert (plain.unmet, plain.people_late) == (1, 173)
    assert best.sent == ((1,), (0,))
    assert (best.unmet, best.people_late, best.last_min) == (0, 0, 15.0)
    assert best.mean_min == pytest.approx((153 * 12 + 20 * 15) / 173)
    assert poorest.sent == ((1,), (0,))


def test_where_nobody_can_come_nobody_is_sent() -> None:
    question = Question(
        delay_min=np.array([[inf]]), crow_m=np.array([[1.0]]), known_min=np.zeros(1),
        limit_min=np.array([inf]), people=np.array([7.0]),
        groups=(Group(place=0, able=np.array([True]), count=2),),
    )  # fmt: skip
    for answer in (naive(question), optimum(question), worst(question)):
        assert (answer.unmet, answer.people_late, answer.mean_min) == (2, 7, None)
