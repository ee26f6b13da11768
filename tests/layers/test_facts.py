"""Popup facts: in order, in the reader's language, without what is unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from layers import LayerSpec
from layers.facts import facts
from tests.layers.specs import HAZARD, TEAM

NAMES = {
    ("status", "busy"): "出动中",
    ("vehicles", "heavy"): "重型车",
    ("capabilities", "fire"): "灭火",
}


def named(column: str, code: str) -> str:
    return NAMES.get((column, code), code)


def called(column: str) -> str:
    return f"<{column}>"


def written(spec: LayerSpec, record: dict[str, Any], lang: str = "zh") -> dict[str, str]:
    return {
        one["column"]: one["value"]
        for one in facts(spec, record, lang, field_label=called, code_label=named)
    }


def test_a_team_is_written_as_an_officer_reads_it() -> None:
    record = {
        "contact_phone": "0000-119",
        "status": "busy",
        "capabilities": ["fire", "rescue"],
        "people": 12,
        "vehicles": {"heavy": 2, "light": 1},
        "turnout_s": 90,
        "verified_at": date(2026, 3, 1),
        "agency": "",
        "source": None,
    }
    assert written(TEAM, record) == {
        "contact_phone": "0000-119",
        "status": "出动中",
        "capabilities": "灭火、rescue",
        "people": "12 人",
        "vehicles": "重型车 × 2、light × 1",
        "turnout_s": "1.5 分钟",
        "verified_at": "2026-03-01",
    }
    assert next(iter(written(TEAM, record))) == "contact_phone"


def test_the_caller_names_the_facts() -> None:
    found = facts(TEAM, {"people": 12}, "zh", field_label=called, code_label=named)
    assert [one["label"] for one in found] == ["<people>"]


def test_texts_of_files_read_the_same() -> None:
    record = {"capabilities": "fire;rescue", "vehicles": "heavy:2;light"}
    assert written(TEAM, record) == {
        "capabilities": "灭火、rescue",
        "vehicles": "重型车 × 2、light × 1",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567 CNY"),
        (0.5, "0.5 CNY"),
        (1e-9, "0 CNY"),
        (float("nan"), None),
        (None, None),
        (0, "0 CNY"),
    ],
)
def test_figures(value: float | None, text: str | None) -> None:
    assert written(HAZARD, {"loss_cny": value}, "en").get("loss_cny") == text


@pytest.mark.parametrize(("weak", "text"), [(True, "是"), (False, "否"), ("1", "是"), (0, "否")])
def test_yes_and_no(weak: object, text: str) -> None:
    assert written(HAZARD, {"weak": weak}) == {"weak": text}
