"""Synthetic run cards: one for any level of each kind, and one for each level above the lowest."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

LEVELS = (1, 2, 3)
"""Above the lowest, which the card for any level is for."""
LOWEST = 4
MORE_A_LEVEL = 1.5


def make_run_cards(plans: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Cards by kind and level; a graver level asks for more of everything."""
    return [
        {
            "kind": kind,
            "level": level,
            "lines": [
                {"by": by, "code": code, "count": grown(count, level), "limit_min": limit_min,
                 "tier": tier}
                for by, code, count, limit_min, tier in plan["lines"]
            ],
            "experts": plan["experts"],
            "synthetic": True,
        }
        for plan in plans
        for kind in plan["kinds"]
        for level in (None, *LEVELS)
    ]  # fmt: skip


def grown(count: int, level: int | None) -> int:
    """Units of a line at a level."""
    return math.ceil(count * MORE_A_LEVEL ** (LOWEST - (level or LOWEST)))


def write_run_cards(plans: list[dict[str, Any]], path: Path) -> None:
    """The file of a site's cards."""
    text = json.dumps(make_run_cards(plans), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")
