"""Ready scenarios of the sample: stories told once, tied to the records that the build has made.

A story names its places and teams by words of its own. ``[spots]`` says which record each is: the
nearest of a register to a point, the first of them where it happens. ``[teams]`` picks the team
so near that can do something, ``forces`` as many as take part.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .inputs import Inputs
from .plan_texts import apart_km
from .siting import SYNTHETIC_ZH, Row

TOLD = frozenset({"expected", "name", "story", "text", "title", "truth", "venue"})
"""Fields in whose words the names of places and teams are filled in."""
ADDRESSES = frozenset({"to", "who"})
STAFF = (("总导调", "controller"), ("评估组长", "evaluator"))
"""Who runs and who judges: by office, until the drill is planned with accounts."""


def write_drills(inputs: Inputs, registers: dict[str, list[Row]], path: Path) -> None:
    """The file of the ready scenarios."""
    made = [Story(inputs, registers, given).told() for given in inputs.drills]
    path.write_text(json.dumps({"drill": made}, ensure_ascii=False, indent=1) + "\n", "utf-8")


class Story:
    """A scenario, with the records that it happens at."""

    def __init__(
        self, inputs: Inputs, registers: dict[str, list[Row]], given: dict[str, Any]
    ) -> None:
        self._given, self._registers = given, registers
        self._headquarters = {one["code"] for one in inputs.site["headquarters"]}
        self._spots: dict[str, tuple[str, Row]] = {}
        for word, rule in given["spots"].items():
            rows = [
                row for row in registers[rule["nearest"]]
                if all(row[name] == value for name, value in rule.get("where", {}).items())
            ]  # fmt: skip
            near = [(apart_km(row, rule), str(row["id"])) for row in rows]
            self._spots[word] = rule["nearest"], rows[near.index(min(near))]
        self._here = next(iter(self._spots))
        self._teams = {
            word: self.nearest(rule, "team")[rule["rank"] - 1]
            for word, rule in given.get("teams", {}).items()
        }

    def told(self) -> dict[str, Any]:
        """As the file of a site's scenarios has it."""
        rules = {"forces", "players", "spots", "teams"}
        head = {name: value for name, value in self._given.items() if name not in rules}
        kept = {name: head.pop(name) for name in ("name", "source")}
        told: dict[str, Any] = self.filled(head)
        return {**kept, **told, "participants": self.participants()}

    def participants(self) -> list[dict[str, str]]:
        """Headquarters, staff, and those who take part, each once."""
        given = self._given
        found = [{"kind": "person", "name": name, "role": role} for name, role in STAFF]
        found += [
            {"kind": "headquarters", "id": code}
            for code in (given["headquarters"], *given["players"])
        ]
        ids = {("team", row["id"]) for row in self._teams.values()}
        for rule in given["forces"]:
            kind = rule.get("kind", "team")
            ids |= {(kind, row["id"]) for row in self.nearest(rule, kind)[: rule["count"]]}
        return [*found, *({"kind": kind, "id": record_id} for kind, record_id in sorted(ids))]

    def nearest(self, rule: dict[str, Any], kind: str) -> list[Row]:
        """Those ready that can do something, the nearest to a place first."""
        place = self._spots[rule.get("near", self._here)][1]
        able = [
            row for row in self._registers[kind]
            if rule["can"] in str(row["capabilities"]).split(";") and row["status"] == "ready"
        ]  # fmt: skip
        return sorted(able, key=lambda row: (apart_km(self.base(row), place), row["id"]))

    def base(self, row: Row) -> Row:
        """Where a team or unit stands: a unit at its team or hospital."""
        for kind in ("team", "hospital"):
            of = row.get(f"{kind}_id")
            if of:
                return next(one for one in self._registers[kind] if one["id"] == of)
        return row

    def filled(self, value: Any, field: str = "") -> Any:  # noqa: ANN401 - a part of a TOML file
        """A part of the story with the records that its words stand for."""
        if isinstance(value, list):
            return [self.filled(one, field) for one in value]
        if isinstance(value, dict):
            if isinstance(value.get("team"), str):
                team = self._teams[value["team"]]
                value = {name: one for name, one in value.items() if name != "team"}
                value |= {"kind": "team", "id": team["id"]}
            return {name: self.filled(one, name) for name, one in value.items()}
        if not isinstance(value, str):
            return value
        if field == "at":
            kind, row = self._spots[value]
            return {"kind": kind, "id": row["id"]}
        if field in ADDRESSES:
            return self.address(value)
        return value.format(**self.names()) if field in TOLD else value

    def address(self, word: str) -> str:
        """Whom an inject is for: a headquarters by its code, or a team of the story."""
        if word in self._headquarters:
            return f"headquarters/{word}"
        return f"team/{self._teams[word]['id']}"

    def names(self) -> dict[str, str]:
        """What the places and teams are called, as people on the phone call them."""
        rows = {word: row for word, (_kind, row) in self._spots.items()} | self._teams
        return {word: str(row["name"]).removesuffix(SYNTHETIC_ZH) for word, row in rows.items()}
