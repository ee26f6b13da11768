"""Synthetic crowded places, and the stations that watch hazards and the weather."""

from __future__ import annotations

from datetime import date

import numpy as np

from .particulars import days_before, name_responsible
from .siting import SYNTHETIC_EN, SYNTHETIC_ZH, Row, Siting
from .teams import distinct

# what a kind of hazard is watched by: type, word, word in English, usual reading, unit
SENSORS: dict[str, tuple[tuple[str, str, str, float, str], ...]] = {
    "hazard_source": (
        ("pressure_level", "液位站", "Level Station", 3.2, "m"),
        ("gas", "气体站", "Gas Station", 4.0, "ppm"),
    ),
    "tailings_pond": (
        ("displacement", "位移站", "Displacement Station", 2.5, "mm"),
        ("seepage", "浸润线站", "Seepage Station", 6.0, "m"),
    ),
    "reservoir": (("water_level", "水位站", "Water Level Station", 12.0, "m"),),
    "geohazard": (
        ("crack", "裂缝站", "Crack Station", 3.0, "mm"),
        ("displacement", "位移站", "Displacement Station", 4.0, "mm"),
    ),
}
OFFLINE_SHARE = 0.08


def make_crowded_places(siting: Siting) -> list[Row]:
    """Schools, markets, stations and the like, in seats and in a share of the townships."""
    rng = siting.rng
    inside = {county.code for county in siting.inputs.counties}
    rows: list[Row] = []
    for plan in siting.inputs.resources["crowded_place"]:
        for settlement in siting.named:
            if settlement.county_code not in inside:
                continue
            is_town = settlement.rank == "town"
            count = int(rng.random() < plan["townships"]) if is_town else plan["seats"]
            for _ in range(count):
                pick = siting.in_town(settlement, within=0.8, main=False)
                words = siting.words(settlement, settlement.county_code)
                row = siting.common(
                    number=len(rows) + 1,
                    letter="C",
                    name=plan["name"].format(**words),
                    name_en=plan["name_en"].format(**words),
                    xy=siting.xy[pick],
                    county=settlement.county_code,
                    agency=plan["agency"].format(**words),
                )
                low, high = plan["capacity"]
                capacity = int(round(float(np.exp(rng.uniform(np.log(low), np.log(high)))), -1))
                row |= {
                    "place_type": plan["place_type"],
                    "capacity": capacity,
                    "area_m2": int(capacity * rng.uniform(2, 7)),
                    "storeys": int(rng.integers(plan["storeys"][0], plan["storeys"][1] + 1)),
                }
                rows.append(row)
    name_responsible("crowded_place", rows)
    return distinct(rows)


def make_stations(siting: Siting, registers: dict[str, list[Row]]) -> list[Row]:
    """Stations at the hazards that are watched, and rain gauges in townships.

    Where a register says that a hazard is monitored online there are its stations; of the
    others a share is watched. Some stations send nothing.
    """
    rng = siting.rng
    plan = siting.inputs.resources["monitoring_station"]
    today: date = siting.inputs.resources["verified_to"]
    rows: list[Row] = []

    def add(sensor: tuple[str, str, str, float, str], hazard: Row | None, **common: object) -> None:
        kind, word, word_en, usual, unit = sensor
        row = siting.common(
            number=len(rows) + 1,
            letter="W",
            name=f"{common['name']}{word}",
            name_en=f"{common['name_en']} {word_en}",
            xy=np.asarray(common["xy"]),
            county=str(common["county"]),
            agency=str(common["agency"]),
        )
        is_online = rng.random() >= OFFLINE_SHARE
        row |= {
            "station_type": kind,
            "monitors_kind": common.get("monitors_kind", ""),
            "monitors_id": hazard["id"] if hazard else "",
            "online": int(is_online),
            "last_reading": round(usual * float(rng.uniform(0.2, 1.8)), 2),
            "reading_unit": unit,
            "last_reading_on": days_before(today, 0 if is_online else int(rng.integers(3, 90))),
        }
        rows.append(row)

    for kind, sensors in SENSORS.items():
        for hazard in registers[kind]:
            share = plan["watched"].get(kind, 0.0)
            if not (hazard.get("online_monitored") or rng.random() < share):
                continue
            x, y = float(str(hazard["x"])), float(str(hazard["y"]))
            xy = np.array(siting.inputs.to_metres.transform(x, y))
            for sensor in sensors:
                add(
                    sensor,
                    hazard,
                    monitors_kind=kind,
                    name=str(hazard["name"]).removesuffix(SYNTHETIC_ZH),
                    name_en=str(hazard["name_en"]).removesuffix(SYNTHETIC_EN),
                    xy=xy + rng.uniform(-80, 80, 2),
                    county=hazard["county"],
                    agency=hazard["agency"],
                )
    inside = {county.code for county in siting.inputs.counties}
    towns = [s for s in siting.named if s.rank == "town" and s.county_code in inside]
    chosen = sorted(rng.choice(len(towns), min(plan["rain_townships"], len(towns)), replace=False))
    for index in chosen:
        town = towns[int(index)]
        assert town.place is not None
        pick = siting.in_town(town, main=False)
        add(
            ("rain", "雨量站", "Rain Gauge", 1.0, "mm"),
            None,
            name=town.place.short_name,
            name_en=town.place.name_en,
            xy=siting.xy[pick],
            county=town.county_code,
            agency=f"{siting.county_names[town.county_code][0]}水利局",
        )
    return rows
