"""Synthetic villages: who lives there, who leads them out, and where they go."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from .inputs import Float64
from .siting import SYNTHETIC_ZH, Row, Siting

MEETING_POINTS = ("村委会院内", "村小学操场", "文化广场", "晒谷场", "村口停车场")
UNCOUNTED_SHARE = 0.12
UNASKED_SHARE = 0.1
SHELTER_WITHIN_M = 20_000.0


def make_villages(siting: Siting, contacts: list[Row], shelters: list[Row]) -> list[Row]:
    """The villages of the grid cells, with the same figures, then hamlets that have no cell.

    As in a real census some villages have no figures at all, and of some only nobody has counted
    who needs help.
    """
    rng = siting.rng
    plan = siting.inputs.resources["village"]
    rows: list[Row] = []
    tree = cKDTree([_metres(siting, row) for row in shelters])

    def add(name: str, name_en: str, xy: Float64, cell: Row) -> None:
        row = siting.common(
            number=len(rows) + 1, letter="V", name=name, name_en=name_en, xy=xy,
            county=str(cell["county"]), agency=str(cell["agency"]),
        )  # fmt: skip
        uncounted, unasked, alone = rng.random(3)
        share = float(rng.uniform(0.04, 0.18))
        helped: object = round(int(str(cell["population"])) * share)
        figures = (cell["households"], cell["population"])
        if uncounted < UNCOUNTED_SHARE:
            figures, helped = ("", ""), ""
        elif unasked < UNASKED_SHARE:
            helped = ""
        away, nearest = tree.query(xy)
        is_led = alone > plan["without_substitute"]
        row |= {
            "contact_name": f"村负责人{SYNTHETIC_ZH}",
            "village_type": "administrative" if rng.random() < 0.4 else "natural",
            "township": cell["township"],
            "households": figures[0],
            "population": figures[1],
            "people_needing_help": helped,
            "meeting_point": str(rng.choice(MEETING_POINTS)),
            "shelter_id": shelters[int(nearest)]["id"] if away < SHELTER_WITHIN_M else "",
            "substitute_name": f"副手{SYNTHETIC_ZH}" if is_led else "",
            "substitute_phone": f"000-7900{len(rows) + 1:04d}" if is_led else "",
        }
        rows.append(row)

    taken: set[tuple[object, object]] = set()
    for cell in contacts:
        if cell["role"] != "grid_worker":
            continue
        taken.add((cell["x"], cell["y"]))
        name = str(cell["village"]).removesuffix(SYNTHETIC_ZH)
        number = str(cell["name_en"]).partition(" Grid Cell ")
        add(
            name, f"{number[0]} Village {number[2].partition(' (')[0]}", _metres(siting, cell), cell
        )
    inside = {county.code for county in siting.inputs.counties}
    hamlets = [s for s in siting.settlements if s.place is None and s.county_code in inside]
    for index in rng.permutation(len(hamlets)):
        if len(rows) >= plan["count"]:
            break
        hamlet = hamlets[int(index)]
        x, y = siting.inputs.to_degrees.transform(hamlet.east, hamlet.north)
        if (f"{x:.6f}", f"{y:.6f}") in taken:
            continue
        place = siting.near_place(hamlet.east, hamlet.north).place
        assert place is not None
        ordinal = siting.numbered(place.short_name + "网格")
        households = int(rng.integers(15, 260))
        is_town = place.kind == "town" and place.code.startswith(hamlet.county_code)
        cell = {
            "county": hamlet.county_code,
            "agency": f"{place.name}政府" if place.kind == "town" else "县政府",
            "township": place.code[:9] if is_town and len(place.code) >= 9 else "",
            "households": households,
            "population": int(households * rng.uniform(2.1, 3.2)),
        }
        add(
            f"{place.short_name}第{ordinal}村",
            f"{place.name_en} Village No. {siting.numbers[place.short_name + '网格']}",
            np.array([hamlet.east, hamlet.north]),
            cell,
        )
    return rows


def _metres(siting: Siting, row: Row) -> Float64:
    x, y = siting.inputs.to_metres.transform(float(str(row["x"])), float(str(row["y"])))
    return np.array([x, y])
