"""Synthetic mines, plants, reservoirs, hazard points and tailings ponds."""

from __future__ import annotations

import numpy as np
import shapely

from .inputs import Float64, River
from .siting import Row, Siting
from .streets import points_at, rank, stations

# values that lie exactly on a grade's lower bound, so that every rule is tried on its edge
R_EDGES = (100.0, 50.0, 10.0)
PEOPLE_EDGES = (1000, 500, 100)
LOSS_EDGES = (100_000_000, 50_000_000, 5_000_000)
CAPACITY_EDGES = (0.1, 0.01, 0.001)
TAILINGS_EDGES = ((1000.0, 60.0), (100.0, 30.0), (100.0, 60.0), (1000.0, 30.0))
EXPOSURE = 1.5  # alpha of GB 18218-2018 for 50 to 99 people near by


def make_mines(siting: Siting) -> list[Row]:
    """Mines beside country roads in the hills of the counties that the plan lists."""
    rng = siting.rng
    hills = (siting.slope > 0.05) & (siting.grade <= rank("secondary"))
    words = {
        "coal": ("煤矿", "Coal Mine"),
        "metal": ("铁矿", "Iron Mine"),
        "nonmetal": ("石灰石矿", "Limestone Mine"),
    }
    rows: list[Row] = []
    for kind, (word, word_en) in words.items():
        for county, count in siting.inputs.resources["mine"][kind].items():
            for _ in range(count):
                pick = siting.in_county(county, hills, 1500)
                xy = uphill(siting, siting.xy[pick], 180.0)
                name, name_en = siting_name(siting, xy, word, word_en)
                row = siting.common(
                    number=len(rows) + 1,
                    letter="M",
                    name=name,
                    name_en=name_en,
                    xy=xy,
                    county=county,
                    agency=f"{siting.county_names[county][0]}应急管理局",
                )
                coal = kind == "coal"
                capacity = float(
                    rng.choice(
                        [0.6, 0.9, 1.2, 1.5, 1.8, 2.4, 3.0, 4.0],
                        p=[0.17, 0.25, 0.26, 0.1, 0.08, 0.06, 0.05, 0.03],
                    )
                )
                capacity = capacity if coal else round(capacity / 3, 2)
                row |= {
                    "mine_type": kind,
                    "capacity_mt": capacity,
                    "depth_m": int(rng.uniform(120, 620)) if coal else int(rng.uniform(20, 260)),
                    "workers": int(capacity * rng.uniform(280, 520)) + 60,
                    "gas_grade": str(rng.choice(["low", "high", "outburst"], p=[0.66, 0.27, 0.07]))
                    if coal
                    else "",
                    "status": str(
                        rng.choice(["operating", "construction", "closed"], p=[0.8, 0.1, 0.1])
                    ),
                }
                rows.append(row)
    return rows


def make_hazard_sources(siting: Siting) -> list[Row]:
    """Chemical and coking plants on level ground out of town, with R over all four levels."""
    rng = siting.rng
    level = (siting.slope < 0.04) & (siting.grade >= rank("unclassified"))
    plan = siting.inputs.resources["hazard_source"]
    rows: list[Row] = []
    for county, count in plan["counties"].items():
        for _ in range(count):
            pick = siting.in_county(county, level, 1200)
            substance = plan["substance"][int(rng.integers(len(plan["substance"])))]
            name, name_en = siting_name(
                siting, siting.xy[pick], substance["plant"], substance["plant_en"]
            )
            row = siting.common(
                number=len(rows) + 1,
                letter="H",
                name=name,
                name_en=name_en,
                xy=siting.xy[pick],
                county=county,
                agency=f"{siting.county_names[county][0]}应急管理局",
            )
            if len(rows) < len(R_EDGES):
                r_value = R_EDGES[len(rows)]
            else:
                r_value = round(float(np.exp(rng.uniform(np.log(1.2), np.log(170)))), 1)
            quantity = r_value * substance["threshold_t"] / (EXPOSURE * substance["beta"])
            row |= {
                "substance": substance["name"],
                "quantity_t": round(quantity, 1),
                "r_value": r_value,
            }
            rows.append(row)
    return rows


def make_reservoirs(siting: Siting, rivers: list[tuple[River, shapely.Geometry]]) -> list[Row]:
    """Reservoirs in the upper reaches of the tributaries and the gullies beside them."""
    rng = siting.rng
    terrain = siting.terrain
    smallest = min(river.width_m for river, _ in rivers)
    courses = [line for river, line in rivers if river.width_m == smallest]
    rows: list[Row] = []
    count = siting.inputs.resources["reservoir"]["count"]
    placed: list[Float64] = []
    shapely.prepare(siting.inputs.area)
    tries = 0
    while len(rows) < count and tries < 20_000:
        tries += 1
        course = courses[int(rng.integers(len(courses)))]
        t = float(rng.uniform(0.03, 0.75))
        vertices = shapely.get_coordinates(course)
        xy = points_at(vertices, np.array([t * stations(vertices)[-1]]))[0]
        large = len(rows) < 8
        if not large:
            xy = lowest(siting, xy + rng.normal(0, 4200, 2))
        if not shapely.contains_xy(siting.inputs.area, *xy):
            continue
        if any(np.hypot(*(xy - other)) < 3500 for other in placed):
            continue
        town = siting.near_place(*xy)
        if np.hypot(town.east - xy[0], town.north - xy[1]) < town.half_long + 700:
            continue
        if terrain.sample(terrain.elevation, xy[:1], xy[1:])[0] < 440:
            continue
        if siting.tree.query(xy)[0] > 1500:
            continue
        placed.append(xy)
        county = siting.inputs.county_of(xy[:1], xy[1:])[0]
        name, name_en = siting_name(siting, xy, "水库", "Reservoir", always=False)
        row = siting.common(
            number=len(rows) + 1,
            letter="R",
            name=name,
            name_en=name_en,
            xy=xy,
            county=county,
            agency=f"{siting.county_names[county][0]}水利局",
        )
        if len(rows) < len(CAPACITY_EDGES):
            capacity = CAPACITY_EDGES[len(rows)]
        else:
            low, high = (0.1, 0.42) if large else (0.0012, 0.07)
            capacity = round(float(np.exp(rng.uniform(np.log(low), np.log(high)))), 4)
        row |= {
            "capacity_e8_m3": capacity,
            "dam_type": str(
                rng.choice(["earth", "rockfill", "gravity", "arch"], p=[0.8, 0.08, 0.09, 0.03])
            ),
            "weak": int(rng.random() < 0.18),
        }
        rows.append(row)
    return rows


def make_geohazards(siting: Siting) -> list[Row]:
    """Hazard points above villages and roads in the loess hills."""
    rng = siting.rng
    kinds = {
        "landslide": ("滑坡", "Landslide", 0.34),
        "collapse": ("崩塌", "Rockfall", 0.34),
        "debris_flow": ("泥石流", "Debris Flow", 0.1),
        "subsidence": ("地面塌陷", "Subsidence", 0.14),
        "ground_fissure": ("地裂缝", "Ground Fissure", 0.08),
    }
    inside = np.isin(siting.county, [county.code for county in siting.inputs.counties])
    pool = np.flatnonzero(inside & (siting.slope > 0.075) & (siting.height > 560))
    rows: list[Row] = []
    for pick in map(int, rng.permutation(pool)):
        if len(rows) >= siting.inputs.resources["geohazard"]["count"]:
            break
        if not siting.taken.isdisjoint(siting.tree.query_ball_point(siting.xy[pick], 700)):
            continue
        siting.taken.add(pick)
        xy = uphill(siting, siting.xy[pick], float(rng.uniform(60, 220)))
        kind = str(rng.choice(list(kinds), p=[weight for *_, weight in kinds.values()]))
        name, name_en = siting_name(siting, xy, kinds[kind][0], kinds[kind][1] + " Point")
        county = str(siting.county[pick])
        row = siting.common(
            number=len(rows) + 1,
            letter="G",
            name=name,
            name_en=name_en,
            xy=xy,
            county=county,
            agency=f"{siting.county_names[county][0]}自然资源局",
        )
        if len(rows) < 3:
            people, loss = PEOPLE_EDGES[len(rows)], 900_000
        elif len(rows) < 6:
            people, loss = 12, LOSS_EDGES[len(rows) - 3]
        else:
            people = int(np.exp(rng.normal(3.1, 1.05)))
            loss = int(round(people * float(rng.uniform(20_000, 70_000)), -4))
        row |= {"geohazard_type": kind, "people": people, "loss_cny": loss}
        rows.append(row)
    return rows


def make_tailings_ponds(siting: Siting) -> list[Row]:
    """Tailings ponds in the hills of the counties that mine metal."""
    rng = siting.rng
    hills = (siting.slope > 0.04) & (siting.grade <= rank("tertiary"))
    rows: list[Row] = []
    for county, count in siting.inputs.resources["tailings_pond"]["counties"].items():
        for _ in range(count):
            pick = siting.in_county(county, hills, 900)
            xy = uphill(siting, siting.xy[pick], 250.0)
            name, name_en = siting_name(siting, xy, "尾矿库", "Tailings Pond")
            row = siting.common(
                number=len(rows) + 1,
                letter="P",
                name=name,
                name_en=name_en,
                xy=xy,
                county=county,
                agency=f"{siting.county_names[county][0]}应急管理局",
            )
            if len(rows) < len(TAILINGS_EDGES):
                volume, height = TAILINGS_EDGES[len(rows)]
            else:
                volume = round(float(np.exp(rng.uniform(np.log(4), np.log(420)))), 1)
                height = round(float(np.clip(9 * volume**0.32 * rng.uniform(0.7, 1.5), 5, 95)), 1)
            row |= {
                "volume_e4_m3": volume,
                "height_m": height,
                "downstream_people": int(max(rng.normal(60, 90), 0)),
            }
            rows.append(row)
    return rows


def siting_name(
    siting: Siting, xy: Float64, word: str, word_en: str, *, always: bool = True
) -> tuple[str, str]:
    """A name by the nearest place and a running number, in both languages."""
    place = siting.near_place(float(xy[0]), float(xy[1])).place
    assert place is not None
    base = place.short_name + word
    number = siting.numbered(base)
    order = siting.numbers[base]
    english = place.name_en.rsplit(" ", 1)[0]
    if not always and order == 1:
        return base, f"{english} {word_en}"
    return f"{place.short_name}第{number}{word}", f"{english} {word_en} No. {order}"


def uphill(siting: Siting, xy: Float64, by_m: float) -> Float64:
    """A point moved up the slope, off the road."""
    terrain = siting.terrain
    step = 120.0
    xs = xy[0] + np.array([-step, step, 0, 0])
    ys = xy[1] + np.array([0, 0, -step, step])
    west, east, south, north = terrain.sample(terrain.elevation, xs, ys)
    gradient = np.array([east - west, north - south])
    return np.asarray(xy + gradient / max(float(np.hypot(*gradient)), 1e-6) * by_m)


def lowest(siting: Siting, xy: Float64) -> Float64:
    """The lowest ground within a kilometre: the bottom of the gully."""
    terrain = siting.terrain
    offsets = np.arange(-1000.0, 1001.0, 200.0)
    xs, ys = np.meshgrid(xy[0] + offsets, xy[1] + offsets)
    best = int(np.argmin(terrain.sample(terrain.elevation, xs.ravel(), ys.ravel())))
    return np.array([xs.ravel()[best], ys.ravel()[best]])
