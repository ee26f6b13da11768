"""A reservoir above three villages, on the roads of the tiny site.

::

    R (100.00, 30.02)
    │   V1 (100.001, 30.011)         1 km below, 96 m beside
    │
    B ═══ bridge of the main road ═══ (100.02 … 100.04, 30.0)
    │
    V2 … the river turns east along latitude 30.005 …  V3
"""

from __future__ import annotations

from typing import Any

from shapely import LineString, MultiLineString, Point

from gisapp.registers.changes import compare, store_changes
from gisapp.registers.kinds import KINDS
from gisapp.rights import Right, system_actor
from gisapp.store import Store

DAM = (100.0, 30.02)
HAZARD = ("reservoir", "R1")
TURN = (100.0, 30.005)
MOUTH = (100.05, 30.005)
COURSE = LineString([DAM, TURN, MOUTH])
"""1,663 m south, then 4,826 m east."""


def put(store: Store, kind: str, *records: dict[str, Any]) -> None:
    with store.session(write=True) as session:
        changes = compare(session, KINDS[kind], list(records))
        store_changes(session, system_actor("t"), Right.EDIT, changes, why="t")


def village(one: str, x: float, y: float, **more: Any) -> dict[str, Any]:
    return {
        "id": one, "name": f"{one}村", "geom": Point(x, y), "county": "990001",
        "contact_name": "王村长", "contact_phone": "13800001111",
        "substitute_name": "李副手", "substitute_phone": "13800002222", **more,
    }  # fmt: skip


def fill_valley(store: Store, *, flow: str | None = "along") -> None:
    """The dam, its river and four villages; V2 has no figures, V4 lies upstream."""
    put(
        store, "reservoir",
        {"id": "R1", "name": "龙湾水库", "geom": Point(*DAM), "county": "990001",
         "capacity_e8_m3": 0.05, "responsible": "赵主任", "responsible_phone": "13900003333"},
    )  # fmt: skip
    put(
        store, "village",
        village("V1", 100.001, 30.011, households=40, population=120, people_needing_help=9),
        village("V2", 100.0, 30.0052),
        village("V3", 100.03, 30.005, households=60, population=200),
        village("V4", 100.0, 30.022, households=10, population=30, people_needing_help=1),
    )  # fmt: skip
    river = MultiLineString([[DAM, TURN], [TURN, MOUTH]])
    put(store, "river", {"id": "w1", "name": "龙河", "geom": river, "flow": flow})
