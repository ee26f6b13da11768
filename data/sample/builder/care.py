"""Synthetic shelters and hospitals."""

from __future__ import annotations

from .settlements import Settlement
from .siting import Row, Siting

SHELTERS = (
    ("中心小学", "Central Primary School", 700),
    ("初级中学", "Junior High School", 1300),
    ("文化广场", "Culture Square", 1800),
    ("体育场", "Sports Ground", 2800),
    ("人民公园", "People's Park", 4500),
)


def make_shelters(siting: Siting) -> list[Row]:
    """Schools, squares and parks: several in each seat, one in each township."""
    rng = siting.rng
    count = siting.inputs.resources["shelter"]["count"]
    inside = {county.code for county in siting.inputs.counties}
    towns = [s for s in siting.named if s.county_code in inside]
    seats = [s for s in towns if s.rank in ("city", "seat")]
    order: list[Settlement] = list(towns)
    while len(order) < count:
        order.append(seats[len(order) % len(seats)])
    rows: list[Row] = []
    for settlement in order[:count]:
        pick = siting.in_town(settlement, within=0.8, main=False)
        largest = 3 if settlement.rank == "town" else len(SHELTERS)
        word, word_en, people = SHELTERS[int(rng.integers(largest))]
        place = settlement.place
        assert place is not None
        order_number = siting.numbers.get(place.short_name + word, 0)
        siting.numbered(place.short_name + word)
        name = f"{place.short_name}{word}避难场所"
        name_en = f"{place.name_en.rsplit(' ', 1)[0]} {word_en} Shelter"
        if order_number:
            name = f"{place.short_name}{word}第{order_number + 1}避难场所"
            name_en += f" {order_number + 1}"
        row = siting.common(
            number=len(rows) + 1,
            letter="S",
            name=name,
            name_en=name_en,
            xy=siting.xy[pick],
            county=settlement.county_code,
            agency=f"{siting.county_names[settlement.county_code][0]}应急管理局",
        )
        capacity = round(people * float(rng.uniform(0.5, 1.6)), -1)
        row |= {"capacity": int(capacity), "area_m2": int(capacity * rng.uniform(1.6, 4.5))}
        rows.append(row)
    return rows


def make_hospitals(siting: Siting) -> list[Row]:
    """General hospitals in the seats, health centres in townships, and the belt's."""
    rng = siting.rng
    plan = siting.inputs.resources["hospital"]
    seats = [siting.settlement(county.code) for county in siting.inputs.counties]
    city = next(s for s in seats if s.rank == "city")
    towns = [s for s in siting.named if s.rank == "town"]
    chosen = sorted(rng.choice(len(towns), plan["township_count"], replace=False))
    wanted: list[tuple[Settlement, str, str, str, tuple[int, int]]] = [
        (city, "市中心医院", "City Central Hospital", "3A", (1200, 1800)),
        (city, "市第二人民医院", "City Second People's Hospital", "3B", (600, 900)),
        (city, "市中医院", "City Chinese Medicine Hospital", "3B", (400, 600)),
    ]
    general = ("人民医院", "People's Hospital", "2A", (180, 520))
    traditional = ("中医院", "Chinese Medicine Hospital", "2B", (80, 180))
    health_centre = ("中心卫生院", "Township Health Centre", "1", (20, 70))
    wanted += [(seat, *general) for seat in seats]
    wanted += [(seat, *traditional) for seat in seats[: len(seats) // 3]]
    wanted += [(siting.settlement(name), *general) for name in plan["belt"]]
    wanted += [(towns[int(k)], *health_centre) for k in chosen]
    rows: list[Row] = []
    for settlement, word, word_en, level, (low, high) in wanted:
        pick = siting.in_town(settlement, within=0.6)
        county, county_en = siting.county_names[settlement.county_code]
        place = settlement.place
        assert place is not None
        if word.startswith("市"):
            name, name_en = word, word_en
        elif level == "1":
            name = f"{place.short_name}{word}"
            name_en = f"{place.name_en.rsplit(' ', 1)[0]} {word_en}"
        else:
            name, name_en = county + word, f"{county_en} {word_en}"
        row = siting.common(
            number=len(rows) + 1,
            letter="B",
            name=name,
            name_en=name_en,
            xy=siting.xy[pick],
            county=settlement.county_code,
            agency=f"{county}卫生健康局",
        )
        row |= {
            "beds": int(rng.integers(low, high)),
            "hospital_level": level,
            "emergency": int(level != "1" or rng.random() < 0.4),
        }
        rows.append(row)
    return rows
