"""Names by pinyin and initials, against a plain reference that tries every division."""

from __future__ import annotations

import pypinyin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.registers.pinyin import Spelled, spelling

NAMES = [
    "临汾市",
    "长治市",
    "重庆路",
    "吕梁",
    "西安",
    "县",
    "乡宁县枣岭乡",
    "G22青兰高速（临汾段）",
    "",
]


def found(wanted: str, names: list[str] = NAMES) -> dict[str, int]:
    hits = Spelled.of(names).find(wanted)
    ranks: dict[str, int] = {}
    for name, rank in sorted(zip(hits.names.tolist(), hits.ranks.tolist(), strict=True)):
        ranks.setdefault(names[name], rank)
    return ranks


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("linfen", {"临汾市": 1, "G22青兰高速（临汾段）": 2}),
        ("LinFen shi", {"临汾市": 0}),
        ("lfs", {"临汾市": 0}),
        ("lfsh", {"临汾市": 0}),
        ("linf", {"临汾市": 1, "G22青兰高速（临汾段）": 2}),
        ("changzhi", {"长治市": 1}),
        ("zhangzhi", {"长治市": 1}),
        ("chzh", {"长治市": 1}),
        ("cqlu", {"重庆路": 0}),
        ("lvliang", {"吕梁": 0}),
        ("lüliang", {"吕梁": 0}),
        ("xi'an", {"西安": 0, "县": 0, "乡宁县枣岭乡": 1}),
        ("xnxzl", {"乡宁县枣岭乡": 1}),
        ("zaolingx", {"乡宁县枣岭乡": 2}),
        ("g22q", {"G22青兰高速（临汾段）": 1}),
        ("nfen", {}),
        ("lif", {}),
        ("l", {}),
        ("临f", {}),
        ("", {}),
    ],
)
def test_a_name_is_found_as_people_type_it(wanted: str, expected: dict[str, int]) -> None:
    assert found(wanted) == expected


def test_the_names_of_nothing_hold_nothing() -> None:
    assert found("lf", []) == {}


_CHARACTERS = "安县西长重女儿阿额区A2（"


def _read(character: str) -> list[str]:
    if character.isascii():
        return [character.lower()]
    if character == "（":
        return []
    (read,) = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True)
    return [*read, *(one.replace("v", "u") for one in read)]


def _fits(letters: str, characters: list[list[str]]) -> set[int]:
    """After how many characters `letters` can be used up."""
    if not letters:
        return {0}
    if not characters:
        return set()
    counts = set()
    for length in range(1, len(letters) + 1):
        part, rest = letters[:length], letters[length:]
        if part in characters[0] or (
            any(one.startswith(part) for one in characters[0])
            and (not rest or length == 1 or part in ("zh", "ch", "sh"))
        ):
            counts |= {1 + count for count in _fits(rest, characters[1:])}
    return counts


@given(
    names=st.lists(st.text(_CHARACTERS, max_size=5), max_size=4, unique=True),
    wanted=st.text("anxizhceugr2", min_size=2, max_size=8),
)
def test_every_division_of_the_letters_is_tried(names: list[str], wanted: str) -> None:
    expected = {}
    for name in names:
        read = [one for character in name if (one := _read(character))]
        ranks = {
            0 if start == 0 and count == len(read) else 1 if start == 0 else 2
            for start in range(len(read))
            for count in _fits(wanted, read[start:])
        }
        if ranks:
            expected[name] = min(ranks)
    assert found(wanted, names) == expected


@pytest.mark.parametrize("text", ["临汾", "a", "a" * 41, "lin.fen", "'"])
def test_what_is_no_pinyin_is_not_searched_as_such(text: str) -> None:
    assert spelling(text) is None
