"""Which telephone numbers are recognised; the same in Python and in both databases."""

from __future__ import annotations

import pytest
from shapely import Point
from sqlalchemy import select

from gisapp.registers.kinds.shelter import Shelter
from gisapp.registers.phones import PATTERN, is_masked, is_odd
from gisapp.store import Store

KNOWN = [
    "13800001111", "138 0000 1111", "138-0000-1111", "+8613800001111", "+86 138 0000 1111",
    "0086-13800001111", "0357-2000001", "03572000001", "(0357)2000001", "（0357）2000001",
    "0357 200 0001", "2000001", "20000010", "2000001 转 8", "0357-2000001-801",
    "0357-2000001转801", "2000001分机12", "+86-357-2000001", "110", "12345", "95598", "8123",
    "666123", "0351-12345", "400-123-4567", "800 820 8820", "010-62345678",
    "０３５７－２０００００１",
    "13800001111、0357-2000001", "13800001111/13900002222", "13800001111；2000001",
    "000-00840001",
]  # fmt: skip
ODD = [
    "0357", "1380000111", "138000011112", "000-0000", "张三", "见门牌", "12", "0", "999999999",
    "12345678", "+1 650 555 1234", "0357-20001", "138000O1111", "白天 2000001", "11111111111",
]  # fmt: skip


@pytest.mark.parametrize("number", KNOWN)
def test_numbers_in_use_are_recognised(number: str) -> None:
    assert not is_odd(number)
    assert not is_masked(number)


@pytest.mark.parametrize("number", ODD)
def test_others_are_odd(number: str) -> None:
    assert is_odd(number)


@pytest.mark.parametrize(
    "number",
    ["138****1111", "138＊＊＊＊1111", "138xxxx1111", "138●●●●1111", "138*1111", "138…1111"],
)  # fmt: skip
def test_hidden_figures_are_seen(number: str) -> None:
    assert is_masked(number)


def test_the_databases_agree(store: Store) -> None:
    numbers = [*(one for one in KNOWN if one.isascii() or "转" in one), *ODD]
    with store.session(write=True) as session:
        for index, number in enumerate(numbers):
            session.add(Shelter(id=f"E{index}", name="所", geom=Point(1, 2), contact_phone=number))
    with store.session() as session:
        found = session.scalars(
            select(Shelter.contact_phone).where(~Shelter.contact_phone.regexp_match(PATTERN))
        )
        assert sorted(found) == sorted(ODD)
