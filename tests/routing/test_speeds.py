"""Class speeds, and the ways OSM writes limits."""

from __future__ import annotations

import math

import pytest

from routing.speeds import (
    CHINESE_CLASSES,
    CLASS_SPEEDS,
    class_speed_kph,
    parse_maxspeed,
)


@pytest.mark.parametrize(
    ("text", "kph"),
    [
        ("60", 60),
        ("60 km/h", 60),
        ("35 mph", 56.32704),
        ("10 knots", 18.52),
        ("CN:urban", 50),
        ("CN:motorway", 120),
        ("RU:rural", 90),
        ("DE:zone:30", 30),
        ("walk", 7),
        ("none", 130),
        ("50;70", 50),
        ("70|50|60", 50),
    ],
)
def test_maxspeed_is_read_in_kph(text, kph):
    assert parse_maxspeed(text) == pytest.approx(kph)


@pytest.mark.parametrize("text", ["signals", "variable", ""])
def test_maxspeed_without_a_number_is_no_limit_known(text):
    assert math.isnan(parse_maxspeed(text))


@pytest.mark.parametrize("text", ["fast", "0", "-30", "60 furlongs", "50; fast"])
def test_maxspeed_that_cannot_be_read_is_none(text):
    assert parse_maxspeed(text) is None


def test_speeds_fall_with_the_class():
    order = ["motorway", "trunk", "primary", "secondary", "tertiary", "residential", "track"]
    speeds = [class_speed_kph(name) for name in order]
    assert speeds == sorted(speeds, reverse=True)
    assert speeds[0] == 100


def test_chinese_classes_lead_to_known_ones():
    assert CHINESE_CLASSES["国道"] == "trunk"
    assert set(CHINESE_CLASSES.values()) <= set(CLASS_SPEEDS)


@pytest.mark.parametrize(
    "falling",
    [
        ["高速公路", "国道", "省道", "县道", "乡道", "村道"],
        ["高速公路", "一级公路", "二级公路", "三级公路", "四级公路", "等外公路"],
        ["高速", "一级", "二级", "三级", "四级"],
        ["城市快速路", "主干路", "次干路", "支路"],
        ["快速路", "主干路", "次干路", "支路"],
    ],
)
def test_chinese_grades_fall_in_speed(falling):
    speeds = [class_speed_kph(CHINESE_CLASSES[name]) for name in falling]
    assert speeds == sorted(set(speeds), reverse=True)


def test_emergency_only_and_unknown_classes_are_slow():
    assert class_speed_kph("pedestrian") == 10
    assert class_speed_kph("yak trail") == 20
