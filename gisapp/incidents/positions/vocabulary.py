"""Where positions come from, and which are believed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label

POSITION_SOURCES: Final[Mapping[str, Label]] = MappingProxyType(
    {"phone": Label("手机页面", "Phone page"), "api": Label("接口", "Interface")}
)
WORST_ACCURACY_M: Final = 1000.0
"""A phone without satellites guesses from masts and is wrong by kilometres. A limit of ours."""
