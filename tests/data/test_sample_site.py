"""The sample site: built twice, the same, and plausible."""

from __future__ import annotations

import csv
import importlib
import json
import math
import os
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import pytest
import shapely

from gisapp.bootstrap import open_app
from gisapp.drills.design.reckoning import reckon
from gisapp.drills.design.writing import read_script
from gisapp.drills.ready.library import begin, ready_scenarios
from gisapp.incidents.surroundings.synthetic import add_synthetic_lines
from gisapp.provision import provision_from_file
from gisapp.rights import system_actor
from gisapp.settings import Settings

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
SITE = SAMPLE / "linfen"
Row = dict[str, str]
REGISTERS = (
    "team",
    "depot",
    "lot",
    "mine",
    "hazard_source",
    "reservoir",
    "geohazard",
    "tailings_pond",
    "shelter",
    "hospital",
    "enterprise",
    "expert",
    "crowded_place",
    "monitoring_station",
    "grid_contact",
    "village",
    "unit",
)
HAZARDS = ("mine", "hazard_source", "reservoir", "geohazard", "tailings_pond", "crowded_place")
METRES = "EPSG:4546"


def start_build(out: Path, *, hash_seed: str) -> subprocess.Popen[bytes]:
    """Build in a process of its own, as ``python -m builder`` does."""
    return subprocess.Popen(
        [sys.executable, "-m", "builder", str(SITE), str(out)],
        cwd=SAMPLE,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two builds side by side, with different hash seeds."""
    folder = tmp_path_factory.mktemp("sample")
    first, second = folder / "first", folder / "second"
    running = [start_build(first, hash_seed="1"), start_build(second, hash_seed="2")]
    assert [process.wait() for process in running] == [0, 0]
    return first, second


@pytest.fixture(scope="module")
def built(builds: tuple[Path, Path]) -> Path:
    return builds[0]


@pytest.fixture(scope="module")
def roads(built: Path) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(built / "roads.gpkg", layer="roads")


@pytest.fixture(scope="module")
def graph(roads: gpd.GeoDataFrame) -> nx.DiGraph:
    """Directed graph of the streets by their end points."""
    directed: nx.DiGraph = nx.DiGraph()
    for line, oneway in zip(roads.geometry, roads.oneway, strict=True):
        start, end = line.coords[0], line.coords[-1]
        directed.add_edge(start, end)
        if oneway == "no":
            directed.add_edge(end, start)
    return directed


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(SITE / "counties.geojson")


def table(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def points(rows: list[Row]) -> gpd.GeoSeries:
    xy = shapely.points([[float(row["x"]), float(row["y"])] for row in rows])
    return gpd.GeoSeries(xy, crs="EPSG:4326")


def test_two_builds_are_alike_byte_for_byte(builds: tuple[Path, Path]) -> None:
    first, second = builds
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_build_writes_what_its_site_record_names(built: Path) -> None:
    record = tomllib.loads((built / "site.toml").read_text("utf-8"))
    assert "build" not in record
    assert len(record["headquarters"]) == 17
    assert set(record["resources"]) == set(REGISTERS)
    named = [record[part]["file"] for part in ("roads", "areas", "places", "rivers")]
    for name in [*named, *record["resources"].values()]:
        assert (built / name).is_file(), name


def test_a_broken_build_leaves_what_was_there(tmp_path: Path) -> None:
    """A missing input is said and the folder of the last good build stays."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.toml").write_bytes((SITE / "site.toml").read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    (out / "site.toml").touch()
    process = subprocess.run(
        [sys.executable, "-m", "builder", str(site), str(out)],
        cwd=SAMPLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode != 0
    assert "FileNotFoundError" in process.stderr
    assert [path.name for path in out.iterdir()] == ["site.toml"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "site"]


def test_a_build_does_not_replace_what_is_no_build(tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    process = start_build(tmp_path, hash_seed="1")
    assert process.wait() != 0
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_inputs_stay_small() -> None:
    assert sum(path.stat().st_size for path in SITE.iterdir()) < 400_000


def test_the_network_is_large_and_of_one_piece_but_for_one_island(graph: nx.DiGraph) -> None:
    assert len(graph) >= 20_000
    parts = sorted(map(len, nx.weakly_connected_components(graph)), reverse=True)
    assert parts[0] >= 0.99 * len(graph)
    assert len(parts) == 2
    assert parts[1] <= 10


def test_no_one_way_traps_anyone(graph: nx.DiGraph) -> None:
    weak = sorted(map(len, nx.weakly_connected_components(graph)))
    strong = sorted(map(len, nx.strongly_connected_components(graph)))
    assert weak == strong


def test_roads_have_the_columns_and_values_the_importer_takes(roads: gpd.GeoDataFrame) -> None:
    assert roads.crs.to_epsg() == 4326
    assert set(roads.geom_type) == {"LineString"}
    assert roads.osmid.is_unique
    assert set(roads.oneway) <= {"yes", "no", "-1"}
    assert set(roads.highway) == {
        "motorway",
        "motorway_link",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
    }
    assert (roads.synthetic == 1).all()
    assert roads.geometry.is_valid.all()
    assert (roads.to_crs(METRES).length > 1).all()


def test_bridges_tunnels_one_ways_and_limits_are_there(roads: gpd.GeoDataFrame) -> None:
    assert (roads.bridge == 1).sum() > 200
    assert (roads.tunnel == 1).sum() > 50
    assert not ((roads.bridge == 1) & (roads.tunnel == 1)).any()
    assert ((roads.oneway == "yes") & (roads.highway == "residential")).sum() > 100
    assert roads.maxweight.notna().sum() > 20
    assert roads.maxheight.notna().sum() > 20
    assert (roads.maxweight.dropna() >= 8).all()
    assert (roads.maxheight.dropna() >= 2.5).all()
    motorways = roads[roads.highway.isin(["motorway", "motorway_link"])]
    assert (motorways.oneway == "yes").all()


def test_nothing_crosses_a_motorway_on_the_level(roads: gpd.GeoDataFrame) -> None:
    """Where an ordinary street crosses a carriageway, one of them is a bridge or a tunnel."""
    raised = (roads.bridge == 1) | (roads.tunnel == 1)
    motorways = roads[roads.highway == "motorway"]
    others = roads[~roads.highway.isin(["motorway", "motorway_link"])]
    tree = shapely.STRtree(motorways.geometry.to_numpy())
    pairs = tree.query(others.geometry.to_numpy(), predicate="crosses")
    level = [
        (others.index[i], motorways.index[j])
        for i, j in pairs.T
        if not (raised[others.index[i]] or raised[motorways.index[j]])
    ]
    assert pairs.shape[1] > 200
    assert level == []


def test_ordinary_streets_meet_only_at_their_ends(roads: gpd.GeoDataFrame) -> None:
    """Streets at grade are cut where they cross: hardly any pair crosses unnoded."""
    grade = roads[
        ~roads.highway.isin(["motorway", "motorway_link"])
        & (roads.bridge == 0)
        & (roads.tunnel == 0)
    ]
    lines = grade.geometry.to_numpy()
    pairs = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert pairs.shape[1] / 2 <= 0.002 * len(lines)


def test_lines_do_not_zigzag(roads: gpd.GeoDataFrame) -> None:
    """Within a through road hardly any bend is sharper than a right angle."""
    sharp = bends = 0
    for line in roads[roads.highway.isin(["motorway", "trunk", "primary"])].to_crs(METRES).geometry:
        steps = np.diff(shapely.get_coordinates(line), axis=0)
        turn = np.abs(np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))))
        sharp += int((turn > math.pi / 2).sum())
        bends += len(turn)
    assert bends > 5000
    assert sharp <= 0.004 * bends


def test_every_county_has_roads_and_a_reachable_seat(
    roads: gpd.GeoDataFrame, graph: nx.DiGraph, counties: gpd.GeoDataFrame
) -> None:
    middles = shapely.line_interpolate_point(roads.geometry.to_numpy(), 0.5, normalized=True)
    tree = shapely.STRtree(middles)
    home = max(nx.weakly_connected_components(graph), key=len)
    nodes = list(home)
    node_tree = shapely.STRtree(shapely.points(nodes))
    places = {row["code"]: row for row in table(SITE, "places") if row["kind"] == "county"}
    for county in counties.itertuples():
        assert len(tree.query(county.geometry, predicate="contains")) > 300, county.name
    for code, place in places.items():
        seat = shapely.Point(float(place["x"]), float(place["y"]))
        nearest = shapely.Point(nodes[int(node_tree.nearest(seat))])
        assert seat.distance(nearest) < 0.004, code


def test_counties_meet_without_gap_or_overlap(counties: gpd.GeoDataFrame) -> None:
    assert len(counties) == 17
    assert shapely.coverage_is_valid(counties.geometry.to_numpy())
    area_km2 = counties.to_crs(METRES).area.sum() / 1e6
    assert area_km2 == pytest.approx(20_275, rel=0.01)
    assert shapely.get_num_interior_rings(shapely.union_all(counties.geometry)) == 0


def test_places_lie_in_their_county(counties: gpd.GeoDataFrame) -> None:
    rows = [row for row in table(SITE, "places") if row["kind"] == "town"]
    assert len(rows) == 158
    polygons = dict(zip(counties.code, counties.geometry, strict=True))
    for row, point in zip(rows, points(rows), strict=True):
        assert polygons[row["code"][:6]].contains(point), row["name"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in row["name"])
        assert row["synthetic"] == ("0" if row["source"] == "GeoNames" else "1")


def test_tributaries_are_marked_and_main_rivers_are_not(built: Path) -> None:
    features: list[dict[str, Any]] = json.loads((built / "rivers.geojson").read_text("utf-8"))[
        "features"
    ]
    marks = {f["properties"]["name"]: f["properties"]["synthetic"] for f in features}
    assert {marks["黄河"], marks["汾河"], marks["沁河"]} == {0}
    assert marks["昕水河"] == 1


@pytest.mark.parametrize(
    ("register", "low", "high"),
    [
        ("team", 75, 140),
        ("depot", 28, 40),
        ("lot", 220, 280),
        ("mine", 80, 120),
        ("hazard_source", 30, 40),
        ("reservoir", 38, 42),
        ("geohazard", 380, 400),
        ("tailings_pond", 40, 50),
        ("shelter", 145, 155),
        ("hospital", 55, 65),
        ("expert", 30, 50),
        ("crowded_place", 150, 350),
        ("monitoring_station", 250, 450),
        ("grid_contact", 600, 900),
        ("village", 280, 320),
        ("unit", 200, 400),
    ],
)
def test_registers_have_plausible_counts_and_say_they_are_synthetic(
    built: Path, register: str, low: int, high: int
) -> None:
    rows = table(built, register)
    assert low <= len(rows) <= high
    assert {row["synthetic"] for row in rows} == {"1"}
    assert len({row["id"] for row in rows}) == len(rows)
    if register != "lot":
        assert all(row["name"].endswith("（合成）") for row in rows)
        assert all(row["name_en"].endswith("(synthetic)") for row in rows)
        phones = [row["contact_phone"] for row in rows]
        assert all(phone.startswith("000-") for phone in phones if phone)
        assert len({row["name"] for row in rows}) == len(rows)


def test_every_kind_of_team_is_there_and_every_county_has_fire_and_medical(
    built: Path, counties: gpd.GeoDataFrame
) -> None:
    teams = table(built, "team")
    assert set(Counter(row["team_type"] for row in teams)) == {
        "fire_rescue",
        "mine_rescue",
        "hazmat",
        "pipeline",
        "flood",
        "forest_fire",
        "medical",
        "engineering",
        "social",
    }
    assert {row["status"] for row in teams} == {"ready", "busy", "out_of_service"}
    for kind in ("fire_rescue", "medical"):
        assert set(counties.code) <= {row["county"] for row in teams if row["team_type"] == kind}
    lowloaders = [row for row in teams if "lowloader" in row["vehicles"]]
    assert len(lowloaders) >= 12


def test_roads_and_resources_go_on_beyond_the_border(
    built: Path, roads: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> None:
    area = shapely.union_all(counties.to_crs(METRES).geometry)
    middles = roads.to_crs(METRES).geometry.interpolate(0.5, normalized=True)
    distance = shapely.distance(area, middles.to_numpy())
    assert (distance > 0).sum() > 3000
    assert distance.max() > 25_000
    for register in ("team", "depot", "hospital", "mine"):
        rows = table(built, register)
        outside = [row for row in rows if row["county"] not in set(counties.code)]
        assert outside
        assert all(not area.contains(point) for point in points(outside).to_crs(METRES))


def test_records_lie_near_a_road_and_in_the_county_they_name(
    built: Path, roads: gpd.GeoDataFrame, counties: gpd.GeoDataFrame
) -> None:
    tree = shapely.STRtree(roads.to_crs(METRES).geometry.to_numpy())
    polygons = dict(zip(counties.code, counties.geometry, strict=True))
    limits_m = {"team": 120, "depot": 120, "hospital": 120, "shelter": 120}
    for register in REGISTERS:
        if register in {"lot", "unit"}:
            continue
        rows = table(built, register)
        where = points(rows)
        _, distance = tree.query_nearest(
            where.to_crs(METRES).to_numpy(), return_distance=True, all_matches=False
        )
        assert distance.max() < limits_m.get(register, 2000), register
        for row, point in zip(rows, where, strict=True):
            if row["county"] in polygons:
                assert polygons[row["county"]].distance(point) < 0.004, row["id"]


def test_hazard_values_meet_their_grades_bounds(built: Path) -> None:
    """All four levels of R occur, and records lie exactly on the bounds."""
    r_values = [float(row["r_value"]) for row in table(built, "hazard_source")]
    assert {100.0, 50.0, 10.0} <= set(r_values)
    assert {sum(r >= bound for bound in (100, 50, 10)) for r in r_values} == {0, 1, 2, 3}
    people = {int(row["people"]) for row in table(built, "geohazard")}
    assert {100, 500, 1000} <= people
    capacities = {float(row["capacity_e8_m3"]) for row in table(built, "reservoir")}
    assert {0.1, 0.01, 0.001} <= capacities
    assert max(capacities) < 1.0
    ponds = {
        (float(r["volume_e4_m3"]), float(r["height_m"])) for r in table(built, "tailings_pond")
    }
    assert {(1000.0, 60.0), (100.0, 30.0)} <= ponds


def test_lots_belong_to_depots_and_some_are_short_or_expired(built: Path) -> None:
    depots = {row["id"] for row in table(built, "depot")}
    lots = table(built, "lot")
    assert {row["depot_id"] for row in lots} == depots
    assert all(len(row["item_code"]) == 7 and row["item_code"][0] in "123" for row in lots)
    assert any(int(row["quantity"]) < int(row["minimum_stock"]) for row in lots)
    assert any(row["expires_on"] and row["expires_on"] < "2026-01-01" for row in lots)


def test_units_are_of_a_team_or_a_hospital_and_never_more_than_it_has_vehicles(
    built: Path,
) -> None:
    units = table(built, "unit")
    owned: dict[str, Counter[str]] = {}
    for row in units:
        assert bool(row["team_id"]) != bool(row["hospital_id"])
        whose = owned.setdefault(row["team_id"] or row["hospital_id"], Counter())
        whose[row["profile"]] += int(row["vehicles"])
    teams = {row["id"]: row for row in table(built, "team")}
    hospitals = {row["id"]: row for row in table(built, "hospital")}
    assert owned.keys() <= {*teams, *hospitals}
    has = {
        owner_id: dict(part.split(":") for part in row["vehicles"].split(";"))
        for owner_id, row in teams.items()
    }
    has |= {owner_id: {"light": row["ambulances"]} for owner_id, row in hospitals.items()}
    for owner_id, sent in owned.items():
        assert sum(sent.values()) <= 4
        assert all(number <= int(has[owner_id][profile]) for profile, number in sent.items())
    for kind in ("fire_rescue", "mine_rescue", "medical"):
        assert {row["id"] for row in teams.values() if row["team_type"] == kind} <= owned.keys()
    assert {row["status"] for row in units} == {"ready", "busy", "out_of_service"}


def test_villages_go_to_shelters_and_some_have_no_figures(built: Path) -> None:
    """Unknown is empty, never 0."""
    villages = table(built, "village")
    shelters = {row["id"] for row in table(built, "shelter")}
    assert {row["shelter_id"] for row in villages} <= {*shelters, ""}
    figures = ("households", "population", "people_needing_help")
    unknown = [row for row in villages if not any(row[name] for name in figures)]
    assert 0.05 * len(villages) < len(unknown) < 0.2 * len(villages)
    assert any(row["population"] and not row["people_needing_help"] for row in villages)
    for row in villages:
        assert all(row[name] != "0" for name in ("households", "population"))
        if row["people_needing_help"]:
            assert int(row["people_needing_help"]) < int(row["population"])
    assert not all(row["substitute_phone"] for row in villages)
    cells = {
        row["village"]: (row["x"], row["y"])
        for row in table(built, "grid_contact")
        if row["role"] == "grid_worker"
    }
    assert cells.items() <= {row["name"]: (row["x"], row["y"]) for row in villages}.items()


def test_some_records_are_stale_and_most_are_not(built: Path) -> None:
    dates = [row["verified_at"] for name in ("team", "mine") for row in table(built, name)]
    stale = sum(date < "2025-12-31" for date in dates)
    assert len(dates) / 10 < stale < len(dates) / 2


@pytest.mark.parametrize("register", [name for name in REGISTERS if name not in {"team", "unit"}])
def test_a_few_records_were_never_verified(built: Path, register: str) -> None:
    """Never a team or its units: those are dispatched."""
    rows = table(built, register)
    unseen = [row for row in rows if not row["verified_at"]]
    assert len(unseen) <= 0.15 * len(rows)
    assert len(rows) < 100 or unseen
    assert all(row["verified_at"] for name in ("team", "unit") for row in table(built, name))


def test_some_hazards_have_nobody_in_charge_and_some_contacts_no_telephone(built: Path) -> None:
    for register in HAZARDS:
        rows = table(built, register)
        led = sum(bool(row["responsible"]) for row in rows)
        assert 0.75 * len(rows) <= led <= len(rows)
        assert all("（合成）" in row["responsible"] for row in rows if row["responsible"])
    hazards = [row for register in HAZARDS for row in table(built, register)]
    assert not all(row["responsible"] for row in hazards)
    assert not all(row["contact_phone"] for row in table(built, "grid_contact"))


def test_stations_watch_hazards_that_exist_and_some_hazards_are_unwatched(built: Path) -> None:
    stations = table(built, "monitoring_station")
    watched = {(row["monitors_kind"], row["monitors_id"]) for row in stations}
    watched.discard(("", ""))
    hazards = {(kind, row["id"]) for kind in HAZARDS for row in table(built, kind)}
    assert watched <= hazards
    sources = table(built, "hazard_source")
    assert {row["online_monitored"] for row in sources} == {"0", "1"}
    for row in sources:
        assert (("hazard_source", row["id"]) in watched) == (row["online_monitored"] == "1")
    assert {row["online"] for row in stations} == {"0", "1"}
    assert any(not row["monitors_id"] for row in stations)


def test_watchers_watch_hazard_points_but_not_all(built: Path) -> None:
    points_watched = {
        row["geohazard_id"]
        for row in table(built, "grid_contact")
        if row["role"] == "hazard_watcher"
    }
    every = {row["id"] for row in table(built, "geohazard")}
    assert points_watched < every


def test_a_few_grades_are_overridden_with_a_reason(built: Path) -> None:
    for register, grade in (("tailings_pond", "grade"), ("geohazard", "danger_grade")):
        rows = table(built, register)
        overridden = [row for row in rows if row[f"{grade}_override"]]
        assert 0 < len(overridden) < 5
        assert overridden == [row for row in rows if row[f"{grade}_override_reason"]]


def test_volumes_meet_the_bounds_of_their_scales(built: Path) -> None:
    volumes: dict[str, set[float]] = {}
    for row in table(built, "geohazard"):
        if row["volume_e4_m3"]:
            volumes.setdefault(row["geohazard_type"], set()).add(float(row["volume_e4_m3"]))
    assert {1000.0, 100.0, 10.0} <= volumes["landslide"]
    assert {100.0, 10.0, 1.0} <= volumes["collapse"]


def test_the_census_can_end_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the sample of today is not overdue from end to end."""
    monkeypatch.syspath_prepend(str(SAMPLE))
    site = importlib.import_module("builder.site")
    before = site.read_inputs(SITE).resources
    after = site.dated(site.read_inputs(SITE), date(2027, 3, 31)).resources
    assert after["verified_to"] == date(2027, 3, 31)
    for name, value in before.items():
        if name == "verified_from":
            assert after["verified_to"] - after[name] == before["verified_to"] - value
        elif name != "verified_to":
            assert after[name] == value


def test_every_mine_plant_and_pond_is_run_by_an_enterprise(built: Path) -> None:
    enterprises = {row["id"]: row for row in table(built, "enterprise")}
    for register, sector in (
        ("mine", "mine"), ("hazard_source", "dangerous_goods"), ("tailings_pond", "mine"),
    ):  # fmt: skip
        run_by = {enterprises[row["enterprise_id"]]["sector"] for row in table(built, register)}
        assert run_by == {sector}
    places = table(built, "crowded_place")
    assert {row["place_type"] for row in places if not row["enterprise_id"]} >= {"school"}
    assert all(enterprises[row["enterprise_id"]] for row in places if row["enterprise_id"])
    codes = [row["credit_code"] for row in enterprises.values()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "911100001000001236"])
def test_the_check_character_is_that_of_the_standard(code: str, built: Path) -> None:
    """The first is the example of GB 32100-2015; weights 3 to the power of the place, modulo 31."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(signs.index(sign) * 3**place for place, sign in enumerate(code[:17]))
    right = signs[(31 - total % 31) % 31] == code[17]
    assert right == (code == "91350100M000100Y43")
    for row in table(built, "enterprise"):
        given = row["credit_code"]
        total = sum(signs.index(sign) * 3**place for place, sign in enumerate(given[:17]))
        assert signs[(31 - total % 31) % 31] == given[17]


def test_every_headquarters_has_a_ready_scenario_that_can_be_solved(
    built: Path, tmp_path: Path
) -> None:
    """Nothing is wrong with any of them on the roads and teams of the sample."""
    actor, folder = system_actor("test"), tmp_path / "site"
    provision_from_file(folder, built / "site.toml", actor=actor, say=lambda *_: None)
    app = open_app(Settings(dir=folder))
    with app.store.session(write=True) as session:
        add_synthetic_lines(session, actor)
        rows = ready_scenarios(session)
        headquarters = tomllib.loads((SITE / "site.toml").read_text("utf-8"))["headquarters"]
        assert [row.headquarters for row in rows] == [one["code"] for one in headquarters]
        assert [row.code for row in rows if not row.synthetic] == [
            "hq06-xiangfen-tailings", "hq07-wangjialing-flood",
        ]  # fmt: skip
        for row in rows:
            drill = begin(session, actor, row.code, year=2026)
            _, script, _ = read_script(session, actor, drill.id)
            assert 6 <= len(script.injects) <= 12, row.code
            timings = Counter(one.when.how for one in script.injects)
            assert timings["state"] >= 1, row.code
            assert timings["any"] >= 2, row.code
            told = reckon(app, session, actor, drill, script)["zh"]
            assert isinstance(told, dict)
            assert told["faults"] == [], row.code
            assert told["difficulty"]["solvable"] is True, row.code  # type: ignore[index, call-overload]
    app.store.close()
