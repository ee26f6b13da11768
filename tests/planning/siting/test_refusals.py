"""What cannot be answered is refused, with what is short or in the way."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from gisapp.errors import InputError
from gisapp.messages import LANGUAGES, sentence
from gisapp.planning.siting import (
    Effort,
    InfeasibleError,
    Problem,
    UnsolvedError,
    bacop,
    lscp,
    mclp,
    mexclp,
    p_center,
    p_median,
)
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]
NONE = math.inf
APART = Problem.from_cost_matrix([[1, NONE, NONE], [NONE, 1, NONE], [NONE, NONE, 1]])
FAR = Problem.from_cost_matrix([[1, 2], [9, 9], [NONE, NONE]])


def refused(code: str, question) -> InfeasibleError:
    with pytest.raises(InfeasibleError) as raised:
        question()
    assert raised.value.code == code
    assert all(sentence(raised.value, lang) for lang in LANGUAGES)
    return raised.value


def test_demands_that_no_site_reaches_are_named() -> None:
    error = refused("siting.unreachable", lambda: lscp(FAR, service_radius=5))
    assert error.demands.tolist() == [1, 2]
    error = refused("siting.unreachable", lambda: p_median(FAR, p_facilities=1))
    assert error.demands.tolist() == [2]
    refused("siting.unreachable", lambda: p_center(FAR, p_facilities=1))


@pytest.mark.parametrize(
    "question",
    [
        lambda: p_median(APART, p_facilities=1),
        lambda: p_center(APART, p_facilities=1),
        lambda: bacop(APART, service_radius=5, p_facilities=1),
    ],
)
def test_too_few_sites_say_how_many_are_short(question) -> None:
    assert refused("siting.short_of_sites", question).params["short"] == 2


def test_too_little_money_says_how_much_is_short() -> None:
    dear = Problem.from_cost_matrix(APART.cost_matrix, site_costs=[10, 20, 30])
    error = refused("siting.short_of_money", lambda: lscp(dear, service_radius=5, budget=45))
    assert error.params["short"] == 15
    error = refused("siting.short_of_money", lambda: p_median(dear, budget=45))
    assert error.params["short"] == 15


def test_too_little_room_says_how_many_people_are_left_out_at_least() -> None:
    """Demands of 5, 4 and 3 people, room for 8 and 2: the least left out are 4, not 3."""
    tight = Problem.from_cost_matrix([[1, 1], [1, 1], [1, 1]], weights=[5, 4, 3], capacities=[8, 2])
    error = refused("siting.short_of_capacity", lambda: lscp(tight, service_radius=5))
    assert error.params["people"] == 4
    assert error.demands.tolist() == [1]
    refused("siting.short_of_capacity", lambda: p_median(tight, p_facilities=2))


def test_what_is_left_out_by_maximal_covering_has_its_reason() -> None:
    found = mclp(FAR, service_radius=5, p_facilities=1)
    assert {why.value: left.tolist() for why, left in found.uncovered.items()} == {
        "no_site": [1, 2],
        "not_chosen": [],
        "full": [],
    }
    full = Problem.from_cost_matrix([[1], [1]], weights=[3, 2], capacities=[3])
    left = mclp(full, service_radius=5, p_facilities=1).uncovered
    assert [one.tolist() for one in left.values()] == [[], [], [1]]


def test_withdrawn_before_anything_is_found() -> None:
    room = Problem.from_cost_matrix(APART.cost_matrix, capacities=[1, 1, 1])
    with pytest.raises(UnsolvedError):
        lscp(room, service_radius=5, effort=Effort(stop=lambda: True))


def test_withdrawn_after_something_is_found_the_bound_is_honest() -> None:
    many = Problem.from_cost_matrix([[abs(a - b) for b in range(12)] for a in range(12)])
    found = mclp(many, service_radius=1, p_facilities=3, effort=Effort(stop=lambda: True))
    assert found.objective <= found.bound


BAD = {
    "siting.bad_matrix": lambda: Problem.from_cost_matrix([1, 2]),
    "siting.bad_seconds": lambda: Problem.from_cost_matrix([[math.nan]]),
    "siting.bad_values": lambda: Problem.from_cost_matrix([[1]], weights=[0]),
    "siting.bad_length": lambda: Problem.from_cost_matrix([[1]], site_costs=[1, 2]),
    "siting.bad_site": lambda: Problem.from_cost_matrix([[1]], predefined_facilities=[1]),
    "siting.bad_radius": lambda: mclp(FAR, service_radius=0, p_facilities=1),
    "siting.bad_p": lambda: mclp(FAR, service_radius=1, p_facilities=3),
    "siting.p_or_budget": lambda: mclp(FAR, service_radius=1),
    "siting.bad_budget": lambda: mclp(FAR, service_radius=1, budget=-1),
    "siting.bad_share": lambda: mexclp(FAR, service_radius=1, p_facilities=1, busy=1),
    "siting.bad_effort": lambda: Effort(time_limit_s=0),
    "siting.no_capacities": lambda: p_center(
        Problem.from_cost_matrix([[1]], capacities=[1]), p_facilities=1
    ),
}


@pytest.mark.parametrize("code", BAD)
def test_what_cannot_be_used_is_said(code: str) -> None:
    with pytest.raises(InputError) as raised:
        BAD[code]()
    assert raised.value.code == code
    assert all(sentence(raised.value, lang) for lang in LANGUAGES)


def test_nothing_is_written_to_standard_output(capfd) -> None:
    """A command with --json answers there; HiGHS would greet once for each process."""
    script = (
        "from gisapp.planning.siting import *\n"
        "one = Problem.from_cost_matrix([[1, 2], [2, 1]], capacities=[1, 1])\n"
        "lscp(one, service_radius=3)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, timeout=PATIENCE_S)
    assert capfd.readouterr() == ("", "")
