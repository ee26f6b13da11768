# ruff: noqa: E501 - one hazard, one line
"""A few hazards of each kind, checked by hand."""

from __future__ import annotations

from datetime import date

from shapely import Point

from gisapp.registers.kinds.crowded_place import CrowdedPlace
from gisapp.registers.kinds.geohazard import Geohazard
from gisapp.registers.kinds.hazard_source import HazardSource
from gisapp.registers.kinds.mine import Mine
from gisapp.registers.kinds.reservoir import Reservoir
from gisapp.registers.kinds.tailings_pond import TailingsPond
from gisapp.rights import ROLE_RIGHTS, Actor, Role
from gisapp.store import Store

TODAY = date(2026, 11, 23)


def person(login: str, role: Role = Role.ADMINISTRATOR, county: str | None = None) -> Actor:
    return Actor(
        login=login,
        name=f"名·{login}",
        role=role,
        county=county,
        agency=None,
        rights=ROLE_RIGHTS[role],
    )


EVA, LIU = person("eva"), person("liu")
VIEWER = person("viewer", Role.VIEWER)
IN_ONE = person("one", Role.COUNTY_EDITOR, "990001")


def add_hazards(store: Store) -> None:
    """Seven hazards in two counties; the level each proposes stands in its id."""
    rows = [
        Geohazard(id="G2", name="北坡滑坡", name_en="North slope", geohazard_type="landslide", people=600, county="990001"),
        Geohazard(id="G4", name="南沟", geohazard_type="debris_flow", people=3, county="990002"),
        Geohazard(id="G0", name="不明点", geohazard_type="landslide", county="990002"),
        HazardSource(id="H1", name="液氨罐区", substance="氨", r_value=100, county="990001"),
        Mine(id="M2", name="一号矿", mine_type="coal", gas_grade="high", status="operating", county="990001"),
        TailingsPond(id="P2", name="头顶库", volume_e4_m3=100, height_m=30, overhead=True, county="990001"),
        Reservoir(id="R3", name="病险库", capacity_e8_m3=0.02, weak=True, county="990002"),
        CrowdedPlace(id="C2", name="商场", place_type="mall", capacity=1000, county="990002"),
    ]  # fmt: skip
    with store.session(write=True) as session:
        for number, row in enumerate(rows):
            row.geom = Point(100 + number / 100, 30)
            session.add(row)
