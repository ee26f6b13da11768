"""Synthetic texts of the plans: clauses from a template, promises made up from the registers.

Promises are guessed as offices guess them, by the distance as the crow flies: most hold on the
roads of the sample, some do not, and there is something to find.
"""

from __future__ import annotations

import json
import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from .inputs import Inputs
from .siting import Row

HAZARDS = {
    "coal_mine": "mine", "non_coal_mine": "mine", "tailings_pond": "tailings_pond",
    "hazardous_chemicals": "hazard_source", "landslide": "geohazard", "debris_flow": "geohazard",
    "collapse": "geohazard", "flood": "reservoir", "reservoir_danger": "reservoir",
    "stampede": "crowded_place", "fire": "crowded_place", "food_poisoning": "crowded_place",
    "epidemic": "crowded_place", "gas": "crowded_place", "construction": "crowded_place",
    "special_equipment": "crowded_place", "social_security": "crowded_place",
}  # fmt: skip
"""Registers whose records an event of a kind is at; of all others it is at a village."""
PLACES = 3
"""Hazards of a plan that it speaks of."""
DETOUR = 2.4
"""How much longer a road is than the straight line, as offices take it."""
SPEED_KPH = 40.0
STEP_MIN = 5
NUMERALS = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}


def write_plans(inputs: Inputs, registers: dict[str, list[Row]], path: Path) -> None:
    """The file of the plans, each with its text."""
    rng = inputs.rng("plan texts")
    names = {one["code"]: one["name"]["zh"] for one in inputs.site["headquarters"]}
    document: dict[str, Any] = dict(inputs.plans)
    document["plan"] = [
        {
            **plan,
            "agency": names[plan["headquarters"]],
            "issued_on": issued_on(inputs, rng),
            "document": text_of(inputs, rng, plan, names[plan["headquarters"]], registers),
        }
        for plan in inputs.plans["plan"]
    ]
    text = json.dumps(document, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")


def issued_on(inputs: Inputs, rng: np.random.Generator) -> str:
    """A day within the last four years: some reviews are overdue."""
    last: date = inputs.resources["verified_to"]
    day: date = last - timedelta(days=int(rng.integers(60, 1460)))
    return day.isoformat()


def text_of(
    inputs: Inputs,
    rng: np.random.Generator,
    plan: dict[str, Any],
    headquarters: str,
    registers: dict[str, list[Row]],
) -> dict[str, Any]:
    """The clauses of a plan."""
    words = {
        "plan": plan["name"]["zh"],
        "headquarters": headquarters,
        "event": plan["name"]["zh"].replace("应急预案（样例）", ""),
    }
    made = {
        "forces": lambda: forces(inputs, rng, plan, registers),
        "safeguards": lambda: safeguards(rng, plan, registers),
    }
    clauses = []
    for given in inputs.plan_texts:
        clause = {
            "depth": given.get("depth", 1),
            "number": given["number"],
            "title": given["title"],
            "part": given["part"],
            "text": given.get("text", "").format(**words),
            "tasks": [
                {
                    "task": task, "owner": owner.format(**words), "within_min": within_min,
                    "level": NUMERALS.get(level),
                }
                for task, owner, within_min, level in given.get("tasks", ())
            ],
        }  # fmt: skip
        if "promises" in given:
            clause["promises"] = made[given["promises"]]()
        if "contacts" in given:
            clause["contacts"] = contacts(rng, headquarters, registers)
        clauses.append(clause)
    return {"clauses": clauses}


def forces(
    inputs: Inputs, rng: np.random.Generator, plan: dict[str, Any], registers: dict[str, list[Row]]
) -> list[dict[str, Any]]:
    """Who is at a few hazards of the plan in which time, by name and by number."""
    cards = [one["lines"] for one in inputs.run_cards if set(one["kinds"]) & set(plan["kinds"])]
    lines: list[list[Any]] = cards[0] if cards else []
    wanted = [line for line in lines if line[0] == "capability"][:3]
    kind = next((HAZARDS[one] for one in plan["kinds"] if one in HAZARDS), "village")
    inside = {county.code for county in inputs.counties}
    rows = [row for row in registers[kind] if row["county"] in inside]
    promises: list[dict[str, Any]] = []
    for at in rng.choice(len(rows), PLACES, replace=False).tolist():
        place = rows[at]
        to = {"kind": kind, "id": place["id"]}
        for _by, capability, count, limit_min, _tier in wanted:
            able = [
                row for row in registers["team"]
                if capability in str(row["capabilities"]).split(";")
            ]  # fmt: skip
            if not able:
                continue
            nearest = min(able, key=lambda row: (apart_km(row, place), row["id"]))
            arrival = (
                {
                    "what": "arrival", "who": nearest["id"], "to": to,
                    "within_min": guessed_min(nearest, place),
                    "note": f"{nearest['name']}先到",
                }
            )  # fmt: skip
            if arrival not in promises:
                promises.append(arrival)
            promises.append(
                {
                    "what": "force", "capability": capability, "count": count, "to": to,
                    "within_min": 2.0 * limit_min,
                }
            )  # fmt: skip
    return promises


def safeguards(
    rng: np.random.Generator, plan: dict[str, Any], registers: dict[str, list[Row]]
) -> list[dict[str, Any]]:
    """Equipment, goods, places, beds and a road; some are promised by other plans as well."""
    promises: list[dict[str, Any]] = []
    pumps = [row for row in registers["team"] if "drainage_pump" in str(row["equipment"])]
    if {"flood", "coal_mine", "tailings_pond", "construction"} & set(plan["kinds"]) and pumps:
        team = pumps[0]
        promises.append(
            {"what": "equipment", "team": team["id"], "equipment": "drainage_pump", "count": 2}
        )
    lots = registers["lot"]
    for at in rng.choice(len(lots), 2, replace=False).tolist():
        lot = lots[at]
        quantity = max(1, round(float(str(lot["quantity"])) * float(rng.uniform(0.2, 0.9))))
        promises.append(
            {
                "what": "supply", "depot": lot["depot_id"], "item_code": lot["item_code"],
                "quantity": quantity, "note": str(lot["item"]),
            }
        )  # fmt: skip
    shelter = registers["shelter"][int(rng.integers(len(registers["shelter"])))]
    people = max(10, round(int(str(shelter["capacity"])) * float(rng.uniform(0.5, 1.1)), -1))
    promises.append({"what": "shelter", "shelter": shelter["id"], "people": people})
    largest = sorted(registers["hospital"], key=lambda row: (-int(str(row["beds"])), row["id"]))
    promises.append({"what": "beds", "hospital": largest[0]["id"], "beds": 60})
    return promises


def contacts(
    rng: np.random.Generator, headquarters: str, registers: dict[str, list[Row]]
) -> list[dict[str, str]]:
    """The duty rooms of two teams, and one number that no register has."""
    teams = registers["team"]
    chosen = rng.choice(len(teams), 2, replace=False).tolist()
    known = [
        {
            "name": "值班室", "office": str(teams[at]["name"]),
            "phone": str(teams[at]["contact_phone"]),
        }
        for at in chosen
    ]  # fmt: skip
    return [*known, {"name": "值班室", "office": f"{headquarters}办公室", "phone": "000-00990000"}]


def guessed_min(row: Row, place: Row) -> float:
    """Minutes as an office writes them: rounded up to five."""
    drive_min = apart_km(row, place) * DETOUR / SPEED_KPH * 60
    turnout_min = float(str(row.get("turnout_s") or 120)) / 60
    return float(max(STEP_MIN, math.ceil((drive_min + turnout_min) / STEP_MIN) * STEP_MIN))


def apart_km(one: Row, other: Row) -> float:
    """Kilometres between two records, near enough."""
    x, y, to_x, to_y = (float(str(row[name])) for row in (one, other) for name in ("x", "y"))
    return math.hypot((to_x - x) * 90.0, (to_y - y) * 111.0)
