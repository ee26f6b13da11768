"""Who goes, and why the others do not: on a site checked by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import shapely
from sqlalchemy import delete, update

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.incidents.closures import open_closures
from gisapp.incidents.dispatch import others, propose
from gisapp.incidents.proposal import Others, Proposal
from gisapp.incidents.reach import reach
from gisapp.registers import KINDS
from gisapp.registers.editing import change
from gisapp.registers.freshness import due_on
from gisapp.registers.kinds import DETAILS
from gisapp.registers.kinds.team import Team
from gisapp.registers.listing import Question, every_record
from gisapp.rights import system_actor
from gisapp.store import FileStore
from routing import NotOnNetworkError, QueryError, Street, from_streets, save
from routing.positions import GEOD
from tests.conftest import run_ogrinfo
from tests.incidents.closing import add_closure, lift_closure
from tests.registers.test_editing import ADMIN
from tests.tiny_site import A, B, C, D, P

NOON_UTC = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NEAR_C = (100.041, 30.0)
ON_BRIDGE = shapely.box(100.028, 29.99, 100.032, 30.01)


def metres(*points: tuple[float, float]) -> float:
    return GEOD.line_length([x for x, _ in points], [y for _, y in points])


def rest(app: App, proposal: Proposal) -> Others:
    return others(
        app,
        proposal.x,
        proposal.y,
        proposal.need,
        proposed=[one.team.key for one in proposal.proposed],
        closures=proposal.closures,
        at=proposal.generated_at,
        vehicle=proposal.vehicle,
        limit_s=proposal.limit_s,
    )


def reasons(app: App, proposal: Proposal) -> dict[str, str]:
    return {item.team.id: item.reason for item in rest(app, proposal).left_out}


def test_turnout_counts_and_the_heavy_engine_goes_round_the_weak_bridge(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC)

    assert [item.team.id for item in proposal.proposed] == ["T2", "T1"]
    second, first = (item for item in proposal.proposed)
    # T2 drives a light vehicle at 60 km/h, T1 a heavy one at 0.85 of the speed, by P.
    assert second.travel_s == pytest.approx(metres((100.059, 30), NEAR_C) / (60 / 3.6), rel=1e-3)
    round_about = metres((100.001, 30), B) / 60 + metres(B, P, C) / 30 + metres(C, NEAR_C) / 60
    assert first.travel_s == pytest.approx(round_about * 3.6 / 0.85, rel=1e-3)
    assert first.team.profile == "heavy"
    assert [step.name for step in first.route.steps] == ["主干路", "绕行路", "主干路"]
    assert proposal.to_dict("zh")["proposals"][1]["main_roads"] == ["主干路", "绕行路"]


def test_a_light_vehicle_takes_the_bridge(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC)

    first = proposal.proposed[0]
    assert first.team.id == "T1"
    assert first.total_s == pytest.approx(60 + metres((100.001, 30), NEAR_C) / (60 / 3.6), rel=1e-3)


def test_every_team_with_the_capability_is_accounted_for(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", k=1, at=NOON_UTC)

    assert [item.team.id for item in proposal.proposed] == ["T2"]
    assert reasons(tiny_app, proposal) == {
        "T1": "beyond_k",
        "T3": "island",
        "T4": "busy",
        "T5": "out_of_service",
        "T6": "no_road_at_team",
    }
    assert all(
        item.message("zh") and item.message("en") for item in rest(tiny_app, proposal).left_out
    )


def test_a_vehicle_that_a_team_lacks(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", vehicle="heavy", at=NOON_UTC)

    assert [item.team.id for item in proposal.proposed] == ["T1"]
    assert reasons(tiny_app, proposal)["T2"] == "no_vehicle"
    warnings = [one.code for one in proposal.warnings]
    assert "fewer" in warnings


def test_a_limit(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", limit_s=10, at=NOON_UTC)

    assert proposal.proposed == ()
    assert reasons(tiny_app, proposal)["T1"] == reasons(tiny_app, proposal)["T2"] == "limit"


def test_who_arrives_on_the_limit_is_in_time(tiny_app: App) -> None:
    last = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC).proposed[-1]
    on_time = propose(tiny_app, *NEAR_C, "fire", limit_s=last.total_s, at=NOON_UTC)
    late = propose(tiny_app, *NEAR_C, "fire", limit_s=last.total_s - 0.001, at=NOON_UTC)

    assert [item.team.id for item in on_time.proposed] == ["T2", "T1"]
    assert [item.team.id for item in late.proposed] == ["T2"]
    assert reasons(tiny_app, late)["T1"] == "limit"


@pytest.mark.parametrize(("more_days", "unverified"), [(0, False), (1, True)])
def test_a_record_is_stale_after_its_days_and_not_on_the_last(
    tiny_app: App, more_days: int, *, unverified: bool
) -> None:
    days = KINDS["team"].verify_every_days + more_days
    # T1 was verified on this day; its last hour by the site's clock, eight hours ahead of UTC.
    at = datetime(2026, 11, 1, 15, 30, tzinfo=UTC) + timedelta(days=days)
    proposal = propose(tiny_app, *NEAR_C, "fire", at=at)

    assert {one.team.id: one.team.unverified for one in proposal.proposed}["T1"] is unverified


def test_the_metres_on_foot_count_whatever_is_driven(tiny_app: App) -> None:
    """T2, light, stops first but 1.6 km away; T1, heavy, drives longer and walks 50 m."""
    ahead_of_c = shapely.box(100.0405, 29.99, 100.058, 30.01)
    add_closure(tiny_app.store, ahead_of_c, reason="塌方", actor=system_actor("test"))

    first, second = propose(tiny_app, 100.041, 30.0, "fire", at=NOON_UTC).proposed

    assert (first.team.id, first.team.profile) == ("T1", "heavy")
    assert (second.team.id, second.team.profile) == ("T2", "light")
    assert first.total_s > second.total_s
    assert first.stops_short_m < 60
    assert second.stops_short_m > 1600


def test_who_drives_all_the_way_comes_before_who_stops_at_a_closure(tiny_app: App) -> None:
    """T1's heavy engine keeps off the weak bridge and its closure, and sets out late."""
    add_closure(tiny_app.store, ON_BRIDGE, reason="桥面塌陷", actor=system_actor("test"))
    with tiny_app.store.session(write=True) as session:
        change(session, ADMIN, "team", "T1", {"turnout_s": 3600}, version=1, why="集结")

    first, second = propose(tiny_app, 100.03, 30.0, "fire", at=NOON_UTC).proposed

    assert (first.team.id, first.team.profile, first.stops_short_m) == ("T1", "heavy", 0.0)
    assert (second.team.id, second.team.profile) == ("T2", "light")
    assert second.stops_short_m > 0
    assert first.total_s > second.total_s + 1800


def test_equal_times_are_ordered_by_id_whatever_is_driven(tiny_app: App) -> None:
    there = {"x": NEAR_C[0], "y": NEAR_C[1], "turnout_s": 60}
    with tiny_app.store.session(write=True) as session:
        for team, profile in (("T1", "light"), ("T2", "heavy")):
            given = {**there, "vehicles": {profile: 1}}
            change(session, ADMIN, "team", team, given, version=1, why="移防")

    found = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC).proposed

    assert [(one.team.id, one.team.profile) for one in found] == [("T1", "light"), ("T2", "heavy")]
    assert [one.total_s for one in found] == [60.0, 60.0]


def test_arrival_is_told_by_the_sites_clock(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC)

    first = proposal.proposed[0]
    assert first.arrival_at.isoformat().endswith("+08:00")
    assert (first.arrival_at - NOON_UTC).total_seconds() == pytest.approx(first.total_s)


def test_a_closure_reroutes_at_once_and_lifting_it_restores(tiny_app: App) -> None:
    before = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC)
    closure = add_closure(tiny_app.store, ON_BRIDGE, reason="桥面塌陷", actor=system_actor("test"))
    closed = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC)
    lift_closure(tiny_app.store, closure.id, actor=system_actor("test"))
    after = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC)

    def t1(proposal: Proposal) -> float:
        return next(item.travel_s for item in proposal.proposed if item.team.id == "T1")

    assert t1(closed) > t1(before) == t1(after)
    assert [item.id for item in closed.closures] == [closure.id]


def test_who_is_cut_off_is_listed_with_the_closure(tiny_app: App) -> None:
    both_ways = shapely.box(100.028, 29.99, 100.032, 30.04)
    add_closure(tiny_app.store, both_ways, reason="山体滑坡", actor=system_actor("test"))

    proposal = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC)

    cut_off = next(item for item in rest(tiny_app, proposal).left_out if item.team.id == "T1")
    assert cut_off.reason == "closure"
    assert cut_off.message("zh") == "被封路阻断：山体滑坡"


def test_too_heavy_for_the_only_bridge(tiny_app: App) -> None:
    bypass = shapely.box(100.025, 30.02, 100.035, 30.04)
    add_closure(tiny_app.store, bypass, reason="塌方", actor=system_actor("test"))

    proposal = propose(tiny_app, *NEAR_C, "fire", vehicle="heavy", at=NOON_UTC)

    cut_off = next(item for item in rest(tiny_app, proposal).left_out if item.team.id == "T1")
    # Lifting the closure alone lets it through, and the bridge alone would too.
    assert cut_off.reason in {"closure", "weight"}


def test_an_incident_inside_a_closure_is_reached_up_to_it(tiny_app: App) -> None:
    add_closure(tiny_app.store, ON_BRIDGE, reason="桥面塌陷", actor=system_actor("test"))

    proposal = propose(tiny_app, 100.03, 30.0, "fire", vehicle="light", at=NOON_UTC)

    assert proposal.proposed
    first = proposal.proposed[0]
    assert first.stops_short_m == pytest.approx(metres((100.028, 30), (100.03, 30)), rel=1e-3)
    assert "stops_short" in [one.code for one in proposal.warnings]


def test_the_place_is_said_in_both_languages(tiny_app: App) -> None:
    answer_zh = propose(tiny_app, *B, "fire", at=NOON_UTC).to_dict("zh")
    answer_en = propose(tiny_app, *B, "fire", at=NOON_UTC).to_dict("en")

    assert answer_zh["incident"]["place"] == "甲县桥头村附近（0.1 km）"
    assert answer_en["incident"]["place"] == "0.1 km from Qiaotou, Jia County"
    assert answer_zh["synthetic"] is True


def test_unverified_records_and_unknown_turnout_show(tiny_app: App) -> None:
    mine = propose(tiny_app, *NEAR_C, "mine_rescue", at=NOON_UTC)
    fire = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC)

    assert mine.proposed[0].team.turnout_s == tiny_app.settings.default_turnout_s
    assert mine.proposed[0].team.unverified
    assert {item.team.id: item.team.unverified for item in fire.proposed} == {
        "T1": False,
        "T2": True,
    }


def test_a_team_is_unverified_where_its_register_calls_it_so(tiny_app: App) -> None:
    """On the last day it counts as verified, and on the day after."""
    verified = date(2026, 11, 1)
    due = due_on(KINDS["team"], verified)
    assert due is not None
    for day, unverified in ((due, False), (due + timedelta(1), True)):
        at = datetime.combine(day, NOON_UTC.timetz())
        fire = propose(tiny_app, *NEAR_C, "fire", at=at)
        team = next(item.team for item in fire.proposed if item.team.id == "T1")
        assert team.unverified is unverified
        with tiny_app.store.session() as session:
            asked = Question(filters={"freshness": ["overdue"]}, today=day)
            assert (
                "T1" in {row["id"] for row in every_record(session, "team", asked)}
            ) is unverified


def test_no_team_has_the_capability(tiny_app: App) -> None:
    proposal = propose(tiny_app, *NEAR_C, "hazmat", at=NOON_UTC)

    assert proposal.proposed == rest(tiny_app, proposal).left_out == ()
    assert [one.code for one in proposal.warnings] == ["no_team"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"k": 0}, "dispatch.bad_k"),
        ({"k": 1000}, "dispatch.bad_k"),
        ({"need": "magic"}, "registers.unknown_capability"),
        ({"vehicle": "tank"}, "dispatch.unknown_vehicle"),
        ({"limit_s": 0}, "dispatch.bad_limit"),
        ({"limit_s": float("nan")}, "dispatch.bad_limit"),
    ],
)
def test_a_question_that_cannot_be_answered(
    tiny_app: App, question: dict[str, object], code: str
) -> None:
    asked = {"need": "fire"} | question
    with pytest.raises(InputError) as caught:
        propose(tiny_app, *NEAR_C, asked.pop("need"), **asked)
    assert caught.value.code == code


def test_swapped_and_far_coordinates(tiny_app: App) -> None:
    with pytest.raises(QueryError) as swapped:
        propose(tiny_app, 30.0, 100.041, "fire")
    with pytest.raises(NotOnNetworkError) as far:
        propose(tiny_app, 99.95, 30.02, "fire")
    with pytest.raises(NotOnNetworkError) as outside:
        propose(tiny_app, 100.03, 30.4, "fire")

    assert swapped.value.code in {"routing.swapped", "routing.off_range"}
    assert far.value.code == "routing.too_far"
    assert outside.value.code == "dispatch.outside_no_road"
    assert float(str(far.value.params["distance_m"])) == pytest.approx(5309, abs=20)


def test_reach_shrinks_behind_a_closure(tiny_app: App) -> None:
    before = reach(tiny_app, *D, [5.0])[0].area_km2
    add_closure(tiny_app.store, ON_BRIDGE, reason="桥面塌陷", actor=system_actor("test"))
    with tiny_app.store.session() as session:
        assert len(open_closures(session)) == 1
    assert reach(tiny_app, *D, [5.0])[0].area_km2 < before
    assert reach(tiny_app, *A, [1.0])[0].area_km2 > 0


def snapped(app: App, **roads: list[tuple[float, float]]) -> None:
    """Replace the site's roads by named lines at 60 km/h."""
    streets = [
        Street(line, highway="track" if name.startswith("track") else "primary", speed_kph=60.0)
        for name, line in roads.items()
    ]
    save(from_streets(streets), app.roads_path)


def test_an_unconnected_scrap_of_road_does_not_swallow_the_incident(tiny_app: App) -> None:
    snapped(tiny_app, main=[A, D], scrap=[(100.040, 30.001), (100.0401, 30.001)])
    beside_the_scrap = (100.04, 30.0011)

    proposal = propose(tiny_app, *beside_the_scrap, "fire", vehicle="light", at=NOON_UTC)

    assert {item.team.id for item in proposal.proposed} >= {"T1", "T2"}
    assert proposal.side_distance_m == pytest.approx(metres((100.04, 30.0), beside_the_scrap), 0.01)


def test_a_true_island_keeps_its_own_team(tiny_app: App) -> None:
    proposal = propose(tiny_app, 100.115, 30.0005, "fire", at=NOON_UTC)
    assert [item.team.id for item in proposal.proposed] == ["T3"]


def test_a_vehicle_that_cannot_use_the_road_there_is_said_to_stop_short(tiny_app: App) -> None:
    far_end = (100.06, 30.01)
    snapped(tiny_app, main=[A, D], track=[D, far_end])
    with tiny_app.store.session(write=True) as session:
        vehicles = DETAILS["team"]["vehicles"].model
        session.execute(delete(vehicles).where(vehicles.code == "heavy"))
        session.execute(update(vehicles).values(code="lowloader"))

    proposal = propose(tiny_app, *far_end, "fire", vehicle="lowloader", at=NOON_UTC)

    first = proposal.proposed[0]
    assert proposal.side_distance_m < 1
    assert first.side_distance_m == pytest.approx(metres(D, far_end), rel=0.01)
    assert "vehicle_stops" in [one.code for one in proposal.warnings]


def test_a_team_that_moved_is_reckoned_from_where_it_stands_now(tiny_app: App) -> None:
    before = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC).proposed[0]
    there = {"x": 100.04, "y": 30.0}
    with tiny_app.store.session(write=True) as session:
        change(session, ADMIN, "team", before.team.id, there, version=1, why="移防")
    after = propose(tiny_app, *NEAR_C, "fire", vehicle="light", at=NOON_UTC).proposed[0]
    assert after.team.id == before.team.id
    assert after.travel_s < before.travel_s / 2


def test_another_program_takes_a_team_out_of_service(tiny_app: App) -> None:
    before = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC).proposed[0].team.id
    assert isinstance(tiny_app.store, FileStore)
    run_ogrinfo(
        tiny_app.store.path, f"UPDATE team SET status = 'out_of_service' WHERE id = '{before}'"
    )
    proposal = propose(tiny_app, *NEAR_C, "fire", at=NOON_UTC)
    assert reasons(tiny_app, proposal)[before] == "out_of_service"


def test_a_team_is_called_in_the_readers_language(tiny_app: App) -> None:
    named = {"name": "甲队", "name_en": "First team", "agency": "县消防"}
    with tiny_app.store.session(write=True) as session:
        session.execute(update(Team).where(Team.id == "T1").values(**named))
    teams = [one.team for one in propose(tiny_app, 100.041, 30.0, "fire").proposed]
    first = next(one for one in teams if one.id == "T1")
    assert (first.name("zh"), first.name("en")) == ("甲队", "First team")
    assert first.agency == "县消防"


def test_the_limit_is_said_in_minutes(tiny_app: App) -> None:
    asked = propose(tiny_app, 100.041, 30.0, "fire", limit_s=600)
    assert asked.to_dict("en")["limit_min"] == 10
