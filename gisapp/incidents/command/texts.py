"""The lines that are written about command, each told by its name where it cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gisapp.incidents.reasons import plain_line
from gisapp.schema import Label

MAX_NAME = 80
MAX_TEXT = 2000

_NAMES: Final[Mapping[str, Label]] = {
    "answer": Label("回复", "answer"),
    "commander": Label("总指挥", "commander"),
    "decided_by": Label("决定人", "by whose decision"),
    "giver": Label("交班人", "who hands over"),
    "leader": Label("批示领导", "leader"),
    "members": Label("成员", "members"),
    "note": Label("备注", "note"),
    "notes": Label("交接事项", "notes"),
    "office": Label("职务", "office"),
    "owner": Label("责任人", "owner"),
    "party": Label("对方", "with whom"),
    "passed_to": Label("转达对象", "whom it is passed to"),
    "place": Label("地点", "place"),
    "result": Label("结果", "result"),
    "taker": Label("接班人", "who takes over"),
    "text": Label("内容", "text"),
    "words": Label("批示原文", "words"),
}


def line_of(text: str, name: str, most: int = MAX_NAME) -> str:
    """One plain line, stripped.

    Parameters
    ----------
    name
        What it is, a key of the names known here.

    Raises
    ------
    InputError
        ``command.bad_text``.
    """
    return plain_line(text, _NAMES[name], of="command", most=most)


def line_if_any(text: str, name: str, most: int = MAX_NAME) -> str | None:
    """A line that may be left away; raises as :func:`line_of`."""
    return line_of(text, name, most) if text.strip() else None
