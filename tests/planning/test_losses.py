"""What a loss costs is what coverage says after it: of roads, structures, areas, posts, crews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pydantic import ValidationError

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.planning.area_files import areas_of, flooded
from gisapp.planning.coverage import ground_of
from gisapp.planning.demands import demand_of
from gisapp.planning.losses import Each, LossStudy, Lost, find_losses
from gisapp.rights import system_actor
from routing import Street, from_streets, save
from routing.structures import structures
from tests.planning.test_coverage import EAST_OF_THE_BRIDGE, FIRE, judged
from tests.tiny_site import A, B, C, D

ACTOR = system_actor("planner")


FROM_THE_EAST = {"resources": {"capability": "mine_rescue"}, "limit_min": 30}
"""Only M1 serves, at the east end."""


def lost(app: App, each: str, standard: dict[str, Any], **asked: Any) -> Lost:
    study = LossStudy.model_validate({"standard": {**FIRE, **standard}, "each": each, **asked})
    with app.store.session() as session:
        ground = ground_of(app, session, ACTOR, study)
        return find_losses(session, ground, study, demand_of(session, study.standard.demand))


def cost(app: App, standard: dict[str, Any], changes: dict[str, Any]) -> tuple[float, int, int]:
    """Added seconds, late, isolated: two coverages compared place by place."""
    limit_min = standard["limit_min"]
    before, after = (judged(app, standard, changes=one).places for one in ({}, changes))
    was, now = before["total_s"].to_numpy(), after["total_s"].to_numpy()
    reached, still = np.isfinite(was), np.isfinite(now)
    late = (was <= limit_min * 60) & (now > limit_min * 60) & still
    return (
        float((now[reached & still] - was[reached & still]).sum()),
        int(late.sum()),
        int((reached & ~still).sum()),
    )


@pytest.mark.parametrize("limit_min", [1.5, 5.0])
def test_posts_and_crews_cost_what_coverage_says_without_them(
    tiny_app: App, limit_min: float
) -> None:
    """Of teams without units a crew is a post."""
    for each in (Each.POST, Each.CREW):
        found = lost(tiny_app, each, {"limit_min": limit_min}).rows
        assert len(found) > 1
        for row in found.itertuples():
            team = str(row.key).rpartition("/")[2]
            added_s, late, isolated = cost(tiny_app, {"limit_min": limit_min}, {"lost": [team]})
            assert row.added_s == pytest.approx(added_s, abs=0.01)
            assert (row.late, row.isolated) == (late, isolated)
            assert row.name == {"T1": "甲队", "T3": "岛队", "T4": "忙队"}.get(team, row.name)


def test_streets_cost_what_coverage_says_with_them_closed(tiny_app: App) -> None:
    """All but those on the street itself, who are told apart."""
    found = lost(tiny_app, Each.STREET, FROM_THE_EAST)
    assert len(found.rows) > 2
    assert found.asked == tiny_app.router.network.street_count
    assert not found.by_people
    for row in found.rows.itertuples():
        ways = {"closed_ways": [row.way]}
        added_s, late, isolated = cost(tiny_app, FROM_THE_EAST, ways)
        assert row.added_s == pytest.approx(added_s, abs=0.01)
        assert row.late == late
        # Who stands where the crew stands is reached on a closed road as well.
        assert row.isolated <= isolated <= row.isolated + row.flooded
        assert row.key in found.lines


def test_an_area_takes_all_roads_that_it_touches(tiny_app: App) -> None:
    area = {"id": "slide", "name": "滑坡体", "geometry": EAST_OF_THE_BRIDGE}
    found = lost(tiny_app, Each.AREA, FROM_THE_EAST, areas=[area])
    (row,) = found.rows.itertuples()
    assert (row.key, row.name) == ("area/slide", "滑坡体")
    network = tiny_app.router.network
    touched = network.street_tree.query(
        shapely.geometry.shape(EAST_OF_THE_BRIDGE), predicate="intersects"
    )
    ways = network.street_id[touched].tolist()
    told = cost(tiny_app, FROM_THE_EAST, {"closed_ways": ways})
    assert (row.added_s, row.late, row.isolated) == (pytest.approx(told[0], abs=0.01), *told[1:])


def test_both_carriageways_are_one_structure(tiny_app: App) -> None:
    """Two one-way bridges 20 m apart, each in two pieces; a third farther up the valley."""
    north = [(x, y + 0.0002) for x, y in (B, C)]
    middle = ((B[0] + C[0]) / 2, B[1])
    streets = [
        Street([A, B], "primary", speed_kph=60),
        Street([B, middle], "primary", speed_kph=60, direction=1, bridge=True),
        Street([middle, C], "primary", speed_kph=60, direction=1, bridge=True),
        Street([*reversed(north)], "primary", speed_kph=60, direction=1, bridge=True),
        Street([B, north[0]], "primary", speed_kph=60),
        Street([C, north[1]], "primary", speed_kph=60),
        Street([C, D], "primary", speed_kph=60),
        Street([(A[0], 30.05), (D[0], 30.05)], "primary", speed_kph=60, bridge=True),
    ]
    network = from_streets(streets)
    groups = structures(network)
    assert sorted(map(len, groups)) == [1, 3]
    save(network, tiny_app.roads_path)
    found = lost(tiny_app, Each.STRUCTURE, FROM_THE_EAST)
    assert found.asked == 2
    assert (found.rows["isolated"] + found.rows["late"]).max() > 0


def test_two_at_once(tiny_app: App) -> None:
    """All streets that matter are taken: the sums are exact, the worst pairs are named."""
    found = lost(tiny_app, Each.PAIR, FROM_THE_EAST)
    sums = found.pairs
    assert sums is not None
    assert sums.drawn == sums.matter
    network = tiny_app.router.network
    count = network.street_count
    assert found.asked == sums.pairs == count * (count - 1) // 2
    for row in found.rows.itertuples():
        one, other = (int(number) for number in str(row.key).removeprefix("pair/").split("+"))
        ways = {"closed_ways": network.street_id[[one, other]].tolist()}
        added_s, late, isolated = cost(tiny_app, FROM_THE_EAST, ways)
        assert (row.added_s, row.late) == (pytest.approx(added_s, abs=0.01), late)
        assert row.isolated <= isolated <= row.isolated + row.flooded
        assert "＋" in str(row.name)
    # The bridge and the way round it: only together they cut the west off.
    assert (found.rows["isolated"] > 0).any()


def test_areas_of_files(tiny_app: App, tmp_path: Path) -> None:
    path = tmp_path / "slides.gpkg"
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b"], "名称": ["北坡", None]},
        geometry=[shapely.box(100.01, 29.99, 100.012, 30.01), shapely.box(101, 31, 101.1, 31.1)],
        crs="EPSG:4326",
    ).to_crs("EPSG:4546")
    frame.to_file(path)
    areas = areas_of(path)
    assert [(one["id"], one["name"]) for one in areas] == [("a", "北坡"), ("b", "")]  # type: ignore[index, call-overload]
    found = lost(tiny_app, Each.AREA, FROM_THE_EAST, areas=areas)
    assert found.rows["key"].tolist() == ["area/a"]  # the other touches no road


def test_water_on_roads(tiny_app: App, tmp_path: Path) -> None:
    """Lines with metres of water: those that are deep enough, and not what crosses them."""
    path = tmp_path / "depth.geojson"
    frame = gpd.GeoDataFrame(
        {"depth_m": [0.8, 0.1, None]},
        geometry=[shapely.LineString(one) for one in ([C, D], [A, B], [B, C])],
        crs="EPSG:4326",
    )
    frame.to_file(path)
    areas = flooded(path, "depth_m", over_m=0.3)
    network = tiny_app.router.network
    (row,) = lost(tiny_app, Each.AREA, FROM_THE_EAST, areas=areas).rows.itertuples()
    on_road = tiny_app.router.locate(*D).street
    assert row.length_m == pytest.approx(float(network.street_length[on_road]), abs=0.1)
    assert row.flooded >= 3  # teams beside the road east of the bridge
    with pytest.raises(InputError) as raised:
        flooded(path, "depth_m", over_m=2.0)
    assert raised.value.code == "planning.nothing_flooded"
    with pytest.raises(InputError) as raised:
        flooded(path, "depth", over_m=2.0)
    assert raised.value.code == "planning.no_such_field"


def test_a_real_flood(shared_data: Path, tmp_path: Path) -> None:
    """The roads of a coastal city with water on them: as many are lost as are under water."""
    path = shared_data / "flood" / "base_graph_hazard_edges.gpkg"
    (area,) = flooded(path, "EV1_me", over_m=0.5)
    wet = shapely.geometry.shape(area["geometry"])  # type: ignore[index, call-overload, arg-type]
    assert 0 < len(shapely.get_parts(wet)) < 2_365


@pytest.mark.parametrize(
    "asked",
    [
        {"each": "area"},
        {"each": "street", "areas": [{"id": "a", "geometry": EAST_OF_THE_BRIDGE}]},
        {"standard": {**FIRE, "due": 2}},
        {"each": "moon"},
    ],
)
def test_questions_that_are_none(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LossStudy.model_validate({"standard": FIRE, **asked})


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [100, 30]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "LineString", "coordinates": [[100, 30], [300, 30]]},
    ],
)
def test_areas_that_are_none(tiny_app: App, geometry: dict[str, Any]) -> None:
    with pytest.raises(InputError) as raised:
        lost(tiny_app, Each.AREA, FROM_THE_EAST, areas=[{"id": "x", "geometry": geometry}])
    assert raised.value.code == "planning.bad_area"


@pytest.mark.parametrize(
    "content", ["no file of places", '{"type": "FeatureCollection", "features": []}']
)
def test_files_that_are_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(content)
    with pytest.raises(InputError) as raised:
        areas_of(path)
    assert raised.value.code == "planning.bad_areas"
