"""Synthetic teams, depots and what the depots hold."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from .settlements import Settlement
from .siting import ORDINALS, SYNTHETIC_EN, SYNTHETIC_ZH, Row, Siting

STATUSES = ("ready", "busy", "out_of_service")
LOTS_PER_DEPOT = {"provincial": 18, "city": 16, "county": 8, "township": 5}
LEVEL_FACTOR = {"provincial": 1.6, "city": 1.0, "county": 0.3, "township": 0.05}


def places_of(siting: Siting, plan: dict[str, Any]) -> list[Settlement]:
    """The settlements a plan names, ``seats`` being every county seat of the site."""
    where = plan["where"]
    if where == "seats":
        return [siting.settlement(county.code) for county in siting.inputs.counties]
    return [siting.settlement(name) for name in where]


def make_teams(siting: Siting) -> list[Row]:
    """Teams by the plans, each on a main street of the place it belongs to."""
    rng = siting.rng
    rows: list[Row] = []
    for plan in siting.inputs.resources["team"]:
        for settlement in places_of(siting, plan):
            pick = siting.in_town(settlement, within=0.75)
            county = settlement.county_code
            words = siting.words(settlement, county)
            row = siting.common(
                number=len(rows) + 1,
                letter="T",
                name=plan["name"].format(**words),
                name_en=plan["name_en"].format(**words),
                xy=siting.xy[pick],
                county=county,
                agency=plan["agency"].format(**words),
            )
            low, high = plan["people"]
            row |= {
                "team_type": plan["team_type"],
                "tier": plan["tier"],
                "capabilities": plan["capabilities"],
                "people": int(rng.integers(low, high + 1)),
                "vehicles": plan["vehicles"],
                "turnout_s": plan["turnout_s"],
                "status": str(rng.choice(STATUSES, p=[0.9, 0.06, 0.04])),
            }
            rows.append(row)
    return distinct(rows)


def make_depots(siting: Siting) -> tuple[list[Row], list[Row]]:
    """Depots and their lots; some lots are below their minimum and some have expired."""
    rng = siting.rng
    depots: list[Row] = []
    lots: list[Row] = []
    verified_to: date = siting.inputs.resources["verified_to"]
    for plan in siting.inputs.resources["depot"]:
        level = plan["level"]
        for settlement in places_of(siting, plan):
            pick = siting.in_town(settlement, within=0.9)
            county = settlement.county_code
            words = siting.words(settlement, county)
            depot = siting.common(
                number=len(depots) + 1,
                letter="D",
                name=plan["name"].format(**words),
                name_en=plan["name_en"].format(**words),
                xy=siting.xy[pick],
                county=county,
                agency=plan["agency"].format(**words),
            )
            depots.append(depot | {"level": level})
            shelf = "city" if level == "provincial" else level
            items = [i for i in siting.inputs.supplies if shelf in i["levels"].split()]
            count = min(LOTS_PER_DEPOT[level], len(items))
            for k in sorted(rng.choice(len(items), count, replace=False)):
                item = items[int(k)]
                target = float(item["quantity"]) * LEVEL_FACTOR[level]
                quantity = nice(target * float(rng.uniform(0.45, 1.4)))
                years = int(item["shelf_years"])
                expires = ""
                if years:
                    left = int(rng.uniform(-0.08, 0.95) * years * 365)
                    expires = (verified_to + timedelta(days=left)).isoformat()
                lots.append(
                    {
                        "id": f"{siting.inputs.site['site']['code']}-L{len(lots) + 1:04d}",
                        "depot_id": depot["id"],
                        "item_code": item["item_code"],
                        "item": item["item"],
                        "quantity": quantity,
                        "unit": item["unit"],
                        "minimum_stock": nice(target * float(item["minimum_share"])),
                        "expires_on": expires,
                        "synthetic": 1,
                    }
                )
    return distinct(depots), lots


def nice(value: float) -> int:
    """A quantity as a storekeeper would count it: two leading digits."""
    whole = max(round(value), 1)
    step = int(10 ** max(len(str(whole)) - 2, 0))
    return max(round(whole / step) * step, 1)


def distinct(rows: list[Row]) -> list[Row]:
    """Number the names that would otherwise be the same."""
    for column, mark in (("name", SYNTHETIC_ZH), ("name_en", SYNTHETIC_EN)):
        total = Counter(str(row[column]) for row in rows)
        seen: Counter[str] = Counter()
        for row in rows:
            full = str(row[column])
            if total[full] == 1:
                continue
            seen[full] += 1
            base = full.removesuffix(mark)
            if column == "name_en":
                row[column] = f"{base} {seen[full]}{mark}"
            elif base.endswith("队"):
                row[column] = f"{base[:-1]}{ORDINALS[seen[full] - 1]}队{mark}"
            else:
                row[column] = f"{base}{ORDINALS[seen[full] - 1]}号{mark}"
    return rows
