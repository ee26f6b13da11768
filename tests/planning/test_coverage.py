"""Coverage says of every place what dispatch would say of an incident there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import MultiPolygon, Point, box
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.planning.coverage import (
    Coverage,
    CoverageStudy,
    Ground,
    arrivals_at,
    cover,
    ground_of,
)
from gisapp.planning.demands import demand_of
from gisapp.planning.figures import border_effect, by_area, curve, share_of
from gisapp.planning.roads import judge_roads, road_claims, roads_by_county
from gisapp.registers.kinds.area import Area
from gisapp.registers.kinds.team import Team
from gisapp.rights import system_actor
from routing import Router, Street, from_streets, save
from routing.geometry import point_at
from tests.tiny_site import A, B, C, D

ACTOR = system_actor("planner")
FIRE = {
    "code": "fire",
    "name": ("消防", "Fire"),
    "resources": {"capability": "fire"},
    "demand": "team",
    "clock": "order",
    "limit_min": 5,
}
EAST_OF_THE_BRIDGE = {
    "type": "Polygon",
    "coordinates": [[[100.035, 29.9], [100.039, 29.9], [100.039, 30.1], [100.035, 30.1],
                     [100.035, 29.9]]],
}  # fmt: skip


def judged(app: App, standard: dict[str, Any], **asked: Any) -> Coverage:
    """A coverage of the tiny site: its teams are the places to be covered as well."""
    study = CoverageStudy.model_validate({"standard": {**FIRE, **standard}, **asked})
    with app.store.session() as session:
        ground = ground_of(app, session, ACTOR, study)
        return cover(ground, study, demand_of(session, study.standard.demand))


@pytest.fixture(autouse=True)
def _far_from_roads(tiny_app: App) -> None:
    """Team T6 stands inside the county, kilometres from any road."""
    with tiny_app.store.session(write=True) as session:
        session.scalars(select(Team).where(Team.id == "T6")).one().geom = Point(100.03, 30.09)


def states(found: Coverage) -> dict[str, str]:
    return dict(zip(found.places["id"], found.places["state"], strict=True))


def test_times_are_those_of_nearest(tiny_app: App) -> None:
    """Of all vehicles the first; turnout counts from the order and not while driving."""
    router = tiny_app.router
    for clock in ("order", "drive"):
        found = judged(tiny_app, {"clock": clock})
        servers = found.servers.values()
        for row in found.places.itertuples():
            if row.state == "off_road":
                assert row.id == "T6"
                continue
            expected = min(
                router.route(
                    router.locate(one.x, one.y, profile=one.profile),
                    router.locate(row.geometry.x, row.geometry.y, profile=one.profile),
                    profile=one.profile,
                ).travel_s
                + (one.turnout_s if clock == "order" else 0.0)
                for one in servers
                if one.id != "T6" and (one.id == "T3") == (row.id == "T3")
            )
            assert row.total_s == pytest.approx(expected, abs=0.002)
            assert row.margin_s == pytest.approx(300 - expected, abs=0.002)
            assert row.state == ("covered" if expected <= 300 else "late")


def test_a_place_on_the_limit_is_covered(tiny_app: App) -> None:
    """An arrival on the very second is in time, a thousandth later is not."""
    reached = judged(tiny_app, {}).places.set_index("id")["total_s"]["M1"]
    for more, state in ((0.0, "covered"), (-0.001, "late")):
        found = judged(tiny_app, {"limit_min": (reached + more) / 60})
        assert states(found)["M1"] == state


def test_a_closure_and_an_island_are_told_apart(tiny_app: App) -> None:
    mine = {"resources": {"capability": "mine_rescue"}, "limit_min": 30}
    assert states(judged(tiny_app, mine))["T1"] == "covered"
    found = judged(tiny_app, mine, changes={"closed": [EAST_OF_THE_BRIDGE]})
    assert states(found) == {
        "T1": "closed", "T2": "covered", "T3": "no_way", "T4": "covered", "T5": "covered",
        "T6": "off_road", "M1": "covered",
    }  # fmt: skip


def test_a_limit_is_told_where_a_light_vehicle_would_come_through(tiny_app: App) -> None:
    network = from_streets(
        [
            Street([A, B], "primary", speed_kph=60),
            Street([B, C], "primary", speed_kph=60, maxweight=5.0, bridge=True),
            Street([C, D], "primary", speed_kph=60),
        ]
    )
    save(network, tiny_app.roads_path)
    only_the_first = {"resources": {"capability": "fire", "ids": ["T1"]}}
    found = states(judged(tiny_app, only_the_first))
    assert found["T1"] == "covered"
    assert found["T2"] == found["M1"] == "limit"


def test_second_due_comes_from_another_post(tiny_app: App) -> None:
    """Teams are posts of their own; whoever is second is somebody else."""
    first, second = (judged(tiny_app, {"due": due}) for due in (1, 2))
    assert (second.places["total_s"] >= first.places["total_s"]).all()
    assert states(second)["T3"] == "no_way"
    for one, two in second.arrivals:
        assert one is None or one != two
    assert set(states(judged(tiny_app, {"due": 8})).values()) == {"too_few", "off_road"}


def test_what_is_supposed(tiny_app: App) -> None:
    """A post more, one lost, one moved, one quicker: each as if it were so."""
    plain = judged(tiny_app, {}).places.set_index("id")["total_s"]
    post = {"id": "N1", "x": 100.11, "y": 30.0, "turnout_s": 10}
    added = judged(tiny_app, {}, changes={"added": [post]}).places.set_index("id")
    assert added.loc["T3", "server"] == "plan:N1"
    assert added.loc["T3", "total_s"] < plain["T3"]
    lost = judged(tiny_app, {}, changes={"lost": ["T3"]})
    assert states(lost)["T3"] == "no_way"
    moved = judged(tiny_app, {}, changes={"moved": [{"id": "T2", "x": 100.115, "y": 30.0}]})
    assert moved.places.set_index("id").loc["T3", "total_s"] <= plain["T3"]
    quick = judged(tiny_app, {}, changes={"turnouts": [{"id": "T3", "turnout_s": 0}]})
    assert quick.places.set_index("id").loc["T3", "total_s"] == pytest.approx(0.0, abs=0.5)
    with pytest.raises(InputError) as raised:
        judged(tiny_app, {}, changes={"lost": ["T77", "T1"]})
    assert raised.value.code == "planning.unknown_resources"
    assert raised.value.params["ids"] == "T77"


def test_the_border(tiny_app: App) -> None:
    """With the county drawn around the west alone, those in the east are neighbours."""
    with tiny_app.store.session(write=True) as session:
        area = session.scalars(select(Area)).one()
        area.geom = MultiPolygon([box(99.9, 29.9, 100.055, 30.1)])
    only = {"resources": {"capability": "fire", "ids": ["T1", "T2"]}, "limit_min": 6}
    study = CoverageStudy.model_validate({"standard": {**FIRE, **only}})
    with tiny_app.store.session() as session:
        ground = ground_of(tiny_app, session, ACTOR, study)
        found = cover(ground, study, demand_of(session, "team"))
        assert set(found.places["id"]) == {"T1", "T4", "T5", "T6"}
        effect = border_effect(tiny_app, session, ACTOR, found)
    assert effect.neighbours == 1
    alone = judged(tiny_app, only, neighbours=False)
    assert {one.id for one in alone.servers.values()} == {"T1"}
    assert effect.alone == share_of(alone.places)
    assert effect.together == share_of(found.places)
    assert effect.later == sum(
        alone.places["total_s"].to_numpy() > found.places["total_s"].to_numpy() + 30
    )


def test_figures_by_hand(tiny_app: App) -> None:
    found = judged(tiny_app, {})
    found.places["people"] = [10.0, 20.0, 30.0, np.nan, 40.0, 50.0, 60.0]
    found.places["state"] = ["covered", "covered", "late", "covered", "late", "off_road", "late"]
    found.places["total_s"] = [60.0, 120.0, 400.0, 180.0, 500.0, math.inf, 600.0]
    share = share_of(found.places)
    assert (share.places, share.covered, share.unknown) == (7, 3, 1)
    assert (share.people, share.people_covered) == (210.0, 30.0)
    table = by_area(found, "county")
    assert table["places"].sum() == 7
    assert table["worst_s"].max() == math.inf
    line = curve(found, [1, 2, 3, 10])
    assert line["places"].tolist() == pytest.approx([1 / 7, 2 / 7, 3 / 7, 6 / 7])
    assert line["people"].tolist() == pytest.approx([10 / 210, 30 / 210, 30 / 210, 160 / 210])


def test_roads_and_areas(tiny_app: App) -> None:
    """Within the limit of T1 driving: kilometres of road, and an area's worst place."""
    only = {"resources": {"ids": ["T1"]}, "clock": "drive", "vehicle": "light", "limit_min": 1.5}
    study = CoverageStudy.model_validate({"standard": {**FIRE, **only}})
    router: Router = tiny_app.router
    with tiny_app.store.session() as session:
        ground = ground_of(tiny_app, session, ACTOR, study)
        claims = road_claims(ground, study)
        table = roads_by_county(session, claims, limit_min=1.5)
    assert table["km"].sum() == pytest.approx(router.network.street_length.sum() / 1000)
    covered_km = float(table["km_covered"].sum())
    everywhere = box(99.9, 29.9, 100.2, 30.1)
    along = box(99.9, 29.9999, 100.061, 30.0001)
    areas = GeoDataFrame(
        {"id": ["all", "road", "none"]},
        geometry=[everywhere, along, box(99.0, 29.0, 99.1, 29.1)],
        crs="EPSG:4326",
    )
    whole, road, nothing = judge_roads(claims, areas, limit_min=1.5).itertuples()
    assert whole.km_covered == pytest.approx(covered_km)
    main_km = 60 * math.cos(math.radians(30)) * 111.32 / 1000
    assert road.km == pytest.approx(main_km, rel=0.02)
    # From near the western end a minute and a half leads both ways along the first street.
    assert road.km_covered == pytest.approx(covered_km)
    assert (road.worst_x, road.worst_y) == pytest.approx((100.06, 30.0), abs=0.001)
    spot = router.locate(road.worst_x, road.worst_y, profile="light")
    team = router.locate(*_spot_of(ground, "T1"), profile="light")
    assert road.worst_s == pytest.approx(router.route(team, spot).travel_s, abs=0.1)
    assert nothing.km == 0
    assert np.isnan([nothing.share, nothing.worst_s, nothing.worst_x]).all()


def _spot_of(ground: Ground, team: str) -> tuple[float, float]:
    (server,) = [one for one in ground.supply.servers if one.id == team]
    return server.x, server.y


def test_an_area_of_two_due_counts_where_two_arrive(tiny_app: App) -> None:
    """Sampled along the roads of the tiny site: the share of a box around all of it."""
    standard = {**FIRE, "due": 2, "limit_min": 4}
    study = CoverageStudy.model_validate({"standard": standard})
    network = tiny_app.router.network
    with tiny_app.store.session() as session:
        ground = ground_of(tiny_app, session, ACTOR, study)
    area = GeoDataFrame({"id": ["all"]}, geometry=[box(99, 29, 101, 31)], crs="EPSG:4326")
    (found,) = judge_roads(road_claims(ground, study), area, limit_min=4).itertuples()
    parts = 60
    points = [
        point_at(network, street, (part + 0.5) / parts)
        for street in range(network.street_count)
        for part in range(parts)
    ]
    metres = np.repeat(network.street_length / parts, parts)
    covered = arrivals_at(ground, study, np.array(points)) <= 240
    assert 0 < found.share < 1
    assert found.share == pytest.approx((metres * covered).sum() / metres.sum(), abs=0.02)
