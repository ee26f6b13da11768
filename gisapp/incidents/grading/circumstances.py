"""Circumstances of an event that no figure tells: an officer answers each, nothing computes it.

They are those of 森林防火条例 (2008) article 32, the one text that was read.
国家森林草原火灾应急预案 starts its levels by circumstances of its own (other hours, other
borders): it was not read, and none of it is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What an officer answered; None while nobody has, which is neither yes nor no.

    Attributes
    ----------
    at_national_border
        Item 1.
    threatens_settlement_or_works
        Item 4: a settlement or important works.
    burning_after_24_h
        Item 5: open fire not put out within 24 h.
    in_virgin_forest
        Item 6: forest that was never opened up.
    dangerous_at_provincial_border
        Item 7: where provinces meet, and very dangerous.
    needs_state_help
        Item 8.
    """

    at_national_border: bool | None = None
    threatens_settlement_or_works: bool | None = None
    burning_after_24_h: bool | None = None
    in_virgin_forest: bool | None = None
    dangerous_at_provincial_border: bool | None = None
    needs_state_help: bool | None = None

    def answer(self, name: str) -> bool | None:
        """The answer to a key of `CIRCUMSTANCES`."""
        said: bool | None = getattr(self, name)
        return said


@dataclass(frozen=True, kw_only=True)
class Circumstance:
    """A circumstance as a law words it, and where."""

    label: Label
    article: Label


def _item(number: str, count: int, zh: str, en: str) -> Circumstance:
    article = Label(
        f"森林防火条例第三十二条第（{number}）项",
        f"Regulation on forest fires, article 32 ({count})",
    )
    return Circumstance(label=Label(zh, en), article=article)


CIRCUMSTANCES: Final[Mapping[str, Circumstance]] = MappingProxyType(
    {
        "at_national_border": _item("一", 1, "国界附近", "Near the national border"),
        "threatens_settlement_or_works": _item(
            "四", 4, "威胁居民区或者重要设施", "A settlement or important works threatened"
        ),
        "burning_after_24_h": _item(
            "五", 5, "24小时尚未扑灭明火", "Open fire not put out within 24 h"
        ),
        "in_virgin_forest": _item("六", 6, "未开发原始林区", "In virgin forest"),
        "dangerous_at_provincial_border": _item(
            "七", 7, "省、自治区、直辖市交界地区且危险性大", "Dangerous, where provinces meet"
        ),
        "needs_state_help": _item("八", 8, "需要国家支援扑救", "Help of the State needed"),
    }
)
"""By field of :class:`Circumstances`."""
