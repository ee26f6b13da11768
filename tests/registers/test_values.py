"""What a cell may say, field type by field type."""

from __future__ import annotations

from datetime import date

import pytest

from gisapp.importing import Fault
from gisapp.registers import KINDS
from gisapp.registers.values import CellError, parse_cell


def parse(kind: str, name: str, text: str) -> object:
    return parse_cell(KINDS[kind].field(name), text)


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("team", "name", " 甲队 ", "甲队"),
        ("team", "county", "141023", "141023"),
        ("team", "county", "１４１０２３", "141023"),
        ("team", "people", "30", 30),
        ("team", "people", "30.0", 30),
        ("team", "people", "", None),
        ("team", "turnout_s", "86400", 86400),
        ("mine", "depth_m", "-0", 0),
        ("mine", "depth_m", "4.5e2", 450),
        ("team", "team_type", "mine_rescue", "mine_rescue"),
        ("team", "team_type", "矿山救护", "mine_rescue"),
        ("team", "team_type", "Mine Rescue", "mine_rescue"),
        ("hospital", "hospital_level", "三级甲等", "3A"),
        ("team", "capabilities", "rescue;fire;fire", ["fire", "rescue"]),
        ("team", "capabilities", "灭火、抢险救援，水域救援", ["fire", "rescue", "water_rescue"]),
        ("team", "vehicles", "light:2;heavy:4", {"heavy": 4, "light": 2}),
        ("team", "vehicles", "重型消防车：4； 轻型车×2", {"heavy": 4, "light": 2}),
        ("team", "vehicles", "", None),
        ("reservoir", "weak", "是", True),
        ("reservoir", "weak", "FALSE", False),
        ("team", "verified_at", "2024-05-31", date(2024, 5, 31)),
        ("team", "verified_at", "2024/5/1", date(2024, 5, 1)),
        ("team", "verified_at", "2024年5月1日", date(2024, 5, 1)),
        ("team", "verified_at", "2024-05-31T00:00:00", date(2024, 5, 31)),
    ],
)
def test_accepted(kind: str, name: str, text: str, value: object) -> None:
    assert parse(kind, name, text) == value


@pytest.mark.parametrize(
    ("kind", "name", "text", "code"),
    [
        ("team", "name", "  ", "import.required"),
        ("team", "capabilities", ";", "import.required"),
        ("team", "county", "14102", "import.digits"),
        ("team", "county", "吉县", "import.digits"),
        ("lot", "item_code", "12345678", "import.digits"),
        ("team", "people", "about 30", "import.not_a_number"),
        ("team", "people", "nan", "import.not_a_number"),
        ("team", "people", "inf", "import.not_a_number"),
        ("team", "people", "1e400", "import.not_a_number"),
        ("team", "people", "2.5", "import.not_whole"),
        ("team", "people", "1e30", "import.too_large"),
        ("team", "people", "-1", "import.too_small"),
        ("team", "turnout_s", "86401", "import.too_large"),
        ("team", "team_type", "navy", "import.unknown_code"),
        ("team", "capabilities", "fire;magic", "import.unknown_code"),
        ("team", "vehicles", "heavy", "import.not_a_count"),
        ("team", "vehicles", "heavy:0", "import.not_a_count"),
        ("team", "vehicles", "heavy:10000", "import.not_a_count"),
        ("team", "vehicles", "heavy:1;heavy:2", "import.not_a_count"),
        ("team", "vehicles", "tank:1", "import.unknown_code"),
        ("reservoir", "weak", "maybe", "import.not_yes_or_no"),
        ("team", "verified_at", "2024-02-30", "import.not_a_date"),
        ("team", "verified_at", "May 2024", "import.not_a_date"),
    ],
)
def test_refused(kind: str, name: str, text: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        parse(kind, name, text)
    assert caught.value.code == code
    fault = Fault(row=2, column=name, value=text, code=code, params=caught.value.params)
    assert fault.sentence("zh") != fault.sentence("en")


@pytest.mark.parametrize("text", ["1", "true", "YES", "y", "是", "有"])
def test_every_word_for_yes(text: str) -> None:
    assert parse("reservoir", "weak", text) is True


@pytest.mark.parametrize("text", ["0", "false", "No", "n", "否", "无"])
def test_every_word_for_no(text: str) -> None:
    assert parse("reservoir", "weak", text) is False
