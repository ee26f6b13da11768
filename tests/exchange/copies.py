"""A site of two counties, and hands that change it on either side."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from shapely import MultiPolygon, Point, box

from gisapp.exchange.contents import contents
from gisapp.registers import KINDS
from gisapp.registers.changes import compare, store_changes
from gisapp.rights import ROLE_RIGHTS, Actor, Right, Role, system_actor
from gisapp.schema import Label
from gisapp.site import Site, save_site
from gisapp.store import Store

OWN, OTHER = "990001", "990002"
SYSTEM = system_actor("test")

SITE = Site(
    code="990000",
    name=Label("试验市", "Test Prefecture"),
    projected_crs="EPSG:4542",
    time_zone="Asia/Taipei",
    center=(100.0, 30.0),
    bbox=(99.0, 29.0, 101.0, 31.0),
    synthetic=True,
)

TEAM = {
    "team_type": "fire_rescue",
    "people": 10,
    "contact_name": "张三丰",
    "contact_phone": "13800001234",
    "capabilities": ["fire"],
    "vehicles": {"light": 1},
}


def put(store: Store, kind: str, *records: Mapping[str, Any]) -> None:
    """Store records as an import does."""
    with store.session(write=True) as session:
        changes = compare(session, KINDS[kind], [dict(one) for one in records])
        store_changes(session, system_actor("test"), Right.EDIT, changes, why="test")


def team(record_id: str, county: str = OWN, **values: Any) -> dict[str, Any]:
    named = {"id": record_id, "name": f"队{record_id}", "county": county, "geom": Point(100, 30)}
    return {**TEAM, **named, **values}


def fill(store: Store) -> None:
    """Two counties, two teams each, a depot with a lot each."""
    with store.session(write=True) as session:
        save_site(session, SITE)
    areas = {OWN: box(99, 29, 100, 31), OTHER: box(100, 29, 101, 31)}
    put(
        store,
        "area",
        *(
            {"id": code, "name": f"县{code}", "geom": MultiPolygon([one])}
            for code, one in areas.items()
        ),
    )
    put(store, "team", team("T1"), team("T2"), team("T3", OTHER), team("T4", OTHER))
    for depot_id, county in (("D1", OWN), ("D2", OTHER)):
        put(
            store,
            "depot",
            {
                "id": depot_id,
                "name": depot_id,
                "county": county,
                "geom": Point(100, 30),
                "level": "county",
            },
        )
        put(
            store,
            "lot",
            {
                "id": f"L{depot_id}",
                "depot_id": depot_id,
                "item_code": "1010101",
                "item": "帐篷",
                "quantity": 5.0,
                "unit": "顶",
            },
        )


def by_hand(path: Path, *statements: str) -> None:
    """Change a copy as another program does, past all our code."""
    with closing(sqlite3.connect(path)) as connection:
        for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
            connection.create_function(name, 1, lambda _blob: 0, deterministic=True)
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def held(store: Store, kind: str) -> dict[str, dict[str, Any]]:
    with store.session() as session:
        return contents(session, KINDS[kind])


def with_role(role: Role, county: str | None = None) -> Actor:
    return Actor(
        login=role.value,
        name=role.value,
        role=role,
        county=county,
        agency=None,
        rights=ROLE_RIGHTS[role],
    )
