"""What a corrected figure changes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from gisapp.incidents.grading import KINDS, EnteredGrade, Figures, compare, grade
from tests.incidents.grading.strategies import ALL_TIMES, figures, kinds

MINE, SLOPE, ROAD = KINDS["coal_mine"], KINDS["landslide"], KINDS["road_traffic"]


def said(change, lang: str = "zh") -> list[str]:
    return [one.in_(lang) for one in change.sentences]


def test_one_more_dead_in_a_mine() -> None:
    change = compare(
        grade(MINE, Figures(dead=2, missing=0)), grade(MINE, Figures(dead=3, missing=0))
    )
    assert [(one.basis, one.before.level, one.after.level) for one in change.grades] == [
        ("confirmed", 4, 3),
        ("worst_case", 4, 3),
    ]
    assert [one.zh for one in change.recipients_added][1] == "省级应急管理部门"
    assert change.recipients_dropped == ()
    assert said(change) == [
        "已核实等级由一般升为较大。",
        "最坏情形等级由一般升为较大。",
        "还须报告：市级人民政府、省级应急管理部门、省级负有安全生产监督管理职责的有关部门。",
        "新增“市级上报”，时限 2 小时。",
    ]


def test_the_missing_of_a_landslide_are_found_alive() -> None:
    change = compare(
        grade(SLOPE, Figures(dead=2, missing=17)),
        grade(SLOPE, Figures(dead=2, missing=0)),
        times=ALL_TIMES,
    )
    assert said(change, "en")[0] == "Worst-case grade: lowered from Large to Small."
    quick = next(one for one in change.deadlines if one.code == "geological_quick")
    assert quick.after.due_at - quick.before.due_at == timedelta(hours=8)
    assert "“地质灾害速报”的时限由 4 小时改为 12 小时。" in said(change)
    assert {one.code for one in change.deadlines if one.after is None} == {
        "grave_phone",
        "grave_written",
    }
    assert [one.zh for one in change.recipients_dropped] == ["省级人民政府", "国务院总值班室"]


def test_a_near_miss_comes_and_goes() -> None:
    none, some = grade(MINE, Figures(trapped=2)), grade(MINE, Figures(trapped=3))
    assert "现构成较大涉险事故。" in said(compare(none, some))
    assert "不再构成较大涉险事故。" in said(compare(some, none))


def test_an_officer_says_that_it_was_in_production() -> None:
    asked = grade(ROAD, Figures(dead=3))
    change = compare(asked, grade(ROAD, Figures(dead=3), in_production=True))
    assert said(change)[:3] == [
        "已核实等级现为较大。",
        "最坏情形等级现为较大。",
        "现由系统按法规定级。",
    ]
    assert {one.code for one in change.deadlines} == {
        "unit_report",
        "county_up",
        "city_up",
        "casualty_changes",
    }
    back = compare(grade(ROAD, Figures(dead=3), in_production=True), asked)
    assert "已核实等级（原为较大）不再成立。" in said(back)
    assert any("是否属于生产安全事故" in one for one in said(back))


def test_the_kind_is_corrected() -> None:
    """A break of a tailings dam that was first told as a landslide."""
    known = Figures(dead=12, missing=0, trapped=0)
    change = compare(grade(SLOPE, known), grade(KINDS["tailings_pond"], known))
    assert said(change)[0] == "已核实等级改按另一依据：原为大型，现为重大。"
    assert "不再需要“地质灾害速报”。" in said(change)


def test_another_grade_is_entered() -> None:
    flood = KINDS["flood"]
    low, high = (
        grade(flood, Figures(), entered=EnteredGrade(level=level, source="市防汛应急预案"))
        for level in (4, 1)
    )
    assert said(compare(low, high))[0] == "人工填报等级由一般升为特别重大。"


def test_a_figure_that_changes_no_grade() -> None:
    change = compare(grade(MINE, Figures(dead=1)), grade(MINE, Figures(dead=2)))
    assert not change
    assert change.deadlines == ()


@given(kinds, figures, figures)
def test_a_change_is_empty_only_without_difference(kind, one, other) -> None:
    before, after = grade(kind, one, True), grade(kind, other, True)
    change = compare(before, after)
    assert not compare(before, before)
    assert bool(change) == bool(
        change.grades
        or change.recipients_added
        or change.recipients_dropped
        or change.deadlines
        or (before.near_miss is None) != (after.near_miss is None)
    )
    assert all(sentence.in_(lang) for sentence in change.sentences for lang in ("zh", "en"))
    back = compare(after, before)
    assert set(back.recipients_added) == set(change.recipients_dropped)
    assert {one.code for one in back.deadlines} == {one.code for one in change.deadlines}
