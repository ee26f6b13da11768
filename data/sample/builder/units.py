"""Synthetic units: what teams and hospitals send out as one."""

from __future__ import annotations

from typing import Any

from .siting import ORDINALS, SYNTHETIC_EN, SYNTHETIC_ZH, Row, Siting

BUSY_SHARE = 0.05


def make_units(siting: Siting, teams: list[Row], hospitals: list[Row]) -> list[Row]:
    """Units by the plans: as many as the owner has vehicles for, of each plan at most its count.

    Teams of a type without a plan have none, as where only teams have been registered yet.
    """
    plans: dict[str, list[dict[str, Any]]] = {}
    for plan in siting.inputs.resources["unit"]:
        plans.setdefault(plan["owner"], []).append(plan)
    rows: list[Row] = []
    for team in teams:
        parts = (part.split(":") for part in str(team["vehicles"]).split(";") if part)
        free = {profile: int(number) for profile, number in parts}
        whose = {"team_id": team["id"], "hospital_id": ""}
        wanted = plans.get(str(team["team_type"]), [])
        _add_units(siting, rows, wanted, owner=team, free=free, whose=whose)
    for hospital in hospitals:
        if not hospital["emergency"]:
            continue
        free = {"light": int(str(hospital["ambulances"]))}
        whose = {"team_id": "", "hospital_id": hospital["id"]}
        wanted = plans.get("hospital", [])
        _add_units(siting, rows, wanted, owner=hospital, free=free, whose=whose)
    return rows


def _add_units(
    siting: Siting,
    rows: list[Row],
    plans: list[dict[str, Any]],
    *,
    owner: Row,
    free: dict[str, int],
    whose: Row,
) -> None:
    """Add the units of one owner; `free` are the vehicles that it can still send, by profile."""
    rng = siting.rng
    code = str(owner["id"]).rpartition("-")[2]
    base = str(owner["name"]).removesuffix(SYNTHETIC_ZH)
    base_en = str(owner["name_en"]).removesuffix(SYNTHETIC_EN)
    total = 0
    for plan in plans:
        for number in range(plan["count"]):
            if free.get(plan["profile"], 0) < plan["vehicles"]:
                break
            free[plan["profile"]] -= plan["vehicles"]
            total += 1
            low, high = plan["crew"]
            ready = "busy" if rng.random() < BUSY_SHARE else "ready"
            order = ORDINALS[number]
            rows.append(
                {
                    "id": f"{siting.inputs.site['site']['code']}-U{len(rows) + 1:03d}",
                    "name": f"{base}{plan['name'].format(n=order)}{SYNTHETIC_ZH}",
                    "name_en": f"{base_en} {plan['name_en'].format(n=number + 1)}{SYNTHETIC_EN}",
                    **whose,
                    "unit_type": plan["unit_type"],
                    "call_sign": f"{plan['call']}{code}-{total}",
                    "capabilities": plan["capabilities"],
                    "profile": plan["profile"],
                    "vehicles": plan["vehicles"],
                    "crew": int(rng.integers(low, high + 1)),
                    "turnout_s": plan.get("turnout_s", ""),
                    "status": ready if owner.get("status", "ready") == "ready" else owner["status"],
                    "contact_phone": f"000-{ord('U'):04d}{len(rows) + 1:04d}",
                    **{name: owner[name] for name in ("verified_at", "verified_by", "source")},
                    "synthetic": 1,
                }
            )
