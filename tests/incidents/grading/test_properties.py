"""What holds of all figures and kinds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gisapp.incidents.grading import BASES, Figures, deadlines, grade, recipients_of
from gisapp.incidents.grading.criteria import Status
from tests.incidents.grading.strategies import ALL_TIMES, figures, growing, kinds

production = st.none() | st.booleans()


def gravity(status: Status | None) -> int:
    """Larger is graver; none is below all."""
    return 0 if status is None else 5 - status.level


@given(kinds, growing(), production)
def test_more_of_anything_never_lowers_a_grade(kind, pair, in_production) -> None:
    before, after = (grade(kind, known, in_production) for known in pair)
    for basis in BASES:
        assert gravity(after.status(basis)) >= gravity(before.status(basis))
    if before.near_miss is not None:
        assert {one.code for one in before.near_miss.criteria} <= {
            one.code for one in after.near_miss.criteria
        }


@given(kinds, figures, production)
def test_the_worst_case_is_never_below_the_confirmed(kind, known, in_production) -> None:
    graded = grade(kind, known, in_production)
    assert gravity(graded.worst_case) >= gravity(graded.confirmed)


@given(kinds, growing(), production)
def test_deadlines_of_a_graver_grade_are_never_later(kind, pair, in_production) -> None:
    before, after = (grade(kind, known, in_production) for known in pair)
    later = {one.code: one for one in deadlines(after, ALL_TIMES)}
    for one in deadlines(before, ALL_TIMES):
        assert later[one.code].due_at <= one.due_at
        assert set(one.recipients) <= set(later[one.code].recipients)
    assert set(recipients_of(before)) <= set(recipients_of(after))


@given(kinds, figures, production, st.integers(0, 50))
def test_a_missing_person_found_dead_leaves_the_worst_case(
    kind, known, in_production, found
) -> None:
    """The officer moves people from one figure to the other: nobody is counted twice."""
    found = min(found, known.missing or 0)
    values = {name: getattr(known, name) for name in ("trapped", "seriously_injured", "loss_cny")}
    before = Figures(dead=known.dead, missing=known.missing, **values)
    moved = Figures(
        dead=known.dead if not found else (known.dead or 0) + found,
        missing=known.missing if not found else known.missing - found,
        **values,
    )
    one, other = (grade(kind, each, in_production) for each in (before, moved))
    assert gravity(one.worst_case) == gravity(other.worst_case)


@given(kinds, figures, production)
def test_a_grading_is_the_same_twice_and_says_itself(kind, known, in_production) -> None:
    graded = grade(kind, known, in_production)
    assert graded == grade(kind, known, in_production)
    assert (graded.not_graded is None) == (graded.law is not None)
    held = [graded.status(basis) for basis in BASES]
    for status in held:
        assert status is None or all(status.criterion.in_(lang) for lang in ("zh", "en"))
    assert all(one.within > timedelta(0) for one in deadlines(graded, ALL_TIMES))
