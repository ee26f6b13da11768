"""Files to import, written small."""

from __future__ import annotations

import csv
import io
from pathlib import Path

TEAM_ROW = {
    "id": "T1", "name": "甲队", "x": "111.5", "y": "36.1", "county": "141002",
    "team_type": "fire_rescue", "tier": "main", "capabilities": "fire;rescue", "people": "30",
    "vehicles": "heavy:4;light:2", "turnout_s": "60", "status": "ready",
    "verified_at": "2024-05-31", "synthetic": "1",
}  # fmt: skip
MINE_ROW = {
    "id": "M1", "name": "丙矿", "x": "111.5", "y": "36.1", "mine_type": "coal", "status": "closed",
}  # fmt: skip


def csv_text(*rows: dict[str, str]) -> str:
    """A table with the columns of the first row."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_csv(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(*rows).encode(encoding))
    return path


def teams(*changes: dict[str, str]) -> list[dict[str, str]]:
    """One valid team per change, numbered from T1, with that change."""
    return [TEAM_ROW | {"id": f"T{i}"} | change for i, change in enumerate(changes, start=1)]
