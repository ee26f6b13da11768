"""Synthetic enterprises: who runs the mines, plants, ponds and commercial crowded places."""

from __future__ import annotations

from .siting import Row, Siting

SECTOR_OF_PLACE = {
    "mall": "crowded_place",
    "hotel": "crowded_place",
    "entertainment": "crowded_place",
    "scenic": "crowded_place",
    "workshop": "other",
}
"""Schools, stations and the like are run by no enterprise in the sample."""
HEAD = "主要负责人（合成）"
SMALL_WORKERS = 20
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def make_enterprises(siting: Siting, registers: dict[str, list[Row]]) -> list[Row]:
    """One enterprise at each such place; a metal mine runs the pond next to it as well.

    A stream of its own: what was made so far stays the same.
    """
    rng = siting.inputs.rng("enterprises")
    rows: list[Row] = []
    for row in registers["mine"]:
        workers = int(str(row["workers"]))
        rows.append(founded(siting, row, "mine", workers, len(rows) + 1))
    metal = [row for row in registers["mine"] if row["mine_type"] == "metal"]
    for number, row in enumerate(registers["tailings_pond"]):
        row["enterprise_id"] = metal[number % len(metal)]["enterprise_id"]
    for row in registers["hazard_source"]:
        workers = int(rng.uniform(30, 900))
        rows.append(founded(siting, row, "dangerous_goods", workers, len(rows) + 1))
    for row in registers["crowded_place"]:
        sector = SECTOR_OF_PLACE.get(str(row["place_type"]))
        if sector is None:
            row["enterprise_id"] = ""
        else:
            workers = int(rng.uniform(6, 160))
            rows.append(founded(siting, row, sector, workers, len(rows) + 1))
    grades = ["first", "second", "third", "none"]
    for row in rows:
        row["standard_grade"] = str(rng.choice(grades, p=[0.1, 0.4, 0.4, 0.1]))
    return rows


def founded(siting: Siting, run: Row, sector: str, workers: int, number: int) -> Row:
    """The enterprise that runs a place, where the place is; the place refers to it."""
    county = str(run["county"])
    row: Row = {
        name: run[name]
        for name in (
            "name", "name_en", "x", "y", "county", "agency", "contact_name", "verified_at",
            "verified_by", "source", "synthetic",
        )
    }  # fmt: skip
    row["id"] = f"{siting.inputs.site['site']['code']}-N{number:03d}"
    row["contact_phone"] = f"000-{ord('N'):04d}{number:04d}"
    row["name"] = str(row["name"]).replace("（合成）", "有限公司（合成）")
    row["credit_code"] = credit_code(county, number)
    row["sector"], row["workers"], row["small"] = sector, workers, int(workers < SMALL_WORKERS)
    row["head"], row["head_phone"] = HEAD, f"000-78{number:06d}"
    run["enterprise_id"] = row["id"]
    return row


def credit_code(county: str, number: int) -> str:
    """A code with a right check character (GB 32100-2015) of no body that there is.

    ``Y1`` is the class of other bodies, and no organisation's code begins with five X.
    """
    body = f"Y1{county}XXXXX{number:04d}"
    total = sum(
        CODE_SIGNS.index(sign) * weight for sign, weight in zip(body, CODE_WEIGHTS, strict=True)
    )
    return body + CODE_SIGNS[(31 - total % 31) % 31]
