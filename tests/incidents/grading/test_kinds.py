"""Kinds of event: named in both languages, with the law the text gives them."""

from __future__ import annotations

import pytest

from gisapp.errors import InputError
from gisapp.incidents.grading import KINDS, event_kind, law_of, missing_production

SOMETIMES = {"gas", "road_traffic", "fire", "stampede"}


def test_every_kind_is_named_in_both_languages_and_once() -> None:
    for code, kind in KINDS.items():
        assert kind.code == code
        assert kind.label.zh
        assert kind.label.en.isascii()
    assert len({kind.label.zh for kind in KINDS.values()}) == len(KINDS) >= 30


def test_no_kind_has_a_code_of_a_standard_that_nobody_read() -> None:
    assert {kind.gb_code for kind in KINDS.values()} == {None}


@pytest.mark.parametrize(
    ("code", "law"),
    [
        # 地质灾害防治条例 article 2: 崩塌、滑坡、泥石流、地面塌陷、地裂缝
        ("landslide", "geological"),
        ("debris_flow", "geological"),
        ("collapse", "geological"),
        ("ground_subsidence", "geological"),
        ("ground_fissure", "geological"),
        ("forest_fire", "forest_fire"),
        ("coal_mine", "decree_493"),
        ("tailings_pond", "decree_493"),
        ("construction", "decree_493"),
        # no scale was read
        ("flood", None),
        ("reservoir_danger", None),
        ("earthquake", None),
        ("epidemic", None),
        ("railway", None),
        ("special_equipment", None),
        ("power_failure", None),
        # Decree 493 article 2: 环境污染事故、核设施事故 … 不适用
        ("pollution", None),
        ("nuclear", None),
        ("social_security", None),
    ],
)
@pytest.mark.parametrize("said", [None, True, False])
def test_the_kind_decides_the_law(code: str, law: str | None, said: bool | None) -> None:
    assert law_of(KINDS[code], said) == law
    assert not missing_production(KINDS[code], said)


@pytest.mark.parametrize("code", sorted(SOMETIMES))
def test_some_are_production_accidents_only_where_an_officer_says_so(code: str) -> None:
    kind = KINDS[code]
    assert law_of(kind, True) == "decree_493"
    assert law_of(kind, False) is None
    assert law_of(kind, None) is None
    assert missing_production(kind, None)
    assert not missing_production(kind, False)


def test_only_these_are_asked() -> None:
    assert {code for code, kind in KINDS.items() if kind.production_asked} == SOMETIMES


def test_the_short_term_is_for_road_traffic_and_fire() -> None:
    """Decree 493 article 13."""
    short = {code for code, kind in KINDS.items() if kind.casualty_days_short}
    assert short == {"road_traffic", "fire"}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        event_kind("meteor")
    assert caught.value.code == "incident.bad_kind"
    assert event_kind("flood") is KINDS["flood"]
