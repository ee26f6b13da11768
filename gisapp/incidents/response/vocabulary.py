"""The codes of plans and responses."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gisapp.schema import Label


class ResponseState(StrEnum):
    """How a response stands."""

    PREPARED = "prepared"
    IN_FORCE = "in_force"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


RESPONSE_STATES: Final[Mapping[str, Label]] = MappingProxyType(
    {
        ResponseState.PREPARED: Label("待批准", "Awaiting approval"),
        ResponseState.IN_FORCE: Label("响应中", "In force"),
        ResponseState.ENDED: Label("已终止", "Ended"),
        ResponseState.WITHDRAWN: Label("已撤回", "Withdrawn"),
    }
)

LEVELS: Final[Mapping[int, Label]] = MappingProxyType(
    {
        1: Label("Ⅰ级响应", "Response level I"),
        2: Label("Ⅱ级响应", "Response level II"),
        3: Label("Ⅲ级响应", "Response level III"),
        4: Label("Ⅳ级响应", "Response level IV"),
    }
)
"""Levels of response, the first the highest (突发事件应对法 2024, article 71)."""
