"""How limits of weight and height are read, and that what cannot be read closes the street."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.limits import height_limit, parse_height, parse_weight, weight_limit


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5),
        ("3,5", 3.5),
        ("7.5 t", 7.5),
        ("20T", 20),
        ("7.5 tonnes", 7.5),
        ("12 to", 12),
        ("20吨", 20),
        ("２０吨", 20),
        ("限重20吨", 20),
        ("20吨以下", 20),
        ("15000公斤", 15),
        ("3500 kg", 3.5),
        ("16000 lbs", 7.25748),
        ("16,000 lbs", 7.25748),
        ("8 st", 7.25748),
        ("8 short tons", 7.25748),
        ("8 lt", 8.12838),
        ("8 long tons", 8.12838),
        ("3.5;7.5", 3.5),
        ("none;12", 12),
        ("default", 49),
    ],
)
def test_weight_is_read_in_tonnes(text, tonnes):
    assert parse_weight(text) == pytest.approx(tonnes, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("3.8", 3.8),
        ("3.8 m", 3.8),
        ("3.8m.", 3.8),
        ("３．８ｍ", 3.8),
        ("3.8米", 3.8),
        ("限高3.8米", 3.8),
        ("4米5", 4.5),
        ("380 cm", 3.8),
        ("3800mm", 3.8),
        ("12'6\"", 3.81),
        ("12'6", 3.81),
        ("12’6”", 3.81),
        ("12′6″", 3.81),
        ("12'6''", 3.81),
        ("12'-6\"", 3.81),
        ("12 ft 6 in", 3.81),
        ("12ft6in", 3.81),
        ("12 feet 6 inches", 3.81),
        ("12英尺6英寸", 3.81),
        ("12'", 3.6576),
        ("14' 2\"", 4.318),
        ("3.5|4.0", 3.5),
        ("default", 4.0),
    ],
)
def test_height_is_read_in_metres(text, metres):
    assert parse_height(text) == pytest.approx(metres)


@pytest.mark.parametrize("read", [parse_weight, parse_height])
@pytest.mark.parametrize("text", ["", "none", "no", "unsigned", "no_sign", "无"])
def test_no_limit_is_nan(read, text):
    assert math.isnan(read(text))


@pytest.mark.parametrize("read", [parse_weight, parse_height])
@pytest.mark.parametrize(
    "text",
    [
        "heavy",
        "3 4",
        "0",
        "-3",
        "1e1",
        "12 parsecs",
        "below_default",
        "signals",
        "5;soon",
        "20.5.3",
    ],
)
def test_what_cannot_be_read_is_none(read, text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("read", "text"),
    [(parse_weight, "3500"), (parse_weight, "0.02"), (parse_height, "38"), (parse_height, "350")],
)
def test_a_number_that_is_no_limit_of_a_road_is_none(read, text):
    assert read(text) is None


@given(st.text(max_size=12))
def test_no_text_is_read_as_a_limit_beyond_what_is_plausible(text):
    for value in (parse_weight(text), parse_height(text)):
        assert value is None or math.isnan(value) or 0.5 <= value <= 150


def test_the_lowest_of_all_keys_holds():
    tags = {"maxheight": "default", "maxheight:physical": "3.0", "maxheight:forward": "3.2"}
    assert height_limit(tags).value == 3.0
    tags = {"maxweight": "20", "maxweight:hgv": "7.5", "maxweightrating": "12", "maxspeed": "5"}
    assert weight_limit(tags).value == 7.5


def test_a_limit_at_some_times_is_a_limit():
    assert weight_limit({"maxweight:conditional": "7.5 @ (22:00-06:00); 10 @ wet"}).value == 7.5
    assert math.isnan(weight_limit({"maxweight:conditional": "none @ (emergency)"}).value)


@pytest.mark.parametrize(
    "tags",
    [
        {"maxweight:bus": "3"},
        {"maxheight:marine": "2"},
        {"maxheight:signed": "no"},
        {"source": "x"},
    ],
)
def test_what_is_said_of_others_is_no_limit(tags):
    for limit in (weight_limit(tags), height_limit(tags)):
        assert math.isnan(limit.value)
        assert limit.doubt == ""


def test_tags_that_cannot_be_read_are_the_doubt_as_they_stand():
    limit = weight_limit({"maxweight": "20x", "maxweight:hgv": "15", "maxweightrating": "3500"})
    assert limit.value == 15
    assert limit.doubt == "maxweight=20x; maxweightrating=3500"
    assert height_limit({"maxheight": "below_default"}).doubt == "maxheight=below_default"


def test_a_doubt_is_one_line_of_bounded_length():
    assert weight_limit({"maxweight": " 20\n\tx\u202e "}).doubt == "maxweight=20 x"
    assert len(weight_limit({"maxweight": "x" * 999}).doubt) < 100


def test_an_axle_limit_below_the_legal_one_cannot_be_judged_without_the_axles():
    assert weight_limit({"maxaxleload": "8"}).doubt == "maxaxleload=8"
    assert weight_limit({"maxaxleload": "11.5", "maxbogieweight": "24"}).doubt == ""


def test_the_legal_default_is_noted_where_it_is_what_holds():
    assert height_limit({"maxheight": "default"}).note("maxheight") == "maxheight_default"
    assert (
        height_limit({"maxheight": "default", "maxheight:physical": "3"}).note("maxheight") is None
    )
    assert height_limit({"maxheight": "4"}).note("maxheight") is None
