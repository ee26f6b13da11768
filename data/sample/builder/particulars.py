"""What a census asks beyond name and place, and the gaps that a real one has.

A random stream of its own: records and positions stay the same whatever is asked of them.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from .inputs import Inputs
from .siting import Row

RESPONSIBLE = {
    "mine": "矿长（合成）",
    "hazard_source": "源长（合成）",
    "reservoir": "水库责任人（合成）",
    "tailings_pond": "库长（合成）",
    "geohazard": "防灾责任人（合成）",
    "crowded_place": "安全责任人（合成）",
}
UNSEEN_SHARE = 0.04
UNCALLED_SHARE = 0.05
UNLED_SHARE = 0.08

# 10⁴ m³, lower bounds of the scales of DZ/T 0261-2014, so that records lie on them
VOLUME_EDGES = {"landslide": (1000.0, 100.0, 10.0), "collapse": (100.0, 10.0, 1.0)}


def add_particulars(inputs: Inputs, registers: dict[str, list[Row]]) -> None:
    """Add the further fields of the kinds made so far."""
    rng = inputs.rng("particulars")
    for row in registers["team"]:
        people = int(str(row["people"]))
        row["duty_people"] = max(2, round(people * float(rng.uniform(0.2, 0.5))))
        row["equipment"] = equipment(rng, inputs.resources["equipment"][row["team_type"]])
    for row in registers["depot"]:
        row["area_m2"] = round(float(rng.uniform(120, 2400)), -1)
    seen = {row["id"]: row for row in registers["depot"]}
    for row in registers["lot"]:
        depot = seen[row["depot_id"]]
        minimum = int(str(row["minimum_stock"]))
        row["reserve"] = round(minimum * float(rng.choice([0.0, 0.3, 0.5, 1.0])))
        row |= {name: depot[name] for name in ("verified_at", "verified_by", "source")}
    for row in registers["hospital"]:
        beds = int(str(row["beds"]))
        row["icu_beds"] = round(beds * float(rng.uniform(0.01, 0.04))) if beds > 150 else 0
        row["ambulances"] = max(1, beds // 150)
    for row in registers["shelter"]:
        row["stay"] = str(rng.choice(["emergency", "short", "long"], p=[0.6, 0.3, 0.1]))
    for row in registers["mine"]:
        kinds = ["simple", "medium", "complex", "very_complex"]
        is_coal = row["mine_type"] == "coal"
        row["hydrology"] = str(rng.choice(kinds, p=[0.3, 0.45, 0.2, 0.05])) if is_coal else ""
    for row in registers["hazard_source"]:
        row["exposed_people"] = int(rng.integers(50, 100))  # alpha 1.5, as R was made
        row["emergency_stop"] = int(rng.random() < 0.85)
        row["online_monitored"] = int(rng.random() < 0.85)
    for row in registers["reservoir"]:
        row["dam_height_m"] = round(float(rng.uniform(8, 55)), 1)
        row["downstream_people"] = int(np.exp(rng.normal(6.2, 1.0)))
        row["online_monitored"] = int(rng.random() < 0.7)
    for row in registers["tailings_pond"]:
        states = ["operating", "suspended", "closed"]
        row["status"] = str(rng.choice(states, p=[0.4, 0.25, 0.35]))
        row["overhead"] = int(rng.random() < 0.25)
        row["online_monitored"] = int(row["status"] == "operating" or rng.random() < 0.4)
    for number, row in enumerate(registers["geohazard"]):
        row["volume_e4_m3"] = volume(rng, str(row["geohazard_type"]), number)
    for kind in RESPONSIBLE:
        name_responsible(kind, registers.get(kind, []))
    override_some(registers)


def equipment(rng: np.random.Generator, usual: str) -> str:
    """A team's equipment, half to half as much again of what is usual for its type."""
    parts = []
    for part in usual.split(";"):
        code, number = part.split(":")
        parts.append(f"{code}:{max(1, round(int(number) * float(rng.uniform(0.5, 1.5))))}")
    return ";".join(sorted(parts))


def volume(rng: np.random.Generator, kind: str, number: int) -> float | str:
    """Volume of a hazard point; the first of each type lie on the bounds of its scale."""
    spread = {"landslide": (3.2, 1.6), "collapse": (0.6, 1.3), "debris_flow": (1.0, 1.2)}
    if kind not in spread:
        return ""
    edges = VOLUME_EDGES.get(kind, ())
    if number < 60 and edges:
        return edges[number % len(edges)]
    return round(float(np.exp(rng.normal(*spread[kind]))), 2)


def name_responsible(kind: str, rows: list[Row]) -> None:
    """Give each hazard who answers for it."""
    for number, row in enumerate(rows, start=1):
        row["responsible"] = RESPONSIBLE[kind]
        row["responsible_phone"] = f"000-77{len(kind):02d}{number:04d}"


def override_some(registers: dict[str, list[Row]]) -> None:
    """Let a few grades be decided by people, each with the reason."""
    decided = {
        "tailings_pond": ("grade", 3, "下游有集市，提高一等（合成）"),
        "geohazard": ("danger_grade", 2, "威胁学校，按大型管理（合成）"),
    }
    for kind, (grade, value, reason) in decided.items():
        for number, row in enumerate(registers[kind]):
            is_decided = number in {20, 27}
            row[f"{grade}_override"] = value if is_decided else ""
            row[f"{grade}_override_reason"] = reason if is_decided else ""


def leave_gaps(inputs: Inputs, registers: dict[str, list[Row]]) -> None:
    """Leave out what a real census lacks, so that there is something to work off.

    Some records were never verified, some contacts have no telephone, some hazards nobody who
    answers for them. Teams and their units, which are dispatched, keep all of it.
    """
    rng = inputs.rng("gaps")
    for kind, rows in registers.items():
        for row in rows:
            unseen, uncalled, unled = rng.random(3)
            if kind in {"team", "unit"}:
                continue
            if unseen < UNSEEN_SHARE:
                row |= {"verified_at": "", "verified_by": ""}
            if uncalled < UNCALLED_SHARE and "contact_phone" in row:
                row |= {"contact_name": "", "contact_phone": ""}
            if unled < UNLED_SHARE and "responsible" in row:
                row |= {"responsible": "", "responsible_phone": ""}


def days_before(day: date, days: int) -> str:
    """An ISO date so many days earlier."""
    return (day - timedelta(days=days)).isoformat()
