"""Synthetic experts and the contacts of grid cells; none of them is a person."""

from __future__ import annotations

import numpy as np

from .inputs import Float64
from .siting import Row, Siting
from .teams import distinct

HONORIFIC_EN = "Expert"


def make_experts(siting: Siting) -> list[Row]:
    """Experts where they work, named by what they know."""
    rng = siting.rng
    rows: list[Row] = []
    for plan in siting.inputs.resources["expert"]:
        for number, where in enumerate(plan["where"], start=1):
            settlement = siting.settlement(where)
            pick = siting.in_town(settlement, within=0.6)
            county = siting.county_names[settlement.county_code][0]
            row = siting.common(
                number=len(rows) + 1,
                letter="E",
                name=f"{plan['word']}专家{siting.numbered(plan['word'])}号",
                name_en=f"{plan['word_en']} {HONORIFIC_EN} No. {number}",
                xy=siting.xy[pick],
                county=settlement.county_code,
                agency="市应急管理局",
            )
            row |= {
                "contact_name": "专家本人",
                "specialities": plan["specialities"],
                "title": str(
                    rng.choice(["senior", "associate_senior", "intermediate"], p=[0.4, 0.4, 0.2])
                ),
                "employer": f"{county}{plan['employer']}（合成）",
                "on_call": int(rng.random() < 0.6),
            }
            rows.append(row)
    return rows


def make_grid_contacts(siting: Siting, geohazards: list[Row]) -> list[Row]:
    """A reporter in each township, workers in villages, a watcher at each hazard point."""
    rng = siting.rng
    rows: list[Row] = []
    inside = {county.code for county in siting.inputs.counties}

    def add(role: str, name: str, name_en: str, xy: Float64, county: str, **own: object) -> None:
        near = siting.near_place(float(xy[0]), float(xy[1])).place
        assert near is not None
        row = siting.common(
            number=len(rows) + 1,
            letter="N",
            name=name,
            name_en=name_en,
            xy=xy,
            county=county,
            agency=f"{near.name}政府" if near.kind == "town" else "县政府",
        )
        is_town = near.kind == "town" and near.code.startswith(county)
        row |= {
            "contact_name": "联系人",
            "role": role,
            "township": near.code[:9] if is_town and len(near.code) >= 9 else "",
            "village": "",
            "households": "",
            "population": "",
            "geohazard_id": "",
        }
        rows.append(row | own)

    for settlement in (s for s in siting.named if s.county_code in inside):
        place = settlement.place
        assert place is not None
        if place.kind != "town":
            continue
        pick = siting.in_town(settlement)
        add(
            "disaster_reporter",
            f"{place.name}灾害信息员",
            f"{place.name_en} Disaster Information Officer",
            siting.xy[pick],
            settlement.county_code,
        )
    hamlets = [s for s in siting.settlements if s.place is None and s.county_code in inside]
    count = min(siting.inputs.resources["grid_contact"]["villages"], len(hamlets))
    for index in sorted(rng.choice(len(hamlets), count, replace=False)):
        hamlet = hamlets[int(index)]
        place = siting.near_place(hamlet.east, hamlet.north).place
        assert place is not None
        ordinal = siting.numbered(place.short_name + "网格")
        households = int(rng.integers(40, 420))
        add(
            "grid_worker",
            f"{place.short_name}第{ordinal}网格",
            f"{place.name_en} Grid Cell No. {siting.numbers[place.short_name + '网格']}",
            np.array([hamlet.east, hamlet.north]),
            hamlet.county_code,
            village=f"{place.short_name}第{ordinal}村（合成）",
            households=households,
            population=int(households * rng.uniform(2.3, 3.4)),
        )
    for hazard in geohazards:
        if rng.random() < 0.07:  # a point that nobody watches
            continue
        x, y = siting.inputs.to_metres.transform(float(str(hazard["x"])), float(str(hazard["y"])))
        title, title_en = str(hazard["name"]), str(hazard["name_en"])
        add(
            "hazard_watcher",
            title.removesuffix("（合成）") + "群测群防员",
            title_en.removesuffix(" (synthetic)") + " Watcher",
            np.array([x, y]) + rng.uniform(-150, 150, 2),
            str(hazard["county"]),
            geohazard_id=hazard["id"],
        )
    return distinct(rows)
