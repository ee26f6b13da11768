"""A plan sets the level of response: any one trigger suffices, a value on its bound included."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.incidents.grading.figures import Figures
from gisapp.incidents.grading.kinds import event_kind
from gisapp.incidents.grading.statuses import EnteredGrade, grade
from gisapp.incidents.response.levels import Suggestion, has_run_out, level_changes, suggest
from gisapp.incidents.response.plans import Plan, Trigger, plan_of
from tests.tiny_site import PLANS

SLOPE = plan_of(tomllib.loads(PLANS)["plan"][0])


def suggested(plan: Plan = SLOPE, kind: str = "landslide", **figures: float) -> Suggestion:
    known = Figures(**figures)  # type: ignore[arg-type]
    return suggest(plan, grade(event_kind(kind), known), known)


def with_(*triggers: Trigger) -> Plan:
    return replace(SLOPE, triggers=triggers)


def test_two_dead_and_seventeen_missing_at_a_slope() -> None:
    found = suggested(dead=2, missing=17)
    assert (found.confirmed.level, found.worst_case.level) == (4, 2)
    assert found.confirmed.because.in_("zh") == "已核实等级为小型。"
    assert found.worst_case.because.in_("zh") == "最坏情形等级为大型。"
    assert found.unknown == ("moved",)


@pytest.mark.parametrize(
    ("figures", "confirmed", "worst"),
    [
        ({}, None, None),
        ({"dead": 0}, None, None),
        ({"dead": 9}, 4, 3),
        ({"dead": 10}, 1, 1),
        ({"dead": 2}, 4, 4),
        ({"dead": 2, "missing": 1}, 4, 3),
        ({"moved": 49}, None, None),
        ({"moved": 50}, 3, 3),
        ({"to_move": 999}, None, None),
        ({"to_move": 1000}, 2, 2),
        ({"missing": 10}, None, 2),
    ],
)
def test_values_on_a_bound(
    figures: dict[str, int], confirmed: int | None, worst: int | None
) -> None:
    found = suggested(**figures)
    assert (found.confirmed.level, found.worst_case.level) == (confirmed, worst)


def test_a_figure_of_the_worst_case_counts_missing_and_trapped_as_dead() -> None:
    plan = with_(Trigger(basis="worst_case", figure="dead", at_least=3, level=2))
    found = suggested(plan, "flood", dead=1, missing=1, trapped=1)
    assert (found.confirmed.level, found.worst_case.level) == (None, 2)
    assert "3" in found.worst_case.because.in_("zh")
    assert suggested(plan, "flood", dead=1, missing=1).worst_case.level is None


def test_the_event_itself_and_a_near_miss_lead_to_levels() -> None:
    plan = with_(Trigger(basis="event", level=4), Trigger(basis="near_miss", level=3))
    assert suggested(plan, "coal_mine", trapped=2).confirmed.level == 4
    assert suggested(plan, "coal_mine", trapped=3).confirmed.level == 3


def test_a_grade_entered_by_hand_counts_where_the_program_has_no_scale() -> None:
    plan = with_(Trigger(basis="confirmed", grade=3, level=2))
    entered = EnteredGrade(level=3, source="市水利局")
    grading = grade(event_kind("flood"), Figures(), entered=entered)
    found = suggest(plan, grading, Figures())
    assert found.confirmed.level == 2
    assert found.confirmed.because.in_("zh").startswith("人工填报等级")
    assert suggested(plan, "flood").confirmed.level is None


@given(
    dead=st.none() | st.integers(0, 40),
    missing=st.none() | st.integers(0, 40),
    moved=st.none() | st.integers(0, 1200),
)
def test_the_worst_case_is_never_below_what_is_confirmed_and_more_harm_never_lowers(
    dead: int | None, missing: int | None, moved: int | None
) -> None:
    given = {"dead": dead, "missing": missing, "moved": moved}
    known = {name: value for name, value in given.items() if value is not None}
    found = suggested(**known)
    assert (found.worst_case.level or 5) <= (found.confirmed.level or 5)
    more = suggested(**{name: value + 1 for name, value in known.items()})
    assert (more.confirmed.level or 5) <= (found.confirmed.level or 5)
    assert (more.worst_case.level or 5) <= (found.worst_case.level or 5)


def test_a_correction_says_which_levels_change() -> None:
    before, after = suggested(dead=2, missing=1), suggested(dead=2, missing=8)
    (said,) = level_changes([before], [after])
    assert said.in_("zh") == "滑坡预案建议的响应级别（按最坏情形）由Ⅲ级响应改为Ⅱ级响应。"
    assert level_changes([before], [before]) == ()
    assert [one.in_("en") for one in level_changes([], [after])] == [
        "Slope plan suggests another level (by what is confirmed): no response became"
        " Response level IV.",
        "Slope plan suggests another level (in the worst case): no response became"
        " Response level II.",
    ]


def test_the_last_moment_of_its_duration_is_over() -> None:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    tick = timedelta(milliseconds=1)
    assert [has_run_out(at, now) for now in (at - tick, at, at + tick)] == [False, True, True]
    assert not has_run_out(None, at)
