"""Downstream is a directed line that a person has confirmed; without it nothing is known."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point
from sqlalchemy import select

from gisapp.bootstrap import App
from gisapp.clock import REAL
from gisapp.errors import InputError, OutOfDateError
from gisapp.importing.mergers import merge
from gisapp.incidents.surroundings.downstream import Known, downstream
from gisapp.incidents.surroundings.lines import confirm, draw, in_force, propose, withdraw
from gisapp.incidents.surroundings.models import DownstreamLine
from gisapp.incidents.surroundings.plane import along_and_side_m, corridor, plane
from gisapp.rights import ROLE_RIGHTS, ForbiddenError, Role
from gisapp.store import Store
from tests.incidents.acting import OFFICER, do
from tests.incidents.surroundings.valley import (
    COURSE,
    DAM,
    HAZARD,
    MOUTH,
    TURN,
    fill_valley,
    put,
    village,
)

METRES = plane("EPSG:4542")


def confirmed(store: Store, **given: float) -> DownstreamLine:
    line = do(store, draw, *HAZARD, COURSE, **({"wave_speed_kph": 10, "width_m": 400} | given))
    return do(store, confirm, line.id, version=line.version)


def test_villages_stand_in_the_order_of_arrival(tiny_apps: App) -> None:
    fill_valley(tiny_apps.store)
    confirmed(tiny_apps.store)
    breach = REAL.now().replace(microsecond=0)
    with tiny_apps.store.session() as session:
        found = downstream(session, OFFICER, HAZARD, breach_at=breach)
    assert found.known is Known.CONFIRMED
    # V4 lies above the dam and R1 is the dam itself; 998 m at 10 km/h are 359 s.
    assert [one.thing.id for one in found.places] == ["V1", "V2", "V3"]
    first, second, third = found.places
    assert (first.along_m, first.side_m) == (pytest.approx(998, abs=2), pytest.approx(96, abs=1))
    assert first.arrival_s == pytest.approx(359, abs=1)
    assert first.arrives_at == breach + timedelta(seconds=first.arrival_s)
    assert second.along_m == pytest.approx(1641, abs=3)
    assert third.along_m == pytest.approx(1663 + 2895, abs=8)
    assert found.people is not None
    assert found.people.totals["population"].known == 320
    assert found.people.totals["population"].without == 1


def test_without_a_confirmed_line_nothing_is_known(tiny_apps: App) -> None:
    store = tiny_apps.store
    fill_valley(store)

    def told() -> dict[str, object]:
        with store.session() as session:
            return dict(downstream(session, OFFICER, HAZARD).to_dict("zh"))

    assert told()["state"] == "unknown"
    assert "下游未知" in str(told()["sentence"])
    line = do(store, draw, *HAZARD, COURSE, wave_speed_kph=10)
    assert (told()["state"], told()["places"], told()["line"]) == ("unconfirmed", [], None)
    assert told()["proposal"] is not None
    line = do(store, confirm, line.id, version=1)
    assert told()["state"] == "confirmed"
    do(store, withdraw, line.id, version=line.version, why="河道改线")
    assert (told()["state"], told()["places"], told()["people"]) == ("unknown", [], None)


def test_one_line_is_in_force_and_the_former_is_kept(tiny_apps: App) -> None:
    store = tiny_apps.store
    fill_valley(store)
    first = confirmed(store)
    replaced = do(store, draw, *HAZARD, COURSE)
    second = do(store, draw, *HAZARD, COURSE)
    do(store, confirm, second.id, version=1, wave_speed_kph=15)
    with store.session() as session:
        rows = {row.id: row for row in session.scalars(select(DownstreamLine))}
        standing = in_force(session, *HAZARD)
    assert standing is not None
    assert (standing.id, standing.wave_speed_kph, standing.version) == (second.id, 15, 2)
    assert all(rows[one].ended_at for one in (first.id, replaced.id))
    with pytest.raises(InputError) as refused:
        do(store, confirm, replaced.id, version=1)
    assert refused.value.code == "downstream.ended"
    with pytest.raises(OutOfDateError):
        do(store, withdraw, second.id, version=1, why="x")


def test_the_course_of_directed_rivers_is_proposed(tiny_apps: App) -> None:
    store = tiny_apps.store
    fill_valley(store)
    put(store, "river", {"id": "w2", "name": "大河", "flow": "against",
                         "geom": MultiLineString([[(100.05, 29.9), (100.05, 30.05)]])})  # fmt: skip
    line = do(store, propose, *HAZARD, reach_m=10_000)
    # Down the river, past its bend, then south with the river it falls into.
    assert line.source == "river"
    for at, (x, y) in enumerate((DAM, TURN, MOUTH)):
        assert Point(line.geom.coords[at]).distance(Point(x, y)) < 1e-5
    assert line.geom.coords[-1][1] < 29.98
    assert METRES.metres(line.geom).length == pytest.approx(10_000, abs=1)


@pytest.mark.parametrize("flow", ["against", None])
def test_no_course_goes_up_a_river_or_along_one_of_unknown_direction(
    tiny_app: App, flow: str | None
) -> None:
    fill_valley(tiny_app.store, flow=flow)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, propose, *HAZARD)
    assert refused.value.code == "downstream.no_river"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (LineString([(100.01, 30.02), MOUTH]), "downstream.far_start"),
        (COURSE.reverse(), "downstream.wrong_way"),
        (LineString([DAM, (100.0, 30.0201)]), "downstream.not_line"),
    ],
)
def test_a_line_that_is_not_the_hazards_is_refused(
    tiny_app: App, line: LineString, code: str
) -> None:
    fill_valley(tiny_app.store)
    with pytest.raises(InputError) as refused:
        do(tiny_app.store, draw, *HAZARD, line)
    assert refused.value.code == code


def test_who_may_write_lines(tiny_app: App) -> None:
    store = tiny_app.store
    fill_valley(store)
    for role in (Role.DUTY_OFFICER, Role.PLANNER):
        do(store, draw, *HAZARD, COURSE, actor=replace(OFFICER, rights=ROLE_RIGHTS[role]))
    editor = replace(OFFICER, rights=ROLE_RIGHTS[Role.COUNTY_EDITOR], county="990002")
    viewer = replace(OFFICER, rights=ROLE_RIGHTS[Role.VIEWER])
    for actor in (editor, viewer):
        with pytest.raises(ForbiddenError):
            do(store, draw, *HAZARD, COURSE, actor=actor)


def test_a_breach_of_another_age_is_a_slip(tiny_app: App) -> None:
    fill_valley(tiny_app.store)
    with tiny_app.store.session() as session, pytest.raises(InputError) as refused:
        downstream(session, OFFICER, HAZARD, breach_at=datetime(9999, 12, 31, tzinfo=UTC))
    assert refused.value.code == "downstream.bad_breach"


def test_lines_go_to_the_record_kept_of_two(tiny_apps: App) -> None:
    store = tiny_apps.store
    fill_valley(store)
    put(store, "reservoir", {"id": "R2", "name": "龙湾水库", "geom": Point(*DAM),
                             "county": "990001", "capacity_e8_m3": 0.05})  # fmt: skip
    line = confirmed(store)

    def joined(session, actor):  # type: ignore[no-untyped-def]
        merge(session, actor, "reservoir", "R2", "R1", choices={}, why="同一处")

    do(store, joined)
    with store.session() as session:
        kept = in_force(session, "reservoir", "R2")
    assert kept is not None
    assert kept.id == line.id


def test_nothing_outside_the_corridor_is_listed_and_times_rise(tiny_app: App) -> None:
    draw_ = random.Random(2)
    store = tiny_app.store
    fill_valley(store)
    places = {f"X{n}": (100 + draw_.uniform(-0.02, 0.07), 30 + draw_.uniform(-0.01, 0.03))
              for n in range(80)}  # fmt: skip
    put(store, "village", *(village(one, *at) for one, at in places.items()))
    confirmed(store, width_m=1200)
    with store.session() as session:
        found = downstream(session, OFFICER, HAZARD)
    times = [one.arrival_s for one in found.places if one.arrival_s is not None]
    assert times == sorted(times)
    assert len(times) == len(found.places)
    line = METRES.metres(COURSE)
    listed = {one.thing.id for one in found.places} & set(places)
    for one, at in places.items():
        along_m, side_m = along_and_side_m(line, METRES.metres(Point(at)))
        if one in listed:
            assert side_m <= 600
        elif 0 < along_m < line.length:
            assert side_m > 599
    assert listed


@given(st.floats(1, 20_000), st.floats(-9000, 9000), st.floats(20, 5000))
def test_the_corridor_has_no_ends_upstream(x_m: float, y_m: float, width_m: float) -> None:
    line = LineString([(0, 0), (20_000, 0)])
    area = corridor(line, width_m)
    inside = area.covers(Point(x_m, y_m))
    assert inside == (abs(y_m) <= width_m / 2)
    assert not area.covers(Point(-x_m, y_m))
