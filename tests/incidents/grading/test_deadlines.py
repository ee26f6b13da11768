"""Report deadlines, by the articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gisapp.errors import InputError
from gisapp.incidents.grading import (
    KINDS,
    Circumstances,
    Deadline,
    EnteredGrade,
    Figures,
    ReportRules,
    Times,
    deadlines,
    grade,
    recipients_of,
)
from tests.incidents.grading.strategies import ALL_TIMES

CHINA = timezone(timedelta(hours=8))
TOLD = datetime(2019, 3, 15, 22, 50, tzinfo=CHINA)


def made(
    kind: str,
    known: Figures,
    times: Times = ALL_TIMES,
    *,
    rules: ReportRules | None = None,
    in_production: bool | None = None,
) -> dict[str, Deadline]:
    graded = grade(KINDS[kind], known, in_production)
    return {one.code: one for one in deadlines(graded, times, rules=rules)}


def zh(labels) -> list[str]:
    return [one.zh for one in labels]


def test_each_limit_runs_from_its_own_time() -> None:
    start = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
    times = Times(
        occurred_at=start,
        unit_head_at=start + timedelta(minutes=10),
        county_received_at=start + timedelta(minutes=50),
        city_received_at=start + timedelta(minutes=100),
    )
    found = made("coal_mine", Figures(dead=3), times)
    minutes = {code: (one.due_at - start) / timedelta(minutes=1) for code, one in found.items()}
    assert minutes["unit_report"] == 70  # article 9: 1 h after the head was told
    assert minutes["county_up"] == 170  # article 11: 2 h a level
    assert minutes["city_up"] == 220


def test_an_unknown_time_gives_no_due_time_but_says_what_will_be_due() -> None:
    found = made("coal_mine", Figures(dead=30), Times())
    assert {one.due_at for one in found.values()} == {None}
    assert found["unit_report"].starts_from == "unit_head_at"
    assert found.keys() == {
        "unit_report",
        "county_up",
        "city_up",
        "grave_phone",
        "grave_written",
        "casualty_changes",
    }


@pytest.mark.parametrize(
    ("known", "highest", "up"),
    [
        # article 10: 一般 to the city, 较大 to the province, 重大 and 特别重大 to the State Council
        (Figures(), "市级应急管理部门", False),
        (Figures(dead=2), "市级应急管理部门", False),
        (Figures(dead=3), "省级应急管理部门", True),
        (Figures(dead=9), "省级应急管理部门", True),
        (Figures(dead=10), "国务院应急管理部门", True),
        (Figures(dead=30), "国务院应急管理部门", True),
        (Figures(dead=2, trapped=8), "国务院应急管理部门", True),
    ],
)
def test_recipients_follow_the_grade(known: Figures, highest: str, up: bool) -> None:
    told = [one for one in zh(recipients_of(grade(KINDS["coal_mine"], known))) if "应急" in one]
    assert told[-1] == highest
    found = made("coal_mine", known)
    assert ("city_up" in found) == up
    assert zh(found["county_up"].recipients) == [
        "县级人民政府",
        "市级应急管理部门",
        "市级负有安全生产监督管理职责的有关部门",
    ]
    if up:
        assert zh(found["city_up"].recipients)[:2] == ["市级人民政府", "省级应急管理部门"]


@pytest.mark.parametrize(
    ("dead", "province", "state"), [(2, False, False), (3, True, False), (10, True, True)]
)
def test_who_may_be_told_past_a_level(dead: int, province: bool, state: bool) -> None:
    """Article 10, last paragraph: only levels that are told in the end."""
    found = made("construction", Figures(dead=dead))
    assert zh(found["county_up"].directly) == ["省级应急管理部门"] * province
    if province:
        assert zh(found["city_up"].directly) == ["国务院应急管理部门"] * state


def test_a_unit_tells_both_departments() -> None:
    """Article 9; the mine inspectorate by 煤矿安全生产条例 article 59."""
    both = ["县级应急管理部门", "县级负有安全生产监督管理职责的有关部门"]
    assert zh(made("construction", Figures())["unit_report"].recipients) == both
    mine = made("coal_mine", Figures())["unit_report"].recipients
    assert zh(mine) == [*both, "所在地矿山安全监察机构"]


def test_grave_events_go_by_telephone_and_in_writing() -> None:
    assert "grave_phone" not in made("coal_mine", Figures(dead=9))
    found = made("coal_mine", Figures(dead=10))
    start = ALL_TIMES.occurred_at
    assert found["grave_phone"].due_at - start == timedelta(minutes=30)
    assert found["grave_written"].due_at - start == timedelta(hours=1)
    assert zh(found["grave_phone"].directly) == ["国务院总值班室"]


@pytest.mark.parametrize(
    ("known", "hours"),
    [
        # 大型及以上 4 h, 中小型 12 h
        (Figures(dead=2, missing=17), 4),
        (Figures(dead=10), 4),
        (Figures(dead=9), 12),
        (Figures(moved=500), 4),
        (Figures(moved=499), 12),
        (Figures(), 12),
    ],
)
def test_quick_report_of_a_geological_disaster(known: Figures, hours: int) -> None:
    found = made("landslide", known, Times(county_received_at=TOLD))["geological_quick"]
    assert found.due_at == TOLD + timedelta(hours=hours)
    assert zh(found.recipients) == ["县级人民政府", "市级自然资源主管部门"]
    assert ("国务院自然资源主管部门" in zh(found.directly)) == (hours == 4)


def test_xiangning_says_which_grade_decided() -> None:
    found = made("landslide", Figures(dead=2, missing=17))["geological_quick"]
    assert (found.by, found.level) == ("worst_case", 2)
    assert made("landslide", Figures(dead=12))["geological_quick"].by == "confirmed"
    assert made("landslide", Figures(dead=1, to_move=900))["geological_quick"].by == "danger"
    assert made("landslide", Figures())["geological_quick"].by is None


@pytest.mark.parametrize(
    ("kind", "in_production", "days"),
    [("coal_mine", None, 30), ("gas", True, 30), ("road_traffic", True, 7), ("fire", True, 7)],
)
def test_changes_of_casualties(kind: str, in_production: bool | None, days: int) -> None:
    """Article 13: to the end of the last day in the zone, the day of the accident not counted."""
    late = datetime(2024, 5, 1, 23, 59, tzinfo=CHINA)
    early = datetime(2024, 5, 1, 0, 0, tzinfo=CHINA)
    end = datetime(2024, 5, 1, tzinfo=CHINA) + timedelta(days=days + 1)
    for moment in (early, late, late.astimezone(UTC)):
        times = Times(occurred_at=moment)
        found = made(kind, Figures(dead=1), times, in_production=in_production)
        assert found["casualty_changes"].due_at == end
        assert found["casualty_changes"].within == timedelta(days=days)


def test_natural_disasters_are_reported_daily() -> None:
    found = made("flood", Figures(dead=1), Times(county_received_at=TOLD))
    assert found.keys() == {"daily_until_stable"}
    assert found["daily_until_stable"].due_at == TOLD + timedelta(days=1)
    assert found["daily_until_stable"].repeats == timedelta(days=1)
    assert "daily_until_stable" not in made("coal_mine", Figures(dead=1))


def test_a_fire_that_is_no_production_accident_has_no_limit_of_the_decree() -> None:
    assert made("fire", Figures(dead=1), in_production=False) == {}
    assert made("fire", Figures(dead=1)) == {}


def test_a_grave_grade_entered_by_hand_has_its_limits() -> None:
    entered = EnteredGrade(level=2, source="市防汛应急预案")
    graded = grade(KINDS["flood"], Figures(), entered=entered)
    found = {one.code: one for one in deadlines(graded, ALL_TIMES)}
    assert found["grave_phone"].by == "entered"
    assert "国务院总值班室" in zh(recipients_of(graded))


def test_a_forest_fire_that_meets_article_32_is_told_to_the_state() -> None:
    around = Circumstances(needs_state_help=True)
    graded = grade(KINDS["forest_fire"], Figures(burnt_ha=0.5), fire=around)
    assert zh(recipients_of(graded))[-1] == "国家森林防火指挥机构"
    assert zh(recipients_of(grade(KINDS["forest_fire"], Figures(burnt_ha=0.5))))[-1] == (
        "市级人民政府"
    )


def test_a_locality_tightens_limits() -> None:
    rules = ReportRules(
        level_up=timedelta(minutes=30),
        grave_phone=timedelta(minutes=15),
        grave_from="city_received_at",
        geological_large=timedelta(hours=2),
    )
    times = Times(occurred_at=TOLD - timedelta(hours=4), city_received_at=TOLD)
    found = made("coal_mine", Figures(dead=10), times, rules=rules)
    assert found["city_up"].due_at == TOLD + timedelta(minutes=30)
    assert found["grave_phone"].due_at == TOLD + timedelta(minutes=15)
    assert found["grave_phone"].starts_from == "city_received_at"


def test_the_shortest_limits() -> None:
    assert ReportRules(casualty_days=1).casualty_days == 1
    twelve = timedelta(hours=12)
    assert ReportRules(geological_large=twelve).geological_large == twelve


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"level_up": timedelta(0)}, "incident.bad_limit"),
        ({"casualty_days": 0}, "incident.bad_limit"),
        ({"geological_large": timedelta(hours=13)}, "incident.large_after_small"),
    ],
)
def test_limits_that_cannot_be(changed, code: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportRules(**changed)
    assert caught.value.code == code


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Times(city_received_at=datetime(2024, 5, 1, 8, 0))  # noqa: DTZ001
    assert caught.value.code == "incident.naive_time"


def test_every_deadline_is_named_in_both_languages() -> None:
    for kind in KINDS:
        for one in made(kind, Figures(dead=30), in_production=True).values():
            assert one.label.zh
            assert one.article.zh
            assert one.label.en.isascii()
            assert one.article.en.isascii()
            assert all(who.zh and who.en.isascii() for who in (*one.recipients, *one.directly))
            assert one.recipients
            assert one.due_at.utcoffset() == timedelta(0)
