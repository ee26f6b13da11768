"""What lies around a point, with whom to call."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisapp.bootstrap import App
from gisapp.errors import InputError
from gisapp.incidents.distances import around
from gisapp.incidents.surroundings import rings
from gisapp.incidents.surroundings.rings import within
from gisapp.incidents.surroundings.vocabulary import wind
from gisapp.incidents.whereabouts import GEOD
from gisapp.rights import ROLE_RIGHTS, Role
from tests.incidents.acting import OFFICER
from tests.incidents.surroundings.valley import DAM, fill_valley, put, village


def test_three_rings_with_people_and_telephones(tiny_apps: App) -> None:
    fill_valley(tiny_apps.store)
    with tiny_apps.store.session() as session:
        around = within(session, OFFICER, *DAM)
    small, middle, large = around.rings
    # V1 lies 1,002 m off, V4 222 m, V2 1,641 m, V3 3,338 m.
    assert [one.thing.id for one in around.things] == ["R1", "V4", "V1", "V2", "V3"]
    assert [round(one.distance_m) for one in around.things] == [0, 222, 1002, 1641, 3338]
    assert small.counts == {"reservoir": 1, "village": 1}
    assert small.people.totals["population"].known == 30
    assert middle.people.villages == 3
    assert (middle.people.totals["population"].known, middle.people.totals["population"].without) \
        == (150, 1)  # fmt: skip
    helped = large.people.totals["people_needing_help"]
    assert (helped.known, helped.without) == (10, 2)
    told = around.to_dict("zh")["things"]
    assert isinstance(told, list)
    first = told[2]
    assert isinstance(first, dict)
    assert first["direction"] == "南"
    assert [(one["role"], one["phone"]) for one in first["calls"]] == [
        ("村负责人电话", "13800001111"), ("副手电话", "13800002222"),
    ]  # fmt: skip


def test_numbers_are_hidden_from_who_may_not_see_them(tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    with tiny_app.store.session() as session:
        around = within(session, viewer, *DAM)
    phones = {call.phone for one in around.things for call in one.thing.calls}
    assert phones == {"138****1111", "138****2222", "139****3333"}


def test_villages_without_figures_are_no_people_unknown_and_never_none(tiny_app: App) -> None:
    put(tiny_app.store, "village", village("V1", *DAM), village("V2", *DAM))
    with tiny_app.store.session() as session:
        (ring,) = within(session, OFFICER, *DAM, rings_m=(1000,)).rings
        (empty,) = within(session, OFFICER, 100.2, 30.5, rings_m=(1000,)).rings
    assert ring.people.to_dict()["population"] == {"known": None, "without_figures": 2}
    assert empty.people.to_dict()["population"] == {"known": 0, "without_figures": 0}


def test_a_long_list_is_cut_and_says_so(tiny_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "MOST_LISTED", 2)
    fill_valley(tiny_app.store)
    with tiny_app.store.session() as session:
        told = within(session, OFFICER, *DAM).to_dict("en")
        with pytest.raises(InputError):
            within(session, OFFICER, 200, 30)
    assert (len(told["things"]), told["found"], told["truncated"]) == (2, 5, True)  # type: ignore[arg-type]


def test_rings_hold_what_brute_force_finds_and_the_larger_holds_the_smaller(
    tiny_app: App,
) -> None:
    draw = random.Random(1)
    places = {f"V{n}": (100 + draw.uniform(-0.1, 0.1), 30 + draw.uniform(-0.1, 0.1))
              for n in range(60)}  # fmt: skip
    put(tiny_app.store, "village", *(village(one, *at) for one, at in places.items()))
    with tiny_app.store.session() as session:
        for radius_m in (500, 1000, 3000, 5000, 9000):
            around = within(session, OFFICER, 100, 30, rings_m=(radius_m / 2, radius_m))
            inside = {
                one for one, (x, y) in places.items() if GEOD.inv(100, 30, x, y)[2] <= radius_m
            }
            assert {one.thing.id for one in around.things} == inside
            small, large = around.rings
            assert small.people.villages <= large.people.villages == len(inside)


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(10, 50_000), st.floats(0, 360))
def test_the_box_holds_the_circle(x: float, y: float, radius_m: float, azimuth: float) -> None:
    on_x, on_y, _back = GEOD.fwd(x, y, azimuth, radius_m)
    west, south, east, north = around(x, y, radius_m)
    if abs(on_x - x) < 180:  # not across the date line, where no site lies
        assert west <= on_x <= east
    assert south <= on_y <= north


def test_eight_winds() -> None:
    assert [wind(azimuth).en for azimuth in (-1, 44, 91, -90, 180)] == [
        "north", "north-east", "east", "west", "south",
    ]  # fmt: skip
