"""A site small enough to check by hand.

::

                 P (30.03)  绕行路, 30 km/h, no limit
               /           \\
    A ─────── B ═══ 桥 ═══ C ─────── D        E ── F  (island)
  100.00    100.02        100.04   100.06    100.10  100.12

The main road is 60 km/h; the bridge B–C bears 20 t. All on latitude 30, P above the bridge.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from routing import RoadNetwork, Street, from_streets

A, B, C, D = (100.00, 30.0), (100.02, 30.0), (100.04, 30.0), (100.06, 30.0)
P = (100.03, 30.03)
E, F = (100.10, 30.0), (100.12, 30.0)

ROADS = [
    ("主干路", [A, B], 60, None, 0),
    ("主干桥", [B, C], 60, 20, 1),
    ("主干路", [C, D], 60, None, 0),
    ("绕行路", [B, P, C], 30, None, 0),
    ("岛路", [E, F], 60, None, 0),
]

DOUBT = "maxweight=二十吨"

TEAM_COLUMNS = [
    "id",
    "name",
    "name_en",
    "x",
    "y",
    "county",
    "agency",
    "contact_name",
    "contact_phone",
    "verified_at",
    "verified_by",
    "source",
    "synthetic",
    "team_type",
    "tier",
    "capabilities",
    "people",
    "vehicles",
    "turnout_s",
    "status",
]

TEAMS = [
    # id, name, x, y, type, capabilities, vehicles, turnout_s, status, verified_at
    ("T1", "甲队", 100.001, 30.0, "fire_rescue", "fire;rescue", "heavy:2;light:1", 60, "ready", "2026-11-01"),
    ("T2", "乙队", 100.059, 30.0, "fire_rescue", "fire", "light:1", 300, "ready", "2020-01-01"),
    ("T3", "岛队", 100.110, 30.0, "fire_rescue", "fire", "light:1", 60, "ready", "2026-11-01"),
    ("T4", "忙队", 100.050, 30.0, "fire_rescue", "fire", "light:1", 60, "busy", "2026-11-01"),
    ("T5", "停队", 100.050, 30.0, "fire_rescue", "fire", "light:1", 60, "out_of_service", "2026-11-01"),
    ("T6", "远队", 100.030, 30.5, "fire_rescue", "fire", "light:1", 60, "ready", "2026-11-01"),
    ("M1", "矿队", 100.059, 30.0, "mine_rescue", "mine_rescue", "light:1", "", "ready", ""),
]  # fmt: skip


PLANS = """
[[plan]]
code = "slope"
edition = 1
name = { zh = "滑坡预案", en = "Slope plan" }
headquarters = "hq1"
kinds = ["landslide"]
source = { zh = "试验", en = "Test" }
synthetic = true
triggers = [
    { basis = "confirmed", grade = 2, level = 1 },
    { basis = "confirmed", grade = 4, level = 4 },
    { basis = "worst_case", grade = 2, level = 2 },
    { basis = "worst_case", figure = "dead", at_least = 3, level = 3 },
    { basis = "confirmed", figure = "moved", at_least = 50, level = 3 },
    { basis = "danger", grade = 1, level = 2 },
]
levels = [
    { level = 1, measures = { zh = "全市动员", en = "All of the city" }, started_by = { zh = "总指挥", en = "the commander" }, by_phone = false, expected_h = 72 },
    { level = 2, measures = { zh = "搜救", en = "Search" }, started_by = { zh = "副总指挥", en = "the deputy" }, by_phone = true, expected_h = 48 },
    { level = 3, measures = { zh = "转移", en = "Move people" }, started_by = { zh = "指挥长", en = "the head" }, by_phone = true, expected_h = 24 },
    { level = 4, measures = { zh = "监测", en = "Watch" }, started_by = { zh = "主任", en = "the director" }, by_phone = true, expected_h = 12 },
]
"""


def write_tiny_site(folder: Path) -> Path:
    """Write the site's files; return its ``site.toml``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "roads.geojson").write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {
                            "highway": "primary",
                            "name": name,
                            "speed_kph": kph,
                            "maxweight": limit,
                            "bridge": bridge,
                        },
                        "geometry": {"type": "LineString", "coordinates": line},
                    }
                    for name, line, kph, limit, bridge in ROADS
                ],
            }
        ),
        encoding="utf-8",
    )
    (folder / "areas.geojson").write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"id": "990001", "name": "甲县", "name_en": "Jia County"},
                        "geometry": {
                            "type": "Polygon",
                            "coordinates": [
                                [
                                    [99.9, 29.9],
                                    [100.2, 29.9],
                                    [100.2, 30.1],
                                    [99.9, 30.1],
                                    [99.9, 29.9],
                                ]
                            ],
                        },
                    }
                ],
            }
        ),
        encoding="utf-8",
    )
    (folder / "places.csv").write_text(
        "id,name,name_en,x,y,kind,code,population,source,synthetic\n"
        "p1,桥头村,Qiaotou,100.02,30.001,village,,,test,1\n",
        encoding="utf-8",
    )
    with (folder / "team.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, TEAM_COLUMNS, restval="")
        table.writeheader()
        for id_, name, x, y, kind, able, vehicles, turnout_s, status, verified in TEAMS:
            table.writerow(
                {
                    "id": id_,
                    "name": name,
                    "x": x,
                    "y": y,
                    "county": "990001",
                    "contact_phone": "000-0000",
                    "verified_at": verified,
                    "synthetic": 1,
                    "team_type": kind,
                    "tier": "main",
                    "capabilities": able,
                    "people": 10,
                    "vehicles": vehicles,
                    "turnout_s": turnout_s,
                    "status": status,
                }
            )
    (folder / "plans.toml").write_text(PLANS, encoding="utf-8")
    (folder / "site.toml").write_text(
        """
[site]
code = "990000"
name = { zh = "试验市", en = "Test Prefecture" }
projected_crs = "EPSG:4542"
time_zone = "Asia/Taipei"
center = [100.03, 30.0]
bbox = [99.9, 29.9, 100.2, 30.6]
synthetic = true
note = { zh = "全部为合成数据", en = "All synthetic" }
[roads]
file = "roads.geojson"
[areas]
file = "areas.geojson"
[places]
file = "places.csv"
[plans]
file = "plans.toml"
[resources]
team = "team.csv"
[[headquarters]]
code = "hq1"
name = { zh = "地灾指挥部", en = "Slopes Headquarters" }
""",
        encoding="utf-8",
    )
    return folder / "site.toml"


def doubtful_roads(text: str = DOUBT, *, bridge_way: int = 7, at: float = 0.0) -> RoadNetwork:
    """The tiny site's main road, the limit of its bridge written as no program reads it."""
    b, c = ((x + at, y) for x, y in (B, C))
    return from_streets(
        [
            Street([A, b], "primary", "主干路", speed_kph=60, street_id=6),
            Street(
                [b, c], "primary", "主干桥", speed_kph=60, street_id=bridge_way, weight_doubt=text
            ),
            Street([c, D], "primary", "主干路", speed_kph=60, street_id=8),
            Street([b, P, c], "primary", "绕行路", speed_kph=30, street_id=9),
        ]
    )
